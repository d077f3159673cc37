"""What is wished of a new choreography."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from petipa.choreography import Heading
from petipa.lexicon import School


class Technique(StrEnum):
    """How much she may be asked for."""

    STUDENT = "student"
    SOLOIST = "soloist"
    PRINCIPAL = "principal"

    @property
    def hardest(self) -> int:
        """The greatest difficulty of a step, of 10."""
        return {"student": 5, "soloist": 7, "principal": 10}[self.value]


class Mood(StrEnum):
    """How the music is to be taken, beyond what it says itself."""

    LYRICAL = "lyrical"
    BRILLIANT = "brilliant"

    @property
    def lift(self) -> float:
        """What it adds to the swell of every phrase."""
        return {"lyrical": -0.3, "brilliant": 0.3}[self.value]


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What is wished of a new choreography.

    Attributes
    ----------
    title : str
    music : str
        As the header shall name it.
    dancer : str
    school : School
    level : Technique
    include : tuple of str
        What must be in it, as one says it: ``32 fouettés``, ``grand jeté``.
    avoid, only : tuple of str
        Steps, families or kinds of motif that must not be in it, or that it is made of alone.
    mood : Mood or None
    like : frozenset of str
        Entries of a choreography it shall resemble.
    head : tuple of Heading
        What the text shall say of its music besides, as it was written.
    cut : str
        Bars left out of the music, as the header shall say it.
    seed : int
        Another choreography to the same music.
    """

    title: str = ""
    music: str = ""
    dancer: str = "noah"
    school: School = School.VAGANOVA
    level: Technique = Technique.SOLOIST
    include: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    mood: Mood | None = None
    like: frozenset[str] = frozenset()
    head: tuple[Heading, ...] = ()
    cut: str = ""
    seed: int = 0
