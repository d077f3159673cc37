"""Compressed MusicXML (.mxl): a zip archive with a note of which member is the score."""

from __future__ import annotations

import io
import zipfile
import zlib

from petipa.errors import FileError
from petipa.files.reading import MEBIBYTE
from petipa.files.xml import parse_xml

MEMBERS_MAX = 1000
SCORE_MAX = 64 * MEBIBYTE
CONTAINER_MAX = MEBIBYTE
_CHUNK = 1 << 16
_END_RECORD = b"PK\x05\x06"


def _member(archive: zipfile.ZipFile, name: str, *, limit: int, where: str) -> bytes:
    """One member's bytes, counted while they come out; the size the archive states is not believed."""
    out = io.BytesIO()
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            if out.tell() + len(chunk) > limit:
                raise FileError(
                    f"'{name}' inside it unpacks to more than {limit // MEBIBYTE} MiB",
                    where=where,
                    would_work="the file exported afresh from a score editor",
                )
            out.write(chunk)
    return out.getvalue()


def unpack_mxl(content: bytes, *, where: str) -> bytes:
    """The MusicXML inside a compressed MusicXML file.

    Parameters
    ----------
    content : bytes
        The archive.
    where : str
        The file's name, for messages.

    Raises
    ------
    FileError
        If the archive is broken, encrypted, holds no score, has absurdly many members, or unpacks to too much.
    """
    # The directory of an archive is read whole before anything can be asked of it, so its size is looked at first.
    at = content.rfind(_END_RECORD)
    if at >= 0 and int.from_bytes(content[at + 10 : at + 12], "little") > MEMBERS_MAX:
        raise FileError("the archive has absurdly many members", where=where, would_work="an .mxl of one score")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > MEMBERS_MAX:
                raise FileError("the archive has absurdly many members", where=where, would_work="an .mxl of one score")
            score = ""
            if "META-INF/container.xml" in names:
                container = parse_xml(
                    _member(archive, "META-INF/container.xml", limit=CONTAINER_MAX, where=where), where=where
                )
                for element in container.iter():
                    if element.tag.rpartition("}")[2] == "rootfile" and element.get("full-path") in names:
                        score = element.get("full-path") or ""
                        break
            if not score:
                scores = [name for name in names if name.lower().endswith((".xml", ".musicxml")) and "/" not in name]
                score = scores[0] if scores else ""
            if not score:
                raise FileError("the archive holds no score", where=where, would_work="an .mxl with a MusicXML inside")
            return _member(archive, score, limit=SCORE_MAX, where=where)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as problem:
        raise FileError(
            f"the archive cannot be unpacked ({problem})",
            where=where,
            would_work="a complete .mxl, or the uncompressed .musicxml",
        ) from problem
