"""Written dynamics as MIDI velocities."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

LOUDNESS = {
    "pppp": 22, "ppp": 28, "pp": 38, "p": 50, "mp": 62, "mf": 74, "f": 88, "ff": 102, "fff": 114, "ffff": 122,
    "sf": 100, "sfz": 104, "fz": 100, "fp": 88, "sfp": 100, "rf": 92, "rfz": 92,
}  # fmt: skip
"""Velocity of each mark: even steps, as most players make them."""

UNMARKED = 70
"""Where nothing is written."""

_SWELL = 16
"""What a hairpin adds or takes that leads to no mark."""


def in_force(
    marks: Sequence[tuple[Fraction, int]], hairpins: Sequence[tuple[Fraction, Fraction, int]], at: Fraction
) -> float:
    """The velocity at a written place [quarters].

    Parameters
    ----------
    marks : (place, velocity), ordered by place
        The first stands at or before the first note.
    hairpins : (start, end, 1 to swell or -1 to fade)
        Each leads to the mark near its end, where that lies its way.
    """
    base_at, found = max((mark for mark in marks if mark[0] <= at), key=lambda mark: mark[0])
    base = float(found)
    for start, end, way in hairpins:
        if start <= at and base_at <= start and end > start:
            later = [value for place, value in marks if end - 1 <= place <= end + 1 and place > start]
            goal = later[0] if later and (later[0] - base) * way > 0 else base + _SWELL * way
            base = base + (goal - base) * min(1.0, float((at - start) / (end - start)))
    return base
