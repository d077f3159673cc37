"""The page: what is packed comes back, and a real browser shows it, named, from any side, by mouse or by key."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from devtools import Page, needs_browser, needs_script, open_page
from petipa.errors import StageError
from petipa.mechanics import quat_to_matrix
from petipa.stage.act import Beat, phrases_of
from petipa.stage.pack import pack_act
from petipa.stage.page import page_bytes, write_act_page
from petipa.stage.sound import encode_mp3
from petipa.tutu.sway import sway
from stage_acts import RATE, small_act


def unpack(package: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A second reader of packages, written from the description of the format."""
    plain = gzip.decompress(package)
    assert plain[:4] == b"PTP1"
    length = int.from_bytes(plain[4:8], "little")
    header = json.loads(plain[8 : 8 + length])
    arrays = {}
    for name, entry in header["arrays"].items():
        kind, shape = np.dtype(entry["type"]), tuple(entry["shape"])
        count = int(np.prod(shape))
        raw = plain[8 + length + entry["offset"] :][: count * kind.itemsize]
        if entry["delta"]:
            if kind.itemsize == 2:
                raw = np.frombuffer(raw, np.uint8).reshape(2, -1).T.tobytes()
            steps = np.frombuffer(raw, kind).reshape(-1, shape[0]).T
            values = np.cumsum(steps, axis=0, dtype=kind).reshape(shape)
        else:
            values = np.frombuffer(raw, kind).reshape(shape)
        arrays[name] = values * entry["scale"]
    return header, arrays


def test_bones_come_back_within_a_tenth_of_a_millimetre_and_a_hundredth_of_a_degree() -> None:
    act = small_act(net=False)
    header, arrays = unpack(pack_act(act))
    quats = arrays["dance.turn"]
    turned = quat_to_matrix(quats / np.linalg.norm(quats, axis=-1, keepdims=True))
    off = np.einsum("fbij,fbij->fb", turned, act.rotations)
    assert np.degrees(np.arccos(np.clip((off - 1) / 2, -1, 1))).max() < 0.01
    assert np.abs(arrays["dance.root"] - act.positions[:, 0]).max() < 1e-4
    assert (np.einsum("fbi,fbi->fb", quats[1:], quats[:-1]) > 0).all(), "a sign jump would spin the bone between frames"
    assert header["frames"] == len(act.positions)


def test_every_face_of_the_body_keeps_its_corners_and_its_part() -> None:
    act = small_act(net=False, seconds=0.1)
    header, arrays = unpack(pack_act(act))
    body = act.body
    corners = arrays["body.index"].astype(int)
    assert np.abs(arrays["body.position"][corners] - body.vertices[body.faces].reshape(-1, 3)).max() < 1e-4
    assert (arrays["body.part"][corners].reshape(-1, 3) == body.part[:, None]).all()
    assert header["parts"] == list(body.part_names)
    assert np.allclose(arrays["body.weight"].sum(axis=1), 1, atol=1e-4)


def test_a_costume_comes_back_within_its_tolerance_whatever_the_pelvis_does() -> None:
    act = small_act()
    assert act.drape is not None
    header, arrays = unpack(pack_act(act))
    shapes = np.concatenate([arrays["tutu.wide"], arrays["tutu.narrow"]]) * arrays["tutu.scale"][:, None, None]
    local = arrays["tutu.mean"] + np.einsum("fk,kvi->fvi", arrays["tutu.weight"], shapes)
    stride = round(RATE / header["tutu"]["rate"])
    world = np.einsum("fij,fvj->fvi", act.rotations[::stride, 0], local) + act.positions[::stride, 0, None]
    error = np.linalg.norm(world - act.drape.vertices, axis=-1)
    assert np.sqrt((error**2).mean()) < 0.002
    assert header["tutu"]["shapes"] <= 2, "a plate that only tilts is one shape of swaying"


def test_the_lowest_layer_is_drawn_as_the_lowest_however_the_costume_counts() -> None:
    act = small_act()
    _, arrays = unpack(pack_act(act))
    height = arrays["tutu.mean"][:, 2]
    low, high = (height[arrays["tutu.layer"] == k].mean() for k in (0, 1))
    assert low < high
    assert arrays["tutu.rim"].min() >= 0 and arrays["tutu.rim"].max() == pytest.approx(1)


