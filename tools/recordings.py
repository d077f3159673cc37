"""People and our dances, measured by the same code: plots in docs/recordings/ and the table in docs/recordings.md.

    python tools/recordings.py [NAME=motion.npz ...]

Recordings come from PETIPA_DATA (default ../shared/data); dances are motions written by `petipa perform`. Nothing of a
recording is written but what was measured of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import load_dancer
from petipa.exchange.recording import read_recording, recorded_track
from petipa.lexicon import Lexicon, load_lexicon
from petipa.measure.anchors import anchors
from petipa.measure.assess import readings
from petipa.measure.figure import Figure, figure
from petipa.measure.flow import SEEN, Flow, rises, unloaded
from petipa.measure.torques import speeds, torques
from petipa.measure.track import track
from petipa.motion.model import Motion

Array = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DATA = Path(os.environ.get("PETIPA_DATA", ROOT.parent / "shared" / "data")) / "mocap" / "cmu"

TAKES: tuple[tuple[str, str, str], ...] = (
    ("01_01", "jumps", "forward jumps, ten"),
    ("02_04", "jumps", "a jump"),
    ("01_02", "hanging", "climbing and hanging"),
    ("02_01", "walks", "a walk"),
    ("05_01", "walks", "a walk"),
    ("05_02", "dance", "expressive arms, pirouette"),
    ("05_03", "dance", "sideways arabesque, turn step"),
    ("05_04", "dance", "sideways arabesque, bending back"),
    ("05_09", "dance", "glissades, attitude"),
    ("05_12", "dance", "arms high, tendu, turning the trunk"),
    ("05_14", "dance", "retiré derrière, attitude"),
    ("05_18", "dance", "attitude, jeté en tournant"),
    ("60_01", "dance", "salsa, taken as 60 frames a second"),
)


@dataclass(frozen=True)
class Row:
    """One take or dance: its name, what kind it is, and its numbers by measure."""

    name: str
    kind: str
    words: str
    values: dict[str, Array]


Measure = tuple[str, str, str, bool]
MEASURES: tuple[Measure, ...] = (
    # key, title, unit, whether on a logarithmic scale
    ("synchrony", "joints that start or stop within one frame of each other", "% of those within 0.25 s", False),
    ("lag", "outward joint fastest after its neighbour", "ms", False),
    ("profile", "fastest over mean speed of a stroke of hand or foot", "", False),
    ("rise", "share of a leg's rise in its last fifth", "", False),
    ("shake", "movement above 6 Hz in unloaded joints, the largest at each frame", "degrees/s", True),
    ("jerk", "squared jerk of the hands against the chest", "m2/s6", True),
    ("speed", "fastest joint at each frame, of its limit", "%", True),
    ("torque", "torque at each frame, of her strength at that speed", "%", True),
    ("residual", "root residual: force the floor cannot give", "% of body weight", True),
    ("fall", "acceleration less gravity in flight", "m/s2", True),
    ("spin", "change of angular momentum in a flight, per kg", "m2/s", True),
)


def numbers(f: Figure) -> dict[str, Array]:
    """Every measure's values over one motion."""
    seen = f.track
    flow = Flow(seen)
    flights = [hop for hop in f.flights if hop.confirmed]
    _, shake = flow.shake(unloaded(seen))
    found = torques(seen)
    return {
        "synchrony": flow.synchrony()[1],
        "lag": flow.lags()[1],
        "profile": flow.profiles()[1],
        "rise": np.array([share for side in (0, 1) for _, share in rises(f, side)]),
        "shake": shake,
        "jerk": flow.jerk()[2:-2],
        "speed": speeds(seen)[1].max(axis=1),
        "torque": found.used.max(axis=1),
        "residual": f.fitted.force,
        "fall": np.array([max(hop.fall) for hop in flights]),
        "spin": np.array([hop.spin for hop in flights]),
    }


def people() -> Iterator[tuple[Row, Figure]]:
    """Every take there is."""
    for name, kind, words in TAKES:
        path = DATA / f"{name}.amc"
        if not path.exists():
            print(f"{path} is not here: left out", file=sys.stderr)
            continue
        rate = 60.0 if name == "60_01" else 120.0
        f = figure(recorded_track(read_recording(DATA / f"{name[:2]}.asf", path, rate=rate)))
        yield Row(name, kind, words, numbers(f)), f


