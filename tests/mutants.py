"""Small honest motions made by formula, and ways to spoil any motion.

The jump is exact where it can be: the centre of mass follows a curve with a parabola in its middle, the feet stand
by two-link inverse kinematics, and in the air the pelvis tilts so that angular momentum stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BPoly
from scipy.ndimage import gaussian_filter1d

from petipa.dancer import Dancer, Skeleton, load_dancer
from petipa.measure.track import FINE, momentum, resampled, sole_points, unwrapped
from petipa.mechanics import centre_of_mass, forward, mirror, quat_exp, quat_log, quat_mul
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


def jump(
    dancer: Dancer | None = None,
    *,
    height: float = 0.16,
    pitch_at_touch: float = 50.0,
    push: float = 0.40,
    heel_down: float = 0.55,
) -> Motion:
    """A jump from two feet to two, parallel and true: crouch, push, fly with a small opening of the arms, land.

    Parameters
    ----------
    pitch_at_touch : the feet leave and meet the floor pitched by this, toes down; at nought flat [degrees]
    push : from the bottom to take-off [s]; heel_down : from touch until the heel is down [s]
    """
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    lead, land, tail = 0.5, 0.5, 0.4
    fly = 2 * np.sqrt(2 * height / G)
    t0 = lead + push
    t1 = t0 + fly
    end = t1 + land + tail
    frames = int(np.floor(end * RATE)) + 1
    when = np.arange(frames) / RATE
    q, toes, _ = _rest(skeleton, frames)
    roll = np.radians(pitch_at_touch)
    pitch = np.asarray(
        BPoly.from_derivatives(
            [0, t0 - 0.3, t0 - 0.005, (t0 + t1) / 2, t1 + 0.005, t1 + heel_down, end],
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


def closed_aloft(motion: Motion, dancer: Dancer) -> Motion:
    """For a tenth of a second in the middle of its flight, both legs straight, pointed and together."""
    q = motion.q.copy()
    flying = np.flatnonzero((motion.feet == FootState.AIR).all(axis=1))
    middle = slice(int(flying.mean()) - 3, int(flying.mean()) + 4)
    for s, side in (("l", 1.0), ("r", -1.0)):
        part = {name: dancer.skeleton.q_slice(dancer.skeleton.index(f"{name}_{s}")) for name in ("thigh", "foot")}
        q[middle, part["thigh"]] = quat_exp(np.radians([-4.0 * side, 0.0, 0.0]))
        q[middle, part["foot"]] = quat_exp(np.radians([0.0, 55.0, 0.0]))
        q[middle, dancer.skeleton.q_slice(dancer.skeleton.index(f"shank_{s}")).start] = 0.0
        q[middle, dancer.skeleton.q_slice(dancer.skeleton.index(f"mid_{s}")).start] = np.radians(28)
    q[middle, 2] += 0.15
    return replace(motion, q=q)


def pirouette(dancer: Dancer | None = None, *, spot: bool = True, turns: int = 1) -> Motion:
    """The look of a turn to the right on the left pointe, the head spotting or not; kinematics only."""
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    lead, spin = 0.4, 0.8 * turns
    frames = round((2 * lead + spin) * RATE) + 1
    when = np.arange(frames) / RATE
    s = np.clip((when - lead) / spin, 0, 1)
    yaw = -2 * np.pi * turns * s * s * (3 - 2 * s)
    q = np.repeat(skeleton.zero()[None], frames, axis=0)
    _arms_down(q, skeleton)
    q[:, 3:7] = quat_exp(np.stack([0 * yaw, 0 * yaw, yaw], axis=1))
    down = np.radians(45)
    _ball(q, skeleton, "foot_l", np.array([0.0, down, 0.0]))
    _hinge(q, skeleton, "mid_l", np.radians(90) - down)
    out = np.radians([0.0, -55.0, -50.0])
    _ball(q, skeleton, "thigh_r", out)
    _hinge(q, skeleton, "shank_r", np.radians(110))
    _ball(q, skeleton, "foot_r", np.array([0.0, down, 0.0]))
    _hinge(q, skeleton, "mid_r", np.radians(30))
    if spot:
        # The head stays behind as far as the neck goes, then whips round ahead of the chest.
        left = (-yaw) % (2 * np.pi)
        behind = np.where(left < np.radians(100), left, 0.0)
        ahead = np.where(left > np.radians(230), left - 2 * np.pi, 0.0)
        middle = (left >= np.radians(100)) & (left <= np.radians(230))
        whip = np.interp(left, np.radians([100, 230]), np.radians([100, -130]))
        turn = np.where(middle, whip, behind + ahead)
        turn[s >= 1] = 0.0
        for name in ("neck", "head"):
            _ball(q, skeleton, name, np.stack([0 * turn, 0 * turn, 0.5 * turn], axis=1))
    # Stand the tip of the left shoe over the origin.
    R, p = forward(skeleton, q)
    tip = sole_points(skeleton, R, p)[:, 0, 4:].mean(axis=1)
    q[:, :2] -= tip[:, :2]
    q[:, 2] -= sole_points(skeleton, R, p)[:, 0, :, 2].min(axis=1)
    feet = np.tile(np.array([FootState.PIVOT_POINTE, FootState.AIR]), (frames, 1))
    end = (frames - 1) / RATE
    step = StepSpan("pirouette_en_dehors", "R", "pirouette en dehors R", 0.0, end, lead, 1, "1", None, turns, 0.0)
    return _motion(dancer, q, feet, (step,), ())


def standing(dancer: Dancer | None = None, *, turnout: float = 55.0, seconds: float = 1.0) -> Motion:
    """First position: heels together, straight and turned out, arms a little away from the sides."""
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    q = np.repeat(skeleton.zero()[None], round(seconds * RATE) + 1, axis=0)
    _arms_down(q, skeleton, 0.2)
    for s, side in (("l", 1.0), ("r", -1.0)):
        _ball(q, skeleton, f"thigh_{s}", np.array([0.0, 0.0, side * np.radians(turnout)]))
        _ball(q, skeleton, f"foot_{s}", np.array([0.0, 0.0, side * np.radians(12.0)]))
        _hinge(q, skeleton, f"forearm_{s}", np.radians(20))
    step = StepSpan("stand", "R", "stand", 0.0, seconds, seconds / 2, 1, "1", None, 0, 0.0)
    return _motion(dancer, q, np.full((len(q), 2), FootState.FLAT), (step,), ())


_SWINGS = {
    "upper_arm_l": (0.9, 0.0, 0.2),
    "upper_arm_r": (-0.9, 0.0, -0.2),
    "clavicle_l": (0.1, 0.0, 0.0),
    "hand_l": (0.3, 0.0, 0.1),
    "hand_r": (-0.3, 0.0, 0.2),
    "chest": (0.0, 0.1, 0.3),
    "neck": (0.0, 0.2, -0.3),
    "head": (0.0, 0.1, 0.4),
}


def gestures(
    dancer: Dancer | None = None, *, spread: float = 0.35, lag: float = 0.05, steep: float = 0.0, seconds: float = 6.0
) -> Motion:
    """Arms, head and chest that move and move back: each stroke with least jerk, each joint in its own time.

    Parameters
    ----------
    spread : how far apart joints begin [s]; lag : how much later each joint outward follows [s]
    steep : 0 for a stroke of least jerk, 1 for one at an even speed
    """
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    frames = round(seconds * RATE) + 1
    when = np.arange(frames) / RATE
    q = np.repeat(skeleton.zero()[None], frames, axis=0)
    _arms_down(q, skeleton, 0.3)
    rng = np.random.default_rng(3)

    def swing(begin: Array, long: float) -> Array:
        out = np.zeros(frames)
        for k, start in enumerate(begin):
            s = np.clip((when - start) / long, 0, 1)
            even = np.clip((s - 0.04) / 0.92, 0, 1)
            stroke = (1 - steep) * s**3 * (10 - 15 * s + 6 * s * s) + steep * even
            out += stroke * (1.0 if k % 2 == 0 else -1.0)
        return out

    begin = -0.2 + np.arange(int(seconds / 0.8) + 1) * 0.8
    for k, (name, way) in enumerate(_SWINGS.items()):
        own = begin + spread * (rng.random(len(begin)) + 0.3 * k / len(_SWINGS)) + (2 * lag if "hand" in name else 0.0)
        turn = swing(own, 0.7)[:, None] * np.array(way)
        part = skeleton.q_slice(skeleton.index(name))
        q[:, part] = quat_mul(q[:, part], quat_exp(turn))
    for name in ("forearm_l", "forearm_r"):
        own = begin + spread * rng.random(len(begin)) + lag
        _hinge(q, skeleton, name, np.radians(20) + 0.8 * swing(own, 0.7))
    step = StepSpan("stand", "R", "stand", 0.0, seconds, seconds / 2, 1, "1", None, 0, 0.0)
    return _motion(dancer, q, np.full((frames, 2), FootState.FLAT), (step,), ())


def raised_leg(dancer: Dancer | None = None, *, creeping: bool = False) -> Motion:
    """The right leg straight to the front and held: with least jerk, or creeping up on its height."""
    dancer = dancer or load_dancer()
    skeleton = dancer.skeleton
    when = np.arange(241) / RATE
    q = np.repeat(skeleton.zero()[None], len(when), axis=0)
    _arms_down(q, skeleton)
    s = np.clip((when - 0.5) / 1.0, 0, 1)
    up = 1 - np.exp(-np.clip(when - 0.5, 0, None) / 0.35) if creeping else s**3 * (10 - 15 * s + 6 * s * s)
    back = np.clip((when - 3.4) / 0.6, 0, 1)
    up = up * (1 - back**3 * (10 - 15 * back + 6 * back * back))
    _ball(q, skeleton, "thigh_r", _pitched(-np.radians(80) * up))
    _ball(q, skeleton, "foot_r", np.array([0.0, np.radians(55), 0.0]))
    _hinge(q, skeleton, "mid_r", np.radians(28))
    feet = np.tile(np.array([FootState.FLAT, FootState.AIR]), (len(when), 1))
    end = (len(when) - 1) / RATE
    step = StepSpan("developpe", "R", "développé R devant", 0.0, end, 1.6, 1, "1", 75.0, 0, 0.0)
    return _motion(dancer, q, feet, (step,), ())


# Ways to spoil a motion


def _flying(motion: Motion) -> NDArray[np.bool_]:
    return np.asarray((motion.feet == FootState.AIR).all(axis=1))


def wrong_foot(motion: Motion, dancer: Dancer) -> Motion:
    """The other side's step under this side's name."""
    return replace(motion, q=mirror(dancer.skeleton, motion.q), feet=motion.feet[:, ::-1].copy())


def no_jump(motion: Motion, dancer: Dancer) -> Motion:
    """The same legs, but the body stays down: the shoes' lowest point never leaves the floor."""
    q = motion.q.copy()
    low = sole_points(dancer.skeleton, *forward(dancer.skeleton, q))[..., 2].min(axis=(1, 2))
    q[:, 2] -= np.where(_flying(motion), low, 0.0)
    return replace(motion, q=q)


