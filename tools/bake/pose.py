"""Bring the shaped mesh from the source's A-pose to our zero pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .morph import Morph
from .turn import MIRROR, Array, about, between, blend, frame, unit

HIP_HALF_WIDTH = 0.052
"""Half distance of the hip centres as a share of standing height (adult women, about 17 cm at 1.65 m)."""

SOLE = 0.003
"""Thickness of the shoe under the foot [m]."""

FINGERS = {
    # finger: (curl at knuckle, middle joint, end joint; turn toward the middle finger) [deg]
    2: (-6.0, 4.0, 3.0, -13.0),
    3: (12.0, 8.0, 5.0, -3.0),
    4: (10.0, 8.0, 5.0, 12.0),
    5: (-4.0, 6.0, 4.0, 17.0),
}
"""The ballet hand: index and little finger long and a little lifted, the two between them together and softly in."""


@dataclass(frozen=True)
class Posed:
    """The mesh in zero pose, scaled, soles on the floor, with the source's bones where they now are.

    ``heads`` are source bone heads [m], shape (B, 3); ``scale`` is her size against the source's; everything else is as
    in ``Morph``.
    """

    morph: Morph
    vertices: Array
    heads: Array
    height: float
    scale: float

    def head(self, name: str) -> Array:
        """Head of one source bone [m], shape (3,)."""
        return self.heads[self.morph.labels.index(name)]


def _leg(morph: Morph, turns: dict[str, Array], hip: Array) -> None:
    knee, ankle = morph.head("lowerleg01.L"), morph.head("foot.L")
    thigh = between(knee - hip, np.array([0.0, 0.0, -1.0]))
    shank = between(ankle - knee, np.array([0.0, 0.0, -1.0]))
    toes = 0.5 * (morph.head("toe2-1.L") + morph.head("toe3-1.L")) - ankle
    yaw = about((0, 0, 1), -np.degrees(np.arctan2(toes[1], toes[0])))
    turns |= {"upperleg01.L": thigh, "upperleg02.L": thigh, "lowerleg01.L": shank, "lowerleg02.L": shank}
    turns |= {name: yaw for name in morph.labels if name.endswith(".L") and name.startswith(("foot", "toe"))}


def _arm(morph: Morph, turns: dict[str, Array]) -> None:
    shoulder, elbow, wrist = (morph.head(f"{name}.L") for name in ("upperarm01", "lowerarm01", "wrist"))
    upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
    hinge = unit(np.cross(upper, fore))
    along = np.array([0.0, 1.0, 0.0])
    down = np.array([0.0, 0.0, -1.0])
    # The elbow folds forward: its hinge, whatever the A-pose made of it, becomes the -z axis.
    arm = frame(along, down) @ frame(upper, hinge).T
    forearm = frame(along, down) @ frame(fore, hinge).T
    knuckles = [morph.head(f"finger{i}-1.L") for i in (2, 3, 4, 5)]
    reach = unit(np.mean(knuckles, axis=0) - wrist)
    across = unit(knuckles[0] - knuckles[3])
    hand = frame(along, np.array([1.0, 0.0, 0.0])) @ frame(reach, across).T
    twist = hand @ forearm.T
    angle = np.degrees(np.arctan2(twist[0, 2] - twist[2, 0], twist[0, 0] + twist[2, 2]))
    turns |= {"upperarm01.L": arm, "upperarm02.L": arm}
    turns |= {"lowerarm01.L": about(along, 0.3 * angle) @ forearm, "lowerarm02.L": about(along, 0.8 * angle) @ forearm}
    for name in morph.labels:
        if name.endswith(".L") and name.startswith(("wrist", "finger", "metacarpal")):
            turns[name] = hand
    back, side = np.array([0.0, 0.0, 1.0]), np.array([-1.0, 0.0, 0.0])
    for finger, (*curls, spread) in FINGERS.items():
        bent = hand
        for joint, curl in enumerate(curls, start=1):
            bent = about(side, curl) @ (about(back, -spread) @ bent if joint == 1 else bent)
            turns[f"finger{finger}-{joint}.L"] = bent
    # The thumb lies under the hand, its tip toward the middle finger.
    thumb = about((0, 1, 0), 30.0) @ about((0, 0, 1), 21.0) @ about((1, 0, 0), 14.0) @ hand
    turns["finger1-1.L"] = thumb
    turns["finger1-2.L"] = about((0, 0, 1), 12.0) @ thumb
    turns["finger1-3.L"] = about((0, 0, 1), 8.0) @ thumb


def to_zero_pose(morph: Morph, *, height: float) -> Posed:
    """Pose, scale to a standing height [m], stand on the floor with the hips at x = y = 0."""
    body = np.unique(morph.quads["body"])
    tall = float(np.ptp(morph.vertices[body, 2]))
    hip = morph.head("upperleg01.L").copy()
    hip[1] = HIP_HALF_WIDTH * tall
    turns: dict[str, Array] = {}
    _leg(morph, turns, hip)
    _arm(morph, turns)
    for name in [n for n in turns if n.endswith(".L")]:
        turns[name[:-1] + "R"] = MIRROR @ turns[name] @ MIRROR
    heads = morph.heads.copy()
    for side, sign in (("L", 1.0), ("R", -1.0)):
        heads[morph.labels.index(f"upperleg01.{side}")] = hip * np.array([1.0, sign, 1.0])
    moved = heads.copy()
    rotation = np.empty((len(heads), 3, 3))
    for bone, (name, parent) in enumerate(zip(morph.labels, morph.parents, strict=True)):
        rotation[bone] = turns.get(name, np.eye(3) if parent < 0 else rotation[parent])
        if parent >= 0:
            moved[bone] = moved[parent] + rotation[parent] @ (heads[bone] - heads[parent])
    vertices = blend(morph.vertices, morph.weights, rotation, heads, moved)
    mirrored = vertices[morph.mirror] * np.array([1.0, -1.0, 1.0])
    vertices[body] = 0.5 * (vertices + mirrored)[body]
    scale = height / float(np.ptp(vertices[body, 2]))
    hips = 0.5 * (moved[morph.labels.index("upperleg01.L")] + moved[morph.labels.index("upperleg01.R")])
    origin = np.array([hips[0], 0.0, vertices[body, 2].min() - SOLE / scale])
    return Posed(
        morph=morph, vertices=(vertices - origin) * scale, heads=(moved - origin) * scale, height=height, scale=scale
    )
