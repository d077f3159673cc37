"""Words the definitions share: which feet leave and meet the floor, what is closed, what is at retiré."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Concatenate, NamedTuple, ParamSpec

import numpy as np
from numpy.typing import NDArray

from petipa.measure.figure import SIDES, Figure
from petipa.measure.physics import Flight, runs
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
P = ParamSpec("P")


class Miss(NamedTuple):
    """A rule that does not hold: where, what was expected, what was measured."""

    sample: int
    rule: str
    expected: str
    measured: str


Check = Callable[[Figure, StepSpan], Iterator[Miss]]
Jump = Callable[Concatenate[Figure, StepSpan, P], Iterator[Miss]]

# Tolerances, once. Straight and pointed follow the teacher's table of measures; the rest are what the eye still
# takes for the position: a hand's breadth, a foot's width.
STRAIGHT = 172.0
"""A leg this stretched reads as straight in movement; held positions ask for 175 [degrees]."""
LONG = 165.0
"""A leg this stretched in the air, or opened in a small jump, reads as straight [degrees]."""
POINTED = 70.0
"""A foot this far in line with its shank is pointed [degrees]."""
CLOSED = 0.22
"""Middles of the feet no further apart than this are in a closed position [m]."""
NARROW = 0.13
"""In fifth neither foot is further to the side of the other than this [m]."""
AT_LEG = 0.17
"""A toe no further than this from a joint of the other leg is at it [m]."""
BENT = 25.0
"""A knee bent more than this is in plié [degrees]."""
TOGETHER = 0.04
"""A foot no higher than this when the other leaves or meets the floor leaves or meets it too [m]."""
HEIGHT = 10.0
"""A leg may be this much below the height asked [degrees]."""
DWELL = 0.1
"""A position is dwelt in when it is held this long [s]."""
TURN = 25.0
"""A turn may stop this far from its facing [degrees]."""


def knee_over_toes(f: Figure, k: int, side: int, *, within: float) -> Iterator[Miss]:
    """The knee bends the way the foot points, as one sees looking down the leg, which in second stands aslant."""
    hip, knee, ankle = f.hip[k, side], f.knee[k, side], f.ankle[k, side]
    axis = (hip - ankle) / np.linalg.norm(hip - ankle)
    way = (knee - ankle - axis * float((knee - ankle) @ axis))[:2]
    line = (f.tip - f.heel)[k, side, :2]
    off = float(np.degrees(np.arctan2(way[0] * line[1] - way[1] * line[0], (way * line).sum())))
    if np.linalg.norm(way) > 0.05 and abs(off) > within:
        yield Miss(k, "knees over toes", f"{foot(side)} within {within:.0f} degrees", f"{off:.0f} degrees")


def both_hands(f: Figure, span: slice) -> Array:
    """Where both hands are, left and right, (n, 2, 3) [m]."""
    return f.track.p[span][:, [f.track.skeleton.index(f"hand_{s}") for s in "lr"]]


def legs(step: StepSpan) -> tuple[int, int]:
    """Index of the named side's leg and of the other's."""
    work = SIDES[step.side]
    return work, 1 - work


def toward(side: int) -> int:
    """+1 to her left for the left leg, -1 to her right for the right: as yaws count."""
    return 1 if side == 0 else -1


def named_way(step: StepSpan) -> int:
    """`toward` the named side: en dehors and stepped turns both go there."""
    return toward(SIDES[step.side])


def foot(side: int) -> str:
    """Name of a foot."""
    return ("left", "right")[side]


def wrapped(angle: float) -> float:
    """An angle in -180 .. 180 degrees."""
    return (angle + 180.0) % 360.0 - 180.0


def leaving(f: Figure, flight: Flight) -> tuple[int, ...]:
    """Feet that take off: both where they leave together, else the last."""
    return _together(f, f.at(flight.t0))


def landing(f: Figure, flight: Flight) -> tuple[int, ...]:
    """Feet that land: both where they land together, else the first."""
    return _together(f, f.at(flight.t1))


def _together(f: Figure, sample: int) -> tuple[int, ...]:
    low = f.track.low[sample]
    return (0, 1) if low.max() <= TOGETHER else (int(low.argmin()),)


def in_front(f: Figure, sample: int) -> int:
    """Which foot stands in front."""
    return 1 if f.front[sample] > 0 else 0


def is_closed(f: Figure, sample: int) -> bool:
    """Whether the feet are closed, one before the other or heel to heel."""
    return bool(f.apart[sample] <= CLOSED and abs(f.open[sample]) <= NARROW)


def fifth(f: Figure, sample: int, rule: str) -> Iterator[Miss]:
    """The feet are in fifth at a sample."""
    if not is_closed(f, sample):
        measured = f"{f.apart[sample] * 100:.0f} cm apart, {f.open[sample] * 100:+.0f} cm open"
        yield Miss(sample, rule, "feet closed in fifth", measured)
    elif abs(f.front[sample]) < 0.03:
        yield Miss(sample, rule, "one foot before the other", f"{f.front[sample] * 100:+.0f} cm")


def straight(f: Figure, sample: int, side: int, rule: str, least: float = STRAIGHT) -> Iterator[Miss]:
    """A knee is straight at a sample."""
    if f.stretch[sample, side] < least:
        yield Miss(sample, rule, f"{foot(side)} knee straight", f"{f.stretch[sample, side]:.0f} degrees")


def at_retire(f: Figure, work: int) -> NDArray[np.bool_]:
    """Whether the working toe is at the other leg's knee with the thigh raised, at every sample."""
    near = np.linalg.norm(f.tip[:, work] - f.knee[:, 1 - work], axis=1) <= AT_LEG
    return np.asarray(near & (f.thigh_lift[:, work] >= 50.0) & (f.stretch[:, work] <= 125.0))


