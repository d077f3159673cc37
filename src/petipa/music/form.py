"""The form of a piece as a choreographer hears it: what returns, where it is highest, where it waits, what it is.

Phrases that sound alike carry the same letter, whatever their key; phrases that return together make sections.
Everything here is derived from `Music` alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from petipa.counts import Span
from petipa.music.analysis import note_features
from petipa.music.model import CURVE_RATE, Floats, Music

ALIKE = 0.82
"""Phrases whose bars correlate this much are one phrase heard again."""
HIGH = 0.75
"""A climax reaches this share of the piece's greatest swell, above its softest."""
APART = 6.0
"""Two climaxes are at least so far apart [s]."""
WAITS = 1.6
"""A beat this much longer than those around it is a fermata."""


class Character(StrEnum):
    """What a piece is, as one says in class."""

    WALTZ = "waltz"
    MAZURKA = "mazurka"
    POLONAISE = "polonaise"
    POLKA = "polka"
    GALOP = "galop"
    MARCH = "march"
    TARANTELLA = "tarantella"
    ADAGIO = "adagio"
    ANDANTE = "andante"
    ALLEGRO = "allegro"
    CODA = "coda"


@dataclass(frozen=True)
class Section:
    """Phrases that belong together.

    Attributes
    ----------
    first, last : int
        Bars, both inclusive.
    span : Span
        Its beats.
    seconds, seconds_end : float [s]
    label : str
        ``A``, ``B``, ...: what returns has the same.
    swell : float, 0 to 1
        Its mean.
    phrases : tuple of int
        Which of the music's phrases.
    """

    first: int
    last: int
    span: Span
    seconds: float
    seconds_end: float
    label: str
    swell: float
    phrases: tuple[int, ...]


@dataclass(frozen=True)
class Pause:
    """A place where the music waits: `kind` is ``fermata`` or ``rest``; from `start` to `end` [s]."""

    start: float
    end: float
    kind: str


@dataclass(frozen=True)
class Form:
    """How a piece is made.

    Attributes
    ----------
    character : Character
    confidence : float, 0 to 1
        Of the character.
    labels : tuple of str
        A letter for each of the music's phrases; phrases that sound alike have the same.
    sections : tuple of Section
    climaxes : tuple of float [s]
        The highest moments, the highest first.
    pauses : tuple of Pause
    """

    character: Character
    confidence: float
    labels: tuple[str, ...]
    sections: tuple[Section, ...]
    climaxes: tuple[float, ...]
    pauses: tuple[Pause, ...]


def form_of(music: Music) -> Form:
    """The form of a piece."""
    labels = phrase_labels(music)
    character, confidence = character_of(music)
    return Form(character, confidence, labels, sections_of(music, labels), climaxes_of(music), pauses_of(music))


def bar_sounds(music: Music) -> Floats:
    """What each whole bar sounds like: twelve pitch classes and the rhythm in eighths of a bar, shape (N, 20)."""
    if len(music.notes):
        return note_features(music.notes, music.layout)[:, :20]
    if music.recording is None:
        return np.zeros((len([bar for bar in music.bars if bar.number >= 1]), 20))
    from petipa.music.audio import chroma, onset_strength, spectrum
    from petipa.music.beats import CHROMA_RATE, FRAME_RATE, normalised

    mono = music.recording.mean(axis=1)
    tones, onset = chroma(mono), normalised(onset_strength(spectrum(mono))[0])
    rows = []
    for bar in music.bars:
        if bar.number < 1:
            continue
        a, b = (int(t * CHROMA_RATE) for t in (bar.seconds, bar.seconds_end))
        sound = tones[max(a, 0) : max(b, a + 1)].sum(axis=0) if a < len(tones) else np.zeros(12)
        edges = np.linspace(bar.seconds, bar.seconds_end, 9) * FRAME_RATE
        beat = [
            float(np.max(onset[max(0, int(x)) : max(1, int(y))], initial=0.0)) for x, y in itertools.pairwise(edges)
        ]
        rows.append(np.concatenate([sound, beat]))
    return np.array(rows)


def likeness(one: Floats, other: Floats) -> float:
    """How alike two runs of bars are in sound and rhythm, -1 to 1, in the key in which they are most alike."""
    length = min(len(one), len(other))
    if length == 0 or max(len(one), len(other)) > 1.5 * length:
        return -1.0
    best = -1.0
    for key in range(12):
        turned = np.concatenate([np.roll(other[:length, :12], key, axis=1), other[:length, 12:]], axis=1)
        parts = []
        for cut in (slice(0, 12), slice(12, 20)):
            a, b = one[:length, cut].ravel(), turned[:, cut].ravel()
            a, b = a - a.mean(), b - b.mean()
            size = float(np.linalg.norm(a) * np.linalg.norm(b))
            parts.append(float(a @ b) / size if size > 1e-9 else 1.0)
        best = max(best, 0.7 * parts[0] + 0.3 * parts[1])
    return best


