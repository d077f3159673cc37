"""Laws of the baked body and of its skin."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from petipa.dancer import NAMES, load_dancer
from petipa.dancer.body import Body, load_body
from petipa.dancer.normals import vertex_normals
from petipa.dancer.skin import POINTED, pointed_normals, pointed_share, skin
from petipa.errors import DancerError
from petipa.mechanics import forward

MIRROR = np.array([1.0, -1.0, 1.0])


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def _swap() -> list[int]:
    other = {"_l": "_r", "_r": "_l"}
    return [NAMES.index(n[:-2] + other[n[-2:]] if n[-2:] in other else n) for n in NAMES]


def _zero(body: Body) -> tuple[np.ndarray, np.ndarray]:
    return np.broadcast_to(np.eye(3), (1, 26, 3, 3)).copy(), body.joints[None].copy()


def test_names_are_the_skeletons(body: Body) -> None:
    assert body.names == NAMES


def test_joints_mirror_exactly(body: Body) -> None:
    assert np.array_equal(body.joints[_swap()], body.joints * MIRROR)
    assert body.joints[0, 0] == 0 and body.joints[0, 1] == 0


def _mirror_image(body: Body) -> np.ndarray:
    """Index of each vertex's mirror image; where several coincide, any of them."""
    gap, image = cKDTree(body.vertices).query(body.vertices * MIRROR)
    assert gap.max() < 1e-6
    return image


def test_vertices_weights_and_parts_mirror(body: Body) -> None:
    image = _mirror_image(body)
    dense = np.zeros((len(body.vertices), 26))
    np.add.at(dense, (np.arange(len(dense))[:, None], body.bone), body.weight)
    assert np.abs(dense[image][:, _swap()] - dense).max() < 2e-3
    assert np.abs(body.point_delta[image] * MIRROR - body.point_delta).max() < 1e-6
    centre = body.vertices[body.faces].mean(1)[:, 1]
    for part in range(len(body.part_names)):
        own = centre[body.part == part]
        assert (own > 0).sum() == (own < 0).sum()


def test_weights_add_up_to_one(body: Body) -> None:
    assert np.allclose(body.weight.sum(1), 1.0, atol=1e-5)
    assert body.weight.min() >= 0 and body.bone.max() < 26


