"""The list of checks, and how a danced step is held against its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from petipa.measure.definitions import adage, jumps, linking, turns
from petipa.measure.definitions.common import Check
from petipa.measure.figure import Figure
from petipa.measure.track import FINE

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "plie": adage.plie,
        "releve": adage.releve,
        "tendu": adage.tendu,
        "port_de_bras": adage.port_de_bras,
        "developpe": adage.developpe,
        "arabesque": adage.arabesque,
        "soutenu": adage.soutenu,
        "stand": adage.stand,
        "balance": linking.balance,
        "glissade": linking.glissade,
        "pas_de_bourree": linking.pas_de_bourree,
        "tombe": linking.tombe,
        "walk": linking.walk,
        "run": linking.run,
        "fourth": linking.fourth,
        "reverence": linking.reverence,
        "assemble": jumps.assemble,
        "changement": jumps.changement,
        "entrechat_quatre": jumps.entrechat_quatre,
        "sissonne_ouverte": jumps.sissonne_ouverte,
        "grand_jete": jumps.grand_jete,
        "pirouette_en_dehors": turns.pirouette_en_dehors,
        "pique_turn": turns.pique_turn,
        "fouette_turn": turns.fouette_turn,
    }
)


@dataclass(frozen=True)
class Failure:
    """A danced step that is not what its name says."""

    step: int
    label: str
    frame: int
    time: float
    rule: str
    expected: str
    measured: str


def check_definitions(figure: Figure) -> tuple[Failure, ...]:
    """Hold every step against its definition; a step no check knows fails as such."""
    out = []
    for index, step in enumerate(figure.track.motion.steps):
        check = CHECKS.get(step.entry)
        if check is None:
            out.append(
                Failure(index, step.label, 0, step.accent, "defined", "a step with a definition check", step.entry)
            )
            continue
        for miss in check(figure, step):
            out.append(
                Failure(
                    step=index,
                    label=step.label,
                    frame=miss.sample // FINE,
                    time=figure.time(miss.sample),
                    rule=miss.rule,
                    expected=miss.expected,
                    measured=miss.measured,
                )
            )
    return tuple(out)
