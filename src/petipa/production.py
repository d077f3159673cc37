"""Runs the evening: each stage in its order, its time taken, its files kept, what is still good not made again.

The choreography is read and parsed, the music read, the text checked and placed in the music, danced (planned and
solved), measured, drawn as a strip, dressed (draped), and shown as a page and a film. Strip and page come before the
film, so that there is something to look at while it is made.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from petipa import __version__
from petipa.errors import ChoreographyError, FileError, MusicError, PetipaError
from petipa.files import make_folder, plain_file, write_atomic
from petipa.showing import Camera, Costume, Setting, Shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from petipa.choreography import Choreography, Finding, Findings, StepPlaced
    from petipa.dancer import Dancer
    from petipa.lexicon import Lexicon
    from petipa.measure import Excitement
    from petipa.motion.model import Motion
    from petipa.music import Music
    from petipa.stage.act import Act, Beat, DrapeLike
    from petipa.stage.camera import Titles
    from petipa.stage.floorplan import Section

Report = Callable[[str, float], None]
"""Told a stage's name and the share of it that is done, 0 to 1."""

_ROW = re.compile(r"\[\n\s+(-?[\d.e+-]+(?:,\n\s+-?[\d.e+-]+)*)\n\s+\]")

UNFINISHED = "motion-unfinished.npz"
"""A motion that breaks a law: kept to be looked into, never shown."""

FILM_RATE = 30.0
"""Frames a second of film and drape; half the motion's rate."""

SWELL_RATE = 4.0
"""Values of the music's swell a second in the manifest."""


class Stage(StrEnum):
    """The stages, in their order."""

    PARSE = "parse"
    READ = "read"
    CHECK = "check"
    RESOLVE = "resolve"
    PLAN = "plan"
    REFERENCE = "reference"
    SOLVE = "solve"
    MEASURE = "measure"
    STRIP = "strip"
    AUDIENCE = "audience"
    DRAPE = "drape"
    PAGE = "page"
    EXPORT = "export"
    POSTER = "poster"
    FILM = "film"


