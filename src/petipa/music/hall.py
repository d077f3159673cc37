"""A small hall round what is played: early reflections, then a tail that dies sooner the higher it sounds."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

REVERBERATION = ((250.0, 1.5), (1000.0, 1.35), (4000.0, 1.05), (20_000.0, 0.6))
"""Up to a frequency [Hz], the time in which sound dies by 60 dB [s], for a hall of chamber music: 1.3 to 1.7 s in the
middle, a little longer below (Beranek, Concert Halls and Opera Houses, 2004)."""

WET_DB = -9.0
"""Energy of the hall beside that of the instrument [dB]: a seat in the middle of the stalls would hear more of it."""

DELAY = 0.014
"""The tail begins so long after the direct sound [s]."""

_EARLY = ((0.011, 0.30), (0.017, 0.26), (0.023, 0.22), (0.031, 0.19), (0.041, 0.16), (0.053, 0.13))
"""Reflections from floor, walls and ceiling: after [s], how loud; the two ears hear them a little apart."""


@cache
def response(rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the hall answers to a click, for the left and the right ear, each of energy 1; without the click itself."""
    from scipy.signal import butter, sosfiltfilt

    length = round(1.5 * rate)
    time = np.arange(length) / rate
    ears = []
    for ear in range(2):
        noise = np.random.default_rng(1877 + ear).normal(size=length)
        tail = np.zeros(length)
        low = 60.0
        for high, dies in REVERBERATION:
            band = butter(2, (low, min(high, 0.45 * rate)), btype="bandpass", fs=rate, output="sos")
            tail += sosfiltfilt(band, noise) * 10.0 ** (-3.0 * time / dies)
            low = min(high, 0.4 * rate)
        # It swells in a few hundredths of a second, for at first there are few echoes, and ends in nothing.
        tail *= np.clip((time - DELAY) / 0.05, 0.0, 1.0) * np.clip((time[-1] - time) / 0.3, 0.0, 1.0)
        out = tail / np.sqrt(np.sum(tail**2))
        for k, (after, gain) in enumerate(_EARLY):
            out[round((after + 0.0013 * (ear if k % 2 else 1 - ear)) * rate)] += gain
        ears.append(out / np.sqrt(np.sum(out**2)))
    return ears[0], ears[1]


def in_a_hall(dry: Samples, rate: int) -> Samples:
    """`dry`, shape (n, 2), as it sounds in the hall; the direct sound stays where it is, to the sample."""
    from scipy.signal import oaconvolve

    out = dry.copy()
    gain = np.float32(10.0 ** (WET_DB / 20.0))
    # Each ear hears of the hall mostly what was played on its side.
    for ear, answer in enumerate(response(rate)):
        source = 0.7 * dry[:, ear] + 0.3 * dry[:, 1 - ear]
        out[:, ear] += gain * oaconvolve(source, answer.astype(np.float32))[: len(dry)].astype(np.float32)
    return out
