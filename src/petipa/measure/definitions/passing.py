"""Steps that pass the weight on: glided, cut, sprung and waltzed from one foot to the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    BENT,
    CLOSED,
    Array,
    Check,
    Miss,
    at_ankle,
    carries,
    fifth,
    foot,
    from_to,
    in_front,
    jump,
    legs,
    named_way,
    settled,
    the_hop,
    turned,
)
from petipa.measure.figure import Figure, first
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan

GLIDES = 0.035
"""A foot that glides stays this near the floor [m]."""


def _part(f: Figure, side: int) -> Array:
    """Share of the weight on a foot, nought in the air."""
    return np.nan_to_num(f.share if side else 1.0 - f.share)


def _bends(f: Figure, side: int, a: int, b: int, rule: str) -> Iterator[Miss]:
    bend = 180.0 - float(f.stretch[a:b, side].min())
    if bend < BENT:
        yield Miss(a, rule, f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


def _no_flight(f: Figure, step: StepSpan) -> Iterator[Miss]:
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "a foot on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def _comes_onto(f: Figure, side: int, a: int, b: int, least: float = 0.45) -> int | None:
    """The sample at which a foot that carried next to nothing has its share of the weight."""
    part = _part(f, side)[a:b]
    light = np.flatnonzero(part < 0.2)
    if not len(light):
        return None
    loaded = np.flatnonzero(part[light[0] :] >= least)
    return a + int(light[0] + loaded[0]) if len(loaded) else None


def _glides(f: Figure, step: StepSpan) -> Iterator[Miss]:
    work, other = legs(step)
    span = f.span(step)
    # From the ankle or the air it comes down first, beside the other foot or out where it was.
    down = first(f.on[span, work], span.start)
    a = span.stop - 1 if down is None else down
    high = float(f.track.low[a : span.stop, work].max())
    if high > GLIDES:
        k = a + int(f.track.low[a : span.stop, work].argmax())
        yield Miss(k, "glides on the floor", f"{foot(work)} foot within {GLIDES * 100:.1f} cm", f"{high * 100:.1f} cm")
    arrives = _comes_onto(f, work, span.start, span.stop)
    if arrives is None:
        yield Miss(f.at(step.accent), "the weight follows", f"onto the {foot(work)} foot", "it does not come")
        return
    wide = float(f.apart[span.start : arrives + 1].max())
    if wide < 0.28:
        yield Miss(arrives, "glides out", "feet at least 28 cm apart", f"{wide * 100:.0f} cm")
    near = slice(max(0, arrives - round(0.15 * f.rate)), arrives + round(0.15 * f.rate))
    yield from _bends(f, work, near.start, near.stop, "in plié")
    yield from _bends(f, other, near.start, near.stop, "both knees bent")
    yield from _no_flight(f, step)


def chasse(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The working foot glides out and the weight follows, in plié; it does not pass the other on its way."""
    yield from _glides(f, step)
    work, _ = legs(step)
    span = f.span(step)
    end = _comes_onto(f, work, span.start, span.stop) or span.stop - 1
    begun, ended = float(f.front[span.start]), float(f.front[end])
    if abs(begun) > 0.05 and abs(ended) > 0.15 and begun * ended < 0 and f.on[span.start].all():
        yield Miss(end, "does not pass", f"{foot(work)} foot goes out on its own side", "it passes the other")


