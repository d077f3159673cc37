"""Each stage of a performance as seconds for a second danced, and the film's seconds a frame."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from petipa.errors import StageError
from petipa.production import FILM_RATE, FilmKind, Order, perform
from petipa.stage.browser import find_browser

SPAN = (5, 8)
"""Bars of the shipped piece danced for the benchmark."""


@dataclass(frozen=True)
class Timed:
    """Seconds of each stage, and the seconds danced."""

    seconds: Mapping[str, float]
    danced: float

    @property
    def without_film(self) -> float:
        """Seconds for a second danced, all but the film."""
        return sum(taken for name, taken in self.seconds.items() if name != "film") / self.danced

    @property
    def film_frame(self) -> float | None:
        """Seconds a frame of the film; None where none was made."""
        film = self.seconds.get("film")
        return None if film is None else film / (self.danced * FILM_RATE)


def time_stages(*, music: Path | None = None, choreography: Path | None = None, bars: tuple[int, int] | None) -> Timed:
    """Perform some bars once to compile what is compiled on first use, and once for the clock."""
    film = FilmKind.DRAFT
    try:
        find_browser()
    except StageError as problem:
        film = FilmKind.NONE
        print(f"no film: {problem.what}")
    first, last = bars if bars is not None else (None, None)
    with tempfile.TemporaryDirectory(prefix="petipa-bench-") as folder:
        warm = Order(out=Path(folder) / "warm", film=FilmKind.NONE, first_bar=SPAN[0], last_bar=SPAN[0])
        perform(warm)
        order = Order(
            music=music,
            choreography=choreography,
            out=Path(folder) / "out",
            film=film,
            first_bar=first,
            last_bar=last,
        )
        made = perform(order)
    return Timed(made.seconds, made.danced_seconds)


def show(timed: Timed) -> None:
    """Print a line a stage."""
    for name, taken in timed.seconds.items():
        print(f"{name:>10} {taken:8.2f} s {taken / timed.danced:8.3f} s for a second danced")
    print(f"{'no film':>10} {'':10} {timed.without_film:8.3f} s for a second danced (wanted: 6 at most)")
    if timed.film_frame is not None:
        print(f"{'film':>10} {'':10} {timed.film_frame:8.3f} s a frame, its beginning and the encoding included")


def main() -> None:
    """The command line: which bars of which piece."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=int, nargs=2, default=list(SPAN), metavar=("FROM", "TO"))
    parser.add_argument("--whole", action="store_true", help="the whole piece")
    parser.add_argument("--music", type=Path)
    parser.add_argument("--choreography", type=Path)
    given = parser.parse_args()
    bars = None if given.whole else (given.bars[0], given.bars[1])
    show(time_stages(music=given.music, choreography=given.choreography, bars=bars))


if __name__ == "__main__":
    main()
