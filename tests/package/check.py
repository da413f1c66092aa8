#!/usr/bin/env python3
"""The package as its users get it.

    check.py WHAT SOURCE BUILD WORK CMAKE GENERATOR COMPILER

  install            installs the build, then moves the tree, so that whatever comes after shows that it may be moved
  find_package       a consumer finds it by CMake, with components, builds and runs
  missing_component  a component that weft doesn't have is refused, by a sentence that lists those that it has
  pkg_config         a consumer finds it by pkg-config, builds and runs
  add_subdirectory   a consumer takes in the sources, as shared libraries; nothing of the consumer's project changes
"""

import os
import pathlib
import shutil
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent


def run(*command, env=None):
    command = [str(word) for word in command]
    print("+", " ".join(command), flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **(env or {})})
    print(done.stdout, flush=True)
    return done


def must(*command, env=None):
    done = run(*command, env=env)
    if done.returncode != 0:
        sys.exit(f"failed with status {done.returncode}: {command[0]}")
    return done.stdout


class Package:
    def __init__(self, source, build, work, cmake, generator, compiler):
        self.source, self.build, self.cmake, self.generator, self.compiler = source, build, cmake, generator, compiler
        self.work = pathlib.Path(work)
        self.tree = self.work / "moved here"  # with a space in it, on purpose

    def fresh(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def configure(self, project, folder, *flags):
        return run(self.cmake, "-S", project, "-B", folder, "-G", self.generator, f"-DCMAKE_CXX_COMPILER={self.compiler}", *flags)

    def build_and_run(self, folder):
        must(self.cmake, "--build", folder)
        said = must(folder / "consumer")
        if "weft works" not in said:
            sys.exit("the consumer didn't say 'weft works'")

    def install(self):
        first = self.fresh("first place")
        shutil.rmtree(self.tree, ignore_errors=True)
        must(self.cmake, "--install", self.build, "--prefix", first)
        first.rename(self.tree)
        for path in self.tree.rglob("*"):
            if path.suffix in (".cmake", ".pc") and (str(first) in path.read_text() or str(self.source) in path.read_text()):
                sys.exit(f"{path} holds an absolute path")
            if path.suffix == ".cmake" and "weft_warnings" in path.read_text():
                sys.exit(f"{path} gives weft's own warnings to its users")

    def find_package(self):
        folder = self.fresh("by cmake")
        if self.configure(here / "consumer", folder, f"-DCMAKE_PREFIX_PATH={self.tree}").returncode != 0:
            sys.exit("the consumer's configuration failed")
        self.build_and_run(folder)

    def missing_component(self):
        folder = self.fresh("missing component")
        done = self.configure(here / "consumer", folder, f"-DCMAKE_PREFIX_PATH={self.tree}", "-DEXTRA_COMPONENT=teleport")
        if done.returncode == 0 or "weft has no component 'teleport'" not in " ".join(done.stdout.split()):
            sys.exit("the missing component wasn't refused in words")

    def pkg_config(self):
        folder = self.fresh("by pkg-config")
        found = next(self.tree.rglob("weft.pc"), None) or sys.exit("no weft.pc was installed")
        env = {"PKG_CONFIG_PATH": str(found.parent)}
        flags = must("pkg-config", "--cflags", "--libs", "weft", env=env)
        script = f'"$0" -std=c++20 "$1" -o "$2" {flags.strip()}'
        must("sh", "-c", script, self.compiler, here / "consumer" / "main.cpp", folder / "consumer")
        said = must(folder / "consumer", env={"LD_LIBRARY_PATH": str(found.parent.parent)})
        if "weft works" not in said:
            sys.exit("the consumer didn't say 'weft works'")

    def add_subdirectory(self):
        folder = self.fresh("by source")
        flags = ["-DBUILD_SHARED_LIBS=ON", "-DCMAKE_BUILD_TYPE=Debug", f"-DWEFT_SOURCE={self.source}"]
        if self.configure(here / "consumer", folder, *flags).returncode != 0:
            sys.exit("the consumer's configuration failed")
        self.build_and_run(folder)
        if not list(folder.rglob("libweft_par.so*")):
            sys.exit("BUILD_SHARED_LIBS made no shared library")


def main(what, *rest):
    getattr(Package(*rest), what)()


main(*sys.argv[1:])
