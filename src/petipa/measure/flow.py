"""How movement flows: whether joints start together, follow one another, stand still, swell and settle, or shake.

Everything here needs only where the bodies are, so that the same code judges a recording of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, find_peaks, sosfiltfilt

from petipa.measure.definitions.common import at_retire
from petipa.measure.figure import SIDES, Figure
from petipa.measure.posture import RETIRE
from petipa.measure.reading import Reading, reading
from petipa.measure.torques import joint_turns
from petipa.measure.track import FINE, Track

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

SEEN = (
    "lumbar", "chest", "neck", "head", "upper_arm_l", "forearm_l", "hand_l", "upper_arm_r", "forearm_r", "hand_r",
    "thigh_l", "shank_l", "foot_l", "thigh_r", "shank_r", "foot_r",
)  # fmt: skip
"""Joints whose turning is looked at."""
CHAINS = (
    ("upper_arm_l", "forearm_l"), ("forearm_l", "hand_l"), ("upper_arm_r", "forearm_r"), ("forearm_r", "hand_r"),
    ("thigh_l", "shank_l"), ("shank_l", "foot_l"), ("thigh_r", "shank_r"), ("shank_r", "foot_r"),
)  # fmt: skip
"""Neighbours, the one nearer the body first."""

SLOWEST_STROKE = 40.0
"""A turn of a joint that never gets faster is no stroke [degrees/s]."""
REST = 0.12
"""A stroke begins and ends at this share of its fastest."""
STANDS = 3.0
"""A joint slower than this stands still [degrees/s]."""
SHAKE = 6.0
"""Muscles move a limb on purpose below this frequency [Hz]."""
TRACKED = 10.0
"""Strokes are looked for below this frequency, in recordings and in dances alike [Hz]."""
TOGETHER = 0.25
"""Strokes that begin within this of one another belong to one movement [s]."""
LEAST_FRAMES = 40

# What people do: the band of the takes in docs/recordings.md, the hanging one left out, of noise the middle take.
REAL_SYNCHRONY = 17.0
REAL_IN_STEP = 43.0
REAL_LAG = -9.0
REAL_PEAK = (1.6, 2.75)
REAL_SHAKE = 13.7
REAL_JERK = 105_000.0
STILL_AT_MOST = 2.0
"""Frames where everything stands still [%]: a starting value. Recordings cannot tell: their noise never does."""


@dataclass(frozen=True)
class Stroke:
    """One quickening and slowing of a joint: the frames it begins, is fastest and ends; whether from and to rest."""

    joint: str
    start: int
    peak: int
    stop: int
    fastest: float
    from_rest: bool
    to_rest: bool


def low_passed(x: Array, rate: float, cut: float) -> Array:
    """`x` below a frequency (Butterworth, fourth order, both ways), along axis 0."""
    if len(x) < LEAST_FRAMES or cut >= 0.45 * rate:
        return x
    return np.asarray(sosfiltfilt(butter(2, cut, fs=rate, output="sos"), x, axis=0))


def strokes_of(speed: Array, joint: str, *, slowest: float = SLOWEST_STROKE) -> list[Stroke]:
    """The strokes in one joint's speed over the frames."""
    peaks, _ = find_peaks(speed, height=slowest, prominence=0.4 * slowest)
    out = []
    for peak in peaks:
        floor = REST * speed[peak]
        a = int(peak)
        while a > 0 and speed[a] > floor and speed[a - 1] <= speed[a]:
            a -= 1
        b = int(peak)
        while b + 1 < len(speed) and speed[b] > floor and speed[b + 1] <= speed[b]:
            b += 1
        out.append(
            Stroke(joint, a, int(peak), b, float(speed[peak]), bool(speed[a] <= 2 * floor), bool(speed[b] <= 2 * floor))
        )
    return out


