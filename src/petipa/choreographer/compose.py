"""The search: passage after passage, many ways of dancing each, the best few carried on; then the text.

A beam over the phrases of the music. Each way of dancing a phrase is resolved from where the phrase before leaves her,
so that feet, room and time are those of the dance itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from petipa.choreographer.commission import Commission
from petipa.choreographer.form import Passage, Role, passages_of
from petipa.choreographer.heard import heard_in
from petipa.choreographer.pattern import pattern
from petipa.choreographer.quality import TERMS, Before, Line, effort, kept, promised
from petipa.choreographer.score import opening, phrase_of, score
from petipa.choreographer.vocabulary import LEFT, TIGHT, Kind, Motif, paced, vocabulary
from petipa.choreographer.wishes import included
from petipa.choreography import Choreography, Finding, SameItem, StepPlaced, check, parse, resolution, spell, write
from petipa.dancer import Dancer
from petipa.errors import ChoreographyError
from petipa.lexicon import Lexicon
from petipa.music import Music
from petipa.music.form import Form, form_of

BEAM = 4
SKETCHES = 140
"""Ways of dancing a passage that are compared by their motifs, for each beginning carried on."""
TRIES = 10
"""The best of them, which are placed step by step."""
AGAIN = 6
"""How often the search begins anew where the whole does not pass, without what did not pass."""

Judge = Callable[[Choreography], Sequence[Finding]]


@dataclass(frozen=True)
class Composed:
    """A choreography with its text, its passages, its worth and each term's part in it."""

    choreography: Choreography
    text: str
    passages: tuple[Passage, ...]
    lines: tuple[Line, ...]
    worth: float
    terms: dict[str, float]


@dataclass(frozen=True)
class _Draft:
    """A dance as far as it is made."""

    start: int
    before: Before
    worth: float
    terms: dict[str, float]


def compose(
    music: Music,
    lexicon: Lexicon,
    dancer: Dancer,
    commission: Commission | None = None,
    *,
    form: Form | None = None,
    judge: Judge | None = None,
    without: frozenset[str] = frozenset(),
    report: Callable[[float], None] | None = None,
) -> Composed:
    """A choreography for a piece of music.

    Parameters
    ----------
    music : Music
    lexicon : Lexicon
    dancer : Dancer
    commission : Commission, optional
        What is wished.
    form : Form, optional
        Of the music, where it is known.
    judge : callable, optional
        Says what else keeps a choreography from being danced, as the plan of the movement knows it.
    without : frozenset of str
        Terms of the quality that do not count, for comparison.
    report : callable, optional
        Takes the share that is done, 0 to 1; it begins anew where a dance that was found cannot be danced.

    Raises
    ------
    ChoreographyError
        If the wishes cannot be met together, or nothing can be danced to this music.
    """
    wished = commission or Commission()
    heard = form or form_of(music)
    search = _Search(music, lexicon, dancer, wished, heard, judge, without, report)
    banned: set[str] = set()
    for attempt in range(AGAIN):
        drafts = search.run(np.random.default_rng((wished.seed, attempt)), frozenset(banned))
        for draft in drafts:
            found, composed = search.finished(draft)
            if not found:
                return composed
            banned |= search.guilty(composed, found)
    raise ChoreographyError(
        "no dance was found for this music that can be danced"
        + (f" and has {', '.join(wished.include)}" if wished.include else ""),
        where=music.source,
        would_work="another seed, fewer wishes, or a slower tempo",
    )


def _said(lines: Sequence[Line]) -> tuple[tuple[str, bool], ...]:
    """Motifs and their sides."""
    return tuple((line.motif.words, line.other) for line in lines)


def _half(lines: tuple[Line, ...], passage: Passage) -> tuple[Line, ...]:
    """The lines in the first half of a passage; none where none ends there."""
    middle = (passage.start + passage.end) / 2
    return tuple(line for line in lines if line.end <= middle)


