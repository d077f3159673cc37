"""What makes one way of dancing a passage better than another, term by term.

Most terms know a passage by its motifs alone (`promised`), and so can compare hundreds of ways before a step of them is
placed; room, breath and ease need the steps (`kept`).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from petipa.choreographer.form import Passage, Role
from petipa.choreographer.heard import Heard
from petipa.choreographer.vocabulary import LEFT, Kind, Motif, Stroke
from petipa.choreography import StepPlaced, spending
from petipa.dancer import Capability
from petipa.lexicon import Lexicon
from petipa.music.character import Character

TERMS: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "character": (1.2, "motifs that belong to the music's character"),
        "swell": (1.5, "effort that goes with the swell: calm where it is soft, strong where it is full"),
        "shape": (2.5, "bar by bar, height and travel where the music is full, small where it is soft"),
        "summit": (2.0, "the greatest feat in the bar of the music's climax, and leaps on the way to it"),
        "waits": (1.0, "a pose held where the music waits, and nothing done in its silence"),
        "theme": (4.0, "what was danced to a phrase returns with it, or its other side does"),
        "economy": (0.8, "few motifs, each of them seen again"),
        "fresh": (1.0, "nothing so often that it becomes a list, nothing carried over into another sound"),
        "like": (1.0, "the steps of the choreography it shall resemble"),
        "taste": (0.6, "what this seed's choreographer likes"),
        "matter": (1.5, "dancing, not waiting and going about"),
        "sides": (0.6, "as much to the left as to the right"),
        "figures": (0.8, "a circle of the stage where the coda has room, and no diagonal worn out"),
        "floor": (0.8, "the middle of the stage, room before a diagonal, never stuck at an edge"),
        "breath": (1.2, "effort within what she recovers"),
        "ease": (1.5, "each step has the time it usually takes, and no more than it can fill"),
        "ending": (1.2, "less is asked in a phrase's last bar than in the others; the last of all ends in a feat"),
        "accent": (1.5, "the music's accents meet a step's own, more than they would a bar sooner or later"),
    }
)
"""Each term's weight and what it asks for."""

FILLS = 2.6
"""A step that is not held fills so much time beyond what it usually takes [s]."""
NEAR = 0.08
"""An accent is met within this [s]."""
FAST = 1.0
"""A bar in which she covers so many metres a second is as large as any."""
MIDDLING = 0.35
"""How large a bar of dancing usually is, of 1."""
SERIES = (Kind.LEAP, Kind.TURN)
"""What may follow itself to one side, in a line across the stage."""
CIRCLE = 9.0
"""A way round so long goes round the stage [m]."""
WORN = 4
"""A motif danced so often is known by heart."""


@dataclass(frozen=True)
class Line:
    """A motif in its place: to the right or its other side, from `start` to `end` [beats], of `pulse` beats a pulse."""

    motif: Motif
    other: bool
    start: Fraction
    end: Fraction
    passage: int
    pulse: Fraction

    def strokes(self) -> list[tuple[float, float, Stroke]]:
        """Each step with the beat it falls on and the beats it has; the last gets what is left over."""
        start, pulse = float(self.start), float(self.pulse)
        out = [(start + one.at * pulse, one.length * pulse, one) for one in self.motif.strokes]
        at, _, last = out[-1]
        out[-1] = (at, float(self.end) - at, last)
        return out

    @property
    def figure(self) -> tuple[str, bool] | None:
        """The way across the stage that its words say, and the side it is taken to; None where they say none."""
        toward = next((item.wishes.toward for item in self.motif.items if item.wishes.toward), None)
        if self.motif.kind not in (Kind.LEAP, Kind.TURN) or toward is None:
            return None
        return toward, self.other


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

    @cached_property
    def uses(self) -> Counter[str]:
        """How often each motif was danced."""
        return Counter(line.motif.words for line in self.lines)

    @cached_property
    def figures(self) -> Counter[tuple[str, bool]]:
        """How often each way across the stage was taken."""
        return Counter(figure for line in self.lines if (figure := line.figure) is not None)

    @cached_property
    def went_round(self) -> bool:
        """Whether she has gone round the stage."""
        return any(line.motif.kind is Kind.ROUND for line in self.lines)


