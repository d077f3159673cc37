"""Inner loops of the spacetime solve: pose, momentum, and the normal equations of one window.

The unknown is the deviation d of every frame from its reference: q = q_ref o exp(d), ball joints by a right
perturbation, so tracking and smoothness are linear in d. Momentum is taken over pairs of neighbouring frames.
With x and x' one material point at two neighbouring frames, both seen from the centre of mass, the angular
momentum of the step between them is sum(m x cross x') / dt; it needs only the 3x3 sums C = sum(m x x'^T) of each
body and of everything it carries, and so does its derivative by a joint axis a through the point p:

    sum(m (a cross (x - p)) cross x')  = D a - tr(D) a,      D = C - p Y'^T
    sum(m x cross (a cross (x' - p'))) = tr(E) a - E^T a,    E = C - X p'^T

where X and Y' are the first moments. That is exact, and constant work per degree of freedom.

Every array is per window of F frames; nv = 61. The lower normal matrix lies in rows: A[j, i - j] = A(i, j), five
frames wide, since the bend of the floor's force (a fourth difference of the centre of mass) spans five.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NV = 61
WIDTH = 3 * NV
BAND = 5 * NV
GRAVITY = 9.81
RAISED = np.pi / 3
"""A thigh this far to the side turns out as far as it can [rad]."""


@njit(cache=True, fastmath=False)
def pose(q_ref, d, parents, kinds, axes, offsets, q_at, v_at, q, R, p, A):  # type: ignore[no-untyped-def]
    """Configurations q (F, 77), rotations R (F, 26, 3, 3), joints p (F, 26, 3), axes A (F, 61, 3) of d (F, 61)."""
    frames, bodies = q_ref.shape[0], parents.shape[0]
    local = np.empty((3, 3))
    jac = np.empty((3, 3))
    for f in range(frames):
        for b in range(bodies):
            at, vt = q_at[b], v_at[b]
            if kinds[b] == 2:
                q[f, at] = q_ref[f, at] + d[f, vt]
                c, s = np.cos(q[f, at]), np.sin(q[f, at])
                x, y, z = axes[b, 0], axes[b, 1], axes[b, 2]
                t = 1.0 - c
                local[0, 0], local[0, 1], local[0, 2] = t * x * x + c, t * x * y - s * z, t * x * z + s * y
                local[1, 0], local[1, 1], local[1, 2] = t * x * y + s * z, t * y * y + c, t * y * z - s * x
                local[2, 0], local[2, 1], local[2, 2] = t * x * z - s * y, t * y * z + s * x, t * z * z + c
            else:
                if kinds[b] == 0:
                    for i in range(3):
                        q[f, i] = q_ref[f, i] + d[f, i]
                    at, vt = at + 3, vt + 3
                r0, r1, r2 = d[f, vt], d[f, vt + 1], d[f, vt + 2]
                sq = r0 * r0 + r1 * r1 + r2 * r2
                angle = np.sqrt(sq)
                if angle > 1e-5:
                    half = np.sin(0.5 * angle) / angle
                    k1 = (1.0 - np.cos(angle)) / sq
                    k2 = (angle - np.sin(angle)) / (sq * angle)
                else:
                    half, k1, k2 = 0.5 - sq / 48.0, 0.5 - sq / 24.0, 1.0 / 6.0 - sq / 120.0
                ew, ex, ey, ez = np.cos(0.5 * angle), half * r0, half * r1, half * r2
                w0, x0, y0, z0 = q_ref[f, at], q_ref[f, at + 1], q_ref[f, at + 2], q_ref[f, at + 3]
                w = w0 * ew - x0 * ex - y0 * ey - z0 * ez
                x = w0 * ex + x0 * ew + y0 * ez - z0 * ey
                y = w0 * ey - x0 * ez + y0 * ew + z0 * ex
                z = w0 * ez + x0 * ey - y0 * ex + z0 * ew
                norm = 1.0 / np.sqrt(w * w + x * x + y * y + z * z)
                w, x, y, z = w * norm, x * norm, y * norm, z * norm
                q[f, at], q[f, at + 1], q[f, at + 2], q[f, at + 3] = w, x, y, z
                local[0, 0], local[0, 1], local[0, 2] = (
                    1 - 2 * (y * y + z * z),
                    2 * (x * y - w * z),
                    2 * (x * z + w * y),
                )
                local[1, 0], local[1, 1], local[1, 2] = (
                    2 * (x * y + w * z),
                    1 - 2 * (x * x + z * z),
                    2 * (y * z - w * x),
                )
                local[2, 0], local[2, 1], local[2, 2] = (
                    2 * (x * z - w * y),
                    2 * (y * z + w * x),
                    1 - 2 * (x * x + y * y),
                )
                # Right Jacobian of the exponential: 1 - k1 [r] + k2 [r]^2.
                jac[0, 0], jac[0, 1], jac[0, 2] = (
                    1 - k2 * (r1 * r1 + r2 * r2),
                    k1 * r2 + k2 * r0 * r1,
                    -k1 * r1 + k2 * r0 * r2,
                )
                jac[1, 0], jac[1, 1], jac[1, 2] = (
                    -k1 * r2 + k2 * r0 * r1,
                    1 - k2 * (r0 * r0 + r2 * r2),
                    k1 * r0 + k2 * r1 * r2,
                )
                jac[2, 0], jac[2, 1], jac[2, 2] = (
                    k1 * r1 + k2 * r0 * r2,
                    -k1 * r0 + k2 * r1 * r2,
                    1 - k2 * (r0 * r0 + r1 * r1),
                )
            parent = parents[b]
            if parent < 0:
                for i in range(3):
                    p[f, b, i] = q[f, i]
                    for j in range(3):
                        R[f, b, i, j] = local[i, j]
            else:
                for i in range(3):
                    p[f, b, i] = p[f, parent, i]
                    for k in range(3):
                        p[f, b, i] += R[f, parent, i, k] * offsets[b, k]
                    for j in range(3):
                        total = 0.0
                        for k in range(3):
                            total += R[f, parent, i, k] * local[k, j]
                        R[f, b, i, j] = total
            if kinds[b] == 2:
                for i in range(3):
                    A[f, vt, i] = R[f, b, i, 0] * axes[b, 0] + R[f, b, i, 1] * axes[b, 1] + R[f, b, i, 2] * axes[b, 2]
            else:
                for j in range(3):
                    for i in range(3):
                        A[f, vt + j, i] = (
                            R[f, b, i, 0] * jac[0, j] + R[f, b, i, 1] * jac[1, j] + R[f, b, i, 2] * jac[2, j]
                        )
        for i in range(3):
            for j in range(3):
                A[f, i, j] = 1.0 if i == j else 0.0


@njit(cache=True)
def centre(R, p, A, parents, masses, coms, body_of, c, x, X, Jc):  # type: ignore[no-untyped-def]
    """Centre of mass c (F, 3), body centres x and carried first moments X (F, 26, 3) from c, and Jc (F, 61, 3)."""
    frames, bodies = R.shape[0], parents.shape[0]
    carried = masses.copy()
    for b in range(bodies - 1, 0, -1):
        carried[parents[b]] += carried[b]
    total = carried[0]
    for f in range(frames):
        for i in range(3):
            c[f, i] = 0.0
        for b in range(bodies):
            for i in range(3):
                x[f, b, i] = (
                    p[f, b, i] + R[f, b, i, 0] * coms[b, 0] + R[f, b, i, 1] * coms[b, 1] + R[f, b, i, 2] * coms[b, 2]
                )
                c[f, i] += masses[b] / total * x[f, b, i]
        for b in range(bodies):
            for i in range(3):
                x[f, b, i] -= c[f, i]
                X[f, b, i] = masses[b] * x[f, b, i]
        for b in range(bodies - 1, 0, -1):
            for i in range(3):
                X[f, parents[b], i] += X[f, b, i]
        for j in range(A.shape[1]):
            if j < 3:
                for i in range(3):
                    Jc[f, j, i] = A[f, j, i]
                continue
            b = body_of[j]
            share = carried[b] / total
            r0 = X[f, b, 0] / total - share * (p[f, b, 0] - c[f, 0])
            r1 = X[f, b, 1] / total - share * (p[f, b, 1] - c[f, 1])
            r2 = X[f, b, 2] / total - share * (p[f, b, 2] - c[f, 2])
            a0, a1, a2 = A[f, j, 0], A[f, j, 1], A[f, j, 2]
            Jc[f, j, 0] = a1 * r2 - a2 * r1
            Jc[f, j, 1] = a2 * r0 - a0 * r2
            Jc[f, j, 2] = a0 * r1 - a1 * r0


@njit(cache=True)
def momentum(R, p, A, c, x, X, parents, masses, second, body_of, derive, h, J0, J1):  # type: ignore[no-untyped-def]
    """Angular momentum times dt per kg, h (F-1, 3), of each step, with J0 and J1 (F-1, 61, 3) by its two frames.

    `second` (26, 3, 3) is each body's second moment of mass about its own centre, in the body's frame.
    """
    frames, bodies = R.shape[0], parents.shape[0]
    total = masses.sum()
    C = np.empty((bodies, 3, 3))
    half = np.empty((3, 3))
    D = np.empty((3, 3))
    for f in range(frames - 1):
        for b in range(bodies):
            for i in range(3):
                for j in range(3):
                    half[i, j] = (
                        R[f, b, i, 0] * second[b, 0, j]
                        + R[f, b, i, 1] * second[b, 1, j]
                        + R[f, b, i, 2] * second[b, 2, j]
                    )
            for i in range(3):
                for j in range(3):
                    C[b, i, j] = (
                        half[i, 0] * R[f + 1, b, j, 0]
                        + half[i, 1] * R[f + 1, b, j, 1]
                        + half[i, 2] * R[f + 1, b, j, 2]
                        + masses[b] * x[f, b, i] * x[f + 1, b, j]
                    )
        for b in range(bodies - 1, 0, -1):
            for i in range(3):
                for j in range(3):
                    C[parents[b], i, j] += C[b, i, j]
        h[f, 0] = (C[0, 1, 2] - C[0, 2, 1]) / total
        h[f, 1] = (C[0, 2, 0] - C[0, 0, 2]) / total
        h[f, 2] = (C[0, 0, 1] - C[0, 1, 0]) / total
        if not derive:
            continue
        for j in range(3):
            for i in range(3):
                J0[f, j, i] = 0.0
                J1[f, j, i] = 0.0
        for j in range(3, A.shape[1]):
            b = body_of[j]
            if j == 3 or body_of[j - 1] != b:
                for i in range(3):
                    for k in range(3):
                        D[i, k] = C[b, i, k] - (p[f, b, i] - c[f, i]) * X[f + 1, b, k]
            trace = D[0, 0] + D[1, 1] + D[2, 2]
            a0, a1, a2 = A[f, j, 0], A[f, j, 1], A[f, j, 2]
            for i in range(3):
                J0[f, j, i] = (D[i, 0] * a0 + D[i, 1] * a1 + D[i, 2] * a2 - trace * A[f, j, i]) / total
        for j in range(3, A.shape[1]):
            b = body_of[j]
            if j == 3 or body_of[j - 1] != b:
                for i in range(3):
                    for k in range(3):
                        D[i, k] = C[b, i, k] - X[f, b, i] * (p[f + 1, b, k] - c[f + 1, k])
            trace = D[0, 0] + D[1, 1] + D[2, 2]
            a0, a1, a2 = A[f + 1, j, 0], A[f + 1, j, 1], A[f + 1, j, 2]
            for i in range(3):
                J1[f, j, i] = (trace * A[f + 1, j, i] - (D[0, i] * a0 + D[1, i] * a1 + D[2, i] * a2)) / total


@njit(cache=True)
def dynamics(  # type: ignore[no-untyped-def]
    c, h, Jc, J0, J1, rate, airborne, cop, weights, friction, yaw_arm, least, drift, derive, rows, J, active
):
    """Newton and Euler at every inner frame, weighted: rows (F, 9) and J (F, 9, 183) by frames k-1, k, k+1.

    Rows 0-2: moment about the reference centre of pressure (grounded) or the change of angular momentum (flight),
    per kg. Rows 3-5: acceleration less free fall, in flight. Row 6: yaw moment beyond the load times `yaw_arm` (F,).
    Row 7: friction. Row 8: load below `least` (F,) [m/s2].
    `weights` (F, 7): moments x, y, z, acceleration, yaw excess, friction, pull.
    `drift` (F, 6) is added to acceleration and to the rate of angular momentum. `active` (F, 9) says which rows are.
    """
    frames = c.shape[0]
    r2 = rate * rate
    dot = np.empty((WIDTH, 3))
    acc = np.empty((WIDTH, 3))
    for k in range(1, frames - 1):
        for i in range(9):
            rows[k, i] = 0.0
            active[k, i] = False
        f0 = (c[k + 1, 0] - 2 * c[k, 0] + c[k - 1, 0]) * r2 + drift[k, 0]
        f1 = (c[k + 1, 1] - 2 * c[k, 1] + c[k - 1, 1]) * r2 + drift[k, 1]
        f2 = (c[k + 1, 2] - 2 * c[k, 2] + c[k - 1, 2]) * r2 + drift[k, 2] + GRAVITY
        l0 = (h[k, 0] - h[k - 1, 0]) * r2 + drift[k, 3]
        l1 = (h[k, 1] - h[k - 1, 1]) * r2 + drift[k, 4]
        l2 = (h[k, 2] - h[k - 1, 2]) * r2 + drift[k, 5]
        if derive:
            for j in range(NV):
                for i in range(3):
                    dot[j, i] = -J0[k - 1, j, i] * r2
                    dot[NV + j, i] = (J0[k, j, i] - J1[k - 1, j, i]) * r2
                    dot[2 * NV + j, i] = J1[k, j, i] * r2
                    acc[j, i] = Jc[k - 1, j, i] * r2
                    acc[NV + j, i] = -2 * Jc[k, j, i] * r2
                    acc[2 * NV + j, i] = Jc[k + 1, j, i] * r2
        w0, w1, w2, wa = weights[k, 0], weights[k, 1], weights[k, 2], weights[k, 3]
        for i in range(3):
            active[k, i] = weights[k, i] > 0
        if airborne[k]:
            rows[k, 0], rows[k, 1], rows[k, 2] = w0 * l0, w1 * l1, w2 * l2
            rows[k, 3], rows[k, 4], rows[k, 5] = wa * f0, wa * f1, wa * f2
            for i in range(3):
                active[k, 3 + i] = True
            if derive:
                for j in range(WIDTH):
                    J[k, 0, j], J[k, 1, j], J[k, 2, j] = w0 * dot[j, 0], w1 * dot[j, 1], w2 * dot[j, 2]
                    J[k, 3, j], J[k, 4, j], J[k, 5, j] = wa * acc[j, 0], wa * acc[j, 1], wa * acc[j, 2]
            continue
        u0, u1, u2 = c[k, 0] - cop[k, 0], c[k, 1] - cop[k, 1], c[k, 2]
        m0 = l0 + u1 * f2 - u2 * f1
        m1 = l1 + u2 * f0 - u0 * f2
        m2 = l2 + u0 * f1 - u1 * f0
        rows[k, 0], rows[k, 1], rows[k, 2] = w0 * m0, w1 * m1, w2 * m2
        if derive:
            for j in range(WIDTH):
                e0 = dot[j, 0] + u1 * acc[j, 2] - u2 * acc[j, 1]
                e1 = dot[j, 1] + u2 * acc[j, 0] - u0 * acc[j, 2]
                e2 = dot[j, 2] + u0 * acc[j, 1] - u1 * acc[j, 0]
                if NV <= j < 2 * NV:
                    s0, s1, s2 = Jc[k, j - NV, 0], Jc[k, j - NV, 1], Jc[k, j - NV, 2]
                    e0 += s1 * f2 - s2 * f1
                    e1 += s2 * f0 - s0 * f2
                    e2 += s0 * f1 - s1 * f0
                J[k, 0, j], J[k, 1, j], J[k, 2, j] = w0 * e0, w1 * e1, w2 * e2
                J[k, 6, j] = e2
        load = max(f2, 0.0)
        excess = abs(m2) - yaw_arm[k] * load
        if excess > 0.0 and weights[k, 4] > 0.0:
            sign = 1.0 if m2 > 0 else -1.0
            active[k, 6] = True
            rows[k, 6] = weights[k, 4] * excess
            if derive:
                for j in range(WIDTH):
                    J[k, 6, j] *= weights[k, 4] * sign
                    if load > 0.0:
                        J[k, 6, j] -= weights[k, 4] * yaw_arm[k] * acc[j, 2]
        side = np.sqrt(f0 * f0 + f1 * f1 + 1e-12)
        slip = side - friction * f2
        if slip > 0.0 and weights[k, 5] > 0.0:
            active[k, 7] = True
            rows[k, 7] = weights[k, 5] * slip
            if derive:
                for j in range(WIDTH):
                    J[k, 7, j] = weights[k, 5] * ((f0 * acc[j, 0] + f1 * acc[j, 1]) / side - friction * acc[j, 2])
        if f2 < least[k] and weights[k, 6] > 0.0:
            active[k, 8] = True
            rows[k, 8] = weights[k, 6] * (f2 - least[k])
            if derive:
                for j in range(WIDTH):
                    J[k, 8, j] = weights[k, 6] * acc[j, 2]


@njit(cache=True)
def bend_rows(c, rate, weight, out):  # type: ignore[no-untyped-def]
    """Weighted second differences of the acceleration of the centre of mass, out (F, 3); weight (F,)."""
    r2 = rate * rate
    for k in range(2, c.shape[0] - 2):
        for i in range(3):
            out[k, i] = weight[k] * r2 * (c[k - 2, i] - 4 * c[k - 1, i] + 6 * c[k, i] - 4 * c[k + 1, i] + c[k + 2, i])


@njit(cache=True)
def point_rows(R, p, body, local, target, weight, out):  # type: ignore[no-untyped-def]
    """Weighted misses of the tracked points (F, P, 3); weight (F, P, 2) is horizontal and vertical."""
    for f in range(R.shape[0]):
        for n in range(body.shape[0]):
            b = body[n]
            for i in range(3):
                at = p[f, b, i]
                for k in range(3):
                    at += R[f, b, i, k] * local[n, k]
                out[f, n, i] = weight[f, n, 1 if i == 2 else 0] * (at - target[f, n, i])


@njit(cache=True)
def turn_rows(R, body, target, weight, out):  # type: ignore[no-untyped-def]
    """Weighted misses of the tracked orientations (F, O, 3): rotation vector from target to body, in the world."""
    E = np.empty((3, 3))
    for f in range(R.shape[0]):
        for n in range(body.shape[0]):
            b = body[n]
            for i in range(3):
                for j in range(3):
                    E[i, j] = (
                        R[f, b, i, 0] * target[f, n, j, 0]
                        + R[f, b, i, 1] * target[f, n, j, 1]
                        + R[f, b, i, 2] * target[f, n, j, 2]
                    )
            v0, v1, v2 = 0.5 * (E[2, 1] - E[1, 2]), 0.5 * (E[0, 2] - E[2, 0]), 0.5 * (E[1, 0] - E[0, 1])
            s = np.sqrt(v0 * v0 + v1 * v1 + v2 * v2)
            cos = 0.5 * (E[0, 0] + E[1, 1] + E[2, 2] - 1.0)
            scale = np.arctan2(s, cos) / s if s > 1e-9 else 1.0
            w = weight[f, n] * scale
            out[f, n, 0], out[f, n, 1], out[f, n, 2] = w * v0, w * v1, w * v2


@njit(cache=True)
def bound_rows(q, at, low, high, weight, out):  # type: ignore[no-untyped-def]
    """Weighted excess of hinges (F, H) beyond low and high (F, H)."""
    for f in range(q.shape[0]):
        for n in range(at.shape[0]):
            value = q[f, at[n]]
            out[f, n] = weight * (min(value - low[f, n], 0.0) + max(value - high[f, n], 0.0))


@njit(cache=True)
def range_rows(  # type: ignore[no-untyped-def]
    q, R, A, bodies, q_at, v_at, way, side, low, high, grow, weight, derive, out, J
):
    """Weighted excess of ball joints beyond their limits, out (F, B, 3), and J (F, B, 3, 3) by the joint's freedoms.

    Limits `low` and `high` (F, B, 3).

    Coordinates by `way` (B,): 0 components of the rotation vector; 1 flexion, abduction and outward twist of a thigh,
    whose `high` twist is `grow` (B,) more when it is raised 60 degrees to the side; 2 the whole angle, 0, 0.
    """
    value, most = np.empty(3), np.empty(3)
    # Derivatives by a turn of the body about its own axes.
    by = np.empty((3, 3))
    jac = np.empty((3, 3))
    for f in range(q.shape[0]):
        for n in range(bodies.shape[0]):
            at, vt, b = q_at[n], v_at[n], bodies[n]
            w, x, y, z = q[f, at], q[f, at + 1], q[f, at + 2], q[f, at + 3]
            if w < 0.0:
                w, x, y, z = -w, -x, -y, -z
            extra = 0.0
            raised = False
            if way[n] == 1:
                long = np.sqrt(w * w + z * z)
                c, s = w / long, z / long
                sx, sy = x * c - y * s, y * c + x * s
                short = np.sqrt(sx * sx + sy * sy)
                # Swing angle by the sine of its half, and the twist.
                ratio = 2.0 * np.arctan2(short, long) / short if short > 1e-9 else 2.0 / long
                value[0], value[1], value[2] = -ratio * sy, side[n] * ratio * sx, side[n] * 2.0 * np.arctan2(s, c)
                raised = 0.0 < value[1] < RAISED
                extra = grow[n] * min(max(value[1] / RAISED, 0.0), 1.0)
            else:
                short = np.sqrt(x * x + y * y + z * z)
                ratio = 2.0 * np.arctan2(short, w) / short if short > 1e-9 else 2.0
                value[0], value[1], value[2] = ratio * x, ratio * y, ratio * z
                if way[n] == 2:
                    value[0], value[1], value[2] = ratio * short, 0.0, 0.0
            beyond = False
            for i in range(3):
                top = high[f, n, i] + (extra if i == 2 else 0.0)
                out[f, n, i] = weight * (min(value[i] - low[f, n, i], 0.0) + max(value[i] - top, 0.0))
                beyond = beyond or out[f, n, i] != 0.0
            if not (derive and beyond):
                continue
            if way[n] == 1:
                for k in range(3):
                    # Half turns about x, y, z: change of the quaternion, of the twist, of the swing.
                    if k == 0:
                        dw, dx, dy, dz = -0.5 * x, 0.5 * w, 0.5 * z, -0.5 * y
                    elif k == 1:
                        dw, dx, dy, dz = -0.5 * y, -0.5 * z, 0.5 * w, 0.5 * x
                    else:
                        dw, dx, dy, dz = -0.5 * z, 0.5 * y, -0.5 * x, 0.5 * w
                    half = (c * dz - s * dw) / long
                    dlong = c * dw + s * dz
                    dsx = dx * c - dy * s - half * sy
                    dsy = dy * c + dx * s + half * sx
                    if short > 1e-6:
                        dshort = (sx * dsx + sy * dsy) / short
                        dratio = 2.0 * (long * dshort - short * dlong) / short - ratio * dshort / short
                    else:
                        dratio = -2.0 * dlong / (long * long)
                    by[0, k] = -(ratio * dsy + dratio * sy)
                    by[1, k] = side[n] * (ratio * dsx + dratio * sx)
                    by[2, k] = side[n] * 2.0 * half
            elif way[n] == 2:
                scale = 1.0 / short if short > 1e-9 else 0.0
                by[0, 0], by[0, 1], by[0, 2] = scale * x, scale * y, scale * z
                by[1:] = 0.0
            else:
                # Inverse right Jacobian of the exponential: 1 + [v]/2 + k [v]^2.
                v0, v1, v2 = value[0], value[1], value[2]
                sq = v0 * v0 + v1 * v1 + v2 * v2
                k2 = (1.0 - 0.5 * ratio * w) / sq if sq > 1e-6 else 1.0 / 12.0
                by[0, 0], by[0, 1], by[0, 2] = (
                    1.0 - k2 * (v1 * v1 + v2 * v2),
                    k2 * v0 * v1 - 0.5 * v2,
                    k2 * v0 * v2 + 0.5 * v1,
                )
                by[1, 0], by[1, 1], by[1, 2] = (
                    k2 * v0 * v1 + 0.5 * v2,
                    1.0 - k2 * (v0 * v0 + v2 * v2),
                    k2 * v1 * v2 - 0.5 * v0,
                )
                by[2, 0], by[2, 1], by[2, 2] = (
                    k2 * v0 * v2 - 0.5 * v1,
                    k2 * v1 * v2 + 0.5 * v0,
                    1.0 - k2 * (v0 * v0 + v1 * v1),
                )
            # The joint's freedoms turn the body about the axes A in the world.
            for i in range(3):
                for j in range(3):
                    jac[i, j] = (
                        R[f, b, 0, i] * A[f, vt + j, 0]
                        + R[f, b, 1, i] * A[f, vt + j, 1]
                        + R[f, b, 2, i] * A[f, vt + j, 2]
                    )
            for i in range(3):
                most[0], most[1], most[2] = by[i, 0], by[i, 1], by[i, 2]
                if i == 2 and raised and out[f, n, 2] > 0.0:
                    for k in range(3):
                        most[k] -= grow[n] / RAISED * by[1, k]
                for j in range(3):
                    J[f, n, i, j] = weight * (most[0] * jac[0, j] + most[1] * jac[1, j] + most[2] * jac[2, j])


@njit(cache=True)
def smooth_cost(d, track, curve, kink, own, rate):  # type: ignore[no-untyped-def]
    """Half the squared weighted deviations, their second differences, and the kinks (fourth differences) of it all.

    track (F, 61), curve (61,), kink (61,); `own` (F, 61) are the reference's own fourth differences.
    """
    total = 0.0
    for f in range(d.shape[0]):
        for j in range(NV):
            r = track[f, j] * d[f, j]
            total += r * r
    for f in range(1, d.shape[0] - 1):
        for j in range(NV):
            r = curve[j] * (d[f + 1, j] - 2 * d[f, j] + d[f - 1, j]) * rate * rate
            total += r * r
    for f in range(2, d.shape[0] - 2):
        for j in range(NV):
            r = d[f - 2, j] - 4 * d[f - 1, j] + 6 * d[f, j] - 4 * d[f + 1, j] + d[f + 2, j] + own[f, j]
            r *= kink[j] * rate * rate
            total += r * r
    return 0.5 * total


@njit(cache=True, fastmath=True)
def _add_three(a, b, c, r, ab, grad, first):  # type: ignore[no-untyped-def]
    """Add three rows a, b, c with residuals r (3,) to the normal equations, their first column at `first`."""
    n = a.shape[0]
    for j in range(n):
        s, t, u = a[j], b[j], c[j]
        grad[first + j] += s * r[0] + t * r[1] + u * r[2]
        line = ab[first + j]
        for m in range(n - j):
            line[m] += s * a[j + m] + t * b[j + m] + u * c[j + m]


@njit(cache=True, fastmath=True)
def normal_equations(  # type: ignore[no-untyped-def]
    d,
    track,
    curve,
    kink,
    own,
    rate,
    rows,
    J,
    active,
    Jc,
    bend_r,
    bend_w,
    A,
    p,
    R,
    body_of,
    chain,
    chain_len,
    points,
    local,
    point_r,
    point_w,
    turns,
    turn_r,
    turn_w,
    hinges,
    hinge_r,
    hinge_w,
    ball_v,
    ball_r,
    ball_J,
    ab,
    grad,
):
    """The lower normal matrix ab (61 F, 305) and gradient grad (61 F,) of all terms."""
    frames = d.shape[0]
    ab[:] = 0.0
    grad[:] = 0.0
    cols = np.empty((3, 64))
    wide = np.empty((3, BAND))
    stencil = (1.0, -4.0, 6.0, -4.0, 1.0)
    for f in range(frames):
        base = f * NV
        if 2 <= f < frames - 2:
            for j in range(NV):
                w = kink[j] * kink[j] * rate * rate * rate * rate
                r = d[f - 2, j] - 4 * d[f - 1, j] + 6 * d[f, j] - 4 * d[f + 1, j] + d[f + 2, j] + own[f, j]
                for m in range(5):
                    at = base + (m - 2) * NV + j
                    grad[at] += w * stencil[m] * r
                    for n in range(m, 5):
                        ab[at, (n - m) * NV] += w * stencil[m] * stencil[n]
        if 2 <= f < frames - 2 and bend_w[f] > 0.0:
            for m in range(5):
                s = stencil[m] * bend_w[f] * rate * rate
                for j in range(NV):
                    for i in range(3):
                        wide[i, m * NV + j] = s * Jc[f - 2 + m, j, i]
            _add_three(wide[0], wide[1], wide[2], bend_r[f], ab, grad, base - 2 * NV)
        for j in range(NV):
            w = track[f, j] * track[f, j]
            ab[base + j, 0] += w
            grad[base + j] += w * d[f, j]
        if 1 <= f < frames - 1:
            for j in range(NV):
                w = curve[j] * curve[j] * rate * rate * rate * rate
                r = d[f + 1, j] - 2 * d[f, j] + d[f - 1, j]
                ab[base - NV + j, 0] += w
                ab[base - NV + j, NV] -= 2 * w
                ab[base - NV + j, 2 * NV] += w
                ab[base + j, 0] += 4 * w
                ab[base + j, NV] -= 2 * w
                ab[base + NV + j, 0] += w
                grad[base - NV + j] += w * r
                grad[base + j] -= 2 * w * r
                grad[base + NV + j] += w * r
            first = base - NV
            _add_three(J[f, 0], J[f, 1], J[f, 2], rows[f, :3], ab, grad, first)
            if active[f, 3]:
                _add_three(J[f, 3], J[f, 4], J[f, 5], rows[f, 3:6], ab, grad, first)
            for i in range(6, 9):
                if active[f, i]:
                    for j in range(WIDTH):
                        s = J[f, i, j]
                        grad[first + j] += s * rows[f, i]
                        for n in range(j, WIDTH):
                            ab[first + j, n - j] += s * J[f, i, n]
        for n in range(points.shape[0] + turns.shape[0]):
            if n < points.shape[0]:
                b = points[n]
                wx, wz = point_w[f, n, 0], point_w[f, n, 1]
                if wx == 0.0 and wz == 0.0:
                    continue
                x0, x1, x2 = p[f, b, 0], p[f, b, 1], p[f, b, 2]
                for k in range(3):
                    x0 += R[f, b, 0, k] * local[n, k]
                    x1 += R[f, b, 1, k] * local[n, k]
                    x2 += R[f, b, 2, k] * local[n, k]
                r0, r1, r2 = point_r[f, n, 0], point_r[f, n, 1], point_r[f, n, 2]
                for m in range(chain_len[b]):
                    j = chain[b, m]
                    a0, a1, a2 = A[f, j, 0], A[f, j, 1], A[f, j, 2]
                    if j < 3:
                        cols[0, m], cols[1, m], cols[2, m] = wx * a0, wx * a1, wz * a2
                        continue
                    o = body_of[j]
                    e0, e1, e2 = x0 - p[f, o, 0], x1 - p[f, o, 1], x2 - p[f, o, 2]
                    cols[0, m] = wx * (a1 * e2 - a2 * e1)
                    cols[1, m] = wx * (a2 * e0 - a0 * e2)
                    cols[2, m] = wz * (a0 * e1 - a1 * e0)
            else:
                t = n - points.shape[0]
                b = turns[t]
                w = turn_w[f, t]
                if w == 0.0:
                    continue
                r0, r1, r2 = turn_r[f, t, 0], turn_r[f, t, 1], turn_r[f, t, 2]
                # Inverse left Jacobian to second order: 1 - [e]/2 + [e]^2/12 with e the rotation vector.
                e0, e1, e2 = r0 / w, r1 / w, r2 / w
                for m in range(chain_len[b]):
                    j = chain[b, m]
                    if j < 3:
                        cols[0, m], cols[1, m], cols[2, m] = 0.0, 0.0, 0.0
                        continue
                    a0, a1, a2 = A[f, j, 0], A[f, j, 1], A[f, j, 2]
                    b0, b1, b2 = e1 * a2 - e2 * a1, e2 * a0 - e0 * a2, e0 * a1 - e1 * a0
                    cols[0, m] = w * (a0 - 0.5 * b0 + (e1 * b2 - e2 * b1) / 12)
                    cols[1, m] = w * (a1 - 0.5 * b1 + (e2 * b0 - e0 * b2) / 12)
                    cols[2, m] = w * (a2 - 0.5 * b2 + (e0 * b1 - e1 * b0) / 12)
            for m in range(chain_len[b]):
                j = chain[b, m]
                grad[base + j] += cols[0, m] * r0 + cols[1, m] * r1 + cols[2, m] * r2
                for k in range(m, chain_len[b]):
                    ab[base + j, chain[b, k] - j] += (
                        cols[0, m] * cols[0, k] + cols[1, m] * cols[1, k] + cols[2, m] * cols[2, k]
                    )
        for n in range(hinges.shape[0]):
            if hinge_r[f, n] != 0.0:
                ab[base + hinges[n], 0] += hinge_w * hinge_w
                grad[base + hinges[n]] += hinge_w * hinge_r[f, n]
        for n in range(ball_v.shape[0]):
            first = base + ball_v[n]
            for i in range(3):
                r = ball_r[f, n, i]
                if r != 0.0:
                    for j in range(3):
                        grad[first + j] += ball_J[f, n, i, j] * r
                        for k in range(j, 3):
                            ab[first + j, k - j] += ball_J[f, n, i, j] * ball_J[f, n, i, k]
