"""Going round the stage: a manège closes where it began, every step a chord of one circle."""

from __future__ import annotations

import math
from collections.abc import Sequence

from petipa.floor.stage import Point, Stage

FEWEST = 4
"""With fewer steps that travel there is no circle to be seen."""
SHORTEST = 0.5
"""A step may be shortened to this share of its usual travel to keep the circle on the stage."""

_SHRINK = 0.9
_LOOKS = 180


def _radius(steps: Sequence[float]) -> float | None:
    """The circle round which chords of these lengths [m] just go; None where one is longer than all the others."""

    def round_(radius: float) -> float:
        return sum(2.0 * math.asin(min(1.0, step / (2.0 * radius))) for step in steps)

    low, high = 0.5 * max(steps), sum(steps)
    if round_(low) < 2.0 * math.pi:
        return None
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if round_(middle) > 2.0 * math.pi else (low, middle)
    return 0.5 * (low + high)


def _centre(start: Point, radius: float, stage: Stage) -> Point | None:
    """A centre from which the circle passes through `start` and stays on the stage, as near mid-stage as may be."""
    toward = math.atan2(-start[1], -start[0]) if math.hypot(*start) > 1e-6 else math.pi
    for k in range(_LOOKS + 1):
        for sign in (1, -1) if 0 < k < _LOOKS else (1,):
            angle = toward + sign * math.pi * k / _LOOKS
            centre = (start[0] + radius * math.cos(angle), start[1] + radius * math.sin(angle))
            reach = radius - 1e-9
            ends = ((centre[0] + dx * reach, centre[1] + dy * reach) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)))
            if all(stage.holds(end) for end in ends):
                return centre
    return None


def manege(start: Point, steps: Sequence[float], *, way: int, stage: Stage) -> tuple[Point, ...] | None:
    """Where each step of a manège ends.

    Parameters
    ----------
    start : Point
        Where it begins and ends.
    steps : sequence of float
        Metres each step goes, where there is room for it.
    way : int
        +1 to go round to her left, -1 to her right.
    stage : Stage
        What it stays on.

    Returns
    -------
    tuple of Point or None
        One for each step, the last at `start`; None where there are too few steps, or no room for half of their travel.
    """
    if len(steps) < FEWEST or min(steps) <= 0.0:
        return None
    share = 1.0
    while share >= SHORTEST:
        lengths = [share * step for step in steps]
        radius = _radius(lengths)
        if radius is None:
            return None
        centre = _centre(start, radius, stage)
        if centre is not None:
            angle = math.atan2(start[1] - centre[1], start[0] - centre[0])
            points: list[Point] = []
            for length in lengths:
                angle += way * 2.0 * math.asin(min(1.0, length / (2.0 * radius)))
                points.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
            return tuple(points)
        share *= _SHRINK
    return None
