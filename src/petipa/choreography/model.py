"""A choreography as written, and the steps it comes to once everything unsaid is filled in.

`Choreography` is the text, parsed: what the author said and nothing more. `StepPlaced` is one step with every default
filled in, placed in the music and on the stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from petipa.counts import Metre
from petipa.floor import BodyDirection, Point
from petipa.lexicon import Free, Level, Place, School, Side, Stance
from petipa.showing import Costume, Setting, Sound

LANGUAGE = 1


class Direction(StrEnum):
    """The direction a step is danced in, relative to the body."""

    DEVANT = "devant"
    SECONDE = "seconde"
    DERRIERE = "derriere"
    EN_AVANT = "en_avant"
    EN_ARRIERE = "en_arriere"
    DE_COTE = "de_cote"
    EN_DEHORS = "en_dehors"
    EN_DEDANS = "en_dedans"


class Crossing(StrEnum):
    """How the feet pass: over, under, or changed."""

    DESSUS = "dessus"
    DESSOUS = "dessous"
    CHANGEE = "changee"


class Quality(StrEnum):
    """How a step is phrased."""

    LEGATO = "legato"
    STACCATO = "staccato"
    BRILLANTE = "brillante"
    CANTABILE = "cantabile"
    DOLCE = "dolce"
    GIOCOSO = "giocoso"
    GRAVE = "grave"
    LEGGIERO = "leggiero"
    MAESTOSO = "maestoso"
    MARCATO = "marcato"
    SOSTENUTO = "sostenuto"
    TRANQUILLO = "tranquillo"


class Counting(StrEnum):
    """What a dancer counts aloud."""

    BEATS = "beats"
    BARS = "bars"


@dataclass(frozen=True)
class Where:
    """A place in the text, 1-based, and how many characters it concerns."""

    line: int = 0
    column: int = 0
    length: int = 1


NOWHERE = Where()


@dataclass(frozen=True)
class Layout:
    """What the author wrote for the reader only: comments and blank lines."""

    above: tuple[str, ...] = ()
    beside: str = ""
    gap: bool = False


@dataclass(frozen=True)
class Heading:
    """One line of the head: a key and its value as text."""

    key: str
    value: str
    where: Where = field(default=NOWHERE, compare=False)
    layout: Layout = Layout()


@dataclass(frozen=True)
class StanceWish:
    """What a text says about how she stands; None is unsaid. `pose` names one, `free_side` is then its R or L."""

    place: Place | None = None
    front: Side | None = None
    level: Level | None = None
    free: Free | None = None
    free_side: Side | None = None
    open: bool = False
    pose: str | None = None

    def __bool__(self) -> bool:
        return self != StanceWish()


@dataclass(frozen=True)
class Wishes:
    """Everything that can be said about a step besides its name; None is unsaid."""

    side: Side | None = None
    body: BodyDirection | None = None
    facing: str | None = None
    direction: Direction | None = None
    crossing: Crossing | None = None
    height: int | None = None
    level: Level | None = None
    turns: int | None = None
    en_tournant: bool = False
    arms: str | None = None
    arms_side: Side | None = None
    head: str | None = None
    toward: str | None = None
    manege: bool = False
    length: Fraction | None = None
    hold: bool = False
    quality: Quality | None = None
    begin: StanceWish | None = None
    end: StanceWish | None = None

    def over(self, under: Wishes) -> Wishes:
        """These wishes, with `under` answering where nothing is said here."""
        values = {}
        for name in self.__dataclass_fields__:
            own = getattr(self, name)
            # By identity: a height of 0 is said, and equals False.
            values[name] = getattr(under, name) if own is None or own is False else own
        return Wishes(**values)


@dataclass(frozen=True)
class StepItem:
    """A step as written; `breath` says a semicolon comes before it."""

    name: str
    wishes: Wishes = Wishes()
    number: int = 1
    breath: bool = False
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class HoldItem:
    """A pose held; its wishes may change arms, head or facing meanwhile."""

    wishes: Wishes = Wishes()
    breath: bool = False
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class SameItem:
    """Bars danced before, danced again: `other_side` mirrors them, `backwards` exchanges devant and derrière."""

    first: int
    last: int
    other_side: bool = False
    backwards: bool = False
    breath: bool = False
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class GroupItem:
    """Several items danced `times` times."""

    items: tuple[Item, ...]
    times: int = 1
    breath: bool = False
    where: Where = field(default=NOWHERE, compare=False)


Item = StepItem | HoldItem | SameItem | GroupItem


@dataclass(frozen=True)
class Position:
    """The bars of a line: ``7``, ``7:1``, ``1-4`` or ``7:2-8:1``; a beat of None is a whole bar."""

    bar: int
    beat: Fraction | None = None
    last_bar: int | None = None
    last_beat: Fraction | None = None


@dataclass(frozen=True)
class Phrase:
    """A line of steps with its place in the music and what is said of all of them at once."""

    items: tuple[Item, ...]
    position: Position | None = None
    all: Wishes = Wishes()
    diagonal: bool = False
    where: Where = field(default=NOWHERE, compare=False)
    layout: Layout = Layout()


@dataclass(frozen=True)
class Start:
    """Where and how she stands before the music."""

    place: str | None = None
    stance: StanceWish = StanceWish()
    wishes: Wishes = Wishes()
    where: Where = field(default=NOWHERE, compare=False)
    layout: Layout = Layout()


@dataclass(frozen=True)
class Finish:
    """The last pose, on the last chord unless a position is written; after a semicolon the music is over."""

    items: tuple[Item, ...]
    position: Position | None = None
    where: Where = field(default=NOWHERE, compare=False)
    layout: Layout = Layout()


@dataclass(frozen=True)
class Choreography:
    """A ``.ballet`` text, parsed.

    Parameters
    ----------
    headings : tuple of Heading
        The head, in the order written.
    start : Start
        An empty one if the text has none.
    phrases : tuple of Phrase
        In the order written.
    finish : Finish or None
        The end.
    version : int
        Of the language.
    opening : Layout
        Comments before and beside the version line.
    below : tuple of str
        Comments after everything.
    """

    headings: tuple[Heading, ...] = ()
    start: Start = Start()
    phrases: tuple[Phrase, ...] = ()
    finish: Finish | None = None
    version: int = LANGUAGE
    opening: Layout = Layout()
    below: tuple[str, ...] = ()

    def heading(self, key: str) -> str | None:
        """The value of a heading; None if it is not written."""
        for heading in self.headings:
            if heading.key == key:
                return heading.value
        return None

    @property
    def title(self) -> str | None:
        """The title, if written."""
        return self.heading("title")

    @property
    def music(self) -> str | None:
        """The music file named, as written."""
        return self.heading("music")

    @property
    def dancer(self) -> str:
        """The dancer's name; noah if none is written."""
        return self.heading("dancer") or "noah"

    @property
    def school(self) -> School:
        """The school whose words are used; Vaganova's if none is written."""
        return School(self.heading("school") or School.VAGANOVA)

    @property
    def setting(self) -> Setting:
        """Where it is danced; by the moonlit lake if nothing is written."""
        return Setting(self.heading("setting") or Setting.MOONLIT)

    @property
    def costume(self) -> Costume:
        """What she wears; the classical tutu if nothing is written."""
        return Costume(self.heading("costume") or Costume.CLASSICAL)

    @property
    def sound(self) -> Sound:
        """What its music is played on where that is a score; as it is written if nothing is said."""
        return Sound(self.heading("sound") or Sound.WRITTEN)

    @property
    def counting(self) -> Counting:
        """What is counted aloud; beats if nothing is written."""
        return Counting(self.heading("counting") or Counting.BEATS)

    @property
    def tempo(self) -> float | None:
        """Beats of the written metre in a minute, if written."""
        value = self.heading("tempo")
        return float(value.split()[0]) if value else None

    @property
    def metre(self) -> Metre | None:
        """The metre written, by itself or with the tempo."""
        value = self.heading("metre") or next(iter((self.heading("tempo") or "").split()[1:]), None)
        return Metre.parse(value) if value else None

    @property
    def cut(self) -> tuple[tuple[int, int], ...]:
        """Bars to leave out of the music, first and last of each range, as the whole music counts them."""
        ranges = [part.split("-") for part in (self.heading("cut") or "").split(", ") if part]
        return tuple((int(part[0]), int(part[-1])) for part in ranges)

    @property
    def upbeat(self) -> Fraction | None:
        """Beats of the pick-up, if written."""
        value = self.heading("upbeat")
        return Fraction(value) if value else None

    @property
    def downbeat(self) -> float | None:
        """Seconds into the sound at which bar 1 begins, if written."""
        value = self.heading("downbeat")
        return float(value) if value else None

    @property
    def beats(self) -> str | None:
        """The file of beats tapped to the music, as written."""
        return self.heading("beats")

    @property
    def score(self) -> str | None:
        """The score of what the music plays, as written."""
        return self.heading("score")

    @property
    def phrase_bars(self) -> tuple[int, ...]:
        """Bars of the whole music in which its phrases begin, if written."""
        return tuple(int(bar) for bar in (self.heading("phrases") or "").split())

    @property
    def climax_bars(self) -> tuple[int, ...]:
        """Bars of the whole music in which its climaxes are, the highest first, if written."""
        return tuple(int(bar) for bar in (self.heading("climax") or "").split())

    def listed(self, key: str) -> tuple[str, ...]:
        """The words of a heading that has several with commas between: include, avoid, only."""
        return tuple((self.heading(key) or "").split(", ")) if self.heading(key) else ()

    @property
    def unwritten(self) -> bool:
        """Whether it is a head and no more: what it says of its music and its wishes, and no step."""
        return bool(self.headings) and not self.phrases and self.finish is None and self.start == Start()

    @property
    def last_bar(self) -> int:
        """The last bar any line names; 0 if none does."""
        positions = [phrase.position for phrase in self.phrases if phrase.position is not None]
        if self.finish is not None and self.finish.position is not None:
            positions.append(self.finish.position)
        return max((p.last_bar or p.bar for p in positions), default=0)


