"""The illustrated dictionary as a folder: what is still good is kept, several runs may fill it at once.

``index.html``, ``steps/KEY.html`` (text), ``danced/KEY.jpg``, ``danced/KEY.html`` and ``danced/KEY.thumb.jpg``
(pictures and the interactive view), ``danced/KEY.json`` (what they were made of), and ``shared/`` (script, style,
body). Texts are quick and always written; only what is drawn takes time, and it is drawn again only when something it
depends on has changed. A run that finds an entry being drawn by another leaves it alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from petipa.dictionary.facts import Facts, facts_of, find_families
from petipa.dictionary.pages import Pictures, entry_page, index_page
from petipa.errors import PetipaError
from petipa.files import make_folder, write_atomic
from petipa.lexicon import Entry, Lexicon, load_lexicon
from petipa.lexicon.neighbours import Neighbourhood

Report = Callable[[str, float], None]

_ROOMS = frozenset(
    {"choreography", "counts.py", "dancer", "dictionary", "floor", "lexicon", "mechanics", "motion", "stage"}
)
_KINDS = frozenset({".py", ".npz", ".js", ".css", ".html", ".toml"})
_PARTS = ("jpg", "html", "thumb.jpg")


@dataclass(frozen=True)
class Made:
    """What a run has done.

    Attributes
    ----------
    index : Path
    pages : int
        Entries with a page.
    drawn, kept, busy : tuple of str
        Entries drawn now, still good from before, and being drawn by another run.
    failed : mapping
        Entries that could not be danced, and why.
    """

    index: Path
    pages: int
    drawn: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


@cache
def _house() -> str:
    """A digest of every source a picture depends on, the entries themselves aside."""
    root = Path(str(resources.files("petipa")))
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        within = path.relative_to(root)
        room = within.parts[0]
        # The steps themselves count one by one: see `recipe_of`.
        if path.suffix in _KINDS and room in _ROOMS and (room != "lexicon" or path.suffix == ".py"):
            total.update(str(within).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def recipe_of(key: str, dancer: str) -> str:
    """A digest of everything the pictures of an entry are made of.

    Raises
    ------
    PetipaError
        Its example cannot be read.
    """
    from petipa.choreography import example_of

    lexicon = load_lexicon()
    example = example_of(lexicon[key], lexicon)
    total = hashlib.sha256(f"{_house()}\0{dancer}\0{key}\0{example.text}\0{example.steps!r}".encode())
    for one in sorted({key, *(step.entry for step in example.steps)}):
        entry = lexicon[one]
        total.update(f"\0{entry!r}\0{dict(entry.motion)!r}".encode())
    return total.hexdigest()


def _record(folder: Path, key: str) -> dict[str, Any]:
    """What is known of an entry's pictures; empty where they are not whole."""
    danced = folder / "danced"
    try:
        record = json.loads((danced / f"{key}.json").read_text(encoding="utf-8"))
        good = all((danced / f"{key}.{part}").stat().st_size == int(record["bytes"][part]) for part in _PARTS)
        return dict(record) if good else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _pictures(folder: Path, key: str) -> Pictures:
    record = _record(folder, key)
    if not record:
        return Pictures()
    wide, tall = (int(n) for n in record["size"])
    return Pictures(f"danced/{key}.jpg", f"danced/{key}.html", f"danced/{key}.thumb.jpg", (wide, tall))


@contextlib.contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """Whether this run has `path` to itself until the block ends; given up by itself if the run dies."""
    make_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            import fcntl
        except ImportError:  # no such locks on this system: writing is atomic, so the worst is work done twice
            yield True
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def draw(folder: str, key: str, dancer: str, recipe: str) -> str:
    """Dance an entry and write its pictures; "drawn", "kept" or "busy", else why it could not be danced."""
    from petipa.dictionary.danced import dance_entry, strip_jpeg, thumb_jpeg, view_of

    home = Path(folder)
    with _claimed(home / ".work" / f"{key}.lock") as mine:
        if not mine:
            return "busy"
        if _record(home, key).get("recipe") == recipe:
            return "kept"  # another run was quicker
        try:
            danced = dance_entry(key, dancer=dancer)
            strip, size = strip_jpeg(danced)
            parts = {"jpg": strip, "html": view_of(danced, shared="../shared"), "thumb.jpg": thumb_jpeg(danced)}
            for part, content in parts.items():
                write_atomic(home / "danced" / f"{key}.{part}", content)
            record = {"recipe": recipe, "size": size, "bytes": {part: len(content) for part, content in parts.items()}}
            write_atomic(home / "danced" / f"{key}.json", (json.dumps(record) + "\n").encode())
        except PetipaError as problem:
            return str(problem)
    return "drawn"


