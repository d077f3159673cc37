"""The dictionary: what stands beside a step, its page in the terminal, and the illustrated folder."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from devtools import has_browser, needs_browser, needs_script, open_page
from petipa.cli.main import main
from petipa.dictionary import site
from petipa.dictionary.facts import facts_of, find_families
from petipa.dictionary.site import illustrate, recipe_of
from petipa.errors import ChoreographyError, LanguageError
from petipa.lexicon import Level, Place, Side, Stance, load_lexicon
from petipa.lexicon.neighbours import Neighbourhood, beginnings, endings, said

LEXICON = load_lexicon()
AROUND = Neighbourhood(LEXICON)
KEYS = list(LEXICON.entries)


class _Reader(HTMLParser):
    """Links, anchors and unclosed tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.bare: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.links += [str(known[name]) for name in ("href", "src") if known.get(name)]
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if tag == "img" and "alt" not in known:
            self.bare.append(str(known))
        if tag == "iframe" and not known.get("title"):
            self.bare.append(str(known))
        if tag not in ("meta", "link", "img", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_step_leads_where_another_begins() -> None:
    before = {key: {one.key for one in AROUND.before(key)} for key in KEYS}
    begin = {(key, side): set(beginnings(LEXICON[key], side)) for key in KEYS for side in Side}
    for key in KEYS:
        ends = set(endings(LEXICON[key]))
        for neighbour in AROUND.after(key):
            assert key in before[neighbour.key] or len(neighbour.sides) < 2
            assert all(ends & begin[neighbour.key, side] for side in neighbour.sides)


def test_the_other_side_is_the_mirror_image() -> None:
    for entry in LEXICON.entries.values():
        for of in (beginnings, endings):
            assert {stance.mirrored for stance in of(entry, Side.R)} == set(of(entry, Side.L))


def test_what_cannot_follow_is_not_said_to() -> None:
    after = {one.key: one.sides for one in AROUND.after("pirouette_en_dehors")}
    assert after["changement"] == (Side.R,), "it closes behind: the left foot is in front, and changement R begins so"
    assert Side.R not in {one.key: one.sides for one in AROUND.after("changement")}.get("changement", ())


def test_positions_in_words_are_few_and_whole() -> None:
    fifth = Stance(Place.FIFTH, Side.R, None, Level.FLAT)
    plie = replace(fifth, level=Level.PLIE)
    assert said((fifth, plie, fifth.mirrored, plie.mirrored)) == ("fifth position, either foot front, flat or in plié",)
    assert said((fifth,)) == ("fifth position, right foot front",)


@pytest.mark.parametrize("key", KEYS)
def test_every_entry_has_a_page_in_the_terminal(key: str, capfd: pytest.CaptureFixture[str]) -> None:
    entry = LEXICON[key]
    assert main(["steps", *key.split("_")]) == 0
    out = capfd.readouterr().out
    assert out.startswith(entry.names.common)
    for words in (
        "R means",
        "on the count",
        "usual counts",
        "begins",
        "ends",
        "may follow",
        "may lead to",
        "difficulty",
    ):
        assert words in out
    assert all(len(line) <= 110 for line in out.splitlines())


def test_a_word_that_one_school_uses_otherwise_is_told_on_both_pages() -> None:
    lexicon = load_lexicon()
    small, great = (facts_of(lexicon[key], lexicon) for key in ("pas_de_chat", "grand_pas_de_chat"))
    assert dict(small.schools)["French"] == "pas de chat, saut de chat"
    assert dict(great.schools)["French"] == "grand pas de chat"
    assert "In the French school “saut de chat” is pas de chat." in great.elsewhere


def test_a_family_is_found_by_its_name_and_an_unknown_one_told() -> None:
    assert find_families(["petit allegro"], LEXICON) == {"petit_allegro"}
    assert find_families(["Turns", "turn"], LEXICON) == {"turn"}
    with pytest.raises(LanguageError) as told:
        find_families(["jumps"], LEXICON)
    assert "Petit allegro" in told.value.would_work


def test_a_picture_depends_on_its_own_example_only(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {key: recipe_of(key, "noah") for key in KEYS}
    assert len(set(before.values())) == len(KEYS)
    assert recipe_of("tendu", "student") != before["tendu"]
    monkeypatch.setattr(site, "_house", lambda: "another")
    assert recipe_of("tendu", "noah") != before["tendu"]


@needs_script
def test_texts_link_to_each_other_and_to_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "draw", lambda *_: "busy")
    made = illustrate(tmp_path, names=["tendu"])
    assert made.pages == len(LEXICON.entries) and made.busy == ("tendu",)
    pages = {path: _Reader(path.read_text(encoding="utf-8")) for path in [made.index, *(tmp_path / "steps").iterdir()]}
    assert len(pages) == len(LEXICON.entries) + 1
    known: dict[tuple[Path, str], Path] = {}
    for path, page in pages.items():
        assert page.open == [] and page.bare == []
        for link in set(page.links):
            address, _, anchor = link.partition("#")
            # Every page has hundreds of the same links.
            if (path.parent, address) not in known:
                target = (path.parent / address).resolve()
                assert not address or (target.is_file() and target.is_relative_to(tmp_path)), link
                known[path.parent, address] = target
            target = known[path.parent, address] if address else path
            if anchor and target in pages:
                assert anchor in pages[target].ids, link
    index = made.index.read_text(encoding="utf-8")
    for entry in LEXICON.entries.values():
        assert f'href="steps/{entry.key}.html"' in index


def test_a_name_is_safe_in_a_page() -> None:
    from petipa.dictionary.pages import Pictures, entry_page

    facts = replace(facts_of(LEXICON["tendu"], LEXICON, AROUND), name="<script>", definition='a & b "c"')
    page = entry_page(facts, LEXICON, Pictures(), example="1 <b>").decode()
    assert "<script>" not in page and "&lt;script&gt;" in page and "1 &lt;b&gt;" in page


@needs_script
def test_what_cannot_be_danced_is_told_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from petipa.dictionary import danced

    def refuse(key: str, **_: object) -> None:
        raise ChoreographyError(f"{key} has no room")

    monkeypatch.setattr(danced, "dance_entry", refuse)
    made = illustrate(tmp_path, names=["tendu", "plié"])
    assert set(made.failed) == {"tendu", "plie"} and not made.drawn
    assert not list((tmp_path / "danced").glob("*"))
    assert "Not drawn yet" in (tmp_path / "steps" / "tendu.html").read_text()


@needs_script
def test_two_runs_share_the_work(tmp_path: Path) -> None:
    with site._claimed(tmp_path / ".work" / "tendu.lock") as mine:
        assert mine
        assert site.draw(str(tmp_path), "tendu", "noah", "recipe") == "busy"


def test_words_of_the_command_line_that_contradict_are_told(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["steps", "--html", str(tmp_path), "-o", "x.png"]) == 2
    assert main(["steps", "--only", "tendu"]) == 2
    assert main(["steps", "--strip"]) == 2
    assert main(["steps", "--html", str(tmp_path), "--only", "tandoo-ish"]) == 1
    assert "would work" in capfd.readouterr().err


@needs_script
@pytest.mark.slow
def test_a_drawn_entry_is_small_the_same_each_time_and_kept(tmp_path: Path) -> None:
    made = illustrate(tmp_path / "a", names=["tendu"])
    assert made.drawn == ("tendu",) and not made.failed
    files = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*") if p.is_file()}
    assert sum(len(data) for name, data in files.items() if name.parts[0] == "danced") < 1_000_000
    assert not [name for name in files if ".part" in name.name]
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "a").rglob("*.html")}
    again = illustrate(tmp_path / "a", names=["tendu"])
    assert again.kept == ("tendu",) and times == {p: p.stat().st_mtime_ns for p in times}
    # Half of it lost, it is made again, to the last bit.
    (tmp_path / "a" / "danced" / "tendu.jpg").write_bytes(b"cut")
    assert illustrate(tmp_path / "a", names=["tendu"]).drawn == ("tendu",)
    assert {p: (tmp_path / "a" / p).read_bytes() for p in files} == files


