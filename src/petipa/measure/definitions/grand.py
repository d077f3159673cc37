"""Grand allegro: great leaps, what is thrown and what joins it, and turns in the air."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from petipa.measure.definitions.common import (
    HEIGHT,
    STRAIGHT,
    TURN,
    Check,
    Miss,
    at_ankle,
    at_retire,
    fifth,
    foot,
    from_to,
    front_foot,
    joins,
    jump,
    legs,
    plie_after,
    pointed_aloft,
    stretched_aloft,
    the_hop,
    toward,
    travels,
    turned,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan

AHEAD = 60.0
"""A leg this near to where the hips face is before her, or to the contrary behind her [degrees]."""


def _edges(f: Figure, hop: Flight) -> tuple[int, int]:
    return f.at(hop.t0), f.at(hop.t1)


def _before_her(f: Figure, side: int, part: slice) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(np.abs(f.bearing[part, side]) <= AHEAD)


def _behind_her(f: Figure, side: int, part: slice) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(np.abs(f.bearing[part, side]) >= 180.0 - AHEAD)


def _thrown(f: Figure, hop: Flight, side: int, least: float) -> Iterator[Miss]:
    """A leg is thrown this high by the middle of the flight."""
    window = slice(f.at(hop.t0 - 0.1), f.at(0.5 * (hop.t0 + hop.t1)) + 1)
    lift = float(f.lift[window, side].max())
    if lift < least:
        yield Miss(window.start, "the leg is thrown", f"{foot(side)} leg >= {least:.0f}", f"{lift:.0f} degrees")


def _open_after(f: Figure, hop: Flight, side: int, least: float, *, behind: bool) -> Iterator[Miss]:
    """Just after the landing a leg is open before her or behind her, straight."""
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.2) + 1)
    k = window.start + int(f.lift[window, side].argmax())
    where = "behind" if behind else "before"
    if f.lift[k, side] < least:
        yield Miss(k, f"the leg {where} her", f"{foot(side)} leg >= {least:.0f}", f"{f.lift[k, side]:.0f} degrees")
    one = slice(k, k + 1)
    if not (_behind_her if behind else _before_her)(f, side, one).all():
        yield Miss(k, f"the leg {where} her", f"{foot(side)} leg {where}", f"at {f.bearing[k, side]:+.0f} degrees")
    if f.stretch[k, side] < 160.0:
        yield Miss(k, "the open leg straight", f"{foot(side)} knee >= 160", f"{f.stretch[k, side]:.0f} degrees")


def _split(f: Figure, hop: Flight) -> tuple[int, float]:
    """Where in a flight the lines from hip to ankle are furthest apart, and by how much [degrees]."""
    a, b = _edges(f, hop)
    line = f.ankle[a:b] - f.hip[a:b]
    line = line / np.linalg.norm(line, axis=2, keepdims=True)
    angle = np.degrees(np.arccos(np.clip((line[:, 0] * line[:, 1]).sum(axis=1), -1, 1)))
    return a + int(angle.argmax()), float(angle.max())


@jump
def _leap(f: Figure, step: StepSpan, hop: Flight, least: float, travel: float) -> Iterator[Miss]:
    """From one foot to the other with travel, the legs open to a split, the named one before her."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from travels(f, hop, travel)
    k, split = _split(f, hop)
    if split < least:
        yield Miss(k, "split", f">= {least:.0f} degrees", f"{split:.0f} degrees")
    if not _before_her(f, work, slice(k, k + 1)).all():
        yield Miss(k, "the named leg before", "within 60 degrees of ahead", f"{f.bearing[k, work]:+.0f} degrees")
    if f.stretch[k, work] < STRAIGHT - 7.0:
        yield Miss(k, "front leg straight", f"{foot(work)} knee >= 165", f"{f.stretch[k, work]:.0f} degrees")
    yield from pointed_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


def _both_stretched(f: Figure, step: StepSpan) -> Iterator[Miss]:
    hop, _ = the_hop(f, step)
    if hop is not None:
        k, _ = _split(f, hop)
        for side in (0, 1):
            if f.stretch[k, side] < STRAIGHT - 7.0:
                yield Miss(k, "legs straight", f"{foot(side)} knee >= 165", f"{f.stretch[k, side]:.0f} degrees")


