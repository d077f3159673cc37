"""Everything measured of one motion, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.choreography import StepPlaced
from petipa.dancer import Dancer
from petipa.lexicon import Lexicon
from petipa.measure import effort, flow, physics, posture
from petipa.measure.anchors import Anchor, anchors
from petipa.measure.definitions import Failure, check_definitions
from petipa.measure.figure import Figure, figure
from petipa.measure.physics import Place, place
from petipa.measure.reading import Reading
from petipa.measure.teacher import AccentError, Fault, accents, faults
from petipa.measure.track import FINE, track
from petipa.motion.model import FootState, Motion

Array = NDArray[np.float64]

RANGE_TOLERANCE = 0.5
"""A joint this much beyond its range [degrees] is not yet a violation."""
EDGE_TOLERANCE = 0.0005
"""A zero-moment point this far outside the patch [m] is on its edge."""


@dataclass(frozen=True)
class Assessment:
    """The numbers of one motion. Lengths in millimetres where the name says so, else SI.

    Attributes
    ----------
    flights_expected, flights_found, flights_extra : planned, planned and danced, danced and not planned
    flight_height_share_min : least rise of the centre of mass over the rise asked
    free_fall_rms : worst of horizontal and vertical [m/s2]; spin_drift [m2/s]
    root_residual_p99 [% of body weight], root_moment_p99 [N m/kg] : left once the floor has pushed as it can
    switch_residual_max [% of body weight] : the same at worst within 100 ms of a contact switch
    switch_impulse_max : [% of body weight over the window]
    zmp_inside_share : of grounded samples; zmp_excursion_mm, zmp_speed_max [m/s]
    slip_mm_max, slip_yaw_max [degrees] : of planted contacts, and of pivots and slides no entry declares
    gap_mm_max : highest a planted patch hovers
    penetration_mm_max, limb_crossing_mm_max : shoe under floor, limb through limb
    joint_range_violations : frames with a joint beyond its range
    trunk_thrown_max [degrees] : farthest the trunk is from upright in steps that do not bend it
    spin_source_max : torque about the vertical the floor could not give [N m/kg], 99th percentile
    landing_faults : landings that stop within 150 ms, put the heel down with the toes or fall too hard
    accent_error_ms_max, accent_error_ms_mean : of every entry's accent event against its count
    definition_failures : checks of the steps' definitions that fail; failures : which
    worst : by measure, where it is at its worst
    anchors : numbers published of real dancers, and the same of this dance
    readings : every further measure with what was wanted, the worst found and where it is worst, step by step
    """

    flights_expected: int
    flights_found: int
    flights_extra: int
    flight_height_share_min: float
    free_fall_rms: float
    spin_drift: float
    root_residual_p99: float
    root_moment_p99: float
    switch_residual_max: float
    switch_impulse_max: float
    zmp_inside_share: float
    zmp_excursion_mm: float
    zmp_speed_max: float
    slip_mm_max: float
    slip_yaw_max: float
    gap_mm_max: float
    penetration_mm_max: float
    limb_crossing_mm_max: float
    joint_range_violations: int
    trunk_thrown_max: float
    spin_source_max: float
    landing_faults: int
    accent_error_ms_max: float
    accent_error_ms_mean: float
    definition_failures: int
    danced_seconds: float
    flights: tuple[physics.Flight, ...] = ()
    landings: tuple[physics.Landing, ...] = ()
    accents: tuple[AccentError, ...] = ()
    failures: tuple[Failure, ...] = ()
    faults: tuple[Fault, ...] = ()
    readings: tuple[Reading, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    worst: Mapping[str, Place] = field(default_factory=dict)
    seconds_by_stage: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The assessment as plain values, ready for `json.dumps`; what is not finite becomes None."""
        out: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name in ("flights", "landings", "accents", "failures", "faults"):
                value = [asdict(item) for item in value]
            elif name == "readings":
                value = [{**asdict(item), "wanted": item.wanted, "holds": item.holds} for item in value]
            elif name == "anchors":
                value = [{**asdict(item), "measured": item.measured, "near": item.near} for item in value]
            elif name == "worst":
                value = {key: asdict(item) for key, item in value.items()}
            elif name == "seconds_by_stage":
                value = dict(value)
            out[name] = _plain(value)
        return out


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    value = float(value)
    return round(value, 6) if np.isfinite(value) else None


