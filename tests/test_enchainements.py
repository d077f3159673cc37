"""Enchaînements at random: what the checker lets pass is danced within the measures, whatever comes after what."""

from __future__ import annotations

from functools import cache

import pytest
from benchmarks.enchainements import (
    chained,
    classes,
    dancer,
    drawn,
    entries,
    faults,
    faulty_lines,
    lexicon,
    resolved,
    seconds,
)

from petipa.measure import measure
from petipa.motion import dance
from petipa.motion.plan import make_plan
from petipa.motion.reference import build_reference

QUICK = range(60)
ALL = range(500)
EVERY = {entry.key for entry in entries()}


@cache
def _drawn_entries(seed: int) -> frozenset[str]:
    """The entries of the enchaînement of a seed, which the checker and the plan let pass."""
    text = drawn(seed)
    assert not faulty_lines(text), text
    steps = resolved(text)
    assert len(steps) >= 8, text
    return frozenset(step.entry for step in steps)


def _legal(seeds: range, enough: set[str]) -> set[str]:
    """The entries the enchaînements of some seeds have, every one of which the checker and the plan let pass.

    No more seeds are drawn once those that are `enough` have come.
    """
    seen: set[str] = set()
    for seed in seeds:
        if seen >= enough:
            break
        seen |= _drawn_entries(seed)
    return seen


def test_what_is_drawn_can_be_danced() -> None:
    assert len(_legal(QUICK, EVERY)) > 0.9 * len(EVERY)


@pytest.mark.slow
def test_every_entry_is_drawn() -> None:
    assert _legal(ALL, EVERY) >= EVERY


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


def _holds(text: str) -> None:
    """A text is let pass and danced within the measures."""
    assert not faulty_lines(text), text
    steps = resolved(text)
    motion = dance(steps, lexicon().entries, seconds, dancer())
    assert not faults(measure(motion, dancer(), placed=steps, lexicon=lexicon(), told=False))


@pytest.mark.slow
def test_an_enchainement_is_danced_within_the_measures() -> None:
    _holds(HELD)


