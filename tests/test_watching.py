"""Ways to watch: links to a place, mirror, path, skeleton, two performances at once, and as a guest in another page."""

from __future__ import annotations

import io
import json
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from devtools import Page, needs_browser, needs_script, open_page
from petipa.errors import StageError
from petipa.stage.act import Beat
from petipa.stage.beside import write_beside
from petipa.stage.page import write_act_page
from stage_acts import small_act

WEB = Path(__file__).parent.parent / "web" / "src"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not WEB.is_dir(), reason="no Node, or not the source tree"
)


def in_node(expression: str, *modules: str) -> Any:
    """The value of an expression in the page's own modules."""
    imports = "".join(f'import * as {name} from "{(WEB / name).as_uri()}.js";\n' for name in modules)
    script = f"{imports}console.log(JSON.stringify({expression}));"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def counts(times: list[float], *, first_bar: int = 1, metre: int = 3) -> list[list[float]]:
    return [[t, first_bar + k // metre, 1 + k % metre] for k, t in enumerate(times)]


@needs_node
class TestTimeByTheCounts:
    def test_every_count_meets_its_like_and_time_never_goes_back(self) -> None:
        slow = counts([0.8 * k for k in range(24)])
        rubato = counts([2 + 0.5 * k + 0.2 * math.sin(k) for k in range(24)])
        there = in_node(
            f"(() => {{ const same = moments.sameCount({slow}, {rubato}); return "
            f"[{[b[0] for b in slow]}.map(same), Array.from({{length: 400}}, (_, k) => same(k / 20 - 1))]; }})()",
            "moments",
        )
        assert there[0] == pytest.approx([b[0] for b in rubato])
        assert (np.diff(there[1]) > 0).all()

    def test_beyond_what_both_count_a_second_is_a_second(self) -> None:
        one, other = counts([0.0, 1.0, 2.0]), counts([5.0, 5.5, 6.0])
        there = in_node(f"[-1, 2, 4].map(moments.sameCount({one}, {other}))", "moments")
        assert there == pytest.approx([4.0, 6.0, 8.0])

    def test_with_no_count_in_common_both_begin_together(self) -> None:
        one, other = counts([1.0, 2.0, 3.0]), counts([4.0, 5.0, 6.0], first_bar=40)
        assert in_node(f"[0, 2.5].map(moments.sameCount({one}, {other}))", "moments") == [0, 2.5]
        assert in_node("[0, 2.5].map(moments.sameCount([], []))", "moments") == [0, 2.5]

    def test_a_bar_danced_twice_is_met_in_its_order(self) -> None:
        one = counts([0.0, 1.0, 2.0]) + counts([3.0, 4.0, 5.0])
        other = counts([0.0, 2.0, 4.0]) + counts([9.0, 10.0, 12.0])
        there = in_node(f"[0, 1, 2, 3, 4, 5].map(moments.sameCount({one}, {other}))", "moments")
        assert there == pytest.approx([0, 2, 4, 9, 10, 12])


@needs_node
class TestAddress:
    BEATS = counts([1.0 + 0.5 * k for k in range(30)])

    def read(self, text: str) -> dict[str, Any]:
        header = {"beats": self.BEATS, "duration": 18.0}
        return dict(in_node(f"address.readAddress({json.dumps(text)}, {json.dumps(header)})", "address"))

    def test_what_is_written_is_read_again(self) -> None:
        page = f"{{ beats: {self.BEATS}, countedOut: 16 }}"
        state = "{ t, loop: 'phrase', speed: '0.5', view: 'side', looks: ['mirror', 'bones'] }"
        header = f"{{ beats: {self.BEATS}, duration: 18 }}"
        times = [0.25, *[b[0] for b in self.BEATS], 17.5]
        back = in_node(
            f"{times}.map((t) => address.readAddress(address.writeAddress({state}, {page}), {header}))", "address"
        )
        assert [wish["t"] for wish in back] == pytest.approx(times)
        assert all(w["loop"] == "phrase" and w["speed"] == "0.5" and w["view"] == "side" for w in back)
        assert all(w["mirror"] and w["bones"] and not w["path"] for w in back)

    def test_a_bar_is_where_it_begins(self) -> None:
        assert self.read("#bar=3")["t"] == pytest.approx(4.0)
        assert self.read("#bar=3:2&loop=phrase")["t"] == pytest.approx(4.5)

    @pytest.mark.parametrize(
        "text", ["", "#", "#bar=", "#bar=99", "#bar=nine:two", "#t=soon", "#view=moon&loop=ever&speed=9", "#&&=&%zz"]
    )
    def test_what_is_no_place_and_no_view_is_left_out(self, text: str) -> None:
        assert set(self.read(text)) == {"mirror", "path", "bones"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A page, and that of the same dance half a second late, by its own counts."""
    folder = tmp_path_factory.mktemp("watching")
    act = small_act()
    one = write_act_page(folder / "page.html", act)
    late = tuple(Beat(b.time + 0.5, b.bar, b.beat) for b in act.beats)
    return one, write_act_page(folder / "late.html", replace(act, beats=late, title="The same, late"))


READY = "Boolean(globalThis.petipa?.page && !isNaN(petipa.page.drawnTime))"


@pytest.fixture(scope="module")
def shown(pages: tuple[Path, Path]) -> Iterator[Page]:
    with open_page(pages[0].as_uri() + "?figures#bar=2", size=(640, 400)) as page:
        page.wait(READY, patience=240)
        page.wait("!document.querySelector('main').classList.contains('waiting')")
        yield page


def picture(page: Page) -> np.ndarray:
    """The canvas as it is composed, without what lies over it."""
    over = "for (const part of document.querySelectorAll('main > :not(canvas)')) part.style.visibility"
    page.ask(f"{over} = 'hidden'; petipa.page.stale = true")
    page.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    pixels = np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB")).astype(int)
    page.ask(f"{over} = ''")
    return pixels


@needs_script
class TestTwoOnOnePage:
    def test_the_second_dance_is_in_it_as_it_was_packed(self, pages: tuple[Path, Path], tmp_path: Path) -> None:
        both = write_beside(tmp_path / "both.html", *pages).read_text()
        one, other = (page.read_text() for page in pages)
        act = r'<script id="act"[^>]*>(.*?)</script>'
        beside = re.findall(r'<script id="beside"[^>]*data-name="([^"]*)">(.*?)</script>', both, re.S)
        assert beside == [("late", re.findall(act, other, re.S)[0])]
        assert both.replace('data-name="late">' + beside[0][1], 'data-name="">') == one

    def test_again_with_a_third_the_third_takes_the_place_of_the_second(
        self, pages: tuple[Path, Path], tmp_path: Path
    ) -> None:
        both = write_beside(tmp_path / "both.html", *pages)
        again = write_beside(tmp_path / "again.html", both, pages[0])
        assert again.read_text().count(f'data-name="{pages[0].parent.name}"') == 1

    @pytest.mark.parametrize(
        ("spoilt", "told"),
        [
            ("<p>eggs, rosin</p>", "no dance"),
            ('<script id="act" type="application/octet-stream">QUJD</script>', "damaged"),
            ('<script id="act" type="application/octet-stream"><img src=x></script>', "no dance"),
        ],
    )
    def test_what_is_no_page_is_told(self, pages: tuple[Path, Path], tmp_path: Path, spoilt: str, told: str) -> None:
        other = tmp_path / "other.html"
        other.write_text(spoilt)
        with pytest.raises(StageError, match=told) as caught:
            write_beside(tmp_path / "both.html", pages[0], other)
        assert caught.value.would_work and str(other) in str(caught.value)
        assert not (tmp_path / "both.html").exists()


def drag(page: Page, x: int, y: int, across: int) -> None:
    """The mouse pressed at (x, y) and let go `across` pixels to the right."""

    def mouse(kind: str, to: int, **more: Any) -> None:
        page.call("Input.dispatchMouseEvent", type=kind, x=to, y=y, button="left", clickCount=1, **more)

    mouse("mousePressed", x)
    for share in (0.2, 0.5, 1.0) if across else ():
        mouse("mouseMoved", x + round(across * share), buttons=1)
    mouse("mouseReleased", x + across)


@needs_script
@needs_browser
@pytest.mark.slow
class TestWatching:
    """One page for all, opened by a link: each test leaves it as it found it."""

    def test_a_link_leads_to_its_bar_without_the_title_before_it(self, shown: Page) -> None:
        assert shown.ask("petipa.page.now()") == pytest.approx(1.0)
        assert shown.ask("document.querySelector('main').classList.contains('before')") is False

    def test_a_link_followed_on_the_page_leads_there_too(self, shown: Page) -> None:
        shown.ask("location.hash = '#bar=1:2&loop=phrase&view=side&speed=0.5'")
        shown.wait("petipa.page.views.name === 'side'")
        assert shown.ask("petipa.page.now()") == pytest.approx(0.5)
        assert shown.ask("petipa.page.player.span") == pytest.approx([0.0, 1.99])
        assert shown.ask("petipa.page.player.speed") == 0.5
        shown.ask("location.hash = '#bar=2&speed=1&view=audience'")
        shown.wait("petipa.page.views.name === 'audience' && petipa.page.player.speed === 1")

    def test_the_address_goes_along(self, shown: Page) -> None:
        shown.ask("petipa.page.go(0.5); petipa.page.look('path')")
        shown.wait("location.hash === '#bar=1:2&path'")
        shown.ask("petipa.page.look('path'); petipa.page.go(1.0)")
        shown.wait("location.hash === '#bar=2'")

    def test_in_the_mirror_all_is_the_other_way_round(self, shown: Page) -> None:
        plain = picture(shown)
        shown.press("m")
        mirrored = picture(shown)
        shown.press("m")
        assert np.abs(plain - mirrored).mean() > 2
        assert np.abs(plain - mirrored[:, ::-1]).mean() < 0.5

    def test_her_path_is_on_the_floor_and_goes_again(self, shown: Page) -> None:
        plain = picture(shown)
        shown.press("p")
        path = picture(shown)
        shown.press("p")
        again = picture(shown)
        changed = np.abs(path - plain).max(-1) > 30
        assert 100 < changed.sum() < 0.05 * changed.size
        assert not changed[: len(changed) // 3].any(), "a path lies on the floor"
        assert np.abs(again - plain).max() <= 1

    def test_the_skeleton_takes_the_place_of_flesh_and_costume(self, shown: Page) -> None:
        plain = picture(shown)
        shown.press("b")
        bones = picture(shown)
        seen = shown.ask(
            "(() => { const s = petipa.page.stage; return [s.tutu.meshes.some((m) => m.visible), s.dancer.mesh.visible,"
            " s.bones.group.visible]; })()"
        )
        shown.press("b")
        assert seen == [False, False, True]
        assert np.abs(bones - plain).mean() > 1
        assert np.abs(picture(shown) - plain).max() <= 1

    def test_the_steps_can_be_read_and_gone_to(self, shown: Page) -> None:
        shown.press("t")
        lines = shown.ask(
            "[...document.querySelectorAll('#text li button')].map((b) => b.innerText.split(/\\s+/).join(' '))"
        )
        assert lines == ["1 tendu R", "2 assemblé L"]
        shown.ask("document.querySelectorAll('#text li button')[0].click()")
        shown.wait("document.querySelector('#text [aria-current=step]')?.textContent.includes('tendu')")
        assert shown.ask("petipa.page.now()") == 0
        shown.press("t")
        shown.ask("petipa.page.go(1.0)")

    def test_another_performance_goes_with_it_by_the_counts(self, shown: Page, pages: tuple[Path, Path]) -> None:
        shown.ask("petipa.page.go(0.75)")
        alone = picture(shown)
        shown.choose("#file", str(pages[1]))
        shown.wait("petipa.page.beside?.mode === 'side'", patience=240)
        shown.wait("document.getElementById('other').clientWidth === 320")
        picture(shown)
        assert shown.ask("petipa.page.beside.stage.time") == pytest.approx(1.25)
        # A hand on the second picture turns both.
        drag(shown, 480, 150, 80)
        turned = "petipa.page.views.name === 'orbit' && petipa.page.beside.views.walking"
        shown.wait(turned)
        shown.ask("petipa.page.view('audience'); petipa.page.go(0.75)")
        shown.press("c")
        over = picture(shown)
        shown.ask("petipa.page.compare('alone')")
        assert np.abs(over - alone).mean() > 0.3
        assert np.abs(picture(shown) - alone).max() <= 1
        assert shown.ask("document.getElementById('names').lastChild.textContent") == "The same, late"

    def test_what_is_no_performance_is_refused_in_words(self, shown: Page, tmp_path: Path) -> None:
        other = tmp_path / "shopping.html"
        other.write_text("<p>eggs, rosin</p>")
        shown.choose("#file", str(other))
        shown.wait("document.getElementById('note').textContent.includes('not a page petipa made')")

    def test_the_figures_count_what_is_drawn(self, shown: Page) -> None:
        shown.ask("petipa.page.stale = true")
        shown.wait("/draw calls +\\d+/.test(document.getElementById('figures').textContent)")
        last = shown.ask("petipa.page.figures.last")
        drawn = shown.ask("petipa.page.stage.drawn")
        assert last["calls"] == drawn["calls"] <= 120
        assert last["triangles"] == drawn["triangles"] <= 400_000
        # At least the skin's places and directions; at most what a slow bus takes at 60 Hz without noticing.
        skin = shown.ask("petipa.page.stage.dancer.count") * 24
        assert skin <= last["bytes"] <= 3e6

    def test_a_press_plays_and_a_drag_walks_round_her(self, shown: Page) -> None:
        drag(shown, 320, 150, 0)
        shown.wait("petipa.page.player.playing")
        drag(shown, 320, 150, 0)
        assert shown.ask("[petipa.page.player.playing, petipa.page.views.name]") == [False, "audience"]
        drag(shown, 320, 150, 80)
        seen = shown.ask(
            "(() => { const v = petipa.page.views; return [v.name, v.camera.position.y - v.controls.target.y,"
            " petipa.page.player.playing]; })()"
        )
        # The hand takes the stage along to the right: one stands to the other side of her.
        assert seen[0] == "orbit" and seen[1] < -0.5 and seen[2] is False
        shown.ask("petipa.page.view('audience'); petipa.page.go(1.0)")

    def test_keys_are_told(self, shown: Page) -> None:
        shown.press("?")
        assert shown.ask("document.getElementById('keys').open") is True
        shown.ask("document.getElementById('keys').close()")

    def test_nothing_was_complained_of_or_asked_for(self, shown: Page) -> None:
        assert shown.complaints == []
        assert all(url.startswith(("file:", "blob:", "data:")) for url in shown.requests), shown.requests


@needs_script
@needs_browser
@pytest.mark.slow
def test_as_a_guest_it_takes_neither_focus_nor_keys_nor_address(pages: tuple[Path, Path], tmp_path: Path) -> None:
    host = tmp_path / "host.html"
    host.write_text(
        f"<!doctype html><iframe width=420 height=260 src='{pages[0].as_uri()}?embed'>"
        "</iframe><script>keys = []; addEventListener('keydown', (e) => keys.push(e.key));</script>"
    )
    with open_page(host.as_uri(), size=(480, 360)) as page:
        page.wait("document.readyState === 'complete'")
        guest = page.guest("embed")
        page.wait(READY, patience=240, within=guest)
        assert page.ask("document.activeElement.tagName") == "BODY"
        page.press(" ")
        assert page.ask("keys") == [" "]
        assert page.ask("petipa.page.player.playing", within=guest) is False
        page.ask("petipa.page.go(1.0)", within=guest)
        assert page.ask("new Promise((done) => setTimeout(() => done(location.hash), 400))", within=guest) == ""
        assert page.ask("getComputedStyle(document.getElementById('rest')).display", within=guest) == "none"
        # Once one has gone into it, its keys are its own.
        page.ask("document.getElementById('stage').focus()", within=guest)
        page.press(" ")
        assert page.ask("petipa.page.player.playing", within=guest) is True
        assert page.complaints == []
