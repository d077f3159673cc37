"""The language: written and read back, filled in as a dancer would, checked in her words, safe from any input."""

from __future__ import annotations

import itertools
import json
import math
import os
import unicodedata
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petipa.choreography import (
    Choreography,
    Code,
    Crossing,
    Direction,
    Finish,
    GroupItem,
    Heading,
    HoldItem,
    Layout,
    Level,
    Phrase,
    Place,
    Position,
    Quality,
    SameItem,
    Side,
    StanceWish,
    Start,
    StepItem,
    StepPlaced,
    Wishes,
    bars_of,
    check_file,
    check_text,
    format_text,
    parse,
    parse_tolerant,
    resolution,
    resolve,
    write,
)
from petipa.choreography.naming import completed
from petipa.counts import Bars, Metre
from petipa.dancer import Capability
from petipa.errors import ChoreographyError, FileError, LanguageError
from petipa.floor import BodyDirection
from petipa.lexicon import Entry, Free, load_lexicon
from petipa.showing import Costume, Setting, Sound

LEXICON = load_lexicon()
LATER = next(name for name in LEXICON.known.values() if " " not in name)
DATA = Path(os.environ.get("PETIPA_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))
EXAMPLES = Path(__file__).parents[1] / "examples"
WALTZ = resources.files("petipa.choreography").joinpath("pieces", "waltz.ballet")

PLAN = """\
petipa 1
title    "Waltz for Noah"
music    "waltz.musicxml"         # the command line's MUSIC wins over this
counting bars                     # what a dancer counts: beats (default) or bars
dancer   noah
school   vaganova

start    upstage left, croisé, fifth right front, arms preparatory

1-4      balancé R, balancé L, balancé R, balancé en tournant L       # bars, then steps in order
5-6      tombé effacé R, pas de bourrée, glissade, assemblé
7:1      sissonne ouverte R in effacé /2                             # from beat 1; lasts 2 beats
8        piqué arabesque R, hold
9-16     same as 1-8 other side
17-19    tombé, pas de bourrée, fourth croisé, pirouette en dehors R x2, end fifth
         with arms first
20-24    diagonal toward downstage right: 4 piqué turns R, chaînés; run
25       grand jeté R en avant
finish   fourth croisé, arms third; révérence
"""


def steps_of(
    lines: str, *, head: str = "tempo 60 3/4", start: str = "start fifth right front"
) -> tuple[StepPlaced, ...]:
    text = f"petipa 1\n{head}\n{start}\n{lines}\n"
    choreography = parse(text)
    return resolve(choreography, LEXICON, bars_of(choreography), seconds=lambda beat: float(beat))


def codes(lines: str, *, head: str = "tempo 60 3/4", start: str = "start fifth right front") -> list[str]:
    return [f.code.value for f in check_text(f"petipa 1\n{head}\n{start}\n{lines}\n")]


# --- reading ------------------------------------------------------------------------------------------------------


def test_all_of_the_plan_is_read() -> None:
    choreography = parse(PLAN)
    assert (choreography.title, choreography.music, choreography.dancer) == ("Waltz for Noah", "waltz.musicxml", "noah")
    assert choreography.counting.value == "bars"
    assert choreography.start == Start(
        "upstage left",
        StanceWish(Place.FIFTH, Side.R),
        Wishes(body=BodyDirection.CROISE, arms="preparatory"),
        layout=Layout(gap=True),
    )
    assert [len(p.items) for p in choreography.phrases] == [4, 4, 1, 2, 1, 4, 3, 1]
    pirouette = choreography.phrases[5].items[3]
    assert pirouette == StepItem(
        "pirouette",
        Wishes(side=Side.R, direction=Direction.EN_DEHORS, turns=2, end=StanceWish(Place.FIFTH), arms="first"),
    )
    diagonal = choreography.phrases[6]
    assert diagonal.diagonal and diagonal.all == Wishes(toward="downstage right")
    assert diagonal.items[0] == StepItem("piqué turns", Wishes(side=Side.R), number=4)
    assert diagonal.items[2] == StepItem("run", breath=True)
    assert choreography.phrases[4].items == (SameItem(1, 8, other_side=True),)
    assert choreography.phrases[2].position == Position(7, Fraction(1))
    assert choreography.finish is not None and choreography.finish.items[1].breath


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("balancé R", "BALANCE right"),
        ("développé R à la seconde 90°", "developpe R a la seconde at 90 degrees"),
        ("pirouette en dehors R x2", "pirouette en dehors double right"),
        ("tendu R effacé devant", "tendu devant, in effacé, R"),
        ("fourth R croisé with arms first and head right", "fourth croisé right front, arms first, head right"),
        ("run toward downstage left", "run to downstage left"),
        ("pas de bourrée R dessous", "pas-de-bourrée under R"),
        ("sissonne ouverte R /1+1/2", "sissonne  ouverte R /3/2"),
    ],
)
def test_many_ways_to_say_one_thing(written: str, also: str) -> None:
    def spelt(step: str) -> Choreography:
        return parse(format_text(f"petipa 1\n1 {step}\n", lexicon=LEXICON))

    assert spelt(written) == spelt(also)


