"""The auditorium as a listener hears it: where people sit, what comes straight, and what the walls make of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

PEOPLE = 600
"""Heard from where the microphones hang."""

REVERBERATION = ((63, 1.45), (125, 1.4), (250, 1.3), (500, 1.25), (1000, 1.2), (2000, 1.1), (4000, 0.9), (8000, 0.6))
"""Centre of an octave [Hz], time in which it falls by 60 dB [s]: an opera house with its audience in it, of which the
famous ones have about 1.1 to 1.5 s at middle frequencies (Beranek, Concert Halls and Opera Houses, 2004)."""

VOLUME = 9000.0
"""Of the auditorium [m3]."""

NEAREST, FARTHEST = 3.5, 28.0
"""Distances of people from the microphones [m]."""

SOUND_SPEED = 343.0
"""In air at 20 degrees [m/s]."""

PRE_DELAY = 0.012
"""What the first wall is away [s]."""


@dataclass(frozen=True)
class Seats:
    """Who sits where, one value a person.

    Attributes
    ----------
    distance : [m]; left, right : gains of what comes straight, fallen with distance
    delay : of sound on its way [s]; woman : whose voice
    """

    distance: Floats
    left: Floats
    right: Floats
    delay: Floats
    woman: NDArray[np.bool_]


def seats(seed: int, *, people: int = PEOPLE) -> Seats:
    """An audience; the same `seed` seats the same people."""
    rng = np.random.default_rng([seed, 1])
    # As many people on every square metre: distances grow as the root.
    distance = np.sqrt(rng.uniform(NEAREST**2, FARTHEST**2, people))
    side = np.sin(rng.uniform(-0.5 * np.pi, 0.5 * np.pi, people)) * 0.85
    angle = 0.25 * np.pi * (1.0 + side)
    return Seats(
        distance=distance,
        left=np.cos(angle) / distance,
        right=np.sin(angle) / distance,
        delay=distance / SOUND_SPEED,
        woman=rng.random(people) < 0.6,
    )


def critical_distance() -> float:
    """Where what comes straight is as loud as the hall [m]: 0.057 sqrt(V / T) (Kuttruff, Room Acoustics, 5.44)."""
    middle = float(np.mean([time for centre, time in REVERBERATION if centre in (500, 1000)]))
    return 0.057 * float(np.sqrt(VOLUME / middle))


@cache
def _response(rate: int) -> Sound:
    rng = np.random.default_rng(20)
    length = round(1.25 * max(time for _, time in REVERBERATION) * rate)
    now = np.arange(length) / rate
    frequency = np.fft.rfftfreq(length, 1.0 / rate)
    octave = np.log2(np.maximum(frequency, 20.0))
    centres = np.log2([centre for centre, _ in REVERBERATION])
    sides = [rng.normal(0.0, 1.0, length) for _ in range(2)]
    common = np.fft.rfft(rng.normal(0.0, 1.0, length))
    # Long waves reach both microphones alike.
    alike = 1.0 / (1.0 + (frequency / 220.0) ** 2)
    out = np.zeros((2, length))
    for channel, noise in enumerate(sides):
        spectrum = np.sqrt(alike) * common + np.sqrt(1.0 - alike) * np.fft.rfft(noise)
        for k, (_, time) in enumerate(REVERBERATION):
            # Triangles over octaves add up to one everywhere; the outermost go on to either end.
            weight = np.interp(octave, centres, np.eye(len(centres))[k])
            band = np.fft.irfft(spectrum * weight, length)
            out[channel] += band * 10.0 ** (-3.0 * now / time)
    build = np.clip(now / 0.03, 0.0, 1.0) ** 0.5  # reflections come in one by one before they come as one
    out *= build
    out /= np.sqrt(np.mean(np.sum(out**2, axis=1)))
    delayed = np.zeros((2, length + round(PRE_DELAY * rate)))
    delayed[:, length - out.shape[1] + round(PRE_DELAY * rate) :] = out
    response = (delayed / critical_distance()).astype(np.float32)
    response.setflags(write=False)
    return response


def response(rate: int) -> Sound:
    """What the hall answers to a single sound of a person, shape (2, n); all people are equally far from its walls."""
    return _response(rate)


class Room:
    """A stretch of time in the hall, filled person by person and then heard.

    Attributes
    ----------
    straight : array, shape (2, n)
        What comes straight from each.
    sent : array, shape (n,)
        What each sends to the walls.
    """

    def __init__(self, seconds: float, rate: int) -> None:
        self.rate = rate
        length = max(1, round(seconds * rate))
        self.straight = np.zeros((2, length), dtype=np.float32)
        self.sent = np.zeros(length, dtype=np.float32)

    def add(self, sound: Sound, seconds: float, house: Seats, person: int, gain: float) -> None:
        """A person's sound from a moment on; what falls outside the stretch is lost."""
        first = round((seconds + house.delay[person]) * self.rate)
        skip = max(0, -first)
        last = min(len(self.sent), first + len(sound))
        if last <= first + skip:
            return
        part = sound[skip : last - first] * np.float32(gain)
        first += skip
        self.straight[0, first:last] += part * np.float32(house.left[person])
        self.straight[1, first:last] += part * np.float32(house.right[person])
        self.sent[first:last] += part

    def heard(self) -> Sound:
        """Everything, shape (n, 2)."""
        from scipy.signal import oaconvolve

        out = np.empty((len(self.sent), 2), dtype=np.float32)
        for channel, answer in enumerate(response(self.rate)):
            out[:, channel] = self.straight[channel] + oaconvolve(self.sent, answer)[: len(self.sent)]
        return out
