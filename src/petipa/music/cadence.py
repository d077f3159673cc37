"""How each phrase of a score ends, by its harmony: authentic, half, plagal, deceptive, or open.

Every bar is read as one chord of the key, by what sounds in it and by its bass; the key is the one in which the bars of
the phrase and of the piece are best read. Sources: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990 (the
profiles of keys, measured by Krumhansl and Kessler in 1982); Piston, "Harmony", 1941, chapter 11 (the cadences).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from petipa.counts import Bars
from petipa.music.model import Floats, Notes, Phrase

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

CHORDS: Mapping[bool, Mapping[str, tuple[int, ...]]] = {
    False: {"I": (0, 4, 7), "ii": (2, 5, 9), "iii": (4, 7, 11), "IV": (5, 9, 0), "V": (7, 11, 2, 5), "vi": (9, 0, 4)},
    True: {"I": (0, 3, 7), "ii": (2, 5, 8), "iii": (3, 7, 10), "IV": (5, 8, 0), "V": (7, 11, 2, 5), "vi": (8, 0, 3)},
}
"""Chords by degree in major and (True) in minor, semitones above the tonic, the root first; the dominant has its
seventh."""

COMMON = {"I": 0.06, "V": 0.06, "IV": 0.02, "ii": 0.02, "iii": -0.06, "vi": 0.0}
"""How much more readily a bar is read as each."""
ROOT, OTHER, SEVENTH = 0.25, 0.08, 0.6
"""What a bass on the root says, and on the third or fifth; how much of a seventh a dominant has."""
PROFILE, CLOSING = 0.3, 0.2
"""What the profile of a key says beside its chords, and that the last bass of the piece is its tonic."""
BACK = 3
"""The chord before the last is looked for in so many bars."""
LOW = 60
"""A bass lies below this."""
CLEAR = 0.4
"""A chord that is so much better than any other leaves no doubt."""


class Close(StrEnum):
    """How a phrase ends."""

    AUTHENTIC = "authentic"
    """On the tonic, from the dominant."""
    HALF = "half"
    """On the dominant."""
    PLAGAL = "plagal"
    """On the tonic, from the subdominant or its parallel."""
    DECEPTIVE = "deceptive"
    """On the sixth degree, from the dominant."""
    OPEN = "open"
    """On none of these."""


@dataclass(frozen=True)
class Cadence:
    """How a phrase ends, and how sure that is, 0 to 1."""

    close: Close
    confidence: float


def cadences_of(phrases: tuple[Phrase, ...], notes: Notes, layout: Bars) -> tuple[Cadence, ...]:
    """The cadence of each phrase of a score; none where there are no notes."""
    if not len(notes):
        return ()
    tones, bass = _bars(notes, layout)
    if not len(tones):
        return tuple(Cadence(Close.OPEN, 0.0) for _ in phrases)
    whole = _keys(tones, bass)
    final = np.flatnonzero(bass.any(axis=1))
    if len(final):
        whole[:, int(np.argmax(bass[final[-1]]))] += CLOSING
    out = []
    for phrase in phrases:
        here = slice(phrase.first - 1, phrase.last)
        if not tones[here].any():
            out.append(Cadence(Close.OPEN, 0.0))
            continue
        # The phrase may be in another key than the piece.
        minor, tonic = np.unravel_index(int(np.argmax(whole + _keys(tones[here], bass[here]))), whole.shape)
        out.append(_cadence(tones[here], bass[here], int(tonic), bool(minor)))
    return tuple(out)


def _bars(notes: Notes, layout: Bars) -> tuple[Floats, Floats]:
    """What sounds in each whole bar, and its bass, shape (N, 12) each; a melody above counts half."""
    bars = [bar for bar in layout if bar.number >= 1]
    tones, bass = np.zeros((len(bars), 12)), np.zeros((len(bars), 12))
    edges = np.array([float(bar.start) for bar in bars] + [float(bar.end) for bar in bars[-1:]])
    beats = np.searchsorted(edges, notes.beat + 1e-6, side="right") - 1
    for number in range(len(bars)):
        here = np.flatnonzero((beats == number) & notes.pitched)
        places = np.round(notes.beat[here], 2)
        for k, i in enumerate(here):
            pitch = int(notes.pitch[i])
            sung = pitch >= LOW + 7 and pitch == notes.pitch[here[places == places[k]]].max()
            share = min(1.0, 2.0 * float(notes.duration[i])) * (0.5 if sung else 1.0)
            # More of a tone than three times is no more of it.
            tones[number, pitch % 12] = min(tones[number, pitch % 12] + share, 3.0)
        first = here[notes.beat[here] < 0.5 * (edges[number] + edges[number + 1])]
        if len(first) and int(notes.pitch[first].min()) < LOW:
            bass[number, int(notes.pitch[first].min()) % 12] = 1.0
    return tones, bass


def _readings(tones: Floats, bass: Floats, minor: bool) -> dict[str, Floats]:
    """How well each bar is read as each degree of each key, shape (N, 12) by bar and tonic."""
    size = np.maximum(np.linalg.norm(tones, axis=1, keepdims=True), 1e-9)
    out = {}
    for name, chord in CHORDS[minor].items():
        shape = np.zeros(12)
        shape[list(chord[:3])] = 1.0
        shape[list(chord[3:])] = SEVENTH
        low = np.zeros(12)
        low[[chord[0], chord[1], chord[2]]] = (ROOT, OTHER, OTHER)
        turned = np.array([np.roll(shape / np.linalg.norm(shape), tonic) for tonic in range(12)])
        below = np.array([np.roll(low, tonic) for tonic in range(12)])
        out[name] = tones @ turned.T / size + bass @ below.T + COMMON[name]
    return out


def _keys(tones: Floats, bass: Floats) -> Floats:
    """How well some bars are read in each key, shape (2, 12): major and minor by tonic."""
    out = np.zeros((2, 12))
    total = tones.sum(axis=0)
    for minor, profile in enumerate((_MAJOR, _MINOR)):
        chords = np.max(np.array(list(_readings(tones, bass, bool(minor)).values())), axis=0)
        out[minor] = chords.mean(axis=0)
        if np.std(total) > 0:
            out[minor] += PROFILE * np.array([np.corrcoef(total, np.roll(profile, k))[0, 1] for k in range(12)])
    return out


def _cadence(tones: Floats, bass: Floats, tonic: int, minor: bool) -> Cadence:
    """The cadence at the end of some bars in this key."""
    readings = {name: table[:, tonic] for name, table in _readings(tones, bass, minor).items()}

    def read(bar: int) -> tuple[str, float]:
        """The degree of a bar, and how much better it fits than any other."""
        order = sorted(readings, key=lambda name: -readings[name][bar])
        return order[0], float(readings[order[0]][bar] - readings[order[1]][bar])

    if not tones[-1].any():
        return Cadence(Close.OPEN, 0.0)
    last, clear = read(len(tones) - 1)
    before, sure = "", CLEAR
    for bar in range(len(tones) - 2, max(-1, len(tones) - 2 - BACK), -1):
        name, margin = read(bar)
        if tones[bar].any() and name != last:
            before, sure = name, margin
            break
    if last == "V":
        close, clearest = Close.HALF, clear
    elif last == "I" and before == "V":
        close, clearest = Close.AUTHENTIC, min(clear, sure)
    elif last == "I" and before in ("IV", "ii"):
        close, clearest = Close.PLAGAL, min(clear, sure)
    elif last == "vi" and before == "V":
        close, clearest = Close.DECEPTIVE, min(clear, sure)
    else:
        close, clearest = Close.OPEN, 0.5 * clear
    return Cadence(close, float(np.clip(0.4 + 0.5 * clearest / CLEAR, 0.0, 0.9)))


__all__ = ["Cadence", "Close", "cadences_of"]