def _write(path: Path, content: bytes) -> None:
    """Write what is not there already, so that a second run leaves every date as it is."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return
    write_atomic(path, content)


def _chosen(lexicon: Lexicon, names: Sequence[str], families: Sequence[str]) -> list[Entry]:
    wanted = {lexicon.sought(name).key for name in names}
    kinds = find_families(families, lexicon)
    if not wanted and not kinds:
        return list(lexicon.entries.values())
    return [entry for entry in lexicon.entries.values() if entry.key in wanted or entry.family in kinds]


def illustrate(
    folder: Path,
    *,
    names: Sequence[str] = (),
    families: Sequence[str] = (),
    jobs: int = 1,
    dancer: str | None = None,
    report: Report | None = None,
) -> Made:
    """Write the illustrated dictionary into a folder.

    Parameters
    ----------
    names, families : sequences of str
        What shall be drawn; everything when both are empty. Texts are written for every entry.
    jobs : int
        Entries drawn at a time.
    dancer : str, optional
        Who shows them.
    report : callable, optional
        Told "draw" and the share that is done.

    Raises
    ------
    PetipaError
        A name is unknown, the scene's script is not built, or the folder cannot be written to. Entries that cannot be
        danced are reported in the result instead.
    """
    from petipa.dancer import load_dancer
    from petipa.dancer.body import body_of
    from petipa.stage.page import shared_files

    lexicon = load_lexicon()
    chosen = _chosen(lexicon, names, families)
    shows = load_dancer(dancer or "noah")
    who = shows.name
    home = make_folder(folder)
    shared = shared_files(body_of(shows.skeleton))
    own = resources.files("petipa.dictionary")
    shared |= {name: (own / name).read_bytes() for name in ("dictionary.css", "search.js")}
    for name, content in shared.items():
        _write(home / "shared" / name, content)
    around = Neighbourhood(lexicon)
    pages = {entry.key: facts_of(entry, lexicon, around) for entry in lexicon.entries.values()}

    def write_page(facts: Facts) -> None:
        example = lexicon[facts.key].example
        _write(
            home / "steps" / f"{facts.key}.html",
            entry_page(facts, lexicon, _pictures(home, facts.key), example=example),
        )

    def write_index() -> None:
        drawn = {key: _pictures(home, key) for key in pages}
        _write(home / "index.html", index_page(pages.values(), lexicon, drawn))

    for facts in pages.values():
        write_page(facts)
    write_index()
    outcome: dict[str, str] = {}
    tell = report or (lambda stage, share: None)
    tell("draw", 0.0)

    def settle(key: str, came: str) -> None:
        outcome[key] = came
        write_page(pages[key])
        tell("draw", len(outcome) / len(chosen))

    todo: list[tuple[str, str]] = []
    for entry in chosen:
        try:
            recipe = recipe_of(entry.key, who)
        except PetipaError as problem:
            settle(entry.key, str(problem))
            continue
        if _record(home, entry.key).get("recipe") == recipe:
            settle(entry.key, "kept")
        else:
            todo.append((entry.key, recipe))
    try:
        for key, came in _all_drawn(str(home), todo, who, jobs):
            settle(key, came)
    finally:
        write_index()
    by = {
        word: tuple(sorted(key for key, came in outcome.items() if came == word)) for word in ("drawn", "kept", "busy")
    }
    failed = {key: came for key, came in sorted(outcome.items()) if came not in by}
    return Made(home / "index.html", len(pages), by["drawn"], by["kept"], by["busy"], failed)


def _all_drawn(home: str, todo: Sequence[tuple[str, str]], dancer: str, jobs: int) -> Iterator[tuple[str, str]]:
    """Each entry with what came of it, as it is done."""
    if jobs <= 1 or len(todo) <= 1:
        for key, recipe in todo:
            yield key, draw(home, key, dancer, recipe)
        return
    import multiprocessing

    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: dict[Future[str], str] = {pool.submit(draw, home, key, dancer, recipe): key for key, recipe in todo}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for one in done:
                    yield waiting.pop(one), one.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
