"""What a motion asks of the muscles: net joint torques by inverse dynamics with the floor's forces fitted.

Newton and Euler for every body at 240 Hz, gathered from the fingers and toes to the pelvis, and averaged over the
same bell of four frames as the audit of the contact forces. The floor's push is the smallest one that gives what the
motion needs, shared out between the corners of the shoes that stand: where both feet stand it says what a dancer must
give at least, not how she shares it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.dancer import EXERTIONS, FASTEST, Exertion, Joint
from petipa.measure.support import FRICTION, SHOE, nonnegative, patches
from petipa.measure.track import FINE, GRAVITY, Track, averaged
from petipa.mechanics import quat_from_matrix, quat_log

Array = NDArray[np.float64]

EDGES = 6
"""Sides of the friction pyramid."""
RIDGE = 1e-4
"""Weight of the push's own size, which shares it out between the feet."""


@dataclass(frozen=True)
class Torques:
    """Torques at every frame but a few at either end.

    Attributes
    ----------
    frames : (M,) frames looked at
    names : (K,) exertions, "left knee extension"
    torque : (M, K) [N m/kg], nought where the joint pushes the other way; speed : (M, K) [rad/s] that way
    used : (M, K) [% of what she can give at that speed]
    push : (M, 2, 3) [N] the floor's force on each foot
    """

    frames: NDArray[np.int64]
    names: tuple[str, ...]
    torque: Array
    speed: Array
    used: Array
    push: Array


@njit(cache=True)
def _newton_euler(R, p, parents, masses, coms, inertias, gravity, dt):  # type: ignore[no-untyped-def]
    """Force and moment each joint must carry for the bodies beyond it, the floor left out: (N - 2, B, 3) each.

    The moment is about the joint, all in world axes; inner samples only.
    """
    samples, bodies = p.shape[0], p.shape[1]
    F = np.zeros((samples - 2, bodies, 3))
    M = np.zeros((samples - 2, bodies, 3))
    spin = np.zeros((2, 3))
    c = np.zeros((3, 3))
    f = np.zeros(3)
    arm = np.zeros(3)
    L = np.zeros((2, 3))
    for i in range(1, samples - 1):
        at = i - 1
        for b in range(bodies - 1, -1, -1):
            for n in range(3):
                for k in range(3):
                    c[n, k] = p[i - 1 + n, b, k]
                    for j in range(3):
                        c[n, k] += R[i - 1 + n, b, k, j] * coms[b, j]
            for k in range(3):
                f[k] = masses[b] * (c[0, k] - 2 * c[1, k] + c[2, k]) / dt**2
                arm[k] = c[1, k] - p[i, b, k]
            f[2] += masses[b] * gravity
            for n in range(2):
                A, B = R[i - 1 + n, b], R[i + n, b]
                w0 = w1 = w2 = trace = 0.0
                for k in range(3):
                    w0 += A[k, 2] * B[k, 1] - A[k, 1] * B[k, 2]
                    w1 += A[k, 0] * B[k, 2] - A[k, 2] * B[k, 0]
                    w2 += A[k, 1] * B[k, 0] - A[k, 0] * B[k, 1]
                    for j in range(3):
                        trace += A[k, j] * B[k, j]
                spin[n, 0], spin[n, 1], spin[n, 2] = 0.5 * w0, 0.5 * w1, 0.5 * w2
                sine = np.sqrt(spin[n, 0] ** 2 + spin[n, 1] ** 2 + spin[n, 2] ** 2)
                scale = 1.0
                if sine > 1e-9:
                    scale = np.arctan2(sine, 0.5 * (trace - 1.0)) / sine
                for k in range(3):
                    L[n, k] = 0.0
                    for j in range(3):
                        own = 0.0
                        for m in range(3):
                            own += inertias[b, j, m] * spin[n, m]
                        L[n, k] += 0.5 * (A[k, j] + B[k, j]) * own * scale / dt
            F[at, b, 0] += f[0]
            F[at, b, 1] += f[1]
            F[at, b, 2] += f[2]
            M[at, b, 0] += arm[1] * f[2] - arm[2] * f[1] + (L[1, 0] - L[0, 0]) / dt
            M[at, b, 1] += arm[2] * f[0] - arm[0] * f[2] + (L[1, 1] - L[0, 1]) / dt
            M[at, b, 2] += arm[0] * f[1] - arm[1] * f[0] + (L[1, 2] - L[0, 2]) / dt
            parent = parents[b]
            if parent >= 0:
                for k in range(3):
                    arm[k] = p[i, b, k] - p[i, parent, k]
                    F[at, parent, k] += F[at, b, k]
                    M[at, parent, k] += M[at, b, k]
                M[at, parent, 0] += arm[1] * F[at, b, 2] - arm[2] * F[at, b, 1]
                M[at, parent, 1] += arm[2] * F[at, b, 0] - arm[0] * F[at, b, 2]
                M[at, parent, 2] += arm[0] * F[at, b, 1] - arm[1] * F[at, b, 0]
    return F, M


