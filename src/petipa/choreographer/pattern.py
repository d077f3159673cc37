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
FULL = 0.6
"""A phrase of this swell among the others is a full one."""
HARD = 6
"""Turns so difficult may stand on the climax."""

FORMS = {
    8: ("A A' A Z", "A B A' B'", "A A' B Z", "A A' A B", "A A' B B'", "A B A' Z", "L L'", "L A Z", "L A A'", "A A' L"),
    4: ("A A'", "A Z", "A B", "L"),
    2: ("A", "Z"),
    1: ("z",),
}
"""By pulses: A and B are two of them, L four, Z a close of two, z of one; a stroke is the other side."""
SERIES = {8: ("A A A Z", "A A B Z", "A A A B", "A A L"), 4: ("A A",), 2: (), 1: ()}
"""Leaps and turns also follow each other to one side, in a line across the stage."""


def kinds_of(passage: Passage, character: Character) -> tuple[Kind, ...]:
    """What a passage states."""
    slow = character in SLOW
    full = passage.swell >= FULL
    if passage.role is Role.ENTRANCE:
        return (Kind.ENTER, Kind.DANCE) if full else (Kind.ENTER, Kind.SING)
    if passage.role is Role.THEME:
        return (Kind.SING, Kind.DANCE) if slow and not full else (Kind.DANCE,)
    if passage.role is Role.CONTRAST:
        return (Kind.QUICK, Kind.DANCE, Kind.TURN) if full else (Kind.SING, Kind.QUICK)
    if passage.role is Role.BUILD:
        return (Kind.QUICK, Kind.DANCE, Kind.LEAP) if full else (Kind.QUICK, Kind.DANCE)
    if passage.role is Role.CLIMAX:
        return (Kind.LEAP, Kind.TURN)
    return (Kind.TURN, Kind.LEAP, Kind.QUICK) if passage.swell >= 0.3 else (Kind.TURN, Kind.DANCE, Kind.QUICK)


def pattern(
    passage: Passage,
    number: int,
    words: Sequence[Motif],
    character: Character,
    rng: np.random.Generator,
    *,
    following: Role | None = None,
    must: Sequence[Motif] = (),
    begun: Sequence[Line] = (),
    peak: bool = False,
    rounds: bool = False,
    plain: bool = False,
) -> tuple[Line, ...]:
    """One way to fill a passage; none where motifs do not come out even.

    Parameters
    ----------
    following : Role or None
        What comes next: before a leap or a line of turns she goes back to where it begins.
    must : sequence of Motif
        One of these is in it.
    begun : sequence of Line
        What it begins with.
    peak : bool
        Whether the music has a climax in it: then leaps and turns may stand in it, whatever it is for.
    rounds : bool
        Whether she may go round the stage.
    plain : bool
        Whether anything that can be danced will do.
    """
    stated = kinds_of(passage, character)
    if peak:
        stated = tuple(dict.fromkeys((*stated, Kind.LEAP, Kind.TURN)))
    closing: tuple[Kind, ...] = (Kind.BREATHE,)
    if plain:
        stated, closing = (*stated, Kind.DANCE, Kind.SING, Kind.BREATHE), (Kind.BREATHE, Kind.SING)
    if following in (Role.CLIMAX, Role.CODA) and passage.role is not Role.CLIMAX:
        closing = (*closing, Kind.RETURN, Kind.RETURN)
    fitting = [m for m in words if not m.fits or character in m.fits]
    say = [m for m in fitting if m.kind in stated]
    if passage.role is Role.CLIMAX:
        say = [m for m in say if m.kind is Kind.LEAP or m.difficulty >= HARD] or say
    if not say:
        # What is wished leaves none of these: the strongest that is left.
        say = sorted((m for m in fitting if m.kind not in LEFT), key=lambda m: (-m.vigour, m.words))[:8]
    close = [m for kind in closing for m in fitting if m.kind is kind]
    if passage.last:
        close += [m for m in fitting if m.kind is Kind.TURN]
    run: list[tuple[Motif, bool]] = [(line.motif, line.other) for line in begun]
    left = passage.pulses - sum((motif.pulses for motif, _ in run), Fraction(0))
    first = bool(rng.integers(2)) if number else False
    if must:
        run.append((must[int(rng.integers(len(must)))], False))
        left -= run[-1][0].pulses
    going = [motif for motif in fitting if motif.kind is Kind.ROUND and motif.pulses <= left]
    if rounds and going and not must and rng.integers(3) == 0:
        run.append((going[int(rng.integers(len(going)))], first))
        left -= run[-1][0].pulses
    while left >= 1:
        block = _block(left, say, close, rng)
        if not block:
            return ()
        run += [(motif, other != first) for motif, other in block]
        left -= sum(motif.pulses for motif, _ in block)
    if left < 0 or not run:
        return ()
    return _laid(run, passage, number)


def _laid(run: Sequence[tuple[Motif, bool]], passage: Passage, number: int) -> tuple[Line, ...]:
    """Motifs in their places; what pulses leave over the last one gets."""
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

    def one(of: Sequence[Motif], pulses: int, unlike: Motif | None = None) -> Motif | None:
        able = [motif for motif in of if motif.pulses == pulses and motif is not unlike]
        return able[int(rng.integers(len(able)))] if able else None

    whole = 8 if left >= 8 else 4 if left >= 4 else 2 if left >= 2 else 1
    forms = FORMS[whole]
    if any(motif.kind in (Kind.LEAP, Kind.TURN) for motif in say):
        forms = (*forms, *SERIES[whole])
    named: dict[str, Motif | None] = {}
    out: list[tuple[Motif, bool]] = []
    for sign in str(forms[int(rng.integers(len(forms)))]).split():
        letter = sign[0]
        if letter not in named:
            if letter in "Zz":
                named[letter] = one(close, 2 if letter == "Z" else 1)
            else:
                named[letter] = one(say, 4 if letter == "L" else 2, named.get("A"))
        motif = named[letter]
        if motif is None:
            return [] if whole > 1 else out
        out.append((motif, sign.endswith("'")))
    return out
