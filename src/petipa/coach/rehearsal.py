"""Rehearsal: where she was early or late on the count she dances the step again, laid out that much later or sooner.

What a step costs in time depends on where she comes from: a foot out of an open fourth is at its place sooner than one
out of fifth. A dancer finds out by hearing herself against the music, and so does she.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from petipa.choreography import StepPlaced
from petipa.dancer import Dancer
from petipa.errors import ChoreographyError, SolveError
from petipa.lexicon import Lexicon
from petipa.measure import LIMITS, AccentError, Assessment, Limit, heard, measure
from petipa.motion import Motion

HEARD = 40.0
"""An accent this far off its count is rehearsed [ms]; MEASURES.md wants them all within 50."""
REACH = 0.2
"""Seconds a step is laid out sooner or later than its count at most; a worse fault is no matter of timing."""
TRIES = 6
"""Attempts at the whole of a dance."""


def rehearse(
    motion: Motion,
    placed: Sequence[StepPlaced],
    lexicon: Lexicon,
    dancer: Dancer,
    again: Callable[[Motion, Sequence[float]], Motion],
) -> Motion:
    """A dance with the steps danced again that missed their counts, as far as that costs nothing else.

    Parameters
    ----------
    motion : what `placed` looks like danced
    again : a motion and the seconds by which each step is to be laid out after its count, to the motion danced so

    Returns
    -------
    The motion itself where every accent is within `HEARD` of its count, or no attempt was better.
    """
    seen: Assessment | None = None
    tried: set[int] = set()
    together = True
    for _ in range(TRIES):
        events = seen.accents if seen else heard(motion, dancer, lexicon)
        off = {step: late for step, late in _off(events).items() if step not in tried}
        if not off:
            break
        chosen = off if together else dict([max(off.items(), key=lambda one: abs(one[1]))])
        timing = [step.later - chosen.get(k, 0.0) for k, step in enumerate(motion.steps)]
        better = False
        try:
            attempt = again(motion, [min(max(later, -REACH), REACH) for later in timing])
            seen = seen or measure(motion, dancer, placed=placed, lexicon=lexicon, told=False)
            looked = measure(attempt, dancer, placed=placed, lexicon=lexicon, told=False)
            better = _better(seen, looked, chosen)
        except (ChoreographyError, SolveError):
            pass  # it cannot be danced so: as it was, then
        if better:
            motion, seen = attempt, looked
        elif len(chosen) == 1:
            tried |= set(chosen)
        else:
            together = False
    return motion


def _off(events: Sequence[AccentError]) -> dict[int, float]:
    """Steps that miss their count by so much that it is heard, and by how many seconds they are late."""
    return {e.step: e.error_ms / 1000.0 for e in events if HEARD < abs(e.error_ms) <= 1000.0 * REACH}


def _better(before: Assessment, after: Assessment, steps: Mapping[int, float]) -> bool:
    """Whether the accents of these steps are better met, no other is missed for it, and nothing else is lost."""
    was = {e.step: abs(e.error_ms) for e in before.accents}
    now = {e.step: abs(e.error_ms) for e in after.accents}
    nearer = all(now[k] < was[k] for k in steps) and all(now[k] <= max(HEARD, was[k]) for k in now)
    kept = after.definition_failures <= before.definition_failures and after.flights_found >= before.flights_found
    return (
        nearer and kept and all(_no_farther(one, getattr(before, one.name), getattr(after, one.name)) for one in LIMITS)
    )


def _no_farther(limit: Limit, before: float, after: float) -> bool:
    """Whether a measure is within its limit or, where it was not, no farther beyond it than before."""
    return not limit.broken(after) or (after >= before if limit.least else after <= before)


__all__ = ["rehearse"]
