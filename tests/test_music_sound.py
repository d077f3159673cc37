"""How a score sounds: in time, at one loudness, without clicks, in a hall, as a pianist would play it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from petipa.music import Notes, read_music, shipped_piece, synthesise
from petipa.music.hall import REVERBERATION, WET_DB, in_a_hall, response
from petipa.music.loudness import loudness
from petipa.music.orchestra import SPAN, in_time, on_a_piano, orchestrated
from petipa.music.playing import BASS, INNER, MELODY, interpreted, melody_of, pedalled, restruck
from petipa.music.sound import LOUDNESS, PEAK, _fluidsynth, additive_piano, player
from petipa.showing import Sound

RATE = 44100
PLAYERS = ["fluidsynth", "petipa"]  # where there is no fluidsynth, petipa plays


def notes(*rows: tuple[float, float, int, int]) -> Notes:
    """Notes of a piano: onset, length, pitch, velocity."""
    onset, length, pitch, velocity = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(onset), dtype=np.int64)
    return Notes(onset, length, none.astype(float), pitch, velocity, none, none)


def level(sound: NDArray[np.float32], start: float, end: float) -> float:
    """Root mean square between two moments."""
    return float(np.sqrt(np.mean(sound[round(start * RATE) : round(end * RATE)].astype(np.float64) ** 2)))


@pytest.mark.parametrize("use", PLAYERS)
@pytest.mark.parametrize("velocity", [30, 110])
def test_notes_begin_when_they_are_written(use: str, velocity: int) -> None:
    onsets = [0.5, 3.0, 5.53, 8.001]
    rows = [(at, 0.3, pitch, velocity) for at, pitch in zip(onsets, (36, 55, 69, 88), strict=True)]
    mono = np.abs(synthesise(notes(*rows), duration=10.5, use=use)).max(axis=1)
    for at in onsets:
        part = mono[round((at - 0.2) * RATE) : round((at + 0.2) * RATE)]
        before = part[: round(0.19 * RATE)].max()
        begins = at - 0.2 + float(np.argmax(part > max(4 * before, 0.05 * part.max()))) / RATE
        assert begins == pytest.approx(at, abs=0.012)


@pytest.mark.slow
@pytest.mark.parametrize("use", PLAYERS)
def test_the_waltz_is_as_loud_as_it_should_be_and_never_clips(use: str) -> None:
    waltz = read_music(shipped_piece())
    bars = np.array([bar.seconds for bar in waltz.bars])
    sound = synthesise(interpreted(waltz.notes, bars), duration=waltz.duration, use=use)
    assert loudness(sound, RATE) == pytest.approx(LOUDNESS, abs=0.5)
    assert np.abs(sound).max() <= PEAK + 1e-6
    assert np.abs(sound[-40:]).max() < 1e-4
    # Two ears hear two things, and one loudspeaker loses little of either.
    assert 0.3 < np.corrcoef(sound.T)[0, 1] < 0.98
    soft = level(sound, waltz.phrases[0].seconds, waltz.phrases[0].seconds_end)
    climax = max(level(sound, one.seconds, one.seconds_end) for one in waltz.phrases)
    assert climax > 1.6 * soft


@pytest.mark.parametrize("use", PLAYERS)
@pytest.mark.parametrize("pitch", [33, 60, 84])
def test_a_long_note_ends_without_a_click_and_not_at_once(use: str, pitch: int) -> None:
    sound = synthesise(notes((0.2, 4.0, pitch, 80)), duration=7.0, use=use)
    bend = np.abs(np.diff(sound.astype(np.float64), n=2, axis=0)).max(axis=1)
    assert bend[round(4.1 * RATE) : round(5.5 * RATE)].max() < 0.5 * bend[round(0.2 * RATE) : round(0.5 * RATE)].max()
    steps = [level(sound, at, at + 0.05) for at in np.arange(3.9, 5.0, 0.05)]
    assert all(after > 0.2 * before for before, after in pairwise(steps))
    assert steps[-1] < 0.3 * steps[0]


def test_what_is_struck_harder_is_louder_and_brighter() -> None:
    last = (0.0, 0.0)
    for velocity in (20, 50, 80, 110):
        sound = additive_piano(notes((0.0, 1.0, 60, velocity)), length=RATE, rate=RATE)[:, 0]
        power = np.abs(np.fft.rfft(sound)) ** 2
        centre = float(np.sum(np.arange(len(power)) * power) / np.sum(power))
        assert centre > last[0]
        assert level(sound, 0, 1) > 1.5 * last[1]
        last = (centre, level(sound, 0, 1))


def test_a_string_sounds_its_note_and_dies() -> None:
    for pitch in (40, 60, 80):
        sound = additive_piano(notes((0.0, 3.0, pitch, 80)), length=3 * RATE, rate=RATE)[:, 0]
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        strongest = np.argmax(power[: 1500 * 3]) / 3.0
        partial = strongest / (440.0 * 2.0 ** ((pitch - 69) / 12.0))
        assert partial == pytest.approx(round(partial), rel=0.01)
        halves = [level(sound, at, at + 0.5) for at in (0.1, 0.6, 1.1, 1.6, 2.1)]
        assert all(b < a for a, b in pairwise(halves))


def test_the_hall_leaves_the_direct_sound_and_dies_as_its_table_says() -> None:
    from scipy.signal import butter, sosfiltfilt

    click = np.zeros((2 * RATE, 2), dtype=np.float32)
    click[100] = 1.0
    heard = in_a_hall(click, RATE)
    assert heard[:100] == pytest.approx(0.0, abs=1e-6)
    assert heard[100] == pytest.approx(1.0, abs=1e-4)
    rest = heard[101:].astype(np.float64)
    assert 10 * np.log10(np.sum(rest**2) / 2) == pytest.approx(WET_DB, abs=1.5)
    assert abs(np.corrcoef(*response(RATE))[0, 1]) < 0.3
    tail = response(RATE)[0][round(0.08 * RATE) : round(1.15 * RATE)]
    for middle, (_, dies) in zip((150, 500, 2000, 8000), REVERBERATION, strict=True):
        band = sosfiltfilt(butter(2, (middle / 1.4, middle * 1.4), btype="bandpass", fs=RATE, output="sos"), tail)
        left = 10 * np.log10(np.cumsum(band[::-1] ** 2)[::-1] / np.sum(band**2))  # Schroeder's integral
        a, b = np.argmax(left < -3), np.argmax(left < -18)
        assert 60 / 15 * (b - a) / RATE == pytest.approx(dies, rel=0.25)
    assert np.array_equal(in_a_hall(click, RATE), heard)


# As a pianist plays


def waltz_bar(*, staccato: bool = False) -> Notes:
    """Bass, chord, chord; a melody of a half and a quarter; then the next bar's bass."""
    long = 0.25 if staccato else 0.5
    rows = [(0.0, long, 48, 70), (1.5, long, 43, 70), (0.0, 1.0, 76, 70), (1.0, 0.5, 77, 70), (1.5, 1.5, 79, 70)]
    rows += [(at, long, pitch, 70) for at in (0.5, 1.0) for pitch in (60, 64, 67)]
    return notes(*rows)


