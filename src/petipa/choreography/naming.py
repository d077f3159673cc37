"""Names that end in a word which can also be a wish: pirouette *en dehors*, échappé *relevé*, jeté *en tournant*.

The grammar knows no steps, so it reads such a word as a wish; here the dictionary takes it back into the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from petipa.choreography.model import StepItem
from petipa.choreography.words import CROSSING_WORDS, DIRECTION_WORDS
from petipa.floor import DIRECTION_WORDS as BODY_WORDS
from petipa.lexicon import Level, Lexicon, School


def completed(item: StepItem, lexicon: Lexicon, school: School | None = None) -> StepItem:
    """The item with wishes that belong to its name moved into it, where the dictionary has a step called so."""
    short = lexicon.find(item.name, school)
    if item.wishes.turns == 2:
        entry = lexicon.find(f"double {item.name}", school)
        if entry is not None and entry is not short:
            return replace(item, name=f"double {item.name}", wishes=replace(item.wishes, turns=None))
    for words, taken in _endings(item):
        name = f"{item.name} {words}"
        entry = lexicon.find(name, school)
        if entry is not None:
            return item if entry is short else replace(item, name=name, wishes=replace(item.wishes, **taken))
    return item


def _endings(item: StepItem) -> Iterator[tuple[str, dict[str, Any]]]:
    """Words a name may end in, the longest first, with what is then no wish any more."""
    wishes = item.wishes
    single: list[tuple[str, dict[str, Any]]] = []
    if wishes.direction is not None:
        single.append((DIRECTION_WORDS[wishes.direction], {"direction": None}))
    if wishes.body is not None:
        word = BODY_WORDS[wishes.body]
        single += [(word, {"body": None}), (_feminine(word), {"body": None})]
    if wishes.crossing is not None:
        single.append((CROSSING_WORDS[wishes.crossing], {"crossing": None}))
    if wishes.level is Level.POINTE:
        single += [(words, {"level": None}) for words in ("relevé", "on pointe", "sur les pointes", "sur la pointe")]
    if wishes.height == 0:
        single += [("à terre", {"height": None}), ("par terre", {"height": None})]
    if wishes.level is Level.PLIE:
        single.append(("fondu", {"level": None}))
    if wishes.turns == 2:
        single.append(("double", {"turns": None}))
    if wishes.en_tournant:
        single.append(("en tournant", {"en_tournant": False}))
    for first, taken in single:
        for second, also in single:
            if first != second:
                yield f"{first} {second}", taken | also
    yield from single


def _feminine(word: str) -> str:
    """A direction of the body as it agrees with attitude or pose: croisée, écartée derrière."""
    first, space, rest = word.partition(" ")
    return (f"{first}e" if first.endswith("é") else first) + space + rest


__all__ = ["completed"]
