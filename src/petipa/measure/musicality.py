"""Whether she dances to this music: on its counts, on its accents, breathing and returning and highest where it does.

Every agreement is set beside what chance gives: the same dance to the same music with its bars or phrases in another
order. A dance that any music would suit stands at chance; `docs/musicality.md` explains each measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petipa.dancer import Dancer
from petipa.lexicon import Lexicon
from petipa.measure.assess import Assessment
from petipa.measure.excitement import MUSIC_FLOOR, RATE, Excitement, Thrill, felt
from petipa.measure.piece import Against, Ints, Piece, against, orders, turned
from petipa.measure.published import Published, published
from petipa.measure.teacher import NOT_FOUND
from petipa.motion.model import Motion

Array = NDArray[np.float64]

MET = 0.07
"""An accent is met by what is danced within so many seconds of it: what counts as the same beat in beat tracking."""
SAME_STEP, SAME_FAMILY = 1.0, 0.4
"""How alike two steps are of one name, whichever side, and of one family."""
STILL = ("stand",)
"""Entries in which nothing is danced."""


@dataclass(frozen=True)
class Timing:
    """How steps lie on their counts; later is positive [ms].

    Attributes
    ----------
    family : of the lexicon, or ``all``
    steps : how many; mean_ms, spread_ms : of their accent events; worst_ms : furthest from its count
    worst : which that is
    """

    family: str
    steps: int
    mean_ms: float
    spread_ms: float
    worst_ms: float
    worst: str


@dataclass(frozen=True)
class Musicality:
    """How a dance and its music agree; None where the music asks nothing of the kind, or nothing is danced yet.

    Attributes
    ----------
    timing : tuple of Timing
        All steps first, then by family.
    accents : Against
        Share of the music's accents met by an arrival, a take-off or a landing; chance: bars shuffled.
    breath : Against
        Share of phrase ends in whose last bar less is asked of her than in most; chance: music begun elsewhere.
    repeats : Against
        How much more alike her phrases are where the music's are, either side, than where they are not; chance: the
        phrases' letters in another order.
    climax : Against
        Share of the bars less exciting than that of the music's climax; chance: music begun elsewhere.
    swell : Against
        Rank correlation over the bars of the music's swell with height and travel; chance: music begun elsewhere.
    climax_apart : float
        Bars from the music's nearest climax to the dance's own.
    published : Published
    """

    timing: tuple[Timing, ...] = ()
    accents: Against | None = None
    breath: Against | None = None
    repeats: Against | None = None
    climax: Against | None = None
    swell: Against | None = None
    climax_apart: float | None = None
    published: Published | None = None

    @property
    def agreements(self) -> dict[str, Against]:
        """What could be compared with chance, by name."""
        every = {name: getattr(self, name) for name in ("accents", "breath", "repeats", "climax", "swell")}
        return {name: one for name, one in every.items() if one is not None}

    @property
    def together(self) -> float:
        """Mean z of the agreements: near 0 for a dance made to other music."""
        found = [one.z for one in self.agreements.values()]
        return float(np.mean(found)) if found else 0.0

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "together": round(self.together, 3),
            "timing": [_rounded(asdict(one)) for one in self.timing],
            **{
                name: _rounded(asdict(getattr(self, name))) if getattr(self, name) is not None else None
                for name in ("accents", "breath", "repeats", "climax", "swell")
            },
            "climax_apart": None if self.climax_apart is None else round(self.climax_apart, 2),
            "published": None
            if self.published is None
            else {
                **_rounded(asdict(self.published)),
                "bas_above_chance": round(self.published.bas_above_chance, 4),
            },
        }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


def musicality(
    piece: Piece,
    assessment: Assessment,
    excited: Excitement,
    motion: Motion,
    dancer: Dancer,
    lexicon: Lexicon,
) -> Musicality:
    """How a dance answers to its music.

    Parameters
    ----------
    piece : the music; only the part that is danced counts
    assessment : what `petipa.measure.measure` found of the motion; excited : how exciting it was found
    """
    families = [lexicon[s.entry].family if s.entry in lexicon.entries else s.entry for s in motion.steps]
    heard = piece.between(excited.begins, excited.dance_end)
    steps = [one for one in excited.steps if one.accent <= excited.dance_end + 1e-6]
    at = np.array([one.danced for one in assessment.accents if abs(one.error_ms) < NOT_FOUND])
    flights = [f for f in assessment.flights if f.confirmed]
    events = np.sort(np.concatenate([at, [f.t0 for f in flights], [f.t1 for f in flights]]))
    found = agreeing(
        heard,
        steps,
        [motion.steps[one.step].entry for one in steps],
        [families[one.step] for one in steps],
        events=events,
        times=motion.times,
        places=motion.q[:, :2],
    )
    return replace(found, timing=timing(assessment, families), published=published(motion, dancer, piece.beats))


def agreeing(
    piece: Piece,
    steps: Sequence[Thrill],
    entries: Sequence[str],
    families: Sequence[str],
    *,
    events: Array,
    times: Array,
    places: Array,
) -> Musicality:
    """What of a dance agrees with a piece.

    Parameters
    ----------
    piece : that part of it which is danced
    steps, entries, families : one of each a step
    events : (E,) what can meet an accent [s]
    times, places : (F,) [s] and (F, 2) [m], where she is when
    """
    climax, apart = at_climax(piece, steps)
    return Musicality(
        accents=on_accents(piece, events),
        breath=at_phrase_ends(piece, steps),
        repeats=with_repeats(piece, steps, entries, families),
        climax=climax,
        swell=with_swell(piece, steps, times, places),
        climax_apart=apart,
    )


def timing(assessment: Assessment, families: Sequence[str]) -> tuple[Timing, ...]:
    """How the steps lie on their counts, all together and by family; families by step."""
    groups: dict[str, list[Any]] = {"all": list(assessment.accents)}
    for one in assessment.accents:
        groups.setdefault(families[one.step], []).append(one)
    out = []
    for family, found in groups.items():
        if not found:
            continue
        errors = np.array([one.error_ms for one in found])
        far = found[int(np.abs(errors).argmax())]
        out.append(
            Timing(family, len(found), float(errors.mean()), float(errors.std()), float(far.error_ms), far.label)
        )
    return tuple(out[:1] + sorted(out[1:], key=lambda one: one.family))


def _met(accents: Array, events: Array) -> float:
    """Share of the accents with an event within `MET`; both [s], events in order."""
    right = np.searchsorted(events, accents)
    near = np.minimum(
        np.abs(accents - events[np.clip(right, 0, len(events) - 1)]),
        np.abs(accents - events[np.clip(right - 1, 0, len(events) - 1)]),
    )
    return float((near <= MET).mean())


def on_accents(piece: Piece, events: Array) -> Against | None:
    """Share of the music's accents that something danced meets; each bar keeps its accents when bars are shuffled."""
    if not piece.accents or not len(events) or piece.bars < 2:
        return None
    place = piece.place(np.array(piece.accents))
    bar = np.minimum(place.astype(int), piece.bars - 1)
    others = [_met(piece.seconds(order[bar] + place - bar), events) for order in orders(piece.bars)]
    return against(_met(np.array(piece.accents), events), others)


