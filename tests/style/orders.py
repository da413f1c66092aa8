#!/usr/bin/env python3
"""Every memory order says its partner or its reason, and both ends exist.

Reads the rooms' C++ files, or the files given as arguments as if they were one room. The rules, by the names that
complaints carry:

  untagged     a call with acquire, release, acq_rel, seq_cst, fence_light or fence_heavy has no `order(TAG)` comment on
               its line or within the six lines of code above it
  mismatch     the comment above names other orders than the call
  unreasoned   a relaxed call has no `relaxed(REASON)` comment there, REASON one of owner, hint, count, quiet, under TAG
  lonely       a tag has one end: nobody else carries it, and it doesn't say that it pairs with itself
  partnerless  an `order(TAG)` comment doesn't say `pairs with f()` or `twin in f()`
  stranger     `pairs with f()`, but no function f carries the tag
  unproved     `forbids:` without `model:`
  no_model     a `model:` file that doesn't exist
"""

import pathlib
import re
import sys

import house

REACH = 6  # lines of code between a comment and the call that it covers
STRONG = ("acquire", "release", "acq_rel", "seq_cst")

ORDER_ARGUMENT = re.compile(r"(?<=[(,])\s*(?:[\w:]*::)?(acquire|release|acq_rel|seq_cst|relaxed)\s*(?=[,)])")
LONE_FENCE = re.compile(r"\b(fence_light|fence_heavy)\s*\(\s*\)")
DECLARATION = re.compile(r"\b(?:void|using)\s+[\w:]*fence_(?:light|heavy)|^\s*using\b")
ORDER_TAG = re.compile(r"\border\(([^)]*)\)")
RELAXED_REASON = re.compile(r"\brelaxed\(([^)]*)\)")
PARTNERS = re.compile(r"\b(?:pairs with|twin in)\s+(.*?)(?=[;.](?:\s|$)|$)")
CALLED = re.compile(r"(~?\w+)(?:<[^>]*>)?\(\)")
REASONS = ("owner", "hint", "count", "quiet")
TAG = re.compile(r"^[a-z_][a-z0-9_-]*(?:-[a-z0-9_]+)*\.[a-z0-9_-]+$")

NO_FUNCTION = {"sizeof", "decltype", "noexcept", "requires", "alignas", "static_assert", "explicit"}


class Scope:
    def __init__(self, name, first):
        self.name, self.first, self.last = name, first, None


def function_name(head):
    """The name of the function whose body follows `head`, or None where head opens no function."""
    head = re.sub(r"\[\[.*?\]\]|__attribute__\(\(.*?\)\)|^\s*#[^\n]*", " ", head, flags=re.DOTALL | re.MULTILINE)
    if re.match(r"\s*(?:else\s+)?(?:if|for|while|switch|catch|do|return)\b", head):
        return None
    head = re.sub(r"^\s*template\s*<[^{};]*?>\s*(?=\w)", " ", head)
    # operator(), operator== and their kin first: their names hold what looks like a call.
    found = re.search(r"\b(operator\s*(?:\(\s*\)|\[\s*\]|[^\s\w(]+|\s[\w:]+))\s*\(", head)
    if found:
        return re.sub(r"\s+", "", found.group(1))
    for found in re.finditer(r"(~?\b[A-Za-z_]\w*)\s*\(", head):
        if found.group(1) not in NO_FUNCTION:
            return found.group(1)
    return None


def scopes_of(code):
    """Every function body in the code, innermost last, with its first and last line (the head included)."""
    scopes, stack = [], []
    head_start = 0
    line = 1
    parens = 0
    for index, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "(":
            parens += 1
        elif char == ")":
            parens -= 1
        elif char == ";" and parens == 0:
            head_start = index + 1
        elif char == "{":
            head = code[head_start:index]
            first = line - head.lstrip().count("\n")
            name = function_name(head)
            stack.append((Scope(name, first), parens))
            parens = 0
            head_start = index + 1
        elif char == "}":
            if stack:
                scope, parens = stack.pop()
                scope.last = line
                if scope.name:
                    scopes.append(scope)
            head_start = index + 1
    return scopes


class Block:
    """A run of comment lines; says which tags it gives and, joined to one line, what it says of each."""

    def __init__(self, first, words):
        self.first = first
        self.last = first
        self.words = words

    def grow(self, line, words):
        self.last = line
        self.words += " " + words

    def orders(self):
        """[(tag, what is said up to the next tag)]"""
        found = list(ORDER_TAG.finditer(self.words))
        ends = [match.start() for match in found[1:]] + [len(self.words)]
        return [(match.group(1).strip(), self.words[match.end():end]) for match, end in zip(found, ends)]

    def reasons(self):
        return [match.group(1).strip() for match in RELAXED_REASON.finditer(self.words)]


