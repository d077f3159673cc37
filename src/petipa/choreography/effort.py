"""What steps cost her: effort beyond what she recovers while she dances them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from petipa.choreography.model import StepPlaced
from petipa.choreography.resolve import Seconds
from petipa.lexicon import Lexicon

RECOVERY = 0.3
"""Share of full effort at which she neither tires nor recovers: a class runs at about half of a solo's peak."""


def spending(
    steps: Sequence[StepPlaced], lexicon: Lexicon, seconds: Seconds, *, spent: float = 0.0
) -> Iterator[tuple[StepPlaced, float]]:
    """Each step but the first, and what she has spent when it comes: seconds of full effort beyond her recovery.

    `spent` is what she had spent at the first of them [s].
    """
    for before, after in itertools.pairwise(steps):
        span = max(seconds(after.at) - seconds(before.at), 0.0)
        entry = lexicon[before.entry]
        own = min(span, entry.lead[1] + entry.tail[1] * max(1, before.turns)) if not entry.per_pace else span
        spent = max(0.0, spent + entry.energy * own - RECOVERY * span)
        yield after, spent
