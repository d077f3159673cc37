"""A small z-buffer for shaded meshes: what strips are drawn with. No browser, no graphics card.

Orthographic, supersampled, one thread. Depth grows away from the eye.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]


@numba.njit(cache=True, fastmath=True)  # type: ignore[misc]
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


@numba.njit(cache=True, fastmath=True)  # type: ignore[misc]
def cover(
    screen: Float, faces: NDArray[np.int32], depth: Float, face_at: NDArray[np.int32], bary: Float
) -> None:
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
