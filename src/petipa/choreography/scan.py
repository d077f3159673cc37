"""From characters to lines and words, with their places kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from petipa.choreography.findings import Code, Finding
from petipa.choreography.model import Layout, Where
from petipa.lexicon import plain

MOST_LINES = 5_000
MOST_TOKENS = 2_000
LONGEST_LINE = 4_000

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<string>"(?:[^"\\]|\\.)*"?)
    | (?P<length>/\s*\d+(?:\+\d+/\d+|/\d+|\.\d+)?)
    | (?P<number>\d+(?![^\W_]))
    | (?P<word>\d*[^\W\d_]+(?:['’]?[^\W_]+)*['’]?)
    | (?P<sign>[,;:()°+./-]|–)
    | (?P<other>.)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A word, number or sign.

    Parameters
    ----------
    kind : str
        word, number, length, string, sign or other.
    text : str
        As typed, in composed form.
    plain : str
        Small letters without accents.
    where : Where
        Its place.
    """

    kind: str
    text: str
    plain: str
    where: Where


@dataclass(frozen=True)
class Line:
    """A line with the indented lines that continue it, without comments."""

    tokens: tuple[Token, ...]
    raw: str
    where: Where
    layout: Layout = field(default_factory=Layout)


def _split_comment(text: str) -> tuple[str, str | None]:
    """The part before ``#`` and the comment; a ``#`` inside quotes is no comment."""
    quoted = False
    skip = False
    for i, c in enumerate(text):
        if skip:
            skip = False
        elif quoted and c == "\\":
            skip = True
        elif c == '"':
            quoted = not quoted
        elif c == "#" and not quoted:
            return text[:i], text[i + 1 :].strip()
    return text, None


def tokens_of(text: str, *, line: int) -> Iterator[Token]:
    """The tokens of one physical line."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        shown = unicodedata.normalize("NFC", match[0])
        yield Token(kind, shown, plain(shown), Where(line, match.start() + 1, match.end() - match.start()))


def scan(text: str) -> tuple[tuple[Line, ...], tuple[str, ...], list[Finding]]:
    """Logical lines, the comments after the last of them, and what could not be taken in.

    A line that begins with a space or tab goes on with the line above it; a blank line ends it.
    """
    found: list[Finding] = []
    lines: list[Line] = []
    above: list[str] = []
    gap = False
    open_line = False
    physical = text.split("\n")
    if len(physical) > MOST_LINES:
        found.append(
            Finding(
                Code.TOO_MUCH,
                f"the text has more than {MOST_LINES} lines",
                "one variation in a file",
                Where(MOST_LINES + 1, 1),
            )
        )
        physical = physical[:MOST_LINES]
    for number, whole in enumerate(physical, start=1):
        row = whole.rstrip("\r")
        if len(row) > LONGEST_LINE:
            found.append(
                Finding(
                    Code.TOO_MUCH,
                    f"this line has more than {LONGEST_LINE} characters",
                    "a phrase on each line",
                    Where(number, LONGEST_LINE + 1),
                )
            )
            row = row[:LONGEST_LINE]
        body, comment = _split_comment(row)
        if not body.strip():
            if comment is not None:
                above.append(comment)
            else:
                gap = gap or bool(lines) or bool(above)
                # A comment parted from what follows by a blank line still belongs to what follows.
            open_line = open_line and comment is not None
            continue
        tokens = tuple(tokens_of(body, line=number))
        aside = comment or ""
        if body[0] in " \t" and open_line and lines:
            before = lines[-1]
            joined = before.tokens + tokens
            beside = " ".join(c for c in (before.layout.beside, *above, aside) if c)
            lines[-1] = Line(
                joined[:MOST_TOKENS],
                before.raw + " " + body.strip(),
                before.where,
                Layout(before.layout.above, beside, before.layout.gap),
            )
            above = []
            if len(joined) > MOST_TOKENS:
                found.append(
                    Finding(Code.TOO_MUCH, "this line goes on for too long", "a phrase on each line", Where(number, 1))
                )
                open_line = False
            continue
        where = Where(number, len(body) - len(body.lstrip()) + 1, len(body.strip()))
        lines.append(Line(tokens[:MOST_TOKENS], body.strip(), where, Layout(tuple(above), aside, gap and bool(lines))))
        above = []
        gap = False
        open_line = True
    return tuple(lines), tuple(above), found
