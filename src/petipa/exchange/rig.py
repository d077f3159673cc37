"""The dancer as other programs move her: bones that carry the skin by a linear blend.

Our own skin is blended by dual quaternions (`petipa.dancer.skin`); other programs blend linearly, and a linear blend
shrinks what is between two bones the more they turn against each other: at a développé the hip by centimetres. Halfway
bones lessen it. Each stands at a joint and takes a share of its turn, so that no vertex hangs between bones far turned
from each other; how much of its vertices each bone carries is fitted to our own skin over the dance ("Skinning mesh
animations", James and Twigg, ACM Trans. Graph. 24, 2005, fit weights so).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.body import Body
from petipa.dancer.face import turned_eyes
from petipa.dancer.headdress import crowned
from petipa.dancer.skin import pointed_share, skin
from petipa.mechanics import quat_along, quat_exp, quat_from_matrix, quat_log, quat_to_matrix
from petipa.showing import Costume
from petipa.tutu.sway import DrapeLike

Floats = NDArray[np.float64]

SHARES = {"thigh": (1 / 4, 1 / 2, 3 / 4), "upper_arm": (1 / 3, 2 / 3), "shank": (1 / 3, 2 / 3)}
"""The shares of a joint's turn that halfway bones take, by the bone below the joint; all others have one at half."""
SAMPLES = 72
"""Frames of the dance the weights are fitted to."""
INFLUENCES = 4
"""Most bones that may carry a vertex: what glTF readers must support."""
KEEP = 0.004
"""How strongly weights stay as they were modelled where the dance does not tell: a change of one weighs as this [m]."""