def at_phrase_ends(piece: Piece, steps: Sequence[Thrill]) -> Against | None:
    """Share of the phrases' last bars in which less is asked of her than in most: a pose held, a plié, a walk."""
    ends = sorted({stop - 1 for _, stop in piece.phrases})
    if not ends or not steps or piece.bars <= len(ends):
        return None
    bar = piece.place(np.array([one.accent + MET for one in steps]))
    inside = np.isfinite(bar)
    asked = np.bincount(bar[inside].astype(int), np.array([one.energy for one in steps])[inside], piece.bars + 1)
    breathes = asked[: piece.bars] < np.median(asked[: piece.bars]) - 1e-3
    is_end = np.zeros(piece.bars, dtype=bool)
    is_end[ends] = True

    def share(order: Ints) -> float:
        return float(breathes[is_end[order]].mean())

    return against(share(np.arange(piece.bars)), turned(piece.bars, share))


def likeness(
    one: Sequence[tuple[str, str]],
    other: Sequence[tuple[str, str]],
) -> float:
    """How alike two enchaînements are, 0 to 1, steps as (entry, family): what they have in common, in its order."""
    if not one or not other:
        return 0.0
    best = np.zeros((len(one) + 1, len(other) + 1))
    for i, (entry, family) in enumerate(one):
        for j, (entry2, family2) in enumerate(other):
            same = SAME_STEP if entry == entry2 else SAME_FAMILY if family == family2 else 0.0
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + same)
    return float(2.0 * best[-1, -1] / (len(one) + len(other)))


