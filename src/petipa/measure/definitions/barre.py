"""The exercises of the barre, danced in the centre: what the working foot brushes, strikes, beats and circles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from petipa.measure.definitions.common import (
    AT_LEG,
    BENT,
    CLOSED,
    HEIGHT,
    POINTED,
    STRAIGHT,
    Check,
    Miss,
    at_ankle,
    at_retire,
    foot,
    in_front,
    is_closed,
    knee_over_toes,
    legs,
    straight,
)
from petipa.measure.figure import Figure, first
from petipa.measure.physics import runs
from petipa.motion.model import StepSpan

LOW = 58.0
"""A leg lifted higher than this is no longer low [degrees]."""
THROWN = 230.0
"""A leg that rises faster than this is thrown, slower it is lifted [degrees a second]."""
STRUCK = 0.35
"""From the ankle to its full length in no longer than this, a foot strikes [s]."""
OUT = 0.25
"""Feet this far apart are open [m]."""


def _stands(f: Figure, span: slice, stand: int) -> Iterator[Miss]:
    """One foot keeps the floor all the while, and nothing springs."""
    if not f.on[span, stand].all():
        k = span.start + int(f.on[span, stand].argmin())
        yield Miss(k, "stands", f"{foot(stand)} foot on the floor", "it leaves")


def _pointed(f: Figure, k: int, side: int) -> Iterator[Miss]:
    if f.point[k, side] < POINTED:
        yield Miss(k, "fully pointed", f">= {POINTED:.0f} degrees", f"{f.point[k, side]:.0f} degrees")


def _ends(f: Figure, step: StepSpan, *, open_knee: float = 165.0) -> Iterator[Miss]:
    """At its end the foot has closed, or the leg is still out and straight."""
    work, _ = legs(step)
    k = f.span(step).stop - 1
    if f.apart[k] > CLOSED and f.stretch[k, work] < open_knee:
        yield Miss(k, "closes or stays out", "closed, or straight", f"knee at {f.stretch[k, work]:.0f} degrees")


def _highest(f: Figure, step: StepSpan, *, before: float = 0.4, after: float = 0.4) -> int:
    """The sample near the accent at which the stretched working leg is highest."""
    work, _ = legs(step)
    span = f.span(step)
    a: int = max(span.start, f.at(step.accent - before))
    b = min(span.stop, f.at(step.accent + after) + 1)
    return a + int(np.where(f.stretch[a:b, work] > 165.0, f.lift[a:b, work], -1.0).argmax())


def _height(f: Figure, k: int, side: int, asked: float, most: float | None = None) -> Iterator[Miss]:
    if f.lift[k, side] < asked - HEIGHT:
        yield Miss(k, "height", f">= {asked - HEIGHT:.0f} degrees", f"{f.lift[k, side]:.0f} degrees")
    if most is not None and f.lift[k, side] > most:
        yield Miss(k, "not too high", f"<= {most:.0f} degrees", f"{f.lift[k, side]:.0f} degrees")


def _brushes(f: Figure, k: int, work: int, a: int, rule: str) -> Iterator[Miss]:
    """Between two samples the stretched leg slides out, its toe on the floor."""
    out = f.on[a:k, work] & (f.apart[a:k] > OUT) & (f.stretch[a:k, work] > 160.0)
    if not out.any():
        yield Miss(a, rule, "the toe slides out on the floor", "it is lifted at once")


def _rise(f: Figure, work: int, a: int, b: int) -> float:
    """How fast a leg rises between two samples, at most [degrees a second]."""
    return float((np.gradient(f.lift[a : b + 1, work]) * f.rate).max()) if b > a + 2 else 0.0


def _unbent(f: Figure, a: int, b: int, work: int) -> Iterator[Miss]:
    """The working knee stays stretched while the leg is off the floor."""
    up = ~f.on[a:b, work] & (f.lift[a:b, work] > 28.0)
    if up.any():
        k = a + int(np.where(up, f.stretch[a:b, work], 999.0).argmin())
        if f.stretch[k, work] < 160.0:
            yield Miss(k, "the knee stays stretched", ">= 160 degrees", f"{f.stretch[k, work]:.0f} degrees")


def _toe(f: Figure, work: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the working toe is from the other ankle: before it, and out to the working side [m]."""
    way = (f.tip[:, work] - f.ankle[:, 1 - work])[:, :2]
    out = np.stack([-f.ahead[:, 1], f.ahead[:, 0]], axis=1) * (1.0 if work == 0 else -1.0)
    return np.asarray((way * f.ahead).sum(axis=1)), np.asarray((way * out).sum(axis=1))


def _beats(f: Figure, work: int, a: int, b: int) -> list[tuple[int, bool]]:
    """When, between two samples, the working foot comes in to the other ankle off the floor; whether in front of it."""
    front, out = _toe(f, work)
    # It may stay there: the last beat needs no opening after it.
    found, _ = find_peaks(np.append(-out[a:b], -1.0), prominence=0.05, plateau_size=(0, None))
    found = found[found < b - a]
    low = f.track.low[:, work] > 0.01
    return [(a + int(k), bool(front[a + k] > 0)) for k in found if low[a + k] and out[a + k] < 0.05]


