"""Notes to sound: a sampled piano if the machine has one, else petipa's own; and the sound file.

Three players, tried in order: the ``fluidsynth`` command with a General MIDI sound font, the ``tinysoundfont``
package with the same font, and a small additive piano that needs nothing but numpy and always works. All play dry;
the hall round them is petipa's.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petipa.files import atomic_path
from petipa.music.hall import in_a_hall
from petipa.music.loudness import loudness
from petipa.music.midi import write_midi
from petipa.music.model import SAMPLE_RATE, Music, Notes
from petipa.music.orchestra import in_time
from petipa.music.playing import restruck

Samples = NDArray[np.float32]

LOUDNESS = -20.0
"""Wanted integrated loudness [LUFS]: as loud as leaves a piano's peaks whole."""

LIMIT_DB = 6.0
"""How far the limiter may press the highest peaks; beyond it the whole is made softer, so that forte stays forte."""

PEAK = 0.89
"""Highest sample after levelling, 1 dB below full scale, so that encoders do not clip."""

WIDTH = 0.55
"""What is left of the difference between the channels of a sound font."""

_FONTS = (
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
    "/usr/share/soundfonts/default.sf2",
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/local/share/soundfonts/FluidR3_GM.sf2",
    "/opt/homebrew/share/soundfonts/FluidR3_GM.sf2",
    "/opt/homebrew/share/fluid-synth/sf2/default.sf2",
)


def sound_font() -> Path | None:
    """The sound font named by ``PETIPA_SOUNDFONT``, or the first found where systems keep them."""
    for name in (os.environ.get("PETIPA_SOUNDFONT", ""), *_FONTS):
        if name and Path(name).is_file():
            return Path(name)
    return None


def player() -> str:
    """Which player `synthesise` will use: ``fluidsynth``, ``tinysoundfont`` or ``petipa``."""
    if sound_font() is not None:
        if shutil.which("fluidsynth"):
            return "fluidsynth"
        if importlib.util.find_spec("tinysoundfont") is not None:
            return "tinysoundfont"
    return "petipa"


def synthesise(notes: Notes, *, duration: float, rate: int = SAMPLE_RATE, use: str | None = None) -> Samples:
    """The sound of `notes`, levelled.

    Parameters
    ----------
    notes : Notes
    duration : float
        Length of the result [s].
    rate : int
        Samples a second.
    use : str, optional
        A player by name; by default the best there is. A player that fails gives way to petipa's own.

    Returns
    -------
    array, shape (round(duration * rate), 2), float32
    """
    length = max(1, round(duration * rate))
    chosen = use or player()
    notes = restruck(notes if chosen == "petipa" else in_time(notes))
    made: Samples | None = None
    if len(notes) and chosen == "fluidsynth":
        made = _fluidsynth(notes, rate=rate, duration=duration)
    elif len(notes) and chosen == "tinysoundfont":
        made = _tinysoundfont(notes, length=length, rate=rate)
    if made is not None:
        # The fonts' pianos are recorded as wide as their lids: on one loudspeaker half of them would be gone.
        made = (WIDTH * made + (1.0 - WIDTH) * made.mean(axis=1, keepdims=True)).astype(np.float32)
    if made is None or not np.any(made):
        made = additive_piano(notes, length=length, rate=rate)
    out = np.zeros((length, 2), dtype=np.float32)
    kept = min(length, len(made))
    out[:kept] = made[:kept]
    return levelled(in_a_hall(out, rate), rate)


