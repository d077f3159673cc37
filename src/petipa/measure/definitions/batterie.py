"""Beaten jumps: where the calves meet in the air, which foot is in front there, and what the feet leave and land on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from petipa.measure.definitions.common import (
    HEIGHT,
    POINTED,
    Check,
    Miss,
    at_ankle,
    brushes,
    fifth,
    foot,
    from_to,
    front_foot,
    in_front,
    jump,
    legs,
    plie_after,
    pointed_aloft,
    stays_open,
    stretched_aloft,
    travels,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan

CALVES = 0.18
"""Ankles this near have beaten [m]."""
PARTED = 0.03
"""The ankles part this much before and after a beat [m]."""


class Beat(NamedTuple):
    """Where the calves meet in the air, and the foot in front there."""

    sample: int
    front: int
    gap: float


def beats(f: Figure, hop: Flight) -> list[Beat]:
    """Each time within a flight that the ankles of two stretched legs come together and part again."""
    a, b = f.at(hop.t0), f.at(hop.t1)
    gap = np.linalg.norm(f.ankle[a:b, 1] - f.ankle[a:b, 0], axis=1)
    out: list[Beat] = []
    low = high = 0
    falling = False
    for k in range(len(gap)):
        if falling:
            if gap[k] < gap[low]:
                low = k
            elif gap[k] > gap[low] + PARTED:
                fore = float(((f.ankle[a + low, 1] - f.ankle[a + low, 0])[:2] * f.ahead[a + low]).sum())
                if f.stretch[a + low].min() > 150.0:
                    out.append(Beat(a + low, int(fore > 0), float(gap[low])))
                falling, high = False, k
        elif gap[k] > gap[high]:
            high = k
        elif gap[k] < gap[high] - PARTED:
            falling, low = True, k
    return out


def _before(f: Figure, hop: Flight) -> int:
    """The foot in front as she leaves the floor."""
    return in_front(f, f.at(hop.t0) - 5)


def _beaten(f: Figure, hop: Flight, wanted: Sequence[int]) -> Iterator[Miss]:
    """The beats are these: the front foot of each, in order."""
    found = beats(f, hop)
    middle = f.at(0.5 * (hop.t0 + hop.t1))
    said = ", ".join(foot(beat.front) for beat in found) or "none"
    if [beat.front for beat in found] != list(wanted):
        asked = ", ".join(foot(side) for side in wanted)
        yield Miss(middle, "beats in the air", f"in front at each: {asked}", said)
    for beat in found:
        if beat.gap > CALVES:
            yield Miss(beat.sample, "the calves beat", "ankles within 18 cm", f"{beat.gap * 100:.0f} cm")


def _one_beat(f: Figure, hop: Flight) -> tuple[Beat | None, list[Miss]]:
    """The one beat of a jump, or what is wrong with it."""
    found = beats(f, hop)
    if len(found) != 1:
        return None, [Miss(f.at(0.5 * (hop.t0 + hop.t1)), "beats in the air", "once", f"{len(found)} times")]
    beat = found[0]
    if beat.gap > CALVES:
        return beat, [Miss(beat.sample, "the calves beat", "ankles within 18 cm", f"{beat.gap * 100:.0f} cm")]
    return beat, []


def _closes(f: Figure, hop: Flight, front: int) -> Iterator[Miss]:
    """Lands in fifth with this foot in front."""
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    k = f.at(hop.t1) + 8
    yield from front_foot(f, k, front, "front foot after")


def _at_the_ankle(f: Figure, hop: Flight, side: int, *, front: bool) -> Iterator[Miss]:
    """After the landing a foot is on the cou-de-pied of the other, before it or behind it."""
    window = slice(f.at(hop.t1 + 0.05), f.at(hop.t1 + 0.25) + 1)
    there = at_ankle(f, side)[window] & ~f.on[window, side]
    if not there.any():
        away = np.linalg.norm(f.tip[window, side] - f.ankle[window, 1 - side], axis=1).min()
        yield Miss(window.start, "on the cou-de-pied", f"{foot(side)} toe at the ankle", f"{away * 100:.0f} cm away")
        return
    k = window.start + int(there.argmax())
    fore = float(((f.tip[k, side] - f.ankle[k, 1 - side])[:2] * f.ahead[k]).sum())
    if (fore > 0) != front:
        words = ("behind", "in front")
        yield Miss(k, "which cou-de-pied", f"{foot(side)} foot {words[front]}", words[fore > 0])


@jump
def _entrechat(
    f: Figure, step: StepSpan, hop: Flight, before: int, wanted: Sequence[int], after: int
) -> Iterator[Miss]:
    """From two feet to two, with these feet in front before, at each beat, and after."""
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    if _before(f, hop) != before:
        yield Miss(f.at(hop.t0) - 5, "front foot before", foot(before), foot(1 - before))
    yield from _beaten(f, hop, wanted)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from _closes(f, hop, after)
    yield from plie_after(f, hop, (0, 1))


def royale(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One beat with the same foot in front, and the feet change."""
    work, other = legs(step)
    yield from _entrechat(f, step, other, (other,), work)