BARS = np.array([0.0, 1.5, 3.0])


def test_the_melody_sings_over_the_rest() -> None:
    bar = waltz_bar()
    melody = melody_of(bar)
    assert sorted(bar.pitch[melody]) == [76, 77, 79]
    played = interpreted(bar, BARS)
    gains = {int(pitch): int(velocity) - 70 for pitch, velocity in zip(played.pitch, played.velocity, strict=True)}
    assert gains[76] == gains[77] == gains[79] == MELODY
    assert gains[48] == BASS
    assert gains[67] in (INNER, 0)
    own = notes((0.0, 1.0, 60, 50), (0.0, 1.0, 64, 55), (0.0, 1.0, 72, 80))
    assert list(interpreted(own, BARS).velocity) == [50, 55, 80]  # a player's own voicing is kept


def test_the_pedal_holds_the_bass_to_the_end_of_the_bar() -> None:
    bar = waltz_bar()
    played = pedalled(bar, melody_of(bar), BARS)
    ends = {
        (float(a), int(p)): float(a + d) for a, p, d in zip(played.onset, played.pitch, played.duration, strict=True)
    }
    assert ends[0.0, 48] == 1.5
    assert ends[1.0, 60] == 1.5
    assert ends[0.0, 76] == 1.0  # the melody is left to the fingers
    assert np.array_equal(pedalled(waltz_bar(staccato=True), melody_of(bar), BARS).duration[:1], [0.25])
    steps = notes((0.0, 0.5, 48, 70), (0.5, 0.5, 50, 70), (1.0, 0.5, 52, 70), (0.0, 1.5, 76, 70))
    assert pedalled(steps, melody_of(steps), BARS).duration[steps.pitch < 60] == pytest.approx(0.5)


