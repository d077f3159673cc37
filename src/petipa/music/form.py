"""The form of a piece as a choreographer hears it: what returns, where it is highest, where it waits, what it is.

Phrases that sound alike carry the same letter, whatever their key; phrases that return together make sections.
Everything here is derived from `Music` alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from petipa.counts import Span
from petipa.music import returns
from petipa.music.character import Character, character_of
from petipa.music.model import CURVE_RATE, Floats, Music, Notes, Phrase
from petipa.music.returns import BarSounds, Likeness

ALIKE = 0.5
"""Phrases so alike are one phrase heard again (`petipa.music.returns`: 0 by chance, 1 the same)."""
HIGH = 0.7
"""A climax reaches this share of the way from the middling to the highest moment."""
APART = 6.0
"""Two climaxes are at least so far apart [s]."""
SHORT = 6
"""A phrase of no more bars is an introduction or an extension, no part of its own."""
REGISTER, TENSION, RISE, LATE = 0.35, 0.15, 0.5, 0.15
"""What height, harmony, having risen there and lateness count in a climax beside the swell."""
REST = 0.9
"""A silence of so many beats is heard as one."""
QUIET, HOP = 0.06, 0.05
"""A recording is silent where it has this share of its middling sound (24 dB below), looked at every so many seconds:
what rings on in a hall after a chord is not."""
WAITS = 1.6
"""A beat this much longer than those around it is a fermata."""


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
    role : str
        ``introduction``, ``theme``, ``contrast``, ``return`` or ``closing``.
    """

    first: int
    last: int
    span: Span
    seconds: float
    seconds_end: float
    label: str
    swell: float
    phrases: tuple[int, ...]
    role: str = "theme"


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
    sounds = bar_sounds(music)
    labels = phrase_labels(music, sounds)
    character, confidence = character_of(music, sounds)
    climaxes = climaxes_of(music, sounds)
    return Form(character, confidence, labels, sections_of(music, labels), climaxes, pauses_of(music))


def bar_sounds(music: Music) -> BarSounds:
    """What each whole bar sounds like."""
    if len(music.notes) or music.recording is None:
        return returns.sounds_of_notes(music.notes, music.layout)
    from petipa.music.beats import CHROMA_RATE, FRAME_RATE, normalised
    from petipa.music.spectra import chroma, onset_strength, spectrum

    mono = music.recording.mean(axis=1)
    onset = normalised(onset_strength(spectrum(mono))[0])
    whole = [bar for bar in music.bars if bar.number >= 1]
    edges = np.array([bar.seconds for bar in whole] + [bar.seconds_end for bar in whole[-1:]])
    return returns.sounds_of_recording(chroma(mono), CHROMA_RATE, onset, FRAME_RATE, edges)


def phrase_labels(music: Music, sounds: BarSounds) -> tuple[str, ...]:
    """A letter for each phrase, in the order in which new ones come."""
    alike = returns.likeness(sounds)
    heard: list[tuple[Phrase, int]] = []
    out = []
    for phrase in music.phrases:
        best, number = ALIKE, -1
        for earlier, kind in heard:
            worth = _returns(alike, earlier, phrase)
            if worth >= best:
                best, number = worth, kind
        if number < 0:
            number = max((kind for _, kind in heard), default=-1) + 1
        heard.append((phrase, number))
        out.append(_letter(number))
    return tuple(out)


