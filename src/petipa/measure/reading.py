"""One measure as it is told: what was wanted, the worst that was found, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.measure.physics import Place
from petipa.measure.track import FINE, Track

Array = NDArray[np.float64]

MOST_PLACES = 8
"""As many places as are worth telling, the worst of each step."""


@dataclass(frozen=True)
class Reading:
    """One measure of one motion.

    Attributes
    ----------
    fault : the row of the teacher's or the physicist's table it belongs to, "crooked"; name : what is measured
    value : the worst found, in `unit`; nan where there was nothing to measure
    low, high : the band wanted; None where it is open
    places : where it is worst, by step, the worst first
    """

    fault: str
    name: str
    unit: str
    value: float
    low: float | None
    high: float | None
    places: tuple[Place, ...] = ()
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the worst is inside what is wanted; true where there was nothing to measure."""
        if not np.isfinite(self.value):
            return True
        return not (
            (self.low is not None and self.value < self.low) or (self.high is not None and self.value > self.high)
        )

    @property
    def wanted(self) -> str:
        """The band in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f">= {self.low:g}"
        return f"<= {self.high:g}" if self.high is not None else "-"


def step_of(track: Track) -> NDArray[np.int64]:
    """Index of the step at every fine sample; -1 before the first."""
    starts = np.array([step.t0 for step in track.motion.steps])
    return np.searchsorted(starts, track.times + 1e-9, side="right") - 1 if len(starts) else np.full(len(track.com), -1)


def places(
    track: Track,
    samples: Array | NDArray[np.int64],
    values: Array,
    *,
    least: bool = False,
    details: list[str] | str = "",
) -> tuple[Place, ...]:
    """The worst of each step: largest value, or the least; nan where there is nothing to judge.

    Parameters
    ----------
    samples : (M,) fine samples; values : (M,); details : one, or one for each sample
    """
    values = np.asarray(values, dtype=np.float64)
    good = np.flatnonzero(np.isfinite(values))
    if not len(good):
        return ()
    order = good[np.argsort(values[good] if least else -values[good], kind="stable")]
    steps = step_of(track)
    at = np.clip(np.asarray(samples)[order].astype(np.int64), 0, len(steps) - 1)
    _, worst = np.unique(steps[at], return_index=True)
    out: list[Place] = []
    for k in np.sort(worst)[:MOST_PLACES]:
        sample, which = int(at[k]), int(order[k])
        step = int(steps[sample])
        label = track.motion.steps[step].label if step >= 0 else ""
        time = float(track.motion.start + sample / track.rate)
        detail = details if isinstance(details, str) else details[which]
        out.append(Place(float(values[which]), time, sample // FINE, step, label, detail))
    return tuple(out)


def reading(
    track: Track,
    fault: str,
    name: str,
    unit: str,
    samples: Array | NDArray[np.int64],
    values: Array,
    *,
    low: float | None = None,
    high: float | None = None,
    details: list[str] | str = "",
    note: str = "",
) -> Reading:
    """A reading whose value is the worst of `values`: the least where only a least is wanted, else the largest."""
    found = places(track, samples, values, least=high is None and low is not None, details=details)
    return Reading(fault, name, unit, found[0].value if found else float("nan"), low, high, found, note)
