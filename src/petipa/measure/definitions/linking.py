"""Linking steps: who carries the weight, in what order, high or low."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from petipa.measure.definitions.common import (
    BENT,
    CLOSED,
    Check,
    Miss,
    at_retire,
    bend_on,
    carries,
    fifth,
    foot,
    in_front,
    legs,
    settled,
)
from petipa.measure.figure import Figure, first
from petipa.motion.model import StepSpan


def _order(f: Figure, window: slice) -> tuple[list[tuple[int, int, int]], str]:
    turns = carries(f, window)
    return turns, ", ".join(foot(side) for side, _, _ in turns) or "none"


def glissade(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Skims the floor: the named leg opens first, she travels, the other slides in to close fifth in plié."""
    work, other = legs(step)
    span = f.span(step)
    high = f.track.low[span].max(axis=0)
    for side in (0, 1):
        if high[side] > 0.12:
            k = span.start + int(f.track.low[span, side].argmax())
            yield Miss(k, "skims the floor", f"{foot(side)} foot under 12 cm", f"{high[side] * 100:.0f} cm")
    end = settled(f, step)
    middle = f.track.balls.mean(axis=2)[..., :2]
    travel = float(np.linalg.norm(middle[end].mean(axis=0) - middle[span.start].mean(axis=0)))
    if travel < 0.2:
        yield Miss(end, "travels", "at least 20 cm", f"{travel * 100:.0f} cm")
    gone = np.linalg.norm(middle[span] - middle[span.start], axis=2) > 0.06
    when = [int(gone[:, side].argmax()) if gone[:, side].any() else len(gone) for side in (0, 1)]
    if when[work] >= when[other]:
        yield Miss(span.start + when[other], "which leg opens first", foot(work), foot(other))
    wide = float(f.apart[span].max())
    if wide < 0.3:
        yield Miss(span.start, "the legs open", "feet at least 30 cm apart", f"{wide * 100:.0f} cm")
    yield from fifth(f, end, "closes in fifth")
    yield from _bent(f, step, (0, 1), "closes in plié", end)


