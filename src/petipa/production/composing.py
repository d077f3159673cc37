"""A choreography made for a piece of music, judged by the plan of the movement before it is handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.errors import ChoreographyError, LanguageError

if TYPE_CHECKING:
    from petipa.choreographer import Commission, Composed
    from petipa.choreography import Choreography
    from petipa.lexicon import Lexicon
    from petipa.music import Music


def compose_for(
    music: Path | None,
    commission: Commission,
    *,
    minutes: float | None = None,
    like: Path | None = None,
    beats: Path | None = None,
    score: Path | None = None,
    report: Callable[[str, float], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Composed:
    """Compose to a piece of music, to what a text without steps names and wishes, or to the waltz that ships.

    Parameters
    ----------
    music : Path or None
        Music, or a ``.ballet`` file that is a head and no more.
    commission : Commission
        What is wished beside what the file wishes; where both say one thing, this.
    minutes : float, optional
        How long it shall be: whole phrases from the middle of the music are left out.
    like : Path, optional
        A ``.ballet`` file whose steps it shall prefer.
    beats, score : Path, optional
        Beats tapped to a recording, and the score of what it plays; the text will name them.
    report : callable, optional
        Takes what is being done, ``listen`` or ``compose``, and the share of it that is done, 0 to 1.
    tell : callable, optional
        Takes what had to be assumed about the music, in words.

    Raises
    ------
    FileError, MusicError, DancerError, LanguageError, ChoreographyError
        The music or the dancer cannot be had, a wish is not understood, or wishes cannot be met.
    """
    from petipa.choreography import Heading, read_choreography
    from petipa.music import read_music, shipped_piece

    if music is not None and music.suffix.lower() == ".ballet":
        parsed = read_choreography(music)
        parsed.findings.refuse()
        if beats is not None or score is not None:
            raise ChoreographyError(
                "the beats and the score of a text's music are named in its head",
                where=str(music),
                would_work='a line such as: beats "waltz.taps"',
            )
        return composed_of(parsed.choreography, music, commission, minutes=minutes, like=like, report=report, tell=tell)
    path = music or shipped_piece()
    if report is not None:
        report("listen", 0.0)
    heard = read_music(path, beats=beats, score=score)
    head = [Heading(key, file.name) for key, file in (("beats", beats), ("score", score)) if file is not None]
    wished = replace(commission, music=commission.music or path.name, head=(*commission.head, *head))
    return _heard(heard, wished, minutes, like, report, tell)


def composed_of(
    text: Choreography,
    path: Path,
    commission: Commission | None = None,
    *,
    music: Path | None = None,
    minutes: float | None = None,
    like: Path | None = None,
    report: Callable[[str, float], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Composed:
    """Compose what a text without steps wishes, to the music that it names or is given.

    Parameters
    ----------
    text : Choreography
        A head and no more; it stays the head of what is composed.
    path : Path
        Where it is written: its music and what it shall be like are looked for beside it.
    commission : Commission, optional
        Wishes that go before those of the text.
    music, minutes, like, report, tell :
        As `compose_for` takes them; the music is the one the text names where none is given.

    Raises
    ------
    FileError, MusicError, DancerError, LanguageError, ChoreographyError
        As `compose_for`; a wish that is not understood is told with its line.
    """
    from petipa.choreography import Heading
    from petipa.lexicon import load_lexicon
    from petipa.production.programme import found_beside, listen

    if not text.unwritten:
        raise ChoreographyError(
            "there are steps in it already" if text.phrases or text.finish else "it has a start and no steps",
            where=str(path),
            would_work="a text that has its music and its wishes, and no start, steps or finish",
        )
    lexicon = load_lexicon()
    if minutes is None and (said := text.heading("minutes")) is not None:
        minutes = float(said)
    if minutes is not None and text.cut:
        raise ChoreographyError(
            "cut and minutes both say what is left out of the music", where=str(path), would_work="one of the two"
        )
    if like is None and (name := text.heading("like")) is not None:
        like = found_beside(name, path, "model", would_work="put the file there")
    wished = wishes_of(text, path, commission, lexicon)
    if report is not None:
        report("listen", 0.0)
    heard = listen(text, path, music, lexicon)
    if heard is None or heard.kind == "click":
        raise ChoreographyError(
            "it names no music to compose to",
            where=str(path),
            would_work='a line such as: music "waltz.musicxml", or the music before it on the command line',
        )
    if music is not None and text.music is None:
        wished = replace(wished, head=(*wished.head, Heading("music", music.name)))
    return _heard(heard, wished, minutes, like, report, tell)


def wishes_of(text: Choreography, path: Path, commission: Commission | None, lexicon: Lexicon) -> Commission:
    """What a head wishes, and over it what is wished besides.

    Raises
    ------
    LanguageError
        A wish names no step and no family; with the line it stands in.
    """
    from petipa.choreographer import Commission, Mood, Technique, meant

    asked = commission or Commission()
    level, mood, seed = text.heading("level"), text.heading("mood"), text.heading("seed")
    wished = replace(
        asked,
        title=asked.title or text.title or "",
        dancer=text.dancer if asked.dancer == Commission.dancer else asked.dancer,
        school=text.school if asked.school is Commission.school else asked.school,
        level=Technique(level) if level and asked.level is Commission.level else asked.level,
        mood=asked.mood or (Mood(mood) if mood else None),
        seed=asked.seed or int(seed or 0),
        include=(*text.listed("include"), *asked.include),
        avoid=(*text.listed("avoid"), *asked.avoid),
        only=(*text.listed("only"), *asked.only),
    )
    for heading in text.headings:
        if heading.key in ("include", "avoid", "only"):
            for words in text.listed(heading.key):
                try:
                    if heading.key == "include":
                        lexicon.sought(words.lstrip("0123456789 "))
                    else:
                        meant((words,), lexicon)
                except LanguageError as problem:
                    raise LanguageError(
                        f"{heading.key}: {problem.what}",
                        where=f"{path}:{heading.where.line}",
                        would_work=problem.would_work,
                    ) from problem
    answered = ("title", "dancer", "school", "level", "mood", "seed", "include", "avoid", "only", "minutes", "like")
    head = tuple(one for one in text.headings if one.key not in answered or one.key in ("title", "like"))
    return replace(wished, head=head)


def _heard(
    heard: Music,
    wished: Commission,
    minutes: float | None,
    like: Path | None,
    report: Callable[[str, float], None] | None,
    tell: Callable[[str], None] | None,
) -> Composed:
    """Compose to as much of a piece as is wished."""
    from petipa.music import cut

    if report is not None:
        report("listen", 1.0)
    if tell is not None:
        for remark in heard.remarks:
            tell(remark)
    if minutes is not None and (left_out := shortening(heard, 60.0 * minutes)) is not None:
        heard = cut(heard, (left_out,))
        wished = replace(wished, cut=f"{left_out[0]}-{left_out[1]}")
    if like is not None:
        wished = replace(wished, like=_steps_of(like))
    return composed_to(heard, wished, report=None if report is None else partial(report, "compose"))


def shortening(music: Music, seconds: float) -> tuple[int, int] | None:
    """The bars of whole phrases to leave out so that about so many seconds are left; None where it fits as it is.

    Raises
    ------
    ChoreographyError
        The music is shorter.
    """
    spare = music.duration - seconds
    if spare < -0.1 * seconds:
        raise ChoreographyError(
            f"{seconds / 60:.1f} minutes are wished, and the music lasts {music.duration / 60:.1f}",
            where=music.source,
            would_work="fewer minutes, or longer music",
        )
    inner = music.phrases[1:-1]
    runs = [
        (abs(spare - (last.seconds_end - first.seconds)), first.first, last.last)
        for k, first in enumerate(inner)
        for last in inner[k:]
    ]
    if not runs or min(runs)[0] >= abs(spare):
        return None
    return min(runs)[1:]


def _steps_of(path: Path) -> frozenset[str]:
    """The entries of a choreography's steps."""
    from petipa.choreography import GroupItem, StepItem, read_choreography
    from petipa.choreography.naming import completed
    from petipa.lexicon import load_lexicon

    parsed = read_choreography(path)
    parsed.findings.refuse()
    lexicon = load_lexicon()
    found: set[str] = set()
    waiting = [item for phrase in parsed.choreography.phrases for item in phrase.items]
    while waiting:
        item = waiting.pop()
        if isinstance(item, GroupItem):
            waiting += item.items
        elif isinstance(item, StepItem):
            entry = lexicon.find(completed(item, lexicon).name, parsed.choreography.school)
            found |= {entry.key} if entry is not None else set()
    return frozenset(found)


def composed_to(music: Music, commission: Commission, *, report: Callable[[float], None] | None = None) -> Composed:
    """Compose to a piece that has been read; `report` takes the share that is done, 0 to 1."""
    from petipa.choreographer import compose
    from petipa.choreography import Finding
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.production.programme import judge

    lexicon, dancer = load_lexicon(), load_dancer(commission.dancer)
    title = commission.title or music.title.replace("_", " ").strip() or Path(music.source).stem.replace("_", " ")

    def found(choreography: Choreography) -> list[Finding]:
        return judge(choreography, lexicon, music, dancer)[0]

    return compose(music, lexicon, dancer, replace(commission, title=title), judge=found, report=report)
