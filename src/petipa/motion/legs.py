"""Legs in ballet's own terms: feet that roll from flat to pointe, named poses, two-bone inverse kinematics.

A leg is nine numbers: the thigh's rotation in the heading frame (rotation vector, 3), knee flexion, the
ankle's rotation (3), mid-foot and toes. Poses are given for the left leg and mirrored for the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer import NAMES, Dancer, Skeleton
from petipa.mechanics import quat_exp, quat_from_matrix, quat_log, quat_to_matrix, rot_y, rot_z

Array = NDArray[np.float64]

DEG = np.pi / 180.0
FLAT, DEMI, POINTE = 0.0, 1.0, 2.0
DEMI_PITCH = 62 * DEG
ARCH_DEMI, ARCH_POINTE = 8 * DEG, 28 * DEG
TORSION = 12 * DEG  # tibial torsion: the foot turns out that much further than the knee
PLIE_DROP = 0.09  # share of its length by which a leg is shorter in plié
MIRROR = np.array([-1.0, 1.0, -1.0])  # a rotation vector seen in a mirror across y


@dataclass(frozen=True, eq=False)
class LegGeometry:
    """Lengths of one leg and its shoe [m]; `side` is +1 for left, -1 for right. Only itself is equal to it."""

    side: float
    hip: Array
    thigh: Array
    shank: Array
    mid: Array
    toes: Array
    heel: Array
    balls: Array
    tip: Array
    platform: Array
    standing_ankle: float

    @property
    def lengths(self) -> tuple[float, float]:
        """Thigh and shank [m]."""
        return float(np.linalg.norm(self.thigh)), float(np.linalg.norm(self.shank))


def leg_geometry(skeleton: Skeleton, side: int) -> LegGeometry:
    """Geometry of the left (0) or right (1) leg."""
    suffix = "lr"[side]
    at = {part: NAMES.index(f"{part}_{suffix}") for part in ("thigh", "shank", "foot", "mid", "toes")}
    sole = skeleton.soles[side]
    return LegGeometry(
        side=1.0 - 2.0 * side,
        hip=skeleton.offsets[at["thigh"]],
        thigh=skeleton.offsets[at["shank"]],
        shank=skeleton.offsets[at["foot"]],
        mid=skeleton.offsets[at["mid"]],
        toes=skeleton.offsets[at["toes"]],
        heel=sole.heel,
        balls=np.stack([sole.ball_medial, sole.ball_lateral]),
        tip=sole.toe_tip,
        platform=sole.platform,
        standing_ankle=float(-sole.heel[2]),
    )


def foot_pitches(roll: Array) -> tuple[Array, Array, Array]:
    """Pitch [rad] of hindfoot, mid-foot and toes of a foot standing at a roll of 0 flat, 1 demi-pointe, 2 pointe."""
    rise, over = np.clip(roll, 0, 1), np.clip(roll - 1, 0, 1)
    mid = DEMI_PITCH * rise + (np.pi / 2 - DEMI_PITCH) * over
    arch = ARCH_DEMI * rise + (ARCH_POINTE - ARCH_DEMI) * over
    return mid - arch, mid, np.pi / 2 * over


def standing_foot(leg: LegGeometry, anchor: Array, yaw: Array, roll: Array) -> tuple[Array, Array]:
    """Ankle of a foot on the floor.

    Parameters
    ----------
    anchor : (F, 2) [m] where the end of the shoe's sole stands; yaw : (F,) [rad]; roll : (F,) 0 flat .. 2 pointe

    Returns
    -------
    ankle : (F, 3) [m]; rotation : (F, 3, 3) of the foot body
    """
    hind, mid, toe = foot_pitches(roll)
    turn = rot_z(yaw)
    R_foot, R_mid, R_toe = turn @ rot_y(hind), turn @ rot_y(mid), turn @ rot_y(toe)
    points = np.concatenate([leg.tip[None], leg.platform])
    low = np.einsum("fij,kj->fki", R_toe, points - leg.tip)[..., 2].min(axis=1)
    toes = np.concatenate([anchor, -low[:, None]], axis=1) - R_toe @ leg.tip
    ankle = toes - R_mid @ leg.toes - R_foot @ leg.mid
    return ankle, R_foot


def pressure_point(leg: LegGeometry, anchor: Array, yaw: Array, roll: Array) -> Array:
    """Where weight rests under a standing foot, (F, 2) [m]: arch when flat, under the toes, then the tip.

    `roll` -1 is before the heel, where a plié on one leg has it.
    """
    length = leg.tip[0] + leg.toes[0] + leg.mid[0] - leg.heel[0]
    back = np.interp(roll, [-1.0, 0.0, 1.0, 2.0], [0.56 * length, 0.42 * length, 0.45 * leg.tip[0], 0.0])
    tip_forward = leg.platform[:, 2].mean() - leg.tip[2]
    back = back - np.interp(roll, [1.0, 2.0], [0.0, tip_forward])
    return np.asarray(anchor - back[:, None] * np.stack([np.cos(yaw), np.sin(yaw)], axis=1))


def reach(leg: LegGeometry, knee: Array) -> Array:
    """Distance hip to ankle [m] at a knee flexion [rad]."""
    a, b = leg.lengths
    return np.asarray(np.sqrt(a * a + b * b + 2 * a * b * np.cos(knee)))


def leg_ik(leg: LegGeometry, hip: Array, ankle: Array, pole: Array) -> tuple[Array, Array, Array]:
    """Thigh rotation and knee that bring the ankle to a place, the knee pointing along `pole`.

    Parameters
    ----------
    hip, ankle, pole : (F, 3) world

    Returns
    -------
    R_thigh : (F, 3, 3); knee : (F,) flexion [rad]; miss : (F,) [m] by which the leg is too short
    """
    out, knee, miss = np.empty((len(hip), 3, 3)), np.empty(len(hip)), np.empty(len(hip))
    # The bones of a baked leg are not exactly along z in the zero pose: undo the thigh's own slant.
    _two_bones(hip, ankle, pole, *leg.lengths, _upright(leg.thigh), out, knee, miss)
    return out, knee, miss


@njit(cache=True)
def _two_bones(hip, ankle, pole, a, b, slant, R, bend, miss):  # type: ignore[no-untyped-def]
    """The inside of `leg_ik`, with the thigh's slant (3, 3) in the zero pose: R (F, 3, 3), bend (F,), miss (F,)."""
    u, forward, x, y, z = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for f in range(hip.shape[0]):
        full = 0.0
        for i in range(3):
            u[i] = ankle[f, i] - hip[f, i]
            full += u[i] * u[i]
        full = np.sqrt(full)
        u /= max(full, 1e-9)
        miss[f] = max(full - (a + b), 0.0)
        dist = min(max(full, 0.15), a + b - 1e-7)
        bend[f] = np.arccos(min(max((dist * dist - a * a - b * b) / (2 * a * b), -1.0), 1.0))
        at_hip = np.arccos(min(max((a * a + dist * dist - b * b) / (2 * a * dist), -1.0), 1.0))
        along = pole[f, 0] * u[0] + pole[f, 1] * u[1] + pole[f, 2] * u[2]
        for i in range(3):
            forward[i] = pole[f, i] - along * u[i]
        forward /= max(np.sqrt(forward[0] ** 2 + forward[1] ** 2 + forward[2] ** 2), 1e-9)
        along = 0.0
        for i in range(3):
            z[i] = -(np.cos(at_hip) * u[i] + np.sin(at_hip) * forward[i])
            along += forward[i] * z[i]
        for i in range(3):
            x[i] = forward[i] - along * z[i]
        y[0], y[1], y[2] = z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]
        y /= max(np.sqrt(y[0] ** 2 + y[1] ** 2 + y[2] ** 2), 1e-9)
        x[0], x[1], x[2] = y[1] * z[2] - y[2] * z[1], y[2] * z[0] - y[0] * z[2], y[0] * z[1] - y[1] * z[0]
        for i in range(3):
            for j in range(3):
                R[f, i, j] = x[i] * slant[j, 0] + y[i] * slant[j, 1] + z[i] * slant[j, 2]


