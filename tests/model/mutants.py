#!/usr/bin/env python3
"""The table of mutants, MUTANTS.md: every memory order weakened by one step, and which model notices.

  mutants.py run WEFT_MODELS [--seconds S] [--jobs N] [--write] [FILTER]
      runs the mutants of all files, or of those whose path contains FILTER, and prints what became of them;
      --write puts the table into MUTANTS.md (of all files: no FILTER)
  mutants.py check WEFT_MODELS SITES
      fails when MUTANTS.md is out of date: when a call in SITES (written by `weft_models --sites-to`) has a mutant that
      the table doesn't know or the other way round, when a model no longer notices what the table says, when a verdict in
      mutants/*.txt is of no use

A mutant is named by its file, the tag of its order (see tests/style/orders.py) and its change; where that occurs again
further down the file, `#2` follows the tag. A survivor that may stay has its verdict in mutants/*.txt.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE = HERE / "MUTANTS.md"
sys.path.insert(0, str(ROOT / "tests/style"))

import house  # noqa: E402  (it and orders lie beside the style tests)
import orders  # noqa: E402

VERDICTS = {
    "EQUIV": "another edge carries the same",
    "LB": "forbids only load buffering, which the checker doesn't do",
    "KEPT": "not needed by the proof, kept all the same",
}
CALL = re.compile(r"(?P<path>\S+):(?P<line>\d+) (?P<operation>\w+) (?P<order>\w+)")
OUTCOME = re.compile(r"(?:killed|SURVIVED)\s+" + CALL.pattern + r" -> (?P<less>\w+)(?:  by (?P<model>.+))?")
WEAKER = {
    "seq_cst": {"load": ["acquire"], "store": ["release"], "fence_light": ["relaxed"], "fence_heavy": ["relaxed"]},
    "acq_rel": ["acquire", "release"],
    "acquire": ["relaxed"],
    "release": ["relaxed"],
}

Mutant = collections.namedtuple("Mutant", "file tag change")  # what the table and the verdicts know
Place = collections.namedtuple("Place", "path line operation order less")  # what weft_models knows


def weaker(operation, order):
    less = WEAKER[order]
    return less.get(operation, ["acq_rel"]) if isinstance(less, dict) else less


class Tags:
    """The tag of each ordered call, read from the sources."""

    def __init__(self):
        self.sources = {}

    def of(self, path, line, order):
        if path not in self.sources:
            self.sources[path] = orders.Source(pathlib.Path(path))
        entries = [entry for block in self.sources[path].covering(line) for entry in block.orders()]
        fitting = [tag for tag, words in entries if orders.says(order, words)] or [tag for tag, _ in entries]
        return fitting[0] if fitting else None


def named(places):
    """{mutant: place}; the places of one name are numbered in the order of their lines.

    Models' own calls are left out, and calls without a tag: those pass on an order that the caller chose.
    """
    tags, groups = Tags(), collections.defaultdict(set)
    for place in places:
        file = str(pathlib.Path(place.path).resolve().relative_to(ROOT))
        tag = None if file.startswith("tests/") else tags.of(place.path, place.line, place.order)
        if tag is None:
            continue
        change = f"{place.operation} {place.order} -> {place.less}"
        groups[Mutant(file, tag, change)].add(place)
    mutants = {}
    for (file, tag, change), group in groups.items():
        for number, place in enumerate(sorted(group, key=lambda place: place.line), 1):
            mutants[Mutant(file, tag if number == 1 else f"{tag} #{number}", change)] = place
    return mutants


def unreached(places):
    """[(file, tag, order)] of the sources' ordered calls that no model reaches."""
    lines = collections.defaultdict(set)
    for place in places:
        lines[pathlib.Path(place.path).resolve()].add(place.line)
    tags, missed = Tags(), []
    for path in house.shipped():
        if house.name_of(path) in house.SEAM:
            continue
        for line, order, _ in orders.Source(path).calls():
            # A call's place is the line of its name or that of its last argument.
            if order != "relaxed" and not lines[path.resolve()] & {line - 1, line, line + 1}:
                missed.append((house.name_of(path), tags.of(path, line, order) or "chosen by the caller", order))
    return missed


