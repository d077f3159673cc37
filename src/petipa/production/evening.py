"""The whole evening: every stage in its order, its files kept, what is still good not made again."""

from __future__ import annotations

import platform
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petipa import __version__
from petipa.files import make_folder, write_atomic
from petipa.production.dancing import dance_or_keep, danced_before
from petipa.production.ledger import Ledger, digest, write_json
from petipa.production.measuring import measured, shortcomings
from petipa.production.order import SWELL_RATE, Account, FilmKind, Order, Performed, Report, Stage
from petipa.production.pictures import all_through, band_of, drawn_strip, while_danced
from petipa.production.programme import Programme, choreography_name, prepare
from petipa.production.staging import beats_of, draped, heard_in_the_house, swell_of, titles_of, write_sound

if TYPE_CHECKING:
    from petipa.motion.model import Motion


def _write_measures(ledger: Ledger, measures: dict[str, Any], account: Account, key: str) -> dict[str, Any]:
    """Write the measures with the seconds of every stage so far."""
    measures = {**measures, "seconds_by_stage": {name: round(taken, 3) for name, taken in account.seconds.items()}}
    write_json(ledger.out / "measures.json", measures)
    ledger.add("measures.json", key)
    return measures


def _write_manifest(ledger: Ledger, order: Order, programme: Programme, motion: Motion, account: Account) -> None:
    """Write what went in, what came out and how long it took; file names only, since folders are private."""
    versions = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "numba", "soundfile", "av"):
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    write_json(
        ledger.out / "manifest.json",
        {
            "petipa": __version__,
            "title": programme.title,
            "music": {"source": Path(programme.music.source).name, "kind": programme.music.kind},
            "choreography": choreography_name(order),
            "dancer": programme.dancer.name,
            "seed": order.seed,
            "setting": (order.setting or programme.choreography.setting).value,
            "costume": (order.costume or programme.choreography.costume).value,
            "bars": [programme.steps[0].bar, programme.steps[-1].bar],
            "music_starts_at": motion.start,
            "danced_seconds": (len(motion.q) - 1) / motion.rate,
            "seconds_by_stage": {name: round(taken, 3) for name, taken in account.seconds.items()},
            "remarks": account.remarks,
            "swell": {"rate": SWELL_RATE, "values": swell_of(programme.music)},
            "piece": programme.piece.to_json(),
            "counts": [[beat.bar, beat.beat, round(beat.time, 4)] for beat in beats_of(programme.music)],
            "versions": versions,
            "files": ledger.entries,
        },
    )


