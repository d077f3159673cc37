"""How exciting a dance is to watch, step by step and from moment to moment: what the audience answers to.

A step thrills by what it asks (difficulty, energy, impact), by what is seen of it (risk, height, turns), by the music
it is danced to, and by how truly it was danced. Every term lies between 0 and 1; `docs/audience.md` explains each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petipa.lexicon import Lexicon
from petipa.measure.assess import Assessment
from petipa.measure.physics import runs
from petipa.mechanics import quat_to_matrix
from petipa.motion.model import FootState, Motion, StepSpan

Array = NDArray[np.float64]

WEIGHTS = {"difficulty": 0.30, "energy": 0.10, "impact": 0.05, "risk": 0.15, "height": 0.20, "turns": 0.20}
"""Shares of a step's terms in the feat it is. That watchers like what they could not do is known (Cross, Kirsch, Ticini
and Schütz-Bosbach, Front Hum Neurosci 5:102, 2011), and that they like it large (dance jumps: Vinken and Heinen, Res
Dance Educ 25, 2024); how much each term weighs is judged, not measured."""

HARDEST_LANDING = 4.5
"""Floor force of a step that counts as full impact [body weights]; the lexicon's hardest entry says 4.0."""
LONG_BALANCE = 3.0
"""Seconds on one foot with the heel up that are as much risk as there is."""
FAR_FLIGHT = 2.0
"""Metres flown that are as much risk as there is."""
HIGH_JUMP = 0.45
"""Rise of the centre of mass that is as high as anyone jumps [m]."""
LEG = (45.0, 150.0)
"""A raised leg begins to impress at the first height and can impress no more at the second [degrees]."""
SPINNING = 120.0
"""Turning slower than this is walking round [degrees/s]."""
TURNS_HALVE = 2.0
"""So many turns more bring the term half the way nearer to 1."""
MUSIC_FLOOR = 0.5
"""Share of its thrill a step keeps in the softest music."""
WITHOUT_MUSIC = 0.5
"""The swell taken where there is no music to hear."""
FAILED = 0.5
"""Share of its thrill a step keeps for each thing in it that is not as defined."""
OFF_BEAT = (50.0, 250.0)
"""An accent this far from its count [ms] begins to be seen, and has cost half the thrill."""
HARD_LANDING = 0.85
"""Share a step keeps that lands harder than any landing published from its height."""
FORGETTING = 8.0
"""Seconds in which what was felt falls to 1/e."""
STIRRED = 4.0
"""How much the square of a thrill adds to what is felt: one great feat does more than several small ones."""
RATE = 10.0
"""Values of the curve a second."""


@dataclass(frozen=True)
class Thrill:
    """What one step does to those who watch.

    Attributes
    ----------
    step, label : which
    start, accent, end : of the step [s]
    take_off : of its highest flight [s]; None where it does not leave the floor
    rise : of the centre of mass in that flight [m]; turned : whole turns danced, at speed
    difficulty, energy, impact, risk, height, turns, music, completion : 0 to 1
    thrill : 0 to 1
    """

    step: int
    label: str
    start: float
    accent: float
    end: float
    take_off: float | None
    rise: float
    turned: float
    difficulty: float
    energy: float
    impact: float
    risk: float
    height: float
    turns: float
    music: float
    completion: float
    thrill: float

    @property
    def dared(self) -> float:
        """The thrill before anyone can know how it ends, 0 to 1."""
        return self.thrill / self.completion if self.completion > 0.0 else 0.0


