"""What is composed answers to its music bar by bar: height, travel and feats where it is full, rest where it rests."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from petipa.choreographer import TERMS, Commission, Composed, Role, compose
from petipa.choreography import StepPlaced, resolution
from petipa.dancer import load_dancer
from petipa.lexicon import load_lexicon
from petipa.music import Music, read_music, shipped_piece
from petipa.music.form import form_of

MUSIC = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"
PIECES = {
    "waltz": shipped_piece(),
    "nikiya": MUSIC / "midi" / "minkus_bayadere_nikiya.mid",
    "brahms": MUSIC / "midi" / "brahms_waltz_op39_15.mid",
}
Made = tuple[Music, Composed, tuple[StepPlaced, ...]]
_MADE: dict[str, Made] = {}


@pytest.fixture(params=PIECES)
def made(request: pytest.FixtureRequest) -> Made:
    """A piece and what is composed to it, made once."""
    name = request.param
    if not PIECES[name].is_file():
        pytest.skip(f"{PIECES[name]} is not here")
    if name not in _MADE:
        music, lexicon, dancer = read_music(PIECES[name]), load_lexicon(), load_dancer()
        composed = compose(music, lexicon, dancer, Commission(title=name))
        final = music.final_beat
        told = {"seconds": music.seconds_at, "final": final, "capability": dancer.capability}
        steps = resolution(composed.choreography, lexicon, music.layout, **told).steps  # type: ignore[arg-type]
        _MADE[name] = music, composed, steps
    return _MADE[name]


def _height(step: StepPlaced) -> float:
    """How high she or her leg goes, 0 to 1."""
    jump = load_lexicon()[step.entry].jump
    return max((jump.usual if jump else 0.0) / 0.45, ((step.height or 45.0) - 45.0) / 105.0)


def test_every_term_of_the_quality_is_told() -> None:
    told = (Path(__file__).resolve().parents[1] / "docs" / "composing.md").read_text(encoding="utf-8")
    for name, (weight, asks) in TERMS.items():
        assert f"| {name} | {weight:g} | {asks} |" in told


def test_she_goes_highest_where_the_music_is_fullest(made: Made) -> None:
    music, _, steps = made
    bars = [bar for bar in music.bars if bar.number >= 1 and bar.start < music.final_beat]
    swell = [np.mean([music.swell_at(t) for t in np.linspace(bar.seconds, bar.seconds_end, 9)]) for bar in bars]
    high = [max((_height(s) for s in steps if bar.start <= s.at < bar.start + bar.length), default=0.0) for bar in bars]
    full = np.argsort(np.argsort(swell)) >= len(bars) // 2
    assert np.mean(np.array(high)[full]) > np.mean(np.array(high)[~full])


def test_the_climax_has_leaps_and_breath_between_them(made: Made) -> None:
    _, composed, steps = made
    lexicon = load_lexicon()
    climax = next(one for one in composed.passages if one.role is Role.CLIMAX)
    within = [step for step in steps if climax.start <= step.at < climax.end]
    leaps = [step for step in within if lexicon[step.entry].family == "grand_allegro"]
    assert 2 <= len(leaps) <= 5
    assert len(leaps) < len(within), "each is led into and out of"


def test_nothing_is_done_over_and_over(made: Made) -> None:
    _, composed, _ = made
    for passage in range(len(composed.passages)):
        words = [line.motif.words for line in composed.lines if line.passage == passage]
        longest = max(len(list(run)) for _, run in itertools.groupby(words))
        assert longest <= 3, words


def test_no_small_step_is_danced_to_one_side_twice_running(made: Made) -> None:
    _, composed, _ = made
    for one, other in itertools.pairwise(composed.lines):
        if one.motif.kind.value in ("dance", "quick", "sing"):
            assert (one.motif.words, one.other) != (other.motif.words, other.other)


def test_where_the_music_waits_she_holds(made: Made) -> None:
    music, _, steps = made
    for pause in form_of(music).pauses:
        inside = [one.label for one in steps if pause.start + 0.15 < music.seconds_at(one.at) < pause.end - 0.15]
        assert not inside
        standing = [one for one in steps if music.seconds_at(one.at) <= pause.start + 0.15]
        assert not standing or standing[-1].hold or standing[-1].entry in ("plie", "port_de_bras")


def test_she_goes_round_the_stage_once_at_most_and_only_in_the_coda(made: Made) -> None:
    _, composed, _ = made
    rounds = [line for line in composed.lines if line.motif.kind.value == "round"]
    assert len(rounds) <= 1
    assert all(composed.passages[line.passage].role is Role.CODA for line in rounds)


def test_every_step_stays_on_a_count_and_the_pose_on_the_last_chord(made: Made) -> None:
    music, _, steps = made
    final = next(step for step in steps if step.label.startswith("final pose"))
    assert final.at == music.final_beat
    assert not [step.label for step in steps if step.at < final.at and (2 * step.at).denominator != 1]
