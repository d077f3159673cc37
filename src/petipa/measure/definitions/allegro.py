"""Petit allegro without beats: hops, springs from foot to foot, sissonnes and their kin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from petipa.measure.definitions import jumps
from petipa.measure.definitions.common import (
    BENT,
    HEIGHT,
    LONG,
    Check,
    Miss,
    at_ankle,
    at_retire,
    carries,
    crossings,
    fifth,
    foot,
    from_to,
    front_foot,
    in_front,
    is_closed,
    jump,
    landing,
    leaving,
    legs,
    midair,
    pointed_aloft,
    the_hop,
    travels,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import Flight
from petipa.motion.model import StepSpan

DRAWN = 130.0
"""A knee bent to this angle is drawn up [degrees]."""
WIDE = 0.35
"""Feet this far apart stand in an open position [m]."""
SMALL = 0.09
"""A petit changement hardly leaves the floor: its rise at most [m]."""


def _aloft(f: Figure, hop: Flight) -> slice:
    return slice(f.at(hop.t0), f.at(hop.t1) + 1)


def _plie(f: Figure, hop: Flight, sides: tuple[int, ...]) -> Iterator[Miss]:
    """She pushes from plié and comes down through plié."""
    for a, b, rule in ((hop.t0 - 0.3, hop.t0, "pushes from plié"), (hop.t1, hop.t1 + 0.35, "lands in plié")):
        window = slice(max(0, f.at(a)), f.at(b) + 1)
        for side in sides if rule.startswith("lands") else _pushing(f, hop):
            bend = 180.0 - float(f.stretch[window, side].min())
            if bend < BENT:
                yield Miss(window.start, rule, f"{foot(side)} knee bends {BENT:.0f}", f"{bend:.0f} degrees")


def _pushing(f: Figure, hop: Flight) -> tuple[int, ...]:
    """Feet that push her off: those that leave the floor, but for one that only touched it without weight."""
    carries = int(f.weight[max(0, f.at(hop.t0 - 0.15))])
    left = leaving(f, hop)
    return (carries,) if carries in left else left


def _stretched(f: Figure, hop: Flight, sides: tuple[int, ...]) -> Iterator[Miss]:
    """Legs stretched at the top of a flight."""
    top = midair(f, hop)
    for side in sides:
        if f.stretch[top, side] < LONG:
            yield Miss(
                top, "legs stretched aloft", f"{foot(side)} knee >= {LONG:.0f}", f"{f.stretch[top, side]:.0f} degrees"
            )


def _most_open(f: Figure, window: slice, side: int, asked: float, rule: str) -> Iterator[Miss]:
    """A leg is opened, stretched, at its height at some time in a window."""
    best = window.start + int(f.lift[window, side].argmax())
    if f.lift[best, side] < asked:
        yield Miss(best, rule, f"{foot(side)} leg >= {asked:.0f} degrees", f"{f.lift[best, side]:.0f} degrees")
    if f.stretch[best, side] < 160.0:
        yield Miss(best, f"{rule}, stretched", f"{foot(side)} knee >= 160", f"{f.stretch[best, side]:.0f} degrees")


def _at_the_ankle(f: Figure, hop: Flight, side: int) -> Iterator[Miss]:
    """A foot is sur le cou-de-pied once she is down."""
    window = slice(f.at(hop.t1 + 0.05), f.at(hop.t1 + 0.4) + 1)
    if at_ankle(f, side)[window].mean() < 0.4:
        gap = float(np.linalg.norm(f.tip[window, side] - f.ankle[window, 1 - side], axis=1).min())
        yield Miss(
            window.start,
            "sur le cou-de-pied after landing",
            f"{foot(side)} toe at the ankle",
            f"{gap * 100:.0f} cm off",
        )


def _stays_off(f: Figure, hop: Flight, side: int, *, since: float | None = None) -> Iterator[Miss]:
    """A foot does not touch the floor around a flight."""
    window = slice(f.at(hop.t0 - 0.12 if since is None else since), f.at(hop.t1 + 0.2) + 1)
    if f.on[window, side].any():
        yield Miss(window.start, "the free foot stays off the floor", f"{foot(side)} foot free", "it touches")


def _begun(f: Figure, hop: Flight) -> int:
    """The last sample before she pushes: both feet, or the one, still flat below her."""
    return f.at(hop.t0 - 0.22)


@jump
def saute(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to two, in the same position, straight up."""
    work, _ = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = _begun(f, hop), f.at(hop.t1 + 0.15)
    for name, value in (("before", f.front), ("beside", f.open)):
        if abs(value[b] - value[a]) > 0.08:
            yield Miss(
                b,
                f"the same position: feet {name} each other",
                f"{value[a] * 100:+.0f} cm",
                f"{value[b] * 100:+.0f} cm",
            )
    if abs(f.front[a]) > 0.06 and in_front(f, a) != work:
        yield Miss(a, "front foot", foot(work), foot(1 - work))
    # In second the ankles are as far from each other as they are from passing.
    if abs(f.open[a]) < WIDE and crossings(f, f.at(hop.t0), f.at(hop.t1)):
        yield Miss(midair(f, hop), "the legs do not pass each other", "no crossing", "they cross")
    if hop.travel > 0.13:
        yield Miss(f.at(hop.t1), "straight up", "within 13 cm", f"{hop.travel * 100:.0f} cm")
    yield from _stretched(f, hop, (0, 1))
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (0, 1))


