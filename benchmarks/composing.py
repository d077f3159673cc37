"""Composed variations compared: what each term of the quality is good for, and how far seeds differ.

Each term is left out in turn; the others are then worth less or the same, and the one left out shows what it did.

python -m benchmarks.composing MUSIC... --seeds 3
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from petipa.choreographer import TERMS, Commission, Composed, compose
from petipa.dancer import load_dancer
from petipa.lexicon import load_lexicon
from petipa.music import Music, read_music, shipped_piece


def composed(music: Music, seeds: int, without: frozenset[str] = frozenset()) -> list[Composed]:
    """One for each seed."""
    lexicon, dancer = load_lexicon(), load_dancer()
    return [compose(music, lexicon, dancer, Commission(seed=seed), without=without) for seed in range(seeds)]


def common(one: Composed, other: Composed) -> float:
    """The share of motifs that two have in common, 0 to 1 (Jaccard)."""
    mine, theirs = ({line.motif.words for line in each.lines} for each in (one, other))
    return len(mine & theirs) / len(mine | theirs)


def table(musics: Sequence[Music], seeds: int) -> str:
    """Each term left out in turn: the mean of every term, per piece."""
    rows = {name: composed_terms(musics, seeds, frozenset({name})) for name in TERMS}
    whole = composed_terms(musics, seeds, frozenset())
    out = ["| left out | it falls from | to | what else changes most |", "|---|---|---|---|"]
    for name, terms in rows.items():
        others = {
            other: TERMS[other][0] * (terms[other] - whole[other]) for other in TERMS if other not in (name, "like")
        }
        most = max(others, key=lambda other: abs(others[other]))
        out.append(f"| {name} | {whole[name]:+.2f} | {terms[name]:+.2f} | {most} {others[most]:+.2f} |")
    return "\n".join(out)


def composed_terms(musics: Sequence[Music], seeds: int, without: frozenset[str]) -> dict[str, float]:
    """The mean of each term over pieces and seeds."""
    all_terms = [one.terms for music in musics for one in composed(music, seeds, without)]
    return {name: float(np.mean([terms.get(name, 0.0) for terms in all_terms])) for name in TERMS}


def main() -> None:
    """The command line: which pieces, and how many seeds of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("music", type=Path, nargs="*", default=[shipped_piece()])
    parser.add_argument("--seeds", type=int, default=3)
    told = parser.parse_args()
    musics = [read_music(path) for path in told.music]
    for music in musics:
        start = time.process_time()
        made = composed(music, told.seeds)
        taken = (time.process_time() - start) / told.seeds
        pairs = [common(a, b) for a, b in itertools.combinations(made, 2)]
        motifs = float(np.mean([len({line.motif.words for line in one.lines}) for one in made]))
        lines = float(np.mean([len(one.lines) for one in made]))
        print(
            f"{music.source}: {taken:.1f} s of processor for {music.duration:.0f} s, {motifs:.1f} motifs in "
            f"{lines:.1f} lines" + (f", {np.mean(pairs):.2f} in common between seeds" if pairs else "")
        )
    print(table(musics, told.seeds))


if __name__ == "__main__":
    main()
