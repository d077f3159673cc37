"""What each word becomes on the other side, and reversed: the one rule for bars danced again and for whole texts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import overload

from petipa.choreography.model import Crossing, Direction, StanceWish, StepItem, Wishes
from petipa.choreography.naming import completed
from petipa.floor import BodyDirection, mirrored_place, upside_place
from petipa.lexicon import Entry, Free, Lexicon, School, plain

_OPPOSITE = {
    Direction.DEVANT: Direction.DERRIERE,
    Direction.EN_AVANT: Direction.EN_ARRIERE,
    Direction.EN_DEHORS: Direction.EN_DEDANS,
}
_DIRECTIONS = _OPPOSITE | {there: here for here, there in _OPPOSITE.items()}
_CROSSINGS = {Crossing.DESSUS: Crossing.DESSOUS, Crossing.DESSOUS: Crossing.DESSUS}
_FREE = {Free.TENDU_DEVANT: Free.TENDU_DERRIERE, Free.TENDU_DERRIERE: Free.TENDU_DEVANT}
_BODIES = {
    BodyDirection.ECARTE_DEVANT: BodyDirection.ECARTE_DERRIERE,
    BodyDirection.ECARTE_DERRIERE: BodyDirection.ECARTE_DEVANT,
}
_SIDES = {"right": "left", "left": "right", "r": "l", "l": "r"}
_WORDS = {
    "dehors": "dedans",
    "dedans": "dehors",
    "dessus": "dessous",
    "dessous": "dessus",
    "devant": "derrière",
    "derrière": "devant",
    "derriere": "devant",
    "avant": "arrière",
    "arrière": "avant",
    "arriere": "avant",
    "over": "under",
    "under": "over",
    "inside": "outside",
    "outside": "inside",
}


def other_direction(direction: Direction | None) -> Direction | None:
    """The direction of the same step reversed."""
    return _DIRECTIONS.get(direction, direction) if direction is not None else None


def other_words(words: str) -> str:
    """Words of arms or of the head with right and left exchanged: third right, over left."""
    return re.sub(r"\w+", lambda word: _SIDES.get(word[0], word[0]), words)


@overload
def other_stance(stance: StanceWish) -> StanceWish: ...
@overload
def other_stance(stance: None) -> None: ...
def other_stance(stance: StanceWish | None) -> StanceWish | None:
    """A position with the other foot in front and the other leg free."""
    if stance is None:
        return None
    return replace(
        stance,
        front=stance.front.other if stance.front else None,
        free_side=stance.free_side.other if stance.free_side else None,
    )


@overload
def reversed_stance(stance: StanceWish) -> StanceWish: ...
@overload
def reversed_stance(stance: None) -> None: ...
def reversed_stance(stance: StanceWish | None) -> StanceWish | None:
    """A position with the front foot behind, and the leg that was stretched before her stretched behind."""
    if stance is None:
        return None
    return replace(
        stance,
        front=stance.front.other if stance.front else None,
        free=_FREE.get(stance.free, stance.free) if stance.free else None,
    )


def other_wishes(wishes: Wishes, *, other_side: bool, backwards: bool, school: School = School.VAGANOVA) -> Wishes:
    """Wishes for the other side, or reversed; `school` decides what the numbers of walls and corners mean."""
    if other_side or backwards:
        # What looks to a side goes to the other one either way: reversed, with the foot that is in front.
        wishes = replace(
            wishes,
            arms_side=wishes.arms_side.other if wishes.arms_side else None,
            arms=other_words(wishes.arms) if wishes.arms else None,
            head=other_words(wishes.head) if wishes.head else None,
            facing=mirrored_place(wishes.facing, school=school.value) if wishes.facing else None,
        )
    if other_side:
        wishes = replace(
            wishes,
            side=wishes.side.other if wishes.side else None,
            toward=mirrored_place(wishes.toward, school=school.value) if wishes.toward else None,
            begin=other_stance(wishes.begin),
            end=other_stance(wishes.end),
        )
    if backwards:
        wishes = replace(
            wishes,
            direction=other_direction(wishes.direction),
            crossing=_CROSSINGS.get(wishes.crossing, wishes.crossing) if wishes.crossing else None,
            body=_BODIES.get(wishes.body, wishes.body) if wishes.body else None,
            toward=upside_place(wishes.toward, school=school.value) if wishes.toward else None,
            begin=reversed_stance(wishes.begin),
            end=reversed_stance(wishes.end),
        )
    return wishes


def reversed_step(step: StepItem, lexicon: Lexicon, school: School) -> StepItem:
    """A step reversed: coupé dessus for coupé dessous, and the same name where it reverses under it."""
    entry = lexicon.find(step.name, school)
    wishes = other_wishes(step.wishes, other_side=False, backwards=True, school=school)
    if entry is None:
        return step
    if not reversible(entry):
        return replace(step, wishes=replace(wishes, direction=step.wishes.direction, crossing=step.wishes.crossing))
    # Its way may be said apart from its name, as in pirouette en dehors.
    apart = completed(replace(step, wishes=wishes), lexicon, school)
    if entry.reverse and lexicon.find(apart.name, school) is lexicon[entry.reverse]:
        return apart
    spoken = re.sub(r"\w+", lambda word: _WORDS.get(word[0], word[0]), step.name)
    if spoken != step.name and lexicon.find(spoken, school) is not None:
        return replace(step, name=spoken, wishes=wishes)
    if entry.reverse:
        names = lexicon[entry.reverse].names
        plainly = plain(step.name) == plain(entry.names.common)
        return replace(step, name=names.common if plainly else names.of(school), wishes=wishes)
    return replace(step, wishes=wishes)


def reversible(entry: Entry) -> bool:
    """Whether a step has a reverse: another entry, the contrary direction or crossing, or itself from the other foot.

    A step that goes or turns one way only, such as a grand jeté or a run, has none.
    """
    ways = {Direction(way) for way in entry.directions}
    if (
        entry.reverse
        or entry.family == "position"
        or any(other in ways and other is not way for way in ways for other in (other_direction(way),))
    ):
        return True
    if {"dessus", "dessous"} <= set(entry.crossing):
        return True
    still = not (entry.forward or entry.side) and entry.turns is None and entry.take_off in ("none", "both")
    return (
        still and not entry.directions and not entry.is_pose and all(rule.position != "one_leg" for rule in entry.ends)
    )
