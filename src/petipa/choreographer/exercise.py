"""An exercise of a class: small enchaînements put together as a teacher does, and judged as she would."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from petipa.choreographer import barre
from petipa.choreographer.quality import Line
from petipa.choreographer.request import UNIT, Request, table
from petipa.choreographer.score import phrase_of
from petipa.choreographer.vocabulary import Kind, Motif, motif_of
from petipa.choreography import (
    Choreography,
    Findings,
    Heading,
    Phrase,
    Position,
    SameItem,
    Side,
    StanceWish,
    Start,
    StepPlaced,
    Wishes,
    bars_of,
    check,
    parse,
    resolution,
    spell,
    write,
)
from petipa.errors import ChoreographyError
from petipa.lexicon import Entry, Lexicon, Place

TRIES = 400
ENOUGH = 8
"""So many exercises are found, and the best of them is given."""

BUSY = (0.35, 0.06)
"""Steps in a count at the barre that suit a class: of none, and more with every grade."""

_BOWS = ("reverence", "grande_reverence", "curtsy", "bow")
_FORMS = {
    1: ("A",),
    2: ("A A'", "A B", "A A"),
    4: ("A A' B C", "A A' A B", "A B A' C", "A A B C"),
    8: ("A A' B C A A' B D", "A B A' B' C C' A D", "A A' B B' A A' C D", "A A B C A A B D"),
}
"""Four counts a letter: said to one side, with a stroke to the other, and a close that is new."""


@dataclass(frozen=True)
class Exercise:
    """An exercise with its text and what it comes to, step by step."""

    request: Request
    choreography: Choreography
    text: str
    steps: tuple[StepPlaced, ...]


def exercise_of(request: Request, lexicon: Lexicon) -> Exercise:
    """An exercise as it is asked for.

    Raises
    ------
    ChoreographyError
        If none can be made; the message names the wishes.
    """
    rng = np.random.default_rng(request.seed)
    trials = (_barre_trials if request.barre else _centre_trials)(request, lexicon, rng)
    best: tuple[float, Exercise] | None = None
    found = 0
    known: dict[_Beginning, bool] = {}
    for motifs, start in itertools.islice(trials, TRIES):
        if motifs is None or not _begins(request, motifs, start, lexicon, known):
            continue
        exercise = _written(request, motifs, start, lexicon)
        if exercise is None:
            continue
        worth = _worth(exercise, motifs, lexicon)
        if best is None or worth > best[0]:
            best = (worth, exercise)
        found += 1
        if found == ENOUGH:
            break
    if best is None:
        raise _refused(request)
    return best[1]


Trial = tuple[list[tuple[Motif, bool]] | None, Start]
"""Enchaînements, each to the right or not, and how she stands before them."""


def _centre_trials(request: Request, lexicon: Lexicon, rng: np.random.Generator) -> Iterator[Trial]:
    words = _words(request, lexicon)
    for turn in itertools.count():
        yield _set(request, words, rng), _in_fifth((Side.R, Side.L)[turn % 2])


def _barre_trials(request: Request, lexicon: Lexicon, rng: np.random.Generator) -> Iterator[Trial]:
    facing = Wishes(facing=barre.FACING)
    fifth = Start("centre", StanceWish(place=Place.FIFTH, front=Side.R), facing)
    first = Start("centre", StanceWish(place=Place.FIRST), facing)
    begins, ends = (
        [figure for figure in some if all(_allowed(motif, request) for motif in figure)]
        for some in (barre.opens(request, lexicon), barre.closes(request, lexicon))
    )
    middle = [
        figure
        for figure in barre.figures(request, lexicon)
        if all(_allowed(motif, request) for motif in figure) and _closed(figure, ends, request, fifth, lexicon)
    ]
    for entry in request.include:
        if not any(entry in motif.entries for figure in (*begins, *middle, *ends) for motif in figure):
            raise _no_room(entry, request)
    start = first if barre.starts_in_first(request) else fifth
    while begins and ends:
        motifs = barre.put_together(request, middle, begins, ends, rng)
        yield (None if motifs is None else [(motif, False) for motif in motifs]), start


def _closed(
    figure: barre.Figure, ends: Sequence[barre.Figure], request: Request, start: Start, lexicon: Lexicon
) -> bool:
    """Whether a figure can be danced by itself, at this tempo, before one of the closes."""
    for end in ends:
        whole = [(motif, False) for motif in (*figure, *end)]
        short = replace(request, counts=UNIT * len(whole), other_side=False)
        if _written(short, whole, start, lexicon) is not None:
            return True
    return False


def _no_room(entry: Entry, request: Request) -> ChoreographyError:
    return ChoreographyError(
        f"{entry.names.common} does not go into {request.name} in {request.metre} at {request.tempo:g} counts a minute",
        would_work=f"a slower tempo, or {request.name} without it",
    )


def _in_fifth(front: Side) -> Start:
    return Start("centre", StanceWish(place=Place.FIFTH, front=front))


def _refused(request: Request) -> ChoreographyError:
    said = [f"{request.counts} counts of {request.name} in {request.metre} at {request.tempo:g} counts a minute"]
    said.append(f"for grade {request.grade}")
    if request.include:
        said.append("with " + ", ".join(entry.names.common for entry in request.include))
    if request.avoid:
        said.append("without " + ", ".join(entry.names.common for entry in request.avoid))
    if request.beaten is not None:
        said.append(f"with {request.beaten} beaten steps")
    usual = table()["kinds"][request.kind]["tempo"]
    return ChoreographyError(
        f"no exercise meets these wishes together: {'; '.join(said)}",
        would_work=f"fewer steps named, a higher grade, more counts, or the usual tempo of {usual} counts a minute",
    )


def _words(request: Request, lexicon: Lexicon) -> tuple[Motif, ...]:
    """The enchaînements of this kind at this grade, and some made for the steps that are wished."""
    texts = [str(words) for words in table()["motifs"][request.kind]]
    if request.kind == "petit_allegro" and request.beaten:
        texts += [str(words) for words in table()["motifs"]["batterie"]]
    motifs = [motif_of(words, Kind.QUICK, lexicon).scaled(request.share) for words in texts]
    known = {entry.key for motif in motifs for entry in motif.entries}
    for entry in request.include:
        if entry.key not in known or not any(_allowed(m, request) and entry in m.entries for m in motifs):
            around = _around(entry, request.kind)
            motifs += [motif_of(words, Kind.QUICK, lexicon).scaled(request.share) for words in around]
    able = tuple(motif for motif in motifs if _allowed(motif, request) and _alone(motif, request, lexicon))
    for entry in request.include:
        if not any(entry in motif.entries for motif in able):
            raise _no_room(entry, request)
    # A higher grade is not kept busy with what the first ones learn, where there is enough else.
    grown = tuple(m for m in able if 2 * m.difficulty >= request.grade or any(e in request.include for e in m.entries))
    if len(grown) >= ENOUGH // 2 and request.kind != "reverence":
        able = grown
    # What is wished returns on the other side, so it is taken where it can.
    for entry in request.include:
        with_it = [motif for motif in able if entry in motif.entries]
        twice = [motif for motif in with_it if _alone(motif, request, lexicon, twice=True)]
        if twice:
            able = tuple(motif for motif in able if motif in twice or motif not in with_it)
    return able


def _alone(motif: Motif, request: Request, lexicon: Lexicon, *, twice: bool = False) -> bool:
    """Whether it can be danced at this tempo by itself, or to both sides, with one foot in front or the other."""
    sides = (False, True) if twice else (False,)
    short = replace(request, counts=int(motif.pulses) * len(sides), other_side=False)
    motifs = [(motif, other) for other in sides]
    return any(_written(short, motifs, _in_fifth(front), lexicon) is not None for front in Side)


def _allowed(motif: Motif, request: Request) -> bool:
    spun = max(
        (e.difficulty + 2 * ((i.wishes.turns or 1) - 1) for i, e in zip(motif.items, motif.entries, strict=True))
    )
    if spun > request.hardest or any(entry in request.avoid for entry in motif.entries):
        return False
    return not (request.beaten == 0 and any(entry.beats for entry in motif.entries))


def _around(entry: Entry, kind: str) -> tuple[str, ...]:
    """Ways into and out of a step that has no enchaînement of its own."""
    name = entry.names.common
    if entry.springs and kind == "grand_allegro":
        return tuple(
            f"{into} R /1, {name} R /1, pas de bourrée {out} /1, plié /1"
            for into in ("glissade", "chassé", "tombé", "pas de bourrée")
            for out in ("R", "L")
        )
    if entry.springs:
        return (
            *(
                f"{name} R /2, {after} /1, {last} /1"
                for after in ("assemblé L", "assemblé R", "changement", "pas de bourrée")
                for last in ("changement", "plié")
            ),
            # Those that take long to make ready for.
            *(f"{name} R /2, {after} /2" for after in ("assemblé L", "assemblé R", "changement", "plié")),
            *(
                f"{into} /2, {name} R /1, {after} /1"
                for into in ("glissade R", "glissade L", "changement")
                for after in ("assemblé L", "assemblé R")
            ),
            f"{name} R /1, {name} L /1, changement /1, changement /1",
            f"glissade R /1, {name} R /1, pas de bourrée /1, changement /1",
            f"{name} R /1, plié /1, {name} R /1, plié /1",
        )
    if kind in ("petit_allegro", "batterie", "grand_allegro"):
        return tuple(
            f"{name} R /2, {after}"
            for after in ("assemblé L /2", "assemblé R /2", "pas de bourrée /2", "changement /2", "plié /2")
        )
    return (f"{name} R /2, plié /2", f"{name} R /2, pas de bourrée R /2", f"{name} R /2, {name} L /2", f"{name} R /4")


def _set(request: Request, words: Sequence[Motif], rng: np.random.Generator) -> list[tuple[Motif, bool]] | None:
    """Enchaînements one after another, with every wished step in one of them."""
    left = int(request.counts / (UNIT * request.share))
    out: list[tuple[Motif, bool]] = []
    if not words:
        return None
    missing = [entry for entry in request.include]
    shuffled = [words[int(k)] for k in rng.permutation(len(words))]
    # What is wished comes first, so that it is what returns.
    chosen: list[Motif] = []
    for entry in missing:
        if not any(entry in motif.entries for motif in chosen):
            motif = next((m for m in shuffled if entry in m.entries), None)
            if motif is None:
                return None
            chosen.append(motif)
    if request.beaten:
        beaten = {e.key for m in chosen for e in m.entries if e.beats}
        for motif in shuffled:
            fresh = {e.key for e in motif.entries if e.beats}
            if fresh and len(beaten | fresh) <= request.beaten and len(beaten) < request.beaten:
                chosen.append(motif)
                beaten |= fresh
        shuffled = [m for m in shuffled if {e.key for e in m.entries if e.beats} <= beaten]
    queue = [*chosen, *(motif for motif in shuffled if motif not in chosen)]
    while left:
        size = max(number for number in _FORMS if number <= left)
        if size == 8 and rng.random() < 0.25:
            size = 4
        form = _FORMS[size][int(rng.integers(len(_FORMS[size])))].split()
        names = sorted({sign[0] for sign in form})
        if len(queue) < len(names):
            queue += [motif for motif in shuffled]
        if len(queue) < len(names):
            queue += shuffled * len(names)
        named = dict(zip(names, queue, strict=False))
        queue = queue[len(names) :]
        out += [(named[sign[0]], sign.endswith("'")) for sign in form]
        left -= size
    keys = {entry.key for motif, _ in out for entry in motif.entries}
    if not {entry.key for entry in request.include} <= keys:
        return None
    if request.beaten is not None:
        beats = {entry.key for motif, _ in out for entry in motif.entries if entry.beats}
        if len(beats) != request.beaten:
            return None
    return out


_Beginning = tuple[Start, tuple[tuple[str, bool], ...]]


def _begins(
    request: Request,
    motifs: Sequence[tuple[Motif, bool]],
    start: Start,
    lexicon: Lexicon,
    known: dict[_Beginning, bool],
) -> bool:
    """Whether the motifs can be danced so far as the last but one; what was tried before is `known`."""
    for count in range(1, len(motifs)):
        key = start, tuple((motif.words, other) for motif, other in motifs[:count])
        if key not in known:
            known[key] = _sound(
                check(_laid(replace(request, other_side=False), motifs[:count], start, lexicon), lexicon)
            )
        if not known[key]:
            return False
    return True


def _sound(found: Findings) -> bool:
    """Whether nothing speaks against it but notes."""
    return all(finding.code.value.startswith("N") for finding in found)


def _laid(request: Request, motifs: Sequence[tuple[Motif, bool]], start: Start, lexicon: Lexicon) -> Choreography:
    """Motifs one after another, and the other side."""
    beats = request.beats
    headings = [
        Heading("title", f"{request.name[0].upper()}{request.name[1:]}, grade {request.grade}"),
        Heading("tempo", f"{request.tempo * beats:g} {request.metre}"),
    ]
    if str(request.metre) == "3/4":
        headings.append(Heading("counting", "bars"))
    headings.append(Heading("school", request.school.value))
    counts = request.counts
    per_bar = request.metre.beats // beats
    last = -(-counts // per_bar)
    whole = Phrase((SameItem(1, last, other_side=True),), Position(last + 1, None, 2 * last))
    empty = Choreography(tuple(headings), start, (whole,))
    bars = bars_of(empty, number=2 * last)
    lines: list[Line] = []
    at = Fraction(0)
    for motif, other in motifs:
        until = at + motif.pulses * beats
        lines.append(Line(motif, other, at, until, 0, Fraction(beats)))
        at = until
    phrases = tuple(phrase_of(line, bars, lexicon) for line in lines)
    return Choreography(tuple(headings), start, (*phrases, whole) if request.other_side else phrases)


def _written(request: Request, motifs: Sequence[tuple[Motif, bool]], start: Start, lexicon: Lexicon) -> Exercise | None:
    """The exercise as text, if it can be danced."""
    choreography = _laid(request, motifs, start, lexicon)
    if resolution(choreography, lexicon, bars_of(choreography)).findings:
        return None
    text = write(spell(choreography, lexicon))
    read = parse(text)
    if not _sound(check(read, lexicon)):
        return None
    done = resolution(read, lexicon, bars_of(read)).steps
    bowed = request.kind == "reverence" and done[-1].entry in _BOWS
    if done[-1].end.position not in (Place.FIFTH, Place.FIRST) and not bowed:
        return None
    return Exercise(request, read, text, done)


def _worth(exercise: Exercise, motifs: Sequence[tuple[Motif, bool]], lexicon: Lexicon) -> float:
    """How a teacher would like it: both legs work, little is said over and over, and it ends as it should."""
    steps = [step for step in exercise.steps if step.entry not in ("stand", "plie")]
    if exercise.request.other_side:
        steps = steps[: max(1, len(steps) // 2)]
    uses = Counter(step.entry for step in steps)
    sides = sum(1 if step.side is Side.R else -1 for step in steps)
    variety = len(uses) / math.sqrt(len(steps))
    # A changement more than there is need of is a filler.
    filler = uses.get("changement", 0) / len(steps)
    wished = sum(uses[entry.key] for entry in exercise.request.include) / len(steps)
    first = steps[0].entry in {e.key for e in exercise.request.include}
    # What a grade has learnt is danced in it.
    harder = sum(motif.difficulty for motif, _ in motifs) / len(motifs) / exercise.request.hardest
    # What has no side is no other side of itself.
    same = sum(
        one is two and all(item.wishes.side is None for item in one.items)
        for (one, _), (two, _) in itertools.pairwise(motifs)
    )
    # A class is closed by a bow.
    bows = exercise.request.kind == "reverence" and steps[-1].entry in _BOWS
    if exercise.request.barre:
        # The foot has more to do from grade to grade.
        busy = len(steps) / exercise.request.counts
        return variety - 3.0 * abs(busy - BUSY[0] - BUSY[1] * exercise.request.grade) + wished + 0.5 * harder
    turns = exercise.request.kind in ("turns", "pirouettes")
    turned = sum(any(e.family == "turn" for e in motif.entries) for motif, _ in motifs) / len(motifs) if turns else 0.0
    return bows + turned + variety - 0.5 * same - 0.6 * abs(sides) / len(steps) - filler + wished + 0.3 * first + harder


__all__ = ["Exercise", "exercise_of"]
