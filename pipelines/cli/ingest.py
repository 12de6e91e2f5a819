"""`dyadwire ingest`: the whole job, from inputs to dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.errors import DONE, FAILED, JobFailedError, WrongCallError
from pipelines.cli.options import AsJson, Inputs, Root, Runner, RunnerOption, Since, Strict, Until, effective, period, the_root
from pipelines.cli.output import json_line, notice, results
from pipelines.cli.progress import watched
from pipelines.words import rejection

if TYPE_CHECKING:
    from pipelines.ingest import IngestOptions, RunReport


def ingest(
    inputs: Inputs,
    root: Root = None,
    since: Since = None,
    until: Until = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that do the work.", show_default="1")] = None,
    runner: Runner = None,
    runner_option: RunnerOption = None,
    strict: Strict = None,
    store_text: Annotated[
        bool | None,
        typer.Option("--store-text/--no-store-text", help="Keep articles' full text, or only the sentences that prove claims."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The whole job, without Prefect: inputs in, dataset out.

    Articles that the dataset has already are left as they are, so running it again is safe and cheap.
    """
    settings = effective(
        root=root, workers=workers, runner=runner, runner_options=runner_option or None, strict=strict, store_text=store_text
    )
    the_root(settings)
    start, end = period(since, until)

    from pipelines.jobs import job_options

    report = run(job_options(settings, inputs, since=start, until=end))
    tell(report, as_json=as_json)
    raise typer.Exit(FAILED if settings.strict and report.result.rejected_by_reason else DONE)


def run(options: IngestOptions) -> RunReport:
    """The job with a progress display.

    Raises:
        WrongCallError: the root or an input's scheme cannot be used.
        JobFailedError: the job failed.
    """
    from pipelines.dataset import RootError
    from pipelines.engines import EngineError
    from pipelines.fetch import NoContactError
    from pipelines.ingest import IngestError
    from pipelines.ingest import ingest as job
    from pipelines.sources import UnknownSchemeError

    try:
        with watched("starting") as progress:
            return job(options, progress=progress)
    except (RootError, UnknownSchemeError, NoContactError, EngineError) as error:
        raise WrongCallError(str(error)) from error
    except IngestError as error:
        raise JobFailedError(f"the job failed: {error}") from error


def tell(report: RunReport, *, as_json: bool) -> None:
    """Result to standard output; each rejected input to standard error."""
    from pipelines.report import headline, rejected_inputs, without_claims

    for row in rejected_inputs(report):
        notice(rejection(row.input, row.reason, row.error))
    if as_json:
        typer.echo(json_line(as_record(report)))
        return
    results().print(headline(report), soft_wrap=True)
    if silent := without_claims(report):
        results().print(silent, soft_wrap=True, markup=False)
    pairs = report.result.claims_by_pair
    if pairs:
        most = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"{pair} {count}" for pair, count in most[:8])
        results().print(f"new claims by pair: {shown}{' …' if len(most) > 8 else ''}", soft_wrap=True)
        results().print(f"look at them: dyadwire show {most[0][0]} --root {report.root}", soft_wrap=True)


def as_record(report: RunReport) -> dict[str, object]:
    """The report as plain values."""
    result = report.result
    return {
        "run_id": report.run_id,
        "root": str(report.root),
        "seconds": round(report.seconds, 3),
        "new": result.recorded,
        "inputs": result.inputs,
        "articles": dict(result.articles),
        "statuses": dict(result.statuses),
        "claims_added": result.claims_added,
        "claims_removed": result.claims_removed,
        "claims_by_pair": dict(result.claims_by_pair),
        "rejected_by_reason": dict(result.rejected_by_reason),
        "versions": dict(result.versions),
    }
