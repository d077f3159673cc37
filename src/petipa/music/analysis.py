"""What a dancer hears: swell, accents, phrases, cadences and the last chord, from notes or from sound."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from petipa.counts import Bars, Span
from petipa.music.model import CURVE_RATE, Floats, Notes, Phrase, TempoMap, frozen_array

LOUDNESS_RANGE_DB = 30.0
"""From silence (0) to the loudest moment (1): the span between pp and ff on a piano, roughly."""

PHRASE_COST = {8: 0.0, 16: 0.9, 4: 0.55, 12: 1.0, 6: 1.0, 10: 1.1, 7: 1.3, 9: 1.3, 5: 1.3, 3: 1.5, 2: 1.5, 1: 1.8}
"""How much less likely a phrase of so many bars is than one of eight: dance music is built in eights."""


BARS_COMPARED = 1500
"""In longer pieces bars are not all compared with one another; their phrases are eights."""


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


def stand_out(times: Floats, strengths: Floats, *, window: float = 4.0, factor: float = 1.6) -> Floats:
    """Times whose strength is `factor` above the median around them and a local peak within 0.2 s."""
    found = []
    for i, time in enumerate(times):
        low, high = np.searchsorted(times, [time - window, time + window])
        near_low, near_high = np.searchsorted(times, [time - 0.2, time + 0.2])
        if strengths[i] >= factor * np.median(strengths[low:high]) and strengths[i] >= np.max(
            strengths[near_low:near_high]
        ):
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
            total = best[start] + cost - reward + 0.02
            if total < best[end]:
                best[end], came[end] = total, start
    starts = []
    end = number
    while end > 0:
        end = int(came[end])
        starts.append(end)
    return starts[::-1]


def beginnings(features: Floats) -> Floats:
    """How much each bar sounds like the beginning of something, 0 to 1, from features of bars, shape (N, D).

    Two signs, each against its neighbours: the bars from here on differ from those before (Foote, "Automatic audio
    segmentation using a measure of audio novelty", ICME 2000), and four bars come back that were heard before, while
    the bar before them does not.
    """
    number = len(features)
    if number < 4 or number > BARS_COMPARED:
        return np.zeros(number)
    spread = np.std(features, axis=0)
    scaled = (features - features.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    scaled /= np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-9)
    alike = scaled @ scaled.T
    change = np.zeros(number)
    again = np.zeros(number)
    for i in range(1, number):
        reach = min(4, i, number - i)
        before, after = alike[i - reach : i, i - reach : i], alike[i : i + reach, i : i + reach]
        change[i] = 0.5 * float(np.mean(before) + np.mean(after)) - float(np.mean(alike[i - reach : i, i : i + reach]))
    for lag in range(4, min(number, 200)):
        # Bar lag + k against bar k, and four such bars in a row (fewer at the end).
        same = np.diagonal(alike, -lag)
        run = np.convolve(same, np.ones(4))[3:]
        run = np.append(run, np.cumsum(same[::-1])[::-1][len(run) :])
        run /= np.minimum(4, np.arange(len(same), 0, -1))
        again[lag:] = np.maximum(again[lag:], run - np.append(0.0, same[:-1]))
    total = np.zeros(number)
    for curve, weight in ((change, 0.6), (again, 0.4)):
        padded = np.pad(curve, 2, mode="edge")
        around = (padded[:-4] + padded[1:-3] + padded[3:-1] + padded[4:]) / 4.0
        peak = np.clip(curve - around, 0.0, None)
        peak[:2] = 0.0
        if np.max(peak) > 0:
            total += weight * peak / np.max(peak)
    return np.asarray(np.clip(total, 0.0, 1.0), dtype=np.float64)


def phrase(layout: Bars, tempo: TempoMap, features: Floats) -> tuple[Phrase, ...]:
    """The phrases of a piece whose whole bars (pick-up left out) have `features`, shape (N, D)."""
    bars = [bar for bar in layout if bar.number >= 1]
    if not bars:
        return ()
    novelty = beginnings(features)
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


def note_features(notes: Notes, layout: Bars) -> Floats:
    """Features of whole bars: pitch classes, rhythm in eighths of a bar, height, loudness; shape (N, 23)."""
    bars = [bar for bar in layout if bar.number >= 1]
    edges = np.array([float(bar.start) for bar in bars] + [float(bars[-1].end)])
    which = np.searchsorted(edges, notes.beat + 1e-6, side="right") - 1
    inside = (which >= 0) & (which < len(bars)) & notes.pitched
    table = np.zeros((len(bars), 23))
    at = which[inside]
    place = (notes.beat[inside] - edges[at]) / (edges[at + 1] - edges[at])
    np.add.at(table, (at, notes.pitch[inside] % 12), notes.velocity[inside] / 100.0)
    np.add.at(table, (at, 12 + np.clip((place * 8 + 1e-6).astype(int), 0, 7)), 1.0)
    order = np.argsort(at, kind="stable")
    pitch, velocity = notes.pitch[inside][order], notes.velocity[inside][order]
    edges_at = np.searchsorted(at[order], np.arange(len(bars) + 1))
    for row, (first, last) in enumerate(itertools.pairwise(edges_at)):
        if last > first:
            here = pitch[first:last]
            table[row, 20:23] = here.max(), here.min(), velocity[first:last].mean()
        elif row:
            table[row, 20:23] = table[row - 1, 20:23]
    return table


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
    phrases = phrase(layout, tempo, note_features(notes, layout))
    return Hearing(
        loudness=frozen_array(smooth(level(smooth(energy, seconds=0.5)), seconds=0.3)),
        density=frozen_array(busyness(times, frames=frames)),
        accents=stand_out(times, strengths),
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
