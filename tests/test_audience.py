"""The audience: what moves it, what it does, and what that sounds like, each held to a law or to a published fact."""

from __future__ import annotations

import itertools
from dataclasses import MISSING, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, welch

from petipa.lexicon import load_lexicon
from petipa.measure import AccentError, Assessment, Excitement, Failure, Flight, Thrill, excitement
from petipa.measure.excitement import WEIGHTS, balanced, felt, parts, turned
from petipa.motion.model import FootState, Motion, StepSpan
from petipa.music.loudness import loudness, momentary, true_peak
from petipa.stage import crowd, hall
from petipa.stage.audience import Kind, Reaction, audience_sound, dance_over, reactions
from petipa.stage.sound import BELOW_MUSIC, CEILING, FULL_HOUSE, PAUSE, TARGET, audio_frames, mixed
from stage_acts import small_act

RATE = 44100
Sound = NDArray[np.float32]


def thrill(accent: float, value: float, **more: Any) -> Thrill:
    """A step of one second about its accent."""
    wishes: dict[str, Any] = {
        "step": 0,
        "label": "step",
        "start": accent - 0.5,
        "accent": accent,
        "end": accent + 0.5,
        "take_off": None,
        "rise": 0.0,
        "turned": 0.0,
        **dict.fromkeys(("difficulty", "energy", "impact", "risk", "height", "turns", "music"), 0.5),
        "completion": 1.0,
        "thrill": value,
    }
    return Thrill(**{**wishes, **more})


def danced(*steps: Thrill, end: float = 30.0) -> Excitement:
    curve = felt([one.accent for one in steps], [one.thrill for one in steps], start=0.0, end=end)
    return Excitement(steps, 0.0, curve, steps[0].start, steps[-1].accent)


def leaping(value: float, *, end: float = 30.0) -> Excitement:
    """Eighteen seconds of dance with a great leap at ten."""
    calm = [thrill(t, 0.05) for t in (2.0, 4.0, 6.0, 8.0)]
    rest = [thrill(t, 0.05) for t in (13.0, 15.0, 18.0)]
    leap = thrill(10.0, value, take_off=9.75, rise=0.32, label="grand jeté R")
    return danced(*calm, thrill(9.0, value), leap, *rest, end=end)


def waltz(seconds: float) -> Sound:
    """Music enough: three struck chords a second and a half, loud and soft, in two channels."""
    t = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (110.0, 220.0, 277.2, 329.6, 440.0, 880.0, 1760.0))
    swing = (0.55 + 0.45 * np.sin(2 * np.pi * t / 7.0)) * np.exp(-4.0 * (t % 0.5))
    return np.stack([0.03 * chord * swing, 0.025 * chord * swing], axis=1).astype(np.float32)


def referee(samples: Sound, rate: int) -> dict[str, float]:
    """What FFmpeg's meter says of a sound."""
    import av

    graph = av.filter.Graph()
    beat = Fraction(1, rate)
    layout = "stereo" if samples.shape[1] == 2 else "mono"
    chain = [
        graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout, time_base=beat),
        graph.add("ebur128", "metadata=1:peak=true"),
        graph.add("abuffersink"),
    ]
    for one, other in itertools.pairwise(chain):
        one.link_to(other)
    graph.configure()
    told: dict[str, float] = {}
    for frame in [*audio_frames(samples, rate), None]:
        if frame is not None:
            frame.time_base = beat
        chain[0].push(frame)
        while True:
            try:
                seen = chain[-1].pull().metadata
            except (BlockingIOError, EOFError):
                break
            told = {name: float(value) for name, value in seen.items() if "r128" in name} or told
    return told


