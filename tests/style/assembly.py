#!/usr/bin/env python3
"""The seam costs nothing: each seam_X compiles to the same instructions as its std_X.

    assembly.py COMPILER FILE INCLUDE...
"""

import re
import subprocess
import sys


def functions_of(assembly):
    """{name: its instructions, with local labels numbered in order of appearance}"""
    functions, name, labels = {}, None, {}
    for line in assembly.split("\n"):
        line = re.sub(r"\s+", " ", line.split("#")[0]).strip()
        starts = re.match(r"(seam_\w+|std_\w+):", line)
        if starts:
            name, labels = starts.group(1), {}
            functions[name] = []
        elif re.match(r"\.(?:size|cfi_endproc)", line):
            name = None
        elif name and (line.startswith(".L") or not line.startswith(".")) and line:
            functions[name].append(re.sub(r"\.L\w+", lambda found: labels.setdefault(found.group(), f"L{len(labels)}"), line))
    # A label that nobody jumps to (where a function begins or ends) is no instruction.
    return {name: [line for line in lines if not is_idle_label(line, lines)] for name, lines in functions.items()}


def is_idle_label(line, lines):
    return line.endswith(":") and sum(line[:-1] in other.split() for other in lines) == 0


def main(compiler, source, *includes):
    command = [compiler, "-std=c++20", "-O2", "-g0", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-S", "-o",
               "-", source, *(f"-I{include}" for include in includes)]
    functions = functions_of(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    pairs = sorted(name.removeprefix("seam_") for name in functions if name.startswith("seam_"))
    different = [pair for pair in pairs if functions[f"seam_{pair}"] != functions.get(f"std_{pair}")]
    for pair in different:
        print(f"{pair}:\n  seam {functions[f'seam_{pair}']}\n  std  {functions.get(f'std_{pair}')}")
    print(f"assembly: {len(pairs)} pairs, {len(different)} differ")
    sys.exit(1 if different or not pairs else 0)


main(*sys.argv[1:])
