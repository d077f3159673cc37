"""Published numbers of real dancers, and the same numbers of this dance beside them.

These are anchors, not laws: a number far from its source is a reason to look, in the motion or in how it is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petipa.measure.figure import SIDES, Figure
from petipa.measure.physics import Flight, Place, place
from petipa.measure.posture import FREE_FEET, RAISED, among, foot_turnout, hip_turnout
from petipa.measure.track import FINE, GRAVITY, WEIGHTED
from petipa.mechanics import quat_log
from petipa.motion.model import StepSpan

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Anchor:
    """One published number beside ours.

    Attributes
    ----------
    name, unit : what is measured; published : the source's number in words; source : who found it, on whom
    low, high : the band the source gives (mean and spread), None where it gives one side only
    values, places : ours, one for each time it was danced, and where
    note : what to mind in comparing them
    """

    name: str
    unit: str
    published: str
    source: str
    low: float | None
    high: float | None
    values: tuple[float, ...]
    places: tuple[Place, ...]
    note: str = ""

    @property
    def measured(self) -> float:
        """The middle one of ours; nan where the dance has none."""
        return float(np.median(self.values)) if self.values else float("nan")

    @property
    def near(self) -> bool | None:
        """Whether the middle one of ours lies in the source's band; None where the dance has none."""
        if not self.values:
            return None
        low = self.low is None or self.measured >= self.low
        return low and (self.high is None or self.measured <= self.high)

    @property
    def farthest(self) -> Place | None:
        """Where ours is farthest from the band."""
        if not self.places:
            return None
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return max(self.places, key=lambda at: max(low - at.value, at.value - high))


Found = Iterator[tuple[int, float, str]]
"""(fine sample, value, detail)"""


def _steps(f: Figure, *words: str) -> Iterator[StepSpan]:
    for step in f.track.motion.steps:
        if any(word in step.entry for word in words):
            yield step


def _leaps(f: Figure) -> Iterator[tuple[StepSpan, Flight]]:
    for step in _steps(f, "grand_jete", "grand_pas_de_chat", "saut_de_chat"):
        hops = f.hops(step)
        if hops:
            yield step, max(hops, key=lambda hop: hop.t1 - hop.t0)


def _float(f: Figure) -> Found:
    """Vertical range of the head over that of the centre of mass, in the middle half of a leap."""
    head = f.track.p[:, f.track.skeleton.index("head"), 2]
    for _, hop in _leaps(f):
        quarter = (hop.t1 - hop.t0) / 4
        window = slice(f.at(hop.t0 + quarter), f.at(hop.t1 - quarter) + 1)
        mine, body = float(np.ptp(head[window])), float(np.ptp(f.track.com[window, 2]))
        if body > 0.005:
            middle = (window.start + window.stop) // 2
            yield middle, mine / body, f"head {mine * 100:.1f} cm, centre of mass {body * 100:.1f} cm"


def _flight_time(f: Figure) -> Found:
    """Time in the air over what its height asks for, up from take-off and down to landing each at their own height."""
    for hop in f.flights:
        if not hop.confirmed:
            continue
        a, b = f.at(hop.t0), f.at(hop.t1)
        z = f.track.com[:, 2]
        top = float(z[a : b + 1].max())
        asked = float(np.sqrt(2 * max(top - z[a], 0.0) / GRAVITY) + np.sqrt(2 * max(top - z[b], 0.0) / GRAVITY))
        if asked > 0.1:
            yield a, (hop.t1 - hop.t0) / asked, f"{hop.t1 - hop.t0:.3f} s for {hop.rise * 100:.0f} cm"


def _spinning(f: Figure) -> Iterator[tuple[StepSpan, int, NDArray[np.int64]]]:
    """Steps that turn on one leg with the heel up: the step, the standing side, and the samples of the turn."""
    spin = np.abs(np.gradient(f.yaw)) * f.rate if len(f.yaw) > 1 else np.zeros(len(f.yaw))
    for step in _steps(f, "pirouette", "pique_turn"):
        window = f.span(step)
        for side in (0, 1):
            alone = f.on[window, side] & ~f.on[window, 1 - side] & f.heel_up[window, side] & (spin[window] > 150.0)
            at = window.start + np.flatnonzero(alone)
            if len(at) > 0.15 * f.rate:
                yield step, side, at


