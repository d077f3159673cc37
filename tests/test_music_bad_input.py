"""Music that is no music: a clear message each time, bounded memory, never a traceback."""

from __future__ import annotations

import io
import os
import random
import tracemalloc
import wave
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from petipa.counts import Metre
from petipa.errors import FileError, MusicError, PetipaError
from petipa.files import unpack_mxl
from petipa.music import click_music, read_music, shipped_piece
from petipa.music.midi import write_midi

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><score-partwise>&c;</score-partwise>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><score-partwise>&x;</score-partwise>"""


def refused(path: Path, content: bytes | None = None, **wishes: object) -> PetipaError:
    """The error `read_music` raises for a file, which must say where, what, and what would work."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((FileError, MusicError)) as caught:
        read_music(path, **wishes)  # type: ignore[arg-type]
    assert caught.value.what
    assert caught.value.would_work
    assert str(path) in caught.value.where or wishes
    assert "Traceback" not in str(caught.value)
    return caught.value


def mxl(**members: bytes) -> bytes:
    """A zip archive of the given members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


@pytest.fixture(scope="module")
def midi() -> bytes:
    """A small, good MIDI file."""
    return write_midi(click_music(tempo=120, metre=Metre(3, 4), bars=4).notes)


@pytest.mark.parametrize("name", ["x.mid", "x.musicxml", "x.mxl", "x.wav", "x.mp3", "x.flac", "x.ogg", "x"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"not music at all\n" * 40, bytes(range(256)) * 8, b"<", b"PK\x03\x04", b"MThd", b"RIFF"]
)
def test_what_is_no_music(tmp_path: Path, name: str, content: bytes) -> None:
    refused(tmp_path / name, content)


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.mid").what
    assert "folder" in refused(tmp_path).what
    refused(tmp_path / "x\x00y.mid")
    os.mkfifo(tmp_path / "pipe.wav")
    assert "ordinary file" in refused(tmp_path / "pipe.wav").what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.mid"
    path.write_bytes(b"MThd")
    path.chmod(0)
    assert "permission" in refused(path).what


# XML


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_are_refused(tmp_path: Path, content: bytes) -> None:
    assert "entities" in refused(tmp_path / "x.musicxml", content).what
    assert "entities" in refused(tmp_path / "x.mxl", mxl(score_dot_xml=content)).what


def test_other_xml_is_refused(tmp_path: Path) -> None:
    assert "MusicXML" in refused(tmp_path / "x.xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>").what
    assert "notes" in refused(tmp_path / "x.xml", b"<score-partwise/>").what
    assert "nested" in refused(tmp_path / "x.xml", b"<score-partwise>" + b"<a>" * 100_000).what


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_cut_scores_are_refused(tmp_path: Path, share: float) -> None:
    whole = shipped_piece().read_bytes()
    assert "XML" in refused(tmp_path / "x.musicxml", whole[: int(share * len(whole))]).what


def test_a_doctype_is_welcome(tmp_path: Path) -> None:
    assert b"<!DOCTYPE" in shipped_piece().read_bytes()[:400]
    read_music(shipped_piece())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<divisions>8</divisions>", b"<divisions>0</divisions>"),
        (b"<divisions>8</divisions>", b"<divisions>-3</divisions>"),
        (b"<divisions>8</divisions>", b"<divisions>nan</divisions>"),
        (b"<divisions>8</divisions>", b"<divisions>1e300</divisions>"),
        (b"<beats>3</beats>", b"<beats>0</beats>"),
        (b"<beats>3</beats>", b"<beats>999999999</beats>"),
        (b"<beat-type>4</beat-type>", b"<beat-type>x</beat-type>"),
        (b"<octave>5</octave>", b"<octave>99999</octave>"),
        (b"<octave>5</octave>", b"<octave>inf</octave>"),
        (b"<duration>8</duration>", b"<duration>-8</duration>"),
        (b"<duration>8</duration>", b"<duration>1e400</duration>"),
        (b'tempo="132"', b'tempo="0"'),
        (b'tempo="132"', b'tempo="1e9"'),
        (b'<sound tempo="120"/>', b'<sound tempo="nan"/>'),
        (b'dynamics="', b'dynamics="-'),
        (b"<step>A</step>", b"<step>H</step>"),
    ],
)
def test_nonsense_in_a_score_is_survived(tmp_path: Path, old: bytes, new: bytes) -> None:
    whole = shipped_piece().read_bytes()
    assert old in whole
    path = tmp_path / "x.musicxml"
    path.write_bytes(whole.replace(old, new))
    try:
        music = read_music(path)
    except PetipaError as problem:
        assert problem.would_work
    else:
        assert np.all(np.isfinite(music.beats))
        assert np.all(np.diff(music.beats) > 0)


def test_endless_repeats_end(tmp_path: Path) -> None:
    bar = (
        "<measure><barline><repeat direction='forward'/></barline><note><pitch><step>C</step><octave>5</octave></pitch>"
        "<duration>4</duration></note><barline><repeat direction='backward' times='999999999'/></barline></measure>"
    )
    content = f"<score-partwise><part id='P'>{bar * 900}</part></score-partwise>".encode()
    assert "bars" in refused(tmp_path / "x.xml", content).what


def test_jumps_in_a_circle_end(tmp_path: Path) -> None:
    bar = (
        "<measure><note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration></note>"
        "<sound dacapo='yes' dalsegno='x' tocoda='x' segno='x' coda='x'/></measure>"
    )
    path = tmp_path / "x.xml"
    path.write_bytes(f"<score-partwise><part id='P'>{bar * 3}</part></score-partwise>".encode())
    assert read_music(path).layout.last < 12


# MXL


def test_a_bomb_is_counted_while_it_unpacks(tmp_path: Path) -> None:
    bomb = mxl(score_dot_xml=b"\x00" * (300 << 20))
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    problem = refused(tmp_path / "x.mxl", bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "MiB" in problem.what
    assert peak < 200 << 20


def test_the_size_an_archive_states_is_not_believed() -> None:
    bomb = bytearray(mxl(score_dot_xml=b"\x00" * (80 << 20)))
    size = (80 << 20).to_bytes(4, "little")
    lie = bomb.replace(size, (100).to_bytes(4, "little"))
    with pytest.raises(FileError):
        unpack_mxl(bytes(lie), where="x.mxl")


def test_archives_without_a_score(tmp_path: Path) -> None:
    assert "no score" in refused(tmp_path / "x.mxl", mxl(readme_dot_txt=b"hello")).what
    container = b'<container><rootfiles><rootfile full-path="../../etc/passwd"/></rootfiles></container>'
    assert "no score" in refused(tmp_path / "x.mxl", mxl(**{"META-INF__container_dot_xml": container})).what
    good = mxl(score_dot_xml=shipped_piece().read_bytes())
    refused(tmp_path / "x.mxl", good[: len(good) // 2])
    many = mxl(**{f"f{i}": b"" for i in range(3000)})
    assert "members" in refused(tmp_path / "x.mxl", many).what


# MIDI


def test_a_cut_midi_file_keeps_what_is_there(tmp_path: Path, midi: bytes) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(midi[: len(midi) * 2 // 3])
    assert any("cut short" in remark for remark in read_music(path).remarks)
    assert "notes" in refused(path, midi[:30]).what


def test_absurd_midi(tmp_path: Path, midi: bytes) -> None:
    path = tmp_path / "x.mid"
    assert "type 2" in refused(path, midi[:8] + b"\x00\x02" + midi[10:]).what
    assert "clock" in refused(path, midi[:12] + b"\x00\x00" + midi[14:]).what
    # A track that claims four gigabytes, sixty-five thousand tracks, a note an hour away and one a year away.
    read = midi[:18] + b"\xff\xff\xff\xff" + midi[22:]
    path.write_bytes(read[:10] + b"\xff\xff" + read[12:])
    assert len(read_music(path).notes) > 0
    far = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x01MTrk\x00\x00\x00\x10"
    for delta in (b"\x81\x80\x00", b"\xff\xff\xff\x7f"):
        refused(path, far + delta + b"\x90\x3c\x40\x10\x80\x3c\x40" + delta + b"\x90\x3e\x40\x00\xff\x2f\x00")


def test_too_many_notes(tmp_path: Path) -> None:
    body = b"\x00\x90\x3c\x40" + b"\x00\x3c\x40\x01\x3c\x00" * 300_000
    content = (
        b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk"
        + (len(body) + 4).to_bytes(4, "big")
        + body
        + b"\x00\xff\x2f\x00"
    )
    assert "notes" in refused(tmp_path / "x.mid", content).what


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["midi", "musicxml", "mxl"])
def test_broken_bytes_never_surprise(tmp_path: Path, midi: bytes, kind: str) -> None:
    xml = shipped_piece().read_bytes()[:9000] + b"</measure></part></score-partwise>"
    whole = {"midi": midi, "musicxml": xml, "mxl": mxl(score_dot_xml=xml)}[kind]
    rng = random.Random(5)
    path = tmp_path / "x"
    for _ in range(120):
        broken = bytearray(whole)
        for _ in range(rng.choice([1, 3, 20])):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        if rng.random() < 0.2:
            del broken[rng.randrange(len(broken)) :]
        path.write_bytes(bytes(broken) or b"x")
        try:
            music = read_music(path)
        except PetipaError as problem:
            assert problem.would_work
        else:
            assert np.all(np.diff(music.beats) > 0)


# Sound


def sound(path: Path, samples: np.ndarray, *, rate: int = 44100, kind: str | None = None) -> Path:
    """Write samples as a sound file."""
    soundfile.write(path, samples, rate, format=kind, subtype="FLOAT" if kind == "WAV" else None)
    return path


@pytest.mark.parametrize("name", ["x.wav", "x.flac", "x.ogg", "x.mp3"])
def test_silence(tmp_path: Path, name: str) -> None:
    assert "silent" in refused(sound(tmp_path / name, np.zeros((44100 * 5, 2)))).what


def test_nothing_and_next_to_nothing(tmp_path: Path) -> None:
    refused(sound(tmp_path / "x.wav", np.zeros((0, 2))))
    rng = np.random.default_rng(0)
    assert "lasts only" in refused(sound(tmp_path / "x.wav", rng.normal(0, 0.1, (20000, 2)))).what


def test_broken_numbers(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(0, 0.1, (44100 * 8, 2))
    samples[::22050] = 1e30
    samples[5] = np.nan
    samples[7] = np.inf
    path = sound(tmp_path / "x.wav", samples, kind="WAV")
    try:
        music = read_music(path)
    except PetipaError as problem:
        assert problem.would_work
    else:
        assert np.all(np.isfinite(music.samples))


def test_two_opposite_channels_are_no_silence(tmp_path: Path) -> None:
    click = click_music(tempo=120, metre=Metre(3, 4), bars=8).samples
    path = sound(tmp_path / "x.wav", np.column_stack([click[:, 0], -click[:, 0]]))
    assert len(read_music(path).beats) > 10


@pytest.mark.parametrize("rate", [8000, 22050, 48000, 96000])
def test_any_rate_and_one_channel(tmp_path: Path, rate: int) -> None:
    time = np.arange(rate * 8) / rate
    ticks = np.sin(2 * np.pi * 880 * time) * np.exp(-20 * (time % 0.5))
    music = read_music(sound(tmp_path / "x.wav", ticks, rate=rate), metre="4/4")
    assert music.samples.shape == pytest.approx((44100 * 8, 2), abs=2)
    assert np.median(np.diff(music.beats)) == pytest.approx(0.5, abs=0.01)


def test_two_hours_are_too_long(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(4000)
        out.writeframes(bytes([128, 140]) * (4000 * 3600))
    tracemalloc.start()
    problem = refused(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "120 minutes" in problem.what
    assert peak < 50 << 20
    score = shipped_piece().read_bytes().replace(b'tempo="', b'x="').replace(b"<beats>3</beats>", b"<beats>3</beats>")
    long = score.replace(b"<duration>8</duration>", b"<duration>80000</duration>")
    assert "minutes" in refused(tmp_path / "x.musicxml", long).what


@pytest.mark.parametrize("name", ["x.flac", "x.ogg", "x.mp3", "x.wav"])
def test_cut_recordings(tmp_path: Path, name: str) -> None:
    click = click_music(tempo=120, metre=Metre(3, 4), bars=8).samples
    path = sound(tmp_path / name, click)
    whole = path.read_bytes()
    for share in (0.005, 0.01, 0.5):
        path.write_bytes(whole[: int(share * len(whole))])
        try:
            music = read_music(path)
        except PetipaError as problem:
            assert problem.would_work
            assert "not exist" not in problem.what
        else:
            assert music.duration < 13


# Wishes


@pytest.mark.parametrize(
    "wishes",
    [
        {"metre": "3/0"},
        {"metre": "waltz"},
        {"tempo": 0},
        {"tempo": -5.0},
        {"tempo": float("nan")},
        {"tempo": 1e9},
        {"pickup": Fraction(-1)},
        {"pickup": 1000},
    ],
)
def test_wishes_that_make_no_sense(wishes: dict[str, object]) -> None:
    with pytest.raises(MusicError) as caught:
        read_music(shipped_piece(), **wishes)  # type: ignore[arg-type]
    assert caught.value.would_work


@pytest.mark.parametrize("first", [-1.0, 1e6, float("nan")])
def test_a_first_beat_outside_the_music(tmp_path: Path, first: float) -> None:
    path = sound(tmp_path / "x.wav", click_music(tempo=120, metre=Metre(3, 4), bars=8).samples)
    assert "first downbeat" in refused(path, first_downbeat=first).what


@pytest.mark.parametrize(
    "make",
    [
        lambda: click_music(tempo=0, metre=Metre(3, 4), bars=4),
        lambda: click_music(tempo=120, metre=Metre(3, 4), bars=0),
        lambda: click_music(tempo=120, metre=Metre(3, 4), bars=10**9),
        lambda: click_music(tempo=float("nan"), metre=Metre(3, 4), bars=4),
    ],
)
def test_clicks_that_make_no_sense(make: Callable[[], object]) -> None:
    with pytest.raises(MusicError):
        make()
