#!/usr/bin/env python3
"""No room sees a room that it may not include, and every header stands alone.

    layers.py COMPILER ROOM=INCLUDE:INCLUDE...    (one argument for each room: the include roots that its users get)

Compiles, for each pair of rooms, a file that includes the other room's face: it must compile where the picture of the
house allows it and must not where it doesn't. Then compiles each public header of each room by itself, with the room's own
include roots, so that it can rest neither on an includer's includes nor on a room out of reach.
"""

import concurrent.futures
import os
import re
import subprocess
import sys

import house

# What one room may name of another's private parts: the engine's door for what is built on it.
INNER_DOORS = {("futures", "par"), ("futures", "channel")}


def compiles(compiler, roots, header):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-", *(f"-I{root}" for root in roots)]
    done = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def questions():
    """(room, header, whether it must compile, what it means when it doesn't turn out so)"""
    for room, allowed in house.ROOMS.items():
        for other in house.ROOMS:
            if other == room or other in allowed:
                yield room, f"weft/{other}.hpp", True, f"room {room} doesn't reach <weft/{other}.hpp>, which it may include"
            else:
                yield room, f"weft/{other}.hpp", False, f"room {room} reaches <weft/{other}.hpp>, which it may not include"
        include = house.ROOT / room / "include"
        for path in sorted(include.rglob("*.hpp")):
            header = str(path.relative_to(include))
            if "detail" not in path.parts and header not in (f"weft/{room}.hpp", "weft/weft.hpp"):
                yield room, header, True, f"<{header}> doesn't compile by itself"


def check_compiles(findings, compiler, roots):
    def ask(question):
        room, header, must, meaning = question
        does, errors = compiles(compiler, roots[room], header)
        return None if does == must else (room, header, meaning, errors)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for answer in pool.map(ask, questions()):
            findings.looked_at += 1
            if answer:
                room, header, meaning, errors = answer
                findings.add(house.ROOT / room / "include" / header, 1, "layers", meaning)
                print(errors.strip()[:2000])


def check_includes(findings):
    """What a compiler can't tell: an include that happens to be reachable through a room between."""
    for room, allowed in house.ROOMS.items():
        for path in house.shipped(room):
            findings.looked_at += 1
            for number, line in enumerate(path.read_text().split("\n"), 1):
                found = re.match(r"\s*#\s*include\s*[<\"]weft/(\w+)(/detail/)?", line)
                other = found.group(1) if found else room
                if other == room or path.name == "weft.hpp":
                    continue
                if other not in allowed:
                    findings.add(path, number, "layers", f"room {room} may not include room {other}")
                elif found.group(2) and (room, other) not in INNER_DOORS:
                    findings.add(path, number, "layers", f"room {room} names a private part of room {other}")


def main(arguments):
    findings = house.Findings("layers")
    check_includes(findings)
    if arguments:
        roots = {}
        for argument in arguments[1:]:
            room, _, paths = argument.partition("=")
            roots[room] = [path for path in paths.split(":") if path]
        check_compiles(findings, arguments[0], roots)
    findings.finish()


main(sys.argv[1:])
