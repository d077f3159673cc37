"""The visible body: a skinned mesh in the zero pose, baked once and shipped."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.build import Build, Scaling, builds, scaling_of
from petipa.dancer.skeleton import PARENTS
from petipa.errors import DancerError

Array = NDArray[np.float64]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Body:
    """The dancer's skin and clothes in the zero pose: T-pose facing +x, soles on the floor. Metres.

    Attributes
    ----------
    names : (26,) bodies of the skeleton, in its order
    joints : (26, 3) joint centres
    vertices : (N, 3); faces : (M, 3), counter-clockwise seen from outside
    bone : (N, 4) bodies that move each vertex; weight : (N, 4), each row adds up to 1
    part : (M,) index into `part_names`, what each face is of
    point_delta : (N, 3) what a fully pointed foot adds to its vertices before they are skinned [m]
    heel, ball_medial, ball_lateral, toe_tip : (3,) where the left shoe can meet the floor
    platform : (4, 3) corners of the left shoe's flat tip
    shape_names : (S,) what face and breath can do: "smile", "blink_l", ..., "breath"
    shape_at : (K,) vertices that any shape moves
    shape_delta : (S, K, 3) what each shape, wholly taken, adds to them before they are skinned [m]
    paint : (N, 4) hairline, rouge, shadow of the lid, hollow; each 0 to 255 (`tools/bake/dress.py` says what of)
    eye : (3,) centre of the left eyeball
    bun : (2, 3) middle of the bun, and its axis
    crown : height of the head's crown, the bun not counted
    """

    names: tuple[str, ...]
    joints: Array
    vertices: FloatArray
    faces: NDArray[np.int32]
    bone: NDArray[np.uint8]
    weight: FloatArray
    part: NDArray[np.uint8]
    part_names: tuple[str, ...]
    point_delta: FloatArray
    heel: Array
    ball_medial: Array
    ball_lateral: Array
    toe_tip: Array
    platform: Array
    shape_names: tuple[str, ...]
    shape_at: NDArray[np.int64]
    shape_delta: FloatArray
    paint: NDArray[np.uint8]
    eye: Array
    bun: Array
    crown: float

    def part_index(self, name: str) -> int:
        """Number of a part by its name.

        Raises
        ------
        DancerError
            There is no such part.
        """
        if name not in self.part_names:
            raise DancerError(f"the body has no part {name!r}", would_work="one of " + ", ".join(self.part_names))
        return self.part_names.index(name)

    @cached_property
    def left_foot(self) -> NDArray[np.bool_]:
        """Which vertices the left foot's `point_delta` moves, shape (N,)."""
        return self.vertices[:, 1] > 0

    @cached_property
    def eyes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Vertices of the left and of the right eyeball."""
        of_eyes = np.isin(self.part, [self.part_index("eye"), self.part_index("iris")])
        used = np.unique(self.faces[of_eyes]).astype(np.int64)
        left = self.vertices[used, 1] > 0
        return used[left], used[~left]


def built(body: Body, scaling: Scaling) -> Body:
    """A body of another build: skin, shoes and joints moved alike."""
    vertices = np.asarray(body.vertices, dtype=np.float64)
    weight = np.asarray(body.weight, dtype=np.float64)
    foot, mid, toes = (body.names.index(f"{part}_l") for part in ("foot", "mid", "toes"))
    head = body.names.index("head")
    return replace(
        body,
        joints=scaling.joints,
        vertices=scaling.skinned(vertices, body.bone, weight).astype(np.float32),
        point_delta=scaling.stretched(np.asarray(body.point_delta, np.float64), body.bone, weight).astype(np.float32),
        heel=scaling.moved(body.heel, foot),
        ball_medial=scaling.moved(body.ball_medial, mid),
        ball_lateral=scaling.moved(body.ball_lateral, mid),
        toe_tip=scaling.moved(body.toe_tip, toes),
        platform=scaling.moved(body.platform, toes),
        shape_delta=np.stack(
            [
                scaling.stretched(np.asarray(shape, np.float64), body.bone[body.shape_at], weight[body.shape_at])
                for shape in body.shape_delta
            ]
        ).astype(np.float32),
        eye=scaling.moved(body.eye, head),
        bun=np.stack([scaling.moved(body.bun[0], head), body.bun[1]]),
        crown=float(scaling.moved(np.array([0.0, 0.0, body.crown]), head)[2]),
    )


@cache
def _built(name: str) -> Body:
    return built(load_body(), scaling(load_body(), builds()[name]))


def scaling(body: Body, build: Build) -> Scaling:
    """A build worked out for a body."""
    return scaling_of(build, body.joints, crown=body.crown, sole=0.0)


def body_of(skeleton: HasOffsets) -> Body:
    """The visible body a skeleton belongs to: the modelled one, or that of the build whose joints it has."""
    joints = np.array(skeleton.offsets, dtype=np.float64)
    if joints.shape != (len(PARENTS), 3):
        return load_body()
    for body, parent in enumerate(PARENTS):
        if parent >= 0:
            joints[body] += joints[parent]
    for name in builds():
        other = _built(name)
        if np.allclose(other.joints, joints, atol=1e-6):
            return other
    return load_body()


class HasOffsets(Protocol):
    """Anything with joints as a skeleton has them."""

    @property
    def offsets(self) -> Array: ...


def load_body() -> Body:
    """The body that ships with petipa.

    Raises
    ------
    DancerError
        It is missing or damaged.
    """
    source = resources.files("petipa.dancer") / "body.npz"
    try:
        with source.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            return Body(
                names=tuple(str(name) for name in data["names"]),
                joints=np.asarray(data["joints"], dtype=np.float64),
                vertices=np.asarray(data["vertices"], dtype=np.float32),
                faces=np.asarray(data["faces"], dtype=np.int32),
                bone=np.asarray(data["bone"], dtype=np.uint8),
                weight=np.asarray(data["weight"], dtype=np.float32),
                part=np.asarray(data["part"], dtype=np.uint8),
                part_names=tuple(str(name) for name in data["part_names"]),
                point_delta=np.asarray(data["point_delta"], dtype=np.float32),
                heel=np.asarray(data["heel"], dtype=np.float64),
                ball_medial=np.asarray(data["ball_medial"], dtype=np.float64),
                ball_lateral=np.asarray(data["ball_lateral"], dtype=np.float64),
                toe_tip=np.asarray(data["toe_tip"], dtype=np.float64),
                platform=np.asarray(data["platform"], dtype=np.float64),
                shape_names=tuple(str(name) for name in data["shape_names"]),
                shape_at=np.asarray(data["shape_at"], dtype=np.int64),
                shape_delta=np.asarray(data["shape_delta"], dtype=np.float32),
                paint=np.asarray(data["paint"], dtype=np.uint8),
                eye=np.asarray(data["eye"], dtype=np.float64),
                bun=np.asarray(data["bun"], dtype=np.float64),
                crown=float(data["crown"]),
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DancerError(
            f"the dancer's body cannot be read ({type(error).__name__})",
            where="petipa/dancer/body.npz",
            would_work="install petipa again",
        ) from error