@pytest.mark.parametrize("entry", list(LEXICON), ids=lambda e: e.key)
def test_every_name_of_the_dictionary_can_be_written(entry: Entry) -> None:
    for name in (*entry.names.all(), *entry.names.misspelt):
        (item,) = parse(f"petipa 1\n1 {name} R\n").phrases[0].items
        assert isinstance(item, StepItem) and item.wishes.side is Side.R
        assert LEXICON.find(completed(item, LEXICON).name) is entry, name


def test_comments_and_blank_lines_stay() -> None:
    text = "petipa 1  # first\n\n# about the start\nstart    centre\n\n1        plié  # low\n# the end\n"
    assert format_text(text, lexicon=LEXICON) == text


def test_a_line_may_begin_with_a_height_for_all_of_it() -> None:
    text = "petipa 1\n\n1 tendu R\n45°: développé R, développé L\n"
    parsed = parse_tolerant(text)
    assert not parsed.findings
    last = parsed.choreography.phrases[-1]
    assert last.position is None and last.all.height == 45
    assert "45°: développé R, développé L" in format_text(text, lexicon=load_lexicon())


def test_formatting_restores_accents_and_keeps_plurals() -> None:
    out = format_text("petipa 1\n1-2 4 pique turns R, PAS DE BOUREE, Glissade\n", lexicon=LEXICON)
    assert out == "petipa 1\n1-2      4 piqué turns R, pas de bouree, glissade\n"


def test_long_lines_are_broken_and_read_back() -> None:
    text = "petipa 1\n1-40 " + ", ".join(["balancé R, balancé L"] * 12) + "\n"
    out = format_text(text)
    assert max(len(line) for line in out.split("\n")) <= 100
    assert parse(out) == parse(text)


# --- laws of writing --------------------------------------------------------------------------------------------------

SIDES = st.sampled_from(Side)
LENGTHS = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2), Fraction(7, 3)])
PLACES = st.sampled_from(["downstage right", "upstage left", "centre", "corner 2", "point 8", "stage left"])


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.none() | strategy


STANCES = st.one_of(
    st.builds(
        StanceWish,
        place=st.sampled_from([p for p in Place if p is not Place.ONE_LEG]),
        front=maybe(SIDES),
        level=maybe(st.sampled_from(Level)),
    ),
    st.builds(
        StanceWish,
        free=st.sampled_from([Free.TENDU_DEVANT, Free.TENDU_SECONDE, Free.TENDU_DERRIERE, Free.RETIRE, Free.ARABESQUE]),
        free_side=maybe(SIDES),
        level=maybe(st.sampled_from(Level)),
    ),
    st.just(StanceWish(open=True)),
)
ARMS = st.sampled_from(["first", "en haut", "demi second", "preparatory", "third", "big pose"])


def _arms_first(wishes: Wishes) -> Wishes:
    return wishes if wishes.arms is not None else replace(wishes, arms_side=None)


