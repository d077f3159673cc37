"""The other side is the mirror image, and reversed twice is as before: laws of any text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from petipa.choreography import (
    Choreography,
    StepPlaced,
    bars_of,
    check,
    example_of,
    format_text,
    other_side,
    parse,
    resolution,
    reverse,
    spell,
    write,
)
from petipa.floor import mirrored_place, nearest_turn, upside_place
from petipa.lexicon import Entry, load_lexicon

ALIKE = 1e-9
LEXICON = load_lexicon()
ROOT = Path(__file__).parent.parent
PIECES = sorted((ROOT / "examples").glob("*.ballet")) + sorted(
    (ROOT / "src/petipa/choreography/pieces").glob("*.ballet")
)


def steps_of(choreography: Choreography) -> tuple[StepPlaced, ...]:
    return resolution(choreography, LEXICON, bars_of(choreography)).steps


def turned_name(name: str) -> str:
    words = {"right": "left", "left": "right", "r": "l", "l": "r"}
    return "_".join(words.get(word, word) for word in name.split("_"))


def unlike(steps: Sequence[StepPlaced], images: Sequence[StepPlaced]) -> str:
    """The first thing in which `images` are not the mirror image of `steps`; empty if they are."""
    if len(steps) != len(images):
        return f"{len(steps)} steps and {len(images)}"
    for one, two in zip(steps, images, strict=True):
        pairs = {
            "entry": (one.entry, two.entry),
            "side": (one.side.other, two.side) if one.entry != "stand" else (0, 0),
            "at": (one.at, two.at),
            "length": (one.length, two.length),
            "direction": (one.direction, two.direction),
            "start": (one.start.mirrored, two.start),
            "end": (one.end.mirrored, two.end),
            "arms": (turned_name(one.arms), two.arms),
            "head": (turned_name(one.head), two.head),
            "paces": (one.paces, two.paces),
            "travel": (one.travel_yaw is None, two.travel_yaw is None),
        }
        for what, (here, there) in pairs.items():
            if here != there:
                return f"{one.label} in bar {one.bar}: {what} {here} and {there}"
        far = math.dist((one.travel_to[0], -one.travel_to[1]), two.travel_to)
        turn = abs(nearest_turn(one.facing + two.facing))
        way = abs(nearest_turn((one.travel_yaw or 0.0) + (two.travel_yaw or 0.0)))
        if max(far, turn, way) > ALIKE:
            return f"{one.label} in bar {one.bar}: {far} m, {turn}° and {way}° apart"
    return ""


def laws_of_the_other_side(choreography: Choreography) -> None:
    choreography = spell(choreography, LEXICON)
    other = other_side(choreography, LEXICON)
    assert spell(parse(write(other)), LEXICON) == other
    assert unlike(steps_of(choreography), steps_of(other)) == ""
    again = other_side(other, LEXICON)
    assert write(other_side(again, LEXICON)) == write(other)
    assert unlike(steps_of(again), steps_of(other)) == ""
    found, there = (check(text, LEXICON) for text in (choreography, other))
    assert [f.code for f in found] == [f.code for f in there]


@pytest.mark.parametrize("path", PIECES, ids=lambda path: path.stem)
def test_the_other_side_of_a_piece_is_its_mirror_image(path: Path) -> None:
    choreography = spell(parse(path.read_text()), LEXICON)
    laws_of_the_other_side(choreography)
    assert write(other_side(other_side(choreography, LEXICON), LEXICON)) == write(choreography)


@pytest.mark.parametrize("entry", [*LEXICON, *LEXICON.poses], ids=lambda entry: entry.key)
def test_the_other_side_of_an_entry_is_its_mirror_image(entry: Entry) -> None:
    laws_of_the_other_side(parse(example_of(entry, LEXICON).text))


@pytest.mark.parametrize("entry", list(LEXICON), ids=lambda entry: entry.key)
def test_reversed_twice_an_entry_is_as_it_was(entry: Entry) -> None:
    choreography = spell(parse(example_of(entry, LEXICON).text), LEXICON)
    turned = reverse(choreography, LEXICON)
    text = format_text(write(turned.choreography), lexicon=LEXICON)
    assert format_text(text, lexicon=LEXICON) == text
    if turned.kept:
        pytest.skip(f"{turned.kept[0][0]} has no reverse")
    assert not check(turned.choreography, LEXICON).errors
    again = reverse(turned.choreography, LEXICON).choreography
    for one, two in zip(steps_of(choreography), steps_of(again), strict=True):
        assert replace(one, text="", label="", column=0) == replace(two, text="", label="", column=0)


def test_reversed_the_same_leg_does_the_contrary() -> None:
    text = (
        "petipa 1\nstart upstage left, fifth R front\n1 tendu R croisé devant\n2 assemblé R dessous toward corner 8\n"
        "3 développé L écarté derrière, coupé dessus L  # the nearer corner\n4 fourth R, pirouette en dehors L x2\n"
    )
    turned = reverse(parse(text), LEXICON)
    assert write(turned.choreography) == (
        "petipa 1\n"
        "start    downstage left, fifth left front\n"
        "1        tendu R croisé derrière\n"
        "2        assemblé R dessus toward corner 6\n"
        "3        développé L écarté devant, coupé dessous L  # the nearer corner\n"
        "4        fourth R, pirouette en dedans R x2\n"
    )
    assert turned.kept == ()


def test_what_has_no_reverse_is_said_with_its_place() -> None:
    turned = reverse(parse("petipa 1\n1 run R\n2 grand jeté R, chaînés\n"), LEXICON)
    assert [(name, at.line, at.column) for name, at in turned.kept] == [
        ("run", 2, 3),
        ("grand jeté", 3, 3),
        ("chaînés", 3, 17),
    ]


@pytest.mark.parametrize(
    ("school", "words", "across", "up"),
    [
        ("vaganova", "corner 2", "corner 8", "corner 4"),
        ("rad", "corner 5", "corner 6", "corner 8"),
        ("cecchetti", "wall 6", "wall 8", "wall 6"),
        ("vaganova", "upstage left wing", "upstage right wing", "downstage left wing"),
        ("vaganova", "dsr", "dsl", "usr"),
        ("vaganova", "centre", "centre", "centre"),
    ],
)
def test_places_move_in_the_words_they_are_written_in(school: str, words: str, across: str, up: str) -> None:
    assert (mirrored_place(words, school=school), upside_place(words, school=school)) == (across, up)


def test_the_law_can_fail() -> None:
    choreography = parse(PIECES[0].read_text())
    assert unlike(steps_of(choreography), steps_of(choreography))
