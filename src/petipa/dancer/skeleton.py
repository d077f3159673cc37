"""The dancer's skeleton: twenty-six rigid bodies, one joint each, sixty-one degrees of freedom.

In the zero pose she stands in a T, facing +x, legs parallel, palms down, and every body frame is
aligned with the world. Segment masses, centres and radii of gyration are those of young women in
P. de Leva, J. Biomech. 29 (1996) 1223-1230, table 4; segments the table does not split (mid-trunk,
head and neck, foot) are divided by length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Joint(IntEnum):
    """How a body moves on its parent."""

    ROOT = 0
    BALL = 1
    HINGE = 2


_TREE: tuple[tuple[str, int, Joint, tuple[float, float, float]], ...] = (
    ("pelvis", -1, Joint.ROOT, (0, 0, 0)),
    ("lumbar", 0, Joint.BALL, (0, 0, 0)),
    ("thorax", 1, Joint.BALL, (0, 0, 0)),
    ("chest", 2, Joint.BALL, (0, 0, 0)),
    ("neck", 3, Joint.BALL, (0, 0, 0)),
    ("head", 4, Joint.BALL, (0, 0, 0)),
    ("clavicle_l", 3, Joint.BALL, (0, 0, 0)),
    ("upper_arm_l", 6, Joint.BALL, (0, 0, 0)),
    ("forearm_l", 7, Joint.HINGE, (0, 0, -1)),
    ("wrist_l", 8, Joint.HINGE, (0, 1, 0)),
    ("hand_l", 9, Joint.BALL, (0, 0, 0)),
    ("clavicle_r", 3, Joint.BALL, (0, 0, 0)),
    ("upper_arm_r", 11, Joint.BALL, (0, 0, 0)),
    ("forearm_r", 12, Joint.HINGE, (0, 0, 1)),
    ("wrist_r", 13, Joint.HINGE, (0, 1, 0)),
    ("hand_r", 14, Joint.BALL, (0, 0, 0)),
    ("thigh_l", 0, Joint.BALL, (0, 0, 0)),
    ("shank_l", 16, Joint.HINGE, (0, 1, 0)),
    ("foot_l", 17, Joint.BALL, (0, 0, 0)),
    ("mid_l", 18, Joint.HINGE, (0, 1, 0)),
    ("toes_l", 19, Joint.HINGE, (0, 1, 0)),
    ("thigh_r", 0, Joint.BALL, (0, 0, 0)),
    ("shank_r", 21, Joint.HINGE, (0, 1, 0)),
    ("foot_r", 22, Joint.BALL, (0, 0, 0)),
    ("mid_r", 23, Joint.HINGE, (0, 1, 0)),
    ("toes_r", 24, Joint.HINGE, (0, 1, 0)),
)

NAMES: tuple[str, ...] = tuple(row[0] for row in _TREE)
PARENTS: tuple[int, ...] = tuple(row[1] for row in _TREE)

# Share of body mass; centre as a share of the way from the body's joint to its far end; radii of
# gyration (about x: frontal, y: sagittal swing, z) as shares of the segment's length, in zero pose axes.
_MASS: dict[str, tuple[float, float, tuple[float, float, float]]] = {
    "pelvis": (0.1247, 0.30, (0.43, 0.40, 0.44)),
    "lumbar": (0.0700, 0.50, (0.46, 0.38, 0.46)),
    "thorax": (0.0765, 0.50, (0.46, 0.38, 0.46)),
    "chest": (0.1385, 0.55, (0.46, 0.32, 0.45)),
    "neck": (0.0120, 0.50, (0.33, 0.33, 0.25)),
    "head": (0.0548, 0.50, (0.29, 0.30, 0.26)),
    "clavicle": (0.0080, 0.70, (0.25, 0.10, 0.25)),
    "upper_arm": (0.0255, 0.5754, (0.278, 0.148, 0.260)),
    "forearm": (0.0088, 0.50, (0.29, 0.12, 0.29)),
    "wrist": (0.0050, 0.50, (0.29, 0.12, 0.29)),
    "hand": (0.0056, 0.40, (0.30, 0.19, 0.30)),
    "thigh": (0.1478, 0.3612, (0.369, 0.364, 0.162)),
    "shank": (0.0481, 0.4416, (0.271, 0.267, 0.093)),
    "foot": (0.0060, 0.45, (0.30, 0.35, 0.35)),
    "mid": (0.0045, 0.50, (0.25, 0.30, 0.30)),
    "toes": (0.0024, 0.45, (0.25, 0.30, 0.30)),
}


@dataclass(frozen=True)
class Sole:
    """The points of one pointe shoe that can meet the floor, each in its body's frame [m].

    Attributes
    ----------
    heel : (3,) in the foot body
    ball_medial, ball_lateral : (3,) in the mid body
    toe_tip : (3,) in the toes body, at the end of the sole
    platform : (4, 3) in the toes body, corners of the flat tip she stands on en pointe
    """

    heel: Array
    ball_medial: Array
    ball_lateral: Array
    toe_tip: Array
    platform: Array


@dataclass(frozen=True)
class Skeleton:
    """Joint tree with masses; shapes in the order of `names`.

    Attributes
    ----------
    parents : (26,) int
    kinds : (26,) int, `Joint`
    axes : (26, 3) hinge axes in the body frame
    offsets : (26, 3) [m] joint in the parent's frame in the zero pose (root: its zero-pose position)
    masses : (26,) [kg]; coms : (26, 3) [m]; inertias : (26, 3, 3) [kg m2] about the body's own centre
    q_at, v_at : (26,) first index of the body's joint in a configuration / a tangent vector
    soles : left and right `Sole`
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    kinds: NDArray[np.int64]
    axes: Array
    offsets: Array
    masses: Array
    coms: Array
    inertias: Array
    q_at: NDArray[np.int64]
    v_at: NDArray[np.int64]
    soles: tuple[Sole, Sole]

    @property
    def nq(self) -> int:
        """Length of a configuration."""
        return 77

    @property
    def nv(self) -> int:
        """Degrees of freedom."""
        return 61

    @property
    def mass(self) -> float:
        """Body mass [kg]."""
        return float(self.masses.sum())

    def index(self, name: str) -> int:
        """Index of a body by name."""
        return self.names.index(name)

    def q_slice(self, body: int) -> slice:
        """Where a body's joint lies in a configuration (the root's ball without its translation)."""
        width = 1 if self.kinds[body] == Joint.HINGE else 4
        start = int(self.q_at[body]) + (3 if self.kinds[body] == Joint.ROOT else 0)
        return slice(start, start + width)

    def v_slice(self, body: int) -> slice:
        """Where a body's joint lies in a tangent vector (the root's ball without its translation)."""
        width = 1 if self.kinds[body] == Joint.HINGE else 3
        start = int(self.v_at[body]) + (3 if self.kinds[body] == Joint.ROOT else 0)
        return slice(start, start + width)

    def zero(self) -> Array:
        """The zero pose, shape (77,), feet on the floor."""
        q = np.zeros(self.nq)
        q[:3] = self.offsets[0]
        for body, kind in enumerate(self.kinds):
            if kind != Joint.HINGE:
                q[self.q_slice(body).start] = 1.0
        return q


