"""The list of checks, and how a danced step is held against its own."""

from __future__ import annotations

from dataclasses import dataclass

from petipa.measure.track import Track


@dataclass(frozen=True)
class Failure:
    """A danced step that is not what its name says."""

    step: int
    label: str
    frame: int
    time: float
    rule: str
    expected: str
    measured: str


def check_definitions(track: Track) -> tuple[Failure, ...]:
    """Hold every step against its definition."""
    return ()