@dataclass(frozen=True)
class Excitement:
    """How a dance is felt.

    Attributes
    ----------
    steps : tuple of Thrill, in order
    start : float [s]
        Music time of the curve's first value.
    curve : array, shape (N,), 0 to 1
        What is felt, `RATE` values a second.
    begins : float [s]
        When she first moves.
    dance_end : float [s]
        When the last pose before the bow is reached.
    bows : tuple of float [s]
        When she bends deepest, thanking.
    """

    steps: tuple[Thrill, ...]
    start: float
    curve: Array
    begins: float
    dance_end: float
    bows: tuple[float, ...] = ()

    @property
    def peak(self) -> float:
        """The most that is felt."""
        return float(self.curve.max()) if len(self.curve) else 0.0

    @property
    def peak_time(self) -> float:
        """When it is felt [s]."""
        return self.start + float(np.argmax(self.curve)) / RATE if len(self.curve) else self.start

    @property
    def overall(self) -> float:
        """The whole dance as it is remembered, 0 to 1: half its peak, half its five best feats.

        What was felt last and most is what is remembered (Kahneman and others, Psychol Sci 4, 1993).
        """
        best = sorted((one.thrill for one in self.steps), reverse=True)[:5]
        return 0.5 * self.peak + 0.5 * min(1.0, 2.0 * sum(best) / 5.0)

    def at(self, seconds: float) -> float:
        """What is felt at a moment, 0 to 1; nothing outside the dance."""
        if not len(self.curve):
            return 0.0
        x = (seconds - self.start) * RATE
        return float(np.interp(x, np.arange(len(self.curve)), self.curve, left=0.0, right=0.0))

    def to_json(self) -> dict[str, Any]:
        """As plain values; the curve twice a second."""
        return {
            "overall": round(self.overall, 4),
            "peak": round(self.peak, 4),
            "peak_time": round(self.peak_time, 2),
            "dance_end": round(self.dance_end, 3),
            "bows": [round(bow, 3) for bow in self.bows],
            "steps": [
                {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(one).items()} for one in self.steps
            ],
            "curve_start": self.start,
            "curve_rate": RATE / 5,
            "curve": [round(float(x), 3) for x in self.curve[::5]],
        }


BOWS = frozenset({"bow", "curtsy", "reverence", "grande_reverence"})
"""Entries with which a dancer thanks: the dance is over before them."""
STANDS = "stand"
WALKS = frozenset({STANDS, "walk", "run"})
"""Entries that may stand between bows and after them."""


def parts(steps: Sequence[StepSpan]) -> tuple[float, float, tuple[float, ...]]:
    """When she first moves, when the last pose is reached, and when she bows after it [s]."""
    if not steps:
        return 0.0, 0.0, ()
    end = len(steps)
    while end > 1 and steps[end - 1].entry in BOWS | WALKS:
        end -= 1
    bows = tuple(step.accent for step in steps[end:] if step.entry in BOWS)
    # A dance without a bow ends with its last step, even if that is a walk.
    last = end if bows else len(steps)
    while last > 1 and steps[last - 1].entry == STANDS:
        last -= 1
    moves = next((step for step in steps if step.entry != STANDS), steps[0])
    return moves.t0, steps[last - 1].accent, bows


def turned(motion: Motion, step: StepSpan) -> float:
    """Whole turns of the pelvis about the vertical in a step, counted only where it spins."""
    first = max(0, round((step.t0 - motion.start) * motion.rate))
    ahead = quat_to_matrix(motion.q[first : round((step.t1 - motion.start) * motion.rate) + 1, 3:7])[..., 0]
    if len(ahead) < 2:
        return 0.0
    yaw = np.degrees(np.unwrap(np.arctan2(ahead[:, 1], ahead[:, 0])))
    change = np.diff(yaw)
    return abs(float(change[np.abs(change) * motion.rate > SPINNING].sum())) / 360.0


def balanced(motion: Motion, step: StepSpan) -> float:
    """The longest time in a step on one foot with its heel up and the other in the air [s]."""
    first = max(0, round((step.t0 - motion.start) * motion.rate))
    feet = motion.feet[first : round((step.t1 - motion.start) * motion.rate) + 1]
    up = np.isin(feet, (FootState.DEMI, FootState.POINTE, FootState.PIVOT_DEMI, FootState.PIVOT_POINTE))
    alone = (up[:, 0] & (feet[:, 1] == FootState.AIR)) | (up[:, 1] & (feet[:, 0] == FootState.AIR))
    return max((b - a for a, b in runs(alone)), default=0) / motion.rate


def share_of(value: float, none: float, full: float) -> float:
    """Where a value lies between what is nothing and what is all there is, 0 to 1."""
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))


