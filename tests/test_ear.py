"""The trained ear and the bar pointer: laws of what they make of a sound."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources

import numpy as np
import pytest
from benchmarks.beats import made
from numpy.typing import NDArray
from scipy.signal import resample_poly

from petipa.counts import Metre
from petipa.music import ear, pointer
from petipa.music.beats import FRAME_RATE, f_measure
from petipa.music.model import SAMPLE_RATE
from petipa.music.spectra import spectrum

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def waltz() -> tuple[Sound, NDArray[np.float64], NDArray[np.int64]]:
    """Twenty seconds of a made waltz, its beats and their places."""
    piece = made("waltz", 977, rubato=0.05, how="clean")
    inside = piece.beats < 20.0
    return piece.sound()[: 20 * SAMPLE_RATE], piece.beats[inside], piece.places[inside]


def heard(sound: Sound, rate: int = SAMPLE_RATE) -> ear.Impression:
    return ear.listen(spectrum(sound, rate=rate), sound, rate=rate)


def impression(times: NDArray[np.float64], places: NDArray[np.int64], *, seconds: float) -> ear.Impression:
    """What an ear that is never wrong would make of these beats, divided in halves."""
    frames = round(seconds * ear.EAR_RATE)
    out = np.full((2, frames), 0.01)
    at = times * ear.EAR_RATE
    for step in range(-1, 3):
        frame = np.floor(at).astype(int) + step
        share = np.maximum(0.01, 0.97 * (1.0 - np.abs(frame - at) / ear.NEAR))
        inside = (frame >= 0) & (frame < frames)
        np.maximum.at(out, (np.where(places == 0, 0, 1)[inside], frame[inside]), share[inside])
    return ear.Impression(
        out[1], out[0], np.array([0.32, 0.32, 0.32, 0.04]), np.full((frames, len(ear.PACES)), 1.0 / len(ear.PACES))
    )


def onsets(times: NDArray[np.float64], *, seconds: float) -> NDArray[np.float64]:
    curve = np.zeros(round(seconds * FRAME_RATE))
    curve[np.round(times * FRAME_RATE).astype(int)] = 1.0
    return curve


def test_beats_of_a_waltz_stand_out(waltz: tuple[Sound, NDArray[np.float64], NDArray[np.int64]]) -> None:
    sound, beats, places = waltz
    one = heard(sound)
    at = np.round(beats * ear.EAR_RATE).astype(int)
    any_beat = one.beat + one.first
    between = np.round((beats[:-1] + 0.25 * np.diff(beats)) * ear.EAR_RATE).astype(int)
    assert np.mean(any_beat[at]) > 4 * np.mean(any_beat[between])
    assert np.mean(one.first[at[places == 0]]) > 3 * np.mean(one.first[at[places != 0]])
    assert ear.SHAPES[int(np.argmax(one.shape))] == (3, 2)


def test_the_ear_does_not_mind_how_loud_or_finely_it_is_recorded(
    waltz: tuple[Sound, NDArray[np.float64], NDArray[np.int64]],
) -> None:
    sound, _, _ = waltz
    one, soft = heard(sound), heard(sound * np.float32(0.05))
    assert np.allclose(one.first, soft.first, atol=0.02)
    half = heard(resample_poly(sound, 1, 2).astype(np.float32), rate=SAMPLE_RATE // 2)
    assert np.mean(np.abs(one.first - half.first)) < 0.03


def test_silence_has_no_beats() -> None:
    one = heard(np.zeros(8 * SAMPLE_RATE, dtype=np.float32))
    assert np.all(np.isfinite(one.beat))
    assert float(np.max(one.beat + one.first)) < 0.5


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("tempo", [52.0, 97.0, 180.0])
def test_the_pointer_finds_what_a_perfect_ear_hears(size: int, tempo: float) -> None:
    rng = np.random.default_rng(round(tempo) + size)
    length = 60.0 / tempo * np.exp(np.cumsum(rng.normal(0.0, 0.02, 40)))
    times = 0.5 + np.concatenate([[0.0], np.cumsum(length)])
    places = (np.arange(41) + 1) % size
    seconds = float(times[-1]) + 1.0
    found = pointer.find(impression(times, places, seconds=seconds), onsets(times, seconds=seconds))
    assert found.metre == Metre(size, 4)
    assert f_measure(found.times, times, within=0.02) > 0.95
    firsts = found.times[found.first_downbeat :: size]
    assert f_measure(firsts, times[places == 0], within=0.02) > 0.95


def test_a_leaned_second_beat_and_a_breath_are_followed() -> None:
    places = np.arange(60) % 3
    length = 0.45 * np.where(places == 1, 1.3, np.where(places == 0, 0.86, 0.88))
    length[23] *= 1.9
    times = 0.4 + np.concatenate([[0.0], np.cumsum(length[:-1])])
    seconds = float(times[-1]) + 1.0
    found = pointer.find(impression(times, places, seconds=seconds), onsets(times, seconds=seconds))
    assert found.metre == Metre(3, 4)
    assert f_measure(found.times, times, within=0.02) > 0.97


def test_what_is_known_is_kept() -> None:
    times = 0.5 + 0.5 * np.arange(40)
    ideal = impression(times, np.arange(40) % 4, seconds=21.0)
    curve = onsets(times, seconds=21.0)
    assert pointer.find(ideal, curve, metre=Metre(3, 4)).metre == Metre(3, 4)
    moved = pointer.find(ideal, curve, metre=Metre(4, 4), first_downbeat=1.5)
    assert moved.times[moved.first_downbeat] == pytest.approx(1.5, abs=0.01)
    halved = pointer.find(ideal, curve, tempo=60.0)
    assert np.median(np.diff(halved.times)) == pytest.approx(1.0, abs=0.02)


def test_the_ear_is_small_and_needs_no_torch() -> None:
    weights = resources.files("petipa.music").joinpath("ear.npz")
    assert len(weights.read_bytes()) < 300_000
    code = "import sys, petipa.music.audio, petipa.music.ear as e; e._weights(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
