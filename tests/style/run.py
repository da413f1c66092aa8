#!/usr/bin/env python3
"""All the style tests that need no compiler, one after the other."""

import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
tests = ["seam", "orders", "self_test", "readmes", "hygiene", "layers"]
failed = [test for test in tests if subprocess.run([sys.executable, here / f"{test}.py"]).returncode != 0]
sys.exit(f"style: {', '.join(failed)} failed" if failed else 0)