def declared(motion: Motion, lexicon: Lexicon | None) -> physics.Allowed:
    """Whether a step's entry declares a slide or a pivot of a foot.

    An entry says so under `slides` and `pivots` with "work", "other" or "both" in its motion table; an entry that
    turns may pivot; where an entry says nothing of slides, the state is taken at its word.
    """

    def allowed(step: int, foot: str, state: FootState) -> bool:
        if step < 0 or lexicon is None or motion.steps[step].entry not in lexicon.entries:
            return True
        entry = lexicon[motion.steps[step].entry]
        said = entry.motion.get("slides" if state == FootState.SLIDE else "pivots")
        if said is None:
            return True
        role = "work" if motion.steps[step].side == foot else "other"
        return said is True or said in ("both", role)

    return allowed


def measure(
    motion: Motion,
    dancer: Dancer,
    *,
    placed: Sequence[StepPlaced] | None = None,
    lexicon: Lexicon | None = None,
    seconds_by_stage: Mapping[str, float] | None = None,
    told: bool = True,
) -> Assessment:
    """Measure a motion against physics, the definitions of its steps and a teacher's eye.

    Parameters
    ----------
    motion : what was danced; dancer : by whom
    placed : the steps as resolved, to hold directions, places and pointe against the text as well
    lexicon : the dictionary, for accents, slides and pivots the entries declare; loaded when not given
    seconds_by_stage : carried into the assessment as they are
    told : what a teacher is told as well, faults, readings and anchors: most of the work, and nothing that is judged
    """
    if lexicon is None:
        from petipa.lexicon import load_lexicon

        lexicon = load_lexicon()
    shape = figure(track(motion, dancer))
    worst: dict[str, Place] = {}
    body = _physics(shape, lexicon, worst)
    events = accents(shape, lexicon)
    errors = np.array([event.error_ms for event in events]) if events else np.zeros(0)
    if len(errors):
        latest = events[int(np.abs(errors).argmax())]
        worst["accent"] = Place(
            latest.error_ms,
            latest.danced,
            round((latest.danced - motion.start) * motion.rate),
            latest.step,
            latest.label,
            latest.event,
        )
    failures = check_definitions(shape, placed=placed)
    return Assessment(
        **body,
        accent_error_ms_max=float(np.abs(errors).max()) if len(errors) else 0.0,
        accent_error_ms_mean=float(errors.mean()) if len(errors) else 0.0,
        accents=events,
        definition_failures=len(failures),
        failures=failures,
        faults=faults(shape, events) if told else (),
        readings=readings(shape, lexicon) if told else (),
        anchors=anchors(shape) if told else (),
        danced_seconds=(len(motion.q) - 1) / motion.rate,
        worst=MappingProxyType(worst),
        seconds_by_stage=MappingProxyType(dict(seconds_by_stage or {})),
    )


def heard(motion: Motion, dancer: Dancer, lexicon: Lexicon) -> tuple[AccentError, ...]:
    """Every accent against its count, and nothing else of `measure`."""
    return accents(figure(track(motion, dancer)), lexicon)


def readings(shape: Figure, lexicon: Lexicon) -> tuple[Reading, ...]:
    """Strength, what happens at contacts and landings, placement, positions, and how movement flows."""
    return (
        *effort.strength(shape),
        *effort.support(shape, declared(shape.track.motion, lexicon)),
        *effort.landing(shape),
        *posture.crooked(shape),
        *posture.positions(shape, lexicon),
        *flow.robotic(shape),
        *flow.mushy(shape),
        *flow.jittery(shape),
    )


