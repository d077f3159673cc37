"""Beats, first beats and metre found by ear against the truth: petipa's and, if installed, librosa's beats.

Run ``python -m benchmarks.beats [--tuned | --held] [--played]``. Thirty pieces to tune a beat tracker on, thirty never
looked at: dances of a small composer (`benchmarks.dances`) and real pieces (from ``PETIPA_DATA``, default
../shared/data), played with rubato by bands of General MIDI and recorded clean, in a hall, with noise or on a rehearsal
tape. With ``--played`` the same is heard from the notes. F-measures are within 70 ms; the metre is right when bars
have as many felt beats, divided as many ways, as written (3/8 sounds like a quick 3/4). librosa's beats are moved 49 ms
earlier, as they come late by so much.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dances import STYLES, Tone, compose, perform, play, record, timed
from petipa.counts import Metre
from petipa.music import Music, read_music
from petipa.music.beats import f_measure
from petipa.music.midi import write_midi
from petipa.music.model import SAMPLE_RATE, Notes

Array = NDArray[np.float64]
LIBROSA_LATE = 0.049
DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"
RECORDED = ("clean", "hall", "noise", "rehearsal")
REAL = {
    "midi/grieg_anitras_dance.mid": False,
    "midi/minkus_bayadere_nikiya.mid": False,
    "midi/minkus_bayadere_shades.mid": False,
    "musicxml/chopin_waltz_op64_1.musicxml": False,
    "midi/brahms_waltz_op39_15.mid": True,
    "midi/minkus_bayadere_allegretto.mid": True,
    "musicxml/chopin_waltz_op34_2.musicxml": True,
}
"""Real pieces by file, and whether they are held out; played as mazurkas are where the second name says so."""


@dataclass(frozen=True)
class Piece:
    """One piece: how it is recorded, its notes (or sound file), and its true felt beats [s] with places in the bar."""

    name: str
    how: str
    metre: Metre
    notes: Notes | None
    beats: Array
    places: NDArray[np.int64]
    seed: int
    path: Path | None = None

    def sound(self) -> NDArray[np.float32]:
        """The recording, mono, at 44.1 kHz."""
        assert self.notes is not None
        return record(self.notes, np.random.default_rng(self.seed + 1), how=self.how)


def made(style: str, seed: int, *, rubato: float, how: str) -> Piece:
    """A dance of the small composer, 32 bars (24 of 4/4)."""
    rng = np.random.default_rng(seed)
    kind = STYLES[style]
    bars = 24 if kind.beats == 4 or kind.tempo[0] < 60 else 33
    tones: list[Tone] = compose(kind, seed, bars=bars)
    whole = np.arange(-1, bars * kind.beats + 1, dtype=np.float64)
    clock = play(whole, style, rng, size=kind.beats, rubato=rubato)
    inside = whole[1:-1]
    true = clock.to_seconds(inside)
    notes = perform(tones, clock, rng)
    return Piece(f"{style} {seed}", how, kind.metre, notes, true, (inside % kind.beats).astype(np.int64), seed)


def real(file: str, seed: int, *, rubato: float, how: str, leaned: bool = False) -> Piece:
    """The first minute and a half of a real piece, played anew."""
    rng = np.random.default_rng(seed)
    music = read_music(DATA / file)
    size = music.metre.beats
    score = music.notes
    period = 60.0 / music.tempo.beats_per_minute(2 * size)
    last = np.floor(min(90.0 / period, float(score.beat.max())))
    whole = np.arange(min(-1.0, np.floor(score.beat.min())), last + 2)
    clock = timed(whole, period, rng, size=size, rubato=rubato, leaned=leaned)
    kept = score.beat <= last
    tones = []
    for beat, length, pitch, velocity in zip(
        score.beat[kept], score.duration[kept] / period, score.pitch[kept], score.velocity[kept], strict=True
    ):
        tones.append((float(beat), float(length), int(pitch), int(velocity)))
    notes = perform(tones, clock, rng)
    inside = whole[(whole >= np.floor(score.beat.min() + 1e-6)) & (whole <= last)]
    name = Path(file).stem + (" leaned" if leaned else "")
    return Piece(name, how, music.metre, notes, clock.to_seconds(inside), (inside % size).astype(np.int64), seed)


def pieces(*, held: bool) -> Iterator[Piece]:
    """The thirty of one part."""
    first = 500 if held else 100
    for k, style in enumerate(STYLES):
        for n in range(2):
            seed = first + 20 * k + n
            how = RECORDED[(2 * k + n + k // 2) % 4]
            yield made(style, seed, rubato=(0.06, 0.12, 0.18, 0.09, 0.15)[(2 * k + n) % 5], how=how)
    k = 0
    if DATA.is_dir():
        for file, out in REAL.items():
            if out is held:
                k += 1
                leaned = "chopin" in file
                yield real(file, first + 400 + k, rubato=0.12, how=RECORDED[k % 4], leaned=leaned)
        if held:
            path = DATA / "audio" / "sugar_plum_macleod.ogg"
            table = np.loadtxt(path.with_suffix(".beats"))
            yield Piece("sugar plum", "as it is", Metre(2, 4), None, table[:, 0], table[:, 1].astype(int) - 1, 0, path)


def felt_beats(music: Music) -> Array:
    """The beats a dancer counts [s]: thirds of written ones in compound metres."""
    pulse = music.metre.beats // 3 if music.metre.compound else music.metre.beats
    step = music.metre.beats // pulse
    return np.array([music.seconds_at(beat) for beat in music.beat_numbers if beat % step == 0])


def shape(metre: Metre) -> tuple[int, int]:
    """Felt beats in a bar, and whether they are divided by two or three."""
    return (metre.beats // 3, 3) if metre.compound else (metre.beats, 2)


@dataclass(frozen=True)
class Score:
    """How well a piece was heard."""

    beats: float
    downbeats: float
    metre: bool
    late: float
    speed: float
    music: Music


def score(piece: Piece, path: Path) -> Score:
    """Hear a file and compare with the truth of its piece."""
    begin = time.process_time()
    music = read_music(path)
    took = time.process_time() - begin

    def known(times: Array) -> Array:
        return times[(times > piece.beats[0] - 0.2) & (times < piece.beats[-1] + 0.2)]

    found = known(felt_beats(music))
    bars = known(np.array([bar.seconds for bar in music.bars if bar.number > 0]))
    gaps = np.array([found[np.argmin(np.abs(found - one))] - one for one in piece.beats]) if len(found) else np.zeros(1)
    near = gaps[np.abs(gaps) < 0.07]
    return Score(
        f_measure(found, piece.beats),
        f_measure(bars, piece.beats[piece.places == 0]),
        shape(music.metre) == shape(piece.metre),
        float(np.mean(near)) if len(near) else float("nan"),
        music.duration / took,
        music,
    )


def librosa_beats(path: Path) -> Array | None:
    """What librosa hears in a sound file [s]; None if it is not installed or the file is no sound."""
    if path.suffix == ".mid":
        return None
    try:
        import librosa
    except ImportError:
        return None
    samples, rate = librosa.load(path, sr=22050)
    return np.asarray(librosa.beat.beat_track(y=samples, sr=rate, units="time")[1]) - LIBROSA_LATE


def written(piece: Piece, folder: Path, *, played: bool) -> Path:
    """The file of a piece: its recording, or the notes as a MIDI file whose grid means nothing."""
    import soundfile

    if piece.path is not None:
        return piece.path
    assert piece.notes is not None
    path = folder / (f"{piece.name}.mid" if played else f"{piece.name}.wav")
    if played:
        path.write_bytes(write_midi(piece.notes))
    else:
        soundfile.write(path, piece.sound(), SAMPLE_RATE)
    return path


def main(words: list[str]) -> None:
    """Print one line a piece and the means of each part."""
    played = "--played" in words
    parts = [held for held, word in ((False, "--held"), (True, "--tuned")) if word not in words]
    print(f"{'piece':30} {'recorded':>9} {'metre':>5} {'heard':>5} {'beats':>6} {'bars':>6} {'late ms':>7} "
          f"{'sure':>12} {'librosa':>7} {'x real':>6}")  # fmt: skip
    for held in parts:
        rows, theirs = [], []
        with tempfile.TemporaryDirectory(prefix="petipa-beats-") as folder:
            for piece in pieces(held=held):
                if played and piece.notes is None:
                    continue
                path = written(piece, Path(folder), played=played)
                one = score(piece, path)
                rows.append((piece, one))
                other = librosa_beats(path)
                if other is not None:
                    inside = other[(other > piece.beats[0] - 0.2) & (other < piece.beats[-1] + 0.2)]
                    theirs.append(f_measure(inside, piece.beats))
                sure = one.music.confidence
                print(
                    f"{piece.name:30} {piece.how:>9} {piece.metre!s:>5} {one.music.metre!s:>4}"
                    f"{' ' if one.metre else '!'} {one.beats:6.2f} {one.downbeats:6.2f} {1000 * one.late:7.1f} "
                    f"{sure.beats:4.2f}{sure.metre:4.2f}{sure.downbeat:4.2f} "
                    f"{f'{theirs[-1]:.2f}' if other is not None else '':>7} {one.speed:6.0f}",
                    flush=True,
                )
        leaned = [one for piece, one in rows if "mazurka" in piece.name or "leaned" in piece.name]
        for name, some in (("all", [one for _, one in rows]), ("mazurka players", leaned)):
            print(
                f"{'held out' if held else 'tuned on'}, {name}: {len(some)} pieces, "
                f"beats {np.mean([s.beats for s in some]):.3f}, "
                f"first beats {np.mean([s.downbeats for s in some]):.3f}, "
                f"metre {np.mean([s.metre for s in some]):.2f}, "
                f"{1000 * float(np.nanmean([s.late for s in some])):.1f} ms late, "
                f"{np.median([s.speed for s in some]):.0f} times real time"
            )
        if theirs:
            print(f"librosa: beats {np.mean(theirs):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
