"""The door for music: a file of any kind in, `Music` out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from petipa.counts import Metre
from petipa.errors import MusicError, PetipaError
from petipa.files import plain_file, read_limited, reading_error, unpack_mxl
from petipa.music.limits import KERN_BYTES_MAX, MIDI_BYTES_MAX, SYMBOLIC_BYTES_MAX
from petipa.music.model import Music
from petipa.music.symbolic import Score, perform, regroup, retime

KINDS = "MIDI (.mid), MusicXML (.musicxml, .xml, .mxl), kern (.krn) or sound (.wav, .flac, .ogg, .mp3)"


def shipped_piece() -> Path:
    """The waltz that comes with petipa."""
    return Path(__file__).parent / "pieces" / "waltz.musicxml"


def read_music(
    path: str | Path,
    *,
    metre: Metre | str | None = None,
    tempo: float | None = None,
    first_downbeat: float | None = None,
    pickup: Fraction | int | None = None,
) -> Music:
    """Read a piece of music.

    Parameters
    ----------
    path : str or Path
        MIDI, MusicXML, compressed MusicXML, Humdrum kern, or a sound file; told apart by content, not by name.
    metre : Metre or str, optional
        The metre, when the file states none or a wrong one.
    tempo : float, optional
        Written beats a minute. A score is played at it; in a recording beats are looked for near it.
    first_downbeat : float, optional
        When bar 1 beat 1 sounds [s]; in a score, where a bar line falls.
    pickup : Fraction or int, optional
        Written beats before bar 1, for scores and recordings that do not say.

    Raises
    ------
    FileError
        If the file cannot be read or is broken.
    MusicError
        If it is not music, is empty or silent, or lasts too long.
    """
    place = plain_file(path)
    try:
        chosen = Metre.parse(metre) if isinstance(metre, str) else metre
    except ValueError as problem:
        raise MusicError(str(problem), would_work="a metre such as 3/4") from None
    if tempo is not None and not 10 <= tempo <= 960:
        raise MusicError(f"a tempo of {tempo:g} cannot be danced", would_work="beats a minute, such as 120")
    try:
        with place.open("rb") as stream:
            head = stream.read(512)
    except OSError as problem:
        raise reading_error(problem, place) from problem
    if not head:
        raise MusicError("the file is empty", where=str(place), would_work=KINDS)
    beats = None if pickup is None else Fraction(pickup)
    try:
        return _read(place, head, metre=chosen, tempo=tempo, first_downbeat=first_downbeat, pickup=beats)
    except PetipaError:
        raise
    except RecursionError as problem:
        raise MusicError("its structure is too deep to follow", where=str(place), would_work=KINDS) from problem


def _read(
    place: Path,
    head: bytes,
    *,
    metre: Metre | None,
    tempo: float | None,
    first_downbeat: float | None,
    pickup: Fraction | None,
) -> Music:
    from petipa.music.kern import looks_like_kern, read_kern
    from petipa.music.midi import read_midi

    source = str(place)
    if b"MThd" in head[:256]:
        contents = read_midi(read_limited(place, limit=MIDI_BYTES_MAX), source=source)
        if contents.played:
            from petipa.music.audio import hear_played

            return hear_played(contents, metre=metre, tempo=tempo, first_downbeat=first_downbeat)
        return _perform(contents.score, metre=metre, tempo=tempo, first_downbeat=first_downbeat, pickup=pickup)
    if head.startswith(b"PK\x03\x04") or _looks_like_xml(head):
        from petipa.music.musicxml import read_musicxml

        content = read_limited(place, limit=SYMBOLIC_BYTES_MAX)
        if head.startswith(b"PK"):
            content = unpack_mxl(content, where=source)
        score = read_musicxml(content, source=source)
        return _perform(score, metre=metre, tempo=tempo, first_downbeat=first_downbeat, pickup=pickup)
    if looks_like_kern(head):
        score = read_kern(read_limited(place, limit=KERN_BYTES_MAX), source=source)
        return _perform(score, metre=metre, tempo=tempo, first_downbeat=first_downbeat, pickup=pickup)
    from petipa.music.audio import read_recording

    return read_recording(place, metre=metre, tempo=tempo, first_downbeat=first_downbeat)


def _perform(
    score: Score, *, metre: Metre | None, tempo: float | None, first_downbeat: float | None, pickup: Fraction | None
) -> Music:
    """The music of a score, counted and paced as the user asks."""
    music = perform(retime(regroup(score, metre=metre, pickup=pickup), tempo=tempo))
    if first_downbeat is None or pickup is not None:
        return music
    if not 0.0 <= first_downbeat < music.duration:
        raise MusicError(
            f"the first downbeat at {first_downbeat:g} s lies outside the music",
            where=score.source,
            would_work=f"a time between 0 and {music.duration:.1f} s",
        )
    # In a score the bar line nearest to the moment is meant; what comes before is the pick-up, a bar at most.
    place = Fraction(round(music.beats_at(first_downbeat) * 2), 2) + music.pickup
    chosen = metre or music.metre
    return perform(retime(regroup(score, metre=chosen, pickup=place % chosen.beats), tempo=tempo))


def _looks_like_xml(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"<") or head.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<"))
