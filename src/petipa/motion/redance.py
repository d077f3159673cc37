"""An edited dance: only the neighbourhood of what was changed is laid out and solved anew.

Two plans are compared key by key. Outside the stretch in which they differ she does the same thing at the same time,
at most somewhere else on stage; there the motion there was is kept to the bit (moved over, if it must be), and the new
stretch is joined to it at moments when both feet stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Dancer
from petipa.dancer.skeleton import Joint, Skeleton
from petipa.mechanics import quat_log, quat_mul
from petipa.motion.dance import dance, posed
from petipa.motion.laws import UnfinishedError, broken_laws
from petipa.motion.model import Motion
from petipa.motion.plan import RATE, Contact, FootEvent, Plan, make_plan
from petipa.motion.reference import breath, build_reference
from petipa.motion.solve import solve

Array = NDArray[np.float64]
Key = tuple[float, Any]
Alike = Callable[[Any, Any], bool]

BESIDE = 1.0  # seconds either side of a change that are laid out again, at least
SOLVED = 0.5  # of these, the seconds that are solved again
KEPT = 4  # frames the solve joins on to
SAME = 1e-9


def redance(
    before: Motion,
    was: Sequence[Any],
    placed: Sequence[Any],
    lexicon: Mapping[str, Any],
    seconds_at: Callable[[Fraction], float],
    dancer: Dancer,
    *,
    where: Callable[[Fraction], tuple[int, str]] | None = None,
    seed: int = 0,
    life: bool = True,
    tail: float = 1.2,
    progress: Callable[[str, float], None] | None = None,
    strict: bool = False,
) -> tuple[Motion, tuple[float, float]]:
    """Dance edited steps, keeping what an edit does not touch.

    Parameters
    ----------
    before : the motion of `was`, danced with the same seed, life and tail
    was, placed : the steps before and after the edit

    Other parameters are those of `dance`.

    Returns
    -------
    The motion, and from when to when [s] it was danced anew; all of it where the edit leaves nothing as it was.

    Raises
    ------
    ChoreographyError, SolveError
        As `dance`.
    """
    tell = progress or (lambda stage, share: None)
    tell("plan", 0.0)
    old = make_plan(was, lexicon, seconds_at, dancer, where=where, tail=tail)
    new = make_plan(placed, lexicon, seconds_at, dancer, where=where, tail=tail)
    wishes: dict[str, Any] = {
        "where": where,
        "seed": seed,
        "life": life,
        "tail": tail,
        "progress": progress,
        "strict": strict,
    }
    end = new.start + (new.frames - 1) / RATE
    if old.start != new.start or len(before.q) != old.frames:
        return dance(placed, lexicon, seconds_at, dancer, **wishes), (new.start, end)
    first, last, moved = _changed(old, new)
    if first > last:
        return replace(before, steps=new.steps, flights=new.flights), (new.start, new.start)
    begins = [round((step.t0 - new.start) * RATE) for step in new.steps]
    a = max((k for k in begins if k <= (first - BESIDE - new.start) * RATE), default=0)
    b = min((k for k in begins if k >= (last + BESIDE - new.start) * RATE), default=new.frames - 1)
    if b - a > 0.8 * new.frames:
        return dance(placed, lexicon, seconds_at, dancer, **wishes), (new.start, end)

    tell("reference", 0.0)
    times = new.start + np.arange(new.frames) / RATE
    air = breath(times, seed) if life else np.zeros(new.frames)
    reference = build_reference(_part(new, a, b), dancer, seed=None, breathing=air[a : b + 1])
    problem = posed(dancer, reference)
    # What there was around the stretch, on stage where it is now; the two may differ in length.
    shift = new.frames - old.frames
    frames = np.arange(a, b + 1)
    moved_q = before.q.copy()
    moved_q[:, :2] += moved
    lo = max(round((first - SOLVED - new.start) * RATE) - a, 0) if a > 0 else 0
    hi = max(b - round((last + SOLVED - new.start) * RATE), 0) if b < new.frames - 1 else 0
    begun = np.zeros((len(frames), dancer.skeleton.nv))
    if a > 0:
        begun[: lo + KEPT] = _deviation(dancer.skeleton, reference.q[: lo + KEPT], before.q[a : a + lo + KEPT])
    if b < new.frames - 1:
        late = moved_q[b + 1 - shift - hi - KEPT : b + 1 - shift]
        begun[len(frames) - hi - KEPT :] = _deviation(dancer.skeleton, reference.q[len(frames) - hi - KEPT :], late)
    inner = slice(lo, len(frames) - hi)
    tell("solve", 0.0)
    solution = solve(
        dancer.skeleton,
        problem.slice(inner.start, inner.stop),
        begun=begun[inner],
        kept=(KEPT if a > 0 else 0, KEPT if b < new.frames - 1 else 0),
        window=900,
        progress=lambda share: tell("solve", share),
    )
    start, stop = a + lo, b + 1 - hi

    def joined(early: Array, middle: Array, late: Array) -> Array:
        return np.concatenate([early[:start], middle, late[stop - shift :]])

    motion = Motion(
        rate=RATE,
        start=new.start,
        q=joined(before.q, solution.q, moved_q),
        feet=np.concatenate([before.feet[:start], reference.feet[inner], before.feet[stop - shift :]]),
        forces=joined(before.forces, solution.forces, before.forces),
        cops=joined(before.cops, solution.cops, before.cops + moved),
        steps=new.steps,
        flights=new.flights,
        dancer=dancer.name,
    )
    broken = broken_laws(solution) if strict else ()
    if broken:
        raise UnfinishedError(motion, [replace(law, frame=law.frame + start) for law in broken])
    return motion, (float(times[start]), float(times[min(stop, new.frames - 1)]))


def _channels(plan: Plan) -> list[list[Key]]:
    """All that a plan says but where the feet are, as lists of (time, value)."""
    out: list[list[Key]] = []
    for track in (plan.heading, plan.bend, plan.weight, plan.lean, plan.hinge, plan.reach):
        out.append(
            []
            if track is None
            else [(float(t), tuple(np.atleast_1d(v))) for t, v in zip(track.times, track.values, strict=True)]
        )
    for keys in (plan.carry, plan.head):
        out.append(list(keys))
    paces = plan.paces or (None,) * len(plan.arms)
    out.append([(time, (name, pace)) for (time, name), pace in zip(plan.arms, paces, strict=True)])
    out.append([(t0, (t1, entry)) for t0, t1, entry in plan.gaze])
    out.append([(f.t0, (f.t1, f.height)) for f in plan.flights])
    out.append([(a, b) for a, b in plan.strokes])
    return out


def _changed(old: Plan, new: Plan) -> tuple[float, float, Array]:
    """From when to when [s] plans differ, how far [m] (2,) she is moved after; first > last if they do not."""
    begin, end = new.start, new.start + (new.frames - 1) / RATE
    first, last = end, begin
    shift = (new.frames - old.frames) / RATE
    if shift:
        last = end
    moved = _offset(old, new)
    compared: list[tuple[Sequence[Any], Sequence[Any], Alike, Alike]] = [
        (a, b, _equal, _equal) for a, b in zip(_channels(old), _channels(new), strict=True)
    ]
    for a, b in zip(old.feet, new.feet, strict=True):
        compared.append((a, b, lambda x, y: _alike(x, y, np.zeros(2)), lambda x, y: _alike(x, y, moved)))
    for was, now, early, late in compared:
        head = _common(was, now, early)
        if head == len(was) == len(now):
            continue
        tail = _common(was[::-1], now[::-1], late)
        first = min(first, _time(now[head - 1]) if head else begin)
        last = max(last, _time(now[len(now) - tail]) if tail else end)
    return first, last, moved


def _equal(a: Any, b: Any) -> bool:
    return bool(a == b)


def _time(key: Any) -> float:
    return float(key.time if isinstance(key, FootEvent) else key[0])


def _common(a: Sequence[Any], b: Sequence[Any], alike: Alike) -> int:
    """How many keys two lists have in common from their beginning."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if not alike(x, y)), min(len(a), len(b)))


