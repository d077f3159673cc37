"""Files are written wholly or not at all, and failures say what would work."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from petipa.errors import FileError
from petipa.files import atomic_path, make_folder, write_atomic


def test_write_makes_folders_and_leaves_only_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "film.mp4"
    write_atomic(target, b"one")
    write_atomic(target, b"two")
    assert target.read_bytes() == b"two"
    assert [entry.name for entry in target.parent.iterdir()] == ["film.mp4"]


def test_failure_keeps_the_old_file_and_removes_the_private_one(tmp_path: Path) -> None:
    target = tmp_path / "sheet.svg"
    write_atomic(target, b"old")
    with pytest.raises(ZeroDivisionError), atomic_path(target) as private:
        private.write_bytes(b"half")
        _ = 1 / 0
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.svg"]


def test_private_path_keeps_the_suffix_an_encoder_looks_at(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "music.wav") as private:
        assert private.suffix == ".wav"
        assert private.parent == tmp_path
        private.write_bytes(b"")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_os_errors_become_file_errors(tmp_path: Path, code: int) -> None:
    with pytest.raises(FileError) as caught, atomic_path(tmp_path / "x.bin"):
        raise OSError(code, os.strerror(code))
    assert caught.value.would_work
    assert str(tmp_path / "x.bin") == caught.value.where
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError):
        write_atomic(tmp_path / "folder", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError):
        write_atomic(tmp_path / "file" / "inside", b"")
    with pytest.raises(FileError):
        make_folder(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileError, match="permission"):
            write_atomic(tmp_path / "x", b"")
    finally:
        tmp_path.chmod(0o700)
