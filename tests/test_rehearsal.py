"""Rehearsal: she hears that she was late, and is not the next time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from petipa.choreography import StepPlaced, bars_of, parse, resolve
from petipa.coach import rehearse
from petipa.dancer import load_dancer
from petipa.lexicon import load_lexicon
from petipa.measure import heard
from petipa.motion import Motion, dance, redance

TEXT = """petipa 1
title "rehearsal"
tempo 84 4/4
start centre, fifth R front
1 plié
2 tendu R devant
3 plié
4 développé R devant
5 plié
"""


def _seconds(beat: Fraction) -> float:
    return float(beat) * 60 / 84


@cache
def _danced() -> tuple[tuple[StepPlaced, ...], Motion]:
    text, lexicon = parse(TEXT), load_lexicon()
    placed = resolve(text, lexicon, bars_of(text), seconds=_seconds)
    return placed, dance(placed, lexicon.entries, _seconds, load_dancer())


def _again(motion: Motion, timing: Sequence[float]) -> Motion:
    placed, _ = _danced()
    return redance(motion, placed, placed, load_lexicon().entries, _seconds, load_dancer(), timing=timing)[0]


def _errors(motion: Motion) -> list[float]:
    return [event.error_ms for event in heard(motion, load_dancer(), load_lexicon())]


@pytest.mark.slow
def test_who_is_on_the_count_has_nothing_to_rehearse() -> None:
    placed, motion = _danced()
    assert max(map(abs, _errors(motion))) <= 40.0
    assert rehearse(motion, placed, load_lexicon(), load_dancer(), _again) is motion


@pytest.mark.slow
@pytest.mark.parametrize("late", [0.12, -0.12])
def test_a_step_off_its_count_is_danced_again_and_the_others_are_kept(late: float) -> None:
    placed, motion = _danced()
    timing = [late if step.entry == "tendu" else 0.0 for step in placed]
    missed = _again(motion, timing)
    assert abs(_errors(missed)[1] - 1000 * late) < 45.0, "laid out late, and heard to be"
    mended = rehearse(missed, placed, load_lexicon(), load_dancer(), _again)
    assert max(map(abs, _errors(mended))) <= 50.0
    assert [step.accent for step in mended.steps] == [step.accent for step in motion.steps], "counts are the music's"
    assert np.array_equal(mended.q[-200:], missed.q[-200:])
    assert [step.later == 0.0 for step in mended.steps].count(False) <= 1


@pytest.mark.slow
def test_an_edit_leaves_a_rehearsed_step_as_it_was_rehearsed() -> None:
    placed, motion = _danced()
    lexicon, who = load_lexicon(), load_dancer()
    timing = [0.1 if step.entry == "tendu" else 0.0 for step in placed]
    late = _again(motion, timing)
    text = parse(TEXT.replace("développé R devant", "développé R à la seconde"))
    edited = resolve(text, lexicon, bars_of(text), seconds=_seconds)
    again, spans = redance(late, placed, edited, lexicon.entries, _seconds, who)
    assert [step.later for step in again.steps] == timing
    tendu = again.times < again.steps[1].accent + 0.5
    assert np.array_equal(again.q[tendu], late.q[tendu]) and spans


@pytest.mark.slow
def test_a_dance_too_short_to_keep_any_of_it_is_timed_too() -> None:
    text, lexicon = parse("".join(TEXT.partition("3 plié")[:1])), load_lexicon()
    placed = resolve(text, lexicon, bars_of(text), seconds=_seconds)
    motion = dance(placed, lexicon.entries, _seconds, load_dancer())
    late, spans = redance(motion, placed, placed, lexicon.entries, _seconds, load_dancer(), timing=[0.15, 0.15])
    assert spans == ((late.start, float(late.times[-1])),), "all of it was danced anew"
    assert [step.later for step in late.steps] == [0.15, 0.15]
