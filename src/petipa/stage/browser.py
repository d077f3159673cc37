"""Finding a browser and running it, without a window and without a driver, for as long as a block lasts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from petipa.errors import StageError

_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
_MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_GET_ONE = (
    "on Debian `apt install chromium-headless-shell libegl1 libgl1-mesa-dri`, on macOS `brew install --cask chromium`; "
    "or name one in PETIPA_BROWSER. Everything but the film is made without it"
)


def find_browser() -> Path:
    """The browser to film with: ``PETIPA_BROWSER`` if set, else the first Chromium or Chrome found.

    Raises
    ------
    StageError
        There is none; the message says how to get one.
    """
    named = os.environ.get("PETIPA_BROWSER", "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise StageError(
                "PETIPA_BROWSER names no program that can be run", where=named, would_work="the path of a Chromium"
            )
        return Path(found)
    for name in (*_NAMES, *(_MAC_APPLICATIONS if sys.platform == "darwin" else ())):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise StageError("no browser was found to draw the film with", would_work=HOW_TO_GET_ONE)


def flags() -> list[str]:
    """What the browser is told: no window, and the real graphics driver."""
    # Without these, on Linux, Chromium falls silently to SwiftShader, 4 to 20 times slower than Mesa's llvmpipe.
    graphics = ["--use-gl=angle", "--use-angle=gl-egl"] if sys.platform.startswith("linux") else []
    return [
        *graphics,
        "--ignore-gpu-blocklist",
        "--headless",
        "--no-sandbox",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
        "--mute-audio",
    ]


@dataclass(frozen=True)
class Browser:
    """A running browser."""

    process: subprocess.Popen[bytes]
    complaints: Path

    def ended(self) -> bool:
        """Whether it is no longer running."""
        return self.process.poll() is not None

    def last_words(self) -> str:
        """The end of what it printed."""
        with contextlib.suppress(OSError):
            return self.complaints.read_text(errors="replace")[-600:].strip()
        return ""


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the browser and every process it started: its wrapper alone would leave the others running."""
    for sign, patience in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            # The leader is gone; give the rest a moment before they are made to go.
            time.sleep(0.1)
    process.wait()


_PR_SET_PDEATHSIG = 1


def _dies_with_us() -> Callable[[], object] | None:
    """What the browser calls before it begins, so that it ends even where we are killed outright (prctl(2))."""
    if not sys.platform.startswith("linux"):
        return None
    # Loaded here: between fork and exec nothing may be.
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@contextlib.contextmanager
def open_browser(url: str) -> Iterator[Browser]:
    """Show `url` in a headless browser until the block ends; its whole process group always ends with the block.

    Raises
    ------
    StageError
        There is no browser, or it cannot be started.
    """
    program = find_browser()
    with tempfile.TemporaryDirectory(prefix="petipa-browser-", ignore_cleanup_errors=True) as folder:
        complaints = Path(folder) / "stderr"
        with complaints.open("wb") as stderr:
            try:
                process = subprocess.Popen(
                    [str(program), *flags(), f"--user-data-dir={folder}/profile", url],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                    start_new_session=True,
                    preexec_fn=_dies_with_us(),
                )
            except OSError as problem:
                raise StageError(
                    f"the browser cannot be started ({problem.strerror})",
                    where=str(program),
                    would_work=HOW_TO_GET_ONE,
                ) from problem
            try:
                yield Browser(process, complaints)
            finally:
                _end_group(process)
