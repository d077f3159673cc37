"""Every entry of the dictionary danced, to both sides, fast and slow: within the measures, and what its name says."""

from __future__ import annotations

from dataclasses import replace

import pytest

import mutants
from drills import caught, danced, named
from petipa.choreography import Pace, example_of
from petipa.dancer import load_dancer
from petipa.lexicon import Entry, Side, load_lexicon
from petipa.measure.definitions import CHECKS

LEXICON = load_lexicon()
ENTRIES = list(LEXICON)
# Right and left are one another's mirror image by law, so each end of the tempo range is danced to one side of each
# entry, and the sides change places from entry to entry.
DRILLS: list[tuple[Entry, Side, Pace]] = [
    (entry, side, pace)
    for k, entry in enumerate(ENTRIES)
    for side, pace in zip((Side.R, Side.L) if k % 2 else (Side.L, Side.R), ("fast", "slow"), strict=True)
]
STILL = frozenset({"stand"})
"""What is no movement cannot be frozen."""
SIDELESS = frozenset({"stand", "port_de_bras"})
"""What is the same to both sides has no wrong foot."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "side", "pace"),
    [pytest.param(e, s, p, id=f"{e.key}-{s.value}-{p}") for e, s, p in DRILLS],
)
def test_an_entry_is_danced_as_it_is_defined(entry: Entry, side: Side, pace: Pace) -> None:
    _, _, seen = danced(entry.key, side, pace)
    assert seen.definition_failures == 0, [(f.label, f.rule, f.expected, f.measured) for f in seen.failures]
    assert seen.flights_found == seen.flights_expected and seen.flights_extra == 0
    assert seen.flight_height_share_min >= 0.9
    assert seen.free_fall_rms <= 0.2
    assert seen.zmp_inside_share >= 0.97
    assert seen.slip_mm_max <= 2.0
    assert seen.penetration_mm_max <= 3.0
    assert seen.joint_range_violations == 0
    assert seen.accent_error_ms_max <= 50.0


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_the_wrong_foot_and_a_frozen_pose_are_seen(entry: Entry) -> None:
    shown, motion, _ = danced(entry.key, *next((s, p) for e, s, p in DRILLS if e is entry))
    dancer = load_dancer()
    spoilt = [] if entry.key in SIDELESS else [mutants.wrong_foot(motion, dancer)]
    if entry.key not in STILL:
        spoilt.append(mutants.frozen(motion, dancer))
    for copy in spoilt:
        assert caught(copy, shown.steps) & set(shown.shown), "a check that passes this would pass anything"


def test_every_entry_has_a_check_of_its_own() -> None:
    assert {entry.key for entry in ENTRIES} | {pose.key for pose in LEXICON.poses} == set(CHECKS)


@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_an_example_shows_its_entry_to_both_sides(entry: Entry) -> None:
    for pace in ("fast", "usual", "slow"):
        right, left = (example_of(entry, LEXICON, side=side, pace=pace) for side in Side)
        assert right.shown and right.shown == left.shown
        assert [step.start.mirrored for step in right.steps] == [step.start for step in left.steps]
        assert [right.seconds(step.at) for step in right.steps] == [left.seconds(step.at) for step in left.steps]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "called"),
    [("changement", "entrechat_quatre"), ("entrechat_quatre", "changement")],
)
def test_a_relabelled_dance_is_caught(key: str, called: str) -> None:
    """A changement danced under an entrechat's name, and the other way round."""
    shown, motion, _ = danced(key, *next((s, p) for e, s, p in DRILLS if e.key == key))
    steps = tuple(replace(s, entry=called) if k in shown.shown else s for k, s in enumerate(motion.steps))
    assert caught(replace(motion, steps=steps)) & set(shown.shown)
