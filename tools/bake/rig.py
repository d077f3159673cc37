"""Our twenty-six joints and the weights of the skin, from the source's hundred bones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .pose import Posed
from .turn import Array

CENTRE = ("pelvis", "lumbar", "thorax", "chest", "neck", "head")
ARM = ("clavicle", "upper_arm", "forearm", "wrist", "hand")
LEG = ("thigh", "shank", "foot", "mid", "toes")
NAMES = (
    *CENTRE,
    *(f"{name}_{side}" for side in "lr" for name in ARM),
    *(f"{name}_{side}" for side in "lr" for name in LEG),
)

SOURCE = {
    "root": "pelvis",
    "pelvis": "pelvis",
    "spine05": "pelvis",
    "spine04": "lumbar",
    "spine03": "lumbar",
    "spine02": "thorax",
    "spine01": "chest",
    "neck": "neck",
    "head": "head",
    "eye": "head",
    "clavicle": "clavicle",
    "shoulder01": "clavicle",
    "upperarm": "upper_arm",
    "lowerarm": "forearm",
    "wrist": "hand",
    "finger": "hand",
    "metacarpal": "hand",
    "upperleg": "thigh",
    "lowerleg": "shank",
    "foot": "foot",
    "toe": "foot",
}
"""Source bone (by the start of its name) to our body, before the forearm is divided; the foot is made anew."""


@dataclass(frozen=True)
class Rigged:
    """Joints of the zero pose [m], shape (26, 3), and weights of every source vertex, shape (V, 26)."""

    names: tuple[str, ...]
    joints: Array
    weights: Array

    def joint(self, name: str) -> Array:
        """Centre of one joint [m], shape (3,)."""
        return self.joints[self.names.index(name)]


def mirror_bodies() -> list[int]:
    """Index of each body's mirror image."""
    swap = {"l": "r", "r": "l"}
    return [NAMES.index(n[:-1] + swap[n[-1]] if n[-2:] in ("_l", "_r") else n) for n in NAMES]


def rise(value: Array, low: float, high: float) -> Array:
    """Smooth step from 0 at ``low`` to 1 at ``high``."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _joints(posed: Posed) -> Array:
    at = posed.head
    tall = posed.height / 1.65
    hip, knee, ankle = at("upperleg01.L"), at("lowerleg01.L"), at("foot.L")
    toe = 0.5 * (at("toe1-1.L") + at("toe5-1.L"))
    shoulder, elbow, wrist = at("upperarm01.L"), at("lowerarm01.L"), at("wrist.L")
    level = np.array([shoulder[0], 0.0, shoulder[2]])
    elbow, wrist = (np.array([0.0, joint[1], 0.0]) + level for joint in (elbow, wrist))
    knee, ankle = (np.array([hip[0], hip[1], joint[2]]) for joint in (knee, ankle))
    left = {
        "pelvis": hip,
        # The trunk bends about its vertebral bodies, some 5.5 cm in front of the skin of the back.
        "lumbar": [-0.014 * tall, 0, at("spine04")[2]],
        "thorax": [0.002 * tall, 0, at("spine02")[2]],
        "chest": [-0.020 * tall, 0, at("spine01")[2]],
        "neck": [-0.008 * tall, 0, at("neck01")[2]],
        "head": at("head"),
        # Sternoclavicular joint: at the front of the chest.
        "clavicle": [0.030 * tall, at("clavicle.L")[1], at("clavicle.L")[2]],
        "upper_arm": shoulder,
        "forearm": elbow,
        "wrist": 0.5 * (elbow + wrist),
        "hand": wrist,
        "thigh": hip,
        "shank": knee,
        "foot": ankle,
        # Naviculocuneiform joint: the top of the arch. All three hinges lie in one sagittal plane.
        "mid": [ankle[0] + 0.058 * tall, ankle[1], 0.046 * tall],
        "toes": [toe[0] - 0.010 * tall, ankle[1], 0.021 * tall],
    }
    joints = np.zeros((len(NAMES), 3))
    for index, name in enumerate(NAMES):
        if name in CENTRE:
            joints[index] = np.array(left[name]) * np.array([1.0, 0.0, 1.0])
        else:
            stem, side = name.rsplit("_", 1)
            joints[index] = np.array(left[stem]) * np.array([1.0, 1.0 if side == "l" else -1.0, 1.0])
    return joints


def rig(posed: Posed) -> Rigged:
    """Place the joints and divide the source's weights among them."""
    morph = posed.morph
    joints = _joints(posed)
    weights = np.zeros((len(posed.vertices), len(NAMES)))
    for bone, label in enumerate(morph.labels):
        stem, _, side = label.partition(".")
        target = next(ours for start, ours in SOURCE.items() if stem.startswith(start))
        body = target if target in CENTRE else f"{target}_{side.lower()}"
        weights[:, NAMES.index(body)] += morph.weights[:, bone]
    for side in "lr":
        index = {stem: NAMES.index(f"{stem}_{side}") for stem in ARM}
        fore, wrist = index["forearm"], index["wrist"]
        elbow_y, hand_y = abs(joints[fore, 1]), abs(joints[index["hand"], 1])
        # Turning palm up or down winds the whole forearm, a little more at every centimetre.
        wound = rise(np.abs(posed.vertices[:, 1]), elbow_y + 0.02, hand_y - 0.02)
        weights[:, wrist] = weights[:, fore] * wound
        weights[:, fore] *= 1 - wound
    swap = mirror_bodies()
    weights = 0.5 * (weights + weights[morph.mirror][:, swap])
    return Rigged(names=NAMES, joints=joints, weights=weights / weights.sum(1, keepdims=True).clip(1e-12))