WISHES = st.builds(
    Wishes,
    side=maybe(SIDES),
    body=maybe(st.sampled_from(BodyDirection)),
    facing=maybe(PLACES),
    direction=maybe(st.sampled_from(Direction)),
    crossing=maybe(st.sampled_from(Crossing)),
    height=maybe(st.integers(0, 180)),
    level=maybe(st.sampled_from(Level)),
    turns=maybe(st.integers(1, 64)),
    en_tournant=st.booleans(),
    arms=maybe(ARMS),
    arms_side=maybe(SIDES),
    head=maybe(st.sampled_from(["right", "up left", "front", "spot"])),
    toward=maybe(PLACES),
    length=maybe(LENGTHS),
    hold=st.booleans(),
    quality=maybe(st.sampled_from(Quality)),
    begin=maybe(STANCES),
    end=maybe(STANCES),
).map(_arms_first)
NAMES = st.sampled_from([name for e in LEXICON for name in e.names.all()] + ["soutenu", "wobble", "zzz qq"]).map(
    lambda name: parse(f"petipa 1\n1 {name}\n").phrases[0].items[0].name  # type: ignore[union-attr]
)
STEP = st.builds(StepItem, name=NAMES, wishes=WISHES, number=st.integers(1, 64), breath=st.booleans())
HOLD = st.builds(HoldItem, wishes=WISHES.map(lambda w: replace(w, hold=False)), breath=st.booleans())
SAME = st.builds(
    lambda first, more, other, back, breath: SameItem(first, first + more, other, back, breath),
    st.integers(1, 99),
    st.integers(0, 30),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def _first_unbroken(items: list) -> tuple:  # type: ignore[type-arg]
    return (replace(items[0], breath=False), *items[1:])


LEAVES = st.one_of(STEP, HOLD, SAME)
GROUP = st.builds(
    lambda items, times, breath: GroupItem(_first_unbroken(items), times, breath),
    st.lists(LEAVES, min_size=1, max_size=3),
    st.integers(1, 64),
    st.booleans(),
)
ITEMS = st.lists(st.one_of(STEP, STEP, HOLD, SAME, GROUP), min_size=1, max_size=5).map(_first_unbroken)
POSITIONS = st.one_of(
    st.builds(Position, st.integers(1, 200)),
    st.builds(Position, st.integers(1, 200), st.sampled_from([Fraction(1), Fraction(5, 2)])),
    st.builds(lambda b, n: Position(b, None, b + n), st.integers(1, 200), st.integers(0, 20)),
    st.builds(lambda b, n: Position(b, Fraction(2), b + n, Fraction(3)), st.integers(1, 200), st.integers(0, 20)),
)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F).filter(str.isprintable), max_size=20).map(
    lambda text: " ".join(unicodedata.normalize("NFC", text).split())
)
LAYOUTS = st.builds(
    Layout, above=st.tuples() | st.tuples(TEXTS), beside=TEXTS.map(lambda t: t.replace("#", "")).map(str.strip)
)
HEADINGS = st.lists(
    st.one_of(
        st.builds(Heading, st.just("title"), TEXTS.filter(bool)),
        st.builds(Heading, st.just("music"), TEXTS.filter(bool)),
        st.builds(Heading, st.just("tempo"), st.sampled_from(["120 3/4", "92.5", "60 6/8"])),
        st.builds(Heading, st.just("school"), st.sampled_from(["vaganova", "rad", "cecchetti", "french", "abt"])),
        st.builds(Heading, st.just("setting"), st.sampled_from(list(Setting))),
        st.builds(Heading, st.just("costume"), st.sampled_from(list(Costume))),
        st.builds(Heading, st.just("sound"), st.sampled_from(list(Sound))),
        st.builds(Heading, st.just("counting"), st.sampled_from(["bars", "beats"])),
        st.builds(Heading, st.just("upbeat"), st.sampled_from(["1", "1/2", "3/2"])),
    ),
    max_size=4,
    unique_by=lambda h: h.key,
).map(tuple)
START = st.builds(
    Start,
    maybe(PLACES.filter(lambda p: not p[-1].isdigit())),
    maybe(STANCES.filter(lambda s: s.level is not Level.PLIE)).map(lambda s: s or StanceWish()),
    st.builds(Wishes, body=maybe(st.sampled_from(BodyDirection)), arms=maybe(ARMS)),
)
CHOREOGRAPHIES = st.builds(
    lambda headings, start, phrases, finish, below: Choreography(headings, start, tuple(phrases), finish, below=below),
    HEADINGS,
    START,
    st.lists(
        st.builds(
            Phrase,
            ITEMS,
            maybe(POSITIONS),
            st.just(Wishes()) | WISHES,
            st.booleans(),
            layout=LAYOUTS,
        ),
        max_size=4,
    ),
    maybe(st.builds(Finish, ITEMS, maybe(POSITIONS))),
    st.tuples() | st.tuples(TEXTS),
)


