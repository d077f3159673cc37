"""What is wrong with a choreography, said so that a dancer can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from petipa.choreography.model import NOWHERE, Where
from petipa.errors import ChoreographyError, LanguageError

# A refusal tells so many of its reasons in full.
SHOWN = 12

# A text with more faults than this is not the text it is taken for.
MOST = 200


class Code(StrEnum):
    """Stable names of findings. E is an error, W a warning; 1 text, 2 words, 3 the dance, 4 worth a look."""

    NOT_TEXT = "E101"
    TOO_MUCH = "E102"
    VERSION = "E103"
    HEADING = "E104"
    HEADING_VALUE = "E105"
    SYNTAX = "E106"
    POSITION = "E107"
    ORDER = "E108"
    SAME_AS = "E109"
    UNKNOWN_STEP = "E201"
    NOT_YET = "E202"
    UNKNOWN_WORD = "E203"
    NO_SUCH_DIRECTION = "E204"
    WRONG_FOOT = "E301"
    WRONG_START = "E302"
    NO_PLIE = "E303"
    WRONG_END = "E304"
    TOO_FEW_COUNTS = "E305"
    TOO_FAST = "E306"
    TOO_MANY_TURNS = "E307"
    TOO_HIGH = "E308"
    NO_ROOM = "E309"
    PAST_MUSIC = "E310"
    TOO_HARD = "E311"
    OUT_OF_BREATH = "E312"
    NOT_PLANNED = "E313"
    NOTHING_WRITTEN = "W401"
    NOT_DANCED = "W402"
    HURRIED = "W403"
    LONG_HOLD = "W404"
    HER_OWN_MEASURE = "W405"


MEANINGS: dict[Code, str] = {
    Code.NOT_TEXT: "the file is not readable text",
    Code.TOO_MUCH: "the text is too long, too wide or nested too deeply",
    Code.VERSION: "the first line does not name a version of the language this petipa reads",
    Code.HEADING: "a heading is unknown, written twice or in the wrong place",
    Code.HEADING_VALUE: "a heading's value cannot be used",
    Code.SYNTAX: "a word or sign stands where it cannot",
    Code.POSITION: "bars or beats are written in a way that cannot be",
    Code.ORDER: "a line begins before the one above it has ended",
    Code.SAME_AS: "bars to be danced again cannot be found or do not fit",
    Code.UNKNOWN_STEP: "no step has this name",
    Code.NOT_YET: "petipa has heard of this step and cannot dance it yet",
    Code.UNKNOWN_WORD: "a position of arms, a head or a place is unknown",
    Code.NO_SUCH_DIRECTION: "the step is not danced in this direction",
    Code.WRONG_FOOT: "the weight or the front foot is on the wrong side for this step",
    Code.WRONG_START: "the step cannot begin from where the one before leaves her",
    Code.NO_PLIE: "she is on pointe and needs a plié to push from",
    Code.WRONG_END: "the step cannot end in the position asked",
    Code.TOO_FEW_COUNTS: "there is not enough time for the step",
    Code.TOO_FAST: "there is not enough time for the height, the turns or the way asked",
    Code.TOO_MANY_TURNS: "more turns than this dancer has, or than the step allows",
    Code.TOO_HIGH: "higher than this dancer's leg or jump, or than the step allows",
    Code.NO_ROOM: "the step would leave the stage",
    Code.PAST_MUSIC: "the step comes after the music has ended",
    Code.TOO_HARD: "the step needs more strength than this dancer has",
    Code.OUT_OF_BREATH: "she has no breath left for what follows",
    Code.NOT_PLANNED: "the steps cannot be laid out in time and space",
    Code.NOTHING_WRITTEN: "bars with nothing to dance",
    Code.NOT_DANCED: "something written is not danced yet and is passed over",
    Code.HURRIED: "possible, but faster than it looks well",
    Code.LONG_HOLD: "a pose is held for very long",
    Code.HER_OWN_MEASURE: "this dancer does it lower than is usual",
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong, or worth a look.

    Parameters
    ----------
    code : Code
        Its stable name.
    message : str
        The reason, in a dancer's words.
    mend : str
        What would mend it.
    where : Where
        Line, column and length in the text.
    """

    code: Code
    message: str
    mend: str = ""
    where: Where = NOWHERE

    @property
    def error(self) -> bool:
        """Whether it keeps the choreography from being danced."""
        return self.code.value.startswith("E")

    def as_json(self, *, file: str = "") -> dict[str, Any]:
        """Plain values."""
        return {
            "code": self.code.value,
            "severity": "error" if self.error else "warning",
            "file": file,
            "line": self.where.line,
            "column": self.where.column,
            "length": self.where.length,
            "message": self.message,
            "mend": self.mend,
            "meaning": MEANINGS[self.code],
        }


