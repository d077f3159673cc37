"""The stage: directions as classes teach them, points by school, room."""

from __future__ import annotations

import math

import pytest

from petipa.floor import PLACES, BodyDirection, Stage, ahead, facing, mirrored, nearest_turn, place_name, yaw_toward

RIGHT, LEFT = -1, 1


@pytest.mark.parametrize(
    ("direction", "front", "work", "yaw"),
    [
        (BodyDirection.CROISE, RIGHT, RIGHT, 45.0),
        (BodyDirection.CROISE, LEFT, LEFT, -45.0),
        (BodyDirection.EFFACE, RIGHT, RIGHT, -45.0),
        (BodyDirection.EFFACE, LEFT, RIGHT, 45.0),
        (BodyDirection.ECARTE_DEVANT, RIGHT, RIGHT, 45.0),
        (BodyDirection.ECARTE_DERRIERE, RIGHT, RIGHT, -45.0),
        (BodyDirection.EN_FACE, RIGHT, LEFT, 0.0),
        (BodyDirection.PROFILE, RIGHT, RIGHT, -90.0),
    ],
)
def test_directions_of_the_body(direction: BodyDirection, front: int, work: int, yaw: float) -> None:
    assert facing(direction, front_sign=front, work_sign=work) == yaw


@pytest.mark.parametrize("direction", list(BodyDirection))
def test_the_other_side_is_the_mirror(direction: BodyDirection) -> None:
    for front in (RIGHT, LEFT):
        for work in (RIGHT, LEFT):
            here = facing(direction, front_sign=front, work_sign=work)
            there = facing(direction, front_sign=-front, work_sign=-work)
            assert nearest_turn(here + there) in (0.0, pytest.approx(0.0))


def test_in_croise_the_front_leg_is_nearer_the_audience() -> None:
    yaw = math.radians(facing(BodyDirection.CROISE, front_sign=RIGHT, work_sign=RIGHT))
    right_of_her = (math.sin(yaw), -math.cos(yaw))
    assert right_of_her[0] > 0.5


def test_points_by_school() -> None:
    assert place_name("point 8", school="vaganova") == "downstage left"
    assert place_name("corner 2", school="vaganova") == "downstage right"
    assert place_name("corner 2", school="cecchetti") == "downstage left"
    assert place_name("wall 8", school="cecchetti") == "stage right"
    assert place_name("side 2", school="rad") == "stage right"
    assert place_name("point 9", school="vaganova") is None
    assert place_name("corner 2", school="french") is None
    assert place_name("dsr", school="abt") == "downstage right"


@pytest.mark.parametrize("name", list(PLACES))
def test_places_are_on_the_stage_and_mirror(name: str) -> None:
    stage = Stage()
    assert stage.holds(stage.place(name)) and stage.holds(stage.corner(name))
    x, y = stage.place(name)
    assert stage.place(mirrored(name)) == (x, -y)
    assert mirrored(mirrored(name)) == name


def test_room_ends_at_the_margin() -> None:
    stage = Stage()
    for yaw in range(-180, 181, 15):
        room = stage.room((0.5, -1.0), yaw)
        assert stage.holds(ahead((0.5, -1.0), yaw, room - 1e-6))
        assert not stage.holds(ahead((0.5, -1.0), yaw, room + 0.01))
    assert yaw_toward((0, 0), (0, 0)) is None
    assert yaw_toward((0, 0), (0, 1)) == 90.0
