#!/usr/bin/env python3
"""Nothing in the tree speaks of one machine, puts work off, or hides something from a sanitizer."""

import re

import house

TEXT = {".hpp", ".cpp", ".py", ".md", ".txt", ".cmake", ".in", ".json", ".sh", ""}
CODE = {".hpp", ".cpp"}
ELSEWHERE = {"build", ".git", ".cache", "shared"}

# The patterns are written so that they don't match themselves.
MACHINE = re.compile(r"(?<![\w.~])/(?:wor[k]|roo[t]|hom[e]/(?!newcomer)\w+|User[s]/\w+)(?:/|\b)|[\w.-]+\.(?:internal|local(?:domain)?)\b")
PUT_OFF = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")
HIDDEN = re.compile(r"\bno_sanitiz[e]\w*|\b__attribute__\(\(no_instrumen[t]|\bsuppression[s]=")
SKIPPED = re.compile(r"\bSKI[P]\(|\bSUCCEE[D]\(\"skip|\[!mayfai[l]\]|\[!shouldfai[l]\]|GTEST_SKI[P]")


def files():
    for path in sorted(house.ROOT.rglob("*")):
        parts = path.relative_to(house.ROOT).parts
        if path.is_file() and path.suffix in TEXT and not ELSEWHERE.intersection(parts) and path.name != "LICENSE":
            yield path


def check(findings, path):
    try:
        lines = path.read_text().split("\n")
    except UnicodeDecodeError:
        return
    findings.looked_at += 1
    for number, line in enumerate(lines, 1):
        if MACHINE.search(line):
            findings.add(path, number, "machine", f"'{MACHINE.search(line).group()}' is of one machine")
        if PUT_OFF.search(line):
            findings.add(path, number, "put_off", "work put off belongs under Holes in the room's README")
        if path.suffix in CODE and HIDDEN.search(line):
            findings.add(path, number, "hidden", "nothing is hidden from the sanitizers")
        if path.suffix in CODE and SKIPPED.search(line):
            findings.add(path, number, "skipped", "a test that doesn't run proves nothing")


def main():
    findings = house.Findings("hygiene")
    for path in files():
        check(findings, path)
    findings.finish()


main()
