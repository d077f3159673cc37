"""The music a dance is made to, as one frozen value.

Two clocks meet here: beats (exact fractions, from bar 1 beat 1, see `petipa.counts`) and seconds of sound, from
the start of the sound file. `TempoMap` leads from one to the other and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Bar, Bars, Count, Metre, Span
from petipa.showing import Sound

SAMPLE_RATE = 44100
"""Sound is kept and written at this rate [Hz]."""

CURVE_RATE = 60.0
"""Loudness and density are sampled as often as the dancer moves [Hz]."""

CERTAIN = 0.5
"""What is less sure than this is told as a doubt, with what would settle it."""

Floats = NDArray[np.float64]


def frozen_array(values: Iterable[float] | Floats) -> Floats:
    """A read-only float64 copy of `values`."""
    array = np.array(values if isinstance(values, np.ndarray) else list(values), dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class TempoMap:
    """Beats to seconds and back, straight lines between knots; the first and last slopes go on outside.

    Parameters
    ----------
    beats : array, shape (K,)
        Beats from bar 1 beat 1, rising; at least two.
    seconds : array [s], shape (K,)
        The time of each, rising.
    """

    beats: Floats
    seconds: Floats

    def __post_init__(self) -> None:
        beats, seconds = frozen_array(self.beats), frozen_array(self.seconds)
        if beats.shape != seconds.shape or beats.ndim != 1 or len(beats) < 2:
            raise ValueError(f"a tempo map needs two knots or more, got {beats.shape} and {seconds.shape}")
        if np.any(np.diff(beats) <= 0) or np.any(np.diff(seconds) <= 0):
            raise ValueError("the knots of a tempo map must rise in beats and in seconds")
        object.__setattr__(self, "beats", beats)
        object.__setattr__(self, "seconds", seconds)

    @classmethod
    def steady(cls, *, beats_per_minute: float, start: float = 0.0) -> TempoMap:
        """One tempo throughout, bar 1 beat 1 at `start` [s]."""
        return cls(np.array([0.0, 1.0]), np.array([start, start + 60.0 / beats_per_minute]))

    @staticmethod
    def _read(at: Floats, x: Floats, y: Floats) -> Floats:
        left = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
        slope = (y[left + 1] - y[left]) / (x[left + 1] - x[left])
        return np.asarray(y[left] + slope * (at - x[left]), dtype=np.float64)

    def to_seconds(self, beats: Floats | float | Fraction) -> Floats:
        """Seconds at `beats` (any shape)."""
        return self._read(np.asarray(beats, dtype=np.float64), self.beats, self.seconds)

    def to_beats(self, seconds: Floats | float) -> Floats:
        """Beats at `seconds` (any shape)."""
        return self._read(np.asarray(seconds, dtype=np.float64), self.seconds, self.beats)

    def beats_per_minute(self, beats: float | Fraction) -> float:
        """The tempo at a place, in written beats a minute."""
        x = float(beats)
        left = int(np.clip(np.searchsorted(self.beats, x, side="right") - 1, 0, len(self.beats) - 2))
        return float(60.0 * (self.beats[left + 1] - self.beats[left]) / (self.seconds[left + 1] - self.seconds[left]))


@dataclass(frozen=True, eq=False)
class Notes:
    """What is played, one row a note, ordered by onset; empty for a recording.

    Attributes
    ----------
    onset, duration : array [s], shape (N,)
    beat : array [written beats from bar 1 beat 1], shape (N,)
    pitch : array of int [MIDI note number, 60 is middle C], shape (N,)
    velocity : array of int [1 to 127], shape (N,)
    channel, program : array of int [General MIDI; channel 9 is percussion], shape (N,)
    """

    onset: Floats
    duration: Floats
    beat: Floats
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    channel: NDArray[np.int64]
    program: NDArray[np.int64]

    def __post_init__(self) -> None:
        order = np.lexsort((self.pitch, self.onset))
        for name in ("onset", "duration", "beat", "pitch", "velocity", "channel", "program"):
            kind = np.float64 if name in ("onset", "duration", "beat") else np.int64
            column = np.array(np.asarray(getattr(self, name))[order], dtype=kind)
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    @classmethod
    def none(cls) -> Notes:
        """No notes."""
        empty = np.zeros(0)
        whole = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty, whole, whole, whole, whole)

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def pitched(self) -> NDArray[np.bool_]:
        """Which are not percussion, shape (N,)."""
        return np.asarray(self.channel != 9)


@dataclass(frozen=True)
class MusicBar:
    """A bar as it sounds: number, first beat, metre, length [written beats], start and end [s]."""

    number: int
    start: Fraction
    metre: Metre
    length: Fraction
    seconds: float
    seconds_end: float


@dataclass(frozen=True)
class Phrase:
    """A musical sentence: bars `first` to `last` inclusive, its beats, its start and end [s]."""

    first: int
    last: int
    span: Span
    seconds: float
    seconds_end: float


@dataclass(frozen=True)
class Confidence:
    """How far each answer can be trusted, 0 to 1; 1 where the file or the user states it."""

    beats: float
    metre: float
    downbeat: float

    @property
    def overall(self) -> float:
        """The weakest of them."""
        return min(self.beats, self.metre, self.downbeat)


@dataclass(frozen=True, eq=False)
class Music:
    """One piece of music, timed.

    Attributes
    ----------
    title : str
    source : str
        Where it came from: a file name, or ``click``.
    kind : str
        ``midi``, ``musicxml``, ``kern``, ``audio`` or ``click``.
    layout : Bars
        The bars in beats.
    tempo : TempoMap
        Beats to seconds.
    duration : float [s]
        Length of the sound.
    notes : Notes
        Symbolic notes, empty for a recording.
    recording : array, shape (n, 2), float32, or None
        The sound of an audio file at `rate`; None when the sound is to be synthesised from the notes.
    sound : Sound
        What the notes are played on.
    loudness, density : array, shape (F,), 0 to 1
        At `CURVE_RATE`: how loud, and how many notes.
    accents : array [s], shape (A,)
        Where the music asks for an accent, in order.
    last_chord : float [s]
        When the last chord begins.
    phrases : tuple of Phrase
    cadences : array [s], shape (C,)
        Where phrases come to rest.
    confidence : Confidence
    remarks : tuple of str
        What had to be assumed, in words for the user.
    told_climaxes : tuple of float [s]
        Where the user says the climaxes are, the highest first; empty where they are heard.
    """

    title: str
    source: str
    kind: str
    layout: Bars
    tempo: TempoMap
    duration: float
    notes: Notes
    loudness: Floats
    density: Floats
    accents: Floats
    last_chord: float
    phrases: tuple[Phrase, ...]
    cadences: Floats
    confidence: Confidence
    remarks: tuple[str, ...] = ()
    told_climaxes: tuple[float, ...] = ()
    recording: NDArray[np.float32] | None = field(default=None, repr=False)
    sound: Sound = Sound.WRITTEN
    rate: int = SAMPLE_RATE

    @cached_property
    def samples(self) -> NDArray[np.float32]:
        """The sound, shape (n, 2), float32 within -1 to 1, at `rate`; a score is synthesised the first time."""
        if self.recording is not None:
            return self.recording
        from petipa.music.orchestra import played  # both need this module
        from petipa.music.sound import synthesise

        bars = np.array([bar.seconds for bar in self.bars] + [self.bars[-1].seconds_end])
        samples = synthesise(played(self.notes, bars, self.sound), duration=self.duration, rate=self.rate)
        samples.setflags(write=False)
        return samples

    @property
    def swell(self) -> Floats:
        """Loudness and density together, 0 to 1, shape (F,), at `CURVE_RATE` from second 0."""
        return np.asarray(0.65 * self.loudness + 0.35 * self.density, dtype=np.float64)

    def swell_at(self, seconds: float) -> float:
        """The swell at a moment, 0 to 1; that of the nearest end outside the music."""
        curve = self.swell
        if len(curve) == 0:
            return 0.0
        return float(np.interp(seconds * CURVE_RATE, np.arange(len(curve)), curve))

    @cached_property
    def bars(self) -> tuple[MusicBar, ...]:
        """The bars with their seconds."""
        return tuple(
            MusicBar(bar.number, bar.start, bar.metre, bar.length, self.seconds_at(bar.start), self.seconds_at(bar.end))
            for bar in self.layout
        )

    @cached_property
    def beat_numbers(self) -> tuple[Fraction, ...]:
        """Beats from bar 1 beat 1 of every written beat of the piece, pick-up included."""
        found: list[Fraction] = []
        for bar in self.layout:
            # A pick-up shorter than a beat has no whole beat of its own: its last whole beats are counted.
            first = bar.start if bar.number != 0 else bar.end - (bar.length // 1)
            found.extend(first + i for i in range(int(-((first - bar.end) // 1))))
        return tuple(found)

    @cached_property
    def beats(self) -> Floats:
        """Times of the written beats [s], shape (B,)."""
        return frozen_array(self.tempo.to_seconds(np.array([float(b) for b in self.beat_numbers])))

    @property
    def metre(self) -> Metre:
        """The metre of bar 1."""
        return self.layout.bar(1).metre

    @property
    def pickup(self) -> Fraction:
        """Beats before bar 1."""
        return self.layout.pickup

    def seconds(self, bar: int, beat: Fraction | int = 1) -> float:
        """Time [s] of ``bar:beat``, both from 1; places outside the piece go on in tempo."""
        return self.seconds_at(self.layout.beats(Count(bar, Fraction(beat))))

    def seconds_at(self, beats: Fraction | float) -> float:
        """Time [s] of a place given in written beats from bar 1 beat 1, negative in the pick-up."""
        return float(self.tempo.to_seconds(beats))

    def beats_at(self, seconds: float) -> float:
        """Written beats from bar 1 beat 1 at a time [s]: the inverse of `seconds_at`."""
        return float(self.tempo.to_beats(seconds))

    @property
    def final_beat(self) -> Fraction:
        """Where the last chord begins, in written beats from bar 1 beat 1, to the nearest quarter of a beat."""
        return Fraction(round(self.beats_at(self.last_chord) * 4), 4)

    def bar_at(self, seconds: float) -> Bar:
        """The bar that sounds at a time [s]."""
        return self.layout.bar_at(Fraction(self.beats_at(seconds)).limit_denominator(10**6))
