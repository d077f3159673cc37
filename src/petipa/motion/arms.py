"""Arms, head and trunk: named positions as joint angles.

An arm's position is given for the left side in the chest's frame: where the wrist is from the shoulder
(in arm lengths), where the elbow points, and how the hand lies. The right arm is its mirror image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import NAMES, Skeleton
from petipa.mechanics import quat_exp, quat_from_matrix, quat_log, quat_to_matrix, rot_y
from petipa.motion.legs import DEG, MIRROR

Array = NDArray[np.float64]
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class ArmPose:
    """Wrist from shoulder [arm lengths], direction of the elbow, of the fingers, of the palm; girdle lift [degrees]."""

    wrist: Vector
    elbow: Vector
    fingers: Vector
    palm: Vector
    girdle: float = 0.0


_POSES: dict[str, ArmPose] = {
    "low": ArmPose((0.38, -0.06, -0.80), (0.10, 1.0, 0.0), (0.22, -0.62, -0.75), (-0.55, -0.55, 0.30)),
    "first": ArmPose((0.74, -0.10, -0.30), (0.0, 1.0, -0.15), (0.30, -0.95, -0.10), (-0.95, -0.25, 0.15)),
    "second": ArmPose((0.30, 0.87, -0.16), (-0.75, 0.0, 0.25), (0.50, 0.85, -0.16), (0.80, -0.45, -0.40)),
    "demi_second": ArmPose((0.32, 0.64, -0.60), (-0.55, 0.35, 0.0), (0.42, 0.70, -0.60), (0.70, -0.60, -0.30)),
    "up": ArmPose((0.26, -0.14, 0.84), (0.10, 1.0, 0.10), (0.05, -0.72, 0.62), (-0.10, -0.62, -0.75), girdle=14.0),
    "up_open": ArmPose((0.18, 0.42, 0.84), (-0.35, 0.75, 0.0), (0.10, 0.50, 0.86), (0.55, -0.70, 0.25), girdle=12.0),
    "front": ArmPose((0.97, -0.04, 0.12), (0.0, 0.55, -0.75), (0.99, -0.05, 0.10), (0.05, 0.0, -1.0), girdle=3.0),
    "front_high": ArmPose((0.88, -0.04, 0.40), (0.0, 0.6, -0.7), (0.88, -0.04, 0.42), (0.30, 0.0, -0.95), girdle=6.0),
    "side": ArmPose((0.02, 0.97, -0.06), (-0.70, 0.0, -0.30), (0.0, 0.99, -0.02), (0.30, -0.02, -0.95)),
    "back": ArmPose((-0.50, 0.82, -0.20), (0.30, 0.30, -0.60), (-0.45, 0.88, -0.10), (0.30, 0.15, -0.95)),
    "soft_side": ArmPose((0.22, 0.90, -0.28), (-0.60, 0.1, 0.10), (0.30, 0.92, -0.30), (0.55, -0.20, -0.80)),
    "heart": ArmPose((0.52, -0.22, -0.16), (-0.05, 0.9, -0.35), (0.0, -0.92, 0.30), (-0.95, -0.05, 0.15)),
}

# Each arms key of the language: left arm, right arm.
_ARMS: dict[str, tuple[str, str]] = {
    "preparatory": ("low", "low"),
    "first": ("first", "first"),
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
    "allonge_second": ("soft_side", "soft_side"),
    "heart": ("heart", "heart"),
    "reverence": ("soft_side", "soft_side"),
    "fourth_croise_r": ("second", "up"),
}

# Yaw to her left, pitch down, tilt to her right [degrees].
_HEADS: dict[str, tuple[float, float, float]] = {
    "front": (0.0, -2.0, 0.0),
    "right": (-38.0, -4.0, 4.0),
    "left": (38.0, -4.0, -4.0),
    "up_right": (-34.0, -16.0, 6.0),
    "up_left": (34.0, -16.0, -6.0),
    "down_right": (-34.0, 14.0, 8.0),
    "down_left": (34.0, 14.0, -8.0),
    "up": (0.0, -18.0, 0.0),
    "down": (0.0, 24.0, 0.0),
    "incline_right": (-14.0, 4.0, 14.0),
    "incline_left": (14.0, 4.0, -14.0),
    "spot": (0.0, -2.0, 0.0),
}

ARM_WIDTH = 11  # clavicle 3, upper arm 3, elbow 1, twist 1, hand 3


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


def _unit(v: Array) -> Array:
    return np.asarray(v / np.linalg.norm(v))


def _solve(skeleton: Skeleton, pose: ArmPose) -> Array:
    """Eleven joint numbers of the left arm."""
    fore = NAMES.index("forearm_l")
    wrist_body, hand = NAMES.index("wrist_l"), NAMES.index("hand_l")
    bone = skeleton.offsets[fore]
    rest = skeleton.offsets[wrist_body] + skeleton.offsets[hand]
    a, b = float(np.linalg.norm(bone)), float(np.linalg.norm(rest))
    target = np.array(pose.wrist) * (a + b)
    dist = min(float(np.linalg.norm(target)), (a + b) * 0.9995)
    u = _unit(target)
    at_shoulder = np.arccos(np.clip((a * a + dist**2 - b * b) / (2 * a * dist), -1, 1))
    elbow = np.arccos(np.clip((dist**2 - a * a - b * b) / (2 * a * b), -1, 1))
    pole = np.array(pose.elbow)
    pole = _unit(pole - (pole @ u) * u)
    along = np.cos(at_shoulder) * u + np.sin(at_shoulder) * pole
    bend = -_unit(pole - (pole @ along) * along)  # the forearm folds away from where the elbow points
    R_upper = np.stack([bend, along, np.cross(bend, along)], axis=-1)
    c, s = np.cos(elbow), np.sin(elbow)
    R_fore = R_upper @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    y = _unit(np.array(pose.fingers))
    z = -np.array(pose.palm)
    z = _unit(z - (z @ y) * y)
    R_hand = np.stack([np.cross(y, z), y, z], axis=-1)
    relative = quat_from_matrix(R_fore.T @ R_hand)
    twist = 2 * np.arctan2(relative[2], relative[0])
    twist = (twist + np.pi) % (2 * np.pi) - np.pi
    twist = float(np.clip(twist, -80 * DEG, 80 * DEG))
    swing = quat_log(quat_from_matrix(rot_y(-twist) @ quat_to_matrix(relative)))
    angle = np.linalg.norm(swing)
    swing = swing * min(1.0, 55 * DEG / max(float(angle), 1e-9))
    girdle = np.array([pose.girdle * DEG, 0.0, 0.0])
    R_girdle = quat_to_matrix(quat_exp(girdle))
    shoulder = quat_log(quat_from_matrix(R_girdle.T @ R_upper))
    return np.concatenate([girdle, shoulder, [elbow], [twist], swing])


def arm_numbers(skeleton: Skeleton, name: str) -> tuple[Array, Array]:
    """Left and right arm of an arms key, eleven joint numbers each (clavicle, upper arm, elbow, twist, hand)."""
    left, right = _ARMS[name]
    flip = np.concatenate([MIRROR, MIRROR, [1.0, 1.0], MIRROR])
    return _solve(skeleton, _POSES[left]), _solve(skeleton, _POSES[right]) * flip


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