@jump
def soubresaut(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From fifth to the same fifth, the legs held together, with travel."""
    work, _ = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = _begun(f, hop), f.at(hop.t1 + 0.1)
    for sample, rule in ((a, "begins in fifth"), (b, "lands in fifth")):
        yield from fifth(f, sample, rule)
        yield from front_foot(f, sample, work, "front foot")
    if crossings(f, f.at(hop.t0), f.at(hop.t1)):
        yield Miss(midair(f, hop), "the legs do not pass each other", "no crossing", "they cross")
    middle = slice(f.at(hop.t0 + 0.08), f.at(hop.t1 - 0.06) + 1)
    gap = float(np.linalg.norm(f.ankle[middle, 1] - f.ankle[middle, 0], axis=1).max())
    if gap > 0.24:
        yield Miss(middle.start, "the legs held together", "ankles within 24 cm", f"{gap * 100:.0f} cm")
    yield from travels(f, hop, 0.15)
    yield from _stretched(f, hop, (0, 1))
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (0, 1))


@jump
def petit_changement(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A changement that hardly leaves the floor."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (0, 1))
    a, b = f.at(hop.t0), f.at(hop.t1)
    for sample, side, rule in ((a - 5, other, "front foot before"), (b + 12, work, "front foot after")):
        yield from front_foot(f, sample, side, rule)
    if hop.rise > SMALL:
        yield Miss(
            midair(f, hop), "hardly leaves the floor", f"at most {SMALL * 100:.0f} cm", f"{hop.rise * 100:.0f} cm"
        )
    yield from fifth(f, b + 16, "lands in fifth")


def _escapes(f: Figure, step: StepSpan, *, ahead: bool) -> Iterator[Miss]:
    """Out to an open position and, where she springs again, back into fifth."""
    work, other = legs(step)
    hops = sorted(f.hops(step), key=lambda hop: hop.t0)
    if not hops:
        yield Miss(f.at(step.accent), "springs", "a flight", "none found")
        return
    out = hops[0]
    yield from from_to(f, step, out, (0, 1), (0, 1))
    a, b = _begun(f, out), f.at(out.t1 + 0.12)
    yield from fifth(f, a, "begins in fifth")
    first = work if ahead else other
    yield from front_foot(f, a, first, "front foot before")
    along, across = (f.front[b], f.open[b]) if ahead else (f.open[b], f.front[b])
    if ahead and in_front(f, b) != work:
        yield Miss(b, "front foot in fourth", foot(work), foot(other))
    if abs(along) < WIDE - (0.1 if ahead else 0.0):
        yield Miss(b, "the legs open", f"feet at least {WIDE * 100:.0f} cm apart", f"{abs(along) * 100:.0f} cm")
    if abs(across) > 0.2:
        yield Miss(b, "opens in line", "within 20 cm", f"{abs(across) * 100:.0f} cm")
    yield from pointed_aloft(f, out)
    yield from _plie(f, out, (0, 1))
    for back in hops[1:2]:
        yield from from_to(f, step, back, (0, 1), (0, 1))
        yield from fifth(f, f.at(back.t1 + 0.1), "closes in fifth")
        if in_front(f, f.at(back.t1 + 0.1)) != work:
            yield Miss(f.at(back.t1), "front foot after", foot(work), foot(other))
        yield from pointed_aloft(f, back)
        yield from _plie(f, back, (0, 1))


def echappe_saute(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From fifth to second, and back to fifth with the other foot in front."""
    yield from _escapes(f, step, ahead=False)


def echappe_saute_quatrieme(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From fifth to fourth and back."""
    yield from _escapes(f, step, ahead=True)


def grand_echappe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """An échappé to second that flies: the legs are together until the top."""
    yield from _escapes(f, step, ahead=False)
    hops = sorted(f.hops(step), key=lambda hop: hop.t0)
    if hops:
        if hops[0].rise < 0.16:
            yield Miss(midair(f, hops[0]), "high", "at least 16 cm", f"{hops[0].rise * 100:.0f} cm")
        top = midair(f, hops[0])
        gap = float(np.linalg.norm(f.ankle[top, 1] - f.ankle[top, 0]))
        if gap > 0.26:
            yield Miss(top, "the legs together at the top", "ankles within 26 cm", f"{gap * 100:.0f} cm")


def jete(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From one foot to the other: the working leg brushes to the side; the foot left goes to the ankle."""
    yield from _thrown(f, step)


def jete_porte(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A petit jeté that travels."""
    yield from _thrown(f, step)
    hop, _ = the_hop(f, step)
    if hop is not None:
        yield from travels(f, hop, 0.25)


@jump
def _thrown(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    brush = slice(f.at(hop.t0 - 0.1), midair(f, hop) + 1)
    yield from _most_open(f, brush, work, 25.0, "the working leg brushes")
    yield from _at_the_ankle(f, hop, other)
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (work,))


@jump
def emboite(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Onto one foot, the other leg brought bent before or behind her; the landing leg is not thrown."""
    work, other = legs(step)
    if leaving(f, hop) == (work,):
        yield Miss(f.at(hop.t0), "take-off feet", f"both or {foot(other)}", foot(work))
    if landing(f, hop) != (work,):
        yield Miss(f.at(hop.t1), "landing feet", foot(work), "another")
    air = _aloft(f, hop)
    bend = float(f.stretch[air, other].min())
    if bend > DRAWN + 5.0:
        yield Miss(air.start, "the released leg bends", f"{foot(other)} knee <= {DRAWN + 5:.0f}", f"{bend:.0f} degrees")
    thrown = float(f.lift[air, work].max())
    if thrown > 25.0:
        yield Miss(air.start, "the landing leg is not thrown", "within 25 degrees", f"{thrown:.0f} degrees")
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (work,))
    yield from _stays_off(f, hop, other, since=hop.t0 + 0.05)


def _hop_on(f: Figure, step: StepSpan, side: int) -> tuple[Flight | None, list[Miss]]:
    """A hop from one foot to the same foot, and what is wrong with it."""
    hop, misses = the_hop(f, step)
    if hop is None:
        return None, misses
    return hop, [
        *misses,
        *from_to(f, step, hop, (side,), (side,)),
        *_plie(f, hop, (side,)),
        *pointed_aloft(f, hop),
    ]


def temps_leve(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A hop on the named foot, the other leg as it was."""
    work, other = legs(step)
    hop, misses = _hop_on(f, step, work)
    yield from misses
    if hop is None:
        return
    yield from _stays_off(f, hop, other)
    a, b = f.at(hop.t0 - 0.15), f.at(hop.t1 + 0.15)
    for sample in (midair(f, hop), b):
        lift, knee = f.lift[sample, other] - f.lift[a, other], f.stretch[sample, other] - f.stretch[a, other]
        if abs(lift) > 22.0 or abs(knee) > 40.0:
            yield Miss(sample, "the free leg is kept", "as it was", f"{lift:+.0f} degrees, knee {knee:+.0f}")


def temps_leve_arabesque(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A hop on the named foot, the other leg in arabesque."""
    work, other = legs(step)
    hop, misses = _hop_on(f, step, work)
    yield from misses
    if hop is None:
        return
    window = slice(midair(f, hop), f.at(hop.t1 + 0.15) + 1)
    yield from _most_open(f, window, other, (step.height or 70.0) - HEIGHT, "in arabesque")
    bearing = abs(float(f.bearing[f.at(hop.t1), other]))
    if bearing < 130.0:
        yield Miss(f.at(hop.t1), "the leg behind", "at least 130 degrees from ahead", f"{bearing:.0f} degrees")


def temps_leve_passe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A hop on the named foot, the other foot at the knee."""
    work, other = legs(step)
    hop, misses = _hop_on(f, step, work)
    yield from misses
    if hop is None:
        return
    window = slice(f.at(hop.t0 + 0.1), f.at(hop.t1 + 0.15) + 1)
    share = float(at_retire(f, other)[window].mean())
    if share < 0.5:
        yield Miss(window.start, "the foot at the knee", "for half the hop", f"{share * 100:.0f} %")


def ballonne_simple(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """From the supporting leg to the same: the working leg is thrown, and bends to the ankle on landing."""
    work, other = legs(step)
    hop, misses = _hop_on(f, step, other)
    yield from misses
    if hop is None:
        return
    window = slice(f.at(hop.t0 - 0.05), f.at(hop.t1 - 0.05) + 1)
    yield from _most_open(f, window, work, (step.height or 45.0) - HEIGHT, "the working leg is thrown")
    yield from _at_the_ankle(f, hop, work)


@jump
def ballotte(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """Both feet drawn up in the air; she lands on one, the other leg unfolded."""
    work, other = legs(step)
    if leaving(f, hop) == (other,):
        yield Miss(f.at(hop.t0), "take-off feet", f"both or {foot(work)}", foot(other))
    if landing(f, hop) != (other,):
        yield Miss(f.at(hop.t1), "landing feet", foot(other), "another")
    air = _aloft(f, hop)
    both = float(f.stretch[air].max(axis=1).min())
    if both > DRAWN + 5.0:
        yield Miss(air.start, "both feet drawn up", f"both knees <= {DRAWN + 5:.0f} at once", f"{both:.0f} degrees")
    window = slice(f.at(hop.t1), f.at(hop.t1 + 0.35) + 1)
    yield from _most_open(f, window, work, (step.height or 45.0) - HEIGHT, "the leg unfolds")
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (other,))


def rond_de_jambe_saute(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A hop on one foot; the other leg, at the side, bends and opens again in a circle from the knee."""
    work, other = legs(step)
    hop, misses = _hop_on(f, step, other)
    yield from misses
    if hop is None:
        return
    air = slice(f.at(hop.t0 - 0.08), f.at(hop.t1 + 0.1) + 1)
    knee = f.stretch[air, work]
    low = int(knee.argmin())
    if knee[low] > 115.0:
        yield Miss(air.start + low, "the knee bends", "<= 115 degrees", f"{knee[low]:.0f} degrees")
    for part, rule in ((knee[: low + 1], "opened before the circle"), (knee[low:], "opened after the circle")):
        if part.max() < 155.0:
            yield Miss(air.start + low, rule, "knee >= 155 degrees", f"{part.max():.0f} degrees")
    held = float(f.thigh_lift[f.at(hop.t0) : f.at(hop.t1) + 1, work].min())
    if held < 30.0:
        yield Miss(air.start, "the thigh is held", ">= 30 degrees", f"{held:.0f} degrees")
    toe = f.tip[air, work] - f.knee[air, work]
    across = (toe[:, :2] * f.ahead[air]).sum(axis=1)
    spread = float(across.max() - across.min())
    if spread < 0.1:
        yield Miss(air.start + low, "the toe draws a circle", "at least 10 cm deep", f"{spread * 100:.0f} cm")


@jump
def sissonne_simple(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one, the other foot at the ankle."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (other,))
    yield from _at_the_ankle(f, hop, work)
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (other,))


@jump
def sissonne_fermee(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one with travel, the other leg open in the air and closed at once."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    yield from travels(f, hop, 0.15)
    yield from _most_open(f, _aloft(f, hop), other, (step.height or 40.0) - HEIGHT, "the other leg open")
    closes = [k for k in range(f.at(hop.t1), f.at(hop.t1 + 0.45) + 1) if f.on[k].all() and is_closed(f, k)]
    if not closes:
        yield Miss(f.at(hop.t1 + 0.45), "closes at once", "fifth within 0.45 s of landing", "still open")
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (work,))


@jump
def sissonne_tombee(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one with the other at the ankle, then a fall onto that other."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (0, 1), (other,))
    near = at_ankle(f, work)[f.at(hop.t0 + 0.1) : f.at(hop.t1 + 0.3)]
    if not near.any():
        yield Miss(f.at(hop.t1), "sur le cou-de-pied", f"{foot(work)} toe at the ankle", "never")
    after = [side for side, _, _ in carries(f, slice(f.at(hop.t1 + 0.1), f.at(step.t1) + 1))]
    if not after or after[-1] != work:
        yield Miss(f.at(step.t1), "falls onto the free leg", f"weight on the {foot(work)} foot", "not")
    stood = f.track.com[f.at(hop.t1 + 0.15), :2]
    way = float(np.linalg.norm(f.track.com[f.at(step.t1), :2] - stood))
    if way < 0.2:
        yield Miss(f.at(step.t1), "falls away from where she landed", "at least 20 cm", f"{way * 100:.0f} cm")
    yield from pointed_aloft(f, hop)


def sissonne_changee(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A sissonne ouverte in which the legs pass each other in the air."""
    yield from jumps.sissonne_ouverte(f, step)
    work, other = legs(step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    a = _begun(f, hop)
    path = f.track.com[f.at(hop.t1), :2] - f.track.com[f.at(hop.t0), :2]
    along = float((path * f.ahead[a]).sum())
    if abs(along) < 0.6 * float(np.linalg.norm(path)):
        yield Miss(a, "goes forward or backward", "not to the side", f"{abs(along) * 100:.0f} cm of her path")
    forward = along > 0
    first = other if forward else work
    yield from front_foot(f, a, first, "front foot before")
    if len(crossings(f, f.at(hop.t0), f.at(hop.t1))) % 2 == 0:
        yield Miss(midair(f, hop), "the legs pass each other", "an odd number of crossings", "an even number")


@jump
def pas_de_chat(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the other, to the side, both knees bent wide in the air; the feet close one after the other."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    air = _aloft(f, hop)
    both = f.stretch[air].max(axis=1)
    best = air.start + int(both.argmin())
    if both.min() > DRAWN:
        yield Miss(best, "both knees bent aloft", f"<= {DRAWN:.0f} degrees at once", f"{both.min():.0f} degrees")
    for side in (0, 1):
        if f.thigh_lift[best, side] < 30.0:
            yield Miss(best, "thighs raised", f"{foot(side)} >= 30 degrees", f"{f.thigh_lift[best, side]:.0f} degrees")
    closed = [k for k in range(f.at(hop.t1), f.at(hop.t1 + 0.45) + 1) if f.on[k].all()]
    if not closed:
        yield Miss(f.at(hop.t1), "closes", "both feet down within 0.45 s", "not")
    else:
        yield from fifth(f, closed[-1], "closes in fifth")
        yield from front_foot(f, closed[-1], other, "front foot after")
    thrown = _opened(f, slice(f.at(hop.t0 - 0.1), best), work)
    if thrown > 22.0:
        yield Miss(air.start, "drawn up, not thrown", f"{foot(work)} leg within 22 degrees", f"{thrown:.0f} degrees")
    yield from travels(f, hop, 0.12)
    yield from pointed_aloft(f, hop)
    yield from _plie(f, hop, (work,))


def assemble_porte(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """An assemblé that travels."""
    yield from jumps.assemble(f, step)
    hop, _ = the_hop(f, step)
    if hop is not None:
        yield from travels(f, hop, 0.25)


def ballonne_compose(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A ballonné, then a step onto the thrown leg, the other closing in fifth."""
    yield from ballonne_simple(f, step)
    work, other = legs(step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    after = slice(f.at(hop.t1 + 0.1), f.at(step.t1) + 1)
    took = [k for k in f.takes(work, after)]
    if not took:
        yield Miss(after.start, "steps onto the thrown leg", f"the {foot(work)} foot takes the weight", "it does not")
        return
    closed = [k for k in range(took[0], after.stop) if f.on[k].all() and is_closed(f, k)]
    if not closed:
        yield Miss(after.stop - 1, "the other closes in fifth", "closed by the end", f"{foot(other)} foot open")


def sissonne_doublee(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """A sissonne ouverte onto the named leg, a cut onto the other, an assemblé from it."""
    work, other = legs(step)
    hops = sorted(f.hops(step), key=lambda hop: hop.t0)
    if len(hops) < 2:
        yield Miss(f.at(step.accent), "springs twice", "two flights", str(len(hops)))
        return
    out, back = hops[0], hops[-1]
    yield from from_to(f, step, out, (0, 1), (work,))
    window = slice(f.at(out.t1), f.at(out.t1 + 0.2) + 1)
    yield from _most_open(f, window, other, (step.height or 45.0) - HEIGHT, "the other leg open")
    yield from from_to(f, step, back, (other,), (0, 1))
    brush = slice(f.at(back.t0 - 0.1), midair(f, back) + 1)
    yield from _most_open(f, brush, work, 25.0, "the working leg brushes")
    yield from fifth(f, f.at(back.t1 + 0.08), "lands in fifth")
    for hop, sides in ((out, (work,)), (back, (0, 1))):
        yield from pointed_aloft(f, hop)
        yield from _plie(f, hop, sides)


def temps_de_cuisse(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The back foot passes to the front in fifth, and a sissonne fermée follows at once."""
    yield from sissonne_fermee(f, step)
    work, other = legs(step)
    hop, _ = the_hop(f, step)
    if hop is None:
        return
    a, b = f.at(step.t0), f.at(hop.t0 - 0.1)
    yield from front_foot(f, a, other, "front foot before")
    yield from front_foot(f, b, work, "front foot at the push")
    lifted = float(f.track.low[a:b, work].max())
    if lifted < 0.06:
        yield Miss(a, "the foot passes off the floor", "at least 6 cm", f"{lifted * 100:.0f} cm")


def _opened(f: Figure, window: slice, side: int) -> float:
    """How far a stretched leg is open at most in a window [degrees]."""
    return float(np.where(f.stretch[window, side] > 148.0, f.lift[window, side], 0.0).max(initial=0.0))


@jump
def gargouillade(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to the other, to the side; each leg in turn bends and opens with the toe drawing a circle."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (work,))
    air = slice(f.at(hop.t0 - 0.08), f.at(hop.t1 + 0.15) + 1)
    turns = []
    for side in (work, other):
        knee = f.stretch[air, side]
        turns.append(air.start + int(knee.argmin()))
        if knee.min() > 120.0:
            yield Miss(turns[-1], "each knee bends", f"{foot(side)} <= 120 degrees", f"{knee.min():.0f} degrees")
        toe = f.tip[air, side] - f.knee[air, side]
        spread = float(np.ptp((toe[:, :2] * f.ahead[air]).sum(axis=1)))
        if spread < 0.1:
            yield Miss(turns[-1], "each toe draws a circle", "at least 10 cm deep", f"{spread * 100:.0f} cm")
    for side, window in ((work, slice(air.start, turns[0])), (other, slice(turns[1], air.stop))):
        if _opened(f, window, side) < 18.0:
            got = f"{_opened(f, window, side):.0f} degrees"
            yield Miss(turns[0], "each leg opens to the side", f"{foot(side)} leg stretched, 18 degrees", got)
    if turns[1] <= turns[0]:
        yield Miss(turns[0], "one leg after the other", f"the {foot(work)} first", "not")
    closed = [k for k in range(f.at(hop.t1), f.at(hop.t1 + 0.5) + 1) if f.on[k].all()]
    if not closed:
        yield Miss(f.at(hop.t1), "closes", "both feet down within half a second", "not")
    else:
        yield from fifth(f, closed[-1], "closes in fifth")
        yield from front_foot(f, closed[-1], other, "front foot after")


@jump
def saut_de_lange(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From two feet to one, high, both legs thrown back bent."""
    work, _ = legs(step)
    yield from from_to(f, step, hop, (0, 1), (work,))
    a = _begun(f, hop)
    yield from front_foot(f, a, work, "front foot before")
    if hop.rise < 0.14:
        yield Miss(midair(f, hop), "high", "at least 14 cm", f"{hop.rise * 100:.0f} cm")
    air = _aloft(f, hop)
    lift = np.where(np.abs(f.bearing[air]) > 120.0, f.lift[air], 0.0).min(axis=1)
    best = air.start + int(lift.argmax())
    if lift.max() < 15.0:
        yield Miss(best, "both legs thrown back", "at least 15 degrees behind", f"{lift.max():.0f} degrees")
    for side in (0, 1):
        if f.stretch[best, side] > 150.0:
            yield Miss(best, "knees bent", f"{foot(side)} knee <= 150 degrees", f"{f.stretch[best, side]:.0f} degrees")
    yield from _plie(f, hop, (work,))


@jump
def petit_assemble(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """From one foot to two, the working foot picked up to the ankle and not thrown to the side."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (0, 1))
    window = slice(f.at(hop.t0 - 0.1), f.at(hop.t1) + 1)
    thrown = float(np.where(f.stretch[window, work] > 150.0, f.lift[window, work], 0.0).max())
    if thrown > 22.0:
        yield Miss(window.start, "no brush to the side", "within 22 degrees", f"{thrown:.0f} degrees")
    if not at_ankle(f, work)[window].any():
        yield Miss(window.start, "picked up to the ankle", f"{foot(work)} toe at the ankle", "never")
    yield from fifth(f, f.at(hop.t1 + 0.06), "lands in fifth")
    yield from _plie(f, hop, (0, 1))


@jump
def pas_de_polka(f: Figure, step: StepSpan, hop: Flight) -> Iterator[Miss]:
    """A hop on the other foot as the named leg opens to the front, then step, close, step."""
    work, other = legs(step)
    yield from from_to(f, step, hop, (other,), (other,))
    top = midair(f, hop)
    if f.lift[top, work] < 15.0 or abs(float(f.bearing[top, work])) > 50.0:
        yield Miss(
            top, "the named leg opens to the front", f"{foot(work)} leg before", f"{f.lift[top, work]:.0f} degrees"
        )
    after = slice(f.at(hop.t1), f.at(step.t1) + 1)
    order = [side for side, _, _ in carries(f, after)]
    wanted = [other, work, other, work]
    if order[:4] != wanted:
        yield Miss(
            after.start, "step, close, step", "-".join(foot(s) for s in wanted), "-".join(foot(s) for s in order)
        )
    if hop.rise > 0.14:
        yield Miss(top, "a small hop", "at most 14 cm", f"{hop.rise * 100:.0f} cm")


CHECKS: dict[str, Check] = {
    "saute": saute,
    "soubresaut": soubresaut,
    "petit_changement": petit_changement,
    "echappe_saute": echappe_saute,
    "echappe_saute_quatrieme": echappe_saute_quatrieme,
    "grand_echappe": grand_echappe,
    "jete": jete,
    "jete_porte": jete_porte,
    "emboite": emboite,
    "temps_leve": temps_leve,
    "temps_leve_arabesque": temps_leve_arabesque,
    "temps_leve_passe": temps_leve_passe,
    "ballonne_simple": ballonne_simple,
    "ballotte": ballotte,
    "rond_de_jambe_saute": rond_de_jambe_saute,
    "sissonne_simple": sissonne_simple,
    "sissonne_fermee": sissonne_fermee,
    "sissonne_tombee": sissonne_tombee,
    "sissonne_changee": sissonne_changee,
    "pas_de_chat": pas_de_chat,
    "assemble_porte": assemble_porte,
    "ballonne_compose": ballonne_compose,
    "sissonne_doublee": sissonne_doublee,
    "temps_de_cuisse": temps_de_cuisse,
    "gargouillade": gargouillade,
    "pas_de_polka": pas_de_polka,
    "saut_de_lange": saut_de_lange,
    "petit_assemble": petit_assemble,
}
"""By entry."""
