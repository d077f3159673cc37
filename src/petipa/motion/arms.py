"""Arms, head and trunk: named positions as joint angles.

An arm's position is given for the left side in the chest's frame: where the fingertips are from the shoulder
(in arm lengths), where the elbow points, and how the hand lies. The right arm is its mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from petipa.dancer import NAMES, Skeleton
from petipa.mechanics import quat_exp, quat_from_matrix, quat_log, quat_mul, quat_to_matrix, rot_x, rot_y, rot_z
from petipa.motion.legs import DEG, MIRROR

Array = NDArray[np.float64]
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class ArmPose:
    """One arm as a teacher places it, in the chest's frame.

    The wrist never breaks: the hand goes on where the forearm leads, `rounds` [degrees] further toward its palm
    (negative: the fingers lift, as in an allongé) and `leans` [degrees] toward the thumb.

    Attributes
    ----------
    tips : fingertips from the shoulder [arm lengths, the hand included]
    elbow, palm : where the elbow points and the palm looks
    lift, forward : of the shoulder girdle [degrees]
    """

    tips: Vector
    elbow: Vector
    palm: Vector
    rounds: float = 12.0
    leans: float = 0.0
    lift: float = 0.0
    forward: float = 0.0


_POSES: dict[str, ArmPose] = {
    # The ovals: low above the tutu, before the diaphragm, overhead before the hairline.
    "low": ArmPose((0.67, -0.09, -0.585), (-0.30, 1.0, 0.0), (-0.70, -0.30, 0.60), rounds=16),
    "first": ArmPose((0.77, -0.14, -0.28), (-0.10, 1.0, -0.05), (-0.90, -0.40, 0.15), rounds=18, forward=4),
    "closed": ArmPose((0.55, -0.11, -0.24), (-0.10, 1.0, -0.10), (-0.90, -0.40, 0.15), rounds=18, forward=4),
    "up": ArmPose((0.28, -0.14, 0.75), (0.35, 1.0, 0.0), (-0.25, -0.60, -0.70), rounds=18, lift=15),
    # The open ones: a line that slopes from shoulder to fingertips, a little before her, the elbow held from behind.
    "second": ArmPose((0.36, 0.88, -0.18), (-0.85, 0.1, 0.45), (0.75, -0.30, -0.60), rounds=10, lift=2),
    "demi_second": ArmPose((0.36, 0.72, -0.50), (-0.70, 0.30, 0.45), (0.60, -0.60, -0.55), rounds=8),
    "up_open": ArmPose((0.22, 0.48, 0.80), (-0.35, 0.75, 0.0), (0.45, -0.75, 0.10), rounds=-4, lift=14),
    # The long ones.
    "front": ArmPose((0.97, -0.06, 0.17), (0.0, 0.80, -0.40), (0.05, -0.10, -1.0), rounds=-5, forward=4),
    "front_high": ArmPose((0.88, -0.10, 0.43), (0.0, 0.80, -0.40), (0.25, -0.10, -1.0), rounds=-6, lift=5, forward=4),
    "side": ArmPose((-0.06, 0.985, -0.04), (-0.80, 0.0, 0.15), (0.10, 0.0, -1.0), rounds=-5, lift=2),
    "back": ArmPose((-0.42, 0.885, -0.12), (-0.60, -0.20, 0.20), (0.0, 0.15, -0.95), rounds=-5, forward=-6),
    # One line from hand to hand while the trunk is turned and arched: straight before the hips, and behind them.
    "reached": ArmPose((0.80, 0.52, -0.16), (-0.10, 0.55, -0.60), (0.10, -0.10, -1.0), rounds=-5, forward=2),
    "behind": ArmPose((-0.40, 0.89, 0.10), (-0.60, -0.20, 0.20), (0.0, 0.15, -0.95), rounds=-5, forward=-6),
    "soft_side": ArmPose((0.22, 0.93, -0.22), (-0.80, 0.1, 0.40), (0.25, -0.10, -0.95), rounds=-9),
    # As she walks and runs: low, opened from the shoulder, the fingers left behind.
    "winged": ArmPose((-0.02, 0.83, -0.51), (-0.80, 0.05, 0.35), (0.20, -0.10, -0.95), rounds=-7, forward=-4),
    # Cecchetti's first, at the sides of the thighs; the RAD's demi-bras, before her as if she offered something.
    "hanging": ArmPose((0.20, 0.20, -0.92), (-0.55, 1.0, 0.0), (0.25, -0.95, 0.10), rounds=10),
    "offered": ArmPose((0.66, 0.34, -0.52), (-0.45, 0.9, 0.0), (-0.35, -0.30, 0.85), rounds=4),
    "heart": ArmPose((0.40, -0.165, -0.06), (-0.05, 0.8, -0.65), (-0.95, -0.10, 0.0), rounds=10, forward=4),
}

# Each arms key of the language: left arm, right arm.
_ARMS: dict[str, tuple[str, str]] = {
    "preparatory": ("low", "low"),
    "first": ("first", "first"),
    "closed": ("closed", "closed"),
    "second": ("second", "second"),
    "demi_second": ("demi_second", "demi_second"),
    "en_haut": ("up", "up"),
    "fifth": ("up", "up"),
    "open_v": ("up_open", "up_open"),
    "third_r": ("second", "up"),
    "third_l": ("up", "second"),
    "fourth_r": ("first", "up"),
    "fourth_l": ("up", "first"),
    "prep_r": ("second", "first"),
    "prep_l": ("first", "second"),
    "ready_r": ("second", "first"),
    "ready_l": ("first", "second"),
    "small_r": ("demi_second", "first"),
    "small_l": ("first", "demi_second"),
    "arabesque_1": ("front_high", "side"),
    "arabesque_1_l": ("side", "front_high"),
    "arabesque_2": ("back", "front"),
    "arabesque_2_l": ("front", "back"),
    "arabesque_3": ("front_high", "front"),
    "arabesque_3_l": ("front", "front_high"),
    "sides": ("hanging", "hanging"),
    "demi_bras": ("offered", "offered"),
    "low_third_r": ("demi_second", "low"),
    "low_third_l": ("low", "demi_second"),
    "level_r": ("side", "front"),
    "level_l": ("front", "side"),
    "long_r": ("side", "front_high"),
    "long_l": ("front_high", "side"),
    "crossed_r": ("back", "front"),
    "crossed_l": ("front", "back"),
    "turned_r": ("back", "front_high"),
    "turned_l": ("front_high", "back"),
    "wound_r": ("behind", "reached"),
    "wound_l": ("reached", "behind"),
    "two_r": ("front", "front_high"),
    "two_l": ("front_high", "front"),
    "allonge_second": ("soft_side", "soft_side"),
    "allonge_low": ("winged", "winged"),
    "heart": ("heart", "heart"),
    "reverence": ("soft_side", "soft_side"),
}

# Yaw to her left, pitch down, tilt to her right [degrees].
_HEADS: dict[str, tuple[float, float, float]] = {
    "front": (0.0, -2.0, 0.0),
    "right": (-36.0, -4.0, 6.0),
    "left": (36.0, -4.0, -6.0),
    "up_right": (-32.0, -14.0, 7.0),
    "up_left": (32.0, -14.0, -7.0),
    "down_right": (-34.0, 14.0, 8.0),
    "down_left": (34.0, 14.0, -8.0),
    "up": (0.0, -18.0, 0.0),
    "down": (0.0, 24.0, 0.0),
    "incline_right": (-14.0, 4.0, 14.0),
    "incline_left": (14.0, 4.0, -14.0),
    "spot": (0.0, -2.0, 0.0),
    # Épaulement: over the shoulder nearer to the house, which comes forward as the head turns and inclines to it.
    "over_right": (-38.0, -5.0, 9.0),
    "over_left": (38.0, -5.0, -9.0),
    "thrown_back": (0.0, -48.0, 0.0),
    "bowed": (0.0, 52.0, 0.0),
    "bent_right": (-24.0, -8.0, 22.0),
    "bent_left": (24.0, -8.0, -22.0),
}

_SHOULDERS: dict[str, float] = {"over_right": 9.0, "over_left": -9.0}
"""How far the shoulders turn to her left in épaulement, beyond what goes with every turn of the head [degrees]."""

ARM_WIDTH = 11  # clavicle 3, upper arm 3, elbow 1, twist 1, hand 3

_FLIP = np.concatenate([MIRROR, MIRROR, [1.0, 1.0], MIRROR])  # a left arm's numbers, seen in a mirror

HAND = 0.174
"""From the wrist to the tip of the middle finger [m]."""

MOST_TWIST = 80 * DEG
"""How far a forearm turns to either side in a position."""

STROKE = 1.3
"""Longest time an arm takes from one position to the next [s]; before that it waits."""

DWELL = 0.3
"""Share of the time to the next position that an arm stays where it has arrived."""

_LAG = np.repeat([-0.030, -0.015, 0.020, 0.035, 0.050], [3, 3, 1, 1, 3])
"""When each number of an arm moves [s]: the shoulder first, then the elbow, the forearm and the hand."""

_LOW, _LEVEL, _HIGH = (
    ("low", "demi_second", "hanging", "offered", "winged"),
    ("second", "side", "soft_side", "back", "behind"),
    ("up", "up_open"),
)

_DRAG = 9 * DEG
_MOST_DRAG = 9 * DEG
"""How far the hand trails behind a wrist that moves at 1 m/s across the palm, and at most."""


def mirrored_name(name: str) -> str:
    """The key of the same position on the other side."""
    if name in _HEADS:
        return name.replace("right", "*").replace("left", "right").replace("*", "left")
    if name.endswith("_r"):
        return name[:-2] + "_l"
    if name.endswith("_l"):
        return name[:-2] if name[:-2] + "_r" not in _ARMS else name[:-2] + "_r"
    return name + "_l" if name + "_l" in _ARMS else name


def known_arms(name: str) -> bool:
    """Whether a key names a position of the arms."""
    return name in _ARMS


def known_head(name: str) -> bool:
    """Whether a key names a position of the head."""
    return name in _HEADS


def head_angles(name: str) -> Array:
    """Yaw, pitch, tilt [rad] of a head key."""
    return np.array(_HEADS[name]) * DEG


def shoulder_angle(name: str) -> float:
    """Turn of the shoulders to her left [rad] that belongs to a head key."""
    return _SHOULDERS.get(name, 0.0) * DEG


def _unit(v: Array) -> Array:
    return np.asarray(v / np.linalg.norm(v))


def _upper_and_fore(a: float, b: float, wrist: Array, elbow: Vector) -> tuple[Array, Array, float]:
    """Upper arm and forearm (3, 3), so long [m], that bring the left wrist to a place from the shoulder [m].

    Last is the elbow's bend [rad].
    """
    dist = min(float(np.linalg.norm(wrist)), (a + b) * 0.9985)
    u = _unit(wrist)
    at_shoulder = np.arccos(np.clip((a * a + dist**2 - b * b) / (2 * a * dist), -1, 1))
    bend = float(np.arccos(np.clip((dist**2 - a * a - b * b) / (2 * a * b), -1, 1)))
    pole = np.array(elbow)
    pole = _unit(pole - (pole @ u) * u)
    along = np.cos(at_shoulder) * u + np.sin(at_shoulder) * pole
    fold = -_unit(pole - (pole @ along) * along)  # the forearm folds away from where the elbow points
    R_upper = np.stack([fold, along, np.cross(fold, along)], axis=-1)
    c, s = np.cos(bend), np.sin(bend)
    return R_upper, R_upper @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]), bend


def _solve(skeleton: Skeleton, pose: ArmPose) -> Array:
    """Eleven joint numbers of the left arm."""
    fore, middle, hand = (NAMES.index(f"{name}_l") for name in ("forearm", "wrist", "hand"))
    upper = float(np.linalg.norm(skeleton.offsets[fore]))
    return _placed(upper, float(np.linalg.norm(skeleton.offsets[middle] + skeleton.offsets[hand])), pose).copy()


@cache
def _placed(upper: float, lower: float, pose: ArmPose) -> Array:
    """`_solve` for an upper arm and a forearm so long [m]: the same few for every dance of hers."""
    whole = upper + lower + HAND
    tips = np.array(pose.tips) * whole
    girdle = np.array([pose.lift, 0.0, -pose.forward]) * DEG
    bow = rot_x(-pose.rounds * DEG) @ rot_z(-pose.leans * DEG)
    wrist = tips * (1 - HAND / whole)
    for _ in range(200):
        R_upper, R_fore, elbow = _upper_and_fore(upper, lower, wrist, pose.elbow)
        palm = R_fore.T @ np.array(pose.palm)
        # The palm looks along -z of the hand; turning the forearm brings it round its own length.
        twist = float(np.clip(np.arctan2(-palm[0], -palm[2]), -MOST_TWIST, MOST_TWIST))
        R_hand = R_fore @ rot_y(twist) @ bow
        wrist = 0.5 * wrist + 0.5 * (tips - HAND * R_hand[:, 1])
    R_girdle = quat_to_matrix(quat_exp(girdle))
    shoulder = quat_log(quat_from_matrix(R_girdle.T @ R_upper))
    return np.concatenate([girdle, shoulder, [elbow], [twist], quat_log(quat_from_matrix(bow))])


def arm_numbers(skeleton: Skeleton, name: str) -> tuple[Array, Array]:
    """Left and right arm of an arms key, eleven joint numbers each (clavicle, upper arm, elbow, twist, hand)."""
    left, right = _ARMS[name]
    return _solve(skeleton, _POSES[left]), _solve(skeleton, _POSES[right]) * _FLIP


def _between(old: str, new: str, time: float) -> tuple[tuple[float, str], ...]:
    """What an arm passes through on its way, each as a share of the time [s] it has.

    Arms rise through first, and come down from overhead through second; from second they sigh before they sink.
    """
    if old in _LOW and new in _HIGH and time > 0.5:
        return ((0.5, "first"),)
    if old == "low" and new in (*_LEVEL, "front", "front_high") and time > 0.45:
        return ((0.5, "first"),)
    if old in _LEVEL and new == "front_high" and time > 0.6:
        return ((0.5, "first"),)
    if old in _HIGH and new == "low":
        return ((0.5, "second"),) if time < 0.9 else ((0.4, "second"), (0.6, "soft_side"))
    if old in _HIGH and new == "demi_second":
        return ((0.6, "second"),) if time > 0.5 else ()
    if old == "second" and new in _LOW and time > 0.8:
        return ((0.35, "soft_side"),)
    return ()


def _passing(before: str, name: str, after: str) -> bool:
    """Whether a position is only passed through on the way from one to another."""
    if name in ("first", "second", "soft_side"):
        return before != name != after != before
    return False


def _way(
    keys: Sequence[tuple[float, str]], paces: Sequence[tuple[float, float] | None] = ()
) -> list[tuple[float, str]]:
    """One arm's positions in time, with the waits and what it passes through."""
    apart: list[tuple[float, str]] = []
    own: list[tuple[float, float] | None] = []
    for (time, name), pace in zip(keys, paces or [None] * len(keys), strict=True):
        if apart and time <= apart[-1][0] + 0.02:
            apart[-1] = (apart[-1][0], name)
            own[-1] = pace
        else:
            apart.append((time, name))
            own.append(pace)
    out: list[tuple[float, str]] = []
    for k, (time, name) in enumerate(apart):
        if out:
            since, old = out[-1]
            free = time - since
            pace = own[k]
            dwell, stroke = (DWELL, STROKE) if pace is None else (pace[0], pace[1] * STROKE)
            wait = max(0.0, free - stroke) if free > stroke + 0.2 else 0.0
            if not (k > 1 and _passing(apart[k - 2][1], old, name)):
                wait = max(wait, dwell * free if free > 0.4 else 0.0)
            if wait > 0.0 and name != old:
                since += wait
                out.append((since, old))
            out += [(since + share * (time - since), way) for share, way in _between(old, name, time - since)]
        out.append((time, name))
    return out