def effort(steps: Sequence[StepPlaced], lexicon: Lexicon, seconds: Callable[[Fraction], float], spent: float) -> float:
    """Full effort beyond recovery after some steps [s]."""
    for _, after in spending(steps, lexicon, seconds, spent=spent):
        spent = after
    return spent


def promised(
    passages: Sequence[Passage],
    number: int,
    lines: Sequence[Line],
    before: Before,
    heard: Heard,
    *,
    character: Character,
    like: frozenset[str] = frozenset(),
    taste: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """Each term that a passage's motifs decide; 0 is neutral, more is better.

    Parameters
    ----------
    taste : mapping of str to float, -1 to 1
        How well a motif, by its words, is liked.
    """
    passage = passages[number]
    motifs = [line.motif for line in lines]
    count = len(lines)
    out: dict[str, float] = {}
    out["character"] = sum(1.0 if character in one.fits else 0.3 if not one.fits else -1.0 for one in motifs) / count
    low, high = 0.12, 0.6
    lift = {Role.CLIMAX: 1.0, Role.BUILD: 0.25}.get(passage.role, 0.0)
    asked = low + (high - low) * min(1.0, passage.swell + lift)
    length = float(sum(line.end - line.start for line in lines))
    vigour = sum(one.vigour * float(line.end - line.start) for one, line in zip(motifs, lines, strict=True)) / length
    out["swell"] = -abs(vigour - asked) / (high - low)
    strokes = [one for line in lines for one in line.strokes()]
    out |= _answers(passage, strokes, heard)
    alike = {line.motif.words for line in before.lines if passages[line.passage].label == passage.label}
    steps = frozenset[str]().union(*(line.motif.keys for line in before.lines if line.motif.words in alike))
    # Other motifs of the same steps are half a return.
    known = sum(1.0 if one.words in alike else 0.5 * len(one.keys & steps) / len(one.keys) for one in motifs) / count
    # What comes back late, or a third time, comes back grown: half of it is the theme, half goes beyond it.
    times = sum(one.label == passage.label for one in passages[:number])
    grows = passage.role in (Role.BUILD, Role.CLIMAX, Role.CODA) or times >= 2
    out["theme"] = min(1.0, 2.0 * known) if grows else known
    new = {one.words for one in motifs} - before.uses.keys()
    out["economy"] = -len(new) / 3.0
    keys = frozenset().union(*(one.keys for one in motifs))
    out["like"] = sum(key in like for key in keys) / len(keys) if like else 0.0
    out["taste"] = sum(taste.get(one.words, 0.0) for one in motifs) / count
    out["fresh"] = _fresh(passages, number, lines, before, alike)
    # Going back to where a diagonal begins belongs to it.
    following = passages[number + 1].role if number + 1 < len(passages) else None
    back = lines[-1:] if following is Role.CLIMAX and motifs[-1].kind is Kind.RETURN else ()
    waiting = [line for line in lines if line.motif.kind in (Kind.BREATHE, Kind.RETURN) and line not in back]
    idle = float(sum(line.end - line.start for line in waiting))
    gone = sum(one.words.startswith(("run", "walk")) for one in motifs) - len(back)
    out["matter"] = -max(0.0, idle / length - 0.25) * 2.0
    if passage.role is not Role.CLIMAX:
        out["matter"] -= 0.4 * gone * (gone > 1 or passage.role is not Role.ENTRANCE)
    right = before.right + sum(
        -1.0 if line.other else 1.0 for line in lines if any(item.wishes.side for item in line.motif.items)
    )
    out["sides"] = -max(0.0, abs(right) - 1.0) / 2.0
    out["figures"] = _figures(passage, lines, before)
    return out


def _answers(passage: Passage, strokes: Sequence[tuple[float, float, Stroke]], heard: Heard) -> dict[str, float]:
    """What of a passage answers to its bars: shape, summit, waits, ending and accent."""
    bars = heard.bars(float(passage.start), float(passage.end))
    first, number = bars.start, len(bars)
    height, metres, energy, feat, leaps = ([0.0] * number for _ in range(5))
    for at, length, one in strokes:
        k = min(max(heard.bar(at) - first, 0), number - 1)
        height[k] = max(height[k], one.height)
        energy[k] += one.energy
        feat[k] = max(feat[k], one.feat)
        leaps[k] += one.leaps
        # Half of the way lies before its accent, half after; paces go on as long as they have.
        if one.paces:
            span = max(length, 1e-6)
            for j in heard.bars(at, at + span):
                inside = min(at + span, heard.edges[j + 1]) - max(at, heard.edges[j])
                if 0 <= j - first < number and inside > 0:
                    metres[j - first] += one.metres * heard.pulse(inside, at)
        else:
            metres[k] += 0.5 * one.metres
            earlier = min(max(heard.bar(at - 0.5 * length) - first, 0), number - 1)
            metres[earlier] += 0.5 * one.metres
    out: dict[str, float] = {}
    large = [
        0.5 * height[k] + 0.5 * min(metres[k] / (heard.seconds[j + 1] - heard.seconds[j]) / FAST, 1.0)
        for k, j in enumerate(bars)
    ]
    out["shape"] = 8.0 * sum((heard.asked[j] - 0.5) * (large[k] - MIDDLING) for k, j in enumerate(bars)) / number
    summit = 0.0
    for bar, weight in heard.summits:
        if bar in bars:
            k = bar - first
            here, others = max(feat[k : k + 2]), max((*feat[:k], *feat[k + 2 :]), default=0.0)
            summit += weight * (2.0 * here - max(0.0, others - here))
    if passage.role is Role.CLIMAX:
        # Two leaps to a phrase at least, and no more than she has breath for.
        summit += 0.35 * min(sum(leaps), 4.0)
    out["summit"] = summit
    out["waits"] = 0.0
    for start, end in heard.waits:
        if float(passage.start) - 1e-6 <= start < float(passage.end):
            inside = sum(start + 0.2 < at < end - 0.2 for at, _, _ in strokes)
            over = [one.still for at, length, one in strokes if at <= start + 0.2 and at + length >= end - 0.2]
            out["waits"] += -0.5 * inside + (0.5 if any(over) else 0.0)
    mean = sum(energy) / number
    rest = 1.0 - energy[-1] / mean if mean > 0.0 and number > 1 else 0.0
    # The last phrase ends on the pose; it is turned or leapt into.
    out["ending"] = min(0.5, feat[-1]) if passage.last else min(max(rest, -0.5), 0.5)
    out["accent"] = _on_accents(passage, [at for at, _, _ in strokes], heard)
    return out


def _on_accents(passage: Passage, marks: Sequence[float], heard: Heard) -> float:
    """The share of the accents that a step meets, and how much greater it is than a bar or two away."""
    start, end = float(passage.start), float(passage.end)
    accents = [at for at in heard.accents if start <= at < end]
    if not accents or not marks:
        return 0.0
    near = NEAR / heard.pulse(1.0, start)

    def met(by: float) -> float:
        moved = [start + (at - start + by) % (end - start) for at in accents]
        return sum(any(abs(at - mark) <= near for mark in marks) for at in moved) / len(moved)

    bars = heard.bars(start, end)
    bar = (heard.edges[bars.stop] - heard.edges[bars.start]) / len(bars)
    # Where there are many accents it tells more than where there are few.
    told = len(accents) / len(bars) / (len(heard.accents) / len(heard.asked))
    return min(told, 2.0) * (0.5 * met(0.0) + met(0.0) - sum(met(by * bar) for by in (-2, -1, 1, 2)) / 4.0)


def _fresh(
    passages: Sequence[Passage], number: int, lines: Sequence[Line], before: Before, alike: frozenset[str] | set[str]
) -> float:
    """What is danced too often, or carried over from music that sounds otherwise."""
    longest = _in_a_row([line.motif for line in (*before.lines[-3:], *lines)])
    worn = sum(
        before.uses[line.motif.words] >= WORN and line.motif.words not in alike and line.motif.kind not in LEFT
        for line in lines
    )
    closes = sum(before.uses[line.motif.words] >= 2 for line in lines if line.motif.kind is Kind.BREATHE)
    same = sum(
        1.0 if a.motif.pulses > 2 else 0.5 * (a.motif.kind not in SERIES)
        for a, b in itertools.pairwise((*before.lines[-1:], *lines))
        if (a.motif.words, a.other) == (b.motif.words, b.other) and a.motif.kind not in LEFT
    )
    out = -float(longest) - same - 0.25 * worn - 0.2 * closes * (not alike)
    passage, last_one = passages[number], passages[number - 1] if number else None
    times = sum(one.label == passage.label for one in passages[:number])
    if times >= 2 and all(line.motif.words in alike for line in lines):
        # Heard a third time it is known: it goes on otherwise.
        out -= 1.0
    if last_one is None or ((alike or last_one.label == passage.label) and last_one.role is not Role.CLIMAX):
        return out
    last = [line.motif for line in before.lines if line.passage == number - 1 and line.motif.kind not in LEFT]
    here = {line.motif.words for line in lines if line.motif.kind not in LEFT}
    said = [line.motif.kind for line in lines if line.motif.kind not in LEFT]
    kinds = sum(kind in {one.kind for one in last} for kind in said) / len(said) if said else 0.0
    return out - 0.5 * len({one.words for one in last} & here) - 0.5 * kinds


def _in_a_row(motifs: Sequence[Motif]) -> int:
    """How many are danced beyond twice running; of leaps and turns, which go in lines, beyond three times."""
    over, run = 0, 0
    for k, one in enumerate(motifs):
        run = run + 1 if k and motifs[k - 1].words == one.words else 1
        over += run * (2 if one.twice else 1) > (3 if one.kind in SERIES else 2)
    return over


def _figures(passage: Passage, lines: Sequence[Line], before: Before) -> float:
    """A manège in a coda that has room for one; ways across the stage taken once too often count against."""
    ways = Counter(figure for line in lines if (figure := line.figure) is not None)
    worn = sum(max(0, before.figures[way] + number - 2) for way, number in ways.items())
    rounds = sum(line.motif.kind is Kind.ROUND for line in lines)
    if not rounds:
        return -0.25 * worn
    if passage.role is not Role.CODA or rounds > 1 or before.went_round:
        return -1.0 - 0.25 * worn
    way = sum(one.metres for line in lines if line.motif.kind is Kind.ROUND for one in line.motif.strokes)
    return 0.5 + 0.5 * min(1.0, way / CIRCLE) - 0.25 * worn


def kept(
    passages: Sequence[Passage],
    number: int,
    steps: Sequence[StepPlaced],
    before: Before,
    *,
    lexicon: Lexicon,
    able: Capability,
    seconds: Callable[[Fraction], float],
) -> dict[str, float]:
    """Each term that its steps decide.

    Parameters
    ----------
    steps : of the passage, the last of the lines before included in front
    """
    out: dict[str, float] = {}
    x, y = steps[-1].travel_to
    out["floor"] = -max(0.0, abs(x) - 2.4) - max(0.0, abs(y) - 3.2) / 2.0 - abs(y) / 12.0
    following = passages[number + 1].role if number + 1 < len(passages) else None
    if following is Role.CLIMAX:
        out["floor"] -= max(0.0, x + 2.0) / 1.5
    elif following is Role.CODA:
        out["floor"] -= max(0.0, x) / 3.0
    elif following is None:
        out["floor"] -= abs(y) / 4.0
    spent = effort(steps, lexicon, seconds, before.spent)
    out["breath"] = -max(0.0, spent - 0.35 * able.stamina) / 5.0
    hurried = idle = 0.0
    for one, after in itertools.pairwise(steps):
        entry, then = lexicon[one.entry], lexicon[after.entry]
        if then.springs and (far := math.hypot(*then.way())) >= 0.5:
            # A leap cut short by the edge of the stage is half a leap.
            gone = math.dist(after.travel_from, after.travel_to)
            out["floor"] -= 0.5 * max(0.0, 0.9 - gone / far)
        given = seconds(after.at) - seconds(one.at)
        usual = entry.takes(one.turns)[1] + then.ready(one.end)
        hurried += max(0.0, usual - given)
        if not (one.hold or entry.per_pace):
            idle += max(0.0, given - usual - FILLS)
    out["ease"] = -(1.5 * hurried + 0.5 * idle) / max(1, len(steps) - 1) * 4.0
    return out
