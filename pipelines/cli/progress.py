"""A live line on a terminal's standard error while a job works; silence elsewhere."""

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