def floating(motion: Motion, dancer: Dancer) -> Motion:
    """The flight drawn out half as long again, as slow motion draws it out."""
    flying = np.flatnonzero(_flying(motion))
    frames = len(motion.q)
    pace = np.ones(frames)
    pace[flying] = 1 / 1.5
    where = np.concatenate([[0.0], np.cumsum(pace[:-1])])
    # Frames go on until the original is used up; the rest of the landing is cut to keep the length.
    source = np.clip(where, 0, frames - 1)
    q = _between_frames(motion, source, dancer)
    return replace(motion, q=q, feet=motion.feet[np.round(source).astype(int)])


def clipped_landing(motion: Motion, dancer: Dancer) -> Motion:
    """She sticks where she lands: no plié takes up the fall."""
    q = motion.q.copy()
    last = int(np.flatnonzero(_flying(motion))[-1]) + 2
    q[last:] = q[last]
    return replace(motion, q=q)


def sliding_support(motion: Motion, dancer: Dancer) -> Motion:
    """The whole dancer drifts two centimetres a second over the floor."""
    q = motion.q.copy()
    q[:, 0] += 0.02 * np.arange(len(q)) / motion.rate
    return replace(motion, q=q)


def sickled(motion: Motion, dancer: Dancer, *, degrees: float = 18.0) -> Motion:
    """Both feet turned inward at the ankle whenever they are pointed."""
    q = motion.q.copy()
    for side, s in enumerate("lr"):
        part = dancer.skeleton.q_slice(dancer.skeleton.index(f"foot_{s}"))
        plantar = np.clip((quat_log(q[:, part])[:, 1] - 0.3) / 0.3, 0, 1)
        # Pointed, the forefoot lies along the shank: inward is a turn about the foot's own upright.
        turn = np.radians(degrees) * plantar * (-1.0 if side == 0 else 1.0)
        q[:, part] = quat_mul(q[:, part], quat_exp(np.stack([0 * turn, 0 * turn, turn], axis=1)))
    return replace(motion, q=q)


