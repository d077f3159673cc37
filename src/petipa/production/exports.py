"""A performed dance as files of other programs, and as a poster."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.errors import ChoreographyError, FileError
from petipa.files import write_atomic
from petipa.production.folder import act_of_folder, load_motion, performed_in
from petipa.production.order import Account, Order, Performed, Report, Stage
from petipa.production.staging import draped
from petipa.showing import Costume, Setting

if TYPE_CHECKING:
    from petipa.stage.act import Act


EXPORTS = {
    ".glb": "glTF, skinned and animated, with the costume",
    ".usdc": "USD, binary",
    ".usda": "USD, as text",
    ".usdz": "USD, in one package",
    ".bvh": "the bones alone, as motion capture has them",
}
"""What a dance can be written as for other programs, by the suffix of the file."""


def export_of(place: Path, out: Path, *, costume: bool = True, report: Report | None = None) -> Performed:
    """Write the dance of a folder `perform` filled, or of a ``motion.npz``, for other programs.

    Parameters
    ----------
    out : Path
        The file; its suffix, one of `EXPORTS`, says what it is to be.
    costume : bool
        Whether her costume is draped and written too, where the file can hold it.

    Raises
    ------
    PetipaError
        There is no motion of ours, no such kind of file, what writes it is not installed, or it cannot be written.
    """
    from petipa.dancer import load_dancer

    kind = out.suffix.lower()
    if kind not in EXPORTS:
        raise FileError(
            f"a dance cannot be written as {kind or 'a file without a suffix'}",
            where=str(out),
            would_work="a name that ends in " + ", ".join(f"{suffix} ({what})" for suffix, what in EXPORTS.items()),
        )
    account = Account(report)
    motion = load_motion(place)
    if kind == ".bvh":
        from petipa.exchange.bvh import write_bvh

        with account.stage(Stage.EXPORT):
            write_bvh(out, motion, load_dancer(motion.dancer).skeleton)
    else:
        if kind != ".glb":
            from petipa.exchange.usd import need_usd

            need_usd()  # better missed before the costume is draped for nothing
        act, seed = act_of_folder(place, motion)
        if costume:
            with account.stage(Stage.DRAPE) as share:
                act = replace(act, drape=draped(load_dancer(motion.dancer), motion, act, Order(seed=seed), share))
        from petipa.stage.face import face_of

        with account.stage(Stage.EXPORT):
            face = face_of(act)
            if kind == ".glb":
                from petipa.exchange.gltf import write_glb

                write_glb(out, act, face=face)
            else:
                from petipa.exchange.usd import write_usd

                write_usd(out, act, face=face)
    danced = (len(motion.q) - 1) / motion.rate
    return Performed({out.name: out}, account.seconds, danced, tuple(account.remarks), {})


SWAYS = 2.0
"""How long before a still its costume begins to move [s]; what it did before that is forgotten by then."""


def poster_of(
    folder: Path,
    out: Path,
    *,
    at: str = "best",
    size: tuple[int, int] = (1920, 1080),
    samples: int = 16,
    lettered: bool = False,
    setting: Setting | None = None,
    costume: Costume | None = None,
    report: Report | None = None,
) -> Performed:
    """Draw one moment of a folder `perform` filled as a still worth printing.

    Parameters
    ----------
    out : Path
        The picture, a PNG, JPEG or WebP.
    at : str
        A count such as ``12:1`` or ``12:2+1/2``, seconds from the dance's first moment, or ``best``.
    size : (width, height) [px]
    samples : int
        Drawings that are averaged.
    lettered : bool
        Whether title, dancer and step are written on it.
    setting, costume : Setting, Costume or None
        As it was performed where there is none.

    Raises
    ------
    PetipaError
        There is no dance, no such moment, no browser, or the file cannot be written.
    """
    from petipa.dancer import load_dancer
    from petipa.stage.browser import find_browser
    from petipa.stage.poster import best_moment, draw_poster, held, picture_bytes, poster_kind

    suffix = poster_kind(out)
    account = Account(report)
    motion, beats, title = performed_in(folder)
    find_browser()  # better missed before anything is draped for nothing
    act, seed = act_of_folder(folder, motion)
    act = replace(act, beats=tuple(beats), setting=setting or act.setting, costume=costume or act.costume)
    seconds = best_moment(act) if at == "best" else _moment(at, act, where=str(folder))
    frame = round(seconds * act.rate)
    with account.stage(Stage.DRAPE) as share:
        # An even number of frames, so that the costume's last, of every second, is the moment's.
        first = max(frame - 2 * round(SWAYS * act.rate / 2), frame % 2)
        piece = slice(first, frame + 1)
        lately = replace(act, rotations=act.rotations[piece], positions=act.positions[piece])
        hung = draped(load_dancer(motion.dancer), motion, lately, Order(seed=seed), share)
    if hung is not None:
        act = held(act, hung, frame)
    here = [step for step in motion.steps if step.t0 - act.start <= seconds] or list(motion.steps[:1])
    label = here[-1].label if here else ""
    with account.stage(Stage.POSTER) as share:
        picture = draw_poster(
            act,
            seconds,
            size=size,
            samples=samples,
            lettered=title if lettered else "",
            beneath=" · ".join(words for words in (motion.dancer.title(), label) if words),
            progress=share,
        )
        write_atomic(out, picture_bytes(picture, suffix))
    count = f"bar {here[-1].bar}, " if here else ""
    account.remarks.append(f"{count}{seconds:.2f} s{': ' + label if label else ''}")
    danced = (len(motion.q) - 1) / motion.rate
    return Performed({out.name: out}, account.seconds, danced, tuple(account.remarks), {})


_COUNT = re.compile(r"(\d{1,5}):(\d{1,3})(?:\+(\d{1,3})/([1-9]\d{0,2}))?")


def _moment(at: str, act: Act, *, where: str) -> float:
    """Seconds from an act's start of a count (``12:1``, ``12:2+1/2``) or of seconds as they are written."""
    would_work = f"best, a count such as 12:1, or seconds from 0 to {act.duration:.1f}"
    if found := _COUNT.fullmatch(at.strip()):
        bar, beat = int(found[1]), int(found[2])
        share = Fraction(int(found[3]), int(found[4])) if found[3] else Fraction(0)
        known = [number for number, one in enumerate(act.beats) if (one.bar, one.beat) == (bar, beat)]
        if not known:
            raise ChoreographyError(f"the music has no count {at}", where=where, would_work=would_work)
        beats = [one.time for one in act.beats[known[0] : known[0] + 2]]
        seconds = beats[0] + float(share) * (beats[-1] - beats[0]) - act.start
    else:
        try:
            seconds = float(at)
        except ValueError:
            raise ChoreographyError(f"{at[:40]!r} is no moment", where=where, would_work=would_work) from None
    if not -1e-6 <= seconds <= act.duration + 1e-6:
        raise ChoreographyError(f"she is not on stage at {at}", where=where, would_work=would_work)
    return min(max(seconds, 0.0), act.duration)