def at_ankle(f: Figure, work: int) -> NDArray[np.bool_]:
    """Whether the working toe is at the other leg's ankle or lower shin, off the floor, at every sample."""
    other = 1 - work
    shin = 0.65 * f.ankle[:, other] + 0.35 * f.knee[:, other]
    near = np.minimum(
        np.linalg.norm(f.tip[:, work] - f.ankle[:, other], axis=1), np.linalg.norm(f.tip[:, work] - shin, axis=1)
    )
    return np.asarray(near <= AT_LEG)


def the_hop(f: Figure, step: StepSpan) -> tuple[Flight | None, list[Miss]]:
    """The one flight of a jump; a miss where there is none."""
    hops = f.hops(step)
    if not hops:
        return None, [Miss(f.at(step.accent), "springs", "a flight", "none found")]
    return max(hops, key=lambda hop: hop.t1 - hop.t0), []


def jump(check: Callable[Concatenate[Figure, StepSpan, Flight, P], Iterator[Miss]]) -> Jump[P]:
    """A check that is given the one flight of a step; where there is none, that is the miss."""

    def held(f: Figure, step: StepSpan, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[Miss]:
        hop, misses = the_hop(f, step)
        yield from misses
        if hop is not None:
            yield from check(f, step, hop, *args, **kwargs)

    return held


def midair(f: Figure, hop: Flight) -> int:
    """The sample in the middle of a flight."""
    return f.at(0.5 * (hop.t0 + hop.t1))


def pointed_aloft(f: Figure, hop: Flight, least: float = POINTED) -> Iterator[Miss]:
    """Both feet are pointed at the top of a flight."""
    k = midair(f, hop)
    for side in (0, 1):
        if f.point[k, side] < least:
            yield Miss(k, "feet pointed aloft", f"{foot(side)} foot >= {least:.0f}", f"{f.point[k, side]:.0f} degrees")


def stretched_aloft(f: Figure, hop: Flight) -> Iterator[Miss]:
    """Both knees are stretched at the top of a flight."""
    k = midair(f, hop)
    for side in (0, 1):
        if f.stretch[k, side] < LONG:
            yield Miss(
                k, "knees straight aloft", f"{foot(side)} knee >= {LONG:.0f}", f"{f.stretch[k, side]:.0f} degrees"
            )


def plie_after(f: Figure, hop: Flight, sides: tuple[int, ...]) -> Iterator[Miss]:
    """She comes down through plié."""
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.35) + 1)
    for side in sides:
        bend = 180.0 - float(f.stretch[window, side].min())
        if bend < BENT:
            yield Miss(window.start, "lands in plié", f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


def travels(f: Figure, hop: Flight, least: float) -> Iterator[Miss]:
    """She goes so far in the air [m]."""
    if hop.travel < least:
        yield Miss(f.at(hop.t1), "travels", f"at least {least * 100:.0f} cm in the air", f"{hop.travel * 100:.0f} cm")


def brushes(f: Figure, hop: Flight, work: int, least: float = 25.0) -> Iterator[Miss]:
    """A leg brushes open as she leaves the floor [degrees]."""
    window = slice(f.at(hop.t0 - 0.1), midair(f, hop) + 1)
    lift = float(f.lift[window, work].max())
    if lift < least:
        yield Miss(window.start, "the working leg brushes", f"at least {least:.0f} degrees open", f"{lift:.0f} degrees")


def joins(f: Figure, hop: Flight) -> Iterator[Miss]:
    """The legs come together before she lands."""
    k = f.at(hop.t1 - 0.02)
    gap = float(np.linalg.norm(f.ankle[k, 1] - f.ankle[k, 0]))
    if gap > 0.24:
        yield Miss(k, "the legs join in the air", "ankles within 24 cm before landing", f"{gap * 100:.0f} cm")


def stays_open(f: Figure, hop: Flight, side: int, least: float) -> Iterator[Miss]:
    """Just after the landing a leg is open, straight, so high [degrees]."""
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.25) + 1)
    k = window.start + int(f.lift[window, side].argmax())
    if f.lift[k, side] < least:
        yield Miss(k, "the other leg open", f">= {least:.0f} degrees", f"{f.lift[k, side]:.0f} degrees")
    if f.stretch[k, side] < 160.0:
        yield Miss(k, "the open leg straight", f"{foot(side)} knee >= 160", f"{f.stretch[k, side]:.0f} degrees")


