"""Builds the Rust contestants with the crates of Debian's packages, without the network, in the build folder."""

import filecmp
import re
import shutil
import subprocess
import sys
from pathlib import Path

from contestants import RaceError, environment

REGISTRY = Path("/usr/share/cargo/registry")
PACKAGES = "librust-rayon-dev librust-crossbeam-dev"


def build(source, folder):
    """Returns (program, None), or (None, sentence) when rayon and crossbeam can't take part."""
    cargo = shutil.which("cargo")
    if not cargo:
        return None, f"rayon and crossbeam don't take part: install them with: apt-get install cargo {PACKAGES}"
    if not any(REGISTRY.glob("rayon-[0-9]*")) or not any(REGISTRY.glob("crossbeam-[0-9]*")):
        return None, f"rayon and crossbeam don't take part: install them with: apt-get install {PACKAGES}"
    folder = Path(folder)
    program = folder / "target" / "release" / "weft-race-rust"
    if not program.exists():
        print("Building the Rust contestants (cargo --offline)", file=sys.stderr, flush=True)
    copy_changed(Path(source), folder)
    try:
        run_cargo(cargo, folder, "generate-lockfile", "--offline")
        versions = locked_versions(folder / "Cargo.lock")
        run_cargo(cargo, folder, "build", "--offline", "--release", **versions)
    except RaceError as error:
        return None, f"rayon and crossbeam don't take part: {error}"
    return str(program), None


def copy_changed(source, folder):
    """Brings the crate's files over; the lock file is left to cargo, which knows the crates that this machine has."""
    for path in source.rglob("*"):
        if path.is_file() and "target" not in path.relative_to(source).parts and path.name != "Cargo.lock":
            copy = folder / path.relative_to(source)
            if not copy.exists() or not filecmp.cmp(path, copy, shallow=False):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


def locked_versions(lock):
    """RACE_RAYON=1.6.1 and so on, for the crate to say in its listing."""
    packages = re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock.read_text())
    wanted = {"rayon", "crossbeam-deque", "crossbeam-epoch", "crossbeam-queue"}
    return {"RACE_" + name.upper().replace("-", "_"): version for name, version in packages if name in wanted}


def run_cargo(cargo, folder, *arguments, **variables):
    log = folder / "cargo.log"
    done = subprocess.run([cargo, *arguments], cwd=folder, capture_output=True, text=True, check=False,
                          env=environment(CARGO_TARGET_DIR=str(folder.resolve() / "target"), **variables))
    log.write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        first = next((line for line in done.stderr.splitlines() if line.startswith("error")), "it failed")
        raise RaceError(f"cargo {arguments[0]}: {first} (see {log})")


def version():
    """The compiler's version line, or nothing."""
    try:
        return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
