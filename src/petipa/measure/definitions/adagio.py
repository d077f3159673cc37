"""Slow steps of the centre: what glides and takes the weight, what turns slowly, what bends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    HEIGHT,
    POINTED,
    STRAIGHT,
    TURN,
    Check,
    Miss,
    at_retire,
    both_hands,
    carries,
    dwelt,
    fifth,
    foot,
    in_front,
    lean_of_turn,
    legs,
    named_way,
    straight,
    turned,
    wrapped,
)
from petipa.measure.figure import Figure, first
from petipa.motion.model import StepSpan

Bools = NDArray[np.bool_]

FACED = 4.0
"""She faces as it is danced within this [degrees]."""
PIVOT = 0.03
"""The place a foot turns on stays within this [m]."""


def _on_the_floor(f: Figure, step: StepSpan) -> Iterator[Miss]:
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def temps_lie(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The named toe glides out over a bent knee, both knees bend, and she comes up onto the named leg."""
    work, other = legs(step)
    span = f.span(step)
    yield from _on_the_floor(f, step)
    wide = f.apart[span] > 0.25
    bent = f.stretch[span] < 180.0 - BENT
    out = wide & f.on[span, work] & bent[:, other] & (f.stretch[span, work] > 160.0) & (f.point[span, work] > 55.0)
    if not out.any():
        yield Miss(span.start, "the toe glides out", f"{foot(work)} leg stretched, {foot(other)} knee bent", "never")
        return
    a = span.start + int(out.argmax())
    through = wide & f.on[span].all(axis=1) & bent.all(axis=1) & (f.heel[span, work, 2] < 0.02)
    through[: a - span.start] = False
    if not through.any():
        yield Miss(a, "through plié", "both feet down, both knees bent, apart", "never")
        return
    b = span.start + int(through.argmax())
    arrived = wide & (f.stretch[span] >= STRAIGHT - 2.0).all(axis=1) & f.on[span, other]
    part = np.nan_to_num(f.share[span] if work else 1.0 - f.share[span])
    arrived &= (part > 0.75) & (f.point[span, other] >= POINTED) & ~f.heel_up[span, work]
    arrived[: b - span.start] = False
    there = dwelt(f, arrived, 0.08)
    if there is None:
        yield Miss(b, "up onto the leg", f"on the {foot(work)} leg, {foot(other)} toe pointed on the floor", "never")
        return
    if f.track.low[span].max() > 0.03:
        k = span.start + int(f.track.low[span].max(axis=1).argmax())
        yield Miss(k, "along the floor", "within 3 cm", f"{100 * f.track.low[span].max():.0f} cm")
    travel = float(np.linalg.norm(f.track.com[span.start + there.start, :2] - f.track.com[a, :2]))
    if travel < 0.15:
        yield Miss(span.start + there.start, "the weight travels", ">= 15 cm", f"{100 * travel:.0f} cm")


def _wanders(f: Figure, span: slice, side: int) -> float:
    """How far the place goes that a foot turns on [m]: of all from its ball to its tip, the one that goes least."""
    ball, tip = f.track.balls[span, side].mean(axis=1)[:, None, :2], f.tip[span, side, None, :2]
    places = ball + (tip - ball) * np.linspace(0.0, 1.0, 11)[:, None]
    return float(np.linalg.norm(places - places[0], axis=2).max(axis=0).min())