def dances(named: list[str]) -> Iterator[tuple[Row, Figure]]:
    """Our own dances, from NAME=FILE."""
    for word in named:
        name, _, path = word.partition("=")
        motion = Motion.load(path)
        f = figure(track(motion, load_dancer(motion.dancer)))
        yield Row(name, "ours", "petipa", numbers(f)), f


# Plots

_INK, _PALE = "#333333", "#dddddd"
_COLOURS = {"jumps": "#8a6d3b", "walks": "#8a8a8a", "hanging": "#c0c0c0", "dance": "#3b6e8a", "ours": "#a8324a"}
_LEFT, _WIDE, _STEP, _TOP = 250, 430, 20, 46


def _quantiles(values: Array) -> Array:
    good = values[np.isfinite(values)]
    return np.percentile(good, [5, 25, 50, 75, 95]) if len(good) else np.full(5, np.nan)


def _scale(rows: list[Row], key: str, log: bool) -> tuple[float, float, Callable[[float], float]]:
    ends = np.array([_quantiles(row.values[key])[[0, 4]] for row in rows])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    if log:
        low = max(low, high * 1e-6, 1e-6)
        a, b = np.floor(np.log10(low)), np.ceil(np.log10(max(high, low * 10)))
        return 10.0**a, 10.0**b, lambda x: float((np.log10(max(x, 10.0**a)) - a) / (b - a))
    pad = 0.05 * (high - low or 1.0)
    low, high = (0.0 if 0 <= low < 0.3 * high else low - pad), high + pad
    return low, high, lambda x: float((x - low) / (high - low))


