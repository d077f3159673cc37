"""The interactive page: one file with the dance, its sound and the scene in it, opened from disk."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from petipa.dancer.body import Body
from petipa.errors import StageError
from petipa.files import write_atomic
from petipa.stage.act import Act, Beat, StepLike, act_of_motion
from petipa.stage.pack import pack_act, pack_body
from petipa.stage.sound import encode_mp3
from petipa.stage.web_files import web_file
from petipa.tutu.sway import DrapeLike

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def page_bytes(act: Act) -> bytes:
    """The page as HTML; it asks nothing of the network.

    Raises
    ------
    StageError
        The scene's script has not been built, or the sound cannot be encoded.
    """
    return _filled(
        title=html.escape(act.title),
        style=web_file("page.css").decode(),
        # A closing tag inside a script's text would end the script.
        script=web_file("petipa.js").decode().replace("</script", "<\\/script"),
        act=base64.b64encode(pack_act(act)).decode(),
        sound=base64.b64encode(encode_mp3(act.sound(), act.sample_rate)).decode(),
        sound_kind="audio/mpeg",
    )


def _filled(**places: str) -> bytes:
    """The page's template with its places filled."""
    places = {"beside": "", "beside_name": "", **places}
    return _PLACE.sub(lambda place: places[place.group(1)], web_file("page.html").decode()).encode()


def view_bytes(act: Act, *, shared: str) -> bytes:
    """The page of a silent act as HTML that shares its script, style and body with others, for a folder of many.

    Parameters
    ----------
    shared : str
        Where `shared_files` lie, as seen from the page: a relative folder.

    Raises
    ------
    StageError
        The scene's script has not been built.
    """
    page = _filled(
        title=html.escape(act.title),
        style="",
        script="",
        act=base64.b64encode(pack_act(act, with_body=False)).decode(),
        sound="",
        sound_kind="audio/mpeg",
    )
    folder = html.escape(shared, quote=True)
    scripts = [f'<script src="{folder}/{name}"></script>' for name in ("body.js", "petipa.js")]
    links = {
        b"<style></style>": f'<link rel="stylesheet" href="{folder}/page.css" />',
        b"<script></script>": "\n    ".join(scripts),
    }
    for place, link in links.items():
        if page.count(place) != 1:
            raise StageError(
                "the scene's page is not of this petipa", where="stage/web/page.html", would_work="`make install` again"
            )
        page = page.replace(place, link.encode())
    return page


def shared_files(body: Body) -> dict[str, bytes]:
    """What pages of `view_bytes` share: the scene's script, its style and the body.

    Raises
    ------
    StageError
        The scene's script has not been built.
    """
    return {
        "petipa.js": web_file("petipa.js"),
        "page.css": web_file("page.css"),
        # As a script, since a page opened from disk may load scripts and nothing else.
        "body.js": b'globalThis.petipaBody="' + base64.b64encode(pack_body(body)) + b'";\n',
    }


def write_act_page(path: str | os.PathLike[str], act: Act) -> Path:
    """Write the page of `act`, wholly or not at all, and return where it is."""
    write_atomic(Path(path), page_bytes(act))
    return Path(path)


def write_page(
    path: str | os.PathLike[str],
    *,
    title: str,
    skeleton: Any,
    motion: Any,
    body: Body | None = None,
    drape: DrapeLike | None = None,
    music: tuple[ArrayLike, int] | None = None,
    steps: Iterable[StepLike] | None = None,
    beats: Iterable[Beat] = (),
    phrases: Iterable[tuple[float, float]] = (),
) -> Path:
    """Write the interactive page of a motion.

    Parameters
    ----------
    skeleton, motion
        Whose `petipa.mechanics.forward` gives the bones; the page shows from ``motion.start`` to its last frame.
    body : Body, optional
        The one in the package when left out.
    drape : DrapeLike, optional
        A costume on that motion, its frame 0 at the motion's frame 0.
    music : (samples, rate), optional
        Samples of shape (n,) or (n, channels) from second 0 of the music.
    steps, beats, phrases : optional
        What to name as it plays, in music time; the motion's own steps, no counts and the whole when left out.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    StageError
        Nothing to show, or the scene's script has not been built.
    FileError
        It cannot be written there.
    """
    act = act_of_motion(
        title=title,
        skeleton=skeleton,
        motion=motion,
        body=body,
        drape=drape,
        music=music,
        steps=steps,
        beats=beats,
        phrases=phrases,
    )
    return write_act_page(path, act)