@njit(cache=True)
def _share_out(force, moment, pelvis, corners, held, frames, mass, gravity, friction, edges, ridge):  # type: ignore[no-untyped-def]
    """The least push at the corners that gives force and moment about the pelvis: (M, 16, 3) [N].

    Least squares with nothing pulling (Lawson and Hanson 1974); a corner stands if it did a frame before or after.
    """
    out = np.zeros((len(frames), corners.shape[1], 3))
    weight = mass * gravity
    A = np.zeros((6, corners.shape[1] * edges))
    rays = np.zeros((edges, 3))
    for e in range(edges):
        angle = 2.0 * np.pi * e / edges
        rays[e, 0], rays[e, 1], rays[e, 2] = friction * np.cos(angle), friction * np.sin(angle), 1.0
    for m in range(len(frames)):
        now = frames[m]
        points = np.zeros((corners.shape[1], 2))
        which = np.zeros(corners.shape[1], dtype=np.int64)
        count = 0
        for k in range(corners.shape[1]):
            for step in (0, -1, 1):
                at = now + step
                if 0 <= at < len(held) and held[at, k]:
                    points[count] = corners[at, k]
                    which[count] = k
                    count += 1
                    break
        if count == 0:
            continue
        n = count * edges
        b = np.empty(6)
        for k in range(3):
            b[k] = force[m, k] / weight
            b[3 + k] = moment[m, k] / mass
        for k in range(count):
            ax, ay, az = points[k, 0] - pelvis[m, 0], points[k, 1] - pelvis[m, 1], -pelvis[m, 2]
            for e in range(edges):
                x, y, z = rays[e, 0], rays[e, 1], rays[e, 2]
                col = k * edges + e
                A[0, col], A[1, col], A[2, col] = x, y, z
                A[3, col] = (ay * z - az * y) * gravity
                A[4, col] = (az * x - ax * z) * gravity
                A[5, col] = (ax * y - ay * x) * gravity
        used = np.ascontiguousarray(A[:, :n])
        x, _ = nonnegative(used, b, ridge)
        for k in range(count):
            for e in range(edges):
                for j in range(3):
                    out[m, which[k], j] += x[k * edges + e] * rays[e, j] * weight
    return out


def joint_turns(track: Track) -> Array:
    """Angular velocity of every body against its parent, in the parent's frame, at the frames [rad/s], (F, 26, 3).

    A rotation over two frames, half a frame either way of one at the ends.
    """
    R = track.R[::FINE]
    parents = track.skeleton.parents
    out = np.zeros((len(R), len(parents), 3))
    if len(R) < 3:
        return out
    for body, parent in enumerate(parents):
        local = R[:, body] if parent < 0 else np.swapaxes(R[:, parent], 1, 2) @ R[:, body]
        turn = quat_log(quat_from_matrix(local[2:] @ np.swapaxes(local[:-2], 1, 2)))
        out[1:-1, body] = turn * track.motion.rate / 2
    out[0], out[-1] = out[1], out[-2]
    return out


_WAYS: tuple[tuple[str, str, str, tuple[float, float, float]], ...] = (
    # exertion, body beyond the joint, frame of the axis, axis of that push on the body beyond (left side)
    ("hip extension", "thigh", "pelvis", (0, 1, 0)),
    ("hip flexion", "thigh", "pelvis", (0, -1, 0)),
    ("hip abduction", "thigh", "pelvis", (1, 0, 0)),
    ("knee extension", "shank", "shank", (0, -1, 0)),
    ("knee flexion", "shank", "shank", (0, 1, 0)),
    ("ankle plantar", "foot", "shank", (0, 1, 0)),
    ("trunk extension", "lumbar", "pelvis", (0, -1, 0)),
)


