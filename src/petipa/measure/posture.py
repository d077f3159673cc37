"""Placement as a teacher sees it: hips and shoulders level, elbows held, axis, turnout; positions reached and kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from petipa.lexicon import Lexicon
from petipa.measure.definitions.common import (
    CLOSED,
    DWELL,
    HEIGHT,
    NARROW,
    POINTED,
    STRAIGHT,
    at_ankle,
    at_retire,
)
from petipa.measure.definitions.poses import BEARING, KNEES, OFF, SEEN, Seen
from petipa.measure.figure import SIDES, Figure
from petipa.measure.physics import runs, swing_twist
from petipa.measure.reading import Reading, reading, step_of
from petipa.measure.support import patches
from petipa.measure.track import FINE, WEIGHTED
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

CROOKED = 8.0
"""No placement may be out by more than this [degrees]."""
HYPEREXTENDED = 5.0
"""A knee or an elbow bent backwards by more than this is out [degrees]."""
ACTIVE_TURNOUT = 35.2
"""Turnout a hip holds by itself [degrees] (Australian Ballet 2016, n = 45)."""
RAISED = 45.0
"""A leg lifted further takes pelvis and back with it [degrees]."""
LEVEL_TO = 60.0
"""The hips can be level until a leg is lifted this far; beyond, the pelvis gives about a third [degrees]."""
GIRDLE = 10.0
"""Degrees the shoulder girdle rises by itself as an arm goes from level to overhead (Ludewig et al. 2009)."""
STILL = 0.08
"""Slower than this the centre of mass stands [m/s]."""

FREE_FEET = ("walk", "run")
"""Entries whose feet need not be turned out, and entries that begin with these words."""
BENDING = (
    "cambre", "penche", "arabesque_penchee", "reverence", "bow", "port", "renverse", "lunge",
    "lunge_allongee", "poisson", "pas_de_poisson", "saut_de_lange", "brise", "brise_vole", "grande_cabriole",
    "grand_port_de_bras",
)  # fmt: skip
"""Entries in which the trunk bends as it is asked to, and entries that begin with these words."""


def _entries(f: Figure) -> list[str]:
    return [step.entry for step in f.track.motion.steps]


def among(f: Figure, words: tuple[str, ...]) -> Bools:
    """Samples danced in entries that begin with one of some words."""
    steps = step_of(f.track)
    is_one = np.array([entry.split("_")[0] in words or entry in words for entry in _entries(f)] + [False])
    return np.asarray(is_one[steps])


def thrown(f: Figure) -> Array:
    """How far the trunk is from upright [degrees], (N,), where neither this step nor its neighbours bend it; else 0."""
    bending = among(f, BENDING)
    steps = step_of(f.track)
    bends = np.array([bool(bending[steps == k].any()) for k in range(len(f.track.motion.steps))] + [False])
    near = bends | np.roll(bends, 1) | np.roll(bends, -1)
    return np.where(near[steps], 0.0, f.tilt)


def clavicle_rise(f: Figure) -> Array:
    """How far each shoulder is drawn up from its place in the T pose, less what a raised arm takes [deg], (N, 2)."""
    skeleton = f.track.skeleton
    chest = skeleton.index("chest")
    out = np.empty((len(f.yaw), 2))
    for side, s in enumerate("lr"):
        collar, arm, elbow = (skeleton.index(f"{part}_{s}") for part in ("clavicle", "upper_arm", "forearm"))
        line = np.einsum("nji,nj->ni", f.track.R[:, chest], f.track.p[:, arm] - f.track.p[:, collar])
        zero = skeleton.offsets[arm]
        rise = np.arcsin(line[:, 2] / np.linalg.norm(line, axis=1)) - np.arcsin(zero[2] / np.linalg.norm(zero))
        upper = np.einsum("nji,nj->ni", f.track.R[:, chest], f.track.p[:, elbow] - f.track.p[:, arm])
        lift = np.degrees(np.arcsin(np.clip(upper[:, 2] / np.linalg.norm(upper, axis=1), -1, 1)))
        out[:, side] = np.degrees(rise) - GIRDLE * np.clip(lift / 90.0, 0.0, 1.0)
    return out


def elbow_drop(f: Figure) -> Array:
    """How far each elbow hangs below the line from shoulder to wrist, seen from the shoulder [degrees], (N, 2)."""
    skeleton, p = f.track.skeleton, f.track.p
    out = np.empty((len(f.yaw), 2))
    for side, s in enumerate("lr"):
        shoulder, elbow, hand = (p[:, skeleton.index(f"{part}_{s}")] for part in ("upper_arm", "forearm", "hand"))
        way = hand - shoulder
        upper = elbow - shoulder
        along = (upper * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-9)
        away = upper - along[:, None] * way
        out[:, side] = np.degrees(np.arcsin(np.clip(-away[:, 2] / np.linalg.norm(upper, axis=1), -1, 1)))
    return out


def foot_turnout(f: Figure) -> Array:
    """How far each foot is turned out from the way the hips face [degrees], (N, 2); flat, half-risen or on the tip."""
    skeleton = f.track.skeleton
    out = np.empty((len(f.yaw), 2))
    for side, s in enumerate("lr"):
        across = f.track.R[:, skeleton.index(f"mid_{s}"), :, 1]
        ahead = np.arctan2(-across[:, 0], across[:, 1])
        hips = np.arctan2(f.ahead[:, 1], f.ahead[:, 0])
        turn = np.degrees((ahead - hips + np.pi) % (2 * np.pi) - np.pi)
        out[:, side] = turn if side == 0 else -turn
    return out


def hip_turnout(f: Figure) -> Array:
    """External rotation of each hip at the frames [degrees], (F, 2): the twist of the thigh about its own length."""
    skeleton = f.track.skeleton
    out = np.empty((f.track.frames, 2))
    for side, s in enumerate("lr"):
        _, twist = swing_twist(f.track.q[:, skeleton.q_slice(skeleton.index(f"thigh_{s}"))])
        out[:, side] = np.degrees(twist) * (1.0 if side == 0 else -1.0)
    return out


def plumb(f: Figure) -> Array:
    """Lean of the line from the middle of the support to the centre of mass where she stands still [degrees], (F,)."""
    corners, held = patches(f.track)
    count = held.sum(axis=1)
    centre = np.where(held[..., None], corners, 0.0).sum(axis=1) / np.maximum(count, 1)[:, None]
    com = f.track.com[::FINE]
    speed = (
        np.linalg.norm(np.gradient(com, axis=0), axis=1) * f.track.motion.rate if len(com) > 1 else np.zeros(len(com))
    )
    lean = np.degrees(np.arctan2(np.linalg.norm(com[:, :2] - centre, axis=1), com[:, 2]))
    return np.asarray(np.where((count > 0) & (speed < STILL), lean, np.nan))


def crooked(f: Figure) -> tuple[Reading, ...]:
    """Everything of placement that is out of line."""
    seen = f.track
    n = len(f.yaw)
    all_of_it = np.arange(n)
    frames = np.arange(seen.frames) * FINE
    highest = f.lift.max(axis=1)
    hips = f.hip[:, 0] - f.hip[:, 1]
    level = np.abs(np.degrees(np.arcsin(np.clip(hips[:, 2] / np.linalg.norm(hips, axis=1), -1, 1))))
    spare = np.maximum(highest - LEVEL_TO, 0.0) / 3.0
    out = [
        reading(
            seen, "crooked", "hips out of level", "degrees", all_of_it, level - spare, high=CROOKED,
            note=f"less a third of what a leg is lifted beyond {LEVEL_TO:.0f}",
        )
    ]  # fmt: skip
    for name, both, high in (
        ("shoulders drawn up", clavicle_rise(f), CROOKED),
        ("elbows dropped", elbow_drop(f), CROOKED),
    ):
        side = both.argmax(axis=1)
        out.append(
            reading(
                seen,
                "crooked",
                name,
                "degrees",
                all_of_it,
                both.max(axis=1),
                high=high,
                details=[("left", "right")[k] for k in side],
            )
        )
    hinges = [f"{part}_{s}" for part in ("shank", "forearm") for s in "lr"]
    back = np.stack(
        [-np.degrees(seen.q[:, seen.skeleton.q_slice(seen.skeleton.index(name)).start]) for name in hinges], axis=1
    )
    out.append(
        reading(
            seen,
            "crooked",
            "knee or elbow bent backwards",
            "degrees",
            frames,
            back.max(axis=1),
            high=HYPEREXTENDED,
            details=[hinges[k] for k in back.argmax(axis=1)],
        )
    )
    out.append(reading(seen, "crooked", "plumb line off the support", "degrees", frames, plumb(f), high=CROOKED))
    upright = ~among(f, BENDING) & (highest <= RAISED)
    out.append(
        reading(
            seen,
            "crooked",
            "back off upright",
            "degrees",
            all_of_it,
            np.where(upright, f.tilt, np.nan),
            high=CROOKED,
            note=f"while no leg is above {RAISED:.0f} degrees and the step does not bend her",
        )
    )
    return (*out, *turnout(f))


def turnout(f: Figure) -> tuple[Reading, ...]:
    """How far turnout falls short of the dancer's: standing, as she lands, and of a raised leg."""
    seen = f.track
    asked = seen.dancer.capability.turnout
    turned = ~among(f, FREE_FEET)
    feet = foot_turnout(f)
    # What was set down in a walk or a run stays as it was set down.
    bears = np.isin(seen.motion.feet, WEIGHTED)
    asked_of = bears.copy()
    for side in (0, 1):
        for a, b in runs(bears[:, side]):
            asked_of[a:b, side] &= turned[min(a * FINE, len(feet) - 1)]
    fine = np.minimum(np.arange(len(feet)) // FINE, len(bears) - 1)
    short = np.where(asked_of[fine] & f.on & turned[:, None], asked - feet, np.nan)
    bears = bears[fine] & f.on
    land = np.zeros(len(feet), dtype=bool)
    for hop in f.flights:
        if hop.confirmed:
            land[f.at(hop.t1) : f.at(hop.t1 + 0.1) + 1] = True
    hips = hip_turnout(f)
    free = ~bears[::FINE] & (f.lift[::FINE] > RAISED) & turned[::FINE, None]
    hip_short = np.where(free, ACTIVE_TURNOUT - hips, np.nan)
    out = []
    for name, values, at, unit_note in (
        (
            "turnout missing, standing",
            np.where(land[:, None], np.nan, short),
            np.arange(len(feet)),
            f"of {asked:.0f} a foot",
        ),
        (
            "turnout missing, landing",
            np.where(land[:, None], short, np.nan),
            np.arange(len(feet)),
            f"of {asked:.0f} a foot",
        ),
        ("turnout missing, raised leg", hip_short, np.arange(seen.frames) * FINE, f"of {ACTIVE_TURNOUT} at the hip"),
    ):
        filled = np.where(np.isfinite(values), values, -np.inf)
        worst, side = filled.max(axis=1), filled.argmax(axis=1)
        out.append(
            reading(
                seen,
                "crooked",
                name,
                "degrees",
                at,
                np.where(np.isfinite(worst), worst, np.nan),
                high=CROOKED,
                details=[("left", "right")[k] for k in side],
                note=unit_note,
            )
        )
    return tuple(out)


# Positions

Position = Callable[[Figure, StepSpan, int, int], Bools]
"""(figure, step, working leg, standing leg) -> whether every part of the position is there, at every sample."""


def _retire(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    return at_retire(f, work) & (f.point[:, work] >= POINTED)


def _low(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    return np.asarray(at_ankle(f, work) & ~f.on[:, work] & (f.point[:, work] >= POINTED))


def _leg(direction: str | None = None, *, knee: str = "straight", fondu: bool = False, aloft: bool = True) -> Position:
    """One leg stretched or bent by a word of `KNEES` in a direction, the other straight unless in fondu."""
    low, high = (STRAIGHT, 181.0) if knee == "straight" else KNEES[knee]

    def test(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
        part = (f.stretch[:, work] >= low) & (f.stretch[:, work] <= high) & (f.point[:, work] >= POINTED)
        if not fondu:
            part &= f.stretch[:, stand] >= STRAIGHT
        if aloft:
            # A bent leg is as high as its thigh.
            high_as = f.lift[:, work] if knee == "straight" else f.thigh_lift[:, work]
            part &= ~f.on[:, work] & (high_as >= (step.height or 90.0) - HEIGHT)
        else:
            part &= f.on[:, work] & (f.apart >= 0.25)
        if direction is not None:
            part &= np.abs(np.abs(f.bearing[:, work]) - BEARING[direction]) <= OFF + 5.0
        return np.asarray(part)

    return test


def _tips(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    return np.asarray(f.pointe.all(axis=1) & (f.stretch >= STRAIGHT).all(axis=1))


def _closed(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    close = (f.apart <= CLOSED) & (np.abs(f.open) <= NARROW)
    return np.asarray(f.on.all(axis=1) & close & (f.stretch >= STRAIGHT).all(axis=1))


def _fifth_aloft(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    close = (f.apart <= CLOSED) & (np.abs(f.open) <= NARROW)
    long = (f.stretch >= STRAIGHT).all(axis=1) & (f.point >= POINTED).all(axis=1)
    return np.asarray(~f.on.any(axis=1) & close & long)


def _split(f: Figure, step: StepSpan, work: int, stand: int) -> Bools:
    thighs = f.knee - f.hip
    along = (thighs[:, 0] * thighs[:, 1]).sum(-1) / np.prod(np.linalg.norm(thighs, axis=2), axis=1)
    between = np.degrees(np.arccos(np.clip(along, -1, 1)))
    long = (f.stretch >= STRAIGHT).all(axis=1) & (f.point >= POINTED).all(axis=1)
    return np.asarray(~f.on.any(axis=1) & (between >= 120.0) & long)


RETIRE = (
    "pirouette_en_dehors", "pirouette_en_dedans", "pique_turn", "pique_turn_en_dehors", "fouette_turn",
    "fouette_vaganova", "releve_retire", "passe", "retire",
)  # fmt: skip
"""Entries that hold the toe at the knee."""

_BY_ENTRY: tuple[tuple[tuple[str, ...], str, Position, bool], ...] = (
    # entries, the position, its test, whether it is dwelt in or only reached
    (RETIRE, "retiré", _retire, True),
    (("pirouette_sur_le_cou_de_pied",), "cou-de-pied", _low, True),
    (("arabesque", "grande_pirouette_arabesque", "pique_arabesque_turn"), "arabesque", _leg("derriere"), True),
    (
        ("grande_pirouette_attitude", "grande_pirouette_attitude_en_dedans", "pique_attitude_turn"),
        "attitude", _leg("derriere", knee="open"), True,
    ),
    (("tour_a_la_seconde",), "leg à la seconde", _leg("seconde"), True),
    (("developpe", "releve_lent"), "leg unfolded", _leg(), True),
    (("grand_battement",), "leg thrown", _leg(), False),
    (("tendu",), "tendu", _leg(aloft=False), True),
    (("releve", "sus_sous", "echappe_releve"), "on both tips", _tips, True),
    (("grand_jete",), "split in the air", _split, False),
    (
        (
            "changement", "petit_changement", "royale", "entrechat_quatre", "entrechat_six", "entrechat_huit",
            "soubresaut", "assemble", "petit_assemble", "tour_en_lair",
        ),
        "fifth in the air", _fifth_aloft, False,
    ),
)  # fmt: skip


def _pose(seen: Seen) -> tuple[str, Position, bool] | None:
    if seen.leg == "tips":
        return "on both tips", _tips, True
    if seen.leg == "closed":
        return "closed", _closed, True
    if seen.leg not in BEARING or seen.knee not in KNEES:
        return None
    return "pose", _leg(seen.leg, knee=seen.knee, fondu=seen.fondu, aloft=seen.aloft), True


def _position(entry: str) -> tuple[str, Position, bool] | None:
    if entry in SEEN:
        return _pose(SEEN[entry])
    return next(((name, test, dwelt) for words, name, test, dwelt in _BY_ENTRY if entry in words), None)


def positions(f: Figure, lexicon: Lexicon) -> tuple[Reading, ...]:
    """How long each step's own position is held, in all its parts at once: dwelt in, or in passing steps reached."""
    seen = f.track
    at: dict[bool, list[int]] = {True: [], False: []}
    held: dict[bool, list[float]] = {True: [], False: []}
    words: dict[bool, list[str]] = {True: [], False: []}
    for step in seen.motion.steps:
        found = _position(step.entry)
        if found is None or step.entry not in lexicon.entries:
            continue
        name, test, dwelt = found
        # Piqué steps stand on the named leg; in arabesque and attitude either may be the raised one.
        side = SIDES[step.side]
        masks = [test(f, step, work, 1 - work) for work in (side, 1 - side)]
        window = f.span(step, after=0.05)
        longest, where = 0, f.at(step.accent)
        for mask in masks:
            for a, b in runs(mask[window]):
                if b - a > longest:
                    longest, where = b - a, window.start + a
        at[dwelt].append(where)
        held[dwelt].append(longest / f.rate)
        words[dwelt].append(name)
    return (
        reading(
            seen,
            "mushy",
            "position dwelt in",
            "s",
            np.array(at[True], dtype=np.int64),
            np.array(held[True]),
            low=DWELL,
            details=words[True],
        ),
        reading(
            seen,
            "mushy",
            "position reached in passing",
            "s",
            np.array(at[False], dtype=np.int64),
            np.array(held[False]),
            low=1.0 / 60.0,
            details=words[False],
        ),
    )