def moving(seconds: float, *, turns: float = 0.0, feet: tuple[FootState, FootState] = (FootState.FLAT,) * 2) -> Motion:
    """The zero pose carried round at a steady speed, on feet that stay as they are."""
    count = round(seconds * 60) + 1
    q = np.zeros((count, 77))
    half = np.pi * turns * np.arange(count) / max(count - 1, 1)
    q[:, 3], q[:, 6] = np.cos(half), np.sin(half)
    nothing = np.zeros((count, 2, 3))
    step = StepSpan("pirouette_en_dehors", "R", "pirouette R", 0.0, seconds, 0.5 * seconds, 1, "1", None, 2, 0.0)
    states = np.tile(np.array(feet, dtype=np.uint8), (count, 1))
    return Motion(60.0, 0.0, q, states, nothing, nothing[..., :2], (step,), (), "noah")


# What moves it


def test_turns_are_counted_as_danced_and_walking_round_is_none() -> None:
    for turns in (1.0, -2.0, 3.0):
        spun = moving(1.5, turns=turns)
        assert turned(spun, spun.steps[0]) == pytest.approx(abs(turns), abs=0.02)
    slow = moving(4.0, turns=1.0)
    assert turned(slow, slow.steps[0]) == 0.0


def test_a_balance_is_on_one_foot_with_the_heel_up() -> None:
    alone = moving(2.0, feet=(FootState.POINTE, FootState.AIR))
    assert balanced(alone, alone.steps[0]) == pytest.approx(2.0, abs=0.05)
    for feet in ((FootState.FLAT, FootState.AIR), (FootState.POINTE, FootState.POINTE), (FootState.AIR, FootState.AIR)):
        other = moving(2.0, feet=feet)
        assert balanced(other, other.steps[0]) == 0.0


def test_each_term_does_what_it_says() -> None:
    lexicon, honest = load_lexicon(), assessed()
    spun = moving(1.5, turns=2.0, feet=(FootState.PIVOT_POINTE, FootState.AIR))
    swell = np.r_[np.full(90, 0.4), np.full(200, 0.8)]

    def of(found: Assessment, motion: Motion = spun, **more: Any) -> Thrill:
        return excitement(found, motion, lexicon, **{"swell": swell, **more}).steps[0]

    plain = of(honest)
    terms = {name: getattr(plain, name) for name in (*WEIGHTS, "music", "completion", "thrill")}
    assert all(0.0 <= value <= 1.0 for value in terms.values())
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    feat = sum(WEIGHTS[name] * terms[name] for name in WEIGHTS)
    assert plain.music == pytest.approx(0.5) and plain.completion == 1.0
    assert plain.thrill == pytest.approx(feat * 0.75)
    assert of(honest, swell=np.full(300, 0.8)).thrill > plain.thrill > of(honest, moving(1.5)).thrill
    flight = Flight(0.4, 0.9, 0.36, 1.0, (0.0, 0.0), 0.0, True, 0, 0)
    jumped = of(replace(honest, flights=(flight,)))
    assert jumped.height == pytest.approx(0.8) and jumped.take_off == 0.4 and jumped.thrill > plain.thrill
    failed = Failure(0, "", 0, 0.0, "turns", "two", "one")
    late = AccentError(0, "", "turned", 0.5, 0.75, 250.0)
    assert of(replace(honest, failures=(failed,))).thrill == pytest.approx(0.5 * plain.thrill)
    assert of(replace(honest, accents=(late,))).thrill == pytest.approx(0.5 * plain.thrill)


def assessed() -> Assessment:
    """What is found of a motion of which there is nothing to find."""
    numbers = {one.name: 0 for one in fields(Assessment) if one.default is MISSING and one.default_factory is MISSING}
    return Assessment(**numbers)


