"""How true the dance is, and what a teacher would send back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petipa.production.folder import heard_in, load_motion
from petipa.production.order import SWELL_RATE, Account, Report, Stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from petipa.choreography import StepPlaced
    from petipa.dancer import Dancer
    from petipa.lexicon import Lexicon
    from petipa.measure import Excitement, Piece
    from petipa.motion.model import Motion


def measured(
    motion: Motion,
    dancer: Dancer,
    lexicon: Lexicon,
    placed: Sequence[StepPlaced] | None = None,
    *,
    swell: Sequence[float] | NDArray[np.float64] = (),
    swell_rate: float = SWELL_RATE,
    piece: Piece | None = None,
) -> tuple[dict[str, Any], Excitement]:
    """Every number about a motion, as plain values, and how exciting it is to watch.

    With its steps also whether they go where the text says; with the swell of its music also how they are carried; with
    the piece itself also how they answer to it.
    """
    from petipa.measure import excitement, measure, musicality

    found = measure(motion, dancer, placed=placed, lexicon=lexicon)
    felt = excitement(found, motion, lexicon, swell=swell, swell_rate=swell_rate)
    values = {**found.to_json(), "excitement": felt.to_json()}
    if piece is not None:
        values["musicality"] = musicality(piece, found, felt, motion, dancer, lexicon).to_json()
    return values, felt


MOST_NAMED = 8
"""Shortcomings of a dance that are named one by one."""


OFF_THE_COUNT = 50.0
"""An accent further than this from its count is said to be [ms]."""


def shortcomings(measures: Mapping[str, Any], motion: Motion) -> list[str]:
    """What a teacher would send back: steps not danced as they are defined or not on their count, and broken limits."""
    from petipa.measure import LIMITS

    def where(step: int) -> str:
        span = motion.steps[step]
        return f"bar {span.bar} beat {span.beat}, {span.label or span.entry}"

    found = []
    for limit in LIMITS:
        if limit.broken(measures[limit.name]):
            worst = measures["worst"].get(limit.where)
            here = f"{where(worst['step'])}: " if worst is not None and worst["step"] >= 0 else ""
            wanted = f"{'at least' if limit.least else 'at most'} {limit.bound:g} {limit.unit}"
            found.append(f"{here}{limit.says}: {measures[limit.name]:.3g}, wanted {wanted}")
    found += [
        f"{where(one['step'])}: {one['rule']}: wanted {one['expected']}, danced {one['measured']}"
        for one in measures["failures"]
    ]
    found += [
        f"{where(one['step'])}: {abs(one['error_ms']):.0f} ms {'late' if one['error_ms'] > 0 else 'early'}"
        for one in measures["accents"]
        if abs(one["error_ms"]) > OFF_THE_COUNT + 1e-6
    ]
    more = len(found) - MOST_NAMED
    return found[:MOST_NAMED] + ([f"and {more} more: petipa measure lists them"] if more > 0 else [])


def measure_of(folder: Path, *, report: Report | None = None) -> dict[str, Any]:
    """Measure the motion in a folder `perform` filled.

    Raises
    ------
    PetipaError
        There is no motion of ours.
    """
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon

    account = Account(report)
    motion = load_motion(folder)
    known: dict[str, Any] = {}
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["swell"]
        known |= {"swell": [float(value) for value in kept["values"]], "swell_rate": float(kept["rate"])}
    known["piece"] = heard_in(folder)[0]
    with account.stage(Stage.MEASURE):
        measures, _ = measured(motion, load_dancer(motion.dancer), load_lexicon(), **known)
    with suppress(OSError, ValueError, KeyError, TypeError):
        measures["seconds_by_stage"] = json.loads((folder / "manifest.json").read_text())["seconds_by_stage"]
    return measures