def read_verdicts():
    """{mutant: (verdict, reason)}"""
    verdicts = {}
    for path in sorted((HERE / "mutants").glob("*.txt")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split("|", 4)]
            if len(parts) != 5 or parts[0] not in VERDICTS or not parts[4]:
                sys.exit(f"{path.name}:{number}: a verdict is: {'/'.join(VERDICTS)} | FILE | TAG | CHANGE | reason")
            verdicts[Mutant(*parts[1:4])] = (parts[0], parts[4])
    return verdicts


# ------------------------------------------------------------------------------------------------ running


def run_mutants(binary, jobs, seconds, only):
    """{place: model or None}"""
    command = [binary, "--mutate", "--jobs", str(jobs), "--seconds", str(seconds), "--only", only]
    killers = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            found = OUTCOME.fullmatch(line.rstrip("\n"))
            if not found:
                sys.exit(line.rstrip("\n"))
            place = Place(found["path"], int(found["line"]), found["operation"], found["order"], found["less"])
            killers[place] = found["model"]
            print(line, end="", flush=True)
    if process.returncode != 0:
        sys.exit(f"weft_models ended with status {process.returncode}" if killers else f"No model reaches a file with '{only}' in its path.")
    return killers


def fates(killers, verdicts):
    """{mutant: (word, explanation)}, word one of killed, EQUIV, LB, KEPT, SURVIVED"""
    return {
        mutant: ("killed", killer) if killer else verdicts.get(mutant, ("SURVIVED", ""))
        for mutant, killer in killers.items()
    }


def score(rows):
    """(mutants, killed, EQUIV, LB, KEPT, SURVIVED)"""
    words = collections.Counter(word for word, _ in rows)
    return [len(rows), words["killed"], *(words[verdict] for verdict in VERDICTS), words["SURVIVED"]]


def by_file(all_fates):
    files = collections.defaultdict(list)
    for mutant, fate in sorted(all_fates.items()):
        files[mutant.file].append((mutant, fate))
    return files


# ------------------------------------------------------------------------------------------------ the table

HEAD = """\
# Mutants: what the models notice

Every memory order that the models reach, weakened by one step, one at a time, without touching the source; and the model that
notices. Written by `./dev mutate`; a test fails when it is out of date. A survivor may stay when it is

- **EQUIV**: another edge carries the same,
- **LB**: it forbids only load buffering, which the checker doesn't do,
- **KEPT**: not needed by the proof, kept all the same.

"""


def table_of(all_fates, missed):
    files = by_file(all_fates)
    lines = ["| file | mutants | killed | EQUIV | LB | KEPT | survived |", "|---|---|---|---|---|---|---|"]
    for file, rows in files.items():
        lines.append("| " + " | ".join([f"`{file}`", *map(str, score([fate for _, fate in rows]))]) + " |")
    lines.append("| all | " + " | ".join(map(str, score(list(all_fates.values())))) + " |")
    for file, rows in files.items():
        lines += ["", f"## {file}", "", "| order | change | fate | by, or why |", "|---|---|---|---|"]
        for mutant, (word, why) in rows:
            lines.append(f"| {mutant.tag} | {mutant.change} | {word} | {why.replace('|', chr(92) + '|')} |")
    lines += ["", "## Not reached", ""]
    if missed:
        lines += ["Ordered calls that no model comes by.", "", "| file | order | call |", "|---|---|---|"]
        lines += [f"| {file} | {tag} | {order} |" for file, tag, order in missed]
    else:
        lines.append("There is no ordered call that no model comes by.")
    return HEAD + "\n".join(lines) + "\n"


def read_table():
    """The fates that MUTANTS.md tells."""
    told, file = {}, None
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            file = line[3:] if line != "## Not reached" else None
        elif file and line.startswith("| ") and not line.startswith("| order |"):
            cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            told[Mutant(file, cells[0], cells[1])] = (cells[2], cells[3])
    return told