def test_a_harder_dance_is_felt_more() -> None:
    values = [leaping(value).overall for value in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    assert all(a < b for a, b in itertools.pairwise(values))
    assert 0.0 <= values[0] < 0.1 and values[-1] < 1.0


def test_what_is_felt_fades_and_one_feat_outweighs_many_small_steps() -> None:
    curve = felt([1.0], [0.5], start=0.0, end=30.0)
    assert curve[:10].max() == 0.0
    assert (np.diff(curve[11:]) < 0).all()
    small = felt([1.0, 1.5, 2.0, 2.5, 3.0], [0.1] * 5, start=0.0, end=30.0)
    assert small.max() < 0.3 * curve.max()


def test_what_is_danced_is_told_from_what_stands_before_and_after_it() -> None:
    def steps(*entries: str) -> tuple[StepSpan, ...]:
        return tuple(
            StepSpan(entry, "R", entry, float(k), k + 1.0, k + 0.5, k, "1", None, 0, 0.0)
            for k, entry in enumerate(entries)
        )

    evening = steps("stand", "walk", "stand", "plie", "arabesque", "stand", "reverence", "reverence", "walk", "stand")
    assert parts(evening) == (1.0, 4.5, (6.5, 7.5))
    assert parts(steps("plie", "run")) == (0.0, 1.5, ())
    assert parts(steps("reverence", "plie")) == (0.0, 1.5, ())
    assert parts(()) == (0.0, 0.0, ())


# What it does


def test_it_gasps_as_she_leaps_and_at_no_small_jump() -> None:
    found = reactions(leaping(0.45), start=-1.0, end=30.0)
    gasps = [one for one in found if one.kind is Kind.GASP]
    assert [one.cause for one in gasps] == ["grand jeté R"]
    assert 0.0 < gasps[0].start - 9.75 <= 0.5
    hop = danced(thrill(5.0, 0.45, take_off=4.8, rise=0.15), thrill(8.0, 0.05))
    assert not [one for one in reactions(hop, start=0.0, end=30.0) if one.kind is Kind.GASP]
    # How she will land is not known yet.
    hard = [replace(one, thrill=0.5 * one.thrill, completion=0.5) for one in leaping(0.45).steps]
    assert [one for one in reactions(danced(*hard), start=0.0, end=30.0) if one.kind is Kind.GASP]


def test_the_same_leap_again_takes_no_breath_away_a_greater_one_does() -> None:
    def of(second: float) -> int:
        two = [thrill(t, v, take_off=t - 0.25, rise=0.3) for t, v in ((5.0, 0.35), (8.0, second))]
        found = reactions(danced(*two, thrill(20.0, 0.05)), start=0.0, end=30.0)
        return len([one for one in found if one.kind is Kind.GASP])

    assert of(0.35) == 1
    assert of(0.5) == 2


def test_it_claps_after_the_leap_when_what_follows_is_calm_and_not_into_the_next_feat() -> None:
    calm = leaping(0.5)
    found = [one for one in reactions(calm, start=0.0, end=30.0) if one.kind is Kind.APPLAUSE]
    assert [one.start for one in found][:1] == [10.5]
    steps = [*calm.steps[:6], thrill(12.0, 0.45), *calm.steps[6:]]
    found = [one for one in reactions(danced(*steps), start=0.0, end=30.0) if one.kind is Kind.APPLAUSE]
    assert not [one for one in found if one.start < 12.0]


def test_a_dull_dance_is_watched_in_silence() -> None:
    dull = danced(*(thrill(t, 0.03) for t in range(1, 20)))
    found = reactions(dull, start=0.5, end=30.0)
    assert found == ()
    assert not audience_sound(found, start=0.5, end=30.0, rate=8000).any()


def test_the_house_waits_for_the_last_chord_and_claps_through_the_bow() -> None:
    dance = replace(leaping(0.6, end=50.0), bows=(26.0, 31.0))
    found = reactions(dance, start=0.0, end=50.0, last_chord=20.0)
    last = [one for one in found if one.kind is Kind.APPLAUSE][-1]
    assert 20.0 < last.start < 22.0 and last.end > 50.0
    assert [one.start for one in found if one.kind is Kind.CHEER and one.start > 22.0] == [26.6]
    rhythm = [one for one in found if one.kind is Kind.RHYTHM]
    assert len(rhythm) == 1 and last.start < rhythm[0].start < rhythm[0].end < 50.0
    assert {Kind.CHEER, Kind.WHISTLE} <= {one.kind for one in found if one.start > 20.0}
    assert dance_over(dance, end=50.0, last_chord=20.0) == 20.0
    # An excerpt ends long before the music does.
    assert dance_over(dance, end=30.0, last_chord=100.0) == dance.dance_end


def test_a_row_of_turns_is_clapped_along_with() -> None:
    turns = [thrill(5.0 + k, 0.4, turned=1.0, label="fouetté turn R") for k in range(16)]
    found = [one for one in reactions(danced(*turns), start=0.0, end=28.0) if one.kind is Kind.RHYTHM]
    assert [one.cause for one in found] == ["16 fouetté turn R"]
    assert found[0].beats == tuple(5.0 + k for k in range(4, 16))
    beats = [0.5 * k for k in range(100)]
    along = [one for one in reactions(danced(*turns), start=0.0, end=28.0, beats=beats) if one.kind is Kind.RHYTHM]
    assert set(np.diff(along[0].beats)) == {0.5} and (along[0].beats[0], along[0].beats[-1]) == (9.0, 20.0)
    few = [one for one in reactions(danced(*turns[:6]), start=0.0, end=20.0) if one.kind is Kind.RHYTHM]
    assert not few


# What it sounds like


@pytest.fixture(scope="module")
def ovation() -> Sound:
    """Nine seconds of a full house."""
    whole = audience_sound([Reaction(Kind.APPLAUSE, 0.0, 14.0, 1.0)], start=0.0, end=12.0, rate=RATE)
    return whole[: 9 * RATE]


def test_a_seed_gives_the_same_evening_and_another_seed_another() -> None:
    some = [Reaction(kind, 0.2 + k, 2.0 + k, 0.6, "", (1.0, 2.0, 3.0)) for k, kind in enumerate(Kind)]

    def of(seed: int) -> Sound:
        return audience_sound(some, start=0.0, end=5.0, rate=22050, seed=seed, people=60)

    once = of(3)
    assert np.array_equal(once, of(3))
    assert not np.array_equal(once, of(4))
    assert np.isfinite(once).all()


def test_a_full_house_is_as_loud_as_it_says_and_grows_as_people_join(ovation: Sound) -> None:
    blocks = momentary(ovation, RATE)
    assert blocks.max() == pytest.approx(FULL_HOUSE, abs=0.5)
    # Mann and others 2013: slow, then quick, then everybody, within two or three seconds.
    assert blocks[2] < blocks[25] - 10.0 and blocks[:40].argmax() > 15
    assert np.ptp(blocks[25:85]) < 5.0


def test_applause_has_the_spectrum_of_hands(ovation: Sound) -> None:
    frequency, power = welch(ovation[4 * RATE :].mean(axis=1), RATE, nperseg=4096)

    def octave(centre: float) -> float:
        inside = (frequency >= centre / 2**0.5) & (frequency < centre * 2**0.5)
        return float(10 * np.log10(power[inside].sum() / power.sum()))

    # Repp 1987: energy from some hundred Hz to some kHz, the palms' resonances between 0.5 and 2.5 kHz.
    assert max(octave(1000.0), octave(2000.0)) > max(octave(f) for f in (125.0, 250.0, 500.0, 4000.0, 8000.0))
    assert octave(125.0) < -20.0 and octave(8000.0) < -10.0
    assert 1200.0 < (frequency * power).sum() / power.sum() < 3200.0


def test_hundreds_of_hands_are_a_steady_roar_and_few_are_separate_claps(ovation: Sound) -> None:
    few = audience_sound([Reaction(Kind.APPLAUSE, 0.0, 14.0, 1.0)], start=0.0, end=9.0, rate=RATE, people=5)

    def roughness(sound: Sound) -> float:
        envelope = np.sqrt(np.mean(sound[3 * RATE :].reshape(-1, 441 * 2).astype(np.float64) ** 2, axis=1))
        around = np.convolve(envelope, np.ones(50) / 50, mode="valid")
        return float(np.std(envelope[25 : 25 + len(around)] / around))

    assert roughness(ovation) < 0.1 and roughness(few) > 2.5 * roughness(ovation)


def test_clapping_together_beats_at_half_the_rate_of_each_alone() -> None:
    beats = crowd.beat_times(0.0, 8.0)
    sound = audience_sound([Reaction(Kind.RHYTHM, 0.0, 8.0, 1.0, "", tuple(beats))], start=0.0, end=8.0, rate=RATE)
    step = 441
    envelope = np.mean(sound.reshape(-1, step * 2).astype(np.float64) ** 2, axis=1)[150:]
    spectrum = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope))))
    frequency = np.fft.rfftfreq(len(envelope), step / RATE)
    strongest = frequency[1:][spectrum[1:].argmax()]
    # Néda and others 2000: about two a second, where each alone claps about four.
    assert 1.7 < strongest < 2.6
    intervals = np.diff(beats)
    assert (np.diff(intervals) < 0).all()  # Thomson and others 2018: those who clap together hurry
    assert envelope.max() > 6.0 * envelope.mean() or np.percentile(envelope, 90) > 8.0 * np.percentile(envelope, 10)


