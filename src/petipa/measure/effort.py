"""Strength, speed, landings, and what happens where contacts change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petipa.measure import physics
from petipa.measure.figure import Figure
from petipa.measure.physics import Allowed, Landing, landings
from petipa.measure.reading import Reading, places, reading
from petipa.measure.torques import speeds, torques
from petipa.measure.track import FINE, WEIGHTED
from petipa.motion.model import FootState

Array = NDArray[np.float64]

ONE_AND_ALL = (99.5, 115.0)
"""Torque within its limit in this share of frames [%], and never above this much of it [%]."""

LANDING_PEAKS = ((0.0, 1.4, 2.4), (0.1, 1.6, 3.4), (0.2, 1.9, 4.4), (0.3, 2.2, 5.2), (0.6, 3.0, 7.2))
"""Height fallen [m], least and greatest peak force on the body [body weights]: starting values drawn round what is
published of landings. Knee-lift hops of 0 to 8 cm: 1.96 to 2.62 (Ricard and Veatch, J Appl Biomech 10, 1994). Drop
landings of women gymnasts and recreational athletes from 30 and 60 cm (Seegmiller and McCaw, J Athl Train 38, 2003),
recalled as about 3 to 5 and 4 to 7. The peak grows with the root of the height (Niu et al. 2014, 26 studies). Below the
band nothing has stopped her."""


def strength(f: Figure) -> tuple[Reading, ...]:
    """Torques against what she can give at that speed, and how fast joints turn."""
    seen = f.track
    found = torques(seen)
    out = []
    if len(found.frames):
        most = found.used.argmax(axis=1)
        worst = found.used.max(axis=1)
        details = [
            f"{found.names[k]} {found.torque[i, k]:.1f} N m/kg at {found.speed[i, k]:+.1f} rad/s"
            for i, k in enumerate(most)
        ]
        out.append(
            reading(
                seen,
                "strength",
                "torque",
                "% of limit",
                found.frames * FINE,
                worst,
                high=ONE_AND_ALL[1],
                details=details,
            )
        )
        within = float((worst <= 100.0).mean() * 100.0)
        over = places(seen, found.frames * FINE, np.where(worst > 100.0, worst, np.nan), details=details)
        out.append(Reading("strength", "frames within strength", "%", within, ONE_AND_ALL[0], None, over))
        for k in sorted(range(len(found.names)), key=lambda k: -float(found.used[:, k].max())):
            part = found.used[:, k]
            out.append(
                reading(
                    seen,
                    "strength",
                    found.names[k],
                    "% of limit",
                    found.frames * FINE,
                    part,
                    high=ONE_AND_ALL[1],
                    details=[
                        f"{t:.1f} N m/kg at {s:+.1f} rad/s"
                        for t, s in zip(found.torque[:, k], found.speed[:, k], strict=True)
                    ],
                )
            )
    names, share = speeds(seen)
    fastest = share.argmax(axis=1)
    frames = np.arange(len(share)) * FINE
    out.append(
        reading(
            seen,
            "speed",
            "joint speed",
            "% of limit",
            frames,
            share.max(axis=1),
            high=100.0,
            details=[names[k] for k in fastest],
        )
    )
    return tuple(out)


def support(f: Figure, allowed: Allowed | None = None) -> tuple[Reading, ...]:
    """Speed of the zero-moment point, impulse left over at switches, yaw of planted feet."""
    seen, fitted = f.track, f.fitted
    state = np.repeat(seen.motion.feet, FINE, axis=0)[: len(seen.com)]
    change = np.concatenate([[False], (np.diff(state, axis=0) != 0).any(axis=1)])
    steady = np.convolve(change, np.ones(6 * FINE + 1), mode="same")[: len(seen.com)] < 0.5
    speed = np.linalg.norm(np.diff(fitted.zmp, axis=0), axis=1) * seen.rate if len(fitted.zmp) > 1 else np.zeros(0)
    speed = np.where(steady[fitted.samples[1:]], speed, np.nan)
    at, impulse = impulses(f)
    held = physics.contacts(seen, allowed=allowed)
    planted = [c for c in held if c.state <= FootState.POINTE or not c.declared]
    return (
        reading(seen, "zero-moment point", "zmp speed", "m/s", fitted.samples[1:], speed, high=1.0),
        reading(seen, "root residual", "impulse at switches", "% of body weight", at, impulse, high=1.0),
        reading(
            seen,
            "slip",
            "yaw of a planted foot",
            "degrees",
            np.array([c.sample for c in planted], dtype=np.int64),
            np.array([np.degrees(c.yaw) for c in planted]),
            high=1.0,
            details=[f"{c.foot} {c.state.name.lower()}" for c in planted],
        ),
    )


def impulses(f: Figure) -> tuple[NDArray[np.int64], Array]:
    """Mean force left over within 100 ms either way of every contact switch: fine samples and [% of body weight]."""
    seen, fitted = f.track, f.fitted
    bearing = np.isin(seen.motion.feet, WEIGHTED)
    at = (1 + np.flatnonzero((np.diff(bearing.astype(np.int8), axis=0) != 0).any(axis=1))) * FINE - FINE // 2
    reach = round(physics.NEAR_SWITCH * seen.rate)
    full = np.zeros((len(seen.com), 3))
    full[fitted.samples] = fitted.left[:, :3]
    return at, np.array([np.linalg.norm(full[max(0, k - reach) : k + reach + 1].mean(axis=0)) * 100 for k in at])


def peak_band(height: float) -> tuple[float, float]:
    """Least and greatest peak force [body weights] to be believed of a landing from a height [m]."""
    table = np.array(LANDING_PEAKS)
    return float(np.interp(height, table[:, 0], table[:, 1])), float(np.interp(height, table[:, 0], table[:, 2]))


def fallen(f: Figure, landing: Landing) -> float:
    """How far the centre of mass fell before a landing [m]."""
    hops = [hop for hop in f.flights if abs(hop.t1 - landing.time) < 1e-6]
    if not hops:
        return 0.0
    z = f.track.com[f.at(hops[0].t0) : f.at(hops[0].t1) + 1, 2]
    return float(z.max() - z[-1])


def landing(f: Figure) -> tuple[Reading, ...]:
    """Every landing: how hard for its height, how long it sinks, toes before heel, the foot's speed at touch."""
    seen = f.track
    down = landings(seen, f.flights, f.fitted)
    at = np.array([seen.sample(x.time) for x in down], dtype=np.int64)
    heights = [fallen(f, x) for x in down]
    bands = [peak_band(h) for h in heights]
    words = [
        f"{x.peak:.1f} body weights from {h * 100:.0f} cm, {low:.1f} to {high:.1f} is published"
        for x, h, (low, high) in zip(down, heights, bands, strict=True)
    ]
    hard = np.array([x.peak / high for x, (_, high) in zip(down, bands, strict=True)])
    soft = np.array([x.peak / low for x, (low, _) in zip(down, bands, strict=True)])
    return (
        reading(seen, "landing", "peak force over the published greatest", "", at, hard, high=1.0, details=words),
        reading(seen, "landing", "peak force over the published least", "", at, soft, low=1.0, details=words),
        reading(seen, "landing", "sinking after touch", "s", at, np.array([x.sink for x in down]), low=0.15),
        reading(
            seen,
            "landing",
            "toes before heel",
            "s",
            at,
            np.array([x.roll if np.isfinite(x.roll) else np.nan for x in down]),
            low=0.02,
            note="landings whose heel never comes down are left out",
        ),
        reading(
            seen,
            "landing",
            "foot speed at touch beyond the body's",
            "m/s",
            at,
            np.array([x.speed for x in down]),
            high=0.3,
        ),
    )