def levelled(samples: Samples, rate: int) -> Samples:
    """`samples` at `LOUDNESS`, never above `PEAK`, with a short fade at the end; silence stays silent."""
    peak = float(np.max(np.abs(samples))) if len(samples) else 0.0
    whole = loudness(samples, rate) if peak >= 1e-5 else -np.inf
    if not np.isfinite(whole):
        return samples
    gain = min(10.0 ** ((LOUDNESS - whole) / 20.0), 10.0 ** (LIMIT_DB / 20.0) * PEAK / peak)
    out = limited((samples * np.float32(gain)).astype(np.float32))
    fade = min(len(out), rate // 4)
    out[len(out) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    return out


def limited(samples: Samples, *, block: int = 128) -> Samples:
    """`samples` pressed below `PEAK` by a gain that sinks before a peak and rises after it within 50 ms."""
    if len(samples) == 0 or max(float(samples.max()), -float(samples.min())) <= PEAK:
        return samples
    from scipy.ndimage import minimum_filter1d

    whole = -(-len(samples) // block)
    edges = np.arange(whole) * block
    peaks = np.maximum(np.maximum.reduceat(samples, edges), -np.minimum.reduceat(samples, edges)).max(axis=1)
    wanted = np.minimum(1.0, PEAK / np.maximum(peaks, 1e-9))
    # The lowest wanted gain of 35 blocks, averaged over half as many, is never above what a block itself wants.
    low = minimum_filter1d(wanted, 35, mode="nearest")
    window = np.hanning(19)[1:-1]
    gain = np.convolve(np.pad(low, 8, mode="edge"), window / window.sum(), mode="valid")
    centres = (np.arange(whole) + 0.5) * block
    out = np.empty(samples.shape, dtype=np.float32)
    for first in range(0, len(samples), 1 << 18):  # long music is not held in memory several times
        part = samples[first : first + (1 << 18)]
        curve = np.interp(first + np.arange(len(part)), centres, gain)
        out[first : first + len(part)] = np.clip(part * curve[:, None], -PEAK, PEAK)
    return out


def _fluidsynth(notes: Notes, *, rate: int, duration: float) -> Samples | None:
    import soundfile

    font, command = sound_font(), shutil.which("fluidsynth")
    if font is None or command is None:
        return None
    with tempfile.TemporaryDirectory(prefix="petipa-") as folder:
        score, sound = Path(folder) / "score.mid", Path(folder) / "sound.wav"
        score.write_bytes(write_midi(notes))
        order = [
            command,
            "-ni",
            "-q",
            "-r",
            str(rate),
            "-g",
            "0.5",
            "-R",
            "0",
            "-C",
            "0",
            "-F",
            str(sound),
            str(font),
            str(score),
        ]
        with contextlib.suppress(OSError, subprocess.SubprocessError, RuntimeError):
            # Rendering takes a thirtieth of real time; ten times that is a hang.
            subprocess.run(order, check=True, capture_output=True, timeout=30.0 + duration / 3.0)
            made: Samples = soundfile.read(sound, dtype="float32", always_2d=True)[0]
            return made[:, :2] if made.shape[1] >= 2 else np.repeat(made, 2, axis=1)
    return None


def _tinysoundfont(notes: Notes, *, length: int, rate: int) -> Samples | None:
    font = sound_font()
    if font is None:
        return None
    with contextlib.suppress(Exception):
        package = importlib.import_module("tinysoundfont")
        synth = package.Synth(samplerate=rate, gain=-6)
        handle = synth.sfload(str(font))
        events = []
        for i in range(len(notes)):
            events.append((float(notes.onset[i]), 1, i))
            events.append((float(notes.onset[i] + notes.duration[i]), 0, i))
        out = np.zeros((length, 2), dtype=np.float32)
        now = 0
        programs: dict[int, int] = {}
        for time, on, i in sorted(events):
            until = min(length, round(time * rate))
            if until > now:
                block = np.frombuffer(bytes(synth.generate(until - now)), dtype=np.float32)
                out[now:until] = block.reshape(-1, 2)
                now = until
            channel, pitch, program = int(notes.channel[i]), int(notes.pitch[i]), int(notes.program[i])
            if programs.get(channel) != program:
                programs[channel] = program
                synth.program_select(channel, handle, 128 if channel == 9 else 0, 0 if channel == 9 else program)
            if on:
                synth.noteon(channel, pitch, int(notes.velocity[i]))
            else:
                synth.noteoff(channel, pitch)
        if now < length:
            out[now:] = np.frombuffer(bytes(synth.generate(length - now)), dtype=np.float32).reshape(-1, 2)
        return out
    return None


_PARTIALS = 16
_LONGEST = 12.0
_UNDAMPED = 90
"""From F sharp 6 on a piano has no dampers."""


def _release(pitch: int) -> float:
    """How long a string sounds on after its damper fell [s]: thick ones longer."""
    return 1.2 if pitch >= _UNDAMPED else float(np.clip(0.34 - 0.004 * (pitch - 40), 0.14, 0.4))


def _string(pitch: int, velocity: int, seconds: float, rate: int) -> NDArray[np.float64]:
    """One struck key: partials a little sharp of harmonic, high ones dying sooner, brighter when struck harder.

    Inharmonicity and decay after Fletcher and Rossing, The Physics of Musical Instruments (1998), chapter 12:
    f_n = n f sqrt(1 + B n^2); B about 4e-4 in the middle, growing with pitch; the two or three strings of a key are not
    quite in tune with each other, so that its sound dies quickly at first, then slowly, and beats.
    """
    release = _release(pitch)
    time = np.arange(int((seconds + release) * rate)) / rate
    frequency = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
    stiffness = 4e-4 * 2.0 ** ((pitch - 60) / 12.0)
    decay = 0.9 * 2.0 ** ((pitch - 60) / 18.0)
    brightness = 0.45 + 0.55 * velocity / 127.0
    out = np.zeros(len(time))
    for n in range(1, _PARTIALS + 1):
        partial = n * frequency * np.sqrt(1.0 + stiffness * n * n)
        if partial > 0.42 * rate:
            break
        # A hammer at an eighth of the string leaves the eighth partial almost out.
        share = abs(np.sin(np.pi * n / 8.1)) * brightness ** (n - 1) / n
        apart = partial * 2.0 ** (0.9 / 1200.0)
        for part, pace, tone in ((0.7, 1.2 + 0.45 * n, partial), (0.3, 0.35 + 0.15 * n, apart)):
            heard = time[: int(9.0 / (decay * pace) * rate)]  # 80 dB down it is gone
            out[: len(heard)] += share * part * np.exp(-heard * (decay * pace)) * np.sin(2.0 * np.pi * tone * heard + n)
    attack = max(1, int((0.002 + 0.003 * (1.0 - velocity / 127.0)) * rate))
    out[:attack] *= 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, attack))
    falls = int(release * rate)
    out[len(out) - falls :] *= (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, falls))) ** 2
    return np.asarray(out * (velocity / 127.0) ** 1.6)


