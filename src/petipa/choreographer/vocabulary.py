"""What may be danced: the motifs as they are taught, and of each what it asks of her."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from importlib import resources

from petipa.choreographer.commission import Commission
from petipa.choreography import StepItem, parse
from petipa.choreography.naming import completed
from petipa.choreography.turning import other_wishes
from petipa.dancer import Capability
from petipa.errors import ChoreographyError
from petipa.lexicon import Entry, Lexicon, plain
from petipa.music.character import Character

AFTER = (0.4, 0.6)
"""What the step after a motif takes before its accent, at least and usually [s]."""
TIGHT = 1.061
"""A step gets at least so much of the least time it may take: with less it looks pressed."""


LAGS = 0.15
"""A motif whose steps are off their usual time by more than this share drags, and is not danced at this tempo."""


HIGH = 0.45
"""A rise of the centre of mass that is as high as anyone jumps [m]."""
LEG = (45.0, 150.0)
"""A raised leg begins to tell at the first height and tells no more beyond the second [degrees]."""
FAR = 2.0
"""Metres in one step that are as far as anyone goes."""
GREAT = 0.2
"""A jump that rises so far is a leap [m]."""


@dataclass(frozen=True)
class Stroke:
    """One step of a motif as it is seen from the house.

    Attributes
    ----------
    at, length : float
        Pulses from the motif's beginning, and its own.
    height : float, 0 to 1
        How high she or her leg goes.
    metres : float [m]
        How far, where it is no walk or run; else each second.
    feat : float, 0 to 1
        What it is to have done it.
    energy : float, 0 to 1
    leaps, still, paces : bool
        Whether it is a great jump, a pose that can be held, a walk or a run.
    """

    at: float
    length: float
    height: float
    metres: float
    feat: float
    energy: float
    leaps: bool
    still: bool
    paces: bool


def _stroke(item: StepItem, entry: Entry, at: float, length: float) -> Stroke:
    rise = entry.jump.usual if entry.jump is not None else 0.0
    leg = float(item.wishes.height or (entry.height.usual if entry.height is not None else 0.0))
    height = max(rise / HIGH, (leg - LEG[0]) / (LEG[1] - LEG[0]), 0.0)
    turns = item.wishes.turns or (int(entry.turns.usual) if entry.turns else 0)
    metres = math.hypot(*entry.way()) * (turns if entry.per_turn else 1)
    if entry.per_pace and entry.pace is not None:
        metres /= entry.pace[1]
    turned = 1.0 - 0.5 ** (turns / 2.0)
    far = min(metres / FAR, 1.0) if rise > 0.0 else 0.0
    feat = 0.35 * (entry.difficulty - 1) / 9 + 0.1 * entry.energy + 0.15 * far + 0.2 * min(height, 1.0) + 0.2 * turned
    return Stroke(
        at,
        length,
        min(height, 1.0),
        metres,
        feat,
        entry.energy,
        leaps=rise >= GREAT and entry.family == "grand_allegro",
        still=item.wishes.hold or entry.key in ("plie", "port_de_bras", "stand"),
        paces=entry.per_pace,
    )


class Kind(StrEnum):
    """What a motif is, as one asks for it in class."""

    ENTER = "enter"
    SING = "sing"
    DANCE = "dance"
    QUICK = "quick"
    LEAP = "leap"
    TURN = "turn"
    ROUND = "round"
    BREATHE = "breathe"
    RETURN = "return"


@dataclass(frozen=True)
class Motif:
    """Steps that belong together, to the right, each with its length in pulses.

    Attributes
    ----------
    words : str
        As written.
    kind : Kind
    fits : frozenset of Character
        What it belongs to most; empty for all.
    items : tuple of StepItem
    entries : tuple of Entry
        Of each item.
    twice : bool
        Whether it is something short, danced twice.
    """

    words: str
    kind: Kind
    fits: frozenset[Character]
    items: tuple[StepItem, ...]
    entries: tuple[Entry, ...]
    twice: bool = False

    @cached_property
    def pulses(self) -> Fraction:
        """How long it is."""
        return sum((item.wishes.length or Fraction(1) for item in self.items), Fraction(0))

    @cached_property
    def vigour(self) -> float:
        """The effort in it, 0 to 1: the mean of its steps' energies over the time each takes."""
        parts = [
            (float(item.wishes.length or 1), entry.energy) for item, entry in zip(self.items, self.entries, strict=True)
        ]
        return sum(length * energy for length, energy in parts) / sum(length for length, _ in parts)

    @cached_property
    def difficulty(self) -> int:
        """That of its hardest step."""
        return max(entry.difficulty for entry in self.entries)

    @cached_property
    def strokes(self) -> tuple[Stroke, ...]:
        """Its steps one by one."""
        out, at = [], 0.0
        for item, entry in zip(self.items, self.entries, strict=True):
            length = float(item.wishes.length or 1) / item.number
            for _ in range(item.number):
                out.append(_stroke(item, entry, at, length))
                at += length
        return tuple(out)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The entries in it."""
        return frozenset(entry.key for entry in self.entries)

    def scaled(self, share: Fraction) -> Motif:
        """The same steps in a share of the time."""
        items = tuple(
            replace(item, wishes=replace(item.wishes, length=(item.wishes.length or Fraction(1)) * share))
            for item in self.items
        )
        return replace(self, items=items)

    @property
    def doubled(self) -> Motif:
        """The same steps twice."""
        return replace(self, items=self.items * 2, entries=self.entries * 2, twice=True)

    def pace(self, pulse: float) -> float | None:
        """How far its steps are from the time they usually take, a pulse being `pulse` seconds; None if too quick."""
        whole = gone = 0.0
        for k, (item, entry) in enumerate(zip(self.items, self.entries, strict=True)):
            given = float(item.wishes.length or 1) / item.number * pulse
            then = self.entries[k + 1] if k + 1 < len(self.entries) and item.number == 1 else entry
            lead = then.lead if item.number > 1 or k + 1 < len(self.entries) else AFTER
            turns = item.wishes.turns or (int(entry.turns.usual) if entry.turns else 0)
            least, usual = (mine + theirs for mine, theirs in zip(entry.takes(turns), lead, strict=True))
            if given < least * TIGHT:
                return None
            whole += given * item.number
            if not entry.per_pace:
                slack = 1.0 if item.wishes.hold else 0.0
                gone += max(usual - given, 0.0) + max(given - usual - 0.35 - 2.0 * slack, 0.0)
        return gone / whole

    def danced(self, *, other: bool, pulse: Fraction, length: Fraction) -> tuple[StepItem, ...]:
        """Its steps to one side with lengths in beats; what `length` has beyond its pulses its last step gets."""
        over = length - self.pulses * pulse
        out = []
        for item in self.items:
            mine = (item.wishes.length or Fraction(1)) * pulse / item.number
            wishes = other_wishes(item.wishes, other_side=other, backwards=False)
            out.append(replace(item, wishes=replace(wishes, length=mine)))
        last = out[-1]
        assert last.wishes.length is not None
        final = replace(
            last,
            name=self.entries[-1].names.common,
            number=1,
            wishes=replace(last.wishes, length=last.wishes.length + over),
        )
        if over and last.number > 1:
            # Many of one step stay on their counts.
            return (*out[:-1], replace(last, number=last.number - 1), final)
        return (*out[:-1], replace(final, name=last.name, number=last.number))


SERIES = frozenset({Kind.DANCE, Kind.QUICK, Kind.LEAP, Kind.TURN})
"""What fills no more than a pulse is danced twice."""
LEFT = frozenset({Kind.BREATHE, Kind.ENTER, Kind.RETURN})
"""What is danced between the motifs whatever these are made of."""


def motif_of(words: str, kind: Kind, lexicon: Lexicon, fits: Sequence[Character] = ()) -> Motif:
    """A motif from its words, to the right, lengths in pulses.

    Raises
    ------
    LanguageError
        If a word is not understood.
    """
    phrase = parse(f"petipa 1\n1:1 : {words}\n").phrases[0]
    items = tuple(completed(item, lexicon) for item in phrase.items if isinstance(item, StepItem))
    return Motif(words, kind, frozenset(fits), items, tuple(lexicon.sought(item.name) for item in items))


@cache
def _table() -> tuple[tuple[str, Kind, tuple[Character, ...]], ...]:
    """The motifs that ship, as written."""
    text = resources.files("petipa.choreographer").joinpath("motifs.toml").read_text(encoding="utf-8")
    return tuple(
        (one["words"], Kind(one["kind"]), tuple(Character(name) for name in one.get("fits", ())))
        for one in tomllib.loads(text)["motif"]
    )


def motifs(lexicon: Lexicon) -> tuple[Motif, ...]:
    """The motifs that ship."""
    return tuple(motif_of(words, kind, lexicon, fits) for words, kind, fits in _table())


def paced(words: Sequence[Motif], pulse: float, beats: Fraction, *, strict: bool = True) -> tuple[Motif, ...]:
    """Motifs at the pace that suits them, as written, in half the time or in twice as much; those too quick left out.

    Parameters
    ----------
    pulse : float [s]; beats : Fraction
        A pulse, in seconds and in beats: no step gets a smaller part of a beat than a half.
    strict : bool
        Whether motifs that drag are left out too.
    """
    out = []
    for motif in words:
        best: tuple[float, Motif] | None = None
        for share in (Fraction(1), Fraction(1, 2), Fraction(2)):
            trial = motif.scaled(share)
            lengths = [(item.wishes.length or Fraction(1)) * beats / item.number for item in trial.items]
            if trial.pulses < 1 or any((2 * length).denominator != 1 for length in lengths):
                continue
            far = trial.pace(pulse)
            # What is written is what is usual: another pace has to be clearly better.
            if far is not None and (best is None or far + 0.1 < best[0]):
                best = far, trial
        if best is not None and (not strict or best[0] < LAGS or best[1].kind in LEFT):
            out.append(best[1].doubled if best[1].pulses == 1 and best[1].kind in SERIES else best[1])
    return tuple(out)


def vocabulary(lexicon: Lexicon, able: Capability, commission: Commission) -> tuple[Motif, ...]:
    """The motifs this dancer has, at this level, as far as they are wished.

    Raises
    ------
    ChoreographyError
        If what is avoided leaves too little to dance.
    LanguageError
        If a wish names no step and no family.
    """
    avoided = meant(commission.avoid, lexicon)
    wanted = meant(commission.only, lexicon)
    out = []
    for motif in motifs(lexicon):
        if motif.difficulty > commission.level.hardest or not all(_has(able, entry) for entry in motif.entries):
            continue
        if any(item.wishes.turns is not None and item.wishes.turns > able.turns for item in motif.items):
            continue
        if any(entry.key in avoided for entry in motif.entries) or motif.kind.value in commission.avoid:
            continue
        if wanted and motif.kind not in LEFT and not any(e.key in wanted for e in motif.entries):
            continue
        out.append(motif)
    kinds = {motif.kind for motif in out}
    if len(kinds) < 3 or len(out) < 6:
        said = [f"without {', '.join(commission.avoid)}" if commission.avoid else ""]
        said += [f"only {', '.join(commission.only)}" if commission.only else "", f"at the level {commission.level}"]
        raise ChoreographyError(
            f"there is too little left to dance: {'; '.join(word for word in said if word)}",
            would_work="fewer things avoided, or more allowed",
        )
    return tuple(out)


def _has(able: Capability, entry: Entry) -> bool:
    """Whether a step is in her reach."""
    if entry.impact > able.impact or (entry.height is not None and entry.height.least > able.extension):
        return False
    return entry.jump is None or entry.jump.least <= able.rise(entry.jump.usual) * 1.05


def meant(wishes: tuple[str, ...], lexicon: Lexicon) -> frozenset[str]:
    """The entries that words mean: a step, a family, or jumps or turns."""
    found: set[str] = set()
    families = {entry.family for entry in lexicon}
    for wish in wishes:
        word = plain(wish).replace(" ", "_")
        if word in ("jumps", "jump"):
            found |= {entry.key for entry in lexicon if entry.springs}
        elif word in ("beats", "batterie", "beaten_steps"):
            found |= {entry.key for entry in lexicon if entry.beats}
        elif word.rstrip("s") in families or word in families:
            family = word if word in families else word.rstrip("s")
            found |= {entry.key for entry in lexicon if entry.family == family}
        elif word not in {kind.value for kind in Kind}:
            found.add(lexicon.sought(wish).key)
    return frozenset(found)
