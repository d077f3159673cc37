"""Rotations, forward kinematics and momentum over whole trajectories."""

from petipa.mechanics.kinematics import centre_of_mass, forward, mirror
from petipa.mechanics.rotations import (
    quat_along,
    quat_exp,
    quat_from_matrix,
    quat_log,
    quat_mul,
    quat_to_matrix,
    rot_x,
    rot_y,
    rot_z,
)

__all__ = [
    "centre_of_mass",
    "forward",
    "mirror",
    "quat_along",
    "quat_exp",
    "quat_from_matrix",
    "quat_log",
    "quat_mul",
    "quat_to_matrix",
    "rot_x",
    "rot_y",
    "rot_z",
]
