"""Write the baked body."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .dress import PARTS, Dressed
from .rig import Rigged

INFLUENCES = 4
STILL = 3e-5
"""What a shape moves by less than this [m] it does not move."""


def write_body(path: Path, rigged: Rigged, dressed: Dressed) -> None:
    """Keep the four heaviest weights of each vertex and save, under a temporary name first."""
    ranked = np.argsort(-dressed.weights, axis=1, kind="stable")[:, : INFLUENCES + 1]
    weight = np.take_along_axis(dressed.weights, ranked, axis=1)
    # On the mid-plane left and right weigh the same: a pair goes together, or the body would lean to one side.
    next_best = weight[:, INFLUENCES:]
    order, weight = ranked[:, :INFLUENCES].copy(), weight[:, :INFLUENCES]
    weight = np.where(weight <= next_best * (1 + 1e-6), 0.0, weight)
    weight = (weight / weight.sum(1, keepdims=True)).astype(np.float32)
    order[weight < 1e-4] = 0
    weight[weight < 1e-4] = 0.0
    weight /= weight.sum(1, keepdims=True)
    shapes = np.stack(list(dressed.shapes.values()))
    shapes[np.abs(shapes) < STILL] = 0.0
    moved = np.flatnonzero(np.abs(shapes).max(axis=(0, 2)) > 0)
    temporary = path.with_suffix(".part.npz")
    np.savez_compressed(
        temporary,
        names=np.array(rigged.names),
        joints=rigged.joints,
        vertices=dressed.vertices.astype(np.float32),
        faces=dressed.faces.astype(np.uint16),
        bone=order.astype(np.uint8),
        weight=weight,
        part=dressed.part,
        part_names=np.array(PARTS),
        point_delta=dressed.point_delta.astype(np.float32),
        shape_names=np.array(list(dressed.shapes)),
        shape_at=moved.astype(np.uint16),
        shape_delta=shapes[:, moved].astype(np.float16),
        paint=dressed.paint,
        eye=dressed.eye,
        bun=dressed.bun,
        crown=dressed.crown,
        **dressed.sole,
    )
    temporary.replace(path)
