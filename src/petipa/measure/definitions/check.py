"""The list of checks, and how a danced step is held against its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from petipa.choreography import StepPlaced
from petipa.measure.definitions import (
    adage,
    adagio,
    allegro,
    barre,
    batterie,
    grand,
    jumps,
    linking,
    passing,
    pointe,
    poses,
    turns,
    walks,
    written,
)
from petipa.measure.definitions.common import (
    Check,
    Miss,
)
from petipa.measure.figure import Figure
from petipa.measure.track import FINE

CHECKS: Mapping[str, Check] = MappingProxyType(
    adage.CHECKS
    | adagio.CHECKS
    | allegro.CHECKS
    | barre.CHECKS
    | batterie.CHECKS
    | grand.CHECKS
    | jumps.CHECKS
    | linking.CHECKS
    | passing.CHECKS
    | pointe.CHECKS
    | poses.CHECKS
    | turns.CHECKS
    | walks.CHECKS
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


def check_definitions(figure: Figure, *, placed: Sequence[StepPlaced] | None = None) -> tuple[Failure, ...]:
    """Hold every step against its definition and its facing; a step no check knows fails as such.

    Parameters
    ----------
    placed : the steps as resolved, one for each the motion spans, to hold direction, place and pointe against the text
    """
    out = []
    steps = figure.track.motion.steps
    texts = placed if placed is not None and len(placed) == len(steps) else [None] * len(steps)
    for index, (step, text) in enumerate(zip(steps, texts, strict=True)):
        check = CHECKS.get(step.entry)
        if check is None:
            misses = [Miss(figure.at(step.accent), "defined", "a step with a definition check", step.entry)]
        else:
            misses = [*check(figure, step), *written.facing(figure, step)]
        if text is not None and text.entry == step.entry:
            misses += written.placed(figure, step, text)
        out += [
            Failure(
                step=index,
                label=step.label,
                frame=miss.sample // FINE,
                time=figure.time(miss.sample),
                rule=miss.rule,
                expected=miss.expected,
                measured=miss.measured,
            )
            for miss in misses
        ]
    return tuple(out)