def torques(track: Track) -> Torques:
    """Net torques of hips, knees, ankles and trunk, as shares of what she can give at the speed they turn."""
    skeleton = track.skeleton
    mass = skeleton.mass
    sides = ("left", "right")
    names = [f"{side} {way[0]}" for way in _WAYS[:-1] for side in sides] + [_WAYS[-1][0]]
    empty = Torques(
        np.zeros(0, dtype=np.int64),
        tuple(names),
        np.zeros((0, len(names))),
        np.zeros((0, len(names))),
        np.zeros((0, len(names))),
        np.zeros((0, 2, 3)),
    )
    if track.frames < 8:
        return empty
    F, M = _newton_euler(
        track.R,
        track.p,
        skeleton.parents,
        skeleton.masses,
        skeleton.coms,
        skeleton.inertias,
        GRAVITY,
        1.0 / track.rate,
    )
    # Inner samples begin at 1; a bell of four running means begins 2 * (FINE - 1) later, at sample 7.
    frames = np.arange(2, track.frames - 2)
    pick = frames * FINE - 7
    F, M = averaged(F, 4)[pick], averaged(M, 4)[pick]
    fine = frames * FINE
    corners, held = patches(track)
    push = _share_out(
        np.ascontiguousarray(F[:, 0]),
        np.ascontiguousarray(M[:, 0]),
        np.ascontiguousarray(track.p[fine, 0]),
        corners,
        held,
        frames,
        mass,
        GRAVITY,
        FRICTION,
        EDGES,
        RIDGE,
    )
    points = np.concatenate([corners[frames], np.zeros((len(frames), corners.shape[1], 1))], axis=2)
    turning = joint_turns(track)[frames]
    torque = np.zeros((len(frames), len(names)))
    speed = np.zeros_like(torque)
    used = np.zeros_like(torque)
    column = 0
    for name, part, frame_of, axis in _WAYS:
        for side in (0, 1) if part != "lumbar" else (-1,):
            suffix = f"_{'lr'[side]}" if side >= 0 else ""
            body = skeleton.index(part + suffix)
            sign = np.array([-1.0, 1.0, -1.0]) if side == 1 else np.ones(3)
            carrier = skeleton.index(frame_of if frame_of == "pelvis" else frame_of + suffix)
            line = track.R[fine, carrier] @ (np.array(axis) * sign)
            need = M[:, body].copy()
            if side >= 0:
                own = slice(SHOE * side, SHOE * side + SHOE)
                arms = points[:, own] - track.p[fine, body][:, None]
                need -= np.cross(arms, push[:, own]).sum(axis=1)
            parent = int(skeleton.parents[body])
            turn = np.einsum("fij,fj->fi", track.R[fine, parent], turning[:, body])
            torque[:, column] = np.maximum((need * line).sum(axis=1) / mass, 0.0)
            speed[:, column] = (turn * line).sum(axis=1)
            used[:, column] = 100.0 * torque[:, column] / EXERTIONS[name].gives(speed[:, column])
            column += 1
    feet = push.reshape(len(frames), 2, SHOE, 3).sum(axis=2)
    return Torques(frames, tuple(names), torque, speed, used, feet)


def speeds(track: Track) -> tuple[tuple[str, ...], Array]:
    """How fast every joint turns, as a share of its fastest [%], at the frames: names and (F, 25)."""
    skeleton = track.skeleton
    turning = np.degrees(np.linalg.norm(joint_turns(track), axis=2))
    bodies = [b for b, kind in enumerate(skeleton.kinds) if kind != Joint.ROOT]
    names = tuple(skeleton.names[b] for b in bodies)
    most = np.array([FASTEST[name.removesuffix("_l").removesuffix("_r")] for name in names])
    return names, turning[:, bodies] / most * 100.0


__all__ = ["EXERTIONS", "Exertion", "Torques", "joint_turns", "speeds", "torques"]
