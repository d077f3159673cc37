"""How well a score is laid over a recording with strong rubato: beats and downbeats within 70 ms, and the mean error.

Run as ``python benchmarks/alignment.py``; needs the test music that ``PETIPA_DATA`` leads to.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from petipa.music import read_music
from petipa.music.beats import f_measure

DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "music"


def main() -> None:
    """Print the table, by ear and with the score."""
    print("| piece | beats by ear | beats with the score | downbeats | mean error, ms | seconds a minute |")
    print("|---|---|---|---|---|---|")
    rows = []
    for path in sorted((DATA / "rubato").glob("*.flac")):
        table = np.loadtxt(path.with_suffix(".beats"))
        true, down = table[:, 0], table[table[:, 1] == 1, 0]
        heard = read_music(path)
        start = time.process_time()
        music = read_music(path, score=DATA / "midi" / f"{path.stem}.mid")
        taken = (time.process_time() - start) / music.duration * 60.0

        def known(times: np.ndarray, true: np.ndarray = true) -> np.ndarray:
            return times[(times > true[0] - 0.2) & (times < true[-1] + 0.2)]

        beats = known(music.beats)
        error = 1000.0 * float(np.mean(np.min(np.abs(beats[:, None] - true), axis=1)))
        bars = known(np.array([bar.seconds for bar in music.bars if bar.number >= 1]))
        row = (f_measure(known(heard.beats), true), f_measure(beats, true), f_measure(bars, down), error, taken)
        rows.append(row)
        print(f"| {path.stem} | {row[0]:.2f} | {row[1]:.2f} | {row[2]:.2f} | {row[3]:.0f} | {row[4]:.1f} |")
    mean = np.mean(rows, axis=0)
    print(f"| mean | {mean[0]:.2f} | {mean[1]:.2f} | {mean[2]:.2f} | {mean[3]:.0f} | {mean[4]:.1f} |")


if __name__ == "__main__":
    main()
