"""What a worker does with one locator: fetch, normalize, screen, extract, and stage what it found.

One function after the other in one place, so that pages and texts never leave the worker. Whatever goes wrong with an input becomes a row
in `rejected`; nothing that an input holds stops the run.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pipelines.context import RunContext
from pipelines.dataset import Layout, Staged, StagedWriter
from pipelines.dataset.key_table import KeyTable
from pipelines.dataset.keys import ArticleKey
from pipelines.kafka import TopicError
from pipelines.logs import ensure, host_of, logger
from schemas import Article, Claim, Document, Locator, Rejected, RejectionStage


class ExtractionLike(Protocol):
    """What an extractor says about an article."""

    @property
    def status(self) -> str: ...
    @property
    def claims(self) -> tuple[Claim, ...]: ...


@dataclass(frozen=True)
class Stages:
    """The stages as functions; tests put simpler ones in their place."""

    fetch: Callable[[Locator, RunContext], Iterator[Document | Rejected]]
    normalize: Callable[[Document, RunContext], Article | Rejected]
    extract: Callable[[Article], ExtractionLike]


@dataclass(frozen=True, kw_only=True)
class WorkOptions:
    """What workers need to know; picklable."""

    page_limit: int = 20_000_000
    """Bytes of an input above which it is rejected unread."""
    store_text: bool = True
    """Whether articles keep their full text; without it, the claims' sentences are all that is stored, and nothing can be read again."""
    shared_lines: str | None = None
    """File of lines that sites put on many pages, as `dyadwire shared-lines` writes it; they are left out."""
    again: bool = False
    """Whether articles that the dataset has are read again."""
    told: bool = True
    """Whether workers leave word of how far they are; a job without an end would leave ever more."""


def real_stages(options: WorkOptions) -> Stages:
    """The project's stages; heavy, so a worker builds them once."""
    from pipelines.claims import Extractor
    from pipelines.claims.screen import names_two_countries
    from pipelines.fetch import FetchConfig, fetch
    from pipelines.normalize import normalize
    from pipelines.normalize.shared_lines import shared_lines

    shared = shared_lines(options.shared_lines)
    config = FetchConfig(page_limit=options.page_limit, record_limit=options.page_limit)
    return Stages(
        fetch=lambda locator, context: fetch(locator, context, config),
        normalize=lambda document, context: normalize(document, context, screen=names_two_countries, shared=shared),
        extract=Extractor().extract,
    )


@dataclass
class Work:
    """One bundle's work.

    Args:
        layout: of the root.
        context: the run.
        stages: see `Stages`.
        store_text, again, told: see `WorkOptions`.
    """

    layout: Layout
    context: RunContext
    stages: Stages
    store_text: bool = True
    again: bool = False
    told: bool = True
    _seconds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._writer = StagedWriter(self.layout, self.context)
        # claims are written after articles: what both have decided is decided for good, and needs no extraction again
        self._open = ExitStack()
        self._decided = [self._open.enter_context(KeyTable(self.layout, name, ArticleKey).opened()) for name in ("claims", "articles")]
        self._ticks = Ticks(self.layout.progress(self.context.run_id)) if self.told else None
        ensure()
        self._log = logger("work").bind(run=self.context.run_id, slice=self.context.slice_id)

    def take(self, found: Locator | Rejected) -> None:
        """Do all the work for one locator; what discovery rejected is only staged."""
        if isinstance(found, Rejected):
            self._reject(found)
            return
        documents = self.stages.fetch(found, self.context)
        while True:
            try:
                with self._timed("fetch"):
                    document = next(documents, None)
            except TopicError:  # a broker that is away: what it announced is not to be given up, so the work is done again
                raise
            except Exception as error:  # the input's fault or a library's: the input is kept with the error's words
                self._reject(self._failed(RejectionStage.FETCH, str(found), None, error))
                return
            if document is None:
                return
            if isinstance(document, Rejected):
                self._reject(document)
            else:
                self._take_document(document)

    def finish(self) -> Staged:
        """Close the staged files."""
        self._open.close()
        if self._ticks is not None:
            self._ticks.close()
        return self._writer.finish(dict(self._seconds))

    def _take_document(self, document: Document) -> None:
        stage = RejectionStage.NORMALIZE
        try:
            with self._timed("normalize"):
                article = self.stages.normalize(document, self.context)
            if isinstance(article, Rejected):
                self._reject(article)
                return
            inputs = tuple(dict.fromkeys((document.input, str(document.locator))))
            if not self.again and self._is_known(article):
                self._writer.skip(inputs=inputs)
            else:
                stage = RejectionStage.EXTRACT
                with self._timed("extract"):
                    extraction = self.stages.extract(article)
                judged = replace(article, extraction_status=extraction.status, text=article.text if self.store_text else "")
                self._writer.add(judged, extraction.claims, inputs=inputs)
        except Exception as error:  # as above
            self._reject(self._failed(stage, document.input, document.content, error))
            return
        self._tick()

    def _is_known(self, article: Article) -> bool:
        found = (keys([article.article_id]).get(article.article_id) for keys in self._decided)
        return all(known is not None and known.text_hash == article.text_hash for known in found)

    def _reject(self, rejected: Rejected) -> None:
        # the input may be the page: where texts are not to be stored, its hash has to do
        self._writer.reject(rejected if self.store_text else replace(rejected, payload=None))
        about = {"stage": str(rejected.stage), "reason": rejected.reason, "host": host_of(rejected.input)}
        self._log.info("rejected", input=rejected.input, error=rejected.error[:200], **about)
        self._tick()

    def _tick(self) -> None:
        if self._ticks is not None:
            self._ticks.tick()

    def _failed(self, stage: RejectionStage, input: str, content: bytes | None, error: Exception) -> Rejected:
        words = f"{type(error).__name__}: {error}"[:2000]
        return Rejected.of(stage, "failed", input=input, error=words, seen=self.context.now, run_id=self.context.run_id, content=content)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - started  # type: ignore[assignment]


class Ticks:
    """Tells another process how many inputs are done: a file that grows by a byte for each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / secrets.token_hex(8)).open("ab", buffering=0)

    def tick(self) -> None:
        """One input more is done."""
        self._file.write(b".")

    def close(self) -> None:
        self._file.close()


def ticks(folder: Path) -> int:
    """How many inputs all workers have done."""
    return sum(file.stat().st_size for file in folder.glob("*")) if folder.is_dir() else 0
