"""The programme danced, and danced anew where it was edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from petipa.errors import PetipaError
from petipa.files import write_atomic
from petipa.production.ledger import Ledger, digest
from petipa.production.order import Account, Order
from petipa.production.programme import Programme, counts_of, judge, staged_steps, steps_between

if TYPE_CHECKING:
    from petipa.choreography import StepPlaced
    from petipa.motion.model import Motion


UNFINISHED = "motion-unfinished.npz"
"""A motion that breaks a law: kept to be looked into, never shown."""


def dance(
    programme: Programme,
    order: Order,
    account: Account,
    *,
    earlier: tuple[Motion, tuple[StepPlaced, ...]] | None = None,
) -> Motion:
    """Dance a programme; where an earlier motion and its steps are given, only what differs from them.

    Raises
    ------
    ChoreographyError, SolveError
        A step that cannot be planned, or physics that could not be met.
    """
    from petipa.coach import rehearse
    from petipa.motion import dance as danced
    from petipa.motion import redance

    relay = account.relay()
    wishes: dict[str, Any] = {
        "where": counts_of(programme.music),
        "seed": order.seed,
        "progress": relay,
        "strict": True,
    }
    seconds, entries = programme.music.seconds_at, programme.lexicon.entries
    if earlier is None:
        motion = danced(programme.steps, entries, seconds, programme.dancer, **wishes)
    else:
        before, was = earlier
        motion, spans = redance(before, was, programme.steps, entries, seconds, programme.dancer, **wishes)
        anew = " and ".join(f"from {start:.1f} to {stop:.1f} s" for start, stop in spans) or "nowhere"
        account.remarks.append(f"danced anew {anew}; the rest is as it was")

    def again(before: Motion, timing: Sequence[float]) -> Motion:
        steps = programme.steps
        return redance(before, steps, steps, entries, seconds, programme.dancer, timing=timing, **wishes)[0]

    motion = rehearse(motion, programme.steps, programme.lexicon, programme.dancer, again)
    relay("", 1.0)
    return motion


def danced_before(ledger: Ledger, programme: Programme, order: Order) -> tuple[Motion, tuple[StepPlaced, ...]] | None:
    """The motion the folder holds and the steps it dances, if they are this dance's before it was edited."""
    from petipa.choreography import read_choreography
    from petipa.motion.model import Motion

    key = ledger.intact("motion.npz")
    if key is None:
        return None
    try:
        parsed = read_choreography(ledger.out / "variation.ballet")
        told = (programme.lexicon, programme.music, programme.dancer)
        _, placed = judge(parsed.choreography, *told)
        steps = steps_between(staged_steps(parsed.choreography, placed, *told, order.shown), order, where="")
        was = replace(programme, steps=steps, text=parsed.findings.source, choreography=parsed.choreography)
        if digest(was.key, str(order.seed)) != key:
            return None
        return Motion.load(ledger.out / "motion.npz"), steps
    except PetipaError:
        return None


def dance_or_keep(
    programme: Programme,
    order: Order,
    account: Account,
    *,
    earlier: tuple[Motion, tuple[StepPlaced, ...]] | None = None,
) -> Motion:
    """Dance a programme; an attempt that may not be shown is kept under a name that says so.

    Raises
    ------
    ChoreographyError, SolveError
        As `dance`; the latter names the file.
    """
    from petipa.motion.laws import UnfinishedError

    unfinished = order.out / UNFINISHED
    try:
        motion = dance(programme, order, account, earlier=earlier)
    except UnfinishedError as problem:
        write_atomic(unfinished, problem.motion.to_bytes())
        problem.would_work = (
            f"{problem.would_work}; the best attempt is in {unfinished}, for petipa measure to look into"
        )
        raise
    unfinished.unlink(missing_ok=True)
    return motion