class FilmKind(StrEnum):
    """How the film is made, or that it is not."""

    DRAFT = "draft"
    FINAL = "final"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    Attributes
    ----------
    music, choreography : Path or None
        The files; what ships with petipa, or what the choreography's header names, where there is none.
    out : Path
        The folder to fill.
    film : FilmKind
    first_bar, last_bar : int or None
        The part to dance, both bars included.
    seed : int
        Another evening of the same dance.
    dancer : str or None
        Who dances; the header's dancer where there is none.
    setting, costume : Setting, Costume or None
        How it is shown; as the header says where there is none.
    shown : Shown
        How much of the evening is staged.
    audience : bool
        Whether the house is heard.
    camera : Camera
        Where the film is seen from.
    size : (int, int)
        Of the film's pictures [px], both even.
    """

    music: Path | None = None
    choreography: Path | None = None
    out: Path = Path("out")
    film: FilmKind = FilmKind.DRAFT
    first_bar: int | None = None
    last_bar: int | None = None
    seed: int = 0
    dancer: str | None = None
    setting: Setting | None = None
    costume: Costume | None = None
    shown: Shown = Shown.BOW
    audience: bool = True
    camera: Camera = Camera.FILMED
    size: tuple[int, int] = (1280, 720)


@dataclass(frozen=True)
class Performed:
    """What came of it: files by name, seconds by stage, what is worth saying, the measures."""

    files: Mapping[str, Path]
    seconds: Mapping[str, float]
    danced_seconds: float
    remarks: tuple[str, ...]
    measures: Mapping[str, Any]


class Account:
    """Times the stages and tells whoever watches."""

    def __init__(self, report: Report | None = None) -> None:
        self._report = report
        self.seconds: dict[str, float] = {}
        self.remarks: list[str] = []

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[Callable[[float], None]]:
        """Time the block as `stage`; the callable yielded takes the share that is done."""

        def share(done: float) -> None:
            if self._report is not None:
                self._report(stage.value, min(max(done, 0.0), 1.0))

        share(0.0)
        start = time.perf_counter()
        try:
            yield share
        finally:
            taken = time.perf_counter() - start
            self.seconds[stage.value] = self.seconds.get(stage.value, 0.0) + taken
        share(1.0)

    def relay(self) -> Callable[[str, float], None]:
        """A callable for a room that runs several stages itself: each stage lasts until the next is named."""
        last: list[tuple[str, float]] = [("", time.perf_counter())]

        def tell(stage: str, done: float) -> None:
            now = time.perf_counter()
            name, since = last[0]
            if name:
                self.seconds[name] = self.seconds.get(name, 0.0) + now - since
                if name != stage and self._report is not None:
                    self._report(name, 1.0)
            last[0] = (stage, now)
            if stage and self._report is not None:
                self._report(stage, min(max(done, 0.0), 1.0))

        return tell


def _digest(*parts: bytes | str) -> str:
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
def _own_digest() -> str:
    """A digest of petipa itself, so that what an older petipa made is not taken for its own."""
    root = Path(str(resources.files("petipa")))
    kinds = {".py", ".toml", ".npz", ".js", ".css", ".html"}
    files = sorted(
        path for path in root.rglob("*") if path.suffix in kinds and path.relative_to(root).parts[0] != "cli"
    )
    return _digest(*(part for path in files for part in (str(path.relative_to(root)), path.read_bytes())))


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


@dataclass(frozen=True)
class Programme:
    """What is on tonight: everything the dance needs, read and agreed.

    Attributes
    ----------
    title : str
    text : str
        The choreography as it was written.
    music : Music
    steps : tuple of StepPlaced
        Only those of the bars asked for.
    dancer : Dancer
    lexicon : Lexicon
    choreography : Choreography
        The same, parsed.
    """

    title: str
    text: str
    music: Music
    steps: tuple[StepPlaced, ...]
    dancer: Dancer
    lexicon: Lexicon
    choreography: Choreography

    @property
    def key(self) -> str:
        """What the dance depends on, petipa itself included."""
        seconds = [f"{self.music.seconds_at(step.at):.6f}" for step in self.steps]
        return _digest(_own_digest(), self.dancer.name, repr(self.steps), *seconds)


def shipped_variation() -> Path:
    """The variation that comes with petipa, written for its waltz."""
    return Path(str(resources.files("petipa.choreography"))) / "pieces" / "waltz.ballet"


def _find_music(choreography: Choreography, written: Path) -> Path | None:
    """The file a header's ``music`` means; None where the header names none.

    Looked for beside the text, among what ships with petipa, and in the music folder of ``PETIPA_DATA``.

    Raises
    ------
    FileError
        It is in none of them.
    """
    from petipa.music import shipped_piece

    if not choreography.music:
        return None
    library = Path(os.environ.get("PETIPA_DATA") or "../shared/data") / "music"
    for folder in (written.parent, shipped_piece().parent, library):
        if (folder / choreography.music).is_file():
            return folder / choreography.music
    raise FileError(
        f"its music, {choreography.music}, is not beside it",
        where=str(written),
        would_work="put the file there, or name the music before the choreography on the command line",
    )


def _click(choreography: Choreography, lexicon: Lexicon) -> Music:
    """A click as long as the dance, for a text with a tempo and no music."""
    from petipa.choreography import bars_of, resolution
    from petipa.counts import Metre
    from petipa.music import bars_needed, click_music

    metre = choreography.metre or Metre(4, 4)
    # Lines need no bars: a trial in more bars than anyone dances to a click tells how many these steps fill.
    trial = resolution(
        replace(choreography, finish=None), lexicon, bars_of(choreography, number=choreography.last_bar + 200)
    )
    end = max((step.at for step in trial.steps), default=Fraction(0))
    bars = max(choreography.last_bar, bars_needed(end, metre))
    return click_music(tempo=choreography.tempo or 120.0, metre=metre, bars=bars)


def prepare(order: Order, account: Account) -> Programme:
    """Read and parse what an order names, and place its steps in the music.

    Raises
    ------
    PetipaError
        Whatever of it cannot be read, understood or danced.
    """
    programme, found = _placed(order, account)
    found.refuse()
    name = (order.choreography or shipped_variation()).name
    account.remarks.extend(f"{name}:{one.where.line}: {one.code.value} {one.message}" for one in found)
    return programme


def _placed(order: Order, account: Account) -> tuple[Programme, Findings]:
    """What an order names with its steps in the music, and what was found wrong with it."""
    from petipa.choreography import Findings, read_choreography
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon

    written = order.choreography
    if written is None and order.music is not None:
        raise ChoreographyError(
            "there is no choreography for this music",
            where=str(order.music),
            would_work="a .ballet file after the music; with no file at all petipa dances its own waltz",
        )
    with account.stage(Stage.PARSE):
        path = written or shipped_variation()
        parsed = read_choreography(path)
        parsed.findings.refuse()
        choreography = parsed.choreography
        lexicon = load_lexicon()
        dancer = load_dancer(order.dancer or choreography.dancer)
    with account.stage(Stage.READ):
        music = _listen(choreography, path, order.music, lexicon)
        if music is None:
            raise ChoreographyError(
                "it names neither music nor a tempo",
                where=str(path),
                would_work="a music file before it on the command line, or a line such as: tempo 120 3/4",
            )
        account.remarks.extend(music.remarks)
    with account.stage(Stage.CHECK):
        judged, placed = _judged(choreography, lexicon, music, dancer)
        found = Findings.of(judged, source=parsed.findings.source, file=str(path))
    with account.stage(Stage.RESOLVE):
        if not found.errors:
            placed = _staged(choreography, placed, lexicon, music, dancer, order.shown)
        steps = _between(placed, order, where=str(path))
    title = choreography.title or ("" if music.kind == "click" else music.title) or path.stem
    return Programme(title, parsed.findings.source, music, steps, dancer, lexicon, choreography), found


def _judged(
    choreography: Choreography, lexicon: Lexicon, music: Music, dancer: Dancer, *, broken: bool = False
) -> tuple[list[Finding], tuple[StepPlaced, ...]]:
    """Everything wrong with a choreography to its music for this dancer, and its steps as far as they are known."""
    from petipa.choreography import check, resolution
    from petipa.motion.able import unable

    final, able = _last_chord(music), dancer.capability
    found = list(check(choreography, lexicon, music.layout, seconds=music.seconds_at, final=final, capability=able))
    placed = resolution(
        choreography, lexicon, music.layout, seconds=music.seconds_at, final=final, capability=able
    ).steps
    # Where words are missing the steps around them have times nobody meant.
    if not broken and not any(one.code.value < "E3" for one in found):
        found += unable(placed, lexicon.entries, music.seconds_at, dancer)
    return found, placed


def _staged(
    choreography: Choreography,
    placed: tuple[StepPlaced, ...],
    lexicon: Lexicon,
    music: Music,
    dancer: Dancer,
    shown: Shown,
) -> tuple[StepPlaced, ...]:
    """The steps with what stands before and after them; of that only what she can do from where the text has her."""
    from petipa.choreography import Findings, with_entrance, with_thanks

    bars, seconds = music.layout, music.seconds_at
    if not placed or shown is Shown.DANCE:
        return placed
    thanks = with_thanks(choreography, bars, seconds)
    wholes = [thanks]
    if shown is Shown.EVENING:
        off = with_thanks(choreography, bars, seconds, off_from=placed[-1].travel_to)
        wholes = [with_entrance(off, bars, seconds, begins_at=placed[0].travel_from), off, thanks]
    for whole in wholes:
        found, steps = _judged(whole, lexicon, music, dancer)
        if not Findings.of(found, source="", file="").errors:
            return steps
    return placed


def _last_chord(music: Music) -> Fraction:
    """The beat of the last chord, to the nearest quarter of a beat."""
    return Fraction(round(music.beats_at(music.last_chord) * 4), 4)


def _listen(choreography: Choreography, path: Path, music: Path | None, lexicon: Lexicon) -> Music | None:
    """The music given, named in the header, or clicked; None where there is neither music nor tempo."""
    from petipa.music import cut, read_music, shipped_piece

    source = music or _find_music(choreography, path)
    if source is None and path == shipped_variation():
        source = shipped_piece()
    if source is None:
        if choreography.tempo is None:
            return None
        try:
            return _click(choreography, lexicon)
        except MusicError as problem:
            raise MusicError(problem.what, where=str(path), would_work=problem.would_work) from problem
    heard = read_music(
        source,
        metre=choreography.metre,
        tempo=choreography.tempo,
        first_downbeat=choreography.downbeat,
        pickup=choreography.upbeat,
    )
    return cut(heard, choreography.cut)


def check_of(path: Path, *, music: Path | None = None, dancer: str | None = None) -> Findings:
    """Everything a teacher would say about a ``.ballet`` file, against its music where that can be read.

    Raises
    ------
    FileError, MusicError, DancerError
        The file, the music named on the command line, or the dancer cannot be had; slips in the text are findings.
    """
    from petipa.choreography import Findings, check, read_choreography
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon

    parsed = read_choreography(path)
    choreography, lexicon = parsed.choreography, load_lexicon()
    who = load_dancer(dancer or choreography.dancer)
    try:
        heard = _listen(choreography, path, music, lexicon)
    except MusicError:
        # A text too wrong to be clicked to is told what is wrong with the text.
        if music or choreography.music or not parsed.findings.errors:
            raise
        heard = None
    if heard is None:
        found = list(check(choreography, lexicon, capability=who.capability))
    else:
        found, _ = _judged(choreography, lexicon, heard, who, broken=bool(parsed.findings.errors))
    return Findings.of([*parsed.findings, *found], source=parsed.findings.source, file=str(path))


def format_of(path: Path, *, write: bool = False) -> tuple[str, str]:
    """A choreography's text as it is and as petipa writes it, and on request that written back.

    Raises
    ------
    FileError, LanguageError
        It cannot be read, or not understood: nothing is written over it then.
    """
    from petipa.choreography import format_text as formatted
    from petipa.choreography import read_choreography
    from petipa.lexicon import load_lexicon

    parsed = read_choreography(path)
    parsed.findings.refuse()
    before = parsed.findings.source
    after = formatted(before, lexicon=load_lexicon(), file=str(path))
    if write and after != before:
        write_atomic(path, after.encode())
    return before, after


def _between(steps: Sequence[StepPlaced], order: Order, *, where: str) -> tuple[StepPlaced, ...]:
    """The steps of the bars asked for."""
    if not steps:
        raise ChoreographyError("there is nothing to dance in it", where=where, would_work="a line such as: 1 plié")
    first = order.first_bar if order.first_bar is not None else min(step.bar for step in steps)
    last = order.last_bar if order.last_bar is not None else max(step.bar for step in steps)
    chosen = tuple(step for step in steps if first <= step.bar <= last)
    if not chosen:
        have = f"bars {min(step.bar for step in steps)} to {max(step.bar for step in steps)} are danced"
        raise ChoreographyError(f"nothing is danced in bars {first} to {last}", where=where, would_work=have)
    return chosen


def _counts_of(music: Music) -> Callable[[Fraction], tuple[int, str]]:
    """Bar and beat of a position in beats."""
    from petipa.counts import write_beat

    def place(beats: Fraction) -> tuple[int, str]:
        count = music.layout.count(beats)
        return count.bar, write_beat(count.beat)

    return place


def dance(
    programme: Programme,
    order: Order,
    account: Account,
    *,
    earlier: tuple[Motion, tuple[StepPlaced, ...]] | None = None,
) -> Motion:
    """Dance a programme; where an earlier motion and its steps are given, only what differs from them.

    Raises
    ------
    ChoreographyError, SolveError
        A step that cannot be planned, or physics that could not be met.
    """
    from petipa.coach import rehearse
    from petipa.motion import dance as danced
    from petipa.motion import redance

    relay = account.relay()
    wishes: dict[str, Any] = {
        "where": _counts_of(programme.music),
        "seed": order.seed,
        "progress": relay,
        "strict": True,
    }
    seconds, entries = programme.music.seconds_at, programme.lexicon.entries
    if earlier is None:
        motion = danced(programme.steps, entries, seconds, programme.dancer, **wishes)
    else:
        before, was = earlier
        motion, spans = redance(before, was, programme.steps, entries, seconds, programme.dancer, **wishes)
        anew = " and ".join(f"from {start:.1f} to {stop:.1f} s" for start, stop in spans) or "nowhere"
        account.remarks.append(f"danced anew {anew}; the rest is as it was")

    def again(before: Motion, timing: Sequence[float]) -> Motion:
        steps = programme.steps
        return redance(before, steps, steps, entries, seconds, programme.dancer, timing=timing, **wishes)[0]

    motion = rehearse(motion, programme.steps, programme.lexicon, programme.dancer, again)
    relay("", 1.0)
    return motion


def _earlier(ledger: Ledger, programme: Programme, order: Order) -> tuple[Motion, tuple[StepPlaced, ...]] | None:
    """The motion the folder holds and the steps it dances, if they are this dance's before it was edited."""
    from petipa.choreography import read_choreography
    from petipa.motion.model import Motion

    key = ledger.intact("motion.npz")
    if key is None:
        return None
    try:
        parsed = read_choreography(ledger.out / "variation.ballet")
        told = (programme.lexicon, programme.music, programme.dancer)
        _, placed = _judged(parsed.choreography, *told)
        steps = _between(_staged(parsed.choreography, placed, *told, order.shown), order, where="")
        was = replace(programme, steps=steps, text=parsed.findings.source, choreography=parsed.choreography)
        if _digest(was.key, str(order.seed)) != key:
            return None
        return Motion.load(ledger.out / "motion.npz"), steps
    except PetipaError:
        return None