def test_faces_use_every_vertex_and_point_outward(body: Body) -> None:
    assert np.array_equal(np.unique(body.faces), np.arange(len(body.vertices)))
    a, b, c = (body.vertices[body.faces[:, n]].astype(float) for n in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert 0.03 < volume < 0.07


def test_size_of_a_dancer(body: Body) -> None:
    tall = body.crown - body.vertices[:, 2].min()
    assert 1.60 < tall < 1.70
    leg = body.joints[body.names.index("thigh_l"), 2]
    assert 0.51 < leg / tall < 0.56
    assert len(body.vertices) < 18_000


def test_she_stands_on_the_floor(body: Body) -> None:
    shoes = np.isin(body.part, [body.part_index("shoe"), body.part_index("sole")])
    used = np.unique(body.faces[shoes])
    assert abs(float(body.vertices[used, 2].min())) < 1e-6
    assert body.vertices[:, 2].min() > -1e-6
    for mark in (body.heel, body.ball_medial, body.ball_lateral, body.toe_tip):
        assert mark[2] == 0.0
        near = np.linalg.norm(body.vertices[used, :2] - mark[:2], axis=1).min()
        assert near < 0.015


def test_platform_is_flat_and_the_shoes(body: Body) -> None:
    assert np.ptp(body.platform[:, 0]) == 0.0
    width, height = np.ptp(body.platform[:, 1]), np.ptp(body.platform[:, 2])
    assert 0.025 <= width <= 0.035 and 0.017 <= height <= 0.025
    left = body.vertices[body.left_foot]
    assert left[left[:, 2] < 0.1, 0].max() == pytest.approx(body.platform[0, 0], abs=1e-6)
    flat = left[np.abs(left[:, 0] - body.platform[0, 0]) < 1e-6]
    for corner in body.platform[:, 1:]:
        inside = (np.abs(flat[:, 1] - corner[0]) < 0.006) & (np.abs(flat[:, 2] - corner[1]) < 0.006)
        assert inside.any()


def test_legs_are_vertical_and_arms_level(body: Body) -> None:
    for side in "lr":
        hip, knee, ankle = (body.joints[NAMES.index(f"{n}_{side}")] for n in ("thigh", "shank", "foot"))
        assert np.allclose(hip[:2], knee[:2], atol=1e-9) and np.allclose(knee[:2], ankle[:2], atol=1e-9)
        shoulder, elbow, hand = (body.joints[NAMES.index(f"{n}_{side}")] for n in ("upper_arm", "forearm", "hand"))
        assert np.ptp([shoulder[2], elbow[2], hand[2]]) < 1e-9
        assert np.ptp([shoulder[0], elbow[0], hand[0]]) < 1e-3


def test_zero_pose_is_the_baked_shape(body: Body) -> None:
    assert np.abs(skin(body, *_zero(body))[0] - body.vertices).max() < 1e-6


def test_skin_moves_rigidly_with_the_whole(body: Body) -> None:
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    shift = np.array([0.3, -1.0, 0.4])
    R, p = _zero(body)
    moved = skin(body, turn @ R, p @ turn.T + shift)[0]
    assert np.abs(moved - (body.vertices @ turn.T + shift)).max() < 1e-5


def test_a_mirrored_pose_has_a_mirrored_skin(body: Body) -> None:
    from petipa.mechanics.kinematics import mirror

    skeleton = load_dancer("noah").skeleton
    random = np.random.default_rng(3)
    q = skeleton.zero()[None] + 0.25 * random.standard_normal((1, skeleton.nq))
    for b in range(26):
        s = skeleton.q_slice(b)
        if s.stop - s.start == 4:
            q[0, s] /= np.linalg.norm(q[0, s])
    there = skin(body, *forward(skeleton, mirror(skeleton, q)))[0]
    here = skin(body, *forward(skeleton, q))[0] * MIRROR
    gap = np.linalg.norm(there[_mirror_image(body)] - here, axis=1)
    assert np.quantile(gap, 0.999) < 1e-3


def test_a_full_turn_out_keeps_the_thighs_girth(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = np.repeat(skeleton.zero()[None], 2, axis=0)
    s = skeleton.q_slice(NAMES.index("thigh_l"))
    q[1, s] = [np.cos(np.radians(30)), 0, 0, np.sin(np.radians(30))]
    straight, turned = skin(body, *forward(skeleton, q))
    hip = body.joints[NAMES.index("thigh_l")]
    rest = body.vertices
    band = (rest[:, 1] > 0.01) & (np.abs(rest[:, 2] - (hip[2] - 0.12)) < 0.02)

    def girth(points: np.ndarray) -> float:
        return float(np.linalg.norm(points[band, :2] - hip[:2], axis=1).mean())

    assert girth(turned) == pytest.approx(girth(straight), rel=0.03)


def test_pointed_share_rises_from_flat_to_pointed(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = np.repeat(skeleton.zero()[None], 3, axis=0)
    ankle, mid = (skeleton.q_slice(NAMES.index(f"{n}_l")) for n in ("foot", "mid"))
    for row, (bend, arch) in enumerate([(0, 0), (30, 10), (58, 30)]):
        half = np.radians(bend) / 2
        q[row, ankle] = [np.cos(half), 0, np.sin(half), 0]
        q[row, mid] = np.radians(arch)
    share = pointed_share(body, forward(skeleton, q)[0])
    assert share[0, 0] == 0 and 0 < share[1, 0] < 1 and share[2, 0] == 1
    assert np.allclose(share[:, 1], 0)


def test_on_pointe_she_stands_on_the_platform(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = skeleton.zero()[None]
    for side in "lr":
        half = np.radians(60) / 2
        q[0, skeleton.q_slice(NAMES.index(f"foot_{side}"))] = [np.cos(half), 0, np.sin(half), 0]
        q[0, skeleton.q_slice(NAMES.index(f"mid_{side}"))] = np.radians(30)
    R, p = forward(skeleton, q)
    toes = NAMES.index("toes_l")
    corners = (body.platform - body.joints[toes]) @ R[0, toes].T + p[0, toes]
    assert np.ptp(corners[:, 2]) < 1e-9
    low = skin(body, R, p)[0][:, 2].min()
    assert low == pytest.approx(corners[:, 2].min(), abs=0.002)


def test_a_pointed_foot_goes_on_from_the_shin(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = skeleton.zero()[None]
    half = np.radians(58) / 2
    q[0, skeleton.q_slice(NAMES.index("foot_l"))] = [np.cos(half), 0, np.sin(half), 0]
    q[0, skeleton.q_slice(NAMES.index("mid_l"))] = np.radians(30)
    R, p = forward(skeleton, q)
    ankle = p[0, NAMES.index("foot_l")]
    points = skin(body, R, p)[0][body.left_foot] - ankle
    points = points[np.abs(points[:, 1]) < 0.05]

    def front(low: float, high: float) -> float:
        return float(points[(points[:, 2] > low) & (points[:, 2] < high), 0].max())

    def back(low: float, high: float) -> float:
        return float(points[(points[:, 2] > low) & (points[:, 2] < high), 0].min())

    # An instep comes forward of the shin by some two centimetres, and the heel hardly stands out behind the tendon.
    assert 0.0 < front(-0.06, 0.03) - front(0.08, 0.14) < 0.024
    assert back(-0.06, 0.03) > back(0.05, 0.09) - 0.012


def test_no_fold_breaks_the_line_of_a_pointed_foot(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = skeleton.zero()[None]
    half = np.radians(57) / 2
    q[0, skeleton.q_slice(NAMES.index("foot_l"))] = [np.cos(half), 0, np.sin(half), 0]
    q[0, skeleton.q_slice(NAMES.index("mid_l"))] = np.radians(28)
    R, p = forward(skeleton, q)
    points = skin(body, R, p)[0].astype(float) - p[0, NAMES.index("foot_l")]
    side = (np.abs(points[body.faces][..., 1]).max(1) < 0.08) & (body.vertices[body.faces][..., 1].min(1) > 0)
    faces = body.faces[side]
    corners = points[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    low = (corners[..., 2].max(1) < 0.10) & (corners[..., 2].min(1) > -0.19)
    # Every piece of the limb's wall faces away from its middle line: nothing hangs over.
    middle = np.interp(corners[..., 2].mean(1), [-0.20, -0.12, -0.04, 0.10], [-0.025, -0.008, -0.010, -0.010])
    out = (corners.mean(1) - np.stack([middle, 0 * middle, corners[..., 2].mean(1)], 1)) * [1.0, 1.0, 0.0]
    area = np.linalg.norm(normal, axis=1)[low]
    assert area[(normal * out).sum(1)[low] <= 0].sum() < 2e-4 * area.sum()


def test_normals_of_a_pointed_foot_are_skinned_to_the_true_ones(body: Body) -> None:
    skeleton = load_dancer("noah").skeleton
    q = skeleton.zero()[None]
    for name, degrees in POINTED.items():
        angle = np.radians(degrees)
        ball = [np.cos(angle / 2), 0, np.sin(angle / 2), 0]
        q[0, skeleton.q_slice(NAMES.index(f"{name}_l"))] = ball if name == "foot" else angle
    R, p = forward(skeleton, q)
    true = vertex_normals(skin(body, R, p)[0], body.faces)
    given = pointed_normals(body)
    assert np.abs(np.linalg.norm(given, axis=1) - 1).max() < 1e-3
    # Those the box alone moves turn with it; those of the head stay.
    dense = np.zeros((len(body.vertices), 26))
    np.add.at(dense, (np.arange(len(dense))[:, None], body.bone), body.weight)
    for name in ("toes_l", "head"):
        own = dense[:, NAMES.index(name)] > 0.999
        assert own.sum() > 50
        assert np.allclose(given[own] @ R[0, NAMES.index(name)].T, true[own], atol=2e-3)


def test_the_hairline_falls_to_the_ear_without_a_wedge(body: Body) -> None:
    x, _, z = (body.vertices - body.eye).T
    line = (np.abs(body.paint[:, 0].astype(int) - 128) < 12) & (body.vertices[:, 1] > 0.03) & (x > -0.062) & (x < 0.0)
    ends = np.linspace(-0.062, 0.0, 7)
    heights = [z[line & (x >= a) & (x < b)].mean() for a, b in pairwise(ends)]
    assert (np.diff(heights) > 0).all()


def test_unknown_part_names_the_known_ones(body: Body) -> None:
    with pytest.raises(DancerError, match="bodice"):
        body.part_index("cape")


def test_a_damaged_body_is_a_clear_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "body.npz").write_bytes(b"no archive")
    monkeypatch.setattr("petipa.dancer.body.resources.files", lambda _: tmp_path)
    with pytest.raises(DancerError, match="install petipa again"):
        load_body()


def test_body_is_frozen(body: Body) -> None:
    with pytest.raises(AttributeError):
        body.part_names = ()  # type: ignore[misc]
    assert replace(body, part_names=("skin",)).part_names == ("skin",)
