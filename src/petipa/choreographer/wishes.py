"""What must be in a choreography: where it can stand, or why it cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from petipa.choreographer.commission import Commission
from petipa.choreographer.form import Passage, Role
from petipa.choreographer.vocabulary import Kind, Motif, meant, motif_of, paced
from petipa.errors import ChoreographyError
from petipa.lexicon import Entry, Lexicon
from petipa.music import Music

PLACES: Mapping[str, tuple[Role, ...]] = {
    "turn": (Role.CODA, Role.BUILD, Role.CONTRAST, Role.CLIMAX, Role.THEME),
    "grand_allegro": (Role.CLIMAX, Role.CODA, Role.BUILD, Role.CONTRAST, Role.THEME),
    "adage": (Role.CONTRAST, Role.THEME, Role.ENTRANCE, Role.BUILD, Role.CODA),
}
"""Where a step of a family belongs, the best first; others stand in the middle of the dance."""
ELSEWHERE = (Role.CONTRAST, Role.THEME, Role.BUILD, Role.CODA, Role.CLIMAX, Role.ENTRANCE)


def included(
    wished: Commission, words: Sequence[Motif], passages: tuple[Passage, ...], music: Music, lexicon: Lexicon
) -> tuple[tuple[Passage, ...], dict[int, tuple[Motif, ...]]]:
    """The passages, joined where a wish needs more room than one has, and what must be in which.

    Raises
    ------
    ChoreographyError
        A wish that finds no room, or that another wish forbids.
    LanguageError
        A wish for a step that is not known.
    """
    asked: dict[int, tuple[Motif, ...]] = {}
    avoided = meant(wished.avoid, lexicon)
    for wish in wished.include:
        said = re.fullmatch(r"\s*(\d+)\s+(.+)", wish)
        number, name = (int(said[1]), said[2]) if said else (1, wish)
        entry = lexicon.sought(name)
        if entry.key in avoided:
            raise ChoreographyError(
                f"“{wish}” is to be in it, and {', '.join(wished.avoid)} to be avoided", would_work="one of the two"
            )
        ways = _ways(entry, number, words, lexicon)
        passages, place = _placed(wish, entry, ways, passages, asked, music)
        asked[place[0]] = place[1]
    return passages, asked


def _ways(entry: Entry, number: int, words: Sequence[Motif], lexicon: Lexicon) -> tuple[Motif, ...]:
    """Motifs that have a step so often."""
    name = entry.names.common
    if number == 1:
        found = [motif for motif in words if entry in motif.entries]
        texts = [f"{name} R /1, pas de bourrée R /1", f"{name} R /1, plié /1", f"{name} R /1"]
    else:
        found = []
        first, _, rest = name.partition(" ")
        many = f"{name}s" if rest.startswith("turn") else f"{first}s {rest}".strip()
        run = f"{number} {many} R /{number}"
        if entry.side_from == "keep":
            # It goes on from a turn on the same leg.
            texts = [f"fourth L croisé /1, pirouette en dehors R /1, {run}, pas de bourrée R /1"]
        else:
            texts = [run, f"plié /1, {run}", f"glissade R /1, {run}"]
    kind = Kind.TURN if entry.family == "turn" else Kind.DANCE
    return (*found, *(motif_of(text, kind, lexicon) for text in texts))


def _placed(
    wish: str,
    entry: Entry,
    ways: Sequence[Motif],
    passages: tuple[Passage, ...],
    asked: dict[int, tuple[Motif, ...]],
    music: Music,
) -> tuple[tuple[Passage, ...], tuple[int, tuple[Motif, ...]]]:
    roles = PLACES.get(entry.family, ELSEWHERE)
    free = [k for k in range(len(passages)) if k not in asked]
    for k in sorted(free, key=lambda k: (roles.index(passages[k].role) if passages[k].role in roles else 9, k)):
        fitting = _fitting(ways, passages[k], music)
        if fitting:
            return passages, (k, fitting)
    # The coda's phrases may run on into each other.
    codas = [k for k in free if passages[k].role is Role.CODA]
    for first in codas:
        for last in codas:
            if last <= first or any(k in asked for k in range(first, last + 1)):
                continue
            joined = replace(passages[last], start=passages[first].start, pulse=passages[first].pulse)
            fitting = _fitting(ways, joined, music)
            if fitting and max(asked, default=-1) < first:
                return (*passages[:first], joined, *passages[last + 1 :]), (first, fitting)
    raise ChoreographyError(
        f"“{wish}” finds no room: {_need(ways, passages, music)}",
        would_work="fewer of them, longer or slower music, or fewer other wishes",
    )


def _seconds(passage: Passage, music: Music) -> float:
    """A pulse of a passage [s]."""
    span = music.seconds_at(passage.end) - music.seconds_at(passage.start)
    return span * float(passage.pulse / (passage.end - passage.start))


def _fitting(ways: Sequence[Motif], passage: Passage, music: Music) -> tuple[Motif, ...]:
    able = paced(ways, _seconds(passage, music), passage.pulse, strict=False)
    return tuple(motif for motif in able if motif.pulses <= passage.pulses)


def _need(ways: Sequence[Motif], passages: tuple[Passage, ...], music: Music) -> str:
    longest = max(passages, key=lambda one: one.end - one.start)
    bar = music.layout.bar_at(longest.start)
    tempo = music.tempo.beats_per_minute(longest.start)
    have = int((longest.end - longest.start) / bar.length)
    able = paced(ways, _seconds(longest, music), longest.pulse, strict=False)
    if not able:
        return f"there is no time for it in {bar.metre} at {tempo:.0f}"
    bars = min(motif.pulses for motif in able) * longest.pulse / bar.length
    return f"it needs {float(bars):.0f} bars of {bar.metre} at {tempo:.0f}; the longest passage has {have}"