def _dance_or_keep(
    programme: Programme,
    order: Order,
    account: Account,
    *,
    earlier: tuple[Motion, tuple[StepPlaced, ...]] | None = None,
) -> Motion:
    """Dance a programme; an attempt that may not be shown is kept under a name that says so.

    Raises
    ------
    ChoreographyError, SolveError
        As `dance`; the latter names the file.
    """
    from petipa.motion.laws import UnfinishedError

    unfinished = order.out / UNFINISHED
    try:
        motion = dance(programme, order, account, earlier=earlier)
    except UnfinishedError as problem:
        write_atomic(unfinished, problem.motion.to_bytes())
        problem.would_work = (
            f"{problem.would_work}; the best attempt is in {unfinished}, for petipa measure to look into"
        )
        raise
    unfinished.unlink(missing_ok=True)
    return motion


def _measure(
    motion: Motion,
    dancer: Dancer,
    lexicon: Lexicon,
    placed: Sequence[StepPlaced] | None = None,
    *,
    swell: Sequence[float] | NDArray[np.float64] = (),
    swell_rate: float = SWELL_RATE,
) -> tuple[dict[str, Any], Excitement]:
    """Every number about a motion, as plain values, and how exciting it is to watch.

    With its steps also whether they go where the text says; with the swell of its music also how they are carried.
    """
    from petipa.measure import excitement, measure

    found = measure(motion, dancer, placed=placed, lexicon=lexicon)
    felt = excitement(found, motion, lexicon, swell=swell, swell_rate=swell_rate)
    return {**found.to_json(), "excitement": felt.to_json()}, felt