def glissade_precipitee(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A tiny quick glissade: the named leg opens first, a hand's breadth or two, and the other closes in plié."""
    work, other = legs(step)
    span = f.span(step)
    end = settled(f, step)
    high = f.track.low[span].max(axis=0)
    for side in (0, 1):
        if high[side] > 0.08:
            k = span.start + int(f.track.low[span, side].argmax())
            yield Miss(k, "skims the floor", f"{foot(side)} foot under 8 cm", f"{high[side] * 100:.0f} cm")
    middle = f.track.balls.mean(axis=2)[..., :2]
    travel = float(np.linalg.norm(middle[end].mean(axis=0) - middle[span.start].mean(axis=0)))
    if not 0.06 <= travel <= 0.25:
        yield Miss(end, "hardly leaves its place", "6 to 25 cm", f"{travel * 100:.0f} cm")
    lifted = [k for k in range(span.start, end) if not f.on[k, work]]
    if not lifted or not f.on[lifted[0], other]:
        yield Miss(span.start, "which leg opens first", foot(work), foot(other))
        return
    closing = [k for k in range(lifted[0], end + 1) if not f.on[k, other]]
    if not closing:
        yield Miss(end, "the other closes", f"{foot(other)} foot leaves the floor", "never")
        return
    long = (closing[-1] - lifted[0]) / f.rate
    if long > 0.5:
        yield Miss(closing[-1], "hurried", "at most 0.50 s from foot to foot", f"{long:.2f} s")
    yield from fifth(f, end, "closes in fifth")
    yield from _bent(f, step, (0, 1), "closes in plié", end)


def _bent(f: Figure, step: StepSpan, sides: tuple[int, ...], rule: str, sample: int) -> Iterator[Miss]:
    # From the closing on: in a slow tempo she has stretched again before the step is over.
    first = min(f.at(step.accent), sample)
    window = slice(max(0, first - round(0.1 * f.rate)), min(len(f.stretch), sample + round(0.2 * f.rate)))
    for side in sides:
        bend = 180.0 - float(f.stretch[window, side].min())
        if bend < BENT:
            yield Miss(sample, rule, f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


def pas_de_bourree(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Three steps, up, up and down: the other foot, the named foot to the side, the other closing in plié."""
    work, other = legs(step)
    span = f.span(step)
    turns, words = _order(f, span)
    # A foot stepped up onto has its heel up as it takes the weight; one that only rises to give it on has not.
    least = round(0.05 * f.rate)
    high = [
        (side, a, b)
        for side, a, b in turns
        if f.heel_up[a:b, side].sum() > least and f.heel_up[a : a + least, side].mean() > 0.5
    ]
    ups = [side for side, _, _ in high]
    if not any(ups[k : k + 2] == [other, work] for k in range(len(ups))):
        said = ", ".join(foot(side) for side in ups) or "none"
        yield Miss(
            f.at(step.accent), "up, up", f"{foot(other)} then {foot(work)} on the tip", f"{said} (carried: {words})"
        )
    for side, a, b in high[:3]:
        up = a + np.flatnonzero(f.heel_up[a:b, side])
        k = int(up[f.stretch[up, side].argmax()])
        if f.stretch[k, side] < 160.0:
            yield Miss(k, "up on a straight leg", f"{foot(side)} knee >= 160", f"{f.stretch[k, side]:.0f} degrees")
    end = settled(f, step)
    if f.heel_up[end].any():
        yield Miss(end, "down", "both heels down", "a heel is up")
    yield from fifth(f, end, "closes in fifth")
    yield from _bent(f, step, (0, 1), "closes in plié", end)
    wide = float(f.apart[span].max())
    if wide < 0.18:
        yield Miss(span.start, "a step to the side", "feet at least 18 cm apart", f"{wide * 100:.0f} cm")


def pas_de_bourree_pique(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A pas de bourrée in which each foot is picked up to the knee before it steps."""
    yield from pas_de_bourree(f, step)
    work, other = legs(step)
    span = f.span(step)
    picked = {side: first(at_retire(f, side)[span], span.start) for side in (other, work)}
    for side, when in picked.items():
        if when is None:
            yield Miss(f.at(step.accent), "picked up", f"{foot(side)} toe at the knee", "never")
    one, two = picked[other], picked[work]
    if one is not None and two is not None and one > two:
        yield Miss(two, "picked up first", foot(other), foot(work))


def balance(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Down on the named foot, up on the ball of the other, down again on the first."""
    work, other = legs(step)
    span = slice(f.at(step.accent - 0.1), f.at(step.t1) + 1)
    turns, words = _order(f, span)
    order = [side for side, _, _ in turns]
    k = next((k for k in range(len(order) - 2) if order[k : k + 3] == [work, other, work]), None)
    if k is None:
        yield Miss(span.start, "three transfers", f"{foot(work)}, {foot(other)}, {foot(work)}", words)
        return
    (_, a0, a1), (_, b0, b1), (_, c0, c1) = turns[k : k + 3]
    bend = 180.0 - float(f.stretch[a0:a1, work].min())
    if bend < BENT:
        yield Miss(a0, "down on one", f"{foot(work)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if not f.heel_up[b0:b1, other].any():
        yield Miss(b0, "up on two", f"{foot(other)} heel off the floor", "heel down")
    z = f.track.com[:, 2]
    rise = float(z[b0:b1].max() - max(z[a0:a1].min(), z[c0:c1].min()))
    if rise < 0.02:
        yield Miss(b0, "down, up, down", "the body rises 2 cm on two", f"{rise * 100:.1f} cm")
    travel = float(np.linalg.norm(f.track.com[c1 - 1, :2] - f.track.com[f.at(step.t0), :2]))
    if travel < 0.15:
        yield Miss(c0, "travels", "at least 15 cm", f"{travel * 100:.0f} cm")


def tombe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """She falls onto the named leg in plié; the leg she leaves is stretched."""
    work, other = legs(step)
    span = f.span(step)
    end = f.at(min(step.t1, step.accent + 0.15))
    window = slice(f.at(step.accent - 0.1), end + 1)
    if not (f.share[window] == f.share[window]).any():
        yield Miss(end, "lands on the floor", "a foot on the floor", "none")
        return
    if not f.takes(work, span):
        yield Miss(end, "falls onto the leg", f"the {foot(work)} foot steps", "it stood there already")
    carried = np.nanmax(f.share[window] if work == 1 else 1 - f.share[window])
    if carried < 0.6:
        yield Miss(end, "the weight arrives", f"mostly on the {foot(work)} foot", f"{100 * carried:.0f} %")
    bend = 180.0 - float(f.stretch[window, work].min())
    if bend < BENT:
        yield Miss(end, "in plié", f"{foot(work)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if f.stretch[window, other].max() < 160.0:
        yield Miss(
            end, "the other leg stretched", f"{foot(other)} knee >= 160", f"{f.stretch[window, other].max():.0f}"
        )


def _paces(f: Figure, step: StepSpan, *, least: int = 1) -> Iterator[Miss]:
    work, _ = legs(step)
    span = f.span(step)
    steps = sorted((k, side) for side in (0, 1) for k in f.touches(side, span))
    if len(steps) < least:
        yield Miss(span.start, "steps", f"at least {least}", str(len(steps)))
        return
    order = [side for _, side in steps]
    if any(a == b for a, b in pairwise(order)):
        yield Miss(steps[0][0], "the feet alternate", "left and right in turn", ", ".join(foot(s) for s in order))
    if order and order[0] != work:
        yield Miss(steps[0][0], "first step", foot(work), foot(order[0]))


def walk(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Feet in turn, the toe reaching the floor first, one foot always on the floor."""
    yield from _paces(f, step)
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")
    span = f.span(step)
    for side in (0, 1):
        for k in f.touches(side, span):
            if f.heel[k, side, 2] < f.tip[k, side, 2] - 0.005:
                yield Miss(k, "the toe reaches the floor first", f"{foot(side)} toe", "the heel")


def run(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Light steps in turn on the balls of the feet; the foot that closes or comes to fourth at the end may lie flat."""
    yield from _paces(f, step)
    span = f.span(step)
    end = span.stop - 1
    both = f.on[end].all() and (f.apart[end] <= CLOSED or f.heel[end, :, 2].max() < 0.02)
    for side in (0, 1):
        for k in f.touches(side, span):
            closes = both and f.on[k : span.stop].all()
            if f.heel[k, side, 2] < 0.02 and not closes:
                yield Miss(k, "on the balls of the feet", f"{foot(side)} heel up", "heel down")


def fourth(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One foot before the other, a foot apart, the named in front, both down."""
    work, other = legs(step)
    window = slice(f.at(step.accent), f.at(step.t1) + 1)
    both = f.on[window].all(axis=1)
    if not both.any():
        yield Miss(window.start, "both feet down", "both on the floor", "never")
        return
    k = window.start + int(np.flatnonzero(both)[0])
    gap = abs(float(f.front[k]))
    if in_front(f, k) != work:
        yield Miss(k, "front foot", foot(work), foot(other))
    if not 0.15 <= gap <= 0.6:
        yield Miss(k, "a foot's length apart", "15 to 60 cm", f"{gap * 100:.0f} cm")


def reverence(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A step to the side, the other foot drawn behind, a deep bow of knees and head, and up again."""
    work, other = legs(step)
    span = f.span(step)
    deepest = bend_on(f, work, step)
    bend = 180.0 - float(f.stretch[deepest, work])
    if bend < BENT:
        yield Miss(deepest, "the knee bows", f"{foot(work)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    if in_front(f, deepest) != work:
        yield Miss(deepest, "the other foot behind", foot(work) + " in front", foot(other) + " in front")
    head = f.track.skeleton.index("head")
    nod = np.degrees(np.arcsin(np.clip(-f.track.R[span, head, 2, 0], -1, 1)))
    if nod.max() - nod[0] < 8.0:
        yield Miss(deepest, "the head bows", "by 8 degrees", f"{nod.max() - nod[0]:.0f} degrees")
    if not f.takes(work, span):
        yield Miss(span.start, "a step to the side", f"the {foot(work)} foot steps", "it stood there already")


CHECKS: dict[str, Check] = {
    "balance": balance,
    "glissade": glissade,
    "glissade_precipitee": glissade_precipitee,
    "pas_de_bourree": pas_de_bourree,
    "pas_de_bourree_pique": pas_de_bourree_pique,
    "tombe": tombe,
    "walk": walk,
    "run": run,
    "fourth": fourth,
    "reverence": reverence,
}
"""By entry."""
