"""The whole path: files by name, nothing half-written, what is still good not made again, failures that tell."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from petipa import production
from petipa.cli.main import main
from petipa.errors import ChoreographyError, FileError, PetipaError, StageError
from petipa.exchange.bvh import read_bvh
from petipa.files import atomic, write_atomic
from petipa.measure import LIMITS
from petipa.motion.model import Motion, StepSpan
from petipa.production import (
    Account,
    FilmKind,
    Ledger,
    Order,
    Stage,
    check_of,
    draw_strip_of,
    export_of,
    moments,
    perform,
    prepare,
)
from petipa.production.pictures import counted_on
from petipa.showing import Shown
from petipa.stage.act import Beat

BALLET = """petipa 1
title    "Two bars"
tempo    120 3/4
start    centre, en face, fifth right front, arms preparatory

1        plié
2        relevé
"""
MADE = {
    "variation.ballet",
    "motion.npz",
    "motion.bvh",
    "measures.json",
    "music.wav",
    "evening.wav",
    "strip.png",
    "page.html",
    "dancer.glb",
    "manifest.json",
}
MEASURED = {
    "flights_expected",
    "flights_found",
    "flight_height_share_min",
    "free_fall_rms",
    "spin_drift",
    "root_residual_p99",
    "switch_residual_max",
    "zmp_inside_share",
    "slip_mm_max",
    "penetration_mm_max",
    "joint_range_violations",
    "accent_error_ms_max",
    "definition_failures",
    "danced_seconds",
    "seconds_by_stage",
}
ROOT = Path(__file__).parent.parent
BUILT = (ROOT / "src" / "petipa" / "stage" / "web" / "petipa.js").is_file()
needs_web = pytest.mark.skipif(not BUILT, reason="the page's script is not built: make install, with Node")


@pytest.fixture
def ballet(tmp_path: Path) -> Path:
    path = tmp_path / "two.ballet"
    path.write_text(BALLET, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def performed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder performed once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("performed")
    (folder / "two.ballet").write_text(BALLET, encoding="utf-8")
    perform(Order(choreography=folder / "two.ballet", out=folder / "out", film=FilmKind.NONE, shown=Shown.DANCE))
    return folder / "out"


def nothing_half_written(folder: Path) -> bool:
    return not [path for path in folder.rglob("*") if ".part" in path.name]


@needs_web
@pytest.mark.slow
def test_a_folder_has_every_file_whole(performed: Path) -> None:
    assert {path.name for path in performed.iterdir()} == MADE
    assert nothing_half_written(performed)
    manifest = json.loads((performed / "manifest.json").read_text())
    assert set(manifest["files"]) == MADE - {"manifest.json"}
    for name, facts in manifest["files"].items():
        assert facts["bytes"] == (performed / name).stat().st_size
    # Folders are private: no path of this machine in anything to be given away.
    assert str(performed.parent) not in (performed / "manifest.json").read_text()
    assert (performed / "variation.ballet").read_text() == BALLET


@needs_web
@pytest.mark.slow
def test_the_files_belong_together(performed: Path) -> None:
    motion = Motion.load(performed / "motion.npz")
    bvh = read_bvh(performed / "motion.bvh")
    assert len(bvh.values) == len(motion.q)
    assert bvh.frame_time == pytest.approx(1 / 60)
    samples, rate = soundfile.read(performed / "music.wav")
    assert len(samples) / rate == pytest.approx(len(motion.q) / 60, abs=0.05)
    assert np.abs(samples).max() > 0.01
    page = (performed / "page.html").read_text(encoding="utf-8")
    assert "Two bars" in page
    assert 'src="http' not in page
    assert (performed / "strip.png").read_bytes().startswith(b"\x89PNG")


@needs_web
@pytest.mark.slow
def test_a_folder_is_exported_as_it_was_performed(performed: Path, tmp_path: Path) -> None:
    export_of(performed, tmp_path / "again.glb")
    assert (tmp_path / "again.glb").read_bytes() == (performed / "dancer.glb").read_bytes()
    export_of(performed, tmp_path / "again.bvh")
    assert (tmp_path / "again.bvh").read_bytes() == (performed / "motion.bvh").read_bytes()


@needs_web
@pytest.mark.slow
def test_measures_have_every_number(performed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    measures = json.loads((performed / "measures.json").read_text())
    assert set(measures) >= MEASURED
    assert {"plan", "solve", "drape", "page"} <= set(measures["seconds_by_stage"])
    assert main(["measure", str(performed), "--json"]) == 0
    again = json.loads(capfd.readouterr().out)
    assert set(again) >= MEASURED
    assert again["danced_seconds"] == measures["danced_seconds"]


@needs_web
@pytest.mark.slow
def test_what_is_still_good_is_kept_and_what_is_not_is_made_again(performed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(performed, out)
    (tmp_path / "two.ballet").write_text(BALLET, encoding="utf-8")
    order = Order(choreography=tmp_path / "two.ballet", out=out, film=FilmKind.NONE, shown=Shown.DANCE)
    again = perform(order)
    assert not {"solve", "drape", "strip", "audience", "page"} & set(again.seconds)

    (out / "strip.png").write_bytes(b"scribbled over")
    mended = perform(order)
    assert "strip" in mended.seconds
    assert not {"solve", "drape"} & set(mended.seconds)


@needs_web
@pytest.mark.slow
def test_an_edit_dances_only_its_neighbourhood(performed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(performed, out)
    before = Motion.load(out / "motion.npz")
    last = BALLET.rstrip().splitlines()[-1]
    edited = BALLET.replace(last, f"{last} with arms second")
    assert edited != BALLET
    (tmp_path / "two.ballet").write_text(edited, encoding="utf-8")
    done = perform(Order(choreography=tmp_path / "two.ballet", out=out, film=FilmKind.NONE, shown=Shown.DANCE))
    after = Motion.load(out / "motion.npz")
    assert any("danced anew from" in remark for remark in done.remarks)
    assert len(after.q) == len(before.q) and not np.array_equal(after.q, before.q)


def test_what_a_teacher_would_send_back_is_said_with_bar_and_step() -> None:
    steps = (
        StepSpan("tendu", "R", "tendu R devant", 0.0, 1.0, 0.5, 3, "1", None, 0, 0.0),
        StepSpan("glissade", "L", "glissade L", 1.0, 2.0, 1.5, 4, "2+1/2", None, 0, 0.0),
    )
    still = np.zeros((2, 2, 3))
    motion = Motion(60.0, 0.0, np.zeros((2, 77)), np.zeros((2, 2), np.uint8), still, still[..., :2], steps, (), "noah")
    failure = {"step": 1, "rule": "travels", "expected": "at least 20 cm", "measured": "14 cm"}
    accents = [{"step": 0, "error_ms": -71.0}, {"step": 1, "error_ms": 50.0}]
    kept = {limit.name: limit.bound for limit in LIMITS} | {"worst": {}}
    said = production.shortcomings({**kept, "failures": [failure] * 9, "accents": accents}, motion)
    assert said[0] == "bar 4 beat 2+1/2, glissade L: travels: wanted at least 20 cm, danced 14 cm"
    assert len(said) == 9 and said[-1].startswith("and 2 more")
    assert production.shortcomings({**kept, "failures": [], "accents": accents}, motion) == [
        "bar 3 beat 1, tendu R devant: 71 ms early"
    ]
    broken = {
        "slip_mm_max": 4.5,
        "zmp_inside_share": 0.9,
        "worst": {"slip": {"step": 1}},
        "failures": [],
        "accents": [],
    }
    assert production.shortcomings({**kept, **broken}, motion) == [
        "bar 4 beat 2+1/2, glissade L: a foot that stands slides: 4.5, wanted at most 2 mm",
        "she stands beside her feet: 0.9, wanted at least 0.97 of the time on them",
    ]


@needs_web
@pytest.mark.slow
def test_without_a_browser_all_but_the_film_is_made(
    performed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(performed, out)
    for name in ("page.html", "strip.png", "dancer.glb", "evening.wav"):
        (out / name).unlink()
    (tmp_path / "two.ballet").write_text(BALLET, encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PETIPA_BROWSER", raising=False)
    assert main(["perform", str(tmp_path / "two.ballet"), "-o", str(out), "--no-bow"]) != 0
    said = capfd.readouterr().err
    assert "browser" in said and "would work" in said and "Traceback" not in said
    assert {path.name for path in out.iterdir()} == MADE
    assert nothing_half_written(out)


def test_counting_goes_on_before_and_after_the_music() -> None:
    music = [Beat(0.5 * k, 1 + (k + 2) // 3, 1 + (k + 2) % 3) for k in range(8)]  # a pickup: from 1:3 to 4:1
    known = counted_on(music, -2.1, 5.0)
    assert known[4:12] == music
    assert np.allclose(np.diff([beat.time for beat in known]), 0.5)
    assert known[0].time >= -2.1 > known[0].time - 0.5 and known[-1].time <= 5.0 < known[-1].time + 0.5
    assert [(beat.bar, beat.beat) for beat in known[:4]] == [(0, 2), (0, 3), (1, 1), (1, 2)]
    assert [(beat.bar, beat.beat) for beat in known[12:]] == [(4, 2), (4, 3), (5, 1)]
    assert counted_on(music, 0.0, 3.5) == music


@needs_web
@pytest.mark.slow
def test_a_strip_of_a_folder_needs_no_new_dance(performed: Path, tmp_path: Path) -> None:
    drawn = draw_strip_of(performed, tmp_path / "a.png", views=["front"], every=Fraction(1, 2), first_bar=1, last_bar=1)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "solve" not in drawn.seconds
    with pytest.raises(ChoreographyError, match="nothing is danced"):
        draw_strip_of(performed, tmp_path / "b.png", views=["front"], every=Fraction(1), first_bar=90, last_bar=91)
    with pytest.raises(StageError, match="view"):
        draw_strip_of(performed, tmp_path / "b.png", views=["nose"], every=Fraction(1))
    assert not (tmp_path / "b.png").exists()


@pytest.mark.slow
def test_a_strip_of_a_text_dances_only_its_bars(ballet: Path, tmp_path: Path) -> None:
    drawn = draw_strip_of(ballet, tmp_path / "a.png", views=["front", "side"], every=Fraction(1), first_bar=2)
    assert (tmp_path / "a.png").is_file()
    assert {"drape", "page", "film"}.isdisjoint(drawn.seconds)


@pytest.mark.slow
def test_asked_to_end_it_leaves_nothing_half_written(ballet: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "petipa.cli.main", "perform", str(ballet), "-o", str(tmp_path / "out")]
    with subprocess.Popen([*words, "--film", "none"], stderr=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 120
        while not (tmp_path / "out" / "variation.ballet").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        said = running.communicate(timeout=120)[1]
    assert running.returncode == 130
    assert "interrupted" in said and "Traceback" not in said
    assert nothing_half_written(tmp_path)


BEATS = [Beat(0.5 * i, 1 + i // 3, 1 + i % 3) for i in range(9)]


def test_moments_fall_on_beats_and_between_them() -> None:
    whole = moments(BEATS, first_bar=2, last_bar=2, every=Fraction(1))
    assert whole == [(1.5, "2:1"), (2.0, "2:2"), (2.5, "2:3")]
    halves = moments(BEATS, first_bar=3, last_bar=3, every=Fraction(1, 2))
    assert [count for _, count in halves] == ["3:1", "3:1+1/2", "3:2", "3:2+1/2", "3:3", "3:3+1/2"]
    np.testing.assert_allclose([time for time, _ in halves], np.arange(3.0, 4.6, 0.25)[:6])
    assert moments(BEATS, first_bar=1, last_bar=3, every=Fraction(3))[1] == (1.5, "2:1")
    assert moments(BEATS, first_bar=7, last_bar=8, every=Fraction(1)) == []


def test_stages_are_timed_and_told_in_order() -> None:
    told: list[tuple[str, float]] = []
    account = Account(lambda stage, share: told.append((stage, share)))
    with account.stage(Stage.READ) as share:
        share(0.5)
    relay = account.relay()
    relay("plan", 0.0)
    relay("solve", 0.3)
    relay("solve", 0.9)
    relay("", 1.0)
    solved = [("solve", 0.3), ("solve", 0.9), ("solve", 1.0)]
    assert told == [("read", 0.0), ("read", 0.5), ("read", 1.0), ("plan", 0.0), ("plan", 1.0), *solved]
    assert list(account.seconds) == ["read", "plan", "solve"]


def test_a_ledger_trusts_only_what_is_as_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    ledger = Ledger.open(tmp_path)
    ledger.add("a.txt", "key")
    production.write_json(tmp_path / "manifest.json", {"files": ledger.now})
    assert Ledger.open(tmp_path).holds("a.txt", "key")
    assert not Ledger.open(tmp_path).holds("a.txt", "another key")
    assert not Ledger.open(tmp_path).holds("b.txt", "key")
    (tmp_path / "a.txt").write_text("two")
    assert not Ledger.open(tmp_path).holds("a.txt", "key")


@pytest.mark.parametrize("content", ["", "[]", '{"files": 3}', '{"files": {"../../x": {"key": 1}}}', "{" * 5000])
def test_a_hostile_manifest_is_no_ledger(tmp_path: Path, content: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "x").write_text("precious")
    (tmp_path / "in" / "manifest.json").write_text(content)
    ledger = Ledger.open(tmp_path / "in")
    assert not ledger.holds("motion.npz", "key")
    ledger.drop_stale()
    assert (tmp_path / "x").read_text() == "precious"


def test_a_stale_file_of_another_dance_is_removed_and_a_strangers_is_not(tmp_path: Path) -> None:
    for name in ("film.mp4", "holiday.mp4"):
        (tmp_path / name).write_text("film")
    production.write_json(tmp_path / "manifest.json", {"files": {"film.mp4": {"key": "old", "sha256": "", "bytes": 4}}})
    Ledger.open(tmp_path).drop_stale()
    assert not (tmp_path / "film.mp4").exists()
    assert (tmp_path / "holiday.mp4").exists()


def test_a_run_cut_short_forgets_neither_the_good_nor_the_stale(tmp_path: Path) -> None:
    before = {name: {"key": "old", "sha256": "", "bytes": 4} for name in ("motion.npz", "film.mp4")}
    production.write_json(tmp_path / "manifest.json", {"files": before})
    (tmp_path / "motion.npz").write_text("anew")
    (tmp_path / "film.mp4").write_text("film")
    ledger = Ledger.open(tmp_path)
    ledger.add("motion.npz", "new")
    assert ledger.entries["motion.npz"]["key"] == "new" and ledger.entries["film.mp4"]["key"] == "old"
    production.write_json(tmp_path / "manifest.json", {"files": ledger.entries})

    later = Ledger.open(tmp_path)
    assert later.holds("motion.npz", "new")
    later.drop_stale()
    assert not (tmp_path / "film.mp4").exists() and set(later.entries) == {"motion.npz"}


@needs_web
def test_a_dance_is_kept_when_the_disk_fills_up_after_it(
    ballet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(choreography=ballet, out=tmp_path / "out", film=FilmKind.NONE, shown=Shown.DANCE)

    def full(*_: object) -> None:
        raise FileError("the disk is full", would_work="free some space")

    with monkeypatch.context() as patched:
        patched.setattr(production.evening, "write_sound", full)
        with pytest.raises(FileError, match="full"):
            perform(order)
    assert nothing_half_written(tmp_path)
    assert not {"reference", "solve"} & set(perform(order).seconds)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing.ballet", "-o", "out"], "nothing.ballet"),
        (["{ballet}", "nothing.mid", "-o", "out"], "nothing.mid"),
        (["{ballet}", "-o", "out", "--dancer", "anna"], "noah"),
        (["{ballet}", "-o", "out", "--from", "40", "--to", "50"], "bars 1 to 2 are danced"),
        (["{ballet}", "-o", "{ballet}"], "in the way"),
        (["{ballet}", "-o", "{ballet}/out"], "a file, not a folder"),
        (["{folder}", "-o", "out"], "folder"),
        (["{silent}", "-o", "out"], "tempo 120 3/4"),
        (["{lost}", "-o", "out"], "lost.mid"),
        (["{wrong}", "-o", "out"], "wrong.ballet:6"),
        (["{ballet}", "{ballet}", "-o", "out"], "at most one"),
        (["{ballet}", "-o", "out", "--film", "3d"], "draft"),
        (["{ballet}"], "--out"),
    ],
)
def test_orders_that_cannot_be_performed_are_told(
    ballet: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "silent.ballet").write_text("petipa 1\n\n1 plié\n", encoding="utf-8")
    (tmp_path / "lost.ballet").write_text('petipa 1\nmusic "lost.mid"\n\n1 plié\n', encoding="utf-8")
    (tmp_path / "wrong.ballet").write_text(BALLET.replace("plié", "plop"), encoding="utf-8")
    names = {name: tmp_path / name for name in ("folder",)} | {"ballet": ballet}
    names |= {name: tmp_path / f"{name}.ballet" for name in ("silent", "lost", "wrong")}
    code = main(["perform", "--no-bow", "--film", "none", *(word.format(**names) for word in words)])
    said = capfd.readouterr().err
    assert code != 0
    assert says in said
    assert "Traceback" not in said
    assert ballet.read_text(encoding="utf-8") == BALLET
    made = tmp_path / "out"
    assert not made.exists() or not list(made.iterdir())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_takes_nothing_is_told_before_the_dance(
    ballet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], code: int
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(code, "no")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["perform", str(ballet), "-o", str(tmp_path / "out"), "--film", "none"]) != 0
    said = capfd.readouterr().err
    assert "would work" in said and "Traceback" not in said and "variation.ballet" in said
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("kind", ["sound", "bytes"])
def test_a_disk_that_fills_up_while_writing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def full(final: Path) -> Path:
        private = final.with_name("full" + final.suffix)
        private.symlink_to("/dev/full")
        return private

    monkeypatch.setattr(atomic, "_private_path", full)
    noise = np.random.default_rng(0).normal(size=(200_000, 2)).astype(np.float32)
    with pytest.raises(FileError) as caught:
        if kind == "sound":
            production.write_sound(tmp_path / "music.wav", noise, 44100)
        else:
            write_atomic(tmp_path / "a.bin", noise.tobytes())
    assert caught.value.what == "the disk is full" and caught.value.would_work
    assert not list(tmp_path.iterdir())


def test_the_sound_written_is_the_sound_given(tmp_path: Path) -> None:
    given = np.random.default_rng(3).uniform(-1.2, 1.2, size=(70_001, 2)).astype(np.float32)
    production.write_sound(tmp_path / "music.wav", given, 44100)
    told, rate = soundfile.read(tmp_path / "music.wav")
    assert rate == 44100 and soundfile.info(tmp_path / "music.wav").subtype == "PCM_16"
    assert told.shape == given.shape
    assert np.abs(told - np.clip(given, -1, 1)).max() < 1e-4


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody may write to")
def test_a_folder_nobody_may_write_to_is_told(ballet: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["perform", str(ballet), "-o", "/proc/petipa", "--film", "none"]) != 0
    said = capfd.readouterr().err
    assert "/proc/petipa" in said and "would work" in said and "Traceback" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00\x00",
        b"petipa 1\n" + b"1 pli\xc3",
        b"petipa 99\n1 pli\xc3\xa9\n",
        b"petipa 1\ntempo 0 3/4\n1 plie\n",
        b"petipa 1\ntempo 120 3/0\n1 plie\n",
        b"petipa 1\ntempo 120 3/4\n999999-1 plie\n",
        b"petipa 1\ntempo 120 3/4\n1 " + b"(" * 5000,
        b"petipa 1\ntempo 120 3/4\n" + b"1 plie x99999999\n",
        b"\x00" * 1000,
        b"a" * 3_000_000,
    ],
)
def test_hostile_texts_are_told_by_every_verb(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes
) -> None:
    bad = tmp_path / "bad.ballet"
    bad.write_bytes(content)
    for words in (
        ["perform", bad, "-o", tmp_path / "out", "--film", "none"],
        ["check", bad],
        ["format", bad, "--write"],
        ["strip", bad, "-o", tmp_path / "a.png"],
    ):
        assert main([str(word) for word in words]) != 0
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        assert "did not foresee" not in err
        assert "bad.ballet" in out + err
    assert bad.read_bytes() == content
    assert not (tmp_path / "a.png").exists()


def test_format_writes_back_only_what_it_understands(ballet: Path, capfd: pytest.CaptureFixture[str]) -> None:
    untidy = BALLET.replace("1        plié", "1 Plie")
    ballet.write_text(untidy, encoding="utf-8")
    assert main(["format", "--check", str(ballet)]) == 1
    assert ballet.read_text(encoding="utf-8") == untidy
    assert main(["format", str(ballet)]) == 0
    assert "1        plié" in capfd.readouterr().out
    assert main(["format", "--write", str(ballet)]) == 0
    assert ballet.read_text(encoding="utf-8") == BALLET
    assert main(["format", "--check", str(ballet)]) == 0


def test_check_says_nothing_to_mend_or_what(ballet: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ballet)]) == 0
    assert "nothing to mend" in capfd.readouterr().out
    ballet.write_text(BALLET.replace("plié", "plop"), encoding="utf-8")
    assert main(["check", str(ballet)]) == 1
    assert "^" in capfd.readouterr().out
    assert main(["check", "--json", str(ballet)]) == 1
    assert json.loads(capfd.readouterr().out)["findings"][0]["line"] == 6


def test_what_ships_and_what_is_shown_may_be_danced(tmp_path: Path) -> None:
    assert not check_of(production.shipped_variation()).errors
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme[readme.index("    petipa 1") :].split("\n\nSave")[0]
    text = "\n".join(line.removeprefix("    ") for line in block.splitlines()) + "\n"
    (tmp_path / "first.ballet").write_text(text, encoding="utf-8")
    assert check_of(tmp_path / "first.ballet").clean


def test_a_dance_to_a_click_is_called_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "morning_class.ballet"
    path.write_text(BALLET.replace('title    "Two bars"\n', ""), encoding="utf-8")
    assert prepare(Order(choreography=path), Account()).title == "morning_class"


def test_music_written_in_the_head_is_found_beside_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.ballet").write_text('petipa 1\nmusic "none.mid"\n1 plié\n', encoding="utf-8")
    with pytest.raises(PetipaError, match="is not beside it"):
        check_of(tmp_path / "a.ballet")