@dataclass(frozen=True)
class Flow:
    """Joint speeds and their strokes."""

    track: Track

    @cached_property
    def turns(self) -> Array:
        """Angular velocity of the joints seen [degrees/s], (F, J, 3)."""
        index = [self.track.skeleton.index(name) for name in SEEN]
        return np.asarray(np.degrees(joint_turns(self.track)[:, index]))

    @cached_property
    def speeds(self) -> Array:
        """Their speeds below 10 Hz [degrees/s], (F, J)."""
        return np.asarray(np.linalg.norm(low_passed(self.turns, self.track.motion.rate, TRACKED), axis=2))

    @cached_property
    def strokes(self) -> tuple[Stroke, ...]:
        """Every stroke of every joint."""
        found = [stroke for k, name in enumerate(SEEN) for stroke in strokes_of(self.speeds[:, k], name)]
        return tuple(sorted(found, key=lambda stroke: stroke.start))

    def synchrony(self) -> tuple[Ints, Array]:
        """Of the joints that start or stop within a quarter second of one, the share within one frame of it [%]."""
        rate = self.track.motion.rate
        reach, near = TOGETHER * rate, rate / 60.0
        at: list[int] = []
        share: list[float] = []
        for events in (
            [(s.start, s.joint) for s in self.strokes if s.from_rest],
            [(s.stop, s.joint) for s in self.strokes if s.to_rest],
        ):
            if not events:
                continue
            when = np.array([frame for frame, _ in events])
            names = np.array([joint for _, joint in events])
            for frame, joint in events:
                others = np.abs(when - frame)[names != joint]
                company = others[others <= reach]
                if len(company) >= 3:
                    at.append(frame)
                    share.append(100.0 * float((company <= near + 1e-9).mean()))
        return np.array(at, dtype=np.int64), np.array(share)

    def lags(self) -> tuple[Ints, Array]:
        """By how much the next joint outward is fastest after its neighbour [ms], for movements both take part in."""
        rate = self.track.motion.rate
        peaks: dict[str, list[int]] = {}
        for stroke in self.strokes:
            peaks.setdefault(stroke.joint, []).append(stroke.peak)
        at: list[int] = []
        late: list[float] = []
        for near, far in CHAINS:
            theirs = np.array(peaks.get(far, []))
            if not len(theirs):
                continue
            for peak in peaks.get(near, []):
                k = int(np.abs(theirs - peak).argmin())
                if abs(theirs[k] - peak) <= 0.2 * rate:
                    at.append(peak)
                    late.append(float(theirs[k] - peak) / rate * 1000.0)
        return np.array(at, dtype=np.int64), np.array(late)

    def still(self) -> NDArray[np.bool_]:
        """Frames where everything stands still, the pelvis too, (F,)."""
        pelvis = np.gradient(self.track.p[::FINE, 0], axis=0) * self.track.motion.rate if self.track.frames > 1 else 0.0
        moving = np.linalg.norm(low_passed(np.atleast_2d(pelvis), self.track.motion.rate, TRACKED), axis=1)
        return np.asarray((self.speeds.max(axis=1) < STANDS) & (moving < 0.01))

    def tips(self) -> Array:
        """Hands against the chest and toes against the pelvis, in those bodies' own axes [m], (F, 4, 3)."""
        seen = self.track
        out = np.empty((seen.frames, 4, 3))
        R, p = seen.R[::FINE], seen.p[::FINE]
        for k, (name, base) in enumerate(
            (("hand_l", "chest"), ("hand_r", "chest"), ("toes_l", "pelvis"), ("toes_r", "pelvis"))
        ):
            b, c = seen.skeleton.index(name), seen.skeleton.index(base)
            out[:, k] = np.einsum("fji,fj->fi", R[:, c], p[:, b] - p[:, c])
        return out

    def profiles(self) -> tuple[Ints, Array]:
        """Fastest over mean speed of every stroke of a hand or a foot from rest to rest."""
        rate = self.track.motion.rate
        at: list[int] = []
        ratio: list[float] = []
        if self.track.frames < 5:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        velocity = low_passed(np.gradient(self.tips(), axis=0) * rate, rate, TRACKED)
        speed = np.linalg.norm(velocity, axis=2)
        for k in range(4):
            rests = [0]
            for stroke in strokes_of(speed[:, k], str(k), slowest=0.25):
                # A long movement has more than one quickening: it lasts until the tip comes to rest.
                a, b = stroke.start, stroke.stop
                while a > rests[-1] and speed[a, k] > REST * stroke.fastest:
                    a -= 1
                while b + 1 < len(speed) and speed[b, k] > REST * stroke.fastest:
                    b += 1
                if a < rests[-1] or b - a < 0.1 * rate or b + 1 >= len(speed) or a == 0:
                    continue
                rests.append(b)
                part = speed[a : b + 1, k]
                at.append(a + int(part.argmax()))
                ratio.append(float(part.max() / part.mean()))
        return np.array(at, dtype=np.int64), np.array(ratio)

    def shake(self, free: NDArray[np.bool_] | None = None) -> tuple[float, Array]:
        """Power above 6 Hz in joints that carry nothing: its share of all [%], and by frame its size [degrees/s], (F,).

        Parameters
        ----------
        free : (F, 2) frames at which a leg carries nothing; the arms and the head never do
        """
        rate = self.track.motion.rate
        if self.track.frames < LEAST_FRAMES:
            return 0.0, np.zeros(self.track.frames)
        fast = self.turns - low_passed(self.turns, rate, SHAKE)
        mask = np.ones(fast.shape[:2], dtype=bool)
        for k, name in enumerate(SEEN):
            if name in ("lumbar", "chest"):
                mask[:, k] = False
            elif name.startswith(("thigh", "shank", "foot")):
                side = 0 if name.endswith("_l") else 1
                mask[:, k] = False if free is None else free[:, side]
        power = np.where(mask, (fast**2).sum(axis=2), 0.0)
        whole = np.where(mask, (self.turns**2).sum(axis=2), 0.0)
        size = np.sqrt(power.max(axis=1))
        return float(100.0 * power.sum() / max(whole.sum(), 1e-9)), np.asarray(size)

    def jerk(self) -> Array:
        """Square of the jerk of the hands against the chest below 10 Hz [m2/s6], (F,): the larger of both."""
        rate = self.track.motion.rate
        hands = low_passed(self.tips()[:, :2], rate, TRACKED)
        if len(hands) < 5:
            return np.zeros(len(hands))
        third = np.zeros_like(hands)
        third[2:-2] = (hands[4:] - 2 * hands[3:-1] + 2 * hands[1:-3] - hands[:-4]) * rate**3 / 2.0
        return np.asarray((third**2).sum(axis=2).max(axis=1))


