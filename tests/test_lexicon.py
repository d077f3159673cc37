"""The dictionary: every entry complete, every name found, left the mirror of right."""

from __future__ import annotations

import pytest

from petipa.errors import FileError
from petipa.lexicon import (
    EndRule,
    Entry,
    Free,
    Level,
    Place,
    School,
    Side,
    Stance,
    load_lexicon,
    nearest,
    plain,
    read_entry,
    singular,
)
from petipa.lexicon.feet import holding

LEXICON = load_lexicon()
ENTRIES = list(LEXICON)
VOCABULARY = (
    "plie releve tendu port_de_bras developpe arabesque balance glissade pas_de_bourree assemble changement "
    "sissonne_ouverte entrechat_quatre pirouette_en_dehors pique_turn fouette_turn grand_jete "
    "stand walk run tombe fourth reverence"
).split()

STANCES = [
    *(Stance(place, None, None, level) for place in (Place.FIRST, Place.SECOND) for level in Level),
    *(Stance(place, front, None, level) for place in (Place.FOURTH, Place.FIFTH) for front in Side for level in Level),
    *(Stance(Place.ONE_LEG, None, side, level, free) for side in Side for level in Level for free in Free),
]


def test_the_vocabulary_is_there() -> None:
    assert set(VOCABULARY) <= {entry.key for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_an_entry_is_complete(entry: Entry) -> None:
    assert entry.definition.endswith(".") and entry.definition.count(". ") == 0, "one sentence"
    assert "right" in entry.r_means
    assert entry.starts and entry.ends and {"2/4", "3/4", "4/4", "6/8"} <= set(entry.counts)
    assert 0 < entry.lead[0] <= entry.lead[1] and 0 < entry.tail[0] <= entry.tail[1]
    assert 1 <= entry.difficulty <= 10 and 0 < entry.energy <= 1 and 1 <= entry.impact < 6
    assert (entry.jump is not None) == (entry.take_off != "none" and entry.landing != "none")
    for quantity in (entry.height, entry.jump, entry.turns):
        assert quantity is None or quantity.least <= quantity.usual <= quantity.most


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_every_name_and_slip_finds_its_entry(entry: Entry) -> None:
    for name in (*entry.names.all(), *entry.names.misspelt):
        found = LEXICON.find(name)
        assert found is not None and found.key == entry.key, name
        assert LEXICON.find(plain(name).upper()) is found
    for school in School:
        assert LEXICON.find(entry.names.of(school)) is entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_left_is_right_mirrored(entry: Entry) -> None:
    for direction in entry.directions or (None,):
        for rule in entry.starts_for(direction):
            for stance in STANCES:
                assert rule.faults(stance, side=Side.R) == rule.faults(stance.mirrored, side=Side.L)
        for end in entry.ends_for(direction):
            for stance in STANCES:
                right = end.stance(side=Side.R, start=stance, direction=direction, danced=entry.level)
                left = end.stance(side=Side.L, start=stance.mirrored, direction=direction, danced=entry.level)
                assert {s.mirrored for s in right} == set(left)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_what_a_message_offers_would_be_allowed(entry: Entry) -> None:
    for rule in entry.starts:
        for side in Side:
            assert rule.faults(rule.wanted(side=side), side=side) == ()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.key)
def test_something_can_follow_every_end(entry: Entry) -> None:
    for direction in entry.directions or (None,):
        start = entry.starts_for(direction)[0].wanted(side=Side.R)
        assert entry.ends_for(direction)
        for end in entry.ends_for(direction):
            for stance in end.stance(side=Side.R, start=start, direction=direction, danced=entry.level):
                assert any(
                    not rule.faults(stance, side=side)
                    for other in ENTRIES
                    if other.key != "stand"
                    for rule in other.starts
                    for side in Side
                ), stance.words()


def test_definitions_that_tell_steps_apart() -> None:
    assert (LEXICON["assemble"].take_off, LEXICON["assemble"].landing) == ("other", "both")
    assert (LEXICON["sissonne_ouverte"].take_off, LEXICON["sissonne_ouverte"].landing) == ("both", "work")
    assert (LEXICON["grand_jete"].take_off, LEXICON["grand_jete"].landing) == ("other", "work")
    for key in ("changement", "entrechat_quatre"):
        assert (LEXICON[key].take_off, LEXICON[key].landing) == ("both", "both")


