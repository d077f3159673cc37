"""How often bars reckoned from notes are right: made dances of thirteen kinds, and scores whose metre is taken away.

`python -m benchmarks.barring` prints the shares for seeds that nothing was tuned on, and for the pieces of
``PETIPA_DATA``, which were looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks import dances
from petipa.counts import Metre
from petipa.music import read_music
from petipa.music.barring import Barring, reckon

SEEDS = range(100, 112)


def made(seed: int) -> Iterator[tuple[str, Metre, float, Barring]]:
    """Each kind of dance with its metre and pick-up [quarters], and what is reckoned."""
    for name, style in dances.STYLES.items():
        beat, length, pitch, velocity = np.array(dances.compose(style, seed, bars=24), dtype=np.float64).T
        unit = float(style.metre.quarters) / style.beats
        pickup = max(0.0, -float(beat.min()) * unit)
        found = reckon(
            beat * unit + pickup, length * unit, pitch.astype(np.int64), velocity, np.zeros(len(beat), dtype=np.int64)
        )
        yield name, style.metre, pickup, found


def written(folder: Path) -> Iterator[tuple[str, Metre, float, Barring]]:
    """Each score of the data with its metre and pick-up [quarters], and what is reckoned."""
    for path in sorted([*folder.glob("midi/*.mid"), *folder.glob("kern/*.krn")]):
        music = read_music(path)
        notes, unit = music.notes, float(music.metre.beat_quarters)
        ends = music.tempo.to_beats(notes.onset + notes.duration)
        start = (notes.beat + float(music.pickup)) * unit
        length = (ends - music.tempo.to_beats(notes.onset)) * unit
        found = reckon(start - min(0.0, start.min()), length, notes.pitch, notes.velocity * 1.0, notes.channel)
        yield path.stem, music.metre, float(music.pickup) * unit, found


def threes(metre: Metre) -> bool:
    """Whether a bar has three eighths or three quarters in it, however they are beaten."""
    return metre.quarters in (Fraction(3), Fraction(3, 2))


def right(metre: Metre, pickup: float, found: Barring) -> tuple[bool, bool, bool]:
    """Whether the metre is the written one, whether it is in two or three as that is, and whether bars begin there."""
    bar = float(metre.quarters)
    off = (float(found.pickup) - pickup) % bar
    return found.metre == metre, threes(found.metre) is threes(metre), min(off, bar - off) < 0.05


def main() -> None:
    """Print the shares."""
    rows = [row for seed in SEEDS for row in made(seed)]
    data = Path(os.environ.get("PETIPA_DATA") or "../shared/data") / "music"
    print("| pieces | number | two or three | metre as written | first beat | sure where right | at most where wrong |")
    print("|---|---|---|---|---|---|---|")
    for title, table in (("made dances", rows), ("scores", list(written(data)))):
        if not table:
            continue
        told = [right(metre, pickup, found) for _, metre, pickup, found in table]
        exact, kind, down = (float(np.mean([one[k] for one in told])) for k in range(3))
        well = np.mean([found.sure_metre for (*_, found), one in zip(table, told, strict=True) if one[1]])
        wrong = max((found.sure_metre for (*_, found), one in zip(table, told, strict=True) if not one[1]), default=0.0)
        print(f"| {title} | {len(table)} | {kind:.2f} | {exact:.2f} | {down:.2f} | {well:.2f} | {wrong:.2f} |")


if __name__ == "__main__":
    main()