def _ticks(low: float, high: float, log: bool) -> list[float]:
    if log:
        return [10.0**k for k in range(round(np.log10(low)), round(np.log10(high)) + 1)]
    step = 10.0 ** np.floor(np.log10((high - low) / 4))
    step *= min((1, 2, 5, 10), key=lambda k: abs((high - low) / (k * step) - 5))
    return [float(x) for x in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def plot(rows: list[Row], measure: Measure) -> str:
    """One measure of every row: whiskers 5 to 95, box 25 to 75, a line at the median, as SVG."""
    key, title, unit, log = measure
    low, high, at = _scale(rows, key, log)
    height = _TOP + _STEP * len(rows) + 40
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDE + 30}" height="{height}" '
        f'font-family="sans-serif" font-size="11" fill="{_INK}">',
        f'<rect width="100%" height="100%" fill="white"/><text x="10" y="20" font-size="14">{escape(title)}</text>',
    ]
    bottom = _TOP + _STEP * len(rows)
    for tick in _ticks(low, high, log):
        x = _LEFT + _WIDE * at(tick)
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom}" stroke="{_PALE}"/>')
        out.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{tick:g}</text>')
    out.append(f'<text x="{_LEFT + _WIDE / 2}" y="{bottom + 32}" text-anchor="middle">{escape(unit)}</text>')
    for k, row in enumerate(rows):
        y = _TOP + _STEP * k + _STEP / 2
        count = int(np.isfinite(row.values[key]).sum())
        name = f"{row.name}: {row.words}" if row.kind != "ours" else row.name
        out.append(f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        if not count:
            out.append(f'<text x="{_LEFT + 6}" y="{y + 4}" fill="#999999">none</text>')
            continue
        a, b, c, d, e = (_LEFT + _WIDE * min(max(at(float(v)), 0.0), 1.0) for v in _quantiles(row.values[key]))
        colour = _COLOURS[row.kind]
        out.append(f'<line x1="{a:.1f}" x2="{e:.1f}" y1="{y}" y2="{y}" stroke="{colour}"/>')
        box = f'x="{b:.1f}" y="{y - 6}" width="{max(d - b, 1):.1f}" height="12"'
        out.append(f'<rect {box} fill="{colour}" fill-opacity="0.45"/>')
        out.append(f'<line x1="{c:.1f}" x2="{c:.1f}" y1="{y - 7}" y2="{y + 7}" stroke="{colour}" stroke-width="2.5"/>')
    return "\n".join([*out, "</svg>"]) + "\n"


# The table


def _told(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{round(value, 4):.3g}"


def table(rows: list[Row]) -> str:
    """Medians (and of some measures the 95th percentile) by row, as Markdown."""
    columns: tuple[tuple[str, str, Callable[[Array], float]], ...] = (
        ("together, %", "synchrony", lambda v: float(np.mean(v))),
        ("in one frame, %", "lag", lambda v: float(100 * np.mean(np.abs(v) <= 17))),
        ("lag, ms", "lag", lambda v: float(np.mean(v))),
        ("peak/mean", "profile", lambda v: float(np.mean(v))),
        ("last fifth", "rise", lambda v: float(np.median(v))),
        ("shake, °/s", "shake", lambda v: float(np.median(v))),
        ("jerk, m²/s⁶", "jerk", lambda v: float(np.mean(v))),
        ("torque 95, %", "torque", lambda v: float(np.percentile(v, 95))),
        ("over 100 %", "torque", lambda v: float(100 * np.mean(v > 100))),
        ("residual 50, %", "residual", lambda v: float(np.median(v))),
        ("flights", "fall", lambda v: float(len(v))),
        ("fall, m/s²", "fall", lambda v: float(np.median(v))),
        ("spin, m²/s", "spin", lambda v: float(np.median(v))),
    )
    lines = ["| | " + " | ".join(title for title, _, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = [_told(take(row.values[key])) if len(row.values[key]) else "–" for _, key, take in columns]
        lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def wanted(named: list[tuple[Row, Figure]], lexicon: Lexicon) -> str:
    """Every reading and anchor of our dances, the worst with step and frame, as Markdown."""
    by_dance = [(row.name, {one.name: one for one in readings(f, lexicon)}) for row, f in named]
    lines = [
        "| fault | measure | wanted | " + " | ".join(name for name, _ in by_dance) + " |",
        "|---" * (3 + len(by_dance)) + "|",
    ]
    for name, first in by_dance[0][1].items():
        cells = []
        for _, seen in by_dance:
            one = seen[name]
            where = f", frame {one.places[0].frame}, {one.places[0].label}" if one.places and not one.holds else ""
            cells.append(f"{'' if one.holds else '**'}{_told(one.value)}{'' if one.holds else '**'}{where}")
        unit = f" {first.unit}" if first.unit else ""
        lines.append(f"| {first.fault} | {name} | {first.wanted}{unit} | " + " | ".join(cells) + " |")
    real = [(row.name, {one.name: one for one in anchors(f)}) for row, f in named]
    lines += [
        "",
        "| anchor | published | " + " | ".join(name for name, _ in real) + " |",
        "|---" * (2 + len(real)) + "|",
    ]
    for name, sample in real[0][1].items():
        marks = ["**" if seen[name].near is False else "" for _, seen in real]
        cells = [f"{mark}{_told(seen[name].measured)}{mark}" for mark, (_, seen) in zip(marks, real, strict=True)]
        lines.append(f"| {name} | {sample.published} ({sample.source}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _between(text: str, mark: str, new: str) -> str:
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    head, rest = text.split(begin, 1)
    _, tail = rest.split(end, 1)
    return f"{head}{begin}\n{new}\n{end}{tail}"


def main(named: list[str]) -> None:
    """Measure, plot, and fill the tables of docs/recordings.md."""
    ours = list(dances(named))
    rows = [*(row for row, _ in people()), *(row for row, _ in ours)]
    (DOCS / "recordings").mkdir(parents=True, exist_ok=True)
    for measure in MEASURES:
        (DOCS / "recordings" / f"{measure[0]}.svg").write_text(plot(rows, measure), encoding="utf-8")
    page = DOCS / "recordings.md"
    text = _between(page.read_text(encoding="utf-8"), "numbers", table(rows))
    if ours:
        text = _between(text, "wanted", wanted(ours, load_lexicon()))
    page.write_text(text, encoding="utf-8")
    print(f"{len(rows)} motions, {len(MEASURES)} plots; {len(SEEN)} joints looked at")


if __name__ == "__main__":
    main(sys.argv[1:])