def _offset(old: Plan, new: Plan) -> Array:
    """How far the last place of a foot moved, (2,) [m]."""
    for a, b in zip(old.feet, new.feet, strict=True):
        if a[-1].contact == Contact.PLANT and b[-1].contact == Contact.PLANT:
            return np.asarray(np.subtract(b[-1].anchor, a[-1].anchor))
    return np.zeros(2)


def _alike(a: FootEvent, b: FootEvent, moved: Array) -> bool:
    """Whether two events are one, the stage moved by so much."""
    if a.contact == Contact.PLANT == b.contact:
        gone = np.abs(np.subtract(b.anchor, a.anchor) - moved).max()
        return bool(gone < SAME) and replace(a, anchor=b.anchor) == b
    return a == b


def _part(plan: Plan, a: int, b: int) -> Plan:
    """The plan of frames a to b, both included, where steps begin."""
    t0, t1 = plan.start + a / RATE, plan.start + b / RATE

    def feet(events: tuple[FootEvent, ...]) -> tuple[FootEvent, ...]:
        first = max(k for k, e in enumerate(events) if e.time <= t0 + SAME)
        inside = [replace(events[first], time=t0), *[e for e in events if t0 + SAME < e.time <= t1 + SAME]]
        return (*inside, replace(inside[-1], time=t1, moved=False, slide=False, pivot=False))

    # One key of the arms further on either side still shapes the curve inside.
    times = [time for time, _ in plan.arms]
    i = max(0, int(np.searchsorted(times, t0 - 1.5)) - 2)
    j = min(len(times), int(np.searchsorted(times, t1 + 1.5)) + 2)
    while i > 0 and plan.arms[i][1] == "keep":
        i -= 1
    chosen = [k for k, f in enumerate(plan.flights) if t0 <= f.t0 and f.t1 <= t1]
    return replace(
        plan,
        start=t0,
        frames=b - a + 1,
        feet=(feet(plan.feet[0]), feet(plan.feet[1])),
        arms=plan.arms[i:j],
        paces=plan.paces[i:j],
        gaze=tuple(g for g in plan.gaze if t0 <= g[0] and g[1] <= t1),
        flights=tuple(plan.flights[k] for k in chosen),
        strokes=tuple(plan.strokes[k] for k in chosen),
    )


def _deviation(skeleton: Skeleton, reference: Array, q: Array) -> Array:
    """What to add to a reference to be at q, (F, 61), as the solve counts it."""
    out = np.zeros((len(q), skeleton.nv))
    out[:, :3] = q[:, :3] - reference[:, :3]
    for body, kind in enumerate(skeleton.kinds):
        at, v = skeleton.q_slice(body), skeleton.v_slice(body)
        if kind == Joint.HINGE:
            out[:, v] = q[:, at] - reference[:, at]
            continue
        turn = quat_mul(reference[:, at] * np.array([1.0, -1.0, -1.0, -1.0]), q[:, at])
        out[:, v] = quat_log(np.where(turn[:, :1] < 0, -turn, turn))
    return out


__all__ = ["redance"]