def test_people_clap_as_often_as_people_do() -> None:
    rates = 1.0 / crowd.hands(0, 400, 8000).interval
    assert 3.7 < rates.mean() < 4.3 and rates.min() >= 2.7 and rates.max() <= 5.1


@pytest.mark.parametrize(("centre", "wanted"), [(500, 1.25), (1000, 1.2), (4000, 0.9)])
def test_the_hall_rings_as_an_opera_house(centre: float, wanted: float) -> None:
    band = butter(2, [centre / 2**0.5, centre * 2**0.5], "bandpass", fs=RATE, output="sos")
    answer = sosfilt(band, hall.response(RATE)[0])
    left = np.cumsum(answer[::-1] ** 2)[::-1]  # Schroeder's backward integral
    decay = 10 * np.log10(left / left[0])
    fall = [int(np.argmax(decay < level)) / RATE for level in (-5.0, -25.0)]
    assert 3.0 * (fall[1] - fall[0]) == pytest.approx(wanted, rel=0.15)


def test_murmurs_are_voices_and_a_gasp_is_breath() -> None:
    def share(kind: Kind, low: float, high: float) -> float:
        sound = audience_sound([Reaction(kind, 0.0, 3.0, 1.0)], start=0.0, end=3.0, rate=RATE)
        frequency, power = welch(sound[: 2 * RATE].mean(axis=1), RATE, nperseg=4096)
        return float(power[(frequency >= low) & (frequency < high)].sum() / power.sum())

    assert share(Kind.MURMUR, 80.0, 1000.0) > 0.75
    assert share(Kind.GASP, 500.0, 5000.0) > 0.8
    assert share(Kind.WHISTLE, 1400.0, 3600.0) > 0.8