class Danced(Protocol):
    """A dance as the files of other programs need it (`petipa.stage.act.Act` is one)."""

    @property
    def title(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def rate(self) -> float: ...
    @property
    def rotations(self) -> Floats: ...
    @property
    def positions(self) -> Floats: ...
    @property
    def parents(self) -> NDArray[np.int64]: ...
    @property
    def body(self) -> Body: ...
    @property
    def drape(self) -> DrapeLike | None: ...
    @property
    def costume(self) -> Costume: ...


class FaceLike(Protocol):
    """A face in time (`petipa.stage.face.Face` is one).

    ``weights`` (F, S) are how much of each of the body's shapes it takes, ``gaze`` (F, 2) how far the eyes turn to her
    left and up [rad].
    """

    @property
    def weights(self) -> Floats: ...
    @property
    def gaze(self) -> Floats: ...


@dataclass(frozen=True)
class Shape:
    """What the body can do that no bone does: vertices `at` (K,) move by `delta` (K, 3) [m] before they are skinned.

    ``shares`` (F,) are how much of it is taken, 0 to 1.
    """

    name: str
    at: NDArray[np.int64]
    delta: Floats
    shares: Floats


@dataclass(frozen=True)
class Rig:
    """Bones and weights for a linear blend.

    Attributes
    ----------
    body : what is rigged: hers, and what she wears in her hair
    names : (J,) the body's bones in its order, the halfway bones, then both eyes ; parents : (J,), -1 for the root
    joints : (J, 3) joint centres in the rest pose [m]
    turns : (F, J, 4) quaternions (w, x, y, z) of each bone in its parent's frame, without sign jumps
    root : (F, 3) where the first bone is [m]
    shapes : the pointed foot's corrective, left and right, then what face and breath do
    bone, weight : (N, 4) what carries each vertex; each row of weights adds up to 1
    strays : (root mean square, 99.9 % of vertices, largest) distance of what is seen from
        our own skin over the fitted frames [m]
    """

    body: Body
    names: tuple[str, ...]
    parents: tuple[int, ...]
    joints: Floats
    turns: Floats
    root: Floats
    shapes: tuple[Shape, ...]
    bone: NDArray[np.uint8]
    weight: Floats
    strays: tuple[float, float, float]


def _shares(name: str) -> tuple[float, ...]:
    return next((shares for limb, shares in SHARES.items() if name.startswith(limb)), (0.5,))


def rig(danced: Danced, face: FaceLike | None = None) -> Rig:
    """The rig of a dance: its bones, the halfway bones, and weights fitted to our own skin.

    Parameters
    ----------
    face : FaceLike, optional
        A still one that looks straight ahead when left out.
    """
    body = crowned(danced.body, danced.costume)
    parents = [int(parent) for parent in danced.parents]
    world = danced.rotations
    turns = np.empty((len(world), len(parents), 4))
    for bone, parent in enumerate(parents):
        local = world[:, bone] if parent < 0 else np.swapaxes(world[:, parent], 1, 2) @ world[:, bone]
        turns[:, bone] = quat_from_matrix(local)
    names, joints = list(body.names), [np.asarray(joint, dtype=np.float64) for joint in body.joints]
    halfway: list[Floats] = []
    between: dict[int, list[int]] = {}
    for bone in range(len(parents)):
        if parents[bone] < 0:
            continue
        for number, share in enumerate(_shares(names[bone]), 1):
            between.setdefault(bone, []).append(len(names))
            names.append(f"{names[bone]}_part{number}")
            parents.append(parents[bone])
            joints.append(joints[bone])
            halfway.append(quat_exp(share * quat_log(turns[:, bone])))
    turns = np.concatenate([turns, *(one[:, None] for one in halfway)], axis=1)
    pointed = pointed_share(body, world)
    frames = np.unique(np.linspace(0, len(world) - 1, min(len(world), SAMPLES)).round().astype(np.int64))
    places = _placed(turns[frames], danced.positions[frames], parents, joints)
    ours = skin(body, world[frames], danced.positions[frames], pointed[frames]).astype(np.float64)
    carriers, weight, strays = _fitted(body, places, ours, pointed[frames], between, [int(p) for p in danced.parents])
    head = body.names.index("head")
    for number, name in enumerate(("eye_l", "eye_r")):
        eye = body.eyes[number]
        carriers[eye], weight[eye] = [len(names), 0, 0, 0], [1.0, 0.0, 0.0, 0.0]
        names.append(name)
        parents.append(head)
        joints.append(body.eye * [1.0, 1.0 - 2.0 * number, 1.0])
    gaze = np.zeros((len(world), 2)) if face is None else face.gaze
    looks = quat_from_matrix(turned_eyes(gaze))
    turns = np.concatenate([turns, looks[:, None], looks[:, None]], axis=1)
    return Rig(
        body=body,
        names=tuple(names),
        parents=tuple(parents),
        joints=np.array(joints),
        turns=quat_along(turns),
        root=np.asarray(danced.positions[:, 0]),
        shapes=_shapes(body, pointed, np.zeros((len(world), 0)) if face is None else face.weights),
        bone=carriers,
        weight=weight,
        strays=strays,
    )


def _shapes(body: Body, pointed: Floats, face: Floats) -> tuple[Shape, ...]:
    found = []
    for name, side, shares in zip(("left", "right"), (body.left_foot, ~body.left_foot), pointed.T, strict=True):
        at = np.flatnonzero(side & (np.abs(body.point_delta).max(axis=1) > 0))
        found.append(Shape(f"pointed_{name}", at, np.asarray(body.point_delta[at], dtype=np.float64), shares))
    for name, delta, shares in zip(body.shape_names, body.shape_delta, face.T, strict=False):
        moved = np.abs(delta).max(axis=1) > 1e-6
        found.append(Shape(name, body.shape_at[moved], np.asarray(delta[moved], dtype=np.float64), shares))
    return tuple(found)


def _placed(turns: Floats, positions: Floats, parents: list[int], joints: list[Floats]) -> tuple[Floats, Floats]:
    """What each bone does to the rest pose, world: rotations (F, J, 3, 3) and shifts (F, J, 3)."""
    local = quat_to_matrix(turns)
    R, shift = np.empty_like(local), np.empty((len(turns), len(parents), 3))
    place = np.empty_like(shift)
    for bone, parent in enumerate(parents):
        if parent < 0:
            R[:, bone], place[:, bone] = local[:, bone], positions[:, 0]
        else:
            R[:, bone] = R[:, parent] @ local[:, bone]
            place[:, bone] = place[:, parent] + R[:, parent] @ (joints[bone] - joints[parent])
        shift[:, bone] = place[:, bone] - R[:, bone] @ joints[bone]
    return R, shift


def _fitted(
    body: Body,
    places: tuple[Floats, Floats],
    ours: Floats,
    pointed: Floats,
    between: dict[int, list[int]],
    parents: list[int],
) -> tuple[NDArray[np.uint8], Floats, tuple[float, float, float]]:
    """Bones and weights of every vertex, and how far they stray."""
    R, shift = places
    count = len(body.vertices)
    rest = np.asarray(body.vertices, dtype=np.float64)
    # Vertices with the same modelled bones have the same candidates, and are fitted together.
    modelled = np.where(body.weight > 0, body.bone, 255).astype(np.int64)
    sets, member = np.unique(np.sort(modelled, axis=1), axis=0, return_inverse=True)
    bone = np.zeros((count, INFLUENCES), dtype=np.uint8)
    weight = np.zeros((count, INFLUENCES))
    missed = np.empty((len(ours), count))
    for number, row in enumerate(sets):
        bones = [int(one) for one in row if one != 255]
        chosen = np.flatnonzero(member.reshape(-1) == number)
        candidates = _candidates(bones, between, parents)
        share = np.where(body.left_foot[chosen], pointed[:, :1], pointed[:, 1:])
        bent = rest[chosen] + share[..., None] * np.asarray(body.point_delta[chosen], dtype=np.float64)
        moved = np.einsum("fkij,fvj->fvki", R[:, candidates], bent) + shift[:, candidates][:, None]
        prior = np.zeros((len(chosen), len(candidates)))
        for k, one in enumerate(bones):
            prior[:, k] = np.where(body.bone[chosen] == one, body.weight[chosen], 0.0).sum(1)
        prior /= prior.sum(1, keepdims=True)
        found = _weights(moved, ours[:, chosen], prior) if len(candidates) > 1 else prior
        order = np.argsort(-found, axis=1, kind="stable")[:, :INFLUENCES]
        width = order.shape[1]
        bone[chosen, :width] = np.array(candidates)[order]
        weight[chosen, :width] = np.take_along_axis(found, order, axis=1)
        missed[:, chosen] = np.linalg.norm(np.einsum("vk,fvki->fvi", found, moved) - ours[:, chosen], axis=-1)
    bone[weight == 0] = 0
    missed = missed[:, np.unique(body.faces)]  # what is covered by her clothes is in no face
    strays = (float(np.sqrt((missed**2).mean())), float(np.quantile(missed, 0.999)), float(missed.max()))
    return bone, weight, strays


def _candidates(bones: list[int], between: dict[int, list[int]], parents: list[int]) -> list[int]:
    """The modelled bones of a vertex first, then every bone on the way from one of them to another."""

    def upward(bone: int) -> list[int]:
        return [bone, *upward(parents[bone])] if bone >= 0 else []

    found = list(bones)
    for one, other in combinations(bones, 2):
        shared = set(upward(one)) & set(upward(other))
        for bone in (*upward(one), *upward(other)):
            if bone not in shared:
                found += [bone, *between.get(bone, [])]
    return list(dict.fromkeys(found))


def _weights(moved: Floats, ours: Floats, prior: Floats) -> Floats:
    """Weights (V, K), none below 0, at most four of them, adding up to 1, that bring `moved` nearest to `ours`."""
    frames, vertices, bones, _ = moved.shape
    # Written as differences from the target the sum to one takes care of itself: |sum w (moved - ours)|.
    off = moved - ours[:, :, None]
    gram = np.einsum("fvki,fvli->vkl", off, off, optimize=True) / frames
    gram += KEEP**2 * np.eye(bones)
    pull = KEEP**2 * prior
    found = np.empty_like(prior)
    for v in range(vertices):
        found[v] = _least(gram[v], pull[v])
    return found


def _least(gram: Floats, pull: Floats) -> Floats:
    """The least of w'Gw/2 - pull'w over w >= 0 with sum 1 and at most four not zero: drop the worst until it is so."""
    free = np.arange(len(gram))
    while True:
        n = len(free)
        system = np.ones((n + 1, n + 1))
        system[:n, :n] = gram[np.ix_(free, free)]
        system[n, n] = 0.0
        w = np.linalg.solve(system, np.append(pull[free], 1.0))[:n]
        if n > 1 and (w.min() < 0 or n > INFLUENCES):
            free = np.delete(free, int(w.argmin()))
            continue
        out = np.zeros(len(gram))
        out[free] = w / w.sum()
        return out
