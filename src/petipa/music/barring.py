"""Bars reckoned from the notes of a score whose file states no metre.

The grid is the file's own; what is looked for is how many eighths make a bar and where one begins. Three signs speak
for a first beat: the bass is low on it, the harmony changes on it, and what begins on it lasts. The fourth is that bars
resemble one another. Sources: Lerdahl and Jackendoff, "A generative theory of tonal music", 1983 (the preferences for
bass, length and harmony, chapter 4); Brown, "Determination of the meter of musical scores by autocorrelation", JASA 94,
1993.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Metre
from petipa.music.model import Floats

SHAPES = {
    Metre(2, 4): (1.0, 0.0, 0.45, 0.0),
    Metre(4, 4): (1.0, 0.0, 0.3, 0.0, 0.6, 0.0, 0.3, 0.0),
    Metre(3, 4): (1.0, 0.0, 0.35, 0.0, 0.35, 0.0),
    Metre(6, 8): (1.0, 0.0, 0.1, 0.5, 0.0, 0.1),
    Metre(3, 8): (1.0, 0.1, 0.1),
}
"""How heavy each eighth of a bar is; on the beat, and less on the beats that follow the first."""

LOW, LONG, MANY, TURN = 1.0, 0.6, 0.5, 1.0
"""What the bass, the length, the number of the notes and a change of the harmony say of a place."""

WHOLE = 0.35
"""The share of all eighths in how well a shape fits; the beats among themselves have the rest."""

RESEMBLANCE = 0.6
"""What the resemblance of bars says beside the weight of their beats."""

FOURS = 0.04
"""Four in a bar must fit so much better than two, which fits wherever four does; dances are mostly in two."""

LEAST = 12
"""Fewer places with notes say nothing."""

UNSURE, MOST = 0.3, 0.85
"""How sure the metre is where nothing speaks for it, and at most: a guess is none that is stated."""


@dataclass(frozen=True)
class Barring:
    """Metre, quarters before the first bar line, and how far each can be trusted, 0 to 1."""

    metre: Metre
    pickup: Fraction
    sure_metre: float
    sure_downbeat: float


def reckon(
    quarter: Floats, length: Floats, pitch: NDArray[np.int64], velocity: Floats, channel: NDArray[np.int64]
) -> Barring:
    """Metre and bar lines of notes on a grid of quarters.

    Parameters
    ----------
    quarter, length : array [quarters], shape (N,)
        Onsets from the beginning of the score, and lengths.
    pitch, velocity, channel : array, shape (N,)
        As in MIDI; channel 9 is percussion.
    """
    slots = max(1, int(np.ceil(2.0 * float(np.max(quarter, initial=0.0)) + 1e-6)) + 1)
    place = np.round(2.0 * quarter).astype(int)
    on = np.abs(2.0 * quarter - place) < 0.1
    if len(np.unique(place[on])) < LEAST:
        return Barring(Metre(4, 4), Fraction(0), UNSURE, UNSURE)
    weight, tones = _weights(quarter, length, pitch, velocity, channel != 9, place, on, slots)
    alike = _resemblances(tones, max(len(shape) for shape in SHAPES.values()))
    scored: list[tuple[float, Metre, int, float]] = []
    for metre, shape in SHAPES.items():
        fits = np.array([_fit(weight, shape, phase) for phase in range(len(shape))])
        best = int(np.argmax(fits))
        others = np.delete(fits, best)
        worth = float(fits[best]) + RESEMBLANCE * float(alike[len(shape)]) - (FOURS if metre.beats == 4 else 0.0)
        scored.append((worth, metre, best, float(np.max(others))))
    scored.sort(key=lambda one: -one[0])
    top, metre, phase, rival = scored[0]
    # Two in a bar or four is the engraver's choice; two or three is what is heard.
    against = max(score for score, other, _, _ in scored if _threes(other) is not _threes(metre))
    sure = float(np.clip(UNSURE + 1.5 * (top - against), UNSURE, MOST))
    fit = _fit(weight, SHAPES[metre], phase)
    down = float(np.clip(UNSURE + 1.5 * (fit - rival), UNSURE, MOST))
    return Barring(metre, Fraction(phase, 2), sure, min(sure, down))


def _threes(metre: Metre) -> bool:
    return metre.quarters in (Fraction(3), Fraction(3, 2))


def _weights(
    quarter: Floats,
    length: Floats,
    pitch: NDArray[np.int64],
    velocity: Floats,
    pitched: NDArray[np.bool_],
    place: NDArray[np.int64],
    on: NDArray[np.bool_],
    slots: int,
) -> tuple[Floats, Floats]:
    """How heavy each eighth is, shape (slots,), and what sounds in it, shape (slots, 12)."""
    low, long, many = np.zeros(slots), np.zeros(slots), np.zeros(slots)
    middle = float(np.median(pitch[pitched])) if np.any(pitched) else 60.0
    for i in np.flatnonzero(on & pitched):
        low[place[i]] = max(low[place[i]], max(0.0, middle - float(pitch[i])))
        long[place[i]] = max(long[place[i]], min(float(length[i]), 2.0))
    np.add.at(many, place[on], (velocity[on] / 80.0) ** 2)
    tones = np.zeros((slots, 12))
    ends = np.maximum(np.ceil(2.0 * (quarter + length) - 0.2).astype(int), place + 1)
    for i in np.flatnonzero(pitched):
        tones[place[i] : min(ends[i], place[i] + 4), pitch[i] % 12] += 1.0
    turn = np.zeros(slots)
    for k in range(2, slots - 1):
        before, after = tones[max(0, k - 3) : k].sum(axis=0), tones[k : k + 3].sum(axis=0)
        size = float(np.linalg.norm(before) * np.linalg.norm(after))
        turn[k] = 1.0 - float(before @ after) / size if size > 0 else 0.0
    parts = ((LOW, low), (LONG, long), (MANY, np.sqrt(many)), (TURN, turn))
    return np.sum([share * _standard(part) for share, part in parts], axis=0), tones


def _standard(curve: Floats) -> Floats:
    spread = float(np.std(curve))
    return (curve - float(np.mean(curve))) / spread if spread > 0 else np.zeros(len(curve))


def _fit(weight: Floats, shape: tuple[float, ...], phase: int) -> float:
    """How well bars of this shape, the first after `phase` eighths, lie under the weights: correlations.

    That of all eighths, which is mostly that beats are heavier than what is between them, and that of the beats among
    themselves, which tells two from three.
    """
    expected = np.array(shape)[(np.arange(len(weight)) - phase) % len(shape)]
    whole = float(np.mean(_standard(weight) * _standard(expected)))
    among = float(np.mean(_standard(_levelled(weight)) * _standard(_levelled(expected))))
    return WHOLE * whole + (1.0 - WHOLE) * among


def _levelled(curve: Floats) -> Floats:
    """`curve` with the eighths on a quarter and those between made the same on the whole."""
    out = curve.copy()
    for side in range(2):
        out[side::2] -= float(np.mean(out[side::2])) if len(out[side::2]) else 0.0
    return out


def _resemblances(tones: Floats, most: int) -> Floats:
    """How alike the piece is to itself so many eighths later, beside an eighth less or more, shape (most + 1,)."""
    size = np.linalg.norm(tones, axis=1)
    out = np.zeros(most + 2)
    for lag in range(1, most + 2):
        dots = np.sum(tones[lag:] * tones[:-lag], axis=1)
        norms = size[lag:] * size[:-lag]
        out[lag] = float(np.mean(dots[norms > 0] / norms[norms > 0])) if np.any(norms > 0) else 0.0
    # It fades with distance, so each is compared with its neighbours.
    out[1:-1] -= 0.5 * (out[:-2] + out[2:])
    return np.asarray(out[:-1], dtype=np.float64)


__all__ = ["Barring", "reckon"]