def phrase_labels(music: Music) -> tuple[str, ...]:
    """A letter for each phrase, in the order in which new ones come."""
    sounds = bar_sounds(music)
    kinds: list[Floats] = []
    out = []
    for phrase in music.phrases:
        here = sounds[phrase.first - 1 : phrase.last]
        found = [likeness(kind, here) for kind in kinds]
        if found and max(found) >= ALIKE:
            number = int(np.argmax(found))
        else:
            number = len(kinds)
            kinds.append(here)
        out.append(_letter(number))
    return tuple(out)


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26) + ("" if number < 26 else str(number // 26))


def sections_of(music: Music, labels: Sequence[str]) -> tuple[Section, ...]:
    """Phrases together: a run of one letter, or a pair that returns as a pair."""
    groups: list[list[int]] = []
    for number, label in enumerate(labels):
        if groups and labels[groups[-1][-1]] == label and len(groups[-1]) < 4:
            groups[-1].append(number)
        else:
            groups.append([number])
    names: dict[str, str] = {}
    out = []
    for group in groups:
        first, last = music.phrases[group[0]], music.phrases[group[-1]]
        name = names.setdefault(labels[group[0]], _letter(len(names)))
        moments = np.linspace(first.seconds, last.seconds_end, 17)
        swell = float(np.mean([music.swell_at(float(t)) for t in moments]))
        span = Span(first.span.start, last.span.end)
        out.append(Section(first.first, last.last, span, first.seconds, last.seconds_end, name, swell, tuple(group)))
    return tuple(out)


def climaxes_of(music: Music) -> tuple[float, ...]:
    """The highest moments of the swell, each on the first beat of a bar, the highest first [s]."""
    curve = music.swell
    if not len(curve) or not music.bars:
        return ()
    width = round(2.0 * CURVE_RATE) | 1
    calm = np.convolve(np.pad(curve, width // 2, mode="edge"), np.ones(width) / width, mode="valid")
    low, high = float(np.min(calm)), float(np.max(calm))
    at = [bar.seconds for bar in music.bars if bar.number >= 1 and bar.seconds < music.duration]
    worth = [float(np.interp((t + 1.0) * CURVE_RATE, np.arange(len(calm)), calm)) for t in at]
    out: list[float] = []
    for number in sorted(range(len(worth)), key=lambda bar: -worth[bar]):
        if worth[number] < low + HIGH * (high - low):
            break
        if all(abs(at[number] - other) >= APART for other in out):
            out.append(at[number])
    return tuple(out[:5])


def pauses_of(music: Music) -> tuple[Pause, ...]:
    """Beats that wait, and silences of a beat and more."""
    beats = music.beats
    out = []
    steps = np.diff(beats)
    for i, step in enumerate(steps):
        around = np.delete(steps[max(0, i - 4) : i + 5], min(i, 4))
        if len(around) >= 3 and step > WAITS * float(np.median(around)):
            out.append(Pause(float(beats[i]), float(beats[i + 1]), "fermata"))
    if len(music.notes):
        ends = np.maximum.accumulate(music.notes.onset + music.notes.duration)
        for last in np.flatnonzero(music.notes.onset[1:] - ends[:-1] > 0.0):
            start, end = float(ends[last]), float(music.notes.onset[last + 1])
            beat = 60.0 / music.tempo.beats_per_minute(music.beats_at(start))
            if end - start >= 0.9 * beat:
                out.append(Pause(start, end, "rest"))
    return tuple(sorted(out, key=lambda pause: pause.start))


def character_of(music: Music) -> tuple[Character, float]:
    """What a piece is, from its metre and its pace, and how sure that is, 0 to 1."""
    whole = [bar for bar in music.bars if bar.number >= 1]
    if not whole:
        return Character.ALLEGRO, 0.1
    bar = float(np.median([one.seconds_end - one.seconds for one in whole]))
    metre = music.metre
    sure = 0.6 * music.confidence.metre
    if metre.beats == 3 and not metre.compound:
        if bar < 2.4:
            return Character.WALTZ, sure
        return (Character.ANDANTE if bar < 3.4 else Character.ADAGIO), sure
    if metre.compound:
        felt = bar / (metre.beats // 3)
        return (Character.TARANTELLA if felt < 0.55 else Character.ANDANTE if felt < 0.9 else Character.ADAGIO), sure
    beat = bar / metre.beats
    if metre.beats == 2:
        kind = Character.GALOP if beat < 0.40 else Character.POLKA if beat < 0.62 else Character.ANDANTE
        return kind if beat < 1.0 else Character.ADAGIO, sure
    kind = Character.ALLEGRO if beat < 0.45 else Character.MARCH if beat < 0.6 else Character.ANDANTE
    return kind if beat < 0.95 else Character.ADAGIO, sure
