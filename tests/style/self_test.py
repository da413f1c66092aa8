#!/usr/bin/env python3
"""The checkers themselves: each file in cases/<checker> is accepted, or rejected for just the rules that it names."""

import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent


def rules_found(checker, case):
    done = subprocess.run([sys.executable, here / f"{checker}.py", case], capture_output=True, text=True)
    found = set(re.findall(r"\[(\w+)\]$", done.stdout, re.MULTILINE))
    if (done.returncode != 0) != bool(found):
        return {f"exit status {done.returncode}: {done.stdout}{done.stderr}"}
    return found


def main():
    wrong = 0
    cases = sorted((here / "cases").glob("*/*"))
    for case in cases:
        first = case.read_text().split("\n", 1)[0]
        wanted = set(first.partition("rejects:")[2].rstrip(" ->").split())
        if not wanted and "accepted" not in first:
            wanted = {"a first line that says 'accepted' or 'rejects: RULE'"}
        found = rules_found(case.parent.name, case)
        if found != wanted:
            wrong += 1
            print(f"{case.parent.name}/{case.name}: wanted {sorted(wanted)}, found {sorted(found)}")
    print(f"self test: {len(cases)} cases, {wrong} wrong")
    sys.exit(1 if wrong or not cases else 0)


main()
