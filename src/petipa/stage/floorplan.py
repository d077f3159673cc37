"""The floor path of a dance seen from above, the audience at the bottom: one plan of all, and one of each phrase."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.floor import PLACES, Stage
from petipa.floor.stage import numbered
from petipa.motion.plan import Contact, Plan
from petipa.stage.sketch import Colour, Point, Sketch

Array = NDArray[np.float64]

RATE = 30.0
_SMOOTH = 0.25
"""A path is rounded over so many seconds: where she goes, not how each foot is set."""

INK, FAINT, LINE, FLOOR = (52, 44, 46), (128, 116, 114), (206, 196, 188), (246, 241, 234)
COLOURS: tuple[Colour, ...] = (
    (178, 58, 72),
    (36, 112, 160),
    (58, 128, 72),
    (150, 90, 20),
    (112, 68, 150),
    (20, 124, 124),
    (190, 84, 130),
    (86, 86, 96),
)


@dataclass(frozen=True)
class Section:
    """A phrase of the text: which steps of the plan, its bars, and what is said of it."""

    steps: tuple[int, ...]
    first_bar: int
    last_bar: int
    words: str = ""

    @property
    def bars(self) -> str:
        """``bar 3`` or ``bars 3–8``."""
        if self.first_bar == self.last_bar:
            return f"bar {self.first_bar}"
        return f"bars {self.first_bar}–{self.last_bar}"


@dataclass(frozen=True)
class Path:
    """Where she is on the floor while the plan lasts.

    Attributes
    ----------
    times : (N,) [s]
    places : (N, 2) [m], downstage and stage left of the centre
    yaw : (N,) of the hips [rad], 0 facing the audience
    """

    times: Array
    places: Array
    yaw: Array

    def at(self, time: float) -> Array:
        """Where she is at a time [s]."""
        return np.array([np.interp(time, self.times, self.places[:, k]) for k in (0, 1)])

    def facing(self, time: float) -> float:
        """Where she faces at a time [s]: yaw [rad]."""
        return float(np.interp(time, self.times, self.yaw))

    def length(self, start: float, stop: float) -> float:
        """Metres gone between two times [s]."""
        inside = (self.times >= start) & (self.times <= stop)
        return float(np.linalg.norm(np.diff(self.places[inside], axis=0), axis=1).sum()) if inside.sum() > 1 else 0.0


def path_of(plan: Plan, *, foot_length: float = 0.23) -> Path:
    """Where the weight goes in a plan: between the feet on the floor, by the share each carries."""
    from scipy.ndimage import gaussian_filter1d

    end = plan.start + (plan.frames - 1) / 60.0
    times = np.arange(plan.start, end + 0.5 / RATE, 1 / RATE)
    feet = []
    for events in plan.feet:
        stood = [event for event in events if event.contact is Contact.PLANT]
        if not stood:
            feet.append(np.zeros((len(times), 2)))
            continue
        when = np.array([event.time for event in stood])
        middle = np.array(
            [
                np.array(event.anchor)
                - (0.5 * foot_length if event.roll < 0.5 else 0.0) * np.array([np.cos(event.yaw), np.sin(event.yaw)])
                for event in stood
            ]
        )
        feet.append(np.stack([np.interp(times, when, middle[:, k]) for k in (0, 1)], axis=1))
    share = np.interp(times, plan.weight.times, plan.weight.values)[:, None]
    places = share * feet[0] + (1.0 - share) * feet[1]
    places = gaussian_filter1d(places, _SMOOTH * RATE, axis=0, mode="nearest")
    yaw = np.interp(times, plan.heading.times, plan.heading.values)
    return Path(times, places, yaw)


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class _View:
    """Places a stage within a drawing."""

    def __init__(self, sketch: Sketch, stage: Stage, at: Point, metre: float) -> None:
        self.sketch, self.stage, self.metre = sketch, stage, metre
        self.left = at[0] + _WINGS * metre
        self.top = at[1] + _BACK * metre
        self._taken: list[tuple[float, float, float, float]] = []

    def px(self, place: Sequence[float] | Array) -> Point:
        """A point of the stage (downstage, stage left) in the drawing."""
        return (
            self.left + (self.stage.width / 2 + float(place[1])) * self.metre,
            self.top + (self.stage.depth / 2 + float(place[0])) * self.metre,
        )

    def label(self, text: str, place: Array, colour: Colour, *, size: int) -> None:
        """Words beside a place, where no other words are yet."""
        x, y = self.px(place)
        wide, tall = 0.56 * size * len(text) + 4, size + 2.0
        away = 0.16 * self.metre

        def box(dx: float, dy: float) -> tuple[float, float, float, float]:
            cx, cy = x + dx * (away + wide / 2), y + dy * (away + tall / 2)
            return (cx - wide / 2, cy - tall / 2, cx + wide / 2, cy + tall / 2)

        ways: list[Point] = [(1, -1), (-1, -1), (1, 1), (-1, 1), (1.2, 0), (-1.2, 0), (0, -2), (0, 2)]
        ways += [(2.2 * dx, 2.2 * dy) for dx, dy in ways] + [(3.6 * dx, 3.6 * dy) for dx, dy in ways]
        free = [b for b in (box(*way) for way in ways) if not any(_meet(b, other) for other in self._taken)]
        chosen = free[0] if free else box(*ways[0])
        self._taken.append(chosen)
        at = (0.5 * (chosen[0] + chosen[2]), 0.5 * (chosen[1] + chosen[3]))
        if math.hypot(at[0] - x, at[1] - y) > 2.2 * (away + tall):
            self.sketch.line([(x, y), at], LINE, width=0.8)
        self.sketch.words(text, at, colour, size=size)

    def keep_clear(self, places: Array, away: float = 3.0) -> None:
        """Leave these places free of words."""
        for place in places[:: max(1, len(places) // 150)]:
            x, y = self.px(place)
            self._taken.append((x - away, y - away, x + away, y + away))

    def house(self, school: str) -> None:
        """Stage, wings, backdrop, points and audience."""
        sketch, stage, metre = self.sketch, self.stage, self.metre
        half_w, half_d = stage.width / 2, stage.depth / 2
        corners = [(-half_d, -half_w), (-half_d, half_w), (half_d, half_w), (half_d, -half_w)]
        sketch.shape([self.px(c) for c in corners], fill=FLOOR, colour=LINE, width=1.2)
        sketch.line([self.px((-half_d - 0.18, -half_w)), self.px((-half_d - 0.18, half_w))], INK, width=2.2)
        for k in range(4):
            x = -half_d + (k + 0.5) * stage.depth / 4
            for side in (-1, 1):
                a, b = (x - 0.25, side * (half_w + 0.12)), (x + 0.35, side * (half_w + 0.85))
                sketch.line([self.px(a), self.px(b)], INK, width=2.0)
        sketch.line([self.px((0, -half_w)), self.px((0, half_w))], LINE, width=0.7, dash=4)
        sketch.line([self.px((-half_d, 0)), self.px((half_d, 0))], LINE, width=0.7, dash=4)
        lettered = numbered(school)
        for name in PLACES:
            if name == "centre":
                continue
            down, left = PLACES[name]
            place = self.px((down * (half_d - 0.32), left * (half_w - 0.36)))
            sketch.words(str(lettered.get(name, _SHORT[name])), place, FAINT, size=12)
        sketch.words("audience", self.px((half_d + 0.75, 0)), FAINT, size=13)
        sketch.words("wings", self.px((half_d + 0.35, -half_w - 0.55)), FAINT, size=10)
        sketch.words("wings", self.px((half_d + 0.35, half_w + 0.55)), FAINT, size=10)
        for k in range(13):
            y = -half_w + (k + 0.5) * stage.width / 13
            sketch.circle(self.px((half_d + 0.3, y)), 0.045 * metre, fill=(232, 196, 110))


_WINGS, _BACK, _FRONT = 1.1, 0.5, 1.1
_SHORT = {
    "downstage": "D",
    "upstage": "U",
    "stage right": "R",
    "stage left": "L",
    "downstage right": "DR",
    "downstage left": "DL",
    "upstage right": "UR",
    "upstage left": "UL",
}


def _arrow(view: _View, start: Array, yaw: float, length: float, colour: Colour, *, width: float = 1.5) -> None:
    way = np.array([math.cos(yaw), math.sin(yaw)])
    tip = start + length * way
    view.sketch.line([view.px(start), view.px(tip)], colour, width=width)
    across = np.array([-way[1], way[0]])
    view.sketch.shape(
        [view.px(tip + 0.16 * way), view.px(tip + 0.09 * across), view.px(tip - 0.09 * across)], fill=colour
    )


def _jump(view: _View, place: Array, rise: float, colour: Colour) -> None:
    size = (0.12 + 0.35 * rise) * min(1.0, 50.0 / view.metre)
    points = [(-size, 0.0), (0.6 * size, 0.85 * size), (0.6 * size, -0.85 * size)]
    view.sketch.shape([view.px(place + np.array(p)) for p in points], fill=(255, 255, 255), colour=colour, width=1.6)


def _spin(view: _View, place: Array, turns: int, side: str, colour: Colour) -> None:
    radius = 0.2 * min(1.0, 50.0 / view.metre)
    # Seen from above with the audience below, a turn to the right goes with the clock.
    sign = 1.0 if side == "R" else -1.0
    angles = np.linspace(-0.5 * np.pi, 1.1 * np.pi, 24)
    x0, y0 = view.px(place)
    ring = [(x0 + sign * radius * view.metre * math.cos(a), y0 + radius * view.metre * math.sin(a)) for a in angles]
    view.sketch.line(ring, colour, width=1.6)
    (ax, ay), (bx, by) = ring[-2], ring[-1]
    way = math.atan2(by - ay, bx - ax)
    size = 0.55 * radius * view.metre
    view.sketch.shape(
        [(bx + size * math.cos(way + t), by + size * math.sin(way + t)) for t in (0.0, 2.2, -2.2)], fill=colour
    )
    if turns > 1:
        view.sketch.words(f"x{turns}", (x0, y0), colour, size=10)


def _bars_along(plan: Plan, path: Path, section: Section) -> list[tuple[Array, str]]:
    """Where each bar of a section begins, those on one spot together."""
    found: list[tuple[Array, list[int]]] = []
    seen: set[int] = set()
    for k in section.steps:
        span = plan.steps[k]
        if span.bar in seen or not span.label:
            continue
        seen.add(span.bar)
        place = path.at(span.accent)
        if found and np.linalg.norm(found[-1][0] - place) < 0.45:
            found[-1][1].append(span.bar)
        else:
            found.append((place, [span.bar]))
    return [(place, str(bars[0]) if len(bars) == 1 else f"{bars[0]}–{bars[-1]}") for place, bars in found]


def _draw_section(view: _View, plan: Plan, path: Path, section: Section, colour: Colour, *, full: bool) -> None:
    first, last = plan.steps[section.steps[0]], plan.steps[section.steps[-1]]
    start = max(first.t0, path.times[0])
    stop = min(last.t1, path.times[-1])
    inside = (path.times >= start - 1e-9) & (path.times <= stop + 1e-9)
    points = [view.px(p) for p in path.places[inside]]
    view.sketch.line(points, colour, width=2.6 if full else 2.2)
    moved = path.length(start, stop)
    metre = view.metre
    if moved > 1.0:  # which way along the line
        for share in (0.35, 0.75) if moved > 4 else (0.55,):
            gone = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path.places[inside], axis=0), axis=1))])
            k = int(np.searchsorted(gone, share * gone[-1]))
            here, after = path.places[inside][k - 1], path.places[inside][min(k + 2, int(inside.sum()) - 1)]
            way = after - here
            if np.linalg.norm(way) > 0.02:
                way = way / np.linalg.norm(way)
                across = np.array([-way[1], way[0]])
                tips = [here + 0.2 * way, here + 0.11 * across, here - 0.11 * across]
                view.sketch.shape([view.px(p) for p in tips], fill=colour)
    if full:
        at, facing = np.array([np.inf, np.inf]), np.inf
        for k in section.steps:
            span = plan.steps[k]
            place, yaw = path.at(span.accent), path.facing(span.t1 if span.turns else span.accent)
            turned = abs((yaw - facing + np.pi) % (2 * np.pi) - np.pi) if np.isfinite(facing) else np.pi
            if span.label and (np.linalg.norm(place - at) > 0.6 or turned > math.radians(20)):
                view.sketch.circle(view.px(place), 0.06 * metre, fill=colour)
                _arrow(view, place, yaw, 0.34, INK, width=1.3)
                at, facing = place, yaw
        for flight in plan.flights:
            if flight.step in section.steps:
                view.keep_clear(path.at(0.5 * (flight.t0 + flight.t1))[None], 10.0)
                _jump(view, path.at(0.5 * (flight.t0 + flight.t1)), flight.height, colour)
        for k in section.steps:
            span = plan.steps[k]
            if span.turns:
                view.keep_clear(path.at(0.5 * (span.accent + span.t1))[None], 11.0)
                _spin(view, path.at(0.5 * (span.accent + span.t1)), span.turns, span.side, colour)
    if full:
        view.keep_clear(path.places[inside])
    view.sketch.circle(view.px(path.at(start)), 0.09 * metre, fill=(255, 255, 255), colour=colour, width=1.6)
    view.sketch.circle(view.px(path.at(stop)), 0.09 * metre, fill=colour)
    for place, text in _bars_along(plan, path, section):
        view.label(text, place, colour, size=12)


def draw_floorplan(
    plan: Plan, sections: Sequence[Section], *, stage: Stage | None = None, school: str = "vaganova", title: str = ""
) -> Sketch:
    """The floor path of a plan: all phrases together, and each by itself with its marks.

    Parameters
    ----------
    sections : phrases in their order
    stage : 12 m by 10 m if None
    school : whose numbers the points of the stage have
    title : written at the top
    """
    boards = stage or Stage()
    path = path_of(plan)
    wide, deep = boards.width + 2 * _WINGS, boards.depth + _BACK + _FRONT
    metre = 62.0
    width = round(wide * metre) + 40
    several = len(sections) > 1
    columns = 3 if len(sections) > 4 else 2
    side = (width - 20.0 * (columns + 1)) / columns
    panel = round(0.72 * side) + 54
    rows = -(-len(sections) // columns) if several else 0
    top = 44
    whole = round(deep * metre)
    legend = 34
    height = top + whole + legend + rows * panel + 14
    about = "; ".join(f"{one.bars}: {one.words}" for one in sections if one.words)
    sketch = Sketch(width, height, title or "Floor plan", about)
    sketch.words(title or "Floor plan", (20, 24), INK, size=20, centred=False, width=width - 40)
    view = _View(sketch, boards, (20, top), metre)
    view.house(school)
    view.keep_clear(path.places)
    for k, section in enumerate(sections):
        _draw_section(view, plan, path, section, COLOURS[k % len(COLOURS)], full=not several)
    _legend(sketch, (20.0, top + whole + 14.0))
    for k, section in enumerate(sections if several else ()):
        row, column = divmod(k, columns)
        x = 20 + column * (side + 20)
        y = top + whole + legend + row * panel
        colour = COLOURS[k % len(COLOURS)]
        sketch.words(section.bars, (x, y + 12), colour, size=14, centred=False)
        sketch.words(section.words, (x, y + 30), FAINT, size=11, centred=False, width=side)
        near = _near(sketch, boards, plan, path, section, (x, y + 40), (side, 0.72 * side))
        _draw_section(near, plan, path, section, colour, full=True)
    return sketch


def _near(
    sketch: Sketch, stage: Stage, plan: Plan, path: Path, section: Section, at: Point, size: tuple[float, float]
) -> _View:
    """The part of the stage about one phrase, enlarged, with a line every metre."""
    first, last = plan.steps[section.steps[0]], plan.steps[section.steps[-1]]
    inside = (path.times >= first.t0) & (path.times <= last.t1)
    places = path.places[inside] if inside.any() else path.places[:1]
    low, high = places.min(0) - 1.0, places.max(0) + 1.0
    metre = min(size[0] / max(4.5, float(high[1] - low[1])), size[1] / max(3.2, float(high[0] - low[0])))
    view = _View(sketch, stage, at, metre)
    middle = 0.5 * (low + high)
    view.left += at[0] + size[0] / 2 - view.px(middle)[0]
    view.top += at[1] + size[1] / 2 - view.px(middle)[1]
    (x0, y0), (x1, y1) = at, (at[0] + size[0], at[1] + size[1])
    half_d, half_w = stage.depth / 2, stage.width / 2
    (sx0, sy0), (sx1, sy1) = view.px((-half_d, -half_w)), view.px((half_d, half_w))
    left, right, up, down = max(x0, sx0), min(x1, sx1), max(y0, sy0), min(y1, sy1)
    sketch.shape([(left, up), (right, up), (right, down), (left, down)], fill=FLOOR)
    for k in range(-math.ceil(half_w), math.ceil(half_w) + 1):
        x = view.px((0, k))[0]
        if left < x < right:
            sketch.line([(x, up), (x, down)], LINE, width=1.4 if k == 0 else 0.5)
    for k in range(-math.ceil(half_d), math.ceil(half_d) + 1):
        y = view.px((k, 0))[1]
        if up < y < down:
            sketch.line([(left, y), (right, y)], LINE, width=1.4 if k == 0 else 0.5)
    sketch.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour=LINE)
    return view


def _legend(sketch: Sketch, at: Point) -> None:
    x, y = at
    view = _View(sketch, Stage(), (0.0, 0.0), 50.0)
    view.left, view.top = 0.0, 0.0

    def here(px: float) -> Array:
        return np.array([y / 50.0 - 5.0, px / 50.0 - 6.0])

    sketch.circle((x + 6, y), 5, fill=(255, 255, 255), colour=INK, width=1.6)
    sketch.words("begins", (x + 18, y), FAINT, size=12, centred=False)
    sketch.circle((x + 86, y), 5, fill=INK)
    sketch.words("ends", (x + 98, y), FAINT, size=12, centred=False)
    _arrow(view, here(x + 150) + np.array([0.2, 0.0]), np.pi, 0.3, INK)
    sketch.words("faces", (x + 164, y), FAINT, size=12, centred=False)
    _jump(view, here(x + 230), 0.2, INK)
    sketch.words("jump", (x + 246, y), FAINT, size=12, centred=False)
    _spin(view, here(x + 310), 1, "R", INK)
    sketch.words("turn", (x + 328, y), FAINT, size=12, centred=False)
    sketch.words(
        "numbers along the way are bars; small plans have a line every metre, heavier through the centre",
        (x + 380, y),
        FAINT,
        size=12,
        centred=False,
    )


def summary(plan: Plan, sections: Sequence[Section], *, stage: Stage | None = None) -> tuple[str, ...]:
    """The floor path in words: a line a phrase, then the whole."""
    boards = stage or Stage()
    path = path_of(plan)
    lines = []
    for section in sections:
        first, last = plan.steps[section.steps[0]], plan.steps[section.steps[-1]]
        way = f"{_named(path.at(first.t0), boards)} to {_named(path.at(last.t1), boards)}"
        jumps = sum(flight.step in section.steps for flight in plan.flights)
        turns = sum(plan.steps[k].turns for k in section.steps)
        marks = [f"{path.length(first.t0, last.t1):.1f} m"]
        marks += [f"{jumps} jump{'s' if jumps > 1 else ''}"] if jumps else []
        marks += [f"{turns} turn{'s' if turns > 1 else ''}"] if turns else []
        lines.append(f"{section.bars}: {way}, {', '.join(marks)}" + (f" ({section.words})" if section.words else ""))
    whole = path.length(path.times[0], path.times[-1])
    edge = float(
        min((boards.depth / 2 - np.abs(path.places[:, 0])).min(), (boards.width / 2 - np.abs(path.places[:, 1])).min())
    )
    lines.append(f"{whole:.0f} m in {path.times[-1] - path.times[0]:.0f} s; never nearer than {edge:.1f} m to the edge")
    return tuple(lines)


def _named(place: Array, stage: Stage) -> str:
    """The nearest named place."""
    return min(PLACES, key=lambda name: float(np.linalg.norm(np.array(stage.place(name)) - place)))
