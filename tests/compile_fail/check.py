#!/usr/bin/env python3
"""One case of what must not compile, and says why.

    check.py CASE COMPILER INCLUDE:INCLUDE...

With FIXED defined the case must compile, so that it fails for no other reason; without, it must not, and what the compiler
says must match the case's line `// expect: REGEX`.
"""

import re
import subprocess
import sys


def compiles(case, compiler, roots, *flags):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror=unused-result", *flags, case,
               *(f"-I{root}" for root in roots.split(":") if root)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def main(case, compiler, roots):
    expected = re.search(r"^// expect: (.+)$", open(case).read(), re.MULTILINE)
    if not expected:
        sys.exit(f"{case} has no line '// expect: REGEX'")
    fixed, errors = compiles(case, compiler, roots, "-DFIXED")
    if not fixed:
        sys.exit(f"{errors}\n{case} must compile with -DFIXED and doesn't")
    broken, errors = compiles(case, compiler, roots)
    if broken:
        sys.exit(f"{case} must not compile and does")
    if not re.search(expected.group(1), errors):
        sys.exit(f"{errors}\n{case}: the message doesn't match '{expected.group(1)}'")
    print(f"{case}: rejected with the expected message")


main(*sys.argv[1:])
