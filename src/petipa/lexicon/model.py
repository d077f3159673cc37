"""An entry of the dictionary of ballet, and the dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from petipa.errors import LanguageError
from petipa.lexicon.positions import EndRule, Foot, Level, Place, Stance, StartRule
from petipa.lexicon.words import nearest, plain, singular

_FAST = 0.9
"""Paces that take her on this fast are a run [m/s]."""
_COMES_OVER = 0.8
"""Seconds in which her weight comes from between two feet apart over one of them, without a jump."""


class School(StrEnum):
    """Whose names, directions and stage points a text uses."""

    VAGANOVA = "vaganova"
    RAD = "rad"
    CECCHETTI = "cecchetti"
    FRENCH = "french"
    ABT = "abt"

    @property
    def called(self) -> str:
        """What the school is called."""
        return {"vaganova": "Russian", "rad": "RAD", "french": "French", "abt": "ABT"}.get(self.value, "Cecchetti")


class Accent(StrEnum):
    """The event of a step that meets its count."""

    ARRIVAL = "arrival"
    DEEPEST = "deepest"
    EXTENSION = "extension"
    FIRST_STEP = "first_step"
    CLOSING = "closing"
    TAKE_OFF = "take_off"
    APEX = "apex"
    LANDING = "landing"


@dataclass(frozen=True)
class Names:
    """What people call a step.

    Attributes
    ----------
    common : str
    by_school : mapping of School to str
        Where a school has a name of its own.
    also, misspelt : tuple of str
        Other right names, and common slips.
    english : str
    own : mapping of School to tuple of str
        Words that in one school mean this step, and another step elsewhere.
    """

    common: str
    by_school: Mapping[School, str]
    also: tuple[str, ...] = ()
    misspelt: tuple[str, ...] = ()
    english: str = ""
    own: Mapping[School, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, school: School) -> str:
        """The name a school uses."""
        return self.by_school.get(school, self.common)

    def all(self) -> tuple[str, ...]:
        """Every right name, the common one first."""
        return tuple(dict.fromkeys((self.common, *self.by_school.values(), *self.also)))

    def as_written(self, written: str) -> str | None:
        """The right name that was typed, with its accents and hyphens; None where it was a slip."""
        right = (*self.all(), *(name for names in self.own.values() for name in names))
        return next((name for name in right if singular(name) == singular(written)), None)


@dataclass(frozen=True)
class Range:
    """Least, usual and most of a quantity."""

    least: float
    usual: float
    most: float

    def __contains__(self, value: float) -> bool:
        return self.least - 1e-9 <= value <= self.most + 1e-9


@dataclass(frozen=True)
class Entry:
    """One step of the dictionary. Angles in degrees, lengths in metres, times in seconds, as written in its file.

    Parameters
    ----------
    key : str
        ASCII name, the same as the file's.
    names : Names
        By school, with synonyms and common slips.
    family, definition, r_means : str
        What it is, in one sentence, and what R says about legs, feet and travel.
    side_from : str
        How a side that is not written is found: front, back, free, line, other or keep.
    accent : Accent
        The event that meets the count.
    counts : mapping of str to Fraction
        Usual beats from this accent to the next, by metre.
    lead, tail : (float, float)
        Least and usual seconds before and after the accent.
    turn_time, pace : (float, float) or None
        Least and usual seconds for each further turn, or each pace of a walk or run.
    facing : str
        Body direction when none is written: keep, en_face, croise, efface, profile, travel, travel_side, or turned,
        which is the contrary of where she faced.
    directions : tuple of str
        Step directions it may be danced in; empty when it has none.
    direction : str or None
        The one taken when none is written and the feet do not decide.
    arms, head : str
        Defaults; a suffix ``_work`` or ``_other`` names an arm relative to the side.
    level : Level
        The level it is danced at: pointe, or flat.
    height, jump, turns : Range or None
        Degrees of the raised leg; metres the centre of mass rises; full turns.
    take_off, landing : str
        none, work, other or both.
    beats : int
        Crossings of the legs that strike, in the air.
    forward, side : float
        Default travel; `side` is toward the named side.
    standing : float or None
        Forward travel where she already stands on the named leg alone, and none to the side; as else if None.
    per_pace, per_turn : bool
        Whether the travel is for each pace, or for each turn.
    crossing : mapping of str to Foot
        The foot in front at the end when dessus, dessous or changee is written.
    starts : tuple of StartRule
        Positions it may start from.
    ends : tuple of EndRule
        Positions it may end in, the usual first.
    difficulty : int
        1 to 10.
    energy, impact : float
        Share of full effort; peak floor force in body weights.
    example : str
        A few lines of choreography that show the step to the right: how one comes to it, the step, what it leads to.
    motion : mapping
        What the plan of the movement needs; carried here unread.
    schools : tuple of School
        The schools that call it so; empty where the name means the same in all of them.
    reverse : str
        Key of the step that is this one reversed, where it has a name of its own; else empty.
    is_pose : bool
        Whether it is a pose, from the table of poses, rather than a step.
    by_school : mapping of School to mapping of str to str
        Facing, arms or head where a school's tradition differs from the usual.
    """

    key: str
    names: Names
    family: str
    definition: str
    r_means: str
    side_from: str
    accent: Accent
    counts: Mapping[str, Fraction]
    lead: tuple[float, float]
    tail: tuple[float, float]
    turn_time: tuple[float, float] | None
    pace: tuple[float, float] | None
    facing: str
    directions: tuple[str, ...]
    direction: str | None
    arms: str
    head: str
    level: Level
    height: Range | None
    jump: Range | None
    turns: Range | None
    take_off: str
    landing: str
    beats: int
    forward: float
    side: float
    standing: float | None
    per_pace: bool
    per_turn: bool
    crossing: Mapping[str, Foot]
    starts: tuple[StartRule, ...]
    ends: tuple[EndRule, ...]
    difficulty: int
    energy: float
    impact: float
    example: str
    motion: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    schools: tuple[School, ...] = ()
    reverse: str = ""
    is_pose: bool = False
    by_school: Mapping[School, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def way(self, *, standing: bool = False) -> tuple[float, float]:
        """Usual travel forward and to the named side [m]; `standing` where she is on the named leg alone already."""
        if standing and self.standing is not None:
            return self.standing, 0.0
        return self.forward, self.side

    def danced_by(self, school: School) -> Entry:
        """The entry with a school's own facing, arms and head."""
        own = self.by_school.get(school)
        return replace(self, **dict(own)) if own else self  # type: ignore[arg-type]

    def ready(self, start: Stance | None = None) -> float:
        """Seconds before its accent in which she usually makes ready for it, from how she stands if that is known.

        From between two feet apart her weight needs its time to come over one of them.
        """
        usual = self.lead[1] * float(self.motion.get("lead", 1.0))
        if start is None or start.position not in (Place.SECOND, Place.FOURTH) or self.springs:
            return usual
        before = (key for key in self.motion.get("keys", ()) if -1.0 < float(key["t"]) <= 0.0)
        return max(usual, _COMES_OVER) if any(key.get("carry") in ("w", "o") for key in before) else usual

    def takes(self, turns: int) -> tuple[float, float]:
        """Seconds it takes after its accent, all its turns done: at least, and usually."""
        more, each = max(0, turns - 1), self.turn_time or (0.0, 0.0)
        return self.tail[0] + more * each[0], self.tail[1] + more * each[1]

    @property
    def springs(self) -> bool:
        """Whether she leaves the floor."""
        return self.jump is not None and self.jump.least > 0

    @property
    def carries_on(self) -> bool:
        """Whether she comes out of it so fast that she goes on, unless she closes."""
        return self.per_pace and self.pace is not None and max(map(abs, self.way())) / self.pace[1] >= _FAST

    def beats_in(self, metre: str, *, bar: Fraction) -> Fraction:
        """Usual beats in a metre; one whole bar of `bar` beats where the entry does not say."""
        return self.counts.get(metre, bar)

    def starts_for(self, direction: str | None) -> tuple[StartRule, ...]:
        """Start rules that apply to a direction."""
        return tuple(r for r in self.starts if not r.when or direction in r.when)

    def ends_for(self, direction: str | None, crossing: str | None = None) -> tuple[EndRule, ...]:
        """End rules that apply to a direction and a crossing (dessus, dessous, changee), the usual first."""
        return tuple(r for r in self.ends if not r.when or direction in r.when or crossing in r.when)

    def as_json(self) -> dict[str, Any]:
        """The head of the entry as plain values."""
        return {
            "key": self.key,
            "name": self.names.common,
            "names": {school.value: self.names.of(school) for school in School},
            "also": list(self.names.also),
            "english": self.names.english,
            "family": self.family,
            "definition": self.definition,
            "r_means": self.r_means,
            "accent": self.accent.value,
            "counts": {metre: str(count) for metre, count in self.counts.items()},
            "seconds": {"before": self.lead[1], "after": self.tail[1], "least": round(self.lead[0] + self.tail[0], 3)},
            "directions": list(self.directions),
            "facing": self.facing,
            "arms": self.arms,
            "head": self.head,
            "take_off": self.take_off,
            "landing": self.landing,
            "beats": self.beats,
            "turns": [self.turns.least, self.turns.usual, self.turns.most] if self.turns else None,
            "height": [self.height.least, self.height.usual, self.height.most] if self.height else None,
            "jump": [self.jump.least, self.jump.usual, self.jump.most] if self.jump else None,
            "travel": {
                "forward": self.forward,
                "side": self.side,
                "standing": self.standing,
                "per_pace": self.per_pace,
                "per_turn": self.per_turn,
            },
            "difficulty": self.difficulty,
            "energy": self.energy,
            "impact": self.impact,
        }