def _upright(bone: Array) -> Array:
    """Rotation that turns -z onto a bone's zero-pose direction (small)."""
    u = bone / np.linalg.norm(bone)
    axis = np.cross([0.0, 0.0, -1.0], u)
    s = float(np.linalg.norm(axis))
    if s < 1e-12:
        return np.eye(3)
    return quat_to_matrix(quat_exp(axis / s * np.arcsin(min(s, 1.0))))


def lift(azimuth: float, elevation: float, turnout: float) -> Array:
    """Thigh rotation of a left leg raised toward an azimuth (0 front, 90 side, 180 back) [degrees]."""
    swing = rot_z(azimuth * DEG) @ rot_y(-elevation * DEG) @ rot_z(-azimuth * DEG)
    return np.asarray(swing @ rot_z(turnout * DEG))


POINTED = np.array([0.0, 56 * DEG, 0.0, 27 * DEG, 12 * DEG])  # ankle rotation vector, mid-foot, toes
RELAXED = np.array([0.0, 35 * DEG, 0.0, 15 * DEG, 5 * DEG])
FLEXED = np.array([0.0, -5 * DEG, 0.0, 0.0, 0.0])


@dataclass(frozen=True)
class LegPose:
    """A left leg in the air, heading frame: azimuth, elevation, turnout, knee [degrees]; the foot's five numbers."""

    azimuth: float
    elevation: float
    turnout: float
    knee: float = 1.0
    foot: tuple[float, ...] = tuple(POINTED)
    touch: bool = False


