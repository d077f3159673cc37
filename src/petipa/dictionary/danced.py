"""An entry's own example danced: its motion, its strip of pictures and its interactive view."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from petipa.files import write_atomic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from petipa.choreography import Example
    from petipa.dancer import Dancer
    from petipa.dancer.body import Body
    from petipa.motion.model import Motion

Report = Callable[[str, float], None]

PICTURES = 10
"""Moments of a strip."""
METRE = 150.0
"""Pixels a metre on a page's strip."""


@dataclass(frozen=True)
class Danced:
    """An entry danced as its example has it.

    Attributes
    ----------
    key, title : str
    example : Example
    motion : Motion
    dancer : Dancer
    body : Body
        The visible one, of the dancer's own build.
    """

    key: str
    title: str
    example: Example
    motion: Motion
    dancer: Dancer
    body: Body


def dance_entry(key: str, *, dancer: str | None = None, progress: Callable[[float], None] | None = None) -> Danced:
    """Dance the example of an entry to the right, at its usual pace.

    Raises
    ------
    PetipaError
        There is no such dancer, or the example cannot be danced.
    """
    from petipa.choreography import example_of
    from petipa.counts import write_beat
    from petipa.dancer import load_dancer
    from petipa.dancer.body import body_of
    from petipa.lexicon import load_lexicon
    from petipa.motion import dance

    lexicon = load_lexicon()
    entry = lexicon[key]
    who = load_dancer(dancer or "noah")
    example = example_of(entry, lexicon, capability=who.capability)
    counts = {step.at: (step.bar, step.beat) for step in example.steps}

    def where(beat: Fraction) -> tuple[int, str]:
        return counts.get(beat, (0, write_beat(beat + 1)))

    def tell(stage: str, share: float) -> None:
        if progress is not None:
            progress({"plan": 0.0, "reference": 0.05}.get(stage, 0.2 + 0.8 * share))

    motion = dance(example.steps, lexicon.entries, example.seconds, who, where=where, progress=tell, strict=True)
    return Danced(key, entry.names.common, example, motion, who, body_of(who.skeleton))


def moments_of(danced: Danced, *, number: int = PICTURES) -> tuple[tuple[float, str], ...]:
    """Times [s] worth a picture with what to write under them: closer where more moves, one on the count itself."""
    import numpy as np

    from petipa.mechanics import forward

    motion, shown = danced.motion, danced.example.shown
    first, last = motion.steps[shown[0]], motion.steps[shown[-1]]
    times = motion.times
    start = max(float(times[0]), first.t0 - 0.05)
    stop = min(float(times[-1]), last.t1 + 0.05)
    _, places = forward(danced.dancer.skeleton, motion.q)
    moved = np.linalg.norm(np.diff(places, axis=0), axis=-1).mean(axis=1)
    inside = (times[1:] > start) & (times[1:] <= stop)
    # Half by the way the joints go, a part by time alone: what is held is worth a picture too.
    pace = np.where(inside, moved / max(float(moved[inside].sum()), 1e-9) + 0.25 / max(int(inside.sum()), 1), 0.0)
    gone = np.concatenate([[0.0], np.cumsum(pace)])
    chosen = np.interp(np.linspace(0.0, gone[-1], number), gone, times)
    chosen[0], chosen[-1] = start, stop
    flights = [flight for flight in motion.flights if flight.step in shown]
    accents = [motion.steps[k].accent for k in shown]
    for moment in [*(0.5 * (f.t0 + f.t1) for f in flights), *accents]:
        if start <= moment <= stop:
            # What matters is shown as it is, and not as it was a moment before.
            chosen[int(np.abs(chosen - moment).argmin())] = moment
    on = {round(moment, 4) for moment in accents}
    labels = [
        "on the count" if round(float(moment), 4) in on else f"{moment - first.accent:+.2f} s" for moment in chosen
    ]
    return tuple((float(moment), label) for moment, label in zip(chosen, labels, strict=True))


def strip_of(danced: Danced, *, metre: float = 190.0, columns: int = PICTURES, title: str = "") -> NDArray[np.uint8]:
    """The strip of an entry, front and side."""
    from petipa.stage.strip import draw_strip

    moments = moments_of(danced)
    return draw_strip(
        danced.body,
        danced.dancer.skeleton,
        danced.motion,
        [moment for moment, _ in moments],
        [label for _, label in moments],
        metre=metre,
        columns=columns,
        title=title,
    )


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="JPEG", quality=82, optimize=True)
    return buffer.getvalue()


def strip_jpeg(danced: Danced) -> tuple[bytes, tuple[int, int]]:
    """The strip as a small JPEG file for a page, and its width and height [px]."""
    picture = strip_of(danced, metre=METRE, columns=PICTURES // 2)
    return _jpeg(picture), (picture.shape[1], picture.shape[0])


def thumb_jpeg(danced: Danced) -> bytes:
    """The moment one knows the step by, small, from the front: the top of a jump, else the count."""
    from petipa.stage.strip import View, draw_pose, poses_of

    motion, shown = danced.motion, danced.example.shown
    flights = [0.5 * (flight.t0 + flight.t1) for flight in motion.flights if flight.step in shown]
    step = motion.steps[shown[0]]
    moment = flights[0] if flights else step.accent
    if step.turns and not flights:
        moment = step.accent + 0.35 * (step.t1 - step.accent)  # well up, and turning
    (pose,) = poses_of(danced.body, danced.dancer.skeleton, motion, [moment])
    low, high = pose.vertices[:, :2].min(0) - pose.centre, pose.vertices[:, :2].max(0) - pose.centre
    top = float(pose.vertices[:, 2].max())
    metre = min(285.0 / max(top, 1.0), 228.0 / max(float(high[1] - low[1]), 0.1))
    middle = 0.5 * float(low[1] + high[1])
    picture = draw_pose(
        danced.body, pose, View.FRONT, size=(240, 300), anchor=(120.0 - middle * metre, 290.0), metre=metre
    )
    return _jpeg(picture)


def view_of(danced: Danced, *, shared: str) -> bytes:
    """The interactive view of an entry as HTML, script and body beside it in the folder `shared`."""
    from petipa.showing import Costume, Setting
    from petipa.stage.act import Beat, act_of_motion
    from petipa.stage.page import view_bytes

    motion, example = danced.motion, danced.example
    last = max(step.at for step in example.steps)
    beats = [Beat(example.seconds(Fraction(b)), b // 4 + 1, b % 4 + 1) for b in range(int(last) + 5)]
    act = act_of_motion(
        title=danced.title,
        skeleton=danced.dancer.skeleton,
        motion=motion,
        body=danced.body,
        beats=beats,
        setting=Setting.STUDIO,
        costume=Costume.REHEARSAL,
    )
    return view_bytes(act, shared=shared)


def draw_entry(key: str, out: Path, *, dancer: str | None = None, report: Report | None = None) -> None:
    """Dance an entry and write its strip as PNG, wholly or not at all.

    Raises
    ------
    PetipaError
        It cannot be danced, or the picture cannot be written.
    """
    from petipa.stage.strip import strip_png

    tell = report or (lambda stage, share: None)
    danced = dance_entry(key, dancer=dancer, progress=lambda share: tell("dance", share))
    tell("dance", 1.0)
    tell("strip", 0.0)
    write_atomic(out, strip_png(strip_of(danced, title=danced.title)))
    tell("strip", 1.0)