def unloaded(track: Track) -> NDArray[np.bool_]:
    """Frames at which a leg is in the air, and has been and will be for three frames, (F, 2)."""
    air = track.motion.feet == 0
    out = air.copy()
    for shift in range(1, 4):
        out[shift:] &= air[:-shift]
        out[:-shift] &= air[shift:]
    return np.asarray(out)


def robotic(f: Figure) -> tuple[Reading, ...]:
    """Joints that start and stop together, follow nobody, stand still, and move at one speed."""
    seen = f.track
    flow = Flow(seen)
    at, share = flow.synchrony()
    out = [_mean(seen, "robotic", "joints that start or stop in one frame", "%", at, share, high=REAL_SYNCHRONY)]
    at, late = flow.lags()
    out.append(
        _mean(
            seen,
            "robotic",
            "neighbours fastest in one frame",
            "%",
            at,
            100.0 * np.asarray(np.abs(late) <= 1000.0 / 60.0 + 1e-6, dtype=np.float64),
            high=REAL_IN_STEP,
        )
    )
    outward = float(np.mean(late)) if len(late) else float("nan")
    out.append(Reading("robotic", "outward joint fastest after its neighbour, mean", "ms", outward, REAL_LAG, None))
    still = np.asarray(100.0 * flow.still(), dtype=np.float64)
    out.append(
        _mean(
            seen,
            "robotic",
            "frames where everything stands still",
            "%",
            np.arange(len(still)),
            still,
            high=STILL_AT_MOST,
        )
    )
    at, ratio = flow.profiles()
    out.append(
        _mean(seen, "robotic", "peak over mean speed of a stroke", "", at, ratio, low=REAL_PEAK[0], high=REAL_PEAK[1])
    )
    return tuple(out)