def test_a_harder_dance_is_answered_louder() -> None:
    def of(value: float) -> float:
        dance = leaping(value, end=24.0)
        heard = [one for one in reactions(dance, start=0.0, end=24.0) if one.start > 17.0]
        sound = audience_sound(heard, start=17.0, end=24.0, rate=22050)
        return float(momentary(sound, 22050).max())

    loud = [of(value) for value in (0.15, 0.3, 0.5)]
    assert loud[0] + 1.0 < loud[1] and loud[1] + 1.0 < loud[2]


# Music and house together


@pytest.fixture(scope="module")
def evening() -> tuple[Sound, Sound, Sound, float]:
    """Music of eighteen seconds, what the house does, both together, and when it is over."""
    music = np.zeros((26 * RATE, 2), dtype=np.float32)
    music[: 19 * RATE] = waltz(19.0)
    dance = leaping(0.55, end=26.0)
    house = audience_sound(reactions(dance, start=0.0, end=26.0), start=0.0, end=26.0, rate=RATE)
    return music, house, mixed(music, house, RATE, over=18.0), 18.0


def test_it_is_as_loud_as_it_should_be_and_ffmpeg_says_so(evening: tuple[Sound, Sound, Sound, float]) -> None:
    mix = evening[2]
    told = referee(mix, RATE)
    assert loudness(mix, RATE) == pytest.approx(TARGET, abs=0.2)
    assert told["lavfi.r128.I"] == pytest.approx(TARGET, abs=0.3)
    assert 20 * np.log10(told["lavfi.r128.true_peak"]) <= CEILING + 0.1
    assert np.abs(mix).max() < 10 ** (CEILING / 20) + 1e-6


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 2), (22050, 1)])
def test_our_meter_reads_as_ffmpegs(rate: int, channels: int) -> None:
    rng = np.random.default_rng(1)
    swell = np.linspace(0.02, 0.3, 6 * rate)[:, None]
    sound = (swell * rng.normal(0.0, 1.0, (6 * rate, channels))).astype(np.float32)
    sound = sosfilt(butter(1, 2000.0, fs=rate, output="sos"), sound, axis=0).astype(np.float32)
    told = referee(sound, rate)
    assert loudness(sound, rate) == pytest.approx(told["lavfi.r128.I"], abs=0.1)
    assert 20 * np.log10(true_peak(sound) / told["lavfi.r128.true_peak"]) == pytest.approx(0.0, abs=0.15)


