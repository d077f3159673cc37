"""What a teacher sees."""

from __future__ import annotations

from dataclasses import dataclass

from petipa.lexicon import Lexicon
from petipa.measure.track import Track


@dataclass(frozen=True)
class Fault:
    """One thing a teacher would correct."""

    fault: str
    step: int
    label: str
    frame: int
    time: float
    measured: float
    wanted: str


@dataclass(frozen=True)
class AccentError:
    """When an entry's accent event was danced, and when its count was [s]."""

    step: int
    label: str
    event: str
    count: float
    danced: float
    error_ms: float


def accents(track: Track, lexicon: Lexicon) -> tuple[AccentError, ...]:
    """Every entry's accent event against its count."""
    return ()


def faults(track: Track) -> tuple[Fault, ...]:
    """Every fault."""
    return ()
