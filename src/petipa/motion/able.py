"""What the plan of a dance asks and this dancer cannot give, before anything is solved.

The plan never asks for the impossible quietly: where the counts leave less time than a jump needs it makes the jump
smaller, where they are short it turns and travels faster. Here that is held against what was meant and what she can do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from petipa.choreography import Code, Finding, StepPlaced, Where
from petipa.dancer import Dancer
from petipa.errors import ChoreographyError
from petipa.floor import Stage
from petipa.lexicon import Entry
from petipa.motion.plan import GRAVITY, Contact, Plan, before_accent, from_the_tip, later_tail, make_plan

Array = NDArray[np.float64]

LEAST_RISE = 0.9
"""A jump may be so much lower than meant without being another jump."""
GRACE = 1.05
"""A speed this much beyond hers is still hers: it is known no better."""
PUSH = 0.26
"""Seconds between two counts that a push from the floor and the landing before it take."""


def unable(
    placed: Sequence[StepPlaced],
    lexicon: Mapping[str, Entry],
    seconds_at: Callable[[Fraction], float],
    dancer: Dancer,
    *,
    stage: Stage | None = None,
) -> list[Finding]:
    """Everything the plan of these steps asks that she cannot give, each with numbers and what would mend it.

    Parameters
    ----------
    placed : the steps in order
    lexicon : entries by key
    seconds_at : music time [s] of a position in beats
    dancer : who shall dance
    stage : 12 m by 10 m if None
    """
    if not placed:
        return []
    try:
        plan = make_plan(placed, lexicon, seconds_at, dancer)
    except ChoreographyError as problem:
        return [Finding(Code.NOT_PLANNED, problem.what, problem.would_work, _where(placed[0]))]
    found = [*_jumps(plan, placed, lexicon, seconds_at, dancer)]
    found += _turns(plan, placed, lexicon, dancer)
    found += _ways(plan, placed, lexicon, dancer)
    found += _edges(plan, placed, stage or Stage())
    return found


def _where(step: StepPlaced) -> Where:
    return Where(step.line, step.column, max(1, len(step.text)))


def _called(step: StepPlaced, entry: Entry) -> str:
    return step.label or step.text or entry.names.common


def _slower(given: float, need: float) -> str:
    """How much slower the music would have to be."""
    return f"a tempo {100 * (1 - given / need):.0f} % slower" if 0 < given < need else "a slower tempo"


def _jumps(
    plan: Plan,
    placed: Sequence[StepPlaced],
    lexicon: Mapping[str, Entry],
    seconds_at: Callable[[Fraction], float],
    dancer: Dancer,
) -> list[Finding]:
    found = []
    for flight in plan.flights:
        step = placed[flight.step]
        entry = lexicon[step.entry]
        assert entry.jump is not None
        hers = dancer.capability.rise(entry.jump.usual)
        if flight.height >= LEAST_RISE * hers - 1e-9:
            continue
        air = float(np.sqrt(8 * hers / GRAVITY))
        share = before_accent(entry.motion["keys"])
        # A jump that leaves after its count has until the next one.
        beside = flight.step + (1 if share == 0.0 else -1)
        near = placed[beside] if 0 <= beside < len(placed) else None
        given = abs(seconds_at(step.at) - seconds_at(near.at)) if near is not None else flight.t1 - flight.t0
        need = air * share + PUSH
        if share == 0.0:
            need = given * later_tail(entry, air) / (plan.steps[flight.step].t1 - plan.steps[flight.step].accent)
        elif near is not None and from_the_tip(near, lexicon[near.entry]):
            need += lexicon[near.entry].tail[0]
        pair = ""
        if near is not None and near.label:
            pair = f" {'before' if share == 0.0 else 'after'} {_called(near, lexicon[near.entry])}"
        message = (
            f"{given:.2f} s for {_called(step, entry)}{pair} leave room for a jump of {flight.height * 100:.0f} cm; "
            f"hers is {hers * 100:.0f} cm, which is {air:.2f} s in the air"
        )
        mend = f"at least {need:.2f} s between the two counts ({_slower(given, need)}), or a step without a jump"
        found.append(Finding(Code.TOO_FAST, message, mend, _where(step)))
    return found


def turn_rate(plan: Plan, step: int) -> float:
    """Turns a second of the quickest whole turn of a step as planned; of all of it where it goes round less."""
    span = plan.steps[step]
    times = np.arange(span.t0, span.t1 + 1e-9, 1 / 120)
    yaw = np.abs(np.interp(times, plan.heading.times, plan.heading.values) - plan.heading.values[0])
    gone = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(yaw)))]) / (2 * np.pi)
    # The hand-overs at both ends creep: what counts is from where the turn is under way to where it is nearly done.
    whole = min(1.0, 0.9 * float(gone[-1]))
    if whole < 0.2:
        return 0.0
    first = np.searchsorted(gone, gone + whole)
    inside = first < len(times)
    return float((whole / np.maximum(times[first[inside]] - times[inside], 1 / 120)).max()) if inside.any() else 0.0


def _turns(plan: Plan, placed: Sequence[StepPlaced], lexicon: Mapping[str, Entry], dancer: Dancer) -> list[Finding]:
    found = []
    able = dancer.capability.turn_rate
    for k, step in enumerate(placed):
        if not step.turns:
            continue
        rate, span = turn_rate(plan, k), plan.steps[k]
        if rate <= able * GRACE:
            continue
        entry, time = lexicon[step.entry], span.t1 - span.accent
        if k + 1 < len(placed) and step.turns > able * GRACE * (plan.steps[k + 1].accent - span.accent):
            # Not even all the time to the next count would do: what the plan left of it says no more.
            time = plan.steps[k + 1].accent - span.accent
            rate = step.turns / time
        many = {1: "one turn", 2: "two turns", 3: "three turns", 4: "four turns"}.get(step.turns, f"{step.turns} turns")
        message = (
            f"{many} in {time:.2f} s after the count of {_called(step, entry)} need {rate:.1f} turns/s; "
            f"{dancer.name} can do {able:.1f}"
        )
        hers = min(step.turns - 1, int(step.turns * able * GRACE / rate))
        fewer = f"{hers} turn{'s' if hers > 1 else ''}, or " if hers else ""
        mend = f"{fewer}about {time * rate / able:.1f} s for it: a longer /length on it, or {_slower(able, rate)}"
        found.append(Finding(Code.TOO_FAST, message, mend, _where(step)))
    return found


def _ways(plan: Plan, placed: Sequence[StepPlaced], lexicon: Mapping[str, Entry], dancer: Dancer) -> list[Finding]:
    found = []
    able = dancer.capability.speed
    for k, step in enumerate(placed):
        far = float(np.hypot(step.travel_to[0] - step.travel_from[0], step.travel_to[1] - step.travel_from[1]))
        if far < 0.4:
            continue
        entry, span = lexicon[step.entry], plan.steps[k]
        speed = far / (span.t1 - span.t0)
        if speed <= able * GRACE:
            continue
        message = (
            f"{_called(step, entry)} goes {far:.1f} m in {span.t1 - span.t0:.2f} s, which needs {speed:.1f} m/s; "
            f"{dancer.name} can do {able:.1f}"
        )
        mend = f"less far (about {far * able / speed:.1f} m), or more time: a longer /length on it or before it"
        found.append(Finding(Code.TOO_FAST, message, mend, _where(step)))
    return found


def _in_the_wings(step: StepPlaced, stage: Stage) -> bool:
    """Whether a step comes from the wings or goes off into them."""
    return any(abs(y) > stage.width / 2 for _, y in (step.travel_from, step.travel_to))


def _edges(plan: Plan, placed: Sequence[StepPlaced], stage: Stage) -> list[Finding]:
    worst: dict[int, float] = {}
    for events in plan.feet:
        for event in events:
            x, y = event.anchor
            over = max(abs(x) - stage.depth / 2, abs(y) - stage.width / 2)
            if event.contact is Contact.PLANT and over > 0:
                k = max((i for i, span in enumerate(plan.steps) if span.t0 - 1e-6 <= event.time), default=0)
                if not _in_the_wings(placed[k], stage):
                    worst[k] = max(over, worst.get(k, 0.0))
    return [
        Finding(
            Code.NO_ROOM,
            f"a foot of {placed[k].label or placed[k].text} comes down {over:.1f} m beyond the edge of the stage",
            "another direction, or a start further from there",
            _where(placed[k]),
        )
        for k, over in sorted(worst.items())
    ]


__all__ = ["turn_rate", "unable"]
