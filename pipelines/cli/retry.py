"""`dyadwire retry`: try again what was rejected and is due."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.errors import DONE, FAILED, WrongCallError
from pipelines.cli.options import AsJson, Root, Strict, effective, the_root
from pipelines.cli.output import notice
from pipelines.words import counted

_PART = re.compile(r"(.+?)(?:#\d+|@\d+(?:\+\d+)?)")
"""A line of a file, or a record at an offset: tried again with its whole file."""


def retry(
    root: Root = None,
    all_: Annotated[bool, typer.Option("--all", help="Also what is not due yet, and what nobody expects to pass.")] = False,
    strict: Strict = None,
    as_json: AsJson = False,
) -> None:
    """Try the rejected inputs that are due again; what succeeds leaves `rejected`."""
    settings = effective(root=root, strict=strict)
    folder = the_root(settings)

    from pipelines.cli.ingest import run, tell
    from pipelines.context import utc_now
    from pipelines.jobs import job_options

    inputs = due_inputs(folder, utc_now(), everything=all_)
    if not inputs:
        notice("nothing is due; --all tries everything that was rejected")
        return
    notice(f"trying {counted(len(inputs), 'input')} again")
    report = run(job_options(settings, inputs))
    tell(report, as_json=as_json)
    raise typer.Exit(FAILED if settings.strict and report.result.rejected_by_reason else DONE)


def due_inputs(root: Path, now: datetime, *, everything: bool = False) -> tuple[str, ...]:
    """The inputs of `rejected` that are to be tried again at `now`, each once, sorted.

    Raises:
        WrongCallError: there is no dataset below `root`.
    """
    import pyarrow.compute as pc

    from pipelines.dataset import RootError, read

    condition = None if everything else pc.field("retry_after") <= now
    try:
        rows = read(root, "rejected").to_table(columns=["input"], filter=condition).column("input").to_pylist()
    except RootError as error:
        raise WrongCallError(str(error)) from error
    return tuple(sorted({_whole(name) for name in rows}))


def _whole(name: str) -> str:
    """The input that a person would give: a file for its lines and records."""
    part = _PART.fullmatch(name)
    return part[1] if part is not None and "://" not in name and not Path(name).exists() else name
