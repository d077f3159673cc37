"""What the music under a strip must show: accents where they are heard, hers where they came."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petipa.stage.act import Beat
from petipa.stage.band import ACCENT, HEIGHT, OFF_IT, ON_IT, Band, draw_band

TIMES, COLUMNS, WIDTH = [10.0, 10.5, 11.0, 11.5], [100.0, 300.0, 520.0, 740.0], 840
BAND = Band(
    beats=[Beat(9.5 + 0.5 * k, 1 + k // 3, 1 + k % 3) for k in range(6)],
    swell=np.linspace(0.0, 1.0, 60),
    accents=(10.5,),
    climaxes=(11.2,),
    phrases=[(9.0, 10.6, "A"), (10.6, 12.0, "B")],
    danced=[(10.5, 10.51)],
)


def drawn(band: Band) -> NDArray[np.uint8]:
    return draw_band(band, TIMES, COLUMNS, WIDTH)


def where(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of about a colour."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - np.array(colour)).max(axis=2) < 30)
    return rows, columns


def test_an_accent_stands_under_the_picture_of_its_moment() -> None:
    picture = drawn(replace(BAND, climaxes=()))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    rows, columns = where(picture, ACCENT)
    assert len(columns) > 20
    assert np.abs(columns - COLUMNS[1]).max() <= 8
    assert rows.min() < 60
    # Between two pictures it lies as far between as it is in time, wherever these stand.
    between = where(drawn(replace(BAND, accents=(10.75,), danced=[(10.75, 10.75)], climaxes=())), ACCENT)[1]
    assert abs(np.median(between) - 410.0) < 3.0
    assert not len(where(drawn(replace(BAND, accents=(13.0,), climaxes=())), ACCENT)[1])


def test_her_accent_is_where_it_came_and_says_whether_that_was_on_the_count() -> None:
    on = drawn(BAND)
    assert len(where(on, ON_IT)[1]) > 20
    assert not len(where(on, OFF_IT)[1])
    late = drawn(replace(BAND, danced=[(10.5, 10.62)]))
    assert not len(where(late, ON_IT)[1])
    assert abs(where(late, OFF_IT)[1].max() - (300.0 + 0.12 / 0.5 * 220.0)) < 16.0
    # An accent of the music that she does not meet is drawn no higher than its sign.
    assert where(without_climax(late), ACCENT)[0].min() > 95
    missed = drawn(replace(BAND, danced=[(10.5, None)]))
    assert len(where(missed, OFF_IT)[1]) > 5


def without_climax(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture without the word for the climax, which has the accents' colour."""
    out = picture.copy()
    out[:, 600:] = 255
    return out


def test_music_grows_with_its_swell_and_one_picture_is_enough() -> None:
    picture = drawn(replace(BAND, beats=(), accents=(), climaxes=(), danced=(), phrases=())).astype(int)
    blue = (picture[:, :, 2] - picture[:, :, 0] > 15).sum(axis=0)
    assert blue[60] < blue[400] < blue[780]
    assert draw_band(BAND, [10.5], [60.0], 120).shape == (HEIGHT, 120, 3)
