"""The scene's script and pages, built from ``web/`` into this package."""

from __future__ import annotations

from importlib import resources

from petipa.errors import StageError


def web_file(name: str) -> bytes:
    """The content of a built file: ``petipa.js``, ``page.html``, ``page.css`` or ``film.html``.

    Raises
    ------
    StageError
        The script has not been built into this installation.
    """
    source = resources.files("petipa.stage") / "web" / name
    if not source.is_file():
        raise StageError(
            "the scene's script has not been built",
            where=f"stage/web/{name}",
            would_work="`make install`, or `npm ci && npm run build` in web/, with Node 18 or newer",
        )
    return source.read_bytes()
