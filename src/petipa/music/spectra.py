"""What an ear has of a sound: its log mel spectrum, its pitch classes, and how strongly it begins anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petipa.music import beats
from petipa.music.model import SAMPLE_RATE, Floats

_WINDOW = 2048
"""Samples looked at at once, at `SAMPLE_RATE`: 46 ms."""

BANDS = 48


def _mel_bank(rate: int, bins: int) -> Floats:
    """Triangular filters evenly spaced in mel from 30 Hz to 10 kHz, shape (BANDS, bins)."""
    edges = 700.0 * (10.0 ** (np.linspace(_mel(30.0), _mel(10_000.0), BANDS + 2) / 2595.0) - 1.0)
    frequency = np.linspace(0.0, rate / 2.0, bins)
    bank = np.zeros((BANDS, bins))
    for band in range(BANDS):
        low, middle, high = edges[band : band + 3]
        bank[band] = np.clip(
            np.minimum((frequency - low) / (middle - low), (high - frequency) / (high - middle)), 0.0, None
        )
        if not np.any(bank[band]):
            # Low bands are narrower than the spectrum's lines: the nearest line stands for them.
            bank[band, int(np.argmin(np.abs(frequency - middle)))] = 1.0
    return np.asarray(bank / np.maximum(bank.sum(axis=1, keepdims=True), 1e-9), dtype=np.float64)


def _mel(frequency: float) -> float:
    return float(2595.0 * np.log10(1.0 + frequency / 700.0))


def spectrum(mono: NDArray[np.float32], *, rate: int = SAMPLE_RATE) -> Floats:
    """Log mel spectrum at `beats.FRAME_RATE`, shape (F, bands); made in blocks, so memory stays small.

    `rate` is that of `mono` [Hz]; what is below 10 kHz looks the same at any from 22050 on.
    """
    width = _WINDOW * rate // SAMPLE_RATE
    bank = _mel_bank(rate, width // 2 + 1).T
    window = np.hanning(width)
    padded = np.pad(mono, (width // 2, width))
    hop = rate / beats.FRAME_RATE
    frames = max(1, int(len(mono) / hop))
    out = np.zeros((frames, BANDS))
    for first in range(0, frames, 2048):
        last = min(frames, first + 2048)
        begin = np.round(np.arange(first, last) * hop).astype(np.int64)
        index = begin[:, None] + np.arange(width)[None, :]
        out[first:last] = np.abs(np.fft.rfft(padded[index] * window, axis=1)) @ bank
    # Hundredfold compression: a soft onset in a quiet band counts too.
    return np.asarray(np.log1p(100.0 * out / max(float(np.percentile(out, 99.5)), 1e-9)), dtype=np.float64)


def chroma(mono: NDArray[np.float32]) -> Floats:
    """How much of each pitch class sounds, at `beats.CHROMA_RATE`, shape (G, 12); 60 Hz to 2 kHz, log magnitudes."""
    size, hop = 8192, int(SAMPLE_RATE / beats.CHROMA_RATE)
    window = np.hanning(size)
    padded = np.pad(mono, (size // 2, size))
    frequency = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE)
    used = np.flatnonzero((frequency > 60.0) & (frequency < 2000.0))
    classes = np.round(12.0 * np.log2(frequency[used] / 440.0)).astype(int) % 12
    fold = np.zeros((len(used), 12))
    fold[np.arange(len(used)), classes] = 1.0
    frames = max(1, len(mono) // hop)
    out = np.zeros((frames, 12))
    for first in range(0, frames, 256):
        last = min(frames, first + 256)
        index = np.arange(first, last)[:, None] * hop + np.arange(size)[None, :]
        out[first:last] = np.log1p(np.abs(np.fft.rfft(padded[index] * window, axis=1))[:, used]) @ fold
    return out


def onset_strength(mel: Floats) -> tuple[Floats, Floats]:
    """How much the spectrum rises at each frame, all of it and the bass (below about 200 Hz), shape (F,) each.

    A rise is counted against the highest of the neighbouring bands two frames before, so that vibrato is none:
    Böck and Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """
    before = np.pad(mel, ((2, 0), (1, 1)), mode="edge")[:-2]
    widest = np.maximum(np.maximum(before[:, :-2], before[:, 1:-1]), before[:, 2:])
    rise = np.maximum(mel - widest, 0.0)
    bass = np.maximum(mel[:, :6] - np.pad(mel[:, :6], ((4, 0), (0, 0)), mode="edge")[:-4], 0.0)
    return rise.mean(axis=1), bass.mean(axis=1)
