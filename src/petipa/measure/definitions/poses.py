"""Poses: what a teacher sees when she stands in one, told pose by pose, never read from the table they are danced by.

Everything is said of the free leg and the standing one, or of the front and the back foot, so that a row holds to both
sides: where the leg is and how its knee, what the arm of either side does, which side is nearer to the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from petipa.measure.definitions.common import (
    DWELL,
    HEIGHT,
    POINTED,
    Check,
    Miss,
    foot,
    legs,
    wrapped,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import runs
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

HELD = 170.0
"""A knee held straight in a pose, where the leg also turns out and bears her [degrees]."""
KNEES = {
    "straight": (HELD, 181.0),
    "long": (130.0, 168.0),
    "open": (92.0, 135.0),
    "square": (75.0, 112.0),
    "relaxed": (95.0, 160.0),
}
"""Angle of the free knee by name [degrees]."""
BEARING = {"devant": 0.0, "seconde": 90.0, "derriere": 180.0}
OFF = 35.0
"""A leg may be this far from the direction of its pose [degrees]."""


@dataclass(frozen=True)
class Seen:
    """One pose as it is seen.

    Attributes
    ----------
    leg : devant, seconde or derriere, where the free leg is; closed, tips or fourth where both feet bear her
    knee : of the free leg, a word of `KNEES`
    aloft : raised, or the toe on the floor
    free_arm, other_arm : up, side, front, back, low or open; of the free leg's side (the front foot's) and the other
    near : the side nearer to the house: free, other, or none where she faces it
    fondu : whether the standing knee is bent
    named : free or other, the leg that R names
    """

    leg: str
    knee: str
    aloft: bool
    free_arm: str
    other_arm: str
    near: str
    fondu: bool = False
    named: str = "free"


def _air(leg: str, arms: str, near: str, *, knee: str = "straight", fondu: bool = False, named: str = "free") -> Seen:
    free_arm, other_arm = arms.split()
    return Seen(leg, knee, True, free_arm, other_arm, near, fondu, named)


def _floor(leg: str, arms: str, near: str, *, knee: str = "straight", fondu: bool = False) -> Seen:
    free_arm, other_arm = arms.split()
    return Seen(leg, knee, False, free_arm, other_arm, near, fondu)


def _arabesque(arms: str, near: str, *, fondu: bool = False) -> Seen:
    return _air("derriere", arms, near, fondu=fondu, named="other")


# Arms: the free leg's first. In croisé with a leg before her that leg is nearer to the house, with a leg behind the
# standing one is; in effacé the other way round.
SEEN = {
    "arabesque_1_vaganova": _arabesque("side front", "free"),
    "arabesque_2_vaganova": _arabesque("front back", "free"),
    "arabesque_3_vaganova": _arabesque("front side", "other"),
    "arabesque_4_vaganova": _arabesque("back front", "other"),
    "arabesque_1_cecchetti": _arabesque("back front", "free"),
    "arabesque_2_cecchetti": _arabesque("front back", "free"),
    "arabesque_3_cecchetti": _arabesque("front front", "free"),
    "arabesque_4_cecchetti": _arabesque("front back", "other", fondu=True),
    "arabesque_5_cecchetti": _arabesque("front front", "other", fondu=True),
    "arabesque_1_rad": _arabesque("side front", "free"),
    "arabesque_2_rad": _arabesque("front side", "free"),
    "arabesque_3_rad": _arabesque("front front", "free"),
    "arabesque_fondue": _arabesque("side front", "free", fondu=True),
    "attitude_croisee": _air("derriere", "up side", "other", knee="open"),
    "attitude_effacee": _air("derriere", "up side", "free", knee="open"),
    "attitude_croisee_cecchetti": _air("derriere", "up side", "other", knee="square"),
    "attitude_effacee_cecchetti": _air("derriere", "up side", "free", knee="square"),
    "attitude_epaulee": _air("derriere", "front back", "free", knee="open"),
    "attitude_allongee": _air("derriere", "open open", "free", knee="long"),
    "attitude_a_deux_bras": _air("derriere", "up up", "other", knee="open"),
    "attitude_croisee_devant": _air("devant", "side up", "free", knee="open"),
    "attitude_effacee_devant": _air("devant", "side up", "other", knee="open"),
    "grande_croisee_devant": _air("devant", "side up", "free"),
    "grande_effacee_devant": _air("devant", "side up", "other"),
    "grande_croisee_derriere": _air("derriere", "up side", "other"),
    "grande_effacee_derriere": _air("derriere", "up side", "free"),
    "grande_ecartee_devant": _air("seconde", "up side", "free"),
    "grande_ecartee_derriere": _air("seconde", "up side", "other"),
    "grande_seconde": _air("seconde", "side side", "none"),
    "grande_quatrieme_devant": _air("devant", "side side", "none"),
    "croise_devant": _floor("devant", "side up", "free"),
    "croise_derriere": _floor("derriere", "up side", "other"),
    "efface_devant": _floor("devant", "side up", "other"),
    "efface_derriere": _floor("derriere", "up side", "free"),
    "ecarte_devant": _floor("seconde", "up side", "free"),
    "ecarte_derriere": _floor("seconde", "up side", "other"),
    "quatrieme_devant": _floor("devant", "side side", "none"),
    "quatrieme_derriere": _floor("derriere", "side side", "none"),
    "seconde": _floor("seconde", "side side", "none"),
    "epaule": _floor("derriere", "front back", "free"),
    "epaule_devant": _floor("devant", "back front", "free"),
    "b_plus": _floor("derriere", "low low", "other", knee="relaxed"),
    "final": _floor("derriere", "open open", "other"),
    "fifth_croise": Seen("closed", "straight", False, "low", "low", "free"),
    "fifth_en_haut": Seen("closed", "straight", False, "up", "up", "free"),
    "sus_sous_en_haut": Seen("tips", "straight", False, "up", "up", "free"),
    "poisson": Seen("tips", "straight", False, "up", "up", "other"),
    "fourth_big": Seen("fourth", "straight", False, "side", "up", "free"),
    "lunge": Seen("derriere", "straight", False, "up", "side", "other", True, "other"),
    "lunge_allongee": Seen("derriere", "straight", False, "side", "front", "free", True, "other"),
}
"""Every pose by its key."""


def _hand(f: Figure, side: int, span: slice, place: str) -> Bools:
    """Whether the hand of a side is where an arm of that name has it."""
    skeleton = f.track.skeleton
    names = [skeleton.index(n) for n in (f"hand_{'lr'[side]}", f"upper_arm_{'lr'[side]}", "chest", "head")]
    hand, shoulder, _, head = (f.track.p[span, k] for k in names)
    pelvis = f.track.p[span, 0]
    turn = np.radians(f.chest_yaw[span])
    ahead = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    out = np.stack([-np.sin(turn), np.cos(turn)], axis=1) * (1.0 if side == 0 else -1.0)
    arm = hand - shoulder
    fore, wide, up = (arm[:, :2] * ahead).sum(1), (arm[:, :2] * out).sum(1), arm[:, 2]
    level = np.abs(up) < 0.34
    return np.asarray(
        {
            "up": hand[:, 2] > head[:, 2] + 0.05,
            "side": level & (wide > 0.34) & (fore > -0.26),
            "front": (up > -0.25) & (fore > 0.36) & (wide < 0.22),
            "back": level & (fore < -0.10) & (wide > 0.20),
            "low": hand[:, 2] < pelvis[:, 2] + 0.25,
            "open": (up > -0.10) & (wide > 0.12),
        }[place]
    )


def pose(f: Figure, step: StepSpan, *, seen: Seen) -> Iterator[Miss]:
    """The pose is reached with all that belongs to it at once, and dwelt in."""
    work, other = legs(step)
    free, stands = (work, other) if seen.named == "free" else (other, work)
    span = slice(f.at(step.accent - 0.15), f.at(step.t1) + 1)
    n = span.stop - span.start
    rules: list[tuple[str, str, Array, Bools]] = []

    def rule(name: str, wanted: str, values: Array, holds: Bools) -> None:
        rules.append((name, wanted, values, holds))

    nearer = f.hip[span, free, 0] - f.hip[span, stands, 0]
    if seen.near == "none":
        yaw = np.abs([wrapped(float(y)) for y in f.yaw[span]])
        rule("faces the house", "within 20 degrees", yaw, yaw < 20.0)
    else:
        sign = 1.0 if seen.near == "free" else -1.0
        who = foot(free if seen.near == "free" else stands)
        rule("nearer to the house", f"the {who} side", nearer * 100.0 * sign, nearer * sign > 0.04)
    for side, place in ((free, seen.free_arm), (stands, seen.other_arm)):
        rule(f"{foot(side)} arm", place, np.zeros(n), _hand(f, side, span, place))
    if seen.leg in ("closed", "tips", "fourth"):
        for side in (free, stands):
            rule("knees straight", f">= {HELD:.0f}", f.stretch[span, side], f.stretch[span, side] >= HELD)
            if seen.leg == "tips":
                rule("on the tips", foot(side), np.zeros(n), f.pointe[span, side])
            else:
                rule("on the floor", foot(side), np.zeros(n), f.on[span, side] & ~f.heel_up[span, side])
        front = f.front[span] * (1.0 if free == 1 else -1.0)
        rule("front foot", foot(free), front * 100.0, front > 0.0)
        far = f.apart[span]
        rule(
            "feet",
            "closed" if seen.leg != "fourth" else "a foot apart",
            far * 100.0,
            (far > 0.24) == (seen.leg == "fourth"),
        )
    else:
        rule("stands", foot(stands), np.zeros(n), f.on[span, stands])
        knee = f.stretch[span, stands]
        if seen.fondu:
            rule("standing knee bent", "100 to 160 degrees", knee, (knee > 100.0) & (knee < 160.0))
        else:
            rule("standing leg straight", f">= {HELD:.0f}", knee, knee >= HELD)
        low, high = KNEES[seen.knee]
        bent = f.stretch[span, free]
        rule("free knee", f"{low:.0f} to {high:.0f} degrees", bent, (bent >= low) & (bent <= high))
        # A bent leg points where its thigh does.
        thigh = f.knee[span, free] - f.hip[span, free]
        turn = np.degrees(np.arctan2(thigh[:, 1], thigh[:, 0])) - f.yaw[span]
        bearing = f.bearing[span, free] if seen.knee == "straight" else turn
        goal = BEARING[seen.leg] * (1.0 if free == 0 else -1.0)
        off = np.abs([wrapped(float(b) - goal) for b in bearing])
        allowed = OFF if seen.knee in ("straight", "long") else 50.0
        if seen.aloft or seen.knee == "straight":
            rule("direction of the leg", seen.leg, off, off <= allowed)
        if seen.aloft:
            asked = (step.height or 90.0) - HEIGHT
            lift = f.lift[span, free] if seen.knee == "straight" else f.thigh_lift[span, free] + 5.0
            rule("height", f">= {asked:.0f} degrees", lift, lift >= asked)
            rule("raised", "off the floor", np.zeros(n), ~f.on[span, free])
        else:
            tip = f.track.low[span, free]
            rule("toe on the floor", "within 15 mm", tip * 1000.0, tip < 0.015)
        if seen.knee != "relaxed":
            rule("pointed", f">= {POINTED:.0f} degrees", f.point[span, free], f.point[span, free] >= POINTED)
    held = np.all([holds for *_, holds in rules], axis=0)
    if any(b - a >= DWELL * f.rate for a, b in runs(held)):
        return
    best = int(np.sum([holds for *_, holds in rules], axis=0).argmax())
    if held[best]:
        yield Miss(span.start + best, "dwelt in", f"held {DWELL:.2f} s", "passed by")
    for name, wanted, values, holds in rules:
        if not holds[best]:
            yield Miss(span.start + best, name, wanted, f"{values[best]:.0f}" if values[best] else "not so")


CHECKS: dict[str, Check] = {key: partial(pose, seen=seen) for key, seen in SEEN.items()}
"""By pose."""