def frozen(motion: Motion, dancer: Dancer) -> Motion:
    """One pose all along."""
    return replace(motion, q=np.repeat(motion.q[:1], len(motion.q), axis=0))


def jittered(motion: Motion, dancer: Dancer, *, seed: int = 1, size: float = 0.004) -> Motion:
    """Noise on every coordinate [rad, m]."""
    noise = np.random.default_rng(seed).normal(0.0, size, motion.q.shape)
    return replace(motion, q=motion.q + noise)


def oversmoothed(motion: Motion, dancer: Dancer, *, frames: float = 8.0) -> Motion:
    """Every coordinate blurred in time."""
    return replace(motion, q=gaussian_filter1d(unwrapped(dancer.skeleton, motion.q), frames, axis=0, mode="nearest"))


def early(motion: Motion, dancer: Dancer, *, seconds: float = 0.12) -> Motion:
    """Everything before its music."""
    return replace(motion, start=motion.start - seconds)


def _between_frames(motion: Motion, source: Array, dancer: Dancer) -> Array:
    q = unwrapped(dancer.skeleton, motion.q)
    below = np.minimum(source.astype(int), len(q) - 2)
    part = (source - below)[:, None]
    return np.asarray(q[below] * (1 - part) + q[below + 1] * part)


def turned_joint(motion: Motion, dancer: Dancer, name: str, rotvec: tuple[float, float, float]) -> Motion:
    """One joint turned further all along [degrees]; the pelvis turns about its own middle."""
    q = motion.q.copy()
    part = dancer.skeleton.q_slice(dancer.skeleton.index(name))
    if part.stop - part.start == 1:
        q[:, part.start] += np.radians(rotvec[0])
    else:
        turn = quat_exp(np.broadcast_to(np.radians(rotvec), (len(q), 3)))
        q[:, part] = quat_mul(q[:, part], turn)
    return replace(motion, q=q)


