"""Walks and bows: how each foot comes to its step, who carries the weight, how deep she bows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from petipa.measure.definitions.common import (
    BENT,
    POINTED,
    Check,
    Miss,
    carries,
    foot,
    from_to,
    in_front,
    legs,
    straight,
    the_hop,
)
from petipa.measure.figure import Figure, first
from petipa.motion.model import StepSpan

NOD = 8.0
"""A head that inclines less than this has not bowed [degrees]."""


def _steps(f: Figure, step: StepSpan) -> list[tuple[int, int]]:
    """(sample, foot) of every transfer of weight."""
    span = slice(f.at(step.accent - 0.2), f.span(step).stop)
    return sorted((k, side) for side in (0, 1) for k in f.takes(side, span))


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


def pas_marche(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Each leg is stretched forward, toe pointed and near the floor, before the weight passes onto it."""
    steps = _steps(f, step)
    yield from _in_turn(f, step, steps)
    for k, side in steps:
        before = slice(max(0, k - round(0.45 * f.rate)), k + 1)
        ahead = (np.abs(f.bearing[before, side]) < 50.0) & (f.lift[before, side] > 10.0)
        shown = ahead & (f.stretch[before, side] >= 165.0) & (f.point[before, side] >= 55.0)
        if not shown.any():
            yield Miss(k, "stretched before it steps", f"{foot(side)} leg straight in front, toe pointed", "never")
        high = float(f.track.low[before, side].max())
        if high > 0.08:
            yield Miss(k, "near the floor", f"{foot(side)} foot under 8 cm", f"{high * 100:.0f} cm")