def front_foot(f: Figure, sample: int, side: int, rule: str) -> Iterator[Miss]:
    """A foot stands in front at a sample."""
    if in_front(f, sample) != side:
        yield Miss(sample, rule, foot(side), foot(1 - side))


def dwelt(f: Figure, mask: Bools, seconds: float = DWELL) -> slice | None:
    """The first stretch of a mask that lasts so long; None where there is none."""
    return next((slice(a, b) for a, b in runs(mask) if b - a >= seconds * f.rate), None)


def from_to(
    f: Figure, step: StepSpan, hop: Flight, off: tuple[int, ...] | None, on: tuple[int, ...] | None
) -> Iterator[Miss]:
    """The feet a jump leaves from and lands on."""
    names = {(): "none", (0,): "left", (1,): "right", (0, 1): "both"}
    left, met = leaving(f, hop), landing(f, hop)
    if off is not None and left != off:
        yield Miss(f.at(hop.t0), "take-off feet", names[off], names[left])
    if on is not None and met != on:
        yield Miss(f.at(hop.t1), "landing feet", names[on], names[met])


def crossings(f: Figure, a: int, b: int, *, least: float = 0.015) -> list[int]:
    """Samples between a and b at which one ankle passes the other, each clearly on either side."""
    gap = ((f.ankle[a:b, 1, :2] - f.ankle[a:b, 0, :2]) * f.ahead[a:b]).sum(axis=1)
    out, sign = [], 0
    for k, value in enumerate(gap):
        if abs(value) < least:
            continue
        now = 1 if value > 0 else -1
        if sign and now != sign:
            out.append(a + k)
        sign = now
    return out


def carries(f: Figure, window: slice) -> list[tuple[int, int, int]]:
    """Who carries the weight, in order: (foot, first sample, one past the last), shared weight left out."""
    out: list[tuple[int, int, int]] = []
    weight = f.weight[window]
    start = window.start
    least = round(0.04 * f.rate)
    k = 0
    while k < len(weight):
        j = k
        while j < len(weight) and weight[j] == weight[k]:
            j += 1
        if weight[k] in (0, 1) and j - k >= least:
            if out and out[-1][0] == weight[k]:
                out[-1] = (out[-1][0], out[-1][1], start + j)
            else:
                out.append((int(weight[k]), start + k, start + j))
        k = j
    return out


