"""The page in Firefox: the same picture, keys and links as in Chromium."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from devtools import needs_script
from marionette import Firefox, needs_firefox, open_firefox
from petipa.stage.page import write_act_page
from stage_acts import small_act

pytestmark = [needs_script, needs_firefox, pytest.mark.slow]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    path = write_act_page(tmp_path_factory.mktemp("firefox") / "page.html", small_act())
    with open_firefox(path.as_uri() + "#bar=2", size=(640, 480)) as firefox:
        firefox.wait("Boolean(window.petipa?.page && !isNaN(petipa.page.drawnTime))", patience=240)
        firefox.wait("!document.querySelector('main').classList.contains('waiting')")
        yield firefox


def picture(firefox: Firefox) -> np.ndarray:
    firefox.ask("petipa.page.stale = true")
    firefox.wait("!petipa.page.stale")
    return np.asarray(Image.open(io.BytesIO(firefox.picture())).convert("RGB")).astype(int)


def test_it_is_a_picture_of_the_place_the_link_names(shown: Firefox) -> None:
    assert shown.ask("document.getElementById('trouble').hidden") is True
    assert shown.ask("petipa.page.now()") == pytest.approx(1.0)
    pixels = picture(shown)
    assert pixels.std() > 15
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 2000


@pytest.mark.parametrize("key", ["m", "p", "b"])
def test_a_key_shows_another_look_and_takes_it_away(shown: Firefox, key: str) -> None:
    plain = picture(shown)
    shown.press(key)
    other = picture(shown)
    shown.press(key)
    assert np.abs(other - plain).max() > 40
    assert np.abs(picture(shown) - plain).max() <= 2


def test_it_plays_and_names_and_tells_its_address(shown: Firefox) -> None:
    shown.ask("petipa.page.go(0)")
    shown.wait("document.getElementById('step').textContent === 'tendu R'")
    shown.press(" ")
    shown.wait("petipa.page.now() > 0.85")
    shown.press(" ")
    assert shown.ask("petipa.page.player.playing") is False
    shown.wait("document.getElementById('said').textContent.endsWith('assemblé L')")
    shown.wait("location.hash.startsWith('#bar=')")
    shown.ask("petipa.page.go(1.0)")


def test_another_performance_stands_beside_it(shown: Firefox) -> None:
    shown.ask(
        "petipa.unpack(petipa.fromBase64(document.getElementById('act').textContent.trim()))"
        ".then((pack) => petipa.page.stand(pack, 'another'))"
    )
    shown.wait("petipa.page.beside?.mode === 'side'", patience=240)
    pixels = picture(shown)
    half = pixels.shape[1] // 2
    left, right = pixels[: pixels.shape[0] // 2, 4 : half - 4], pixels[: pixels.shape[0] // 2, half + 4 : 2 * half - 4]
    assert np.abs(left[90:] - right[90:]).mean() < 1, "the same dance at the same count is the same picture"
    shown.ask("petipa.page.compare('alone')")