def promenade(f: Figure, step: StepSpan, *, half: bool = False) -> Iterator[Miss]:
    """On one flat foot with the knee straight she turns slowly; the free leg keeps its height and its knee."""
    span = f.span(step)
    part = np.nan_to_num(f.share[span])
    stand = 1 if part.mean() > 0.5 else 0
    free = 1 - stand
    if f.on[span, free].mean() > 0.2:
        yield Miss(f.at(step.accent), "on one leg", f"{foot(free)} foot off the floor", "it touches")
    if f.heel[span, stand, 2].max() > 0.05:
        k = span.start + int(f.heel[span, stand, 2].argmax())
        yield Miss(k, "on the flat foot", "heel within 5 cm of the floor", f"{100 * f.heel[k, stand, 2]:.0f} cm")
    if half:
        got = named_way(step) * lean_of_turn(f, span.start, span.stop - 1)
        if abs(got - 180.0) > TURN:
            yield Miss(span.stop - 1, "half a turn", "+180 degrees", f"{got:+.0f} degrees")
    else:
        yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    fast = float(np.abs(np.gradient(f.yaw[span]) * f.rate).max())
    if fast > 240.0:
        yield Miss(f.at(step.accent), "slowly", "<= 240 degrees a second", f"{fast:.0f}")
    moving = np.abs(f.yaw[span] - f.yaw[span.start])
    inner = np.flatnonzero((moving > 10.0) & (moving < np.abs(f.yaw[span.stop - 1] - f.yaw[span.start]) - 10.0))
    if not len(inner):
        yield Miss(f.at(step.accent), "turns", "round on one foot", "never")
        return
    a, b = span.start + int(inner[0]), span.start + int(inner[-1]) + 1
    yield from straight(f, (a + b) // 2, stand, "standing leg straight")
    stray = _wanders(f, slice(a, b), stand)
    if stray > PIVOT:
        yield Miss(a, "on the spot", f"the {foot(stand)} foot turns within 3 cm", f"{100 * stray:.1f} cm")
    for name, values in (("height", f.thigh_lift[a:b, free]), ("knee", f.stretch[a:b, free])):
        if np.ptp(values) > 25.0:
            yield Miss(a, "the free leg keeps its place", f"{name} within 25 degrees", f"{np.ptp(values):.0f} degrees")
    if max(f.thigh_lift[a:b, free].min(), f.lift[a:b, free].min()) < 45.0:
        yield Miss(a, "the free leg is up", ">= 45 degrees", f"{f.thigh_lift[a:b, free].min():.0f} degrees")


def releve_developpe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From plié to one tip by way of the knee, and the leg unfolds to its height while she stands there."""
    work, stand = legs(step)
    span = f.span(step)
    asked = (step.height or 90.0) - HEIGHT
    tip = f.pointe[span, stand] & ~f.on[span, work] & (f.stretch[span, stand] >= STRAIGHT - 2.0)
    out = tip & (f.lift[span, work] >= asked) & (f.stretch[span, work] >= STRAIGHT)
    up = dwelt(f, out)
    if up is None:
        yield Miss(
            f.at(step.accent), "unfolded on the tip", f"{foot(work)} leg >= {asked:.0f} degrees, straight", "never"
        )
        return
    a = span.start + up.start
    by = at_retire(f, work)[span.start : a]
    if not by.any():
        yield Miss(span.start, "passes the knee", f"{foot(work)} toe at the knee", "never")
    bend = 180.0 - float(f.stretch[span.start : a, stand].min())
    if bend < BENT:
        yield Miss(span.start, "from plié", f"{foot(stand)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if not (f.on[span.start : a, stand] & ~f.heel_up[span.start : a, stand]).any():
        yield Miss(span.start, "springs up", f"{foot(stand)} heel down before it", "up already")
    if f.point[a, work] < POINTED:
        yield Miss(a, "fully pointed", f">= {POINTED:.0f} degrees", f"{f.point[a, work]:.0f} degrees")
    yield from _on_the_floor(f, step)


def _hands_and_head(f: Figure, span: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both hands (n, 2, 3) and the head (n, 3)."""
    return both_hands(f, span), f.track.p[span, f.track.skeleton.index("head")]


def _feet_stay(f: Figure, step: StepSpan, span: slice) -> Iterator[Miss]:
    """The feet stay where they are, once they stand as the facing in which it is danced has them."""
    round_ = first(np.array([abs(wrapped(float(yaw) - step.facing)) <= FACED for yaw in f.yaw[span]]), span.start)
    span = slice(span.start if round_ is None else round_ + round(0.1 * f.rate), span.stop)
    stray = float(np.linalg.norm(f.tip[span, :, :2] - f.tip[span.start, :, :2], axis=2).max())
    if stray > 0.03:
        yield Miss(span.start, "the feet stay", "within 3 cm", f"{stray * 100:.0f} cm")


def _bend(f: Figure, span: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the neck is before the pelvis and to her left of it [m]."""
    way = (f.track.p[span, f.track.skeleton.index("neck")] - f.track.p[span, 0])[:, :2]
    ahead = f.ahead[span]
    return (way * ahead).sum(axis=1), (way * np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)).sum(axis=1)


def _upright_legs(f: Figure, step: StepSpan) -> Iterator[Miss]:
    for side in (0, 1):
        yield from straight(f, f.at(step.accent), side, "knees straight", 165.0)


def port_de_bras_2(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One hand overhead and the other beside her change places; the other side's hand is up first."""
    work, other = legs(step)
    span = f.span(step)
    yield from _feet_stay(f, step, span)
    hands, head = _hands_and_head(f, span)
    high = hands[..., 2] > head[:, None, 2] + 0.05
    sides = [high[:, other] & ~high[:, work], high[:, work] & ~high[:, other]]
    held = [dwelt(f, np.asarray(mask), 0.08) for mask in sides]
    for mask, side in zip(held, (other, work), strict=True):
        if mask is None:
            yield Miss(f.at(step.accent), "one hand up", f"the {foot(side)} hand alone overhead", "never")
    if held[0] is not None and held[1] is not None and held[0].start > held[1].start:
        yield Miss(f.at(step.accent), "which hand first", foot(other), foot(work))
    if f.tilt[span].max() > 20.0:
        yield Miss(f.at(step.accent), "the body stays up", "within 20 degrees", f"{f.tilt[span].max():.0f} degrees")


def port_de_bras_3(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Far forward, up with the hands overhead, back, and upright, the knees straight and the feet still."""
    span = slice(f.at(step.accent - 0.6), f.span(step).stop)
    yield from _feet_stay(f, step, span)
    yield from _upright_legs(f, step)
    fore, aside = _bend(f, span)
    if fore.max() < 0.3:
        yield Miss(f.at(step.accent), "bends forward", "the neck 30 cm before her", f"{100 * fore.max():.0f} cm")
    low = int(fore.argmax())
    if fore[low:].min() > -0.12:
        yield Miss(span.start + low, "then back", "the neck 12 cm behind", f"{-100 * fore[low:].min():.0f} cm")
    if np.abs(aside).max() > 0.2:
        yield Miss(span.start, "forward and back", "no side bend", f"{100 * np.abs(aside).max():.0f} cm")
    hands, head = _hands_and_head(f, span)
    if not (hands[low:, :, 2].min(axis=1) > head[low:, 2]).any():
        yield Miss(span.start + low, "comes up with the arms", "both hands over the head", "never")
    if f.tilt[span.stop - 1] > 15.0:
        yield Miss(span.stop - 1, "comes upright", "within 15 degrees", f"{f.tilt[span.stop - 1]:.0f} degrees")
    back = span.start + low + int(fore[low:].argmin())
    turn = named_way(step) * float(f.head_yaw[back] - f.yaw[back])
    if turn < 10.0:
        yield Miss(back, "looks to the named side", ">= 10 degrees", f"{turn:.0f} degrees")


def _named_front(f: Figure, k: int, work: int) -> Iterator[Miss]:
    if f.on[k].all() and abs(f.front[k]) > 0.03 and in_front(f, k) != work:
        yield Miss(k, "front foot", foot(work), foot(1 - work))


def _twist(f: Figure, span: slice, step: StepSpan) -> NDArray[np.float64]:
    """How far the chest is turned from the hips toward the named side [degrees]."""
    return named_way(step) * (f.chest_yaw[span] - f.yaw[span])


def _arch(f: Figure, span: slice) -> NDArray[np.float64]:
    """How far the chest looks up [degrees]."""
    chest = f.track.R[span, f.track.skeleton.index("chest"), 2, 0]
    return np.asarray(np.degrees(np.arcsin(np.clip(chest, -1.0, 1.0))))


def port_de_bras_4(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The other side's hand goes from overhead behind her, the trunk turned after it and arched, and up again."""
    work, other = legs(step)
    span = f.span(step)
    yield from _feet_stay(f, step, span)
    yield from _upright_legs(f, step)
    hands, head = _hands_and_head(f, span)
    high = hands[..., 2] > head[:, None, 2] + 0.05
    alone = np.asarray(high[:, other] & ~high[:, work])
    k = f.at(step.accent) - span.start
    for when, part in (("first", alone[:k]), ("at the end again", alone[k:])):
        if dwelt(f, part, 0.08) is None:
            yield Miss(f.at(step.accent), f"one hand up {when}", f"the {foot(other)} hand alone overhead", "never")
    fore = ((hands - f.hip[span].mean(axis=1)[:, None])[..., :2] * f.ahead[span][:, None]).sum(axis=-1)
    line = (fore[:, work] >= 0.3) & (fore[:, other] <= -0.15)
    turn, arch = -_twist(f, span, step), _arch(f, span)
    look = named_way(step) * (f.head_yaw[span] - f.yaw[span])
    held = dwelt(f, np.asarray(line & (turn >= 25.0) & (arch >= 12.0) & (look >= 15.0)))
    if held is None:
        at = int(np.where(line, turn, -180.0).argmax())
        yield Miss(span.start + at, "turns after the arm", "away from the named side 25", f"{turn[at]:.0f} degrees")
        yield Miss(span.start + at, "arches", "the chest 12 degrees up", f"{arch[at]:.0f} degrees")
        yield Miss(span.start + at, "looks over the shoulder", f">= 15 to the {foot(work)}", f"{look[at]:.0f} degrees")
        got = f"{100 * fore[at, work]:.0f} and {100 * fore[at, other]:.0f} cm"
        yield Miss(span.start + at, "one arm before her, one behind", "30 cm before, 15 cm behind", got)
    if f.tilt[span.stop - 1] > 15.0 or abs(turn[-1]) > 15.0:
        got = f"{f.tilt[span.stop - 1]:.0f} and {turn[-1]:.0f} degrees"
        yield Miss(span.stop - 1, "comes upright", "within 15 degrees, not turned", got)


def _circle(f: Figure, step: StepSpan, span: slice) -> Iterator[Miss]:
    fore, left = _bend(f, span)
    aside = -named_way(step) * left  # away from the named side
    places = {"forward": fore, "to the other side": aside, "back": -fore, "to the named side": -aside}
    least = {"forward": 0.3, "to the other side": 0.15, "back": 0.1, "to the named side": 0.1}
    at = -1
    for name, values in places.items():
        there = np.flatnonzero(values >= least[name])
        there = there[there > at]
        if not len(there):
            yield Miss(f.at(step.accent), "round in a circle", name, f"{100 * values.max():.0f} cm at most")
            return
        at = int(there[0])


def port_de_bras_5(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Forward, to the other side, back, to the named side and upright: a circle."""
    span = slice(f.at(step.accent - 0.6), f.span(step).stop)
    yield from _feet_stay(f, step, span)
    yield from _upright_legs(f, step)
    yield from _circle(f, step, span)
    if f.tilt[span.stop - 1] > 15.0:
        yield Miss(span.stop - 1, "comes upright", "within 15 degrees", f"{f.tilt[span.stop - 1]:.0f} degrees")


def adage_fouette(f: Figure, step: StepSpan, *, outward: bool = False) -> Iterator[Miss]:
    """A leg raised over plié; up on the foot she turns half about under it: from before to behind her, or outward."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _on_the_floor(f, step)
    asked = (step.height or 85.0) - 2 * HEIGHT
    off = np.abs(f.bearing[span, work])
    fore, aft = (180.0 - off, off) if outward else (off, 180.0 - off)
    begins, ends = ("behind", "before") if outward else ("before", "behind")
    low = (f.stretch[span, stand] < 180.0 - BENT) & ~f.heel_up[span, stand]
    raised = (f.lift[span, work] >= 45.0) & (fore <= 45.0) & low
    if not raised.any():
        yield Miss(span.start, f"{begins} her over plié", f"{foot(work)} leg up, {foot(stand)} knee bent", "never")
        return
    a = int(np.flatnonzero(raised)[-1])
    left = (f.lift[span, work] >= asked) & (f.stretch[span, work] >= 160.0) & f.heel_up[span, stand]
    left &= (aft <= 40.0) & (f.stretch[span, stand] >= STRAIGHT - 4.0)
    left[:a] = False
    there = dwelt(f, left, 0.08)
    if there is None:
        yield Miss(span.start + a, f"left {ends} her", f"{foot(work)} leg up, {foot(stand)} heel up", "never")
        return
    if f.on[span.start + a : span.start + there.start, work].any() or not f.on[span, stand].all():
        yield Miss(span.start + a, "on one foot", f"{foot(stand)} foot on the floor alone", "no")
    way = named_way(step) if outward else -named_way(step)
    got = way * lean_of_turn(f, span.start + a, span.start + there.stop - 1)
    if abs(got - 180.0) > 2 * TURN:
        yield Miss(span.start + there.start, "half a turn under the leg", "180 degrees", f"{got:.0f} degrees")
    leg = (f.ankle - f.hip)[[span.start + a, span.start + there.start], work, :2]
    points = np.degrees(np.arctan2(leg[:, 1], leg[:, 0]))
    moved = abs(wrapped(float(points[1] - points[0])))
    if moved > 60.0:
        yield Miss(
            span.start + there.start, "the leg stays where it points", "within 60 degrees", f"{moved:.0f} degrees"
        )


def grand_port_de_bras(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Over the bent front leg, the other stretched behind on its toe, the body goes round in a circle."""
    work, other = legs(step)
    span = slice(f.at(step.accent), f.span(step).stop)
    bent = f.stretch[span, work] <= 180.0 - BENT
    behind = (np.abs(f.bearing[span, other]) >= 140.0) & (f.stretch[span, other] >= STRAIGHT - 4.0)
    lunge = bent & behind & f.on[span].all(axis=1) & (f.apart[span] >= 0.5) & ~f.heel_up[span, work]
    held = dwelt(f, np.asarray(lunge), 0.5 * (step.t1 - step.accent))
    if held is None:
        got = f"{100 * lunge.mean():.0f} of 100 parts of it"
        yield Miss(f.at(step.accent), "in a lunge", f"{foot(work)} knee bent, {foot(other)} leg far behind", got)
        return
    yield from _circle(f, step, slice(f.at(step.accent - 0.3), span.start + held.stop))
    end = span.stop - 1
    if f.tilt[end] > 15.0:
        yield Miss(end, "comes upright", "within 15 degrees", f"{f.tilt[end]:.0f} degrees")
    tall = span.start + held.stop + int(f.stretch[span, work][held.stop :].argmax())
    yield from straight(f, tall, work, "rises out of the lunge")
    hands, head = _hands_and_head(f, span)
    over = hands[: held.stop] - head[: held.stop, None]
    axis = f.track.p[span, f.track.skeleton.index("neck")][: held.stop] - f.track.p[span, 0][: held.stop]
    along = (over * (axis / np.linalg.norm(axis, axis=1, keepdims=True))[:, None]).sum(axis=-1)
    if (along > 0.0).all(axis=1).mean() < 0.8:
        yield Miss(f.at(step.accent), "the arms go with the body", "both hands beyond the head", "not all the way")


def port_de_bras_6(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Low forward over the bent front leg, back onto the other and bent to its side and back, into fourth in plié."""
    work, other = legs(step)
    span = f.span(step)
    yield from _on_the_floor(f, step)
    fore, left = _bend(f, span)
    aside = -named_way(step) * left  # away from the named side
    hands, head = _hands_and_head(f, span)
    part = np.nan_to_num(f.share[span] if other else 1.0 - f.share[span])
    high, long = hands[:, work, 2] > head[:, 2], f.stretch[span] >= STRAIGHT - 4.0
    behind, before = np.abs(f.bearing[span, other]) >= 140.0, np.abs(f.bearing[span, work]) <= 40.0
    lunge = (part <= 0.25) & (f.stretch[span, work] <= 180.0 - BENT) & long[:, other] & behind & f.on[span, other]
    back = (part >= 0.75) & long.all(axis=1) & before & f.on[span, work] & (f.point[span, work] >= POINTED) & high
    fourth = f.on[span].all(axis=1) & (f.stretch[span] <= 180.0 - BENT).all(axis=1) & (f.apart[span] > 0.2)
    fourth &= (f.tilt[span] <= 15.0) & ~f.heel_up[span, work]
    places: dict[str, NDArray[np.bool_]] = {
        f"low forward over the {foot(work)} leg": lunge & (fore >= 0.25),
        f"bent to the side over the {foot(other)} leg": back & (aside >= 0.12),
        f"bent back over the {foot(other)} leg": back & (fore <= -0.1),
        "in fourth, both knees bent": fourth,
    }
    at = 0
    for name, mask in places.items():
        there = np.flatnonzero(mask[at:])
        if not len(there):
            yield Miss(span.start + at, "one after the other", name, "never")
            return
        at += int(there[0])
    yield from _named_front(f, span.start + at, work)


def pique_developpe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Straight onto one tip; there the other foot passes the knee and the leg unfolds to its height."""
    stand, work = legs(step)
    span = f.span(step)
    taken = f.takes(stand, span)
    if not taken:
        yield Miss(f.at(step.accent), "steps out", f"the {foot(stand)} foot takes the weight", "it stood there already")
        return
    k = taken[0]
    if f.stretch[k, stand] < STRAIGHT - 7.0 or not f.heel_up[k, stand]:
        yield Miss(k, "steps up onto a straight leg", f"{foot(stand)} knee", f"{f.stretch[k, stand]:.0f} degrees")
    asked = (step.height or 90.0) - HEIGHT
    tip = f.pointe[span, stand] & ~f.on[span, work] & (f.stretch[span, stand] >= STRAIGHT - 2.0)
    up = dwelt(f, tip & (f.lift[span, work] >= asked) & (f.stretch[span, work] >= STRAIGHT), 0.08)
    if up is None:
        yield Miss(
            f.at(step.accent), "unfolded on the tip", f"{foot(work)} leg >= {asked:.0f} degrees, straight", "never"
        )
        return
    by = at_retire(f, work)[span] & tip
    if not by[: up.start].any():
        yield Miss(span.start + up.start, "by way of the knee", f"{foot(work)} toe at the knee on the tip", "never")


def renverse(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From the front over the side to attitude on a raised heel, bent back, then three steps round to fifth."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _on_the_floor(f, step)
    ahead = (f.lift[span, work] >= 40.0) & (np.abs(f.bearing[span, work]) <= 50.0) & (f.stretch[span, work] >= 150.0)
    side = np.abs(np.abs(f.bearing[span, work]) - 90.0) <= 30.0
    behind = (np.abs(f.bearing[span, work]) >= 110.0) & (f.thigh_lift[span, work] >= 55.0)
    behind &= (f.stretch[span, work] <= 155.0) & f.heel_up[span, stand] & ~f.on[span, work]
    places = (("before her", ahead), ("over the side", side & (f.lift[span, work] >= 50.0)), ("in attitude", behind))
    at = 0
    for name, mask in places:
        there = np.flatnonzero(mask[at:])
        if not len(there):
            yield Miss(span.start + at, "sweeps round", f"{foot(work)} leg {name}", "never")
            return
        at += int(there[0])
    aloft = np.flatnonzero(behind)
    chest = f.track.R[span, f.track.skeleton.index("chest"), 2, 0]
    arched = float(np.degrees(np.arcsin(np.clip(chest[aloft], -1.0, 1.0))).max())
    if arched < 10.0:
        yield Miss(span.start + at, "bends back", "the chest 10 degrees back", f"{arched:.0f} degrees")
    rest = slice(span.start + int(aloft[-1]), span.stop)
    order = [side for side, _, _ in carries(f, rest)]
    row = "".join(map(str, order))
    if f"{work}{stand}" not in row:
        yield Miss(rest.start, "into a pas de bourrée", f"{foot(work)}, {foot(stand)}", ", ".join(map(foot, order)))
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    yield from fifth(f, span.stop - 1, "closes in fifth")
    yield from _named_front(f, span.stop - 1, work)


CHECKS: dict[str, Check] = {
    "renverse": renverse,
    "port_de_bras_2": port_de_bras_2,
    "port_de_bras_3": port_de_bras_3,
    "port_de_bras_4": port_de_bras_4,
    "grand_port_de_bras": grand_port_de_bras,
    "port_de_bras_6": port_de_bras_6,
    "port_de_bras_5": port_de_bras_5,
    "adage_fouette": adage_fouette,
    "adage_fouette_en_dehors": partial(adage_fouette, outward=True),
    "promenade": promenade,
    "demi_promenade": partial(promenade, half=True),
    "pique_developpe": pique_developpe,
    "temps_lie": temps_lie,
    "releve_developpe": releve_developpe,
}
"""By entry."""
