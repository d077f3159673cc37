"""The composer: what it writes can be danced, is whole, and has the form of a variation."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from petipa.choreographer import Commission, Composed, Role, compose
from petipa.choreography import check, resolution
from petipa.cli.main import petipa
from petipa.counts import Metre
from petipa.dancer import load_dancer
from petipa.errors import ChoreographyError
from petipa.lexicon import Side, load_lexicon
from petipa.music import Music, click_music, read_music, shipped_piece
from petipa.production import Account, Order, prepare


def music_of(name: str) -> Music:
    if name == "waltz":
        return read_music(shipped_piece())
    metre, tempo, bars = name.split()
    return click_music(tempo=float(tempo), metre=Metre.parse(metre), bars=int(bars))


PIECES = ("waltz", "2/4 100 32", "4/4 96 16", "6/8 150 24")


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, int], tuple[Music, Composed]]:
    out = {}
    for name in PIECES:
        music = music_of(name)
        for seed in range(2):
            wished = Commission(title=name, seed=seed)
            out[name, seed] = music, compose(music, load_lexicon(), load_dancer(), wished)
    return out


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", PIECES)
def test_a_composed_variation_is_whole(
    name: str, seed: int, made: dict[tuple[str, int], tuple[Music, Composed]]
) -> None:
    music, composed = made[name, seed]
    final = Fraction(round(music.beats_at(music.last_chord) * 4), 4)
    told = {"seconds": music.seconds_at, "final": final, "capability": load_dancer().capability}
    found = check(composed.choreography, load_lexicon(), music.layout, **told)  # type: ignore[arg-type]
    assert not [one for one in found if not one.code.value.startswith("N")]
    steps = resolution(composed.choreography, load_lexicon(), music.layout, **told).steps  # type: ignore[arg-type]
    danced = [step for step in steps if step.entry != "reverence"]
    assert danced[-1].at == final, "the pose is on the last chord"
    gaps = [music.seconds_at(b.at) - music.seconds_at(a.at) for a, b in itertools.pairwise(danced)]
    assert max(gaps) < 9.0, "she never stands about"
    sides = [step.side for step in danced if step.label]
    assert 0.25 <= sides.count(Side.L) / len(sides) <= 0.75
    assert len({step.entry for step in danced}) <= 24, "motifs return"
    roles = [one.role for one in composed.passages]
    assert len(roles) < 3 or roles.count(Role.CLIMAX) == 1


def test_a_seed_is_a_choreography() -> None:
    music = music_of("waltz")
    texts = [compose(music, load_lexicon(), load_dancer(), Commission(seed=seed)).text for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_what_is_avoided_is_not_danced() -> None:
    music = music_of("waltz")
    composed = compose(music, load_lexicon(), load_dancer(), Commission(avoid=("jumps",)))
    lexicon = load_lexicon()
    steps = resolution(composed.choreography, lexicon, music.layout, seconds=music.seconds_at).steps
    assert not [step for step in steps if lexicon[step.entry].springs]


def test_wishes_that_leave_nothing_are_refused() -> None:
    music = music_of("waltz")
    with pytest.raises(ChoreographyError, match="too little left"):
        compose(
            music,
            load_lexicon(),
            load_dancer(),
            Commission(avoid=("linking", "position", "pointe", "adage", "turns", "jumps")),
        )


def test_music_alone_is_performed_with_a_choreography_of_its_own() -> None:
    account = Account()
    programme = prepare(Order(music=shipped_piece()), account)
    assert "# The climax." in programme.text
    assert any("composed" in remark for remark in account.remarks)
    assert programme.choreography.music == shipped_piece().name


def test_a_wish_finds_its_passage_or_says_why_not() -> None:
    music, lexicon, dancer = music_of("2/4 90 32"), load_lexicon(), load_dancer()
    composed = compose(music, lexicon, dancer, Commission(include=("4 fouettés",)))
    steps = resolution(composed.choreography, lexicon, music.layout, seconds=music.seconds_at).steps
    assert sum(step.entry == "fouette_turn" for step in steps) >= 4
    with pytest.raises(ChoreographyError, match=r"needs \d+ bars of 2/4 at 90; the longest passage has \d+"):
        compose(music, lexicon, dancer, Commission(include=("64 fouettés",)))
    with pytest.raises(ChoreographyError, match=r"grand jeté.*jumps"):
        compose(music, lexicon, dancer, Commission(include=("grand jeté",), avoid=("jumps",)))


@pytest.mark.parametrize("bars", [1, 2])
def test_music_that_is_over_at_once_is_refused(bars: int) -> None:
    music = click_music(tempo=240, metre=Metre(2, 4), bars=bars)
    with pytest.raises(ChoreographyError) as refused:
        compose(music, load_lexicon(), load_dancer(), Commission())
    assert "last chord" in refused.value.what
    assert "bars" in refused.value.would_work


def test_composing_says_how_far_it_is() -> None:
    shares: list[float] = []
    compose(music_of("2/4 100 32"), load_lexicon(), load_dancer(), Commission(), report=shares.append)
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] <= 1.0


def test_what_is_doubtful_of_the_music_is_said_with_what_is_composed_to_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    soundfile.write(tmp_path / "hiss.wav", np.clip(rng.normal(0.0, 0.2, 44100 * 12), -1.0, 1.0), 44100)
    done = CliRunner().invoke(petipa, ["choreograph", str(tmp_path / "hiss.wav"), "-o", str(tmp_path / "x.ballet")])
    assert done.exit_code == 0, done.output
    assert "note: no metre can be heard with certainty" in done.stderr
    assert (tmp_path / "x.ballet").is_file()
