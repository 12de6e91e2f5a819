"""Rebuild from the archive ROOT/raw without one request: every page normalised anew and read with the current extractor.

Beside, into another root, it is the ordinary job over the archive's files: rows as the first run made them, if nothing was upgraded since.

In place, what the archive's pages give now replaces what earlier versions made of the same captures: texts, metadata, statuses, claims.
A page whose article was made by today's normaliser and extractor is passed over, so a second call goes on where a first one stopped, and
then changes nothing. Older captures stay older. An article whose page gives none any more keeps its row, and the reason stands in
`rejected`: nothing that was published vanishes without `dyadwire forget`. Articles that came from files are not touched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from pipelines.context import RunContext, new_run
from pipelines.dataset import Again, Layout, RootError, RunInfo, StagedWriter, commit, log, open_root, prepare, read
from pipelines.dataset.commit import key_table
from pipelines.reextract import BATCH, Progress, Reextracted, total
from pipelines.version import RELEASE
from pipelines.web import RAW
from pipelines.work import Stages, WorkOptions, real_stages
from schemas import Article, Claim, Document, Locator, Rejected, RejectionStage

_Place = tuple[str | None, int | None]
"""File and offset of a page."""
_GROUP: Final = 100
"""Archive files whose rows are looked up at a time: workers that fetch little leave many small ones."""
_STORED: Final = ["raw_file", "raw_offset", "article_id", "text_hash", "normalizer_version", "extraction_status"]


@dataclass(frozen=True)
class Versions:
    """What reads pages today."""

    normalizer: str
    extractor: str

    @classmethod
    def today(cls, work: WorkOptions) -> Versions:
        """The project's own, with what workers are told."""
        from pipelines.claims import extractor_version
        from pipelines.normalize import normalizer_version
        from pipelines.normalize.shared_lines import shared_lines

        return cls(normalizer_version(shared_lines(work.shared_lines)), extractor_version())


def rebuild_beside(
    root: str | Path,
    to_root: str | Path,
    *,
    workers: int = 1,
    stages: Callable[[WorkOptions], Stages] = real_stages,
    extractor_version: str | None = None,
    work: WorkOptions = WorkOptions(),  # noqa: B008 - it is frozen
    progress: Progress | None = None,
) -> Reextracted:
    """Build `to_root` from the archive of `root`; the archive's files are linked there, so that its rows find their pages.

    Args:
        work: whether texts are stored, and the like.

    Raises:
        RootError: `root` has no archive, or a root cannot be used.
        IngestError: the job failed.
    """
    from pipelines.ingest import IngestOptions, ingest

    folder = _archive(root)
    _link(folder, open_root(to_root).root / RAW)
    options = IngestOptions(inputs=(f"raw:{folder}",), root=to_root, workers=workers, flow="reextract", work=work)
    result = ingest(options, stages=stages, extractor_version=extractor_version, progress=progress).result
    return Reextracted(sum(result.articles.values()), result.known, result.claims_added, result.claims_removed)


def rebuild_in_place(
    root: str | Path,
    *,
    stages: Callable[[WorkOptions], Stages] = real_stages,
    versions: Versions | None = None,
    only: Iterable[Path] | None = None,
    work: WorkOptions = WorkOptions(),  # noqa: B008 - it is frozen
    progress: Progress | None = None,
) -> Reextracted:
    """Let the pages of the archive of `root` replace what earlier versions made of them.

    Args:
        only: these files of the archive; None is all of them.
        work: whether texts are stored, and the like.

    Raises:
        RootError: `root` has no archive, or cannot be used.
    """
    from pipelines.fetch.archive import archive_files

    folder, layout = _archive(root), open_root(root, create=False)
    prepare(layout)
    versions = versions or Versions.today(work)
    built, done, failed = stages(work), Reextracted(), _Failed.of(layout)
    paths = iter(archive_files(folder))
    while group := list(islice(paths, _GROUP)):
        stored = _Stored.of(layout, group, versions)
        pages = chain.from_iterable(built.fetch(Locator(kind="raw", uri=str(path)), new_run()) for path in group)
        while batch := list(islice(pages, BATCH)):
            done = total(done, _batch(layout, batch, stored, failed, built, versions, store_text=work.store_text))
            if progress:
                progress(done.articles + done.current)
    return done


