"""Jumps: which feet leave, which land, what the legs do between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from petipa.measure.definitions.common import (
    HEIGHT,
    STRAIGHT,
    Check,
    Miss,
    brushes,
    crossings,
    fifth,
    foot,
    from_to,
    front_foot,
    joins,
    jump,
    legs,
    plie_after,
    pointed_aloft,
    stays_open,
    travels,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan


@jump
def assemble(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to two: the working leg brushes, the legs join in the air and land together in fifth."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (0, 1))
    yield from brushes(f, hop, work)
    yield from joins(f, hop)
    yield from pointed_aloft(f, hop)
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from plie_after(f, hop, (0, 1))


@jump
def changement(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to two: the feet change places in the air; the named foot ends in front."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = f.at(hop.t0), f.at(hop.t1)
    for sample, side, rule in ((a - 5, other, "front foot before"), (b + 8, work, "front foot after")):
        yield from front_foot(f, sample, side, rule)
    changes = crossings(f, a, b)
    if len(changes) % 2 == 0:
        yield Miss((a + b) // 2, "the feet change in the air", "an odd number of crossings", str(len(changes)))
    yield from pointed_aloft(f, hop)
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from plie_after(f, hop, (0, 1))


@jump
def entrechat_quatre(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two to two: the calves beat, the front foot passing behind and back; she lands as she left."""
    work, _ = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = f.at(hop.t0), f.at(hop.t1)
    for sample, rule in ((a - 5, "front foot before"), (b + 8, "front foot after")):
        yield from front_foot(f, sample, work, rule)
    changes = crossings(f, a, b)
    if len(changes) < 2 or len(changes) % 2:
        yield Miss((a + b) // 2, "beats in the air", "two crossings", str(len(changes)))
    # The legs part to pass each other; they beat where they are crossed, between one passing and the next.
    for k, n in pairwise(changes):
        gap = np.linalg.norm(f.ankle[k : n + 1, 1] - f.ankle[k : n + 1, 0], axis=1)
        if gap.min() > 0.18:
            yield Miss(k + int(gap.argmin()), "the calves beat", "ankles within 18 cm", f"{gap.min() * 100:.0f} cm")
    yield from pointed_aloft(f, hop)
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from plie_after(f, hop, (0, 1))


@jump
def sissonne_ouverte(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one, with travel; the other leg stays open, straight, at its height."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    yield from travels(f, hop, 0.15)
    yield from stays_open(f, hop, other, (step.height or 45.0) - HEIGHT)
    yield from pointed_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


@jump
def grand_jete(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the other; both legs straight in a split at the top."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from travels(f, hop, 0.6)
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
    yield from pointed_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


CHECKS: dict[str, Check] = {
    "assemble": assemble,
    "changement": changement,
    "entrechat_quatre": entrechat_quatre,
    "sissonne_ouverte": sissonne_ouverte,
    "grand_jete": grand_jete,
}
"""By entry."""
