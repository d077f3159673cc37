"""The film's seconds a frame in each quality, at 1280x720 and on two cores, once the first frame is there."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from petipa.production import FilmKind, Order, perform

WANTED = {FilmKind.DRAFT: 0.12, FilmKind.FINAL: 0.25}
"""Seconds a frame without a graphics card, at most."""
SPAN = (15, 22)
"""Bars of the shipped piece that are filmed: slow and quick, near and far."""


def time_film(*, bars: tuple[int, int], size: tuple[int, int]) -> dict[FilmKind, str]:
    """What each film says of itself: what drew it, and how quickly."""
    said: dict[FilmKind, str] = {}
    with tempfile.TemporaryDirectory(prefix="petipa-bench-") as folder:
        for kind in WANTED:
            order = Order(out=Path(folder), film=kind, first_bar=bars[0], last_bar=bars[1], size=size)
            said[kind] = next(remark for remark in perform(order).remarks if "a frame" in remark)
    return said


def show(said: dict[FilmKind, str]) -> None:
    """Print a line a quality."""
    for kind, remark in said.items():
        seconds = re.search(r"at ([\d.]+) s a frame", remark)
        taken = seconds[1] if seconds else "?"
        print(f"{kind.value:>8} {taken:>7} s a frame (wanted: {WANTED[kind]} at most)  {remark}")


def main() -> None:
    """The command line: which bars, and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=int, nargs=2, default=list(SPAN), metavar=("FROM", "TO"))
    parser.add_argument("--size", type=int, nargs=2, default=[1280, 720], metavar=("WIDTH", "HEIGHT"))
    given = parser.parse_args()
    show(time_film(bars=(given.bars[0], given.bars[1]), size=(given.size[0], given.size[1])))


if __name__ == "__main__":
    main()