def test_changement_changes_and_entrechat_quatre_does_not() -> None:
    fifth = Stance(Place.FIFTH, Side.L, None, Level.PLIE)
    (changed,) = LEXICON["changement"].ends[0].stance(side=Side.R, start=fifth, direction=None, danced=Level.FLAT)
    assert changed.front is Side.R
    (kept,) = LEXICON["entrechat_quatre"].ends[0].stance(side=Side.L, start=fifth, direction=None, danced=Level.FLAT)
    assert kept.front is Side.L


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("PAS DE BOURREE", "pas_de_bourree"),
        ("pas-de-bourrée", "pas_de_bourree"),
        ("Picay Turns", "pique_turn"),
        ("posé pirouette", "pique_turn"),
        ("entrechat 4", "entrechat_quatre"),
        ("sous-sus", "sus_sous"),
        ("grands jetés", "grand_jete"),
        ("ballancé", "balance"),
    ],
)
def test_typed_as_people_type(typed: str, key: str) -> None:
    found = LEXICON.find(typed)
    assert found is not None and found.key == key


def test_unknown_names_get_near_offers() -> None:
    assert LEXICON.find("glissaade") is None
    assert LEXICON.offers("glissaade")[0] == "glissade"
    assert LEXICON.offers("qqqqqq") == ()
    later = next(name for name in LEXICON.known.values() if plain(name) != name)
    assert LEXICON.not_yet(plain(later)) == later


def test_no_entry_is_also_listed_as_not_yet() -> None:
    assert not [name for name in LEXICON.known.values() if LEXICON.find(name)]


def test_schools_number_arms_differently() -> None:
    assert LEXICON.arms_key("third", School.VAGANOVA) == "en_haut"
    assert LEXICON.arms_key("third", School.RAD) == "ready"
    assert LEXICON.arms_key("fourth", School.RAD) == "third"
    assert LEXICON.arms_key("fifth", School.FRENCH) == "en_haut"
    assert LEXICON.arms_key("first", School.CECCHETTI) == "sides"
    assert LEXICON.arms_key("fifth en bas", School.CECCHETTI) == "preparatory"
    assert LEXICON.arms_key("third", School.CECCHETTI) == "low_third"
    assert LEXICON.arms_key("third", School.FRENCH) == "third"
    for school in School:
        assert LEXICON.arms_key("en haut", school) == "en_haut"


def test_plain_and_singular() -> None:
    assert plain("Pas  de Bourrée") == "pas de bourree"
    assert plain("œuvre") == "oeuvre"
    assert singular("piqué turns") == "pique turn"
    assert nearest("balance", ["balancé", "plié"]) == ("balancé",)


def test_a_damaged_entry_says_so() -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_entry('key = "x"')
    with pytest.raises(FileError):
        read_entry("not = = toml")


def test_where_a_word_means_different_steps_the_school_decides() -> None:
    for school in School:
        found = LEXICON.find("sauts de chat", school)
        assert found is not None
        assert found.key == ("pas_de_chat" if school is School.FRENCH else "grand_pas_de_chat")


@pytest.mark.parametrize("entry", [one for one in ENTRIES if "cycle" not in one.motion], ids=lambda e: e.key)
def test_a_leg_that_is_to_be_closed_in_the_end_is_brought_there(entry: Entry) -> None:
    for start in STANCES:
        may = start.support is not None and any(not rule.faults(start, side=Side.R) for rule in entry.starts)
        for direction in entry.directions or (None,) if may else ():
            for end in (stance for rule in entry.ends for stance in ended(entry, rule, start, direction)):
                if end.support is None:
                    keys = holding(entry.motion["keys"], side=Side.R, start=start, end=end, direction=direction)
                    free = "o" if start.support is Side.R else "w"
                    assert any(not str(key.get(free, "stay")).startswith("stay") for key in keys), (start, end)


def ended(entry: Entry, rule: EndRule, start: Stance, direction: str | None) -> tuple[Stance, ...]:
    return rule.stance(side=Side.R, start=start, direction=direction, danced=entry.level)
