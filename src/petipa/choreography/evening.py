"""What stands before and after a dance on an evening: the entrance from the wings, the thanks, the way off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import dist

from petipa.choreography.model import (
    Choreography,
    Finish,
    Item,
    Phrase,
    Position,
    StanceWish,
    Start,
    StepItem,
    Where,
    Wishes,
)
from petipa.counts import Bars
from petipa.floor import WINGS, Point, Stage, place_name
from petipa.lexicon import Place, Side, plain

Seconds = Callable[[Fraction], float]

APPLAUDED = 3.0
"""How long she keeps her last pose while the applause breaks out [s]."""
THANKED = 4.5
"""From one deepest bend to the next [s]."""
RISEN = 4.0
"""From the last of them until she is still, or goes [s]."""
DARK = 3.0
"""How long she stands while the light goes [s]."""
WALKED = 0.7
"""Her speed as she comes on or goes off, slow enough for her paces to take her all the way [m/s]."""
BEGUN = 1.2
"""What her first and last pace take beyond that [s]."""
GATHERED = 2.5
"""Between her last pace and the music [s]."""
GREETS = "audience"
"""Where she looks as she comes and goes: what stands in the wings concerns nobody."""
BEHIND = 1.0
"""How long she waits in the wings [s]."""


def with_thanks(
    choreography: Choreography, bars: Bars, seconds: Seconds, *, off_from: Point | None = None
) -> Choreography:
    """The same dance and then, when the music has died away, its thanks to the house.

    What the text has after the semicolon of its finish is kept; where it has nothing, she thanks to both sides.

    Parameters
    ----------
    bars, seconds : of the music
    off_from : where the dance ends, if she goes off from there into the nearer wing instead of standing till it is dark
    """
    beats = _beats(seconds, bars.span.end)
    own = choreography.finish
    where = own.where if own is not None else _below(choreography)
    items: tuple[Item, ...] = own.items if own is not None else ()
    split = next((i for i, item in enumerate(items) if item.breath), len(items))
    thanks = items[split:] or (
        StepItem("révérence", Wishes(side=Side.R, length=beats(THANKED)), where=where),
        StepItem("révérence", Wishes(side=Side.L, length=beats(RISEN)), where=where),
    )
    after: list[Item] = [StepItem("stand", Wishes(length=beats(APPLAUDED)), breath=True, where=where)]
    after += [replace(item, breath=False) for item in thanks]
    if off_from is not None:
        wing, metres = _nearest_wing(off_from)
        after.append(
            StepItem("walk", Wishes(toward=wing, head=GREETS, length=beats(metres / WALKED + BEGUN)), where=where)
        )
    after.append(StepItem("stand", Wishes(length=beats(DARK)), where=where))
    finish = (
        Finish((*items[:split], *after), where=where) if own is None else replace(own, items=(*items[:split], *after))
    )
    return replace(choreography, finish=finish)


def with_entrance(choreography: Choreography, bars: Bars, seconds: Seconds, *, begins_at: Point) -> Choreography:
    """The same dance, but she comes from the nearer wing, in the silence before the music, to where it starts.

    Parameters
    ----------
    bars, seconds : of the music
    begins_at : where the dance starts
    """
    start = choreography.start
    if place_name(plain(start.place or "centre"), school=choreography.school.value) in WINGS:
        return choreography
    begin = min(bars.span.start, Fraction(0))
    beats = _beats(seconds, begin)
    wing, metres = _nearest_wing(begins_at)
    waits, way, still = beats(BEHIND), beats(metres / WALKED + BEGUN), beats(GATHERED)
    stance = start.stance or StanceWish(Place.FIFTH, Side.R)
    paces = Wishes(
        toward=start.place or "centre",
        body=start.wishes.body,
        facing=start.wishes.facing,
        head=GREETS,
        end=stance,
        length=way,
    )
    ready = Wishes(arms=start.wishes.arms or "preparatory", arms_side=start.wishes.arms_side, length=still)
    count = bars.count(begin - still - way - waits)
    entrance = Phrase(
        (
            StepItem("stand", Wishes(length=waits), where=start.where),
            StepItem("walk", paces, where=start.where),
            StepItem("stand", ready, where=start.where),
        ),
        Position(count.bar, count.beat),
        where=start.where,
    )
    return replace(choreography, start=Start(wing, where=start.where), phrases=(entrance, *choreography.phrases))


def _beats(seconds: Seconds, at: Fraction) -> Callable[[float], Fraction]:
    """Whole half beats of so many seconds, as the music goes near a place in it."""
    one = max(seconds(at + 1) - seconds(at), 1e-3)
    return lambda span: Fraction(max(1, round(2 * span / one)), 2)


def _nearest_wing(place: Point) -> tuple[str, float]:
    """The wing nearest to a place on stage, and how far it is [m]."""
    stage = Stage()
    return min(((name, dist(stage.place(name), place)) for name in WINGS), key=lambda found: found[1])


def _below(choreography: Choreography) -> Where:
    """The line after the last."""
    return Where(max((phrase.where.line for phrase in choreography.phrases), default=0) + 1, 1, 1)
