"""Reading bytes from outside, never more than a stated limit."""

from __future__ import annotations

import errno
from pathlib import Path

from petipa.errors import FileError

MEBIBYTE = 1 << 20

_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOENT: ("there is no such file", "check the path for typing errors"),
    errno.EACCES: ("there is no permission to read this file", "change its permissions, or copy it to your own folder"),
    errno.EPERM: ("there is no permission to read this file", "change its permissions, or copy it to your own folder"),
    errno.EISDIR: ("this is a folder, not a file", "name a file inside it"),
    errno.ENOTDIR: ("part of this path is a file, not a folder", "check the path for typing errors"),
    errno.ENAMETOOLONG: ("this file name is too long", "check the path for typing errors"),
}


def reading_error(problem: OSError | ValueError, path: Path) -> FileError:
    """The `FileError` that says why `path` cannot be read and what would mend it."""
    code = (problem.errno or 0) if isinstance(problem, OSError) else 0
    what, would_work = _REASONS.get(code, (f"it cannot be read ({problem})", "try a fresh copy of the file"))
    return FileError(what, where=str(path), would_work=would_work)


def plain_file(path: str | Path) -> Path:
    """`path`, having seen that it is an ordinary file (not a folder, a pipe or a device).

    Raises
    ------
    FileError
        If it is not there or is something else.
    """
    place = Path(path)
    try:
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        place.stat()
        if not place.is_file():
            raise FileError("this is not an ordinary file", where=str(place), would_work="name a file on disk")
    except (OSError, ValueError) as problem:
        raise reading_error(problem, place) from problem
    return place


def read_limited(path: str | Path, *, limit: int) -> bytes:
    """All bytes of a file of at most `limit` bytes; the limit is counted while reading, not believed.

    Raises
    ------
    FileError
        If it cannot be read, is empty, or is larger.
    """
    place = plain_file(path)
    try:
        with place.open("rb") as stream:
            content = stream.read(limit + 1)
    except (OSError, ValueError) as problem:
        raise reading_error(problem, place) from problem
    if not content:
        raise FileError("the file is empty", where=str(place), would_work="a fresh copy of the file")
    if len(content) > limit:
        raise FileError(
            f"the file is larger than {limit / MEBIBYTE:g} MiB",
            where=str(place),
            would_work="a smaller file: one piece, not a whole collection",
        )
    return content
