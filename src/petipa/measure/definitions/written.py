"""What a text writes beside the step's name: facing, direction, place, pointe."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from petipa.choreography import StepPlaced
from petipa.measure.definitions.common import (
    DWELL,
    TURN,
    Miss,
    foot,
    legs,
    wrapped,
)
from petipa.measure.figure import Figure
from petipa.measure.physics import runs
from petipa.motion.model import StepSpan

ASTRAY = 0.35
"""She may end this far from where the text puts her [m]."""
OFF_LINE = 50.0
"""A leg or a path may be this far from the direction written [degrees]."""

_GOES = frozenset(
    {
        "assemble_porte",
        "balance",
        "glissade",
        "jete_porte",
        "sissonne_battue",
        "sissonne_changee",
        "sissonne_fermee",
        "sissonne_ouverte",
        "sissonne_tombee",
        "temps_de_cuisse",
        "tombe",
    }
)
"""Entries that go in the direction written."""

LEGS = frozenset(
    {
        "tendu",
        "developpe",
        "degage",
        "grand_battement",
        "battement_lent",
        "battement_fondu",
        "battement_frappe",
        "battement_double_frappe",
        "pas_de_cheval",
        "battement_soutenu",
        "battement_en_cloche",
        "petite_cabriole",
        "grande_cabriole",
        "ballotte",
    }
)
"""Entries whose working leg is out, at their accent, in the direction written."""

_WAYS = {
    "devant": 0.0,
    "en_avant": 0.0,
    "derriere": 180.0,
    "en_arriere": 180.0,
}

_TIP_OF_WORK = {
    "arabesque",
    "bourree_en_tournant",
    "chaines",
    "demi_detourne",
    "detourne",
    "fouette_en_dedans",
    "fouette_italien",
    "grande_pirouette_arabesque",
    "grande_pirouette_attitude_en_dedans",
    "pique_arabesque_turn",
    "pique_attitude_turn",
    "pique_turn",
    "pirouette_en_dedans",
    "releve",
    "soutenu_en_tournant",
    "temps_leve_pointe",
}
_TIP_OF_OTHER = {
    "ballonne_pointe",
    "fouette_turn",
    "fouette_vaganova",
    "grande_pirouette_attitude",
    "pique_turn_en_dehors",
    "pirouette_en_dehors",
    "pirouette_sur_le_cou_de_pied",
    "tire_bouchon",
    "tour_a_la_seconde",
}
"""Entries in which, danced on pointe, the foot of the named side or the other stands on its tip."""


def _way(direction: str, side: str) -> float | None:
    """Where a direction lies from where the hips face [degrees], positive to her left."""
    if direction in ("seconde", "de_cote"):
        return 90.0 if side == "L" else -90.0
    return _WAYS.get(direction)


def facing(f: Figure, step: StepSpan) -> Iterator[Miss]:
    """Some time between its accent and its end the hips face as written."""
    a, b = f.at(step.accent), f.at(step.t1) + 1
    off = np.abs([wrapped(float(x) - step.facing) for x in f.yaw[a : b + 1]])
    if off.min() > TURN:
        k = a + int(off.argmin())
        yield Miss(k, "faces as written", f"{step.facing:+.0f} degrees", f"{wrapped(float(f.yaw[k])):+.0f} degrees")


def placed(f: Figure, step: StepSpan, written: StepPlaced) -> Iterator[Miss]:
    """Direction of leg or path, place on stage, and pointe are the text's."""
    work, _ = legs(step)
    a, b = f.at(step.accent), min(f.at(step.t1), len(f.apart) - 1)
    way = _way(written.direction, step.side) if written.direction else None
    if way is not None and step.entry in LEGS:
        lift = f.lift[a - round(0.1 * f.rate) : a + round(0.2 * f.rate), work]
        k = a - round(0.1 * f.rate) + int(lift.argmax())
        off = wrapped(float(f.bearing[k, work]) - way)
        if abs(off) > OFF_LINE:
            measured = f"{f.bearing[k, work]:+.0f} degrees"
            yield Miss(k, "direction of the leg", f"{written.direction} ({way:+.0f} degrees)", measured)
    path = f.track.com[b, :2] - f.track.com[f.at(step.t0), :2]
    long = float(np.linalg.norm(path))
    if way is not None and step.entry in _GOES and long > 0.15:
        ahead = f.ahead[a]
        turn = float(np.degrees(np.arctan2(ahead[0] * path[1] - ahead[1] * path[0], (path * ahead).sum())))
        if abs(wrapped(turn - way)) > OFF_LINE:
            yield Miss(b, "direction of the path", f"{written.direction} ({way:+.0f} degrees)", f"{turn:+.0f} degrees")
    stray = float(np.linalg.norm(f.track.com[b, :2] - np.asarray(written.travel_to, dtype=np.float64)))
    if stray > ASTRAY:
        x, y = f.track.com[b, :2]
        to = f"({written.travel_to[0]:+.1f}, {written.travel_to[1]:+.1f}) m"
        yield Miss(b, "place on stage", to, f"({x:+.1f}, {y:+.1f}) m")
    if written.pointe and step.entry in _TIP_OF_WORK | _TIP_OF_OTHER:
        side = work if step.entry in _TIP_OF_WORK else 1 - work
        tips = f.pointe[f.at(step.t0) : b, side]
        if not any(j - i >= DWELL * f.rate for i, j in runs(tips)):
            yield Miss(a, "on pointe", f"{foot(side)} foot on its tip", "never")
