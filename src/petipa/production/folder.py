"""What an earlier performance left in its folder."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petipa.errors import FileError
from petipa.files import plain_file
from petipa.showing import Costume, Setting

if TYPE_CHECKING:
    from petipa.measure import Piece
    from petipa.motion.model import Motion
    from petipa.stage.act import Act, Beat


def load_motion(place: Path) -> Motion:
    """The motion of a folder `perform` filled, or of a ``motion.npz`` itself."""
    from petipa.motion.model import Motion

    path = place / "motion.npz" if place.is_dir() else plain_file(place)
    if not path.is_file():
        raise FileError(
            "no dance is in this folder", where=str(place), would_work="a folder that petipa perform filled"
        )
    return Motion.load(path)


def performed_in(folder: Path) -> tuple[Motion, list[Beat], str]:
    """The motion of a folder `perform` filled, the beats of its music, and its title."""
    from petipa.stage.act import Beat

    motion = load_motion(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        beats = [Beat(float(seconds), int(bar), int(beat)) for bar, beat, seconds in manifest["counts"]]
        return motion, beats, str(manifest["title"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FileError(
            "its manifest cannot be read, so its counts are not known",
            where=str(folder / "manifest.json"),
            would_work="a folder that petipa perform filled",
        ) from problem


def _facts(place: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def shown_in(place: Path) -> tuple[Setting, Costume]:
    """Where and in what an earlier dance was performed, as its manifest tells; else as it would be by default."""
    facts = _facts(place)
    with suppress(ValueError):
        return Setting(str(facts.get("setting"))), Costume(str(facts.get("costume")))
    return Setting.MOONLIT, Costume.CLASSICAL


def heard_in(place: Path) -> tuple[Piece | None, list[float]]:
    """What an earlier dance was danced to, as its manifest tells, and its swell; None and nothing else."""
    from petipa.measure import Piece

    facts = _facts(place)
    with suppress(ValueError, KeyError, TypeError):
        return Piece.from_json(facts["piece"]), [float(value) for value in facts["swell"]["values"]]
    return None, []


def act_of_folder(place: Path, motion: Motion) -> tuple[Act, int]:
    """A performed dance as an act without costume or sound, and the seed of its evening.

    What its manifest does not tell, or there is none, is as it would be by default.
    """
    from petipa.dancer import load_dancer
    from petipa.stage.act import act_of_motion

    facts = _facts(place)
    setting, costume = shown_in(place)
    seed = facts.get("seed")
    act = act_of_motion(
        title=str(facts.get("title") or place.stem),
        skeleton=load_dancer(motion.dancer).skeleton,
        motion=motion,
        setting=setting,
        costume=costume,
    )
    return act, seed if isinstance(seed, int) else 0