@dataclass(frozen=True)
class Findings:
    """All that was found in one text, in the order of its lines.

    Parameters
    ----------
    found : tuple of Finding
        At most `MOST`.
    source : str
        The text, for the caret lines; empty if it could not be read.
    file : str
        Its name as given.
    """

    found: tuple[Finding, ...] = ()
    source: str = ""
    file: str = ""

    @classmethod
    def of(cls, found: Iterable[Finding], *, source: str = "", file: str = "") -> Findings:
        """Sorted by place, doubles dropped, no more than `MOST`."""
        unique = dict.fromkeys(found)
        ordered = sorted(unique, key=lambda f: (f.where.line, f.where.column, f.code.value))
        return cls(tuple(ordered[:MOST]), source, file)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Those that keep it from being danced."""
        return tuple(f for f in self.found if f.error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Those worth a look."""
        return tuple(f for f in self.found if not f.error)

    @property
    def clean(self) -> bool:
        """Whether nothing was found at all."""
        return not self.found

    def render(self) -> str:
        """For reading: each with file:line:column, the line, a caret, the reason and the mend."""
        lines = self.source.split("\n")
        return "\n\n".join(self._render(f, lines) for f in self.found)

    def _render(self, finding: Finding, lines: list[str]) -> str:
        at = finding.where
        place = self._place(finding) or "text"
        out = [f"{place}: {finding.code.value} {finding.message}"]
        if 1 <= at.line <= len(lines):
            # Long lines are shown around the caret only, and control characters as spaces, so that a terminal is safe.
            shown = "".join(c if c.isprintable() else " " for c in lines[at.line - 1])
            begin = max(0, at.column - 60)
            out.append("  | " + shown[begin : begin + 110])
            width = max(1, min(at.length, len(shown) - at.column + 1, begin + 110 - at.column + 1))
            out.append("  | " + " " * (at.column - 1 - begin) + "^" * width)
        if finding.mend:
            out.append(f"  would work: {finding.mend}")
        return "\n".join(out)

    def as_json(self) -> dict[str, Any]:
        """Plain values: a list of findings and whether the text may be danced."""
        return {
            "file": self.file,
            "danceable": not self.errors,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "findings": [f.as_json(file=self.file) for f in self.found],
        }

    def refuse(self) -> None:
        """Raise if there are errors.

        Raises
        ------
        LanguageError
            If the first error is about text or words.
        ChoreographyError
            If it is about the dance.
        """
        if not self.errors:
            return
        first, *rest = self.errors
        also = [f"\n  and {self._place(one)}: {one.code.value} {one.message}" for one in rest[:SHOWN]]
        if len(rest) > SHOWN:
            also.append(f"\n  and {len(rest) - SHOWN} more; petipa check lists them")
        kind = ChoreographyError if first.code.value.startswith("E3") else LanguageError
        raise kind(
            f"{first.code.value} {first.message}{''.join(also)}", where=self._place(first), would_work=first.mend
        )

    def _place(self, finding: Finding) -> str:
        at = finding.where
        return f"{self.file or 'text'}:{at.line}:{at.column}" if at.line else self.file
