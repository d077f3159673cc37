"""Turns: which leg stands, which way, how far, and where the working foot is meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    CLOSED,
    HEIGHT,
    STRAIGHT,
    TURN,
    Check,
    Miss,
    at_ankle,
    at_retire,
    carries,
    fifth,
    foot,
    in_front,
    is_closed,
    lean_of_turn,
    legs,
    stood_on,
    turned,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import runs
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


def fouette(*, inward: bool = False, front_first: bool = False) -> Check:
    """On a flat foot in plié the leg opens; it whips in to retiré as she springs up and turns to the named side.

    Parameters
    ----------
    inward : she turns on the leg of the named side and the other whips; else the named one
    front_first : the leg opens before her and is taken to the side; else it opens straight to the side
    """

    def check(f: Figure, step: StepSpan) -> Iterator[Miss]:
        work, stand = legs(step)
        if inward:
            work, stand = stand, work
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
            yield Miss(
                before.start, "plié on the flat foot", f"{foot(stand)} knee bends {BENT:.0f}, heel down", "never"
            )
        asked = (step.height or 80.0) - 2 * HEIGHT
        lift = float(f.lift[before, work].max())
        if lift < asked:
            yield Miss(before.start, "the leg opens", f">= {asked:.0f} degrees", f"{lift:.0f} degrees")
        way = np.abs(f.bearing[before, work])
        high, low = f.lift[before, work] >= asked, f.lift[before, work] >= 30.0
        aside = np.flatnonzero(high & (np.abs(way - 90.0) <= 40.0))
        if not len(aside):
            yield Miss(before.start, "through the side", f"{foot(work)} leg out to the side", "never")
        else:
            ahead = (low & (way <= 45.0))[: int(aside[0]) + 1].any()
            if ahead and not front_first and (high & (way <= 45.0))[: int(aside[0]) + 1].any():
                yield Miss(before.start, "opens straight to the side", f"{foot(work)} leg not before her", "it was")
            if front_first and not ahead:
                yield Miss(before.start, "opens to the front first", f"{foot(work)} leg before her", "never")
        yield from turned(f, step, span.start, span.stop - 1, way=_way(step))
        got = abs(float(f.yaw[fall] - f.yaw[rise]))
        least = 360.0 * (step.turns or 1) - 150.0
        if got < least:
            yield Miss(fall, "turned on one leg", f">= {least:.0f} degrees", f"{got:.0f} degrees")
        if f.on[slice(rise, fall), work].any():
            yield Miss(rise, "on one leg", f"{foot(work)} foot off the floor", "it touches")
        yield from _on_tip(f, step, stand, slice(rise, fall + 1))
        if not inward:
            yield from _closes_behind(f, step, fall)

    return check


Pose = Callable[[Figure, int, StepSpan], NDArray[np.bool_]]
"""Whether the free leg has a position, at every sample."""


def _at_knee(f: Figure, free: int, step: StepSpan) -> NDArray[np.bool_]:
    del step
    return at_retire(f, free)


def _low(f: Figure, free: int, step: StepSpan) -> NDArray[np.bool_]:
    """The toe at the ankle or the lower shin, and not at the knee."""
    del step
    return np.asarray(at_ankle(f, free) & ~at_retire(f, free) & ~f.on[:, free])


def _beside(f: Figure, free: int, step: StepSpan) -> NDArray[np.bool_]:
    """Straight and to the side, as high as asked."""
    out = np.abs(np.abs(f.bearing[:, free]) - 90.0) <= 40.0
    return np.asarray(out & (f.lift[:, free] >= (step.height or 90.0) - 2 * HEIGHT) & (f.stretch[:, free] >= 160.0))


def _behind(f: Figure, free: int) -> NDArray[np.bool_]:
    return np.asarray(np.abs(f.bearing[:, free]) >= 110.0)


def _in_arabesque(f: Figure, free: int, step: StepSpan) -> NDArray[np.bool_]:
    """Straight behind her, as high as asked."""
    high = f.lift[:, free] >= (step.height or 90.0) - 2 * HEIGHT
    return np.asarray(_behind(f, free) & high & (f.stretch[:, free] >= 160.0))


def _in_attitude(f: Figure, free: int, step: StepSpan) -> NDArray[np.bool_]:
    """Bent behind her, the thigh well up."""
    del step
    bent = (f.stretch[:, free] >= 75.0) & (f.stretch[:, free] <= 155.0)
    return np.asarray(_behind(f, free) & (f.thigh_lift[:, free] >= 55.0) & bent)


def _held(f: Figure, pose: Pose, free: int, step: StepSpan, window: slice, share: float) -> Iterator[Miss]:
    there = pose(f, free, step)[window]
    if there.mean() < share:
        yield Miss(
            (window.start + window.stop) // 2,
            "position while turning",
            f"{foot(free)} leg there for {100 * share:.0f} % of it",
            f"{100 * there.mean():.0f} %",
        )


def _stepped(f: Figure, stand: int, span: slice, alone: slice) -> Iterator[Miss]:
    """The standing foot was not there before: she steps onto its raised heel with the leg all but straight."""
    taken = f.takes(stand, slice(span.start, alone.start + round(0.1 * f.rate)))
    if not taken:
        yield Miss(alone.start, "steps out", f"the {foot(stand)} foot takes the weight", "it stood there already")
        return
    k = taken[-1]
    if f.stretch[k, stand] < STRAIGHT - 7.0:
        wanted = f"{foot(stand)} knee >= {STRAIGHT - 7:.0f}"
        yield Miss(k, "steps onto a straight leg", wanted, f"{f.stretch[k, stand]:.0f}")
    if not (f.heel_up[k, stand] or f.pointe[k, stand]):
        yield Miss(k, "steps onto pointe", f"{foot(stand)} heel up", "heel down")


def _pushed(f: Figure, stand: int, span: slice, alone: slice) -> Iterator[Miss]:
    """She springs up from plié on the leg that stands, whose foot keeps its place."""
    before = slice(max(span.start, alone.start - round(0.8 * f.rate)), alone.start + round(0.15 * f.rate))
    bend = 180.0 - float(f.stretch[before, stand].min())
    if bend < BENT:
        yield Miss(before.start, "from plié", f"{foot(stand)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if not (f.on[before, stand] & ~f.heel_up[before, stand]).any():
        yield Miss(before.start, "springs up", f"{foot(stand)} heel down before it", "up already")


def one_leg(
    pose: Pose, *, inward: bool = False, stepped: bool = False, share: float = 0.4, short: float = 150.0
) -> Check:
    """A turn to the named side on one leg, the other in a position.

    Parameters
    ----------
    pose : of the free leg, held for `share` of the time she stands alone on the raised heel
    inward : en dedans, on the leg of the named side; else on the other
    stepped : she steps onto the straight leg; else she springs up on it from plié
    short : so many degrees of the turn may be done before she is up and after she comes down
    """

    def check(f: Figure, step: StepSpan) -> Iterator[Miss]:
        work, other = legs(step)
        stand, free = (work, other) if inward else (other, work)
        span = f.span(step)
        alone = stood_on(f, stand, span)
        if alone is None:
            yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
            return
        up = np.flatnonzero(f.heel_up[alone, stand])
        if not len(up):
            yield Miss(alone.start, "up while turning", f"{foot(stand)} heel off the floor", "never")
            return
        top = slice(alone.start + int(up[0]), alone.start + int(up[-1]) + 1)
        yield from (_stepped if stepped else _pushed)(f, stand, span, alone)
        yield from turned(f, step, span.start, span.stop - 1, way=_way(step))
        got = _way(step) * float(f.yaw[top.stop - 1] - f.yaw[top.start])
        least = 360.0 * (step.turns or 1) - short
        if got < least:
            yield Miss(top.stop - 1, "turned on one leg", f">= {least:.0f} degrees", f"{got:.0f} degrees")
        yield from _on_tip(f, step, stand, top)
        yield from _held(f, pose, free, step, top, share)

    return check


def _both_up(f: Figure, step: StepSpan, span: slice) -> slice | None:
    """The longest stretch of a step in which she stands on both raised heels."""
    up = np.asarray(f.heel_up[span].all(axis=1))
    found = [(b - a, a, b) for a, b in runs(up)]
    if not found:
        return None
    _, a, b = max(found)
    return slice(span.start + a, span.start + b)


def _knees_up(f: Figure, top: slice) -> Iterator[Miss]:
    middle = (top.start + top.stop) // 2
    for side in (0, 1):
        if f.stretch[middle, side] < STRAIGHT - 4.0:
            yield Miss(middle, "straight on the tips", f"{foot(side)} knee straight", f"{f.stretch[middle, side]:.0f}")


def _feet_change(f: Figure, step: StepSpan, a: int, b: int) -> Iterator[Miss]:
    """The named foot, behind at the one sample, is in front at the other."""
    work, _ = legs(step)
    for k, wanted in ((a, 1 - work), (b, work)):
        if in_front(f, k) != wanted:
            yield Miss(k, "the feet change places", f"{foot(wanted)} in front", f"{foot(1 - wanted)} in front")


def soutenu(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One leg opens and closes before the other on the tips; she turns once and unwinds to the other foot in front."""
    work, other = legs(step)
    span = f.span(step)
    top = _both_up(f, step, span)
    if top is None:
        yield Miss(f.at(step.accent), "on both tips", "both heels up together", "never")
        return
    before = slice(span.start, top.start + 1)
    wide = (~f.on[before, other]) & (f.apart[before] > 0.35)
    if not wide.any():
        yield Miss(before.start, "the leg opens", f"{foot(other)} foot goes out to the side", "it stays near")
    if 180.0 - f.stretch[before, work].min() < BENT:
        bend = 180.0 - float(f.stretch[before, work].min())
        yield Miss(before.start, "from plié", f"{foot(work)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    yield from turned(f, step, span.start, span.stop - 1, way=_way(step))
    both = lean_of_turn(f, top.start, top.stop - 1) * _way(step)
    if both < 120.0:
        yield Miss(top.start, "turns on both feet", ">= 120 degrees", f"{both:.0f} degrees")
    yield from _feet_change(f, step, top.start, span.stop - 1)
    yield from _knees_up(f, top)
    yield from fifth(f, span.stop - 1, "ends in fifth")


def detourne(turn: float) -> Check:
    """On both tips she turns toward the back foot, which comes to the front; the feet never open."""

    def check(f: Figure, step: StepSpan) -> Iterator[Miss]:
        span = f.span(step)
        top = _both_up(f, step, span)
        if top is None:
            yield Miss(f.at(step.accent), "on both tips", "both heels up together", "never")
            return
        got = lean_of_turn(f, span.start, span.stop - 1) * _way(step)
        if abs(got - turn) > TURN:
            yield Miss(span.stop - 1, "turn completed", f"{turn:+.0f} degrees", f"{got:+.0f} degrees")
        if f.apart[span].max() > CLOSED:
            k = span.start + int(f.apart[span].argmax())
            yield Miss(k, "the feet stay together", f"<= {100 * CLOSED:.0f} cm apart", f"{100 * f.apart[k]:.0f} cm")
        yield from _feet_change(f, step, span.start, span.stop - 1)
        yield from _knees_up(f, top)
        yield from fifth(f, span.stop - 1, "ends in fifth")

    return check


def italian_fouette(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The leg thrown before her from plié is behind her in attitude once she has turned, the heel up meanwhile."""
    stand, free = legs(step)
    span = f.span(step)
    asked = (step.height or 90.0) - 2 * HEIGHT
    ahead = (f.lift[span, free] >= asked) & (np.abs(f.bearing[span, free]) <= 45.0) & (f.stretch[span, free] >= 155.0)
    behind = _in_attitude(f, free, step)[span] & f.heel_up[span, stand]
    if not ahead.any():
        yield Miss(
            f.at(step.accent), "thrown to the front", f"{foot(free)} leg {asked:.0f} degrees before her", "never"
        )
        return
    k = int(ahead.argmax())
    if not behind[k:].any():
        yield Miss(span.start + k, "left behind in attitude", f"{foot(free)} leg, {foot(stand)} heel up", "never")
        return
    last = k + int(np.flatnonzero(behind[k:])[-1])
    before = slice(span.start, span.start + k + 1)
    if (f.stretch[before, stand] > 180.0 - BENT).all():
        bend = 180.0 - float(f.stretch[before, stand].min())
        yield Miss(before.start, "from plié", f"{foot(stand)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if f.on[span.start + k : span.start + last, free].any():
        yield Miss(span.start + k, "on one leg", f"{foot(free)} foot off the floor", "it touches")
    got = _way(step) * lean_of_turn(f, span.start + k, span.start + last)
    if got < 180.0:
        yield Miss(span.start + last, "turned on one leg", ">= 180 degrees", f"{got:.0f} degrees")
    yield from turned(f, step, span.start, span.stop - 1, way=_way(step))


def chaines(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On raised heels, feet close, half a turn to each foot that takes the weight, along a line, named foot first."""
    work, _ = legs(step)
    span = f.span(step)
    halves = 2 * (step.turns or 1)
    steps = [c for c in carries(f, slice(f.at(step.accent - 0.1), span.stop))]
    if steps and steps[0][0] != work:
        steps = steps[1:]
    if len(steps) < halves + 1 or any(a[0] == b[0] for a, b in pairwise(steps)):
        yield Miss(f.at(step.accent), "half turns", f">= {halves + 1} feet take the weight in turn", f"{len(steps)}")
        return
    a, b = steps[0][1], steps[halves][1]
    up = (f.heel_up[a:b] | ~f.on[a:b]).all(axis=1)
    if up.mean() < 0.9:
        yield Miss(a, "up while turning", "heels off the floor", f"{100 * up.mean():.0f} % of the time")
    for side in (0, 1):
        soft = float(np.median(f.stretch[a:b, side]))
        if soft < 160.0:
            yield Miss(a, "straight legs", f"{foot(side)} knee >= 160", f"{soft:.0f} degrees")
    if f.apart[a:b].max() > 0.45:
        k = a + int(f.apart[a:b].argmax())
        yield Miss(k, "feet close together", "<= 45 cm apart", f"{100 * f.apart[k]:.0f} cm")
    for (_, k, _), (_, j, _) in pairwise(steps[: halves + 1]):
        half = _way(step) * lean_of_turn(f, k, j)
        if not 90.0 <= half <= 270.0:
            yield Miss(j, "half a turn to a step", "about 180 degrees", f"{half:.0f} degrees")
    far = float(np.linalg.norm(f.track.com[b, :2] - f.track.com[a, :2]))
    if far < 0.12 * halves:
        yield Miss(b, "along a line", f">= {12 * halves} cm", f"{100 * far:.0f} cm")
    yield from turned(f, step, span.start, span.stop - 1, way=_way(step))


CHECKS: dict[str, Check] = {
    "pirouette_en_dehors": pirouette_en_dehors,
    "pirouette_en_dedans": one_leg(_at_knee, inward=True),
    "pirouette_sur_le_cou_de_pied": one_leg(_low),
    "tour_a_la_seconde": one_leg(_beside),
    "grande_pirouette_attitude": one_leg(_in_attitude),
    "grande_pirouette_attitude_en_dedans": one_leg(_in_attitude, inward=True),
    "grande_pirouette_arabesque": one_leg(_in_arabesque, inward=True),
    "pique_turn": pique_turn,
    "pique_turn_en_dehors": one_leg(_at_knee, stepped=True),
    "pique_attitude_turn": one_leg(_in_attitude, inward=True, stepped=True),
    "pique_arabesque_turn": one_leg(_in_arabesque, inward=True, stepped=True),
    "fouette_turn": fouette(front_first=True),
    "fouette_vaganova": fouette(),
    "fouette_en_dedans": fouette(inward=True),
    "fouette_italien": italian_fouette,
    "chaines": chaines,
    "soutenu_en_tournant": soutenu,
    "demi_detourne": detourne(180.0),
    "detourne": detourne(360.0),
}
"""By entry."""
