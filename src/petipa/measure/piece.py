"""What of a piece of music a dance can answer to, bar by bar; and how well any dance would answer by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise, permutations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.music import Music
from petipa.music.form import form_of

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

SHUFFLES = 999
"""Shuffles drawn where there are too many to try all."""
ALL_TRIED = 5040
"""Orders that are all tried: those of seven phrases."""


@dataclass(frozen=True)
class Piece:
    """A piece as a dance can answer to it. Times in seconds of the music; bars are counted from 0 here.

    Attributes
    ----------
    edges : tuple of float, N + 1
        Where its N bars begin, and where the last ends.
    beats, accents : tuple of float
    swell : tuple of float, N, 0 to 1
        The mean of each bar.
    phrases : tuple of (int, int)
        First bar of each, and the bar after its last.
    labels : tuple of str
        A letter for each phrase; those that sound alike have the same.
    climaxes : tuple of float
        The highest moments, the highest first.
    """

    edges: tuple[float, ...]
    beats: tuple[float, ...]
    accents: tuple[float, ...]
    swell: tuple[float, ...]
    phrases: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]
    climaxes: tuple[float, ...]

    @property
    def bars(self) -> int:
        """How many bars."""
        return len(self.swell)

    def place(self, seconds: Array) -> Array:
        """Bars, and the share of a bar, from the first; NaN outside the piece."""
        x = np.interp(seconds, self.edges, np.arange(len(self.edges)), left=np.nan, right=np.nan)
        return np.asarray(x, dtype=np.float64)

    def seconds(self, place: Array) -> Array:
        """The inverse of `place`."""
        return np.interp(place, np.arange(len(self.edges)), self.edges)

    def between(self, start: float, end: float) -> Piece:
        """The part of it whose bars lie in a dance that lasts from `start` to `end` [s], each by half at least."""
        middle = [0.5 * (a + b) for a, b in pairwise(self.edges)]
        inside = [k for k, at in enumerate(middle) if start <= at <= end]
        if not inside:
            return replace(self, edges=self.edges[:1], swell=(), phrases=(), labels=(), accents=(), climaxes=())
        first, stop = inside[0], inside[-1] + 1
        low, high = self.edges[first], self.edges[stop]
        kept = [
            (max(a, first) - first, min(b, stop) - first, label)
            for (a, b), label in zip(self.phrases, self.labels, strict=True)
            if min(b, stop) - max(a, first) >= 0.5 * (b - a)
        ]
        return Piece(
            edges=self.edges[first : stop + 1],
            beats=tuple(t for t in self.beats if low - 1e-6 <= t <= high + 1e-6),
            accents=tuple(t for t in self.accents if low <= t < high),
            swell=self.swell[first:stop],
            phrases=tuple((a, b) for a, b, _ in kept),
            labels=tuple(label for *_, label in kept),
            climaxes=tuple(t for t in self.climaxes if low <= t < high),
        )

    def over(self, other: Piece) -> Piece:
        """What would be heard if this piece were played in the bars of another, bar for bar, as far as both go."""
        bars = min(self.bars, other.bars)
        here = self.between(self.edges[0], 0.5 * (self.edges[bars - 1] + self.edges[bars])) if bars else self

        def moved(moments: tuple[float, ...]) -> tuple[float, ...]:
            place = here.place(np.array(moments))
            return tuple(np.interp(place, np.arange(bars + 1), other.edges[: bars + 1]).tolist())

        return replace(
            here,
            edges=other.edges[: bars + 1],
            beats=moved(here.beats),
            accents=moved(here.accents),
            climaxes=moved(here.climaxes),
        )

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            name: [round(v, 4) if isinstance(v, float) else v for v in values] for name, values in asdict(self).items()
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Piece:
        """What `to_json` gave; KeyError, TypeError or ValueError where it is something else."""
        numbers = {
            name: tuple(float(v) for v in kept[name]) for name in ("edges", "beats", "accents", "swell", "climaxes")
        }
        phrases = tuple((int(a), int(b)) for a, b in kept["phrases"])
        piece = cls(phrases=phrases, labels=tuple(str(v) for v in kept["labels"]), **numbers)
        if len(piece.edges) != piece.bars + 1 or len(piece.labels) != len(phrases):
            raise ValueError("bars that do not belong together")
        return piece


def piece_of(music: Music) -> Piece:
    """What of a piece of music a dance can answer to."""
    whole = [bar for bar in music.bars if bar.number >= 1]
    form = form_of(music)
    first = whole[0].number if whole else 1
    return Piece(
        edges=(*(bar.seconds for bar in whole), *(bar.seconds_end for bar in whole[-1:])),
        beats=tuple(music.beats.tolist()),
        accents=tuple(music.accents.tolist()),
        swell=tuple(
            float(np.mean([music.swell_at(float(t)) for t in np.linspace(bar.seconds, bar.seconds_end, 9)]))
            for bar in whole
        ),
        phrases=tuple((max(one.first - first, 0), one.last + 1 - first) for one in music.phrases),
        labels=form.labels,
        climaxes=form.climaxes,
    )


@dataclass(frozen=True)
class Against:
    """How well dance and music agree in one thing, beside how well they would by chance.

    Attributes
    ----------
    value : float
        As danced to this music.
    chance, spread : float
        Mean and standard deviation of the same over the shuffled music.
    z : float
        How many of those deviations the value lies above the mean; 0 where nothing varies.
    percentile : float, 0 to 100
        Share of the shuffles that are worse; of those that are as good, half.
    shuffles : int
        How many there were.
    """

    value: float
    chance: float
    spread: float
    z: float
    percentile: float
    shuffles: int


def against(value: float, shuffled: Sequence[float] | Array) -> Against | None:
    """A value beside the same of shuffled music; None where there was nothing to shuffle."""
    others = np.asarray(shuffled, dtype=np.float64)
    if not len(others):
        return None
    mean, spread = float(others.mean()), float(others.std())
    worse = float((others < value - 1e-9).mean() + 0.5 * (np.abs(others - value) <= 1e-9).mean())
    z = (value - mean) / spread if spread > 1e-9 else 0.0
    return Against(value, mean, spread, z, 100.0 * worse, len(others))


def orders(number: int, *, seed: int = 0) -> Ints:
    """Every order of so few things, the one as it is among them, or `SHUFFLES` drawn ones, shape (S, number)."""
    if factorial(min(number, 10)) <= ALL_TRIED:
        return np.array(list(permutations(range(number))), dtype=np.int64).reshape(-1, number)
    draw = np.random.default_rng(seed)
    return np.array([draw.permutation(number) for _ in range(SHUFFLES)], dtype=np.int64)


def turned(number: int, value: Callable[[Ints], float]) -> list[float]:
    """A value with the bars of the music begun at each bar but the first, what is left over put before it.

    `value` takes, for each bar of the dance, the bar of the music heard then. What follows what stays as it is, so
    that a swell remains a swell.
    """
    return [value((np.arange(number) + k) % number) for k in range(1, number)]
