"""What a phrase of dancing answers to in the music, bar by bar: swell, climaxes, accents, waits."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np

from petipa.music import Music
from petipa.music.form import Form

LESS = 0.5
"""What a climax that is not the highest counts beside it."""


@dataclass(frozen=True)
class Heard:
    """A piece of music as the composer answers to it. Beats from bar 1 beat 1.

    Attributes
    ----------
    edges : tuple of float, N + 1 [beats]
        Where its bars begin, and where the last ends.
    asked : tuple of float, N, 0 to 1
        How large each bar asks to be danced: the share of bars that are softer.
    summits : tuple of (int, float)
        The bars of the climaxes, counted from 0, and what each counts; the highest 1.
    accents : tuple of float [beats]
    waits : tuple of (float, float) [beats]
        From where to where the music waits or is silent.
    seconds : tuple of float, N + 1 [s]
        Of the edges.
    """

    edges: tuple[float, ...]
    asked: tuple[float, ...]
    summits: tuple[tuple[int, float], ...]
    accents: tuple[float, ...]
    waits: tuple[tuple[float, float], ...]
    seconds: tuple[float, ...]

    def bar(self, beat: float) -> int:
        """The bar a beat lies in, from 0; the first or last one outside."""
        return min(max(bisect.bisect_right(self.edges, beat + 1e-6) - 1, 0), len(self.asked) - 1)

    def bars(self, start: float, end: float) -> range:
        """The bars of a stretch in beats, from 0."""
        return range(self.bar(start), self.bar(end - 1e-3) + 1)

    def pulse(self, beats: float, at: float) -> float:
        """How long so many beats last at a place in beats [s]."""
        bar = self.bar(at)
        length = (self.seconds[bar + 1] - self.seconds[bar]) / (self.edges[bar + 1] - self.edges[bar])
        return beats * length


def heard_in(music: Music, form: Form) -> Heard:
    """What the composer answers to in a piece."""
    bars = [bar for bar in music.bars if bar.number >= 1] or list(music.bars)
    swell = np.array([np.mean([music.swell_at(t) for t in np.linspace(b.seconds, b.seconds_end, 9)]) for b in bars])
    order = np.sort(swell)
    middle = 0.5 * (np.searchsorted(order, swell) + np.searchsorted(order, swell, side="right") - 1)
    asked = middle / max(len(bars) - 1, 1)
    edges = (*(float(bar.start) for bar in bars), float(bars[-1].start + bars[-1].length))
    seconds = (*(bar.seconds for bar in bars), bars[-1].seconds_end)
    summits = []
    for place, moment in enumerate(form.climaxes):
        bar = bisect.bisect_right(seconds, moment + 0.02) - 1
        if 0 <= bar < len(bars):
            summits.append((bar, 1.0 if place == 0 else LESS))
    return Heard(
        edges=edges,
        asked=tuple(asked.tolist()),
        summits=tuple(summits),
        accents=tuple(float(music.beats_at(float(at))) for at in music.accents),
        waits=tuple((float(music.beats_at(one.start)), float(music.beats_at(one.end))) for one in form.pauses),
        seconds=seconds,
    )
