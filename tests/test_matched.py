"""A piece counted in another's bars sounds as it did and is counted as the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from petipa.counts import Metre
from petipa.music import Music, click_music, matched, read_music, shipped_piece
from petipa.production import Account, Order, prepare
from petipa.showing import Shown

TEXT = """petipa 1
tempo    120 4/4

start    centre, fifth right front

1        plié
2        relevé
3        plié
4        relevé
"""


def clicked(tempo: float, metre: Metre, bars: int) -> Music:
    return click_music(tempo=tempo, metre=metre, bars=bars)


def test_bars_fall_on_bars_and_nothing_heard_moves() -> None:
    waltz = read_music(shipped_piece())
    march = clicked(150.0, Metre(4, 4), 20)
    heard, filled = matched(waltz, march)
    assert filled == march.layout.last
    assert heard.layout == march.layout
    for bar in range(1, 21):
        assert abs(heard.seconds(bar) - waltz.seconds(bar)) < 1e-6
    # Beats of the other share its bars evenly where those are in tempo.
    third = heard.seconds(3, 2) - heard.seconds(3)
    assert abs(third - (waltz.seconds(4) - waltz.seconds(3)) / 4) < 0.05
    assert np.array_equal(heard.accents, waltz.accents)
    assert np.array_equal(heard.notes.onset, waltz.notes.onset)
    assert heard.phrases[0].first == 1
    assert heard.phrases[-1].last == march.layout.last
    assert all(a.last + 1 == b.first for a, b in zip(heard.phrases, heard.phrases[1:], strict=False))


def test_itself_is_matched_to_itself() -> None:
    waltz = read_music(shipped_piece())
    heard, filled = matched(waltz, waltz)
    assert filled == waltz.layout.last
    assert np.allclose(heard.beats, waltz.beats)
    assert abs(heard.last_chord - waltz.last_chord) < 1e-6
    assert [(one.first, one.last) for one in heard.phrases] == [(one.first, one.last) for one in waltz.phrases]


def test_slow_bars_take_two_quick_ones_and_a_short_piece_ends() -> None:
    slow, quick = clicked(60.0, Metre(4, 4), 10), clicked(120.0, Metre(4, 4), 30)
    heard, filled = matched(slow, quick)
    assert filled == 2 * slow.layout.last
    assert abs(heard.seconds(3) - slow.seconds(2)) < 1e-9
    heard, filled = matched(quick, slow)
    assert filled == slow.layout.last
    assert abs(heard.seconds(2) - quick.seconds(3)) < 1e-9


def test_what_was_made_for_another_piece_is_danced_on_the_bars_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "other.ballet").write_text(TEXT, encoding="utf-8")
    account = Account()
    order = Order(music=shipped_piece(), made_for=tmp_path / "other.ballet", shown=Shown.DANCE, last_bar=3)
    programme = prepare(order, account)
    waltz = read_music(shipped_piece())
    bars = [waltz.seconds(bar) for bar in range(1, 20)]
    steps = [step for step in programme.steps if step.entry in ("plie", "releve")]
    assert len(steps) == 3
    for step in steps:
        assert min(abs(programme.music.seconds_at(step.at) - at) for at in bars) < 1e-6
    assert np.array_equal(programme.music.accents, waltz.accents)
    assert programme.title != "other"
    assert any("bar for bar" in remark for remark in account.remarks)
