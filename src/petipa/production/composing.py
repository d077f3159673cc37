"""A choreography made for a piece of music, judged by the plan of the movement before it is handed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from petipa.choreographer import Commission, Composed
    from petipa.music import Music


def compose_for(music: Path | None, commission: Commission) -> Composed:
    """Compose to a piece of music, or to the waltz that ships.

    Raises
    ------
    FileError, MusicError, DancerError, LanguageError, ChoreographyError
        The music or the dancer cannot be had, a wish is not understood, or wishes cannot be met.
    """
    from petipa.music import read_music, shipped_piece

    path = music or shipped_piece()
    return composed_to(read_music(path), replace(commission, music=commission.music or path.name))


def composed_to(music: Music, commission: Commission) -> Composed:
    """Compose to a piece that has been read."""
    from petipa.choreographer import compose
    from petipa.choreography import Choreography, Finding
    from petipa.dancer import load_dancer
    from petipa.lexicon import load_lexicon
    from petipa.production.programme import judge

    lexicon, dancer = load_lexicon(), load_dancer(commission.dancer)
    title = commission.title or music.title.replace("_", " ").strip() or Path(music.source).stem.replace("_", " ")

    def found(choreography: Choreography) -> list[Finding]:
        return judge(choreography, lexicon, music, dancer)[0]

    return compose(music, lexicon, dancer, replace(commission, title=title), judge=found)
