"""A piece counted in the bars of another, so that what was made for the one can be danced to the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from petipa.music.model import Floats, Music, Phrase, TempoMap, frozen_array

RATES = (1.0, 2.0, 0.5)
"""Bars of the piece that may go to one of the other."""


def _edges(music: Music) -> Floats:
    """Where the whole bars begin and the last ends [s]."""
    whole = [bar for bar in music.bars if bar.number >= 1]
    return np.array([*(bar.seconds for bar in whole), whole[-1].seconds_end])


def bars_to_one(music: Music, other: Music) -> float:
    """How many bars of `music` last most nearly as long as one of `other`: one, two or a half."""
    here, there = (float(np.median(np.diff(_edges(one)))) for one in (music, other))
    return min(RATES, key=lambda rate: abs(float(np.log(rate * here / there))))


def matched(music: Music, other: Music) -> tuple[Music, int]:
    """`music` with the bars of `other`, each as long as the bars of its own that sound then; and how many it fills.

    What is heard stays where it is, in seconds; only the counting changes. Beyond the bars it fills it goes on in
    tempo, silent. Where its bars are about twice or half as long as the other's, two of the one go to one of the other.
    """
    rate = bars_to_one(music, other)
    edges, whole = _edges(music), [bar for bar in other.layout if bar.number >= 1]
    first = next(bar.start for bar in music.layout if bar.number >= 1)
    ends = [float(bar.start) for bar in music.layout if bar.number >= 1]
    ends.append(float(music.layout.span.end))
    places, beats = [], []
    for number, bar in enumerate(whole):
        steps = max(1, int(bar.length))
        for k in range(steps):
            places.append(rate * (number + k / steps))
            beats.append(float(bar.start + bar.length * k / steps))
    places.append(rate * len(whole))
    beats.append(float(whole[-1].end))
    known = np.array(places) <= len(edges) - 1 + 1e-9
    at = np.interp(np.array(places)[known], np.arange(len(edges)), ends)
    seconds = music.tempo.to_seconds(at)
    assert first == 0  # as in every layout; what comes before is a pick-up
    tempo = TempoMap(np.array(beats)[known], seconds)
    filled = min(len(whole), int((len(edges) - 1) / rate + 1e-9))
    timed = replace(music, layout=other.layout, tempo=tempo)
    return replace(
        timed,
        notes=replace(music.notes, beat=frozen_array(tempo.to_beats(music.notes.onset))),
        last_chord=timed.seconds_at(other.beats_at(other.last_chord)),
        phrases=_phrases(music, timed, filled),
    ), filled


def _phrases(music: Music, timed: Music, filled: int) -> tuple[Phrase, ...]:
    """The phrases as the other's bars count them, each from the bar nearest its beginning."""
    starts = np.array([bar.seconds for bar in timed.bars if bar.number >= 1][:filled])
    firsts = sorted({int(np.abs(starts - one.seconds).argmin()) for one in music.phrases} | {0})
    out = []
    for number, first in enumerate(firsts):
        last = firsts[number + 1] - 1 if number + 1 < len(firsts) else filled - 1
        opens, closes = timed.layout.bar(first + 1), timed.layout.bar(last + 1)
        span = replace(music.phrases[0].span, start=opens.start, end=closes.end)
        out.append(Phrase(first + 1, last + 1, span, timed.seconds_at(opens.start), timed.seconds_at(closes.end)))
    return tuple(out)
