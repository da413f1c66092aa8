"""The figures of a race, by row: one row for each work and number of threads."""

import json
import math
import os
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from contestants import place_of


@dataclass
class Score:
    """One contestant's figures, a figure for each round that it finished."""
    contestant: object
    figures: list = field(default_factory=list)
    failure: str = ""

    @property
    def median(self):
        return statistics.median(self.figures)

    def numbers(self):
        return {"median": self.median, "min": min(self.figures), "max": max(self.figures)}

    def counts(self):
        return bool(self.figures) and not self.failure


@dataclass
class Row:
    work: str
    unit: str
    lower_is_better: bool
    threads: int
    weft: Score = None
    sequential: Score = None
    peers: list = field(default_factory=list)
    fewest: object = None  # the row of the same work with the fewest threads, if that isn't this one

    def times_as_good(self, other):
        """How many times as good weft is as the other: above 1 weft is ahead."""
        if not (self.weft and self.weft.counts() and other and other.counts()):
            return math.nan
        return self._advantage(self.weft.median, other.median)

    def speed_up(self, score):
        """How many times as good a contestant is as with the fewest threads."""
        alone = self.fewest and self.fewest.score_of(score.contestant.name)
        return self._advantage(score.median, alone.median) if alone and alone.counts() and score.counts() else math.nan

    def score_of(self, name):
        return next((score for score in [self.weft, *self.peers] if score and score.contestant.name == name), None)

    def _advantage(self, one, other):
        """Figures of nothing at all, such as an idle pool's processor time, are as good as each other."""
        better, worse = (other, one) if self.lower_is_better else (one, other)
        if worse == 0:
            return 1.0 if better == 0 else math.inf
        return better / worse

    def best(self, promising_the_same):
        """The best peer of those with the same promise, or of those with a weaker one."""
        able = [peer for peer in self.peers if peer.counts() and bool(peer.contestant.weaker) != promising_the_same]
        pick = min if self.lower_is_better else max
        return pick(able, key=lambda peer: peer.median) if able else None


class Results:
    def __init__(self, contestants):
        self.scores = {c: Score(c) for c in contestants}

    def add(self, contestant, figure):
        self.scores[contestant].figures.append(figure)

    def fail(self, contestant, reason):
        self.scores[contestant].failure = reason

    def failures(self):
        return [score for score in self.scores.values() if score.failure]

    def rows(self, work=None):
        """Rows in the order of the report; the sequential program of a work stands in each of its rows."""
        rows, sequential = {}, {}
        for c, score in self.scores.items():
            if work not in (None, c.work):
                continue
            if c.role == "sequential":
                sequential[c.work] = score
                continue
            row = rows.setdefault((c.work, c.threads), Row(c.work, c.unit, c.lower_is_better, c.threads))
            if c.role == "weft":
                row.weft = score
            else:
                row.peers.append(score)
        ordered = sorted(rows.values(), key=lambda row: (place_of(row.work), row.threads))
        first = {}
        for row in ordered:
            row.sequential = sequential.get(row.work)
            row.fewest = first.get(row.work)
            first.setdefault(row.work, row)
        return ordered


def as_json(rows):
    def numbers(row, score):
        if not (score and score.counts()):
            return None
        gain = row.speed_up(score)
        return score.numbers() if not math.isfinite(gain) else {**score.numbers(), "speed_up": gain}
    return [{
        "work": row.work, "unit": row.unit, "lower_is_better": row.lower_is_better, "threads": row.threads,
        "weft": numbers(row, row.weft),
        "peers": {peer.contestant.name: numbers(row, peer) for peer in row.peers if peer.counts()},
        "sequential": numbers(row, row.sequential),
    } for row in rows]


def write_json(rows, path):
    """All or nothing: a reader never sees half a file."""
    path = Path(path)
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(as_json(rows), indent=2) + "\n")
    os.replace(half, path)
