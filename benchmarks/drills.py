"""Small references made by hand, to exercise the solve: a shift of weight, a jump, an arabesque on pointe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.skeleton import Skeleton
from petipa.mechanics import centre_of_mass, forward, quat_exp, quat_from_matrix, quat_mul, quat_to_matrix, rot_y
from petipa.motion.model import FootState

Array = NDArray[np.float64]
RATE = 60.0


def ease(t: Array, t0: float, t1: float) -> Array:
    """0 before t0, 1 after t1, a quintic between."""
    s = np.clip((t - t0) / (t1 - t0), 0.0, 1.0)
    return s**3 * (10 - 15 * s + 6 * s * s)


def _put(skeleton: Skeleton, q: Array, name: str, value: Array) -> None:
    q[:, skeleton.q_slice(skeleton.index(name))] = value if value.ndim == 2 else value[:, None]


def place_leg(skeleton: Skeleton, q: Array, side: str, ankle: Array, foot: Array) -> None:
    """Bend thigh, knee and ankle so that the foot's joint is at `ankle` (F, 3) with rotation `foot` (F, 3, 3)."""
    thigh, shank, end = (skeleton.index(f"{part}_{side}") for part in ("thigh", "shank", "foot"))
    R, p = forward(skeleton, q)
    reach = np.einsum("fji,fj->fi", R[:, 0], ankle - p[:, thigh])
    upper, lower = skeleton.offsets[shank], skeleton.offsets[end]
    a, b = np.linalg.norm(upper), np.linalg.norm(lower)
    distance = np.minimum(np.linalg.norm(reach, axis=1), a + b - 1e-5)
    inner = np.arccos(np.clip((a * a + b * b - distance**2) / (2 * a * b), -1, 1))
    lean = np.arctan2(-lower[0], -lower[2])
    knee = np.pi - inner - lean
    R_knee = rot_y(knee)
    span = upper + np.einsum("fij,j->fi", R_knee, lower)
    u = span / np.linalg.norm(span, axis=1, keepdims=True)
    v = reach / np.linalg.norm(reach, axis=1, keepdims=True)
    cross = np.cross(u, v)
    sine = np.linalg.norm(cross, axis=1, keepdims=True)
    angle = np.arctan2(sine, np.einsum("fi,fi->f", u, v)[:, None])
    swing = quat_exp(np.where(sine > 1e-12, cross / np.maximum(sine, 1e-12) * angle, 0.0))
    _put(skeleton, q, f"thigh_{side}", swing)
    _put(skeleton, q, f"shank_{side}", knee)
    above = R[:, 0] @ quat_to_matrix(swing) @ R_knee
    _put(skeleton, q, f"foot_{side}", quat_from_matrix(np.swapaxes(above, 1, 2) @ foot))


def _stand(skeleton: Skeleton, frames: int) -> Array:
    q = np.tile(skeleton.zero(), (frames, 1))
    down = np.array([np.radians(-65.0), 0.0, 0.0])
    _put(skeleton, q, "upper_arm_l", np.tile(quat_exp(down), (frames, 1)))
    _put(skeleton, q, "upper_arm_r", np.tile(quat_exp(-down), (frames, 1)))
    return q


def shift(skeleton: Skeleton, seconds: float = 2.5) -> tuple[Array, NDArray[np.uint8]]:
    """From both parallel feet onto the left, then the right foot lifts."""
    t = np.arange(int(seconds * RATE)) / RATE
    q = _stand(skeleton, len(t))
    feet = np.full((len(t), 2), FootState.FLAT, dtype=np.uint8)
    feet[t > 1.5, 1] = FootState.AIR
    home = forward(skeleton, skeleton.zero())[1][0]
    goal = 0.03
    for _ in range(4):
        q[:, 2] = home[0, 2] - 0.04
        q[:, 1] = ease(t, 0.3, 1.4) * goal
        for side in "lr":
            foot = skeleton.index(f"foot_{side}")
            ankle = np.tile(home[foot], (len(t), 1))
            if side == "r":
                ankle[:, 2] += 0.06 * ease(t, 1.52, 2.1)
            place_leg(skeleton, q, side, ankle, np.tile(np.eye(3), (len(t), 1, 1)))
        com = centre_of_mass(skeleton, *forward(skeleton, q))
        q[:, 0] -= com[:, 0] - 0.03
        goal += home[skeleton.index("foot_l"), 1] - com[-1, 1]
    return q, feet


