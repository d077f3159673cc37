"""How loud something sounds: ITU-R BS.1770-5, as EBU R 128 asks for, and true peaks."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

SILENT = -70.0
"""Blocks softer than this are not counted [LUFS] (BS.1770, absolute gate)."""
BLOCK, HOP = 0.4, 0.1
"""Momentary loudness is taken over the one, every other [s]."""


@cache
def _weighting(rate: int) -> Floats:
    """The K-weighting at any rate as second-order sections, shape (2, 6).

    BS.1770 tabulates it for 48 kHz only; these are the analogue prototypes behind its table (a shelf of +4 dB above
    1682 Hz, a high-pass at 38 Hz), brought to other rates by the bilinear transform.
    """
    sections = []
    gain, quality, corner = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * corner / rate)
    high = 10.0 ** (gain / 20.0)
    middle = high**0.4996667741545416
    down = 1.0 + k / quality + k * k
    sections.append(
        [
            (high + middle * k / quality + k * k) / down,
            2.0 * (k * k - high) / down,
            (high - middle * k / quality + k * k) / down,
            1.0,
            2.0 * (k * k - 1.0) / down,
            (1.0 - k / quality + k * k) / down,
        ]
    )
    quality, corner = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * corner / rate)
    down = 1.0 + k / quality + k * k
    sections.append([1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / down, (1.0 - k / quality + k * k) / down])
    return np.array(sections)


def momentary(samples: Sound, rate: int) -> Floats:
    """Loudness of every 0.4 s, one each 0.1 s, shape (m,) [LUFS]; sound of shape (n, channels), one or two of them.

    Value k covers 0.1 k to 0.1 k + 0.4 s; sound shorter than that counts as one block.
    """
    from scipy.signal import sosfilt

    step = round(HOP * rate)
    energy = np.zeros(max(1, -(-len(samples) // step)))
    for channel in range(samples.shape[1]):
        state = np.zeros((2, 2))
        # A second at a time, so that memory does not grow with the music.
        for first in range(0, len(samples), 10 * step):
            block, state = sosfilt(_weighting(rate), samples[first : first + 10 * step, channel], zi=state)
            whole = np.zeros(-(-len(block) // step) * step)
            whole[: len(block)] = block * block
            part = whole.reshape(-1, step).sum(axis=1)
            energy[first // step : first // step + len(part)] += part
    many = round(BLOCK / HOP)
    count = max(1, len(samples) // step - many + 1)
    energy = np.pad(energy, (0, max(0, many - len(energy))))
    sums = np.convolve(energy, np.ones(many))[many - 1 : many - 1 + count]
    return np.asarray(-0.691 + 10.0 * np.log10(np.maximum(sums / (many * step), 1e-12)))


def loudness(samples: Sound, rate: int) -> float:
    """Integrated loudness [LUFS]: the mean of what is neither silent nor 10 LU below the rest; -inf in silence."""
    blocks = momentary(samples, rate)
    energy = 10.0 ** ((blocks + 0.691) / 10.0)
    heard = blocks > SILENT
    if not heard.any():
        return float("-inf")
    gate = -0.691 + 10.0 * np.log10(energy[heard].mean()) - 10.0
    return float(-0.691 + 10.0 * np.log10(energy[heard & (blocks > gate)].mean()))


def true_peak(samples: Sound) -> float:
    """Highest value between samples too, of four times as many (BS.1770, annex 2)."""
    from scipy.signal import resample_poly

    most = 0.0
    for first in range(0, len(samples), 1 << 18):
        part = samples[max(0, first - 64) : first + (1 << 18) + 64]
        most = max(most, float(np.max(np.abs(resample_poly(part, 4, 1, axis=0)))))
    return most