def test_while_she_dances_the_music_is_not_masked(evening: tuple[Sound, Sound, Sound, float]) -> None:
    music, house, mix, over = evening
    # The same gain lies on all of the mix, so that what is not music is the house.
    still = slice(0, 8 * RATE)
    gain = float((mix[still] * music[still]).sum() / (music[still] ** 2).sum())
    rest = (mix - gain * music).astype(np.float32)
    loud, soft = momentary((gain * music).astype(np.float32), RATE), momentary(rest, RATE)
    plays = (np.arange(len(loud)) * 0.1 + 0.4 <= over) & (loud > loudness(gain * music, RATE) - PAUSE)
    assert (loud - soft)[plays].min() > BELOW_MUSIC - 0.5
    # Yet it is heard: the gasp and the applause lie well above what the mix has without them.
    assert soft[100:140].max() > -45.0
    assert momentary(mix, RATE)[210:240].max() > TARGET - 6.0
    assert not house[4 * RATE : 9 * RATE].any()


def test_one_channel_stays_one_and_two_stay_two() -> None:
    music = waltz(4.0)
    house = audience_sound([Reaction(Kind.APPLAUSE, 0.5, 4.0, 0.5)], start=0.0, end=4.0, rate=RATE, people=40)
    assert mixed(music, house, RATE).shape == music.shape
    assert mixed(music[:, :1], house, RATE).shape == (4 * RATE, 1)
    nothing = np.zeros((4 * RATE, 2), dtype=np.float32)
    assert not mixed(nothing, nothing, RATE).any()
    alone = mixed(nothing, house, RATE)
    assert loudness(alone, RATE) == pytest.approx(TARGET, abs=0.5)


def test_an_act_is_heard_with_its_house_and_its_page_knows_when() -> None:
    import gzip

    from petipa.stage.pack import pack_act

    act = small_act(net=False)
    mix = np.full((len(act.music()), 1), 0.25, dtype=np.float32)
    heard = replace(act, mix=mix, reactions=(Reaction(Kind.GASP, 0.5, 1.0, 0.7),))
    assert np.array_equal(act.sound(), act.music())
    assert np.array_equal(heard.sound(), mix) and np.array_equal(heard.music(), act.music())
    plain = gzip.decompress(pack_act(heard))
    assert b'"kind": "gasp"' in plain
