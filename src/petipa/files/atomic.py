"""Writing so that a file is either wholly there under its name or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from petipa.errors import FileError

_REASONS: dict[int, tuple[str, str]] = {
    errno.EACCES: ("there is no permission to write here", "choose a folder you may write to, with -o"),
    errno.EPERM: ("there is no permission to write here", "choose a folder you may write to, with -o"),
    errno.EROFS: ("this disk is read-only", "choose a folder on a disk that can be written to, with -o"),
    errno.ENOSPC: ("the disk is full", "free some space, or choose another disk with -o"),
    errno.EDQUOT: ("your disk quota is used up", "free some space, or choose another disk with -o"),
    errno.ENOENT: ("the folder does not exist and could not be made", "check the path for typing errors"),
    errno.ENOTDIR: ("part of this path is a file, not a folder", "choose another name with -o"),
    errno.EISDIR: ("this is a folder, not a file", "give a file name inside it"),
    errno.EEXIST: ("a file of this name is in the way of a folder", "choose another name with -o"),
    errno.ENAMETOOLONG: ("this file name is too long", "choose a shorter name"),
}


def file_error(problem: OSError, path: Path) -> FileError:
    """The `FileError` that says what an `OSError` on `path` means and what would mend it."""
    code = problem.errno if problem.errno is not None else 0
    what, would_work = _REASONS.get(
        code, (f"it cannot be written ({problem.strerror or problem})", "try another place")
    )
    return FileError(what, where=str(path), would_work=would_work)


def make_folder(path: str | Path) -> Path:
    """Make the folder `path` with its parents, if it is not there yet, and return it.

    Raises
    ------
    FileError
        Where a file is in the way or there is no permission.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise file_error(problem, folder) from problem
    return folder


def _private_path(final: Path) -> Path:
    """An empty file beside `final`, on the same disk, with the same suffix (encoders choose a format by it)."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, name = tempfile.mkstemp(prefix=f".{final.stem[:40]}.", suffix=f".part{final.suffix}", dir=final.parent)
    except OSError as problem:
        raise file_error(problem, final) from problem
    os.close(handle)
    return Path(name)


def _public_mode() -> int:
    """The permissions an ordinarily created file would have (mkstemp's are for its owner only)."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A private path to write to, which takes the name `path` when the block ends well.

    The private file has the suffix of `path`, lies in the same folder, and is removed if the block raises.

    Parameters
    ----------
    path : str or Path
        Where the file shall be at the end; missing parent folders are made.

    Yields
    ------
    Path
        Write here.

    Raises
    ------
    FileError
        For every `OSError` of the block: no permission, disk full, folder in the way.
    """
    final = Path(path)
    private = _private_path(final)
    try:
        try:
            yield private
            with private.open("rb") as written:
                os.fsync(written.fileno())
            private.chmod(_public_mode())
            private.replace(final)
        except OSError as problem:
            raise file_error(problem, final) from problem
    finally:
        private.unlink(missing_ok=True)


def write_atomic(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`, wholly or not at all.

    Raises
    ------
    FileError
        No permission, disk full, a folder of that name, and so on.
    """
    with atomic_path(path) as private:
        private.write_bytes(content)
