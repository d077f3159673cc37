"""Walks and bows: how each foot comes to its step, who carries the weight, how deep she bows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    CLOSED,
    LONG,
    POINTED,
    Check,
    Miss,
    bend_on,
    both_hands,
    carries,
    foot,
    from_to,
    in_front,
    is_closed,
    jump,
    legs,
    straight,
)
from petipa.measure.figure import Figure, first
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan

DEEP = 0.12
"""Hips this much lower than when she stands are deep in a bend of both knees [m]."""
AT_CHEST = 0.32
"""A wrist no further than this from the middle of the chest has been drawn to it [m]."""
DEEP_KNEE = 60.0
"""A knee bent more than this is deep in a bend [degrees]."""
NOD = 8.0
"""A head that inclines less than this has not bowed [degrees]."""


def _steps(f: Figure, step: StepSpan) -> list[tuple[int, int]]:
    """(sample, foot) of every transfer of weight."""
    span = slice(f.at(step.accent - 0.2), f.span(step).stop)
    return sorted((k, side) for side in (0, 1) for k in f.takes(side, span))


def _paces(f: Figure, step: StepSpan) -> list[tuple[int, int]]:
    """(sample, foot) of every pace of a walk: what weight passes when the feet have closed at its end is none."""
    found = _steps(f, step)
    while found and is_closed(f, found[-1][0]) and f.on[found[-1][0]].all():
        found.pop()
    return found


def _in_turn(f: Figure, step: StepSpan, steps: list[tuple[int, int]]) -> Iterator[Miss]:
    work, _ = legs(step)
    order = [side for _, side in steps]
    at = f.at(step.accent)
    if len(steps) < 2:
        yield Miss(at, "steps", "at least 2", str(len(steps)))
        return
    if any(a == b for a, b in pairwise(order)):
        yield Miss(at, "the feet alternate", "left and right in turn", ", ".join(map(foot, order)))
    if order[0] != work:
        yield Miss(steps[0][0], "first step", foot(work), foot(order[0]))
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def _shown(f: Figure, k: int, side: int) -> Iterator[Miss]:
    """Before it steps, at sample k, a leg is straight in front of her with its toe pointed."""
    before = slice(max(0, k - round(0.45 * f.rate)), k + 1)
    ahead = (np.abs(f.bearing[before, side]) < 50.0) & (f.lift[before, side] > 10.0)
    if not (ahead & (f.stretch[before, side] >= LONG) & (f.point[before, side] >= 55.0)).any():
        yield Miss(k, "stretched before it steps", f"{foot(side)} leg straight in front, toe pointed", "never")


def pas_marche(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Each leg is stretched forward, toe pointed and near the floor, before the weight passes onto it."""
    steps = _paces(f, step)
    yield from _in_turn(f, step, steps)
    for k, side in steps:
        yield from _shown(f, k, side)
        before = slice(max(0, k - round(0.45 * f.rate)), k + 1)
        # A leg that comes from behind her, from wherever it was there, is stretched once it has passed the other.
        forward = ((f.tip[before, side] - f.ankle[before, 1 - side])[:, :2] * f.ahead[before]).sum(axis=1) > 0.0
        high = float(np.where(forward, f.track.low[before, side], 0.0).max())
        if high > 0.08:
            yield Miss(k, "near the floor", f"{foot(side)} foot under 8 cm", f"{high * 100:.0f} cm")