def _lean(f: Figure) -> Found:
    """Mean angle of the line from the centre of pressure to the centre of mass, from upright, in a pirouette."""
    zmp = np.full((len(f.yaw), 2), np.nan)
    zmp[f.fitted.samples] = f.fitted.zmp
    for step, _, at in _spinning(f):
        if not step.entry.startswith("pirouette"):
            continue
        away = np.linalg.norm(f.track.com[at, :2] - zmp[at], axis=1)
        lean = np.degrees(np.arctan2(away, f.track.com[at, 2]))
        lean = lean[np.isfinite(lean)]
        if len(lean):
            yield int(at[0]), float(lean.mean()), f"{len(lean) / f.rate:.2f} s of turning"


def _fouette(f: Figure, *, tip: bool) -> Found:
    """Angular momentum about the upright through the centre of mass, toward the turn: its change flat, or on tip."""
    upright = f.track.about_com[:, 2]
    for step in _steps(f, "fouette_turn", "fouette_vaganova"):
        window = f.span(step, before=0.1)
        stand = 1 - SIDES[step.side]
        way = np.sign(f.yaw[window.stop - 1] - f.yaw[window.start])
        spin = way * upright[window.start : window.stop - 1]
        up = f.heel_up[window.start : window.stop - 1, stand]
        change = np.diff(spin)
        here = up[1:] == tip
        if here.any() and len(change):
            flat = "on the tip" if tip else "flat"
            total = float(change[here].sum())
            yield window.start, total, f"{flat} {here.mean():.0%} of the step, most {spin.max():.2f} kg m2/s"


def _push(f: Figure, a: float, b: float) -> float:
    window = (f.fitted.samples >= f.at(a)) & (f.fitted.samples <= f.at(b))
    return float(f.fitted.normal[window].max()) if window.any() else 0.0


def _landing_over_take_off(f: Figure) -> Found:
    """Greatest force of the landing over that of the take-off of a leap."""
    for _, hop in _leaps(f):
        off, on = _push(f, hop.t0 - 0.3, hop.t0), _push(f, hop.t1, hop.t1 + 0.3)
        if off > 0:
            yield f.at(hop.t1), on / off, f"{off:.1f} and {on:.1f} body weights"


def _knee_over_knee(f: Figure) -> Found:
    """How far the landing knee bends over how far the take-off knee did."""
    for _, hop in _leaps(f):
        a, b = f.at(hop.t0), f.at(hop.t1)
        off, on = int(f.track.low[a].argmin()), int(f.track.low[b].argmin())
        before = 180.0 - float(f.stretch[max(0, a - round(0.4 * f.rate)) : a + 1, off].min())
        after = 180.0 - float(f.stretch[b : b + round(0.4 * f.rate), on].min())
        if before > 1:
            yield b, after / before, f"{before:.0f} and {after:.0f} degrees"


def _arabesques(f: Figure) -> Iterator[tuple[int, int]]:
    """The sample of each arabesque at which the leg is highest, with one foot on the floor, and the raised side."""
    for step in _steps(f, "arabesque"):
        window = f.span(step)
        best: tuple[float, int, int] | None = None
        for side in (0, 1):
            held = f.on[window, 1 - side] & ~f.on[window, side] & (np.abs(f.bearing[window, side]) > 120.0)
            lift = np.where(held & (f.stretch[window, side] > 160.0), f.lift[window, side], 0.0)
            k = int(lift.argmax())
            if lift[k] > 70.0 and (best is None or lift[k] > best[0]):
                best = float(lift[k]), window.start + k, side
        if best is not None:
            yield best[1], best[2]