def perform(order: Order, *, report: Report | None = None) -> Performed:
    """Make everything an order asks for.

    Raises
    ------
    PetipaError
        The first thing that could not be done; what was made before stays, whole, in its place.
    """
    from petipa.exchange.bvh import write_bvh
    from petipa.motion.model import Motion
    from petipa.music import CURVE_RATE
    from petipa.stage.act import act_of_motion
    from petipa.stage.audience import reactions

    account = Account(report)
    out = make_folder(order.out)
    ledger = Ledger.open(out)
    programme = prepare(order, account)
    key = digest(programme.key, str(order.seed))

    kept = ledger.holds("motion.npz", key)
    earlier = None if kept else danced_before(ledger, programme, order)

    # Written first: a folder that cannot be written to is better known before the dance than after it.
    write_atomic(out / "variation.ballet", programme.text.encode())
    ledger.add("variation.ballet", key)

    if kept:
        motion = Motion.load(out / "motion.npz")
        account.remarks.append("the motion found there was of the same dance and is kept")
    else:
        motion = dance_or_keep(programme, order, account, earlier=earlier)
        write_atomic(out / "motion.npz", motion.to_bytes())
        ledger.add("motion.npz", key)
        # The longest work but the film is done: whatever hinders the rest, it need not be done again.
        _write_manifest(ledger, order, programme, motion, account)
    if not ledger.holds("motion.bvh", key):
        write_bvh(out / "motion.bvh", motion, programme.dancer.skeleton)
        ledger.add("motion.bvh", key)

    with account.stage(Stage.MEASURE):
        swell = swell_of(programme.music)
        measures, felt = measured(
            motion, programme.dancer, programme.lexicon, programme.steps, swell=swell, piece=programme.piece
        )
    account.remarks += shortcomings(measures, motion)
    _write_measures(ledger, measures, account, key)

    music = programme.music
    act = act_of_motion(
        title=programme.title,
        skeleton=programme.dancer.skeleton,
        motion=motion,
        music=(music.samples, music.rate),
        beats=beats_of(music),
        phrases=[(one.seconds, one.seconds_end) for one in music.phrases],
        setting=order.setting or programme.choreography.setting,
        costume=order.costume or programme.choreography.costume,
        swell=(music.swell, CURVE_RATE),
    )
    music_key = digest(key, act.music().tobytes())
    if not ledger.holds("music.wav", music_key):
        write_sound(out / "music.wav", act.music(), act.sample_rate)
        ledger.add("music.wav", music_key)
    if order.audience:
        beats = music.beats.tolist()
        answers = reactions(felt, start=act.start, end=act.end, last_chord=music.last_chord, beats=beats)
        act = replace(act, reactions=answers)
    sound_key = digest(music_key, repr(act.reactions))
    if not ledger.holds("strip.png", key):
        with account.stage(Stage.STRIP):
            accents = [(one["count"], one["danced"], one["error_ms"]) for one in measures["accents"]]
            heard = None if music.kind == "click" else band_of(programme.piece, act.beats, swell, accents)
            png = drawn_strip(
                motion,
                programme.dancer,
                while_danced(motion, all_through(motion, act.beats)),
                views=("front", "side"),
                title=programme.title,
                costume=act.costume,
                band=heard,
            )
            write_atomic(out / "strip.png", png)
        ledger.add("strip.png", key)
    _write_manifest(ledger, order, programme, motion, account)

    shows = ["page.html", "dancer.glb"] + ([] if order.film is FilmKind.NONE else ["film.mp4"])
    page_key = digest(sound_key, act.setting.value, act.costume.value)
    film_key = digest(page_key, order.film.value, order.camera.value, repr(order.size))
    missing = [name for name in shows if not ledger.holds(name, film_key if name == "film.mp4" else page_key)]
    if missing == ["film.mp4"]:
        from petipa.stage.browser import find_browser

        find_browser()  # better missed before the tutu is draped for nothing
    recorded = not order.audience or ledger.holds("evening.wav", sound_key)
    if not recorded or {"page.html", "film.mp4"} & set(missing):
        with account.stage(Stage.AUDIENCE):
            act = heard_in_the_house(act, felt, music, order)
    if not recorded:
        write_sound(out / "evening.wav", act.sound(), act.sample_rate)
        ledger.add("evening.wav", sound_key)
    if missing:
        with account.stage(Stage.DRAPE) as share:
            act = replace(act, drape=draped(programme.dancer, motion, act, order, share))
    if "page.html" in missing:
        with account.stage(Stage.PAGE):
            from petipa.stage.page import write_act_page

            write_act_page(out / "page.html", act)
        ledger.add("page.html", page_key)
    if "dancer.glb" in missing:
        from petipa.exchange.gltf import write_glb
        from petipa.stage.face import face_of

        with account.stage(Stage.EXPORT):
            write_glb(out / "dancer.glb", act, face=face_of(act))
        ledger.add("dancer.glb", page_key)
    ledger.drop_stale()
    _write_manifest(ledger, order, programme, motion, account)
    if "film.mp4" in missing:
        from petipa.stage.film import write_act_film

        with account.stage(Stage.FILM) as share:
            film = write_act_film(
                out / "film.mp4",
                act,
                size=order.size,
                quality=order.film.value,
                camera=order.camera,
                titles=titles_of(programme, act),
                progress=lambda done, total: share(done / total),
            )
        if film.remark:
            account.remarks.append(film.remark)
        ledger.add("film.mp4", film_key)

    measures = _write_measures(ledger, measures, account, key)
    _write_manifest(ledger, order, programme, motion, account)
    files = {**ledger.files, "manifest.json": out / "manifest.json"}
    return Performed(files, account.seconds, measures["danced_seconds"], tuple(account.remarks), measures)