def entrechat_six(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Front foot behind, in front, and behind again."""
    work, other = legs(step)
    yield from _entrechat(f, step, other, (work, other), work)


def entrechat_huit(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Front foot behind, in front, behind, and she lands as she left."""
    work, other = legs(step)
    yield from _entrechat(f, step, work, (other, work, other), work)


@jump
def _odd(f: Figure, step: StepSpan, hop: Flight, passes: int) -> Iterator[Miss]:
    """An entrechat from two feet to one: so many beats after the legs have passed, the foot that leads at the ankle."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (other,))
    first = _before(f, hop)
    # Trois beats once without passing; cinq passes and comes back; sept passes, comes back, and passes.
    wanted = {1: (first,), 2: (1 - first,), 3: (1 - first, first)}[passes]
    yield from _beaten(f, hop, wanted)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    changed = passes % 2 == 1
    yield from _at_the_ankle(f, hop, work, front=(first == work) != changed)
    yield from plie_after(f, hop, (other,))


def entrechat_trois(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A royale to one foot."""
    yield from _odd(f, step, 1)


def entrechat_cinq(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A quatre to one foot."""
    yield from _odd(f, step, 2)


def entrechat_sept(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A six to one foot."""
    yield from _odd(f, step, 3)


def _in_second(f: Figure, sample: int) -> Iterator[Miss]:
    if abs(f.open[sample]) < 0.35 or abs(f.front[sample]) > 0.15:
        measured = f"{f.open[sample] * 100:+.0f} cm open, {f.front[sample] * 100:+.0f} cm before"
        yield Miss(sample, "in second", "feet open to the side", measured)


@jump
def echappe_battu(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From fifth a beat with the same foot in front, and the legs open to second."""
    work, _ = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    yield from fifth(f, f.at(hop.t0 - 0.1), "starts in fifth")
    if _before(f, hop) != work:
        yield Miss(f.at(hop.t0) - 5, "front foot before", foot(work), foot(1 - work))
    yield from _beaten(f, hop, (work,))
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from _in_second(f, f.at(hop.t1 + 0.06))
    yield from plie_after(f, hop, (0, 1))


@jump
def echappe_battu_ferme(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From second a beat with the named foot behind, and it closes in front."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    yield from _in_second(f, f.at(hop.t0 - 0.1))
    yield from _beaten(f, hop, (other,))
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from _closes(f, hop, work)
    yield from plie_after(f, hop, (0, 1))


@jump
def assemble_battu(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to two: brushed to the side, beaten where it began, closed on the other side."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (0, 1))
    yield from brushes(f, hop, work)
    beat, misses = _one_beat(f, hop)
    yield from misses
    if beat is not None:
        first = in_front(f, f.at(step.t0))
        if beat.front != first:
            yield Miss(beat.sample, "beats where it began", foot(first) + " in front", foot(beat.front))
        yield from _closes(f, hop, 1 - first)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (0, 1))


@jump
def brise(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to two along the way she goes: beaten on the side it was brushed to, closed as she began."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (0, 1))
    yield from brushes(f, hop, work)
    first = in_front(f, f.at(step.t0))
    yield from _beaten(f, hop, (1 - first,))
    yield from _closes(f, hop, first)
    a, b = f.at(step.t0), f.at(hop.t1)
    path = f.track.com[b, :2] - f.track.com[a, :2]
    left = np.array([-f.ahead[a, 1], f.ahead[a, 0]])
    along = float(path @ left) * (1.0 if work == 0 else -1.0)
    if along < 0.15:
        yield Miss(b, "travels", f"15 cm to the {foot(work)}", f"{along * 100:.0f} cm")
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (0, 1))


@jump
def jete_battu(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the other: brushed to the side, beaten, passed; the foot she leaves at the ankle."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from brushes(f, hop, work)
    beat, misses = _one_beat(f, hop)
    yield from misses
    if beat is not None:
        # What beat in front passes behind.
        yield from _at_the_ankle(f, hop, other, front=beat.front == work)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


@jump
def ballonne_battu(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop: brushed to the side, beaten, and back on the cou-de-pied on the other side of the leg that sprang."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    yield from brushes(f, hop, work, 30.0)
    beat, misses = _one_beat(f, hop)
    yield from misses
    if beat is not None:
        yield from _at_the_ankle(f, hop, work, front=beat.front == other)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (other,))


@jump
def brise_vole(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the leg that was thrown: one beat, and the other leg passes and stays low on that side."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from brushes(f, hop, work)
    beat, misses = _one_beat(f, hop)
    yield from misses
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.2) + 1)
    k = window.start + int(f.lift[window, other].argmax())
    if f.lift[k, other] < 20.0:
        yield Miss(k, "the other leg low", f"{foot(other)} leg >= 20", f"{f.lift[k, other]:.0f} degrees")
    if f.stretch[k, other] < 155.0:
        yield Miss(k, "the open leg straight", f"{foot(other)} knee >= 155", f"{f.stretch[k, other]:.0f} degrees")
    if beat is not None:
        way = 0.0 if beat.front == work else 180.0
        off = abs((float(f.bearing[k, other]) - way + 180.0) % 360.0 - 180.0)
        if off > 50.0:
            measured = f"{f.bearing[k, other]:+.0f} degrees"
            yield Miss(k, "on the side it was thrown", f"within 50 of {way:.0f} degrees", measured)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


@jump
def sissonne_battue(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one with travel: the feet pass to beat once, and the legs open from the beat."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    yield from _beaten(f, hop, (1 - _before(f, hop),))
    yield from travels(f, hop, 0.15)
    yield from stays_open(f, hop, other, (step.height or 45.0) - HEIGHT)
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


@jump
def _cabriole(f: Figure, step: StepSpan, hop: Flight, least: float) -> Iterator[Miss]:
    """A hop on the leg that springs: it rises to beat the thrown leg from below and comes down again."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    asked = max((step.height or least) - HEIGHT, least)
    a, b = f.at(hop.t0), f.at(hop.t1)
    gap = np.linalg.norm(f.ankle[a:b, 1] - f.ankle[a:b, 0], axis=1)
    k = a + int(gap.argmin())
    if gap.min() > CALVES + 0.04:
        yield Miss(k, "the calves beat", "ankles within 22 cm", f"{gap.min() * 100:.0f} cm")
    if f.lift[k, work] < asked:
        yield Miss(k, "the thrown leg's height", f">= {asked:.0f} degrees", f"{f.lift[k, work]:.0f} degrees")
    if f.lift[k, other] < asked - 20.0:
        yield Miss(k, "the other rises to it", f">= {asked - 20:.0f} degrees", f"{f.lift[k, other]:.0f} degrees")
    if f.ankle[k, other, 2] > f.ankle[k, work, 2]:
        yield Miss(k, "beats from below", f"{foot(other)} ankle under the {foot(work)}", "above it")
    for side in (0, 1):
        if f.stretch[k, side] < 165.0:
            yield Miss(
                k, "knees straight at the beat", f"{foot(side)} knee >= 165", f"{f.stretch[k, side]:.0f} degrees"
            )
        if f.point[k, side] < POINTED:
            yield Miss(
                k, "feet pointed at the beat", f"{foot(side)} >= {POINTED:.0f}", f"{f.point[k, side]:.0f} degrees"
            )
    if gap[k - a :].max() - gap.min() < 0.15:
        yield Miss(b, "the legs part after it", "by 15 cm", f"{(gap[k - a :].max() - gap.min()) * 100:.0f} cm")
    if f.lift[b, work] < asked - HEIGHT:
        yield Miss(b, "the thrown leg stays up", f">= {asked - HEIGHT:.0f} degrees", f"{f.lift[b, work]:.0f} degrees")
    yield from plie_after(f, hop, (other,))


def petite_cabriole(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """At about 45 degrees."""
    yield from _cabriole(f, step, 25.0)


def grande_cabriole(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Toward hip height."""
    yield from _cabriole(f, step, 55.0)


CHECKS: dict[str, Check] = {
    "royale": royale,
    "entrechat_trois": entrechat_trois,
    "entrechat_cinq": entrechat_cinq,
    "entrechat_six": entrechat_six,
    "entrechat_sept": entrechat_sept,
    "entrechat_huit": entrechat_huit,
    "echappe_battu": echappe_battu,
    "echappe_battu_ferme": echappe_battu_ferme,
    "assemble_battu": assemble_battu,
    "brise": brise,
    "jete_battu": jete_battu,
    "ballonne_battu": ballonne_battu,
    "brise_vole": brise_vole,
    "sissonne_battue": sissonne_battue,
    "petite_cabriole": petite_cabriole,
    "grande_cabriole": grande_cabriole,
}
"""By entry."""
