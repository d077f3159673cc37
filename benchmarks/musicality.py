"""How texts and dances answer to their music, beside shuffled and other music: the tables of docs/musicality.md.

``python -m benchmarks.musicality [NAME ...] [--keep FOLDER] [--dance [NAME ...]] [--write]``; music: ``PETIPA_DATA``.
Texts are measured as written, each step on its count; with `--dance` all or some are danced as well, without costume,
page or rehearsal, in half a second of work a danced second. What lies in `--keep` from before is used again; `--write`
puts the tables into the document.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from petipa.choreographer import Commission
from petipa.errors import PetipaError
from petipa.measure import Musicality, Piece, as_written, excitement, measure, musicality
from petipa.motion import Motion, dance
from petipa.music import CURVE_RATE, shipped_piece
from petipa.production import Account, Order, Programme, compose_for, prepare, shipped_variation
from petipa.production.ledger import digest
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
PIECES = {
    "waltz": shipped_piece(),
    "shades": MUSIC / "midi" / "minkus_bayadere_shades.mid",
    "nikiya": MUSIC / "midi" / "minkus_bayadere_nikiya.mid",
    "allegretto": MUSIC / "midi" / "minkus_bayadere_allegretto.mid",
    "brahms_op39_15": MUSIC / "midi" / "brahms_waltz_op39_15.mid",
    "anitra": MUSIC / "midi" / "grieg_anitras_dance.mid",
    "chopin_op64_1": MUSIC / "musicxml" / "chopin_waltz_op64_1.musicxml",
    "sugar_plum": MUSIC / "audio" / "sugar_plum_macleod.ogg",
}
"""Music that is composed to."""
NAMES = ("accents", "breath", "repeats", "climax", "swell")


@dataclass(frozen=True)
class Dance:
    """A text in its music; danced, where that was asked."""

    name: str
    programme: Programme
    motion: Motion | None = None
    made: bool = False

    def answers(self, piece: Piece) -> Musicality:
        """How it answers, as written, to its own or to another piece in its own bars."""
        whose = self.programme
        return as_written(piece, whose.steps, whose.lexicon, whose.music.seconds_at)

    def danced(self) -> Musicality:
        """How it answers as danced."""
        assert self.motion is not None
        whose = self.programme
        found = measure(self.motion, whose.dancer, placed=whose.steps, lexicon=whose.lexicon, told=False)
        felt = excitement(found, self.motion, whose.lexicon, swell=whose.music.swell, swell_rate=CURVE_RATE)
        return musicality(whose.piece, found, felt, self.motion, whose.dancer, whose.lexicon)


def composed(name: str, music: Path, folder: Path) -> Path:
    """The text composed to a piece, or what `folder` has of it."""
    path = folder / f"composed-{name}.ballet"
    if not path.is_file():
        path.write_text(compose_for(music, Commission()).text, encoding="utf-8")
    return path


def motion_of(name: str, programme: Programme, folder: Path) -> Motion:
    """A programme danced, or what `folder` has of it."""
    steps, entries, seconds = programme.steps, programme.lexicon.entries, programme.music.seconds_at
    kept = folder / f"{name}-{digest(repr(steps), *(f'{seconds(step.at):.4f}' for step in steps))[:12]}.npz"
    if not kept.is_file():
        motion = dance(steps, entries, seconds, programme.dancer, where=counts_of(programme.music))
        kept.write_bytes(motion.to_bytes())
    return Motion.load(kept)


def cells(found: Musicality) -> list[str]:
    """Value and z of every agreement."""
    every = [found.agreements.get(name) for name in NAMES]
    return ["–" if one is None else f"{one.value:.2f} ({one.z:+.1f})" for one in every]


def lines(head: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in body)


def written_rows(dances: Sequence[Dance]) -> Iterator[list[str]]:
    """A row a text, and the mean of every z."""
    pieces = {one.programme.music.source: one.programme.piece for one in dances}
    every: dict[str, list[float]] = {}
    for one in dances:
        own = one.answers(one.programme.piece)
        others = [
            one.answers(piece.over(one.programme.piece)).together
            for source, piece in pieces.items()
            if source != one.programme.music.source
        ]
        for name, agreement in own.agreements.items():
            every.setdefault(name, []).append(agreement.z)
        every.setdefault("together", []).append(own.together)
        every.setdefault("others", []).extend(others)
        above = sum(1 for other in others if other < own.together)
        beside = f"{np.mean(others):+.2f}, above {above} of {len(others)}" if others else "–"
        yield [one.name, str(one.programme.piece.bars), *cells(own), f"{own.together:+.2f}", beside]
    means = [f"{np.mean(every[name]):+.2f}" if every.get(name) else "–" for name in (*NAMES, "together", "others")]
    yield ["mean z", "", *means]


def danced_rows(dances: Sequence[Dance]) -> Iterator[list[str]]:
    """A row a dance."""
    for one in dances:
        if one.motion is None:
            continue
        found = one.danced()
        on, score = found.timing[0], found.published
        assert score is not None
        yield [
            *(
                f"{one.name}, composed" if one.made else one.name,
                str(on.steps),
                f"{on.mean_ms:+.0f} ± {on.spread_ms:.0f}",
                f"{on.worst_ms:+.0f} ({on.worst})",
            ),
            *(*cells(found), f"{found.together:+.2f}", f"{score.pfc:.2f}"),
            f"{score.bas:.2f} ({score.bas_above_chance:+.2f})",
        ]


def tables(given: Sequence[Dance], made: Sequence[Dance]) -> Iterator[str]:
    """All of them."""
    head = ("text", "bars", *NAMES, "together", "to the others")
    for words, dances in (("Given, as written:", given), ("Composed, as written:", made)):
        if dances:
            yield from (words, "", *lines(head, written_rows(dances)), "")
    rows = list(danced_rows([*given, *made]))
    if rows:
        head = ("dance", "steps", "ms off", "worst", *NAMES, "together", "PFC", "BAS (above chance)")
        yield from ("As danced:", "", *lines(head, rows), "")


def main() -> int:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--dance", nargs="*")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found: dict[bool, list[Dance]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.keep or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        orders = [(name, False) for name in GIVEN] + [(name, True) for name in PIECES]
        for name, made in orders:
            called = f"composed-{name}" if made else name
            if asked.names and called not in asked.names:
                continue
            try:
                text = composed(name, PIECES[name], folder) if made else GIVEN[name]
                order = Order(choreography=text, music=PIECES[name] if made else None, shown=Shown.DANCE)
                programme = prepare(order, Account())
                danced = asked.dance is not None and (not asked.dance or called in asked.dance)
                motion = motion_of(called, programme, folder) if danced else None
                found[made].append(Dance(name, programme, motion, made))
            except PetipaError as problem:
                print(f"{called}: {problem}", file=sys.stderr, flush=True)
                continue
            print(f"{called} done", file=sys.stderr, flush=True)
        text = "\n".join(tables(found[False], found[True])) + "\n"
    print(text)
    if asked.write:
        before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
        DOCUMENT.write_text(before + BEGIN + "\n" + text + END + rest.split(END)[1], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
