"""What several hundred people sound like: claps, voices, gasps, each person by themselves, in the hall.

Claps: asynchronous clapping goes at about four a second, most people between 2.7 and 5.1 and steady to a few per cent
(Repp, "The sound of two hands clapping", JASA 81, 1987); each is a burst of noise through the resonance of the air
between the palms, whose frequency says how the hands meet (ibid.; Peltola, Erkut, Cook and Välimäki, "Synthesis of hand
clapping sounds", IEEE Trans ASLP 15, 2007). People join as they hear others clap, which makes the growth a logistic
curve over two or three seconds, and stop likewise (Mann, Faria, Sumpter and Krause, J R Soc Interface 10:20130466,
2013). Clapping together is slower by half (Néda and others, Nature 403, 2000) and then hurries (Thomson, Murphy and
Lukeman, Sci Rep 8:808, 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.stage.hall import Room, Seats
from petipa.stage.voices import cheer, inhaled, syllable, whistle

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

CLAPS_A_SECOND = (4.0, 0.55, 2.7, 5.1)
"""Mean, spread, least and most of people's own rates [Hz] (Repp 1987)."""
CLAP_JITTER = 0.03
"""A person's intervals differ by this share (Repp 1987: about 3 %)."""
PALMS = (1250.0, 0.55, 500.0, 3200.0)
"""Resonance of the hands: median [Hz], spread [octaves], least and most [Hz]: from cupped palms to fingers on a palm
(Repp 1987: below 1 kHz for the one, above 2 kHz for the other)."""
AIR = 9000.0
"""Twenty metres of air take away half of what is above this [Hz] (ISO 9613-1 at 20 degrees and 50 %, about)."""
TOGETHER = (1.9, 2.5)
"""Claps a second of all together, at first and at last [Hz]: half the rate of each alone, and hurrying."""
IN_TIME = 0.035
"""How far a person's clap is from the common beat [s]."""
FOLLOW = 0.85
"""Share of people who clap with the others."""
JOINING = 0.45
"""Logistic spread of the moments at which people begin to clap [s]: nine in ten within two or three seconds."""
_KINDS = 3


@dataclass(frozen=True)
class Hands:
    """How each person claps: bursts (people x kinds, n), own interval [s], force 0 to 1."""

    bursts: Sound
    interval: Floats
    force: Floats


def hands(seed: int, people: int, rate: int) -> Hands:
    """The hands of an audience."""
    from scipy.signal import lfilter

    rng = np.random.default_rng([seed, 2])
    mean, spread, least, most = CLAPS_A_SECOND
    interval = 1.0 / np.clip(rng.normal(mean, spread, people), least, most)
    median, octaves, low, high = PALMS
    centre = np.clip(median * 2.0 ** rng.normal(0.0, octaves, people), low, high)
    length = round(0.045 * rate)
    now = np.arange(length) / rate
    air = np.exp(-2 * np.pi * AIR / rate)
    bursts = np.zeros((people * _KINDS, length), dtype=np.float32)
    for person in range(people):
        for kind in range(_KINDS):
            f = centre[person] * 2.0 ** rng.normal(0.0, 0.08)
            radius = np.exp(-np.pi * f / 2.2 / rate)
            # Skin meets skin within a millisecond or two: a short burst, then what the cavity keeps ringing.
            blow = rng.normal(0.0, 1.0, length) * np.exp(-now / rng.uniform(0.003, 0.006))
            blow *= 1.0 - np.exp(-now / 0.0003)
            cavity = lfilter([1.0, 0.0, -1.0], [1.0, -2 * radius * np.cos(2 * np.pi * f / rate), radius**2], blow)
            cavity /= np.sqrt(np.mean(cavity**2))
            pole = np.exp(-2 * np.pi * 1500.0 / rate)
            slap = lfilter([0.5 * (1 + pole), -0.5 * (1 + pole)], [1.0, -pole], blow)
            slap = lfilter([0.42], [1.0, -0.58], slap)
            slap /= np.sqrt(np.mean(slap**2))
            burst = lfilter([1.0 - air], [1.0, -air], cavity + 0.45 * slap)
            burst[-round(0.005 * rate) :] *= np.linspace(1.0, 0.0, round(0.005 * rate))
            bursts[person * _KINDS + kind] = burst / np.sqrt(np.mean(burst**2))
    return Hands(bursts, interval, np.clip(rng.normal(0.7, 0.15, people), 0.3, 1.0))


def warmth(times: Floats, rises: Sequence[float]) -> Floats:
    """How heartily people clap, 0.4 to 1: up within a second of each of `rises`, and down over the next ten [s]."""
    best = np.zeros(len(times))
    for at in rises:
        since = np.maximum(times - at, 0.0)
        best = np.maximum(best, (1.0 - np.exp(-since / 0.7)) * np.exp(-since / 7.0) / 0.71)
    return 0.4 + 0.6 * best


def _clap(
    room: Room,
    house: Seats,
    those: Hands,
    person: int,
    times: Floats,
    rng: np.random.Generator,
    *,
    warmth: Floats | float = 1.0,
) -> None:
    kinds = rng.integers(_KINDS, size=len(times))
    force = those.force[person] * warmth * 10.0 ** (rng.normal(0.0, 1.5, len(times)) / 20.0)
    for time, kind, gain in zip(times, kinds, force, strict=True):
        room.add(those.bursts[person * _KINDS + kind], float(time), house, person, float(gain))


def beat_times(start: float, end: float) -> Floats:
    """Beats of an audience that claps together and hurries as it does [s]."""
    slow, quick = TOGETHER
    times = [start]
    while times[-1] < end:
        share = min(1.0, (times[-1] - start) / max(end - start, 8.0))
        times.append(times[-1] + 1.0 / (slow + (quick - slow) * share))
    return np.array(times[:-1])