def _mean(
    track: Track,
    fault: str,
    name: str,
    unit: str,
    frames: Ints,
    values: Array,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Reading:
    """A reading of the mean, with the steps whose own mean is worst."""
    if not len(values):
        return Reading(fault, name, unit, float("nan"), low, high)
    starts = np.array([step.t0 for step in track.motion.steps])
    when = track.motion.start + frames / track.motion.rate
    steps = np.searchsorted(starts, when + 1e-9, side="right") - 1 if len(starts) else np.full(len(frames), -1)
    middle, mean = [], []
    for step in np.unique(steps):
        mine = np.flatnonzero(steps == step)
        if len(mine) < 4:
            continue
        mean.append(float(values[mine].mean()))
        best = mine[int((values[mine] if high is not None else -values[mine]).argmax())]
        middle.append(int(frames[best]) * FINE)
    found = reading(track, fault, name, unit, np.array(middle, dtype=np.int64), np.array(mean), low=low, high=high)
    return Reading(fault, name, unit, float(values.mean()), low, high, found.places)


def jittery(f: Figure) -> tuple[Reading, ...]:
    """Shaking of what carries nothing."""
    seen = f.track
    flow = Flow(seen)
    share, size = flow.shake(unloaded(seen))
    found = reading(seen, "jittery", "", "degrees/s", np.arange(len(size)) * FINE, size, high=0.0)
    jerk = flow.jerk()
    worst = reading(seen, "jittery", "", "m2/s6", np.arange(len(jerk)) * FINE, jerk, high=0.0)
    return (
        Reading(
            "jittery",
            "power above 6 Hz in unloaded joints",
            "%",
            share,
            None,
            REAL_SHAKE,
            found.places,
            "places in degrees/s",
        ),
        Reading(
            "jittery",
            "mean squared jerk of the hands",
            "m2/s6",
            float(jerk.mean()) if len(jerk) else 0.0,
            None,
            REAL_JERK,
            worst.places,
        ),
    )


QUICK_RETIRE = 0.30
"""The foot of a turn is at the knee this long after it left the floor [s]: a teacher's starting value."""
ROUND_TOP = 0.45
"""Most of a rise that may go by in its last fifth; a smooth reach with least jerk takes 0.27."""


def rises(f: Figure, side: int) -> list[tuple[int, float]]:
    """Every rise of a leg by 25 degrees or more: the sample of its top and the share of the time in its last fifth."""
    lift = f.lift[:, side]
    tops, _ = find_peaks(lift, prominence=25.0, plateau_size=1)
    out = []
    for top in tops:
        done = int(top)
        while done > 0 and lift[done - 1] >= 0.97 * lift[top]:
            done -= 1
        # Down to where it began: the lowest of the second and a half before it was all but there.
        start = max(0, done - round(1.5 * f.rate))
        low = start + int(lift[start : done + 1].argmin())
        span = lift[done] - lift[low]
        if span < 25.0:
            continue
        part = (lift[low : done + 1] - lift[low]) / span
        begun = int(np.flatnonzero(part <= 0.05)[-1])
        last = int(np.flatnonzero(part[begun:] >= 0.80)[0]) + begun
        out.append((done, (len(part) - 1 - last) / max(len(part) - 1 - begun, 1)))
    return out


def mushy(f: Figure) -> tuple[Reading, ...]:
    """Slow to retiré, and legs that never arrive."""
    seen = f.track
    at, slow = [], []
    for step in seen.motion.steps:
        if step.entry not in RETIRE or not step.turns:
            continue
        window = f.span(step)
        for work in (SIDES[step.side], 1 - SIDES[step.side]):
            # From a fouetté the foot comes in from the air: only one that leaves the floor in this step is timed.
            up = at_retire(f, work)[window] & f.on[window, 1 - work]
            there = window.start + int(up.argmax())
            before = np.flatnonzero(f.on[window.start : there, work])
            if up.any() and len(before):
                left = window.start + int(before[-1])
                at.append(left)
                slow.append((there - left) / f.rate)
                break
    top, round_top = [], []
    for side in (0, 1):
        for a, share in rises(f, side):
            top.append(a)
            round_top.append(share)
    return (
        reading(
            seen,
            "mushy",
            "floor to retiré in a turn",
            "s",
            np.array(at, dtype=np.int64),
            np.array(slow),
            high=QUICK_RETIRE,
        ),
        reading(
            seen,
            "mushy",
            "share of a leg's rise in its last fifth",
            "",
            np.array(top, dtype=np.int64),
            np.array(round_top),
            high=ROUND_TOP,
        ),
    )
