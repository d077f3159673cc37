"""A whole class for a grade: barre, centre, turns, jumps and the bow, in the order in which they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from petipa.choreographer.barre import figures
from petipa.choreographer.exercise import Exercise, exercise_of
from petipa.choreographer.request import Request, request_of, table
from petipa.choreographer.vocabulary import Kind, motif_of
from petipa.errors import LanguageError
from petipa.lexicon import Entry, Lexicon, School

PARTS = {
    "At the barre": ("plie", "tendu", "degage", "rond_de_jambe", "fondu", "frappe", "developpe", "grand_battement"),
    "In the centre": ("centre_tendu", "adage", "turns", "pirouettes"),
    "Allegro": ("petit_allegro", "batterie", "grand_allegro"),
    "Révérence": ("reverence",),
}


@dataclass(frozen=True)
class Lesson:
    """What a class consists of: its grade and what is asked of each exercise, in order."""

    grade: int
    requests: tuple[Request, ...]

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Class, grade {self.grade}"

    def exercises(self, lexicon: Lexicon) -> Iterator[Exercise]:
        """The exercises, one after another, each as it is made.

        Raises
        ------
        ChoreographyError
            If one cannot be made as it is wished.
        """
        return (exercise_of(request, lexicon) for request in self.requests)


def lesson_of(words: str, lexicon: Lexicon, *, school: School = School.VAGANOVA, seed: int = 0) -> Lesson:
    """The class that words ask for: a grade or a level, steps that must be in it, and steps it does without.

    Raises
    ------
    LanguageError
        If a word is not understood, or the wishes cannot be met together.
    """
    own = re.search(r"\d\s*(?:counts?|bars?)\b|\b\d+/\d+\b|\btempo\b|\bbpm\b", words.lower())
    if own is not None:
        raise LanguageError(
            f"“{own[0]}” is said of a whole class, in which every exercise has its own",
            would_work="grade 5, with pas de chat, without entrechats; or a single exercise, without --whole",
        )
    # The révérence asks for nothing, so whatever else is said stays over for the class.
    base = request_of(f"révérence {words}", lexicon, school=school, seed=seed)
    requests = []
    for kind, one in table()["kinds"].items():
        if not int(one["from"]) <= base.grade <= int(one.get("until", base.grade)):
            continue
        plain = request_of(f"{one['name']}, grade {base.grade}", lexicon, school=school, seed=seed)
        assert plain.kind == kind
        both = kind != "reverence"
        requests.append(replace(plain, avoid=base.avoid, other_side=both))
    for entry in base.include:
        at = _belongs(entry, requests, lexicon)
        requests[at] = replace(requests[at], include=(*requests[at].include, entry))
    return Lesson(base.grade, tuple(requests))


def _belongs(entry: Entry, requests: list[Request], lexicon: Lexicon) -> int:
    """Which exercise of the class a step that is wished belongs to, the jumps before the barre."""
    kinds = [request.kind for request in requests]
    words = table()["motifs"]
    for number in reversed(range(len(requests))):
        if requests[number].barre:
            made = [motif for figure in figures(requests[number], lexicon) for motif in figure]
        else:
            made = [motif_of(str(text), Kind.QUICK, lexicon) for text in words[kinds[number]]]
        if any(entry in motif.entries for motif in made):
            return number
    kind = entry.family if entry.family in kinds else "petit_allegro" if entry.springs else "adage"
    if entry.turns is not None and not entry.springs:
        kind = "turns" if "turns" in kinds else "pirouettes"
    if kind not in kinds:
        grade = table()["kinds"][kind]["from"]
        raise LanguageError(
            f"{entry.names.common} belongs to {table()['kinds'][kind]['name']}, which a class of grade"
            f" {requests[0].grade} has not",
            would_work=f"grade {grade}",
        )
    return kinds.index(kind)


def part_of(request: Request) -> str:
    """The part of the class an exercise belongs to."""
    return next(part for part, kinds in PARTS.items() if request.kind in kinds)


def minutes(exercise: Exercise) -> float:
    """How long it is danced, with the other side [min]."""
    request = exercise.request
    return request.counts * (2 if request.other_side else 1) / request.tempo


__all__ = ["PARTS", "Lesson", "lesson_of", "minutes", "part_of"]