@given(CHOREOGRAPHIES)
@settings(max_examples=80)
def test_what_is_written_reads_back_the_same(choreography: Choreography) -> None:
    text = write(choreography)
    assert parse(text) == choreography, text
    assert write(parse(text)) == text


@given(CHOREOGRAPHIES)
@settings(max_examples=25)
def test_formatting_twice_changes_nothing_and_resolving_never_fails(choreography: Choreography) -> None:
    once = format_text(write(choreography), lexicon=LEXICON)
    assert format_text(once, lexicon=LEXICON) == once
    result = resolution(choreography, LEXICON, bars_of(choreography))
    assert all(a.at <= b.at for a, b in itertools.pairwise(result.steps))
    check_text(once).render()


# --- filling in ---------------------------------------------------------------------------------------------------


def test_a_classic_line_needs_only_one_side() -> None:
    steps = [s for s in steps_of("1-4 tombé R, pas de bourrée, glissade, assemblé") if s.label]
    assert [s.side for s in steps] == ["R", "R", "R", "R"]
    assert [s.end.front for s in steps[1:]] == ["L", "L", "R"]
    assert steps[0].end.support == "R" and steps[0].end.level == "plie"


def test_counts_of_a_line_share_its_bars() -> None:
    steps = steps_of("1-2 tombé R, pas de bourrée, glissade, assemblé")
    assert [s.at for s in steps] == [0, 2, 3, 4]
    assert [(s.bar, s.beat) for s in steps] == [(1, "1"), (1, "3"), (2, "1"), (2, "2")]
    assert sum(s.length for s in steps) == 6


@given(
    st.lists(st.sampled_from(["plié", "relevé", "port de bras", "changement"]), min_size=1, max_size=7),
    st.integers(1, 9),
)
@settings(max_examples=60)
def test_counts_sum_to_the_phrase(names: list[str], bars: int) -> None:
    steps = [s for s in steps_of(f"1-{bars} {', '.join(names)}\n{bars + 1} plié") if s.line == 4]
    assert sum((s.length for s in steps), Fraction(0)) == 3 * bars
    assert all(s.length > 0 for s in steps)


def test_each_step_begins_where_the_last_ended() -> None:
    steps = resolution(parse(PLAN), LEXICON, bars_of(parse(PLAN))).steps
    for before, after in itertools.pairwise(steps):
        assert before.end == after.start
        assert before.travel_to == pytest.approx(after.travel_from)
        assert before.facing == after.facing_from
        assert before.at + before.length == after.at


def test_she_closes_when_the_next_step_needs_fifth_and_stays_when_it_does_not() -> None:
    closed = steps_of("1 piqué arabesque R\n2 glissade R")
    assert closed[0].end.position == "fifth"
    open_ = steps_of("1 piqué arabesque R\n2 pas de bourrée R")
    assert open_[0].end.free == "arabesque"
    turns = "1 fourth L\n2 pirouette en dehors R\n3 fouetté turn R\n4 fouetté turn R\n5 plié"
    fouette = steps_of(turns, start="start fifth left front")
    assert [s.end.position for s in fouette] == ["fourth", "one_leg", "one_leg", "fifth", "fifth"]


def test_repeated_steps_change_feet_by_themselves() -> None:
    assert [s.side for s in steps_of("1-2 4 changements")] == ["L", "R", "L", "R"]
    assert [s.side for s in steps_of("1-4 4 balancés R")] == ["R", "L", "R", "L"]


