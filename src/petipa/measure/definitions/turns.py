"""Turns: which leg stands, which way, how far, and where the working foot is meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from petipa.measure.definitions.common import (
    BENT,
    HEIGHT,
    STRAIGHT,
    Check,
    Miss,
    at_retire,
    foot,
    in_front,
    is_closed,
    legs,
    stood_on,
    turned,
)
from petipa.measure.figure import Figure
from petipa.motion.model import StepSpan


def _way(step: StepSpan) -> int:
    """+1 to her left, -1 to her right: both en dehors and stepped turns go to the named side."""
    return 1 if step.side == "L" else -1


def _on_tip(f: Figure, step: StepSpan, stand: int, window: slice) -> Iterator[Miss]:
    middle = (window.start + window.stop) // 2
    up = f.heel_up[window, stand]
    if up.mean() < 0.6:
        yield Miss(
            middle, "up while turning", f"{foot(stand)} heel off the floor", f"{100 * up.mean():.0f} % of the time"
        )
    if f.stretch[middle, stand] < STRAIGHT:
        yield Miss(
            middle, "standing leg straight", f"{foot(stand)} knee >= {STRAIGHT:.0f}", f"{f.stretch[middle, stand]:.0f}"
        )


def _retire(f: Figure, work: int, window: slice, share: float = 0.5) -> Iterator[Miss]:
    there = at_retire(f, work)[window]
    if there.mean() < share:
        yield Miss(
            (window.start + window.stop) // 2,
            "retiré while turning",
            f"{foot(work)} toe at the knee for {100 * share:.0f} % of it",
            f"{100 * there.mean():.0f} %",
        )


def _closes_behind(f: Figure, step: StepSpan, a: int) -> Iterator[Miss]:
    """Where the turn closes, the working foot is behind."""
    work, stand = legs(step)
    b = f.at(step.t1) + 1
    both = np.flatnonzero(f.on[a:b].all(axis=1))
    if len(both):
        k = a + int(both[-1])
        if is_closed(f, k) and abs(f.front[k]) > 0.05 and in_front(f, k) != stand:
            yield Miss(k, "closes behind", f"{foot(stand)} in front", f"{foot(work)} in front")


def pirouette_en_dehors(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From two feet in plié she springs to the other leg and turns away from it, the named foot at retiré."""
    work, stand = legs(step)
    span = f.span(step)
    alone = stood_on(f, stand, span)
    if alone is None:
        yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
        return
    before = slice(max(span.start, alone.start - round(0.8 * f.rate)), alone.start + 1)
    bend = 180.0 - float(f.stretch[before, stand].min())
    if bend < BENT:
        yield Miss(before.start, "from plié", f"{foot(stand)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    yield from turned(f, step, span.start, min(span.stop - 1, alone.stop + round(0.25 * f.rate)), way=_way(step))
    got = abs(float(f.yaw[alone.stop - 1] - f.yaw[alone.start]))
    least = 360.0 * (step.turns or 1) - 120.0
    if got < least:
        yield Miss(alone.stop - 1, "turned on one leg", f">= {least:.0f} degrees", f"{got:.0f} degrees")
    yield from _on_tip(f, step, stand, alone)
    yield from _retire(f, work, alone)
    yield from _closes_behind(f, step, alone.stop)


def pique_turn(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """She steps onto a straight leg on pointe and turns toward it, the other foot at retiré."""
    stand, work = legs(step)
    span = f.span(step)
    alone = stood_on(f, stand, span)
    if alone is None:
        yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
        return
    taken = f.takes(stand, slice(span.start, alone.start + round(0.1 * f.rate)))
    if not taken:
        yield Miss(alone.start, "steps out", f"the {foot(stand)} foot takes the weight", "it stood there already")
    else:
        k = taken[-1]
        if f.stretch[k, stand] < STRAIGHT - 7.0:
            yield Miss(
                k,
                "steps onto a straight leg",
                f"{foot(stand)} knee >= {STRAIGHT - 7:.0f}",
                f"{f.stretch[k, stand]:.0f}",
            )
        if not (f.heel_up[k, stand] or f.pointe[k, stand]):
            yield Miss(k, "steps onto pointe", f"{foot(stand)} heel up", "heel down")
    yield from turned(f, step, span.start, min(span.stop - 1, alone.stop + round(0.1 * f.rate)), way=_way(step))
    yield from _on_tip(f, step, stand, alone)
    yield from _retire(f, work, alone, 0.4)


def fouette_turn(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On a flat foot in plié the leg opens; it whips in to retiré as she springs up and turns once."""
    work, stand = legs(step)
    span = f.span(step)
    up = f.heel_up[span, stand] & at_retire(f, work)[span]
    if not up.any():
        yield Miss(
            f.at(step.accent), "retiré on relevé", f"{foot(work)} toe at the knee, {foot(stand)} heel up", "never"
        )
        return
    rise = span.start + int(up.argmax())
    fall = span.stop - 1 - int(up[::-1].argmax())
    before = slice(span.start, rise + 1)
    flat = ~f.heel_up[before, stand] & f.on[before, stand]
    bent = flat & (f.stretch[before, stand] <= 180.0 - BENT)
    if not bent.any():
        yield Miss(before.start, "plié on the flat foot", f"{foot(stand)} knee bends {BENT:.0f}, heel down", "never")
    asked = (step.height or 80.0) - 2 * HEIGHT
    lift = float(f.lift[before, work].max())
    if lift < asked:
        yield Miss(before.start, "the leg opens", f">= {asked:.0f} degrees", f"{lift:.0f} degrees")
    yield from turned(f, step, span.start, span.stop - 1, way=_way(step))
    got = abs(float(f.yaw[fall] - f.yaw[rise]))
    least = 360.0 * (step.turns or 1) - 150.0
    if got < least:
        yield Miss(fall, "turned on one leg", f">= {least:.0f} degrees", f"{got:.0f} degrees")
    if f.on[span, work].any() and f.on[slice(rise, fall), work].any():
        yield Miss(rise, "on one leg", f"{foot(work)} foot off the floor", "it touches")
    yield from _on_tip(f, step, stand, slice(rise, fall + 1))
    yield from _closes_behind(f, step, fall)


CHECKS: dict[str, Check] = {
    "pirouette_en_dehors": pirouette_en_dehors,
    "pique_turn": pique_turn,
    "fouette_turn": fouette_turn,
}
"""By entry."""
