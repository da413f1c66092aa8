"""What the style tests share: where the rooms are, which may include which, and a look at C++ without its comments."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each room and the rooms that it may include, as in the picture of the house.
ROOMS = {
    "atomic": [],
    "epoch": ["atomic"],
    "deque": ["atomic"],
    "channel": ["epoch", "atomic"],
    "par": ["deque", "atomic"],
    "futures": ["par", "deque", "channel", "epoch", "atomic"],
}

# The files that make up the seam: they alone may touch the standard library's atomics and threads.
SEAM = {
    "atomic/include/weft/atomic/seam.hpp",
    "atomic/include/weft/atomic/orders.hpp",
    "atomic/src/seam.cpp",
}


def shipped(room=None):
    """The C++ files that users get, of one room or of all."""
    for name in [room] if room else ROOMS:
        for part in ("include", "src"):
            for path in sorted((ROOT / name / part).rglob("*")):
                if path.suffix in (".hpp", ".cpp"):
                    yield path


def name_of(path):
    path = pathlib.Path(path).resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>R"(?P<delimiter>[^()\s\\]*)\(.*?\)(?P=delimiter)"|"""
    r""""(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+')""",
    re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with comments and the insides of literals blanked; every line stays where it was."""
    return _TOKEN.sub(lambda found: _blank(found.group()), text)


def comments_of(text):
    """The // comments as {line number: (column, words)}; line numbers count from 1."""
    comments = {}
    for found in _TOKEN.finditer(text):
        comment = found.group("comment")
        if comment and comment.startswith("//"):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - (text.rfind("\n", 0, found.start()) + 1)
            comments[line] = (column, comment.lstrip("/").strip())
    return comments


class Findings:
    """Collects complaints, prints them as FILE:LINE: sentence, and turns them into an exit status."""

    def __init__(self, what):
        self.what = what
        self.looked_at = 0
        self.complaints = []

    def add(self, path, line, rule, sentence):
        self.complaints.append((name_of(path), line, rule, sentence))

    def finish(self):
        for path, line, rule, sentence in sorted(self.complaints):
            print(f"{path}:{line}: {sentence} [{rule}]")
        print(f"{self.what}: {self.looked_at} files, {len(self.complaints)} complaints")
        if not self.looked_at:
            sys.exit(f"{self.what}: there was nothing to look at")
        sys.exit(1 if self.complaints else 0)
