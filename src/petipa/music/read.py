"""The door for music: a file of any kind in, `Music` out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from petipa.counts import Metre, Span
from petipa.errors import MusicError, PetipaError
from petipa.files import plain_file, read_limited, reading_error, unpack_mxl
from petipa.music.analysis import cadence_times
from petipa.music.limits import KERN_BYTES_MAX, MIDI_BYTES_MAX, SYMBOLIC_BYTES_MAX
from petipa.music.model import Floats, Music, Phrase
from petipa.music.symbolic import Score, perform, regroup, retime
from petipa.music.taps import BESIDE, Counted, count_taps, read_taps

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
    beats: str | Path | None = None,
    score: str | Path | None = None,
    phrases: Sequence[int] = (),
    climaxes: Sequence[int] = (),
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
    beats : str or Path, optional
        A file of beats tapped to a recording (`petipa.music.taps`); one beside it, ``NAME.taps``, is taken unasked.
    score : str or Path, optional
        MIDI, MusicXML or kern of what a recording plays: bars and beats are the score's, times the recording's.
    phrases : sequence of int, optional
        The bars in which phrases begin, in order; otherwise they are heard.
    climaxes : sequence of int, optional
        The bars of the climaxes, the highest first; otherwise they are heard.

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
    before = None if pickup is None else Fraction(pickup)
    wished = Wished(chosen, tempo, first_downbeat, before)
    try:
        music = _read(place, head, wished, beats=None if beats is None else Path(beats), score=score)
        return told_climaxes(told_phrases(music, phrases), climaxes)
    except PetipaError:
        raise
    except RecursionError as problem:
        raise MusicError("its structure is too deep to follow", where=str(place), would_work=KINDS) from problem


@dataclass(frozen=True)
class Wished:
    """What the user says of the metre, the tempo, the first downbeat [s] and the pick-up [written beats]."""

    metre: Metre | None
    tempo: float | None
    first_downbeat: float | None
    pickup: Fraction | None


def _read(place: Path, head: bytes, wished: Wished, *, beats: Path | None, score: str | Path | None) -> Music:
    from petipa.music.audio import hear_played, read_recording
    from petipa.music.kern import looks_like_kern, read_kern
    from petipa.music.midi import read_midi

    source = str(place)
    metre, tempo, first_downbeat, pickup = wished.metre, wished.tempo, wished.first_downbeat, wished.pickup
    written: Score | None = None
    if b"MThd" in head[:256]:
        contents = read_midi(read_limited(place, limit=MIDI_BYTES_MAX), source=source)
        if contents.played and score is None:
            counting = _counting(place, wished, beats)
            return hear_played(contents, metre=metre, tempo=tempo, first_downbeat=first_downbeat, counting=counting)
        written = contents.score
    elif head.startswith(b"PK\x03\x04") or _looks_like_xml(head):
        from petipa.music.musicxml import read_musicxml

        content = read_limited(place, limit=SYMBOLIC_BYTES_MAX)
        if head.startswith(b"PK"):
            content = unpack_mxl(content, where=source)
        written = read_musicxml(content, source=source)
    elif looks_like_kern(head):
        written = read_kern(read_limited(place, limit=KERN_BYTES_MAX), source=source)
    if written is not None:
        if beats is not None or score is not None:
            raise MusicError(
                f"{'beats are tapped to' if beats else 'a score is laid over'} a recording, and this is a score",
                where=source,
                would_work="the recording as the music, or the score alone",
            )
        return _perform(written, metre=metre, tempo=tempo, first_downbeat=first_downbeat, pickup=pickup)
    if score is not None and beats is not None:
        raise MusicError(
            "beats and a score cannot both say where the beats are", where=source, would_work="one of the two"
        )
    if score is not None:
        over = read_music(score, metre=metre, pickup=pickup)
        if len(over.notes) == 0:
            raise MusicError("this is no score", where=str(score), would_work="MIDI, MusicXML or kern of the music")
        return read_recording(place, score=over)
    return read_recording(
        *(place,), metre=metre, tempo=tempo, first_downbeat=first_downbeat, counting=_counting(place, wished, beats)
    )


def _counting(place: Path, wished: Wished, beats: Path | None) -> Callable[[Floats, float], Counted] | None:
    """How tapped beats, given or beside the sound, count it; None where there are none."""
    beside = place.with_suffix(BESIDE)
    if beats is None and not beside.is_file():
        return None
    path = beats or beside
    taps = read_taps(path)

    def counting(onset: Floats, last: float) -> Counted:
        return count_taps(
            taps,
            last=last,
            where=str(path),
            metre=wished.metre,
            pickup=wished.pickup,
            first_downbeat=wished.first_downbeat,
        )

    return counting


def _bars_told(music: Music, bars: Sequence[int], what: str) -> None:
    last = music.layout.last
    wrong = next((bar for bar in bars if not 1 <= bar <= last), None)
    if wrong is not None:
        raise MusicError(
            f"{what} in bar {wrong}: it has bars 1 to {last}", where=music.source, would_work=f"bars 1 to {last}"
        )


def told_phrases(music: Music, starts: Sequence[int]) -> Music:
    """The music with phrases that begin in the bars `starts`; what comes before the first is a phrase too.

    Raises
    ------
    MusicError
        If there is no such bar, or they are out of order.
    """
    if not starts:
        return music
    _bars_told(music, starts, "a phrase cannot begin")
    if any(other <= one for one, other in pairwise(starts)):
        raise MusicError(
            "the bars in which phrases begin are out of order", where=music.source, would_work="phrases 1 9 17"
        )
    phrases = []
    for first, after in pairwise([*([1] if starts[0] > 1 else []), *starts, music.layout.last + 1]):
        span = Span(music.layout.bar(first).start, music.layout.bar(after - 1).end)
        phrases.append(Phrase(first, after - 1, span, music.seconds_at(span.start), music.seconds_at(span.end)))
    kept = tuple(phrases)
    return replace(music, phrases=kept, cadences=cadence_times(kept, music.layout, music.tempo))


def told_climaxes(music: Music, bars: Sequence[int]) -> Music:
    """The music with its climaxes in these bars, the highest first.

    Raises
    ------
    MusicError
        If there is no such bar.
    """
    _bars_told(music, bars, "a climax cannot be")
    return replace(music, told_climaxes=tuple(music.seconds(bar) for bar in bars)) if bars else music


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