def grand_pas_de_chat(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A leap whose front leg is drawn up bent and unfolds into the split."""
    work, _ = legs(step)
    yield from _leap(f, step, min(2 * (step.height or 80.0), 165.0) - 2 * HEIGHT, 0.6)
    yield from _both_stretched(f, step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    part = slice(f.at(hop.t0 - 0.06), f.at(0.5 * (hop.t0 + hop.t1)) + 1)
    drawn = (f.stretch[part, work] <= 125.0) & (f.thigh_lift[part, work] >= 45.0)
    if not drawn.any():
        k = part.start + int(f.stretch[part, work].argmin())
        yield Miss(k, "the leg unfolds", f"{foot(work)} knee bent, thigh up", f"{f.stretch[k, work]:.0f} degrees")


def grand_jete_attitude(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A leap with the front leg thrown straight and the other bent behind."""
    work, other = legs(step)
    yield from _leap(f, step, 90.0, 0.6)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    yield from _threw_straight(f, hop, work)
    top = f.at(0.5 * (hop.t0 + hop.t1))
    for k in (top, f.at(hop.t1)):
        if not 70.0 <= f.stretch[k, other] <= 145.0:
            yield Miss(k, "in attitude", f"{foot(other)} knee 70 to 145", f"{f.stretch[k, other]:.0f} degrees")
        if f.thigh_lift[k, other] < 35.0:
            yield Miss(k, "in attitude", f"{foot(other)} thigh >= 35", f"{f.thigh_lift[k, other]:.0f} degrees")
    ahead = f.ahead[top]
    if float((f.knee[top, other] - f.hip[top, other])[:2] @ ahead) > 0:
        yield Miss(top, "in attitude behind", f"{foot(other)} knee behind the hip", "before it")


def _threw_straight(f: Figure, hop: Flight, work: int) -> Iterator[Miss]:
    k = f.at(hop.t0)
    if f.stretch[k, work] < 145.0:
        yield Miss(k, "thrown straight", f"{foot(work)} knee >= 145 as she leaves", f"{f.stretch[k, work]:.0f} degrees")


def jete_elance(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A leap that goes far and stays low."""
    work, _ = legs(step)
    yield from _leap(f, step, 55.0, 0.5)
    yield from _both_stretched(f, step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    yield from _threw_straight(f, hop, work)
    if hop.rise > 0.22:
        yield Miss(f.at(hop.t0), "skims along", "rises 22 cm at most", f"{hop.rise * 100:.0f} cm")
    if hop.travel < 2.0 * hop.rise:
        yield Miss(f.at(hop.t1), "further than high", f">= {hop.rise * 200:.0f} cm", f"{hop.travel * 100:.0f} cm")


@jump
def pas_de_ciseaux(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Both legs are thrown before her, one after the other; the first ends in arabesque."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    a, b = _edges(f, hop)
    part = slice(f.at(hop.t0 - 0.05), b)
    when = []
    for side in (work, other):
        high = np.where(_before_her(f, side, part), f.lift[part, side], 0.0)
        when.append(int(high.argmax()))
        if high.max() < 45.0:
            yield Miss(a, "both legs thrown", f"{foot(side)} leg >= 45 before her", f"{high.max():.0f} degrees")
    if when[0] >= when[1]:
        yield Miss(a, "one after the other", f"{foot(work)} first", f"{foot(other)} first")
    yield from _open_after(f, hop, work, 35.0, behind=True)
    yield from pointed_aloft(f, hop)
    yield from plie_after(f, hop, (other,))


@jump
def temps_de_fleche(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """One leg is thrown straight, the other unfolds past it, and she lands on the first."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from _thrown(f, hop, work, 45.0)
    yield from _threw_straight(f, hop, work)
    a, b = _edges(f, hop)
    bent = f.stretch[a:b, other] <= 125.0
    if not bent.any():
        yield Miss(a, "the second leg unfolds", f"{foot(other)} knee <= 125", f"{f.stretch[a:b, other].min():.0f}")
    yield from _open_after(f, hop, other, (step.height or 80.0) - 2 * HEIGHT, behind=False)
    yield from plie_after(f, hop, (work,))


def _joined(f: Figure, step: StepSpan, hop: Flight, least: float, travel: float) -> Iterator[Miss]:
    """Thrown, joined in the air, landed in fifth."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (0, 1))
    yield from _thrown(f, hop, work, least)
    yield from travels(f, hop, travel)
    yield from joins(f, hop)
    yield from pointed_aloft(f, hop)
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from plie_after(f, hop, (0, 1))


@jump
def grand_assemble(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Thrown high to the side with travel, joined, without a turn."""
    yield from _joined(f, step, hop, (step.height or 70.0) - 2 * HEIGHT, 0.35)
    got = float(f.yaw[f.at(hop.t1)] - f.yaw[f.at(hop.t0)])
    if abs(got) > 60.0:
        yield Miss(f.at(hop.t1), "without a turn", "within 60 degrees", f"{got:+.0f} degrees")


def _in_the_air(f: Figure, hop: Flight, way: int, least: float) -> Iterator[Miss]:
    """So much of a turn is done in the air, toward `way` (+1 left)."""
    a, b = _edges(f, hop)
    got = way * float(f.yaw[b] - f.yaw[a])
    if got < least:
        yield Miss(b, "turns in the air", f">= {least:.0f} degrees", f"{got:.0f} degrees")


def _round_in_fifth(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """What is left of the turn is done on the floor without losing the fifth."""
    yield from fifth(f, f.at(min(hop.t1 + 0.3, step.t1)), "is in fifth when she is round")


@jump
def assemble_en_tournant(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A great assemblé that turns once toward the leg that is thrown."""
    work, _ = legs(step)
    yield from _joined(f, step, hop, (step.height or 60.0) - 2 * HEIGHT, 0.25)
    way = toward(work)
    yield from turned(f, step, f.at(step.t0), f.at(hop.t1 + 0.3), way=way)
    yield from _in_the_air(f, hop, way, 180.0)
    k = f.at(hop.t1 + 0.06)
    yield from front_foot(f, k, work, "front foot after")
    yield from _round_in_fifth(f, step, hop)


@jump
def tour_en_lair(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to two: so many turns in the air, the legs together, the feet changed."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    way, turns = toward(work), step.turns or 1
    yield from turned(f, step, f.at(step.t0), f.at(hop.t1 + 0.3), way=way)
    yield from _in_the_air(f, hop, way, 360.0 * turns - 130.0)
    yield from front_foot(f, f.at(step.t0), work, "front foot before")
    k = f.at(hop.t1 + 0.1)
    yield from front_foot(f, k, other, "front foot after")
    a, b = _edges(f, hop)
    gap = np.linalg.norm(f.ankle[a:b, 1] - f.ankle[a:b, 0], axis=1)
    if np.median(gap) > 0.3:
        yield Miss((a + b) // 2, "legs together", "ankles within 30 cm", f"{np.median(gap) * 100:.0f} cm")
    top = (a + b) // 2
    for side in (0, 1):
        if f.stretch[top, side] < 165.0:
            yield Miss(top, "knees straight aloft", f"{foot(side)} knee >= 165", f"{f.stretch[top, side]:.0f} degrees")
    yield from pointed_aloft(f, hop)
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from _round_in_fifth(f, step, hop)
    yield from plie_after(f, hop, (0, 1))


@jump
def sissonne_en_tournant(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one: a whole turn in the air, the legs together, then one foot at the other's ankle."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (other,))
    way = toward(work)
    yield from turned(f, step, f.at(step.t0), f.at(hop.t1 + 0.3), way=way)
    yield from _in_the_air(f, hop, way, 230.0)
    a, b = _edges(f, hop)
    top = (a + b) // 2
    gap = float(np.linalg.norm(f.ankle[a : top + 1, 1] - f.ankle[a : top + 1, 0], axis=1).max())
    if gap > 0.3:
        yield Miss(top, "legs together on the way up", "ankles within 30 cm", f"{gap * 100:.0f} cm")
    yield from pointed_aloft(f, hop)
    yield from stretched_aloft(f, hop)
    after = slice(f.at(hop.t1 + 0.05), f.at(hop.t1 + 0.4) + 1)
    if at_ankle(f, work)[after].mean() < 0.4:
        near = float(np.linalg.norm(f.tip[after, work] - f.ankle[after, other], axis=1).min())
        yield Miss(after.start, "sur le cou-de-pied", f"{foot(work)} toe at the ankle", f"{near * 100:.0f} cm off")
    yield from plie_after(f, hop, (other,))


def _half_turn(f: Figure, step: StepSpan, hop: Flight, way: int) -> Iterator[Miss]:
    """She ends facing where she came from, most of it turned in the air."""
    a, b = f.at(step.t0), f.at(hop.t1 + 0.3)
    got = way * float(f.yaw[b] - f.yaw[a])
    if abs(got - 180.0) > TURN + 10.0:
        yield Miss(b, "half a turn", f"180 degrees to the {foot(int(way < 0))}", f"{got:+.0f} degrees")
    yield from _in_the_air(f, hop, way, 90.0)


@jump
def jete_entrelace(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A leg is thrown before her, the legs pass as she turns half round, and she lands on it in arabesque."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    yield from _half_turn(f, step, hop, toward(other))
    yield from _thrown(f, hop, work, (step.height or 80.0) - 2 * HEIGHT)
    yield from travels(f, hop, 0.4)
    a, b = _edges(f, hop)
    third = (b - a) // 4
    gap = np.linalg.norm(f.ankle[a + third : b, 1] - f.ankle[a + third : b, 0], axis=1)
    if gap.min() > 0.4:
        k = a + third + int(gap.argmin())
        yield Miss(k, "the legs pass close", "ankles within 40 cm", f"{gap.min() * 100:.0f} cm")
    yield from _open_after(f, hop, other, 40.0, behind=True)
    yield from plie_after(f, hop, (work,))


@jump
def fouette_saute(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop: the leg is thrown before her and stays up while she turns half round under it."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    yield from _half_turn(f, step, hop, toward(other))
    asked = (step.height or 80.0) - 2 * HEIGHT
    yield from _thrown(f, hop, work, asked)
    a, b = _edges(f, hop)
    if abs(float(f.bearing[a, work])) > AHEAD:
        yield Miss(a, "thrown before her", "within 60 degrees of ahead", f"{f.bearing[a, work]:+.0f} degrees")
    late = slice((a + b) // 2, b)
    low = float(f.lift[late, work].min())
    if low < asked - HEIGHT:
        yield Miss(late.start, "the leg stays up", f">= {asked - HEIGHT:.0f} degrees", f"{low:.0f} degrees")
    yield from _open_after(f, hop, work, asked - HEIGHT, behind=True)
    yield from plie_after(f, hop, (other,))


@jump
def saut_de_basque(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """She steps, turns, throws the other leg, and lands on it with the first foot at the knee."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (work,), (other,))
    way = toward(work)
    yield from turned(f, step, f.at(step.t0), f.at(hop.t1 + 0.3), way=way)
    yield from _in_the_air(f, hop, way, 110.0)
    yield from _thrown(f, hop, other, (step.height or 60.0) - 2 * HEIGHT)
    after = slice(f.at(hop.t1 - 0.02), f.at(hop.t1 + 0.25) + 1)
    if not at_retire(f, work)[after].any():
        near = float(np.linalg.norm(f.tip[after, work] - f.knee[after, other], axis=1).min())
        yield Miss(after.start, "the first foot drawn up", f"{foot(work)} toe at the knee", f"{near * 100:.0f} cm away")
    yield from plie_after(f, hop, (other,))


@jump
def coupe_jete_en_tournant(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """The other foot cuts under, she turns on it, and leaps onto the named leg out of the turn."""
    work, other = legs(step)
    before = slice(f.at(step.t0), f.at(hop.t0))
    if not f.takes(other, before):
        yield Miss(before.start, "cuts under", f"the {foot(other)} foot takes the weight", "it stood there already")
    way = toward(work)
    yield from turned(f, step, f.at(step.t0), f.at(hop.t1 + 0.3), way=way)
    on_floor = way * float(f.yaw[f.at(hop.t0)] - f.yaw[f.at(step.t0)])
    if on_floor < 150.0:
        yield Miss(before.stop, "turns on the coupé", ">= 150 degrees", f"{on_floor:.0f} degrees")
    yield from _leap(f, step, min(2 * (step.height or 75.0), 165.0) - 3 * HEIGHT, 0.5)
    yield from _both_stretched(f, step)


@jump
def pas_de_poisson(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one: both legs together behind her in the air, and the other stays open behind."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    a, b = _edges(f, hop)
    part = slice(a + (b - a) // 4, b - (b - a) // 4)
    back = np.minimum(f.lift[part, 0], f.lift[part, 1])
    back = np.where(_behind_her(f, 0, part) & _behind_her(f, 1, part), back, 0.0)
    k = part.start + int(back.argmax())
    if back.max() < 15.0:
        yield Miss(k, "both legs behind", ">= 15 degrees", f"{back.max():.0f} degrees")
    gap = float(np.linalg.norm(f.ankle[k, 1] - f.ankle[k, 0]))
    if gap > 0.28:
        yield Miss(k, "legs together", "ankles within 28 cm", f"{gap * 100:.0f} cm")
    for side in (0, 1):
        if f.stretch[k, side] < 160.0:
            yield Miss(k, "legs straight", f"{foot(side)} knee >= 160", f"{f.stretch[k, side]:.0f} degrees")
    yield from _open_after(f, hop, other, 20.0, behind=True)
    yield from plie_after(f, hop, (work,))


@jump
def grande_sissonne_ouverte(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one, high: the other leg is drawn up to the knee in the air and unfolds to its height."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    a, b = _edges(f, hop)
    drawn = (f.stretch[a:b, other] <= 125.0) & (f.thigh_lift[a:b, other] >= 40.0)
    if not drawn.any():
        k = a + int(f.stretch[a:b, other].argmin())
        yield Miss(k, "drawn up in the air", f"{foot(other)} knee bent, thigh up", f"{f.stretch[k, other]:.0f} degrees")
    if hop.rise < 0.2:
        yield Miss(a, "high", "rises 20 cm", f"{hop.rise * 100:.0f} cm")
    asked = (step.height or 90.0) - 2 * HEIGHT
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.3) + 1)
    high = np.where(f.stretch[window, other] >= 160.0, f.lift[window, other], 0.0)
    if high.max() < asked:
        k = window.start + int(high.argmax())
        yield Miss(k, "the other leg opens", f"straight, >= {asked:.0f} degrees", f"{f.lift[k, other]:.0f} degrees")
    yield from pointed_aloft(f, hop)
    yield from plie_after(f, hop, (work,))


@jump
def grand_emboite(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the other, the released leg bent before her, thigh toward hip height."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.2) + 1)
    k = window.start + int(f.thigh_lift[window, other].argmax())
    asked = (step.height or 75.0) - 2 * HEIGHT
    if f.thigh_lift[k, other] < asked:
        yield Miss(
            k, "the leg before her", f"{foot(other)} thigh >= {asked:.0f}", f"{f.thigh_lift[k, other]:.0f} degrees"
        )
    if not 80.0 <= f.stretch[k, other] <= 150.0:
        yield Miss(k, "in attitude", f"{foot(other)} knee 80 to 150", f"{f.stretch[k, other]:.0f} degrees")
    if float((f.knee[k, other] - f.hip[k, other])[:2] @ f.ahead[k]) < 0.1:
        yield Miss(k, "the leg before her", f"{foot(other)} knee before the hip", "it is not")
    yield from plie_after(f, hop, (work,))


@jump
def jete_passe(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Both legs are thrown on one side, one after the other, straight; she lands on the first, the second stays up."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    a, b = _edges(f, hop)
    part = slice(f.at(hop.t0 - 0.05), b)
    first = part.start + int(f.lift[part, work].argmax())
    behind = abs(float(f.bearing[first, work])) > 90.0
    if f.lift[first, work] < 35.0:
        yield Miss(first, "the first leg thrown", f"{foot(work)} leg >= 35", f"{f.lift[first, work]:.0f} degrees")
    if first > (a + b) // 2:
        yield Miss(first, "the first leg thrown", f"{foot(work)} leg up first", "late")
    for side in (0, 1):
        k = a + int(f.stretch[a:b, side].argmin())
        if f.stretch[k, side] < 140.0 and k < b - 5:
            yield Miss(k, "the legs pass straight", f"{foot(side)} knee >= 140", f"{f.stretch[k, side]:.0f} degrees")
    yield from _open_after(f, hop, other, 35.0, behind=behind)
    yield from plie_after(f, hop, (work,))


CHECKS: dict[str, Check] = {
    "grande_sissonne_ouverte": grande_sissonne_ouverte,
    "grand_emboite": grand_emboite,
    "jete_passe": jete_passe,
    "grand_pas_de_chat": grand_pas_de_chat,
    "grand_jete_attitude": grand_jete_attitude,
    "jete_elance": jete_elance,
    "pas_de_ciseaux": pas_de_ciseaux,
    "temps_de_fleche": temps_de_fleche,
    "grand_assemble": grand_assemble,
    "assemble_en_tournant": assemble_en_tournant,
    "tour_en_lair": tour_en_lair,
    "sissonne_en_tournant": sissonne_en_tournant,
    "jete_entrelace": jete_entrelace,
    "fouette_saute": fouette_saute,
    "saut_de_basque": saut_de_basque,
    "coupe_jete_en_tournant": coupe_jete_en_tournant,
    "pas_de_poisson": pas_de_poisson,
}
"""By entry."""