def settled(f: Figure, step: StepSpan, *, reach: float = 0.3) -> int:
    """The sample at which a step is over: the last before the feet leave where they stood after its accent."""
    last = f.at(step.t1)
    begin = f.at(step.accent)
    stop = min(len(f.apart), last + round(0.02 * f.rate))
    best, nearest = begin, float(f.apart[begin])
    for k in range(begin, stop):
        # The ball of a foot that comes down on it goes out a little as the heel follows.
        leaves = f.heel_up[k].any() and not f.heel_up[best].any() and f.on[best].all()
        down = f.heel_up[best].any() and not f.heel_up[k].any()
        if f.on[k].all() and f.apart[k] <= nearest + (0.06 if down else 0.03) and not leaves:
            best, nearest = k, float(f.apart[k]) if down else min(nearest, float(f.apart[k]))
    return best if f.on[best].all() else min(last, begin + round(reach * f.rate))


def bend_on(f: Figure, side: int, step: StepSpan) -> int:
    """The sample at which she is lowest on the foot a step has taken her onto: she may come out of another bend."""
    span = f.span(step)
    stepped = max(f.takes(side, slice(span.start, f.at(step.accent) + 1)), default=span.start)
    return stepped + int(f.track.com[stepped : span.stop, 2].argmin())


def lean_of_turn(f: Figure, a: int, b: int) -> float:
    """How far the hips turn between two samples [degrees], positive to her left."""
    return float(f.yaw[b] - f.yaw[a])


def turned(
    f: Figure, step: StepSpan, a: int, b: int, *, way: int, rule: str = "turn completed", fallback: int = 1
) -> Iterator[Miss]:
    """The hips turn the turns asked plus the change of facing between two samples; `way` is +1 to her left."""
    turns = step.turns or fallback
    # The facing a step ends in is written; where it began is measured.
    change = wrapped(step.facing - float(f.yaw[a]))
    options = [way * 360.0 * turns + change + 360.0 * k for k in (-1, 0, 1)]
    asked = min(options, key=lambda x: abs(x - way * 360.0 * turns))
    got = lean_of_turn(f, a, b)
    about = way * change < 0 and abs(change) > 150.0  # the half turn to her line may come with the turn
    if abs(got - asked) > TURN and not (about and abs(got - asked - way * 360.0) <= TURN):
        yield Miss(b, rule, f"{asked:+.0f} degrees", f"{got:+.0f} degrees")


def stood_on(f: Figure, side: int, window: slice) -> slice | None:
    """The longest stretch of a window in which only one foot touches the floor."""
    alone = f.on[window, side] & ~f.on[window, 1 - side]
    best: slice | None = None
    k = 0
    while k < len(alone):
        if not alone[k]:
            k += 1
            continue
        j = k
        while j < len(alone) and alone[j]:
            j += 1
        if best is None or j - k > best.stop - best.start:
            best = slice(window.start + k, window.start + j)
        k = j
    return best


def steps_up(f: Figure, stand: int, begin: int, alone: int) -> Iterator[Miss]:
    """Between `begin` and `alone` she steps onto the tip of a foot that was not there, the leg straight."""
    taken = f.takes(stand, slice(begin, alone + round(0.1 * f.rate)))
    if not taken:
        yield Miss(alone, "steps out", f"the {foot(stand)} foot takes the weight", "it stood there already")
        return
    k = taken[-1]
    if f.stretch[k, stand] < STRAIGHT - 7.0:
        wanted = f"{foot(stand)} knee >= {STRAIGHT - 7:.0f}"
        yield Miss(k, "steps onto a straight leg", wanted, f"{f.stretch[k, stand]:.0f}")
    if not (f.heel_up[k, stand] or f.pointe[k, stand]):
        yield Miss(k, "steps onto pointe", f"{foot(stand)} heel up", "heel down")