class Source:
    def __init__(self, path):
        self.path = path
        text = path.read_text()
        self.code = house.without_comments(text)
        self.lines = self.code.split("\n")
        self.comments = house.comments_of(text)
        self.blocks = self._blocks()
        self.scopes = scopes_of(self.code)

    def _blocks(self):
        blocks = []
        for line, (_, words) in sorted(self.comments.items()):
            alone = not self.lines[line - 1].strip()
            before = blocks[-1] if blocks else None
            # A comment behind code goes on only in a comment that stands alone below it.
            if before and before.last == line - 1 and alone:
                before.grow(line, words)
            else:
                blocks.append(Block(line, words))
        return blocks

    def functions_around(self, block):
        """The functions that hold the block, or, where none does, the next one that begins below it."""
        around = {scope.name for scope in self.scopes if scope.first <= block.last <= (scope.last or 10**9)}
        if around:
            return around
        below = [scope for scope in self.scopes if scope.first > block.last]
        return {min(below, key=lambda scope: scope.first).name} if below else set()

    def covering(self, line):
        """The comment blocks that cover a call: on its line, or above it with at most REACH lines of code between."""
        found = [block for block in self.blocks if block.last == line or block.first == line]
        between, above = 0, line - 1
        while above >= 1 and between < REACH:
            if self.lines[above - 1].strip():
                between += 1
            block = next((block for block in self.blocks if block.first <= above <= block.last), None)
            if block and block not in found:
                found.append(block)
            above -= 1
        return found

    def calls(self):
        """(line, order, whether it is a failure order) for each argument that is an order, and each light or heavy fence."""
        end = None
        for found in ORDER_ARGUMENT.finditer(self.code):
            follows = end is not None and self.code[end:found.start(1)].strip() == ","
            yield self.code.count("\n", 0, found.start(1)) + 1, found.group(1), follows
            end = found.end(1)
        for number, text in enumerate(self.lines, 1):
            if not DECLARATION.search(text):
                for found in LONE_FENCE.finditer(text):
                    yield number, found.group(1), False


def says(order, words, failure=False):
    """Whether what the order comments say admits the call's order."""
    if order in ("fence_light", "fence_heavy"):
        return re.search(r"\b(?:light|heavy|fence|fence_light|fence_heavy|seq_cst)\b", words) is not None
    if order == "acq_rel" and re.search(r"\bacquire\b", words) and re.search(r"\brelease\b", words):
        return True
    names = f"{order}|acq_rel" if order in ("acquire", "release") else order
    # What a failed compare-exchange acquires is part of what the successful one does.
    if failure and order == "acquire":
        names += "|seq_cst"
    return re.search(rf"\b(?:{names})\b", words) is not None


def check_calls(findings, source, tags):
    for line, order, failure in source.calls():
        blocks = source.covering(line)
        if order == "relaxed":
            reasons = [reason for block in blocks for reason in block.reasons()]
            good = [reason for reason in reasons if reason in REASONS or
                    (reason.startswith("under ") and reason[len("under "):].strip() in tags)]
            # A failed compare-exchange is covered by the tag of the successful one.
            covered = failure and any(block.orders() for block in blocks)
            if not good and not covered:
                what = f"; '{reasons[0]}' is none" if reasons else ""
                findings.add(source.path, line, "unreasoned", f"a relaxed call without its reason{what}")
            continue
        orders = [entry for block in blocks for entry in block.orders()]
        if not orders:
            findings.add(source.path, line, "untagged", f"'{order}' without an order(TAG) comment")
        elif not says(order, " ".join(words for _, words in orders), failure):
            findings.add(source.path, line, "mismatch", f"'{order}' under a comment that speaks of another order")


def check_partners(findings, source, block, tag, words, carriers):
    partners = PARTNERS.findall(words)
    named = [name for partner in partners for name in CALLED.findall(partner)]
    own = source.functions_around(block)
    itself = any(re.match(r"itself\b", partner) for partner in partners) or any(name in own for name in named)
    if not named and not itself:
        findings.add(source.path, block.first, "partnerless", f"order({tag}) doesn't say 'pairs with f()'")
    for name in named:
        if name not in carriers[tag]:
            findings.add(source.path, block.first, "stranger", f"order({tag}) pairs with {name}(), where no such tag is")
    return itself


def check_tags(findings, sources):
    carriers, ends = {}, {}
    for source in sources:
        for block in source.blocks:
            for tag, words in block.orders():
                carriers.setdefault(tag, set()).update(source.functions_around(block))
                ends.setdefault(tag, []).append((source, block, words))
    for tag, places in sorted(ends.items()):
        alone = len(places) == 1
        for source, block, words in places:
            if not TAG.match(tag):
                findings.add(source.path, block.first, "untagged", f"'{tag}' is no tag: say order(object.event)")
                continue
            itself = check_partners(findings, source, block, tag, words, carriers)
            if alone and not itself:
                findings.add(source.path, block.first, "lonely", f"order({tag}) has one end")
    return set(ends)


def check_proofs(findings, source):
    for block in source.blocks:
        models = re.findall(r"\bmodel:\s*(\S+\.cpp)", block.words)
        if re.search(r"\bforbids:", block.words) and not models:
            findings.add(source.path, block.first, "unproved", "'forbids:' without 'model: tests/model/….cpp'")
        for model in models:
            if not (house.ROOT / model).is_file():
                findings.add(source.path, block.first, "no_model", f"{model} doesn't exist")


def check(findings, paths):
    sources = [Source(path) for path in paths]
    findings.looked_at += len(sources)
    tags = check_tags(findings, sources)
    for source in sources:
        check_calls(findings, source, tags)
        check_proofs(findings, source)


def main(arguments):
    findings = house.Findings("orders")
    named = [pathlib.Path(argument) for argument in arguments]
    check(findings, named or [path for path in house.shipped() if house.name_of(path) not in house.SEAM])
    findings.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
