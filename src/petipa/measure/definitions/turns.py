"""Turns: which leg stands, which way, how far, and where the working foot is meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    CLOSED,
    DWELL,
    HEIGHT,
    LONG,
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
    landing,
    lean_of_turn,
    leaving,
    legs,
    named_way,
    steps_up,
    stood_on,
    the_hop,
    turned,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import runs
from petipa.motion.model import StepSpan


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
    yield from turned(f, step, span.start, min(span.stop - 1, alone.stop + round(0.25 * f.rate)), way=named_way(step))
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
    yield from steps_up(f, stand, span.start, alone.start)
    yield from turned(f, step, span.start, min(span.stop - 1, alone.stop + round(0.1 * f.rate)), way=named_way(step))
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
            # A leg that is held before her as she begins goes to the side from there.
            held = bool(low[0] and way[0] <= 45.0)
            if ahead and not front_first and not held and (high & (way <= 45.0))[: int(aside[0]) + 1].any():
                yield Miss(before.start, "opens straight to the side", f"{foot(work)} leg not before her", "it was")
            if front_first and not ahead:
                yield Miss(before.start, "opens to the front first", f"{foot(work)} leg before her", "never")
        yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
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
        if stepped:
            yield from steps_up(f, stand, span.start, alone.start)
        else:
            yield from _pushed(f, stand, span, alone)
        yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
        got = named_way(step) * float(f.yaw[top.stop - 1] - f.yaw[top.start])
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
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    both = lean_of_turn(f, top.start, top.stop - 1) * named_way(step)
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
        got = lean_of_turn(f, span.start, span.stop - 1) * named_way(step)
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
    got = named_way(step) * lean_of_turn(f, span.start + k, span.start + last)
    if got < 180.0:
        yield Miss(span.start + last, "turned on one leg", ">= 180 degrees", f"{got:.0f} degrees")
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))


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
        half = named_way(step) * lean_of_turn(f, k, j)
        if not 90.0 <= half <= 270.0:
            yield Miss(j, "half a turn to a step", "about 180 degrees", f"{half:.0f} degrees")
    far = float(np.linalg.norm(f.track.com[b, :2] - f.track.com[a, :2]))
    if far < 0.12 * halves:
        yield Miss(b, "along a line", f">= {12 * halves} cm", f"{100 * far:.0f} cm")
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))


def _continued(f: Figure, step: StepSpan) -> int:
    """The way of a step that turns on as it began: +1 to her left, toward the side of the first of its row."""
    steps = f.track.motion.steps
    k = next(k for k, other in enumerate(steps) if other is step or other == step)
    while k > 0 and steps[k - 1].entry == step.entry:
        k -= 1
    return named_way(steps[k])


def _half(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Half a turn over the whole step, on the way the row began."""
    span = f.span(step)
    got = _continued(f, step) * lean_of_turn(f, span.start, span.stop - 1)
    if abs(got - 180.0) > TURN:
        yield Miss(span.stop - 1, "half a turn", "+180 degrees", f"{got:+.0f} degrees")


def _carried_by(f: Figure, step: StepSpan, wanted: tuple[int, ...]) -> Iterator[Miss]:
    """The feet take the weight in this order, some time in the step."""
    got = [c[0] for c in carries(f, f.span(step))]
    row = "".join(map(str, got))
    if "".join(map(str, wanted)) not in row:
        names = ("left", "right")
        yield Miss(
            f.at(step.accent),
            "feet in turn",
            ", ".join(names[w] for w in wanted),
            ", ".join(names[g] for g in got) or "none",
        )