def completion(assessment: Assessment, step: int) -> float:
    """How truly a step was danced, 0 to 1: as defined, on its count, softly landed.

    What only a teacher sees (a sickled foot, an elbow dropped) an audience does not.
    """
    kept = FAILED ** sum(1 for one in assessment.failures if one.step == step)
    late = max((abs(one.error_ms) for one in assessment.accents if one.step == step), default=0.0)
    kept *= 1.0 - 0.5 * share_of(late, *OFF_BEAT)
    hard = {
        place.step
        for one in assessment.readings
        if (one.fault, one.name) == ("landing", "peak force over the published greatest")
        for place in one.places
        if place.value > 1.0
    }
    return float(kept * (HARD_LANDING if step in hard else 1.0))


def felt(accents: Sequence[float], thrills: Sequence[float], *, start: float, end: float) -> Array:
    """What is felt from `start` to `end` [s], `RATE` values a second, 0 to 1.

    Each step adds to it at its accent, and all of it fades: with x the sum of
    STIRRED thrill^2 exp(-(t - accent) / FORGETTING), what is felt is 1 - exp(-x / 2).
    """
    times = start + np.arange(max(1, round((end - start) * RATE) + 1)) / RATE
    total = np.zeros(len(times))
    for accent, thrill in zip(accents, thrills, strict=True):
        after = times >= accent
        total[after] += STIRRED * thrill**2 * np.exp(-(times[after] - accent) / FORGETTING)
    return np.asarray(1.0 - np.exp(-total / 2.0))


def excitement(
    assessment: Assessment,
    motion: Motion,
    lexicon: Lexicon,
    *,
    swell: ArrayLike = (),
    swell_rate: float = 60.0,
) -> Excitement:
    """How exciting a motion is.

    Parameters
    ----------
    assessment : what `petipa.measure.measure` found of it
    motion : what was danced
    lexicon : the dictionary, for difficulty, energy and impact
    swell : (F,) how loud and full the music is, 0 to 1, from second 0 of the music; empty where there is none
    swell_rate : values of it a second
    """
    loud = np.asarray(swell, dtype=np.float64)
    most = float(loud.max()) if len(loud) else 0.0

    def heard(seconds: float) -> float:
        if most <= 0.0:
            return WITHOUT_MUSIC
        return float(np.interp(seconds * swell_rate, np.arange(len(loud)), loud)) / most

    steps = []
    for k, step in enumerate(motion.steps):
        entry = lexicon.entries.get(step.entry)
        hops = [one for one in assessment.flights if one.step == k and (one.confirmed or one.planned >= 0)]
        best = max(hops, key=lambda one: one.rise, default=None)
        spun = turned(motion, step)
        terms = {
            "difficulty": (entry.difficulty - 1) / 9 if entry else 0.0,
            "energy": float(entry.energy) if entry else 0.0,
            "impact": share_of(entry.impact, 1.0, HARDEST_LANDING) if entry else 0.0,
            "risk": max(
                share_of(balanced(motion, step), 0.0, LONG_BALANCE),
                share_of(best.travel, 0.0, FAR_FLIGHT) if best else 0.0,
            ),
            "height": max(share_of(best.rise, 0.0, HIGH_JUMP) if best else 0.0, share_of(step.height or 0.0, *LEG)),
            "turns": float(1.0 - 0.5 ** (spun / TURNS_HALVE)) if spun > 0.6 else 0.0,
        }
        music, true = heard(step.accent), completion(assessment, k)
        feat = sum(WEIGHTS[name] * value for name, value in terms.items())
        thrill = feat * (MUSIC_FLOOR + (1.0 - MUSIC_FLOOR) * music) * true
        steps.append(
            Thrill(
                step=k,
                label=step.label,
                start=step.t0,
                accent=step.accent,
                end=step.t1,
                take_off=best.t0 if best else None,
                rise=best.rise if best else 0.0,
                turned=spun,
                **terms,
                music=music,
                completion=true,
                thrill=float(thrill),
            )
        )
    end = motion.start + (len(motion.q) - 1) / motion.rate
    curve = felt([one.accent for one in steps], [one.thrill for one in steps], start=motion.start, end=end)
    begins, over, bows = parts(motion.steps)
    return Excitement(tuple(steps), motion.start, curve, begins, min(end, over), bows)