def build_skeleton(
    joints: Array, sole_left: dict[str, Array], head_top: float, *, mass: float, volumes: Array | None = None
) -> Skeleton:
    """A skeleton from zero-pose joint centres.

    Parameters
    ----------
    joints : (26, 3) zero-pose joint centres in the world [m], in the order of `NAMES`
    sole_left : heel, ball_medial, ball_lateral, toe_tip (3,) and platform (4, 3) of the left shoe, world, zero pose
    head_top : height of the crown [m]
    mass : body mass [kg]
    volumes : (26,) how much more there is of each body than the tables' women have; 1 when not given
    """
    parents = np.array([row[1] for row in _TREE])
    kinds = np.array([int(row[2]) for row in _TREE])
    axes = np.array([row[3] for row in _TREE], dtype=np.float64)
    offsets = joints - np.where(parents[:, None] >= 0, joints[parents], 0.0)

    def tip(body: int) -> Array:
        name = NAMES[body]
        side = 1.0 if name.endswith("_l") else -1.0
        if name == "head":
            return np.array([joints[body, 0] + 0.015, 0.0, head_top])
        if name.startswith("hand"):
            return np.asarray(joints[body] + np.array([0.0, side * 0.175, -0.01]))
        if name.startswith("toes"):
            return np.asarray(sole_left["toe_tip"] * np.array([1.0, side, 1.0]) + np.array([0, 0, 0.012]))
        if name == "pelvis":
            return np.asarray(0.5 * (joints[NAMES.index("thigh_l")] + joints[NAMES.index("thigh_r")]))
        if name == "chest":
            return np.asarray(joints[NAMES.index("neck")])
        return np.asarray(joints[int(np.flatnonzero(parents == body)[0])])

    masses = np.zeros(26)
    coms = np.zeros((26, 3))
    inertias = np.zeros((26, 3, 3))
    for body, name in enumerate(NAMES):
        share, way, radii = _MASS[name.removesuffix("_l").removesuffix("_r")]
        along = tip(body) - joints[body]
        # The trunk's segments are short and wide: their radii refer to the trunk's own depth and width.
        length = max(float(np.linalg.norm(along)), 0.20 if body in (0, 1, 2, 3) else 0.05)
        masses[body] = share * mass
        coms[body] = way * along
        inertias[body] = np.diag(masses[body] * (np.array(radii) * length) ** 2)
    if volumes is not None:
        masses *= volumes
        inertias *= volumes[:, None, None] * mass / masses.sum()
    masses *= mass / masses.sum()

    q_at, v_at = np.zeros(26, dtype=np.int64), np.zeros(26, dtype=np.int64)
    nq = nv = 0
    for body, kind in enumerate(kinds):
        q_at[body], v_at[body] = nq, nv
        nq += {Joint.ROOT: 7, Joint.BALL: 4, Joint.HINGE: 1}[Joint(int(kind))]
        nv += {Joint.ROOT: 6, Joint.BALL: 3, Joint.HINGE: 1}[Joint(int(kind))]

    def sole(side: str) -> Sole:
        sign = np.array([1.0, 1.0 if side == "l" else -1.0, 1.0])
        foot, mid, toes = (joints[NAMES.index(f"{part}_{side}")] for part in ("foot", "mid", "toes"))
        return Sole(
            heel=sole_left["heel"] * sign - foot,
            ball_medial=sole_left["ball_medial"] * sign - mid,
            ball_lateral=sole_left["ball_lateral"] * sign - mid,
            toe_tip=sole_left["toe_tip"] * sign - toes,
            platform=sole_left["platform"] * sign - toes,
        )

    return Skeleton(
        names=NAMES,
        parents=parents,
        kinds=kinds,
        axes=axes,
        offsets=offsets,
        masses=masses,
        coms=coms,
        inertias=inertias,
        q_at=q_at,
        v_at=v_at,
        soles=(sole("l"), sole("r")),
    )
