"""What is on tonight: text, music and dancer read, understood and agreed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.errors import ChoreographyError, FileError, MusicError
from petipa.files import write_atomic
from petipa.production.ledger import digest, own_digest
from petipa.production.order import Account, Order, Stage
from petipa.showing import Shown, Sound

if TYPE_CHECKING:
    from petipa.choreography import Choreography, Finding, Findings, Parsed, StepPlaced
    from petipa.dancer import Dancer
    from petipa.lexicon import Lexicon
    from petipa.measure import Piece
    from petipa.music import Music


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
        return digest(own_digest(), self.dancer.name, repr(self.steps), *seconds)

    @cached_property
    def piece(self) -> Piece:
        """What of the music a dance can answer to."""
        from petipa.measure import piece_of

        return piece_of(self.music)


def shipped_variation() -> Path:
    """The variation that comes with petipa, written for its waltz."""
    return Path(str(resources.files("petipa.choreography"))) / "pieces" / "waltz.ballet"


def choreography_name(order: Order) -> str:
    """The file name of what is danced."""
    if order.choreography is None and order.music is not None:
        return "variation.ballet"
    return (order.choreography or shipped_variation()).name


def _find_music(choreography: Choreography, written: Path) -> Path | None:
    """The file a header's ``music`` means; None where the header names none.

    Looked for beside the text, among what ships with petipa, and in the music folder of ``PETIPA_DATA``.

    Raises
    ------
    FileError
        It is in none of them.
    """
    if not choreography.music:
        return None
    return found_beside(
        choreography.music,
        written,
        "music",
        would_work="put the file there, or name the music before the choreography on the command line",
    )


def found_beside(name: str, written: Path, what: str, *, would_work: str) -> Path:
    """A file a header names: beside the text, among what ships, or in the music folder of ``PETIPA_DATA``."""
    from petipa.music import shipped_piece

    library = Path(os.environ.get("PETIPA_DATA") or "../shared/data") / "music"
    for folder in (written.parent, shipped_piece().parent, library):
        if (folder / name).is_file():
            return folder / name
    raise FileError(f"its {what}, {name}, is not beside it", where=str(written), would_work=would_work)


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
    programme, found = placed_in_music(order, account)
    found.refuse()
    name = choreography_name(order)
    account.remarks.extend(f"{name}:{one.where.line}: {one.code.value} {one.message}" for one in found)
    return programme


def placed_in_music(order: Order, account: Account) -> tuple[Programme, Findings]:
    """What an order names with its steps in the music, and what was found wrong with it."""
    from petipa.choreography import Findings, read_choreography
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.music import read_music

    written, made_for = order.choreography, order.made_for
    if written is None and made_for is not None and made_for.suffix.lower() == ".ballet":
        written, made_for = made_for, None
    composed_to: Music | None = None
    alone = made_for or order.music
    if written is None and alone is not None:
        composed_to = read_music(alone)
    with account.stage(Stage.PARSE) as share:
        path = written or (shipped_variation() if composed_to is None else Path("variation.ballet"))
        parsed = read_choreography(path) if composed_to is None else _composed(composed_to, order, account, share)
        parsed.findings.refuse()
        choreography = parsed.choreography
        if choreography.unwritten and (choreography.music or order.music) and made_for is None:
            # A head and no more: what it wishes is composed.
            parsed = _wished(choreography, path, order, account, share)
            choreography = parsed.choreography
        lexicon = load_lexicon()
        dancer = load_dancer(order.dancer or choreography.dancer)
    with account.stage(Stage.READ):
        shuffled = order.made_for is not None
        music = composed_to or listen(choreography, path, made_for if shuffled else order.music, lexicon)
        if music is None:
            raise ChoreographyError(
                "it names neither music nor a tempo",
                where=str(path),
                would_work="a music file before it on the command line, or a line such as: tempo 120 3/4",
            )
        account.remarks.extend(music.remarks)
        if shuffled:
            music, filled = _instead(music, order, account)
            order = replace(order, last_bar=min(filled, filled if order.last_bar is None else order.last_bar))
        music = _sounding(music, order.sound or choreography.sound, account)
    with account.stage(Stage.CHECK):
        judged, placed = judge(choreography, lexicon, music, dancer)
        found = Findings.of(judged, source=parsed.findings.source, file=str(path))
    with account.stage(Stage.RESOLVE):
        if not found.errors:
            placed = staged_steps(choreography, placed, lexicon, music, dancer, order.shown)
        steps = steps_between(placed, order, where=str(path))
    title = ("" if shuffled else choreography.title) or ("" if music.kind == "click" else music.title) or path.stem
    return Programme(title, parsed.findings.source, music, steps, dancer, lexicon, choreography), found


def _sounding(music: Music, sound: Sound, account: Account) -> Music:
    """The music played on what is wished; what cannot be is said."""
    from petipa.music import player

    if sound is not Sound.WRITTEN and (music.recording is not None or music.kind == "click"):
        what = "a recording" if music.recording is not None else "a click"
        account.remarks.append(f"{what} sounds as it is: “sound {sound}” is for scores and MIDI")
        return music
    if sound is Sound.ORCHESTRA and player() == "petipa":
        account.remarks.append(
            "there is no sound font on this machine, so a piano plays; fluidsynth and FluidR3 bring an orchestra"
        )
    return replace(music, sound=sound)


def _instead(made_for: Music, order: Order, account: Account) -> tuple[Music, int]:
    """The order's music counted as the piece a choreography was made for, and how many of its bars that fills."""
    from petipa.music import matched, read_music, shipped_piece

    heard = read_music(order.music or shipped_piece())
    account.remarks.extend(heard.remarks)
    music, filled = matched(heard, made_for)
    account.remarks.append(f"made for {Path(made_for.source).name}, danced to {Path(heard.source).name} bar for bar")
    if filled < made_for.layout.last:
        account.remarks.append(
            f"the music is over after bar {filled} of {made_for.layout.last}: what follows is left out"
        )
    return music, filled


