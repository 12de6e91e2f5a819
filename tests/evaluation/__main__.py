"""`make eval`: one table of how right the extraction is, `docs/quality.md` from it, and the kinds of error in docs/extraction.md.

    python -m tests.evaluation --shared ../shared

Sets that are not there are marked as not measured, and `docs/quality.md` then stays as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from pipelines.claims import Extractor
from tests.evaluation import errors, sets
from tests.evaluation.copies import evaluate_copies
from tests.evaluation.pages import evaluate_pages
from tests.evaluation.reliability import reliability
from tests.evaluation.table import RESAMPLES, Measure, cells, markdown

QUALITY: Final = Path(__file__).parents[2] / "docs" / "quality.md"

_PAGE: Final = """# Quality

Written by `make eval` from one run; do not edit. Extractor {version}.

Intervals hold 95 % of {resamples} bootstrap resamplings over the units that the last column names. `rules' own examples` are the
sentences beside the rules, `sample articles` are those of `seeds/articles`; the other sets are annotated by others and lie beside the
checkout. Of `relations-dev` the odd rows were looked at while rules were written, the even ones were only counted. Confidence is counted on
odd rows and articles and checked here on the even ones. `pages-dev` holds real pages; the extractors that ours is built from run beside it.

{table}
"""


def main() -> None:
    """Measure, print, and write the page when every set was there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where the annotated sets lie")
    shared = parser.parse_args().shared
    extractor = Extractor()
    measures = [
        *sets.own_sentences(extractor),
        *sets.own_articles(extractor),
        *sets.seed_article(extractor, shared),
        *sets.news_articles(extractor, shared),
        *sets.relation_sentences(extractor, shared),
        *reliability(extractor, shared),
        *evaluate_pages(shared),
        *evaluate_copies(),
    ]
    _print(measures)
    _write(measures, extractor.version)
    if (shared / "gold").is_dir():
        errors.write(errors.error_table(extractor, shared))


def _print(measures: Sequence[Measure]) -> None:
    table = Table("set", "measure", "value", "95 % interval", "over", box=None, pad_edge=False, header_style="bold")
    before = None
    for measure in measures:
        set_, *rest = cells(measure)
        table.add_row("" if set_ == before else set_, *rest)
        before = set_
    # narrower, and the names of the measures are broken over several lines
    Console(width=max(Console().width, 120)).print(table)


def _write(measures: Sequence[Measure], version: str) -> None:
    console = Console(stderr=True)
    if any(m.value is None for m in measures):
        console.print("docs/quality.md stays as it is: some sets are not here.")
        return
    QUALITY.write_text(_PAGE.format(version=version, resamples=RESAMPLES, table=markdown(measures)), encoding="utf8")
    console.print("docs/quality.md is written.")


if __name__ == "__main__":
    main()
