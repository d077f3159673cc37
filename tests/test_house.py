"""The house as a whole: imports go one way, `import petipa` is quick, every room says what it exports."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import petipa

ROOT = Path(petipa.__file__).parent

# Each step may import the steps before it; rooms on one step do not import each other.
STEPS = (
    ("errors",),
    ("counts", "showing"),
    ("files",),
    ("music", "floor", "lexicon", "dancer"),
    ("mechanics", "choreography"),
    ("choreographer", "motion", "notation"),
    ("measure", "tutu"),
    ("coach", "exchange", "stage", "season"),
    ("production", "dictionary"),
    ("cli", "studio"),
)
RANK = {room: rank for rank, rooms in enumerate(STEPS) for room in rooms}
FILES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imported_rooms(path: Path) -> set[str]:
    """The rooms a file imports, wherever in the file it does so."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("petipa.")}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides which room it enters"
            module = (node.module or "").split(".")
            if module[0] == "petipa":
                rooms |= {module[1]} if len(module) > 1 else {alias.name for alias in node.names}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = room_of(path)
    assert room in RANK, f"{room} has no place in the house yet: add it to STEPS"
    wrong = {other for other in imported_rooms(path) if other != room and RANK[other] >= RANK[room]}
    assert not wrong, f"{room} must not import {sorted(wrong)}"


def test_importing_petipa_is_quick_and_light() -> None:
    code = (
        "import sys, time; start = time.process_time(); import petipa, petipa.cli.main; "
        "heavy = {'numpy', 'scipy', 'numba', 'librosa', 'pinocchio', 'av', 'partitura'} & set(sys.modules); "
        "print(sorted(heavy), time.process_time() - start)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy, seconds = said.rsplit(" ", 1)
    assert heavy == "[]"
    assert float(seconds) < 3.0


@pytest.mark.parametrize("room", sorted(path.parent.name for path in ROOT.glob("*/__init__.py")))
def test_what_a_room_names_exists(room: str) -> None:
    module = importlib.import_module(f"petipa.{room}")
    for name in getattr(module, "__all__", []):
        assert hasattr(module, name), f"petipa.{room} names {name} in __all__ and has none"
