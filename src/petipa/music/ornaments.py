"""Ornaments as a pianist plays them: trills, turns, mordents and tremolos as the notes they stand for.

All begin on the beat of the note they stand over and end with it, so none moves a beat. The manner is that of the
nineteenth century: a trill begins on its written note (Hummel, "Ausführliche theoretisch-practische Anweisung zum
Piano-Forte-Spiel", 1828). In MusicXML a mordent has the stroke and goes to the note below, an inverted one goes above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

TRILL_RATE = 12.0
"""Notes a second of a trill."""
QUICK = 0.065
"""Each of the first notes of a mordent or a turn [s]."""
TREMOLO_MOST = 16.0
"""More strokes a second than a hand makes."""
ROLL, ROLL_MOST = 0.035, 0.2
"""From one note of a rolled chord to the next, and from the first to the last at most [s]."""

_SCALE = (0, 2, 4, 5, 7, 9, 11)
_SHARPS = (3, 0, 4, 1, 5, 2, 6)
"""The order of sharps by degree from C: F C G D A E B; flats come the other way."""


class Ornament(StrEnum):
    """What stands over a note, by its name in MusicXML."""

    TRILL = "trill-mark"
    TURN = "turn"
    DELAYED_TURN = "delayed-turn"
    INVERTED_TURN = "inverted-turn"
    MORDENT = "mordent"
    INVERTED_MORDENT = "inverted-mordent"
    TREMOLO = "tremolo"


@dataclass(frozen=True)
class Ornamented:
    """An ornament with what it goes to.

    Attributes
    ----------
    kind : Ornament
    above, below : int [semitones]
        From the note up and down to its neighbours in the key; of a tremolo between two notes `above` leads to the
        other and is 0 where one note is repeated.
    strokes : int
        Beams of a tremolo: three for thirty-seconds.
    """

    kind: Ornament
    above: int = 2
    below: int = 2
    strokes: int = 3


def neighbours(step: int, alter: int, fifths: int) -> tuple[int, int]:
    """Semitones up and down to the next degrees.

    Parameters
    ----------
    step : int
        0 to 6 from C.
    alter : int [semitones]
        Of the note itself.
    fifths : int
        Sharps of the key; flats are negative.
    """

    def height(degree: int) -> int:
        own = degree % 7
        sharp = own in _SHARPS[: max(0, min(fifths, 7))]
        flat = own in _SHARPS[::-1][: max(0, min(-fifths, 7))]
        return _SCALE[own] + 12 * (degree // 7) + int(sharp) - int(flat)

    here = _SCALE[step] + alter
    # A note far from its key still has neighbours that are no wider than a third.
    return min(max(height(step + 1) - here, 1), 3), min(max(here - height(step - 1), 1), 3)


def played(one: Ornamented, length: Fraction, seconds: float) -> Sequence[tuple[Fraction, Fraction, int]]:
    """The notes of an ornamented one: start from its beginning and length [quarters], and semitones from it.

    Parameters
    ----------
    length : Fraction [quarters]
        Of the written note; the notes fill it.
    seconds : float [s]
        The same as it sounds here.
    """
    if one.kind is Ornament.TREMOLO:
        # A stroke more halves the note; a quaver has its own beam, so three make thirty-seconds.
        wanted = float(length) * 2.0**one.strokes
        count = max(2, round(min(wanted, TREMOLO_MOST * seconds)))
        return _evenly([0, one.above] if one.above else [0], count, length)
    if one.kind is Ornament.TRILL:
        count = max(3, round(TRILL_RATE * seconds))
        # It ends on its own note; a long one turns about from below before that.
        pattern = [0, one.above]
        count -= 1 - count % 2
        tones = [pattern[k % 2] for k in range(count)]
        if count >= 9:
            tones[-2] = -one.below
        return _filled(tones, length)
    first = {
        Ornament.MORDENT: [0, -one.below],
        Ornament.INVERTED_MORDENT: [0, one.above],
        Ornament.TURN: [one.above, 0, -one.below],
        Ornament.INVERTED_TURN: [-one.below, 0, one.above],
        Ornament.DELAYED_TURN: [0, one.above, 0, -one.below],
    }[one.kind]
    quick = min(Fraction(QUICK / max(seconds, 1e-3)).limit_denominator(192), Fraction(1, len(first) + 1)) * length
    if one.kind is Ornament.DELAYED_TURN:
        # The note first, the turn in its second half.
        start = max(length / 2, length - 4 * quick)
        places = [Fraction(0), *(start + k * (length - start) / 4 for k in range(4))]
        return _between(places, [*first, 0], length)
    return _between([k * quick for k in range(len(first) + 1)], [*first, 0], length)


def _evenly(tones: Sequence[int], count: int, length: Fraction) -> Sequence[tuple[Fraction, Fraction, int]]:
    return _filled([tones[k % len(tones)] for k in range(count)], length)


def _filled(tones: Sequence[int], length: Fraction) -> Sequence[tuple[Fraction, Fraction, int]]:
    """Tones of equal length that fill `length`."""
    return _between([length * k / len(tones) for k in range(len(tones))], tones, length)


def _between(
    places: Sequence[Fraction], tones: Sequence[int], length: Fraction
) -> Sequence[tuple[Fraction, Fraction, int]]:
    ends = [*places[1:], length]
    return [(at, end - at, tone) for at, end, tone in zip(places, ends, tones, strict=True)]


def roll(count: int) -> list[float]:
    """How long before the beat each note of a rolled chord is struck [s], the lowest first, the highest on it."""
    apart = min(ROLL, ROLL_MOST / max(count - 1, 1))
    return [apart * (count - 1 - k) for k in range(count)]


__all__ = ["Ornament", "Ornamented", "neighbours", "played", "roll"]