MOST_NAMED = 8
"""Shortcomings of a dance that are named one by one."""
OFF_THE_COUNT = 50.0
"""An accent further than this from its count is said to be [ms]."""


def shortcomings(measures: Mapping[str, Any], motion: Motion) -> list[str]:
    """What a teacher would send back: steps that are not danced as they are defined, or not on their count."""

    def where(step: int) -> str:
        span = motion.steps[step]
        return f"bar {span.bar} beat {span.beat}, {span.label or span.entry}"

    found = [
        f"{where(one['step'])}: {one['rule']}: wanted {one['expected']}, danced {one['measured']}"
        for one in measures["failures"]
    ]
    found += [
        f"{where(one['step'])}: {abs(one['error_ms']):.0f} ms {'late' if one['error_ms'] > 0 else 'early'}"
        for one in measures["accents"]
        if abs(one["error_ms"]) > OFF_THE_COUNT + 1e-6
    ]
    more = len(found) - MOST_NAMED
    return found[:MOST_NAMED] + ([f"and {more} more: petipa measure lists them"] if more > 0 else [])


def _beats(music: Music) -> list[Beat]:
    """Every written beat of the piece with its count."""
    from petipa.stage.act import Beat

    found = []
    for number, seconds in zip(music.beat_numbers, music.beats, strict=True):
        bar = music.layout.bar_at(number)
        found.append(Beat(float(seconds), bar.number, int(number - bar.start) + 1))
    return found


def _swell(music: Music) -> list[float]:
    """How loud and full the music is, 0 to 1, `SWELL_RATE` values a second from its second 0."""
    count = round(music.duration * SWELL_RATE)
    return [round(music.swell_at(k / SWELL_RATE), 3) for k in range(count)]


def _drape(dancer: Dancer, motion: Motion, act: Act, order: Order, share: Callable[[float], None]) -> DrapeLike | None:
    """The skirt over the dance, at the film's frame rate; none where she rehearses without one."""
    from petipa.tutu.drape import drape

    if act.costume is Costume.REHEARSAL:
        return None
    hung = drape(
        dancer.skeleton,
        act.rotations,
        act.positions,
        rate=motion.rate,
        out_rate=FILM_RATE,
        start=motion.start,
        seed=order.seed,
        costume=act.costume,
        progress=share,
    )
    # Its vertices are decoded frame by frame; they only behave as an array.
    return cast("DrapeLike", hung)


def _heard(act: Act, felt: Excitement, music: Music, order: Order) -> Act:
    """The act with its sound as it is heard in the house."""
    from petipa.stage.audience import audience_sound, dance_over
    from petipa.stage.sound import mixed

    house = audience_sound(act.reactions, start=act.start, end=act.end, rate=act.sample_rate, seed=order.seed)
    over = dance_over(felt, end=act.end, last_chord=music.last_chord) - act.start
    return replace(act, mix=mixed(act.music(), house, act.sample_rate, over=over))


def write_sound(path: Path, samples: NDArray[np.float32], rate: int) -> None:
    """Write sound, shape (n, channels), as a 16-bit WAV file, wholly or not at all."""
    import wave

    import numpy as np

    from petipa.files import atomic_path

    # Written by Python itself, whose errors say what hinders it: libsndfile tells a full disk as "System error".
    with atomic_path(path) as private, wave.open(str(private), "wb") as sound:
        sound.setnchannels(samples.shape[1])
        sound.setsampwidth(2)
        sound.setframerate(rate)
        for first in range(0, len(samples), 1 << 16):
            block = np.clip(samples[first : first + (1 << 16)].astype(np.float64), -1.0, 1.0)
            sound.writeframes(np.rint(block * 32767.0).astype("<i2").tobytes())


def _write_measures(ledger: Ledger, measures: dict[str, Any], account: Account, key: str) -> dict[str, Any]:
    """Write the measures with the seconds of every stage so far."""
    measures = {**measures, "seconds_by_stage": {name: round(taken, 3) for name, taken in account.seconds.items()}}
    write_json(ledger.out / "measures.json", measures)
    ledger.add("measures.json", key)
    return measures