@pytest.mark.parametrize("shapes", [1, 3, 8])
def test_more_shapes_of_swaying_never_fit_worse(shapes: int) -> None:
    random = np.random.default_rng(5)
    local = random.normal(size=(40, 30, 3)) * 0.05
    fewer, more = (sway(local, error=0.0, shapes=k) for k in (shapes, shapes + 4))
    assert more.error <= fewer.error + 1e-9
    back = more.mean + np.einsum("fk,kvi->fvi", more.weights, more.shapes)
    assert np.sqrt(((back - local) ** 2).sum(-1).mean()) == pytest.approx(more.error, abs=1e-4)


def test_a_costume_that_does_not_move_needs_no_shapes() -> None:
    still = sway(np.ones((5, 7, 3)))
    assert still.shapes.shape == (0, 7, 3) and still.error == 0


def test_the_same_act_gives_the_same_bytes() -> None:
    assert pack_act(small_act()) == pack_act(small_act())


def test_captions_and_beats_are_told_from_the_start_of_what_is_shown() -> None:
    header, _ = unpack(pack_act(small_act(start=3.0, net=False)))
    assert header["beats"][0] == [0.0, 1, 1]
    assert header["steps"][0]["from"] == -3.0


def test_phrases_are_groups_of_four_bars_and_fill_the_dance() -> None:
    beats = tuple(Beat(0.5 * k, 1 + k // 3, 1 + k % 3) for k in range(60))
    spans = phrases_of(beats, 1.0, 29.0)
    assert spans[0][0] == 1.0 and spans[-1][1] == 29.0
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    assert spans[1] == (6.0, 12.0)
    assert phrases_of((), 0.0, 2.0) == ((0.0, 2.0),)


def test_sound_before_the_music_and_after_it_is_silence() -> None:
    act = small_act(start=-0.5, seconds=2.0, music=(np.ones(22050, np.float32), 44100))
    sound = act.sound()
    assert len(sound) == 2 * 44100
    assert not sound[:22050].any() and sound[22050:44100].all() and not sound[44100:].any()


def test_mp3_keeps_the_length_of_the_sound() -> None:
    import av

    tone = np.sin(np.arange(44100 * 2) / 20).astype(np.float32)[:, None]
    with av.open(io.BytesIO(encode_mp3(tone, 44100))) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0))
    assert abs(heard - 88200) < 3000


@pytest.mark.parametrize("spoilt", ["positions", "drape"])
def test_what_is_no_number_is_refused_with_a_way_out(spoilt: str) -> None:
    act = small_act()
    with pytest.raises(StageError) as caught:
        if spoilt == "positions":
            positions = act.positions.copy()
            positions[3, 4, 1] = np.nan
            small_act(positions=positions)
        else:
            assert act.drape is not None
            act.drape.vertices[2, 5] = np.inf
            pack_act(act)
    assert caught.value.would_work


def test_a_script_that_is_not_built_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    act = small_act(net=False, seconds=0.1)
    monkeypatch.setattr("petipa.stage.web_files.resources", SimpleNamespace(files=lambda _: tmp_path))
    with pytest.raises(StageError, match="not been built") as caught:
        write_act_page(tmp_path / "page.html", act)
    assert "make install" in caught.value.would_work
    assert not (tmp_path / "page.html").exists()


@needs_script
def test_the_page_asks_nothing_of_the_network_and_says_its_title_safely() -> None:
    text = page_bytes(small_act(seconds=0.2)).decode()
    page = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert re.findall(r'(?:src|href|srcset|action)\s*=\s*"(?!data:)', page) == []
    assert not re.search(r"url\(|@import", page)
    assert "<title>Étude &lt;for&gt; Noah &amp; friends</title>" in text
    assert "{{" not in page
    assert len(re.findall("<script", text)) >= 4 and text.count("</script>") == len(re.findall(r"<script[ >]", text))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path = write_act_page(tmp_path_factory.mktemp("page") / "page.html", small_act())
    with open_page(path.as_uri(), size=(480, 300)) as page:
        page.wait("Boolean(globalThis.petipa?.page && !isNaN(petipa.page.drawnTime))", patience=240)
        yield page


