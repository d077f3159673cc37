"""An entry's own example as a choreography with a tempo: as it is usually danced, as fast or as slow as it may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from petipa.choreography.model import StepPlaced
from petipa.choreography.parse import parse
from petipa.choreography.resolve import resolve
from petipa.choreography.timing import bars_of
from petipa.dancer import Capability
from petipa.lexicon import Entry, Lexicon, Side

Pace = Literal["fast", "usual", "slow"]

_HEAD = 'petipa 1\ntitle "{title}"\n{tempo}{body}\n'
_SWAP = {"R": "L", "L": "R", "right": "left", "left": "right"}


@dataclass(frozen=True)
class Example:
    """Steps with their times.

    Parameters
    ----------
    text : str
        The choreography.
    steps : tuple of StepPlaced
        As resolved.
    shown : tuple of int
        Indices of the steps that are the entry.
    seconds : callable
        Time [s] of a position in beats.
    """

    text: str
    steps: tuple[StepPlaced, ...]
    shown: tuple[int, ...]
    seconds: Callable[[Fraction], float]


def other_letters(text: str) -> str:
    """A text with right and left exchanged."""
    return re.sub(r"\b(R|L|right|left)\b", lambda found: _SWAP[found[0]], text)


def example_of(
    entry: Entry,
    lexicon: Lexicon,
    *,
    side: Side = Side.R,
    pace: Pace = "usual",
    capability: Capability | None = None,
) -> Example:
    """The example of an entry, to a side, for the default dancer or one of another capability.

    At the fast end the entry gets the least time it may have before and after its accent, at the slow end twice the
    usual; the steps around it get their usual time.

    Raises
    ------
    LanguageError, ChoreographyError
        If the example cannot be danced.
    """
    body = entry.example if side is Side.R else other_letters(entry.example)
    timed = body.startswith("tempo ")
    text = _HEAD.format(title=entry.names.common, tempo="" if timed else "tempo 84 4/4\n", body=body)
    choreography = parse(text)
    bars = bars_of(choreography)
    tempo = next((float(h.value.split()[0]) for h in choreography.headings if h.key == "tempo"), 84.0)
    steps = resolve(choreography, lexicon, bars, seconds=lambda beat: float(beat) * 60 / tempo, capability=capability)
    shown = tuple(k for k, step in enumerate(steps) if step.entry == entry.key)
    at = [float(step.at) for step in steps]
    times = [at[0] * 60 / tempo]
    for k in range(1, len(steps)):
        before, after = lexicon[steps[k - 1].entry], lexicon[steps[k].entry]
        written = (at[k] - at[k - 1]) * 60 / tempo
        least, usual = zip(before.takes(steps[k - 1].turns), after.lead, strict=True)
        mine = [k - 1 in shown, k in shown]
        if pace == "usual" or not any(mine) or (before.per_pace and mine[0]):
            gap = max(written, sum(usual))
        elif pace == "fast":
            gap = sum(low if own else full for low, full, own in zip(least, usual, mine, strict=True))
        else:
            gap = max(written, sum(full * (1 + own) for full, own in zip(usual, mine, strict=True)))
        times.append(times[-1] + gap)
    beats, clock = np.array(at), np.array(times)

    def seconds(beat: Fraction) -> float:
        b = float(beat)
        if b <= beats[0] or len(beats) == 1:
            return float(clock[0] + (b - beats[0]) * 60 / tempo)
        if b >= beats[-1]:
            return float(clock[-1] + (b - beats[-1]) * 60 / tempo)
        return float(np.interp(b, beats, clock))

    return Example(text, steps, shown, seconds)


__all__ = ["Example", "Pace", "example_of", "other_letters"]
