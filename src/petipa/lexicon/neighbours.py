"""What may come before a step and after it, found from the positions in which steps begin and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from petipa.lexicon.model import Entry, Lexicon
from petipa.lexicon.positions import FREE_WORDS, Free, Level, Place, Side, Stance
from petipa.lexicon.words import singular

_FRONTED = (Place.THIRD, Place.FOURTH, Place.FIFTH)


@cache
def all_stances() -> tuple[Stance, ...]:
    """Every way she can stand between two steps."""
    found: list[Stance] = []
    for level in Level:
        found += [Stance(place, None, None, level) for place in (Place.FIRST, Place.SECOND)]
        found += [Stance(place, side, None, level) for place in _FRONTED for side in Side]
        found += [Stance(Place.ONE_LEG, None, side, level, free) for side in Side for free in Free]
    return tuple(found)


def beginnings(entry: Entry, side: Side = Side.R) -> tuple[Stance, ...]:
    """The stances an entry may begin from, to a side, those of its first rule first."""
    directions = entry.directions or (None,)
    rules = dict.fromkeys(rule for direction in directions for rule in entry.starts_for(direction))
    return tuple(
        dict.fromkeys(stance for rule in rules for stance in all_stances() if not rule.faults(stance, side=side))
    )


def endings(entry: Entry, side: Side = Side.R) -> tuple[Stance, ...]:
    """The stances an entry may end in, to a side, those of its usual end first."""
    directions = entry.directions or (None,)
    ranked: dict[Stance, int] = {}
    for direction in directions:
        starts = [
            stance
            for rule in entry.starts_for(direction)
            for stance in all_stances()
            if not rule.faults(stance, side=side)
        ]
        for rank, rule in enumerate(entry.ends_for(direction)):
            for start in dict.fromkeys(starts):
                for end in rule.stance(side=side, start=start, direction=direction, danced=entry.level):
                    ranked[end] = min(rank, ranked.get(end, rank))
    return tuple(sorted(ranked, key=lambda stance: ranked[stance]))


@dataclass(frozen=True)
class Neighbour:
    """An entry that may stand beside another.

    Attributes
    ----------
    key : str
        The other entry.
    sides : tuple of Side
        The sides it may be danced to, the one looked at being to the right.
    usual : bool
        Whether they meet in a position that is the usual one of both.
    """

    key: str
    sides: tuple[Side, ...]
    usual: bool


class Neighbourhood:
    """The dictionary as a graph: which entry can follow which."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._begin = {(e.key, side): frozenset(beginnings(e, side)) for e in lexicon.entries.values() for side in Side}
        self._end = {(e.key, side): frozenset(endings(e, side)) for e in lexicon.entries.values() for side in Side}
        self._first_begin = {entry.key: _first(beginnings, entry) for entry in lexicon.entries.values()}
        self._first_end = {entry.key: _first(endings, entry) for entry in lexicon.entries.values()}

    def after(self, key: str) -> tuple[Neighbour, ...]:
        """What may follow an entry danced to the right, the likeliest first."""
        return self._beside(key, forward=True)

    def before(self, key: str) -> tuple[Neighbour, ...]:
        """What may come before an entry danced to the right, the likeliest first."""
        return self._beside(key, forward=False)

    def _beside(self, key: str, *, forward: bool) -> tuple[Neighbour, ...]:
        here = self.lexicon[key]
        mine = self._end[key, Side.R] if forward else self._begin[key, Side.R]
        found: list[tuple[tuple[int, int, int, str], Neighbour]] = []
        for other in self.lexicon.entries.values():
            theirs = self._begin if forward else self._end
            sides = tuple(side for side in Side if mine & theirs[other.key, side] and not _again(here, other, side))
            if not sides:
                continue
            first, second = (key, other.key) if forward else (other.key, key)
            usual = bool(self._first_end[first] & self._first_begin[second])
            kin = int(other.family != here.family)
            # Steps before poses: there is a pose for every moment.
            rank = (
                int(not usual) + 2 * int(other.key == key) + 4 * int(other.is_pose),
                kin,
                abs(other.difficulty - here.difficulty),
                other.key,
            )
            found.append((rank, Neighbour(other.key, sides, usual)))
        return tuple(neighbour for _, neighbour in sorted(found, key=lambda pair: pair[0]))


def _first(of: Callable[[Entry], tuple[Stance, ...]], entry: Entry) -> frozenset[tuple[Place, Free | None]]:
    """The place of the first stance, whatever its level and side."""
    return frozenset((stance.position, stance.free) for stance in of(entry)[:1])


def _again(here: Entry, other: Entry, side: Side) -> bool:
    """Whether a step that goes from one side to the other would be danced twice to one side."""
    return here.key == other.key and side is Side.R and here.side_from == "free" and not here.per_pace


def said(stances: tuple[Stance, ...]) -> tuple[str, ...]:
    """Stances in a dancer's words, one phrase for those that differ in level, front foot or free leg only."""
    levels: dict[Stance, list[Level]] = {}
    for stance in stances:
        levels.setdefault(replace(stance, level=Level.FLAT), []).append(stance.level)
    places: dict[str, list[str]] = {}
    frees: dict[tuple[bool, Side | None, tuple[Level, ...]], list[Free | None]] = {}
    for stance, found in levels.items():
        twin = stance.mirrored
        either = twin != stance and set(levels.get(twin, ())) == set(found)
        if stance.position is Place.ONE_LEG:
            side = Side.L if either else stance.support
            free = frees.setdefault((either, side, tuple(dict.fromkeys(found))), [])
            if stance.free not in free:
                free.append(stance.free)
            continue
        foot = f", {'either' if either else stance.front.word} foot front" if stance.front else ""
        places.setdefault(foot + _levels(tuple(found)), []).append(stance.position.value)
    words = [f"{_either(list(dict.fromkeys(names)))} position{rest}" for rest, names in places.items()]
    for (either, support, found_levels), free in frees.items():
        leg, other = ("either leg", "the other") if either or support is None else (f"the {support.word} leg", "")
        other = other or f"the {support.other.word} leg" if support is not None else other
        where = "anywhere" if len(free) == len(Free) else _either([FREE_WORDS[one] for one in free if one])
        words.append(f"on {leg}{_levels(found_levels)}" + (f", {other} {where}" if where else ""))
    return tuple(words)


def _levels(levels: tuple[Level, ...]) -> str:
    names = {Level.FLAT: "flat", Level.PLIE: "in plié", Level.DEMI: "on demi-pointe", Level.POINTE: "on pointe"}
    if set(levels) == {Level.FLAT}:
        return ""
    return ", " + _either([names[level] for level in levels])


def _either(words: list[str]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else "".join(words)


def namesakes(entry: Entry, lexicon: Lexicon) -> tuple[str, ...]:
    """Names of this entry that mean another one elsewhere, each as a sentence."""
    mine = {singular(name): name for name in entry.names.all()}
    found: list[str] = []
    for other in lexicon.entries.values():
        if other.key == entry.key:
            continue
        own = [(school, names[0]) for school, names in other.names.own.items()]
        for school, name in (*other.names.by_school.items(), *own):
            if singular(name) in mine:
                found.append(f"In the {school.called} school “{name}” is {other.names.common}.")
    return tuple(dict.fromkeys(found))


__all__ = ["Neighbour", "Neighbourhood", "all_stances", "beginnings", "endings", "namesakes", "said"]
