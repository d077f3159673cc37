"""Written measures in the order in which they are played: repeats, endings, da capo, dal segno, coda and fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from petipa.counts import Metre
from petipa.errors import MusicError
from petipa.music.limits import BARS_MAX
from petipa.music.ornaments import Ornamented
from petipa.music.pace import Kind
from petipa.music.symbolic import ScoreBar

PASSES_MAX = 16
"""However often a repeat is to be played, it is played no more often."""


@dataclass
class WrittenBar:
    """One written measure while it is read; times in quarters from its start."""

    metre: Metre
    length: Fraction = Fraction(0)
    implicit: bool = False
    notes: list[WrittenNote] = field(default_factory=list)
    pace: list[tuple[Fraction, Kind, float]] = field(default_factory=list)
    forward: bool = False
    backward: int = 0
    endings: frozenset[int] = frozenset()
    ending_stops: bool = False
    segno: bool = False
    coda: bool = False
    to_coda: bool = False
    fine: bool = False
    dacapo: bool = False
    dalsegno: bool = False


@dataclass(frozen=True)
class WrittenNote:
    """A note as it stands in its measure, times in quarters from the measure's start; `lead` [s] brings it forward."""

    at: Fraction
    length: Fraction
    lead: float
    pitch: int
    velocity: int
    channel: int
    program: int
    voice: tuple[int, str]
    starts_tie: bool
    stops_tie: bool
    stated: bool = False
    ring: Fraction = Fraction(0)
    ornament: Ornamented | None = None
    silent: bool = False


def unfold(bars: list[WrittenBar]) -> list[int]:
    """The order in which written measures are played.

    Repeats are taken once more than written (or ``times``), endings by their numbers; da capo and dal segno are
    followed once, without the repeats, to the fine, the coda or the end.
    """
    _spread_endings(bars)
    order: list[int] = []
    start, passed, i = 0, 1, 0
    jumped = False
    done: set[int] = set()
    while i < len(bars):
        bar = bars[i]
        if bar.forward and start != i:
            start, passed = i, 1
        if bar.endings and passed not in bar.endings and not jumped:
            i += 1
            continue
        if bar.endings and jumped and bar.backward and any(other.endings for other in bars[i + 1 : i + 2]):
            i += 1  # after a da capo only the last ending is played
            continue
        order.append(i)
        if len(order) > BARS_MAX:
            raise MusicError(f"with its repeats it has more than {BARS_MAX} bars", would_work="a single piece of music")
        if bar.fine and jumped:
            break
        if bar.to_coda and jumped:
            coda = next((j for j in range(i + 1, len(bars)) if bars[j].coda), None)
            if coda is not None:
                i = coda
                continue
        if bar.backward and not jumped and i not in done:
            last = max((max(other.endings) for other in bars[start:] if other.endings), default=0)
            passes = max(bar.backward, 0 if not bar.endings else min(last, PASSES_MAX))
            if passed < passes:
                passed += 1
                i = start
                continue
            done.add(i)
            if not bar.endings:
                start, passed = i + 1, 1
        if (bar.dacapo or bar.dalsegno) and not jumped:
            jumped = True
            i = 0 if bar.dacapo else next((j for j, other in enumerate(bars) if other.segno), 0)
            continue
        i += 1
    return order


def _spread_endings(bars: list[WrittenBar]) -> None:
    """Mark every measure under an ending bracket, not only the one where it starts."""
    current: frozenset[int] = frozenset()
    for bar in bars:
        if bar.endings:
            current = bar.endings
        bar.endings = current
        if bar.ending_stops or bar.backward:
            current = frozenset()


def whole_bars(measures: Sequence[tuple[Metre, Fraction]]) -> tuple[tuple[ScoreBar, ...], bool]:
    """Bars as counted from measures as printed (metre, length), and whether the first is a pick-up."""
    out: list[ScoreBar] = []
    pickup = len(measures) > 1 and measures[0][1] < measures[0][0].quarters
    k = 0
    while k < len(measures):
        metre, length = measures[k]
        # Two short measures that make one whole are one bar: cut by a repeat sign, or a pick-up after a repeat.
        whole = metre.quarters
        if (
            k + 1 < len(measures)
            and not (k == 0 and pickup)
            and length < whole
            and length + measures[k + 1][1] == whole
        ):
            out.append(ScoreBar(metre, whole))
            k += 2
            continue
        out.append(ScoreBar(metre, length))
        k += 1
    return tuple(out), pickup