def test_a_key_struck_again_sounds_again() -> None:
    twice = restruck(notes((0.0, 2.0, 60, 80), (1.0, 2.0, 60, 80), (1.0, 2.0, 64, 80)))
    assert twice.duration == pytest.approx([0.995, 2.0, 2.0])
    sound = synthesise(notes((0.0, 2.0, 60, 80), (1.0, 2.0, 60, 80)), duration=4.0, use="petipa")
    assert level(sound, 2.2, 2.6) > 0.2 * level(sound, 1.1, 1.5)


def test_an_orchestra_plays_what_is_written_and_what_its_instruments_can() -> None:
    waltz = read_music(shipped_piece()).notes
    parts = orchestrated(waltz)
    # Every note is there, in its time and in its octave or another, and what is doubled is no new tone.
    assert {(t, p % 12) for t, p in zip(waltz.onset, waltz.pitch, strict=True)} == {
        (t, p % 12) for t, p in zip(parts.onset, parts.pitch, strict=True)
    }
    assert len(set(parts.program)) >= 4
    assert len(set(parts.channel)) <= 8 and 9 not in parts.channel
    for program, (low, high) in SPAN.items():
        pitches = parts.pitch[parts.program == program]
        assert np.all((low <= pitches) & (pitches <= high))
    # The melody is above the rest.
    top = np.array([waltz.pitch[waltz.onset == at].max() for at in np.unique(waltz.onset)])
    played = np.array([parts.pitch[parts.onset == at].max() for at in np.unique(parts.onset)])
    assert np.mean(top == played) > 0.95


def test_drums_stay_drums_whoever_plays() -> None:
    beat = notes((0.0, 0.1, 38, 90), (0.5, 0.1, 60, 80))
    beat = replace(beat, channel=np.array([9, 3]), program=np.array([5, 40]))
    for played in (on_a_piano(beat), orchestrated(beat)):
        drum = np.flatnonzero(played.channel == 9)
        assert played.pitch[drum].tolist() == [38] and played.program[drum].tolist() == [5]
    assert on_a_piano(beat).program.tolist() == [5, 0]


@pytest.mark.skipif(player() != "fluidsynth", reason="needs a sound font")
@pytest.mark.parametrize(("program", "pitch"), [(40, 76), (48, 60), (60, 62), (73, 72)])
def test_what_speaks_late_begins_so_much_sooner(program: int, pitch: int) -> None:
    def heard(played: Notes) -> float:
        made = _fluidsynth(played, rate=RATE, duration=3.0)
        assert made is not None
        loud = np.maximum.reduceat(np.abs(made).max(axis=1), np.arange(0, len(made), 441))
        return 0.01 * float(np.argmax(loud > 0.5 * loud.max()))

    one = replace(notes((1.0, 0.4, pitch, 90)), program=np.array([program]))
    sooner = in_time(one)
    assert sooner.onset[0] + sooner.duration[0] == pytest.approx(1.4)
    assert abs(heard(sooner) - 1.0) < abs(heard(one) - 1.0)
    # A piano speaks at once.
    assert in_time(notes((1.0, 0.4, 60, 90))).onset[0] == 1.0


@pytest.mark.parametrize("sound", list(Sound))
def test_what_plays_is_as_loud_as_the_rest(sound: Sound) -> None:
    waltz = read_music(shipped_piece())
    short = replace(waltz, sound=sound, duration=20.0).samples
    assert loudness(short, RATE) == pytest.approx(LOUDNESS, abs=0.6)
    assert np.abs(short).max() <= PEAK + 1e-6
