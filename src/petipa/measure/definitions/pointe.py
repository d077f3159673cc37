"""Steps on the tips: what rises, what steps straight up, what travels there in small steps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    STRAIGHT,
    Check,
    Miss,
    at_ankle,
    at_retire,
    dwelt,
    foot,
    from_to,
    in_front,
    is_closed,
    jump,
    legs,
    settled,
    steps_up,
    stood_on,
    straight,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight, runs
from petipa.motion.model import StepSpan

RISE = 20.0
"""A knee that bends less than this before a relevé has not sprung [degrees]."""
DRAWN = 0.12
"""On the tips the balls of the feet are drawn together when no further apart than this [m]."""
WIDE = 0.4
"""Feet this far apart are in an open position on the tips [m]."""
GIVES = 55.0
"""On the tip a knee that bends more than this has sunk into plié [degrees]."""


def _from_plie(f: Figure, sides: tuple[int, ...], a: int, b: int) -> Iterator[Miss]:
    for side in sides:
        bend = 180.0 - float(f.stretch[a : b + 1, side].min())
        if bend < RISE:
            yield Miss(a, "from plié", f"{foot(side)} knee bends {RISE:.0f} before", f"{bend:.0f} degrees")


def sus_sous(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From plié to both tips drawn together, one before the other, knees straight."""
    work, other = legs(step)
    span = f.span(step)
    up = dwelt(f, f.pointe[span].all(axis=1) & (f.apart[span] <= DRAWN))
    if up is None:
        near = f.apart[span][f.pointe[span].all(axis=1)]
        measured = f"{near.min() * 100:.0f} cm apart" if len(near) else "never on both tips"
        yield Miss(f.at(step.accent), "drawn together on the tips", f"feet within {DRAWN * 100:.0f} cm", measured)
        return
    a, b = span.start + up.start, span.start + up.stop
    if f.heel[span.start, :, 2].max() < 0.03:
        yield from _from_plie(f, (0, 1), span.start, a)
    top = a + int(f.stretch[a:b].min(axis=1).argmax())
    if in_front(f, top) != work:
        yield Miss(top, "front foot", foot(work), foot(other))
    for side in (0, 1):
        yield from straight(f, top, side, "straight at the top")


