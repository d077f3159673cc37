"""Filling in what is not said, as a dancer would.

Works through the slots in the order of the music and keeps what she knows of herself: how she stands, where, which way
she faces and goes. Of the positions a step may end in she takes the first from which the next step can begin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from petipa.choreography.findings import Code, Finding, Findings
from petipa.choreography.model import (
    Choreography,
    Crossing,
    Direction,
    StanceWish,
    Start,
    StepPlaced,
    Where,
    Wishes,
)
from petipa.choreography.timing import Slot, slots
from petipa.choreography.turning import other_direction, reversible
from petipa.choreography.words import DIRECTION_WORDS
from petipa.counts import Bars, write_beat
from petipa.dancer import Capability
from petipa.floor import DIRECTION_WORDS as BODY_WORDS
from petipa.floor import (
    PLACES,
    WINGS,
    BodyDirection,
    Point,
    Stage,
    ahead,
    facing,
    manege,
    mirrored,
    nearest_turn,
    place_name,
    yaw_toward,
)
from petipa.lexicon import (
    EndRule,
    Entry,
    Free,
    Level,
    Lexicon,
    Place,
    School,
    Side,
    Stance,
    StartRule,
    descent,
    drawn,
    nearest,
    plain,
    walks,
)

Seconds = Callable[[Fraction], float]

# Less than this is where she stands, not a way she goes [m].
_STILL = 0.05
# She may shorten a step to this share of its usual travel where the stage ends.
_SHORTEST = 0.5
# And a jump to this share: one that hardly travels is another step.
_SHORTEST_JUMP = 0.85
# A jump or a step onto the tips that is not said to turn brings her round to the front by no more than this [degrees].
_UNTURNED = 60.0
# A pace may take so many times its usual time.
_SLOWEST = 1.4
_HEADS = (
    "front",
    "right",
    "left",
    "up",
    "down",
    "up_right",
    "up_left",
    "down_right",
    "down_left",
    "spot",
    "over_right",
    "over_left",
)
_BODY_FACINGS = {
    "en_face": BodyDirection.EN_FACE,
    "croise": BodyDirection.CROISE,
    "efface": BodyDirection.EFFACE,
    "profile": BodyDirection.PROFILE,
    "ecarte_devant": BodyDirection.ECARTE_DEVANT,
    "ecarte_derriere": BodyDirection.ECARTE_DERRIERE,
    "epaule": BodyDirection.EPAULE,
}
# Entries in which a side would tell nobody anything on a label.
_SIDELESS = frozenset({"plie", "releve", "stand", "port_de_bras", "reverence"})


@dataclass(frozen=True)
class Resolution:
    """The steps, filled in as far as the text allows, and what was found on the way."""

    steps: tuple[StepPlaced, ...]
    findings: tuple[Finding, ...]


def _label(entry: Entry, slot: Slot, side: Side, turns: int) -> str:
    """A step as one would call it out: the name that was written, its side, where it goes, how often it turns."""
    words = [entry.names.as_written(slot.name) or entry.names.common]
    if entry.key not in _SIDELESS:
        words.append(side.value)
    if slot.wishes.direction is not None:
        words.append(DIRECTION_WORDS[slot.wishes.direction])
    if slot.wishes.body is not None and slot.wishes.body is not BodyDirection.EN_FACE:
        words.append(BODY_WORDS[slot.wishes.body])
    if turns > 1:
        words.append(f"x{turns}")
    return " ".join(words)


@dataclass(frozen=True)
class _State:
    """What she knows of herself between two steps."""

    stance: Stance
    place: Point
    facing: float
    arms: str
    line: Side | None = None
    last: Side = Side.R
    entry: str = ""


@dataclass
class _Round:
    """A manège: how far each of its steps goes, by slot, and where they end once the first has begun."""

    metres: dict[int, float]
    begun: bool = False
    points: dict[int, Point] = field(default_factory=dict)


@dataclass(frozen=True)
class _Approach:
    """How a step would begin from a stance: its side, its direction, and what speaks against it."""

    side: Side
    direction: str | None
    faults: tuple[str, ...]
    rule: StartRule | None


def resolution(
    choreography: Choreography,
    lexicon: Lexicon,
    bars: Bars,
    *,
    seconds: Seconds | None = None,
    final: Fraction | None = None,
    stage: Stage | None = None,
    capability: Capability | None = None,
    after: StepPlaced | None = None,
) -> Resolution:
    """Every step filled in, and every finding on the way; never raises for what a text says.

    Parameters
    ----------
    choreography : Choreography
        The text.
    lexicon : Lexicon
        The dictionary.
    bars : Bars
        Of the music, or `bars_of` the text.
    seconds : callable, optional
        Time in seconds of a beat; decides how many paces a run has. Half a second a beat if None.
    final : Fraction, optional
        Beat of the last chord; the first beat of the last bar if None.
    stage : Stage, optional
        12 m by 10 m if None.
    capability : Capability, optional
        What the dancer can do: how high a leg goes when no height is written. The default dancer's if None.
    after : StepPlaced, optional
        The step before the text: she goes on from where and how it leaves her, and not from the text's start.
    """
    placed, found = slots(choreography, lexicon, bars, final=final)
    resolver = _Resolver(
        choreography,
        lexicon,
        bars,
        seconds or (lambda beat: float(beat) * 0.5),
        stage or Stage(),
        capability or Capability(),
        found,
    )
    return Resolution(resolver.run(placed, after), tuple(found))


def resolve(
    choreography: Choreography,
    lexicon: Lexicon,
    bars: Bars,
    *,
    seconds: Seconds | None = None,
    final: Fraction | None = None,
    stage: Stage | None = None,
    capability: Capability | None = None,
    file: str = "",
) -> tuple[StepPlaced, ...]:
    """Every step filled in, in the order of the music.

    Parameters are those of `resolution`.

    Raises
    ------
    LanguageError, ChoreographyError
        If anything in the text keeps it from being danced; `check` lists all of it.
    """
    result = resolution(choreography, lexicon, bars, seconds=seconds, final=final, stage=stage, capability=capability)
    Findings.of(result.findings, file=file).refuse()
    return result.steps


class _Resolver:
    def __init__(
        self,
        choreography: Choreography,
        lexicon: Lexicon,
        bars: Bars,
        seconds: Seconds,
        stage: Stage,
        able: Capability,
        found: list[Finding],
    ) -> None:
        self.choreography = choreography
        self.lexicon = lexicon
        self.bars = bars
        self.seconds = seconds
        self.stage = stage
        self.able = able
        self.found = found
        self.school: School = choreography.school
        self.chosen: dict[int, tuple[Side, str | None]] = {}
        self.rounds: dict[int, _Round] = {}

    def say(self, code: Code, message: str, mend: str, where: Where) -> None:
        self.found.append(Finding(code, message, mend, where))

    # --- the whole ---------------------------------------------------------------------------------------------------

    def run(self, placed: Sequence[Slot], after: StepPlaced | None = None) -> tuple[StepPlaced, ...]:
        known: list[tuple[int, Slot, Entry]] = []
        for i, slot in enumerate(placed):
            entry = self.lexicon.find(slot.name, self.school)
            if entry is None and slot.source is None:
                self._unknown(slot)
            elif entry is not None:
                known.append((i, slot, entry.danced_by(self.school)))
        known.sort(key=lambda item: item[1].at)
        state = self._start(self.choreography.start) if after is None else _left(after)
        begin = min(self.bars.span.start, Fraction(0))
        if after is None and (not known or known[0][1].at > begin):
            # She is in her first pose before the first step and is seen in it.
            wait = Slot("stand", Wishes(), begin, self.choreography.start.where)
            known.insert(0, (-1, wait, self.lexicon["stand"]))
        self._rounds(known)
        steps: list[StepPlaced] = []
        for n, (i, slot, entry) in enumerate(known):
            following = known[n + 1] if n + 1 < len(known) else None
            until = following[1].at if following else slot.at + self._natural(slot, entry)
            step, state = self._step(i, slot, entry, state, following, until)
            steps.append(step)
        return tuple(steps)

    def _rounds(self, known: Sequence[tuple[int, Slot, Entry]]) -> None:
        """Find the manèges: steps in a row that go round."""
        current: _Round | None = None
        for n, (i, slot, entry) in enumerate(known):
            if not slot.wishes.manege:
                current = None
                continue
            after = known[n + 1] if n + 1 < len(known) else None
            until = after[1].at if after else slot.at + self._natural(slot, entry)
            metres, _ = self._metres(slot, entry, entry.way(), until, after[2].ready() if after else 0.0)
            if current is None:
                current = _Round({})
            if metres > _STILL:
                current.metres[i] = metres
                self.rounds[i] = current

    def _metres(
        self, slot: Slot, entry: Entry, way: tuple[float, float], until: Fraction, ready: float
    ) -> tuple[float, int]:
        """How far a step goes where there is room, and in how many paces; `way` is its usual forward and sideways."""
        metres, paces = max(abs(w) for w in way) * self.able.stride, 0
        if entry.per_pace and entry.pace is not None:
            paces = self._counts(slot, entry, until, ready)[0]
            metres *= paces
        elif entry.per_turn:
            wished = slot.wishes.turns
            metres *= wished if wished is not None else int(entry.turns.usual) if entry.turns else 1
        return metres, paces

    def _counts(self, slot: Slot, entry: Entry, until: Fraction, ready: float) -> tuple[int, ...]:
        """Paces there is time for, the usual number first: of those beside it what is not too quick or too slow."""
        assert entry.pace is not None
        least, usual = entry.pace
        time = max(self.seconds(until) - self.seconds(slot.at) - ready, 0.0)
        number = max(2, round(time / usual))
        near = sorted((number - 1, number + 1), key=lambda n: abs(time / max(n, 1) - usual))
        return (number, *(n for n in near if n >= 2 and least <= time / n <= _SLOWEST * usual))

    def _natural(self, slot: Slot, entry: Entry) -> Fraction:
        if slot.wishes.length is not None:
            return slot.wishes.length
        bar = self.bars.bar_at(slot.at)
        return entry.beats_in(str(bar.metre), bar=Fraction(bar.metre.beats))

    def _unknown(self, slot: Slot) -> None:
        later = self.lexicon.not_yet(slot.name)
        offers = self.lexicon.offers(slot.name)
        shown = slot.name if len(slot.name) <= 40 else slot.name[:37] + "..."
        if later is not None:
            mend = "another step for now; petipa steps lists what it dances"
            self.say(Code.NOT_YET, f"petipa has heard of {later} and cannot dance it yet", mend, slot.where)
        else:
            mend = " or ".join(offers) if offers else "petipa steps lists the steps it knows"
            self.say(Code.UNKNOWN_STEP, f"no step is called “{shown}”", mend, slot.where)

    def _start(self, start: Start) -> _State:
        wish = start.stance
        place = Place.FIFTH if wish.place is None else wish.place
        level = wish.level or Level.FLAT
        if wish.free is not None and wish.place is None:
            free_side = wish.free_side or (Side.L if wish.free is Free.TENDU_DERRIERE else Side.R)
            stance = Stance(Place.ONE_LEG, None, free_side.other, level, wish.free)
        elif place in (Place.FIRST, Place.SECOND):
            stance = Stance(place, None, None, level)
        else:
            stance = Stance(place, wish.front or Side.R, None, level)
        at: Point = (0.0, 0.0)
        if start.place is not None:
            name = place_name(plain(start.place), school=self.school.value)
            if name is None:
                self._no_place(start.place, start.where)
            else:
                at = self.stage.place(name)
        yaw = 0.0
        side = stance.facing_front or Side.R
        if start.wishes.body is not None:
            yaw = facing(start.wishes.body, front_sign=side.sign, work_sign=side.sign)
        elif start.wishes.facing is not None:
            yaw = self._yaw_to(start.wishes.facing, at, start.where) or 0.0
        arms = "preparatory"
        if start.wishes.arms is not None:
            arms = self._arms_key(start.wishes, stance, side, start.where) or arms
        return _State(stance, at, nearest_turn(yaw), arms)

    # --- one step ----------------------------------------------------------------------------------------------------

    def _step(
        self,
        index: int,
        slot: Slot,
        entry: Entry,
        state: _State,
        following: tuple[int, Slot, Entry] | None,
        until: Fraction,
    ) -> tuple[StepPlaced, _State]:
        wishes = slot.wishes
        approach = self._approach(slot, entry, state.stance, state, report=True)
        if approach.faults:
            self._cannot_start(slot, entry, state.stance, approach)
        side, direction = approach.side, approach.direction
        self.chosen[index] = (side, direction)
        danced = wishes.level or entry.level
        ready = following[2].ready() if following else 0.0
        counts = self._counts(slot, entry, until, ready) if entry.per_pace and entry.pace is not None else ()
        end = self._end(slot, entry, approach, state, following, danced, counts)
        if counts:
            ready = (following[2].ready(end) if following else 0.0) + descent(entry, end)
            counts = self._counts(slot, entry, until, ready)
        if wishes.en_tournant and entry.turns is None:
            self.say(
                Code.NOT_DANCED, f"{entry.names.common} is danced without the turn", "leave en tournant out", slot.where
            )
        if slot.backwards and entry.turns is not None and not reversible(entry):
            self.say(
                Code.NOT_DANCED, f"{entry.names.common} is danced as before, not reversed", "write it out", slot.where
            )
        yaw, travel_yaw, place, paces = self._go(index, slot, entry, side, direction, end, state, until, ready)
        # The last pace brings her onto the foot she ends on.
        paces = next((n for n in counts if end.support in (None, side if n % 2 else side.other)), paces)
        arms = self._arms(entry, wishes, side, end, state, slot.where)
        head = self._head(entry, wishes, side, yaw, slot.where)
        count = self.bars.count(slot.at)
        turns = _turns(entry, wishes)
        height = wishes.height
        if height is None and entry.height is not None:
            height = int(min(entry.height.usual, self.able.extension))
        label = _label(entry, slot, side, turns) if index >= 0 else ""
        step = StepPlaced(
            entry=entry.key,
            side=side,
            at=slot.at,
            length=until - slot.at,
            facing=round(yaw, 6),
            direction=direction,
            travel_to=(round(place[0], 6), round(place[1], 6)),
            height=height,
            turns=turns,
            arms=arms,
            head=head,
            pointe=danced is Level.POINTE,
            quality=wishes.quality.value if wishes.quality else None,
            hold=wishes.hold or entry.key == "stand",
            start=state.stance,
            end=end,
            line=slot.where.line,
            column=slot.where.column,
            text=slot.name,
            label=label,
            bar=count.bar,
            beat=write_beat(count.beat),
            travel_from=state.place,
            facing_from=state.facing,
            travel_yaw=round(travel_yaw, 6) if travel_yaw is not None else None,
            paces=paces,
        )
        line = side if (entry.side or direction == "de_cote" or entry.forward) else state.line
        return step, _State(end, step.travel_to, step.facing, arms, line, side, entry.key)

    def _sides(self, slot: Slot, entry: Entry, stance: Stance, state: _State) -> tuple[Side, ...]:
        """Sides in the order they are tried; one only where it is written."""
        written = slot.wishes.side
        if slot.source is not None and slot.source in self.chosen:
            source = self.chosen[slot.source][0]
            return (source.other if slot.other_side else source,)
        if written is not None:
            # "4 balancés R" begins to the right; after that the feet decide.
            return (written,) if slot.number == 1 or slot.repeat == 0 else (written, written.other)
        front = stance.facing_front or state.last
        free = stance.support.other if stance.support is not None else front
        first = {
            "front": front,
            "back": front.other,
            "free": free,
            "line": state.line or free,
            "other": state.last.other,
            "keep": state.last,
        }[entry.side_from]
        return (first, first.other)

    def _direction(self, slot: Slot, entry: Entry, *, report: bool) -> tuple[str | None, ...]:
        """Directions in the order they are tried; one only where it is written or the entry has one."""
        if slot.source is not None and slot.source in self.chosen and slot.wishes.direction is None:
            source = self.chosen[slot.source][1]
            if source is not None and slot.backwards:
                turned = other_direction(Direction(source))
                return (turned.value if turned and turned.value in entry.directions else source,)
            return (source,)
        wanted = slot.wishes.direction
        if wanted is not None:
            alike = {
                "devant": "en_avant",
                "en_avant": "devant",
                "derriere": "en_arriere",
                "en_arriere": "derriere",
                "seconde": "de_cote",
                "de_cote": "seconde",
            }
            for name in (wanted.value, alike.get(wanted.value)):
                if name is not None and name in entry.directions:
                    return (name,)
            if report and entry.directions:
                words = [DIRECTION_WORDS[Direction(d)] for d in entry.directions]
                self.say(
                    Code.NO_SUCH_DIRECTION,
                    f"{entry.names.common} is not danced {DIRECTION_WORDS[wanted]}",
                    " or ".join(words),
                    slot.where,
                )
        if entry.direction is not None:
            return (entry.direction,)
        return tuple(entry.directions) or (None,)

    def _approach(self, slot: Slot, entry: Entry, stance: Stance, state: _State, *, report: bool = False) -> _Approach:
        best: _Approach | None = None
        for side in self._sides(slot, entry, stance, state):
            for direction in self._direction(slot, entry, report=report):
                report = False
                for rule in entry.starts_for(direction):
                    faults = rule.faults(stance, side=side)
                    if "position" not in faults:
                        faults += self._crossed(slot, entry, stance, side)
                    if _alternates(entry) and state.entry == entry.key and state.last is side:
                        faults += ("again",)
                    trial = _Approach(side, direction, faults, rule)
                    if not faults:
                        return trial
                    if best is None or _weight(faults) < _weight(best.faults):
                        best = trial
                if best is None:
                    best = _Approach(side, direction, ("position",), None)
        assert best is not None
        return best

    def _crossed(self, slot: Slot, entry: Entry, stance: Stance, side: Side) -> tuple[str, ...]:
        """An assemblé dessus begins with the working foot behind, dessous with it in front."""
        crossing = slot.wishes.crossing
        if crossing is None or not entry.springs or crossing.value not in entry.crossing or stance.front is None:
            return ()
        ends = entry.crossing[crossing.value].side(side, kept=stance.front)
        return ("foot",) if ends is stance.front else ()

    def _cannot_start(self, slot: Slot, entry: Entry, stance: Stance, approach: _Approach) -> None:
        name = entry.names.common
        full = f"{name} {approach.side.value}"
        rule = approach.rule or (entry.starts[0] if entry.starts else None)
        wanted = rule.wanted(side=approach.side).words() if rule else "fifth position"
        now = stance.words()
        faults = approach.faults
        if "again" in faults:
            message = f"{name} goes from one side to the other: the weight is on the {approach.side.word} leg already"
            self.say(Code.WRONG_FOOT, message, f"{name} {approach.side.other.value}", slot.where)
        elif "foot" in faults and stance.position is Place.ONE_LEG:
            mend = f"{name} {approach.side.other.value}, or a step that changes the weight first"
            message = f"her weight is on the wrong leg for {full}: she is {now}, and it begins {wanted}"
            self.say(Code.WRONG_FOOT, message, mend, slot.where)
        elif "foot" in faults:
            mend = f"{name} {approach.side.other.value}, or a changement first"
            message = f"the wrong foot is in front for {full}: she is in {now}, and it begins in {wanted}"
            self.say(Code.WRONG_FOOT, message, mend, slot.where)
        elif "level" in faults and stance.level in (Level.POINTE, Level.DEMI):
            message = f"she is on pointe and has no plié to push from into {full}"
            self.say(Code.NO_PLIE, message, "a plié before it, or end in plié on the step before", slot.where)
        else:
            message = f"{full} cannot begin {_prepositioned(now, stance)}; it begins {_prepositioned(wanted, None)}"
            mend = f"end {'fifth' if 'fifth' in wanted else wanted.split(',')[0]} on the step before"
            if "fourth" in wanted:
                mend = "a fourth before it"
            self.say(Code.WRONG_START, message, mend, slot.where)

    # --- the end -----------------------------------------------------------------------------------------------------

    def _end(
        self,
        slot: Slot,
        entry: Entry,
        approach: _Approach,
        state: _State,
        following: tuple[int, Slot, Entry] | None,
        danced: Level,
        counts: Sequence[int] = (),
    ) -> Stance:
        rules: list[EndRule] = list(entry.ends_for(approach.direction, _passes(slot, approach.side, state.stance)))
        if slot.wishes.hold:
            rules.sort(key=lambda rule: not rule.held)
        options: list[Stance] = []
        for rule in rules:
            for stance in rule.stance(
                side=approach.side, start=state.stance, direction=approach.direction, danced=danced
            ):
                crossing = slot.wishes.crossing
                if crossing is not None and crossing.value in entry.crossing and stance.front is not None:
                    front = entry.crossing[crossing.value].side(approach.side, kept=state.stance.front)
                    stance = replace(stance, front=front or stance.front)
                if stance not in options:
                    options.append(stance)
        arrives = {approach.side if n % 2 else approach.side.other for n in counts}
        options = [o for o in options if o.support is None or not arrives or o.support in arrives] or options
        wish = slot.wishes.end
        if wish:
            fitting = [fitted for option in options if (fitted := _fitted(option, wish)) is not None]
            if fitting:
                options = list(dict.fromkeys(fitting))
            else:
                offers = " or ".join(dict.fromkeys(_short(o) for o in options))
                self.say(
                    Code.WRONG_END,
                    f"{entry.names.common} {approach.side.value} cannot end so",
                    f"end {offers}",
                    slot.where,
                )
        if following is None:
            # At the very end she stretches out of the landing rather than stay down in it.
            best = options[0]
            flat = replace(best, level=Level.FLAT)
            return flat if best.level is Level.PLIE and flat in options else best
        _, next_slot, next_entry = following
        groups = list(dict.fromkeys(replace(o, level=_carried(o.level)) for o in options))

        def cost(stance: Stance) -> tuple[int, bool, int, int]:
            after = replace(state, stance=stance, line=approach.side, last=approach.side, entry=entry.key)
            trial = self._approach(next_slot, next_entry, stance, after)
            levels = trial.rule.level if trial.rule else ()
            liking = levels.index(stance.level) if stance.level in levels else len(levels)
            # To go back after a run she closes first.
            back = entry.carries_on and stance.support is not None and trial.direction == "en_arriere"
            return (_weight(trial.faults), back, groups.index(replace(stance, level=_carried(stance.level))), liking)

        return min(options, key=cost)

    # --- where she goes ----------------------------------------------------------------------------------------------

    def _yaw_to(self, words: str, start: Point, where: Where) -> float | None:
        name = place_name(plain(words), school=self.school.value)
        if name is None:
            self._no_place(words, where)
            return None
        if name == "centre":
            return yaw_toward(start, (0.0, 0.0))
        # A body faces a corner of her own small square, not the distant point.
        down, left = PLACES[name] if name in PLACES else WINGS[name]
        return yaw_toward((0.0, 0.0), (float(down), float(left)))

    def _no_place(self, words: str, where: Where) -> None:
        near = nearest(words, PLACES) or ("downstage right", "upstage left", "centre")
        extra = "" if not any(c.isdigit() for c in words) else f"; {self.school.value} numbers none so here"
        self.say(Code.UNKNOWN_WORD, f"no place on stage is called “{words}”{extra}", ", ".join(near), where)

    def _go(
        self,
        index: int,
        slot: Slot,
        entry: Entry,
        side: Side,
        direction: str | None,
        end: Stance,
        state: _State,
        until: Fraction,
        ready: float,
    ) -> tuple[float, float | None, Point, int]:
        """Facing at the end, yaw of the way, place reached, and paces taken; `ready` seconds prepare what follows."""
        wishes = slot.wishes
        # Already on the named leg alone she may go another way.
        goes = entry.way(standing=state.stance.support == side)
        forward, _ = goes
        metres, paces = self._metres(slot, entry, goes, until, ready)
        target: Point | None = self._round_to(index, slot, side, state)
        round_ = target is not None
        toward = wishes.toward
        if toward is None and slot.diagonal and metres > _STILL:
            toward = _across(state.place, side)
        if toward is not None and not round_:
            name = place_name(plain(toward), school=self.school.value)
            if name is None:
                self._no_place(toward, slot.where)
            else:
                target = self.stage.place(name) if entry.per_pace else self.stage.corner(name)
        way = yaw_toward(state.place, target) if target is not None else None

        front = (end.facing_front or side).sign
        if wishes.facing is not None:
            asked = self._yaw_to(wishes.facing, state.place, slot.where)
            yaw = state.facing if asked is None else asked
        elif wishes.body is not None:
            yaw = facing(wishes.body, front_sign=front, work_sign=side.sign)
        elif round_ and way is not None and entry.facing != "turned":
            # Going round she faces along her way, or goes sideways along it.
            yaw = way - (90.0 * side.sign if _sideways(entry, direction) else 0.0)
        elif entry.facing in ("travel", "travel_side") or (way is not None and entry.facing == "profile"):
            if way is None and entry.facing == "travel_side":
                way = 90.0 * side.sign
            if way is None:
                way = self._open_line(state, metres, side)
            yaw = way
        elif entry.facing == "turned":
            yaw = state.facing + 180.0
        elif entry.facing in _BODY_FACINGS:
            yaw = facing(_BODY_FACINGS[entry.facing], front_sign=front, work_sign=side.sign)
            turned = abs(nearest_turn(yaw - state.facing))
            sudden = entry.springs or entry.family == "pointe"
            if entry.facing == "en_face" and sudden and entry.turns is None and turned > _UNTURNED:
                # Nobody said that it is danced en tournant.
                yaw = state.facing
        else:
            yaw = state.facing
        yaw = nearest_turn(yaw)
        feet = drawn(
            entry,
            side=side,
            start=state.stance,
            end=end,
            direction=direction,
            faced=state.facing,
            yaw=yaw,
            turnout=self.able.turnout,
            turns=_turns(entry, wishes),
            paces=paces,
            pointe=(wishes.level or entry.level) is Level.POINTE,
        )
        if metres <= _STILL:
            # She goes only as far as her feet do: where she closes, over to the foot that stands.
            return yaw, None, (state.place[0] + feet[0], state.place[1] + feet[1]), paces
        if way is None:
            # A jump goes where its leg is thrown; a leg that only rises behind her does not turn her step.
            backward = direction == "en_arriere" or (direction == "derriere" and entry.springs)
            back = 180.0 if backward or forward < 0 else 0.0
            # A step that turns her half about goes where she faced before it.
            faced = state.facing if entry.facing == "turned" else yaw
            way = faced + (90.0 * side.sign if _sideways(entry, direction) else back)
        way = nearest_turn(way)
        goal = metres
        if target is not None and round_:
            return yaw, way, target, paces
        if target is not None:
            goal = min(metres, max(0.0, _distance(state.place, target)))
        off = toward is not None and place_name(plain(toward), school=self.school.value) in WINGS and entry.per_pace
        # Whoever goes off goes past the edge.
        room = math.inf if off else self.stage.room(state.place, way)

        def reached(far: float) -> Point:
            x, y = state.place if walks(entry) else ahead(state.place, way, far)
            return x + feet[0], y + feet[1]

        # What counts is how far she has gone when she has closed.
        short, whole = (_distance(state.place, reached(far)) for far in (room, metres))
        least = _SHORTEST_JUMP if entry.springs else _SHORTEST
        if room < goal and (room < least * metres or short < least * whole):
            better = max(PLACES, key=lambda p: self._free_way(state.place, p))
            self.say(
                Code.NO_ROOM,
                f"{entry.names.common} {side.value} takes about {metres:.1f} m, and the stage ends in {room:.1f} m",
                f"toward {better}, the other side, or a start further from there",
                slot.where,
            )
        metres = min(goal, room)
        return yaw, (way if metres > _STILL else None), reached(metres), paces

    def _round_to(self, index: int, slot: Slot, side: Side, state: _State) -> Point | None:
        """Where a step of a manège ends; None for other steps."""
        ring = self.rounds.get(index)
        if ring is None:
            return None
        if not ring.begun:
            ring.begun = True
            points = manege(state.place, tuple(ring.metres.values()), way=side.sign, stage=self.stage)
            if points is None:
                self.say(
                    Code.NOT_DANCED,
                    "there is no circle for this manège: it wants four steps that travel, and room for them",
                    "more steps, a start nearer the middle of the stage, or no manège",
                    slot.where,
                )
            else:
                ring.points = dict(zip(ring.metres, points, strict=True))
        return ring.points.get(index)

    def _free_way(self, start: Point, name: str) -> float:
        yaw = yaw_toward(start, self.stage.corner(name))
        return 0.0 if yaw is None else self.stage.room(start, yaw)

    def _open_line(self, state: _State, metres: float, side: Side) -> float:
        """The line nearest to the way she faces that has room; never straight upstage."""
        lines = sorted(
            {state.facing, 0.0, 45.0, -45.0, 90.0, -90.0, 120.0, -120.0},
            # Of two lines as near as each other, that of the named side.
            key=lambda yaw: (round(abs(nearest_turn(yaw - state.facing)), 6), -side.sign * yaw),
        )
        return next(
            (yaw for yaw in lines if self.stage.room(state.place, yaw) >= metres),
            max(lines, key=lambda yaw: self.stage.room(state.place, yaw)),
        )

    # --- arms and head -----------------------------------------------------------------------------------------------

    def _arms_key(self, wishes: Wishes, stance: Stance, side: Side, where: Where) -> str | None:
        assert wishes.arms is not None
        words = plain(wishes.arms)
        hand = wishes.arms_side
        for word, named in (("right", Side.R), ("left", Side.L), ("r", Side.R), ("l", Side.L)):
            if word in words.split():
                hand = named
                words = " ".join(w for w in words.split() if w not in (word, "arm", "up"))
        key = self.lexicon.arms_key(words, self.school)
        if key is None:
            names = [n for n in self.lexicon.arms[self.school] if not n.isdigit()]
            near = nearest(words, names) or ("preparatory", "first", "second", "en haut")
            self.say(Code.UNKNOWN_WORD, f"no position of the arms is called “{wishes.arms}”", ", ".join(near), where)
            return None
        if key in ("third", "fourth", "ready", "low_third"):
            # Opposition: the arm that is up or in front is the one away from the front foot.
            hand = hand or (stance.facing_front or side).other
            return f"{key}_{hand.value.lower()}"
        return key

    def _arms(self, entry: Entry, wishes: Wishes, side: Side, end: Stance, state: _State, where: Where) -> str:
        if wishes.arms is not None:
            key = self._arms_key(wishes, end, side, where)
            if key is not None:
                return key
        if entry.arms == "keep":
            return state.arms
        base, _, whose = entry.arms.rpartition("_")
        if whose in ("work", "other"):
            return f"{base}_{(side if whose == 'work' else side.other).value.lower()}"
        return entry.arms

    def _head(self, entry: Entry, wishes: Wishes, side: Side, yaw: float, where: Where) -> str:
        if wishes.head is not None:
            words = plain(wishes.head)
            if words in ("to the audience", "audience", "to audience"):
                return _shoulder(yaw) or "front"
            key = "_".join(
                sorted((w for w in words.split() if w not in ("the", "to")), key=("up", "down").__contains__)[::-1]
            )
            if key in _HEADS:
                return key
            near = ", ".join(h.replace("_", " ") for h in _HEADS)
            self.say(Code.UNKNOWN_WORD, f"no place of the head is called “{wishes.head}”", near, where)
        if entry.head == "ahead":
            return "front"
        if entry.head in ("front", "toward"):
            # Turned to a corner, she looks to the house over the shoulder that is downstage.
            shoulder = _shoulder(yaw)
            if shoulder is not None:
                return shoulder
            return side.word if entry.head == "toward" else "front"
        if entry.head.endswith(("_right", "_left")) and side is Side.L:
            return mirrored(entry.head)
        return entry.head


def _left(step: StepPlaced) -> _State:
    """How a step leaves her."""
    return _State(step.end, step.travel_to, step.facing, step.arms, step.side, step.side, step.entry)


def _turns(entry: Entry, wishes: Wishes) -> int:
    """How many turns she makes in a step."""
    return wishes.turns if wishes.turns is not None else int(entry.turns.usual) if entry.turns else 0


def _sideways(entry: Entry, direction: str | None) -> bool:
    """Whether a step goes to her side."""
    return direction in ("de_cote", "seconde") or bool(entry.side and direction not in ("en_avant", "en_arriere"))


def _shoulder(yaw: float) -> str | None:
    """To the house over the shoulder that is nearer to it: in épaulement where she faces a downstage corner."""
    if 20.0 < abs(yaw) < 70.0:
        return "over_right" if yaw > 0 else "over_left"
    if 20.0 < yaw < 160.0:
        return "right"
    if -160.0 < yaw < -20.0:
        return "left"
    return None


def _across(place: Point, named: Side) -> str:
    """The downstage corner of the diagonal she can take from `place`, or the upstage one if she is down already."""
    side = named.word if abs(place[1]) < _STILL else "left" if place[1] < 0 else "right"
    return f"{'downstage' if place[0] <= 1.0 else 'upstage'} {side}"


def _distance(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _weight(faults: tuple[str, ...]) -> int:
    """How badly faults stand in the way: a plié is mended easily, a wrong foot less, a wrong position least."""
    return sum({"level": 1, "free": 2, "foot": 4, "again": 4, "position": 8}[fault] for fault in faults)


def _alternates(entry: Entry) -> bool:
    """Whether the foot it arrives on is the one it would have to begin with again."""
    return entry.side_from == "free" and not entry.per_pace


def _carried(level: Level) -> Level:
    """Plié and flat are one position at two depths; pointe is another."""
    return Level.FLAT if level is Level.PLIE else level


def _fitted(option: Stance, wish: StanceWish) -> Stance | None:
    """`option` with the level that is wished, if it is the position that is wished; else None."""
    one = option.position is Place.ONE_LEG
    if wish.place is not None and option.position is not wish.place:
        return None
    if wish.open and not one:
        return None
    if wish.free is not None and option.free is not wish.free:
        return None
    if wish.free_side is not None and option.support is not wish.free_side.other:
        return None
    if wish.front is not None and option.front is not wish.front:
        return None
    if wish.level is not None and option.level is not wish.level:
        carried = _carried(wish.level)
        return replace(option, level=wish.level) if carried is _carried(option.level) else None
    return option


def _passes(slot: Slot, side: Side, stance: Stance) -> str:
    """Whether the working leg passes over or under: as written, else from behind over and from the front under."""
    if slot.wishes.crossing is not None:
        return slot.wishes.crossing.value
    front = stance.facing_front or side.other
    return Crossing.DESSOUS.value if front is side else Crossing.DESSUS.value


def _short(stance: Stance) -> str:
    if stance.position is Place.ONE_LEG:
        return "open"
    return f"{stance.position.value}{f' {stance.front.word} front' if stance.front else ''}"


def _prepositioned(words: str, stance: Stance | None) -> str:
    del stance
    return words if words.startswith("on the") else f"in {words}"


__all__ = ["Resolution", "Seconds", "resolution", "resolve"]
