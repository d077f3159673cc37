"""What she wears in her hair lies on it, and her eyes and paint are where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from petipa.dancer import load_dancer
from petipa.dancer.body import Body, body_of
from petipa.dancer.build import builds
from petipa.dancer.face import expressed, eye_picture, eye_places, painted, turned_eyes
from petipa.dancer.headdress import crowned
from petipa.showing import Costume

WORN = (Costume.CLASSICAL, Costume.ROMANTIC)


@pytest.fixture(scope="module")
def body() -> Body:
    return body_of(load_dancer("noah").skeleton)


@pytest.mark.parametrize("costume", WORN)
def test_it_lies_on_the_hair_of_every_build(costume: Costume) -> None:
    from petipa.dancer.body import built, load_body, scaling

    for build in builds().values():
        own = built(load_body(), scaling(load_body(), build))
        worn = crowned(own, costume)
        points = worn.vertices[len(own.vertices) :]
        hair = own.vertices[np.unique(own.faces[own.part == own.part_index("hair")])]
        apart = np.linalg.norm(points[:, None] - hair[None], axis=2).min(axis=1)
        assert apart.max() < 0.035 and np.median(apart) < 0.012
        assert points[:, 0].max() < own.vertices[:, 0].max() and abs(points[:, 1].mean()) < 0.002
        np.testing.assert_array_equal(worn.faces[: len(own.faces)], own.faces)
        assert (worn.bone[len(own.vertices) :, 0] == own.names.index("head")).all()


@pytest.mark.parametrize("costume", WORN)
def test_its_faces_look_outward(body: Body, costume: Costume) -> None:
    worn = crowned(body, costume)
    faces = worn.faces[len(body.faces) :] - len(body.vertices)
    points = worn.vertices[len(body.vertices) :].astype(np.float64)
    corners = points[faces]
    # Stones and petals are small closed shells: together they enclose a volume above nothing.
    volume = np.einsum("fi,fi->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert 0 < volume < 2e-5


def test_a_rehearsal_needs_none(body: Body) -> None:
    assert crowned(body, Costume.REHEARSAL) is body


def test_eyes_turn_to_her_left_and_up(body: Body) -> None:
    ahead = turned_eyes([0.0, 0.0])
    np.testing.assert_allclose(ahead, np.eye(3), atol=1e-12)
    looks = turned_eyes([[0.3, 0.0], [0.0, 0.2]])[:, :, 0]
    assert looks[0, 1] == pytest.approx(np.sin(0.3)) and looks[1, 2] == pytest.approx(np.sin(0.2))
    np.testing.assert_allclose(looks[0], [np.cos(0.3), np.sin(0.3), 0.0], atol=1e-12)
    still = expressed(body, np.zeros(len(body.shape_names)), [0.0, 0.0])
    np.testing.assert_allclose(still, body.vertices, atol=1e-6)
    moved = np.abs(expressed(body, np.zeros(len(body.shape_names)), [0.3, 0.1]) - still).max(axis=1) > 1e-7
    assert not moved[np.setdiff1d(np.arange(len(moved)), np.concatenate(body.eyes))].any()
    # An eye turned about its own middle keeps its size.
    for side, eye in zip((1.0, -1.0), body.eyes, strict=True):
        centre = body.eye * [1.0, side, 1.0]
        turned = expressed(body, np.zeros(len(body.shape_names)), [0.3, 0.1])[eye]
        np.testing.assert_allclose(
            np.linalg.norm(turned - centre, axis=1), np.linalg.norm(still[eye] - centre, axis=1), atol=1e-5
        )


def test_pupil_iris_and_white_follow_each_other_outward(body: Body) -> None:
    row = eye_picture(240)[121].mean(axis=1)  # just below the axis, out of the lid's shade
    bright = row[120:]
    assert bright[5] < 0.02 < bright[40] < 0.3 < bright[80]
    places = eye_places(body)
    assert ((places > 0).all(axis=1) == np.isin(np.arange(len(places)), np.concatenate(body.eyes))).all()


def test_paint_is_skin_where_nothing_is_painted_and_hair_beyond_the_hairline(body: Body) -> None:
    colour = painted(body, (0.8, 0.6, 0.5), (0.02, 0.01, 0.005))
    bare = (body.paint[:, :3] == 0).all(axis=1)
    assert bare.any()
    np.testing.assert_allclose(colour[bare], np.tile([0.8, 0.6, 0.5], (bare.sum(), 1)))
    grown = body.paint[:, 0] > 200
    assert grown.any() and colour[grown].max() < 0.05
    cheek = body.paint[:, 1] > 200
    assert (colour[cheek, 0] / colour[cheek, 1]).min() > 0.8 / 0.6
