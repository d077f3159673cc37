"""`Music` to a file and back, without its sound (that is in the wav beside it)."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from petipa.counts import Bar, Bars, Metre, Span
from petipa.errors import FileError
from petipa.files import MEBIBYTE, plain_file, read_limited, reading_error, write_atomic
from petipa.music.model import SAMPLE_RATE, Confidence, Music, Notes, Phrase, TempoMap, frozen_array
from petipa.showing import Sound

_FORMAT = 1
_NOTES = ("onset", "duration", "beat", "pitch", "velocity", "channel", "program")


def save_music(music: Music, path: str | Path) -> None:
    """Write everything but the sound of `music` to an ``.npz`` file, wholly or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    words: dict[str, Any] = {
        "format": _FORMAT,
        "title": music.title,
        "source": music.source,
        "kind": music.kind,
        "duration": music.duration,
        "last_chord": music.last_chord,
        "bars": [[bar.number, str(bar.start), str(bar.metre), str(bar.length)] for bar in music.layout],
        "phrases": [
            [one.first, one.last, str(one.span.start), str(one.span.end), one.seconds, one.seconds_end]
            for one in music.phrases
        ],
        "confidence": asdict(music.confidence),
        "remarks": list(music.remarks),
        "told_climaxes": list(music.told_climaxes),
        "sound": music.sound.value,
        "recorded": music.recording is not None,
    }
    arrays: dict[str, Any] = {f"note_{name}": getattr(music.notes, name) for name in _NOTES}
    arrays.update(
        tempo_beats=music.tempo.beats,
        tempo_seconds=music.tempo.seconds,
        loudness=music.loudness,
        density=music.density,
        accents=music.accents,
        cadences=music.cadences,
        words=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
    )
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    write_atomic(path, out.getvalue())


def load_music(path: str | Path, *, sound: str | Path | None = None) -> Music:
    """Read what `save_music` wrote.

    Parameters
    ----------
    path : str or Path
    sound : str or Path, optional
        The wav with its sound. Without it a score is synthesised again, and a recording is silent.

    Raises
    ------
    FileError
        If either cannot be read, or is something else.
    """
    content = read_limited(path, limit=64 * MEBIBYTE)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            table = {name: kept[name] for name in kept.files}
        words = json.loads(table["words"].tobytes())
        bars = tuple(
            Bar(int(number), Fraction(start), Metre.parse(metre), Fraction(length))
            for number, start, metre, length in words["bars"]
        )
        phrases = tuple(
            Phrase(int(a), int(b), Span(Fraction(c), Fraction(d)), float(e), float(f))
            for a, b, c, d, e, f in words["phrases"]
        )
        if words["format"] != _FORMAT:
            raise ValueError("another version wrote it")
        recording = None
        if sound is not None:
            import soundfile

            try:
                recording = soundfile.read(plain_file(sound), dtype="float32", always_2d=True)[0]
            except (RuntimeError, OSError) as problem:
                raise reading_error(OSError(str(problem)), Path(sound)) from problem
            recording.setflags(write=False)
        elif words["recorded"]:
            recording = np.zeros((round(float(words["duration"]) * SAMPLE_RATE), 2), dtype=np.float32)
        return Music(
            title=str(words["title"]),
            source=str(words["source"]),
            kind=str(words["kind"]),
            layout=Bars(bars),
            tempo=TempoMap(table["tempo_beats"], table["tempo_seconds"]),
            duration=float(words["duration"]),
            notes=Notes(*(table[f"note_{name}"] for name in _NOTES)),
            loudness=frozen_array(table["loudness"]),
            density=frozen_array(table["density"]),
            accents=frozen_array(table["accents"]),
            last_chord=float(words["last_chord"]),
            phrases=phrases,
            cadences=frozen_array(table["cadences"]),
            confidence=Confidence(**words["confidence"]),
            remarks=tuple(str(one) for one in words["remarks"]),
            told_climaxes=tuple(float(one) for one in words.get("told_climaxes", [])),
            recording=recording,
            sound=Sound(words.get("sound", Sound.WRITTEN)),
        )
    except FileError:
        raise
    except Exception as problem:
        # Whatever is wrong inside such a file, the answer is the same: make it again.
        raise FileError(
            f"this is no music kept by petipa ({problem})", where=str(path), would_work="performing the music again"
        ) from problem