def chasse_passe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot behind glides past the other to the front, in plié."""
    work, other = legs(step)
    yield from _glides(f, step)
    span = f.span(step)
    yield from _passes(f, work, span.start, span.stop)
    if in_front(f, span.start) == work:
        yield Miss(span.start, "begins behind", foot(work), foot(other))


def _passes(f: Figure, side: int, a: int, b: int) -> Iterator[Miss]:
    """A foot comes close by the other and takes the weight in front of it."""
    end = _comes_onto(f, side, a, b)
    if end is None:
        yield Miss(b - 1, "the weight comes", f"onto the {foot(side)} foot", "it does not come")
        return
    ahead = f.front[a : end + 1] if side else -f.front[a : end + 1]
    if ahead[-1] < 0.1:
        yield Miss(end, "passes to the front", f"{foot(side)} foot 10 cm in front", f"{ahead[-1] * 100:+.0f} cm")
    if ahead.min() > 0.0:
        yield Miss(a, "comes from behind", foot(side), "it was in front")
    # Turned out in first the heels meet, and the balls are a foot apart.
    near = float(np.linalg.norm((f.heel[a : end + 1, 1] - f.heel[a : end + 1, 0])[:, :2], axis=1).min())
    if near > 0.15:
        yield Miss(end, "passes through first", "heels within 15 cm", f"{near * 100:.0f} cm")


def _aloft_together(f: Figure, hop: Flight) -> Iterator[Miss]:
    a, b = f.at(hop.t0), f.at(hop.t1) + 1
    near = float(f.apart[a:b].min())
    if near > CLOSED:
        yield Miss(a, "the feet meet in the air", f"within {CLOSED * 100:.0f} cm", f"{near * 100:.0f} cm")


@jump
def chasse_saute(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Up, the feet meeting in the air, down on the one that chased, and the other out again with the weight."""
    work, other = legs(step)
    yield from from_to(f, step, hop, None, (other,))
    yield from _aloft_together(f, hop)
    b = f.at(hop.t1)
    end = _comes_onto(f, work, b, f.span(step).stop + round(0.1 * f.rate))
    if end is None:
        yield Miss(b, "leads on", f"the {foot(work)} foot takes the weight", "it does not")
        return
    yield from _bends(f, work, end, end + round(0.25 * f.rate), "in plié")
    travel = float(np.linalg.norm(f.track.com[end, :2] - f.track.com[f.at(step.t0), :2]))
    if travel < 0.3:
        yield Miss(end, "travels", "at least 30 cm", f"{travel * 100:.0f} cm")


def _goes_aside(f: Figure, step: StepSpan, a: int, b: int, ahead: NDArray[np.float64]) -> float:
    """How far she goes between two samples to the named side of a way she faces [m]."""
    gone = f.track.com[b, :2] - f.track.com[a, :2]
    return float(ahead[0] * gone[1] - ahead[1] * gone[0]) * named_way(step)


