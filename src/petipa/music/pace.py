"""What a score says about pace, as played: tempo words and marks, ritardandi, fermatas.

A score's marks in playing order become a staircase of tempi, fine enough that a ritardando is heard as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from petipa.music.symbolic import ScoreTempo

TEMPO_WORDS = (
    ("larghissimo", 40), ("larghetto", 63), ("largo", 50), ("lento", 56), ("adagietto", 72), ("adagio", 66),
    ("grave", 44), ("andantino", 88), ("andante", 78), ("molto vivace", 176), ("vivacissimo", 176), ("vivace", 160),
    ("prestissimo", 200), ("presto", 184), ("allegro moderato", 116), ("moderato", 108), ("allegretto", 116),
    ("allegro", 132), ("tempo di valse", 168), ("valse", 168), ("waltz", 168), ("mazurka", 138), ("galop", 152),
    ("polka", 112), ("marcia", 116), ("marche", 116), ("vivo", 160),
)  # fmt: skip
"""Beats a minute that tempo words stand for when nothing else is written (middle of the ranges on metronomes)."""

WALTZ_SLOWEST = 126.0
"""A waltz marked slow is slow in bars, not in beats."""

_GRADUAL = (
    (r"rit(\.|ard\w*|en\w*)?|rall(\.|ent\w*)?|allarg\w*|slent\w*|slargando", 0.72),
    (r"calando|morendo|smorz\w*|perdendosi", 0.8),
    (r"accel\w*|string(\.|endo)|affrett\w*|incalzando", 1.3),
)
"""Words for a change by degrees, and the share of the tempo reached at its end."""

_SUDDEN = ((r"pi[uù] (mosso|vivo|allegro|animato|presto)", 1.18), (r"meno (mosso|allegro|vivo)|pi[uù] lento", 0.84))
"""Words for a new tempo beside the old one, and its share."""

_REACH_BARS, _ALONE_BARS = 8, 2
"""A change by degrees goes on to the next mark within so many bars; with no such mark it takes the other, and then the
tempo is taken up again."""

_FLOOR, _CEILING = 0.45, 1.9
"""However many changes by degrees follow each other, the tempo stays within these shares of the one stated."""


class Kind(StrEnum):
    """What a mark does."""

    TEMPO = "tempo"  # from here on so many quarters a minute
    SHARE = "share"  # from here on this share of the tempo so far
    GRADUAL = "gradual"  # by degrees to this share
    BACK = "back"  # a tempo
    FIRST = "first"  # tempo primo
    HOLD = "hold"  # a fermata over so many quarters


@dataclass(frozen=True, order=True)
class Mark:
    """A mark at `quarter` (of the score as played); what `value` is depends on the kind."""

    quarter: float
    kind: Kind
    value: float = 0.0


def word_tempo(words: Iterable[str]) -> float | None:
    """Quarters a minute for tempo words in the order of their weight; None if there are none."""
    lowered = [word.lower() for word in words]
    found = next((float(value) for text in lowered for word, value in TEMPO_WORDS if word in text), None)
    if found is not None and any(re.search(r"val[sz]|waltz", text) for text in lowered):
        return max(found, WALTZ_SLOWEST)
    return found


def marks_in(text: str) -> list[tuple[Kind, float]]:
    """What words over the staff ask of the pace: kind and value of each mark, none for words about other things.

    >>> marks_in("poco rit.")
    [(<Kind.GRADUAL: 'gradual'>, 0.86)]
    >>> marks_in("Tempo I"), marks_in("dolce"), marks_in("Andante espressivo")
    ([(<Kind.FIRST: 'first'>, 0.0)], [], [(<Kind.TEMPO: 'tempo'>, 78.0)])
    """
    flat = " ".join(text.lower().split())
    if re.search(r"\b(tempo (i|1|primo|1mo|iº)\b|primo tempo)", flat):
        return [(Kind.FIRST, 0.0)]
    if re.search(r"\b(a|in) tempo\b", flat):
        return [(Kind.BACK, 0.0)]
    for pattern, share in _SUDDEN:
        if re.search(rf"\b({pattern})\b", flat):
            return [(Kind.SHARE, _tempered(share, flat))]
    for pattern, share in _GRADUAL:
        if re.search(rf"(^|[\s(])({pattern})($|[\s.,)])", flat):
            return [(Kind.GRADUAL, _tempered(share, flat))]
    # A tempo is the first word of its text; "quasi andante" in the middle of advice about bowing is none.
    opening = next((word for word, _ in TEMPO_WORDS if re.match(rf"(molto |un poco |poco )?{word}\b", flat)), None)
    tempo = word_tempo([flat]) if opening else None
    return [(Kind.TEMPO, tempo)] if tempo is not None else []


def _tempered(share: float, text: str) -> float:
    """`share` nearer to 1 for poco, further for molto."""
    much = 0.5 if re.search(r"\bpoco\b(?! a poco)", text) else 1.4 if re.search(r"\b(molto|assai)\b", text) else 1.0
    return round(1.0 + (share - 1.0) * much, 3)


def staircase(marks: Sequence[Mark], *, end: float, bar: float, beat: float) -> list[ScoreTempo]:
    """The tempi a player makes of marks.

    Parameters
    ----------
    marks : sequence of Mark
        In any order; the first tempo must stand at quarter 0.
    end : float
        Where the score ends [quarters].
    bar, beat : float
        Length of a bar and of a beat [quarters].
    """
    paced = sorted({mark for mark in marks if mark.kind is not Kind.HOLD})
    first = next((mark.value for mark in paced if mark.kind is Kind.TEMPO), 120.0)
    stated = now = first
    out = [ScoreTempo(0.0, first)]
    for i, mark in enumerate(paced):
        if mark.kind is Kind.GRADUAL:
            after = next((other.quarter for other in paced[i + 1 :] if other.quarter > mark.quarter + 1e-9), np.inf)
            alone = after - mark.quarter > _REACH_BARS * bar
            until = min(mark.quarter + _ALONE_BARS * bar, end) if alone else min(after, end)
            goal = float(np.clip(now * mark.value, _FLOOR * stated, _CEILING * stated))
            steps = max(1, round((until - mark.quarter) / (beat / 2.0)))
            for k in range(steps):
                place = mark.quarter + (until - mark.quarter) * k / steps
                out.append(ScoreTempo(place, now + (goal - now) * (k + 0.5) / steps))
            now = stated if alone else goal
            if alone and until < end:
                out.append(ScoreTempo(until, stated))
            continue
        if mark.kind is Kind.TEMPO:
            stated = mark.value
        elif mark.kind is Kind.SHARE:
            stated = float(np.clip(stated * mark.value, 10.0, 480.0))
        elif mark.kind is Kind.FIRST:
            stated = first
        now = stated
        out.append(ScoreTempo(mark.quarter, now))
    steps_only = {one.quarter: one for one in out}  # of several at one place the last counts
    holds = [mark for mark in marks if mark.kind is Kind.HOLD]
    return _held(sorted(steps_only.values(), key=lambda one: one.quarter), holds, beat=beat)


def _held(tempi: list[ScoreTempo], holds: Iterable[Mark], *, beat: float) -> list[ScoreTempo]:
    """`tempi` with fermatas: the last beat of what is held lasts a beat longer.

    A file that itself slows down there has played its fermata.
    """
    taken: list[tuple[float, float]] = []
    for hold in sorted(holds, key=lambda mark: (mark.quarter + mark.value, -mark.value)):
        end = hold.quarter + hold.value
        start = max(hold.quarter, end - beat)
        inside = any(start + 1e-9 < one.quarter < end - 1e-9 for one in tempi)
        overlaps = any(start < b - 1e-9 and end > a + 1e-9 for a, b in taken)
        if end > start and not inside and not overlaps:
            taken.append((start, end))
    edges = sorted({one.quarter for one in tempi} | {edge for pair in taken for edge in pair})
    starts = [one.quarter for one in tempi]
    out = []
    for edge in edges:
        base = tempi[int(np.searchsorted(starts, edge + 1e-9)) - 1].qpm
        width = next((b - a for a, b in taken if a - 1e-9 <= edge < b - 1e-9), 0.0)
        out.append(ScoreTempo(edge, base * (width / (width + beat) if width else 1.0)))
    return out
