"""A score laid over a recording of it: bars and beats from the score, times from the sound.

Both become rows of what sounds and what begins in each pitch class; the cheapest way through both together is found
from coarse to fine, each time in a band about the coarser one, so that ten minutes take seconds. Sources: Ewert,
Müller and Grosche, "High resolution audio synchronization using chroma onset features", ICASSP 2009; Müller, Mattes
and Kurth, "An efficient multiscale approach to audio synchronization", ISMIR 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.counts import Bars
from petipa.errors import MusicError
from petipa.music.analysis import nearest_beat
from petipa.music.model import SAMPLE_RATE, Confidence, Floats, Music, Notes, TempoMap
from petipa.music.taps import Counted

RATE = 50.0
"""Rows a second at the finest."""
LEVELS = ((2.0, 0.0), (10.0, 3.0), (50.0, 0.8))
"""Rows a second, and how far from the coarser way is looked [s]."""
ATTACK = 10
"""A beginning is felt this many rows, dying away."""
RISING = 0.01
"""Onset strength compares a frame with the second before it, so an onset shows half of that late [s]."""
REACH = 0.06
"""Notes are moved to an onset this near [s]."""
DIAGONAL, STRAIGHT = 2.0, 1.5
"""What a step in both and a step in one only count (Ewert et al.)."""
BENT = 0.4
"""What a step in one only costs besides: playing breathes, it does not stop and leap."""
LEAD = 0.5
"""Silence before the first note on both sides [s]."""
ALIKE_LEAST, DOUBTFUL = 0.04, 0.4
"""Hardly more alike than by chance, the score is of something else; less sure than this, it is told as a doubt."""
PLACES = 2e7
"""So many places are looked at without a band."""
CUT_SHORT = 0.985
"""A recording ends before its score where that fits the better by this."""
SKIPPED = 3.0
"""Bars played so many times quicker than those around them are not played at all."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """What sounds (`tones`) and what begins (`starts`), shape (N, 12) each, at `RATE`."""

    tones: Floats
    starts: Floats

    def at(self, rate: float) -> Floats:
        """Rows for a comparison by their product at a coarser rate, shape (M, 24): 1 where both are the same."""
        step = round(RATE / rate)
        count = max(2, -(-len(self.tones) // step))
        parts = []
        for table, share in ((self.tones, 0.5), (self.starts, 0.5)):
            padded = np.pad(table, ((0, count * step - len(table)), (0, 0)))
            rows = padded.reshape(count, step, 12).mean(axis=1)
            size = np.linalg.norm(rows, axis=1, keepdims=True)
            floor = 0.05 * float(np.percentile(size, 95.0)) + 1e-9
            # Rows in which hardly anything sounds are alike among themselves.
            rows = np.where(size > floor, rows / np.maximum(size, 1e-12), 1.0 / np.sqrt(12.0))
            parts.append(np.sqrt(share) * rows)
        return np.asarray(np.hstack(parts), dtype=np.float64)


def _attacks(rise: Floats) -> Floats:
    """Beginnings as shares of the strongest within a second, each felt for `ATTACK` rows."""
    size = np.linalg.norm(rise, axis=1)
    width = int(RATE) | 1
    around = np.lib.stride_tricks.sliding_window_view(np.pad(size, width // 2, mode="edge"), width).max(axis=1)
    sharp = rise / np.maximum(around, 0.1 * float(size.max(initial=0.0)) + 1e-9)[:, None]
    out = np.zeros_like(sharp)
    for late in range(ATTACK):
        out[late:] = np.maximum(out[late:], sharp[: len(sharp) - late] * np.sqrt(1.0 - late / ATTACK))
    return np.asarray(out, dtype=np.float64)


def rows_of_notes(notes: Notes, *, duration: float, stretch: float) -> _Rows:
    """Rows of the first `duration` [s] of a score played `stretch` times slower than it says, after `LEAD`."""
    lead = round(LEAD * RATE)
    count = lead + max(2, int(np.ceil(duration * stretch * RATE)) + 1)
    tones, rise = np.zeros((count, 12)), np.zeros((count, 12))
    for onset, length, pitch, velocity in zip(notes.onset, notes.duration, notes.pitch, notes.velocity, strict=True):
        if onset > duration:
            break
        first = min(count - 1, lead + round(onset * stretch * RATE))
        last = min(count, first + max(1, round(min(length * stretch, 6.0) * RATE)))
        ring = velocity / 100.0 * np.exp(-np.arange(last - first) / (1.2 * RATE))
        # The third and fifth partials sound a twelfth and a seventeenth above.
        for above, share in ((0, 1.0), (7, 0.25), (4, 0.1)):
            tones[first:last, (pitch + above) % 12] += share * ring
            rise[first, (pitch + above) % 12] += share * velocity / 100.0
    return _Rows(np.log1p(4.0 * tones), _attacks(rise))


def rows_of_sound(mono: NDArray[np.float32]) -> _Rows:
    """Rows of a recording."""
    size, hop = 4096, int(SAMPLE_RATE / RATE)
    window = np.hanning(size)
    padded = np.pad(mono, (size // 2, size))
    frequency = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE)
    used = np.flatnonzero((frequency > 80.0) & (frequency < 4000.0))
    pitch = np.round(12.0 * np.log2(frequency[used] / 440.0)).astype(int) + 69
    bank = np.zeros((len(used), int(pitch.max()) + 1))
    bank[np.arange(len(used)), pitch] = 1.0
    bank = bank[:, pitch.min() :]
    count = max(2, len(mono) // hop + 1)
    strength = np.zeros((count, bank.shape[1]))
    for first in range(0, count, 512):
        last = min(count, first + 512)
        index = np.arange(first, last)[:, None] * hop + np.arange(size)[None, :]
        strength[first:last] = np.sqrt((np.abs(np.fft.rfft(padded[index] * window, axis=1))[:, used] ** 2) @ bank)
    strength = np.log1p(60.0 * strength / max(float(np.percentile(strength, 99.8)), 1e-9))
    fold = np.zeros((bank.shape[1], 12))
    fold[np.arange(bank.shape[1]), (np.arange(bank.shape[1]) + pitch.min()) % 12] = 1.0
    tones = strength @ fold
    # What sounds everywhere (noise, the room) is taken off.
    tones = np.clip(tones - np.median(tones, axis=1, keepdims=True), 0.0, None)
    rise = np.clip(strength - np.pad(strength, ((2, 0), (0, 0)), mode="edge")[:-2], 0.0, None) @ fold
    rise = np.clip(rise - np.median(rise, axis=1, keepdims=True), 0.0, None)
    return _Rows(tones, _attacks(rise))


@njit(cache=True)
def _cheapest(
    one: Floats,
    other: Floats,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    diagonal: float,
    straight: float,
    bent: float,
) -> tuple[NDArray[np.int8], Floats]:
    """How each place within the band is reached (0 from both before, 1 from the row before, 2 from the column).

    And what it costs to reach the last column in each row.
    """
    count = len(one)
    width = int((high - low).max())
    came = np.zeros((count, width), dtype=np.int8)
    before = np.full(width, np.inf)
    here = np.full(width, np.inf)
    costs = np.full(count, np.inf)
    for i in range(count):
        here[:] = np.inf
        for j in range(low[i], high[i]):
            unlike = 1.0 - np.dot(one[i], other[j])
            if i == 0 and j == 0:
                here[0] = unlike
                continue
            best, way = np.inf, 0
            if i > 0:
                at = j - low[i - 1]
                if 1 <= at <= high[i - 1] - low[i - 1]:
                    best = before[at - 1] + diagonal * unlike
                if 0 <= at < high[i - 1] - low[i - 1] and before[at] + straight * unlike + bent < best:
                    best, way = before[at] + straight * unlike + bent, 1
            if j > low[i] and here[j - low[i] - 1] + straight * unlike + bent < best:
                best, way = here[j - low[i] - 1] + straight * unlike + bent, 2
            here[j - low[i]] = best
            came[i, j - low[i]] = way
        before[:] = here
        if high[i] == len(other):
            costs[i] = here[high[i] - 1 - low[i]]
    return came, costs


def _way(one: Floats, other: Floats, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cheapest way from the first rows of both to the last, shape (P, 2)."""
    came, _ = _cheapest(np.ascontiguousarray(one), np.ascontiguousarray(other), low, high, DIAGONAL, STRAIGHT, BENT)
    i, j = len(one) - 1, len(other) - 1
    path = [(i, j)]
    while i or j:
        way = came[i, j - low[i]] if i and j else 1 if i else 2
        i, j = i - (way != 2), j - (way != 1)
        path.append((i, j))
    return np.array(path[::-1], dtype=np.int64)


