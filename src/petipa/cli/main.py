"""`petipa VERB`: finds the verb, and says every failure as where, what, and what would work."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from petipa import __version__
from petipa.cli.check import check
from petipa.cli.choreograph import choreograph
from petipa.cli.class_ import class_
from petipa.cli.export import export
from petipa.cli.failure import explain
from petipa.cli.format import format_text
from petipa.cli.measure import measure
from petipa.cli.music import music
from petipa.cli.other_side import other_side, reverse
from petipa.cli.page import page
from petipa.cli.perform import perform
from petipa.cli.plan import plan
from petipa.cli.poster import poster
from petipa.cli.steps import steps
from petipa.cli.strip import strip

_DEBUG_OPTION = "--debug"
_DEBUG_VARIABLE = "PETIPA_DEBUG"


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(__version__, prog_name="petipa")
@click.option(_DEBUG_OPTION, is_flag=True, help=f"Show the traceback of a failure (or set {_DEBUG_VARIABLE}=1).")
def petipa(debug: bool) -> None:
    """Stages classical ballet solos: step names in, physically true ballet out."""


for verb in (
    perform,
    choreograph,
    class_,
    music,
    check,
    format_text,
    other_side,
    reverse,
    plan,
    steps,
    strip,
    measure,
    export,
    poster,
    page,
):
    petipa.add_command(verb)


def use_one_thread() -> None:
    """Ask the linear algebra libraries for one thread: the solves are small, and more threads make them slower.

    Must run before numpy is imported; what the user has set stays.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(variable, "1")


@contextmanager
def ending_tidily() -> Iterator[None]:
    """Take a request to end as an interrupt, so that half-written files and the browser go away with us.

    An interrupt can find any object half made, a library's too; what such an object says while it is let go (Python
    prints it as an exception it ignores) is of no use to who asked to end, and from then on is kept silent.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        sys.unraisablehook = _say_nothing
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may ask for signals
        return
    asked = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    # What runs in the background ignores the keyboard: that stays so.
    taken = [number for number, before in asked.items() if before in (signal.SIG_DFL, signal.default_int_handler)]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, asked[number])


def _say_nothing(complaint: object) -> None:
    """Let a complaint that nobody can act on go by."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 well, 1 a failure, 2 a wrong command line, 130 interrupted."""
    use_one_thread()
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Anywhere on the line, since it is usually added at the end of a line that has just failed.
    debug = _DEBUG_OPTION in words or os.environ.get(_DEBUG_VARIABLE, "") not in ("", "0")
    words = [word for word in words if word != _DEBUG_OPTION]
    try:
        with ending_tidily():
            code = petipa.main(args=words, prog_name="petipa", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as problem:
        problem.show()
        return 2
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("petipa: interrupted; what was finished before is in place, nothing is half-written", err=True)
        return 130
    except BrokenPipeError:
        # The reader went away (as `| head` does): not a failure worth a word, and Python must not flush into it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if debug:
            raise
        click.echo(explain(problem), err=True)
        return 1
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
