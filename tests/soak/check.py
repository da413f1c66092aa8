#!/usr/bin/env python3
"""Runs the soak for a moment: check.py mixed|handshakes|watchdog|usage PROGRAM

  mixed       everything for 2 s from a fixed seed: every driver gets somewhere and all results are right
  handshakes  2000 handshakes: no fewer are done, and some of them with a pool that slept
  watchdog    a driver that waits for ever is noticed, and the report says what everybody does
  usage       what makes no sense is refused
"""

import re
import signal
import subprocess
import sys


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=280)
    return done.returncode, done.stdout, done.stderr


def expect(right, what, *seen):
    if not right:
        print(f"soak: {what}", *seen, sep="\n")
        sys.exit(1)


def mixed(program):
    code, out, err = run(program, "--seconds", "2", "--seed", "12")
    expect(code == 0, f"ended with {code}", out, err)
    drivers = re.findall(r"^  (\S.*?) +(\d+) rounds +(\d+) handshakes$", out, re.MULTILINE)
    expect(len(drivers) == 4, "there are four drivers", out)
    expect(all(int(rounds) > 0 for _, rounds, _ in drivers), "a driver got nowhere", out)
    expect(re.search(r"^\d+ handshakes in .* s: \d+ a second; 1e8 would take", out, re.MULTILINE), "no summary", out)


def handshakes(program):
    code, out, err = run(program, "--pure", "--handshakes", "2000", "--seed", "3")
    expect(code == 0, f"ended with {code}", out, err)
    done = int(re.search(r"^(\d+) handshakes in", out, re.MULTILINE).group(1))
    asleep = int(re.search(r"^(\d+) of them", out, re.MULTILINE).group(1))
    expect(done >= 2000 and 0 < asleep < done, "too few handshakes", out)


def watchdog(program):
    code, out, err = run(program, "--hang", "--patience", "1", "--seconds", "250")
    expect(code == -signal.SIGABRT, f"ended with {code}", out, err)
    for wanted in (r"no progress of 'hanging' for 1\.0", r"hanging: waits for ever, 0 rounds",
                   r"pool 'watched', 2 threads: \d+ searching, \d+ workers asleep", r"^watched-1 +(working|searching|asleep) +\d+",
                   r"pool 'plain', 3 threads", r"^  \d+  S  hanging"):
        expect(re.search(wanted, err, re.MULTILINE), f"the report lacks {wanted}", err)


def usage(program):
    for arguments in (["--nonsense"], ["--seconds"], ["--seconds", "soon"], ["--handshakes", "-1"]):
        code, _, err = run(program, *arguments)
        expect(code == 2 and "Usage:" in err, f"{arguments} was taken", err)
    code, out, _ = run(program, "--help")
    expect(code == 0 and "--patience" in out, "no help", out)


{"mixed": mixed, "handshakes": handshakes, "watchdog": watchdog, "usage": usage}[sys.argv[1]](sys.argv[2])