def _costs(score: _Rows, sound: _Rows, bent: float) -> Floats:
    """What it costs to have played each row of the score by the sound's end, for what is passed of both."""
    rates = (10.0, 5.0, 2.0, 1.0)
    rate = next((one for one in rates if len(score.tones) * len(sound.tones) * (one / RATE) ** 2 < PLACES), rates[-1])
    one, other = score.at(rate), sound.at(rate)
    low, high = np.zeros(len(one), dtype=np.int64), np.full(len(one), len(other), dtype=np.int64)
    _, costs = _cheapest(one, other, low, high, DIAGONAL, STRAIGHT, bent)
    return np.asarray(costs / (np.arange(len(one)) + len(other)), dtype=np.float64)


def length_played(notes: Notes, sound: _Rows, *, duration: float, seconds: float) -> float:
    """How much of a score that lasts `duration` [s] is played in the `seconds` of `sound`: all, or less of it [s]."""

    def rows(length: float) -> _Rows:
        return rows_of_notes(notes, duration=length, stretch=(seconds - LEAD) / length)

    # How fast it is played is not known yet: one guess lets it bend freely, the other does not.
    lengths = [duration]
    for bent in (0.0, BENT):
        length = duration
        for _ in range(2):
            costs = _costs(rows(length), sound, bent)
            first = len(costs) // 8
            length *= (first + int(np.argmin(costs[first:])) + 1) / len(costs)
        lengths.append(length)
    worth = [float(_costs(rows(length), sound, BENT)[-1]) for length in lengths]
    best = int(np.argmin(worth))
    return lengths[best] if worth[best] < CUT_SHORT * worth[0] else duration


