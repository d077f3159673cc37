"""Who dances: a skeleton with limits and the numbers of what she can do."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.skeleton import Skeleton, build_skeleton
from petipa.errors import DancerError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """Ranges of motion of a trained dancer [degrees]; starting values, recalled from clinical texts.

    Hip, ankle and spine ranges follow the project's table of starting values; turnout on the floor is
    hip rotation plus tibial torsion (Australian Ballet 2016: 67 degrees a foot standing).
    """

    knee: tuple[float, float] = (-5.0, 150.0)
    elbow: tuple[float, float] = (0.0, 145.0)
    forearm: tuple[float, float] = (-85.0, 85.0)
    mid_foot: tuple[float, float] = (-5.0, 32.0)
    toes: tuple[float, float] = (-90.0, 35.0)
    ankle_plantar: float = 62.0
    ankle_dorsi: float = 32.0
    ankle_side: float = 22.0
    ankle_turn: float = 22.0
    hip_flexion: float = 135.0
    hip_extension: float = 32.0
    hip_abduction: float = 100.0
    hip_out: float = 58.0
    hip_in: float = 30.0
    # With the thigh raised 60 degrees to the side, as in the frog, lying with both knees on the floor.
    hip_out_raised: float = 88.0
    lumbar: tuple[float, float, float] = (25.0, 50.0, 35.0)
    thorax: tuple[float, float, float] = (25.0, 30.0, 35.0)
    chest: tuple[float, float, float] = (25.0, 30.0, 35.0)
    neck: float = 60.0
    head: float = 60.0
    shoulder: float = 170.0
    girdle: float = 30.0
    wrist: float = 70.0


@dataclass(frozen=True)
class Capability:
    """What she can do.

    Attributes
    ----------
    jump_small, jump_great : rise of the centre of mass in a petit and a grand allegro jump [m]
    turns : most turns in one pirouette; turn_rate : fastest spin [turns/s]
    extension : highest working leg [degrees]; turnout : a foot's turnout standing [degrees]
    speed : fastest a step or a run takes her over the floor, its preparation included [m/s]
    strength : share of a trained woman's joint torques she has
    impact : highest peak force of the floor she may take off or land with [body weights]
    stamina : seconds of full effort she has breath for, beyond what she recovers meanwhile
    """

    jump_small: float = 0.16
    jump_great: float = 0.30
    turns: int = 3
    turn_rate: float = 2.6
    extension: float = 110.0
    turnout: float = 62.0
    speed: float = 4.0
    strength: float = 1.0
    impact: float = 6.0
    stamina: float = 45.0

    def rise(self, usual: float) -> float:
        """How high she jumps in a step whose usual rise is `usual` [m]: a great jump or a share of her small one."""
        return min(usual, self.jump_great) if usual > 0.2 else min(usual, self.jump_small * usual / 0.16)


@dataclass(frozen=True)
class Dancer:
    """One dancer."""

    name: str
    height: float
    mass: float
    skeleton: Skeleton
    limits: Limits
    capability: Capability


_LEVELS: dict[str, tuple[float, Capability]] = {
    "noah": (50.0, Capability()),
    "student": (
        47.0,
        Capability(jump_small=0.11, jump_great=0.20, turns=1, turn_rate=1.8, extension=80.0, turnout=52.0),
    ),
    "corps": (49.0, Capability(jump_small=0.14, jump_great=0.26, turns=2, turn_rate=2.2, extension=95.0)),
    "soloist": (50.0, Capability(jump_small=0.16, jump_great=0.32, turns=3, turn_rate=2.6, extension=115.0)),
    "principal": (
        50.0,
        Capability(jump_small=0.18, jump_great=0.36, turns=4, turn_rate=3.0, extension=130.0, turnout=64.0),
    ),
}


def dancer_names() -> tuple[str, ...]:
    """Names `load_dancer` knows."""
    return tuple(_LEVELS)


def load_dancer(name: str = "noah") -> Dancer:
    """A dancer by name.

    Raises
    ------
    DancerError
        No dancer has that name; the message lists who there is.
    """
    if name not in _LEVELS:
        raise DancerError(f"no dancer is called {name!r}", would_work="one of " + ", ".join(_LEVELS))
    mass, capability = _LEVELS[name]
    with resources.files("petipa.dancer").joinpath("body.npz").open("rb") as handle, np.load(handle) as body:
        joints = np.asarray(body["joints"], dtype=np.float64)
        sole = {
            key: np.asarray(body[key], dtype=np.float64)
            for key in ("heel", "ball_medial", "ball_lateral", "toe_tip", "platform")
        }
        top = float(body["vertices"][:, 2].max()) if "vertices" in body else 1.65
    skeleton = build_skeleton(joints, sole, top, mass=mass)
    return Dancer(name, top, mass, skeleton, Limits(), capability)
