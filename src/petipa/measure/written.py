"""How a text answers to its music before it is danced: every step on its count, as high and far as it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from petipa.choreography import StepPlaced
from petipa.lexicon import Lexicon
from petipa.measure.excitement import (
    FAR_FLIGHT,
    HARDEST_LANDING,
    HIGH_JUMP,
    LEG,
    MUSIC_FLOOR,
    TURNS_HALVE,
    WEIGHTS,
    WITHOUT_MUSIC,
    Thrill,
    share_of,
)
from petipa.measure.musicality import STILL, Musicality, agreeing
from petipa.measure.piece import Piece


def asked(placed: Sequence[StepPlaced], lexicon: Lexicon, seconds_at: Callable[[Fraction], float]) -> list[Thrill]:
    """What each step would do to those who watch, danced as it is asked."""
    out = []
    for k, step in enumerate(placed):
        entry = lexicon.entries.get(step.entry)
        rise = entry.jump.usual if entry is not None and entry.jump is not None else 0.0
        travel = float(np.hypot(*np.subtract(step.travel_to, step.travel_from))) if rise > 0.0 else 0.0
        terms = {
            "difficulty": (entry.difficulty - 1) / 9 if entry else 0.0,
            "energy": float(entry.energy) if entry else 0.0,
            "impact": share_of(entry.impact, 1.0, HARDEST_LANDING) if entry else 0.0,
            "risk": share_of(travel, 0.0, FAR_FLIGHT),
            "height": max(share_of(rise, 0.0, HIGH_JUMP), share_of(step.height or 0.0, *LEG)),
            "turns": float(1.0 - 0.5 ** (step.turns / TURNS_HALVE)),
        }
        feat = sum(WEIGHTS[name] * value for name, value in terms.items())
        accent = seconds_at(step.at)
        out.append(
            Thrill(
                step=k,
                label=step.label,
                start=accent,
                accent=accent,
                end=seconds_at(step.at + step.length),
                take_off=accent if rise > 0.0 else None,
                rise=rise,
                turned=float(step.turns),
                **terms,
                music=WITHOUT_MUSIC,
                completion=1.0,
                thrill=feat * (MUSIC_FLOOR + (1.0 - MUSIC_FLOOR) * WITHOUT_MUSIC),
            )
        )
    return out


def as_written(
    piece: Piece, placed: Sequence[StepPlaced], lexicon: Lexicon, seconds_at: Callable[[Fraction], float]
) -> Musicality:
    """How a text answers to a piece; what only a danced motion shows stays empty."""
    steps = asked(placed, lexicon, seconds_at)
    if not steps:
        return Musicality()
    moving = [(step, one) for step, one in zip(placed, steps, strict=True) if step.entry not in STILL]
    end = max(one.accent for _, one in moving) if moving else steps[-1].accent
    return agreeing(
        piece.between(steps[0].accent, end + 0.5),
        steps,
        [step.entry for step in placed],
        [lexicon[step.entry].family if step.entry in lexicon.entries else step.entry for step in placed],
        events=np.array([one.accent for _, one in moving]),
        times=np.array([one.accent for one in steps]),
        places=np.array([step.travel_to for step in placed], dtype=np.float64),
    )
