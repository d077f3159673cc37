"""What a long run shows while it works, and what it says at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@contextmanager
def progress_bars(console: Console) -> Iterator[Callable[[str, float], None]]:
    """One bar per stage, drawn as the stages report themselves; plain silence where nobody watches a terminal.

    Yields
    ------
    callable
        Takes a stage's name and the share of it that is done, 0 to 1.
    """
    with Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(bar_width=40),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=1.0)
            bars.update(tasks[stage], completed=share)

        yield report


def say(console: Console, text: str) -> None:
    """Print plain words: a title may hold brackets that are no markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def say_times(console: Console, seconds: Mapping[str, float], *, danced: float) -> None:
    """Seconds of each stage, and as a ratio to the seconds danced."""
    for stage, taken in seconds.items():
        ratio = f"{taken / danced:8.2f} s per danced second" if danced > 0 else ""
        say(console, f"{stage:>9} {taken:8.1f} s {ratio}")
    total = sum(seconds.values())
    say(console, f"{'together':>9} {total:8.1f} s for {danced:.1f} s of dance")


def say_files(console: Console, files: Mapping[str, Path]) -> None:
    """The path and size of every file made."""
    for path in files.values():
        size = path.stat().st_size
        text = f"{size / 1e6:8.1f} MB" if size >= 1e5 else f"{size / 1e3:8.1f} kB"
        say(console, f"{text}  {path}")
