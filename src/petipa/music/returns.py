"""What comes back in a piece: bars compared with one another, in any key, and where returns begin and end.

A bar is what sounds in each twelfth of it and its rhythm. Likeness is measured against chance: 0 is what two bars of
this piece have in common anyway, 1 is the same bar again. Sources: Foote, "Automatic audio segmentation using a
measure of audio novelty", ICME 2000; Müller and Clausen, "Transposition-invariant self-similarity matrices",
ISMIR 2007; Paulus, Müller and Klapuri, "Audio-based music structure analysis", ISMIR 2010.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from petipa.counts import Bars
from petipa.music.model import Floats, Notes

SLOTS = 12
"""Parts of a bar: quarters, triplets and eighths of all dance metres fall on their edges."""
RHYTHM = 0.25
"""The share of the rhythm in how alike two bars are; the tones have the rest."""
BARS_COMPARED = 1500
"""In longer pieces bars are not all compared with one another."""
KEYS_COMPARED = 500
"""In longer pieces returns are looked for in the same key only."""
OTHER_KEY = 0.08
"""How much less alike the same bars in another key are: by chance some key nearly fits."""
AGAIN = 0.55
"""Four bars so alike are those heard before."""
ENDING = 0.5
"""What the end of a return tells of its beginning's: what returns often ends otherwise."""


@dataclass(frozen=True, eq=False)
class BarSounds:
    """What the whole bars of a piece sound like (a pick-up is left out).

    Attributes
    ----------
    tones : array, shape (N, SLOTS, 12)
        How much of each pitch class sounds in each part of a bar.
    rhythm : array, shape (N, SLOTS)
        How much begins in each.
    """

    tones: Floats
    rhythm: Floats

    def __len__(self) -> int:
        return len(self.tones)


@dataclass(frozen=True, eq=False)
class Likeness:
    """How alike bars are: `keys` is shape (K, N, N), the second bar raised by k semitones; 1 the same, 0 chance."""

    keys: Floats

    def __len__(self) -> int:
        return int(self.keys.shape[1])

    def run(self, one: int, other: int, length: int) -> float:
        """How alike the `length` bars from `one` are to those from `other`, in the key in which they are most."""
        if length < 1 or max(one, other) + length > len(self):
            return -1.0
        along = np.arange(length)
        means = self.keys[:, one + along, other + along].mean(axis=1)
        means[1:] -= OTHER_KEY
        return float(means.max())

    def diagonals(self) -> Iterator[tuple[int, Floats]]:
        """For each lag and key the likeness of every bar with the one so much later."""
        for lag in range(2, len(self) - 1):
            for key, table in enumerate(self.keys):
                yield lag, np.diagonal(table, lag) - (OTHER_KEY if key else 0.0)


def sounds_of_notes(notes: Notes, layout: Bars) -> BarSounds:
    """The bars of a score; what lies on top counts twice, as the ear follows the melody."""
    bars = [bar for bar in layout if bar.number >= 1]
    number = len(bars)
    tones, rhythm = np.zeros((number, SLOTS, 12)), np.zeros((number, SLOTS))
    if number == 0 or len(notes) == 0:
        return BarSounds(tones, rhythm)
    # The place of each note in slots from bar 1: bars of any length have twelve.
    edges = np.array([float(bar.start) for bar in bars] + [float(bars[-1].end)])
    begin = np.interp(notes.beat, edges, np.arange(number + 1) * SLOTS, left=-1.0)
    beats = notes.duration * np.interp(notes.onset, *_pace(notes))
    end = np.interp(notes.beat + beats, edges, np.arange(number + 1) * SLOTS, left=-1.0)
    top = np.full(number * SLOTS, -1, dtype=np.int64)
    flat, starts = tones.reshape(-1, 12), rhythm.reshape(-1)
    for a, b, pitch, velocity in zip(
        np.floor(begin + 0.05), np.ceil(end - 0.4), notes.pitch, notes.velocity, strict=True
    ):
        first, last = int(a), max(int(a) + 1, int(b))
        if 0 <= first < len(flat):
            starts[first] += velocity / 100.0
            flat[first:last, pitch % 12] += 0.5
            flat[first, pitch % 12] += 0.5
            top[first:last] = np.maximum(top[first:last], pitch)
    sung = np.flatnonzero(top >= 0)
    flat[sung, top[sung] % 12] += 1.0
    return BarSounds(np.sqrt(tones), np.sqrt(rhythm))


def _pace(notes: Notes) -> tuple[Floats, Floats]:
    """Times [s] and beats a second there, from the notes themselves."""
    first = np.concatenate([[True], np.diff(notes.onset) > 1e-3])
    onset, beat = notes.onset[first], notes.beat[first]
    if len(onset) < 2:
        return np.array([0.0, 1.0]), np.array([1.0, 1.0])
    pace = np.maximum(np.diff(beat), 1e-3) / np.diff(onset)
    return onset, np.append(pace, pace[-1])


