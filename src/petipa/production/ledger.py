"""What a folder holds, and of which inputs each of its files was made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petipa.files import write_atomic

if TYPE_CHECKING:
    pass


_ROW = re.compile(r"\[\n\s+(-?[\d.e+-]+(?:,\n\s+-?[\d.e+-]+)*)\n\s+\]")


def digest(*parts: bytes | str) -> str:
    """One SHA-256 of several parts, none of which can run into the next."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big"))
        total.update(content)
    return total.hexdigest()


def _file_digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            total.update(block)
    return total.hexdigest()


@cache
def own_digest() -> str:
    """A digest of petipa itself, so that what an older petipa made is not taken for its own."""
    root = Path(str(resources.files("petipa")))
    kinds = {".py", ".toml", ".npz", ".js", ".css", ".html"}
    files = sorted(
        path for path in root.rglob("*") if path.suffix in kinds and path.relative_to(root).parts[0] != "cli"
    )
    return digest(*(part for path in files for part in (str(path.relative_to(root)), path.read_bytes())))


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values as JSON, wholly or not at all."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    # Rows of plain numbers read better on one line.
    rows = re.sub(
        r"\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]", lambda row: "[" + " ".join(row[1].split()) + "]", text
    )
    write_atomic(path, (rows + "\n").encode())


@dataclass
class Ledger:
    """What a folder holds, and of which inputs each file was made: `manifest.json`, read back to resume.

    Attributes
    ----------
    out : Path
    before : mapping
        The files of the manifest found there, by name: ``sha256`` and ``key``.
    now : dict
        The files of this run.
    """

    out: Path
    before: Mapping[str, Mapping[str, Any]]
    now: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, out: Path) -> Ledger:
        """The ledger of a folder; empty where there is no manifest that can be read, since all can be made again."""
        try:
            files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
            before = {str(name): dict(facts) for name, facts in files.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            before = {}
        return cls(out, before)

    def intact(self, name: str) -> str | None:
        """What the file `name` was made of, if it is there as it was made; else None."""
        facts, path = self.before.get(name, {}), self.out / name
        try:
            good = path.is_file() and _file_digest(path) == facts.get("sha256")
        except OSError:
            return None
        return str(facts.get("key")) if good else None

    def holds(self, name: str, key: str) -> bool:
        """Whether `name` is there as it was made, and was made of what `key` stands for; then it is entered."""
        good = self.intact(name) == key
        if good:
            self.add(name, key)
        return good

    def add(self, name: str, key: str) -> None:
        """Enter a file that has been made."""
        path = self.out / name
        self.now[name] = {"bytes": path.stat().st_size, "sha256": _file_digest(path), "key": key}

    def drop_stale(self) -> None:
        """Remove what an earlier run made here and this one neither made nor confirmed: it shows another dance."""
        for name in self.before:
            if name not in self.now and Path(name).name == name:
                (self.out / name).unlink(missing_ok=True)
        self.before = {name: facts for name, facts in self.before.items() if name in self.now}

    @property
    def entries(self) -> dict[str, Mapping[str, Any]]:
        """What the manifest shall list: the files of this run, and those found here of which nothing is known yet.

        The latter stay until `drop_stale`, so that an interrupted run forgets neither what is still good nor what is
        to be removed.
        """
        return {**self.before, **self.now}

    @property
    def files(self) -> dict[str, Path]:
        """Every file entered, by name."""
        return {name: self.out / name for name in self.now}