def pose_table(name: str, height: float | None) -> LegPose:
    """A named pose of the working leg; heights in degrees from the vertical.

    Retiré, cou-de-pied and passé are returned by `bent_pose`, which needs the standing leg.
    """
    h = height if height is not None else 90.0
    table = {
        "devant": LegPose(8.0, h, 52.0),
        "seconde": LegPose(78.0, h, 56.0 + 0.22 * min(h, 90.0)),
        "derriere": LegPose(172.0, h, 50.0, knee=1.0),
        "arabesque": LegPose(172.0, h, 48.0, knee=1.0),
        "croise_derriere": LegPose(178.0, h, 50.0),
        "attitude": LegPose(160.0, h, 50.0, knee=75.0),
        "attitude_devant": LegPose(14.0, h, 60.0, knee=65.0),
        "attitude_devant_open": LegPose(30.0, h + 2.0, 78.0, knee=62.0),
        "attitude_devant_lifted": LegPose(36.0, h + 3.0, 92.0, knee=58.0),
        "attitude_turned": LegPose(152.0, h, 72.0, knee=74.0),
        "attitude_allongee": LegPose(166.0, h, 50.0, knee=32.0),
        "attitude_square": LegPose(156.0, h, 52.0, knee=88.0),
        "tendu_attitude": LegPose(80.0, 14.7, 50.0, knee=50.7, touch=True),
        "tendu_devant": LegPose(8.0, 24.0, 52.0, touch=True),
        "tendu_seconde": LegPose(80.0, 24.0, 54.0, touch=True),
        "tendu_derriere": LegPose(172.0, 24.0, 52.0, touch=True),
        "tendu_through": LegPose(90.0, 3.0, 46.0, knee=14.0, foot=(0.0, 0.0, 0.0, 0.0, 0.0), touch=True),
        "tendu_oblique_devant": LegPose(44.0, 24.0, 54.0, touch=True),
        "tendu_oblique_derriere": LegPose(126.0, 24.0, 52.0, touch=True),
        "oblique_devant": LegPose(44.0, h, 56.0),
        "oblique_derriere": LegPose(128.0, h, 52.0),
        "paw_devant": LegPose(42.0, h, 56.0, knee=58.0),
        "paw_seconde": LegPose(96.0, h, 62.0, knee=58.0),
        "paw_derriere": LegPose(146.0, h, 52.0, knee=58.0),
        "oval_in": LegPose(78.0, h, 56.0 + 0.22 * min(h, 90.0), knee=min(h + 28.0, 95.0)),
        "oval_front": LegPose(78.0, h, 64.0 + 0.22 * min(h, 90.0), knee=52.0),
        "oval_back": LegPose(78.0, h, 44.0 + 0.22 * min(h, 90.0), knee=52.0),
        "aloft": LegPose(90.0, 2.0, 46.0, knee=3.0),
        "kept": LegPose(58.0, 8.5, 52.0, knee=17.0),
        "opened": LegPose(88.0, 10.0, 48.0, knee=2.0),
        "opened_wide": LegPose(86.0, 27.0, 50.0, knee=2.0),
        "parted": LegPose(88.0, 7.0, 48.0, knee=2.0),
        "beat_front": LegPose(-58.0, 7.5, 46.0, knee=2.0),
        "beat_back": LegPose(-122.0, 7.5, 46.0, knee=2.0),
        "brushed_devant": LegPose(48.0, h, 52.0, knee=2.0),
        "brushed_derriere": LegPose(118.0, h, 50.0, knee=2.0),
        "coupe_devant": LegPose(60.0, 63.0, 65.0, knee=88.0),
        "coupe_derriere": LegPose(84.0, 60.0, 72.0, knee=89.0),
        "unfolding": LegPose(12.0, h, 54.0, knee=48.0),
        "drawn": LegPose(24.0, h, 58.0, knee=105.0),
        "gathered": LegPose(-84.0, h, 44.0, knee=2.0),
        "tight_front": LegPose(-72.0, 6.5, 46.0, knee=2.0),
        "tight_back": LegPose(-108.0, 6.5, 46.0, knee=2.0),
        "fish": LegPose(186.0, h, 46.0, knee=6.0),
        "swing_back": LegPose(172.0, 22.0, 46.0, knee=8.0),
        "struck_devant": LegPose(-4.0, h + 2.0, 50.0, knee=2.0),
        "strikes_devant": LegPose(-6.0, h - 5.0, 50.0, knee=2.0),
        "struck_derriere": LegPose(184.0, h + 2.0, 48.0, knee=2.0),
        "strikes_derriere": LegPose(187.0, h - 4.0, 48.0, knee=2.0),
        "second_air": LegPose(85.0, 18.0, 50.0, knee=3.0),
        "behind_bent": LegPose(170.0, 14.0, 40.0, knee=40.0),
        "front_low": LegPose(8.0, 18.0, 48.0, knee=6.0),
        "behind_low": LegPose(172.0, 16.0, 48.0, knee=6.0),
        "joined_front": LegPose(-56.0, 6.2, 46.0, knee=1.5),
        "joined_back": LegPose(-124.0, 6.2, 46.0, knee=1.5),
        "drawn_front": LegPose(52.0, 42.0, 56.0, knee=82.0),
        "drawn_back": LegPose(84.0, 36.0, 58.0, knee=82.0),
        "tucked": LegPose(74.0, 60.0, 62.0, knee=108.0),
        "tucked_front": LegPose(58.0, 60.0, 60.0, knee=104.0),
        "angel": LegPose(166.0, 34.0, 48.0, knee=70.0),
        "rond_back": LegPose(92.0, 50.0, 62.0, knee=58.0),
        "rond_in": LegPose(76.0, 50.0, 66.0, knee=100.0),
        "rond_front": LegPose(60.0, 52.0, 62.0, knee=58.0),
        "swing_through": LegPose(90.0, 8.0, 42.0, knee=48.0, foot=tuple(RELAXED)),
        "through_low": LegPose(90.0, 7.0, 46.0, knee=34.0),
        "knee_front": LegPose(12.0, 30.0, 46.0, knee=60.0),
        "knee_high": LegPose(12.0, 46.0, 50.0, knee=84.0),
    }
    if name not in table:
        raise KeyError(name)
    return table[name]