def way_through(score: _Rows, sound: _Rows) -> NDArray[np.int64]:
    """Which rows of the score and of the sound belong together, at `RATE`, shape (P, 2)."""
    path = np.zeros((0, 2), dtype=np.int64)
    coarse = 0.0
    for rate, reach in LEVELS:
        one, other = score.at(rate), sound.at(rate)
        rows = np.arange(len(one))
        if not len(path):
            low, high = np.zeros(len(one), dtype=np.int64), np.full(len(one), len(other), dtype=np.int64)
        else:
            scale = rate / coarse
            first, last = np.full(len(score.at(coarse)), len(sound.tones)), np.zeros(len(score.at(coarse)))
            np.minimum.at(first, path[:, 0], path[:, 1])
            np.maximum.at(last, path[:, 0], path[:, 1])
            at = np.clip(rows / scale, 0, len(first) - 1)
            knots = np.arange(len(first))
            low = np.floor(np.interp(at, knots, first) * scale - reach * rate).astype(np.int64)
            high = np.ceil((np.interp(at, knots, last) + 1) * scale + reach * rate).astype(np.int64)
            low, high = np.clip(low, 0, len(other) - 1), np.clip(high, 1, len(other))
            low[0], high[-1] = 0, len(other)
            low, high = np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high)
            # Each row's band meets that of the row before.
            low[1:] = np.minimum(low[1:], high[:-1] - 1)
        path, coarse = _way(one, other, low, high), rate
    return path


