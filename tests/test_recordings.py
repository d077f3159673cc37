"""Recordings of people: broken files are told by line, whole ones move as they say, and the same code judges them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petipa.errors import FileError
from petipa.exchange.asf import parse_amc, parse_asf, posed, read_amc, read_asf
from petipa.exchange.recording import Recording, read_recording, recorded_track
from petipa.measure import physics
from petipa.measure.figure import figure
from petipa.mechanics import rot_x, rot_z

DATA = Path(os.environ.get("PETIPA_DATA", "../shared/data")) / "mocap" / "cmu"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no recordings in {DATA} (PETIPA_DATA)")

ASF = """# two bones of a leg
:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name thigh
    direction 0 -1 0
    length 7
    axis 0 0 20 XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
    id 2
    name shank
    direction 0 -2 0
    length 8
    axis 0 0 0 XYZ
    dof rx
  end
:hierarchy
  begin
    root thigh
    thigh shank
  end
"""
AMC = """#!OML:ASF
:FULLY-SPECIFIED
:DEGREES
1
root 1 2 3 0 90 0
thigh 0 0 0
shank 90
2
root 1 2 3 0 0 0
thigh 30 0 0
shank 0
"""


def test_bones_hang_together() -> None:
    asf = parse_asf(ASF)
    R, start, stop = posed(asf, parse_amc(AMC, asf))
    assert start[0, 0] == pytest.approx([1, 2, 3])
    assert stop[0, 0] == pytest.approx([1, -5, 3])
    # The shank bends about the root's x, which the root has turned to -z.
    assert stop[0, 1] - start[0, 1] == pytest.approx([-8, 0, 0], abs=1e-9)
    assert start[:, 1] == pytest.approx(stop[:, 0])
    # A turn about a bone's own axes, which lie turned by 20 degrees about z.
    own = rot_z(np.radians(20)) @ rot_x(np.radians(30)) @ rot_z(np.radians(-20))
    assert R[1, 0] == pytest.approx(own)
    assert np.linalg.norm(stop - start, axis=2) == pytest.approx(np.array([[7.0, 8.0]] * 2))


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("length 7", "length seven", 17, "expected a number"),
        ("length 7", "length -7", 17, "length below nought"),
        ("length 7", "length 1e9", 17, "person's size"),
        ("length 7", "length nan", 17, "person's size"),
        ("    length 7\n", "", 22, "no whole length"),
        ("direction 0 -1 0", "direction 0 0 0", 16, "points nowhere"),
        ("direction 0 -1 0", "direction 0 -1", 16, "no whole direction"),
        ("axis 0 0 20 XYZ", "axis 0 0 20 XXZ", 18, "order of axes"),
        ("dof rx ry rz", "dof rx ry tz", 19, "'tz'"),
        ("    name shank", "    name thigh", 31, "two bones"),
        ("    name shank", "    name", 31, "without a name"),
        ("root thigh", "root thigh shank", 35, "two parents"),
        ("thigh shank", "thigh foot", 35, "no bone"),
        ("thigh shank", "foot shank", 35, "no bone"),
        ("    thigh shank\n", "", 31, "hangs on nothing"),
        ("    root thigh\n    thigh shank", "    shank thigh\n    thigh shank", 23, "ring"),
        ("order TX TY TZ RX RY RZ", "order TX TY TZ RX RY", 8, "once each"),
        ("length 0.45", "length 0", 5, "above zero"),
        ("position 0 0 0", "position 0 0", 10, "three numbers"),
    ],
)
def test_broken_skeletons_are_told_by_line(old: str, new: str, line: int, word: str) -> None:
    assert old in ASF
    with pytest.raises(FileError) as told:
        parse_asf(ASF.replace(old, new, 1), where="leg.asf")
    assert word in str(told.value)
    assert told.value.where == f"leg.asf:{line}"


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("shank 90", "shank ninety", 7, "expected a number"),
        ("shank 90", "shank inf", 7, "person's size"),
        ("shank 90", "shank 90 1", 7, "moves by 1"),
        ("shank 90", "foot 90", 7, "no moving bone"),
        ("shank 90", "thigh 0 0 0", 7, "twice in frame 1"),
        ("shank 90\n", "", 7, "frame 1 has nothing"),
        ("shank 0\n", "", 10, "frame 2 has nothing"),
        ("1\nroot", "root", 4, "a frame's number"),
    ],
)
def test_broken_movements_are_told_by_line(old: str, new: str, line: int, word: str) -> None:
    assert old in AMC
    with pytest.raises(FileError) as told:
        parse_amc(AMC.replace(old, new, 1), parse_asf(ASF), where="leg.amc")
    assert word in str(told.value)
    assert told.value.where == f"leg.amc:{line}"


def test_nothing_and_other_things_are_no_recording(tmp_path: Path) -> None:
    for text in ("", "hello", "HIERARCHY\nROOT hips\n{\n"):
        with pytest.raises(FileError):
            parse_asf(text)
        with pytest.raises(FileError):
            parse_amc(text, parse_asf(ASF))
    with pytest.raises(FileError):
        read_asf(tmp_path / "none.asf")
    (tmp_path / "leg.asf").write_text(ASF)
    (tmp_path / "leg.amc").write_text(AMC)
    with pytest.raises(FileError, match="lowerback"):
        read_recording(tmp_path / "leg.asf", tmp_path / "leg.amc")


@given(st.text(alphabet="0123456789 .-\nrootthighshank:begind()", max_size=300))
@settings(max_examples=60)
def test_no_text_breaks_the_reader(text: str) -> None:
    asf = parse_asf(ASF)
    for read in (lambda: parse_asf(text), lambda: parse_asf(ASF + text), lambda: parse_amc(AMC + text, asf)):
        try:
            read()
        except FileError:
            pass


def _read(name: str) -> Recording:
    return read_recording(DATA / f"{name[:2]}.asf", DATA / f"{name}.amc")


@needs_data
@pytest.mark.parametrize("name", ["02_01", "05_03"])
def test_a_person_is_where_the_recording_says(name: str) -> None:
    """Joints of our skeleton, moved by our angles, lie where the file's own bones begin."""
    asf = read_asf(DATA / f"{name[:2]}.asf")
    _, start, _ = posed(asf, read_amc(DATA / f"{name}.amc", asf))
    recording = _read(name)
    seen = recorded_track(recording)
    for ours, theirs in (
        ("thigh_l", "lfemur"), ("shank_r", "rtibia"), ("foot_l", "lfoot"), ("toes_r", "rtoes"),
        ("upper_arm_l", "lhumerus"), ("forearm_r", "rradius"), ("hand_l", "lhand"), ("head", "upperneck"),
    ):  # fmt: skip
        want = 0.0254 / 0.45 * start[::2, asf.index(theirs)][:, [2, 0, 1]]
        got = seen.p[::4, seen.skeleton.index(ours)]
        assert np.abs(got - want).max() < 1e-6, ours
    assert recording.motion.rate == 60.0
    assert 1.5 < recording.person.height < 1.9
    assert seen.skeleton.masses.sum() == pytest.approx(55.0)


@needs_data
def test_jumps_are_found_and_fall_as_things_fall() -> None:
    found = physics.flights(recorded_track(_read("01_01")))
    sure = [flight for flight in found if flight.confirmed]
    assert len(sure) == 10
    assert all(0.1 < flight.rise < 0.3 for flight in sure)


@needs_data
@pytest.mark.slow
def test_hanging_is_no_flight() -> None:
    assert not [flight for flight in physics.flights(recorded_track(_read("01_02"))) if flight.confirmed]


@needs_data
def test_the_same_measures_judge_a_person() -> None:
    from petipa.lexicon import load_lexicon
    from petipa.measure.assess import readings

    seen = readings(figure(recorded_track(_read("05_09"))), load_lexicon())
    by_name = {one.name: one for one in seen}
    assert 5 < by_name["joints that start or stop in one frame"].value < 20
    assert by_name["torque"].places[0].step == -1