def _called(entry: Entry, names: Iterable[str]) -> Iterator[str]:
    """Every way to ask for an entry by its names: a pose also as "pose ..." and as a school's."""
    for name in names:
        yield name
        if entry.is_pose:
            yield f"pose {name}"
            for school in entry.schools:
                yield f"{school.value} {name}"
                yield f"pose {school.value} {name}"


@dataclass(frozen=True)
class Lexicon:
    """The dictionary: entries by key, and how a typed name finds one.

    Parameters
    ----------
    entries : mapping of str to Entry
        Steps and poses, by key. Iteration goes over the steps; `poses` has the poses.
    known : mapping of str to str
        Steps petipa has heard of and cannot dance yet: plain name to proper spelling.
    arms : mapping of School to mapping of str to str
        Each school's names of arm positions, plain, to petipa's keys.
    """

    entries: Mapping[str, Entry]
    known: Mapping[str, str]
    arms: Mapping[School, Mapping[str, str]]
    _index: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _schools: Mapping[School, Mapping[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, str] = {}
        own: dict[School, dict[str, str]] = {school: {} for school in School}
        # Right names first, so that one entry's slip never hides another's name; steps before poses.
        ordered = (*self, *self.poses)
        for entry in ordered:
            for name in _called(entry, (entry.key.replace("_", " "), *entry.names.all())):
                index.setdefault(singular(name), entry.key)
        for entry in ordered:
            for name in _called(entry, entry.names.misspelt):
                index.setdefault(singular(name), entry.key)
        for entry in self:
            for school, words in entry.names.own.items():
                own[school].update((singular(word), entry.key) for word in words)
        for entry in self.poses:
            for school in entry.schools:
                for name in _called(entry, (entry.names.of(school), *entry.names.all(), *entry.names.misspelt)):
                    own[school].setdefault(singular(name), entry.key)
        object.__setattr__(self, "_index", MappingProxyType(index))
        object.__setattr__(self, "_schools", MappingProxyType(own))

    def __iter__(self) -> Iterator[Entry]:
        return (entry for entry in self.entries.values() if not entry.is_pose)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def poses(self) -> tuple[Entry, ...]:
        """The poses, in the order of their table."""
        return tuple(entry for entry in self.entries.values() if entry.is_pose)

    def __getitem__(self, key: str) -> Entry:
        return self.entries[key]

    def find(self, name: str, school: School | None = None) -> Entry | None:
        """The entry a typed name means, accents, case, plural and common slips aside; None if there is none.

        A school's own meaning of a name comes first: the third arabesque of Vaganova is not that of the RAD, and the
        French saut de chat is the small pas de chat.
        """
        typed = singular(name)
        key = self._schools[school].get(typed) if school is not None else None
        key = key or self._index.get(typed)
        return self.entries[key] if key is not None else None

    def sought(self, name: str) -> Entry:
        """The entry a typed name means.

        Raises
        ------
        LanguageError
            No step is called so; the message offers the nearest names.
        """
        found = self.find(name)
        if found is not None:
            return found
        offers, later = self.offers(name), self.not_yet(name)
        raise LanguageError(
            f"{later} is a step petipa cannot dance yet" if later else f"no step is called {name!r}",
            would_work=f"perhaps {' or '.join(offers)}" if offers else "`petipa steps` lists every step",
        )

    def offers(self, name: str, *, number: int = 3) -> tuple[str, ...]:
        """Common names of the entries whose names are nearest to `name`."""
        by_name = {n: e.names.common for e in (*self, *self.poses) for n in e.names.all()}
        close = nearest(name, by_name, number=number * 2)
        return tuple(dict.fromkeys(by_name[n] for n in close))[:number]

    def not_yet(self, name: str) -> str | None:
        """The proper spelling of a step petipa knows of and cannot dance yet; None for other words."""
        return self.known.get(singular(name))

    def arms_key(self, words: str, school: School) -> str | None:
        """The key of an arm position as a school calls it; None if it is not known."""
        name = plain(words)
        return self.arms[school].get(name) or self.arms[School.FRENCH].get(name)
