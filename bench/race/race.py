#!/usr/bin/env python3
"""race.py BUILD_DIR [FILTER] [--json FILE] [--plot FILE.svg] [--rounds N] ...: our figures beside the peers'.

Every contestant is measured in many short rounds, a fresh process for each, all contestants of all works shuffled anew
in every round, so that a noisy moment hits everybody alike. A figure is the median over the rounds. The last round goes
work by work, and each work's table is printed when it is done. bench/README.md says how to read the result.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is left behind in the source tree

import contestants as who  # noqa: E402
import machine  # noqa: E402
import plot  # noqa: E402
import results as figures  # noqa: E402
import rust  # noqa: E402
from report import Report  # noqa: E402

HERE = Path(__file__).resolve().parent
BUSY = 0.5  # a load above this deserves a warning
PATIENCE = 120  # seconds for one measurement


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="race", description="weft's figures beside its peers', interleaved in one run")
    parser.add_argument("build", help="build folder in which the target weft_race was built")
    parser.add_argument("filter", nargs="?", help=f"only a group ({', '.join(who.GROUPS)}), or the works that this pattern (regular expression) matches")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw the ratios there")
    parser.add_argument("--rounds", type=positive, default=7, metavar="N", help="rounds for each contestant (default %(default)s)")
    parser.add_argument("--sample-ms", type=positive, default=50, metavar="N", help="length of a sample, three in a round (default %(default)s)")
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the order of another run")
    return parser.parse_args(arguments)


def positive(text):
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} isn't positive")
    return value


def orders(contestants, rounds, seed):
    """The contestants in a new order for each round; in the last one the works come one after the other."""
    dice = random.Random(seed)
    for number in range(1, rounds + 1):
        order = list(contestants)
        dice.shuffle(order)
        if number == rounds:
            order.sort(key=lambda c: who.place_of(c.work))
        yield number, order


def measure(contestant, sample_ms):
    """One figure from a process of its own; a RaceError says why there is none."""
    command = [contestant.program, "--run", contestant.name, contestant.work, str(contestant.threads),
               "--sample-ms", str(sample_ms), "--warm-up-ms", str(sample_ms)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=who.environment(), check=False)
    except subprocess.TimeoutExpired as error:
        raise who.RaceError(f"not done after {PATIENCE} s") from error
    if done.returncode < 0:
        raise who.RaceError(f"ended by signal {-done.returncode}")
    if done.returncode != 0:
        raise who.RaceError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}")
    return json.loads(done.stdout)["figure"]


def run(everybody, results, options, report):
    """All rounds. A contestant that fails once has lost: it isn't measured again."""
    total, done = len(everybody) * options.rounds, 0
    for number, order in orders(everybody, options.rounds, options.seed):
        for index, contestant in enumerate(order):
            report.progress(done, total, f"{contestant.work}, {contestant.threads}T: {contestant.name}")
            if not results.scores[contestant].failure:
                try:
                    results.add(contestant, measure(contestant, options.sample_ms))
                except who.RaceError as error:
                    results.fail(contestant, str(error))
            done += 1
            last_of_its_work = index + 1 == len(order) or order[index + 1].work != contestant.work
            if number == options.rounds and last_of_its_work:
                for row in results.rows(contestant.work):
                    report.row(row)
        report.round_over(number, options.rounds, done, total)


def introduce(report, build, options, everybody, absent):
    report.say(f"Machine   {machine.describe()}")
    report.say(f"Compiler  {build['compiler']}, {build['flags']} for everybody" + (f"; {rust.version()}, opt-level 3, fat LTO, target-cpu=native" if rust.version() else ""))
    peers = sorted({c.title for c in everybody if c.role == "peer"})
    report.say(f"Peers     {', '.join(peers)}")
    report.say(f"Rounds    {options.rounds}, each the median of 3 samples of {options.sample_ms} ms in its own process; order {options.seed}")
    for sentence in absent:
        report.say(f"Absent    {sentence}")
    if machine.load() > BUSY:
        report.say(f"Beware    the machine is busy (load {machine.load():.1f}): figures of two and more threads will suffer")


def finish(report, results, options, subtitle):
    rows = [row for row in results.rows() if any(score and score.figures for score in [row.weft, *row.peers])]
    report.summary(rows)
    if options.json:
        figures.write_json(rows, options.json)
        report.say(f"\nThe figures are in {options.json}")
    if options.plot:
        plot.write(rows, options.plot, subtitle)
        report.say(f"The picture is in {options.plot}")
    failures = results.failures()
    for score in failures:
        report.say(f"FAILED    {score.contestant.work}, {score.contestant.threads}T, {score.contestant.title}: {score.failure}")
    return 1 if failures else 0


def main(arguments):
    options = parse_arguments(arguments)
    options.seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    report = Report()
    try:
        build = who.read_build(options.build)
        absent = ["{}: install it with: apt-get install {}".format(*missing.split("|")) for missing in build["missing"] if missing]
        programs, unbuilt = who.built(build["contestants"])
        program, without = rust.build(HERE / "rust", Path(options.build) / "bench" / "race" / "rust")
        everybody = who.enlist(programs + ([program] if program else []), options.filter)
        introduce(report, build, options, everybody, absent + unbuilt + without)
        machine.warm_up(2)
    except who.RaceError as error:
        print(f"race: {error}", file=sys.stderr)
        return 2
    results = figures.Results(everybody)
    try:
        run(everybody, results, options, report)
    except KeyboardInterrupt:
        report.say("\nStopped: what was measured until now")
        finish(report, results, options, machine.describe())
        return 130
    return finish(report, results, options, machine.describe())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
