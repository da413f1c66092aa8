#!/usr/bin/env python3
"""The race's driver, tested with contestants that are small scripts: what it measures, prints, writes and refuses."""

import io
import json
import math
import os
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import contestants as who  # noqa: E402
import plot  # noqa: E402
import race  # noqa: E402
import results as figures  # noqa: E402
import rust  # noqa: E402
from report import Report, duration, number  # noqa: E402

SCRIPT = """#!/usr/bin/env python3
import json, os, sys
entries = {entries!r}
if sys.argv[1] == "--list":
    for entry in entries:
        print(json.dumps(entry))
    sys.exit(0)
open({log!r}, "a").write(" ".join(sys.argv[2:5]) + "\\n")
answer = {answers!r}[sys.argv[2]]
if answer is None:
    sys.exit("the sum of squares gave 1, the answer is 2")
print(json.dumps({{"figure": answer}}))
"""


def entry(name, role="peer", work="pin", threads=1, unit="ns per pin+unpin", lower=True, weaker=""):
    return {"name": name, "version": "", "role": role, "work": work, "unit": unit, "lower_is_better": lower,
            "threads": threads, "weaker": weaker}


def contestant(name, **more):
    return who.Contestant(program="/bin/false", **entry(name, **more))


def results_of(*pairs):
    results = figures.Results([c for c, _ in pairs])
    for c, numbers in pairs:
        for figure in numbers:
            results.add(c, figure)
    return results


