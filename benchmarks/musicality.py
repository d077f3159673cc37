"""How dances answer to their music, beside shuffled and other music: the table of docs/musicality.md.

``python -m benchmarks.musicality [--keep FOLDER] [--write] [NAME ...]``; the music is where ``PETIPA_DATA`` says.
Danced without costume, page or rehearsal, half a second of work a danced second. `--keep` has what was danced there
used again; `--write` puts the table into the document.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from petipa.errors import PetipaError
from petipa.measure import Assessment, Excitement, Musicality, Piece, excitement, measure, musicality
from petipa.motion import Motion
from petipa.motion import dance as danced
from petipa.music import CURVE_RATE, shipped_piece
from petipa.production import Account, Order, Programme, prepare, shipped_variation
from petipa.production.programme import counts_of
from petipa.showing import Shown

ROOT = Path(__file__).resolve().parents[1]
MUSIC = Path(os.environ.get("PETIPA_DATA", ROOT.parent / "shared" / "data")) / "music"
DOCUMENT = ROOT / "docs" / "musicality.md"
BEGIN, END = "<!-- python -m benchmarks.musicality --write -->\n", "<!-- end -->\n"

GIVEN = {
    "waltz": shipped_variation(),
    **{name: ROOT / "examples" / f"{name}.ballet" for name in ("chopin_op34_2", "nikiya", "shades", "sugar_plum")},
}
"""Texts that come with petipa, to the music their headers name."""


@dataclass(frozen=True)
class Dance:
    """A dance and everything measured of it."""

    name: str
    programme: Programme
    motion: Motion
    found: Assessment
    felt: Excitement

    def answers(self, piece: Piece) -> Musicality:
        """How it answers to its own or to another piece in its own bars."""
        whose = self.programme
        return musicality(piece, self.found, self.felt, self.motion, whose.dancer, whose.lexicon)


def dance_of(name: str, order: Order, folder: Path) -> Dance:
    """Dance an order, or take what `folder` has of it, and measure it."""
    programme = prepare(order, Account())
    kept = folder / f"{name}-{programme.key[:12]}.npz"
    if kept.is_file():
        motion = Motion.load(kept)
    else:
        steps, entries, seconds = programme.steps, programme.lexicon.entries, programme.music.seconds_at
        motion = danced(steps, entries, seconds, programme.dancer, where=counts_of(programme.music))
        kept.write_bytes(motion.to_bytes())
    found = measure(motion, programme.dancer, placed=programme.steps, lexicon=programme.lexicon, told=False)
    felt = excitement(found, motion, programme.lexicon, swell=programme.music.swell, swell_rate=CURVE_RATE)
    return Dance(name, programme, motion, found, felt)


def rows(dances: list[Dance]) -> Iterator[str]:
    """The table, a line a dance."""
    columns = ("dance", "bars", "accents", "breath", "repeats", "climax", "swell", "together", "to the others")
    columns += ("ms off", "worst", "PFC", "BAS")
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    every: dict[str, list[float]] = {}
    for dance in dances:
        own = dance.answers(dance.programme.piece)
        cells = []
        for name in ("accents", "breath", "repeats", "climax", "swell"):
            one = own.agreements.get(name)
            cells.append("–" if one is None else f"{one.value:.2f} ({one.z:+.1f})")
            if one is not None:
                every.setdefault(name, []).append(one.z)
        others = [
            dance.answers(other.programme.piece.over(dance.programme.piece)).together
            for other in dances
            if other.programme.music.source != dance.programme.music.source
        ]
        every.setdefault("together", []).append(own.together)
        every.setdefault("others", []).extend(others)
        beaten = sum(1 for other in others if other < own.together)
        beside = f"{np.mean(others):+.2f}, above {beaten} of {len(others)}" if others else "–"
        on, score = own.timing[0], own.published
        bars = dance.programme.piece.between(dance.felt.begins, dance.felt.dance_end).bars
        yield (
            f"| {dance.name} | {bars} | {' | '.join(cells)} | {own.together:+.2f} | {beside} | "
            f"{on.mean_ms:+.0f} ± {on.spread_ms:.0f} | {on.worst_ms:+.0f} | {score.pfc:.2f} | "
            f"{score.bas:.2f} ({score.bas_above_chance:+.2f}) |"
        )
    means = [f"{np.mean(every[name]):+.1f}" if every.get(name) else "–" for name in ("accents", "breath", "repeats")]
    means += [f"{np.mean(every[name]):+.1f}" if every.get(name) else "–" for name in ("climax", "swell")]
    beside = f"{np.mean(every['others']):+.2f}" if every.get("others") else "–"
    yield f"| mean z | | {' | '.join(means)} | {np.mean(every['together']):+.2f} | {beside} | | | | |"


def main() -> int:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    dances = []
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.keep or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in GIVEN.items():
            if asked.names and name not in asked.names:
                continue
            music = shipped_piece() if name == "waltz" else None
            try:
                dances.append(dance_of(name, Order(choreography=text, music=music, shown=Shown.DANCE), folder))
                print(f"{name} danced", file=sys.stderr, flush=True)
            except PetipaError as problem:
                print(f"{name}: {problem}", file=sys.stderr, flush=True)
    if not dances:
        print("no music to dance to: PETIPA_DATA says where it is")
        return 0
    table = "\n".join(rows(dances)) + "\n"
    print(table)
    if asked.write:
        text = DOCUMENT.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        DOCUMENT.write_text(before + BEGIN + table + END + rest.split(END)[1], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