BENT = (
    "retire",
    "retire_derriere",
    "cou_de_pied_devant",
    "cou_de_pied_cote",
    "serre",
    "battu",
    "cou_de_pied_derriere",
    "cou_de_pied_close_derriere",
    "cou_de_pied_devant_plie",
    "cou_de_pied_derriere_plie",
    "passe",
    "passe_bas",
)


@lru_cache(maxsize=64)
def bent_pose(leg: LegGeometry, name: str) -> tuple[Array, float]:
    """Thigh rotation (3, 3) in the heading frame and knee [rad] of a left-handed retiré or cou-de-pied.

    The tip of the shoe is brought to the standing knee (retiré) or ankle (cou-de-pied), seen from the
    working hip with the standing leg straight below the other hip, or in plié where the name says so.
    """
    a, b = leg.lengths
    total = a + b
    low = -total * (1.0 - PLIE_DROP) + 0.03
    between = -2 * abs(leg.hip[1])
    tip = {
        "retire": np.array([0.045, between + 0.030, -a * 0.98]),
        "passe": np.array([0.0, between + 0.050, -a * 0.98]),
        "passe_bas": np.array([0.0, between + 0.085, -total * 0.8]),
        "retire_derriere": np.array([-0.055, between + 0.030, -a * 0.98]),
        "cou_de_pied_devant": np.array([0.05, between + 0.035, -total + 0.01]),
        "cou_de_pied_cote": np.array([0.0, between + 0.230, -total + 0.03]),
        "cou_de_pied_derriere": np.array([-0.06, between + 0.085, -total + 0.03]),
        # On pointe the ankle is before the hip: a foot at it, behind or before, is further forward.
        "cou_de_pied_close_derriere": np.array([0.09, between + 0.03, -total + 0.05]),
        "battu": np.array([0.12, between + 0.045, -total + 0.02]),
        "serre": np.array([0.09, between + 0.130, -total + 0.03]),
        # Over a turned-out foot in plié the standing ankle is near the middle.
        "cou_de_pied_devant_plie": np.array([0.06, -0.045, low]),
        "cou_de_pied_derriere_plie": np.array([-0.06, -0.045, low]),
    }[name]
    knee_side = {
        "retire": 72.0,
        "passe": 80.0,
        "passe_bas": 80.0,
        "retire_derriere": 86.0,
        "cou_de_pied_devant": 62.0,
        "serre": 62.0,
        "battu": 62.0,
    }.get(name.removesuffix("_plie"), 78.0)
    pole = np.array([np.cos(knee_side * DEG), np.sin(knee_side * DEG), 0.0])
    ankle = tip + np.array([0.0, 0.05, 0.16])
    R = np.eye(3)
    knee = 0.0
    for _ in range(12):
        rotation, bend, _ = leg_ik(_left(leg), np.zeros((1, 3)), ankle[None], pole[None])
        R, knee = rotation[0], float(bend[0])
        reached = leg_tip(_left(leg), R, knee, POINTED)
        ankle = ankle + 0.7 * (tip - reached)
    return R, knee


