"""Who takes part in the race: each contestant's program is asked with --list for the figures that it can give."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The works by group, in the order in which the race is reported; a work that isn't named here comes last.
GROUPS = {
    "fork": ["fib", "nqueens", "uts", "skynet", "matmul", "integrate", "cilksort"],
    "small": ["sum_squares_i32_10", "sum_squares_i32_100", "sum_squares_i32_1e3", "sum_squares_i32_1e4", "burst",
              "coarse_awake", "coarse_asleep"],
    "large": ["sum_squares_i32_1e5", "sum_squares_i32_1e6", "sum_squares_i32_1e8"],
    "idle": ["idle_processor", "idle_until_asleep", "idle_memory", "oversubscribed", "wake_up", "spawn_wait",
             "spawn_inside", "spawn_outside", "ping_pong"],
    "parts": ["deque_owner", "pin", "seg_queue_2p2c", "array_queue_2p2c"],
}
ORDER = [work for works in GROUPS.values() for work in works]

# Peers whose headers don't tell their version.
PACKAGES = {"xenium": "libxenium-dev", "moodycamel": "libconcurrentqueue-dev", "liburcu": "liburcu-dev"}

# A contestant's figures must not depend on what somebody's shell has set.
UNWANTED = re.compile(r"^(OMP|GOMP|KMP|TBB|RAYON|WEFT|MALLOC|GLIBC|LD_PRELOAD|RUSTFLAGS|CARGO_ENCODED)")


class RaceError(Exception):
    """A reason not to race, as a sentence for the user."""


@dataclass(frozen=True)
class Contestant:
    program: str
    name: str
    version: str
    role: str  # "weft", "sequential" or "peer"
    work: str
    unit: str
    lower_is_better: bool
    threads: int
    weaker: str = ""  # what it doesn't promise although the others do

    @property
    def title(self):
        return f"{self.name} {self.version}".strip()


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not UNWANTED.match(name)}
    return {**kept, **more}


def place_of(work):
    return (ORDER.index(work) if work in ORDER else len(ORDER), work)


def matches(pattern, work):
    """A filter names a whole group, or is a pattern for a part of the work's name."""
    return re.search(pattern, work) or any(re.fullmatch(pattern, group) and work in works for group, works in GROUPS.items())


def read_build(build):
    """What CMake wrote down about the build: compiler, flags, programs, and which peers are missing."""
    path = Path(build) / "bench" / "race" / "race.json"
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise RaceError(f"{path} is missing; configure with -DWEFT_BENCHES=ON and build the target weft_race") from error


def package_version(package):
    if not shutil.which("dpkg-query"):
        return ""
    query = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    upstream = query.stdout.split(":")[-1].split("-")[0]
    return re.sub(r"[+~].*", "", upstream) if query.returncode == 0 else ""


def built(programs):
    """The programs that are there, and a sentence for each peer's that isn't: it could not be built."""
    absent = [Path(program) for program in programs if not Path(program).exists()]
    ours = [program.name for program in absent if program.name.endswith(("_weft", "_serial"))]
    if ours:
        raise RaceError(f"{', '.join(ours)} isn't built; build the target weft_race")
    return ([program for program in programs if Path(program).exists()],
            [f"{program.name} isn't built; its compiler's complaint is in the output of the target weft_race" for program in absent])


def figures_of(program):
    """The contestants that a program stands for."""
    try:
        listing = subprocess.run([program, "--list"], capture_output=True, text=True, timeout=30, check=True,
                                 env=environment())
    except (OSError, subprocess.SubprocessError) as error:
        raise RaceError(f"{program} doesn't say what it can do ({error}); build the target weft_race") from error
    found = [Contestant(program=program, **json.loads(line)) for line in listing.stdout.splitlines()]
    return [with_version(contestant) for contestant in found]


def with_version(contestant):
    package = PACKAGES.get(contestant.name.split()[0])
    if contestant.version or not package:
        return contestant
    return Contestant(**{**contestant.__dict__, "version": package_version(package)})


def enlist(programs, pattern=None):
    """All contestants whose work the pattern matches, in the order of the report."""
    everybody = [contestant for program in programs for contestant in figures_of(program)]
    check_agreement(everybody)
    try:
        picked = [c for c in everybody if not pattern or matches(pattern, c.work)]
    except re.error as error:
        raise RaceError(f"'{pattern}' is no pattern: {error}") from error
    if not picked:
        works = sorted({c.work for c in everybody}, key=place_of)
        raise RaceError(f"nothing is called '{pattern}'; there are the groups {' '.join(GROUPS)}, and: {' '.join(works)}")
    return sorted(picked, key=lambda c: (place_of(c.work), c.threads, "wsp".index(c.role[0]), c.name))


def check_agreement(contestants):
    """One work, one unit, one direction, whoever measures; and no contestant twice."""
    unit, seen = {}, set()
    for c in contestants:
        if unit.setdefault(c.work, (c.unit, c.lower_is_better)) != (c.unit, c.lower_is_better):
            raise RaceError(f"{c.program} measures {c.work} in {c.unit}, others in {unit[c.work][0]}")
        key = (c.work, c.threads, c.name)
        if key in seen:
            raise RaceError(f"{c.program} offers {c.name} for {c.work}, as another program does")
        seen.add(key)