def _spine(f: Figure, sample: int) -> Array:
    """The lower back's rotation (lumbar and thoracic-lumbar joint together): side, bend, turn [degrees]."""
    skeleton = f.track.skeleton
    frame = min(sample // FINE, f.track.frames - 1)
    total = np.zeros(3)
    for name in ("lumbar", "thorax"):
        total += np.degrees(quat_log(f.track.q[frame, skeleton.q_slice(skeleton.index(name))]))
    return total


def _back(f: Figure, part: int) -> Found:
    for sample, side in _arabesques(f):
        turn = _spine(f, sample)
        toward = 1.0 if side == 0 else -1.0
        value = -turn[1] if part == 1 else abs(turn[0]) if part == 0 else toward * turn[2]
        yield sample, float(value), f"leg at {f.lift[sample, side]:.0f} degrees"


def _thighs(f: Figure, sample: int) -> float:
    thighs = f.knee[sample] - f.hip[sample]
    return float(np.degrees(np.arccos(np.clip(thighs[0] @ thighs[1] / np.prod(np.linalg.norm(thighs, axis=1)), -1, 1))))


def _arabesque_thighs(f: Figure) -> Found:
    for sample, side in _arabesques(f):
        yield sample, _thighs(f, sample), f"leg at {f.lift[sample, side]:.0f} degrees"


def _pelvis_pitch(f: Figure, sample: int) -> float:
    ahead = f.track.R[sample, 0, :, 0]
    return float(np.degrees(np.arcsin(np.clip(-ahead[2], -1, 1))))


def _arabesque_pelvis(f: Figure) -> Found:
    for sample, side in _arabesques(f):
        yield sample, _pelvis_pitch(f, sample), f"leg at {f.lift[sample, side]:.0f} degrees"


def _standing_pelvis(f: Figure) -> Found:
    slow = np.linalg.norm(np.gradient(f.track.com, axis=0), axis=1) * f.rate < 0.05 if len(f.yaw) > 1 else f.on[:, 0]
    straight = f.on.all(axis=1) & (f.stretch > 172.0).all(axis=1) & slow
    at = np.flatnonzero(straight)
    if len(at):
        values = np.array([_pelvis_pitch(f, int(k)) for k in at[::FINE]])
        yield int(at[len(at) // 2]), float(np.median(values)), f"{len(at) / f.rate:.1f} s of standing straight"


def _developpes(f: Figure) -> Found:
    for step in _steps(f, "developpe"):
        window = f.span(step)
        side = SIDES[step.side]
        aside = np.abs(np.abs(f.bearing[window, side]) - 90.0) < 35.0
        k = window.start + int(np.where(aside & (f.stretch[window, side] > 165.0), f.lift[window, side], 0.0).argmax())
        if aside[k - window.start] and f.lift[k, side] > 60.0:
            yield k, _thighs(f, k), f"leg at {f.lift[k, side]:.0f} degrees"


def _at_every_sample(f: Figure, by_frame: Array) -> Array:
    """What is known at the frames, at every fine sample."""
    return np.asarray(by_frame[np.minimum(np.arange(len(f.yaw)) // FINE, len(by_frame) - 1)])


def _bears(f: Figure) -> NDArray[np.bool_]:
    bears = np.isin(f.track.motion.feet, WEIGHTED).astype(np.float64)
    return np.asarray((_at_every_sample(f, bears) > 0.5) & f.on)


def _turnout_sum(f: Figure) -> Found:
    """Both feet together, where both stand flat with straight knees, by step."""
    feet = foot_turnout(f)
    flat = _bears(f).all(axis=1) & ~f.heel_up.any(axis=1) & (f.stretch > 170.0).all(axis=1)
    ok = np.asarray(flat & ~among(f, FREE_FEET), dtype=bool)
    yield from _by_step(f, ok, feet.sum(axis=1))


def _hip_standing(f: Figure) -> Found:
    hips = _at_every_sample(f, hip_turnout(f))
    straight = (f.stretch > 170.0).all(axis=1)
    ok = np.asarray(_bears(f).all(axis=1) & straight & ~among(f, FREE_FEET), dtype=bool)
    yield from _by_step(f, ok, hips.mean(axis=1))


def _hip_free(f: Figure) -> Found:
    hips = _at_every_sample(f, hip_turnout(f))
    free = ~_bears(f) & (f.lift > RAISED) & ~among(f, FREE_FEET)[:, None]
    yield from _by_step(
        f, np.asarray(free.any(axis=1)), np.where(free, hips, 0.0).sum(axis=1) / np.maximum(free.sum(axis=1), 1)
    )


def _on_pointe(f: Figure) -> Found:
    """Where she stands on straight knees, neither rising nor coming down."""
    speed = np.abs(np.gradient(f.track.com[:, 2])) * f.rate if len(f.yaw) > 1 else np.zeros(len(f.yaw))
    still = (speed < 0.05) & ~among(f, FREE_FEET)
    bears = _bears(f) & f.pointe & (f.stretch > 172.0) & still[:, None]
    point = np.where(bears, f.point, 0.0).sum(axis=1) / np.maximum(bears.sum(axis=1), 1)
    yield from _by_step(f, np.asarray(bears.any(axis=1)), point)


def _dorsiflexion(f: Figure) -> Found:
    flat = _bears(f) & ~f.heel_up
    ankle = np.where(flat, -f.point, -np.inf).max(axis=1)
    for step in _steps(f, "plie"):
        window = f.span(step)
        k = window.start + int(ankle[window].argmax())
        if np.isfinite(ankle[k]):
            yield k, float(ankle[k]), f"knee bent {180 - f.stretch[k].min():.0f} degrees"


def _by_step(f: Figure, where: NDArray[np.bool_], values: Array) -> Found:
    """The median of each step that has at least a twentieth of a second of it."""
    for step in f.track.motion.steps:
        window = f.span(step)
        at = window.start + np.flatnonzero(where[window])
        if len(at) >= 0.05 * f.rate:
            yield int(at[len(at) // 2]), float(np.median(values[at])), ""


_TABLE: tuple[tuple[str, str, str, str, float | None, float | None, Callable[[Figure], Found], str], ...] = (
    ("head's vertical range over the body's in a leap", "", "below 1: she floats", "derived (mechanics)", None, 1.0,
     _float, "middle half of the flight"),
    ("time in the air over what its height asks", "", "1: T from h by g", "derived (mechanics)", 0.98, 1.02,
     _flight_time, ""),
    ("lean in a pirouette, pressure to mass", "degrees", "2.05 ± 0.90 professionals, 3.88 ± 1.67 amateurs",
     "Tsubaki 2024", 1.15, 2.95, _lean, "mean over the turn"),
    ("fouetté: momentum gained flat", "kg m2/s", "supplied while the foot is flat", "Imura 2008", 0.0, None,
     lambda f: _fouette(f, tip=False), ""),
    ("fouetté: momentum gained on the tip", "kg m2/s", "lost while on the tip", "Imura 2008", None, 0.0,
     lambda f: _fouette(f, tip=True), ""),
    ("leap: landing force over take-off's", "", "1.26", "J Sports Sci 29:125, 2011, saut de chat", 1.0, 1.5,
     _landing_over_take_off, "the source gives the mean; the band is ours"),
    ("leap: landing knee's bend over take-off's", "", "1.67", "J Sports Sci 29:125, 2011, saut de chat", 1.3, 2.0,
     _knee_over_knee, "the source gives the mean; the band is ours"),
    ("arabesque: extension of the lower back", "degrees", "20 to 25", "Med Probl Perform Art 2004, n = 25", 20.0, 25.0,
     lambda f: _back(f, 1), "lumbar and thoracic-lumbar joints together; the source's leg at 90"),
    ("arabesque: side bend of the lower back", "degrees", "about 20", "Med Probl Perform Art 2004, n = 25", 15.0, 25.0,
     lambda f: _back(f, 0), ""),
    ("arabesque: turn of the lower back toward the leg", "degrees", "about 10", "Med Probl Perform Art 2004, n = 25",
     5.0, 15.0, lambda f: _back(f, 2), ""),
    ("arabesque: thighs apart", "degrees", "90", "Med Probl Perform Art 2004, n = 25", 80.0, 100.0,
     _arabesque_thighs, ""),
    ("arabesque: pelvis tipped forward", "degrees", "not given; the rest of 90 beyond hip and back", "derived",
     None, None, _arabesque_pelvis, ""),
    ("pelvis tipped forward, standing", "degrees", "13.4 (teachers accept 11.4)", "university majors", 9.4, 15.4,
     _standing_pelvis, "the source's nought is anatomical, ours the body's zero pose: only changes compare"),
    ("développé à la seconde: thighs apart", "degrees", "about 120", "Med Probl Perform Art 2004", 105.0, 135.0,
     _developpes, "as high as the text asks"),
    ("turnout standing, both feet together", "degrees", "133.6", "Australian Ballet 2016, n = 45", 120.0, 147.0,
     _turnout_sum, ""),
    ("turnout at the hip, standing", "degrees", "50.2 passive, 35.2 active", "Australian Ballet 2016, n = 45",
     35.2, 50.2, _hip_standing, "mean of both hips"),
    ("turnout at the hip, leg off the floor", "degrees", "35.2 active", "Australian Ballet 2016, n = 45", 27.0, 43.0,
     _hip_free, "raised legs"),
    ("plantarflexion on pointe, whole foot", "degrees", "83 (goniometer), 89 (inclinometer); elite 97 to 113",
     "Russell 2010, 2011; Hamilton 1992", 81.0, 113.0,
     _on_pointe, ""),
    ("dorsiflexion in demi-plié", "degrees", "30 ± 1.8", "Russell 2010", 28.2, 31.8, _dorsiflexion,
     "deepest with the heel down"),
)  # fmt: skip


def anchors(f: Figure) -> tuple[Anchor, ...]:
    """Every published number with what this dance gives."""
    out = []
    for name, unit, published, source, low, high, find, note in _TABLE:
        found = [(sample, value, detail) for sample, value, detail in find(f) if np.isfinite(value)]
        places = tuple(place(f.track, value, sample, detail) for sample, value, detail in found)
        values = tuple(value for _, value, _ in found)
        out.append(Anchor(name, unit, published, source, low, high, values, places, note))
    return tuple(out)