def pas_de_polonaise(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Three steps ahead, the named foot first and last: the first down in plié, the others on straight knees."""
    work, other = legs(step)
    steps = _steps(f, step)
    yield from _in_turn(f, step, steps)
    if [side for _, side in steps[:3]] != [work, other, work]:
        said = ", ".join(foot(side) for _, side in steps) or "none"
        yield Miss(f.at(step.accent), "three steps", f"{foot(work)}, {foot(other)}, {foot(work)}", said)
        return
    for k, side in steps[:3]:
        yield from _shown(f, k, side)
    a, b, c = (k for k, _ in steps[:3])
    sunk = 180.0 - float(f.stretch[a:b, work].min())
    if sunk < BENT:
        yield Miss(a, "down on one", f"{foot(work)} knee bends {BENT:.0f}", f"{sunk:.0f} degrees")
    for k, end, side in ((b, c, other), (c, f.span(step).stop, work)):
        best = k + int(f.stretch[k:end, side].argmax())
        yield from straight(f, best, side, "on a straight knee")
    path = f.track.com[c, :2] - f.track.com[f.at(step.t0), :2]
    far = float(path @ f.ahead[a])
    if far < 0.5:
        yield Miss(c, "goes ahead", "at least 50 cm", f"{far * 100:.0f} cm")


def pas_de_menuet(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Sink, rise onto one, two small steps up, and a last one that sinks."""
    work, other = legs(step)
    steps = _steps(f, step)
    yield from _in_turn(f, step, steps)
    wanted = [work, other, work, other]
    if [side for _, side in steps[:4]] != wanted:
        said = ", ".join(foot(side) for _, side in steps) or "none"
        yield Miss(f.at(step.accent), "four steps", ", ".join(map(foot, wanted)), said)
        return
    begin = f.at(step.t0)
    sink = 180.0 - float(f.stretch[begin : steps[0][0] + 1, other].min())
    if sink < BENT:
        yield Miss(begin, "sinks first", f"{foot(other)} knee bends {BENT:.0f}", f"{sink:.0f} degrees")
    for (a, side), (b, _) in pairwise(steps[:4]):
        if not f.heel_up[a:b, side].any():
            yield Miss(a, "up on the ball of the foot", f"{foot(side)} heel up", "heel down")
        yield from straight(f, a + int(f.stretch[a:b, side].argmax()), side, "up on a straight leg", LONG)
    last = steps[3][0]
    if f.heel_up[last : f.span(step).stop + round(0.2 * f.rate), other].all():
        yield Miss(last, "sinks at last", f"{foot(other)} heel down", "heel up")


def march(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The knee lifts in front before each foot steps."""
    steps = _paces(f, step)
    yield from _in_turn(f, step, steps)
    for k, side in steps[1:]:
        before = slice(max(0, k - round(0.6 * f.rate)), k + 1)
        lifted = (f.thigh_lift[before, side] >= 22.0) & (f.stretch[before, side] <= 140.0)
        if not lifted.any():
            yield Miss(k, "the knee lifts", f"{foot(side)} thigh 22 degrees, knee bent", "never")


@jump
def skip(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A step onto the named foot and a hop on it, the other knee lifted in front."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (work,), (work,))
    a, b = f.at(hop.t0), f.at(hop.t1)
    if not f.takes(work, slice(f.at(step.t0), a)):
        yield Miss(a, "steps, then hops", f"the {foot(work)} foot takes the weight first", "it stood there already")
    lifted = (f.thigh_lift[a:b, other] >= 35.0) & (f.stretch[a:b, other] <= 150.0)
    if not lifted.any():
        yield Miss(a, "the knee lifts", f"{foot(other)} thigh 35 degrees, knee bent", "never")


def _inclines(f: Figure, span: slice) -> NDArray[np.float64]:
    """How far the face looks down [degrees]."""
    head = f.track.skeleton.index("head")
    return np.asarray(np.degrees(np.arcsin(np.clip(-f.track.R[span, head, 2, 0], -1, 1))))


def _nod(f: Figure, a: int, b: int) -> float:
    """How far the head inclines between two samples [degrees]."""
    pitch = _inclines(f, slice(a, b))
    return float(pitch.max() - pitch[0])


def _lowest(f: Figure, step: StepSpan) -> int:
    """The sample near the accent at which her head is lowest."""
    a, b = f.at(step.accent - 0.35), f.at(step.accent + 0.35) + 1
    return a + int(f.track.p[a:b, f.track.skeleton.index("head"), 2].argmin())


def _drawn_behind(f: Figure, step: StepSpan, k: int) -> Iterator[Miss]:
    work, other = legs(step)
    if in_front(f, k) != work:
        yield Miss(k, "the other foot behind", f"{foot(work)} in front", f"{foot(other)} in front")
    part = float(np.nan_to_num(f.share[k] if work else 1.0 - f.share[k]))
    if part < 0.6:
        yield Miss(k, "the weight", f"mostly on the {foot(work)} foot", f"{100 * part:.0f} %")


def bow(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """With straight knees, the other foot behind, head and shoulders incline and rise."""
    work, _ = legs(step)
    span = f.span(step)
    k = _lowest(f, step)
    yield from _drawn_behind(f, step, k)
    yield from straight(f, k, work, "straight knees", 160.0)
    nod = _nod(f, span.start, span.stop)
    if nod < NOD:
        yield Miss(k, "the head bows", f"by {NOD:.0f} degrees", f"{nod:.0f} degrees")
    if f.tilt[k] < 6.0:
        yield Miss(k, "the shoulders incline", "6 degrees", f"{f.tilt[k]:.0f} degrees")


def curtsy(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A step, the other foot crossed behind, one soft bend with the back upright."""
    work, _ = legs(step)
    span = f.span(step)
    k = bend_on(f, work, step)
    yield from _drawn_behind(f, step, k)
    bend = 180.0 - float(f.stretch[k, work])
    if not BENT <= bend <= 75.0:
        yield Miss(k, "one soft bend", f"{foot(work)} knee {BENT:.0f} to 75", f"{bend:.0f} degrees")
    if f.tilt[k] > 20.0:
        yield Miss(k, "back upright", "within 20 degrees", f"{f.tilt[k]:.0f} degrees")
    if not f.takes(work, span):
        yield Miss(span.start, "a step to the side", f"the {foot(work)} foot steps", "it stood there already")


def grande_reverence(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Deep on the named leg, the other behind it, through second deep on the other, then a bow on straight legs."""
    work, other = legs(step)
    span = f.span(step)
    bend = 180.0 - f.stretch[span]
    hip = f.hip[span].mean(axis=1)[:, 2]
    tall = float(np.percentile(hip, 95))
    down, face = hip <= tall - DEEP, _inclines(f, span)
    hands = both_hands(f, span)
    chest = f.track.p[span, f.track.skeleton.index("chest")]
    heart = (np.linalg.norm(hands - chest[:, None], axis=2) <= AT_CHEST).all(axis=1)
    up = (f.stretch[span] >= LONG).all(axis=1)
    deep = {
        side: down
        & (bend[:, side] >= DEEP_KNEE)
        & (bend[:, 1 - side] >= DEEP_KNEE)
        & ((1.0 if side else -1.0) * f.front[span] >= 0.15)
        & ~f.heel_up[span, side]
        & f.heel_up[span, 1 - side]
        for side in (work, other)
    }
    wide = f.on[span].all(axis=1) & (np.abs(f.open[span]) >= 0.4)
    rows = (
        (f"deep over the {foot(work)} leg, the head inclined", deep[work] & (face >= NOD)),
        ("rises", ~down),
        ("through second", wide),
        (f"deep over the {foot(other)} leg, the head inclined", deep[other] & (face >= NOD)),
        ("a bow with straight knees, the hands at her heart", up & heart & (face >= NOD)),
        ("looks up again", up & (face < NOD)),
    )
    at = 0
    for name, mask in rows:
        there = np.flatnonzero(mask[at:])
        if not len(there):
            yield Miss(span.start + at, "one after the other", name, "never")
            return
        at += int(there[0])
    low = int(np.flatnonzero(rows[0][1])[0])
    if not wide[:low].any() or work not in [side for side, _, _ in carries(f, slice(span.start, span.start + low))]:
        yield Miss(span.start, "a step to the side", f"onto the {foot(work)} foot, through second", "never")


def preparation(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot slides out to a pointed toe and stays; the arms pass through first and open to the side."""
    work, stand = legs(step)
    span = f.span(step)
    out = slice(f.at(step.accent), span.stop)
    # The next step may take it from there.
    waits = slice(span.start, f.at(max(step.accent + 0.1, step.t1 - 0.15)))
    high = float(f.track.low[waits, work].max())
    if high > 0.015:
        yield Miss(
            span.start + int(f.track.low[waits, work].argmax()),
            "the toe stays on the floor",
            "within 15 mm",
            f"{high * 1000:.0f} mm",
        )
    # In an open position a part of its way is behind it.
    reach = float(np.linalg.norm((f.tip[out, work] - f.tip[span.start, work])[:, :2], axis=1).max())
    reach += max(0.0, float(f.apart[span.start]) - CLOSED)
    if reach < 0.25:
        yield Miss(out.start, "the foot slides out", "at least 25 cm", f"{reach * 100:.0f} cm")
    best = out.start + int(f.point[out, work].argmax())
    if f.point[best, work] < POINTED:
        yield Miss(best, "fully pointed", f">= {POINTED:.0f} degrees", f"{f.point[best, work]:.0f} degrees")
    for side in (work, stand):
        k = out.start + int(f.stretch[out, side].argmax())
        yield from straight(f, k, side, "straight legs")
    stays = float(f.apart[f.at(step.accent) : f.at(step.accent + 0.2) + 1].min())
    if stays < 0.25:
        yield Miss(out.start, "it stays out", "feet 25 cm apart", f"{stays * 100:.0f} cm")
    hands = both_hands(f, span)
    chest = f.track.p[span, f.track.skeleton.index("chest")]
    between = np.linalg.norm(hands[:, 0] - hands[:, 1], axis=1)
    fore = ((hands - chest[:, None])[..., :2] * f.ahead[span][:, None]).sum(-1)
    through = first((fore > 0.15).all(axis=1) & (between < 0.6), span.start)
    if through is None:
        yield Miss(span.start, "through first", "both hands before the body", "never")
    elif between[through - span.start :].max() < 0.9:
        yield Miss(span.stop - 1, "open to second", "hands 90 cm apart", f"{between.max() * 100:.0f} cm")


CHECKS: dict[str, Check] = {
    "grande_reverence": grande_reverence,
    "pas_marche": pas_marche,
    "pas_de_polonaise": pas_de_polonaise,
    "pas_de_menuet": pas_de_menuet,
    "preparation": preparation,
    "march": march,
    "skip": skip,
    "bow": bow,
    "curtsy": curtsy,
}
"""By entry."""
