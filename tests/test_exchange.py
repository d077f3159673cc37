"""BVH: written, read again, and still the same dance; other programs' files read; broken ones refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from petipa.dancer import Joint, Skeleton, load_dancer
from petipa.errors import FileError
from petipa.exchange.bvh import Bvh, euler_angles, format_bvh, parse_bvh, read_bvh, write_bvh
from petipa.mechanics import forward
from petipa.motion.model import Motion

DATA = Path(os.environ.get("PETIPA_DATA", "../shared/data"))

SMALL = """HIERARCHY
ROOT hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT knee
  {
    OFFSET 0 -40 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -40 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0166667
0 90 0 0 0 0 0 0 0
1 91 2 0 0 90 0 30 0
"""


def wandering(frames: int, seed: int) -> np.ndarray:
    """Rotations that drift smoothly through all of space."""
    steps = Rotation.from_rotvec(np.random.default_rng(seed).normal([0.02, 0.1, 0.0], 0.05, size=(frames, 3)))
    total, found = Rotation.identity(), []
    for step in steps:
        total = total * step
        found.append(total.as_matrix())
    return np.array(found)


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_euler_angles_give_the_rotation_back(order: str) -> None:
    rotations = wandering(400, 3)
    angles = euler_angles(rotations, order)
    again = Rotation.from_euler(order, angles).as_matrix()
    np.testing.assert_allclose(again, rotations, atol=1e-9)


@pytest.mark.parametrize("order", ["YXZ", "ZYX"])
@pytest.mark.parametrize("middle", [np.pi / 2, -np.pi / 2])
def test_euler_angles_hold_at_the_singularity(order: str, middle: float) -> None:
    rotations = Rotation.from_euler(order, [[0.3, middle, -0.8], [0.4, middle, -0.8]]).as_matrix()
    again = Rotation.from_euler(order, euler_angles(rotations, order)).as_matrix()
    np.testing.assert_allclose(again, rotations, atol=1e-6)


def test_a_turning_root_runs_on_beyond_half_a_turn() -> None:
    turns = Rotation.from_euler("Y", np.linspace(0, 6 * np.pi, 300)[:, None]).as_matrix()
    angles = euler_angles(turns, "YXZ")
    assert np.abs(np.diff(angles, axis=0)).max() < 0.1
    assert angles[-1, 0] == pytest.approx(6 * np.pi)


def test_a_small_file_reads_and_stands() -> None:
    bvh = parse_bvh(SMALL)
    assert bvh.names == ("hips", "knee")
    assert bvh.parents == (-1, 0)
    rotations, positions = bvh.forward()
    np.testing.assert_allclose(positions[1], [[1, 91, 2], [1, 51, 2]], atol=1e-12)
    np.testing.assert_allclose(rotations[1, 0] @ [0, 0, 1], [1, 0, 0], atol=1e-12)


def test_format_then_parse_is_the_same() -> None:
    bvh = parse_bvh(SMALL)
    again = parse_bvh(format_bvh(bvh))
    assert (again.names, again.parents, again.channels) == (bvh.names, bvh.parents, bvh.channels)
    np.testing.assert_allclose(again.values, bvh.values, atol=1e-5)
    np.testing.assert_allclose(again.ends[1], bvh.ends[1])


def test_joints_stored_out_of_depth_first_order_keep_their_columns() -> None:
    # Breadth first: root, left, right, then left's child.
    channels = (("Xposition", "Yposition", "Zposition", "Zrotation", "Xrotation", "Yrotation"),) + (
        ("Zrotation", "Xrotation", "Yrotation"),
    ) * 3
    offsets = np.array([[0.0, 0, 0], [10, 0, 0], [-10, 0, 0], [0, -10, 0]])
    values = np.random.default_rng(0).normal(size=(5, 15)) * 20
    bvh = Bvh(("root", "left", "right", "child"), (-1, 0, 0, 1), offsets, {}, channels, 1 / 60, values)
    again = parse_bvh(format_bvh(bvh))
    _, wanted = bvh.forward()
    _, found = again.forward()
    np.testing.assert_allclose(found[:, [again.names.index(name) for name in bvh.names]], wanted, atol=1e-3)


@pytest.mark.skipif(not (DATA / "mocap").is_dir(), reason="needs the recordings of PETIPA_DATA")
@pytest.mark.parametrize("name", ["02_01.bvh", "94_04.bvh"])
def test_a_recording_of_a_person_reads(name: str) -> None:
    bvh = read_bvh(DATA / "mocap" / "cmu" / name)
    _, positions = bvh.forward()
    assert np.all(np.isfinite(positions))
    assert len(bvh.names) > 20


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "ends too early"),
        ("hello", 1, "expected HIERARCHY"),
        ("HIERARCHY\nROOT hips\n{\n  OFFSET 0 0", 4, "ends too early"),
        ("HIERARCHY\nROOT hips\n{\n  OFFSET 0 nan 0", 4, "finite"),
        ("HIERARCHY\nROOT hips\n{\n  OFFSET 0 0 0\n  CHANNELS 7", 5, "whole number"),
        ("HIERARCHY\nROOT hips\n{\n  OFFSET 0 0 0\n  CHANNELS 1 Wrotation", 5, "unknown channel"),
        (SMALL.replace("Frames: 2", "Frames: 99999"), 18, "numbers follow"),
        (SMALL.replace("0.0166667", "0"), 18, "above zero"),
        (SMALL.replace("0 30 0", "0 x 0"), 18, "not a number"),
        ("HIERARCHY\nROOT r " + "{ OFFSET 0 0 0 CHANNELS 0 JOINT j " * 5000, 2, "joints"),
    ],
)
def test_broken_files_are_refused_with_their_line(text: str, line: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_bvh(text, where="bad.bvh")
    assert says in caught.value.what
    assert caught.value.where == f"bad.bvh:{line}"
    assert caught.value.would_work


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_bvh(tmp_path / "nothing.bvh")


def waving(skeleton: Skeleton, frames: int, seed: int) -> Motion:
    """Every joint wandering through a good part of its range, while the pelvis turns and travels."""
    generator = np.random.default_rng(seed)
    time = np.arange(frames) / 60.0
    q = np.tile(skeleton.zero(), (frames, 1))
    q[:, :3] += np.stack([0.5 * np.sin(time), 0.3 * time, 0.1 * np.cos(3 * time)], axis=1)
    for body, kind in enumerate(skeleton.kinds):
        swing = np.sin(np.outer(time, generator.uniform(1, 4, 3)) + generator.uniform(0, 6, 3))
        if kind == Joint.HINGE:
            q[:, skeleton.q_slice(body)] = swing[:, :1]
        else:
            turned = Rotation.from_rotvec(1.3 * swing)
            if kind == Joint.ROOT:
                turned = Rotation.from_rotvec(np.outer(7.0 * time, [0, 0, 1])) * Rotation.from_rotvec(0.3 * swing)
            q[:, skeleton.q_slice(body)] = turned.as_quat(scalar_first=True)
    empty = np.zeros((frames, 2, 3))
    return Motion(60.0, 0.0, q, np.zeros((frames, 2), np.uint8), empty, empty[:, :, :2], (), (), "noah")


def test_a_written_motion_read_again_puts_every_joint_where_it_was(tmp_path: Path) -> None:
    skeleton = load_dancer("noah").skeleton
    motion = waving(skeleton, 240, 1)
    write_bvh(tmp_path / "motion.bvh", motion, skeleton)
    bvh = read_bvh(tmp_path / "motion.bvh")
    assert set(bvh.names) == set(skeleton.names)
    assert len(bvh.values) == 240
    assert bvh.frame_time == pytest.approx(1 / 60)
    _, places = forward(skeleton, motion.q)
    _, found = bvh.forward()
    found = found[:, [bvh.names.index(name) for name in skeleton.names]]
    # BVH is centimetres with Y up and Z forward.
    np.testing.assert_allclose(found[..., [2, 0, 1]] / 100.0, places, atol=1e-5)


def test_angles_of_a_smooth_motion_are_smooth(tmp_path: Path) -> None:
    skeleton = load_dancer("noah").skeleton
    write_bvh(tmp_path / "motion.bvh", waving(skeleton, 240, 2), skeleton)
    root = read_bvh(tmp_path / "motion.bvh").values[:, 3:6]
    assert np.abs(np.diff(root, axis=0)).max() < 15.0
    assert root[-1, 0] > 360.0
