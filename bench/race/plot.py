"""A picture of the ratios: one bar for each row, on a logarithmic scale around "as good as the best peer"."""

import math
from html import escape
from pathlib import Path

LEFT, RIGHT, TOP, LINE, BAR = 230, 350, 64, 26, 14
WIDTH = 1100
AHEAD, BEHIND, INK, PALE = "#2a7d4f", "#b23a3a", "#222222", "#cccccc"


def svg(rows, subtitle):
    bars = [(row, row.best(True), row.times_as_good(row.best(True))) for row in rows]
    bars = [bar for bar in bars if bar[1] is not None and 0 < bar[2] < math.inf]
    reach = max([2.0] + [max(ratio, 1 / ratio) for _, _, ratio in bars])
    decades = math.log10(reach)
    middle, half = LEFT + (WIDTH - LEFT - RIGHT) / 2, (WIDTH - LEFT - RIGHT) / 2

    def x(ratio):
        return middle + math.log10(ratio) / decades * half

    height = TOP + LINE * len(bars) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(16, 24, "weft beside the best peer: how many times as good (right of the line: weft is ahead)", size=16),
        _text(16, 42, subtitle, colour="#666666"),
    ]
    for tick in _ticks(reach):
        parts.append(f'<line x1="{x(tick):.1f}" y1="{TOP - 6}" x2="{x(tick):.1f}" y2="{height - 30}" '
                     f'stroke="{INK if tick == 1 else PALE}"/>')
        parts.append(_text(x(tick), height - 14, f"{tick:g}×", anchor="middle"))
    for index, (row, best, ratio) in enumerate(bars):
        y = TOP + LINE * index
        start, end = sorted((x(1), x(ratio)))
        colour = AHEAD if ratio >= 1 else BEHIND
        parts.append(_text(LEFT - 10, y + BAR - 2, f"{row.work}, {row.threads}T", anchor="end"))
        parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{BAR}" fill="{colour}"/>')
        parts.append(_text(WIDTH - RIGHT + 10, y + BAR - 2, f"{ratio:.2f}×  {best.contestant.title}", colour=colour))
    parts.append("</svg>\n")
    return "\n".join(parts)


def _ticks(reach):
    ticks, step = {1.0}, 1.0
    while step <= reach:
        for factor in (1, 2, 5):
            if step * factor <= reach:
                ticks |= {step * factor, 1 / (step * factor)}
        step *= 10
    if reach > 20:
        ticks = {tick for tick in ticks if math.isclose(math.log10(tick) % 1, 0, abs_tol=1e-9)
                 or math.isclose(math.log10(tick) % 1, 1, abs_tol=1e-9)}
    return sorted(ticks)


def _text(x, y, text, anchor="start", size=12, colour=INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'


def write(rows, path, subtitle):
    Path(path).write_text(svg(rows, subtitle), encoding="utf-8")
