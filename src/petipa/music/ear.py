"""A small trained ear: how much each moment of a sound is a beat, a first beat, or neither, and which metre it is in.

What is heard (`features`) goes through a temporal convolutional network: eight layers of dilated convolutions with
residuals, which see 20 s to either side of each moment. Its weights, in ``ear.npz``, were learnt by
``tools/train_ear.py`` from music petipa wrote and played itself (études and dances drawn at random, score pieces played
anew), spoilt by made rooms, noise and machines; no recording by others was used.

Source of the form: Davies and Böck, "Temporal convolutional networks for musical audio beat tracking", EUSIPCO 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from petipa.music.model import Floats

HEARD_RATE = 50.0
"""The network is given so many moments a second."""

EAR_RATE = 25.0
"""It answers for so many moments a second."""

NEAR = 1.5
"""A beat is felt in the moments nearer than this, the less the further [moments]: so the ear was taught."""

TONE_RATE = 25.0
"""Harmony is compared so many times a second."""

OPENING, KERNEL = 7, 5
"""Moments the first convolution joins, and those of the others, their dilation apart."""

SHAPES = ((2, 2), (3, 2), (4, 2), (2, 3))
"""Metres told apart: felt beats in a bar, and parts of a beat."""

PACES = 36.0 * 1.125 ** np.arange(17)
"""Tempi told apart [felt beats a minute]."""

_SPANS = (0.16, 0.32, 0.64, 1.28)
"""The sound of so many seconds before a moment is compared with that after it."""

_TONE_SIZE, _TONE_RATE = 2048, 11025

Single = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Impression:
    """What the ear makes of a sound.

    Attributes
    ----------
    beat, first : array, shape (F,), 0 to 1
        At `EAR_RATE`: how likely a beat begins here that is no first beat; how likely a first beat does.
    shape : array, shape (4,), sums to 1
        How likely each of `SHAPES` is.
    pace : array, shape (F, 17), rows sum to 1
        How likely each of `PACES` is played at each moment.
    """

    beat: Floats
    first: Floats
    shape: Floats
    pace: Floats


def features(mel: Floats, mono: NDArray[np.float32], *, rate: int) -> Single:
    """What the network is given, shape (F, 56), at `HEARD_RATE`.

    Parameters
    ----------
    mel : array, shape (G, 48)
        `petipa.music.spectra.spectrum` of the sound.
    mono : array, shape (n,)
        The sound; `rate` [Hz] is a multiple of 11025.
    """
    frames = len(mel) // 2
    pairs = mel[: 2 * frames].reshape(frames, 2, -1)
    level = pairs.mean(axis=1)
    level = level.reshape(frames, -1, 2).mean(axis=2)
    before = np.pad(mel, ((2, 0), (1, 1)), mode="edge")[:-2]
    widest = np.maximum(np.maximum(before[:, :-2], before[:, 1:-1]), before[:, 2:])
    rise = np.maximum(mel - widest, 0.0)[: 2 * frames].reshape(frames, 2, -1, 2).mean(axis=3).max(axis=1)
    change = _changes(mono, rate, frames)
    spread = max(float(level.std()), 1e-3)
    out = np.hstack([(level - level.mean()) / spread, np.log1p(rise / _around(rise.mean(axis=1))[:, None]), change])
    return np.asarray(out, dtype=np.float32)


def _around(strength: Floats) -> Floats:
    """How strong the strong onsets of the six seconds around each moment are, shape of `strength`."""
    hop, half = int(HEARD_RATE), int(3 * HEARD_RATE)
    places = np.arange(0, max(1, len(strength)), hop)
    strong = np.array([np.percentile(strength[max(0, p - half) : p + half + 1], 95.0) for p in places])
    floor = max(0.12 * float(np.max(strong, initial=0.0)), 1e-6)
    return np.asarray(np.interp(np.arange(len(strength)), places, np.maximum(strong, floor)))


def _changes(mono: NDArray[np.float32], rate: int, frames: int) -> Floats:
    """How much the harmony, and the bass alone, differ before and after each moment, shape (frames, 8), 0 to 1."""
    slow = resample_poly(mono, 1, rate // _TONE_RATE) if rate != _TONE_RATE else mono
    slow = slow / max(float(np.std(slow)), 1e-6)
    hop = _TONE_RATE / TONE_RATE
    rows = -(-frames // 2)
    padded = np.pad(slow, (_TONE_SIZE // 2, _TONE_SIZE + int(hop)))
    frequency = np.fft.rfftfreq(_TONE_SIZE, 1.0 / _TONE_RATE)
    used = np.flatnonzero((frequency > 40.0) & (frequency < 2100.0))
    pitch = np.round(12.0 * np.log2(frequency[used] / 440.0) + 69.0).astype(int)
    bass = pitch < 55
    fold = np.zeros((len(used), 24))
    fold[np.arange(len(used)), pitch % 12] = 1.0
    fold[np.flatnonzero(bass), 12 + pitch[bass] % 12] = 1.0
    window = np.hanning(_TONE_SIZE).astype(np.float32)
    tones = np.zeros((rows, 24))
    for begin in range(0, rows, 1024):
        first = np.round(np.arange(begin, min(rows, begin + 1024)) * hop).astype(np.int64)
        first = np.minimum(first, len(padded) - _TONE_SIZE)
        part = padded[first[:, None] + np.arange(_TONE_SIZE)[None, :]] * window
        tones[begin : begin + len(first)] = np.log1p(0.1 * np.abs(np.fft.rfft(part, axis=1))[:, used]) @ fold
    sums = np.vstack([np.zeros(24), np.cumsum(tones, axis=0)])
    every = np.arange(rows)
    columns = []
    for span in _SPANS:
        reach = round(span * TONE_RATE)
        after = sums[np.minimum(every + 1 + reach, rows)] - sums[np.minimum(every + 1, rows)]
        earlier = sums[every] - sums[np.maximum(every - reach, 0)]
        for part in (slice(0, 12), slice(12, 24)):
            a, b = after[:, part], earlier[:, part]
            norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            columns.append(1.0 - np.sum(a * b, axis=1) / (norm + 1e-3))
    return np.repeat(np.stack(columns, axis=1), 2, axis=0)[:frames]


@cache
def _weights() -> dict[str, Single]:
    """The trained weights by name, as ``tools/train_ear.py`` wrote them (half precision)."""
    with resources.files("petipa.music").joinpath("ear.npz").open("rb") as file, np.load(file) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}


def _soft(x: Single) -> Single:
    """The exponential linear unit."""
    return np.where(x > 0.0, x, np.expm1(np.minimum(x, 0.0)))


def _convolved(x: Single, weight: Single, bias: Single, *, dilation: int = 1, stride: int = 1) -> Single:
    """`x` of shape (F, in) under a kernel of shape (K, in, out), every `stride` moments, silence beyond the ends."""
    reach = (len(weight) // 2) * dilation
    padded = np.pad(x, ((reach, reach), (0, 0)))
    rows = -(-len(x) // stride)
    out = np.repeat(bias[None, :], rows, axis=0)
    for k in range(len(weight)):
        out += padded[k * dilation : k * dilation + len(x) : stride] @ weight[k]
    return out


def network(heard: Single) -> tuple[Single, Single, Single]:
    """The last layer for `features`, at `EAR_RATE`: scores of (neither, beat, first beat), `SHAPES`, `PACES`."""
    w = _weights()
    x = _soft(_convolved(heard, w["in.w"], w["in.b"], stride=2))
    layers = sum(name.endswith(".mix") for name in w)
    for k in range(layers):
        inner = _soft(_convolved(x, w[f"{k}.w"], w[f"{k}.b"], dilation=1 << k))
        x = x + inner @ w[f"{k}.mix"] + w[f"{k}.mixb"]
    x = _soft(x)
    beat, shape, pace = (x @ w[f"{name}.w"] + w[f"{name}.b"] for name in ("beat", "shape", "pace"))
    return beat, shape, pace


def _shares(scores: Single) -> Floats:
    """Scores as probabilities along the last axis."""
    power = np.exp(scores - scores.max(axis=-1, keepdims=True)).astype(np.float64)
    return np.asarray(power / power.sum(axis=-1, keepdims=True))


def listen(mel: Floats, mono: NDArray[np.float32], *, rate: int) -> Impression:
    """What the ear makes of a sound; see `features` for the parameters."""
    scores, shapes, paces = network(features(mel, mono, rate=rate))
    chance = _shares(scores)
    return Impression(chance[:, 1], chance[:, 2], _shares(shapes.mean(axis=0)), _shares(paces))