def _moments(rng: np.random.Generator, spread: float, people: int) -> Floats:
    """Logistic times after a beginning [s]: slow at first, then all at once, then the last."""
    times = 3.5 * spread + rng.logistic(0.0, spread, people)
    return np.where(times > 0.0, times, rng.uniform(0.0, 3.5 * spread, people))


def clapping(
    room: Room,
    house: Seats,
    those: Hands,
    rng: np.random.Generator,
    *,
    start: float,
    end: float,
    strength: float,
    rises: Sequence[float] = (),
    together: Sequence[tuple[float, float]] = (),
) -> None:
    """Applause from `start` to `end` [s in the room], as people join and leave it.

    Parameters
    ----------
    strength : 0 to 1, how many clap, how hard, how soon and how fast
    rises : when they warm to it again
    together : spans in which those who follow others leave it to `in_rhythm`
    """
    people = len(house.distance)
    joined = rng.permutation(people)[: round(people * (0.12 + 0.88 * strength))]
    spread = JOINING * (1.25 - 0.5 * strength)
    begins = start + _moments(rng, spread, people)
    ends = end - _moments(rng, spread, people) if end - start > 6.0 * spread else np.full(people, end)
    follow = np.random.default_rng(7).random(people) < FOLLOW
    for person in joined:
        interval = those.interval[person] * (1.15 - 0.2 * strength)
        count = int((ends[person] - begins[person]) / interval)
        if count < 1:
            continue
        times = begins[person] + np.cumsum(interval * (1.0 + rng.normal(0.0, CLAP_JITTER, count)))
        for a, b in together:
            if follow[person]:
                a, b = a + rng.normal(0.0, 0.4), b + rng.normal(0.0, 0.4)
                times = times[(times < a) | (times > b)]
        _clap(room, house, those, int(person), times, rng, warmth=warmth(times, (start + spread, *rises)))


def in_rhythm(
    room: Room,
    house: Seats,
    those: Hands,
    rng: np.random.Generator,
    *,
    beats: Floats,
    strength: float,
) -> None:
    """Everyone who follows claps on `beats` [s in the room]; at first fewer, and less together."""
    people = len(house.distance)
    follow = np.random.default_rng(7).random(people) < FOLLOW
    joined = np.flatnonzero(follow & (rng.random(people) < 0.2 + 0.8 * strength))
    for person in joined:
        late = rng.normal(0.0, 0.6 * IN_TIME)
        first = min(len(beats), int(rng.geometric(0.45)) - 1)
        sure = IN_TIME * (1.0 + 1.5 * np.exp(-np.arange(len(beats)) / 2.0))
        # People clap with what they hear of the others, so that the beat spreads no slower than sound does.
        times = beats + late + rng.normal(0.0, 1.0, len(beats)) * sure - 0.5 * house.delay[person]
        _clap(room, house, those, int(person), times[first:], rng)


def murmur(room: Room, house: Seats, rng: np.random.Generator, *, start: float, end: float, strength: float) -> None:
    """Talk before the curtain: a tenth of the house, in phrases, and hushed one after another before `end`."""
    people = len(house.distance)
    speakers = rng.permutation(people)[: max(6, round(0.1 * people * strength))]
    bank: dict[tuple[bool, int], list[Sound]] = {}
    for woman in (False, True):
        for voice in range(4):
            pitch = rng.uniform(175.0, 240.0) if woman else rng.uniform(95.0, 145.0)
            bank[woman, voice] = [syllable(room.rate, rng, pitch=pitch, woman=woman) for _ in range(9)]
    for person in speakers:
        said = bank[bool(house.woman[person]), int(rng.integers(4))]
        now = start - rng.uniform(0.0, 3.0)
        until = end - abs(rng.normal(0.0, 0.35)) * min(1.0, end - start)
        loud = 10.0 ** (rng.normal(0.0, 3.0) / 20.0)
        while now < until:
            for _ in range(int(rng.integers(3, 11))):
                one = said[int(rng.integers(len(said)))]
                if start <= now < until:
                    room.add(one, now, house, person, loud * rng.uniform(0.6, 1.0))
                now += len(one) / room.rate * rng.uniform(0.75, 1.05)
            now += rng.exponential(0.8)


def gasp(room: Room, house: Seats, rng: np.random.Generator, *, start: float, strength: float) -> None:
    """Breath drawn in at `start` [s in the room] by up to half the house, within a tenth of a second or two."""
    people = len(house.distance)
    bank = {woman: [inhaled(room.rate, rng, woman=woman) for _ in range(8)] for woman in (False, True)}
    for person in rng.permutation(people)[: round(people * (0.15 + 0.4 * strength))]:
        breath = bank[bool(house.woman[person])][int(rng.integers(8))]
        late = float(np.clip(rng.gamma(2.0, 0.045), 0.0, 0.4))
        room.add(breath, start + late - house.delay[person], house, person, rng.uniform(0.4, 1.0))


def cheering(room: Room, house: Seats, rng: np.random.Generator, *, times: Floats, strength: float) -> None:
    """A shout at each of `times` [s in the room], each by another person."""
    for time, person in zip(times, rng.permutation(len(house.distance)), strict=False):
        voice = cheer(room.rate, rng, woman=bool(house.woman[person]), strength=strength)
        room.add(voice, float(time), house, int(person), rng.uniform(0.5, 1.0))


def whistling(room: Room, house: Seats, rng: np.random.Generator, *, times: Floats) -> None:
    """A whistle at each of `times` [s in the room]."""
    for time, person in zip(times, rng.permutation(len(house.distance)), strict=False):
        room.add(whistle(room.rate, rng), float(time), house, int(person), rng.uniform(0.4, 1.0))
