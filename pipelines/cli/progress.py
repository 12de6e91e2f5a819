"""A live line on a terminal's standard error while a job works; silence elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.cli.output import notices


@contextmanager
def watched(what: str) -> Iterator[Callable[[int], None]]:
    """Show a spinner, how many inputs are done, and the time that has passed; the value takes the number."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:.0f} inputs done"), TimeElapsedColumn())
    with Progress(*columns, console=notices(), transient=True) as display:
        task = display.add_task(what, total=None)
        yield lambda done: display.update(task, completed=done)
