"""A failure in words: where, what, and what would work."""

from __future__ import annotations

from pathlib import Path

from petipa.errors import PetipaError


def explain(problem: BaseException) -> str:
    """What to tell the user about an exception, without a traceback.

    Parameters
    ----------
    problem : BaseException
        A `PetipaError`, an `OSError` no room has put into words, or anything unforeseen.

    Returns
    -------
    str
        One or two lines that begin with ``petipa:``.
    """
    if isinstance(problem, PetipaError):
        return f"petipa: {problem}"
    if isinstance(problem, OSError):
        from petipa.files.atomic import file_error

        told = file_error(problem, Path(str(problem.filename or ".")))
        return f"petipa: {PetipaError(told.what, where=str(problem.filename or ''), would_work=told.would_work)}"
    if isinstance(problem, MemoryError):
        return (
            "petipa: there is not enough memory\n"
            "  what would work: fewer bars at a time (--from BAR --to BAR), or closing other programs"
        )
    if isinstance(problem, ImportError):
        return (
            f"petipa: a part of petipa is not installed ({problem})\n"
            "  what would work: `make install` in petipa's folder, or `pip install petipa` again"
        )
    kind = type(problem).__name__
    detail = f": {problem}" if str(problem) else ""
    return (
        f"petipa: something went wrong that petipa did not foresee ({kind}{detail})\n"
        "  what would work: the same command with --debug shows where; that, with the files, makes a good bug report"
    )