@dataclass(frozen=True)
class StepPlaced:
    """One step, everything filled in.

    Parameters
    ----------
    entry : str
        Lexicon key.
    side : Side
        R or L, as the entry declares.
    at : Fraction
        Beats from bar 1 beat 1 at which the accent event falls.
    length : Fraction
        Beats until the next step's `at`.
    facing : float
        Yaw of the hips at the end, degrees, in (-180, 180]; whole turns are extra.
    direction : str or None
        devant, seconde, derriere, en_avant, en_arriere, de_cote.
    travel_to : (float, float)
        Where her weight is on stage at the end, metres.
    height : int or None
        Degrees of the raised leg.
    turns : int
        Full turns, toward the named side.
    arms, head : str
        Keys, with ``_r`` or ``_l`` where they have a side.
    pointe : bool
        Whether it is danced on pointe.
    quality : str or None
        How it is phrased.
    hold : bool
        Whether the pose is held until the next step prepares.
    start, end : Stance
        How she stands before and after.
    line, column : int
        Where it is written.
    text : str
        As written.
    label : str
        For strips: "assemblé R".
    bar : int
        Bar of `at`.
    beat : str
        Beat of `at` within its bar, from 1.
    travel_from : (float, float)
        Where her weight is at the beginning, metres.
    facing_from : float
        Yaw of the hips at the beginning, degrees.
    travel_yaw : float or None
        Yaw of the way she travels, degrees; None when she stays.
    paces : int
        Steps of a walk or run, else 0.
    """

    entry: str
    side: Side
    at: Fraction
    length: Fraction
    facing: float
    direction: str | None
    travel_to: Point
    height: int | None
    turns: int
    arms: str
    head: str
    pointe: bool
    quality: str | None
    hold: bool
    start: Stance
    end: Stance
    line: int
    column: int
    text: str
    label: str
    bar: int
    beat: str
    travel_from: Point
    facing_from: float
    travel_yaw: float | None
    paces: int
