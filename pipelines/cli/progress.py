"""What standard error shows while a job works: a live line or bar on a terminal; elsewhere silence, or a plain line a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.cli.output import notices
from pipelines.words import counted


@contextmanager
def watched(first: str) -> Iterator[Callable[[int], None]]:
    """Show a spinner, what is going on, and the time that has passed.

    Args:
        first: what goes on until the value is called with how many inputs are done.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notices(), transient=True) as display:
        task = display.add_task(first, total=None)
        yield lambda done: display.update(task, description=f"{counted(done, 'input')} done")


@contextmanager
def steps(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar of a known number of steps on a terminal, and elsewhere a line a step.

    Args:
        title: what goes on.
        total: how many steps; the value is called with what each was when it is done.
    """
    console, done = notices(), 0

    def plain(what: str) -> None:
        nonlocal done
        done += 1
        console.print(f"{done}/{total} {what}", markup=False, soft_wrap=True)

    if not console.is_terminal:
        yield plain
        return

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task(title, total=total)

        def shown(what: str) -> None:
            plain(what)
            display.advance(task)

        yield shown
