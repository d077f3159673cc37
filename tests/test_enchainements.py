"""Enchaînements at random: what the checker lets pass is danced within the measures, whatever comes after what."""

from __future__ import annotations

import pytest
from benchmarks.enchainements import dancer, drawn, entries, faults, faulty_lines, lexicon, resolved, seconds

from petipa.measure import measure
from petipa.motion import dance

QUICK = range(60)
ALL = range(500)


def _legal(seeds: range) -> set[str]:
    """The entries the enchaînements of some seeds have, every one of which the checker and the plan let pass."""
    seen: set[str] = set()
    for seed in seeds:
        text = drawn(seed)
        assert not faulty_lines(text), text
        steps = resolved(text)
        assert len(steps) >= 8, text
        seen |= {step.entry for step in steps}
    return seen


def test_what_is_drawn_can_be_danced() -> None:
    assert len(_legal(QUICK)) > 0.9 * len(entries())


@pytest.mark.slow
def test_every_entry_is_drawn() -> None:
    assert _legal(ALL) >= {entry.key for entry in entries()}


HELD = """
petipa 1
title "enchaînement"
tempo 84 4/4
start upstage centre, fifth L front
1 plié
2:3+1/2 pas de basque sauté L
3:2+1/2 piqué arabesque turn L
4:2 soutenu en tournant L
4:4+1/2 pirouette en dehors R
5:4 pas sauté R
6:2 pas marché R
7:2+1/2 bow L
8:2 petite cabriole L
8:4 échappé sauté en quatrième L
9:3 relevé L
10:1+1/2 tour à la seconde R
11:1 plié
"""
"""One drawn from the dictionary as it was; what is drawn changes with every new entry."""


@pytest.mark.slow
def test_an_enchainement_is_danced_within_the_measures() -> None:
    assert not faulty_lines(HELD)
    steps = resolved(HELD)
    motion = dance(steps, lexicon().entries, seconds, dancer())
    assert not faults(measure(motion, dancer(), placed=steps, lexicon=lexicon()))


def test_a_seed_draws_the_same_again() -> None:
    assert drawn(7) == drawn(7) != drawn(8)


CHAINS = {
    "piqué en arrière onto a straight leg": ("fifth R front", "1 plié", "3 piqué R en arrière", "5 plié"),
    "piqué after a march": (
        "fifth R front",
        "1 plié",
        "2 march L",
        "3:3 piqué sur le cou-de-pied R en arrière",
        "5:3 plié",
    ),
    "cambré forward in fifth": ("fifth R front", "1 plié", "3 cambré R devant", "5 plié"),
    "cambré to the side in fifth": ("fifth R front", "1 plié", "3 cambré R à la seconde", "5 plié"),
    "plié in second": ("second", "1 plié", "3 plié"),
}
"""Short dances that once missed a measure."""


@pytest.mark.slow
@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_a_chain_that_once_failed_holds(chain: tuple[str, ...]) -> None:
    start, *lines = chain
    text = f'petipa 1\ntitle "chain"\ntempo 84 4/4\nstart centre, {start}\n' + "\n".join(lines) + "\n"
    assert not faulty_lines(text)
    steps = resolved(text)
    motion = dance(steps, lexicon().entries, seconds, dancer())
    assert not faults(measure(motion, dancer(), placed=steps, lexicon=lexicon()))