def jump(skeleton: Skeleton, height: float = 0.18) -> tuple[Array, NDArray[np.uint8]]:
    """Squat, spring straight up from parallel feet, arms lifting, and land."""
    g = 9.81
    speed = np.sqrt(2 * g * height)
    flight = 2 * speed / g
    t0, push, depth = 0.4, 0.30, 0.20
    t = np.arange(int((t0 + 0.5 + push + flight + 1.3) * RATE)) / RATE
    off = t0 + 0.5 + push
    on = off + flight
    q = _stand(skeleton, len(t))
    lift = 0.02
    """How far the body rises above standing by stretching the feet before it leaves the floor [m]."""

    # Heights of the pelvis over standing: down, push, parabola, catch, up. The push's upward acceleration is a
    # bump that starts and ends at -g.
    z = -0.03 - (depth - 0.03) * ease(t, t0, t0 + 0.5)
    steps = np.linspace(0, 1, 2000)
    bump = np.sin(np.pi * steps) ** 2
    travel = lift + depth

    def launch(seconds: float, gain: float) -> tuple[Array, Array]:
        acc = gain * bump - g * ease(steps, 0.55, 1.0)
        v = np.concatenate([[0], np.cumsum(0.5 * (acc[1:] + acc[:-1]))]) * seconds / 1999
        s = np.concatenate([[0], np.cumsum(0.5 * (v[1:] + v[:-1]))]) * seconds / 1999
        return v, s

    seconds = push
    for _ in range(60):
        low, high = 0.0, 400.0
        for _ in range(50):
            gain = 0.5 * (low + high)
            low, high = (gain, high) if launch(seconds, gain)[0][-1] < speed else (low, gain)
        seconds *= travel / launch(seconds, gain)[1][-1]
    _, rise = launch(seconds, gain)
    going = (t >= off - seconds) & (t < off)
    z[going] = -depth + np.interp((t[going] - off + seconds) / seconds, steps, rise)
    z[t >= off] = lift + speed * (t[t >= off] - off) - 0.5 * g * (t[t >= off] - off) ** 2
    back = t >= on
    mirrored = np.interp(np.clip((on + seconds - t[back]) / seconds, 0, 1), steps, rise) - depth
    z[back] = np.where(t[back] < on + seconds, mirrored, -depth + (depth - 0.03) * ease(t[back], on + 0.45, on + 1.1))
    feet = np.full((len(t), 2), FootState.FLAT, dtype=np.uint8)
    stretch = np.where(t < 0.5 * (off + on), ease(t, off - 0.13, off), 1 - ease(t, on, on + 0.13))
    feet[stretch > 0] = FootState.DEMI
    feet[(t >= off) & (t < on)] = FootState.AIR
    arms = np.where(t < 0.5 * (off + on), ease(t, off - 0.25, off + 0.1), 1 - ease(t, on - 0.1, on + 0.4))
    swing = np.outer(arms, np.array([0.0, -1.2, 0.0]))
    q[:, 2] = skeleton.offsets[0, 2] + z
    for side in "lr":
        arm = skeleton.q_slice(skeleton.index(f"upper_arm_{side}"))
        q[:, arm] = quat_mul(quat_exp(swing), q[:, arm])
    home = forward(skeleton, skeleton.zero())[1][0]
    # The feet stay near the floor while the legs stretch, and are there before the weight: no speed at either end.
    fine = np.linspace(0.0, flight, 2001)
    hurry = (speed - g * fine) * ease(fine, 0.0, 0.09) * ease(flight - fine, 0.0, 0.09)
    climb = np.concatenate([[0.0], np.cumsum(0.5 * (hurry[1:] + hurry[:-1]))]) * flight / 2000
    high = np.interp(t - off, fine, climb, left=0.0, right=0.0)
    for _ in range(4):
        for side in "lr":
            foot, toes = (skeleton.index(f"{part}_{side}") for part in ("foot", "toes"))
            pitch = np.radians(55.0) * stretch + np.radians(25.0) * ease(t, off, off + 0.12) * (
                1 - ease(t, on - 0.12, on)
            )
            turn = rot_y(pitch)
            # The toes lie flat while the rest of the foot rises about the toe joint.
            ankle = home[toes] - np.einsum("fij,j->fi", turn, home[toes] - home[foot])
            ankle[:, 2] += high
            air = ((t >= off) & (t < on)) * np.sin(np.pi * np.clip((t - off) / flight, 0, 1)) ** 2
            place_leg(skeleton, q, side, ankle, turn)
            _put(skeleton, q, f"toes_{side}", -pitch * (1 - air))
            _put(skeleton, q, f"mid_{side}", np.zeros(len(t)))
        com = centre_of_mass(skeleton, *forward(skeleton, q))
        aim = home[skeleton.index("toes_l"), 0] - 0.005
        wanted = 0.03 + (aim - 0.03) * ease(t, t0, off - 0.1) * (1 - ease(t, on + 0.25, on + 1.0))
        q[:, 0] -= com[:, 0] - wanted
        rising = (t >= off) & (t < on)
        begin = com[np.argmax(rising), 2]
        q[rising, 2] -= com[rising, 2] - (begin + z[rising] - z[np.argmax(rising)])
    return q, feet