def degage(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The stretched leg brushes out through the tendu and a little off the floor, and comes back the same way."""
    work, stand = legs(step)
    span = f.span(step)
    top = _highest(f, step)
    yield from _stands(f, span, stand)
    lifted = float(f.track.low[top, work])
    if lifted < 0.03:
        yield Miss(top, "leaves the floor", ">= 3 cm", f"{lifted * 100:.1f} cm")
    asked = step.height or 30.0
    yield from _height(f, top, work, asked, min(asked + 15.0, LOW))
    yield from straight(f, top, work, "working leg straight")
    yield from straight(f, top, stand, "standing leg straight")
    yield from _pointed(f, top, work)
    if is_closed(f, span.start):
        yield from _brushes(f, top, work, span.start, "through the tendu")
    yield from _ends(f, step)


def _lifted(f: Figure, step: StepSpan, top: int, asked: float, rule: str) -> Iterator[Miss]:
    """The straight leg goes up through the tendu to its height, the other standing straight."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    yield from _height(f, top, work, asked)
    yield from straight(f, top, work, rule)
    yield from straight(f, top, stand, "standing leg straight")
    yield from _pointed(f, top, work)
    yield from _unbent(f, span.start, span.stop, work)
    if is_closed(f, span.start):
        yield from _brushes(f, top, work, span.start, "through the tendu")


def grand_battement(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The straight leg is thrown up through the tendu and comes down through it."""
    work, _ = legs(step)
    span = f.span(step)
    top = _highest(f, step)
    yield from _lifted(f, step, top, max(step.height or 90.0, 50.0 + HEIGHT), "thrown leg straight")
    fast = _rise(f, work, span.start, top)
    if fast < THROWN:
        yield Miss(top, "thrown", f"rises at {THROWN:.0f} degrees a second", f"{fast:.0f}")
    yield from _ends(f, step)


def battement_lent(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The straight leg is lifted slowly through the tendu and held, never thrown."""
    work, _ = legs(step)
    span = f.span(step)
    top = _highest(f, step)
    yield from _lifted(f, step, top, step.height or 90.0, "raised leg straight")
    fast = _rise(f, work, span.start, top)
    if fast > THROWN:
        yield Miss(top, "lifted slowly", f"rises at no more than {THROWN:.0f} degrees a second", f"{fast:.0f}")
    yield from _ends(f, step)


def battement_fondu(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Both knees bend, the foot at the ankle, and stretch together as the leg opens."""
    work, stand = legs(step)
    span = f.span(step)
    top = _highest(f, step)
    yield from _stands(f, span, stand)
    bent = (180.0 - f.stretch[span.start : top, stand] >= BENT) & at_ankle(f, work)[span.start : top]
    bent &= ~f.on[span.start : top, work]
    if not bent.any():
        yield Miss(span.start, "melts", "standing knee bent, foot at the ankle", "never")
    asked = step.height or 45.0
    yield from _height(f, top, work, asked, asked + 15.0)
    for side, who in ((work, "working leg straight"), (stand, "standing leg straight")):
        yield from straight(f, top, side, who)
    yield from _pointed(f, top, work)
    if bent.any():
        low = span.start + int(np.flatnonzero(bent)[-1])
        ends = [first(f.stretch[low : top + 1, side] >= 165.0, low) for side in (work, stand)]
        if ends[0] is not None and ends[1] is not None and abs(ends[0] - ends[1]) > 0.25 * f.rate:
            yield Miss(top, "stretch together", "within 250 ms", f"{abs(ends[0] - ends[1]) / f.rate * 1000:.0f} ms")
    yield from _ends(f, step)


def _strike(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot shoots from the ankle to a low straight leg and stays an instant; the standing knee is straight."""
    work, stand = legs(step)
    span = f.span(step)
    # What counts is how high it is once it has been at the ankle, wherever the leg came from.
    at = at_ankle(f, work)[span] & ~f.on[span, work] & (f.stretch[span, work] < 150.0)
    at &= np.arange(span.start, span.stop) < f.at(step.accent)
    since = span.start + int(np.flatnonzero(at)[-1]) if at.any() else span.start
    top = max(_highest(f, step, before=max(0.0, step.accent - f.time(since))), since)
    yield from _stands(f, span, stand)
    asked = step.height or 45.0
    yield from _height(f, top, work, asked, LOW)
    yield from straight(f, top, work, "struck out straight")
    yield from straight(f, top, stand, "standing leg straight")
    yield from _pointed(f, top, work)
    if not at.any():
        yield Miss(span.start, "from the ankle", "foot at the ankle before", "never")
        return
    long = first(f.stretch[since : span.stop, work] >= 165.0, since)
    if long is None or (long - since) / f.rate > STRUCK:
        took = "never" if long is None else f"{(long - since) / f.rate * 1000:.0f} ms"
        yield Miss(top, "strikes", f"out within {STRUCK * 1000:.0f} ms", took)
    softest = float(f.stretch[since : top + 1, stand].min())
    if softest < 180.0 - BENT:
        yield Miss(since, "the standing leg stays straight", f">= {180 - BENT:.0f} degrees", f"{softest:.0f} degrees")
    yield from _ends(f, step)


def battement_frappe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """One strike, from one beat at the ankle."""
    yield from _strike(f, step)
    work, _ = legs(step)
    span = f.span(step)
    beats = _beats(f, work, span.start, f.at(step.accent))
    if len({front for _, front in beats}) > 1:
        yield Miss(beats[-1][0], "one beat at the ankle", "one", f"{len(beats)}, before it and behind")


def battement_double_frappe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Two beats at the ankle, one on either side, then the strike."""
    yield from _strike(f, step)
    work, _ = legs(step)
    beats = _beats(f, work, f.span(step).start, f.at(step.accent))
    if len({front for _, front in beats}) < 2:
        yield Miss(f.at(step.accent), "beats before and behind", "one on each side of the ankle", f"{len(beats)} beats")


def _still_thigh(f: Figure, work: int, a: int, b: int) -> Iterator[Miss]:
    moved = float(np.ptp(f.thigh_lift[a:b, work])) if b > a else 0.0
    if moved > 20.0:
        yield Miss(a, "the thigh is still", "within 20 degrees", f"{moved:.0f} degrees")


def petit_battement(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The foot opens from the ankle and closes on its other side, opens and closes where it began, the thigh still."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    found = _beats(f, work, span.start, min(span.stop, f.at(step.accent + 0.12)))
    if len(found) < 2 or found[-1][1] == found[-2][1]:
        yield Miss(f.at(step.accent), "beats on both sides", "before and behind the ankle", f"{len(found)} beats")
        return
    beats = [k for k, _ in found]
    _, out = _toe(f, work)
    wide = float(out[beats[-2] : beats[-1]].max() - out[beats[-2:]].max())
    if not 0.1 <= wide <= 0.45:
        yield Miss(beats[-2], "opens between the beats", "the toe 10 to 45 cm out", f"{wide * 100:.0f} cm")
    yield from _still_thigh(f, work, beats[-2], beats[-1])
    yield from straight(f, beats[-1], stand, "standing leg straight")


def battement_serre_battu(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up on the standing foot, small quick beats before the ankle."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    there = at_ankle(f, work) & f.heel_up[:, stand]
    found = [(k, front) for k, front in _beats(f, work, span.start, span.stop) if there[k]]
    beats = [k for k, _ in found]
    if len(beats) < 3:
        yield Miss(f.at(step.accent), "beats", "three or more at the ankle, up on the standing foot", f"{len(beats)}")
        return
    if not all(front for _, front in found):
        yield Miss(beats[0], "before the ankle", "every beat in front", "one behind")
    slow = max(b - a for a, b in pairwise(beats)) / f.rate
    if slow > 0.5:
        yield Miss(beats[0], "quick", "within half a second", f"{slow * 1000:.0f} ms apart")
    _, out = _toe(f, work)
    wide = float(out[beats[0] : beats[-1]].max())
    if wide > 0.18:
        yield Miss(beats[0], "small", "opens within 18 cm", f"{wide * 100:.0f} cm")
    if f.point[beats[0] : beats[-1], work].min() < POINTED:
        least = f.point[beats[0] : beats[-1], work].min()
        yield Miss(beats[0], "fully pointed", f">= {POINTED:.0f} degrees", f"{least:.0f} degrees")


def sur_le_cou_de_pied(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The pointed foot at the ankle of a straight standing leg, and no higher."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    there = at_ankle(f, work)[span] & ~f.on[span, work] & (f.point[span, work] >= POINTED)
    there &= (f.stretch[span, stand] >= STRAIGHT) & (f.stretch[span, work] < 160.0)
    if not any(b - a >= 0.1 * f.rate for a, b in runs(there)):
        yield Miss(f.at(step.accent), "foot at the ankle", "pointed, held 0.1 s", "never")
    if at_retire(f, work)[span].any():
        yield Miss(span.start + int(at_retire(f, work)[span].argmax()), "at the ankle", "no higher", "at the knee")
    yield from _keeps_front(f, step, changes=False)


def _keeps_front(f: Figure, step: StepSpan, *, changes: bool) -> Iterator[Miss]:
    """From one closed position to another, the foot in front is another or the same."""
    a, b = f.span(step).start, f.span(step).stop - 1
    if not (is_closed(f, a) and is_closed(f, b) and f.on[a].all() and f.on[b].all()):
        return
    if min(abs(f.front[a]), abs(f.front[b])) < 0.03:
        return
    if (in_front(f, a) != in_front(f, b)) != changes:
        wanted = "the feet change" if changes else "the feet keep their places"
        yield Miss(b, "closes", wanted, f"{foot(in_front(f, b))} foot in front")


def _drawn_up(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The toe by the ankle, at the knee at the accent, the standing leg straight."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    up = at_retire(f, work)[span]
    if not any(b - a >= 0.08 * f.rate for a, b in runs(up)):
        near = np.linalg.norm(f.tip[span, work] - f.knee[span, stand], axis=1)
        yield Miss(f.at(step.accent), "toe at the knee", f"within {AT_LEG * 100:.0f} cm", f"{near.min() * 100:.0f} cm")
        return
    there = span.start + int(np.flatnonzero(up)[len(np.flatnonzero(up)) // 2])
    yield from straight(f, there, stand, "standing leg straight")
    yield from _pointed(f, there, work)
    opened = float(f.lift[span.start : there, work].max())
    # A leg that unfolds on the way is another step.
    if ((f.stretch[span, work] > 160.0) & (f.lift[span, work] > 30.0)).any():
        yield Miss(there, "the leg does not open", "foot along the standing leg", f"{opened:.0f} degrees")


def battement_retire(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up to the knee and back to where the foot was."""
    yield from _drawn_up(f, step)
    yield from _keeps_front(f, step, changes=False)


def passe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up to the knee and down on the other side."""
    yield from _drawn_up(f, step)
    yield from _keeps_front(f, step, changes=True)


def pas_de_cheval(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """In to the ankle, a small rounded lift, and down on the pointed toe, the leg straight."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    a, b = f.at(step.accent - 0.12), min(span.stop, f.at(step.accent + 0.3))
    down = f.on[a:b, work] & (f.apart[a:b] > OUT) & (f.stretch[a:b, work] >= STRAIGHT)
    set_down = first(down & (f.point[a:b, work] >= POINTED), a)
    if set_down is None:
        yield Miss(f.at(step.accent), "set down on the toe", "straight leg, pointed toe on the floor", "never")
        return
    yield from straight(f, set_down, stand, "standing leg straight")
    before = slice(span.start, set_down)
    front, out = _toe(f, work)
    round_ = (f.track.low[before, work] > 0.03) & (np.hypot(front, out)[before] > OUT)
    round_ &= f.stretch[before, work] < 155.0
    if not round_.any():
        yield Miss(set_down, "unfolds through the air", "knee still bent, foot lifted", "it slides out")
    if not (at_ankle(f, work)[before] & ~f.on[before, work]).any():
        yield Miss(span.start, "in to the ankle", "toe by the ankle first", "never")
    if f.lift[before, work].max() > LOW + 10.0:
        yield Miss(set_down, "a small lift", f"<= {LOW + 10:.0f} degrees", f"{f.lift[before, work].max():.0f} degrees")


def enveloppe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Raised and straight first, then folded in to the knee and down."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    reach = f.at(step.accent + 0.3)
    # The last time it is as high as it gets: it may have come to this step raised somewhere else.
    lift = np.where(f.stretch[span.start : reach, work] > 165.0, f.lift[span.start : reach, work], -1.0)
    a, b = runs(np.asarray(lift >= lift.max() - 5.0))[-1]
    top = span.start + a + int(lift[a:b].argmax())
    yield from _height(f, top, work, step.height or 90.0)
    yield from straight(f, top, work, "raised leg straight")
    yield from straight(f, top, stand, "standing leg straight")
    yield from _pointed(f, top, work)
    folded = first(at_retire(f, work)[top : span.stop], top)
    if folded is None:
        near = np.linalg.norm(f.tip[top : span.stop, work] - f.knee[top : span.stop, stand], axis=1)
        yield Miss(top, "folds in to the knee", "toe at the knee after", f"nearest {near.min() * 100:.0f} cm")
        return
    late = (f.stretch[folded : span.stop, work] > 160.0) & (f.lift[folded : span.stop, work] > 40.0)
    if late.any():
        yield Miss(folded, "stays in", "down to close", "the leg opens again")


def _sideways(f: Figure, work: int) -> NDArray[np.float64]:
    """The way the working leg points: 0 before her, 90 to its own side, 180 behind [degrees]."""
    side = f.bearing[:, work] if work == 0 else -f.bearing[:, work]
    return np.asarray(np.where(side < -100.0, side + 360.0, side))


def _sweep(f: Figure, work: int, a: int, b: int, out: NDArray[np.bool_]) -> tuple[float, float, bool]:
    """First and last direction of a leg that is out between two samples, and whether it passes the side."""
    way = _sideways(f, work)[a:b][out]
    if not len(way):
        return 0.0, 0.0, False
    return float(way[0]), float(way[-1]), bool(((way > 65.0) & (way < 115.0)).any())


def _circle(f: Figure, step: StepSpan, a: int, b: int, out: NDArray[np.bool_], *, whole: bool = True) -> Iterator[Miss]:
    """While it is out the leg goes from the front over the side to the back, or the other way."""
    work, _ = legs(step)
    begin, end, side = _sweep(f, work, a, b, out)
    if not side:
        yield Miss(f.at(step.accent), "over the side", "65 to 115 degrees from the front", f"{begin:.0f} to {end:.0f}")
    ways = [x for x in (begin, end) if x < 45.0], [x for x in (begin, end) if x > 135.0]
    if whole and not (ways[0] and ways[1]):
        yield Miss(
            f.at(step.accent), "from front to back or back to front", "0 and 180 degrees", f"{begin:.0f}, {end:.0f}"
        )
    if not whole and not (ways[0] or ways[1]):
        yield Miss(f.at(step.accent), "from the front or the back", "0 or 180 degrees", f"{begin:.0f}, {end:.0f}")


def rond_de_jambe_a_terre(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The toe draws a half circle on the floor, the knees straight."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    out = (f.lift[span, work] > 22.0) & (f.stretch[span, work] > 160.0) & f.on[span, work]
    yield from _circle(f, step, span.start, span.stop, out)
    height = f.track.low[span, work]
    if height.max() > 0.02:
        k = span.start + int(height.argmax())
        yield Miss(k, "the toe stays on the floor", "within 20 mm", f"{height.max() * 1000:.0f} mm")
    side = span.start + int(np.where(out, -np.abs(_sideways(f, work)[span] - 90.0), -999.0).argmax())
    yield from straight(f, side, work, "working leg straight")
    yield from straight(f, side, stand, "standing leg straight")
    yield from _pointed(f, side, work)


def demi_rond_de_jambe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The toe draws a quarter on the floor, from the front or the back to the side."""
    work, stand = legs(step)
    span = slice(f.span(step).start, min(f.span(step).stop, f.at(step.accent + 0.1)))
    yield from _stands(f, f.span(step), stand)
    out = (f.lift[span, work] > 22.0) & (f.stretch[span, work] > 160.0) & f.on[span, work]
    yield from _circle(f, step, span.start, span.stop, out, whole=False)
    if f.track.low[span, work].max() > 0.02:
        k = span.start + int(f.track.low[span, work].argmax())
        yield Miss(k, "the toe stays on the floor", "within 20 mm", f"{f.track.low[k, work] * 1000:.0f} mm")
    k = span.stop - 1
    yield from straight(f, k, work, "working leg straight")
    yield from straight(f, k, stand, "standing leg straight")
    yield from _pointed(f, k, work)


def grand_rond_de_jambe(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Straight and high, the leg is carried from front to back or back to front without sinking."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    asked = (step.height or 90.0) - HEIGHT - 5.0
    high = (f.lift[span, work] >= asked) & (f.stretch[span, work] >= 168.0)
    if not high.any():
        yield Miss(f.at(step.accent), "height", f">= {asked:.0f} degrees", f"{f.lift[span, work].max():.0f} degrees")
        return
    a, b = (span.start + int(k) for k in np.flatnonzero(high)[[0, -1]])
    yield from _circle(f, step, span.start, span.stop, high)
    kept = f.lift[a:b, work]
    if kept.min() < asked - 8.0:
        yield Miss(
            a + int(kept.argmin()), "does not sink", f">= {asked - 8.0:.0f} degrees", f"{kept.min():.0f} degrees"
        )
    yield from straight(f, (a + b) // 2, stand, "standing leg straight")
    if (b - a) / f.rate < 0.8:
        yield Miss(a, "carried slowly", "0.8 s or more", f"{(b - a) / f.rate:.1f} s")


def grand_rond_de_jambe_jete(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Thrown over the side from a bent leg low in front or behind, it comes down on the other side."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    asked = (step.height or 85.0) - HEIGHT
    top = span.start + int(np.where(f.stretch[span, work] > 165.0, f.lift[span, work], -1.0).argmax())
    if f.lift[top, work] < asked:
        yield Miss(top, "height", f">= {asked:.0f} degrees", f"{f.lift[top, work]:.0f} degrees")
    out = (f.lift[span, work] > 24.0) & (f.stretch[span, work] > 160.0) & (f.apart[span] > OUT)
    yield from _circle(f, step, span.start, span.stop, out | ((f.lift[span, work] > 20.0) & (f.apart[span] > OUT)))
    bent = (f.stretch[span.start : top, work] < 150.0) & (f.track.low[span.start : top, work] > 0.02)
    if not bent.any():
        yield Miss(span.start, "from a bent leg", "knee bent below 150 off the floor", "straight all the way")
    fast = _rise(f, work, span.start, top)
    if fast < THROWN:
        yield Miss(top, "thrown", f"rises at {THROWN:.0f} degrees a second", f"{fast:.0f}")
    yield from straight(f, top, stand, "standing leg straight")


def rond_de_jambe_en_lair(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """With the thigh still at the side the toe draws an oval to the calf and out again."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    top = _highest(f, step, before=0.15, after=0.25)
    asked = (step.height or 45.0) - HEIGHT
    if f.lift[top, work] < asked or abs(_sideways(f, work)[top] - 90.0) > 40.0:
        got = f"{f.lift[top, work]:.0f} degrees, {_sideways(f, work)[top]:.0f} from the front"
        yield Miss(top, "straight at the side", f">= {asked:.0f} degrees, at the side", got)
    yield from straight(f, top, work, "working leg straight")
    yield from straight(f, top, stand, "standing leg straight")
    bent = np.flatnonzero(f.stretch[span.start : top, work] < 110.0)
    if not len(bent):
        yield Miss(top, "the toe comes in", "knee bent below 110", f"{f.stretch[span.start : top, work].min():.0f}")
        return
    inner = span.start + int(f.stretch[span.start : top, work].argmin())
    if f.thigh_lift[inner, work] < 30.0 or at_retire(f, work)[inner]:
        yield Miss(inner, "the thigh stays at the side", ">= 30 degrees", f"{f.thigh_lift[inner, work]:.0f} degrees")
    a = max(span.start, inner - round(0.3 * f.rate))
    b = min(top, inner + round(0.3 * f.rate)) + 1
    moved = float(np.ptp(f.thigh_lift[inner:b, work]))
    if moved > 25.0:
        yield Miss(inner, "the thigh is still", "within 25 degrees", f"{moved:.0f} degrees")
    front, _ = _toe(f, work)
    half = 0.5 * (f.stretch[inner, work] + 175.0)
    ins = [k for k in range(a, inner) if f.stretch[k, work] <= half][:1]
    outs = [k for k in range(inner, b) if f.stretch[k, work] >= half][:1]
    if ins and outs and abs(front[ins[0]] - front[outs[0]]) < 0.03:
        yield Miss(
            inner, "an oval", "in and out by ways 3 cm apart", f"{abs(front[ins[0]] - front[outs[0]]) * 100:.0f} cm"
        )


def battement_en_cloche(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The straight leg swings through first from one end to the other."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    top = _highest(f, step)
    asked = (step.height or 75.0) - HEIGHT
    if f.lift[top, work] < asked:
        yield Miss(top, "height", f">= {asked:.0f} degrees", f"{f.lift[top, work]:.0f} degrees")
    yield from straight(f, top, work, "swinging leg straight")
    yield from straight(f, top, stand, "standing leg straight")
    way = _sideways(f, work)
    ends_front = way[top] < 60.0
    before = slice(span.start, top)
    there = (f.lift[before, work] > 22.0) & (f.apart[before] > OUT)
    opposite = (way[before] > 120.0) if ends_front else (way[before] < 60.0)
    if not (there & opposite).any():
        yield Miss(span.start, "from the other end", "behind to before or before to behind", "from the same side")
    swing = np.flatnonzero(there & opposite)
    a = span.start + (int(swing[-1]) if len(swing) else 0)
    between = np.linalg.norm((f.ankle[a : top + 1, work] - f.ankle[a : top + 1, stand])[:, :2], axis=1).min()
    if between > 0.24:
        yield Miss(top, "through first", "ankles within 24 cm", f"{between * 100:.0f} cm")
    if f.stretch[a : top + 1, work].min() < 155.0:
        k = a + int(f.stretch[a : top + 1, work].argmin())
        yield Miss(k, "the knee stays stretched", ">= 155 degrees", f"{f.stretch[k, work]:.0f} degrees")


def battement_soutenu(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Out to the toe over a bent standing knee, then drawn together on the tips, then down to fifth."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    a, b = f.at(step.accent - 0.2), f.at(step.accent + 0.35)
    out = (
        f.on[a:b, work] & (f.apart[a:b] > OUT) & (f.stretch[a:b, work] > 165.0) & (f.stretch[a:b, stand] < 180.0 - BENT)
    )
    if not out.any():
        yield Miss(f.at(step.accent), "slides out in fondu", "straight leg out, standing knee bent", "never")
    up = f.heel_up[a : span.stop].all(axis=1) & (f.apart[a : span.stop] < CLOSED)
    up &= (f.stretch[a : span.stop] >= 168.0).all(axis=1)
    if not up.any():
        yield Miss(b, "drawn together on the tips", "both heels up, knees straight, feet together", "never")
    k = min(len(f.apart) - 1, span.stop - 1)
    if not is_closed(f, k):
        yield Miss(k, "ends in fifth", "feet closed", f"{f.apart[k] * 100:.0f} cm apart")
    if f.on[k].all() and abs(f.front[k]) < 0.03:
        yield Miss(k, "ends in fifth", "one foot before the other", f"{f.front[k] * 100:+.0f} cm")


def flic_flac(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Two crossings of the ankle, one on each side, and open to the side with the heel up."""
    work, stand = legs(step)
    span = f.span(step)
    yield from _stands(f, span, stand)
    top = _highest(f, step)
    beats = _beats(f, work, span.start, top)
    if len({front for _, front in beats[-2:]}) < 2:
        yield Miss(f.at(step.accent), "in on both sides", "behind and before the ankle", f"{len(beats)} times in")
    asked = (step.height or 45.0) - HEIGHT
    if f.lift[top, work] < asked or abs(_sideways(f, work)[top] - 90.0) > 40.0:
        got = f"{f.lift[top, work]:.0f} degrees, {_sideways(f, work)[top]:.0f} from the front"
        yield Miss(top, "opens to the side", f">= {asked:.0f} degrees, at the side", got)
    yield from straight(f, top, work, "working leg straight")
    if not f.heel_up[f.at(step.accent - 0.15) : top + round(0.2 * f.rate), stand].any():
        yield Miss(top, "the standing heel rises", "off the floor", "flat")


def _named_front(f: Figure, step: StepSpan, k: int) -> Iterator[Miss]:
    work, other = legs(step)
    if f.on[k].all() and abs(f.front[k]) > 0.03 and in_front(f, k) != work:
        yield Miss(k, "front foot", foot(work), foot(other))


def eleve(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Up through the feet with straight knees, no plié before."""
    span = f.span(step)
    up = f.heel_up[span].all(axis=1)
    if not up.any():
        yield Miss(f.at(step.accent), "rises", "both heels off the floor", "never")
        return
    rise = span.start + int(up.argmax())
    # She may have come out of the plié of the step before: what counts is from where she rises.
    from_ = max(span.start, rise - round(0.25 * f.rate))
    k = from_ + int(f.stretch[from_ : rise + 1].min(axis=1).argmin())
    if f.stretch[k].min() < 160.0:
        yield Miss(k, "no plié", "knees straight before", f"{f.stretch[k].min():.0f} degrees")
    high = span.start + int(np.where(up, f.track.com[span, 2], -1).argmax())
    for side in (0, 1):
        yield from straight(f, high, side, "straight at the top", 170.0)
    for side in (0, 1):
        moved = np.ptp(f.tip[span, side, :2], axis=0).max()
        if moved > 0.06:
            yield Miss(high, "the feet stay", "within 6 cm", f"{foot(side)} moves {moved * 100:.0f} cm")
    yield from _named_front(f, step, span.start)
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def grand_plie(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Both knees bend past a right angle over the toes, the back upright."""
    span = f.span(step)
    deepest = span.start + int(f.track.com[span, 2].argmin())
    for side in (0, 1):
        bend = 180.0 - float(f.stretch[deepest, side])
        if bend < 80.0:
            yield Miss(deepest, "the knees bend fully", f"{foot(side)} knee bends 80", f"{bend:.0f} degrees")
        yield from knee_over_toes(f, deepest, side, within=25.0)
        if abs(f.open[deepest]) > 0.4 and f.heel[deepest, side, 2] > 0.02:
            got = f"{f.heel[deepest, side, 2] * 100:.0f} cm up"
            yield Miss(deepest, "heels down in second", f"{foot(side)} heel on the floor", got)
    if not f.on[deepest].all():
        yield Miss(deepest, "stands", "both feet on the floor", "one leaves")
    if f.tilt[deepest] > 15.0:
        yield Miss(deepest, "back upright", "within 15 degrees", f"{f.tilt[deepest]:.0f} degrees")
    yield from _named_front(f, step, span.start)
    for hop in f.hops(step):
        yield Miss(f.at(hop.t0), "feet on the floor", "no flight", f"{1000 * (hop.t1 - hop.t0):.0f} ms in the air")


def _neck(f: Figure, k: int) -> NDArray[np.float64]:
    """How far the neck is from above the pelvis [m], (2,)."""
    return np.asarray((f.track.p[k, f.track.skeleton.index("neck")] - f.track.p[k, 0])[:2])


def _planted(f: Figure, step: StepSpan, span: slice) -> Iterator[Miss]:
    """Both feet stay where they are, flat, the knees straight."""
    stray = float(np.linalg.norm(f.tip[span, :, :2] - f.tip[span.start, :, :2], axis=2).max())
    if stray > 0.03:
        yield Miss(span.start, "the feet stay", "within 3 cm", f"{stray * 100:.0f} cm")
    k = f.at(step.accent)
    for side in (0, 1):
        yield from straight(f, k, side, "knees straight", 168.0)
    if not f.on[k].all():
        yield Miss(k, "stands", "both feet on the floor", "one leaves")


def cambre(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """The body bends far from upright over still feet and straight knees, and comes up again."""
    span = slice(f.at(step.accent - 0.6), f.span(step).stop)
    yield from _planted(f, step, span)
    far = span.start + int(f.tilt[span].argmax())
    if f.tilt[far] < 25.0:
        yield Miss(far, "the body bends", "25 degrees from upright", f"{f.tilt[far]:.0f} degrees")
    k = f.at(step.accent)
    if f.tilt[k] < 0.8 * f.tilt[far]:
        yield Miss(k, "bends at its accent", f">= {0.8 * f.tilt[far]:.0f} degrees", f"{f.tilt[k]:.0f} degrees")
    way = _neck(f, far)
    sign = 1.0 if step.side == "L" else -1.0
    sideways = sign * float(way @ np.array([-f.ahead[far, 1], f.ahead[far, 0]]))
    if abs(sideways) <= 0.7 * float(np.linalg.norm(way)):
        yield from _named_front(f, step, far)
    elif sideways < 0.0:
        yield Miss(far, "to the named side", step.side, "to the other")
    if f.tilt[span.stop - 1] > 15.0:
        yield Miss(span.stop - 1, "comes up", "within 15 degrees", f"{f.tilt[span.stop - 1]:.0f} degrees")


def arabesque_penchee(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On one flat straight leg the other goes far above the hip behind, the body tipping forward."""
    stand, work = legs(step)
    span = f.span(step)
    top = span.start + int(f.lift[span, work].argmax())
    if f.lift[top, work] < 118.0:
        yield Miss(top, "the leg goes up", ">= 118 degrees", f"{f.lift[top, work]:.0f} degrees")
    # The hips have tipped so far that they no longer say which way she faces.
    faces = np.array([np.cos(np.radians(step.facing)), np.sin(np.radians(step.facing))])
    fore = float(_neck(f, top) @ faces)
    if f.tilt[top] < 40.0 or fore < 0.0:
        yield Miss(top, "tips forward", "40 degrees", f"{f.tilt[top]:.0f} degrees")
    leg = (f.ankle - f.hip)[top, work, :2]
    behind = float(np.degrees(np.arccos(np.clip(-(leg @ faces) / max(float(np.linalg.norm(leg)), 1e-6), -1.0, 1.0))))
    if behind > 40.0:
        yield Miss(top, "straight behind", "within 40 degrees of behind", f"{behind:.0f} degrees")
    yield from straight(f, top, work, "raised leg straight")
    yield from straight(f, top, stand, "standing leg straight")
    yield from _pointed(f, top, work)
    yield from _stands(f, span, stand)
    if f.heel_up[top, stand]:
        yield Miss(top, "on the flat foot", "heel down", "heel up")


def attitude(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """On one straight leg, the other raised and bent, its knee as high as its hip nearly, dwelt in."""
    stand, work = legs(step)
    span = slice(f.at(step.accent - 0.15), f.at(step.t1) + 1)
    alone = f.on[span, stand] & ~f.on[span, work]
    if not alone.any():
        yield Miss(f.at(step.accent), "one leg stands", f"{foot(stand)} alone", "never")
        return
    asked = (step.height or 88.0) - 25.0
    rules = (
        ("knee raised", f">= {asked:.0f} degrees", f.thigh_lift[span, work], f.thigh_lift[span, work] >= asked),
        ("standing leg straight", f">= {STRAIGHT:.0f}", f.stretch[span, stand], f.stretch[span, stand] >= STRAIGHT),
        (
            "raised knee bent",
            "90 to 140 degrees",
            f.stretch[span, work],
            (f.stretch[span, work] >= 85.0) & (f.stretch[span, work] <= 142.0),
        ),
        ("fully pointed", f">= {POINTED:.0f} degrees", f.point[span, work], f.point[span, work] >= POINTED),
        ("back up", "within 40 degrees of upright", f.tilt[span], f.tilt[span] <= 40.0),
    )
    held = alone & np.all([holds for _, _, _, holds in rules], axis=0) & ~at_retire(f, work)[span]
    if any(b - a >= 0.1 * f.rate for a, b in runs(held)):
        return
    kept = np.where(alone, np.sum([holds for _, _, _, holds in rules], axis=0), -1)
    best = int(kept.argmax())
    if kept[best] == len(rules):
        yield Miss(span.start + best, "dwelt in", "held 0.1 s away from retiré", "passed by")
    for rule, expected, values, holds in rules:
        if not holds[best]:
            yield Miss(span.start + best, rule, expected, f"{values[best]:.0f} degrees")


CHECKS: dict[str, Check] = {
    "degage": degage,
    "grand_battement": grand_battement,
    "battement_lent": battement_lent,
    "battement_fondu": battement_fondu,
    "battement_frappe": battement_frappe,
    "battement_double_frappe": battement_double_frappe,
    "petit_battement": petit_battement,
    "battement_serre_battu": battement_serre_battu,
    "sur_le_cou_de_pied": sur_le_cou_de_pied,
    "battement_retire": battement_retire,
    "passe": passe,
    "pas_de_cheval": pas_de_cheval,
    "enveloppe": enveloppe,
    "cambre": cambre,
    "arabesque_penchee": arabesque_penchee,
    "attitude": attitude,
    "rond_de_jambe_a_terre": rond_de_jambe_a_terre,
    "demi_rond_de_jambe": demi_rond_de_jambe,
    "grand_rond_de_jambe": grand_rond_de_jambe,
    "grand_rond_de_jambe_jete": grand_rond_de_jambe_jete,
    "rond_de_jambe_en_lair": rond_de_jambe_en_lair,
    "battement_en_cloche": battement_en_cloche,
    "battement_soutenu": battement_soutenu,
    "flic_flac": flic_flac,
    "eleve": eleve,
    "grand_plie": grand_plie,
}
"""By entry."""