@jump
def galop(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A step to the named side, a small spring from it in which the feet meet, and down on the other."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (work,), (other,))
    yield from _aloft_together(f, hop)
    a, b = f.at(hop.t0), f.at(hop.t1)
    if not f.takes(work, slice(f.at(step.t0), a)):
        yield Miss(a, "steps, then springs", f"the {foot(work)} foot takes the weight first", "it stood there already")
    if hop.rise > 0.14:
        yield Miss(a, "a small spring", "at most 14 cm", f"{hop.rise * 100:.0f} cm")
    after = slice(b, min(b + round(0.3 * f.rate), f.span(step).stop))
    opened = (f.lift[after, work] >= 12.0) & (f.stretch[after, work] >= 150.0) & ~f.on[after, work]
    aside = np.abs(f.bearing[after, work] - (90.0 if work == 0 else -90.0)) <= 50.0
    if not (opened & aside).any():
        yield Miss(b, "opens for the next", f"{foot(work)} leg low to the side", "never")
    far = _goes_aside(f, step, f.at(step.t0), b, f.ahead[a])
    if far < 0.3:
        yield Miss(b, "goes to the side", "at least 30 cm", f"{far * 100:.0f} cm")
    yield from _bends(f, other, b, after.stop, "lands in plié")


def _coupe(f: Figure, step: StepSpan, before: bool) -> Iterator[Miss]:
    work, other = legs(step)
    span = f.span(step, after=0.05)
    arrives = _comes_onto(f, work, span.start, span.stop, 0.7)
    if arrives is None:
        yield Miss(f.at(step.accent), "takes the place", f"the {foot(work)} foot takes the weight", "it does not")
        return
    if f.on[arrives].all() and (in_front(f, arrives) == work) != before:
        where = "in front" if before else "behind"
        yield Miss(arrives, "cuts", f"{foot(work)} foot {where}", "on the other side")
    moved = float(np.linalg.norm(f.track.com[span.stop - 1, :2] - f.track.com[span.start, :2]))
    if moved > 0.3:
        yield Miss(span.stop - 1, "on the spot", "within 30 cm", f"{moved * 100:.0f} cm")
    free = at_ankle(f, other)[arrives : span.stop] & ~f.on[arrives : span.stop, other]
    if not free.any():
        yield Miss(span.stop - 1, "the other drawn up", f"{foot(other)} foot at the ankle", "never")
    yield from _bends(f, work, arrives, span.stop, "in plié")
    yield from _no_flight(f, step)


def coupe_dessous(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From behind the foot takes the place of the other, which is drawn to the ankle."""
    yield from _coupe(f, step, False)


def coupe_dessus(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From the front the foot takes the place of the other, which is drawn to the ankle."""
    yield from _coupe(f, step, True)


def _then_passes(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """After a landing on the other foot the working leg, behind her in the air, passes through to the front."""
    work, _ = legs(step)
    a, b = f.at(hop.t0), f.at(hop.t1)
    behind = (np.abs(f.bearing[a:b, work]) > 110.0) & (f.lift[a:b, work] > 12.0)
    if not behind.any():
        yield Miss(a, "opens behind", f"{foot(work)} leg behind", "never")
    yield from _passes(f, work, b, f.span(step).stop + round(0.1 * f.rate))


@jump
def failli(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet onto the other one, and the working foot glides through to the front."""
    _, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (other,))
    yield from _then_passes(f, step, hop)


@jump
def demi_contretemps(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop on the other foot, and the leg behind glides through to the front."""
    _, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    yield from _then_passes(f, step, hop)


def contretemps(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Cut under, forward, a hop there, and the leg behind glides through to the front."""
    work, other = legs(step)
    yield from demi_contretemps(f, step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    order = [side for side, _, _ in carries(f, slice(f.at(step.t0), f.at(hop.t0)))]
    if order[-2:] != [work, other]:
        said = ", ".join(map(foot, order)) or "none"
        yield Miss(f.at(step.t0), "cut under, then forward", f"{foot(work)}, {foot(other)}", said)


def _order(f: Figure, step: StepSpan, wanted: list[int], a: int, b: int) -> Iterator[Miss]:
    order = [side for side, _, _ in carries(f, slice(a, b))]
    if not any(order[k : k + len(wanted)] == wanted for k in range(len(order))):
        said = ", ".join(map(foot, order)) or "none"
        yield Miss(a, "who carries her", ", ".join(map(foot, wanted)), said)


def _basque(f: Figure, step: StepSpan) -> Iterator[Miss]:
    work, other = legs(step)
    span = f.span(step)
    yield from _order(f, step, [other, work, other], span.start, span.stop)
    wide = float(np.abs(f.open[span]).max())
    if wide < 0.35:
        yield Miss(span.start, "to the side", "feet 35 cm apart sideways", f"{wide * 100:.0f} cm")
    end = settled(f, step, reach=1.0)
    yield from fifth(f, end, "closes in fifth")
    # The circle begins where the foot was: it closes on the other side of the foot that passed.
    if f.on[span.start].all() and abs(f.front[span.start]) > 0.05 and in_front(f, span.start) == in_front(f, end):
        yield Miss(end, "the feet change", foot(1 - in_front(f, span.start)) + " in front", "the same foot")


def pas_de_basque(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A half circle to the side, the other foot through first, and closed: on the floor all the way."""
    yield from _basque(f, step)
    yield from _no_flight(f, step)


@jump
def pas_de_basque_saute(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A half circle, a spring onto that leg, the other foot through first, and closed."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from _basque(f, step)


def pas_de_basque_en_tournant(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A pas de basque on the floor that goes once about, half of it as she steps to the side."""
    work, _ = legs(step)
    span = f.span(step)
    yield from _basque(f, step)
    yield from _no_flight(f, step)
    yield from turned(f, step, span.start, span.stop - 1, way=named_way(step))
    arrives = _comes_onto(f, work, span.start, span.stop, 0.7)
    if arrives is None:
        yield Miss(f.at(step.accent), "the weight goes over", f"onto the {foot(work)} foot", "it does not come")
        return
    before = named_way(step) * float(f.yaw[arrives] - f.yaw[span.start])
    if not 60.0 <= before <= 240.0:
        yield Miss(arrives, "half about as she steps", "60 to 240 degrees", f"{before:.0f} degrees")
    aside = _goes_aside(f, step, span.start, arrives, f.ahead[span.start])
    if aside < 0.15:
        yield Miss(arrives, "to the side", ">= 15 cm", f"{100 * aside:.0f} cm")


def pas_de_valse(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A long step down, and two small ones up on the balls of the feet."""
    work, other = legs(step)
    span = slice(f.at(step.accent - 0.1), f.at(step.t1) + 1)
    turns = carries(f, span)
    order = [side for side, _, _ in turns]
    k = next((k for k in range(len(order) - 2) if order[k : k + 3] == [work, other, work]), None)
    if k is None:
        said = ", ".join(map(foot, order)) or "none"
        yield Miss(span.start, "three steps", f"{foot(work)}, {foot(other)}, {foot(work)}", said)
        return
    (_, a0, a1), (_, b0, b1), (_, c0, c1) = turns[k : k + 3]
    yield from _bends(f, work, a0, a1, "down on one")
    for side, a, b, rule in ((other, b0, b1, "up on two"), (work, c0, c1, "up on three")):
        if not f.heel_up[a:b, side].any():
            yield Miss(a, rule, f"{foot(side)} heel off the floor", "heel down")
        elif f.stretch[a:b, side].max() < 160.0:
            wanted, got = f"{foot(side)} knee >= 160", f"{f.stretch[a:b, side].max():.0f} degrees"
            yield Miss(a, rule + ", stretched", wanted, got)
    path = f.track.com[c1 - 1, :2] - f.track.com[f.at(step.t0), :2]
    along = abs(float(path @ f.ahead[a0]))
    if along < 0.3:
        yield Miss(c0, "travels on her line", "at least 30 cm", f"{along * 100:.0f} cm")
    yield from _no_flight(f, step)


def pas_couru(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Small quick steps in turn, heels up, the legs stretched."""
    work, _ = legs(step)
    span = f.span(step)
    steps = sorted((k, side) for side in (0, 1) for k in f.takes(side, slice(f.at(step.accent - 0.15), span.stop)))
    order = [side for _, side in steps]
    if len(steps) < 2:
        yield Miss(span.start, "steps", "at least 2", str(len(steps)))
        return
    if order[0] != work:
        yield Miss(steps[0][0], "first step", foot(work), foot(order[0]))
    every = float(np.median(np.diff([k for k, _ in steps]))) / f.rate
    if every > 0.35:
        yield Miss(steps[0][0], "swift", "a step every 350 ms at most", f"{1000 * every:.0f} ms")
    for k, side in steps[:-1]:
        if f.heel[k, side, 2] < 0.02:
            yield Miss(k, "on the balls of the feet", f"{foot(side)} heel up", "heel down")
        if f.stretch[k, side] < 145.0:
            yield Miss(k, "stretched legs", f"{foot(side)} knee >= 145", f"{f.stretch[k, side]:.0f} degrees")
    # The first foot may have waited at the ankle, and after the last pace the other leg is on its way to what follows.
    high = float(f.track.low[steps[0][0] : steps[-1][0] + 1].max())
    if high > 0.12:
        yield Miss(span.start, "close to the floor", "feet under 12 cm", f"{high * 100:.0f} cm")


@jump
def pas_de_mazurka(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Down onto the named foot, the other cuts it out before her, and a small hop there as it bends to the ankle."""
    work, other = legs(step)
    a, b = f.at(hop.t0), f.at(hop.t1)
    yield from from_to(f, step, hop, (other,), (other,))
    yield from _order(f, step, [work, other], f.at(step.accent - 0.1), a)
    if hop.rise > 0.14:
        yield Miss(a, "a small hop", "at most 14 cm", f"{hop.rise * 100:.0f} cm")
    taken = f.takes(work, slice(f.at(step.accent - 0.2), a))
    cuts = f.takes(other, slice(taken[0], a)) if taken else []
    if not taken or not cuts:
        yield Miss(f.at(step.accent), "slides, then cuts", f"{foot(work)} takes the weight, then {foot(other)}", "not")
        return
    yield from _bends(f, work, taken[0], cuts[0], "down on one")
    shown = (np.abs(f.bearing[cuts[0] : b, work]) <= 50.0) & (f.lift[cuts[0] : b, work] >= 18.0)
    shown &= (f.stretch[cuts[0] : b, work] >= 160.0) & ~f.on[cuts[0] : b, work]
    if not shown.any():
        yield Miss(cuts[0], "thrown out on two", f"{foot(work)} leg straight before her, 18 degrees", "never")
    after = slice(b, min(b + round(0.35 * f.rate), f.span(step).stop))
    drawn = at_ankle(f, work)[after] & ~f.on[after, work] & (f.stretch[after, work] < 150.0)
    if not drawn.any():
        yield Miss(b, "bends in on three", f"{foot(work)} toe at the ankle", "never")
    yield from _bends(f, other, b, after.stop, "lands in plié")


CHECKS: dict[str, Check] = {
    "chasse": chasse,
    "chasse_passe": chasse_passe,
    "chasse_saute": chasse_saute,
    "galop": galop,
    "coupe_dessous": coupe_dessous,
    "coupe_dessus": coupe_dessus,
    "failli": failli,
    "demi_contretemps": demi_contretemps,
    "contretemps": contretemps,
    "pas_de_basque": pas_de_basque,
    "pas_de_basque_saute": pas_de_basque_saute,
    "pas_de_basque_en_tournant": pas_de_basque_en_tournant,
    "pas_de_valse": pas_de_valse,
    "pas_de_mazurka": pas_de_mazurka,
    "pas_couru": pas_couru,
}
"""By entry."""
