"""What makes one way of dancing a passage better than another, term by term."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from petipa.choreographer.form import Passage, Role
from petipa.choreographer.vocabulary import Kind, Motif
from petipa.choreography import StepPlaced, spending
from petipa.dancer import Capability
from petipa.lexicon import Lexicon, Side
from petipa.music.character import Character

TERMS: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "character": (1.0, "motifs that belong to the music's character"),
        "swell": (1.5, "effort that goes with the swell: calm where it is soft, strong where it is full"),
        "theme": (1.5, "what was danced to a phrase returns with it, or its other side does"),
        "economy": (0.8, "few motifs, each of them seen again"),
        "fresh": (1.0, "no motif three times running, none carried over into a phrase that sounds otherwise"),
        "like": (1.0, "the steps of the choreography it shall resemble"),
        "matter": (1.5, "dancing, not waiting and going about"),
        "sides": (0.6, "as much to the left as to the right"),
        "floor": (0.8, "the middle of the stage, room before a diagonal, never stuck at an edge"),
        "breath": (1.2, "effort within what she recovers"),
        "ease": (1.5, "each step has the time it usually takes, and no more than it can fill"),
        "ending": (0.8, "a phrase comes to rest, or runs on where the music does"),
        "accent": (0.5, "the music's accents meet a step's own"),
    }
)
"""Each term's weight and what it asks for."""

FILLS = 2.6
"""A step that is not held fills so much time beyond what it usually takes [s]."""
NEAR = 0.12
"""An accent is met within this [s]."""


@dataclass(frozen=True)
class Line:
    """A motif in its place: to the right or its other side, from `start` to `end` [beats], of `pulse` beats a pulse."""

    motif: Motif
    other: bool
    start: Fraction
    end: Fraction
    passage: int
    pulse: Fraction


@dataclass(frozen=True)
class Before:
    """What has been danced before a passage.

    Attributes
    ----------
    lines : tuple of Line
    steps : tuple of StepPlaced
    spent : float [s]
        Full effort beyond what she has recovered.
    right : float
        Lines to the right less those to the left.
    """

    lines: tuple[Line, ...] = ()
    steps: tuple[StepPlaced, ...] = ()
    spent: float = 0.0
    right: float = 0.0


def effort(steps: Sequence[StepPlaced], lexicon: Lexicon, seconds: Callable[[Fraction], float], spent: float) -> float:
    """Full effort beyond recovery after some steps [s]."""
    for _, after in spending(steps, lexicon, seconds, spent=spent):
        spent = after
    return spent


def terms_of(
    passages: Sequence[Passage],
    number: int,
    lines: Sequence[Line],
    steps: Sequence[StepPlaced],
    before: Before,
    *,
    lexicon: Lexicon,
    able: Capability,
    seconds: Callable[[Fraction], float],
    character: Character,
    accents: Sequence[float],
    like: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Each term for one way of dancing a passage; 0 is neutral, more is better.

    Parameters
    ----------
    steps : of these lines, the last of the lines before included in front
    """
    passage = passages[number]
    motifs = [line.motif for line in lines]
    count = len(lines)
    out: dict[str, float] = {}
    out["character"] = sum(1.0 if character in one.fits else 0.3 if not one.fits else -1.0 for one in motifs) / count
    low, high = 0.12, 0.6
    asked = low + (high - low) * (passage.swell if passage.role is not Role.CLIMAX else 1.0)
    length = float(sum(line.end - line.start for line in lines))
    vigour = sum(one.vigour * float(line.end - line.start) for one, line in zip(motifs, lines, strict=True)) / length
    out["swell"] = -abs(vigour - asked) / (high - low)
    alike = [line.motif.words for line in before.lines if passages[line.passage].label == passage.label]
    out["theme"] = sum(one.words in alike for one in motifs) / count if alike else 0.0
    known = {line.motif.words for line in before.lines}
    new = {one.words for one in motifs} - known
    out["economy"] = -len(new) / 3.0
    entries = [entry.key for one in motifs for entry in one.entries]
    out["like"] = sum(key in like for key in entries) / len(entries)
    running = [line.motif.words for line in before.lines[-2:]] + [one.words for one in motifs]
    thrice = sum(a == b == c for a, b, c in zip(running, running[1:], running[2:], strict=False))
    last = {line.motif.words for line in before.lines if line.passage == number - 1}
    carried = bool(alike) or number == 0 or passages[number - 1].label == passage.label
    kept = 0 if carried else len(last & {one.words for one in motifs if one.kind is not Kind.BREATHE})
    out["fresh"] = -float(thrice) - 0.5 * kept
    idle_beats = float(sum(line.end - line.start for line in lines if line.motif.kind in (Kind.BREATHE, Kind.RETURN)))
    gone = sum(one.words.startswith(("run", "walk")) for one in motifs)
    out["matter"] = -max(0.0, idle_beats / length - 0.25) * 2.0 - 0.4 * gone * (
        gone > 1 or passage.role is not Role.ENTRANCE
    )
    if passage.role is Role.CLIMAX:
        out["matter"] += 0.6 * sum(one.kind is Kind.LEAP for one in motifs)
    right = before.right + sum(
        -1.0 if line.other else 1.0 for line in lines if any(item.wishes.side for item in line.motif.items)
    )
    out["sides"] = -max(0.0, abs(right) - 1.0) / 2.0
    x, y = steps[-1].travel_to
    out["floor"] = -max(0.0, abs(x) - 2.4) - max(0.0, abs(y) - 3.2) / 2.0 - abs(y) / 12.0
    following = passages[number + 1].role if number + 1 < len(passages) else None
    if following is Role.CLIMAX:
        out["floor"] -= max(0.0, x + 1.5) / 2.0
    elif following is None:
        out["floor"] -= abs(y) / 4.0
    spent = effort(steps, lexicon, seconds, before.spent)
    out["breath"] = -max(0.0, spent - 0.35 * able.stamina) / 5.0
    hurried = idle = 0.0
    for one, after in itertools.pairwise(steps):
        entry, then = lexicon[one.entry], lexicon[after.entry]
        given = seconds(after.at) - seconds(one.at)
        usual = entry.takes(one.turns)[1] + then.ready(one.end)
        hurried += max(0.0, usual - given)
        if not (one.hold or entry.per_pace):
            idle += max(0.0, given - usual - FILLS)
    out["ease"] = -(1.5 * hurried + 0.5 * idle) / max(1, len(steps) - 1) * 4.0
    closes = motifs[-1].kind in (Kind.BREATHE, Kind.SING)
    ends = closes or passage.role is Role.CODA
    out["ending"] = 0.5 if ends else 0.0
    marks = [seconds(step.at) for step in steps[1:]]
    within = [a for a in accents if seconds(passage.start) <= a < seconds(passage.end)]
    met = sum(any(abs(a - mark) <= NEAR for mark in marks) for a in within)
    out["accent"] = met / len(within) if within else 0.0
    return out


def sided(steps: Sequence[StepPlaced]) -> tuple[int, int]:
    """Steps to the right and to the left."""
    return sum(step.side is Side.R for step in steps), sum(step.side is Side.L for step in steps)
