"""Her breath: deeper and quicker after hard steps, calm again while she poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from petipa.lexicon import Entry
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]

CALM, SPENT = 17.0, 42.0
"""Breaths a minute at rest and at full effort; trained women reach 40 to 50 in a maximal test (recalled)."""
DEEP = 1.8
"""How much deeper a breath of full effort is than one at rest, beyond its own depth."""
RISES, FALLS = 22.0, 45.0
"""Time constants with which the body's demand for air follows effort and dies away after it [s]: oxygen uptake takes
20 to 45 s to follow exercise (phase II kinetics, Whipp and Ward 1990), and longer to recover."""
WHOLE = 0.55
"""Mean energy of steps that asks for all the air she can take: a solo's steps, about 0.45 on average, were danced at
80 % of the greatest oxygen uptake (Schantz and Åstrand 1984)."""
_STEP = 0.1


def exertion(steps: Sequence[StepSpan], lexicon: Mapping[str, Entry], times: Array) -> Array:
    """How much air her body asks for, 0 at rest to 1 at full effort, over times [s]."""
    if not len(times):
        return np.zeros(0)
    grid = np.arange(min(times[0], steps[0].t0 if steps else times[0]), times[-1] + _STEP, _STEP)
    effort = np.zeros(len(grid))
    for step in steps:
        effort[(grid >= step.t0) & (grid < step.t1)] = lexicon[step.entry].energy
    asked = np.empty(len(grid))
    level = 0.0
    for k, wanted in enumerate(effort):
        level += (wanted - level) * _STEP / (RISES if wanted > level else FALLS)
        asked[k] = level
    return np.minimum(np.interp(times, grid, asked) / WHOLE, 1.0)


def breath(times: Array, seed: int, asked: Array | None = None) -> Array:
    """How full the chest is, -1 to 1 at rest and beyond in effort, over times [s]; no breath is quite like another.

    The inhalation is shorter than the exhalation; the seed chooses where she is in her breath and how it varies.

    Parameters
    ----------
    asked : how much air she needs, as `exertion` gives it; none if not given
    """
    rng = np.random.default_rng(seed)
    need = np.zeros(len(times)) if asked is None else asked
    knots = np.arange(times[0] - 8.0, times[-1] + 16.0, 3.5)
    varied = PchipInterpolator(knots, 1 + 0.12 * rng.standard_normal(len(knots)))(times)
    pace = varied * (CALM + (SPENT - CALM) * need) / 60.0
    step = np.diff(times, prepend=times[:1])
    phase = rng.uniform(0, 1) + np.cumsum(pace * step)
    return np.asarray((1.0 + DEEP * need) * np.sin(2 * np.pi * phase + 0.5 * np.sin(2 * np.pi * phase)))
