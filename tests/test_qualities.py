"""Qualities: a word changes when a stroke comes, how large and how heavy it is; no word changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from petipa.choreography import Quality, parse, resolve
from petipa.choreography.timing import bars_of
from petipa.dancer import load_dancer
from petipa.lexicon import load_lexicon
from petipa.mechanics import centre_of_mass, forward
from petipa.motion.plan import Plan, make_plan
from petipa.motion.qualities import QUALITIES, Effort
from petipa.motion.reference import Reference, build_reference

LEXICON = load_lexicon()
DANCER = load_dancer()
ADAGE = "1 plié\n2-4 {quality}: développé R devant, développé R à la seconde"
ALLEGRO = "1:1 plié /2\n1:3 {quality}: changement, changement, changement"


@cache
def _laid(phrase: str, quality: str) -> tuple[Plan, Reference]:
    body = phrase.format(quality=quality) if quality else phrase.replace("{quality}: ", "")
    text = parse(f"petipa 1\ntempo 96 4/4\nstart centre, fifth R front\n{body}\n")

    def seconds(beat: object) -> float:
        return float(beat) * 60 / 96  # type: ignore[arg-type]

    steps = resolve(text, LEXICON, bars_of(text), seconds=seconds)
    plan = make_plan(steps, LEXICON.entries, seconds, DANCER)
    return plan, build_reference(plan, DANCER)


def _tips(quality: str) -> np.ndarray:  # type: ignore[type-arg]
    """The right toe over time in the adage."""
    plan, reference = _laid(ADAGE, quality)
    _, p = forward(DANCER.skeleton, reference.q)
    return np.asarray(p[round((plan.steps[1].t0 - plan.start) * 60) :, DANCER.skeleton.names.index("toes_r")])


def test_every_quality_of_the_language_has_its_effort() -> None:
    assert set(QUALITIES) == {quality.value for quality in Quality}
    for effort in QUALITIES.values():
        for value in (effort.time, effort.weight, effort.flow, effort.space, effort.size):
            assert -1 <= value <= 1
    assert len(set(QUALITIES.values())) == len(QUALITIES)


def test_the_table_in_the_documents_is_the_one_danced() -> None:
    text = (Path(__file__).parents[1] / "docs" / "qualities.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    told = {row[0]: Effort(*map(float, row[1:])) for row in rows if row[0] != "quality"}
    assert told == QUALITIES


@pytest.mark.parametrize("quality", QUALITIES)
def test_time_is_only_shifted(quality: str) -> None:
    shares = np.linspace(0, 1, 101)
    for arriving in (True, False):
        moved = np.array([QUALITIES[quality].warp(float(s), arriving=arriving) for s in shares])
        assert moved[0] == 0 and moved[-1] == pytest.approx(1) and (np.diff(moved) > 0).all()


def test_without_a_quality_nothing_changes() -> None:
    plan, _ = _laid(ADAGE, "")
    assert plan.paces == () and plan.reach is None
    neutral = Effort()
    assert (neutral.jump, neutral.plie, neutral.sink, neutral.height, neutral.reach) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert (neutral.dwell, neutral.stroke, neutral.sway) == (0.3, 1.0, 0.0)
    assert neutral.warp(0.3, arriving=True) == pytest.approx(0.3) == neutral.warp(0.3, arriving=False)


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_accent_stays_on_its_count(quality: str) -> None:
    plain, _ = _laid(ADAGE, "")
    asked, _ = _laid(ADAGE, quality)
    assert [s.accent for s in plain.steps] == [s.accent for s in asked.steps]


def test_a_sudden_leg_comes_at_once_and_a_sustained_one_all_the_time() -> None:
    rising = {q: np.gradient(_tips(q)[:, 2]).max() * 60 for q in ("staccato", "", "legato")}
    assert rising["staccato"] > 1.15 * rising[""] and rising[""] > 1.1 * rising["legato"], rising
    still = {
        q: (np.linalg.norm(np.gradient(_tips(q), axis=0), axis=1) * 60 < 0.05).mean() for q in ("staccato", "legato")
    }
    assert still["staccato"] > still["legato"] + 0.05


def test_a_large_quality_lifts_the_leg_and_a_small_one_lowers_it() -> None:
    high = {quality: _tips(quality)[:, 2].max() for quality in ("maestoso", "", "tranquillo")}
    assert high["maestoso"] > high[""] + 0.05 > high["tranquillo"] + 0.08


def test_a_strong_landing_is_deep_and_a_light_one_springs() -> None:
    rises, depths = {}, {}
    for quality in ("grave", "", "leggiero"):
        plan, reference = _laid(ALLEGRO, quality)
        com = centre_of_mass(DANCER.skeleton, *forward(DANCER.skeleton, reference.q))[:, 2]
        rises[quality] = np.mean([flight.height for flight in plan.flights])
        a, b = (round((flight.t1 - plan.start) * 60) for flight in plan.flights[:2])
        depths[quality] = com[a:b].min()
    assert rises["grave"] <= rises[""] <= rises["leggiero"] and rises["leggiero"] > 1.03 * rises["grave"]
    assert depths["grave"] < depths[""] < depths["leggiero"]


def test_arms_reach_as_far_as_the_quality_is_large() -> None:
    wide = {}
    for quality in ("brillante", "", "tranquillo"):
        _, reference = _laid(ADAGE, quality)
        _, p = forward(DANCER.skeleton, reference.q)
        hands = [DANCER.skeleton.names.index(f"hand_{side}") for side in "lr"]
        wide[quality] = np.linalg.norm(p[:, hands[0]] - p[:, hands[1]], axis=1).max()
    assert wide["brillante"] >= wide[""] > wide["tranquillo"] + 0.03