class Driver(unittest.TestCase):
    """race.py from the command line to the JSON, on programs made for the test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bench" / "race").mkdir(parents=True)
        self.log = self.folder / "log"
        for target in ("race.rust.build", "race.machine.warm_up"):
            patch = mock.patch(target, return_value=(None, ["no rust here"]))
            patch.start()
            self.addCleanup(patch.stop)

    def program(self, name, entries, answers):
        path = self.folder / name
        path.write_text(SCRIPT.format(entries=entries, answers=answers, log=str(self.log)))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def race(self, programs, *arguments, missing=()):
        build = {"compiler": "GNU 12", "flags": "-O3", "contestants": programs, "missing": list(missing)}
        (self.folder / "bench" / "race" / "race.json").write_text(json.dumps(build))
        with mock.patch("sys.stdout", io.StringIO()) as out, mock.patch("sys.stderr", io.StringIO()) as err:
            status = race.main([str(self.folder), *arguments])
        return status, out.getvalue(), err.getvalue()

    def three(self):
        return [
            self.program("ours", [entry("weft", "weft")], {"weft": 1.0}),
            self.program("theirs", [entry("slow"), entry("fast")], {"slow": 4.0, "fast": 2.0}),
            self.program("plain", [entry("sequential", "sequential")], {"sequential": 0.5}),
        ]

    def test_json_has_exactly_the_promised_keys(self):
        path = self.folder / "figures.json"
        status, _, _ = self.race(self.three(), "--rounds", "2", "--json", str(path))
        self.assertEqual(status, 0)
        one = {"median": 1.0, "min": 1.0, "max": 1.0}
        self.assertEqual(json.loads(path.read_text()), [{
            "work": "pin", "unit": "ns per pin+unpin", "lower_is_better": True, "threads": 1, "weft": one,
            "peers": {"slow": {"median": 4.0, "min": 4.0, "max": 4.0}, "fast": {"median": 2.0, "min": 2.0, "max": 2.0}},
            "sequential": {"median": 0.5, "min": 0.5, "max": 0.5},
        }])

    def test_every_contestant_runs_once_a_round(self):
        self.race(self.three(), "--rounds", "3")
        runs = self.log.read_text().splitlines()
        self.assertEqual({run: runs.count(run) for run in runs},
                         {f"{name} pin 1": 3 for name in ("weft", "slow", "fast", "sequential")})

    def test_table_marks_the_best_peer_and_ends_with_the_ratio(self):
        _, out, _ = self.race(self.three(), "--rounds", "1")
        best = next(line for line in out.splitlines() if line.startswith("  * "))
        self.assertRegex(best, r"^  \* fast .* 2\.00$")
        self.assertRegex(out.splitlines()[-1], r"pin +1 +1\.00 +– +0\.500 +2\.00 +fast +2\.00$")

    def test_more_threads_show_what_they_bring(self):
        path = self.folder / "figures.json"
        programs = [self.program("alone", [entry("weft", "weft"), entry("even")], {"weft": 3.0, "even": 3.0}),
                    self.program("plain", [entry("sequential", "sequential")], {"sequential": 0.5}),
                    self.program("two", [entry("weft", "weft", threads=2), entry("even", threads=2), entry("new", threads=2)],
                                 {"weft": 1.5, "even": 4.0, "new": 1.0})]
        _, out, _ = self.race(programs, "--rounds", "1", "--json", str(path))
        alone, two = json.loads(path.read_text())
        self.assertNotIn("speed_up", alone["weft"])
        self.assertEqual((two["weft"]["speed_up"], two["peers"]["even"]["speed_up"]), (2.0, 0.75))
        for stranger in (two["peers"]["new"], two["sequential"]):
            self.assertNotIn("speed_up", stranger)
        block = out[out.index("pin, 2 threads"):]
        self.assertRegex(block, r"× 1T +weft is × as good\n +weft +1\.50 .* 1\.50 +2\.00 *\n")
        self.assertRegex(out, r"\n +pin +2 +1\.50 +2\.00 +0\.500 +1\.00 +new +0\.667\n")

    def test_a_wrong_answer_fails_the_race_and_has_no_figure(self):
        path = self.folder / "figures.json"
        programs = [self.program("ours", [entry("weft", "weft")], {"weft": 1.0}),
                    self.program("theirs", [entry("liar")], {"liar": None})]
        status, out, _ = self.race(programs, "--rounds", "3", "--json", str(path))
        self.assertEqual(status, 1)
        self.assertIn("FAILED    pin, 1T, liar: the sum of squares gave 1, the answer is 2", out)
        self.assertEqual(json.loads(path.read_text())[0]["peers"], {})
        self.assertEqual(self.log.read_text().count("liar"), 1)

    def test_missing_peers_are_named_with_their_package(self):
        _, out, _ = self.race(self.three(), "--rounds", "1", missing=["xenium|libxenium-dev"])
        self.assertIn("Absent    xenium: install it with: apt-get install libxenium-dev", out)
        self.assertIn("Absent    no rust here", out)

    def test_filter_picks_works_and_a_strange_one_is_refused(self):
        programs = [self.program("ours", [entry("weft", "weft"), entry("weft", "weft", work="fib")], {"weft": 1.0})]
        self.race(programs, "fi", "--rounds", "1")
        self.assertEqual(self.log.read_text(), "weft fib 1\n")
        status, _, err = self.race(programs, "nothing")
        self.assertEqual((status, err), (2, "race: nothing is called 'nothing'; "
                                          f"there are the groups {' '.join(who.GROUPS)}, and: fib pin\n"))

    def test_a_group_is_picked_by_its_name(self):
        works = ["fib", "uts", "pin", "idle_memory", "oversubscribed"]
        programs = [self.program("ours", [entry("weft", "weft", work=work) for work in works], {"weft": 1.0})]
        for pattern, picked in (("fork", works[:2]), ("idle", works[3:]), ("parts|fork", works[:3]), ("memory", works[3:4])):
            self.log.unlink(missing_ok=True)
            self.assertEqual(self.race(programs, pattern, "--rounds", "1")[0], 0)
            self.assertEqual({line.split()[1] for line in self.log.read_text().splitlines()}, set(picked), pattern)

    def test_figures_of_nothing_are_as_good_as_each_other(self):
        path, picture = self.folder / "figures.json", self.folder / "ratios.svg"
        for ours, ratios in ((0.0, {"asleep": "1.00", "awake": "∞"}), (2.0, {"asleep": "0", "awake": "1.50"})):
            programs = [self.program("ours", [entry("weft", "weft")], {"weft": ours}),
                        self.program("theirs", [entry("asleep"), entry("awake")], {"asleep": 0.0, "awake": 3.0})]
            status, out, _ = self.race(programs, "--rounds", "1", "--json", str(path), "--plot", str(picture))
            self.assertEqual(status, 0)
            for name, ratio in ratios.items():
                self.assertRegex(out, rf"  {name} .* {ratio}\n")
            ElementTree.parse(picture)

    def test_an_unbuilt_peer_is_a_gap_and_an_unbuilt_weft_is_the_end(self):
        status, out, _ = self.race([*self.three(), str(self.folder / "race_pin_xenium")], "--rounds", "1")
        self.assertEqual(status, 0)
        self.assertIn("Absent    race_pin_xenium isn't built", out)
        status, _, err = self.race([*self.three(), str(self.folder / "race_pin_weft")], "--rounds", "1")
        self.assertEqual(status, 2)
        self.assertIn("race_pin_weft isn't built", err)

    def test_an_unbuilt_folder_gets_a_sentence(self):
        with mock.patch("sys.stderr", io.StringIO()) as err:
            self.assertEqual(race.main([str(self.folder)]), 2)
        self.assertIn("build the target weft_race", err.getvalue())

    def test_plot_is_well_formed(self):
        path = self.folder / "ratios.svg"
        self.race(self.three(), "--rounds", "1", "--plot", str(path))
        ElementTree.parse(path)
        self.assertIn("2.00×  fast", path.read_text())

    def test_contestants_must_agree_on_the_unit(self):
        programs = [self.program("ours", [entry("weft", "weft")], {"weft": 1.0}),
                    self.program("theirs", [entry("odd", unit="us")], {"odd": 1.0})]
        status, _, err = self.race(programs)
        self.assertEqual(status, 2)
        self.assertIn("measures pin in us, others in ns per pin+unpin", err)


class Orders(unittest.TestCase):
    def test_each_round_has_everybody_and_the_last_goes_by_work(self):
        everybody = [contestant(str(i), work=work) for work in ("pin", "fib") for i in range(5)]
        rounds = list(race.orders(everybody, 4, seed=1))
        for _, order in rounds:
            self.assertEqual(set(order), set(everybody))
        self.assertEqual([c.work for c in rounds[-1][1]], ["fib"] * 5 + ["pin"] * 5)
        self.assertNotEqual(rounds[0][1], rounds[1][1])

    def test_a_seed_repeats_the_order(self):
        everybody = [contestant(str(i)) for i in range(9)]
        self.assertEqual(list(race.orders(everybody, 3, 7)), list(race.orders(everybody, 3, 7)))


class Rows(unittest.TestCase):
    def test_ratio_is_above_one_when_weft_is_ahead_whichever_way_is_better(self):
        for lower, ours, theirs in ((True, 2.0, 6.0), (False, 6.0, 2.0)):
            row = results_of((contestant("weft", role="weft", lower=lower), [ours]),
                             (contestant("peer", lower=lower), [theirs])).rows()[0]
            self.assertEqual(row.times_as_good(row.best(True)), 3.0)

    def test_median_and_extremes_over_the_rounds(self):
        row = results_of((contestant("weft", role="weft"), [5.0, 1.0, 2.0])).rows()[0]
        self.assertEqual(row.weft.numbers(), {"median": 2.0, "min": 1.0, "max": 5.0})

    def test_a_weaker_promise_competes_apart(self):
        row = results_of((contestant("strong"), [3.0]), (contestant("weak", weaker="not linearizable"), [1.0])).rows()[0]
        self.assertEqual(row.best(True).contestant.name, "strong")
        self.assertEqual(row.best(False).contestant.name, "weak")

    def test_the_sequential_program_stands_in_every_row(self):
        rows = results_of((contestant("sequential", role="sequential"), [1.0]), (contestant("a", threads=1), [1.0]),
                          (contestant("a", threads=2), [1.0])).rows()
        self.assertEqual([(row.threads, row.sequential.median) for row in rows], [(1, 1.0), (2, 1.0)])

    def test_without_weft_there_is_no_ratio(self):
        row = results_of((contestant("peer"), [1.0])).rows()[0]
        self.assertTrue(math.isnan(row.times_as_good(row.best(True))))
        self.assertIsNone(figures.as_json([row])[0]["weft"])


class Words(unittest.TestCase):
    def test_numbers_have_three_digits(self):
        self.assertEqual([number(x) for x in (0.0832, 2.5, 16.44, 83.1, 14946.0, 0.0, math.nan, math.inf)],
                         ["0.0832", "2.50", "16.4", "83.1", "14946", "0", "–", "∞"])

    def test_durations(self):
        self.assertEqual([duration(x) for x in (0.4, 59.4, 61)], ["0 s", "59 s", "1 min 1 s"])

    def test_a_report_without_a_terminal_has_no_colour(self):
        out = io.StringIO()
        Report(out, io.StringIO()).row(results_of((contestant("weft", role="weft"), [1.0]),
                                                  (contestant("peer"), [2.0])).rows()[0])
        self.assertNotIn("\033", out.getvalue())

    def test_ticks_are_around_one(self):
        for reach in (2.0, 9.0, 300.0):
            ticks = plot._ticks(reach)
            self.assertIn(1.0, ticks)
            self.assertTrue(all(1 / reach <= tick <= reach for tick in ticks))

    def test_the_locked_versions_become_variables(self):
        with tempfile.TemporaryDirectory() as folder:
            lock = Path(folder) / "Cargo.lock"
            lock.write_text('[[package]]\nname = "crossbeam-epoch"\nversion = "0.9.13"\n\n[[package]]\nname = "libc"\nversion = "1"\n')
            self.assertEqual(rust.locked_versions(lock), {"RACE_CROSSBEAM_EPOCH": "0.9.13"})


class Rust(unittest.TestCase):
    """Which crates take part; cargo is a script that writes down what it is asked."""

    SOURCE = Path(rust.__file__).resolve().parent / "rust"

    def build(self, crates, cargo="true"):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        folder = Path(folder.name)
        self.log, self.target = folder / "asked", folder / "target"
        for crate in crates:
            (folder / f"{crate}-1.0.0").mkdir()
        script = folder / "cargo"
        script.write_text(f'#!/bin/sh\necho "$@" >>{self.log}\n: >Cargo.lock\n{cargo}\n')
        script.chmod(0o755)
        with mock.patch("rust.REGISTRY", folder), mock.patch("rust.shutil.which", return_value=str(script)), \
                mock.patch("sys.stderr", io.StringIO()):
            return rust.build(self.SOURCE, self.target)

    def test_the_crates_that_are_there_take_part_and_the_others_are_named(self):
        program, absent = self.build(["rayon", "tokio"])
        self.assertEqual(program, str(self.target / "target" / "release" / "weft-race-rust"))
        self.assertEqual(absent, ["crossbeam: install it with: apt-get install librust-crossbeam-dev"])
        self.assertIn("--features rayon,tokio", self.log.read_text())
        manifest = (self.target / "Cargo.toml").read_text()
        self.assertNotIn("crossbeam", manifest)
        self.assertIn("rayon = ", manifest)

    def test_every_optional_crate_of_the_manifest_has_a_package(self):
        lines = (self.SOURCE / "Cargo.toml").read_text().splitlines()
        self.assertEqual({line.split(" = ")[0] for line in lines if "optional = true" in line}, set(rust.CRATES))

    def test_without_crates_there_is_no_program(self):
        self.assertEqual(self.build([])[0], None)

    def test_cargos_complaint_is_a_gap(self):
        program, absent = self.build(["rayon"], cargo="echo 'error: no such thing' >&2; exit 1")
        self.assertIsNone(program)
        self.assertIn("rayon: cargo generate-lockfile: error: no such thing", absent[-1])


class Packages(unittest.TestCase):
    """dev's need_peers, with a system in which nothing is installed and one package can't be."""

    DEV = Path(rust.__file__).resolve().parents[2] / "dev"

    def peers(self, refused):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        folder = Path(folder.name)
        scripts = {
            "dpkg-query": "exit 1",
            "apt-get": f'case "$*" in *{refused}*) echo "no such package" >&2; exit 100 ;; *install*) echo "$*" >>{folder}/log ;; esac',
            "sudo": 'while [ "$1" = -n ]; do shift; done; exec "$@"',
            "cargo": "true",
        }
        for name, body in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)
        done = subprocess.run(["bash", "-c", f"source {self.DEV} help >/dev/null; need_peers"], capture_output=True, text=True,
                              check=False, env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
        log = folder / "log"
        return done, log.read_text() if log.exists() else ""

    def test_one_that_cannot_be_had_keeps_nobody_else_away(self):
        done, installed = self.peers("libxenium-dev")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Going without libxenium-dev", done.stdout)
        for package in ("libtbb-dev", "liburcu-dev", "librust-rayon-dev"):
            self.assertIn(package, installed)
            self.assertNotIn(f"Going without {package}", done.stdout)

    def test_all_of_them_are_one_call(self):
        done, installed = self.peers("none-of-them")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(installed.splitlines()), 1)
        self.assertNotIn("Going without", done.stdout)


if __name__ == "__main__":
    unittest.main()