def sounds_of_recording(chroma: Floats, chroma_rate: float, onset: Floats, rate: float, edges: Floats) -> BarSounds:
    """The bars of a recording.

    Parameters
    ----------
    chroma : array, shape (G, 12)
    chroma_rate : float [Hz]
    onset : array, shape (F,), 0 to 1
        Onset strength.
    rate : float [Hz]
        Of `onset`.
    edges : array [s], shape (N + 1,)
        The bar lines.
    """
    number = len(edges) - 1
    tones, rhythm = np.zeros((number, SLOTS, 12)), np.zeros((number, SLOTS))
    if number < 1 or len(chroma) == 0:
        return BarSounds(tones, rhythm)
    # What always sounds (noise, overtones of everything) tells no bar from another.
    clear = np.clip(chroma - np.median(chroma, axis=1, keepdims=True), 0.0, None)
    cuts = np.interp(np.arange(number * SLOTS + 1) / SLOTS, np.arange(number + 1), edges)
    middles = (cuts[:-1] + cuts[1:]) / 2.0 * chroma_rate
    places = np.clip(middles.round().astype(int), 0, len(clear) - 1)
    tones.reshape(-1, 12)[:] = clear[places]
    flat = rhythm.reshape(-1)
    # An onset belongs to the slot at whose edge it lies.
    at = np.clip(((cuts - np.append(np.diff(cuts), 0.0) / 2.0) * rate).astype(int), 0, len(onset))
    for slot, (a, b) in enumerate(itertools.pairwise(at)):
        flat[slot] = float(onset[a:b].max()) if b > a else 0.0
    return BarSounds(tones, rhythm)


def likeness(sounds: BarSounds) -> Likeness:
    """Every bar compared with every other, in every key."""
    number = len(sounds)
    if number < 2 or number > BARS_COMPARED:
        return Likeness(np.zeros((1, 0, 0)))
    smooth = np.pad(sounds.tones, ((0, 0), (1, 1), (0, 0)), mode="edge")
    smooth = 0.25 * smooth[:, :-2] + 0.5 * smooth[:, 1:-1] + 0.25 * smooth[:, 2:]
    smooth = smooth / np.maximum(np.linalg.norm(smooth, axis=(1, 2), keepdims=True), 1e-9)
    beat = sounds.rhythm / np.maximum(np.linalg.norm(sounds.rhythm, axis=1, keepdims=True), 1e-9)
    along = beat @ beat.T
    plain = smooth.reshape(number, -1)
    keys = []
    for key in range(12 if number <= KEYS_COMPARED else 1):
        turned = np.roll(smooth, -key, axis=2).reshape(number, -1)
        keys.append((1.0 - RHYTHM) * (plain @ turned.T) + RHYTHM * along)
    table = np.array(keys)
    chance = float(np.median(table[0][~np.eye(number, dtype=bool)]))
    return Likeness(np.clip((table - chance) / max(1.0 - chance, 1e-6), -1.0, 1.0))


def edges_of_returns(alike: Likeness) -> Floats:
    """How much each bar begins, or follows the end of, something heard elsewhere, shape (N,), 0 to 1."""
    number = len(alike)
    out = np.zeros(number)
    if number < 8:
        return out
    for lag, same in alike.diagonals():
        if len(same) < 4 or float(same.max()) < AGAIN:
            continue
        total = np.concatenate([np.zeros(9), np.cumsum(same), np.full(8, same.sum())])
        at = np.arange(1, len(same)) + 8  # an edge between bars at - 1 and at
        four, eight = (total[at + 4] - total[at]) / 4.0, (total[at + 8] - total[at]) / 8.0
        ahead = np.where(four > AGAIN, 0.35 * four + 0.65 * np.maximum(eight, 0.0), 0.0)
        four, eight = (total[at] - total[at - 4]) / 4.0, (total[at] - total[at - 8]) / 8.0
        behind = np.where(four > AGAIN, ENDING * (0.35 * four + 0.65 * np.maximum(eight, 0.0)), 0.0)
        at -= 8
        step = 0.5 * (same[at] - same[at - 1])
        step += 0.5 * (same[np.minimum(at + 1, len(same) - 1)] - same[np.maximum(at - 2, 0)])
        worth = np.where(step > 0, ahead, behind) * np.abs(step)
        ends = at[(step < 0) & (at + lag + 1 < number)] + 1  # the last bar of what returns often goes elsewhere
        np.maximum.at(out, ends, worth[ends - 2])
        np.maximum.at(out, ends + lag, worth[ends - 2])
        np.maximum.at(out, at, worth)
        np.maximum.at(out, at + lag, worth)
        # What is the beginning of all that is the same begins at its return.
        if float(same[:4].mean()) > AGAIN:
            out[lag] = max(out[lag], 0.35 * float(same[:4].mean()) + 0.65 * float(same[:8].sum()) / 8.0)
    return np.asarray(np.clip(out, 0.0, 1.0), dtype=np.float64)


def agree(novelty: Floats, alike: Likeness) -> Floats:
    """`novelty`, shape (N,), agreed upon by the places that sound alike, so that a return is divided as before."""
    number = len(alike)
    if number < 8:
        return novelty
    total, weight = novelty.copy(), np.ones(number)
    for lag, same in alike.diagonals():
        if len(same) < 4:
            continue
        across = np.convolve(same, np.full(4, 0.25), mode="valid")  # bars at - 2 to at + 1
        at = np.flatnonzero(across > 0.7) + 2
        np.add.at(total, at, novelty[at + lag])
        np.add.at(total, at + lag, novelty[at])
        np.add.at(weight, at, 1.0)
        np.add.at(weight, at + lag, 1.0)
    return np.asarray(np.maximum(0.8 * novelty, total / weight), dtype=np.float64)


def change(alike: Likeness) -> Floats:
    """How much the eight bars from each on differ from the eight before, shape (N,) (Foote 2000)."""
    number = len(alike)
    out = np.zeros(number)
    table = alike.keys[0] if number else np.zeros((0, 0))
    for i in range(1, number):
        reach = min(8, i, number - i)
        before, after = table[i - reach : i, i - reach : i], table[i : i + reach, i : i + reach]
        out[i] = 0.5 * float(before.mean() + after.mean()) - float(table[i - reach : i, i : i + reach].mean())
    return out