def echappe_releve(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From fifth in plié both feet slide to an open position on the tips, straight, and back to fifth."""
    work, other = legs(step)
    span = f.span(step)
    if f.on[span.start].all() and abs(f.front[span.start]) > 0.05 and in_front(f, span.start) != work:
        yield Miss(span.start, "begins with the foot in front", foot(work), foot(other))
    up = dwelt(f, f.pointe[span].all(axis=1) & (f.apart[span] >= WIDE))
    if up is None:
        yield Miss(f.at(step.accent), "open on the tips", f"feet {WIDE * 100:.0f} cm apart on the tips", "never")
        return
    a, b = span.start + up.start, span.start + up.stop
    yield from _from_plie(f, (0, 1), span.start, a)
    for side in (0, 1):
        k = a + int(f.stretch[a:b, side].argmax())
        yield from straight(f, k, side, "straight at the top")
    if abs(f.front[b - 1]) > abs(f.open[b - 1]) and in_front(f, b - 1) != work:
        yield Miss(b - 1, "in front in fourth", foot(work), foot(other))
    end = settled(f, step)
    if not is_closed(f, end):
        yield Miss(end, "closes", "feet closed", f"{f.apart[end] * 100:.0f} cm apart")
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def _on_one_tip(f: Figure, stand: int, a: int, b: int) -> NDArray[np.bool_]:
    """On the tip of one foot alone with the knee straight, from sample a to b."""
    alone = f.pointe[a:b, stand] & ~f.on[a:b, 1 - stand]
    return np.asarray(alone & (f.stretch[a:b, stand] >= STRAIGHT))


def _not_turned(f: Figure, a: int, b: int) -> Iterator[Miss]:
    turn = float(np.ptp(f.yaw[a : b + 1]))
    if turn > 60.0:
        yield Miss(a, "no turn", "within 60 degrees", f"{turn:.0f} degrees")


def releve_retire(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From plié to one tip, the working foot at the knee, without turning."""
    work, stand = legs(step)
    span = f.span(step)
    tip = _on_one_tip(f, stand, span.start, span.stop)
    up = dwelt(f, tip & at_retire(f, work)[span])
    if up is None:
        yield Miss(f.at(step.accent), "retiré on the tip", f"{foot(work)} toe at the knee, {foot(stand)} tip", "never")
        return
    a, b = span.start + up.start, span.start + up.stop
    yield from _from_plie(f, (stand,), span.start, a)
    yield from _not_turned(f, a, b)


def releve_on_one_leg(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On one leg from plié to its tip; the free leg keeps its place."""
    stand, free = legs(step)
    span = f.span(step)
    part = np.nan_to_num(f.share[span] if stand else 1.0 - f.share[span])
    if (part < 0.5).any():
        k = span.start + int(part.argmin())
        yield Miss(k, "on one leg", f"the {foot(stand)} foot carries her", f"{100 * part.min():.0f} %")
    up = dwelt(f, f.pointe[span, stand] & (f.stretch[span, stand] >= STRAIGHT))
    if up is None:
        yield Miss(f.at(step.accent), "up on a straight leg", f"on the {foot(stand)} tip", "never")
        return
    a = span.start + up.start
    yield from _from_plie(f, (stand,), span.start, a)
    for name, values in (("height", f.lift), ("knee", f.stretch)):
        change = abs(float(values[a, free] - values[span.start, free]))
        if change > 30.0:
            yield Miss(a, "the free leg keeps its place", f"{name} within 30 degrees", f"{change:.0f} degrees")
    yield from _not_turned(f, span.start, a)


def _pique(f: Figure, step: StepSpan, there: NDArray[np.bool_], where: str) -> Iterator[Miss]:
    stand, free = legs(step)
    span = f.span(step)
    alone = stood_on(f, stand, span)
    if alone is None:
        yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
        return
    yield from steps_up(f, stand, f.span(step).start, alone.start)
    tip = _on_one_tip(f, stand, span.start, span.stop)
    up = dwelt(f, tip & there[span])
    if up is None:
        yield Miss(f.at(step.accent), "drawn up", f"{foot(free)} toe {where}, {foot(stand)} on its tip", "never")
        return
    yield from _not_turned(f, span.start + up.start, span.start + up.stop)


def pique(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Straight onto one tip, the other foot drawn to the knee, no turn."""
    yield from _pique(f, step, at_retire(f, 1 - legs(step)[0]), "at the knee")


def pique_cou_de_pied(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Straight onto one tip, the other foot drawn to the ankle, no turn."""
    free = 1 - legs(step)[0]
    yield from _pique(f, step, at_ankle(f, free) & ~at_retire(f, free) & (f.stretch[:, free] < 160.0), "at the ankle")


def glissade_piquee(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A step straight onto one tip, the other drawn in to fifth on the tips."""
    work, _ = legs(step)
    span = f.span(step)
    up = dwelt(f, f.pointe[span].all(axis=1) & (f.apart[span] <= DRAWN))
    if up is None:
        yield Miss(f.at(step.accent), "fifth on the tips", "both tips, drawn together", "never")
        return
    a = span.start + up.start
    yield from steps_up(f, work, f.span(step).start, a)
    # A leg that is out in tendu already has not taken her there.
    travel = float(np.linalg.norm(f.track.com[a, :2] - f.track.com[span.start, :2]))
    if travel < 0.2:
        yield Miss(a, "travels", "at least 20 cm", f"{travel * 100:.0f} cm")
    wide = float(f.apart[span.start : a].max()) if a > span.start else 0.0
    if wide < 0.25:
        yield Miss(a, "the legs open", "feet at least 25 cm apart", f"{wide * 100:.0f} cm")
    for side in (0, 1):
        k = a + int(f.stretch[a : span.start + up.stop, side].argmax())
        yield from straight(f, k, side, "straight on the tips")


def _small_steps(f: Figure, step: StepSpan) -> list[tuple[int, int]]:
    """(sample, foot) of every time a foot comes down on its tip."""
    span = f.span(step)
    out = []
    for side in (0, 1):
        for a, b in runs(~f.on[span, side] | (f.track.low[span, side] > 0.004)):
            if b - a >= 0.03 * f.rate and span.start + b < span.stop and f.pointe[span.start + b, side]:
                out.append((span.start + b, side))
    return sorted(out)


def bourree_suivi(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Many small steps in turn on the tips, the feet never far apart, the named foot in front all the way."""
    work, other = legs(step)
    steps = _small_steps(f, step)
    order = [side for _, side in steps]
    if len(steps) < 4:
        yield Miss(f.at(step.accent), "small steps on the tips", "at least 4", str(len(steps)))
        return
    if any(a == b for a, b in pairwise(order)):
        yield Miss(steps[0][0], "the feet alternate", "in turn", ", ".join(foot(s) for s in order))
    a, b = steps[0][0], steps[-1][0]
    every = float(np.median(np.diff([k for k, _ in steps]))) / f.rate
    if every > 0.2:
        yield Miss(a, "quick", "a step every 200 ms at most", f"{1000 * every:.0f} ms")
    wide = float(f.apart[a:b].max())
    if wide > 0.25:
        k = a + int(f.apart[a:b].argmax())
        yield Miss(k, "a tight fifth", "feet within 25 cm", f"{wide * 100:.0f} cm")
    low = ~f.heel_up[a:b] & f.on[a:b]
    if low.any():
        yield Miss(a, "on the tips", "heels up", "a heel is down")
    wrong = sum(in_front(f, k) != work for k, _ in steps)
    if wrong > 0:
        yield Miss(a, "never uncrossing", f"{foot(work)} in front", f"{foot(other)} in front {wrong} times")
    travel = float(np.linalg.norm(f.track.com[b, :2] - f.track.com[a, :2]))
    if travel < 0.1:
        yield Miss(b, "travels", "at least 10 cm", f"{travel * 100:.0f} cm")


def emboite_pointe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On the tips each foot in turn comes from behind and closes in front; the named one first."""
    work, _ = legs(step)
    steps = _small_steps(f, step)
    order = [side for _, side in steps]
    if len(steps) < 2 or any(a == b for a, b in pairwise(order)):
        yield Miss(f.at(step.accent), "the feet alternate", "two steps or more", ", ".join(map(foot, order)) or "none")
        return
    if order[0] != work:
        yield Miss(steps[0][0], "first step", foot(work), foot(order[0]))
    for k, side in steps:
        if in_front(f, k) != side:
            yield Miss(k, "closes in front", foot(side), foot(1 - side))
            break
        if f.apart[k] > DRAWN + 0.03:
            yield Miss(k, "closes", f"feet within {DRAWN * 100 + 3:.0f} cm", f"{f.apart[k] * 100:.0f} cm")
            break
    low = ~f.heel_up[steps[0][0] : steps[-1][0]] & f.on[steps[0][0] : steps[-1][0]]
    if low.any():
        yield Miss(steps[0][0], "on the tips", "heels up", "a heel is down")


def ballonne_releve(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up on one tip as the working leg opens straight and low, then plié as its foot bends in to the ankle."""
    work, stand = legs(step)
    span = f.span(step)
    tip = _on_one_tip(f, stand, span.start, span.stop)
    opened = (f.lift[span, work] >= 28.0) & (f.stretch[span, work] >= 160.0)
    up = dwelt(f, tip & opened, 0.06)
    if up is None:
        yield Miss(f.at(step.accent), "opens on the tip", f"{foot(work)} leg out, {foot(stand)} on its tip", "never")
        return
    a, b = span.start + up.start, span.start + up.stop
    yield from _from_plie(f, (stand,), span.start, a)
    drawn = at_ankle(f, work)[b : span.stop] & (f.stretch[b : span.stop, work] < 160.0)
    if not drawn.any():
        yield Miss(span.stop - 1, "bends in", f"{foot(work)} foot to the ankle", "never")
    bend = 180.0 - float(f.stretch[b : span.stop + round(0.15 * f.rate), stand].min())
    if bend < BENT:
        yield Miss(span.stop - 1, "comes down in plié", f"{foot(stand)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")
    yield from _not_turned(f, span.start, span.stop - 1)


def _hops_on_tip(f: Figure, step: StepSpan, hop: Flight, stand: int) -> Iterator[Miss]:
    """A hop from the tip of a foot to the same tip, small, the knee giving less than in plié."""
    yield from from_to(f, step, hop, (stand,), (stand,))
    a, b = f.at(hop.t0), f.at(hop.t1)
    edge = round(0.06 * f.rate)
    for part, rule in ((slice(a - edge, a), "springs from the tip"), (slice(b + 1, b + edge), "lands on the tip")):
        tip = f.pointe[part, stand].mean()
        if tip < 0.8:
            yield Miss(part.start, rule, f"{foot(stand)} foot on its tip", f"{100 * tip:.0f} % of the time")
    if hop.rise > 0.05:
        yield Miss((a + b) // 2, "hardly leaves the floor", "at most 5 cm", f"{hop.rise * 100:.1f} cm")
    give = 180.0 - float(f.stretch[a - round(0.15 * f.rate) : b + edge, stand].min())
    if give > GIVES:
        yield Miss(a, "the knee gives little", f"{foot(stand)} knee within {GIVES:.0f}", f"{give:.0f} degrees")
    if f.on[a - edge : b + edge, 1 - stand].any():
        yield Miss(a, "the free foot stays off the floor", f"{foot(1 - stand)} foot free", "it touches")


@jump
def temps_leve_pointe(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop on the tip of the named foot, the other leg as it was."""
    stand, free = legs(step)
    yield from _hops_on_tip(f, step, hop, stand)
    before, after = f.at(hop.t0 - 0.1), f.at(hop.t1 + 0.06)
    lift = f.thigh_lift[after, free] - f.thigh_lift[before, free]
    knee = f.stretch[after, free] - f.stretch[before, free]
    if abs(lift) > 22.0 or abs(knee) > 30.0:
        yield Miss(after, "the free leg keeps its place", "as it was", f"{lift:+.0f} degrees, knee {knee:+.0f}")


@jump
def ballonne_pointe(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop on the tip of the other foot as the named leg opens straight and low, and bends in to the ankle."""
    work, stand = legs(step)
    yield from _hops_on_tip(f, step, hop, stand)
    air = slice(f.at(hop.t0 - 0.12), f.at(hop.t1 + 0.06) + 1)
    if not ((f.lift[air, work] >= 28.0) & (f.stretch[air, work] >= 160.0)).any():
        yield Miss(
            air.start, "the leg opens", f"{foot(work)} leg straight, 28 degrees", f"{f.lift[air, work].max():.0f}"
        )
    after = slice(f.at(hop.t1), f.span(step).stop)
    if not (at_ankle(f, work)[after] & (f.stretch[after, work] < 150.0)).any():
        yield Miss(after.start, "bends in", f"{foot(work)} toe at the ankle", "never")


CHECKS: dict[str, Check] = {
    "sus_sous": sus_sous,
    "echappe_releve": echappe_releve,
    "releve_retire": releve_retire,
    "releve_on_one_leg": releve_on_one_leg,
    "pique": pique,
    "pique_cou_de_pied": pique_cou_de_pied,
    "glissade_piquee": glissade_piquee,
    "bourree_suivi": bourree_suivi,
    "emboite_pointe": emboite_pointe,
    "ballonne_releve": ballonne_releve,
    "temps_leve_pointe": temps_leve_pointe,
    "ballonne_pointe": ballonne_pointe,
}
"""By entry."""
