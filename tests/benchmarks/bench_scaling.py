"""What a page costs in each stage, and what a million and a hundred million pages a day take.

    python tests/benchmarks/bench_scaling.py [--pages 300] [--write]

Processor time is measured, so that other work on the machine hardly counts. Pages of some 40 kB with 400 words and six sentences that make
claims, from a server on loopback and from files; commits of made rows, a small and a large one. `--write` puts the tables into
docs/scaling.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

import bench_fetch
from bench_dataset import run as a_run
from bench_dataset import size
from made_claims import CLAIMS_AN_ARTICLE, made, stage

from pipelines.context import new_run
from pipelines.dataset import Staged, StagedWriter, commit, open_root
from pipelines.fetch import FetchConfig
from pipelines.logs import configure
from pipelines.work import WorkOptions, real_stages
from schemas import Article, Document, Locator, MediaType
from tests.benchmarks.scaling import Costs, tables
from tests.engines.made_articles import write_articles

DOCS: Final = Path(__file__).parents[2] / "docs" / "scaling.md"
LOADS: Final = (1e4, 1e5, 1e6, 1e7, 1e8)
SMALL, LARGE = 5_000, 100_000
"""Claims of the two commits."""
_LINKS: Final = "".join(f'<li><a href="/section/{i * 7919}">Section {i}</a></li>' for i in range(800))

Result = TypeVar("Result")


def measure(pages: int) -> Costs:
    """Each stage over so many pages, and two commits."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = list(_documents(folder, pages))
        stages, context = real_stages(WorkOptions()), new_run()
        for document in documents[:5]:  # what is loaded at first use
            stages.extract(stages.normalize(document, context))  # type: ignore[arg-type]
        articles, normalize = _timed(lambda: [stages.normalize(document, context) for document in documents])
        read = [article for article in articles if isinstance(article, Article)]
        if len(read) != pages:
            raise SystemExit(f"{pages - len(read)} of {pages} pages were rejected: {articles[0]}")
        found, extract = _timed(lambda: [stages.extract(article) for article in read])
        writer = StagedWriter(open_root(folder / "staged"), context)

        def write() -> Staged:
            for article, extraction in zip(read, found, strict=True):
                writer.add(article, extraction.claims, inputs=(article.article_id,))
            return writer.finish({})

        staged, write_time = _timed(write)
        worker = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        layout = open_root(folder / "staged")
        commit(layout, [staged], a_run("pages"))
        large = _commits(folder, sum(len(extraction.claims) for extraction in found) / pages)
        wire = len(gzip.compress(documents[0].content, 6))
        return Costs(
            fetch=_fetch(),
            normalize=1000 * normalize / pages,
            extract=1000 * extract / pages,
            stage=1000 * write_time / pages,
            commit=large.each,
            commit_fixed=large.fixed,
            wire=wire,
            raw=wire,
            stored=size(layout.plain("articles")) / pages + large.stored,
            keys=large.keys,
            worker=worker,
        )


@dataclass(frozen=True)
class _Commits:
    """Of a page's claims: milliseconds of a commit, besides what each commit costs; bytes."""

    each: float
    fixed: float
    stored: float
    keys: float


def _commits(folder: Path, claims_a_page: float) -> _Commits:
    """From a small commit and a large one."""
    seconds = {}
    for claims in (SMALL, LARGE):
        layout = open_root(folder / f"commit-{claims}")
        staged = stage(layout, *made(claims), "bench")
        _, seconds[claims] = _timed(lambda layout=layout, staged=staged: commit(layout, [staged], a_run("bench")))  # type: ignore[misc]
    each = (seconds[LARGE] - seconds[SMALL]) / (LARGE - SMALL)
    keys = sum(layout.key_table(name).stat().st_size for name in ("articles", "claims", "copies"))
    return _Commits(
        each=1000 * each * claims_a_page,
        fixed=1000 * (seconds[SMALL] - each * SMALL),
        stored=size(layout.plain("claims")) / LARGE * claims_a_page,
        keys=keys / (LARGE / CLAIMS_AN_ARTICLE),
    )


def _fetch() -> float:
    """Milliseconds of processor time a page, the archive and the memory of sources included."""
    with bench_fetch.serving() as port:
        return bench_fetch.fetch_rate(port, 4, 0.0, concurrency=32)[1]


def _documents(folder: Path, pages: int) -> Iterator[Document]:
    for line in write_articles(folder / "made.jsonl", pages, acts=6, plain=24).read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        text = "".join(f"<p>{paragraph}</p>" for paragraph in row["text"].split("\n\n"))
        page = f"<html><head><title>{row['title']}</title></head><body><nav><ul>{_LINKS}</ul></nav><article>{text}</article></body></html>"
        url = f"https://news.example/2026/11/24/{row['id']}"
        yield Document(locator=Locator(kind="url", uri=url), input=url, url=url, content=page.encode(), media_type=MediaType.HTML)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What it gives, and its processor time in seconds."""
    started = time.process_time()
    return work(), time.process_time() - started


def write(texts: dict[str, str]) -> None:
    """Put the tables between the marks of the page."""
    page = DOCS.read_text(encoding="utf8")
    for name, table in texts.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        if not marked.search(page):
            raise SystemExit(f"{DOCS} has no place for a table, between <!-- {name} --> and <!-- /{name} -->")
        page = marked.sub(lambda found, table=table: found[1] + table + found[2], page)  # type: ignore[misc]
    DOCS.write_text(page, encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scaling.md")
    given = parser.parse_args()
    configure("error")
    texts = dict(tables(measure(given.pages), LOADS, FetchConfig(contact="bench@example.org")))
    print("\n\n".join(texts.values()))
    if given.write:
        write(texts)


if __name__ == "__main__":
    main()
