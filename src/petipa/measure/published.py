"""Two scores that published dance generators are compared by; for comparison only, never as goals.

Neither knows ballet: a foot that slides as it should costs PFC, and any unrelated metronome has a BAS of about 0.23.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import NAMES, Dancer
from petipa.mechanics import forward
from petipa.motion.model import Motion

Array = NDArray[np.float64]

FRAME = 1.0 / 30.0
"""Seconds of a frame as PFC takes them."""
CALM = 5.0
"""Width of the Gaussian under which speed is smoothed before its minima are taken, frames at 60 Hz (AIST++)."""
NEAR = 3.0
"""Frames at 60 Hz within which a beat counts as met (AIST++)."""


@dataclass(frozen=True)
class Published:
    """Scores of published systems.

    Attributes
    ----------
    pfc : float
        Physical foot contact (Tseng and others, EDGE, CVPR 2023): less is better.
    bas : float
        Beat alignment over the motion's beats (Li and others, AIST++, ICCV 2021), 0 to 1.
    bas_of_music : float
        The same over the music's beats (Siyao and others, Bailando, CVPR 2022).
    bas_chance : float
        What `bas` is with the music's beats moved by every share of a beat, on average.
    """

    pfc: float
    bas: float
    bas_of_music: float
    bas_chance: float

    @property
    def bas_above_chance(self) -> float:
        """`bas` less `bas_chance`."""
        return self.bas - self.bas_chance


def published(motion: Motion, dancer: Dancer, beats: Sequence[float]) -> Published:
    """PFC and BAS of a motion; `beats` of the music [s]. Scores without beats to meet are 0."""
    p = forward(dancer.skeleton, motion.q)[1]
    of_dance = motion_beats(p, motion)
    end = motion.start + (len(motion.q) - 1) / motion.rate
    of_music = np.array([t for t in beats if motion.start <= t <= end])
    apart = float(np.median(np.diff(of_music))) if len(of_music) > 1 else 1.0
    moved = np.arange(0.0, apart, 1.0 / 60.0)
    return Published(
        pfc=pfc(p, motion.rate),
        bas=alignment(of_dance, of_music),
        bas_of_music=alignment(of_music, of_dance),
        bas_chance=float(np.mean([alignment(of_dance, of_music + by) for by in moved])),
    )


def pfc(p: Array, rate: float) -> float:
    """Physical foot contact of joint positions (F, 26, 3) [m], looked at 30 times a second."""
    count = max(int((len(p) - 1) / rate / FRAME) + 1, 1)
    seen = p[np.rint(np.arange(count) * FRAME * rate).astype(int)]
    if len(seen) < 3:
        return 0.0
    root = np.diff(seen[:, 0], n=2, axis=0) / FRAME**2
    root[:, 2] = np.maximum(root[:, 2], 0.0)
    push = np.linalg.norm(root, axis=1)
    most = float(push.max())
    if most <= 0.0:
        return 0.0
    slower = []
    for side in "lr":
        pair = seen[:, [NAMES.index(f"foot_{side}"), NAMES.index(f"toes_{side}")], :2]
        slower.append(np.linalg.norm(np.diff(pair, axis=0)[1:], axis=2).min(axis=1))
    return float(np.mean(slower[0] * slower[1] * push / most) * 1e4)


def motion_beats(p: Array, motion: Motion) -> Array:
    """Where the joints' mean speed is least for a moment [s]."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import argrelextrema

    if len(p) < 3:
        return np.zeros(0)
    speed = gaussian_filter1d(np.linalg.norm(np.diff(p, axis=0), axis=2).mean(axis=1), CALM * motion.rate / 60.0)
    return np.asarray(motion.start + argrelextrema(speed, np.less)[0] / motion.rate, dtype=np.float64)


def alignment(of: Array, to: Array) -> float:
    """How near each moment of the one lies to the nearest of the other, 0 to 1."""
    if not len(of) or not len(to):
        return 0.0
    apart = np.abs(of[:, None] - to[None, :]).min(axis=1) * 60.0
    return float(np.exp(-(apart**2) / (2.0 * NEAR**2)).mean())
