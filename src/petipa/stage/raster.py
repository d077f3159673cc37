"""A small z-buffer for shaded meshes: what strips are drawn with. No browser, no graphics card.

Orthographic, supersampled, one thread. Depth grows away from the eye.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]


@numba.njit(cache=True, fastmath=True)
def vertex_normals(vertices: Float, faces: NDArray[np.int32]) -> Float:
    """Area-weighted unit normals at the vertices.

    Parameters
    ----------
    vertices : ndarray, shape (N, 3)
        Positions [m].
    faces : ndarray, shape (M, 3)
        Vertex indices, counter-clockwise seen from outside.

    Returns
    -------
    ndarray, shape (N, 3)
    """
    normals = np.zeros_like(vertices)
    for f in range(faces.shape[0]):
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        ax = vertices[j, 0] - vertices[i, 0]
        ay = vertices[j, 1] - vertices[i, 1]
        az = vertices[j, 2] - vertices[i, 2]
        bx = vertices[k, 0] - vertices[i, 0]
        by = vertices[k, 1] - vertices[i, 1]
        bz = vertices[k, 2] - vertices[i, 2]
        nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for v in (i, j, k):
            normals[v, 0] += nx
            normals[v, 1] += ny
            normals[v, 2] += nz
    for v in range(normals.shape[0]):
        length = np.sqrt(normals[v, 0] ** 2 + normals[v, 1] ** 2 + normals[v, 2] ** 2)
        if length > 0:
            normals[v] /= length
    return normals


@numba.njit(cache=True, fastmath=True)
def cover(screen: Float, faces: NDArray[np.int32], depth: Float, face_at: NDArray[np.int32], bary: Float) -> None:
    """Fill the buffers with the nearest face of every pixel.

    Parameters
    ----------
    screen : ndarray, shape (N, 3)
        Column [px], row [px] and depth [m] of each vertex; pixel centres are at half integers.
    faces : ndarray, shape (M, 3)
        Vertex indices.
    depth : ndarray, shape (H, W)
        Nearest depth so far; start at infinity.
    face_at : ndarray, shape (H, W)
        Face seen in each pixel; start at -1.
    bary : ndarray, shape (H, W, 2)
        Weights of the face's second and third vertex.
    """
    rows, columns = depth.shape
    for f in range(faces.shape[0]):
        i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
        x0, y0, z0 = screen[i, 0], screen[i, 1], screen[i, 2]
        x1, y1, z1 = screen[j, 0], screen[j, 1], screen[j, 2]
        x2, y2, z2 = screen[k, 0], screen[k, 1], screen[k, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        inverse = 1.0 / area
        left = max(0, int(np.ceil(min(x0, x1, x2) - 0.5)))
        right = min(columns - 1, int(np.floor(max(x0, x1, x2) - 0.5)))
        top = max(0, int(np.ceil(min(y0, y1, y2) - 0.5)))
        bottom = min(rows - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        for row in range(top, bottom + 1):
            py = row + 0.5 - y0
            for column in range(left, right + 1):
                px = column + 0.5 - x0
                b = (px * (y2 - y0) - (x2 - x0) * py) * inverse
                c = ((x1 - x0) * py - px * (y1 - y0)) * inverse
                if b < -1e-6 or c < -1e-6 or b + c > 1.000001:
                    continue
                z = z0 + b * (z1 - z0) + c * (z2 - z0)
                if z < depth[row, column]:
                    depth[row, column] = z
                    face_at[row, column] = f
                    bary[row, column, 0] = b
                    bary[row, column, 1] = c


@numba.njit(cache=True, fastmath=True)
def shade(
    faces: NDArray[np.int32],
    normals: Float,
    colour: Float,
    gloss: Float,
    eye_at: Float,
    eye: Float,
    camera: Float,
    depth: Float,
    face_at: NDArray[np.int32],
    bary: Float,
    metre: float,
) -> Float:
    """Light what `cover` found: key from above the eye's left, fill, rim from behind, dark where surfaces meet.

    Parameters
    ----------
    normals : ndarray, shape (N, 3)
        Vertex normals, world.
    colour : ndarray, shape (M, 3, 3)
        Colour at each face's corners (linear, 0 to 1).
    gloss : ndarray, shape (M,)
        Sheen of each face.
    eye_at, eye : ndarrays, shapes (N, 2) and (h, w, 3)
        A picture (linear) that replaces the colour of faces whose corners all have places on it, from its left and its
        top, above 0.
    camera : ndarray, shape (3, 3)
        Rows: right, up and toward the eye.
    metre : float
        Pixels per metre.

    Returns
    -------
    ndarray, shape (H, W, 4)
        Linear colour and cover (0 or 1).
    """
    rows, columns = depth.shape
    out = np.zeros((rows, columns, 4), dtype=np.float32)
    right, up, back = camera[0], camera[1], camera[2]
    key = -0.45 * right + 0.75 * up + 0.62 * back
    key /= np.sqrt((key * key).sum())
    fill = 0.85 * right + 0.10 * up + 0.55 * back
    fill /= np.sqrt((fill * fill).sum())
    half = key + back
    half /= np.sqrt((half * half).sum())
    taps, turns = 10, 16
    # Where to look for neighbours that stand in the light: a spiral, turned from pixel to pixel.
    tap_y, tap_x = np.empty((turns, taps), dtype=np.int32), np.empty((turns, taps), dtype=np.int32)
    tap_reach = np.empty(taps, dtype=np.float32)
    for n in range(taps):
        tap_reach[n] = 0.055 * np.sqrt((n + 0.5) / taps)
        for turn in range(turns):
            angle = 2.4 * turn + 2.399963 * n
            tap_y[turn, n] = int(np.rint(tap_reach[n] * metre * np.sin(angle)))
            tap_x[turn, n] = int(np.rint(tap_reach[n] * metre * np.cos(angle)))
    for row in range(rows):
        for column in range(columns):
            f = face_at[row, column]
            if f < 0:
                continue
            b, c = bary[row, column, 0], bary[row, column, 1]
            a = 1.0 - b - c
            i, j, k = faces[f, 0], faces[f, 1], faces[f, 2]
            nx = a * normals[i, 0] + b * normals[j, 0] + c * normals[k, 0]
            ny = a * normals[i, 1] + b * normals[j, 1] + c * normals[k, 1]
            nz = a * normals[i, 2] + b * normals[j, 2] + c * normals[k, 2]
            length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
            nx, ny, nz = nx / length, ny / length, nz / length
            facing = nx * back[0] + ny * back[1] + nz * back[2]
            if facing < 0:
                nx, ny, nz = nx - facing * back[0], ny - facing * back[1], nz - facing * back[2]
                facing = 0.0
            here = depth[row, column]
            hidden = 0.0
            turn = (row * 7 + column * 13) % turns
            # The surface itself rises toward the eye where it turns away: not an occluder.
            slope = 1.1 * np.sqrt(max(0.0, 1.0 - facing * facing)) / max(facing, 0.2)
            for n in range(taps):
                y, x = row + tap_y[turn, n], column + tap_x[turn, n]
                if 0 <= y < rows and 0 <= x < columns and face_at[y, x] >= 0:
                    nearer = here - depth[y, x]
                    if nearer > 0.004 + slope * tap_reach[n]:
                        hidden += 1.0 if nearer < 0.12 else 0.12 / nearer
            open_share = 1.0 - 0.62 * hidden / taps
            rim_dark = 1.0
            for n in range(4):
                y, x = row + (1 if n == 0 else -1 if n == 1 else 0), column + (1 if n == 2 else -1 if n == 3 else 0)
                if 0 <= y < rows and 0 <= x < columns and face_at[y, x] >= 0 and here - depth[y, x] > 0.03:
                    rim_dark = 0.62
            red, green, blue = (
                a * colour[f, 0, 0] + b * colour[f, 1, 0] + c * colour[f, 2, 0],
                a * colour[f, 0, 1] + b * colour[f, 1, 1] + c * colour[f, 2, 1],
                a * colour[f, 0, 2] + b * colour[f, 1, 2] + c * colour[f, 2, 2],
            )
            if eye_at[i, 0] > 0 and eye_at[j, 0] > 0 and eye_at[k, 0] > 0:
                u = a * eye_at[i, 0] + b * eye_at[j, 0] + c * eye_at[k, 0]
                v = a * eye_at[i, 1] + b * eye_at[j, 1] + c * eye_at[k, 1]
                x, y = min(int(u * eye.shape[1]), eye.shape[1] - 1), min(int(v * eye.shape[0]), eye.shape[0] - 1)
                red, green, blue = eye[y, x, 0], eye[y, x, 1], eye[y, x, 2]
            lit = nx * key[0] + ny * key[1] + nz * key[2]
            soft = max(0.0, 0.16 + 0.84 * lit)
            side = max(0.0, nx * fill[0] + ny * fill[1] + nz * fill[2])
            sky = 0.5 + 0.5 * nz
            away = 1.0 - facing
            rim = away * away * away * max(0.0, 0.35 + 0.65 * (nx * up[0] + ny * up[1] + nz * up[2]))
            shine = max(0.0, nx * half[0] + ny * half[1] + nz * half[2])
            shine = shine * shine * shine
            shine = shine * shine * shine * shine * shine * shine * shine * shine * gloss[f]
            for channel in range(3):
                warm = 1.03 if channel == 0 else 1.0 if channel == 1 else 0.94
                cool = 0.98 if channel == 0 else 0.97 if channel == 1 else 1.03
                light = 0.78 * soft * warm + (0.13 * side + 0.15 * sky) * cool + 0.075 * warm
                value = (
                    (red if channel == 0 else green if channel == 1 else blue) * light * open_share
                    + 0.16 * rim * cool
                    + 0.35 * shine * warm
                )
                out[row, column, channel] = value * rim_dark
            out[row, column, 3] = 1.0
    return out


@numba.njit(cache=True, fastmath=True)
def floor_and_wall(
    rows: int,
    columns: int,
    anchor_column: float,
    anchor_row: float,
    metre: float,
    eye: Float,
    shadow: Float,
    half: float,
    wall: Float,
    floor: Float,
    line: Float,
) -> Float:
    """What is behind the dancer: floor with her shadow, a light line through her place, a wall two metres behind.

    Parameters
    ----------
    anchor_column, anchor_row : float
        Where the floor under her hips falls [px].
    eye : ndarray, shape (3, 3)
        Rows: right, up and toward the eye.
    shadow : ndarray, shape (n, n)
        Darkness of the floor within ``half`` metres of her, rows along y.
    wall, floor, line : ndarrays, shape (3,)
        Linear colours.

    Returns
    -------
    ndarray, shape (rows, columns, 3)
    """
    out = np.empty((rows, columns, 3), dtype=np.float32)
    level = np.sqrt(eye[2, 0] ** 2 + eye[2, 1] ** 2)
    above = level < 1e-3
    gx, gy = (-eye[1, 0], -eye[1, 1]) if above else (eye[2, 0] / level, eye[2, 1] / level)
    cell = 2 * half / shadow.shape[0]
    for row in range(rows):
        v = (anchor_row - row - 0.5) / metre
        toward = -v / eye[2, 2]
        mix = 0.0 if above else min(1.0, max(0.0, (v - 2.0 * eye[2, 2]) / 0.10 + 0.5))
        bright = 0.0 if above else 0.5 * np.exp(-((v * metre) ** 2) / 1.5)
        for column in range(columns):
            u = (column + 0.5 - anchor_column) / metre
            x, y = eye[0, 0] * u + gx * toward, eye[0, 1] * u + gy * toward
            dark = 0.0
            if abs(x) < half - cell and abs(y) < half - cell:
                fx, fy = (x + half) / cell - 0.5, (y + half) / cell - 0.5
                i, j = int(fx), int(fy)
                fx, fy = fx - i, fy - j
                low = shadow[j, i] * (1 - fx) + shadow[j, i + 1] * fx
                high = shadow[j + 1, i] * (1 - fx) + shadow[j + 1, i + 1] * fx
                dark = (low * (1 - fy) + high * fy) * (1 - mix)
            for channel in range(3):
                base = mix * wall[channel] + (1 - mix) * floor[channel]
                base = (1 - bright) * base + bright * line[channel]
                out[row, column, channel] = base * (1 - dark)
    return out


@numba.njit(cache=True, fastmath=True)
def resolve(figure: Float, behind: Float, top: int, left: int, samples: int) -> NDArray[np.uint8]:
    """Average the figure's samples over what is behind and encode as sRGB.

    Parameters
    ----------
    figure : ndarray, shape (h * samples, w * samples, 4)
        Linear colour and cover of a window of the picture.
    behind : ndarray, shape (H, W, 3)
        Linear.
    top, left : int
        Where the window lies [px].

    Returns
    -------
    ndarray, shape (H, W, 3), uint8
    """
    rows, columns = behind.shape[:2]
    out = np.empty((rows, columns, 3), dtype=np.uint8)
    curve = np.empty(4097, dtype=np.uint8)
    for n in range(4097):
        curve[n] = int((n / 4096.0) ** (1 / 2.2) * 255.0 + 0.5)
    high, wide = figure.shape[0] // samples, figure.shape[1] // samples
    share = 1.0 / (samples * samples)
    for row in range(rows):
        for column in range(columns):
            y, x = row - top, column - left
            for channel in range(3):
                value = behind[row, column, channel]
                if 0 <= y < high and 0 <= x < wide:
                    total = 0.0
                    for a in range(samples):
                        for b in range(samples):
                            pixel = figure[y * samples + a, x * samples + b]
                            total += pixel[channel] if pixel[3] > 0 else value
                    value = total * share
                out[row, column, channel] = curve[int(min(1.0, max(0.0, value)) * 4096.0)]
    return out
