"""Sound with no metre in it: a refusal, or an answer that says how little it is worth and what would settle it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from numpy.typing import NDArray
from scipy.signal import lfilter

from petipa.cli.music import music as command
from petipa.counts import Metre
from petipa.errors import MusicError
from petipa.music import Music, Notes, read_music, synthesise
from petipa.music.audio import STEADY
from petipa.music.model import CERTAIN

RATE = 22050
Sound = NDArray[np.float64]


def babble(seed: int, *, seconds: float = 20.0) -> Sound:
    """Something like speech: syllables of buzz or hiss through three formants, with pauses for breath."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(seconds * RATE))
    at = 0.1
    while at < seconds - 0.6:
        length = rng.uniform(0.09, 0.32)
        time = np.arange(int(length * RATE)) / RATE
        pitch = rng.uniform(95, 150) * (1 + 0.1 * np.sin(2 * np.pi * rng.uniform(1, 3) * time))
        noise = rng.normal(size=len(time))
        buzz = 0.3 * np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE)) + 0.05 * noise
        tone = 0.3 * noise if rng.random() < 0.3 else buzz
        for formant, width in ((rng.uniform(300, 800), 80), (rng.uniform(900, 2200), 120), (2600.0, 200)):
            r = np.exp(-np.pi * width / RATE)
            tone = lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * formant / RATE), r * r], tone)
        tone *= np.clip(np.minimum(time / 0.02, (length - time) / 0.04), 0.0, 1.0)
        first = int(at * RATE)
        out[first : first + len(time)] += 0.4 * rng.uniform(0.4, 1.0) * tone / np.abs(tone).max()
        at += length + (rng.uniform(0.0, 0.08) if rng.random() < 0.8 else rng.uniform(0.3, 1.1))
    return out


def recitative(seed: int, *, seconds: float = 30.0) -> Sound:
    """Single notes of any length, as one sings words, and a chord now and then."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[float, float, int]] = []
    at = 0.3
    while at < seconds - 3.0:
        length = float(np.exp(rng.normal(np.log(0.35), 0.7)))
        rows.append((at, length, int(rng.integers(60, 78))))
        if rng.random() < 0.15:
            rows += [(at, 2 * length, int(pitch + rng.integers(-3, 4))) for pitch in (45, 52, 57)]
        at += length
    return played(rows, seconds=seconds, velocity=70)


def played(rows: list[tuple[float, float, int]], *, seconds: float, velocity: int = 90) -> Sound:
    """Notes (onset, length, pitch) on petipa's piano, one channel."""
    onset, length, pitch = (np.array(column) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(onset), dtype=np.int64)
    notes = Notes(onset, length, zeros.astype(float), pitch, zeros + velocity, zeros, zeros)
    return np.asarray(synthesise(notes, duration=seconds, rate=RATE, use="petipa").mean(axis=1), dtype=np.float64)


def noise(seed: int, *, brown: bool = False) -> Sound:
    """White noise, or brown as of rain and traffic."""
    white = np.random.default_rng(seed).normal(0.0, 0.1, 20 * RATE)
    return np.asarray(lfilter([0.2], [1.0, -0.995], white) if brown else white)


def claps(seed: int) -> Sound:
    """Sixty claps at any time."""
    rng = np.random.default_rng(seed)
    out = np.zeros(30 * RATE)
    for at in (rng.uniform(0, 29.5, 60) * RATE).astype(int):
        out[at : at + 1000] += rng.normal(0.0, 0.3, 1000) * np.exp(-np.arange(1000) / 200)
    return out


def held() -> Sound:
    """One note, held."""
    time = np.arange(20 * RATE) / RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * 262 * time) * np.clip(np.minimum(time, 19 - time) * 20, 0, 1))


def hum() -> Sound:
    """The mains."""
    return np.asarray(0.3 * np.sin(2 * np.pi * 50 * np.arange(20 * RATE) / RATE))


def strokes() -> Sound:
    """A metronome without a bell: beats, and no bars."""
    time = np.arange(30 * RATE) / RATE
    return np.asarray(np.sin(2 * np.pi * 880 * time) * np.exp(-25 * (time % 0.5)))


