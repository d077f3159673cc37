"""Projective dynamics of the net: implicit steps whose one matrix never changes.

A step minimises (Bouaziz et al. 2014, "Projective dynamics")::

    sum m / (2 h^2) |x - s|^2  +  sum w / 2 |S x - p(S x)|^2

where s is where free flight would bring a vertex, S x an edge, a second difference or an offset of two
layers, and p its projection on what it may be. A constant matrix stands for the Hessian (`metric`); it is
the metric of a quasi-Newton descent (Liu et al. 2017, `descent`), which learns the contacts and what the
matrix leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from petipa.tutu.contact import contact_normal
from petipa.tutu.cut import Pattern

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

HALO = 2
GRAVITY = 9.81


@dataclass(frozen=True)
class Springs:
    """Edges (a, j) - (b, j + shift) of rest length `length` (E, N) [m] and stiffness `weight` (E,) [N/m]."""

    a: Ints
    b: Ints
    shift: Ints
    weight: Array
    length: Array


@dataclass(frozen=True)
class Bends:
    """Second differences (a, j - shift) - 2 (b, j) + (c, j + shift) of rest size `size` (E, N) [m]."""

    a: Ints
    b: Ints
    c: Ints
    shift: Ints
    weight: Array
    size: Array


@dataclass(frozen=True)
class Stacks:
    """A row of one layer under the same place of the layer above, between its rows `u0` and `u1`.

    The offset along the upper layer's normal stays between `least` and `most` (E, N) [m].
    """

    low: Ints
    u0: Ints
    u1: Ints
    share: Array
    weight: Array
    least: Array
    most: Array


@dataclass(frozen=True)
class Net:
    """Everything about the cloth that does not move.

    Attributes
    ----------
    mass : (free,) [kg] of one vertex of a row ; area : (free,) [m2]
    inner, outer : (free,) the neighbouring rows, for normals
    """

    pattern: Pattern
    mass: Array
    area: Array
    inner: Ints
    outer: Ints
    springs: Springs
    bends: Bends
    stacks: Stacks


def weave(pattern: Pattern) -> Net:
    """The net of a pattern: its masses, and edges, folds and layers where it is free, at rest as laid out."""
    cut, rest, free = pattern.cut, pattern.rest, pattern.free
    rows, columns = rest.shape[0], rest.shape[1]
    around = np.linalg.norm(np.roll(rest, -1, axis=1) - rest, axis=2)
    mean_around = around.mean(axis=1)

    mass, area = np.zeros(rows), np.zeros(rows)
    inner, outer = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    spring: list[tuple[int, int, int, float, Array]] = []
    bend: list[tuple[int, int, int, int, float, Array]] = []
    for number, layer in enumerate(cut.layers):
        chain = pattern.chains[number]
        step = layer.length / (layer.rows - 1)
        for index, row in enumerate(chain):
            rim = index == layer.rows - 1
            area[row] = mean_around[row] * step * (0.5 if rim else 1.0)
            mass[row] = area[row] * layer.density
            inner[row] = chain[max(index - 1, 0)]
            outer[row] = chain[min(index + 1, layer.rows - 1)]
            if index < 2:
                continue
            width = step * (0.5 if rim else 1.0)
            # Around, the net is gathered and yields more easily than along, hence not the full membrane stiffness.
            spring.append((row, row, 1, 0.25 * cut.stretch * width / mean_around[row], around[row]))
            below = int(chain[index - 1])
            across = 0.5 * (mean_around[row] + mean_around[below])
            straight = np.linalg.norm(rest[row] - rest[below], axis=1)
            spring.append((int(row), below, 0, cut.stretch * across / step, straight))
            for shift in (1, -1):
                slant = np.linalg.norm(rest[row] - np.roll(rest[below], -shift, axis=0), axis=1)
                spring.append((int(row), below, shift, cut.shear * cut.stretch * across / step, slant))
            fold = np.linalg.norm(
                np.roll(rest[row], 1, axis=0) - 2 * rest[row] + np.roll(rest[row], -1, axis=0), axis=1
            )
            # Near the basque folds are finer than bending can tell; there they count as of one centimetre.
            pitch = max(float(mean_around[row]), 0.01)
            bend.append((int(row), int(row), int(row), 1, cut.fold * width / pitch**3, fold))
        for low, mid, high in zip(chain, chain[1:], chain[2:], strict=False):
            bend.append((int(low), int(mid), int(high), 0, layer.bend * mean_around[mid] / step**3, np.zeros(columns)))

    stack: list[tuple[int, int, int, float, float, Array, Array]] = []
    for number in range(1, len(cut.layers)):
        upper, lower = pattern.chains[number - 1], pattern.chains[number]
        steps = cut.layers[number - 1].length / (cut.layers[number - 1].rows - 1)
        for index in range(2, len(lower)):
            row = int(lower[index])
            place = pattern.at[row] / steps
            first = min(int(place), len(upper) - 2)
            u0, u1, share = int(upper[first]), int(upper[first + 1]), place - first
            offset = (1 - share) * rest[u0] + share * rest[u1] - rest[row]
            normal = _normals_of(rest[int(upper[max(first, 1) - 1])], rest[u1], rest[u0])
            apart = np.einsum("jc,jc->j", offset, normal)
            least = np.minimum(cut.gap, np.maximum(0.6 * apart, 0.0))
            # Tacked: a layer may hang a little deeper than cut, not fly away from the one above.
            most = np.maximum(1.25 * apart, apart + cut.slack)
            stack.append((row, u0, u1, share, cut.tack, least, most))

    return Net(
        pattern=pattern,
        mass=mass[:free],
        area=area[:free],
        inner=inner[:free],
        outer=outer[:free],
        springs=Springs(
            a=np.array([e[0] for e in spring]),
            b=np.array([e[1] for e in spring]),
            shift=np.array([e[2] for e in spring]),
            weight=np.array([e[3] for e in spring]),
            length=np.array([e[4] for e in spring]),
        ),
        bends=Bends(
            a=np.array([e[0] for e in bend]),
            b=np.array([e[1] for e in bend]),
            c=np.array([e[2] for e in bend]),
            shift=np.array([e[3] for e in bend]),
            weight=np.array([e[4] for e in bend]),
            size=np.array([e[5] for e in bend]),
        ),
        stacks=Stacks(
            low=np.array([e[0] for e in stack], dtype=np.int64),
            u0=np.array([e[1] for e in stack], dtype=np.int64),
            u1=np.array([e[2] for e in stack], dtype=np.int64),
            share=np.array([e[3] for e in stack], dtype=np.float64),
            weight=np.array([e[4] for e in stack], dtype=np.float64),
            least=np.array([e[5] for e in stack], dtype=np.float64).reshape(-1, columns),
            most=np.array([e[6] for e in stack], dtype=np.float64).reshape(-1, columns),
        ),
    )


def _normals_of(inner: Array, outer: Array, row: Array) -> Array:
    """Upward normals (N, 3) of a row, smoothed over a pleat."""
    along = outer - inner
    around = np.roll(row, -HALO, axis=0) - np.roll(row, HALO, axis=0)
    normal = np.cross(along, around)
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


@njit(cache=True, error_model="numpy")
def wrap(x, columns):  # type: ignore[no-untyped-def]
    """Fill the halo columns of x (3, R, N + 4)."""
    for c in range(x.shape[0]):
        for r in range(x.shape[1]):
            x[c, r, 0] = x[c, r, columns]
            x[c, r, 1] = x[c, r, columns + 1]
            x[c, r, columns + 2] = x[c, r, 2]
            x[c, r, columns + 3] = x[c, r, 3]


@njit(cache=True, fastmath=True, error_model="numpy")
def normals(x, rows, inner, outer, out):  # type: ignore[no-untyped-def]
    """Unit normals (E, 3, N) of some rows, upward, smoothed over a pleat, from the rows on either side."""
    n = out.shape[2]
    for e in range(rows.shape[0]):
        r, i, o = rows[e], inner[e], outer[e]
        for j in range(n):
            ax = x[0, o, j + 2] - x[0, i, j + 2]
            ay = x[1, o, j + 2] - x[1, i, j + 2]
            az = x[2, o, j + 2] - x[2, i, j + 2]
            bx = x[0, r, j + 4] - x[0, r, j]
            by = x[1, r, j + 4] - x[1, r, j]
            bz = x[2, r, j + 4] - x[2, r, j]
            nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
            size = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-30)
            out[e, 0, j], out[e, 1, j], out[e, 2, j] = nx * size, ny * size, nz * size


@njit(cache=True, fastmath=True, error_model="numpy")
def air(x, v, wind, mass, area, inner, outer, across, along, h):  # type: ignore[no-untyped-def]
    """Slow v (3, free, N) by the air's drag, stably whatever the speed.

    `across` and `along` are half the air's density times the drag coefficients [kg/m3].
    """
    n = v.shape[2]
    for r in range(mass.shape[0]):
        i, o = inner[r], outer[r]
        ka = h * across * area[r] / mass[r]
        kt = h * along * area[r] / mass[r]
        for j in range(n):
            ax = x[0, o, j + 2] - x[0, i, j + 2]
            ay = x[1, o, j + 2] - x[1, i, j + 2]
            az = x[2, o, j + 2] - x[2, i, j + 2]
            bx = x[0, r, j + 3] - x[0, r, j + 1]
            by = x[1, r, j + 3] - x[1, r, j + 1]
            bz = x[2, r, j + 3] - x[2, r, j + 1]
            nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
            size = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-30)
            nx, ny, nz = nx * size, ny * size, nz * size
            ux, uy, uz = v[0, r, j] - wind[0, r, j], v[1, r, j] - wind[1, r, j], v[2, r, j] - wind[2, r, j]
            un = ux * nx + uy * ny + uz * nz
            tx, ty, tz = ux - un * nx, uy - un * ny, uz - un * nz
            ut = np.sqrt(tx * tx + ty * ty + tz * tz)
            un = un / (1.0 + ka * abs(un))
            keep = 1.0 / (1.0 + kt * ut)
            v[0, r, j] = wind[0, r, j] + un * nx + keep * tx
            v[1, r, j] = wind[1, r, j] + un * ny + keep * ty
            v[2, r, j] = wind[2, r, j] + un * nz + keep * tz


@njit(cache=True, fastmath=True, error_model="numpy")
def potential(x, g, springs, bends, stacks, stack_normal):  # type: ignore[no-untyped-def]
    """Elastic energy [J] at x (3, R, N + 4); its gradient goes to g, same shape, halo folded in."""
    a_, b_, shift_, w_, l_ = springs
    n = l_.shape[1]
    g[:] = 0.0
    fx, fy, fz = np.empty(n), np.empty(n), np.empty(n)
    energy = 0.0
    for e in range(a_.shape[0]):
        a, b, sh, w, size0 = a_[e], b_[e], shift_[e], w_[e], l_[e]
        ax, ay, az = x[0, a, 2 : n + 2], x[1, a, 2 : n + 2], x[2, a, 2 : n + 2]
        bx, by, bz = x[0, b, 2 + sh : n + 2 + sh], x[1, b, 2 + sh : n + 2 + sh], x[2, b, 2 + sh : n + 2 + sh]
        part = 0.0
        for j in range(n):
            dx, dy, dz = ax[j] - bx[j], ay[j] - by[j], az[j] - bz[j]
            size = np.sqrt(dx * dx + dy * dy + dz * dz + 1e-30)
            over = size - size0[j]
            part += over * over
            f = w * over / size
            fx[j], fy[j], fz[j] = f * dx, f * dy, f * dz
        energy += 0.5 * w * part
        _add(g, a, 2, 1.0, fx, fy, fz)
        _add(g, b, 2 + sh, -1.0, fx, fy, fz)

    a_, b_, c_, shift_, w_, l_ = bends
    for e in range(a_.shape[0]):
        a, b, c, sh, w, size0 = a_[e], b_[e], c_[e], shift_[e], w_[e], l_[e]
        ax, ay, az = x[0, a, 2 - sh : n + 2 - sh], x[1, a, 2 - sh : n + 2 - sh], x[2, a, 2 - sh : n + 2 - sh]
        bx, by, bz = x[0, b, 2 : n + 2], x[1, b, 2 : n + 2], x[2, b, 2 : n + 2]
        cx, cy, cz = x[0, c, 2 + sh : n + 2 + sh], x[1, c, 2 + sh : n + 2 + sh], x[2, c, 2 + sh : n + 2 + sh]
        part = 0.0
        for j in range(n):
            dx, dy, dz = ax[j] - 2.0 * bx[j] + cx[j], ay[j] - 2.0 * by[j] + cy[j], az[j] - 2.0 * bz[j] + cz[j]
            size = np.sqrt(dx * dx + dy * dy + dz * dz + 1e-30)
            over = size - size0[j]
            part += over * over
            f = w * over / size
            fx[j], fy[j], fz[j] = f * dx, f * dy, f * dz
        energy += 0.5 * w * part
        _add(g, a, 2 - sh, 1.0, fx, fy, fz)
        _add(g, b, 2, -2.0, fx, fy, fz)
        _add(g, c, 2 + sh, 1.0, fx, fy, fz)

    low_, u0_, u1_, t_, w_, least_, most_ = stacks
    for e in range(low_.shape[0]):
        low, u0, u1, t, w = low_[e], u0_[e], u1_[e], t_[e], w_[e]
        least, most = least_[e], most_[e]
        nx, ny, nz = stack_normal[e, 0], stack_normal[e, 1], stack_normal[e, 2]
        s = 1.0 - t
        part = 0.0
        for j in range(n):
            dx = s * x[0, u0, j + 2] + t * x[0, u1, j + 2] - x[0, low, j + 2]
            dy = s * x[1, u0, j + 2] + t * x[1, u1, j + 2] - x[1, low, j + 2]
            dz = s * x[2, u0, j + 2] + t * x[2, u1, j + 2] - x[2, low, j + 2]
            apart = dx * nx[j] + dy * ny[j] + dz * nz[j]
            over = min(apart - least[j], 0.0) + max(apart - most[j], 0.0)
            part += over * over
            f = w * over
            fx[j], fy[j], fz[j] = f * nx[j], f * ny[j], f * nz[j]
        energy += 0.5 * w * part
        _add(g, low, 2, -1.0, fx, fy, fz)
        _add(g, u0, 2, s, fx, fy, fz)
        _add(g, u1, 2, t, fx, fy, fz)
    for c in range(3):
        for r in range(g.shape[1]):
            g[c, r, n] += g[c, r, 0]
            g[c, r, n + 1] += g[c, r, 1]
            g[c, r, 2] += g[c, r, n + 2]
            g[c, r, 3] += g[c, r, n + 3]
    return energy


@njit(cache=True, fastmath=True, inline="always", error_model="numpy")
def _add(g, row, at, by, fx, fy, fz):  # type: ignore[no-untyped-def]
    n = fx.shape[0]
    gx, gy, gz = g[0, row, at : at + n], g[1, row, at : at + n], g[2, row, at : at + n]
    for j in range(n):
        gx[j] += by * fx[j]
    for j in range(n):
        gy[j] += by * fy[j]
    for j in range(n):
        gz[j] += by * fz[j]


@njit(cache=True, fastmath=True, error_model="numpy")
def inertia(x, s, m, g, out):  # type: ignore[no-untyped-def]
    """Add sum m / 2 |x - s|^2 (m is mass over h squared); the whole gradient of the free rows goes to out."""
    energy = 0.0
    free, n = s.shape[1], s.shape[2]
    for c in range(3):
        for r in range(free):
            xr, sr, gr, o = x[c, r, 2 : n + 2], s[c, r], g[c, r, 2 : n + 2], out[c, r]
            part = 0.0
            for j in range(n):
                d = xr[j] - sr[j]
                part += d * d
                o[j] = gr[j] + m[r] * d
            energy += 0.5 * m[r] * part
    return energy


@njit(cache=True, error_model="numpy")
def touching(  # type: ignore[no-untyped-def]
    x, out, found, rows, cols, cone, entry, a, b, ra, rb, yielding, skin, weight, most
):
    """Energy of vertices nearer than `skin` to a cone; its gradient is added to out (3, free, N).

    Against a yielding cone a vertex pushes with no more than the force `most` [N].
    """
    energy = 0.0
    for i in range(found):
        r, j, k = rows[i], cols[i], cone[i]
        px, py, pz = x[0, r, j + 2], x[1, r, j + 2], x[2, r, j + 2]
        d, nx, ny, nz = contact_normal(px, py, pz, a[k], b[k], ra[k], rb[k], entry[i, 0], entry[i, 1], entry[i, 2])
        over = d - skin
        if over >= 0.0:
            continue
        force = weight * over
        if yielding[k] and force < -most:
            energy += most * (-over - 0.5 * most / weight)
            force = -most
        else:
            energy += 0.5 * weight * over * over
        out[0, r, j] += force * nx
        out[1, r, j] += force * ny
        out[2, r, j] += force * nz
    return energy