def picture(page: Page) -> np.ndarray:
    # The pixels of the canvas itself, drawn and read within one task.
    page.ask("petipa.page.stage.setTime(petipa.page.now()); petipa.page.stage.render(petipa.page.views.at())")
    return np.asarray(Image.open(io.BytesIO(page.picture())).convert("RGB")).astype(int)


browser_test = [needs_script, needs_browser, pytest.mark.slow]


class TestInABrowser:
    """One page for all: each test leaves it paused in the audience."""

    pytestmark = browser_test

    def test_it_opens_from_disk_without_complaint_or_request(self, shown: Page) -> None:
        assert shown.complaints == []
        assert all(url.startswith(("file:", "blob:", "data:")) for url in shown.requests), shown.requests

    def test_it_is_a_picture(self, shown: Page) -> None:
        pixels = picture(shown)
        assert pixels.std() > 15
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 2000

    def test_the_whole_dancer_is_in_the_picture_all_the_time(self, shown: Page) -> None:
        seen = shown.ask(
            """(() => {
              const s = petipa.page.stage; const worst = [0, 0];
              for (const aspect of [16 / 9, 1, 0.5]) for (let i = 0; i <= 40; i++) {
                s.setTime(i / 20); s.audience(aspect, 0.1);
                const p = s.dancer.geometry.getAttribute("position");
                const low = -1 + 2 * 0.1;
                for (let v = 0; v < p.count; v++) {
                  const at = s.camera.position.clone().set(p.getX(v), p.getY(v), p.getZ(v)).project(s.camera);
                  worst[0] = Math.max(worst[0], Math.abs(at.x));
                  worst[1] = Math.max(worst[1], at.y, (low - at.y) + 1);
                }
              }
              return worst;
            })()"""
        )
        assert seen[0] < 0.98 and seen[1] < 0.98

    def test_a_moment_looks_the_same_whenever_one_comes_to_it(self, shown: Page) -> None:
        shown.ask("petipa.page.seek(1.25)")
        first = picture(shown)
        shown.ask("petipa.page.seek(0.1)")
        other = picture(shown)
        shown.ask("petipa.page.seek(1.25)")
        again = picture(shown)
        assert np.abs(first - again).max() <= 1
        assert np.abs(first - other).max() > 40

    def test_keys_play_step_and_name(self, shown: Page) -> None:
        shown.ask("petipa.page.seek(0)")
        shown.wait("document.getElementById('step').textContent === 'tendu R'")
        shown.press("]")
        shown.wait("document.getElementById('step').textContent === 'assemblé L'")
        assert shown.ask("document.getElementById('said').textContent") == "bar 1: assemblé L"
        assert shown.ask("document.querySelector('#count b.now').textContent") == "2"
        shown.press(" ")
        shown.wait("petipa.page.player.playing && petipa.page.now() > 0.85")
        shown.press(" ")
        assert shown.ask("petipa.page.player.playing") is False
        before = shown.ask("petipa.page.now()")
        shown.press(",")
        assert shown.ask("petipa.page.now()") == pytest.approx(before - 1 / RATE, abs=1e-3)

    def test_a_loop_comes_back_to_its_beginning(self, shown: Page) -> None:
        shown.ask("petipa.page.seek(1.0); petipa.page.loop('step'); petipa.page.seek(1.9)")
        assert shown.ask("petipa.page.player.span[0]") == pytest.approx(0.55)
        shown.ask("petipa.page.toggle()")
        shown.wait("petipa.page.now() < 1.5")
        shown.ask("petipa.page.toggle(); petipa.page.loop('none')")

    def test_slow_motion_is_slow(self, shown: Page) -> None:
        gone = shown.ask(
            """new Promise((done) => {
              const p = petipa.page.player; petipa.page.seek(0); p.setSpeed(0.25); p.play();
              setTimeout(() => { const t = petipa.page.now(); p.pause(); p.setSpeed(1); done(t); }, 800);
            })"""
        )
        assert 0.1 < gone < 0.45

    @pytest.mark.parametrize("view", ["house", "front", "side", "top", "orbit"])
    def test_every_view_shows_her(self, shown: Page, view: str) -> None:
        shown.ask("petipa.page.view('audience'); petipa.page.seek(0.5)")
        audience = picture(shown)
        shown.ask(f"petipa.page.view('{view}')")
        there = picture(shown)
        at = shown.ask(
            """(() => { const p = petipa.page; const a = p.stage.dance.positions[0].clone().project(p.views.at());
              return [a.x, a.y]; })()"""
        )
        shown.ask("petipa.page.view('audience')")
        assert np.abs(audience - there).mean() > 3 and there.std() > 10
        assert abs(at[0]) < 0.9 and abs(at[1]) < 0.9

    def test_nothing_of_the_set_stands_between_her_and_one_who_walks_round(self, shown: Page) -> None:
        hidden = shown.ask(
            """(() => {
              const p = petipa.page; const house = p.stage.house; const her = p.stage.dance.positions[0].clone();
              const at = (x, y, z) => her.clone().set(x, y, z);
              const gone = (eye, seated, dx = 0, dy = 0) => {
                house.open(eye, [at(dx, dy, 1)], seated);
                // The cloths beyond the wings no seat sees.
                const others = house.group.children.filter((c) => !(seated && house.sides.pieces.includes(c)));
                return others.filter((c) => !c.visible).length;
              };
              // One border of those that hang above, seen from within it.
              const border = house._pieces.map((p) => p.room).find((r) => r.min.z > 4 && r.max.x < 5);
              return {
                wings: gone(at(1, 7.5, 1.4), false, 1, 3.5), flies: gone(at(border.max.x - 0.3, 0, 7), false, 0.1, 0),
                behind: gone(at(-9, 0, 2), false), front: gone(at(5, 0, 1.4), false), seat: gone(at(21, 0, 3), true),
              };
            })()"""
        )
        assert hidden["wings"] >= 1 and hidden["flies"] >= 1 and hidden["behind"] >= 1
        # Before her on the stage there is nothing, and from the seat the whole house is seen.
        assert hidden["front"] == 0 and hidden["seat"] == 0

    def test_counting_ends_with_the_last_count(self, shown: Page) -> None:
        shown.ask("petipa.page.seek(1.95)")
        shown.wait("document.querySelector('#count b.now')?.textContent === '2'")
        assert shown.ask("petipa.page.countedOut") == pytest.approx(2.0)
        shown.ask("petipa.page.seek(2.0)")
        shown.wait("document.getElementById('count').textContent === ''")

    def test_a_sound_that_has_come_to_its_end_sounds_again_in_the_next_round(self, shown: Page) -> None:
        shown.ask("petipa.page.seek(0); petipa.page.loop('all'); petipa.page.player.play()")
        shown.wait("!petipa.page.player.sound.paused")
        shown.ask("petipa.page.player.sound.pause(); petipa.page.seek(0.2)")
        shown.wait("!petipa.page.player.sound.paused")
        shown.ask("petipa.page.player.pause(); petipa.page.loop('none')")

    def test_what_stands_still_is_drawn_as_finely_as_the_screen_shows(self, shown: Page) -> None:
        shown.wait("!petipa.page.moving")
        shown.ask("petipa.page.seek(0); petipa.page.loop('all'); petipa.page.sharp = 0.5; petipa.page.player.play()")
        shown.wait("petipa.page.stage.renderer.getPixelRatio() === 0.5")
        shown.ask("petipa.page.player.pause()")
        shown.wait("petipa.page.stage.renderer.getPixelRatio() === 1")
        shown.ask("petipa.page.loop('none'); petipa.page.sharp = 1; petipa.page.resize()")

    def test_it_fits_a_phone(self, shown: Page) -> None:
        shown.resize((320, 640))
        shown.wait("innerWidth === 320")
        shown.ask("document.getElementById('more').click()")
        boxes = shown.ask(
            """[...document.querySelectorAll('button, select, #scrub')].filter((e) => e.offsetParent).map((e) => {
              const b = e.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom, b.height]; })"""
        )
        shown.ask("document.getElementById('more').click()")
        shown.resize((480, 300))
        assert len(boxes) >= 16, "some of the controls cannot be reached"
        assert all(b[0] >= 0 and b[1] <= 320 and b[2] >= 0 and b[3] <= 640 for b in boxes), boxes
        assert all(b[4] >= 24 for b in boxes), "too small to touch"
