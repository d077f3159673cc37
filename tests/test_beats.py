"""Beats by ear: laws of what is heard, and the made dances they are measured on."""

from __future__ import annotations

import numpy as np
from benchmarks.beats import felt_beats, made, shape

from petipa.counts import Metre
from petipa.music import beats, click_music


def test_two_beats_of_one_onset_are_two_moments() -> None:
    onset = np.zeros(400)
    onset[199:202] = (0.5, 1.0, 0.5)
    moved = beats.refine(np.array([100.0, 197.0, 203.0, 300.0]), onset)
    assert np.all(np.diff(moved) > 0)
    assert np.allclose(moved[1:3], 200.0, atol=0.01)


def test_made_dances_are_the_same_each_time() -> None:
    one, two = (made("polka", 5, rubato=0.1, how="clean") for _ in range(2))
    assert one.notes is not None and two.notes is not None
    assert np.array_equal(one.notes.onset, two.notes.onset) and np.array_equal(one.beats, two.beats)
    assert np.all(np.diff(one.beats) > 0)


def test_a_mazurka_player_leans_on_second_beats() -> None:
    piece = made("mazurka", 7, rubato=0.1, how="clean")
    length = np.diff(piece.beats)
    place = piece.places[:-1]
    ratio = np.mean(length[place == 1]) / np.mean(length[place != 1])
    assert 1.25 < ratio < 1.8


def test_felt_beats_of_compound_metres() -> None:
    music = click_music(tempo=180.0, metre=Metre(6, 8), bars=4)
    assert shape(music.metre) == (2, 3)
    assert len(felt_beats(music)) == -(-len(music.beats) // 3)