def _left(leg: LegGeometry) -> LegGeometry:
    if leg.side > 0:
        return leg
    flip = np.array([1.0, -1.0, 1.0])
    return LegGeometry(
        1.0,
        leg.hip * flip,
        leg.thigh * flip,
        leg.shank * flip,
        leg.mid * flip,
        leg.toes * flip,
        leg.heel * flip,
        leg.balls * flip,
        leg.tip * flip,
        leg.platform * flip,
        leg.standing_ankle,
    )


def leg_points(leg: LegGeometry, R_thigh: Array, knee: Array, foot: Array) -> tuple[Array, Array]:
    """Ankle and sole points from the hip, for many frames.

    Parameters
    ----------
    R_thigh : (F, 3, 3); knee : (F,); foot : (F, 5) ankle rotation vector, mid-foot, toes

    Returns
    -------
    ankle : (F, 3); sole : (F, 8, 3): heel, two balls, toe tip, four platform corners, from the hip
    """
    points = np.concatenate([leg.heel[None], leg.balls, leg.tip[None], leg.platform])
    out = np.empty((len(R_thigh), 9, 3))
    _points(R_thigh, knee, foot, leg.thigh, leg.shank, leg.mid, leg.toes, points, out)
    return out[:, 0], out[:, 1:]


@njit(cache=True)
def _points(R_thigh, knee, foot, thigh, shank, mid, toes, points, out):  # type: ignore[no-untyped-def]
    """Ankle, then the points of heel, balls and toe (8, 3), all from the hip: out (F, 9, 3)."""
    K, A, B, C, D = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3))
    for f in range(R_thigh.shape[0]):
        _pitched(R_thigh[f], knee[f], K)
        x, y, z = foot[f, 0], foot[f, 1], foot[f, 2]
        square = x * x + y * y + z * z
        angle = np.sqrt(square)
        s = np.sin(angle) / angle if angle > 1e-6 else 1.0 - square / 6.0
        c = (1.0 - np.cos(angle)) / square if angle > 1e-6 else 0.5 - square / 24.0
        A[0, 0], A[0, 1], A[0, 2] = 1.0 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y
        A[1, 0], A[1, 1], A[1, 2] = c * x * y + s * z, 1.0 - c * (x * x + z * z), c * y * z - s * x
        A[2, 0], A[2, 1], A[2, 2] = c * x * z - s * y, c * y * z + s * x, 1.0 - c * (x * x + y * y)
        for i in range(3):
            for j in range(3):
                B[i, j] = K[i, 0] * A[0, j] + K[i, 1] * A[1, j] + K[i, 2] * A[2, j]
        _pitched(B, foot[f, 3], C)
        _pitched(C, foot[f, 4], D)
        for i in range(3):
            ankle = middle = toe = 0.0
            for k in range(3):
                ankle += R_thigh[f, i, k] * thigh[k] + K[i, k] * shank[k]
                middle += B[i, k] * mid[k]
                toe += C[i, k] * toes[k]
            out[f, 0, i] = ankle
            for n in range(8):
                at = ankle
                for k in range(3):
                    if n == 0:
                        at += B[i, k] * points[n, k]
                    elif n < 3:
                        at += C[i, k] * points[n, k]
                    else:
                        at += D[i, k] * points[n, k]
                if n > 0:
                    at += middle
                if n > 2:
                    at += toe
                out[f, 1 + n, i] = at