def test_the_other_side_is_the_mirror() -> None:
    line = "tombé {} effacé, pas de bourrée, glissade, assemblé, balancé, piqué arabesque"
    right = steps_of("1-9 " + line.format("R"))
    left = steps_of("1-9 " + line.format("L"), start="start fifth left front")
    for r, l_ in zip(right, left, strict=True):
        assert r.side == l_.side.other
        assert r.end == l_.end.mirrored
        assert r.facing == pytest.approx(-l_.facing)
        assert (r.travel_to[0], -r.travel_to[1]) == pytest.approx(l_.travel_to)
        swap = {"_r": "_l", "_l": "_r"}
        assert r.arms[:-2] + swap.get(r.arms[-2:], r.arms[-2:]) == l_.arms


def test_same_as_other_side_mirrors_what_was_filled_in() -> None:
    steps = steps_of("1-2 balancé R, balancé L\n3-4 tombé R /3, pas de bourrée /3\n5-8 same as 1-4 other side")
    assert [s.side for s in steps] == ["R", "L", "R", "R", "L", "R", "L", "L"]
    assert [s.at for s in steps[4:]] == [12, 15, 18, 21]


def test_reversed_goes_backwards() -> None:
    steps = steps_of("1 tendu R devant\n2 tendu R à la seconde\n3-4 same as 1-2 reversed")
    assert [s.direction for s in steps] == ["devant", "seconde", "derriere", "seconde"]


def test_hold_lengthens_and_marks() -> None:
    steps = steps_of("1-2 piqué arabesque R, hold\n3 plié")
    assert steps[0].hold and steps[0].length == 6
    steps = steps_of("1-2 relevé, hold with arms second\n3 plié")
    assert [s.entry for s in steps] == ["releve", "stand", "plie"] and steps[1].arms == "second"


def test_arms_are_the_schools() -> None:
    for school, key in (("vaganova", "en_haut"), ("rad", "ready_l"), ("french", "third_l")):
        (step,) = [s for s in steps_of("1 plié with arms third", head=f"school {school}") if s.label]
        assert step.arms == key


def test_directions_follow_the_feet() -> None:
    steps = steps_of("1 plié croisé\n2 changement croisé\n3 plié effacé\n4 tendu R derrière écarté")
    assert [round(s.facing) for s in steps] == [45, -45, 45, 45]


def test_the_finish_is_on_the_last_chord_and_the_bow_after_the_music() -> None:
    choreography = parse("petipa 1\ntempo 60 3/4\n1-4 plié\nfinish fourth R croisé; révérence\n")
    bars = Bars.regular(metre=Metre(3, 4), number=8)
    steps = resolve(choreography, LEXICON, bars)
    assert [s.entry for s in steps] == ["plie", "fourth", "reverence"]
    assert steps[1].at == 21 and steps[1].hold and steps[2].at >= 24
    chord = resolve(choreography, LEXICON, bars, final=Fraction(20))
    assert chord[1].at == 20


def test_pick_up_bars_have_negative_beats() -> None:
    steps = steps_of("0 plié\n1 relevé", head="tempo 60 3/4\nupbeat 1")
    assert [s.at for s in steps] == [-1, 0]


@pytest.mark.parametrize(
    "line", ["1-8 manège of 8 piqué turns R", "1-8 en manège: 8 piqué turns R", "1-8 8 piqué turns R round the stage"]
)
def test_a_manege_goes_round_and_closes(line: str) -> None:
    steps = [step for step in steps_of(f"{line}\n9 plié", start="start upstage") if step.entry == "pique_turn"]
    first, last = steps[0].travel_from, steps[-1].travel_to
    assert len(steps) == 8 and first is not None and math.dist(first, last) < 1e-3
    assert all(step.travel_yaw == step.facing for step in steps)
    assert parse(write(parse(f"petipa 1\n{line}\n"))) == parse(f"petipa 1\n{line}\n")


def test_a_chain_may_have_more_turns_than_a_pirouette() -> None:
    assert codes("1-4 chaînés R x8", head="tempo 120 3/4") == []
    assert codes("1-4 chaînés R x16", head="tempo 120 3/4") == ["E307"]


def test_a_manege_of_nothing_is_a_slip() -> None:
    assert codes("1 manège") == ["E106"]


