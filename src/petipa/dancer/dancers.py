"""Who dances: a skeleton with limits and the numbers of what she can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from petipa.dancer.build import builds, scaling_of, tables
from petipa.dancer.skeleton import NAMES, Skeleton, build_skeleton
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
    stride : her travel as a share of what is usual, which goes with the length of her legs
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
    stride: float = 1.0

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


_OWN = frozenset({"about", "mass", "limits"})


@cache
def _level(name: str) -> tuple[float, Capability, Limits]:
    """Mass [kg], capability and limits of a level."""
    table = tables()["levels"][name]
    try:
        able = Capability(**{key: value for key, value in table.items() if key not in _OWN})
        return float(table["mass"]), able, Limits(**table.get("limits", {}))
    except (TypeError, ValueError, KeyError) as problem:
        raise DancerError(
            f"the level {name!r} cannot be read: {problem}", where="dancers.toml", would_work="install petipa again"
        ) from problem


def dancer_names() -> tuple[str, ...]:
    """Levels and builds, each of which `load_dancer` knows by itself and together with one of the other kind."""
    return (*tables()["levels"], *builds())


def _named(name: str) -> tuple[str, str | None]:
    """The level and the build a name means.

    Raises
    ------
    DancerError
        It means neither, or two of a kind.
    """
    level, build = None, None
    words = " ".join(name.casefold().replace("-", "_").split()).replace("long limbed", "long_limbed").split()
    for word in words:
        if word in tables()["levels"] and level is None:
            level = word
        elif word in builds() and build is None:
            build = word
        else:
            level, build = None, None
            break
    if level is None and build is None:
        raise DancerError(
            f"no dancer is called {name!r}",
            would_work="one of " + ", ".join(dancer_names()) + ", or a level and a build, such as: principal tall",
        )
    return level or "noah", build


def load_dancer(name: str = "noah") -> Dancer:
    """A dancer by her level ("principal"), her build ("tall") or both ("principal tall").

    Raises
    ------
    DancerError
        No dancer has that name; the message lists who there is.
    """
    level, built_as = _named(name)
    mass, capability, limits = _level(level)
    with resources.files("petipa.dancer").joinpath("body.npz").open("rb") as handle, np.load(handle) as body:
        joints = np.asarray(body["joints"], dtype=np.float64)
        sole = {
            key: np.asarray(body[key], dtype=np.float64)
            for key in ("heel", "ball_medial", "ball_lateral", "toe_tip", "platform")
        }
        top = float(body["crown"])
    if built_as is None:
        skeleton = build_skeleton(joints, sole, top, mass=mass)
        return Dancer(level, top, mass, skeleton, limits, capability)
    build = builds()[built_as]
    scaled = scaling_of(build, joints, crown=top, sole=0.0)
    carried = {"heel": "foot_l", "ball_medial": "mid_l", "ball_lateral": "mid_l", "toe_tip": "toes_l"}
    moved = {key: scaled.moved(points, NAMES.index(carried.get(key, "toes_l"))) for key, points in sole.items()}
    # The build's mass is a soloist's; who trains less or more is a little lighter or heavier in the same proportion.
    heavy = build.mass * mass / _level("noah")[0]
    skeleton = build_skeleton(scaled.joints, moved, build.height, mass=heavy, volumes=scaled.volumes)
    hip = NAMES.index("thigh_l")
    capability = replace(capability, stride=float(scaled.joints[hip, 2] / joints[hip, 2]))
    known = built_as if level == "noah" else f"{level} {built_as}"
    return Dancer(known, build.height, heavy, skeleton, limits, capability)
