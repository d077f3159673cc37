"""A choreography made for a piece of music, judged by the plan of the movement before it is handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.errors import ChoreographyError

if TYPE_CHECKING:
    from petipa.choreographer import Commission, Composed
    from petipa.music import Music


def compose_for(
    music: Path | None,
    commission: Commission,
    *,
    minutes: float | None = None,
    like: Path | None = None,
    report: Callable[[str, float], None] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Composed:
    """Compose to a piece of music, or to the waltz that ships.

    Parameters
    ----------
    minutes : float, optional
        How long it shall be: whole phrases from the middle of the music are left out.
    like : Path, optional
        A ``.ballet`` file whose steps it shall prefer.
    report : callable, optional
        Takes what is being done, ``listen`` or ``compose``, and the share of it that is done, 0 to 1.
    tell : callable, optional
        Takes what had to be assumed about the music, in words.

    Raises
    ------
    FileError, MusicError, DancerError, LanguageError, ChoreographyError
        The music or the dancer cannot be had, a wish is not understood, or wishes cannot be met.
    """
    from petipa.music import cut, read_music, shipped_piece

    path = music or shipped_piece()
    if report is not None:
        report("listen", 0.0)
    heard, wished = read_music(path), replace(commission, music=commission.music or path.name)
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
    from petipa.choreography import Choreography, Finding
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.production.programme import judge

    lexicon, dancer = load_lexicon(), load_dancer(commission.dancer)
    title = commission.title or music.title.replace("_", " ").strip() or Path(music.source).stem.replace("_", " ")

    def found(choreography: Choreography) -> list[Finding]:
        return judge(choreography, lexicon, music, dancer)[0]

    return compose(music, lexicon, dancer, replace(commission, title=title), judge=found, report=report)
