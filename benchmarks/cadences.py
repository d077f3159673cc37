"""How often the cadences heard in made dances are those they were written with, every four bars.

`python -m benchmarks.cadences` prints them for seeds that nothing was tuned on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import dances
from petipa.counts import Bars, Span
from petipa.music.cadence import Cadence, Close, cadences_of
from petipa.music.model import Notes, Phrase

SEEDS = range(100, 108)
BARS = 32


def harmony(style: dances.Style, seed: int) -> list[str]:
    """The chord of each bar that `dances.compose` writes: the same draws in the same order."""
    rng = np.random.default_rng(seed)
    rng.integers(0, 12)
    rng.random()
    strains = []
    for _ in range(2):
        strains.append([*dances._HALVES[rng.integers(4)], *dances._HALVES[4 + rng.integers(4)]])
        for _ in range(3):
            rng.integers(len(style.tunes))
        rng.random()
        rng.integers(len(style.bass))
        rng.integers(1 << 30)
        rng.integers(0, 26)
    chords = [strains[bar // 8 % 4 % 2][bar % 8] for bar in range(BARS)]
    return [*chords[:-1], "I"]


def made(seed: int) -> Iterator[tuple[str, Cadence]]:
    """The chord on which each four bars of each dance end, and the cadence heard there."""
    for style in dances.STYLES.values():
        beat, length, pitch, velocity = np.array(dances.compose(style, seed, bars=BARS), dtype=np.float64).T
        none = np.zeros(len(beat), dtype=np.int64)
        unit = style.metre.beats / style.beats
        notes = Notes(
            0.5 * beat, 0.5 * length, unit * beat, pitch.astype(np.int64), velocity.astype(np.int64), none, none
        )
        phrases = tuple(Phrase(first, first + 3, Span(0, 1), 0.0, 1.0) for first in range(1, BARS, 4))
        heard = cadences_of(phrases, notes, Bars.regular(metre=style.metre, number=BARS))
        yield from zip(harmony(style, seed)[3::4], heard, strict=True)


def right(chord: str, heard: Cadence) -> bool:
    """Whether a phrase that ends on this chord is heard to end so: all that end on the tonic come from a dominant."""
    return heard.close is (Close.HALF if chord == "V7" else Close.AUTHENTIC)


def main() -> None:
    """Print the shares, by how sure they are."""
    rows = [row for seed in SEEDS for row in made(seed)]
    print("| sure of it | share of the phrases | right |")
    print("|---|---|---|")
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 1.0)):
        told = [right(chord, heard) for chord, heard in rows if low <= heard.confidence < high]
        print(f"| {low:g} to {high:g} | {len(told) / len(rows):.2f} | {np.mean(told):.2f} |")
    print(f"| all | 1 | {np.mean([right(*row) for row in rows]):.2f} |")


if __name__ == "__main__":
    main()
