"""The stage as geometry: points, directions of the body, room left."""

from petipa.floor.directions import NAMES as DIRECTION_NAMES
from petipa.floor.directions import WORDS as DIRECTION_WORDS
from petipa.floor.directions import BodyDirection, facing
from petipa.floor.manege import manege
from petipa.floor.stage import (
    PLACES,
    WINGS,
    Point,
    Stage,
    ahead,
    mirrored,
    mirrored_place,
    nearest_turn,
    place_name,
    upside_place,
    yaw_toward,
)

__all__ = [
    "DIRECTION_NAMES",
    "DIRECTION_WORDS",
    "PLACES",
    "WINGS",
    "BodyDirection",
    "Point",
    "Stage",
    "ahead",
    "facing",
    "manege",
    "mirrored",
    "mirrored_place",
    "nearest_turn",
    "place_name",
    "upside_place",
    "yaw_toward",
]
