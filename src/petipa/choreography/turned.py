"""The other side of a dance, and the same dance reversed.

On the other side right and left are exchanged everywhere: sides, feet, arms, heads, walls and corners, wings. What is
danced is the mirror image.

Reversed, the same legs do the contrary: devant becomes derrière, en avant en arrière, dessus dessous, en dehors en
dedans, and the foot that was in front is behind. What came down the stage goes up it. Corners she faces change side
with the foot in front, as croisé and effacé do by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from petipa.choreography.findings import Code
from petipa.choreography.model import (
    Choreography,
    GroupItem,
    HoldItem,
    Item,
    Start,
    StepItem,
    Where,
    Wishes,
)
from petipa.choreography.naming import completed
from petipa.choreography.resolve import resolution
from petipa.choreography.timing import bars_of
from petipa.choreography.turning import other_stance, other_wishes, reversed_stance, reversed_step, reversible
from petipa.counts import Bars
from petipa.lexicon import Free, Lexicon, Place, Side

_SIDED = (Place.THIRD, Place.FOURTH, Place.FIFTH)
_MOST_SAID = 64


@dataclass(frozen=True)
class Turned:
    """A text turned round, and the steps that could not be turned with it.

    Parameters
    ----------
    choreography : Choreography
        The text.
    kept : tuple of (str, Where)
        Steps that have no reverse and stand as they were, and where in the text they are.
    """

    choreography: Choreography
    kept: tuple[tuple[str, Where], ...] = ()


Change = Callable[[Item], Item]


def _over(choreography: Choreography, change: Change) -> Choreography:
    """The text with every item that is no group changed."""

    def deep(item: Item) -> Item:
        if isinstance(item, GroupItem):
            return replace(item, items=tuple(deep(inner) for inner in item.items))
        return change(item)

    finish = choreography.finish
    return replace(
        choreography,
        phrases=tuple(
            replace(phrase, items=tuple(deep(item) for item in phrase.items)) for phrase in choreography.phrases
        ),
        finish=replace(finish, items=tuple(deep(item) for item in finish.items)) if finish else None,
    )


def _around(choreography: Choreography, start: Start, changed: Callable[[Wishes], Wishes]) -> Choreography:
    """The text begun from `start`, with what is wished there and for whole phrases changed."""
    return replace(
        choreography,
        start=replace(start, place=changed(Wishes(toward=start.place)).toward, wishes=changed(start.wishes)),
        phrases=tuple(replace(phrase, all=changed(phrase.all)) for phrase in choreography.phrases),
    )


def _said(start: Start) -> Start:
    """A start that says which foot is in front, or which leg is free, where it leaves that to custom."""
    stance = start.stance
    if stance.free is not None and stance.place is None:
        free = stance.free_side or (Side.L if stance.free is Free.TENDU_DERRIERE else Side.R)
        return replace(start, stance=replace(stance, free_side=free))
    place = stance.place or Place.FIFTH
    if place not in _SIDED:
        return start
    return replace(start, stance=replace(stance, place=place, front=stance.front or Side.R))


def other_side(choreography: Choreography, lexicon: Lexicon) -> Choreography:
    """The same dance on the other side: its mirror image, step for step.

    A foot in front that custom would give the right is said, since custom knows no left; on the other side twice, a
    text that says it is the same text.

    Parameters
    ----------
    choreography : Choreography
        The text.
    lexicon : Lexicon
        For the sides of steps that leave theirs unsaid.
    """
    school = choreography.school
    start = _said(choreography.start)

    def changed(wishes: Wishes) -> Wishes:
        return other_wishes(wishes, other_side=True, backwards=False, school=school)

    def change(item: Item) -> Item:
        return replace(item, wishes=changed(item.wishes)) if isinstance(item, StepItem | HoldItem) else item

    start = replace(start, stance=other_stance(start.stance))
    return _mirrored_sides(choreography, _around(_over(choreography, change), start, changed), lexicon)


def _mirrored_sides(first: Choreography, other: Choreography, lexicon: Lexicon) -> Choreography:
    """`other` with a side said wherever custom alone would give both dances the same one."""
    bars = bars_of(first)
    steps = resolution(first, lexicon, bars).steps
    for _ in range(_MOST_SAID):
        there = resolution(other, lexicon, bars).steps
        wrong = next(
            (
                (step, image)
                for step, image in zip(steps, there, strict=False)
                if image.side is step.side and image.entry != "stand"
            ),
            None,
        )
        if wrong is None:
            break
        where, side = Where(wrong[1].line, wrong[1].column), wrong[0].side.other

        def say(item: Item, where: Where = where, side: Side = side) -> Item:
            at = (item.where.line, item.where.column) == (where.line, where.column)
            if at and isinstance(item, StepItem) and item.wishes.side is None:
                return replace(item, wishes=replace(item.wishes, side=side))
            return item

        before, other = other, _over(other, say)
        if other == before:
            break
    return other


def reverse(choreography: Choreography, lexicon: Lexicon, bars: Bars | None = None) -> Turned:
    """The same dance reversed: en dedans for en dehors, derrière for devant, en arrière for en avant, under for over.

    The side that is said of a step stays where the step can then be danced; where it only names the foot in front, as
    that of a changement does, it goes with the foot.

    Parameters
    ----------
    choreography : Choreography
        The text.
    lexicon : Lexicon
        For which step is the reverse of which, and what may begin from where.
    bars : Bars, optional
        Of the music; those the text names if None.
    """
    school = choreography.school
    finish = choreography.finish
    kept: list[tuple[str, Where]] = []

    def changed(wishes: Wishes) -> Wishes:
        return other_wishes(wishes, other_side=False, backwards=True, school=school)

    def change(item: Item) -> Item:
        if isinstance(item, HoldItem):
            return replace(item, wishes=changed(item.wishes))
        if not isinstance(item, StepItem):
            return item
        whole = completed(item, lexicon, school)
        entry = lexicon.find(whole.name, school)
        if entry is None:
            return item
        # A last pose and her thanks are what they are.
        if not reversible(entry) and not (finish is not None and item.where.line >= finish.where.line):
            kept.append((entry.names.common, item.where))
        return reversed_step(whole, lexicon, school)

    start = _said(choreography.start)
    start = replace(start, stance=reversed_stance(start.stance))
    turned = _around(_over(choreography, change), start, changed)
    return Turned(_footed(turned, lexicon, bars or bars_of(choreography)), tuple(kept))


def _footed(choreography: Choreography, lexicon: Lexicon, bars: Bars) -> Choreography:
    """Sides said of steps that cannot begin on that foot any more changed to the other, where that lets them."""
    tried: set[tuple[int, int]] = set()
    wrong = _wrong(choreography, lexicon, bars)
    while True:
        place = next((at for at in wrong if at not in tried), None)
        if place is None or len(tried) >= _MOST_SAID:
            return choreography
        tried.add(place)

        def step_over(item: Item, place: tuple[int, int] = place) -> Item:
            if isinstance(item, StepItem) and (item.where.line, item.where.column) == place and item.wishes.side:
                return replace(item, wishes=replace(item.wishes, side=item.wishes.side.other))
            return item

        trial = _over(choreography, step_over)
        if trial != choreography:
            left = _wrong(trial, lexicon, bars)
            if place not in left:
                choreography, wrong = trial, left


def _wrong(choreography: Choreography, lexicon: Lexicon, bars: Bars) -> list[tuple[int, int]]:
    """Where steps begin on the wrong foot or from the wrong position, in the order of the music."""
    found = resolution(choreography, lexicon, bars).findings
    wrong = (f for f in found if f.code in (Code.WRONG_FOOT, Code.WRONG_START, Code.WRONG_END))
    return [(f.where.line, f.where.column) for f in wrong]


__all__ = ["Turned", "other_side", "reverse"]
