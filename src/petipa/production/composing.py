"""A choreography made for a piece of music, judged by the plan of the movement before it is handed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from petipa.choreographer import Commission, Composed


def compose_for(music: Path | None, commission: Commission) -> Composed:
    """Compose to a piece of music, or to the waltz that ships.

    Raises
    ------
    FileError, MusicError, DancerError, LanguageError, ChoreographyError
        The music or the dancer cannot be had, a wish is not understood, or wishes cannot be met.
    """
    from petipa.choreographer import compose
    from petipa.choreography import Choreography, Finding
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.music import read_music, shipped_piece
    from petipa.production.programme import judge

    path = music or shipped_piece()
    heard, lexicon, dancer = read_music(path), load_lexicon(), load_dancer(commission.dancer)
    title = commission.title or heard.title.replace("_", " ").strip() or path.stem.replace("_", " ")

    def found(choreography: Choreography) -> list[Finding]:
        return judge(choreography, lexicon, heard, dancer)[0]

    wished = replace(commission, title=title, music=commission.music or path.name)
    return compose(heard, lexicon, dancer, wished, judge=found)
