"""Small honest motions made by formula, and ways to spoil any motion.

The jump is exact where it can be: the centre of mass follows a curve with a parabola in its middle, the feet stand
by two-link inverse kinematics, and in the air the pelvis tilts so that angular momentum stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BPoly

from petipa.dancer import Dancer, Skeleton, load_dancer
from petipa.measure.track import FINE, momentum, resampled, unwrapped
from petipa.mechanics import centre_of_mass, forward, quat_exp
from petipa.motion.model import FlightSpan, FootState, Motion, StepSpan

Array = NDArray[np.float64]
RATE = 60.0
G = 9.81


def _ball(q: Array, skeleton: Skeleton, name: str, rotvec: Array) -> None:
    q[:, skeleton.q_slice(skeleton.index(name))] = quat_exp(np.broadcast_to(rotvec, (len(q), 3)))


def _hinge(q: Array, skeleton: Skeleton, name: str, angle: Array | float) -> None:
    q[:, skeleton.q_slice(skeleton.index(name)).start] = angle


def _pitched(angle: Array) -> Array:
    return np.stack([np.zeros_like(angle), angle, np.zeros_like(angle)], axis=1)


def _legs(q: Array, skeleton: Skeleton, foot_pitch: Array, ankle: Array) -> None:
    """Put both ankles at `ankle` (F, 2: x, z) with feet pitched, below a pelvis that may tilt; toes lie level."""
    tilt = 2 * np.arctan2(q[:, 5], q[:, 3])
    thigh = -skeleton.offsets[skeleton.index("shank_l")][2]
    shank = -skeleton.offsets[skeleton.index("foot_l")][2]
    offset = skeleton.offsets[skeleton.index("thigh_l")]
    hip = np.stack(
        [
            q[:, 0] + offset[0] * np.cos(tilt) + offset[2] * np.sin(tilt),
            q[:, 2] - offset[0] * np.sin(tilt) + offset[2] * np.cos(tilt),
        ],
        axis=1,
    )
    reach = ankle - hip
    length = np.linalg.norm(reach, axis=1)
    length = np.minimum(length, thigh + shank - 1e-6)
    # Angle of the hip-to-ankle line forward of straight down.
    line = np.arctan2(reach[:, 0], -reach[:, 1])
    inner = np.arccos((thigh**2 + length**2 - shank**2) / (2 * thigh * length))
    knee = np.pi - np.arccos((thigh**2 + shank**2 - length**2) / (2 * thigh * shank))
    thigh_pitch = -(line + inner)
    shank_pitch = thigh_pitch + knee
    for s in "lr":
        _ball(q, skeleton, f"thigh_{s}", _pitched(thigh_pitch - tilt))
        _hinge(q, skeleton, f"shank_{s}", knee)
        _ball(q, skeleton, f"foot_{s}", _pitched(foot_pitch - shank_pitch))
        _hinge(q, skeleton, f"toes_{s}", -foot_pitch)


def _ankle_over(skeleton: Skeleton, foot_pitch: Array, toes: Array) -> Array:
    """Where the ankle is when the foot pitches about its toes' joint, (F, 2)."""
    arm = -(skeleton.offsets[skeleton.index("mid_l")] + skeleton.offsets[skeleton.index("toes_l")])
    return toes + np.stack(
        [
            arm[0] * np.cos(foot_pitch) + arm[2] * np.sin(foot_pitch),
            -arm[0] * np.sin(foot_pitch) + arm[2] * np.cos(foot_pitch),
        ],
        axis=1,
    )


def _arms_down(q: Array, skeleton: Skeleton, lift: Array | float = 0.0) -> None:
    angle = np.broadcast_to(np.asarray(lift), (len(q),)) - np.radians(65)
    _ball(q, skeleton, "upper_arm_l", np.stack([angle, 0 * angle, 0 * angle], axis=1))
    _ball(q, skeleton, "upper_arm_r", np.stack([-angle, 0 * angle, 0 * angle], axis=1))


def _solve(q: Array, skeleton: Skeleton, com_x: float, com_z: Array, pitch: Array, ankle: Callable[[], Array]) -> None:
    """Move the pelvis until the centre of mass is where it should be."""
    q[:, 2] += com_z - com_z.max() - 0.03
    for _ in range(12):
        _legs(q, skeleton, pitch, ankle())
        com = centre_of_mass(skeleton, *forward(skeleton, q))
        q[:, 0] += com_x - com[:, 0]
        q[:, 2] += com_z - com[:, 2]
    _legs(q, skeleton, pitch, ankle())


def _motion(
    dancer: Dancer, q: Array, feet: Array, steps: tuple[StepSpan, ...], flights: tuple[FlightSpan, ...]
) -> Motion:
    n = len(q)
    return Motion(
        RATE, 0.0, q, feet.astype(np.uint8), np.zeros((n, 2, 3)), np.zeros((n, 2, 2)), steps, flights, dancer.name
    )


