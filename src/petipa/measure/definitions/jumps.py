"""Jumps: which feet leave, which land, what the legs do between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from petipa.measure.definitions.common import (
    BENT,
    HEIGHT,
    POINTED,
    STRAIGHT,
    Check,
    Miss,
    crossings,
    fifth,
    foot,
    from_to,
    in_front,
    legs,
    the_hop,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan


def _pointed_aloft(f: Figure, hop: Flight, least: float = POINTED) -> Iterator[Miss]:
    """Both feet are pointed at the top of a flight."""
    top = f.at(0.5 * (hop.t0 + hop.t1))
    for side in (0, 1):
        if f.point[top, side] < least:
            yield Miss(
                top, "feet pointed aloft", f"{foot(side)} foot >= {least:.0f}", f"{f.point[top, side]:.0f} degrees"
            )


def _plie_after(f: Figure, hop: Flight, sides: tuple[int, ...]) -> Iterator[Miss]:
    """She comes down through plié."""
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.35) + 1)
    for side in sides:
        bend = 180.0 - float(f.stretch[window, side].min())
        if bend < BENT:
            yield Miss(window.start, "lands in plié", f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


def _closes(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")


def assemble(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From one foot to two: the working leg brushes, the legs join in the air and land together in fifth."""
    work, other = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (other,), (0, 1))
    brush = slice(f.at(hop.t0 - 0.1), f.at(0.5 * (hop.t0 + hop.t1)) + 1)
    lift = float(f.lift[brush, work].max())
    if lift < 25.0:
        yield Miss(brush.start, "the working leg brushes", "at least 25 degrees open", f"{lift:.0f} degrees")
    before = f.at(hop.t1 - 0.02)
    gap = float(np.linalg.norm(f.ankle[before, 1] - f.ankle[before, 0]))
    if gap > 0.24:
        yield Miss(before, "the legs join in the air", "ankles within 24 cm before landing", f"{gap * 100:.0f} cm")
    yield from _pointed_aloft(f, hop)
    yield from _closes(f, step, hop)
    yield from _plie_after(f, hop, (0, 1))


def changement(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From two feet to two: the feet change places in the air; the named foot ends in front."""
    work, other = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = f.at(hop.t0), f.at(hop.t1)
    for sample, side, rule in ((a - 5, other, "front foot before"), (b + 8, work, "front foot after")):
        if in_front(f, sample) != side:
            yield Miss(sample, rule, foot(side), foot(1 - side))
    changes = crossings(f, a, b)
    if len(changes) % 2 == 0:
        yield Miss((a + b) // 2, "the feet change in the air", "an odd number of crossings", str(len(changes)))
    yield from _pointed_aloft(f, hop)
    yield from _closes(f, step, hop)
    yield from _plie_after(f, hop, (0, 1))


def entrechat_quatre(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From two to two: the calves beat, the front foot passing behind and back; she lands as she left."""
    work, _ = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = f.at(hop.t0), f.at(hop.t1)
    for sample, rule in ((a - 5, "front foot before"), (b + 8, "front foot after")):
        if in_front(f, sample) != work:
            yield Miss(sample, rule, foot(work), foot(1 - work))
    changes = crossings(f, a, b)
    if len(changes) < 2 or len(changes) % 2:
        yield Miss((a + b) // 2, "beats in the air", "two crossings", str(len(changes)))
    # The legs part to pass each other; they beat where they are crossed, between one passing and the next.
    for k, n in pairwise(changes):
        gap = np.linalg.norm(f.ankle[k : n + 1, 1] - f.ankle[k : n + 1, 0], axis=1)
        if gap.min() > 0.18:
            yield Miss(k + int(gap.argmin()), "the calves beat", "ankles within 18 cm", f"{gap.min() * 100:.0f} cm")
    yield from _pointed_aloft(f, hop)
    yield from _closes(f, step, hop)
    yield from _plie_after(f, hop, (0, 1))


def sissonne_ouverte(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From two feet to one, with travel; the other leg stays open, straight, at its height."""
    work, other = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (0, 1), (work,))
    if hop.travel < 0.15:
        yield Miss(f.at(hop.t1), "travels", "at least 15 cm in the air", f"{hop.travel * 100:.0f} cm")
    asked = (step.height or 45.0) - HEIGHT
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.25) + 1)
    best = window.start + int(f.lift[window, other].argmax())
    if f.lift[best, other] < asked:
        yield Miss(best, "the other leg open", f">= {asked:.0f} degrees", f"{f.lift[best, other]:.0f} degrees")
    if f.stretch[best, other] < 160.0:
        yield Miss(best, "the open leg straight", f"{foot(other)} knee >= 160", f"{f.stretch[best, other]:.0f} degrees")
    yield from _pointed_aloft(f, hop)
    yield from _plie_after(f, hop, (work,))


def grand_jete(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From one foot to the other; both legs straight in a split at the top."""
    work, other = legs(step)
    hop, misses = the_hop(f, step)
    yield from misses
    if hop is None:
        return
    yield from from_to(f, step, hop, (other,), (work,))
    if hop.travel < 0.6:
        yield Miss(f.at(hop.t1), "travels", "at least 60 cm in the air", f"{hop.travel * 100:.0f} cm")
    a, b = f.at(hop.t0), f.at(hop.t1)
    if f.stretch[a, work] < 145.0:
        yield Miss(a, "thrown straight", f"{foot(work)} knee >= 145 as she leaves", f"{f.stretch[a, work]:.0f} degrees")
    line = f.ankle[a:b] - f.hip[a:b]
    line = line / np.linalg.norm(line, axis=2, keepdims=True)
    split = np.degrees(np.arccos(np.clip((line[:, 0] * line[:, 1]).sum(axis=1), -1, 1)))
    best = a + int(split.argmax())
    # Asked of each leg; both together make the split.
    asked = min(2 * (step.height or 80.0), 170.0) - 2 * HEIGHT
    if split.max() < asked:
        yield Miss(best, "split", f">= {asked:.0f} degrees", f"{split.max():.0f} degrees")
    # Where the split is widest is a plateau as much as an instant: it must hold the top of the flight.
    top = (a + b) // 2
    if split[top - a] < split.max() - 12.0:
        yield Miss(top, "split at the top", f"within 12 of {split.max():.0f} degrees", f"{split[top - a]:.0f} degrees")
    for side in (0, 1):
        if f.stretch[top, side] < STRAIGHT - 5.0:
            yield Miss(top, "legs straight", f"{foot(side)} knee >= {STRAIGHT - 5:.0f}", f"{f.stretch[top, side]:.0f}")
    ahead = abs(float(f.bearing[top, work]))
    if ahead > 45.0:
        yield Miss(top, "the named leg before", "within 45 degrees of ahead", f"{ahead:.0f} degrees")
    yield from _pointed_aloft(f, hop)
    yield from _plie_after(f, hop, (work,))


CHECKS: dict[str, Check] = {
    "assemble": assemble,
    "changement": changement,
    "entrechat_quatre": entrechat_quatre,
    "sissonne_ouverte": sissonne_ouverte,
    "grand_jete": grand_jete,
}
"""By entry."""