@njit(cache=True)
def _pitched(R, angle, out):  # type: ignore[no-untyped-def]
    """A rotation R (3, 3) followed by one [rad] about its own y."""
    c, s = np.cos(angle), np.sin(angle)
    for i in range(3):
        out[i, 0] = R[i, 0] * c - R[i, 2] * s
        out[i, 1] = R[i, 1]
        out[i, 2] = R[i, 0] * s + R[i, 2] * c


def leg_tip(leg: LegGeometry, R_thigh: Array, knee: float, foot: Array) -> Array:
    """End of the shoe from the hip, (3,)."""
    return np.asarray(leg_points(leg, R_thigh[None], np.array([knee]), foot[None])[1][0, 3])


def air_pose(leg: LegGeometry, name: str, height: float | None) -> Array:
    """Nine numbers of a named pose for this leg, thigh in the heading frame."""
    if name in BENT:
        R, knee = bent_pose(leg, name)
        foot = POINTED
    else:
        pose = pose_table(name, height)
        R, knee, foot = lift(pose.azimuth, pose.elevation, pose.turnout), pose.knee * DEG, np.array(pose.foot)
    thigh = quat_log(quat_from_matrix(R))
    sign = MIRROR if leg.side < 0 else np.ones(3)
    return np.concatenate([thigh * sign, [knee], foot[:3] * sign, foot[3:]])


def known_pose(name: str) -> bool:
    """Whether a name is a pose of the leg in the air."""
    if name in BENT:
        return True
    try:
        pose_table(name, None)
    except KeyError:
        return False
    return True


def write_leg(
    dancer: Dancer, leg: LegGeometry, q: Array, R_pelvis: Array, R_thigh: Array, knee: Array, R_foot: Array, foot: Array
) -> None:
    """Put a leg into configurations: `R_foot` (F, 3, 3) world where the ankle must be, `foot` (F, 2) mid and toes."""
    s = dancer.skeleton
    suffix = "l" if leg.side > 0 else "r"
    at = {part: s.q_slice(NAMES.index(f"{part}_{suffix}")) for part in ("thigh", "shank", "foot", "mid", "toes")}
    q[:, at["thigh"]] = quat_from_matrix(np.swapaxes(R_pelvis, 1, 2) @ R_thigh)
    q[:, at["shank"]] = knee[:, None]
    R_shank = R_thigh @ rot_y(knee)
    q[:, at["foot"]] = quat_from_matrix(np.swapaxes(R_shank, 1, 2) @ R_foot)
    q[:, at["mid"]] = foot[:, :1]
    q[:, at["toes"]] = foot[:, 1:]


__all__ = [
    "DEG",
    "DEMI",
    "FLAT",
    "POINTE",
    "POINTED",
    "TORSION",
    "LegGeometry",
    "air_pose",
    "foot_pitches",
    "known_pose",
    "leg_geometry",
    "leg_ik",
    "leg_points",
    "pressure_point",
    "reach",
    "standing_foot",
    "write_leg",
]