def test_a_diagonal_ends_before_the_wings() -> None:
    steps = steps_of("1-6 diagonal toward downstage right: 6 piqué turns R\n7 plié", start="start upstage left")
    for step in steps:
        assert abs(step.travel_to[0]) <= 4.41 and abs(step.travel_to[1]) <= 5.41
    assert steps[5].travel_to[0] > steps[0].travel_to[0] and steps[5].travel_to[1] < steps[0].travel_to[1]


# --- findings -----------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, str, int, int]] = [
    ("1 plié\n1 plié", "E108", 5, 1),
    ("1 pleeay", "E201", 4, 3),
    (f"1 {LATER} R", "E202", 4, 3),
    ("1 plié with arms sideways", "E203", 4, 3),
    ("1 plié, with head inside", "E203", 4, 3),
    ("1 run toward stage", "E203", 4, 3),
    ("1 balancé R devant, tendu en tournant", "W402", 4, 21),
    ("1 assemblé R en avant\n2 tombé devant\n3 pas de bourrée R derrière", "E204", 6, 3),
    ("1 plié @ 3", "E106", 4, 8),
    ("1 plié R L", "E106", 4, 10),
    ("1-2 (plié", "E106", 4, 5),
    ("1 plié)", "E106", 4, 7),
    ("1 , plié, arms", "E106", 4, 3),
    ("3-1 plié", "E107", 4, 1),
    ("1:9 plié", "E107", 4, 1),
    ("1:0 plié", "E107", 4, 1),
    ("99999999999 plié", "E107", 4, 1),
    ("1 plié /0", "E107", 4, 8),
    ("1-2 plié\n3-4 same as 3-4", "E109", 5, 5),
    ("1-2 plié\n3-4 same as 9-10", "E109", 5, 5),
    ("1-2 plié\n3-5 same as 1-2", "E109", 5, 5),
    ("1-2 plié\n3-4 same as 2-1", "E109", 5, 15),
    ("1 tendu L devant", "E301", 4, 3),
    ("1 balancé R\n2 balancé R", "E301", 5, 3),
    ("1 fouetté turn R", "E302", 4, 3),
    ("1 tombé R\n2 changement", "E302", 5, 3),
    ("1 relevé end fifth on pointe\n2 changement", "E303", 5, 3),
    ("1 plié end second", "E304", 4, 3),
    ("1 glissade R, 5 entrechats quatre", "E305", 4, 17),
    ("1 relevé /3, plié", "E305", 4, 1),
    ("1 plié\n2:1 développé R devant 109", "", 0, 0),
    ("1 fourth L\n2 pirouette en dehors R x5", "E307", 5, 3),
    ("1 développé R devant 150", "E308", 4, 3),
    ("1 glissade R\n2 glissade R\n3 glissade R", "", 0, 0),
    ("1 plié\n9 plié", "W401", 5, 1),
    ("1 plié x2", "W402", 4, 3),
]


@pytest.mark.parametrize(
    ("lines", "code", "line", "column"), FAULTS, ids=[f"{c or 'fine'}-{n}" for n, (_, c, _, _) in enumerate(FAULTS)]
)
def test_each_fault_is_found_where_it_is(lines: str, code: str, line: int, column: int) -> None:
    findings = check_text(f"petipa 1\ntempo 60 3/4\nstart fifth right front\n{lines}\n", file="x.ballet")
    if not code:
        assert findings.clean, findings.render()
        return
    assert (code, line, column) in [(f.code.value, f.where.line, f.where.column) for f in findings], findings.render()
    shown = findings.render()
    assert f"x.ballet:{line}:{column}: {code}" in shown and "^" in shown
    assert all(f.message and f.message[0] != " " for f in findings)


def test_no_room_left() -> None:
    found = codes("\n".join(f"{n} glissade R" for n in range(1, 6)), start="start stage right, fifth right front")
    assert "E309" in found
    assert "E309" not in codes("1 glissade R", start="start centre, fifth right front")


