"""An exercise at the barre: said to the front, the side, the back and the side, then closed and turned to the other."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from petipa.choreographer.request import UNIT, Request
from petipa.choreographer.vocabulary import Kind, Motif, motif_of
from petipa.lexicon import Entry, Lexicon

WAYS = ("devant", "à la seconde", "derrière", "à la seconde")
"""En croix."""

CLOSE = 2 * UNIT
"""Counts in which an exercise is closed, with the turn to the other side."""

FACING = "stage left"
"""The hand at the barre is upstage, the leg that works to the house."""

Figure = tuple[Motif, ...]
"""Lines of four counts that belong together."""


@cache
def _table() -> dict[str, Any]:
    text = resources.files("petipa.choreographer").joinpath("barre.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def starts_in_first(request: Request) -> bool:
    """Whether the exercise begins in first position; in fifth, right foot front, otherwise."""
    return bool(_table()[request.kind].get("start") == "first")


def figures(request: Request, lexicon: Lexicon) -> tuple[Figure, ...]:
    """What the middle of such an exercise may be made of, with what is wished among it."""
    own = _table()[request.kind]
    croix, whole = [str(one) for one in own.get("croix", ())], [list(map(str, one)) for one in own["whole"]]
    made = [*(_croix(one) for one in croix), *whole]
    known = {entry.key for lines in made for line in lines for entry in _motif(line, lexicon).entries}
    for entry in request.include:
        if entry.key not in known:
            made += _around(entry)
    return tuple(tuple(_motif(line, lexicon) for line in lines) for lines in made)


def opens(request: Request, lexicon: Lexicon) -> tuple[Figure, ...]:
    """What it may begin with; one empty figure where it begins at once."""
    return _read(_table()[request.kind].get("opens", [[]]), lexicon)


def closes(request: Request, lexicon: Lexicon) -> tuple[Figure, ...]:
    """What it may end with."""
    return _read(_table()[request.kind].get("closes", _table()["any"]["closes"]), lexicon)


def _read(lines: Sequence[Sequence[str]], lexicon: Lexicon) -> tuple[Figure, ...]:
    return tuple(tuple(_motif(line, lexicon) for line in one) for one in lines)


def _motif(words: str, lexicon: Lexicon) -> Motif:
    return motif_of(words, Kind.QUICK, lexicon)


def _croix(words: str) -> list[str]:
    """A set of two or four counts en croix, in lines of four."""
    said = [words.replace("{}", way) for way in WAYS]
    counts = sum(int(part.rpartition("/")[2]) for part in words.split(", "))
    return said if counts == UNIT else [f"{said[0]}, {said[1]}", f"{said[2]}, {said[3]}"]


def _around(entry: Entry) -> list[list[str]]:
    """A step that is wished, en croix where it goes there, else again and again."""
    name = entry.names.common
    if {"devant", "seconde", "derriere"} <= set(entry.directions):
        return [_croix(f"{name} R {{}} /2"), _croix(f"{name} R {{}} /4")]
    return [
        [f"{name} R /2, {name} R /2"] * 2,
        [f"{name} R /4"] * 2,
        [f"{name} R /2, plié /2"] * 2,
        [f"{name} R /4", "plié /4"],
    ]


def counts_of(figure: Figure) -> int:
    """How long a figure is."""
    return UNIT * len(figure)


def _keys(figure: Figure) -> set[str]:
    return {entry.key for motif in figure for entry in motif.entries}


def put_together(
    request: Request,
    middle: Sequence[Figure],
    begins: Sequence[Figure],
    ends: Sequence[Figure],
    rng: np.random.Generator,
) -> list[Motif] | None:
    """One exercise of so many counts, with every wished step in it; None where these do not make one."""
    begin = begins[int(rng.integers(len(begins)))]
    end = ends[int(rng.integers(len(ends)))]
    left = request.counts - counts_of(begin) - counts_of(end)
    shuffled = [middle[int(k)] for k in rng.permutation(len(middle))]
    missing = {entry.key for entry in request.include} - _keys((*begin, *end))
    chosen: list[Figure] = []
    for figure in shuffled:
        new = missing & _keys(figure)
        if new and counts_of(figure) <= left:
            chosen.append(figure)
            missing -= new
            left -= counts_of(figure)
    if missing:
        return None
    # The long ones first, none twice as long as there are others.
    rest = [figure for figure in shuffled if figure not in chosen] or shuffled
    while left > 0 and rest:
        fits = [figure for figure in rest if counts_of(figure) <= left]
        if not fits:
            return None
        figure = max(fits, key=counts_of) if left > CLOSE else fits[0]
        chosen.append(figure)
        left -= counts_of(figure)
        rest = [other for other in rest if other is not figure] or shuffled
    if left:
        return None
    # What takes more of the leg comes later.
    chosen.sort(key=lambda figure: max(motif.difficulty for motif in figure))
    return [*begin, *(motif for figure in chosen for motif in figure), *end]
