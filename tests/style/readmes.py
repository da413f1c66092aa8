#!/usr/bin/env python3
"""Each room's README has the seven headings, in their order, each with something below it."""

import re

import house

HEADINGS = ["Purpose", "Doors", "Words and protocol", "Rights", "Proof", "Sources", "Holes"]


def sections_of(text):
    """[(heading, line, body)] of the second level, code fences set aside."""
    text = re.sub(r"^```.*?^```", lambda found: re.sub(r"#", " ", found.group()), text, flags=re.DOTALL | re.MULTILINE)
    found = list(re.finditer(r"^## (.*)$", text, re.MULTILINE))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [(m.group(1).strip(), text.count("\n", 0, m.start()) + 1, text[m.end():end]) for m, end in zip(found, ends)]


def check(findings, room):
    path = house.ROOT / room / "README.md"
    if not path.is_file():
        findings.add(path, 1, "readme", f"room {room} has no README.md")
        return
    findings.looked_at += 1
    sections = sections_of(path.read_text())
    headings = [heading for heading, _, _ in sections]
    if headings != HEADINGS:
        findings.add(path, 1, "readme", f"the headings are {headings}, not {HEADINGS}")
    for heading, line, body in sections:
        if not body.strip():
            findings.add(path, line, "readme", f"'{heading}' says nothing")


def check_doors(findings, room):
    """Every public part of the room stands in its README."""
    readme = house.ROOT / room / "README.md"
    text = readme.read_text() if readme.is_file() else ""
    for path in sorted((house.ROOT / room / "include").rglob("*.hpp")):
        door = path.relative_to(house.ROOT / room / "include")
        is_face = len(door.parts) == 2
        if not is_face and "detail" not in door.parts and door.name not in text:
            findings.add(readme, 1, "doors", f"{door} isn't among the doors")


def main():
    findings = house.Findings("readmes")
    for room in house.ROOMS:
        check(findings, room)
        check_doors(findings, room)
    findings.finish()


main()
