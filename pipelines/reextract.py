"""Read stored articles again with the current extractor: in place, or into a root beside, to judge an upgrade before it is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow.dataset as ds

from pipelines.context import RunContext, new_run
from pipelines.dataset import Again, Layout, RunInfo, StagedWriter, commit, log, open_root, prepare, read
from pipelines.dataset.commit import key_table
from pipelines.dataset.read import Moment
from pipelines.version import RELEASE
from pipelines.work import ExtractionLike
from schemas import Article, ExtractionStatus, from_dict

Extract = Callable[[Article], ExtractionLike]
Progress = Callable[[int], None]

BATCH: Final = 1000
"""Articles that are extracted between two commits: what a crash can waste."""


@dataclass(frozen=True)
class Reextracted:
    """What a re-extraction did."""

    articles: int = 0
    """Articles that were read again."""
    current: int = 0
    """Articles that the current extractor had read already."""
    claims_added: int = 0
    claims_removed: int = 0
    statuses_changed: int = 0
    without_text: int = 0
    """Articles that an older extractor read and that are stored without their text (`store_text` was off): nothing can read them again."""


def reextract(
    root: str | Path,
    *,
    to_root: str | Path | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    extract: Extract | None = None,
    extractor_version: str | None = None,
    progress: Progress | None = None,
) -> Reextracted:
    """Run the current extractor over stored articles.

    In place, articles that it has read already are passed over, so a second call goes on where a first one was stopped.

    Args:
        root: where the articles are.
        to_root: another root, which gets the articles and the new claims; None replaces the claims in `root`.
        since, until: only articles published in this half-open period, UTC.
        extract: the extractor; None is the project's own.
        extractor_version: its version.

    Raises:
        RootError: a root cannot be used.
    """
    source, target = open_root(root, create=False), open_root(to_root if to_root is not None else root)
    prepare(target)
    if extract is None:
        from pipelines.claims import Extractor

        extractor = Extractor()
        extract, extractor_version = extractor.extract, extractor.version
    run = RunInfo(context=new_run(), flow="reextract", code_version=RELEASE, extractor_version=extractor_version or "unknown")
    done = Reextracted()
    for rows in _batches(read(source.root, "articles", since=since, until=until)):
        todo, passed = _not_current(target, rows, run.extractor_version)
        done = total(done, _batch(target, todo, run, extract, beside=to_root is not None), passed)
        if progress:
            progress(done.articles + done.current + done.without_text)
    return done


def _batches(articles: ds.Dataset) -> Iterator[list[dict[str, Any]]]:
    for batch in articles.to_batches(batch_size=BATCH):
        if batch.num_rows:
            yield batch.to_pylist()


def _not_current(target: Layout, rows: list[dict[str, Any]], version: str) -> tuple[list[Article], Reextracted]:
    """The articles to read again, and how many are passed over, and why."""
    keys = key_table(target, "claims")
    keys.catch_up(log.open_table(target, "claims"))
    known = keys.get(r["article_id"] for r in rows)
    old = [r for r in rows if not _is_current(known.get(r["article_id"]), r["text_hash"], version)]
    todo = [from_dict(Article, r) for r in old if r["text"]]
    return todo, Reextracted(current=len(rows) - len(old), without_text=len(old) - len(todo))


def _is_current(key: Any, text_hash: str, version: str) -> bool:
    return key is not None and (key.text_hash, key.extractor) == (text_hash, version)


def _batch(target: Layout, articles: list[Article], run: RunInfo, extract: Extract, *, beside: bool) -> Reextracted:
    if not articles:
        return Reextracted()
    part = RunContext(run_id=new_run(run.context.now).run_id, now=run.context.now)
    writer, judged = StagedWriter(target, part), set()
    for article in articles:
        # the stored status is an older judgement; only the language and the extractor decide anew
        extraction = extract(replace(article, extraction_status=ExtractionStatus.EXTRACTED))
        if extraction.status != article.extraction_status:
            judged.add(article.article_id)
        writer.add(replace(article, extraction_status=extraction.status), extraction.claims)
    result = commit(target, [writer.finish()], replace(run, context=part), again=Again(judged=frozenset(judged)))
    shutil.rmtree(target.staged(part.run_id, ""), ignore_errors=True)
    return Reextracted(len(articles), 0, result.claims_added, result.claims_removed, 0 if beside else len(judged))


def total(*parts: Reextracted) -> Reextracted:
    """The sum of several parts of a re-extraction."""
    return Reextracted(*(sum(counts) for counts in zip(*map(astuple, parts), strict=True)))
