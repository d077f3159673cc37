"""An entry's example danced and measured, once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from petipa.choreography import Example, Pace, StepPlaced, example_of
from petipa.dancer import load_dancer
from petipa.lexicon import Entry, Side, load_lexicon
from petipa.measure import Assessment, check_definitions, measure, track
from petipa.measure.figure import figure
from petipa.motion import dance
from petipa.motion.model import Motion


@cache
def danced(key: str, side: Side, pace: Pace) -> tuple[Example, Motion, Assessment]:
    """The example of an entry to a side, its motion and what the yardstick says."""
    lexicon, dancer = load_lexicon(), load_dancer()
    shown = example_of(lexicon[key], lexicon, side=side, pace=pace)
    motion = dance(shown.steps, lexicon.entries, shown.seconds, dancer)
    return shown, motion, measure(motion, dancer, placed=shown.steps, lexicon=lexicon, told=False)


def caught(motion: Motion, placed: Sequence[StepPlaced] | None = None) -> set[int]:
    """The steps of a motion that are not what their names say."""
    return {failure.step for failure in check_definitions(figure(track(motion, load_dancer())), placed=placed)}


def named(value: object) -> str:
    """An entry by its key in the names of tests."""
    return value.key if isinstance(value, Entry) else str(value)