def pas_de_bourree_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up behind, up beside, down in front, and once round: three steps, the named foot's first."""
    work, other = legs(step)
    span = f.span(step)
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")
    yield from _carried_by(f, step, (work, other))
    for side in (work, other):
        up = f.heel_up[span, side] & (f.weight[span] == side) & (f.stretch[span, side] >= 160.0)
        if up.sum() < 0.03 * f.rate:
            yield Miss(span.start, "up on the ball", f"{foot(side)} foot, its knee straight", "never")
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    last = span.stop - 1
    yield from fifth(f, last, "closes in fifth")
    if in_front(f, last) != work:
        yield Miss(last, "closes in front", f"{foot(work)} in front", f"{foot(other)} in front")
    down = 180.0 - float(f.stretch[f.at(step.accent) : span.stop].min())
    if down < BENT:
        yield Miss(last, "down in plié", f"knees bend {BENT:.0f}", f"{down:.0f} degrees")


def glissade_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One foot opens and takes the weight, the other closes; she goes to the named side and once round."""
    work, other = legs(step)
    span = f.span(step)
    taken = f.takes(work, span)
    if not taken:
        yield Miss(f.at(step.accent), "the weight goes over", f"onto the {foot(work)} foot", "never")
        return
    if not (~f.on[span.start : taken[0] + 1, work]).any():
        yield Miss(span.start, "opens first", f"{foot(work)} foot leaves the floor", "never")
    if not (~f.on[taken[0] : span.stop, other]).any():
        yield Miss(taken[0], "closes second", f"{foot(other)} foot leaves the floor", "never")
    before, after = f.ahead[span.start], f.track.com[span.stop - 1, :2] - f.track.com[span.start, :2]
    aside = float(after[1] * before[0] - after[0] * before[1]) * named_way(step)
    if aside < 0.15:
        yield Miss(span.stop - 1, "goes to the side", ">= 15 cm", f"{100 * aside:.0f} cm")
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    yield from fifth(f, span.stop - 1, "closes in fifth")


def balance_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Down, up behind, down: the named foot, the other, the named foot, while she turns half about."""
    work, other = legs(step)
    for hop in f.hops(step):
        if hop.t1 - hop.t0 > 0.12:
            yield Miss(f.at(hop.t0), "no leap", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")
    yield from _carried_by(f, step, (work, other, work))
    span = slice(f.at(step.accent), f.span(step).stop)
    up = f.heel_up[span, other] & (f.weight[span] == other)
    if not up.any():
        yield Miss(span.start, "up behind", f"{foot(other)} heel up with the weight", "never")
    bend = 180.0 - float(f.stretch[span, work].min())
    if bend < BENT:
        yield Miss(span.start, "down into plié", f"{foot(work)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    yield from _half(f, step)


def emboite_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From foot to foot with half a turn in the air, the free foot low and bent before her as she lands."""
    work, other = legs(step)
    hop, missing = the_hop(f, step)
    yield from missing
    if hop is None:
        return
    if landing(f, hop) != (work,):
        yield Miss(f.at(hop.t1), "lands on one foot", foot(work), "and ".join(map(foot, landing(f, hop))) or "none")
    if other not in leaving(f, hop):
        yield Miss(f.at(hop.t0), "springs from", foot(other), "and ".join(map(foot, leaving(f, hop))) or "none")
    flown = _continued(f, step) * lean_of_turn(f, f.at(hop.t0), f.at(hop.t1))
    if flown < 80.0:
        yield Miss(f.at(hop.t1), "turns in the air", ">= 80 degrees", f"{flown:.0f} degrees")
    k = f.at(hop.t1)
    window = slice(k, min(k + round(0.12 * f.rate), len(f.apart)))
    ahead = (f.bearing[window, other] > -80.0) & (f.bearing[window, other] < 80.0)
    bent = (f.stretch[window, other] < 150.0) & ~f.on[window, other]
    if not (ahead & bent).any():
        yield Miss(k, "free foot bent before her", f"{foot(other)} knee bent, foot in front", "not so")
    yield from _half(f, step)


def bourree_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Once round on the tips, by many small steps with the feet together."""
    span = f.span(step)
    top = _both_up(f, step, slice(f.at(step.accent - 0.1), span.stop))
    if top is None:
        yield Miss(f.at(step.accent), "on both tips", "both heels up together", "never")
        return
    whole = slice(f.at(step.accent), span.stop)
    lifted = sum(
        len([1 for a, b in runs(np.asarray(f.track.low[whole, side] > 0.001)) if b - a > 3]) for side in (0, 1)
    )
    if lifted < 6:
        yield Miss(whole.start, "many small steps", ">= 6 feet lifted", str(lifted))
    if f.apart[whole].max() > CLOSED:
        k = whole.start + int(f.apart[whole].argmax())
        yield Miss(k, "the feet stay together", f"<= {100 * CLOSED:.0f} cm apart", f"{100 * f.apart[k]:.0f} cm")
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    yield from fifth(f, span.stop - 1, "ends in fifth")


def tire_bouchon(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A pirouette whose working foot is low as she rises and at the knee before she comes down, never lower between."""
    work, stand = legs(step)
    yield from one_leg(lambda g, free, s: _low(g, free, s) | at_retire(g, free))(f, step)
    alone = stood_on(f, stand, f.span(step))
    if alone is None:
        return
    low, high = _low(f, work, step)[alone], at_retire(f, work)[alone]
    if not low.any() or not high.any():
        yield Miss(alone.start, "winds up", "from the ankle to the knee", "both" if low.any() else "never at the ankle")
    elif int(np.flatnonzero(low & f.heel_up[alone, stand])[0]) > int(np.flatnonzero(high)[0]):
        yield Miss(alone.start, "winds up", "from the ankle to the knee", "the other way")


def coupe_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot behind takes the other's place; on its ball she goes round, the other at its ankle, and down in plié."""
    free, stand = legs(step)
    span = f.span(step)
    taken = f.takes(stand, span)
    if not taken:
        wanted = f"the {foot(stand)} foot takes the weight"
        yield Miss(f.at(step.accent), "cuts under", wanted, "it stood there already")
        return
    k = taken[0]
    if f.on[k].all() and in_front(f, k) != free:
        yield Miss(k, "cuts under", f"{foot(stand)} foot behind", "in front")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")
    alone = stood_on(f, stand, slice(k, span.stop))
    if alone is None:
        yield Miss(k, "one leg stands", f"{foot(stand)} alone", "never")
        return
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    got = named_way(step) * lean_of_turn(f, alone.start, alone.stop - 1)
    if got < 180.0:
        yield Miss(alone.stop - 1, "turned on one leg", ">= 180 degrees", f"{got:.0f} degrees")
    up = f.heel_up[alone, stand] & at_ankle(f, free)[alone] & (f.stretch[alone, stand] >= LONG)
    if up.sum() < 2 * DWELL * f.rate:
        yield Miss(
            alone.start,
            "on the ball, sur le cou-de-pied",
            f"{foot(stand)} heel up, knee straight, {foot(free)} toe at the ankle for {2 * DWELL:.1f} s",
            f"{up.sum() / f.rate:.2f} s",
        )
    for a, b, rule in ((span.start, k, "from plié"), (alone.stop - 1 - round(0.3 * f.rate), span.stop, "comes down")):
        side = free if rule == "from plié" else stand
        bend = 180.0 - float(f.stretch[a : b + 1, side].min())
        if bend < BENT:
            yield Miss(a, rule, f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


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
    "pas_de_bourree_en_tournant": pas_de_bourree_en_tournant,
    "glissade_en_tournant": glissade_en_tournant,
    "balance_en_tournant": balance_en_tournant,
    "emboite_en_tournant": emboite_en_tournant,
    "bourree_en_tournant": bourree_en_tournant,
    "tire_bouchon": tire_bouchon,
    "coupe_en_tournant": coupe_en_tournant,
    "soutenu_en_tournant": soutenu,
    "demi_detourne": detourne(180.0),
    "detourne": detourne(360.0),
}
"""By entry."""