def _write_manifest(ledger: Ledger, order: Order, programme: Programme, motion: Motion, account: Account) -> None:
    """Write what went in, what came out and how long it took; file names only, since folders are private."""
    versions = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "numba", "soundfile", "av"):
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    write_json(
        ledger.out / "manifest.json",
        {
            "petipa": __version__,
            "title": programme.title,
            "music": {"source": Path(programme.music.source).name, "kind": programme.music.kind},
            "choreography": (order.choreography or shipped_variation()).name,
            "dancer": programme.dancer.name,
            "seed": order.seed,
            "setting": (order.setting or programme.choreography.setting).value,
            "costume": (order.costume or programme.choreography.costume).value,
            "bars": [programme.steps[0].bar, programme.steps[-1].bar],
            "music_starts_at": motion.start,
            "danced_seconds": (len(motion.q) - 1) / motion.rate,
            "seconds_by_stage": {name: round(taken, 3) for name, taken in account.seconds.items()},
            "remarks": account.remarks,
            "swell": {"rate": SWELL_RATE, "values": _swell(programme.music)},
            "counts": [[beat.bar, beat.beat, round(beat.time, 4)] for beat in _beats(programme.music)],
            "versions": versions,
            "files": ledger.entries,
        },
    )


def moments(beats: Sequence[Beat], *, first_bar: int, last_bar: int, every: Fraction) -> list[tuple[float, str]]:
    """Times [s] and counts, such as ``5:2+1/2``, of every `every` beats from one bar to another, both included."""
    at = [number for number, beat in enumerate(beats) if first_bar <= beat.bar <= last_bar]
    found: list[tuple[float, str]] = []
    place = Fraction(at[0]) if at else Fraction(0)
    while at and place < at[-1] + 1:
        whole, rest = divmod(place, 1)
        beat = beats[whole]
        follows = beats[whole + 1].time if whole + 1 < len(beats) else 2 * beat.time - beats[whole - 1].time
        count = f"{beat.bar}:{beat.beat}" + (f"+{rest}" if rest else "")
        found.append((beat.time + float(rest) * (follows - beat.time), count))
        place += every
    return found


def _draw(
    motion: Motion, dancer: Dancer, when: Sequence[tuple[float, str]], *, views: Sequence[str], title: str
) -> bytes:
    """A strip of a motion at some moments, as PNG; each is named by its count and the step being danced."""
    from petipa.dancer.body import body_of
    from petipa.stage.strip import draw_strip, strip_png

    labels = []
    for seconds, count in when:
        here = [step for step in motion.steps if step.t0 <= seconds] or list(motion.steps[:1])
        labels.append(f"{count}\n{here[-1].label}" if here else count)
    times = [seconds for seconds, _ in when]
    return strip_png(
        draw_strip(body_of(dancer.skeleton), dancer.skeleton, motion, times, labels, views=views, title=title)
    )


