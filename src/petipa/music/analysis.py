"""What a dancer hears: swell, accents, phrases, cadences and the last chord, from notes or from sound."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from petipa.counts import Bars, Span
from petipa.music import returns
from petipa.music.model import CURVE_RATE, Floats, Notes, Phrase, TempoMap, frozen_array
from petipa.music.returns import BarSounds, Likeness

LOUDNESS_RANGE_DB = 30.0
"""From silence (0) to the loudest moment (1): the span between pp and ff on a piano, roughly."""

PHRASE_COST = {8: 0.0, 16: 0.9, 4: 0.55, 12: 1.0, 6: 1.0, 10: 1.1, 7: 1.3, 9: 1.3, 5: 1.3, 3: 1.5, 2: 1.5, 1: 1.8}
"""How much less likely a phrase of so many bars is than one of eight: dance music is built in eights."""

OUTSIDE_COST = {4: 0.25, 2: 0.6, 1: 0.9}
"""The same for an introduction, and for what is left after the last phrase."""

SAME_PLACE = 0.15
"""Onsets so near to one place of the bar are struck there [beats]."""


@dataclass(frozen=True, eq=False)
class Hearing:
    """The results, as `Music` keeps them."""

    loudness: Floats
    density: Floats
    accents: Floats
    last_chord: float
    phrases: tuple[Phrase, ...]
    cadences: Floats


def smooth(curve: Floats, *, seconds: float, rate: float = CURVE_RATE) -> Floats:
    """`curve` under a Hann window `seconds` long, ends held."""
    width = max(1, round(seconds * rate)) | 1
    if width == 1 or len(curve) == 0:
        return curve
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(curve, width // 2, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), mode="valid"), dtype=np.float64)


def level(energy: Floats) -> Floats:
    """Energy to loudness 0 to 1 over `LOUDNESS_RANGE_DB` below the loudest moment."""
    if len(energy) == 0 or float(np.max(energy)) <= 0.0:
        return np.zeros(len(energy))
    peak = float(np.percentile(energy, 99.0)) or float(np.max(energy))
    decibels = 10.0 * np.log10(np.maximum(energy, 1e-12 * peak) / peak)
    return np.asarray(np.clip(1.0 + decibels / LOUDNESS_RANGE_DB, 0.0, 1.0), dtype=np.float64)


def busyness(onsets: Floats, *, frames: int) -> Floats:
    """Onsets a second, smoothed over 2 s, as a share of twelve a second, 0 to 1."""
    counts = np.bincount(np.clip((onsets * CURVE_RATE).astype(int), 0, max(frames - 1, 0)), minlength=frames)
    return np.clip(smooth(counts.astype(np.float64) * CURVE_RATE, seconds=2.0) / 12.0, 0.0, 1.0)


def chords(notes: Notes, *, within: float = 0.035) -> tuple[Floats, Floats]:
    """Onsets grouped: the time [s] of each group, shape (G,), and its strength.

    Strength adds the squared velocities; a low note counts half as much again, as the bass carries the accent.
    """
    if len(notes) == 0:
        return np.zeros(0), np.zeros(0)
    group = np.concatenate([[0], np.cumsum(np.diff(notes.onset) > within)])
    weight = (notes.velocity / 100.0) ** 2 * np.where(notes.pitched & (notes.pitch < 55), 1.5, 1.0)
    first = np.concatenate([[True], np.diff(group) > 0])
    return notes.onset[first], np.asarray(np.bincount(group, weights=weight), dtype=np.float64)


def stand_out(
    times: Floats,
    strengths: Floats,
    layout: Bars,
    tempo: TempoMap,
    *,
    window: float = 4.0,
    factor: float = 1.6,
    above_pattern: float = 1.25,
) -> Floats:
    """Times of accents: what is struck `factor` harder than the median around it, and is a local peak within 0.2 s.

    An accompaniment that strikes the same place of every bar accents nothing: off the bar's first beat an accent is
    also `above_pattern` times as hard as what is usually struck at that place in the four bars before and after.

    Parameters
    ----------
    times : (G,) onsets [s], in order
    strengths : (G,) how hard each is struck
    window : how far around is looked [s]
    """
    beats = tempo.to_beats(times)
    starts = np.array([float(bar.start) for bar in layout])
    bars = np.clip(np.searchsorted(starts, beats + SAME_PLACE, side="right") - 1, 0, len(starts) - 1)
    places = beats - starts[bars]
    found = []
    for i, time in enumerate(times):
        low, high = np.searchsorted(times, [time - window, time + window])
        near_low, near_high = np.searchsorted(times, [time - 0.2, time + 0.2])
        if strengths[i] < factor * np.median(strengths[low:high]):
            continue
        if strengths[i] < np.max(strengths[near_low:near_high]):
            continue
        if abs(places[i]) > SAME_PLACE:
            first, last = np.searchsorted(bars, [bars[i] - 4, bars[i] + 5])
            here = np.arange(first, last)
            alike = here[(np.abs(places[here] - places[i]) <= SAME_PLACE) & (bars[here] != bars[i])]
            around = min(bars[i] + 4, len(starts) - 1) - max(bars[i] - 4, 0)
            struck = np.zeros(max(around, 1))  # a bar in which nothing is struck there counts too
            for n, bar in enumerate(np.unique(bars[alike])):
                struck[n] = np.max(strengths[alike[bars[alike] == bar]])
            if strengths[i] < above_pattern * np.median(struck):
                continue
        found.append(float(time))
    return frozen_array(found)


def divide(novelty: Floats) -> list[int]:
    """The best division of N bars into phrases: indices of first bars.

    Parameters
    ----------
    novelty : array, shape (N,)
        How much bar i sounds like a beginning, 0 to 1.
    """
    number = len(novelty)
    best = np.full(number + 1, np.inf)
    best[0] = 0.0
    came = np.zeros(number + 1, dtype=int)
    for end in range(1, number + 1):
        for length, cost in PHRASE_COST.items():
            start = end - length
            if start < 0 or not np.isfinite(best[start]):
                continue
            reward = 1.5 * float(novelty[end]) if end < number else 0.0
            outside = start == 0 or end == number
            total = best[start] + (OUTSIDE_COST.get(length, cost) if outside else cost) - reward + 0.02
            if total < best[end]:
                best[end], came[end] = total, start
    starts = []
    end = number
    while end > 0:
        end = int(came[end])
        starts.append(end)
    return starts[::-1]


def beginnings(alike: Likeness) -> Floats:
    """How much each bar sounds like the beginning of something, shape (N,), 0 to 1.

    Two signs: something heard elsewhere begins or has ended, and the bars from here on differ from those before.
    """
    number = len(alike)
    out = np.zeros(number)
    for curve, weight in ((returns.edges_of_returns(alike), 0.75), (returns.change(alike), 0.35)):
        if number < 4:
            continue
        padded = np.pad(curve, 3, mode="edge")
        around = (padded[:-6] + padded[1:-5] + padded[5:-1] + padded[6:]) / 4.0
        peak = np.clip(curve - around, 0.0, None)
        peak[:1] = 0.0
        if np.max(peak) > 0:
            out += weight * peak / np.max(peak)
    return np.asarray(np.clip(returns.agree(out, alike), 0.0, 1.0), dtype=np.float64)


def phrase(layout: Bars, tempo: TempoMap, sounds: BarSounds) -> tuple[Phrase, ...]:
    """The phrases of a piece whose whole bars (pick-up left out) have these `sounds`."""
    bars = [bar for bar in layout if bar.number >= 1]
    if not bars:
        return ()
    novelty = beginnings(returns.likeness(sounds))
    if len(novelty) < len(bars):
        novelty = np.zeros(len(bars))
    for i in range(1, len(bars)):
        if bars[i].metre != bars[i - 1].metre:
            novelty[i] = 2.0
    starts = [*divide(novelty), len(bars)]
    out = []
    for first, after in itertools.pairwise(starts):
        span = Span(bars[first].start, bars[after - 1].end)
        begin, end = tempo.to_seconds(np.array([float(span.start), float(span.end)]))
        out.append(Phrase(bars[first].number, bars[after - 1].number, span, float(begin), float(end)))
    return tuple(out)


def hear_notes(notes: Notes, *, layout: Bars, tempo: TempoMap, duration: float) -> Hearing:
    """Swell, accents, phrases, cadences and last chord of a score."""
    frames = max(1, int(np.ceil(duration * CURVE_RATE)))
    # A struck string dies away; 0.7 s is about right for the middle of a piano, and notes end when released.
    energy = np.zeros(frames)
    for onset, length, velocity in zip(notes.onset, notes.duration, notes.velocity, strict=True):
        first = int(onset * CURVE_RATE)
        last = min(frames, first + max(1, round(min(length + 0.1, 4.0) * CURVE_RATE)))
        energy[first:last] += (velocity / 127.0) ** 3 * np.exp(-np.arange(last - first) / (0.7 * CURVE_RATE))
    times, strengths = chords(notes)
    phrases = phrase(layout, tempo, returns.sounds_of_notes(notes, layout))
    return Hearing(
        loudness=frozen_array(smooth(level(smooth(energy, seconds=0.5)), seconds=0.3)),
        density=frozen_array(busyness(times, frames=frames)),
        accents=stand_out(times, strengths, layout, tempo),
        last_chord=float(times[-1]) if len(times) else 0.0,
        phrases=phrases,
        cadences=cadence_times(phrases, layout, tempo),
    )


def cadence_times(phrases: tuple[Phrase, ...], layout: Bars, tempo: TempoMap) -> Floats:
    """The first beat of each phrase's last bar [s], where the harmony of dance music comes to rest."""
    rests = [float(layout.bar(one.last).start) if one.last > one.first else float(one.span.end) for one in phrases]
    return frozen_array(tempo.to_seconds(np.array(rests))) if rests else frozen_array([])


def nearest_beat(beats: float, *, denominator: int = 48) -> Fraction:
    """`beats` as a fraction a score would use."""
    return Fraction(round(beats * denominator), denominator)
