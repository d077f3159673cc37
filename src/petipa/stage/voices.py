"""Voices from nothing: a glottal source through moving formants, whistles, breath. What a crowd is made of.

The vowels' formants are the men's means of Peterson and Barney, "Control methods used in a study of the vowels"
(JASA 24, 1952), table II; women's lie about 17 % higher (ibid.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

VOWELS = {
    "i": (270.0, 2290.0, 3010.0),
    "e": (530.0, 1840.0, 2480.0),
    "a": (730.0, 1090.0, 2440.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
    "uh": (640.0, 1190.0, 2390.0),
    "er": (490.0, 1350.0, 1690.0),
    # Lips nearly shut, as in b and v: the first formant sinks, the second with it.
    "lips": (250.0, 800.0, 2200.0),
}
"""F1, F2, F3 of a man [Hz]."""

WOMAN = 1.17
"""A woman's formants over a man's."""

BANDWIDTHS = (80.0, 100.0, 140.0, 220.0, 320.0, 450.0)
"""Of F1 to F6 [Hz]."""

UPPER = (3500.0, 4500.0, 5600.0)
"""F4 to F6 of a man, the same for every vowel [Hz]: a throat of 17 cm has one about every 1000 Hz."""

_FRAME = 0.005
"""Formants move in steps of this [s]."""


@dataclass(frozen=True)
class Utterance:
    """What one voice says: knots in time between which everything moves in straight lines.

    Attributes
    ----------
    times : of the knots [s], from 0
    vowels : names in `VOWELS`, one a knot
    pitch : fundamental frequency at each knot [Hz]; ignored where unvoiced
    level : amplitude at each knot, 0 to 1
    voiced : share of tone against breath, 0 to 1
    tilt : corner above which the source falls by 6 dB an octave more [Hz]: low for soft speech, high for a shout
    edge : rise from 800 Hz to 6 kHz [6 dB an octave]: little in talk, much in a shout or in breath
    jaw : first formant over that of the vowel in talk; a mouth opened wide raises it, and the second half as much
    woman : whose formants
    """

    times: Sequence[float]
    vowels: Sequence[str]
    pitch: Sequence[float]
    level: Sequence[float]
    voiced: float = 0.9
    tilt: float = 1200.0
    edge: float = 0.0
    jaw: float = 1.0
    woman: bool = False


def glottis(phase: Floats, *, open_share: float = 0.6) -> Floats:
    """Flow derivative of a voice at phases 0 to 1: up and down while open, then shut (Rosenberg, JASA 49, 1971)."""
    rise = 0.66 * open_share
    out = np.zeros(len(phase))
    up = phase < rise
    out[up] = 0.5 * np.pi / rise * np.sin(np.pi * phase[up] / rise)
    down = (phase >= rise) & (phase < open_share)
    fall = open_share - rise
    out[down] = -0.5 * np.pi / fall * np.sin(0.5 * np.pi * (phase[down] - rise) / fall)
    return out * open_share / np.pi


def spoken(said: Utterance, rate: int, rng: np.random.Generator) -> Sound:
    """The sound of an utterance, shape (n,), its loudest tenth at an amplitude of about 1."""
    from scipy.signal import lfilter

    times = np.asarray(said.times, dtype=np.float64)
    length = max(1, round(times[-1] * rate))
    now = np.arange(length) / rate
    # A throat is never steady: jitter in pitch, shimmer in level, both slow.
    wander = np.interp(now, np.linspace(0, now[-1], 12), rng.normal(0.0, 0.012, 12))
    round_off = np.hanning(round(0.06 * rate) | 1)
    glide = np.pad(np.interp(now, times, said.pitch), len(round_off) // 2, mode="edge")
    pitch = np.convolve(glide, round_off / round_off.sum(), mode="valid") * (1.0 + wander)
    phase = np.cumsum(pitch) / rate + rng.random()
    tone = glottis(phase % 1.0)
    breath = rng.normal(0.0, 0.3, length)
    source = said.voiced * tone + (1.0 - said.voiced) * breath * (0.6 + 0.4 * np.cos(2 * np.pi * phase) * said.voiced)
    pole = np.exp(-2 * np.pi * said.tilt / rate)
    source = lfilter([1.0 - pole], [1.0, -pole], source)
    scale = WOMAN if said.woman else 1.0
    knots = np.array([(*VOWELS[vowel], *UPPER) for vowel in said.vowels]) * scale
    knots[:, 0] *= said.jaw
    knots[:, 1] *= 0.5 + 0.5 * said.jaw
    step = max(1, round(_FRAME * rate))
    middles = (np.arange(0, length, step) + step / 2) / rate
    tracks = np.stack([np.interp(middles, times, knots[:, k]) for k in range(len(BANDWIDTHS))])
    out = source
    for k, width in enumerate(BANDWIDTHS):
        radius = np.exp(-np.pi * width * scale * said.jaw**2 / rate)
        state = np.zeros(2)
        filtered = np.empty(length)
        for f, first in enumerate(range(0, length, step)):
            cosine = 2.0 * radius * np.cos(2.0 * np.pi * tracks[k, f] / rate)
            poles = [1.0, -cosine, radius * radius]
            block, state = lfilter([1.0 - cosine + radius * radius], poles, out[first : first + step], zi=state)
            filtered[first : first + step] = block
        out = filtered
    # A voice raised closes the glottis faster, which lifts the upper formants; so does breath, whose noise is flat.
    frequency = np.fft.rfftfreq(length, 1.0 / rate)
    lift = (1.0 + (np.minimum(frequency, 6000.0) / 800.0) ** 2) ** (0.5 * said.edge)
    out = np.fft.irfft(np.fft.rfft(out) * lift, length) * np.interp(now, times, said.level)
    loud = float(np.sqrt(np.mean(np.sort(out**2)[-max(1, length // 10) :])))
    return np.asarray(out / max(loud, 1e-9), dtype=np.float32)


def syllable(rate: int, rng: np.random.Generator, *, pitch: float, woman: bool) -> Sound:
    """One syllable of soft talk: some consonant, a vowel gliding to another."""
    names = ("i", "e", "a", "o", "u", "uh", "er")
    first, second = names[rng.integers(7)], names[rng.integers(7)]
    length = rng.uniform(0.13, 0.26)
    bend = pitch * rng.uniform(0.92, 1.12)
    said = Utterance(
        times=(0.0, 0.03, 0.09, length - 0.05, length),
        vowels=("lips" if rng.random() < 0.5 else "er", first, first, second, second),
        pitch=(bend * 0.97, bend, bend, bend * rng.uniform(0.9, 1.03), bend * 0.9),
        level=(0.0, 0.5, 1.0, 0.7, 0.0),
        voiced=0.92,
        tilt=1500.0,
        edge=0.7,
        woman=woman,
    )
    out = spoken(said, rate, rng)
    if rng.random() < 0.35:  # an s or an sh before it
        hiss = np.asarray(_band(rng.normal(0.0, 1.0, round(0.08 * rate)), rate, rng.uniform(3200.0, 6000.0), 1.6))
        hiss *= np.hanning(len(hiss)) * 0.12 / max(float(hiss.std()), 1e-9)
        out = np.concatenate([hiss.astype(np.float32), out])
    return out


def _band(noise: Floats, rate: int, centre: float, quality: float) -> Floats:
    """Noise through one resonator of a centre [Hz] and a quality, its level kept."""
    from scipy.signal import lfilter

    radius = np.exp(-np.pi * centre / quality / rate)
    shaped = lfilter([1.0, 0.0, -1.0], [1.0, -2 * radius * np.cos(2 * np.pi * centre / rate), radius**2], noise)
    return np.asarray(shaped / max(float(np.std(shaped)), 1e-9))


def inhaled(rate: int, rng: np.random.Generator, *, woman: bool) -> Sound:
    """A gasp: air drawn in quickly through an open mouth, in some with a little voice in it."""
    length = rng.uniform(0.28, 0.5)
    rise = rng.uniform(0.06, 0.13)
    said = Utterance(
        times=(0.0, rise, 0.6 * length, length),
        vowels=("er", "a" if rng.random() < 0.6 else "uh", "uh", "o"),
        pitch=(260.0, 330.0, 300.0, 240.0) if woman else (150.0, 190.0, 170.0, 140.0),
        level=(0.0, 1.0, 0.45, 0.0),
        voiced=0.25 if rng.random() < 0.2 else 0.0,
        tilt=12000.0,
        edge=2.0,
        woman=woman,
    )
    return spoken(said, rate, rng)


def cheer(rate: int, rng: np.random.Generator, *, woman: bool, strength: float) -> Sound:
    """A shout: mostly bravo or brava, else a long oo or ah."""
    base = rng.uniform(300.0, 400.0) if woman else rng.uniform(170.0, 240.0)
    top = base * rng.uniform(1.25, 1.6) * (0.9 + 0.2 * strength)
    if rng.random() < 0.65:
        last = "a" if rng.random() < 0.6 else "o"
        hold = rng.uniform(0.28, 0.7)
        said = Utterance(
            times=(0.0, 0.03, 0.09, 0.16, 0.28, 0.33, 0.38, 0.46, 0.46 + hold, 0.66 + hold),
            vowels=("lips", "er", "er", "a", "a", "lips", "lips", last, last, last),
            pitch=(base, base, base, 1.1 * base, 1.15 * base, base, 1.1 * base, top, 0.92 * top, 0.6 * top),
            level=(0.0, 0.35, 0.3, 0.85, 0.8, 0.25, 0.25, 1.0, 0.75, 0.0),
            tilt=5000.0,
            edge=2.5,
            jaw=1.4,
            voiced=0.82,
            woman=woman,
        )
    else:
        hold = rng.uniform(0.5, 1.2)
        vowel = "u" if rng.random() < 0.6 else "a"
        said = Utterance(
            times=(0.0, 0.12, 0.3, 0.3 + hold, 0.5 + hold),
            vowels=("u", vowel, vowel, vowel, "u"),
            pitch=(base, 1.3 * base, 1.2 * top, 1.1 * top, 0.7 * top),
            level=(0.0, 0.7, 1.0, 0.8, 0.0),
            tilt=4000.0,
            edge=2.5,
            jaw=1.4,
            voiced=0.82,
            woman=woman,
        )
    return spoken(said, rate, rng)


def whistle(rate: int, rng: np.random.Generator) -> Sound:
    """Two fingers in the mouth: up, and up again and down, nearly a pure tone with breath round it."""
    low, high = rng.uniform(1500.0, 1900.0), rng.uniform(2500.0, 3300.0)
    times = np.array([0.0, 0.22, 0.28, 0.42, 0.62, 0.95]) * rng.uniform(0.85, 1.2)
    now = np.arange(round(times[-1] * rate)) / rate
    pitch = np.interp(now, times, [low, high, low * 0.9, low * 0.95, high * 1.04, low * 0.85])
    pitch *= 1.0 + 0.01 * np.sin(2 * np.pi * rng.uniform(5.0, 7.0) * now)
    level = np.interp(now, times, [0.0, 1.0, 0.0, 0.25, 1.0, 0.0]) ** 1.5
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    air = _band(rng.normal(0.0, 1.0, len(now)), rate, 0.5 * (low + high), 1.5)
    return np.asarray(level * (np.sin(phase) + 0.06 * np.sin(2 * phase) + 0.08 * air), dtype=np.float32)
