"""Two performances on one page: before and after an edit, two dancers, a pupil and the piece as it was set."""

from __future__ import annotations

import base64
import binascii
import html
import os
import re
import zlib
from pathlib import Path

from petipa.errors import StageError
from petipa.files import MEBIBYTE, read_limited, write_atomic
from petipa.stage.pack import MAGIC

LARGEST = 400 * MEBIBYTE
"""Of a page that is read [bytes]: half an hour's dance."""

_ACT = re.compile(rb'<script id="act" type="application/octet-stream">([A-Za-z0-9+/=\s]*)</script>')
_BESIDE = re.compile(rb'(<script id="beside" type="application/octet-stream" data-name=")[^"]*(">)[^<]*(</script>)')


def _page(path: Path) -> tuple[Path, bytes]:
    place = path / "page.html" if path.is_dir() else path
    return place, read_limited(place, limit=LARGEST)


def _dance(place: Path, page: bytes) -> bytes:
    """The package of the dance on a page, as it is written there.

    Raises
    ------
    StageError
        The file is not a page of petipa's, or its dance is damaged.
    """
    found = _ACT.search(page)
    if found is None:
        raise StageError(
            "no dance is on this page", where=str(place), would_work="a page.html that `petipa perform` has written"
        )
    written = found.group(1).strip()
    try:
        head = zlib.decompressobj(wbits=31).decompress(base64.b64decode(written[: 4 * 1024]), len(MAGIC))
    except (binascii.Error, zlib.error):
        head = b""
    if head != MAGIC:
        raise StageError("the dance on this page is damaged", where=str(place), would_work="`petipa perform` again")
    return written


def write_beside(out: str | os.PathLike[str], one: str | os.PathLike[str], other: str | os.PathLike[str]) -> Path:
    """Write the page of `one` with the dance of `other` beside it, in time by the counts; sound is that of `one`.

    Parameters
    ----------
    one, other
        Pages of performances, or the folders they are in.

    Returns
    -------
    Path
        The page with both.

    Raises
    ------
    StageError
        One of them is not a page of petipa's, or is of an older petipa that knew of no second dance.
    FileError
        One cannot be read, or the new one cannot be written.
    """
    place, page = _page(Path(one))
    _dance(place, page)
    there, guest = _page(Path(other))
    dance = _dance(there, guest)
    # Two dances of one title are told apart by where they lie.
    name = html.escape(there.resolve().parent.name if there.name == "page.html" else there.stem, quote=True)
    both, places = _BESIDE.subn(lambda found: found[1] + name.encode() + found[2] + dance + found[3], page, count=1)
    if not places:
        raise StageError(
            "this page has no room for a second dance: an older petipa wrote it",
            where=str(place),
            would_work="`petipa perform` again",
        )
    write_atomic(Path(out), both)
    return Path(out)
