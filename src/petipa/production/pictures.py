"""Pictures for the teacher: strips of a dance, and the plan of its floor path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.errors import ChoreographyError
from petipa.files import write_atomic
from petipa.production.dancing import dance
from petipa.production.folder import heard_in, performed_in, shown_in
from petipa.production.order import SWELL_RATE, Account, Order, Performed, Report, Stage
from petipa.production.programme import Programme, counts_of, placed_in_music, prepare
from petipa.production.staging import beats_of, swell_of
from petipa.showing import Costume, Shown

if TYPE_CHECKING:
    from petipa.choreography import Findings
    from petipa.dancer import Dancer
    from petipa.measure import Piece
    from petipa.motion.model import Motion
    from petipa.stage.act import Beat
    from petipa.stage.band import Band
    from petipa.stage.floorplan import Section


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


def counted_on(beats: Sequence[Beat], start: float, end: float) -> list[Beat]:
    """The beats of the music and those one would go on to count before its first and after its last [s]."""
    from petipa.stage.act import Beat

    known = list(beats)
    if len(known) < 2:
        return known
    in_a_bar = max(beat.beat for beat in known)
    early, late = (max(b.time - a.time, 1e-3) for a, b in (known[:2], known[-2:]))
    before: list[Beat] = []
    one = known[0]
    while one.time - early >= start - 1e-6:
        bar, beat = (one.bar, one.beat - 1) if one.beat > 1 else (one.bar - 1, in_a_bar)
        one = Beat(one.time - early, bar, beat)
        before.append(one)
    one = known[-1]
    while one.time + late <= end + 1e-6:
        bar, beat = (one.bar, one.beat + 1) if one.beat < in_a_bar else (one.bar + 1, 1)
        one = Beat(one.time + late, bar, beat)
        known.append(one)
    return before[::-1] + known


def all_through(motion: Motion, beats: Sequence[Beat]) -> list[tuple[float, str]]:
    """Every beat of the dance, and the first of every bar one would count while she comes, is thanked and goes."""
    known = counted_on(beats, motion.start, motion.start + (len(motion.q) - 1) / motion.rate)
    first, last = (known[0].bar, known[-1].bar) if known else (0, 0)
    music = (beats[0].time, beats[-1].time) if beats else (0.0, 0.0)
    return [
        (seconds, count)
        for seconds, count in moments(known, first_bar=first, last_bar=last, every=Fraction(1))
        if music[0] <= seconds <= music[1] or count.endswith(":1")
    ]


def drawn_strip(
    motion: Motion,
    dancer: Dancer,
    when: Sequence[tuple[float, str]],
    *,
    views: Sequence[str],
    title: str,
    costume: Costume = Costume.CLASSICAL,
    band: Band | None = None,
) -> bytes:
    """A strip of a motion at some moments, as PNG; each is named by its count and the step being danced.

    With a band the music is drawn under them.
    """
    from petipa.dancer.body import body_of
    from petipa.stage.strip import draw_strip, strip_png

    labels = []
    for seconds, count in when:
        here = [step for step in motion.steps if step.t0 <= seconds] or list(motion.steps[:1])
        labels.append(f"{count}\n{here[-1].label}" if here else count)
    times = [seconds for seconds, _ in when]
    body = body_of(dancer.skeleton)
    return strip_png(
        draw_strip(body, dancer.skeleton, motion, times, labels, views=views, title=title, costume=costume, band=band)
    )


def band_of(
    piece: Piece, beats: Sequence[Beat], swell: Sequence[float], accents: Iterable[tuple[float, float, float]]
) -> Band:
    """The music as a strip has it under its pictures; `accents` of the steps: count, danced [s], error [ms]."""
    from petipa.measure.teacher import NOT_FOUND
    from petipa.stage.band import Band

    return Band(
        beats=beats,
        swell=swell,
        rate=SWELL_RATE,
        accents=piece.accents,
        climaxes=piece.climaxes,
        phrases=[
            (piece.edges[first], piece.edges[stop], label)
            for (first, stop), label in zip(piece.phrases, piece.labels, strict=True)
        ],
        danced=[(count, danced if abs(error) < NOT_FOUND else None) for count, danced, error in accents],
    )


def while_danced(motion: Motion, when: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
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
    music_band: bool = True,
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
    music_band : bool
        Whether the music is drawn under the pictures.

    Raises
    ------
    PetipaError
        Whatever cannot be read, danced or written.
    """
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.measure import heard
    from petipa.stage.strip import view_of

    for view in views:
        view_of(view)
    account = Account(report)
    if source.is_dir():
        with account.stage(Stage.READ):
            motion, beats, title = performed_in(source)
            who, costume = load_dancer(motion.dancer), shown_in(source)[1]
            piece, swell = heard_in(source)
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
        beats, costume = beats_of(programme.music), programme.choreography.costume
        piece, swell = (None if programme.music.kind == "click" else programme.piece), swell_of(programme.music)
    with account.stage(Stage.STRIP):
        bars = [step.bar for step in motion.steps]
        first = min(bars) if first_bar is None else first_bar
        last = max(bars) if last_bar is None else last_bar
        known = counted_on(beats, motion.start, motion.start + (len(motion.q) - 1) / motion.rate)
        when = while_danced(motion, moments(known, first_bar=first, last_bar=last, every=every))
        if not when:
            raise ChoreographyError(
                f"nothing is danced in bars {first} to {last}",
                where=str(source),
                would_work=f"bars {min(bars)} to {max(bars)}",
            )
        band = None
        if piece is not None and music_band:
            events = heard(motion, who, load_lexicon())
            band = band_of(piece, known, swell, [(one.count, one.danced, one.error_ms) for one in events])
        write_atomic(out, drawn_strip(motion, who, when, views=views, title=title, costume=costume, band=band))
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
    programme, found = placed_in_music(replace(order, shown=Shown.DANCE), account)
    Findings.of((one for one in found if one.code.value < "E3"), source=found.source, file=found.file).refuse()
    with account.stage(Stage.PLAN):
        plan = make_plan(
            programme.steps,
            programme.lexicon.entries,
            programme.music.seconds_at,
            programme.dancer,
            where=counts_of(programme.music),
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