def _drum(pitch: int, velocity: int, rate: int) -> NDArray[np.float64]:
    """A dry wooden click; higher percussion keys sound higher."""
    time = np.arange(int(0.06 * rate)) / rate
    tone = 700.0 * 2.0 ** ((np.clip(pitch, 35, 81) - 60) / 24.0)
    return np.asarray(np.sin(2 * np.pi * tone * time) * np.exp(-time * 90.0) * (velocity / 127.0) * 0.8)


def additive_piano(notes: Notes, *, length: int, rate: int) -> Samples:
    """The sound of `notes` by petipa's own piano, dry; shape (length, 2).

    Notes alike in pitch, loudness and length are computed once.
    """
    out = np.zeros((length, 2))
    made: dict[tuple[int, int, int, bool], NDArray[np.float64]] = {}
    for i in range(len(notes)):
        pitch, velocity = int(notes.pitch[i]), int(notes.velocity[i]) // 4 * 4 + 2
        drum = int(notes.channel[i]) == 9
        tenths = int(np.clip(np.ceil(notes.duration[i] * 10), 1, 10 * _LONGEST))
        key = (pitch, velocity, tenths, drum)
        if key not in made:
            if len(made) > 400:  # bounded memory for long pieces
                made.clear()
            made[key] = _drum(pitch, velocity, rate) if drum else _string(pitch, velocity, tenths / 10, rate)
        tone = made[key]
        first = round(float(notes.onset[i]) * rate)
        last = min(length, first + len(tone))
        if last <= first:
            continue
        # Low strings to the left, as one sits at the keyboard.
        side = np.clip((pitch - 60) / 60.0, -0.35, 0.35)
        out[first:last, 0] += tone[: last - first] * (1.0 - side)
        out[first:last, 1] += tone[: last - first] * (1.0 + side)
    return out.astype(np.float32)


def write_wav(music: Music, path: str | Path) -> None:
    """Write the sound of `music` as a 16-bit stereo WAV file, wholly or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    import soundfile

    with atomic_path(path) as private:
        try:
            soundfile.write(private, music.samples, music.rate, subtype="PCM_16", format="WAV")
        except RuntimeError as problem:  # what soundfile raises when the disk is full
            raise OSError(str(problem)) from problem