def test_too_fast_for_the_height() -> None:
    quick = codes("1 relevé /1, développé R devant 120 /2", head="tempo 50 3/4")
    assert "E308" in quick or "E306" in quick or "E305" in quick
    able = Capability(extension=130.0)
    text = "petipa 1\ntempo 62 3/4\nstart fifth right front\n1 relevé /1+1/6, développé R devant 120 /1+5/6\n2 plié\n"
    assert "E306" in [f.code.value for f in check_text(text, capability=able)]


def test_past_the_music() -> None:
    choreography = "petipa 1\ntempo 60 3/4\n1-9 plié\n10 plié\nfinish fourth; révérence\n"
    found = check_text(choreography, bars=Bars.regular(metre=Metre(3, 4), number=4))
    assert [f.code for f in found if f.code is Code.PAST_MUSIC]


def test_a_wrong_foot_is_explained_to_a_dancer() -> None:
    (finding,) = check_text("petipa 1\nstart fifth right front\n1 tendu L devant\n")
    assert "wrong foot is in front" in finding.message and "left foot front" in finding.message
    assert "changement" in finding.mend


def test_headings_that_cannot_be() -> None:
    for line, code in [
        ("tempo fast", "E105"),
        ("tempo 9999 3/4", "E105"),
        ("tempo 120 3/5", "E105"),
        ("school bolshoi", "E105"),
        ("counting sheep", "E105"),
        ('title "x', "E105"),
        ('titel "x"', "E104"),
        ("dancer ../../x", "E105"),
        ("upbeat 1/0", "E105"),
    ]:
        found = parse_tolerant(f"petipa 1\n{line}\n1 plié\n").findings
        assert [f.code.value for f in found] == [code], line
        assert found.found[0].where.line == 2
    assert parse_tolerant('petipa 1\ntitle "a"\ntitle "b"\n1 plié\n').findings.found[0].code is Code.HEADING
    assert parse_tolerant("1 plié\n").findings.found[0].code is Code.VERSION
    assert parse_tolerant("petipa 2\n1 plié\n").findings.found[0].code is Code.VERSION


def test_parse_and_resolve_refuse_with_place_and_mend() -> None:
    with pytest.raises(LanguageError) as caught:
        parse("petipa 1\n1 plié @\n", file="a.ballet")
    assert caught.value.where == "a.ballet:2:8" and caught.value.would_work
    wrong = parse("petipa 1\nstart fifth right front\n1 tendu L devant\n")
    with pytest.raises(ChoreographyError) as refused:
        resolve(wrong, LEXICON, bars_of(wrong))
    assert "E301" in str(refused.value)
    unknown = parse("petipa 1\n1 wobble\n")
    with pytest.raises(LanguageError):
        resolve(unknown, LEXICON, bars_of(unknown))


def test_findings_as_json() -> None:
    data = json.loads(json.dumps(check_text("petipa 1\n1 pleeay\n", file="b.ballet").as_json()))
    assert data["danceable"] is False and data["errors"] == 1
    first = data["findings"][0]
    assert (first["code"], first["file"], first["line"], first["column"]) == ("E201", "b.ballet", 2, 3)


# --- hostile input ------------------------------------------------------------------------------------------------


@given(st.text(max_size=400))
@settings(max_examples=80)
def test_any_text_gives_findings_never_a_crash(text: str) -> None:
    check_text(text).render()
    check_text("petipa 1\n" + text).as_json()


WORDS = (
    "petipa 1|1-4|7:1|1|2|99|balancé|plié|tendu|same as|1-2|other side|reversed|R|L|,|;|:|(|)|x2|x|/2|/|hold|end|from|"
    "fifth|fourth|arms|head|toward|downstage right|facing|with|and|at|90|°|diagonal|start|finish|croisé|devant|\n|\n|"
    '   |#|title|tempo|120 3/4|on pointe|run|grand jeté|révérence|B-plus|-|"'
)
ALPHABET = st.sampled_from(WORDS.split("|"))