@dataclass(frozen=True)
class _Stored:
    """What the dataset holds of the pages of some archive files."""

    rows: dict[_Place, dict[str, Any]]
    """Rows of `articles`, by the place of their page."""
    current: frozenset[_Place]
    """Places of the pages that today's versions have read already."""

    @classmethod
    def of(cls, layout: Layout, paths: Iterable[Path], versions: Versions) -> _Stored:
        from pipelines.fetch.archive import OPEN

        here = pc.field("raw_file").isin([path.name.removesuffix(OPEN) for path in paths])
        table = read(layout.root, "articles").to_table(columns=_STORED, filter=here)
        rows = {(row["raw_file"], row["raw_offset"]): row for row in table.to_pylist()}
        keys = key_table(layout, "claims")
        keys.catch_up(log.open_table(layout, "claims"))
        known = keys.get(row["article_id"] for row in rows.values())
        current = {place for place, row in rows.items() if _is_current(row, known.get(row["article_id"]), versions)}
        return cls(rows, frozenset(current))


@dataclass(frozen=True)
class _Failed:
    """What stood in `rejected` at the start."""

    ids: frozenset[str]
    fetches: frozenset[str]
    """Inputs whose fetching failed at last: their old page in the archive is no success that would take this back."""

    @classmethod
    def of(cls, layout: Layout) -> _Failed:
        rows = read(layout.root, "rejected").to_table(columns=["rejected_id", "input", "stage"]).to_pylist()
        fetches = (row["input"] for row in rows if row["stage"] == RejectionStage.FETCH)
        return cls(frozenset(row["rejected_id"] for row in rows), frozenset(fetches))


def _is_current(row: dict[str, Any], key: Any, versions: Versions) -> bool:
    return (
        row["normalizer_version"] == versions.normalizer
        and key is not None
        and (key.text_hash, key.extractor) == (row["text_hash"], versions.extractor)
    )


def _batch(
    layout: Layout,
    pages: Iterable[Document | Rejected],
    stored: _Stored,
    failed: _Failed,
    stages: Stages,
    versions: Versions,
    *,
    store_text: bool,
) -> Reextracted:
    """Read some pages and commit what they give."""
    context = new_run()
    writer, judged, current = StagedWriter(layout, context), set[str](), 0
    for page in pages:
        place = (page.raw_file, page.raw_offset) if isinstance(page, Document) else None
        if place in stored.current:
            current += 1
            continue
        found = page if isinstance(page, Rejected) else _read(page, stages, context)
        if isinstance(found, Rejected):
            if found.rejected_id not in failed.ids:
                writer.reject(found if store_text else replace(found, payload=None))
            continue
        article, claims = found
        if place in stored.rows and _differs(stored.rows[place], article):
            judged.add(article.article_id)
        writer.add(
            article if store_text else replace(article, text=""), claims, inputs=() if page.input in failed.fetches else (page.input,)
        )
    staged = writer.finish()
    run = RunInfo(context=context, flow="reextract", code_version=RELEASE, extractor_version=versions.extractor)
    result = commit(layout, [staged], run, again=Again(judged=frozenset(judged)))
    shutil.rmtree(layout.staged(context.run_id, ""), ignore_errors=True)
    read_again = sum(count for _, count in staged.statuses)
    return Reextracted(read_again, current, result.claims_added, result.claims_removed, len(judged))


def _read(page: Document, stages: Stages, context: RunContext) -> tuple[Article, tuple[Claim, ...]] | Rejected:
    """A page's article and claims now."""
    stage = RejectionStage.NORMALIZE
    try:
        article = stages.normalize(page, context)
        if isinstance(article, Rejected):
            return article
        stage = RejectionStage.EXTRACT
        extraction = stages.extract(article)
    except Exception as error:  # the page's fault or a library's: it is kept with the error's words
        words = f"{type(error).__name__}: {error}"[:2000]
        return Rejected.of(stage, "failed", input=page.input, error=words, seen=context.now, run_id=context.run_id, content=page.content)
    return replace(article, extraction_status=extraction.status), tuple(extraction.claims)


def _differs(before: dict[str, Any], article: Article) -> bool:
    now = (article.normalizer_version, article.extraction_status)
    return (before["normalizer_version"], before["extraction_status"]) != now


def _archive(root: str | Path) -> Path:
    """The archive of a root, with what a crash left open closed.

    Raises:
        RootError: there is none.
    """
    from pipelines.fetch.archive import archive_files
    from pipelines.fetch.repair import repair

    folder = open_root(root, create=False).root / RAW
    if not archive_files(folder):
        raise RootError(f"{folder} holds no archived pages: all was read from files, or `keep_raw` was off; try it without --from raw")
    repair(folder)
    return folder


def _link(folder: Path, target: Path) -> None:
    """The archive's files also below another root: the same bytes, or copies where the file system has no links between the two."""
    from pipelines.fetch.archive import archive_files

    target.mkdir(parents=True, exist_ok=True)
    for path in archive_files(folder):
        there = target / path.name
        if there.exists():
            continue
        try:
            os.link(path, there)
        except OSError:
            shutil.copy2(path, there)
