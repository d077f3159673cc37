"""The command line: what it says, when it fails, and how."""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from petipa.cli import main as command
from petipa.cli.failure import explain
from petipa.cli.main import main
from petipa.errors import DancerError, FileError, PetipaError
from petipa.motion.model import Motion

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run petipa with these words: its exit code, and what it printed on either stream."""
    monkeypatch.delenv("PETIPA_DEBUG", raising=False)

    def run_it(*words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return run_it


def assert_told(code: int, err: str, *says: str) -> None:
    """A failure that says what it is and what would work, without a traceback."""
    assert code != 0
    assert "Traceback" not in err
    assert "would work" in err
    for words in says:
        assert words in err


@pytest.mark.parametrize("verb", sorted(command.petipa.commands))
def test_every_verb_explains_itself(run: Run, verb: str) -> None:
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert out.startswith("Usage: petipa")


def test_an_unknown_verb_offers_a_near_one(run: Run) -> None:
    code, _, err = run("stepz")
    assert code == 2
    assert "steps" in err


def test_steps_lists_and_opens_an_entry(run: Run) -> None:
    code, out, _ = run("steps")
    assert code == 0
    assert "glissade" in out
    code, out, _ = run("steps", "Assemble")
    assert code == 0
    assert out.startswith("assemblé")


def test_steps_json_is_json(run: Run) -> None:
    code, out, _ = run("steps", "--json")
    assert code == 0
    assert {"assemble", "plie", "grand_jete"} <= {entry["key"] for entry in json.loads(out)}


def test_an_unknown_step_is_told(run: Run) -> None:
    assert_told(*run("steps", "asemblee-ish")[::2], "no step is called")


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (DancerError("no dancer is called 'anna'", would_work="noah"), "noah"),
        (FileError("the disk is full", where="out/film.mp4", would_work="free some space"), "out/film.mp4"),
        (PermissionError(errno.EACCES, "Permission denied", "secret.mid"), "secret.mid"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (MemoryError(), "memory"),
        (ModuleNotFoundError("No module named 'av'"), "make install"),
        (ZeroDivisionError("division by zero"), "--debug"),
    ],
)
def test_every_failure_says_what_would_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, problem: Exception, says: str
) -> None:
    def stumble(**_: object) -> None:
        raise problem

    monkeypatch.setattr(command.petipa, "main", stumble)
    assert_told(*run("steps")[::2], says)
    with pytest.raises(type(problem)):
        main(["steps", "--debug"])
    monkeypatch.setenv("PETIPA_DEBUG", "1")
    with pytest.raises(type(problem)):
        main(["steps"])


def test_an_interrupt_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.petipa, "main", stop)
    code, _, err = run("steps")
    assert code == 130
    assert "interrupted" in err


HALF_MADE = """
import os, signal, sys
from petipa.cli import main as command

class HalfMade:
    def __init__(self):
        os.kill(os.getpid(), signal.{name})
        self.handle = 1
    def __del__(self):
        del self.handle

command.petipa.main = lambda **_: HalfMade()
sys.exit(command.main(["steps"]))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_that_finds_an_object_half_made_is_no_traceback(name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HALF_MADE.format(name=name)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 130
    assert "interrupted" in ended.stderr and "Traceback" not in ended.stderr


def test_every_error_of_the_tree_is_told_the_same_way() -> None:
    kinds = [PetipaError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        if kind.__init__ is not PetipaError.__init__:
            continue  # made of more than words
        said = explain(kind("it is broken", where="here.ballet:3:7", would_work="mend it"))
        assert re.fullmatch(r"petipa: here\.ballet:3:7: it is broken\n  what would work: mend it", said)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.mid"),
        (b"hello", "words.mid"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x02", "cut.mid"),
        (b"<score-partwise", "cut.musicxml"),
        (b"PK\x03\x04 not a zip", "broken.mxl"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "cut.wav"),
        (bytes(range(256)) * 20, "noise.mp3"),
    ],
)
def test_music_that_is_none_is_told(run: Run, tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert_told(*run("music", tmp_path / name)[::2], name)


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("tempo 1e99 3/4", "tempo 120 3/4"),
        ("tempo 120 0/0", "tempo 120 3/4"),
        ("metre waltz", "metre 3/4"),
        ("upbeat 100", "upbeat 1"),
        ("downbeat soon", "downbeat 1.25"),
        ("counting sheep", "counting bars"),
        ("school hogwarts", "school vaganova"),
        ("setting moon", "setting moonlit"),
        ("costume jeans", "costume classical"),
        ("dancer ***", "dancer noah"),
        ("title", "title "),
        ("9999999-99999999 plié", "bars up to 20000"),
        ("30000 plié", "bars up to 20000"),
    ],
)
def test_every_slip_of_the_heading_says_what_would_work(run: Run, tmp_path: Path, line: str, mend: str) -> None:
    path = tmp_path / "slip.ballet"
    path.write_text(f"petipa 1\n{line}\n", encoding="utf-8")
    code, out, _ = run("check", path)
    assert code == 1
    assert "slip.ballet:2:1: E10" in out
    assert f"would work: {mend}" in out


