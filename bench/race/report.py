"""The race on the terminal: a block for each row as it is finished, a summary at the end, progress in between."""

import math
import sys
import time

GREEN, RED, BOLD, DIM, PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[2m", "\033[0m"


def number(value):
    """Three significant digits without an exponent."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"


class Report:
    def __init__(self, out=None, err=None):
        self.out, self.err = out or sys.stdout, err or sys.stderr
        self.colourful = self.out.isatty()
        self.live = self.err.isatty()
        self.started = time.monotonic()
        self.shown = False

    def _paint(self, text, *codes):
        return "".join(codes) + text + PLAIN if self.colourful and codes else text

    def say(self, text=""):
        self._wipe()
        print(text, file=self.out, flush=True)

    def _wipe(self):
        if self.shown:
            print("\r\033[K", end="", file=self.err, flush=True)
            self.shown = False

    # ------------------------------------------------------------------------------------------ progress

    def progress(self, done, of, what):
        if not self.live:
            return
        left = (time.monotonic() - self.started) / max(done, 1) * (of - done)
        print(f"\r\033[K{done * 100 // of:3d} %  {duration(left)} left  {what}"[:100], end="", file=self.err, flush=True)
        self.shown = True

    def round_over(self, number_of_round, rounds, done, of):
        if not self.live:
            left = (time.monotonic() - self.started) / max(done, 1) * (of - done)
            print(f"round {number_of_round} of {rounds} is over; about {duration(left)} left", file=self.err, flush=True)

    # ------------------------------------------------------------------------------------------ rows

    def row(self, row):
        direction = "lower" if row.lower_is_better else "higher"
        threads = "1 thread" if row.threads == 1 else f"{row.threads} threads"
        head = f"{row.work}, {threads} [{row.unit}, {direction} is better]"
        self.say("\n" + self._paint(head, BOLD))
        gain = f"× {row.fewest.threads}T" if row.fewest else ""
        self.say(f"    {'':46} {'median':>9}  {'min':>9} – {'max':<9} {gain:>6} {'weft is × as good':>18}")
        best, weaker_best = row.best(True), row.best(False)
        self._line(row, row.weft, " ")
        self._line(row, row.sequential, " ")
        pick = 1 if row.lower_is_better else -1
        for peer in sorted(row.peers, key=lambda peer: pick * peer.median if peer.counts() else math.inf):
            self._line(row, peer, "*" if peer is best else "~" if peer is weaker_best else " ")
        if weaker_best:
            self.say(self._paint("    ~ best of those that promise less", DIM))

    def _line(self, row, score, mark):
        if score is None:
            return
        name = score.contestant.title if score is not row.weft else "weft"
        if score.failure:
            self.say(f"  {mark} {name:46} {self._paint('failed: ' + score.failure, RED)}")
            return
        if not score.figures:
            return
        numbers = score.numbers()
        text = f"  {mark} {name:46} {number(numbers['median']):>9}  {number(numbers['min']):>9} – {number(numbers['max']):<9}"
        gain = row.speed_up(score)
        text += f" {'' if math.isnan(gain) else number(gain):>6}"
        if score is row.weft:
            self.say(self._paint(text, BOLD))
        else:
            promise = f"  {self._paint(score.contestant.weaker, DIM)}" if score.contestant.weaker else ""
            self.say(f"{text} {self._ratio(row.times_as_good(score), 18)}{promise}")

    def _ratio(self, ratio, width):
        text = f"{number(ratio):>{width}}"
        if math.isnan(ratio):
            return text
        return self._paint(text, GREEN if ratio >= 1 else RED)

    # ------------------------------------------------------------------------------------------ the end

    def summary(self, rows):
        self.say("\n" + self._paint("Summary: medians; the last column says how many times as good weft is as the best peer", BOLD))
        self.say(f"    {'work':20} {'threads':>7}  {'weft':>9} {'speed-up':>8} {'sequential':>10} {'best peer':>9}  {'':38} {'ratio':>7}")
        for row in rows:
            best = row.best(True)
            weft, sequential = (s.median if s and s.counts() else None for s in (row.weft, row.sequential))
            gain = row.speed_up(row.weft) if row.weft else math.nan
            self.say(f"    {row.work:20} {row.threads:7}  {number(weft):>9} {number(gain):>8} {number(sequential):>10} "
                     f"{number(best.median if best else None):>9}  {best.contestant.title if best else '':38} "
                     f"{self._ratio(row.times_as_good(best), 7)}")


def duration(seconds):
    seconds = int(seconds + 0.5)
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
