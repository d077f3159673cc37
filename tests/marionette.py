"""A page in Firefox on a screen of memory, driven over Marionette, its own remote control: no driver program needed."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
SCREEN = shutil.which("Xvfb")  # without any screen Firefox draws no WebGL
needs_firefox = pytest.mark.skipif(not (FIREFOX and SCREEN), reason="no Firefox, or no Xvfb to show it on")

_PREFERENCES = {
    "marionette.port": 0,  # any that is free; it is told in the profile
    "webgl.force-enabled": True,
    "media.autoplay.default": 0,
    "media.volume_scale": "0.0",
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "ui.prefersReducedMotion": 1,
}


class Firefox:
    """One window, once its remote control has answered."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._buffer = b""
        self._last = 0
        self._message()  # who it is
        self.call("WebDriver:NewSession", acceptInsecureCerts=False)

    def _message(self) -> Any:
        while b":" not in self._buffer:
            self._read()
        length, self._buffer = self._buffer.split(b":", 1)
        while len(self._buffer) < int(length):
            self._read()
        text, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(text)

    def _read(self) -> None:
        got = self._socket.recv(1 << 20)
        assert got, "Firefox has gone"
        self._buffer += got

    def call(self, command: str, **params: Any) -> Any:
        self._last += 1
        text = json.dumps([0, self._last, command, params]).encode()
        self._socket.sendall(b"%d:%s" % (len(text), text))
        _, number, problem, result = self._message()
        assert number == self._last and problem is None, (command, problem)
        return result

    def open(self, url: str, *, size: tuple[int, int]) -> None:
        self.call("WebDriver:SetTimeouts", script=120_000, pageLoad=120_000)
        self.call("WebDriver:SetWindowRect", width=size[0], height=size[1])
        self.call("WebDriver:Navigate", url=url)

    def ask(self, expression: str) -> Any:
        """The value of an expression."""
        # The page's own objects are behind a veil for whoever drives it.
        script = f"return window.wrappedJSObject.eval({json.dumps(expression)})"
        return self.call("WebDriver:ExecuteScript", script=script, args=[], sandbox="default")["value"]

    def wait(self, expression: str, *, patience: float = 120.0) -> None:
        until = time.monotonic() + patience
        while not self.ask(expression):
            assert time.monotonic() < until, f"never came true: {expression}"
            time.sleep(0.1)

    def press(self, key: str) -> None:
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.call("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": keys}])

    def picture(self) -> bytes:
        return base64.b64decode(self.call("WebDriver:TakeScreenshot", full=False, hash=False)["value"])


@contextlib.contextmanager
def screen(size: tuple[int, int]) -> Iterator[str]:
    """A screen of memory; its name, as programs are told it."""
    assert SCREEN is not None
    told, tells = os.pipe()
    process = subprocess.Popen(
        [SCREEN, "-displayfd", str(tells), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"],
        pass_fds=(tells,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        ready, _, _ = select.select([told], [], [], 60)
        assert ready, "there is no screen"
        yield ":" + os.read(told, 32).decode().strip()
    finally:
        os.close(told)
        process.kill()
        process.wait()


@contextlib.contextmanager
def open_firefox(url: str, *, size: tuple[int, int] = (640, 480)) -> Iterator[Firefox]:
    """Show `url` in a window of this size, its own bars included."""
    assert FIREFOX is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, screen(size) as display:
        profile = Path(folder)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        process = subprocess.Popen(
            [FIREFOX, "--marionette", "--no-remote", "--profile", folder, "about:blank"],
            env={**os.environ, "HOME": folder, "DISPLAY": display, "GDK_BACKEND": "x11"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            told = profile / "MarionetteActivePort"
            until = time.monotonic() + 90
            while not told.is_file() or not told.read_text().strip():
                assert time.monotonic() < until and process.poll() is None, "Firefox did not start"
                time.sleep(0.1)
            firefox = Firefox(int(told.read_text()))
            firefox.open(url, size=size)
            yield firefox
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