def march(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The knee lifts in front before each foot steps."""
    steps = _steps(f, step)
    yield from _in_turn(f, step, steps)
    for k, side in steps[1:]:
        before = slice(max(0, k - round(0.6 * f.rate)), k + 1)
        lifted = (f.thigh_lift[before, side] >= 22.0) & (f.stretch[before, side] <= 140.0)
        if not lifted.any():
            yield Miss(k, "the knee lifts", f"{foot(side)} thigh 22 degrees, knee bent", "never")


def _three(f: Figure, step: StepSpan, wanted: list[int]) -> tuple[list[tuple[int, int, int]], list[Miss]]:
    """The transfers asked for, in order; a miss where they are not danced."""
    span = slice(f.at(step.accent - 0.1), f.at(step.t1) + 1)
    turns = carries(f, span)
    order = [side for side, _, _ in turns]
    k = next((k for k in range(len(order)) if order[k : k + len(wanted)] == wanted), None)
    if k is not None:
        return turns[k : k + len(wanted)], []
    said = ", ".join(map(foot, order)) or "none"
    return [], [Miss(span.start, "who carries her", ", ".join(map(foot, wanted)), said)]


def polonaise(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The standing knee softens as the leg stretches forward; three smooth steps on her line."""
    work, other = legs(step)
    turns, misses = _three(f, step, [work, other, work])
    yield from misses
    if not turns:
        return
    a, b = f.at(step.t0), turns[0][1]
    soft = 180.0 - float(f.stretch[a:b, other].min())
    if soft < 12.0:
        yield Miss(a, "the standing knee softens", f"{foot(other)} knee bends 12", f"{soft:.0f} degrees")
    long = (f.stretch[a:b, work] >= 160.0) & (f.lift[a:b, work] > 12.0)
    if not long.any():
        yield Miss(b, "stretches forward", f"{foot(work)} leg straight in front", "never")
    for side, x, y in turns:
        if f.heel_up[x:y, side].all():
            yield Miss(x, "walks", f"{foot(side)} heel comes down", "up on the ball")
        yield from straight(f, x + int(f.stretch[x:y, side].argmax()), side, "a straight leg", 155.0)
    # She has risen out of the soft knee by the second step.
    z = f.track.com[turns[1][1] : turns[2][2], 2]
    if np.ptp(z) > 0.06:
        yield Miss(turns[1][1], "smooth", "the body within 6 cm of height", f"{np.ptp(z) * 100:.0f} cm")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def pas_de_menuet(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Sink, rise onto one, two small steps up, and a last one that sinks."""
    work, other = legs(step)
    turns, misses = _three(f, step, [work, other, work, other])
    yield from misses
    if not turns:
        return
    a = f.at(step.t0)
    sink = 180.0 - float(f.stretch[a : turns[0][1] + 1, other].min())
    if sink < BENT:
        yield Miss(a, "sinks first", f"{foot(other)} knee bends {BENT:.0f}", f"{sink:.0f} degrees")
    for side, x, y in turns[:3]:
        if not f.heel_up[x:y, side].any():
            yield Miss(x, "up on the ball of the foot", f"{foot(side)} heel up", "heel down")
    side, x, y = turns[3]
    y = min(len(f.stretch), y + round(0.2 * f.rate))
    if f.heel_up[x:y, side].all():
        yield Miss(x, "sinks at last", f"{foot(side)} heel down", "heel up")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def skip(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A step onto the named foot and a hop on it, the other knee lifted in front."""
    work, other = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (work,), (work,))
    a, b = f.at(hop.t0), f.at(hop.t1)
    if not f.takes(work, slice(f.at(step.t0), a)):
        yield Miss(a, "steps, then hops", f"the {foot(work)} foot takes the weight first", "it stood there already")
    lifted = (f.thigh_lift[a:b, other] >= 35.0) & (f.stretch[a:b, other] <= 150.0)
    if not lifted.any():
        yield Miss(a, "the knee lifts", f"{foot(other)} thigh 35 degrees, knee bent", "never")


def _nod(f: Figure, a: int, b: int) -> float:
    """How far the head inclines between two samples [degrees]."""
    head = f.track.skeleton.index("head")
    pitch = np.degrees(np.arcsin(np.clip(-f.track.R[a:b, head, 2, 0], -1, 1)))
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
    k = span.start + int(f.track.com[span, 2].argmin())
    yield from _drawn_behind(f, step, k)
    bend = 180.0 - float(f.stretch[k, work])
    if not BENT <= bend <= 75.0:
        yield Miss(k, "one soft bend", f"{foot(work)} knee {BENT:.0f} to 75", f"{bend:.0f} degrees")
    if f.tilt[k] > 20.0:
        yield Miss(k, "back upright", "within 20 degrees", f"{f.tilt[k]:.0f} degrees")
    if not f.takes(work, span):
        yield Miss(span.start, "a step to the side", f"the {foot(work)} foot steps", "it stood there already")


def grande_reverence(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The other leg far back, a deep sink of the front knee, the body bowed."""
    work, _ = legs(step)
    span = f.span(step)
    k = span.start + int(f.track.com[span, 2].argmin())
    yield from _drawn_behind(f, step, k)
    bend = 180.0 - float(f.stretch[k, work])
    if bend < 50.0:
        yield Miss(k, "sinks deep", f"{foot(work)} knee bends 50", f"{bend:.0f} degrees")
    if abs(f.front[k]) < 0.35:
        yield Miss(k, "far back", "feet 35 cm apart", f"{abs(f.front[k]) * 100:.0f} cm")
    nod = _nod(f, span.start, span.stop)
    if nod < 1.5 * NOD:
        yield Miss(k, "the head bows", f"by {1.5 * NOD:.0f} degrees", f"{nod:.0f} degrees")


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
    reach = float(np.ptp(f.apart[span]))
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
    skeleton = f.track.skeleton
    hands = np.stack([f.track.p[span, skeleton.index(f"hand_{s}")] for s in "lr"], axis=1)
    chest = f.track.p[span, skeleton.index("chest")]
    between = np.linalg.norm(hands[:, 0] - hands[:, 1], axis=1)
    fore = ((hands - chest[:, None])[..., :2] * f.ahead[span][:, None]).sum(-1)
    through = first((fore > 0.15).all(axis=1) & (between < 0.6), span.start)
    if through is None:
        yield Miss(span.start, "through first", "both hands before the body", "never")
    elif between[through - span.start :].max() < 0.9:
        yield Miss(span.stop - 1, "open to second", "hands 90 cm apart", f"{between.max() * 100:.0f} cm")


CHECKS: dict[str, Check] = {
    "pas_marche": pas_marche,
    "march": march,
    "polonaise": polonaise,
    "pas_de_menuet": pas_de_menuet,
    "skip": skip,
    "bow": bow,
    "curtsy": curtsy,
    "grande_reverence": grande_reverence,
    "preparation": preparation,
}
"""By entry."""
