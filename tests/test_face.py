"""Laws of the face: what its shapes move, when it blinks, where it looks, and that a page gets all of it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from petipa.dancer.body import Body, load_body
from petipa.motion.breath import breath
from petipa.stage.act import make_act
from petipa.stage.face import BLINK_GAPS, BLINK_OPENS, BLINK_SHUTS, GAZE_LIMIT, blink_times, face_of
from petipa.stage.pack import pack_act
from stage_acts import RATE, Named, turning

MIRROR = np.array([1.0, -1.0, 1.0])


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


def _act(body, rotations, positions, steps=(), start=0.0):
    return make_act(
        title="t",
        rotations=rotations,
        positions=positions,
        rate=RATE,
        start=start,
        parents=np.r_[-1, np.zeros(25, int)],
        body=body,
        steps=steps,
    )


def _still(body: Body, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    count = round(seconds * RATE) + 1
    return np.broadcast_to(np.eye(3), (count, 26, 3, 3)).copy(), np.repeat(body.joints[None], count, axis=0)


def _shape(body: Body, name: str) -> np.ndarray:
    out = np.zeros(body.vertices.shape)
    out[body.shape_at] = body.shape_delta[body.shape_names.index(name)]
    return out


def test_every_mood_is_there(body: Body) -> None:
    assert {"smile", "radiant", "joy", "effort", "brows", "blink_l", "blink_r", "breath"} == set(body.shape_names)


def test_the_face_moves_only_the_face_and_breath_only_the_trunk(body: Body) -> None:
    head, chin = body.names.index("head"), body.eye[2] - 0.15
    for name in body.shape_names:
        moved = np.linalg.norm(_shape(body, name), axis=1) > 1e-4
        assert moved.any()
        if name == "breath":
            assert body.vertices[moved, 2].max() < body.joints[head, 2] - 0.03
            assert body.vertices[moved, 2].min() > body.joints[body.names.index("lumbar"), 2]
        else:
            assert (body.bone[moved, 0] == head).all() and body.vertices[moved, 2].min() > chin
            assert np.linalg.norm(_shape(body, name), axis=1).max() < 0.02


def test_left_is_the_mirror_of_right(body: Body) -> None:
    gap, image = cKDTree(body.vertices).query(body.vertices * MIRROR)
    assert gap.max() < 1e-6
    for name in body.shape_names:
        other = {"blink_l": "blink_r", "blink_r": "blink_l"}.get(name, name)
        assert np.abs(_shape(body, other)[image] * MIRROR - _shape(body, name)).max() < 2e-5
    left, right = body.eyes
    assert len(left) == len(right) > 0
    assert np.allclose(body.vertices[left].mean(0), body.vertices[right].mean(0) * MIRROR, atol=1e-6)
    assert (body.paint[image] == body.paint).all(axis=1).mean() > 0.99


def test_a_blink_covers_the_iris(body: Body) -> None:
    iris = np.unique(body.faces[body.part == body.part_index("iris")])
    iris = iris[body.vertices[iris, 1] > 0]
    lid = np.linalg.norm(_shape(body, "blink_l"), axis=1) > 0.004
    assert (body.vertices[lid] + _shape(body, "blink_l")[lid])[:, 2].min() < body.vertices[iris, 2].min() + 0.003


def test_eyes_never_leave_their_range(body: Body) -> None:
    rotations, positions = turning(4.0, body)
    random = np.random.default_rng(5)
    nod = random.uniform(-1, 1, len(rotations))
    rotations[:, 5] = rotations[:, 5] @ np.array(
        [[[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]] for a in nod]
    )
    face = face_of(_act(body, rotations, positions))
    assert np.abs(face.gaze).max() <= GAZE_LIMIT
    assert np.abs(face.gaze).max() > 0.3 * GAZE_LIMIT
    assert face.weights.min() >= 0 and face.weights.max() <= 1


def test_eyes_lead_the_head(body: Body) -> None:
    rotations, positions = _still(body, 2.0)
    yaw = np.pi + np.clip(np.arange(len(rotations)) / RATE - 1.0, 0, 0.5)
    rotations[:, 5, 0, 0] = rotations[:, 5, 1, 1] = np.cos(yaw)
    rotations[:, 5, 1, 0], rotations[:, 5, 0, 1] = np.sin(yaw), -np.sin(yaw)
    gaze = face_of(_act(body, rotations, positions)).gaze[:, 0]
    turning_left = slice(round(1.1 * RATE), round(1.35 * RATE))
    assert gaze[turning_left].min() > np.radians(2.0)


def test_to_the_house_she_looks_at_the_house(body: Body) -> None:
    gaze = face_of(_act(body, *_still(body, 2.0))).gaze
    assert np.degrees(np.abs(gaze)).max() < 7.0


def test_blinks_come_every_few_seconds_and_never_while_she_spots() -> None:
    spotting = np.zeros(round(120 * RATE), dtype=bool)
    spotting[1000:1300] = spotting[4000:4060] = True
    times = np.array(blink_times(len(spotting), RATE, spotting, np.random.default_rng(2)))
    gaps = np.diff(times)
    longest = 300 / RATE + BLINK_SHUTS + BLINK_OPENS
    assert gaps.min() >= BLINK_GAPS[0] and gaps.max() <= BLINK_GAPS[1] + longest
    assert 4 <= 60 * len(times) / 120 <= 26
    for at in times:
        assert not spotting[int(at * RATE) : int(np.ceil((at + BLINK_SHUTS + BLINK_OPENS) * RATE)) + 1].any()


def test_she_smiles_most_in_the_bow_and_is_glad_only_at_the_end(body: Body) -> None:
    steps = (Named("tendu R", 0.0, 4.0, 1.0), Named("révérence", 4.0, 8.0, 5.0))
    act = _act(body, *_still(body, 8.0), steps=steps)
    face = face_of(act)
    smile, joy = (face.weights[:, body.shape_names.index(name)] for name in ("smile", "joy"))
    assert joy[: round(3 * RATE)].max() == 0 < 0.5 < joy[-1]
    assert smile[-1] > smile[round(2 * RATE)] > 0.2
    assert np.abs(np.diff(face.weights[:, body.shape_names.index("smile")])).max() < 0.05


def test_the_chest_is_as_full_as_the_dance_has_it(body: Body) -> None:
    rotations, positions = _still(body, 40.0)
    when = np.arange(len(rotations)) / RATE
    air = breath(when, 4, np.where(when < 20, 0.0, 1.0))
    act = replace(_act(body, rotations, positions), air=air)
    chest = face_of(act).weights[:, body.shape_names.index("breath")]
    assert np.corrcoef(chest, air)[0, 1] > 0.99
    calm, hard = chest[when < 20], chest[when >= 20]
    assert np.ptp(hard) > 2 * np.ptp(calm) > 0.4 and hard.max() <= 1.0


def test_a_seed_gives_the_same_face_and_another_another(body: Body) -> None:
    act = _act(body, *_still(body, 12.0))
    assert np.array_equal(face_of(act, seed=1).weights, face_of(act, seed=1).weights)
    assert not np.array_equal(face_of(act, seed=1).weights, face_of(act, seed=2).weights)


def test_a_package_carries_the_face(body: Body) -> None:
    act = _act(body, *_still(body, 3.0))
    raw = gzip.decompress(pack_act(act))
    length = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + length])
    assert header["shapes"] == list(body.shape_names)

    def array(name: str) -> np.ndarray:
        entry = header["arrays"][name]
        kind = np.dtype(entry["type"])
        count = int(np.prod(entry["shape"]))
        data = np.frombuffer(raw, np.uint8, count * kind.itemsize, 8 + length + entry["offset"])
        if not entry["delta"]:
            return data.view(kind).reshape(entry["shape"]) * entry["scale"]
        if kind.itemsize == 2:
            data = np.ascontiguousarray(data.reshape(2, -1).T)
        steps = data.reshape(-1).view(kind).reshape(-1, entry["shape"][0]).T
        return np.cumsum(steps, axis=0, dtype=kind).reshape(entry["shape"]) * entry["scale"]

    face = face_of(act)
    assert np.abs(array("dance.face") - face.weights).max() < 0.003
    assert np.abs(array("dance.gaze") - face.gaze).max() < 1e-4
    shape = array("body.shape")
    assert shape.shape[:2] == (len(body.shape_names), len(array("body.shape_at")))
    assert np.abs(shape).max() == pytest.approx(np.abs(body.shape_delta).max(), abs=1e-5)
    paint = array("body.paint")
    assert paint.shape == (len(array("body.part")), 4)


def test_a_bodys_shapes_grow_with_its_build(body: Body) -> None:
    from petipa.dancer.body import built, scaling
    from petipa.dancer.build import builds

    tall = built(body, scaling(body, builds()["tall"]))
    assert 0.9 < np.abs(tall.shape_delta).max() / np.abs(body.shape_delta).max() < 1.1
    assert np.allclose(tall.vertices[tall.eyes[0]].mean(0)[1:], tall.eye[1:], atol=2e-3)
