"""Frames of the scene, drawn by a headless browser and handed over a local connection.

The page draws a frame, reads its pixels and posts them to a small server on 127.0.0.1 which only it knows the path of:
raw pixels cost a copy, where a screenshot through the browser's debugging port costs half a second.
"""

from __future__ import annotations

import contextlib
import json
import queue
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.errors import StageError
from petipa.showing import Camera
from petipa.stage.act import Act
from petipa.stage.browser import HOW_TO_GET_ONE, Browser, open_browser
from petipa.stage.pack import pack_act
from petipa.stage.web_files import web_file

FIRST_FRAME_PATIENCE = 180.0
"""How long the first frame may take [s]: it compiles every shader and paints the set."""
FRAME_PATIENCE = 60.0
"""How long each further frame may take [s]."""

_KINDS = {"film.html": "text/html; charset=utf-8", "petipa.js": "text/javascript", "plan.json": "application/json"}


class Quality(Enum):
    """How finely a film is drawn."""

    DRAFT = "draft"
    FINAL = "final"


class View(Enum):
    """Where the camera looks: with the dancer, or at the whole stage."""

    FOLLOW = "follow"
    WIDE = "wide"


@dataclass(frozen=True)
class Titles:
    """A film's first and last card, before the dance over the dark house and after it over the dark.

    Attributes
    ----------
    title : str
    first, last : tuple of str
        Lines under it.
    lead, tail : float
        How long the cards stand [s].
    """

    title: str
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    lead: float = 5.0
    tail: float = 4.5

    def told(self) -> dict[str, Any]:
        """As the page reads them."""
        cards = {name: {"title": self.title, "lines": list(getattr(self, name))} for name in ("first", "last")}
        return {"lead": self.lead, "tail": self.tail, **cards}


@dataclass(frozen=True)
class Frame:
    """One drawn frame: its number and its picture, shape (height, width, 4), uint8 RGBA, top row first."""

    number: int
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class _Failure:
    what: str


class _Exchange:
    """What passes between the page and us."""

    def __init__(self, files: dict[str, bytes], size: tuple[int, int]) -> None:
        self.files = files
        self.size = size
        self.renderer = ""
        self.figures: dict[str, Any] = {}
        # Two frames at most wait to be encoded: the page holds the next back until one is taken.
        self.frames: queue.Queue[Frame | _Failure | None] = queue.Queue(maxsize=2)
        self.closed = threading.Event()

    def put(self, item: Frame | _Failure | None) -> None:
        while not self.closed.is_set():
            with contextlib.suppress(queue.Full):
                self.frames.put(item, timeout=0.2)
                return