def _while_danced(motion: Motion, when: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those moments at which she is on stage."""
    end = motion.start + (len(motion.q) - 1) / motion.rate
    return [moment for moment in when if motion.start - 1e-6 <= moment[0] <= end + 1e-6]


def draw_strip_of(
    source: Path,
    out: Path,
    *,
    views: Sequence[str],
    every: Fraction,
    first_bar: int | None = None,
    last_bar: int | None = None,
    music: Path | None = None,
    dancer: str | None = None,
    report: Report | None = None,
) -> Performed:
    """Draw some bars of a performed folder or of a ``.ballet`` text, without costume or browser.

    Parameters
    ----------
    source : Path
        A folder `perform` filled, or a choreography, of which only these bars are danced.
    out : Path
        The PNG file.
    views : sequence of str
        Rows of pictures.
    every : Fraction
        Beats from one picture to the next.

    Raises
    ------
    PetipaError
        Whatever cannot be read, danced or written.
    """
    from petipa.dancer import load_dancer
    from petipa.stage.strip import view_of

    for view in views:
        view_of(view)
    account = Account(report)
    if source.is_dir():
        with account.stage(Stage.READ):
            motion, beats, title = _performed(source)
            who = load_dancer(motion.dancer)
    else:
        order = Order(
            music=music,
            choreography=source,
            first_bar=first_bar,
            last_bar=last_bar,
            dancer=dancer,
            out=out.parent,
            shown=Shown.DANCE,
        )
        programme = prepare(order, account)
        motion, who, title = dance(programme, order, account), programme.dancer, programme.title
        beats = _beats(programme.music)
    with account.stage(Stage.STRIP):
        bars = [step.bar for step in motion.steps]
        first = min(bars) if first_bar is None else first_bar
        last = max(bars) if last_bar is None else last_bar
        when = _while_danced(motion, moments(beats, first_bar=first, last_bar=last, every=every))
        if not when:
            raise ChoreographyError(
                f"nothing is danced in bars {first} to {last}",
                where=str(source),
                would_work=f"bars {min(bars)} to {max(bars)}",
            )
        write_atomic(out, _draw(motion, who, when, views=views, title=title))
    danced = (len(motion.q) - 1) / motion.rate
    return Performed({out.name: out}, account.seconds, danced, tuple(account.remarks), {})


@dataclass(frozen=True)
class FloorPlan:
    """The floor path of a choreography.

    Attributes
    ----------
    files : mapping of str to Path
        What was drawn.
    lines : tuple of str
        The path in words.
    findings : Findings
        What a teacher would say; with an error in it the choreography cannot be danced as it is.
    """

    files: Mapping[str, Path]
    lines: tuple[str, ...]
    findings: Findings


def plan_of(order: Order, *, png: Path | None = None, report: Report | None = None) -> FloorPlan:
    """Draw the floor path of a choreography, without dancing it.

    Parameters
    ----------
    order : Order
        ``out`` is the SVG file; film and seed do not matter.
    png : Path, optional
        A PNG of the same.

    Raises
    ------
    PetipaError
        The text, the music or the dancer cannot be had, a word is not understood, or a file cannot be written.
        Steps that cannot be danced are findings of the plan.
    """
    from petipa.choreography import Findings
    from petipa.motion.plan import make_plan
    from petipa.stage.floorplan import draw_floorplan, summary

    account = Account(report)
    programme, found = _placed(replace(order, shown=Shown.DANCE), account)
    Findings.of((one for one in found if one.code.value < "E3"), source=found.source, file=found.file).refuse()
    with account.stage(Stage.PLAN):
        plan = make_plan(
            programme.steps,
            programme.lexicon.entries,
            programme.music.seconds_at,
            programme.dancer,
            where=_counts_of(programme.music),
        )
        sections = _sections(programme)
        school = programme.choreography.school.value
        sketch = draw_floorplan(plan, sections, school=school, title=programme.title)
        files = {order.out.name: order.out}
        write_atomic(order.out, sketch.svg())
        if png is not None:
            write_atomic(png, sketch.png())
            files[png.name] = png
        lines = summary(plan, sections)
    return FloorPlan(files, lines, found)


def _sections(programme: Programme) -> list[Section]:
    """The phrases of a text as it is laid out: lines with no blank line between them, at most eight bars together."""
    from petipa.stage.floorplan import Section

    lines: dict[int, tuple[bool, str]] = {}
    for phrase in programme.choreography.phrases:
        layout = phrase.layout
        words = " ".join(line.strip("# ").strip() for line in layout.above).strip()
        lines[phrase.where.line] = (layout.gap or bool(layout.above), words)
    if programme.choreography.finish is not None:
        lines[programme.choreography.finish.where.line] = (True, "the finish")
    groups: list[tuple[list[int], str]] = []
    last_line, begins = -1, 0
    for k, step in enumerate(programme.steps):
        new, words = lines.get(step.line, (False, "")) if step.line != last_line else (False, "")
        long = step.line != last_line and bool(groups) and step.bar - begins >= 8
        if not groups or ((new or long) and any(programme.steps[i].label for i in groups[-1][0])):
            groups.append(([], words))
            begins = step.bar
        elif words and not groups[-1][1]:
            groups[-1] = (groups[-1][0], words)
        groups[-1][0].append(k)
        last_line = step.line
    return [
        Section(tuple(members), programme.steps[members[0]].bar, programme.steps[members[-1]].bar, words)
        for members, words in groups
    ]


def _load_motion(place: Path) -> Motion:
    """The motion of a folder `perform` filled, or of a ``motion.npz`` itself."""
    from petipa.motion.model import Motion

    path = place / "motion.npz" if place.is_dir() else plain_file(place)
    if not path.is_file():
        raise FileError(
            "no dance is in this folder", where=str(place), would_work="a folder that petipa perform filled"
        )
    return Motion.load(path)


def _performed(folder: Path) -> tuple[Motion, list[Beat], str]:
    """The motion of a folder `perform` filled, the beats of its music, and its title."""
    from petipa.stage.act import Beat

    motion = _load_motion(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        beats = [Beat(float(seconds), int(bar), int(beat)) for bar, beat, seconds in manifest["counts"]]
        return motion, beats, str(manifest["title"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FileError(
            "its manifest cannot be read, so its counts are not known",
            where=str(folder / "manifest.json"),
            would_work="a folder that petipa perform filled",
        ) from problem


def _shown(place: Path, motion: Motion) -> tuple[Act, int]:
    """A performed dance as an act without costume or sound, and the seed of its evening.

    What its manifest does not tell, or there is none, is as it would be by default.
    """
    from petipa.dancer import load_dancer
    from petipa.stage.act import act_of_motion

    facts: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        facts = found if isinstance(found, dict) else {}
    setting, costume = Setting.MOONLIT, Costume.CLASSICAL
    with suppress(ValueError):
        setting, costume = Setting(str(facts.get("setting"))), Costume(str(facts.get("costume")))
    seed = facts.get("seed")
    act = act_of_motion(
        title=str(facts.get("title") or place.stem),
        skeleton=load_dancer(motion.dancer).skeleton,
        motion=motion,
        setting=setting,
        costume=costume,
    )
    return act, seed if isinstance(seed, int) else 0


EXPORTS = {
    ".glb": "glTF, skinned and animated, with the costume",
    ".usdc": "USD, binary",
    ".usda": "USD, as text",
    ".usdz": "USD, in one package",
    ".bvh": "the bones alone, as motion capture has them",
}
"""What a dance can be written as for other programs, by the suffix of the file."""


def export_of(place: Path, out: Path, *, costume: bool = True, report: Report | None = None) -> Performed:
    """Write the dance of a folder `perform` filled, or of a ``motion.npz``, for other programs.

    Parameters
    ----------
    out : Path
        The file; its suffix, one of `EXPORTS`, says what it is to be.
    costume : bool
        Whether her costume is draped and written too, where the file can hold it.

    Raises
    ------
    PetipaError
        There is no motion of ours, no such kind of file, what writes it is not installed, or it cannot be written.
    """
    from petipa.dancer import load_dancer

    kind = out.suffix.lower()
    if kind not in EXPORTS:
        raise FileError(
            f"a dance cannot be written as {kind or 'a file without a suffix'}",
            where=str(out),
            would_work="a name that ends in " + ", ".join(f"{suffix} ({what})" for suffix, what in EXPORTS.items()),
        )
    account = Account(report)
    motion = _load_motion(place)
    if kind == ".bvh":
        from petipa.exchange.bvh import write_bvh

        with account.stage(Stage.EXPORT):
            write_bvh(out, motion, load_dancer(motion.dancer).skeleton)
    else:
        if kind != ".glb":
            from petipa.exchange.usd import need_usd

            need_usd()  # better missed before the costume is draped for nothing
        act, seed = _shown(place, motion)
        if costume:
            with account.stage(Stage.DRAPE) as share:
                act = replace(act, drape=_drape(load_dancer(motion.dancer), motion, act, Order(seed=seed), share))
        from petipa.stage.face import face_of

        with account.stage(Stage.EXPORT):
            face = face_of(act).weights
            if kind == ".glb":
                from petipa.exchange.gltf import write_glb

                write_glb(out, act, face=face)
            else:
                from petipa.exchange.usd import write_usd

                write_usd(out, act, face=face)
    danced = (len(motion.q) - 1) / motion.rate
    return Performed({out.name: out}, account.seconds, danced, tuple(account.remarks), {})


SWAYS = 2.0
"""How long before a still its costume begins to move [s]; what it did before that is forgotten by then."""


def poster_of(
    folder: Path,
    out: Path,
    *,
    at: str = "best",
    size: tuple[int, int] = (1920, 1080),
    samples: int = 16,
    lettered: bool = False,
    setting: Setting | None = None,
    costume: Costume | None = None,
    report: Report | None = None,
) -> Performed:
    """Draw one moment of a folder `perform` filled as a still worth printing.

    Parameters
    ----------
    out : Path
        The picture, a PNG, JPEG or WebP.
    at : str
        A count such as ``12:1`` or ``12:2+1/2``, seconds from the dance's first moment, or ``best``.
    size : (width, height) [px]
    samples : int
        Drawings that are averaged.
    lettered : bool
        Whether title, dancer and step are written on it.
    setting, costume : Setting, Costume or None
        As it was performed where there is none.

    Raises
    ------
    PetipaError
        There is no dance, no such moment, no browser, or the file cannot be written.
    """
    from petipa.dancer import load_dancer
    from petipa.stage.browser import find_browser
    from petipa.stage.poster import best_moment, draw_poster, held, picture_bytes, poster_kind

    suffix = poster_kind(out)
    account = Account(report)
    motion, beats, title = _performed(folder)
    find_browser()  # better missed before anything is draped for nothing
    act, seed = _shown(folder, motion)
    act = replace(act, beats=tuple(beats), setting=setting or act.setting, costume=costume or act.costume)
    seconds = best_moment(act) if at == "best" else _moment(at, act, where=str(folder))
    frame = round(seconds * act.rate)
    with account.stage(Stage.DRAPE) as share:
        # An even number of frames, so that the costume's last, of every second, is the moment's.
        first = max(frame - 2 * round(SWAYS * act.rate / 2), frame % 2)
        piece = slice(first, frame + 1)
        lately = replace(act, rotations=act.rotations[piece], positions=act.positions[piece])
        hung = _drape(load_dancer(motion.dancer), motion, lately, Order(seed=seed), share)
    if hung is not None:
        act = held(act, hung, frame)
    here = [step for step in motion.steps if step.t0 - act.start <= seconds] or list(motion.steps[:1])
    label = here[-1].label if here else ""
    with account.stage(Stage.POSTER) as share:
        picture = draw_poster(
            act,
            seconds,
            size=size,
            samples=samples,
            lettered=title if lettered else "",
            beneath=" · ".join(words for words in (motion.dancer.title(), label) if words),
            progress=share,
        )
        write_atomic(out, picture_bytes(picture, suffix))
    count = f"bar {here[-1].bar}, " if here else ""
    account.remarks.append(f"{count}{seconds:.2f} s{': ' + label if label else ''}")
    danced = (len(motion.q) - 1) / motion.rate
    return Performed({out.name: out}, account.seconds, danced, tuple(account.remarks), {})


_COUNT = re.compile(r"(\d{1,5}):(\d{1,3})(?:\+(\d{1,3})/([1-9]\d{0,2}))?")


def _moment(at: str, act: Act, *, where: str) -> float:
    """Seconds from an act's start of a count (``12:1``, ``12:2+1/2``) or of seconds as they are written."""
    would_work = f"best, a count such as 12:1, or seconds from 0 to {act.duration:.1f}"
    if found := _COUNT.fullmatch(at.strip()):
        bar, beat = int(found[1]), int(found[2])
        share = Fraction(int(found[3]), int(found[4])) if found[3] else Fraction(0)
        known = [number for number, one in enumerate(act.beats) if (one.bar, one.beat) == (bar, beat)]
        if not known:
            raise ChoreographyError(f"the music has no count {at}", where=where, would_work=would_work)
        beats = [one.time for one in act.beats[known[0] : known[0] + 2]]
        seconds = beats[0] + float(share) * (beats[-1] - beats[0]) - act.start
    else:
        try:
            seconds = float(at)
        except ValueError:
            raise ChoreographyError(f"{at[:40]!r} is no moment", where=where, would_work=would_work) from None
    if not -1e-6 <= seconds <= act.duration + 1e-6:
        raise ChoreographyError(f"she is not on stage at {at}", where=where, would_work=would_work)
    return min(max(seconds, 0.0), act.duration)


def measure_of(folder: Path, *, report: Report | None = None) -> dict[str, Any]:
    """Measure the motion in a folder `perform` filled.

    Raises
    ------
    PetipaError
        There is no motion of ours.
    """
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon

    account = Account(report)
    motion = _load_motion(folder)
    swell: dict[str, Any] = {}
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["swell"]
        swell = {"swell": [float(value) for value in kept["values"]], "swell_rate": float(kept["rate"])}
    with account.stage(Stage.MEASURE):
        measures, _ = _measure(motion, load_dancer(motion.dancer), load_lexicon(), **swell)
    with suppress(OSError, ValueError, KeyError, TypeError):
        measures["seconds_by_stage"] = json.loads((folder / "manifest.json").read_text())["seconds_by_stage"]
    return measures


SHORT = 14.0
"""A dance no longer than this is a trial of some bars, and its film has no titles [s]."""


def _titles(programme: Programme, act: Act) -> Titles | None:
    """The film's cards: what is danced, to what, and by whom."""
    from petipa.stage.camera import Titles

    if act.duration <= SHORT:
        return None
    dancer = programme.dancer.name.title()
    music = programme.music.title.replace("_", " ").strip()
    same = music.casefold() in ("", programme.title.casefold())
    return Titles(
        programme.title,
        first=(f"danced by {dancer}",) if same else (f"to {music}", f"danced by {dancer}"),
        last=(f"danced by {dancer}", "staged by petipa"),
    )


def perform(order: Order, *, report: Report | None = None) -> Performed:
    """Make everything an order asks for.

    Raises
    ------
    PetipaError
        The first thing that could not be done; what was made before stays, whole, in its place.
    """
    from petipa.exchange.bvh import write_bvh
    from petipa.motion.model import Motion
    from petipa.music import CURVE_RATE
    from petipa.stage.act import act_of_motion
    from petipa.stage.audience import reactions

    account = Account(report)
    out = make_folder(order.out)
    ledger = Ledger.open(out)
    programme = prepare(order, account)
    key = _digest(programme.key, str(order.seed))

    kept = ledger.holds("motion.npz", key)
    earlier = None if kept else _earlier(ledger, programme, order)

    # Written first: a folder that cannot be written to is better known before the dance than after it.
    write_atomic(out / "variation.ballet", programme.text.encode())
    ledger.add("variation.ballet", key)

    if kept:
        motion = Motion.load(out / "motion.npz")
        account.remarks.append("the motion found there was of the same dance and is kept")
    else:
        motion = _dance_or_keep(programme, order, account, earlier=earlier)
        write_atomic(out / "motion.npz", motion.to_bytes())
        ledger.add("motion.npz", key)
        # The longest work but the film is done: whatever hinders the rest, it need not be done again.
        _write_manifest(ledger, order, programme, motion, account)
    if not ledger.holds("motion.bvh", key):
        write_bvh(out / "motion.bvh", motion, programme.dancer.skeleton)
        ledger.add("motion.bvh", key)

    with account.stage(Stage.MEASURE):
        swell = _swell(programme.music)
        measures, felt = _measure(motion, programme.dancer, programme.lexicon, programme.steps, swell=swell)
    account.remarks += shortcomings(measures, motion)
    _write_measures(ledger, measures, account, key)

    music = programme.music
    act = act_of_motion(
        title=programme.title,
        skeleton=programme.dancer.skeleton,
        motion=motion,
        music=(music.samples, music.rate),
        beats=_beats(music),
        phrases=[(one.seconds, one.seconds_end) for one in music.phrases],
        setting=order.setting or programme.choreography.setting,
        costume=order.costume or programme.choreography.costume,
        swell=(music.swell, CURVE_RATE),
    )
    music_key = _digest(key, act.music().tobytes())
    if not ledger.holds("music.wav", music_key):
        write_sound(out / "music.wav", act.music(), act.sample_rate)
        ledger.add("music.wav", music_key)
    if order.audience:
        beats = music.beats.tolist()
        answers = reactions(felt, start=act.start, end=act.end, last_chord=music.last_chord, beats=beats)
        act = replace(act, reactions=answers)
    sound_key = _digest(music_key, repr(act.reactions))
    if not ledger.holds("strip.png", key):
        with account.stage(Stage.STRIP):
            bars = [step.bar for step in motion.steps]
            every = moments(act.beats, first_bar=min(bars), last_bar=max(bars), every=Fraction(1))
            png = _draw(
                motion, programme.dancer, _while_danced(motion, every), views=("front", "side"), title=programme.title
            )
            write_atomic(out / "strip.png", png)
        ledger.add("strip.png", key)
    _write_manifest(ledger, order, programme, motion, account)

    shows = ["page.html", "dancer.glb"] + ([] if order.film is FilmKind.NONE else ["film.mp4"])
    page_key = _digest(sound_key, act.setting.value, act.costume.value)
    film_key = _digest(page_key, order.film.value, order.camera.value, repr(order.size))
    missing = [name for name in shows if not ledger.holds(name, film_key if name == "film.mp4" else page_key)]
    if missing == ["film.mp4"]:
        from petipa.stage.browser import find_browser

        find_browser()  # better missed before the tutu is draped for nothing
    recorded = not order.audience or ledger.holds("evening.wav", sound_key)
    if not recorded or {"page.html", "film.mp4"} & set(missing):
        with account.stage(Stage.AUDIENCE):
            act = _heard(act, felt, music, order)
    if not recorded:
        write_sound(out / "evening.wav", act.sound(), act.sample_rate)
        ledger.add("evening.wav", sound_key)
    if missing:
        with account.stage(Stage.DRAPE) as share:
            act = replace(act, drape=_drape(programme.dancer, motion, act, order, share))
    if "page.html" in missing:
        with account.stage(Stage.PAGE):
            from petipa.stage.page import write_act_page

            write_act_page(out / "page.html", act)
        ledger.add("page.html", page_key)
    if "dancer.glb" in missing:
        from petipa.exchange.gltf import write_glb
        from petipa.stage.face import face_of

        with account.stage(Stage.EXPORT):
            write_glb(out / "dancer.glb", act, face=face_of(act).weights)
        ledger.add("dancer.glb", page_key)
    ledger.drop_stale()
    _write_manifest(ledger, order, programme, motion, account)
    if "film.mp4" in missing:
        from petipa.stage.film import write_act_film

        with account.stage(Stage.FILM) as share:
            film = write_act_film(
                out / "film.mp4",
                act,
                size=order.size,
                quality=order.film.value,
                camera=order.camera,
                titles=_titles(programme, act),
                progress=lambda done, total: share(done / total),
            )
        if film.remark:
            account.remarks.append(film.remark)
        ledger.add("film.mp4", film_key)

    measures = _write_measures(ledger, measures, account, key)
    _write_manifest(ledger, order, programme, motion, account)
    files = {**ledger.files, "manifest.json": out / "manifest.json"}
    return Performed(files, account.seconds, measures["danced_seconds"], tuple(account.remarks), measures)