def with_repeats(
    piece: Piece, steps: Sequence[Thrill], entries: Sequence[str], families: Sequence[str]
) -> Against | None:
    """Likeness of her phrases where the music's are alike, less that where they are not."""
    number = len(piece.phrases)
    pairs = list(combinations(range(number), 2))
    names = np.unique(np.array(piece.labels), return_inverse=True)[1] if number else np.zeros(0, dtype=int)
    alike = np.array([names[a] == names[b] for a, b in pairs])
    if not len(pairs) or alike.all() or not alike.any():
        return None
    danced: list[list[tuple[str, str]]] = [[] for _ in piece.phrases]
    for step, entry, family in zip(steps, entries, families, strict=True):
        for k, (first, stop) in enumerate(piece.phrases):
            if entry not in STILL and piece.edges[first] - MET <= step.accent < piece.edges[stop] - MET:
                danced[k].append((entry, family))
    like = np.zeros((number, number))
    for a, b in pairs:
        like[a, b] = like[b, a] = likeness(danced[a], danced[b])
    first, second = np.array(pairs).T

    def gain(order: Ints) -> float:
        values, same = like[first, second], names[order[first]] == names[order[second]]
        return float(values[same].mean() - values[~same].mean())

    return against(gain(np.arange(number)), [gain(order) for order in orders(number)])


def _excited(piece: Piece, steps: Sequence[Thrill]) -> tuple[Array, Array]:
    """What is felt of the dance alone, the music left out of it: times [s] and 0 to 1."""
    feats = [one.thrill / (MUSIC_FLOOR + (1.0 - MUSIC_FLOOR) * one.music) for one in steps]
    start, end = piece.edges[0], piece.edges[-1]
    curve = felt([one.accent for one in steps], feats, start=start, end=end)
    return start + np.arange(len(curve)) / RATE, curve


def at_climax(piece: Piece, steps: Sequence[Thrill]) -> tuple[Against | None, float | None]:
    """Share of the bars less exciting than the one at the music's climax; and bars between the two climaxes."""
    if not piece.climaxes or not steps or piece.bars < 4:
        return None, None
    times, curve = _excited(piece, steps)
    bar = np.clip(np.nan_to_num(piece.place(times)).astype(int), 0, piece.bars - 1)
    excited = np.array([curve[bar == k].max(initial=0.0) for k in range(piece.bars)])
    peak = float(piece.place(times[np.argmax(curve)][None])[0])
    tops = piece.place(np.array(piece.climaxes))
    # The climax of the music is a bar and the one it leads to: a leap is felt when it has been seen.
    here = np.zeros(piece.bars, dtype=bool)
    top = int(tops[0])
    here[top : top + 2] = True

    def standing(order: Ints) -> float:
        value = excited[here[order]].max()
        return float(((excited < value - 1e-9).sum() + 0.5 * (np.abs(excited - value) <= 1e-9).sum()) / piece.bars)

    value = against(standing(np.arange(piece.bars)), turned(piece.bars, standing))
    return value, float(np.abs(tops - peak).min())


def _ranks(values: Array) -> Array:
    """Ranks from 0, equal values sharing theirs."""
    order = np.sort(values)
    low, high = np.searchsorted(order, values), np.searchsorted(order, values, side="right")
    return np.asarray(0.5 * (low + high - 1), dtype=np.float64)


def with_swell(piece: Piece, steps: Sequence[Thrill], times: Array, places: Array) -> Against | None:
    """Rank correlation of the swell with how high and how far she goes, over the bars; (F,) [s] and (F, 2) [m]."""
    if piece.bars < 4 or not steps:
        return None
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    edges = np.array(piece.edges)
    travel = np.diff(np.interp(edges, times, way)) / np.diff(edges)
    bar = piece.place(np.array([one.accent + MET for one in steps]))
    height = np.zeros(piece.bars)
    for k in range(piece.bars):
        here = [one.height for one, at in zip(steps, bar, strict=True) if k <= at < k + 1]
        height[k] = max(here, default=0.0)
    large = _ranks(_ranks(height) + _ranks(travel))
    loud = _ranks(np.array(piece.swell))
    if large.std() <= 0.0 or loud.std() <= 0.0:
        return None

    def correlation(order: Ints) -> float:
        return float(np.corrcoef(large, loud[order])[0, 1])

    return against(correlation(np.arange(piece.bars)), turned(piece.bars, correlation))
