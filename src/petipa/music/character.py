"""What kind of piece this is: its title's own word, or its metre, its pace and the rhythm its bars are made of.

The dances are told apart as répétiteurs and dictionaries do (New Grove, articles "Mazurka", "Polonaise", "Polka",
"Galop", "Tarantella", "Waltz"): the mazurka by its dotted first beat and the weight on the second or third; the
polonaise by an eighth and two sixteenths on its first beat; the polka by sixteenths that end before its last eighth.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import numpy as np

from petipa.music.model import Floats, Music
from petipa.music.returns import SLOTS, BarSounds


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


TITLES = (
    (Character.MAZURKA, r"ma[sz]ur[kc]a\w*|mazurek|kujawiak|oberek"),
    (Character.POLONAISE, r"polonaise\w*|polonez|polacca"),
    (Character.TARANTELLA, r"tarantell[ae]\w*|saltarello"),
    (Character.WALTZ, r"waltz\w*|valse\w*|walzer|vals"),
    (Character.POLKA, r"polka\w*"),
    (Character.GALOP, r"gall?op\w*"),
    (Character.MARCH, r"march\w*|marsch\w*|marcia"),
    (Character.CODA, r"coda"),
    (Character.ADAGIO, r"adagio|adage|largo|lento"),
    (Character.ANDANTE, r"andant\w*"),
)
"""Words in a title or a file's name; `allegro` is no dance and tells less than the rhythm."""

THREES = (Character.WALTZ, Character.MAZURKA, Character.POLONAISE)
TWOS = (Character.POLKA, Character.GALOP, Character.MARCH, Character.CODA)


def character_of(music: Music, sounds: BarSounds) -> tuple[Character, float]:
    """What a piece is, and how sure that is, 0 to 1; `sounds` are its whole bars."""
    whole = [bar for bar in music.bars if bar.number >= 1]
    if not whole:
        return Character.ALLEGRO, 0.1
    bar = float(np.median([one.seconds_end - one.seconds for one in whole]))
    metre = music.metre
    triple = metre.beats == 3 or (metre.compound and metre.beats == 3)
    named = _named(music)
    if named is not None and not (named in THREES and not triple) and not (named in TWOS and triple):
        return named, 0.95
    if metre.beats == 3:
        kind, sure = _in_three(bar, sounds)
    elif metre.compound:
        felt = bar / (metre.beats // 3)
        kind = Character.TARANTELLA if felt < 0.50 else Character.ANDANTE if felt < 0.95 else Character.ADAGIO
        sure = _between(felt, (0.50, 0.95))
        # A tarantella runs in eighths without a rest; slower or broken ones lilt.
        if kind is Character.TARANTELLA and float(np.mean(_rhythm(sounds)[:: SLOTS // 6] > 0.3)) < 0.6:
            kind, sure = Character.ALLEGRO, 0.6 * sure
    elif metre.beats == 2:
        kind, sure = _in_two(bar / 2.0, sounds)
    else:
        kind, sure = _in_four(bar / metre.beats, sounds)
    return kind, float(np.clip(sure * (0.3 + 0.7 * music.confidence.metre), 0.05, 0.9))


def _named(music: Music) -> Character | None:
    """The dance its title names, or else its file's name."""
    stem = re.split(r"[/\\]", music.source)[-1].rsplit(".", 1)[0]
    for words in (music.title, stem):
        small = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
        for kind, pattern in TITLES:
            if re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", small):
                return kind
    return None


def _rhythm(sounds: BarSounds) -> Floats:
    """How often something begins in each twelfth of a bar, the strongest place 1, shape (SLOTS,)."""
    if len(sounds) == 0:
        return np.zeros(SLOTS)
    # Each bar counts the same, loud or soft.
    rows = sounds.rhythm / np.maximum(sounds.rhythm.max(axis=1, keepdims=True), 1e-9)
    mean = rows.mean(axis=0)
    return np.asarray(mean / max(float(mean.max()), 1e-9), dtype=np.float64)


def _between(value: float, edges: tuple[float, ...]) -> float:
    """How sure a decision by `edges` is: less close to one."""
    return float(np.clip(0.35 + 1.6 * min(abs(np.log(value / edge)) for edge in edges), 0.35, 0.8))


def _in_three(bar: float, sounds: BarSounds) -> tuple[Character, float]:
    rhythm = _rhythm(sounds)
    beat = bar / 3.0
    rows = sounds.rhythm / np.maximum(sounds.rhythm.max(axis=1, keepdims=True), 1e-9)
    struck = rows > 0.3
    # Slots of the first beat: 0, then 2 the eighth, 3 the sixteenth before the second beat.
    dotted = float(np.mean(struck[:, 3] & ~struck[:, 2])) if len(rows) else 0.0
    figure = float(np.mean(struck[:, 2] & struck[:, 3] & ~struck[:, 1])) if len(rows) else 0.0
    leaned = float(max(rhythm[4], rhythm[8]) - rhythm[0])
    if 0.5 < beat < 0.85 and figure > 0.3 and figure > dotted:
        return Character.POLONAISE, min(0.8, 0.4 + figure)
    if 0.28 < beat < 0.62 and dotted > 0.25:
        return Character.MAZURKA, min(0.8, 0.35 + dotted + max(0.0, leaned))
    if 0.28 < beat < 0.62 and leaned > 0.15:
        return Character.MAZURKA, 0.4
    if bar < 2.4:
        return Character.WALTZ, _between(bar, (2.4,))
    return (Character.ANDANTE if bar < 3.4 else Character.ADAGIO), _between(bar, (2.4, 3.4))


def _in_two(beat: float, sounds: BarSounds) -> tuple[Character, float]:
    if beat >= 0.64:
        kind = Character.ANDANTE if beat < 1.0 else Character.ADAGIO
        return kind, _between(beat, (0.64, 1.0))
    struck = sounds.rhythm / np.maximum(sounds.rhythm.max(axis=1, keepdims=True), 1e-9) > 0.3
    # Slots of a beat: 0, then 3 its eighth; sixteenths fall into 1 and 4 of the six.
    stops = float(np.mean(struck[:, 6] & struck[:, 9] & ~struck[:, 10] & ~struck[:, 7])) if len(struck) else 0.0
    runs = float(np.mean(struck[:, [1, 4]].any(axis=1))) if len(struck) else 0.0
    if beat >= 0.43:
        if stops > 0.25 and runs > 0.2:
            return Character.POLKA, min(0.75, 0.4 + 0.5 * stops)
        dotted = float(np.mean(struck[:, 4] & ~struck[:, 3])) if len(struck) else 0.0
        if dotted > 0.3:
            return Character.MARCH, min(0.75, 0.35 + 0.5 * dotted)
        return Character.POLKA, 0.4
    return Character.GALOP, _between(beat, (0.43,))


def _in_four(beat: float, sounds: BarSounds) -> tuple[Character, float]:
    if beat >= 0.66:
        kind = Character.ANDANTE if beat < 0.95 else Character.ADAGIO
        return kind, _between(beat, (0.66, 0.95))
    rhythm = _rhythm(sounds)
    steps = float(min(rhythm[[0, 3, 6, 9]]))
    if 0.42 <= beat and steps > 0.45:
        return Character.MARCH, 0.5
    return Character.ALLEGRO, _between(beat, (0.42,) if beat < 0.5 else (0.66,))
