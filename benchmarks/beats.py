"""Beats found by ear against true ones: F-measure within 70 ms, of petipa and of librosa's beat tracker.

Run ``python benchmarks/beats.py``; the music is where ``PETIPA_DATA`` says (default ../shared/data). librosa's
beats are moved 49 ms earlier, as they come late by so much; without librosa its column stays empty. Beats are compared
over the stretch whose truth is known.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petipa.music import read_music
from petipa.music.beats import f_measure

LIBROSA_LATE = 0.049
DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"


def librosa_beats(path: Path) -> NDArray[np.float64] | None:
    """What librosa hears in a sound file [s]; None if it is not installed or the file is no sound."""
    if path.suffix == ".mid":
        return None
    try:
        import librosa
    except ImportError:
        return None
    samples, rate = librosa.load(path, sr=22050)
    return np.asarray(librosa.beat.beat_track(y=samples, sr=rate, units="time")[1]) - LIBROSA_LATE


def main() -> None:
    """Print one line a file."""
    files = [*sorted((DATA / "rubato").glob("*.flac")), *sorted((DATA / "rubato").glob("*.mid"))]
    files += sorted((DATA / "audio").glob("*.ogg"))
    print(f"{'file':36} {'metre':>5} {'beats':>6} {'bars':>6} {'late ms':>7} {'librosa':>7} {'s a minute':>10}")
    for path in files:
        table = np.loadtxt(path.with_suffix(".beats"))
        true, firsts = table[:, 0], table[table[:, 1] == 1, 0]
        begin = time.perf_counter()
        music = read_music(path)
        took = time.perf_counter() - begin

        def known(times: NDArray[np.float64], true: NDArray[np.float64] = true) -> NDArray[np.float64]:
            return times[(times > true[0] - 0.2) & (times < true[-1] + 0.2)]

        found = known(music.beats)
        bars = known(np.array([bar.seconds for bar in music.bars if bar.number > 0]))
        late = np.median([found[np.argmin(np.abs(found - one))] - one for one in true])
        other = librosa_beats(path)
        theirs = "" if other is None else f"{f_measure(known(other), true):.3f}"
        right = "" if music.metre.beats == int(table[:, 1].max()) else "!"
        print(
            f"{path.name:36} {music.metre!s:>4}{right:1} {f_measure(found, true):6.3f} {f_measure(bars, firsts):6.3f} "
            f"{1000 * late:7.0f} {theirs:>7} {60 * took / music.duration:10.2f}"
        )


if __name__ == "__main__":
    main()
