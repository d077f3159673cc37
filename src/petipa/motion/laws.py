"""Whether a solve has ended in a motion that obeys the laws, and if not where it fails and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.errors import SolveError
from petipa.motion.model import Motion, StepSpan
from petipa.motion.solve import Solution

Array = NDArray[np.float64]

FALL = 1.0
"""Most the centre of mass may stray from free fall in the air [m/s2]."""
SPIN = 0.5
"""Most the angular momentum may change in the air [m2/s2 per kg]."""
SLIP = 0.012
"""Farthest a standing shoe may be from its place [m]."""
MISS, MISS_FRAMES = 0.10, 24
"""A centre of pressure so far off the sole [m] for so many frames together is a fall, not a wobble."""


@dataclass(frozen=True)
class Broken:
    """A law a motion does not keep.

    Attributes
    ----------
    law : str
        In words.
    frame : int
        Where it is worst.
    value, most : float
        How far it is off, and how far it might be, in `unit`.
    mend : str
        What would mend it.
    """

    law: str
    frame: int
    value: float
    most: float
    unit: str
    mend: str


class UnfinishedError(SolveError):
    """A solve that did not come to a motion obeying the laws.

    Attributes
    ----------
    motion : Motion
        The best attempt: to be looked at, not to be shown.
    broken : tuple of Broken
        Every law it does not keep, the worst offence first.
    """

    def __init__(self, motion: Motion, broken: Sequence[Broken]) -> None:
        self.motion = motion
        self.broken = tuple(broken)
        first, *rest = self.broken
        said = f"the motion could not be made to obey {first.law}: {_off(first)}"
        for one in rest:
            said += f"\n  and {one.law}: {_off(one)}, {_at(motion, one.frame)}"
        super().__init__(said, where=_at(motion, first.frame), would_work=first.mend)


def _off(one: Broken) -> str:
    return f"off by {one.value:.3g} {one.unit}, where {one.most:g} is the most"


def _at(motion: Motion, frame: int) -> str:
    """Bar, step and frame in words."""
    time = motion.start + frame / motion.rate
    step = step_at(motion.steps, time)
    danced = f"bar {step.bar}, {step.label or step.entry}, " if step is not None else ""
    return f"{danced}frame {frame} ({time:.2f} s)"


def step_at(steps: Sequence[StepSpan], time: float) -> StepSpan | None:
    """The step danced at a time [s]; the first or the last beyond the ends, None where there are none."""
    begun = [step for step in steps if step.t0 <= time + 1e-9]
    return begun[-1] if begun else (steps[0] if steps else None)


def _longest(mask: NDArray[np.bool_]) -> tuple[int, int]:
    """First frame and length of the longest run of a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    if not len(edges):
        return 0, 0
    lengths = edges[1::2] - edges[::2]
    k = int(lengths.argmax())
    return int(edges[2 * k]), int(lengths[k])


def broken_laws(solution: Solution) -> tuple[Broken, ...]:
    """Every law a solution does not keep, the worst offence first; none when it is a motion to be shown."""
    bad = ~np.isfinite(solution.q).all(axis=1)
    if bad.any():
        return (Broken("numbers", int(bad.argmax()), float(bad.sum()), 0.0, "frames without any", "a simpler dance"),)
    found: list[Broken] = []
    for values, most, unit, law, mend in (
        (np.linalg.norm(solution.fall, axis=1), FALL, "m/s2", "free fall in the air", "more time for the jump"),
        (
            np.linalg.norm(solution.spin, axis=1),
            SPIN,
            "m2/s2",
            "constant spin in the air",
            "a lower or longer jump, or calmer legs and arms in it",
        ),
        (solution.slip.max(axis=1), SLIP, "m", "feet that stay where they stand", "a shorter step, or more time"),
    ):
        worst = int(np.nan_to_num(values, nan=np.inf).argmax())
        if not values[worst] <= most:
            found.append(Broken(law, worst, float(values[worst]), most, unit, mend))
    first, length = _longest(solution.miss > MISS)
    if length >= MISS_FRAMES:
        worst = first + int(solution.miss[first : first + length].argmax())
        law = "a weight carried by the feet"
        mend = "more time for the step, or the weight over the standing foot before it"
        found.append(Broken(law, worst, float(solution.miss[worst]), MISS, "m", mend))
    return tuple(sorted(found, key=lambda one: -one.value / one.most))


__all__ = ["Broken", "UnfinishedError", "broken_laws", "step_at"]