def test_more_bars_than_anyone_dances_are_told_with_their_file(run: Run, tmp_path: Path) -> None:
    head = "petipa 1\ntempo 120 3/4\n"
    path = tmp_path / "endless.ballet"
    path.write_text(f"{head}3000 plié\n", encoding="utf-8")
    assert_told(*run("check", path)[::2], "endless.ballet", "2000 bars")
    assert_told(*run("perform", path, "-o", tmp_path / "out")[::2], "endless.ballet", "2000 bars")
    path.write_text(head + "".join(f"{bar} plié\n" for bar in range(1, 6000)), encoding="utf-8")
    code, out, _ = run("check", path)
    assert code == 1 and "endless.ballet:" in out and "E102" in out


@pytest.mark.parametrize("verb", ["measure", "strip", "export"])
def test_a_folder_without_a_dance_is_told(run: Run, tmp_path: Path, verb: str) -> None:
    more = {"strip": ("-o", tmp_path / "a.png"), "export": ("-o", tmp_path / "a.glb")}.get(verb, ())
    assert_told(*run(verb, tmp_path, *more)[::2], "no dance is in this folder", "petipa perform")
    assert_told(*run(verb, tmp_path / "nowhere", *more)[::2], "no such file")
    (tmp_path / "motion.npz").write_bytes(b"PK\x03\x04 not ours")
    assert_told(*run(verb, tmp_path, *more)[::2], "motion.npz", "petipa perform")
    assert not (tmp_path / "a.png").exists() and not (tmp_path / "a.glb").exists()


def _odd_motions() -> dict[str, Motion]:
    q = np.zeros((4, 77))
    sound = Motion(60.0, 0.0, q, np.zeros((4, 2), np.uint8), np.zeros((4, 2, 3)), np.zeros((4, 2, 2)), (), (), "noah")
    return {
        "narrow": replace(sound, q=q[:, :3]),
        "empty": replace(sound, q=q[:0], feet=sound.feet[:0], forces=sound.forces[:0], cops=sound.cops[:0]),
        "short": replace(sound, feet=sound.feet[:2]),
        "not a number": replace(sound, q=np.full((4, 77), np.nan)),
        "no rate": replace(sound, rate=0.0),
        "another's breath": replace(sound, air=np.zeros(3)),
        "nobody": replace(sound, dancer="nobody"),
    }


@pytest.mark.parametrize("odd", sorted(_odd_motions()))
@pytest.mark.parametrize("verb", ["measure", "export"])
def test_a_motion_that_is_no_dance_is_told(run: Run, tmp_path: Path, verb: str, odd: str) -> None:
    (tmp_path / "motion.npz").write_bytes(_odd_motions()[odd].to_bytes())
    more = ("-o", tmp_path / "a.bvh") if verb == "export" else ()
    assert_told(*run(verb, tmp_path, *more)[::2], "nobody" if odd == "nobody" else "motion.npz")
    assert not (tmp_path / "a.bvh").exists()


@pytest.mark.parametrize("name", ["dance.fbx", "dance", "dance.GLTF"])
def test_a_kind_of_file_nothing_is_written_as_is_told(run: Run, tmp_path: Path, name: str) -> None:
    assert_told(*run("export", tmp_path, "-o", tmp_path / name)[::2], name, ".glb", ".usdc", ".bvh")


def test_music_that_is_a_folder_or_missing_is_told(run: Run, tmp_path: Path) -> None:
    assert_told(*run("music", tmp_path)[::2], str(tmp_path))
    assert_told(*run("music", tmp_path / "nothing.mid")[::2], "nothing.mid")


def test_music_takes_phrases_climaxes_and_an_upbeat_as_a_header_does(run: Run) -> None:
    code, out, err = run("music", "--json", "--phrases", "1 5, 21", "--climax", "30 8")
    assert code == 0, err
    heard = json.loads(out)
    assert [one["bars"][0] for one in heard["phrases"]] == [1, 5, 21]
    assert [one["bar"] for one in heard["climaxes"]] == [30, 8]
    code, out, err = run("music", "--json", "--metre", "3/4", "--upbeat", "1")
    assert code == 0, err
    assert json.loads(out)["pickup_beats"] == "1"


@pytest.mark.parametrize(
    ("option", "words", "named"),
    [("--phrases", "one", "--phrases"), ("--climax", "", "--climax"), ("--upbeat", "x", "--upbeat")],
)
def test_music_says_what_is_no_bar(run: Run, option: str, words: str, named: str) -> None:
    code, _, err = run("music", option, words)
    assert code == 2
    assert named in err


def test_music_says_which_bars_there_are(run: Run) -> None:
    code, _, err = run("music", "--phrases", "1 500")
    assert code == 1
    assert "bars 1 to 48" in err
