"""A page in a real browser, driven over the DevTools pipe: enough to press keys, ask questions and take pictures."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import pytest

from petipa.errors import StageError
from petipa.stage.browser import find_browser, flags
from petipa.stage.web_files import web_file


def built() -> bool:
    try:
        web_file("petipa.js")
    except StageError:
        return False
    return True


def has_browser() -> bool:
    try:
        find_browser()
    except StageError:
        return False
    return True


needs_script = pytest.mark.skipif(not built(), reason="the scene's script is not built: make install, with Node")
needs_browser = pytest.mark.skipif(not has_browser(), reason="no Chromium or Chrome on this machine")


class Page:
    """One page, once loaded."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._contexts: dict[str, int] = {}  # of each frame

    def call(self, method: str, *, patience: float = 60.0, **params: Any) -> dict[str, Any]:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        wanted = self._last
        until = time.monotonic() + patience
        while True:
            answer = self._next(until)
            if answer.get("id") == wanted:
                assert "error" not in answer, (method, answer["error"])
                return dict(answer.get("result", {}))

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            assert ready, "the browser did not answer in time"
            self._buffer += os.read(self._read, 1 << 20)
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = dict(json.loads(text))
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"].get("exception", {}).get("description", params)))
        if message.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(str([a.get("value", a.get("description")) for a in params["args"]]))
        if message.get("method") == "Runtime.executionContextCreated":
            context = params["context"]
            if context.get("auxData", {}).get("isDefault"):
                self._contexts[context["auxData"]["frameId"]] = context["id"]
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        return message

    def open(self, url: str, *, size: tuple[int, int]) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Runtime.enable")
        self.call("Network.enable")
        self.call("Page.enable")
        self.resize(size)
        still = {"name": "prefers-reduced-motion", "value": "reduce"}  # no picture of a thing half faded
        self.call("Emulation.setEmulatedMedia", features=[still])
        self.call("Page.navigate", url=url)

    def resize(self, size: tuple[int, int]) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False
        )

    def guest(self, part: str) -> str:
        """The frame within the page whose address has this part."""
        tree = self.call("Page.getFrameTree")["frameTree"]
        (frame,) = (f["frame"]["id"] for f in tree["childFrames"] if part in f["frame"]["url"])
        return str(frame)

    def ask(self, expression: str, *, patience: float = 60.0, within: str | None = None) -> Any:
        """The value of an expression, awaited if it is a promise; asked by a hand on the page, so that it may sound.

        `within`: a frame within the page, as `guest` names it.
        """
        place = {} if within is None else {"contextId": self._contexts[within]}
        answer = self.call(
            "Runtime.evaluate",
            patience=patience,
            **place,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str, *, patience: float = 90.0, within: str | None = None) -> None:
        until = time.monotonic() + patience
        while not self.ask(expression, within=within):
            assert time.monotonic() < until, f"never came true: {expression}; {self.complaints}"
            time.sleep(0.1)

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def choose(self, selector: str, *files: str) -> None:
        """Give files to a file picker, as one who has chosen them."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=list(files))

    def picture(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", patience=90.0)["data"])


@contextlib.contextmanager
def open_page(url: str, *, size: tuple[int, int] = (1280, 720)) -> Iterator[Page]:
    program = find_browser()
    down_read, down_write = os.pipe()
    up_read, up_write = os.pipe()

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The browser reads commands on descriptor 3 and answers on 4.
        process = subprocess.Popen(
            [
                "bash",  # plain sh cannot name descriptors above 9
                "-c",
                f'exec 3<&{down_read} 4>&{up_write}; exec "$0" "$@"',
                str(program),
                *flags(),
                "--remote-debugging-pipe",
                f"--user-data-dir={folder}",
                "about:blank",
            ],
            pass_fds=(down_read, up_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(down_read)
        os.close(up_write)
        try:
            page = Page(down_write, up_read)
            page.open(url, size=size)
            yield page
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            os.close(down_write)
            os.close(up_read)