def _composed(music: Music, order: Order, account: Account, share: Callable[[float], None]) -> Parsed:
    """A choreography for music that has none."""
    from petipa.choreographer import Commission
    from petipa.choreography import parse_tolerant
    from petipa.production.composing import composed_to

    wished = Commission(dancer=order.dancer or "noah", music=Path(music.source).name)
    account.remarks.append("there was no choreography for this music: one was composed, and stands in variation.ballet")
    return parse_tolerant(composed_to(music, wished, report=share).text, file="variation.ballet")


def _wished(
    choreography: Choreography, path: Path, order: Order, account: Account, share: Callable[[float], None]
) -> Parsed:
    """What a text without steps wishes, composed."""
    from petipa.choreographer import Commission
    from petipa.choreography import parse_tolerant
    from petipa.production.composing import composed_of

    asked = Commission(dancer=order.dancer) if order.dancer else None
    account.remarks.append(f"{path.name} has no steps: what it wishes was composed, and stands in variation.ballet")
    composed = composed_of(choreography, path, asked, music=order.music, report=lambda _, done: share(done))
    return parse_tolerant(composed.text, file=str(path))


def judge(
    choreography: Choreography, lexicon: Lexicon, music: Music, dancer: Dancer, *, broken: bool = False
) -> tuple[list[Finding], tuple[StepPlaced, ...]]:
    """Everything wrong with a choreography to its music for this dancer, and its steps as far as they are known."""
    from petipa.choreography import check, resolution
    from petipa.motion.able import unable

    final, able = music.final_beat, dancer.capability
    found = list(check(choreography, lexicon, music.layout, seconds=music.seconds_at, final=final, capability=able))
    placed = resolution(
        choreography, lexicon, music.layout, seconds=music.seconds_at, final=final, capability=able
    ).steps
    # Where words are missing the steps around them have times nobody meant.
    if not broken and not any(one.code.value < "E3" for one in found):
        found += unable(placed, lexicon.entries, music.seconds_at, dancer)
    return found, placed