@needs_script
@needs_browser
@pytest.mark.slow
def test_a_page_shows_its_entry_in_a_browser(tmp_path: Path) -> None:
    assert has_browser()
    illustrate(tmp_path, names=["changement"])
    with open_page((tmp_path / "danced" / "changement.html").as_uri() + "#view=front", size=(390, 420)) as page:
        page.wait("Boolean(globalThis.petipa && petipa.page)")
        assert page.ask("document.getElementById('trouble').hidden")
        page.ask("void petipa.page.seek(petipa.page.steps[1].accent)")
        page.wait("document.getElementById('step').textContent.includes('changement')")
        assert page.ask("petipa.page.stage.dancer.mesh.geometry.attributes.position.count") > 5000
        assert page.complaints == [] and all(url.startswith(("file:", "blob:")) for url in page.requests)
    for name in ("index.html", "steps/changement.html"):
        with open_page((tmp_path / name).as_uri(), size=(360, 700)) as page:
            page.wait("document.readyState === 'complete'")
            assert page.ask("document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over on a telephone"
            if name == "index.html":
                for typed, found in (("Chángement", True), ("no such step", False)):
                    page.ask(f"box.value = {typed!r}; search(); 0")
                    shown = page.ask("[...document.querySelectorAll('.cards li')].filter(e => e.offsetParent).length")
                    assert 0 < shown < len(LEXICON.entries) if found else shown == 0