def heard(place: Path, sound: Sound, **wishes: object) -> Music:
    """`sound` as a file, read."""
    soundfile.write(place / "x.wav", sound / max(1.0, float(np.abs(sound).max())), RATE)
    return read_music(place / "x.wav", **wishes)  # type: ignore[arg-type]


NO_METRE: dict[str, Callable[[], Sound]] = {
    **{f"speech {seed}": lambda seed=seed: babble(seed) for seed in (1, 2, 3)},  # type: ignore[misc]
    **{f"recitative {seed}": lambda seed=seed: recitative(seed) for seed in (2, 3, 4)},  # type: ignore[misc]
    "white noise": lambda: noise(0),
    "brown noise": lambda: noise(1, brown=True),
    "claps": lambda: claps(3),
    "one note": lambda: played([(0.5, 4.0, 60)], seconds=8.0),
    "held note": held,
    "hum": hum,
    "metronome": strokes,
}


@pytest.mark.parametrize("name", NO_METRE)
def test_no_metre_is_stated_as_certain(tmp_path: Path, name: str) -> None:
    try:
        music = heard(tmp_path, NO_METRE[name]())
    except MusicError as problem:
        assert problem.would_work
        return
    assert music.confidence.metre < CERTAIN
    assert music.confidence.downbeat < CERTAIN
    told = " ".join(music.remarks)
    assert "no metre can be heard with certainty" in told
    assert "header" in told
    if name != "metronome":
        assert music.confidence.beats < STEADY
        assert "no steady beat" in told
    assert np.all(np.diff(music.beats) > 0)


def test_what_the_user_says_is_certain(tmp_path: Path) -> None:
    music = heard(tmp_path, strokes(), metre="3/4", first_downbeat=1.0)
    assert (music.confidence.metre, music.confidence.downbeat) == (1.0, 1.0)
    assert not any("certainty" in remark for remark in music.remarks)
    assert music.seconds(1) == pytest.approx(1.0, abs=0.03)


def test_the_command_names_no_kind_of_piece_it_cannot_hear(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", noise(0), RATE)
    told = CliRunner().invoke(command, [str(tmp_path / "x.wav")])
    assert told.exit_code == 0
    assert "cannot be heard" in told.output
    assert "sounds like" not in told.output


@pytest.fixture(scope="module")
def waltz() -> Sound:
    """Ten seconds of a plain waltz."""
    rows = []
    for bar in range(6):
        bass, chord = ((48, (64, 67, 72)), (43, (62, 65, 71)))[bar // 2 % 2]
        at = 0.3 + 1.5 * bar
        rows.append((at, 0.5, bass))
        rows += [(at + 0.5 * beat, 0.4, pitch) for beat in (1, 2) for pitch in chord]
        rows += [(at + 0.5 * beat, 0.5, 76 + (beat + bar) % 5) for beat in range(3)]
    return played(rows, seconds=10.0)


@pytest.mark.parametrize("damage", ["none", "clipped", "8 kHz", "quiet", "noisy"])
def test_ten_seconds_of_bad_sound_are_heard(tmp_path: Path, waltz: Sound, damage: str) -> None:
    sound = waltz
    if damage == "clipped":
        sound = np.clip(sound * 20, -1.0, 1.0)
    elif damage == "8 kHz":
        step = np.arange(0, len(sound), RATE / 8000)
        sound = np.interp(step, np.arange(len(sound)), sound)
        sound = np.interp(np.arange(0, len(sound), 8000 / RATE), np.arange(len(sound)), sound)
    elif damage == "quiet":
        sound = sound * 0.01
    elif damage == "noisy":
        sound = sound + np.random.default_rng(1).normal(0.0, 0.02, len(sound))
    music = heard(tmp_path, sound)
    grid = (music.beats - 0.3) / 0.5
    assert np.median(np.abs(grid - np.round(grid))) * 0.5 < 0.03
    if music.metre != Metre(3, 4) or round((music.seconds(1) - 0.3) / 0.5) % 3:
        assert min(music.confidence.metre, music.confidence.downbeat) < CERTAIN  # wrong, but not certain
