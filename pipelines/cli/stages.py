"""The stages one after the other in this process, for the commands that stop before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.cli.errors import FAILED, WrongCallError
from pipelines.cli.output import notice
from pipelines.context import RunContext, new_run
from pipelines.settings import Settings
from pipelines.words import counted, reasons, rejection
from schemas import Article, Claim, Rejected


@dataclass
class Tally:
    """What was read and rejected so far; each rejection is told on standard error as it comes."""

    articles: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    def reject(self, row: Rejected) -> None:
        """Count a rejected input and say which and why."""
        self.rejected[row.reason] += 1
        notice(rejection(row.input, row.reason, row.error))

    def close(self, written: str, *, strict: bool) -> int:
        """Say the sums; the exit code."""
        statuses = "".join(f", {count} {status}" for status, count in sorted(self.statuses.items()))
        sums = f"{written} from {counted(self.articles, 'article')}{statuses}"
        notice(f"{sums}; {counted(self.rejected.total(), 'input')} rejected{reasons(self.rejected)}")
        return FAILED if strict and self.rejected else 0


def articles_of(inputs: Sequence[str], settings: Settings, tally: Tally) -> Iterator[Article]:
    """The articles of the inputs, every page extracted as well as it can be; what gives none is counted in `tally`.

    Raises:
        WrongCallError: an input has a scheme that no source answers for, or lies in the net and no contact is set.
    """
    from pipelines.fetch import NoContactError, fetch
    from pipelines.normalize import normalize
    from pipelines.sources import UnknownSchemeError, discover, is_remote
    from pipelines.web import fetch_config, opener

    context: RunContext = new_run()
    try:
        config = fetch_config(settings)
        located = discover(inputs, context, web=opener(config) if any(map(is_remote, inputs)) else None)
    except (UnknownSchemeError, NoContactError) as error:
        raise WrongCallError(str(error)) from error
    for locator in located:
        for document in (locator,) if isinstance(locator, Rejected) else fetch(locator, context, config):
            article = document if isinstance(document, Rejected) else normalize(document, context)
            if isinstance(article, Rejected):
                tally.reject(article)
            else:
                tally.articles += 1
                yield article


def claims_of(articles: Iterator[Article], tally: Tally) -> Iterator[Claim]:
    """The claims of the articles, in the order of the text."""
    from pipelines.claims import Extractor

    extractor = Extractor()
    for article in articles:
        extraction = extractor.extract(article)
        tally.statuses[extraction.status] += 1
        yield from extraction.claims