@given(st.lists(ALPHABET, max_size=60))
@settings(max_examples=150)
def test_any_words_in_any_order_give_findings_never_a_crash(words: list[str]) -> None:
    check_text("petipa 1\n" + " ".join(words)).render()


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=30)
def test_any_bytes_give_findings_never_a_crash(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.ballet"
    path.write_bytes(content)
    check_file(path).render()


@pytest.mark.parametrize(
    "text",
    [
        "petipa 1\n1 " + "(" * 5000 + "plié" + ")" * 5000,
        "petipa 1\n1 " + "(" * 8 + "plié" + ") x64" * 8,
        "petipa 1\n1 " + "9" * 5000 + " plié",
        "petipa 1\n1 plié " + "x" * 100_000,
        "petipa 1\n" + "1 plié\n" * 30_000,
        "petipa 1\n1 64 plié\n" + "".join(f"{2**n}-{2 ** (n + 1) - 1} same as 1-{2**n - 1}\n" for n in range(1, 14)),
        "petipa 1\n1 same as 1-100000\n",
        "petipa 1\n1-2 same as 3-4\n3-4 same as 1-2\n",
        "petipa 1\n1 pli\x00é\n",
        "petipa 1\n1 \u202eplié\u0301\u0301\u0301\n",
        'petipa 1\ntitle "' + "a" * 3000 + '"\n1 plié\n',
    ],
    ids=range(11),
)
def test_hostile_texts_are_answered_quickly(text: str) -> None:
    check_text(text).render()


def test_too_many_steps_are_refused_not_cut_silently() -> None:
    for line in ("1 " + "(" * 8 + "plié" + ") x64" * 8, "1-100 same as 1-1", "1 64 plié\n" * 90):
        assert parse_tolerant(f"petipa 1\n{line}\n").choreography.phrases
    assert "E102" in codes("1 " + "(" * 8 + "plié" + ") x64" * 8)
    assert "E102" in codes("1 64 plié\n" + "".join(f"{n + 1} same as 1-{n}\n" for n in range(1, 90)) + "1 plié")


def test_bad_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "bad.ballet"
    path.write_bytes("petipa 1\n1 plié, ".encode() + b"\xff\xfe\n")
    found = check_file(path)
    assert (found.found[0].code, found.found[0].where.line, found.found[0].where.column) == (Code.NOT_TEXT, 2, 9)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        check_file(tmp_path / "missing.ballet")
    with pytest.raises(FileError):
        check_file(tmp_path)
    large = tmp_path / "large.ballet"
    large.write_bytes(b"#" * (2 << 20))
    with pytest.raises(FileError, match="larger"):
        check_file(large)


# --- what ships ---------------------------------------------------------------------------------------------------


def test_the_shipped_waltz_uses_many_steps_and_checks_clean() -> None:
    from petipa.music import read_music, shipped_piece

    music = shipped_piece()
    music = music if hasattr(music, "layout") else read_music(music)
    text = WALTZ.read_text(encoding="utf-8")
    found = check_text(text, bars=music.layout, seconds=music.seconds_at)
    assert found.clean, found.render()
    steps = resolve(parse(text), LEXICON, music.layout, seconds=music.seconds_at)
    assert len({s.entry for s in steps}) >= 20
    final = next(s for s in steps if s.entry == "fourth" and s.bar == 48)
    assert final.beat == "1" and final.hold
    assert format_text(text, lexicon=LEXICON) == text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nikiya", "sugar_plum", "shades", "chopin_op34_2"])
def test_examples_check_clean(name: str) -> None:
    from petipa.music import cut, read_music

    path = EXAMPLES / f"{name}.ballet"
    written = parse(path.read_text(encoding="utf-8"))
    if not (DATA / "music" / str(written.music)).exists():
        pytest.skip("without the test data (PETIPA_DATA) examples are not checked against their music")
    piece = cut(read_music(DATA / "music" / str(written.music)), written.cut)
    found = check_file(path, bars=piece.layout, seconds=piece.seconds_at)
    assert found.clean, found.render()
    text = path.read_text(encoding="utf-8")
    assert format_text(text, lexicon=LEXICON) == text


def test_a_label_says_what_was_written() -> None:
    labels = [
        s.label for s in steps_of("1 posé arabesque R\n2 plié\n3 développé R croisé devant, hold\n5 plié") if s.label
    ]
    assert labels[0] == "posé arabesque R"
    assert labels[1] == "plié"
    assert labels[2] == "développé R devant croisé"