def _handler(exchange: _Exchange, secret: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the progress display."""

        def _answer(self, code: int, content: bytes = b"", kind: str = "application/octet-stream") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def _name(self) -> str | None:
            prefix = f"/{secret}/"
            return self.path[len(prefix) :] if self.path.startswith(prefix) else None

        def do_GET(self) -> None:
            name = self._name()
            content = exchange.files.get(name) if name is not None else None
            if content is None:
                self._answer(404)
            else:
                self._answer(200, content, _KINDS.get(str(name), "application/octet-stream"))

        def do_POST(self) -> None:
            name = self._name()
            width, height = exchange.size
            length = int(self.headers.get("Content-Length") or 0)
            if name is None or length > width * height * 4 + 65536:
                self.close_connection = True
                self._answer(404)
                return
            body = self.rfile.read(length)
            if name.startswith("frame/") and length == width * height * 4:
                picture = np.frombuffer(body, dtype=np.uint8).reshape(height, width, 4)[::-1]
                exchange.put(Frame(int(name[6:]), picture))
            elif name == "hello":
                exchange.renderer = str(json.loads(body).get("renderer", ""))
            elif name == "done":
                exchange.figures = dict(json.loads(body))
                exchange.put(None)
            elif name == "failed":
                exchange.put(_Failure(body.decode(errors="replace")[:2000]))
            else:
                self._answer(404)
                return
            self._answer(200)

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the browser hangs up when it is ended."""


_TICK = 0.25
"""How often one looks whether the browser still lives [s]."""


def _next(exchange: _Exchange, browser: Browser, patience: float) -> Frame | None:
    # Patience is counted in looks, not by the clock: a machine that slept for an hour has drawn nothing meanwhile.
    looks = max(1, round(patience / _TICK))
    while True:
        try:
            item = exchange.frames.get(timeout=_TICK)
        except queue.Empty:
            looks -= 1
            if browser.ended():
                raise StageError(
                    "the browser ended before the film did: " + (browser.last_words() or "it said nothing"),
                    would_work=HOW_TO_GET_ONE,
                ) from None
            if looks <= 0:
                raise StageError(
                    f"the browser drew no frame within {patience:.0f} s",
                    would_work="fewer programs running beside it, or a smaller picture",
                ) from None
            continue
        if isinstance(item, _Failure):
            raise StageError(
                f"the scene could not be drawn: {item.what}",
                would_work="a browser with WebGL 2: " + HOW_TO_GET_ONE,
            )
        return item


@dataclass
class Shoot:
    """Frames as they are drawn, with what drew them and how much it had to draw.

    Attributes
    ----------
    renderer : str
        The browser's own name for what draws, known from the first frame on.
    figures : dict
        Draw calls and triangles of the last frame, known after the last.
    """

    frames: Iterator[Frame]
    renderer: str = ""
    figures: dict[str, Any] | None = None


@contextlib.contextmanager
def shoot(
    act: Act,
    numbers: Sequence[int],
    *,
    fps: float,
    size: tuple[int, int] = (1280, 720),
    quality: Quality = Quality.DRAFT,
    view: View = View.FOLLOW,
    camera: Camera = Camera.FILMED,
    plates: bool = True,
    package: bytes | None = None,
    titles: Titles | None = None,
    poster: Mapping[str, Any] | None = None,
) -> Iterator[Shoot]:
    """Draw the frames `numbers` (of `fps` a second, 0 at the act's start or, with `titles`, at theirs), in that order.

    What stands still is drawn once for many frames (`plates`), or anew in each. `package` is the act packed, if it is
    packed already.

    With `poster`, the samples of one moment instead: its ``seconds``, and of each of its ``samples`` the six shifts.

    Raises
    ------
    StageError
        No browser, no WebGL, or the scene's script is not built.
    """
    plan = {
        "width": size[0],
        "height": size[1],
        "fps": fps,
        "quality": quality.value,
        "view": view.value,
        "camera": camera.value,
        "plates": plates,
        "titles": titles.told() if titles is not None else None,
        "frames": [int(n) for n in numbers],
        "poster": poster,
    }
    files = {
        "film.html": web_file("film.html"),
        "petipa.js": web_file("petipa.js"),
        "plan.json": json.dumps(plan).encode(),
        "act.bin": pack_act(act) if package is None else package,
    }
    exchange = _Exchange(files, size)
    secret = secrets.token_urlsafe(16)
    try:
        server = _Server(("127.0.0.1", 0), _handler(exchange, secret))
    except OSError as problem:
        raise StageError(
            f"no local connection can be opened for the browser ({problem.strerror})",
            would_work="a machine that lets programs listen on 127.0.0.1",
        ) from problem
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        with open_browser(f"http://127.0.0.1:{server.server_address[1]}/{secret}/film.html") as browser:
            run = Shoot(iter(()))

            def frames() -> Iterator[Frame]:
                # A larger picture takes longer, and more of it the slower what draws it is.
                large = max(1.0, size[0] * size[1] / (1920 * 1080))
                patience = large * FIRST_FRAME_PATIENCE
                while (frame := _next(exchange, browser, patience)) is not None:
                    run.renderer = exchange.renderer
                    patience = large * FRAME_PATIENCE
                    yield frame
                run.figures = exchange.figures

            run.frames = frames()
            yield run
    finally:
        exchange.closed.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def still(
    act: Act,
    seconds: float,
    *,
    size: tuple[int, int] = (1280, 720),
    quality: Quality = Quality.FINAL,
    view: View = View.FOLLOW,
    camera: Camera = Camera.FILMED,
) -> NDArray[np.uint8]:
    """One picture of the act at `seconds` from its start, shape (height, width, 3), uint8 RGB."""
    fps = 1000.0
    with shoot(act, [round(seconds * fps)], fps=fps, size=size, quality=quality, view=view, camera=camera) as run:
        (frame,) = run.frames
        return np.ascontiguousarray(frame.picture[..., :3])
