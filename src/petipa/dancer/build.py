"""Builds: other heights and proportions of the one modelled body, skeleton and skin alike.

A build gives each part of the body three factors along the axes of the zero pose (x depth, y breadth, and for the arms
their length, z height, for the legs their length), all of them then multiplied so that she has her height. Joints
follow from the pelvis outward; a vertex goes where the bodies that carry it take it, by their weights, so that skin,
shoes and the points of the sole keep to the joints exactly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.skeleton import NAMES, PARENTS
from petipa.errors import DancerError

Array = NDArray[np.float64]

_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "pelvis": "pelvis",
        "lumbar": "trunk",
        "thorax": "trunk",
        "chest": "trunk",
        "clavicle": "trunk",
        "neck": "neck",
        "head": "head",
        "upper_arm": "arms",
        "forearm": "arms",
        "wrist": "hands",
        "hand": "hands",
        "thigh": "legs",
        "shank": "legs",
        "foot": "feet",
        "mid": "feet",
        "toes": "feet",
    }
)
"""Which part of a build each body belongs to, the side aside."""


@dataclass(frozen=True)
class Build:
    """Heights and proportions.

    Attributes
    ----------
    name : str
    height : float [m]
        From sole to crown.
    mass : float [kg]
    parts : mapping of str to (float, float, float)
        Factors of a part's size against the modelled body's, before the height is met; 1 where a part is not named.
    """

    name: str
    height: float
    mass: float
    parts: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Scaling:
    """A build worked out: the factors of each body, and where its joints come to lie.

    Attributes
    ----------
    factors : (26, 3)
    joints : (26, 3) [m]
    before : (26, 3) [m]
        The modelled body's joints.
    """

    factors: Array
    joints: Array
    before: Array

    def moved(self, points: Array, body: int) -> Array:
        """Where points of one body come to lie, (..., 3) in the zero pose [m]."""
        return np.asarray(self.joints[body] + self.factors[body] * (points - self.before[body]))

    def skinned(self, points: Array, bone: NDArray[Any], weight: Array) -> Array:
        """Where points carried by several bodies come to lie, (N, 3), by their weights (N, 4)."""
        out = np.zeros_like(points)
        for column in range(bone.shape[1]):
            b = bone[:, column]
            out += weight[:, column, None] * (self.joints[b] + self.factors[b] * (points - self.before[b]))
        return np.asarray(out / weight.sum(axis=1, keepdims=True))

    def stretched(self, ways: Array, bone: NDArray[Any], weight: Array) -> Array:
        """What becomes of small ways, (N, 3), of points carried by several bodies."""
        factor = np.einsum("nk,nkd->nd", weight, self.factors[bone]) / weight.sum(axis=1, keepdims=True)
        return np.asarray(factor * ways)

    @property
    def volumes(self) -> Array:
        """How much more of it there is of each body, (26,)."""
        return np.asarray(self.factors.prod(axis=1))


def scaling_of(build: Build, joints: Array, *, crown: float, sole: float) -> Scaling:
    """A build against the modelled body.

    Parameters
    ----------
    joints : (26, 3) of the modelled body [m]
    crown, sole : heights of its crown and its sole [m]
    """
    own = np.array([build.parts.get(_PARTS[_plain(name)], (1.0, 1.0, 1.0)) for name in NAMES], dtype=np.float64)
    head, foot = NAMES.index("head"), NAMES.index("foot_l")

    def placed(factors: Array) -> Array:
        out = np.zeros_like(joints)
        for body, parent in enumerate(PARENTS):
            if parent >= 0:
                out[body] = out[parent] + factors[parent] * (joints[body] - joints[parent])
        return out

    shape = placed(own)
    top = shape[head, 2] + own[head, 2] * (crown - joints[head, 2])
    bottom = shape[foot, 2] - own[foot, 2] * (joints[foot, 2] - sole)
    factors = own * (build.height - sole) / (top - bottom)
    out = placed(factors)
    ground = out[foot, 2] - factors[foot, 2] * (joints[foot, 2] - sole)
    out += np.array([joints[0, 0], joints[0, 1], sole - ground])
    return Scaling(factors, out, joints)


def _plain(name: str) -> str:
    return name.removesuffix("_l").removesuffix("_r")


@cache
def tables() -> Mapping[str, Any]:
    """The levels and builds as they are written."""
    text = resources.files("petipa.dancer").joinpath("dancers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def builds() -> Mapping[str, Build]:
    """Every build by its name.

    Raises
    ------
    DancerError
        The file of dancers is damaged.
    """
    known = set(_PARTS.values())
    found: dict[str, Build] = {}
    for name, table in tables()["builds"].items():
        parts = {part: tuple(map(float, values)) for part, values in table.get("parts", {}).items()}
        if not set(parts) <= known or any(len(values) != 3 for values in parts.values()):
            raise DancerError(
                f"the build {name!r} names a part that is none",
                where="dancers.toml",
                would_work=", ".join(sorted(known)),
            )
        found[name] = Build(name, float(table["height"]), float(table["mass"]), MappingProxyType(parts))  # type: ignore[arg-type]
    return MappingProxyType(found)
