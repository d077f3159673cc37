"""Made music whose beats are known: dances written by a small composer, played with rubato, and recorded badly.

A piece is written in beats (`compose`), timed by a player's tempo map (`play`), and its sound is spoilt by a room and a
machine (`spoil`). All of it follows from a seed. What a beat tracker is tuned on and what it is judged by come from
different seeds and different pieces (`benchmarks.beats`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.counts import Metre
from petipa.music.model import SAMPLE_RATE, Notes, TempoMap
from petipa.music.sound import synthesise

Array = NDArray[np.float64]
Tone = tuple[float, float, int, int]
"""Beat, length in beats, MIDI pitch, velocity."""


@dataclass(frozen=True)
class Style:
    """What makes a dance: metre (in felt beats), thirds or halves of a beat, tempi, bass and melody rhythms.

    Attributes
    ----------
    metre : Metre
    beats, division : int
        Felt beats in a bar, and parts of one.
    tempo : (float, float)
        Slowest and quickest, felt beats a minute.
    bass : tuple of (str, ...)
        Patterns of a bar, one letter a part of a beat: B bass, F its fifth, C chord, . nothing.
    tunes : tuple of tuple of float
        Rhythms of a bar of melody, lengths in beats; negative lengths are rests.
    """

    metre: Metre
    beats: int
    division: int
    tempo: tuple[float, float]
    bass: tuple[str, ...]
    tunes: tuple[tuple[float, ...], ...]


_T = 1.0 / 3.0
STYLES: dict[str, Style] = {
    "waltz": Style(
        Metre(3, 4), 3, 2, (110, 200), ("B.C.C.", "B.C.C.", "B.C...", "B...C."),
        ((3,), (2, 1), (1, 1, 1), (1.5, 0.5, 1), (1, 0.5, 0.5, 1), (0.5,) * 6, (1, 2), (-0.5, 0.5, 1, 1)),
    ),
    "mazurka": Style(
        Metre(3, 4), 3, 4, (110, 165), ("B...C...C...", "B.......C...", "B...C...C..."),
        ((0.75, 0.25, 1, 1), (0.75, 0.25, 2), (0.5, 0.5, 1.5, 0.5), (_T, _T, _T, 1, 1), (1, 2), (-0.5, 0.5, 1, 1)),
    ),
    "polonaise": Style(
        Metre(3, 4), 3, 4, (84, 110), ("B.CCC.C.C.C.", "B.CCC.C.F.C."),
        ((1, 0.25, 0.25, 0.5, 1), (0.5, 0.25, 0.25, 1, 1), (1.5, 0.5, 1), (0.25,) * 8 + (1,)),
    ),
    "menuet": Style(
        Metre(3, 4), 3, 2, (90, 140), ("B.F.F.", "B...F.", "B.B.B."),
        ((1, 1, 1), (1, 0.5, 0.5, 0.5, 0.5), (2, 1), (0.5,) * 6),
    ),
    "polka": Style(
        Metre(2, 4), 2, 4, (84, 124), ("B.C.F.C.", "B.C.B.C."),
        ((0.25, 0.25, 0.5, 0.5, 0.5), (0.5, 0.25, 0.25, 1), (0.25,) * 6 + (0.5,), (0.5, 0.5, 1),
         (0.75, 0.25, 0.5, 0.5)),
    ),
    "galop": Style(
        Metre(2, 4), 2, 2, (120, 160), ("BCFC", "BCBC"),
        ((0.5, 0.5, 0.5, 0.5), (1, 0.5, 0.5), (1, 1), (0.5, 1, 0.5), (2,)),
    ),
    "coda": Style(
        Metre(2, 4), 2, 4, (96, 144), ("B.C.F.C.", "BCCCFCCC", "B.C.B.C."),
        ((0.25,) * 8, (0.5, 0.25, 0.25, 0.5, 0.5), (1, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)),
    ),
    "march": Style(
        Metre(4, 4), 4, 2, (88, 126), ("B.C.F.C.", "B...F...", "B.C.B.C."),
        ((1, 0.75, 0.25, 1, 1), (1.5, 0.5, 1, 1), (2, 1, 1), (0.75, 0.25, 0.75, 0.25, 2), (_T, _T, _T, 1, 2)),
    ),
    "adagio": Style(
        Metre(4, 4), 4, 2, (50, 84), ("BCFCFCFC", "B.C.C.C.", "BFCFCFCF"),
        ((4,), (2, 2), (1.5, 0.5, 2), (3, 1), (1, 1, 2), (2, 1, 0.5, 0.5)),
    ),
    "gavotte": Style(
        Metre(4, 4), 4, 2, (108, 150), ("B.C.F.C.", "B.F.B.F."),
        ((1, 1, 1, 1), (2, 1, 1), (1, 0.5, 0.5, 1, 1), (0.5,) * 8),
    ),
    "barcarolle": Style(
        Metre(6, 8), 2, 3, (44, 70), ("B.CF.C", "BCCFCC", "BFCFCF"),
        ((2 * _T, _T, 2 * _T, _T), (1, 1), (1, 2 * _T, _T), (_T,) * 6, (2,)),
    ),
    "tarantella": Style(
        Metre(6, 8), 2, 3, (120, 168), ("B.CF.C", "B..C..", "B.CB.C"),
        ((_T,) * 6, (2 * _T, _T, 2 * _T, _T), (2 * _T, _T, _T, _T, _T), (1, _T, _T, _T)),
    ),
    "laendler": Style(
        Metre(3, 8), 3, 2, (150, 215), ("B.C.C.", "B...C."),
        ((1, 1, 1), (2, 1), (0.5,) * 6, (1.5, 0.5, 1), (3,)),
    ),
}  # fmt: skip

_CHORDS = {"I": (0, 4, 7), "ii": (2, 5, 9), "IV": (5, 9, 12), "V": (7, 11, 14), "V7": (7, 11, 17), "vi": (9, 12, 16)}
_HALVES = (
    ("I", "I", "V7", "V7"), ("I", "IV", "V7", "I"), ("I", "vi", "ii", "V7"), ("I", "I", "I", "V7"),
    ("V7", "V7", "I", "I"), ("IV", "I", "V7", "I"), ("ii", "V7", "I", "I"), ("vi", "ii", "V7", "I"),
)  # fmt: skip
_SCALE = (0, 2, 4, 5, 7, 9, 11)


def compose(style: Style, seed: int, *, bars: int) -> list[Tone]:
    """A dance of `bars` bars, from beat 0 (or a pick-up before it)."""
    rng = np.random.default_rng(seed)
    key = int(rng.integers(0, 12)) - 6
    minor = rng.random() < 0.35
    out: list[Tone] = []

    def pitch(tone: int, base: int) -> int:
        flat = 1 if minor and tone % 12 in (4, 9) else 0
        return base + key + tone - flat

    strains = []
    for _ in range(2 if bars <= 32 else 3):
        harmony = [*_HALVES[rng.integers(4)], *_HALVES[4 + rng.integers(4)]]
        rhythm = [style.tunes[rng.integers(len(style.tunes))] for _ in range(3)]
        form = [rhythm[k] for k in ((0, 1, 0, 2) if rng.random() < 0.5 else (0, 0, 1, 2))] * 2
        figure = style.bass[rng.integers(len(style.bass))]
        strains.append((harmony, form, figure, int(rng.integers(1 << 30)), 68 + int(rng.integers(0, 26))))
    split = rng.random() < 0.3
    pickup = rng.random() < 0.5
    if pickup:
        out.append((-0.5 if style.division != 3 else -_T, 0.4, pitch(7, 72), 66))
    for bar in range(bars):
        harmony, form, figure, tune_seed, loud = strains[bar // 8 % 4 % len(strains)]
        place = bar % 8
        chord = _CHORDS[harmony[place]]
        start = bar * style.beats
        if bar == bars - 1:
            out.append((start, style.beats, pitch(0, 36), loud + 16))
            out += [(start, style.beats, pitch(t, 60), loud + 12) for t in (*_CHORDS["I"], 12)]
            break
        root = pitch(chord[0], 36)
        root -= 12 * (root > 46)
        unit = 1.0 / style.division
        for i, letter in enumerate(figure):
            at, late = start + i * unit, figure[i + 1 :]
            hold = unit * (1 + len(late) - len(late.lstrip(".")))
            if letter == "B":
                out.append((at, min(1.0, hold), root, loud - 4))
            elif letter == "F":
                out.append((at, min(1.0, hold), root + 7 if rng.random() < 0.7 else root - 5, loud - 8))
            elif letter == "C":
                # At a cadence some dances change chord within the bar.
                now = _CHORDS["V7"] if split and place in (3, 6) and i * 2 >= len(figure) else chord
                out += [(at, 0.7 * min(1.0, hold), pitch(t % 12, 55), loud - 16) for t in now]
        notes = np.random.default_rng(tune_seed + place)
        at = float(start)
        degree = int(notes.integers(7, 12))
        last = place == 7
        for length in (float(style.beats),) if last and notes.random() < 0.5 else form[place]:
            if length > 0:
                on_beat = abs(at - round(at)) < 0.01
                if on_beat and length >= 0.9:
                    tone = chord[notes.integers(3)] + 12
                else:
                    degree += int(notes.integers(-2, 3))
                    degree = int(np.clip(degree, 4, 15))
                    tone = _SCALE[degree % 7] + 12 * (degree // 7)
                stress = 10 if at == start else 4 if on_beat else 0
                if style is STYLES["mazurka"] and abs(at - start - 1) < 0.01:
                    stress = 13
                out.append((at, length * 0.92, pitch(tone, 60), loud + stress + int(rng.integers(-5, 6))))
            at += abs(length)
    return out


def play(beats: Array, style: str, rng: np.random.Generator, *, size: int, rubato: float) -> TempoMap:
    """When a player plays each beat of `beats` (whole numbers, rising): phrase arcs, breaths, a broad ending.

    A mazurka player leans on second beats, and hurries first or third ones.
    """
    about = STYLES[style].tempo if style in STYLES else (60.0, 140.0)
    tempo = rng.uniform(*about)
    return timed(beats, 60.0 / tempo, rng, size=size, rubato=rubato, leaned=style == "mazurka")


def timed(beats: Array, period: float, rng: np.random.Generator, *, size: int, rubato: float, leaned: bool) -> TempoMap:
    """As `play`, at a felt beat of `period` [s]."""
    bar = np.floor(beats / size)
    place = beats - bar * size
    phrase = (bar % 8 + place / size) / 8
    depth = rubato * (1 + 0.5 * rng.standard_normal(1 + int(bar.max() - bar.min()) // 8 + 1))
    arc = depth[((bar - bar.min()) // 8).astype(int)] * (2.2 * (2 * phrase - 1.0) ** 2 - 0.7)
    drift = np.cumsum(rng.standard_normal(len(beats))) * 0.006
    drift -= np.linspace(0, drift[-1], len(beats))
    length = period * np.exp(arc + drift + rng.standard_normal(len(beats)) * 0.15 * rubato)
    if leaned:
        lean = 1.0 + np.clip(rng.normal(0.28, 0.08, len(beats)), 0.0, 0.45)
        length *= np.where(place == 1, lean, np.where(place == 0, 1.0 - 0.5 * (lean - 1), 1.0 - 0.4 * (lean - 1)))
    if rubato > 0.08:
        # A breath or fermata on the last beat of some phrases.
        held = (bar % 8 == 7) & (place == size - 1) & (rng.random(len(beats)) < 0.35)
        length[held] *= rng.uniform(1.3, 2.2, int(held.sum()))
    last = max(2, int(1.5 * size))
    length[-last:] *= np.linspace(1.0, 1.35, last)
    start = rng.uniform(0.2, 1.2) - min(0.0, beats[0]) * period
    return TempoMap(beats, start + np.concatenate([[0.0], np.cumsum(length)[:-1]]))


BANDS: tuple[tuple[str, tuple[int, int, int]], ...] = (
    # name, programs of melody, chords, bass (General MIDI from 0)
    ("piano", (0, 0, 0)),
    ("piano", (0, 0, 0)),
    ("piano", (1, 1, 1)),
    ("strings", (48, 48, 43)),
    ("violin and piano", (40, 0, 0)),
    ("flute and strings", (73, 48, 42)),
    ("harp and clarinet", (71, 46, 46)),
    ("accordion", (21, 21, 21)),
    ("brass", (56, 60, 58)),
    ("celesta and strings", (8, 45, 43)),
)


def perform(tones: list[Tone], clock: TempoMap, rng: np.random.Generator, *, loose: float = 0.012) -> Notes:
    """Notes as a person plays them: not quite together (`loose` [s]), not quite equally loud, for a drawn band."""
    table = np.array(tones, dtype=np.float64)
    _, (tune, chords, bass) = BANDS[rng.integers(len(BANDS))]
    pitch = table[:, 2].astype(np.int64)
    role = np.where(pitch < 52, 2, np.where(pitch < 67, 1, 0))
    # Melody a little ahead of or after the hand below: Goebl, "Melody lead in piano performance", JASA 110 (2001).
    shift = rng.normal(0.0, loose, len(table)) - np.where(role == 0, rng.uniform(0.0, 0.02), 0.0)
    onset = np.maximum(clock.to_seconds(table[:, 0]) + shift, 0.0)
    end = clock.to_seconds(table[:, 0] + table[:, 1])
    pedal = 0.25 if rng.random() < 0.5 else 0.0
    return Notes(
        onset,
        np.maximum(end - onset, 0.06) + pedal,
        table[:, 0],
        np.clip(pitch, 24, 103),
        np.clip(table[:, 3] + rng.normal(0, 5, len(table)), 20, 125).astype(np.int64),
        role,
        np.choose(role, (tune, chords, bass)),
    )


def record(notes: Notes, rng: np.random.Generator, *, how: str) -> NDArray[np.float32]:
    """The sound, shape (n,), 44.1 kHz: ``clean``, ``hall``, ``noise`` or ``rehearsal``."""
    duration = float(np.max(notes.onset + notes.duration)) + 1.5
    sound = synthesise(notes, duration=duration).mean(axis=1).astype(np.float64)
    return SPOILT[how](sound, rng).astype(np.float32)


def _hall(sound: Array, rng: np.random.Generator) -> Array:
    from scipy.signal import fftconvolve

    time = np.arange(int(1.6 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time)) * np.exp(-time * 6.9 / rng.uniform(0.8, 1.6))
    tail[: int(0.015 * SAMPLE_RATE)] = 0.0
    tail *= rng.uniform(0.5, 0.9) / np.linalg.norm(tail)
    tail[0] = 1.0
    return np.asarray(fftconvolve(sound, tail)[: len(sound)])


def _noise(sound: Array, rng: np.random.Generator) -> Array:
    white = np.fft.rfft(rng.standard_normal(len(sound)))
    pink = np.fft.irfft(white / np.sqrt(np.arange(1, len(white) + 1)), len(sound))
    level = np.std(sound) * 10 ** (-rng.uniform(8.0, 18.0) / 20.0)
    return np.asarray(sound + pink / np.std(pink) * level)


def _rehearsal(sound: Array, rng: np.random.Generator) -> Array:
    """A tape of a rehearsal: hall, wow, a narrow band, hum, clipping, steps on the floor that keep no time."""
    from scipy.signal import butter, sosfilt

    sound = _hall(sound, rng)
    time = np.arange(len(sound)) / SAMPLE_RATE
    wow = 0.002 * np.sin(2 * np.pi * rng.uniform(0.5, 1.2) * time + rng.uniform(0, 6))
    sound = np.interp(time + wow, time, sound)
    sound = np.asarray(sosfilt(butter(3, [rng.uniform(90, 160), rng.uniform(2600, 4200)], "band", fs=SAMPLE_RATE,
                                      output="sos"), sound))  # fmt: skip
    sound /= np.max(np.abs(sound))
    sound = np.clip(sound, -rng.uniform(0.35, 0.6), rng.uniform(0.35, 0.6))
    sound += 0.01 * np.sin(2 * np.pi * 50.0 * time) + 0.005 * np.sin(2 * np.pi * 150.0 * time)
    for at in rng.uniform(0, time[-1], int(time[-1] / 2.5)):
        first = int(at * SAMPLE_RATE)
        thud = rng.standard_normal(min(4000, len(sound) - first))
        sound[first : first + len(thud)] += 0.12 * rng.random() * thud * np.exp(-np.arange(len(thud)) / 700.0)
    return _noise(sound, rng)


SPOILT: dict[str, Callable[[Array, np.random.Generator], Array]] = {
    "clean": lambda sound, rng: sound,
    "hall": _hall,
    "noise": _noise,
    "rehearsal": _rehearsal,
}
