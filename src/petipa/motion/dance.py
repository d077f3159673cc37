"""Steps in, motion out: plan, reference and solve in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import NAMES, Dancer
from petipa.motion.breath import breath, exertion
from petipa.motion.laws import UnfinishedError, broken_laws
from petipa.motion.legs import DEG
from petipa.motion.model import Motion
from petipa.motion.plan import RATE, make_plan
from petipa.motion.problem import Problem, compose
from petipa.motion.reference import Reference, build_reference
from petipa.motion.solve import solve

Array = NDArray[np.float64]


def _firmness(dancer: Dancer, q: Array) -> Array:
    """How much more than usual a joint keeps to the reference, (F, 61): spine and neck, and knees that are straight."""
    s = dancer.skeleton
    out = np.ones((len(q), s.nv))
    for name in ("lumbar", "thorax", "chest", "clavicle_l", "clavicle_r"):
        out[:, s.v_slice(NAMES.index(name))] = 3.0
    for name in ("shank_l", "shank_r"):
        body = NAMES.index(name)
        knee = q[:, s.q_slice(body)]
        out[:, s.v_slice(body)] = np.where(knee < 6 * DEG, 12.0, 1.0)
    for name in ("foot_l", "mid_l", "toes_l", "foot_r", "mid_r", "toes_r"):
        out[:, s.v_slice(NAMES.index(name))] = 4.0
    return out


def posed(dancer: Dancer, reference: Reference) -> Problem:
    """What the solve is asked for a reference."""
    problem = compose(
        dancer.skeleton,
        reference.q,
        reference.feet,
        cop_ref=reference.cop,
        limits=dancer.limits,
        rolling=reference.rolling,
    )
    return replace(problem, joint_weight=problem.joint_weight * _firmness(dancer, reference.q))


def dance(
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
    timing: Sequence[float] = (),
) -> Motion:
    """Dance the steps.

    Parameters
    ----------
    placed : steps in order, as `choreography.resolve` gives them
    lexicon : entries by key
    seconds_at : music time [s] of a position in beats
    where : bar and beat of a position in beats, for labels
    seed : chooses where she is in her breath and how it varies; life : breathe at all
    tail : seconds danced after the last accent
    progress : called with the stage's name and its share done, 0 to 1
    strict : raise where the solve has not come to a motion that obeys the laws, rather than return the attempt
    timing : seconds by which each step is laid out after its count, none by default

    Returns
    -------
    Motion at 60 Hz

    Raises
    ------
    ChoreographyError
        A step cannot be planned. SolveError: there is nothing to solve; with `strict`, `UnfinishedError` with the
        best attempt where a law is not kept.
    """
    tell = progress or (lambda stage, share: None)
    tell("plan", 0.0)
    plan = make_plan(placed, lexicon, seconds_at, dancer, where=where, tail=tail, timing=timing)
    tell("reference", 0.0)
    times = plan.start + np.arange(plan.frames) / RATE
    air = breath(times, seed, exertion(plan.steps, lexicon, times)) if life else None
    reference = build_reference(plan, dancer, breathing=air)
    problem = posed(dancer, reference)
    tell("solve", 0.0)
    solution = solve(dancer.skeleton, problem, progress=lambda share: tell("solve", share))
    motion = Motion(
        rate=RATE,
        start=plan.start,
        q=solution.q,
        feet=reference.feet,
        forces=solution.forces,
        cops=solution.cops,
        steps=plan.steps,
        flights=plan.flights,
        dancer=dancer.name,
        air=air,
    )
    broken = broken_laws(solution) if strict else ()
    if broken:
        raise UnfinishedError(motion, broken)
    return motion
