"""`dyadwire backfill`: fill a period of the past, slice by slice."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.errors import DONE, FAILED, WrongCallError
from pipelines.cli.options import AsJson, Root, Since, Until, effective, period, the_root
from pipelines.cli.output import json_line, notice, results
from pipelines.words import counted

if TYPE_CHECKING:
    from pipelines.backfill import Plan, SliceResult
    from pipelines.backfill.cut import By
    from pipelines.settings import Settings


def backfill(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="`gdelt:`, `sitemap:URL`, `warc:` or files with a date pattern or as a glob, `raw:FOLDER`, "
            "or `articles:` to read stored articles again.",
            show_default=False,
        ),
    ],
    root: Root = None,
    since: Since = None,
    until: Until = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="hour|day|N", help="Slices: an hour, a day, or N files.", show_default="day, or 20 files")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and do nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also slices that are complete; known articles are read again.")] = False,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Slices at a time.", show_default="1")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that work on one slice.", show_default="1")] = None,
    as_json: AsJson = False,
) -> None:
    """Fill a period: what is complete is passed over, what fails is tried again, and a slice that keeps failing does not stop the others.

    Stop it at any time: the same command goes on where it was stopped.
    """
    settings = effective(root=root, workers=workers, concurrency=concurrency)
    folder = the_root(settings)
    start, end = period(since, until)

    from pipelines.backfill import PlanError, Request, make_plan

    try:
        plan = make_plan(
            Request(source=source, root=folder, since=start, until=end, by=_by(by), force=force, shared_lines=settings.shared_lines)
        )
    except PlanError as error:
        raise WrongCallError(str(error)) from error
    if dry_run:
        _show(plan, as_json=as_json)
        return
    done = _work_off(plan, settings, as_json=as_json)
    raise typer.Exit(_tell(plan, done, as_json=as_json))


def _by(text: str | None) -> By | None:
    if text is None or text in ("hour", "day"):
        return text  # type: ignore[return-value]
    if re.fullmatch(r"[1-9]\d{0,5}", text):
        return int(text)
    raise WrongCallError(f"--by {text!r} is none of `hour`, `day` and a number of files")


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        from pipelines.backfill.plan import as_record

        for planned in plan.slices:
            typer.echo(json_line(as_record(planned)))
        return
    from pipelines.cli.tables import table

    rows = [(p.slice.id, p.slice.title, p.state, p.slice.count, _megabytes(p.slice.bytes)) for p in plan.slices]
    table(f"{plan.request.source} → {plan.request.root}", ("slice", "what", "state", "to read", "MB"), rows)
    counts = ", ".join(f"{plan.count(s)} {s}" for s in ("todo", "complete", "empty") if plan.count(s))
    results().print(f"{counted(len(plan.slices), 'slice')}: {counts}")


def _megabytes(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)


def _work_off(plan: Plan, settings: Settings, *, as_json: bool) -> list[SliceResult]:
    from pipelines.backfill import Workers
    from pipelines.backfill.drive import Patience, jobs_of, tried, work_off
    from pipelines.backfill.work import as_record
    from pipelines.cli.progress import steps
    from pipelines.jobs import job_options

    options = job_options(settings)
    jobs = jobs_of(plan, options)
    log = (settings.log_level, settings.log_format)
    patience = Patience(attempts=settings.slice_attempts)
    titles = {job.slice.id: job.slice.title for job in jobs}
    with (
        Workers(settings.concurrency, time_limit=settings.slice_minutes * 60, log=log) as workers,
        steps(f"backfill {plan.request.source}", len(jobs)) as step,
    ):

        def watch(result: SliceResult, _: float) -> None:
            step(f"{titles[result.slice_id]}: {result.outcome}" + (f" ({result.error})" if result.error else ""))
            if as_json:
                typer.echo(json_line(as_record(result)))

        return work_off(jobs, partial(tried, workers=workers, patience=patience), settings.concurrency, watch=watch, on_stop=workers.close)


def _tell(plan: Plan, done: list[SliceResult], *, as_json: bool) -> int:
    """What became of the plan, in words on standard error where the output is for programs; the exit code."""
    from pipelines.backfill.drive import summary

    told = summary(plan, done)
    if as_json:
        notice(told)
    else:
        results().print(told, soft_wrap=True, markup=False)
    left = [result for result in done if result.outcome in ("failed", "incomplete")]
    for result in left:
        notice(f"{result.slice_id} is {result.outcome} after {counted(result.attempts, 'attempt')}: {result.error or 'see `rejected`'}")
    if left:
        notice("the same command tries them again")
    return FAILED if left else DONE