def _trail(skeleton: Skeleton, numbers: Array, rate: float) -> Array:
    """How far the left hand trails behind its wrist [rad], shape (F,): it is drawn, as through water."""
    fore, middle, hand = (NAMES.index(f"{name}_l") for name in ("forearm", "wrist", "hand"))
    R_upper = quat_to_matrix(quat_mul(quat_exp(numbers[:, :3]), quat_exp(numbers[:, 3:6])))
    R_fore = R_upper @ rot_z(-numbers[:, 6])
    wrist = R_upper @ skeleton.offsets[fore] + R_fore @ (skeleton.offsets[middle] + skeleton.offsets[hand])
    speed = np.gradient(wrist, axis=0) * rate
    across = np.einsum("fj,fj->f", speed, (R_fore @ rot_y(numbers[:, 7]))[:, :, 2])
    across = gaussian_filter1d(across, 3.0, mode="nearest")
    return np.asarray(-_MOST_DRAG * np.tanh(across * _DRAG / _MOST_DRAG))


def arm_curves(
    skeleton: Skeleton,
    keys: Sequence[tuple[float, str]],
    times: Array,
    rate: float,
    *,
    turns: Sequence[tuple[float, float]] = (),
    paces: Sequence[tuple[float, float] | None] = (),
    reach: Array | None = None,
) -> tuple[Array, Array]:
    """Left and right arm through a dance, each (F, 11).

    Parameters
    ----------
    keys : (time [s], key of the arms), in order; "keep" holds what was
    times : (F,) [s], evenly `rate` a second
    turns : from when to when she spins [s]: a first is closed smaller then
    paces : of each key the share of its way that the arm waits first, and its longest stroke over the usual; or none
    reach : (F,) of the way from low to the position; the whole of it where there is none
    """
    whole: list[tuple[float, str]] = []
    for time, key in keys:
        name = whole[-1][1] if key == "keep" else key
        if name == "first" and any(t0 <= time <= t1 for t0, t1 in turns):
            name = "closed"
        whole.append((time, name))
    placed: dict[str, Array] = {}
    out = []
    for side in (0, 1):
        rows = _way([(time, _ARMS[name][side]) for time, name in whole], paces)
        at = np.array([time for time, _ in rows])
        placed |= {name: _solve(skeleton, _POSES[name]) for name in {name for _, name in rows} - placed.keys()}
        places = np.array([placed[name] for _, name in rows]).reshape(-1, ARM_WIDTH)
        if len(at) == 1:
            numbers = np.repeat(places, len(times), axis=0)
        else:
            curve = PchipInterpolator(at, places, axis=0)
            moments = np.clip(times[:, None] - _LAG, at[0], at[-1])
            numbers = np.stack([curve(moments[:, k])[:, k] for k in range(ARM_WIDTH)], axis=1)
        if reach is not None:
            low = _solve(skeleton, _POSES["low"])
            numbers = low + (numbers - low) * reach[:, None]
        numbers = gaussian_filter1d(numbers, 3.5, axis=0, mode="nearest")
        numbers[:, 8] += _trail(skeleton, numbers, rate)
        out.append(numbers)
    return out[0], out[1] * _FLIP


def write_arm(skeleton: Skeleton, q: Array, suffix: str, numbers: Array) -> None:
    """Put arm numbers (F, 11) into configurations (F, 77)."""
    at = {
        p: skeleton.q_slice(NAMES.index(f"{p}_{suffix}")) for p in ("clavicle", "upper_arm", "forearm", "wrist", "hand")
    }
    q[:, at["clavicle"]] = quat_exp(numbers[:, :3])
    q[:, at["upper_arm"]] = quat_exp(numbers[:, 3:6])
    q[:, at["forearm"]] = numbers[:, 6:7]
    q[:, at["wrist"]] = numbers[:, 7:8]
    q[:, at["hand"]] = quat_exp(numbers[:, 8:11])
