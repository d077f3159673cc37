"""Positions and slow steps: where the working leg passes, how high it goes, what stands still."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from petipa.measure.definitions.common import (
    CLOSED,
    DWELL,
    HEIGHT,
    POINTED,
    STRAIGHT,
    Check,
    Miss,
    at_ankle,
    at_retire,
    both_hands,
    foot,
    in_front,
    knee_over_toes,
    legs,
    straight,
)
from petipa.measure.figure import Figure, first
from petipa.measure.physics import runs
from petipa.motion.model import StepSpan


def _named_in_front(f: Figure, step: StepSpan, sample: int) -> Iterator[Miss]:
    """Where one foot stands before the other, the named one is in front."""
    work, other = legs(step)
    if f.on[sample].all() and abs(f.front[sample]) > 0.05 and in_front(f, sample) != work:
        yield Miss(sample, "front foot", foot(work), foot(other))


def plie(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Both knees bend over the toes, heels down, back upright, and (unless she stays down) stretch again."""
    span = f.span(step)
    # Where the straighter of the knees that carry her bends most once it bends: a landing may have left her as low.
    right = np.nan_to_num(f.share[span], nan=0.5)
    carrying = np.stack([1.0 - right, right], axis=1) > 0.2
    straighter = np.where(carrying, f.stretch[span], 0.0).max(axis=1)
    begun = int(straighter[: f.at(step.accent) + 1 - span.start].argmax())
    deepest = span.start + begun + int(straighter[begun:].argmin())
    part = f.share[deepest]
    standing = [side for side in (0, 1) if f.on[deepest, side] and (part if side else 1 - part) > 0.2]
    if not standing:
        yield Miss(deepest, "stands", "a foot flat on the floor", "none")
        return
    if len(standing) == 2:
        yield from _named_in_front(f, step, deepest)
    for side in standing:
        bend = 180.0 - float(f.stretch[deepest, side])
        if bend < 35.0:
            yield Miss(deepest, "the knees bend", f"{foot(side)} knee bends 35", f"{bend:.0f} degrees")
        # Past a right angle it is a grand plié, in which the heels rise.
        if f.heel[deepest, side, 2] > 0.015 and bend < 95.0:
            yield Miss(
                deepest, "heels down", f"{foot(side)} heel on the floor", f"{f.heel[deepest, side, 2] * 100:.0f} cm up"
            )
        yield from knee_over_toes(f, deepest, side, within=20.0)
    if f.tilt[deepest] > 15.0:
        yield Miss(deepest, "back upright", "within 15 degrees", f"{f.tilt[deepest]:.0f} degrees")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def releve(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From plié she springs to the tips with straight knees."""
    span = f.span(step)
    up = f.pointe[span].all(axis=1)
    if not up.any():
        half = f.heel_up[span].all(axis=1).any()
        yield Miss(f.at(step.accent), "on the tips", "both feet on pointe", "demi-pointe" if half else "never")
        return
    rise = span.start + int(up.argmax())
    bend = 180.0 - float(f.stretch[span.start : rise + 1].min())
    if bend < 20.0:
        yield Miss(span.start, "from plié", "knees bend 20 degrees before", f"{bend:.0f} degrees")
    yield from _named_in_front(f, step, span.start)
    high = span.start + int(np.where(up, f.track.com[span, 2], -1).argmax())
    for side in (0, 1):
        yield from straight(f, high, side, "straight at the top")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def tendu(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot slides out to a pointed toe that never leaves the floor, knees straight, and closes or waits there."""
    work, stand = legs(step)
    span = f.span(step)
    out = np.linalg.norm((f.tip[:, work] - f.heel[:, stand])[:, :2], axis=1)
    # As the foot begins to flex the toe's way out hardly changes: the far end is a few millimetres of it.
    # In second a flat foot is as far out before it points: the far end is where the count is.
    near = slice(f.at(step.accent - 0.12), span.stop)
    ends = near.start + np.flatnonzero(out[near] >= out[near].max() - 0.005)
    far = int(ends[f.point[ends, work].argmax()])
    reach = float(np.ptp(f.apart[span]))
    if reach < 0.25:
        yield Miss(far, "the foot slides out", "at least 25 cm", f"{reach * 100:.0f} cm")
    height = f.track.low[span, work]
    if height.max() > 0.015:
        k = span.start + int(height.argmax())
        yield Miss(k, "the toe stays on the floor", "within 15 mm", f"{height.max() * 1000:.0f} mm")
    if f.point[far, work] < POINTED:
        yield Miss(far, "fully pointed", f">= {POINTED:.0f} degrees", f"{f.point[far, work]:.0f} degrees")
    middle = slice(far - round(0.08 * f.rate), far + round(0.08 * f.rate))
    for side, who in ((work, "working leg straight"), (stand, "standing leg straight")):
        k = middle.start + int(f.stretch[middle, side].argmax())
        yield from straight(f, k, side, who)
    if not f.on[span, stand].all():
        yield Miss(span.start, "stands", f"{foot(stand)} foot on the floor", "it leaves")
    back = float(f.apart[far : span.stop].min())
    waits = out[span.stop - 1] >= out[far] - 0.05 and f.stretch[span.stop - 1, work] >= STRAIGHT
    if back > CLOSED and not waits:
        yield Miss(span.stop - 1, "returns to close", f"feet within {CLOSED * 100:.0f} cm", f"{back * 100:.0f} cm")


def port_de_bras(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The arms pass through first and overhead and open; the feet stay where they are."""
    span = f.span(step)
    skeleton = f.track.skeleton
    hands = both_hands(f, span)
    chest = f.track.p[span, skeleton.index("chest")]
    head = f.track.p[span, skeleton.index("head")]
    pelvis = f.track.p[span, 0]
    fore = ((hands - chest[:, None])[..., :2] * f.ahead[span][:, None]).sum(-1)
    level = (hands[..., 2] > pelvis[:, None, 2] - 0.05) & (hands[..., 2] < head[:, None, 2] - 0.05)
    first_position = (fore > 0.15).all(axis=1) & level.all(axis=1)
    first_position &= np.linalg.norm(hands[:, 0] - hands[:, 1], axis=1) < 0.6
    through = first(first_position, span.start)
    if through is None:
        yield Miss(span.start, "through first", "both hands before the body", "never")
    top = span.start + int(hands[..., 2].max(axis=1).argmax())
    if hands[top - span.start, :, 2].max() < head[top - span.start, 2]:
        yield Miss(top, "the arms rise", "a hand above the head", f"{hands[..., 2].max() - head[0, 2]:+.2f} m")
    if through is not None and through > top:
        yield Miss(through, "first before overhead", "first, then up", "up, then first")
    # From the tips to the whole foot she comes down first.
    off = f.heel_up[span].any(axis=1) & ~f.heel_up[span.stop - 1].any()
    begun = span.start + (int(np.flatnonzero(off)[-1]) + 1 if off.any() else 0)
    stray = np.linalg.norm(f.tip[begun : span.stop, :, :2] - f.tip[begun, :, :2], axis=2).max(initial=0.0)
    if stray > 0.02:
        yield Miss(begun, "the feet stay", "within 2 cm", f"{stray * 100:.0f} cm")


def developpe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot draws up by the ankle and the knee, unfolds straight to its height, and comes down."""
    work, stand = legs(step)
    span = f.span(step)
    asked = (step.height or 90.0) - HEIGHT
    top = span.start + int(np.where(f.stretch[span, work] > 165.0, f.lift[span, work], 0.0).argmax())
    retire = first(at_retire(f, work)[span.start : top + 1], span.start)
    if retire is None:
        near = np.linalg.norm(f.tip[span, work] - f.knee[span, stand], axis=1)
        yield Miss(span.start, "passes retiré", "toe at the knee", f"nearest {near.min() * 100:.0f} cm")
    else:
        by = at_ankle(f, work)[span.start : retire] & ~f.on[span.start : retire, work]
        if not by.any():
            yield Miss(retire, "passes cou-de-pied", "toe by the ankle on the way up", "never")
    if f.lift[top, work] < asked:
        yield Miss(top, "height", f">= {asked:.0f} degrees", f"{f.lift[top, work]:.0f} degrees")
    yield from straight(f, top, work, "unfolded straight")
    yield from straight(f, top, stand, "standing leg straight")
    if f.point[top, work] < POINTED:
        yield Miss(top, "fully pointed", f">= {POINTED:.0f} degrees", f"{f.point[top, work]:.0f} degrees")
    if not f.on[span, stand].all():
        yield Miss(span.start, "stands", f"{foot(stand)} foot on the floor", "it leaves")


def arabesque(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On one straight leg, the other straight behind at its height, the back up."""
    stand, work = legs(step)
    span = slice(f.at(step.accent - 0.15), f.at(step.t1) + 1)
    alone = f.on[span, stand] & ~f.on[span, work]
    if not alone.any():
        yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
        return
    asked = (step.height or 90.0) - HEIGHT
    behind = 180.0 - np.abs(f.bearing[span, work])
    rules = (
        ("height", f">= {asked:.0f} degrees", f.lift[span, work], f.lift[span, work] >= asked),
        ("standing leg straight", f">= {STRAIGHT:.0f}", f.stretch[span, stand], f.stretch[span, stand] >= STRAIGHT),
        ("raised leg straight", f">= {STRAIGHT:.0f}", f.stretch[span, work], f.stretch[span, work] >= STRAIGHT),
        ("straight behind", "within 40 degrees of behind", behind, behind <= 40.0),
        ("fully pointed", f">= {POINTED:.0f} degrees", f.point[span, work], f.point[span, work] >= POINTED),
        ("back up", "within 40 degrees of upright", f.tilt[span], f.tilt[span] <= 40.0),
    )
    # The position must be reached and dwelt in: all of it at once, for a moment.
    held = alone & np.all([holds for _, _, _, holds in rules], axis=0)
    if any(b - a >= DWELL * f.rate for a, b in runs(held)):
        return
    kept = np.where(alone, np.sum([holds for _, _, _, holds in rules], axis=0), -1)
    best = int(kept.argmax())
    if kept[best] == len(rules):
        yield Miss(span.start + best, "dwelt in", f"held {DWELL:.2f} s", "passed by")
    for rule, expected, values, holds in rules:
        if not holds[best]:
            yield Miss(span.start + best, rule, expected, f"{values[best]:.0f} degrees")


def stand(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """She keeps her place."""
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


CHECKS: dict[str, Check] = {
    "plie": plie,
    "releve": releve,
    "tendu": tendu,
    "port_de_bras": port_de_bras,
    "developpe": developpe,
    "arabesque": arabesque,
    "stand": stand,
}
"""By entry."""