def _rest(skeleton: Skeleton, frames: int) -> tuple[Array, Array, Array]:
    q = np.repeat(skeleton.zero()[None], frames, axis=0)
    toes = np.array([forward(skeleton, q[:1])[1][0, skeleton.index("toes_l")][[0, 2]]])
    return q, np.repeat(toes, frames, axis=0), np.zeros(frames)


def _untwisted(skeleton: Skeleton, q: Array, tilt: Array) -> Array:
    """A pelvis tilt that brings the angular momentum of the swing nearer to nought at every moment."""
    fine = resampled(unwrapped(skeleton, q))
    _, about = momentum(skeleton, *forward(skeleton, fine), 1.0 / (RATE * FINE))
    # Some 5 kg m2 turn with the pelvis; what is left goes in the next round.
    change = np.concatenate([[0.0], np.cumsum(about[:, 1])]) / (RATE * FINE) / 5.0
    return np.asarray(tilt - change[::FINE])


def _still(q: Array, skeleton: Skeleton, com_x: float, com_z: Array, pitch: Array, ankle: Callable[[], Array]) -> None:
    """Move and tilt the pelvis until the centre of mass is where it should be and the body as a whole turns nowhere."""
    tilt = np.zeros(len(q))
    for _ in range(14):
        q[:, 3:7] = quat_exp(_pitched(tilt))
        _solve(q, skeleton, com_x, com_z, pitch, ankle)
        tilt = _untwisted(skeleton, q, tilt)
    q[:, 3:7] = quat_exp(_pitched(tilt))
    _solve(q, skeleton, com_x, com_z, pitch, ankle)


def plie(dancer: Dancer | None = None, *, seconds: float = 2.0, depth: float = 0.05) -> Motion:
    """Feet flat and parallel; the knees bend and stretch once while the arms open a little."""
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    frames = round(seconds * RATE) + 1
    when = np.arange(frames) / (frames - 1)
    bend = np.sin(np.pi * np.clip((when - 0.1) / 0.8, 0, 1)) ** 4
    q, toes, pitch = _rest(skeleton, frames)
    _arms_down(q, skeleton, 0.4 * bend)
    start = centre_of_mass(skeleton, *forward(skeleton, q[:1]))[0]
    com_z = start[2] - 0.012 - depth * bend
    _still(q, skeleton, float(toes[0, 0]) - 0.06, com_z, pitch, lambda: _ankle_over(skeleton, pitch, toes))
    step = StepSpan("plie", "R", "plié R", 0.0, seconds, seconds / 2, 1, "1", None, 0, 0.0)
    return _motion(dancer, q, np.full((frames, 2), FootState.FLAT), (step,), ())


def jump(dancer: Dancer | None = None, *, height: float = 0.16) -> Motion:
    """A jump from two feet to two, parallel and true: crouch, push, fly with a small opening of the arms, land."""
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    lead, push, land, tail = 0.5, 0.40, 0.5, 0.4
    fly = 2 * np.sqrt(2 * height / G)
    t0 = lead + push
    t1 = t0 + fly
    end = t1 + land + tail
    frames = int(np.floor(end * RATE)) + 1
    when = np.arange(frames) / RATE
    q, toes, _ = _rest(skeleton, frames)
    roll = np.radians(50)
    pitch = np.asarray(
        BPoly.from_derivatives(
            [0, t0 - 0.3, t0 - 0.005, (t0 + t1) / 2, t1 + 0.005, t1 + 0.55, end],
            [[0, 0, 0], [0, 0, 0], [roll, 2.0, 0], [1.5 * roll, 0, 0], [roll, -2.0, 0], [0, 0, 0], [0, 0, 0]],
        )(when)
    )
    _arms_down(q, skeleton, 0.3 * np.exp(-(((when - (t0 + t1) / 2) / 0.22) ** 2)))
    stand = centre_of_mass(skeleton, *forward(skeleton, q[:1]))[0][2] - 0.025
    v = G * fly / 2
    up = stand + 0.06
    com_z = np.asarray(
        BPoly.from_derivatives(
            [0, lead, t0, t1, t1 + land, end],
            [[stand, 0, 0], [stand - 0.025, 0, 1.5], [up, v, -G], [up, -v, -G], [stand - 0.02, 0, 0.6], [stand, 0, 0]],
        )(when)
    )
    flying = (when >= t0) & (when <= t1)
    s = when[flying] - t0
    com_z[flying] = up + v * s - 0.5 * G * s * s
    com_x = float(toes[0, 0]) + 0.02

    def ankle() -> Array:
        # In the air the ankles rise with the body; on the floor they stand over the toes.
        out = _ankle_over(skeleton, pitch, toes)
        out[flying, 1] += com_z[flying] - up
        return out

    _still(q, skeleton, com_x, com_z, pitch, ankle)
    feet = np.where(flying, FootState.AIR, np.where(pitch > np.radians(1), FootState.DEMI, FootState.FLAT))
    step = StepSpan("changement", "R", "changement R", 0.0, end, t1, 1, "1", None, 0, 0.0)
    return _motion(
        dancer, q, np.repeat(feet[:, None], 2, axis=1), (step,), (FlightSpan(float(t0), float(t1), height, 0),)
    )
