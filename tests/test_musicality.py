"""A dance to its own music scores above chance; late, shuffled or accentless it does not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from petipa.choreography import read_choreography, resolve
from petipa.lexicon import load_lexicon
from petipa.measure import Against, Piece, Thrill, piece_of
from petipa.measure.musicality import (
    at_climax,
    at_phrase_ends,
    likeness,
    on_accents,
    with_repeats,
    with_swell,
)
from petipa.measure.piece import against, orders
from petipa.measure.published import alignment
from petipa.measure.written import as_written
from petipa.music import read_music, shipped_piece
from petipa.production import shipped_variation

Array = NDArray[np.float64]
BAR = 2.0


def made(bars: int = 32) -> Piece:
    """A piece of four phrases A B A C with accents in some bars, that swells to the middle of its third."""
    rng = np.random.default_rng(5)
    accented = sorted(rng.choice(bars, bars // 2, replace=False))
    where = rng.integers(0, 8, len(accented)) / 8
    swell = 0.2 + 0.8 * np.exp(-0.5 * ((np.arange(bars) - 20.0) / 5.0) ** 2)
    return Piece(
        edges=tuple(BAR * k for k in range(bars + 1)),
        beats=tuple(np.arange(0.0, BAR * bars, 0.5)),
        accents=tuple(BAR * (k + float(w)) for k, w in zip(accented, where, strict=True)),
        swell=tuple(swell),
        phrases=tuple((k, k + 8) for k in range(0, bars, 8)),
        labels=("A", "B", "A", "C"),
        climaxes=(BAR * 20,),
    )


def step(accent: float, *, height: float = 0.3, thrill: float = 0.3) -> Thrill:
    terms = dict.fromkeys(("difficulty", "energy", "impact", "risk", "turns"), 0.3)
    return Thrill(
        step=0,
        label="",
        start=accent - 0.5,
        accent=accent,
        end=accent + 0.5,
        take_off=None,
        rise=0.0,
        turned=0.0,
        **terms,
        height=height,
        music=0.5,
        completion=1.0,
        thrill=thrill,
    )


def above(found: Against | None) -> float:
    assert found is not None
    return found.z


def test_accents_met_beat_chance_and_late_or_shuffled_ones_do_not() -> None:
    piece = made()
    danced = np.array(piece.accents)
    true = on_accents(piece, danced)
    assert true is not None
    assert true.value == 1.0
    assert true.z > 4.0
    assert true.percentile > 99.0
    late = on_accents(piece, danced + 0.12)
    assert late is not None
    assert late.value < 0.2
    order = np.random.default_rng(1).permutation(piece.bars)
    bar = (danced // BAR).astype(int)
    shuffled = np.sort(order[bar] * BAR + danced % BAR)
    assert above(on_accents(piece, shuffled)) < 2.5
    # On no accent at all: a metronome meets them as any other music's.
    assert abs(above(on_accents(piece, np.arange(0.0, piece.edges[-1], BAR / 2)))) < 2.5
    assert on_accents(replace(piece, accents=()), danced) is None


def test_she_breathes_where_phrases_end() -> None:
    piece = made()
    ends = [BAR * (stop - 1) for _, stop in piece.phrases]
    busy = [step(t) for t in np.arange(0.0, piece.edges[-1], 1.0)]
    resting = [one for one in busy if not any(end < one.accent < end + BAR for end in ends)]
    found = at_phrase_ends(piece, resting)
    assert found is not None
    assert found.value == 1.0
    assert found.z > 2.0
    elsewhere = at_phrase_ends(piece, [step((one.accent + 3 * BAR) % piece.edges[-1]) for one in resting])
    assert elsewhere is not None
    assert elsewhere.value == 0.0
    without = at_phrase_ends(piece, busy)
    assert without is not None
    assert without.value == 0.0


def test_what_returns_in_the_music_returns_in_the_dance() -> None:
    piece = made()
    theme = ["balance", "tombe", "pas_de_bourree", "glissade", "assemble"]
    danced = {0: theme, 1: ["developpe"] * 4, 2: theme, 3: ["pique_turn"] * 6}

    def gain(order: tuple[int, ...]) -> Against | None:
        steps, entries = [], []
        for phrase, what in enumerate(order):
            for k, entry in enumerate(danced[what]):
                steps.append(step(piece.edges[8 * phrase] + BAR * k))
                entries.append(entry)
        return with_repeats(piece, steps, entries, entries)

    true, shuffled = gain((0, 1, 2, 3)), gain((0, 2, 1, 3))
    assert true is not None
    assert true.value == pytest.approx(1.0)
    assert true.shuffles == 24
    assert true.percentile > 80.0
    assert shuffled is not None
    assert shuffled.value < 0.0
    assert likeness([("a", "x"), ("b", "y")], [("a", "x"), ("c", "y")]) == pytest.approx(0.7)


def test_the_climax_and_the_swell_are_danced() -> None:
    piece, swell = made(), np.array(made().swell)
    times = np.arange(0.0, piece.edges[-1], 0.1)
    places = np.stack([np.cumsum(np.interp(times, BAR * np.arange(32), swell)), 0.0 * times], axis=1)
    grand = [step(BAR * k, height=float(s), thrill=float(s) ** 2) for k, s in enumerate(swell)]
    climax, apart = at_climax(piece, grand)
    assert climax is not None and apart is not None
    assert climax.percentile > 85.0
    assert apart < 3.5
    follows = with_swell(piece, grand, times, places)
    assert follows is not None
    assert follows.value > 0.9
    assert follows.z > 1.5
    # The same dance, its greatest leap in the softest bars.
    against_it = [step(BAR * k, height=1 - float(s), thrill=(1 - float(s)) ** 2) for k, s in enumerate(swell)]
    lost, _ = at_climax(piece, against_it)
    assert lost is not None
    assert lost.value < climax.value
    assert above(with_swell(piece, against_it, times, 0.0 * places)) < 0.0


@cache
def shipped() -> tuple[Piece, Array]:
    music = read_music(shipped_piece())
    placed = resolve(
        read_choreography(shipped_variation()).choreography, load_lexicon(), music.layout, seconds=music.seconds_at
    )
    return piece_of(music), np.array([music.seconds_at(one.at) for one in placed if one.entry != "stand"])


def test_the_shipped_dance_is_on_its_music_and_not_when_late() -> None:
    piece, counts = shipped()
    heard = piece.between(0.0, piece.edges[-1])
    true, late = on_accents(heard, counts), on_accents(heard, counts + 0.12)
    assert true is not None and late is not None
    assert true.value > late.value + 0.2
    assert true.value > true.chance


def test_the_shipped_text_answers_its_own_music_more_than_others() -> None:
    music = read_music(shipped_piece())
    placed = resolve(
        read_choreography(shipped_variation()).choreography, load_lexicon(), music.layout, seconds=music.seconds_at
    )
    piece, lexicon = piece_of(music), load_lexicon()
    own = as_written(piece, placed, lexicon, music.seconds_at)
    assert own.published is None
    assert own.timing == ()
    assert own.together > 0.0
    other = as_written(made().over(piece), placed[:40], lexicon, music.seconds_at)
    assert own.together > other.together
    assert own.to_json()["together"] == round(own.together, 3)


def test_a_piece_is_kept_whole_and_cut() -> None:
    piece, _ = shipped()
    again = Piece.from_json(piece.to_json())
    assert np.allclose(again.edges, piece.edges, atol=1e-4)
    assert (again.phrases, again.labels) == (piece.phrases, piece.labels)
    part = piece.between(piece.edges[4] - 0.1, piece.edges[12] + 0.1)
    assert part.bars == 8
    assert part.edges[0] == piece.edges[4]
    assert all(part.edges[0] <= t < part.edges[-1] for t in part.accents)
    assert piece.between(-9.0, -8.0).bars == 0
    with pytest.raises(ValueError, match="belong"):
        Piece.from_json({**piece.to_json(), "swell": []})


def test_another_piece_is_heard_in_the_bars_of_this_one() -> None:
    piece, _ = shipped()
    other = made()
    heard = other.over(piece)
    assert heard.bars == 32
    assert heard.edges == piece.edges[:33]
    assert heard.swell == other.swell
    assert np.allclose(heard.place(np.array(heard.accents)), other.place(np.array(other.accents)))


def test_chance_is_exact_where_it_can_be() -> None:
    assert len(orders(4)) == 24
    assert len(orders(40)) == 999
    found = against(3.0, [1.0, 2.0, 3.0, 4.0])
    assert found is not None
    assert (found.chance, found.percentile) == (2.5, 62.5)
    assert against(1.0, []) is None


def test_beats_met_score_one_and_an_unrelated_metronome_about_a_quarter() -> None:
    beats = np.arange(0.0, 30.0, 0.5)
    assert alignment(beats, beats) == pytest.approx(1.0)
    drawn = np.sort(np.random.default_rng(2).uniform(0.0, 30.0, 400))
    assert 0.15 < alignment(drawn, beats) < 0.35