def _physics(shape: Figure, lexicon: Lexicon, worst: dict[str, Place]) -> dict[str, Any]:
    seen, found, fitted = shape.track, shape.flights, shape.fitted
    motion, dancer = seen.motion, seen.dancer
    # A planned flight counts as found where a confirmed one fulfils it; the height is judged either way.
    hits = {f.planned for f in found if f.confirmed and f.planned >= 0}
    shares = np.zeros(len(motion.flights))
    for flight in found:
        if flight.planned >= 0:
            asked = max(motion.flights[flight.planned].height, 1e-6)
            shares[flight.planned] = max(shares[flight.planned], flight.rise / asked)
    if len(shares):
        low = int(shares.argmin())
        worst["flight_height"] = place(seen, shares[low], seen.sample(motion.flights[low].t0))
    airborne = [f for f in found if f.planned >= 0 or f.confirmed]
    for name, values in (("free_fall", [max(f.fall) for f in airborne]), ("spin_drift", [f.spin for f in airborne])):
        if values:
            k = int(np.argmax(values))
            worst[name] = place(seen, values[k], seen.sample(airborne[k].t0))

    def worst_of(name: str, values: Array, detail: str = "") -> float:
        if not len(values) or not np.isfinite(values).any():
            return 0.0
        k = int(np.nanargmax(values))
        worst[name] = place(seen, values[k], int(fitted.samples[k]), detail)
        return float(values[k])

    worst_of("root_residual", fitted.force)
    worst_of("root_moment", fitted.moment)
    switch = worst_of("switch_residual", np.where(fitted.switch, fitted.force, np.nan))
    grounded = np.isfinite(fitted.outside)
    excursion = worst_of("zmp", fitted.outside) * 1000
    speed, at = physics.zmp_speed(seen, fitted)
    worst["zmp_speed"] = place(seen, speed, at)

    held = physics.contacts(seen, allowed=declared(motion, lexicon))
    planted = [c for c in held if c.state <= FootState.POINTE or not c.declared]
    pivots = [c for c in held if c.state >= FootState.PIVOT_DEMI and c.declared]
    for name, values, pool in (
        ("slip", [c.slip * 1000 for c in planted], planted),
        ("slip_yaw", [float(np.degrees(c.yaw)) for c in planted], planted),
        (
            "gap",
            [c.gap * 1000 for c in held if c.state != FootState.SLIDE],
            [c for c in held if c.state != FootState.SLIDE],
        ),
        ("pivot_travel", [c.slip * 1000 for c in pivots], pivots),
    ):
        if values:
            k = int(np.argmax(values))
            worst[name] = place(seen, values[k], pool[k].sample, f"{pool[k].foot} {pool[k].state.name.lower()}")
    depth, at = physics.penetration(seen)
    worst["penetration"] = place(seen, depth * 1000, at)
    crossing, at, pair = physics.limb_pairs(seen)
    worst["limb_crossing"] = place(seen, crossing * 1000, at, pair)
    ranges = physics.beyond(dancer, motion.q)
    over = np.stack([values for _, values in ranges], axis=1)
    frame, which = (int(k) for k in np.unravel_index(int(over.argmax()), over.shape))
    worst["joint_range"] = place(seen, float(over[frame, which]), frame * FINE, ranges[which][0])
    tilt = posture.thrown(shape)
    at = int(tilt.argmax())
    worst["trunk_thrown"] = place(seen, float(tilt[at]), at)
    down = physics.landings(seen, found, fitted)
    hard = [x for x in down if x.sink < 0.15 or x.roll < 0.02 or x.speed > 0.3 or x.peak > 6.0]
    if down:
        least = min(down, key=lambda x: x.sink)
        worst["landing_sink"] = place(seen, least.sink, seen.sample(least.time))

    def value(name: str) -> float:
        return worst[name].value if name in worst else 0.0

    return {
        "flights_expected": len(motion.flights),
        "flights_found": len(hits),
        "flights_extra": sum(1 for f in found if f.confirmed and f.planned < 0),
        "flight_height_share_min": float(shares.min()) if len(shares) else 1.0,
        "free_fall_rms": value("free_fall"),
        "spin_drift": value("spin_drift"),
        "root_residual_p99": float(np.percentile(fitted.force, 99)) if len(fitted.force) else 0.0,
        "root_moment_p99": float(np.percentile(fitted.moment, 99)) if len(fitted.moment) else 0.0,
        "switch_residual_max": switch,
        "switch_impulse_max": fitted.impulse,
        "zmp_inside_share": float((fitted.outside[grounded] <= EDGE_TOLERANCE).mean()) if grounded.any() else 1.0,
        "zmp_excursion_mm": excursion,
        "zmp_speed_max": speed,
        "slip_mm_max": value("slip"),
        "slip_yaw_max": value("slip_yaw"),
        "gap_mm_max": value("gap"),
        "penetration_mm_max": depth * 1000,
        "limb_crossing_mm_max": crossing * 1000,
        "joint_range_violations": int((over > RANGE_TOLERANCE).any(axis=1).sum()),
        "trunk_thrown_max": value("trunk_thrown"),
        "spin_source_max": float(np.percentile(fitted.turn, 99)) if len(fitted.turn) else 0.0,
        "landing_faults": len(hard),
        "flights": found,
        "landings": down,
    }
