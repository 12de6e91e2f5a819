"""`make run`: the flow `ingest` over the sample articles, then what came of it, on one screen.

python -m flows.first_run --root data
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.environment import PROJECT

if TYPE_CHECKING:
    from pipelines.ingest import RunReport

SAMPLES: Final = PROJECT / "seeds" / "articles"
SHOWN: Final = 100
"""Claims that the table shows."""


def main() -> None:
    """Run it; exits with 1 when the flow fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", default="data", help="where the dataset shall lie")
    root = parser.parse_args().root
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")

    from pipelines.cli.output import results
    from pipelines.logs import configure

    configure()
    try:
        report = _flow(root)
    except Exception as error:  # a newcomer's first run ends in a sentence, whatever went wrong
        sys.exit(f"The first run failed: {type(error).__name__}: {error}")
    results().print()
    _print_claims(report)
    _print_rejected(report)
    _print_where(report, root)


def _flow(root: str) -> RunReport:
    from pipelines.cli.output import notice
    from pipelines.cli.progress import watched

    notice(f"Reading the sample articles in {_short(SAMPLES)}: page → article → claims → dataset.")
    with watched("starting Prefect") as progress:
        from flows.ingest import ingest
        from flows.slices import watched_by

        with watched_by(progress):
            (done,) = ingest(inputs=[str(SAMPLES)], root=root)
    assert done.report is not None  # nobody else reads the samples into a root of our own
    return done.report


def _print_claims(report: RunReport) -> None:
    from pipelines.cli.claims_table import claims_list
    from pipelines.cli.output import results
    from pipelines.dataset import read

    claims = read(report.root, "claims").to_table()
    newest = claims.sort_by([("published_at", "descending"), ("article_id", "ascending"), ("evidence_start", "ascending")])
    results().print(claims_list(newest.slice(0, SHOWN).to_pylist()))
    if claims.num_rows > SHOWN:
        results().print(f"… and {claims.num_rows - SHOWN} more claims.")
    results().print()


def _print_rejected(report: RunReport) -> None:
    from pipelines.cli.output import results
    from pipelines.report import rejected_inputs
    from pipelines.words import rejection

    for row in rejected_inputs(report):
        results().print(rejection(row.input, row.reason, row.error), markup=False, soft_wrap=True)


def _print_where(report: RunReport, root: str) -> None:
    from pipelines.cli.output import results
    from pipelines.report import headline, without_claims

    console = results()
    console.print(f"{headline(report)}.", soft_wrap=True)
    if silent := without_claims(report):
        console.print(f"{silent}.", soft_wrap=True, markup=False)
    if not report.result.recorded:
        console.print("Everything was there already, so nothing was changed.")
    console.print(f"The dataset lies in {_short(report.root)}. Try next:\n", soft_wrap=True)
    console.print(f"    {_short(Path(sys.executable).parent / 'dyadwire')} show IRN-PAK --root {root}\n", soft_wrap=True)


def _short(path: Path) -> str:
    """A path from here, where it is below the current folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    main()