def align(score: Music, mono: NDArray[np.float32], onset: Floats, onset_rate: float, *, last: float) -> Counted:
    """The bars of `score` with the times at which a recording plays them.

    Parameters
    ----------
    score : Music
        From MIDI or MusicXML, in any tempo.
    mono : array, shape (n,)
        The recording at `SAMPLE_RATE`.
    onset : array, shape (F,), 0 to 1
        Its onset strength at `onset_rate` [Hz].
    last : float
        When its last chord begins [s].

    Raises
    ------
    MusicError
        If it is plainly a score of something else.
    """
    loud = np.flatnonzero(onset > 0.2) / onset_rate
    begin, end = (max(0.0, loud[0] - LEAD), min(len(mono) / SAMPLE_RATE, loud[-1] + 2.0)) if len(loud) else (0.0, 0.0)
    if end - begin < 2.0:
        raise MusicError("nothing in the recording can be followed", would_work="a recording of the score")
    theirs = rows_of_sound(mono[round(begin * SAMPLE_RATE) : round(end * SAMPLE_RATE)])
    seconds = end - begin
    length = length_played(score.notes, theirs, duration=score.duration, seconds=seconds)
    stretch = (seconds - LEAD) / length
    ours = rows_of_notes(score.notes, duration=length, stretch=stretch)
    path = way_through(ours, theirs)
    written, heard_rows = ours.at(10.0), theirs.at(10.0)
    alike = float(np.mean(np.sum(written[path[::5, 0] // 5] * heard_rows[path[::5, 1] // 5], axis=1)))
    chance = float(written.mean(axis=0) @ heard_rows.mean(axis=0))
    likeness = (alike - chance) / max(1.0 - chance, 1e-6)
    if likeness < ALIKE_LEAST:
        raise MusicError(
            "the score and the recording are not of the same piece",
            where=score.source,
            would_work="a score of what is played, or none: the beats are then found by ear",
        )
    # When each onset of the score sounds: the middle of the rows that belong to it.
    times, chosen = np.unique(np.round(score.notes.onset[score.notes.onset < length], 3), return_index=True)
    beat = score.notes.beat[chosen]
    inner, counts = np.unique(path[:, 0], return_counts=True)
    ends = np.cumsum(counts)
    opening = begin + 0.5 * (path[ends - counts, 1] + path[ends - 1, 1]) / RATE
    heard = np.interp((LEAD + times * stretch) * RATE, inner, opening)
    heard = moved_to_onsets(heard, onset, onset_rate)
    whole = np.abs(beat - np.round(beat)) < 1e-3
    knots, at = np.unique(np.round(beat[whole]), return_index=True)
    seconds = heard[whole][at]
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(seconds)) > 0.02])
    knots, seconds = knots[rising], np.maximum.accumulate(seconds)[rising]
    if len(knots) < 4:
        raise MusicError(
            "the score has too few beats to be followed", where=score.source, would_work="a score of all that is played"
        )
    sure = float(np.clip(0.1 + 1.3 * likeness, 0.1, 0.98))
    remarks = [f"its bars and beats are those of {score.source.rsplit('/', 1)[-1]}"]
    if sure < DOUBTFUL:
        remarks.append("the score and the recording are hardly alike: is it the same piece, with the same repeats?")
    pace = np.diff(seconds) / np.diff(knots)
    usual = float(np.median(pace))
    rushed = np.convolve((pace < usual / SKIPPED).astype(float), np.ones(4), mode="same") >= 3.0
    if np.any(rushed):
        bars = sorted({score.layout.bar_at(nearest_beat(float(k))).number for k in knots[:-1][rushed]})
        remarks.append(f"bars {bars[0]} to {bars[-1]} of the score do not seem to be played as written")
        sure = min(sure, 0.4)
    tempo = TempoMap(knots, seconds)
    until = float(tempo.to_beats(last)) + 0.5
    played = Bars(tuple(bar for bar in score.layout if float(bar.start) < until))
    if len(played) < len(score.layout):
        remarks.append(f"the recording ends in bar {played.last} of the score")
    return Counted(played, tempo, Confidence(sure, 1.0, sure), tuple(remarks))


def moved_to_onsets(times: Floats, onset: Floats, rate: float) -> Floats:
    """Times moved to the strongest onset within `REACH`, a near one before a far one; still in order."""
    reach = round(REACH * rate)
    out = times.copy()
    nearness = 1.0 - 0.6 * np.abs(np.arange(-reach, reach + 1)) / reach
    padded = np.pad(onset, reach + 1)
    for i, time in enumerate(times):
        centre = round(time * rate)
        near = padded[centre + 1 : centre + 2 * reach + 2]
        if len(near) < 2 * reach + 1 or float(near.max()) < 0.2:
            continue
        top = int(np.argmax(near * nearness)) - reach + centre
        a, b, c = padded[top + reach : top + reach + 3]
        bend = a - 2.0 * b + c
        between = 0.5 * (a - c) / bend if bend < -1e-9 and abs(a - c) <= -bend else 0.0
        out[i] = (top + between) / rate - RISING
    return np.asarray(np.maximum.accumulate(out), dtype=np.float64)
