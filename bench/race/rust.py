"""Builds the Rust contestants with the crates of Debian's packages, without the network, in the build folder."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from contestants import RaceError, environment

REGISTRY = Path("/usr/share/cargo/registry")
CRATES = {"rayon": "librust-rayon-dev", "crossbeam": "librust-crossbeam-dev", "tokio": "librust-tokio-dev"}


def build(source, folder):
    """Returns (program or None, sentences): the crates that can be had take part, and each other one is named."""
    cargo = shutil.which("cargo")
    if not cargo:
        return None, [f"{', '.join(CRATES)}: install them with: apt-get install cargo {' '.join(CRATES.values())}"]
    here = [crate for crate in CRATES if any(REGISTRY.glob(f"{crate}-[0-9]*"))]
    absent = [f"{crate}: install it with: apt-get install {CRATES[crate]}" for crate in CRATES if crate not in here]
    if not here:
        return None, absent
    folder = Path(folder)
    program = folder / "target" / "release" / "weft-race-rust"
    if not program.exists():
        print("Building the Rust contestants (cargo --offline)", file=sys.stderr, flush=True)
    copy_changed(Path(source), folder)
    write_changed(folder / "Cargo.toml", manifest((Path(source) / "Cargo.toml").read_text(), here))
    try:
        run_cargo(cargo, folder, "generate-lockfile", "--offline")
        versions = locked_versions(folder / "Cargo.lock")
        run_cargo(cargo, folder, "build", "--offline", "--release", "--features", ",".join(here), **versions)
    except RaceError as error:
        return None, absent + [f"{', '.join(here)}: {error}"]
    return str(program), absent


def manifest(text, here):
    """Without the crates that this machine doesn't have: cargo would look for them, wanted or not."""
    absent = tuple(f"{crate} = " for crate in CRATES if crate not in here)
    return "".join(line for line in text.splitlines(keepends=True) if not (absent and line.startswith(absent)))


def copy_changed(source, folder):
    """Brings the crate's files over; the lock file is left to cargo, which knows the crates that this machine has."""
    for path in source.rglob("*"):
        if path.is_file() and "target" not in path.relative_to(source).parts and path.name not in ("Cargo.lock", "Cargo.toml"):
            write_changed(folder / path.relative_to(source), path.read_text())


def write_changed(path, text):
    """Cargo builds again what is newer than the last build, so what is the same stays as it is."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def locked_versions(lock):
    """RACE_RAYON=1.6.1 and so on, for the crate to say in its listing."""
    packages = re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock.read_text())
    wanted = {"rayon", "tokio", "crossbeam-deque", "crossbeam-epoch", "crossbeam-queue"}
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
