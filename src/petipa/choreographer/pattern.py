"""How a phrase is built of motifs: one to a side, then to the other, again, and then a different close."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from petipa.choreographer.form import Passage, Role
from petipa.choreographer.quality import Line
from petipa.choreographer.vocabulary import LEFT, Kind, Motif
from petipa.music.character import Character

SLOW = frozenset({Character.ADAGIO, Character.ANDANTE})


def kinds_of(passage: Passage, character: Character) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """What a passage states, and what closes it."""
    breathe = (Kind.BREATHE,)
    slow = character in SLOW
    if passage.role is Role.ENTRANCE:
        return (Kind.ENTER, Kind.SING), breathe
    if passage.role is Role.THEME:
        return ((Kind.SING, Kind.DANCE) if slow and passage.swell < 0.5 else (Kind.DANCE,)), breathe
    if passage.role is Role.CONTRAST:
        return ((Kind.SING,) if passage.swell < 0.5 else (Kind.QUICK,)), breathe
    if passage.role is Role.BUILD:
        return (Kind.QUICK, Kind.DANCE), breathe
    if passage.role is Role.CLIMAX:
        return (Kind.LEAP,), breathe
    return ((Kind.TURN, Kind.ROUND, Kind.QUICK) if passage.swell >= 0.3 else (Kind.TURN, Kind.DANCE)), breathe


def pattern(
    passage: Passage,
    number: int,
    words: Sequence[Motif],
    character: Character,
    rng: np.random.Generator,
    *,
    following: Role | None = None,
    must: Sequence[Motif] = (),
    plain: bool = False,
) -> tuple[Line, ...]:
    """One way to fill a passage.

    Parameters
    ----------
    following : Role or None
        What comes next: before a leap or a line of turns she goes back to where it begins.
    must : sequence of Motif
        One of these is in it.
    plain : bool
        Whether anything that can be danced will do.
    """
    stated, closing = kinds_of(passage, character)
    if plain:
        stated, closing = (*stated, Kind.DANCE, Kind.SING, Kind.BREATHE), (Kind.BREATHE, Kind.SING)
    if following in (Role.CLIMAX, Role.CODA):
        closing = (*closing, Kind.RETURN, Kind.RETURN)
    fitting = [m for m in words if not m.fits or character in m.fits]
    say = [m for m in fitting if m.kind in stated]
    if not say:
        # What is wished leaves none of these: the strongest that is left.
        say = sorted((m for m in fitting if m.kind not in LEFT), key=lambda m: (-m.vigour, m.words))[:8]
    close = [m for kind in closing for m in fitting if m.kind is kind]
    run: list[tuple[Motif, bool]] = []
    left = Fraction(passage.pulses)
    first = bool(rng.integers(2)) if number else False
    if must:
        run.append((must[int(rng.integers(len(must)))], False))
        left -= run[0][0].pulses
    while left >= 1:
        block = _block(left, say, close, rng)
        if not block:
            return ()
        run += [(motif, other != first) for motif, other in block]
        left -= sum(motif.pulses for motif, _ in block)
    lines = []
    at = passage.start
    for k, (motif, other) in enumerate(run):
        end = passage.end if k == len(run) - 1 else at + motif.pulses * passage.pulse
        lines.append(Line(motif, other, at, end, number, passage.pulse))
        at = end
    return tuple(lines)


def _block(
    left: Fraction, say: Sequence[Motif], close: Sequence[Motif], rng: np.random.Generator
) -> list[tuple[Motif, bool]]:
    """Motifs for up to eight pulses: three times and a break, two and two to the other side, or a long one twice."""

    def one(of: Sequence[Motif], pulses: int) -> Motif | None:
        able = [motif for motif in of if motif.pulses == pulses]
        return able[int(rng.integers(len(able)))] if able else None

    if left < 1:
        return []
    whole = 8 if left >= 8 else 4 if left >= 4 else 2 if left >= 2 else 1
    forms = {
        8: ("A A' A Z", "A B A' B'", "A A' B Z", "L L'", "L L'", "L A Z", "A B A' Z", "A A' L", "R"),
        4: ("A A'", "A Z", "L", "L", "A B"),
        2: ("A", "Z"),
        1: ("z",),
    }[whole]
    named: dict[str, Motif | None] = {}
    out: list[tuple[Motif, bool]] = []
    for sign in str(forms[int(rng.integers(len(forms)))]).split():
        letter = sign[0]
        if letter not in named:
            named[letter] = {
                "A": lambda: one(say, 2),
                "B": lambda: one(say, 2),
                "L": lambda: one(say, 4),
                "R": lambda: one(say, 8),
                "Z": lambda: one(close, 2),
                "z": lambda: one(close, 1),
            }[letter]()
        motif = named[letter]
        if motif is None:
            return [] if whole > 1 else out
        out.append((motif, sign.endswith("'")))
    return out