# ------------------------------------------------------------------------------------------------ the commands


def run(arguments):
    killers = run_mutants(arguments.weft_models, arguments.jobs, arguments.seconds, arguments.filter)
    all_fates = fates({mutant: killers[place] for mutant, place in named(killers).items()}, read_verdicts())
    print()
    for file, rows in by_file(all_fates).items():
        mutants, killed, *verdicts, survived = score([fate for _, fate in rows])
        accounted = " ".join(f"{count} {verdict}" for count, verdict in zip(verdicts, VERDICTS) if count)
        print(f"{file}: {killed} of {mutants} killed{', ' + accounted if accounted else ''}{f', {survived} SURVIVED' if survived else ''}")
        for mutant, (word, why) in rows:
            if word != "killed":
                print(f"    {word:9}{mutant.tag}: {mutant.change}{f' ({why})' if why else ''}")
    mutants, killed, *verdicts, survived = score(list(all_fates.values()))
    print(f"{killed} of {mutants} mutants killed, {sum(verdicts)} may stay, {survived} unexplained")
    if arguments.write:
        TABLE.write_text(table_of(all_fates, unreached(killers)))
    return 0


def sites(path):
    """The mutants' places of every call in the file."""
    for line in pathlib.Path(path).read_text().splitlines():
        call = CALL.fullmatch(line)
        for less in weaker(call["operation"], call["order"]):
            yield Place(call["path"], int(call["line"]), call["operation"], call["order"], less)


def unnoticed(binary, kills):
    """What the models that should notice don't notice."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for place, model in kills:
            file.write(f"killed    {place.path}:{place.line} {place.operation} {place.order} -> {place.less}  by {model}\n")
        file.flush()
        output = subprocess.run([binary, "--kills", file.name, "--seconds", "20"], stdout=subprocess.PIPE, text=True).stdout
    if "kills checked" not in output:
        return ["weft_models --kills gave up: " + output]
    return [line for line in output.splitlines() if line.startswith("not killed")]


def check(arguments):
    reached = list(sites(arguments.sites))
    places, told, verdicts = named(reached), read_table(), read_verdicts()
    wrong = [f"unknown: {' | '.join(mutant)}" for mutant in sorted(places.keys() - told.keys())]
    wrong += [f"no such call is reached: {' | '.join(mutant)}" for mutant in sorted(told.keys() - places.keys())]
    for mutant, (word, why) in sorted(told.items()):
        if word != "killed" and (word, why) != verdicts.get(mutant, ("SURVIVED", "")):
            wrong.append(f"another verdict: {' | '.join(mutant)}")
    wrong += [f"a verdict without its survivor: {' | '.join(mutant)}" for mutant in sorted(verdicts)
              if told.get(mutant, ("", ""))[0] not in VERDICTS]
    if table_of(told, unreached(reached)) != TABLE.read_text():
        wrong.append("the sums, the layout or the calls that no model reaches are others")
    kills = [(places[mutant], why) for mutant, (word, why) in told.items() if word == "killed" and mutant in places]
    wrong += unnoticed(arguments.weft_models, kills)
    for sentence in wrong:
        print(f"MUTANTS.md: {sentence}")
    if wrong:
        print("MUTANTS.md is out of date; write it anew with: ./dev mutate")
    else:
        print(f"MUTANTS.md is up to date: {len(told)} mutants, {len(kills)} kills checked")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    running = commands.add_parser("run")
    running.set_defaults(command=run)
    running.add_argument("weft_models")
    running.add_argument("filter", nargs="?", default="")
    running.add_argument("--seconds", type=float, default=3)
    running.add_argument("--jobs", type=int, default=1)
    running.add_argument("--write", action="store_true")
    checking = commands.add_parser("check")
    checking.set_defaults(command=check)
    checking.add_argument("weft_models")
    checking.add_argument("sites")
    arguments = parser.parse_args()
    return arguments.command(arguments)


if __name__ == "__main__":
    sys.exit(main())