def arabesque(skeleton: Skeleton, seconds: float = 2.5) -> tuple[Array, NDArray[np.uint8]]:
    """On the tip of the left foot, the right leg goes to arabesque in one second and stays."""
    t = np.arange(int(seconds * RATE)) / RATE
    frames = len(t)
    q = _stand(skeleton, frames)
    go = ease(t, 0.5, 1.5)
    feet = np.zeros((frames, 2), dtype=np.uint8)
    feet[:, 0] = FootState.POINTE
    home = forward(skeleton, skeleton.zero())[1][0]
    mid, toes = (skeleton.index(f"{part}_l") for part in ("mid", "toes"))
    arch = np.radians(28.0)
    _put(skeleton, q, "mid_l", np.full(frames, arch))
    _put(skeleton, q, "mid_r", np.full(frames, arch))
    _put(skeleton, q, "foot_r", np.tile(quat_exp(np.array([0, np.radians(60.0), 0])), (frames, 1)))
    turn = rot_y(np.full(frames, np.pi / 2 - arch))
    # Platform on the floor under the zero pose's toe joint.
    tip = skeleton.soles[0].platform.mean(axis=0)
    whole = rot_y(np.pi / 2)
    ankle = -(whole @ (tip + skeleton.offsets[toes])) - rot_y(np.pi / 2 - arch) @ skeleton.offsets[mid]
    ankle = ankle + np.array([home[toes, 0], 0.0, 0.0])
    pelvis = quat_exp(np.outer(go, [0.0, np.radians(35.0), 0.0]))
    q[:, skeleton.q_slice(0)] = pelvis
    for name, share in (("lumbar", 0.3), ("thorax", 0.3), ("chest", 0.25)):
        _put(skeleton, q, name, quat_exp(np.outer(go, [0.0, -np.radians(35.0) * share, 0.0])))
    _put(skeleton, q, "thigh_r", quat_exp(np.outer(go, [0.0, np.radians(50.0), 0.0])))
    up = quat_exp(np.outer(go, [0.0, np.radians(-70.0), 0.0]))
    arm = skeleton.q_slice(skeleton.index("upper_arm_l"))
    q[:, arm] = quat_mul(up, q[:, arm])
    for _ in range(12):
        place_leg(skeleton, q, "l", np.tile(ankle, (frames, 1)), turn)
        com = centre_of_mass(skeleton, *forward(skeleton, q))
        q[:, 0] -= com[:, 0] - home[toes, 0]
        q[:, 1] -= com[:, 1]
        _, p = forward(skeleton, q)
        hip = p[:, skeleton.index("thigh_l")]
        length = 0.812
        wanted = ankle[2] + np.sqrt(length**2 - (hip[:, 0] - ankle[0]) ** 2 - (hip[:, 1] - ankle[1]) ** 2)
        q[:, 2] += wanted - hip[:, 2]
    place_leg(skeleton, q, "l", np.tile(ankle, (frames, 1)), turn)
    return q, feet
