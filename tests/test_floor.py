"""The stage: directions as classes teach them, points by school, room."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from petipa.floor import (
    PLACES,
    WINGS,
    BodyDirection,
    Stage,
    ahead,
    facing,
    manege,
    mirrored,
    nearest_turn,
    place_name,
    yaw_toward,
)

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


# What a reader sees who sits before the stage: right and left are the dancer's own, so her right is his left.
SEEN_FROM_THE_HOUSE = {
    "vaganova": {
        "near, middle": "point 1",
        "near, his left": "point 2",
        "his left": "point 3",
        "far, his left": "point 4",
        "far, middle": "point 5",
        "far, his right": "point 6",
        "his right": "point 7",
        "near, his right": "point 8",
    },
    "cecchetti": {
        "near, his left": "corner 1",
        "near, his right": "corner 2",
        "far, his right": "corner 3",
        "far, his left": "corner 4",
        "near, middle": "wall 5",
        "his right": "wall 6",
        "far, middle": "wall 7",
        "his left": "wall 8",
    },
    "rad": {
        "near, middle": "wall 1",
        "his left": "wall 2",
        "far, middle": "wall 3",
        "his right": "wall 4",
        "near, his right": "corner 5",
        "near, his left": "corner 6",
        "far, his left": "corner 7",
        "far, his right": "corner 8",
    },
}


@pytest.mark.parametrize("school", SEEN_FROM_THE_HOUSE)
def test_every_number_of_a_school_is_where_the_house_sees_it(school: str) -> None:
    seen = SEEN_FROM_THE_HOUSE[school]
    assert len(seen) == 8
    for place, words in seen.items():
        name = place_name(words, school=school)
        assert name is not None
        down, left = PLACES[name]
        assert (down > 0) == place.startswith("near") and (down < 0) == place.startswith("far"), words
        assert (left > 0) == place.endswith("his right") and (left < 0) == place.endswith("his left"), words


@pytest.mark.parametrize(
    ("direction", "leg", "nearer"),
    [
        # The right leg is free; which side of her is nearer to the house.
        (BodyDirection.CROISE, "devant", "right"),
        (BodyDirection.CROISE, "derriere", "left"),
        (BodyDirection.EFFACE, "devant", "left"),
        (BodyDirection.EFFACE, "derriere", "right"),
        (BodyDirection.ECARTE_DEVANT, "seconde", "right"),
        (BodyDirection.ECARTE_DERRIERE, "seconde", "left"),
        (BodyDirection.EPAULE, "derriere", "right"),
        (BodyDirection.EPAULE, "devant", "right"),
    ],
)
def test_which_side_the_house_sees(direction: BodyDirection, leg: str, nearer: str) -> None:
    front = LEFT if leg == "derriere" else RIGHT
    yaw = math.radians(facing(direction, front_sign=front, work_sign=RIGHT))
    right_of_her = math.sin(yaw)  # how far downstage her right side is
    assert (right_of_her > 0.5) == (nearer == "right") and abs(right_of_her) > 0.5


@pytest.mark.parametrize("name", list(PLACES))
def test_places_are_on_the_stage_and_mirror(name: str) -> None:
    stage = Stage()
    assert stage.holds(stage.place(name)) and stage.holds(stage.corner(name))
    x, y = stage.place(name)
    assert stage.place(mirrored(name)) == (x, -y)
    assert mirrored(mirrored(name)) == name


@pytest.mark.parametrize("name", list(WINGS))
def test_wings_are_off_the_stage_beside_it_and_mirror(name: str) -> None:
    stage = Stage()
    x, y = stage.place(name)
    assert abs(y) > stage.width / 2 and abs(x) < stage.depth / 2 and not stage.holds((x, y))
    assert stage.place(mirrored(name)) == (x, -y)
    assert place_name(name + "s", school="vaganova") == name
    assert place_name("stage left wing", school="rad") == "left wing"
    assert place_name("third wing", school="rad") is None


def test_room_ends_at_the_margin() -> None:
    stage = Stage()
    for yaw in range(-180, 181, 15):
        room = stage.room((0.5, -1.0), yaw)
        assert stage.holds(ahead((0.5, -1.0), yaw, room - 1e-6))
        assert not stage.holds(ahead((0.5, -1.0), yaw, room + 0.01))
    assert yaw_toward((0, 0), (0, 0)) is None
    assert yaw_toward((0, 0), (0, 1)) == 90.0


@pytest.mark.parametrize("way", [RIGHT, LEFT])
@pytest.mark.parametrize("name", list(PLACES))
@pytest.mark.parametrize("steps", [[0.75] * 8, [0.75] * 16, [1.5, 0.6] * 4, [2.0] * 4, [0.3] * 40])
def test_a_manege_closes_where_it_began_and_stays_on_stage(name: str, steps: list[float], way: int) -> None:
    stage = Stage()
    start = stage.place(name)
    points = manege(start, steps, way=way, stage=stage)
    assert points is not None and len(points) == len(steps)
    assert math.dist(points[-1], start) < 1e-6
    assert all(stage.holds(point) for point in points)
    chords = [math.dist(a, b) for a, b in zip((start, *points), points, strict=False)]
    assert all(0.5 * step - 1e-6 <= chord <= step + 1e-6 for step, chord in zip(steps, chords, strict=True))
    yaws = [yaw_toward(a, b) or 0.0 for a, b in zip((start, *points), points, strict=False)]
    turns = [nearest_turn(b - a) for a, b in pairwise(yaws)]
    assert all(way * turn > 0 for turn in turns), "always round the same way"


def test_a_manege_wants_four_steps_and_room() -> None:
    assert manege((0, 0), [0.75] * 3, way=1, stage=Stage()) is None
    assert manege((0, 0), [5.0, 0.5, 0.5, 0.5], way=1, stage=Stage()) is None
    assert manege((0, 0), [9.0] * 8, way=1, stage=Stage()) is None
