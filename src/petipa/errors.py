"""One tree of errors, each with where it happened, what is wrong, and what would work.

PetipaError
├── FileError            a file that cannot be read, written or trusted
├── MusicError           music that cannot be understood
├── LanguageError        a choreography that cannot be parsed
├── ChoreographyError    a choreography that cannot be danced as written
├── DancerError          an unknown dancer or an impossible body
├── SolveError           a motion for which the laws of physics could not be met
└── StageError           no browser, no encoder, nothing to draw with
"""

from __future__ import annotations


class PetipaError(Exception):
    """A failure a user can act upon.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence.
    where : str
        File, line, bar or step it concerns; empty when there is none.
    would_work : str
        What would mend it.
    """

    def __init__(self, what: str, *, where: str = "", would_work: str = "") -> None:
        self.what = what
        self.where = where
        self.would_work = would_work
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f"\n  what would work: {self.would_work}" if self.would_work else ""
        return f"{place}{self.what}{mend}"


class FileError(PetipaError):
    """A file that cannot be read, written or trusted."""


class MusicError(PetipaError):
    """Music that cannot be understood."""


class LanguageError(PetipaError):
    """A choreography that cannot be parsed."""


class ChoreographyError(PetipaError):
    """A choreography that cannot be danced as written."""


class DancerError(PetipaError):
    """An unknown dancer or an impossible body."""


class SolveError(PetipaError):
    """A motion for which the laws of physics could not be met."""


class StageError(PetipaError):
    """No browser, no encoder, nothing to draw with."""
