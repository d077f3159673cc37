"""An edited dance: only the neighbourhood of what was changed is laid out and solved anew.

Two plans are compared key by key. Outside the stretches in which they differ she does the same thing at the same time,
at most somewhere else on stage; there the motion there was is kept to the bit (moved over, if it must be), and the new
stretches are joined to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Dancer
from petipa.dancer.skeleton import Joint, Skeleton
from petipa.mechanics import quat_log, quat_mul
from petipa.motion.breath import breath, exertion
from petipa.motion.dance import dance, posed
from petipa.motion.laws import UnfinishedError, broken_laws
from petipa.motion.model import Motion
from petipa.motion.plan import RATE, Contact, FootEvent, Plan, make_plan
from petipa.motion.reference import build_reference
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
    timing: Sequence[float] | None = None,
) -> tuple[Motion, tuple[tuple[float, float], ...]]:
    """Dance edited steps, keeping what an edit does not touch.

    Parameters
    ----------
    before : the motion of `was`, danced with the same seed, life and tail
    was, placed : the steps before and after the edit
    timing : seconds by which each step is laid out after its count; as it was where it was danced before, by default

    Other parameters are those of `dance`.

    Returns
    -------
    The motion, and from when to when [s] it was danced anew: where she does something else, and where a travel makes
    good that she now stands elsewhere; all of it where the edit leaves nothing as it was.

    Raises
    ------
    ChoreographyError, SolveError
        As `dance`.
    """
    tell = progress or (lambda stage, share: None)
    tell("plan", 0.0)
    before_edit = [step.later for step in before.steps]
    if timing is None:
        known = {(a.at, a.entry, a.side): later for a, later in zip(was, before_edit, strict=True)}
        timing = [known.get((step.at, step.entry, step.side), 0.0) for step in placed]
    old = make_plan(was, lexicon, seconds_at, dancer, where=where, tail=tail, timing=before_edit)
    new = make_plan(placed, lexicon, seconds_at, dancer, where=where, tail=tail, timing=timing)
    wishes: dict[str, Any] = {
        "where": where,
        "seed": seed,
        "life": life,
        "tail": tail,
        "progress": progress,
        "strict": strict,
        "timing": timing,
    }
    times = new.start + np.arange(new.frames) / RATE
    everything = ((new.start, float(times[-1])),)
    if old.start != new.start or len(before.q) != old.frames:
        return dance(placed, lexicon, seconds_at, dancer, **wishes), everything
    touched, moved = _changed(old, new)
    stretches = _stretches(new, touched)
    if sum(s.last - s.first for s in stretches) > 0.8 * new.frames:
        return dance(placed, lexicon, seconds_at, dancer, **wishes), everything

    air = breath(times, seed, exertion(new.steps, lexicon, times)) if life else np.zeros(new.frames)
    q, feet, forces, cops = (
        _stretched(values, new.frames) for values in (before.q, before.feet, before.forces, before.cops)
    )
    q[:, :2] += moved
    cops += moved[:, None]
    broken = []
    for n, stretch in enumerate(stretches):
        tell("reference", n / len(stretches))
        a, b, inner = stretch.first, stretch.last, slice(stretch.start, stretch.stop)
        reference = build_reference(_part(new, a, b), dancer, breathing=air[a : b + 1])
        laid = slice(inner.start - a, inner.stop - a)
        problem = posed(dancer, reference).slice(laid.start, laid.stop)
        kept = (KEPT if a > 0 else 0, KEPT if b < new.frames - 1 else 0)
        begun = np.zeros((len(problem), dancer.skeleton.nv))
        for ends in (slice(0, kept[0]), slice(len(problem) - kept[1], len(problem))):
            begun[ends] = _deviation(dancer.skeleton, problem.q_ref[ends], q[inner][ends])
        solution = solve(
            dancer.skeleton,
            problem,
            begun=begun,
            kept=kept,
            window=900,
            progress=lambda share, n=n: tell("solve", (n + share) / len(stretches)),  # type: ignore[misc]
        )
        q[inner], forces[inner], cops[inner], feet[inner] = (
            solution.q,
            solution.forces,
            solution.cops,
            reference.feet[laid],
        )
        broken += [replace(law, frame=law.frame + inner.start) for law in (broken_laws(solution) if strict else ())]
    motion = replace(before, q=q, feet=feet, forces=forces, cops=cops, steps=new.steps, flights=new.flights)
    motion = replace(motion, air=air if life else None)
    if broken:
        raise UnfinishedError(motion, broken)
    return motion, tuple((float(times[s.start]), float(times[s.stop - 1] + 1 / RATE)) for s in stretches)


@dataclass(frozen=True)
class _Stretch:
    """Frames laid out again, `first` to `last`, and those of them that are solved, `start` up to `stop`."""

    first: int
    last: int
    start: int
    stop: int


def _stretches(plan: Plan, touched: NDArray[np.bool_]) -> list[_Stretch]:
    """Where a plan is danced again: what is touched and its neighbourhood, from the beginning of a step to another."""
    begins = [round((step.t0 - plan.start) * RATE) for step in plan.steps]
    beside, solved = round(BESIDE * RATE), round(SOLVED * RATE)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], touched, [False]]).astype(np.int8))).reshape(-1, 2)
    out: list[_Stretch] = []
    for i, j in edges.tolist():
        a = max((k for k in begins if k <= i - beside), default=0)
        b = min((k for k in begins if k >= j - 1 + beside), default=plan.frames - 1)
        one = _Stretch(
            a, b, max(i - solved, 0) if a > 0 else 0, min(j + solved, b + 1) if b < plan.frames - 1 else b + 1
        )
        if out and a <= out[-1].last:
            one = replace(one, first=out[-1].first, start=out[-1].start)
            out.pop()
        out.append(one)
    return out


def _stretched(values: NDArray[Any], frames: int) -> NDArray[Any]:
    """A copy of so many frames: cut, or its last one repeated."""
    return values[np.minimum(np.arange(frames), len(values) - 1)]


def _channels(plan: Plan) -> list[list[Key]]:
    """All keys of a plan but those of the feet, as lists of (time, value)."""
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
    return out


def _passages(plan: Plan) -> set[tuple[float, float, Any]]:
    """What a plan says from one time to another: turns with a gaze, flights and their strokes."""
    flights = {(f.t0, f.t1, f.height) for f in plan.flights}
    return {*plan.gaze, *flights, *((t0, t1, None) for t0, t1 in plan.strokes)}


def _changed(old: Plan, new: Plan) -> tuple[NDArray[np.bool_], Array]:
    """Where plans differ: touched (F,), and elsewhere how far she is moved on stage, (F, 2) [m]."""
    end = new.start + (new.frames - 1) / RATE
    spans = [
        span
        for k, (a, b) in enumerate(zip(_channels(old), _channels(new), strict=True))
        for span in _differing(a, b, _turned if k == 0 else _equal, end)
    ]
    spans += [(t0, t1) for t0, t1, _ in _passages(old) ^ _passages(new)]
    if old.frames != new.frames:
        spans.append((new.start + (min(old.frames, new.frames) - 1) / RATE, end))
    times = new.start + np.arange(new.frames) / RATE
    ways = []
    for a, b in zip(old.feet, new.feet, strict=True):
        spans += _differing(a, b, _alike, end)
        was = {event.time: event for event in a if event.contact is Contact.PLANT}
        both = [(was[e.time], e) for e in b if e.contact is Contact.PLANT and e.time in was]
        gone = [np.subtract(y.anchor, x.anchor) for x, y in both] or [np.zeros(2)]
        marks = [y.time for _, y in both] or [new.start]
        far = [np.abs(n - m).max() > SAME for m, n in pairwise(gone)]
        spans += [(t0, t1) for (t0, t1), parted in zip(pairwise(marks), far, strict=True) if parted]
        ways.append(np.asarray(gone)[np.maximum(np.searchsorted(marks, times + SAME) - 1, 0)])
    touched = np.abs(ways[0] - ways[1]).max(axis=1) > SAME
    for t0, t1 in spans:
        touched[
            max(int(np.floor((t0 - new.start) * RATE + SAME)), 0) : int(np.ceil((t1 - new.start) * RATE - SAME)) + 1
        ] = True
    return touched, np.where(touched[:, None], 0.0, ways[0])


def _differing(was: Sequence[Any], now: Sequence[Any], alike: Alike, end: float) -> list[tuple[float, float]]:
    """The times [s] between which two lists of keys differ: from the last key they share to the next."""
    old, new = _by_time(was), _by_time(now)
    out: list[tuple[float, float]] = []
    shared, differs = min([*old, *new], default=end), False
    for time in sorted({*old, *new}):
        a, b = old.get(time, []), new.get(time, [])
        if len(a) != len(b) or not all(map(alike, a, b)):
            differs = True
            continue
        if differs:
            out.append((shared, time))
        shared, differs = time, False
    return [*out, (shared, end)] if differs else out


def _by_time(keys: Sequence[Any]) -> dict[float, list[Any]]:
    out: dict[float, list[Any]] = {}
    for key in keys:
        out.setdefault(float(key.time if isinstance(key, FootEvent) else key[0]), []).append(key)
    return out


def _equal(a: Any, b: Any) -> bool:
    return bool(a == b)


def _turned(a: Any, b: Any) -> bool:
    """Whether two headings are the same way round."""
    return _whole(a[1][0] - b[1][0])


def _whole(angle: float) -> bool:
    """Whether an angle [rad] is a number of whole turns."""
    return abs(angle - 2 * np.pi * round(angle / (2 * np.pi))) < SAME


def _alike(a: FootEvent, b: FootEvent) -> bool:
    """Whether two events are one, wherever on stage and however often she turned before."""
    if a.contact is not Contact.PLANT or b.contact is not Contact.PLANT:
        return a == b
    return _whole(a.yaw - b.yaw) and replace(a, anchor=b.anchor, yaw=b.yaw) == b


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