def _returns(alike: Likeness, earlier: Phrase, later: Phrase) -> float:
    """How much a phrase is one heard earlier; one that begins the same and goes elsewhere is nearly the same."""
    sizes = [phrase.last - phrase.first + 1 for phrase in (earlier, later)]
    length = min(sizes)
    if max(sizes) > 2 * length:
        return -1.0
    one, other = earlier.first - 1, later.first - 1
    whole = alike.run(one, other, length) - (0.1 if max(sizes) > 1.3 * length else 0.0)
    return max(whole, alike.run(one, other, (5 * length + 7) // 8) - 0.15)


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26) + ("" if number < 26 else str(number // 26))


def sections_of(music: Music, labels: Sequence[str]) -> tuple[Section, ...]:
    """Phrases together: the same heard again at once, pairs that return as pairs, and what is left in pairs."""
    phrases = music.phrases
    bars = [phrase.last - phrase.first + 1 for phrase in phrases]
    groups: list[list[int]] = []
    for number, label in enumerate(labels):
        joins = bool(groups) and label == labels[groups[-1][0]] and len(groups[-1]) < 4
        if groups and bars[number] <= SHORT and number + 1 < len(labels) and not _opens(groups, bars):
            # An extension: it never comes but after this phrase.
            joins = joins or {labels[i - 1] for i, one in enumerate(labels) if i and one == label} == {
                labels[number - 1]
            }
        if joins:
            groups[-1].append(number)
        else:
            groups.append([number])
    groups = _paired(groups, labels, bars)
    names: dict[str, str] = {}
    out: list[Section] = []
    for place, group in enumerate(groups):
        first, last = phrases[group[0]], phrases[group[-1]]
        seen = labels[group[0]] in names
        name = names.setdefault(labels[group[0]], _letter(len(names)))
        moments = np.linspace(first.seconds, last.seconds_end, 17)
        swell = float(np.mean([music.swell_at(float(t)) for t in moments]))
        length = sum(bars[number] for number in group)
        alone = labels.count(labels[group[0]]) == 1
        if place == 0 and length <= SHORT and len(groups) > 1:
            role = "introduction"
        elif seen:
            role = "return"
        elif place == len(groups) - 1 and place > 0 and length <= 2 * SHORT and alone:
            role = "closing"
        elif not any(one.role == "theme" for one in out):
            role = "theme"
        else:
            role = "contrast"
        span = Span(first.span.start, last.span.end)
        out.append(
            Section(first.first, last.last, span, first.seconds, last.seconds_end, name, swell, tuple(group), role)
        )
    return tuple(out)


def _opens(groups: list[list[int]], bars: list[int]) -> bool:
    """Whether all so far is an introduction."""
    return len(groups) == 1 and sum(bars[number] for number in groups[0]) <= SHORT


def _paired(groups: list[list[int]], labels: Sequence[str], bars: list[int]) -> list[list[int]]:
    """Groups of one phrase in twos: those that always come together, then those that never return."""

    def single(group: list[int]) -> bool:
        return len(group) == 1 and bars[group[0]] > SHORT

    label = [labels[group[0]] for group in groups]
    after: dict[str, set[str]] = {}
    for one, other in itertools.pairwise([*label, ""]):
        after.setdefault(one, set()).add(other)
    out: list[list[int]] = []
    place = 0
    while place < len(groups):
        here = groups[place]
        follows = groups[place + 1] if place + 1 < len(groups) else []
        if single(here) and follows and single(follows):
            together = label.count(label[place]) > 1 and after[label[place]] == {label[place + 1]}
            if together or label.count(label[place + 1]) == 1:
                out.append(here + follows)
                place += 2
                continue
        out.append(here)
        place += 1
    return out


def climaxes_of(music: Music, sounds: BarSounds) -> tuple[float, ...]:
    """The highest moments, each on the first beat of a bar, the highest first [s].

    Loudness and density make a climax, and so do a high register and harmony far from home; it is a place the music
    has risen to, so its beginning is none. What the user says goes before what is heard.
    """
    if music.told_climaxes:
        return music.told_climaxes
    bars = [bar for bar in music.bars if bar.number >= 1 and bar.seconds < music.duration]
    if len(bars) < 2 or not len(music.swell):
        return ()
    edges = np.array([bar.seconds for bar in bars] + [bars[-1].seconds_end])
    worth = _shares(np.array([_mean(music.swell, a, b) for a, b in itertools.pairwise(edges)]), least=0.15)
    if len(music.notes):
        worth += REGISTER * _shares(_register(music.notes, edges), least=6.0)
    tones = sounds.tones[: len(bars)].sum(axis=1)
    if len(tones) == len(bars) and len(tones) > 2:
        tones = tones / np.maximum(np.linalg.norm(tones, axis=1, keepdims=True), 1e-9)
        home = tones.mean(axis=0)
        worth += TENSION * _shares(1.0 - tones @ (home / max(float(np.linalg.norm(home)), 1e-9)), least=0.2)
    before = np.array([worth[max(0, i - 4) : i].mean() if i else worth[0] for i in range(len(bars))])
    worth = worth + RISE * np.clip(worth - before, 0.0, None)
    worth += LATE * (edges[:-1] - edges[0]) / max(float(edges[-1] - edges[0]), 1e-9)
    low, high = float(np.median(worth)), float(np.max(worth[1:]))
    out: list[float] = []
    for number in np.argsort(-worth[1:], kind="stable") + 1:
        if worth[number] < low + HIGH * (high - low) or worth[number] <= low:
            break
        if all(abs(edges[number] - other) >= APART for other in out):
            out.append(float(edges[number]))
    return tuple(out[:5])


def _mean(curve: Floats, start: float, end: float) -> float:
    """The mean of a curve at `CURVE_RATE` from `start` to `end` [s]."""
    first = min(int(start * CURVE_RATE), len(curve) - 1)
    return float(curve[max(first, 0) : max(first + 1, int(end * CURVE_RATE))].mean())


def _shares(values: Floats, *, least: float) -> Floats:
    """`values` as shares of their range (5th to 95th percentile), which counts as no smaller than `least`."""
    low, high = np.percentile(values, [5.0, 95.0])
    return np.asarray(np.clip((values - low) / max(float(high - low), least), 0.0, 1.2), dtype=np.float64)


def _register(notes: Notes, edges: Floats) -> Floats:
    """The highest note that begins in each bar, that of the bar before where none does, shape (N,)."""
    out = np.zeros(len(edges) - 1)
    pitched = notes.pitched
    onset, pitch = notes.onset[pitched], notes.pitch[pitched]
    at = np.searchsorted(onset, edges - 0.02)
    for row, (first, last) in enumerate(itertools.pairwise(at)):
        out[row] = float(pitch[first:last].max()) if last > first else out[row - 1] if row else 60.0
    return out


def _silences(music: Music) -> list[Pause]:
    """Where a recording is as good as silent for a beat and more, between its first sound and its last chord."""
    assert music.recording is not None
    hop = max(1, round(music.rate * HOP))
    count = len(music.recording) // hop
    if count < 2:
        return []
    frames = music.recording[: count * hop].reshape(count, -1)
    level = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    sounding = level[level > 0.01 * float(level.max())]
    quiet = level < QUIET * float(np.median(sounding)) if len(sounding) else np.ones(count, dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    out = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        start, end = first * HOP, after * HOP
        beat = 60.0 / music.tempo.beats_per_minute(music.beats_at(start))
        if first > 0 and end <= music.last_chord + HOP and end - start >= REST * beat - 2 * HOP:
            out.append(Pause(float(start), float(end), "rest"))
    return out


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
            if end - start >= REST * beat:
                out.append(Pause(start, end, "rest"))
    elif music.recording is not None:
        out += _silences(music)
    return tuple(sorted(out, key=lambda pause: pause.start))