CHAINS = (
    # where one stands: first and second
    ("first", "élevé R", "battement dégagé R à la seconde"),
    ("first", "cambré L", "tombé R en arrière"),
    ("first", "arabesque L", "assemblé battu R"),
    ("second", "sauté L", "battement tendu L à la seconde"),
    # from fifth in place, travelling, turning
    ("fifth L front", "assemblé R derrière"),
    ("fifth R front", "rond de jambe en l'air R en dedans"),
    ("fifth L front", "demi-rond de jambe R en dedans"),
    ("fifth L front", "rond de jambe R en dedans", "jeté battu L derrière"),
    ("fifth R front", "jeté entrelacé R", "petit changement L"),
    ("fifth R front", "pas de ciseaux L", "ballonné relevé R devant"),
    ("first", "battement frappé L", "pas de bourrée L de côté"),
    ("fifth R front", "balancé L en arrière", "rond de jambe à terre L en dehors"),
    ("fifth R front", "petit changement L", "grand emboîté L"),
    ("fifth L front", "développé R à la seconde", "assemblé porté R en arrière"),
    ("fifth L front", "grand battement L", "sissonne tombée R de côté"),
    ("fifth R front", "rond de jambe à terre L en dedans", "pas de bourrée suivi L en arrière"),
    ("fifth L front", "pas de bourrée suivi L en avant", "pas de bourrée suivi L"),
    ("fifth L front", "grande sissonne ouverte L de côté", "attitude turn L"),
    # on one leg, its foot at the other
    ("fifth L front", "entrechat sept L derrière", "march L"),
    ("fifth R front", "ballonné simple L à la seconde", "coupé en tournant R"),
    ("fifth L front", "emboîté en tournant R", "grande cabriole L derrière"),
    ("fifth R front", "tour en l'air R", "tour en l'air L", "glissade en tournant L"),
    # on one leg, the other low or raised
    ("fifth L front", "battement double frappé R", "soutenu en tournant L"),
    ("fifth R front", "révérence R", "jeté élancé L en avant"),
    ("second", "march R", "piqué R en arrière"),
    ("fifth R front", "march L", "piqué sur le cou-de-pied R en arrière"),
    ("first", "battement en cloche L", "chaînés L en avant"),
    ("fifth R front", "tombé R de côté", "pas de bourrée R"),
    ("fifth R front", "pas de ciseaux R en avant", "grand jeté R"),
    ("fifth L front", "galop R de côté", "fouetté sauté R"),
    ("fifth L front", "pas de valse L", "sus-sous L"),
    ("fifth L front", "tombé L", "battement retiré R"),
    ("fifth L front", "saut de l'ange L", "ballonné relevé L devant"),
    ("fifth R front", "grande sissonne ouverte R en avant", "grand rond de jambe L en dedans"),
    # the foot that closes after a turn stands in fifth, and a run that closes stands on both heels
    ("fifth L front", "tire-bouchon L", "échappé battu R"),
    ("fifth R front", "attitude turn en dedans R", "curtsy L"),
    ("fifth R front", "piqué arabesque turn R en avant", "sauté R"),
    ("fifth L front", "pas couru R", "attitude turn L"),
    # the toe slides out along the floor from a plié, and goes round the ankle; a leg that passes low, or comes down
    ("fifth R front", "préparation L à la seconde"),
    ("fifth L front", "chassé R de côté", "pas de bourrée R de côté", "temps lié L de côté"),
    ("fifth R front", "curtsy R", "sur le cou-de-pied L"),
    ("fifth L front", "grande sissonne ouverte L", "pas marché R"),
    ("fifth R front", "arabesque R", "chassé sauté R en avant"),
    ("fifth L front", "pas de ciseaux R en avant", "enveloppé R devant"),
    # a leg that waits out on its toe, and one that comes down from the ankle
    ("fifth L front", "tendu R derrière", "temps levé en arabesque L"),
    ("fifth R front", "bow L", "ballotté L"),
    ("fifth L front", "sissonne simple L devant", "chassé L de côté", "battement dégagé R derrière"),
    ("fifth R front", "jeté battu R", "sus-sous R"),
    ("fifth R front", "bow R", "rond de jambe L"),
    ("fifth R front", "run R en avant", "demi-rond de jambe L en dedans"),
    ("fifth R front", "piqué développé L", "fouetté en dedans L"),
    ("fifth R front", "tombé R de côté", "coupé L", "ballonné relevé R à la seconde"),
    # a bow and a bend out of another plié, on the other foot
    ("fifth L front", "piqué L de côté", "curtsy R"),
    ("fifth R front", "galop L de côté", "révérence L"),
    # she turns to a corner on both feet, and is closed there
    ("fifth R front", "fourth port de bras R", "passé L"),
    ("fifth R front", "petit assemblé L", "grand port de bras L"),
    # the toe waits on the floor; the foot peels off it, comes to the ankle in plié or straight, beats
    ("fifth L front", "battement fondu L", "tendu R derrière", "battement double frappé R devant"),
    ("fifth R front", "battement fondu R", "sur le cou-de-pied R devant"),
    ("fifth R front", "pas marché R", "petit battement L"),
    ("fifth L front", "ballonné relevé L", "walk L"),
    # how far it goes after a step that leaves her elsewhere, and how high
    ("fifth R front", "balancé R", "glissade précipitée R"),
    ("fifth R front", "pas de basque sauté R", "sissonne changée R"),
    ("first", "chassé R", "assemblé porté L"),
    ("fifth R front", "jeté élancé R", "relevé retiré L"),
)
"""A short chain for each class of transition: where a step leaves her, and what family comes then, in place or not."""


@pytest.mark.slow
@pytest.mark.parametrize("chain", CHAINS, ids="; ".join)
def test_a_class_of_transition_is_danced_within_the_measures(chain: tuple[str, ...]) -> None:
    _holds(chained(*chain, "plié"))


def test_a_dance_may_end_on_its_last_pace() -> None:
    # The last foot is set down a frame after the last step: the reference had no room for it.
    steps = resolved(chained("fifth R front", "rond de jambe à terre L en dedans", "pas de bourrée suivi L en arrière"))
    plan = make_plan(steps, lexicon().entries, seconds, dancer())
    assert len(build_reference(plan, dancer()).q) == plan.frames


def test_pairs_of_steps_have_classes() -> None:
    found = classes(range(12))
    assert 6 < len(found) <= 12
    assert all(" -> " in name for name in found)


def test_a_seed_draws_the_same_again() -> None:
    assert drawn(7) == drawn(7) != drawn(8)