def twisted_on_the_floor(motion: Motion, dancer: Dancer, *, degrees: float = 4.0) -> Motion:
    """The whole dancer turns on her planted feet."""
    q = motion.q.copy()
    angle = np.linspace(0, np.radians(degrees), len(q))
    c, s = np.cos(angle), np.sin(angle)
    q[:, 0], q[:, 1] = c * q[:, 0] - s * q[:, 1], s * q[:, 0] + c * q[:, 1]
    q[:, 3:7] = quat_mul(quat_exp(np.stack([0 * angle, 0 * angle, angle], axis=1)), q[:, 3:7])
    return replace(motion, q=q)


def jolted(motion: Motion, dancer: Dancer, *, size: float = 0.006) -> Motion:
    """The trunk thrown six millimetres aside in a few frames, so that the push of the floor leaps across the shoe."""
    q = motion.q.copy()
    when = np.arange(len(q)) - len(q) / 2
    lean = size / 0.3 * np.exp(-((when / 3.0) ** 2))
    part = dancer.skeleton.q_slice(dancer.skeleton.index("lumbar"))
    q[:, part] = quat_mul(q[:, part], quat_exp(np.stack([lean, 0 * lean, 0 * lean], axis=1)))
    return replace(motion, q=q)


def late_contact(motion: Motion, dancer: Dancer, *, frames: int = 6) -> Motion:
    """Feet that are told to bear nothing for the last frames before they leave and the first after they land."""
    feet = motion.feet.copy()
    flying = np.flatnonzero(_flying(motion))
    feet[flying[0] - frames : flying[-1] + frames + 1] = FootState.AIR
    return replace(motion, feet=feet)


def slapped_foot(motion: Motion, dancer: Dancer) -> Motion:
    """Legs drawn up in the air and stretched fast onto the floor."""
    q = motion.q.copy()
    last = int(np.flatnonzero(_flying(motion))[-1])
    up = np.interp(np.arange(len(q)), [last - 8, last - 1, last + 1], [0.0, 1.0, 0.0])
    for s in "lr":
        part = dancer.skeleton.q_slice(dancer.skeleton.index(f"thigh_{s}"))
        q[:, part] = quat_mul(q[:, part], quat_exp(_pitched(-np.radians(60) * up)))
        q[:, dancer.skeleton.q_slice(dancer.skeleton.index(f"shank_{s}")).start] += np.radians(120) * up
    # The body falls as before.
    q[:, :3] += com(motion.q, dancer) - com(q, dancer)
    return replace(motion, q=q)


def com(q: Array, dancer: Dancer) -> Array:
    return centre_of_mass(dancer.skeleton, *forward(dancer.skeleton, q))