class _Search:
    def __init__(
        self,
        music: Music,
        lexicon: Lexicon,
        dancer: Dancer,
        wished: Commission,
        heard: Form,
        judge: Judge | None,
        without: frozenset[str],
        report: Callable[[float], None] | None,
    ) -> None:
        self.music, self.lexicon, self.dancer, self.wished = music, lexicon, dancer, wished
        self.form, self.judge, self.without, self.report = heard, judge, without, report
        self.heard = heard_in(music, heard)
        self.openings = [opening(wished, music, start) for start in range(2)]
        self.final = music.final_beat
        self.words = vocabulary(lexicon, dancer.capability, wished)
        found = passages_of(music, heard)
        if wished.mood is not None:
            lift = wished.mood.lift
            found = tuple(replace(one, swell=min(1.0, max(0.0, one.swell + lift))) for one in found)
        liking = np.random.default_rng((wished.seed, int(1000 * music.duration))).uniform(-1.0, 1.0, len(self.words))
        self.taste = {motif.words: float(likes) for motif, likes in zip(self.words, liking, strict=True)}
        self.passages, self.asked = included(wished, self.words, found, music, lexicon)

    # --- the search --------------------------------------------------------------------------------------------------

    def run(self, rng: np.random.Generator, banned: frozenset[str]) -> list[_Draft]:
        """The best whole dances, the best first."""
        words = tuple(motif for motif in self.words if motif.words not in banned)
        beam = [_Draft(k, Before(), 0.0, {}) for k in range(2)]
        for number in range(len(self.passages)):
            if self.report is not None:
                self.report(number / len(self.passages))
            found: list[_Draft] = []
            passage = self.passages[number]
            span = self.music.seconds_at(passage.end) - self.music.seconds_at(passage.start)
            pulse = span * float(passage.pulse / (passage.end - passage.start))
            able = paced(words, pulse, passage.pulse)
            for draft in beam:
                found += self._onward(draft, number, able, rng)
            found.sort(key=lambda one: -one.worth)
            beam = self._unlike(found)
            if not beam:
                return []
        return beam

    def _unlike(self, found: Sequence[_Draft]) -> list[_Draft]:
        """The best few that do not say the same."""
        kept: list[_Draft] = []
        seen: set[tuple[tuple[str, bool], ...]] = set()
        for draft in found:
            said = _said(draft.before.lines)
            if said not in seen:
                seen.add(said)
                kept.append(draft)
            if len(kept) == BEAM:
                break
        return kept

    def _onward(self, draft: _Draft, number: int, words: tuple[Motif, ...], rng: np.random.Generator) -> list[_Draft]:
        must = self.asked.get(number, ())
        again = () if must else self._earlier(draft, number)
        found: list[_Draft] = []
        for plain in (False, True):
            sketches = self._sketches(draft, number, words, rng, must, again, plain=plain)
            ways = {_said(lines): lines for lines in sketches}
            ranked = sorted(
                ((self._worth(terms := self._promised(draft, number, lines)), terms, lines) for lines in ways.values()),
                key=lambda one: -one[0],
            )
            for _, terms, lines in ranked:
                more = self._danced(draft, number, lines, terms)
                if more is not None:
                    found.append(more)
                if len(found) >= TRIES:
                    break
            if found:
                break
        return found

    def _sketches(
        self,
        draft: _Draft,
        number: int,
        words: tuple[Motif, ...],
        rng: np.random.Generator,
        must: tuple[Motif, ...],
        again: tuple[tuple[Line, ...], ...],
        *,
        plain: bool,
    ) -> Iterator[tuple[Line, ...]]:
        """Ways to fill a passage: what was danced to music like it, that begun and gone on with otherwise, and new."""
        passage = self.passages[number]
        following = self.passages[number + 1].role if number + 1 < len(self.passages) else None
        again = tuple(lines for lines in again if not any(line.motif.kind is Kind.ROUND for line in lines))
        yield from (lines for lines in again if lines and lines[-1].end == passage.end)
        begun = [half for lines in again if (half := _half(lines, passage))]
        bars = self.heard.bars(float(passage.start), float(passage.end))
        peak = any(bar in bars for bar, _ in self.heard.summits)
        for k in range(SKETCHES):
            lines = pattern(
                passage,
                number,
                words,
                self.form.character,
                rng,
                following=following,
                must=must,
                begun=begun[k % len(begun)] if begun and k % 3 == 0 else (),
                peak=peak,
                rounds=passage.role is Role.CODA and not draft.before.went_round,
                plain=plain,
            )
            if lines:
                yield lines

    def _promised(self, draft: _Draft, number: int, lines: tuple[Line, ...]) -> dict[str, float]:
        return promised(
            self.passages,
            number,
            lines,
            draft.before,
            self.heard,
            character=self.form.character,
            like=self.wished.like,
            taste=self.taste,
        )

    def _worth(self, terms: Mapping[str, float]) -> float:
        return sum(TERMS[name][0] * value for name, value in terms.items() if name not in self.without)

    def _earlier(self, draft: _Draft, number: int) -> tuple[tuple[Line, ...], ...]:
        """What was danced to a phrase that sounds alike, to the other side first, then as it was."""
        passage = self.passages[number]
        for k in range(number - 1, -1, -1):
            earlier = self.passages[k]
            if earlier.label != passage.label or earlier.pulse != passage.pulse:
                continue
            by = passage.start - earlier.start
            return tuple(
                tuple(
                    replace(line, other=line.other != flip, start=line.start + by, end=line.end + by, passage=number)
                    for line in draft.before.lines
                    if line.passage == k and line.end + by <= passage.end
                )
                for flip in (True, False)
                if (earlier.role is Role.CLIMAX) == (passage.role is Role.CLIMAX)
            )
        return ()

    def _danced(
        self, draft: _Draft, number: int, lines: tuple[Line, ...], promises: Mapping[str, float]
    ) -> _Draft | None:
        """A draft with a passage more; None where it cannot be danced from there."""
        before = draft.before
        last = before.lines[-1:]
        count = sum(item.number for line in last for item in line.motif.items)
        after = before.steps[-count - 1] if last and len(before.steps) > count else None
        kept_steps = before.steps[: len(before.steps) - count] if last else ()
        text = Choreography(
            headings=self.openings[draft.start][0],
            start=self.openings[draft.start][1],
            phrases=tuple(phrase_of(line, self.music.layout, self.lexicon) for line in (*last, *lines)),
        )
        able = self.dancer.capability
        result = resolution(
            text,
            self.lexicon,
            self.music.layout,
            seconds=self.music.seconds_at,
            final=self.final,
            capability=able,
            after=after,
        )
        if result.findings or self._hurried(kept_steps[-1:] + result.steps):
            return None
        steps = result.steps
        terms = dict(promises) | kept(
            self.passages,
            number,
            (kept_steps + steps)[-len(steps) - 1 :],
            before,
            lexicon=self.lexicon,
            able=able,
            seconds=self.music.seconds_at,
        )
        worth = self._worth(terms)
        onward = Before(
            (*before.lines, *lines),
            kept_steps + steps,
            effort(steps, self.lexicon, self.music.seconds_at, before.spent),
            before.right + sum(-1.0 if line.other else 1.0 for line in lines),
        )
        summed = {name: draft.terms.get(name, 0.0) + value for name, value in terms.items()}
        return _Draft(draft.start, onward, draft.worth + worth, summed)

    def _hurried(self, steps: Sequence[StepPlaced]) -> bool:
        """Whether a step has less than a little more than the least time it takes."""
        at = self.music.seconds_at
        for before, after in itertools.pairwise(steps):
            entry, then = self.lexicon[before.entry], self.lexicon[after.entry]
            need = entry.takes(before.turns)[0] + then.lead[0]
            if at(after.at) - at(before.at) < TIGHT * need:
                return True
        return False

    # --- the whole ---------------------------------------------------------------------------------------------------

    def finished(self, draft: _Draft) -> tuple[list[Finding], Composed]:
        """A draft as text, and what keeps it from being danced."""
        lines = draft.before.lines
        plain: frozenset[int] = frozenset()
        while True:
            choreography = score(
                self.wished, self.music, self.lexicon, self.passages, lines, start=draft.start, written_out=plain
            )
            text = write(spell(choreography, self.lexicon))
            read = parse(text)
            composed = Composed(read, text, self.passages, lines, draft.worth, draft.terms)
            found = self._findings(read)
            # A return said in words may come out otherwise than the bars it stands for; then those are written.
            returns = [
                phrase
                for phrase in read.phrases
                if isinstance(phrase.items[0], SameItem) and any(phrase.where.line <= one.where.line for one in found)
            ]
            if not returns:
                return found, composed
            assert returns[-1].position is not None
            plain |= {returns[-1].position.bar}

    def _findings(self, choreography: Choreography) -> list[Finding]:
        found = list(
            check(
                choreography,
                self.lexicon,
                self.music.layout,
                seconds=self.music.seconds_at,
                final=self.final,
                capability=self.dancer.capability,
            )
        )
        found = [one for one in found if not one.code.value.startswith("N")]
        if not found and self.judge is not None:
            found = [one for one in self.judge(choreography) if not one.code.value.startswith("N")]
        return found

    def guilty(self, composed: Composed, found: Sequence[Finding]) -> set[str]:
        """The motifs in which something was found."""
        out: set[str] = set()
        for one in found:
            phrase = next((p for p in reversed(composed.choreography.phrases) if p.where.line <= one.where.line), None)
            if phrase is None or phrase.position is None:
                continue
            at = self.music.layout.bar(phrase.position.bar).start + (phrase.position.beat or 1) - 1
            out |= {
                line.motif.words
                for line in composed.lines
                if line.start <= at < line.end and line.motif.kind not in LEFT
            }
        return out
