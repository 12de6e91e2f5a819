"""`dyadwire stream`: sources watched and read as they change, until somebody stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipelines.cli.errors import JobFailedError, WrongCallError
from pipelines.cli.options import Root, Runner, RunnerOption, effective, the_root
from pipelines.cli.output import json_line, notices

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.settings import Settings
    from pipelines.stream.watching import Snapshot

_BETWEEN: Final = 30.0
"""Seconds between two lines of JSON."""


def stream(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="`feed:`, `feeds:`, `sitemap:`, `site:`, `urls:`, `kafka:`, a page, a folder, a quoted glob; else `sources` as set.",
            show_default=False,
        ),
    ] = None,
    root: Root = None,
    seconds: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", min=0, help="Stop after so long, with all that was seen.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Workers of an engine that is named.", show_default="1")
    ] = None,
    runner: Runner = None,
    runner_option: RunnerOption = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="How it goes, each half minute and at the end, as a line of JSON; not of an engine that is named."),
    ] = False,
) -> None:
    """Watch sources and read what is new, within seconds, until stopped.

    Each feed is asked at its own pace, folders and lists of URLs are looked at all the time. Ctrl-C stops; the same command goes on.
    On an engine that is named it is one unbounded job; without, small jobs in this process.
    """
    settings = effective(root=root, workers=workers, runner=runner, runner_options=runner_option or None)
    the_root(settings)
    _speak_up(settings)

    from pipelines.dataset import RootError
    from pipelines.engines import EngineError
    from pipelines.fetch import NoContactError
    from pipelines.running import IngestError
    from pipelines.sources import UnknownSchemeError
    from pipelines.sources.feeds import FeedListError
    from pipelines.stream.process import StreamBusyError
    from pipelines.stream.watched import UnwatchableError

    try:
        _run(settings, tuple(sources or settings.sources), seconds, as_json=as_json)
    except (RootError, UnknownSchemeError, NoContactError, FeedListError, StreamBusyError, UnwatchableError, EngineError) as error:
        raise WrongCallError(str(error)) from error
    except IngestError as error:
        raise JobFailedError(f"the job failed: {error}; the same command goes on") from error


def _run(settings: Settings, sources: tuple[str, ...], seconds: float | None, *, as_json: bool) -> None:
    from pipelines.engines import engine_named

    if engine_named(settings.runner).name != "in-process":
        from pipelines.unbounded.job import run as run_unbounded
        from pipelines.unbounded.settings import unbounded_options

        run_unbounded(unbounded_options(settings, sources, seconds))
        return
    from pipelines.stream.process import run
    from pipelines.stream.settings import stream_options

    with lines() if as_json else shown() as watch:
        run(stream_options(settings, sources), watch=watch, seconds=seconds)


def _speak_up(settings: Settings) -> None:
    """Where nobody watches a table, the log says how it goes, unless somebody chose a level."""
    from pipelines.logs import configure
    from pipelines.settings import origins

    if not notices().is_terminal and origins()["log_level"] == "default":
        configure("info", settings.log_format)


@contextmanager
def lines() -> Iterator[Callable[[Snapshot], None]]:
    """Lines of JSON on standard output, now and then, and a last one at the end."""
    from pipelines.stream.reporting import every

    last: list[str] = []
    tell = every(_BETWEEN, typer.echo, form=as_line)

    def watch(snapshot: Snapshot) -> None:
        last[:] = [as_line(snapshot)]
        tell(snapshot)

    try:
        yield watch
    finally:
        for line in last:
            typer.echo(line)


def as_line(snapshot: Snapshot) -> str:
    """All numbers of a moment."""
    return json_line(snapshot.fields())


@contextmanager
def shown() -> Iterator[Callable[[Snapshot], None]]:
    """On a terminal a table that is kept up to date; elsewhere nothing, since the log tells."""
    console = notices()
    if not console.is_terminal:
        yield lambda _: None
        return

    from rich.live import Live

    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield lambda snapshot: live.update(table(snapshot), refresh=True)


def table(snapshot: Snapshot) -> Table:
    """The numbers of a moment, for people."""
    from rich.table import Table

    rows = (
        ("sources", f"{snapshot.sources}, looked at {snapshot.polls} times, {snapshot.failed_polls} failed; late by {snapshot.lag:.0f} s"),
        ("pages", f"{snapshot.pages} read, {snapshot.pages_per_minute:.0f} a minute; {snapshot.waiting} waiting"),
        ("rows", f"{snapshot.articles} articles, {snapshot.claims} claims, {snapshot.rejected} rejected"),
        ("from seen to readable", f"{_seconds(snapshot.latency)} median, {_seconds(snapshot.latency_p95)} p95"),
        ("jobs", f"{snapshot.jobs}, the last one took {_seconds(snapshot.job_seconds)}; {snapshot.failed_jobs} failed"),
        ("memory", "not known" if snapshot.megabytes is None else f"{snapshot.megabytes:.0f} MB"),
        *((("trouble", snapshot.trouble),) if snapshot.trouble else ()),
    )
    shown = Table(show_header=False, box=None)
    for name, value in rows:
        shown.add_row(name, value)
    return shown


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"