def staged_steps(
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
        found, steps = judge(whole, lexicon, music, dancer)
        if not Findings.of(found, source="", file="").errors:
            return steps
    return placed


def listen(choreography: Choreography, path: Path, music: Path | None, lexicon: Lexicon) -> Music | None:
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
    beats, score = (
        found_beside(name, path, what, would_work="put the file there") if name else None
        for name, what in ((choreography.beats, "beats"), (choreography.score, "score"))
    )
    heard = read_music(
        source,
        metre=choreography.metre,
        tempo=choreography.tempo,
        first_downbeat=choreography.downbeat,
        pickup=choreography.upbeat,
        beats=beats,
        score=score,
        phrases=choreography.phrase_bars,
        climaxes=choreography.climax_bars,
    )
    return cut(heard, choreography.cut)


def check_of(path: Path, *, music: Path | None = None, dancer: str | None = None) -> Findings:
    """Everything a teacher would say about a ``.ballet`` file, against its music where that can be read.

    Raises
    ------
    FileError, MusicError, DancerError
        The file, the music named on the command line, or the dancer cannot be had; slips in the text are findings.
    LanguageError
        A text without steps wishes what is not known.
    """
    from petipa.choreography import Findings, check, read_choreography
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.production.composing import wishes_of

    parsed = read_choreography(path)
    choreography, lexicon = parsed.choreography, load_lexicon()
    who = load_dancer(dancer or choreography.dancer)
    if choreography.unwritten:
        wishes_of(choreography, path, None, lexicon)
    try:
        heard = listen(choreography, path, music, lexicon)
    except MusicError:
        # A text too wrong to be clicked to is told what is wrong with the text.
        if music or choreography.music or not parsed.findings.errors:
            raise
        heard = None
    if heard is None:
        found = list(check(choreography, lexicon, capability=who.capability))
    else:
        found, _ = judge(choreography, lexicon, heard, who, broken=bool(parsed.findings.errors))
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


def _turning(path: Path) -> tuple[Choreography, Lexicon]:
    """A choreography as petipa spells it, and the dictionary."""
    from petipa.choreography import read_choreography, spell
    from petipa.lexicon import load_lexicon

    parsed = read_choreography(path)
    parsed.findings.refuse()
    lexicon = load_lexicon()
    return spell(parsed.choreography, lexicon), lexicon


def other_side_of(path: Path, *, out: Path | None = None) -> str:
    """A choreography's text on the other side, on request written to `out`.

    Raises
    ------
    FileError, LanguageError
        It cannot be read, or not understood.
    """
    from petipa.choreography import other_side, write

    text = write(other_side(*_turning(path)))
    if out is not None:
        write_atomic(out, text.encode())
    return text


def reverse_of(path: Path, *, out: Path | None = None) -> tuple[str, tuple[str, ...], Findings]:
    """A choreography's text reversed, on request written to `out`.

    Returns
    -------
    text : str
    kept : tuple of str
        A line for each step that has no reverse, with its place.
    findings : Findings
        Where what has come of it cannot begin as it stands.

    Raises
    ------
    FileError, LanguageError
        It cannot be read, or not understood.
    """
    from petipa.choreography import check_text, format_text, reverse, write

    choreography, lexicon = _turning(path)
    turned = reverse(choreography, lexicon)
    text = format_text(write(turned.choreography), lexicon=lexicon)
    if out is not None:
        write_atomic(out, text.encode())
    kept = tuple(f"{path}:{at.line}:{at.column}: {name} has no reverse; it is kept" for name, at in turned.kept)
    return text, kept, check_text(text, lexicon=lexicon, file=str(out or path))


def steps_between(steps: Sequence[StepPlaced], order: Order, *, where: str) -> tuple[StepPlaced, ...]:
    """The steps of the bars asked for."""
    if not steps:
        raise ChoreographyError(
            "there is nothing to dance in it",
            where=where,
            would_work="a line such as: 1 plié; or a head with music and no start, to have one composed",
        )
    first = order.first_bar if order.first_bar is not None else min(step.bar for step in steps)
    last = order.last_bar if order.last_bar is not None else max(step.bar for step in steps)
    chosen = tuple(step for step in steps if first <= step.bar <= last)
    if not chosen:
        have = f"bars {min(step.bar for step in steps)} to {max(step.bar for step in steps)} are danced"
        raise ChoreographyError(f"nothing is danced in bars {first} to {last}", where=where, would_work=have)
    return chosen


def counts_of(music: Music) -> Callable[[Fraction], tuple[int, str]]:
    """Bar and beat of a position in beats."""
    from petipa.counts import write_beat

    def place(beats: Fraction) -> tuple[int, str]:
        count = music.layout.count(beats)
        return count.bar, write_beat(count.beat)

    return place
