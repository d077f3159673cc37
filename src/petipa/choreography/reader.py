"""A line's words, read from left to right, and the one way a reader gives up on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from petipa.choreography.findings import Code, Finding
from petipa.choreography.model import Where
from petipa.choreography.scan import Token
from petipa.counts import parse_beat


class SlipError(Exception):
    """A line that cannot be read on; carries the finding. Never leaves this module."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def shown(text: str) -> str:
    """A word as a message may show it: short, and without signs that would upset a terminal."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= 40 else shown[:37] + "..."


class Reader:
    """The words of one line, read from left to right."""

    def __init__(self, tokens: Sequence[Token], *, end: Where) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    def peek(self, ahead: int = 0) -> Token | None:
        i = self.at + ahead
        return self.tokens[i] if i < len(self.tokens) else None

    def plain(self, ahead: int = 0) -> str:
        token = self.peek(ahead)
        return token.plain if token is not None and token.kind in ("word", "number") else ""

    def sign(self, *texts: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.kind == "sign" and token.text in texts

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def words(self, *wanted: str) -> bool:
        """Take these words if they come next."""
        ahead = 0
        for word in wanted:
            if self.sign("-", ahead=ahead) and ahead:
                ahead += 1
            if self.plain(ahead) != word:
                return False
            ahead += 1
        self.at += ahead
        return True

    def phrase(self, longest: int) -> Iterator[tuple[str, int]]:
        """The next words joined, longest first, with how many tokens each takes; hyphens join words."""
        found: list[tuple[str, int]] = []
        words: list[str] = []
        ahead = 0
        while len(words) < longest:
            if words and self.sign("-", ahead=ahead) and self.plain(ahead + 1):
                ahead += 1
            token = self.peek(ahead)
            if token is None or token.kind not in ("word", "number") or not token.plain:
                break
            words += token.plain.split()
            ahead += 1
            found.append((" ".join(words), ahead))
        yield from reversed(found)

    @property
    def where(self) -> Where:
        token = self.peek()
        return token.where if token is not None else self.end

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def slip(self, message: str, mend: str = "", *, code: Code = Code.SYNTAX, where: Where | None = None) -> SlipError:
        return SlipError(Finding(code, message, mend, where or self.where))


def covering(first: Where, last: Where) -> Where:
    if first.line != last.line or last.column < first.column:
        return first
    return Where(first.line, first.column, last.column + last.length - first.column)


def whole_number(text: str, reader: Reader, *, most: int, what: str, where: Where) -> int:
    # Python refuses to read numbers of many thousand digits; nobody counts that far.
    if len(text) > 6 or not 1 <= int(text) <= most:
        raise reader.slip(f"{what} {shown(text)} is out of range", f"1 to {most}", code=Code.POSITION, where=where)
    return int(text)


def beats_of(text: str, reader: Reader, where: Where) -> Fraction:
    try:
        value = parse_beat(text)
    except ValueError as problem:
        raise reader.slip(str(problem), "/2, /3/2 or /1+1/2", code=Code.POSITION, where=where) from problem
    if not 0 < value <= 1000:
        raise reader.slip("a length must be above 0", "/1 for one beat", code=Code.POSITION, where=where)
    return value
