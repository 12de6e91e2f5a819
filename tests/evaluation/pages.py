"""How well and how cheaply pages become articles, against the extractors that it is built from, in one run.

    python -m tests.evaluation.pages --shared ../shared           the table
    python -m tests.evaluation.pages --shared ../shared --pages   also the pages below 0.9, with what went wrong on each

Main text is scored by `score_pages.py` beside the pages. CPU time is that of this process. The readers take turns at ten pages each, as a
worker reads one page after another, so that what else the machine does slows all of them alike; each page is read once by each, since
several of them remember what they saw. "with all metadata" is the whole stage from bytes to article: identity, language and signature too.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any, Final

from pipelines.context import RunContext
from pipelines.normalize import normalize
from pipelines.normalize.agreement import agreement, shingles
from pipelines.normalize.decode import decode
from pipelines.normalize.language import language_of
from pipelines.normalize.page import read_whole_page
from schemas import Article, Document, Locator, MediaType
from tests.evaluation.table import RESAMPLES, SEED, Measure, markdown, missing

SET: Final = "pages-dev"
SCREENED: Final = "dyadwire, screened out"
_TURN: Final = 10
"""Pages that a reader reads before the next has its turn."""
_SHOWN: Final = 110
"""Characters of a paragraph that are printed."""
CONTEXT: Final = RunContext(run_id="evaluation", now=datetime(2026, 11, 24, tzinfo=UTC))


@dataclass(frozen=True)
class Reading:
    """What one extractor gave: texts by page, and CPU milliseconds a page."""

    name: str
    texts: Mapping[str, str]
    milliseconds: float


def evaluate_pages(shared: Path) -> list[Measure]:
    """The rows of the table; one row that says so where the pages are not there."""
    folder = shared / "corpus"
    if not (folder / SET / "ground-truth.json").exists():
        return [missing(SET)]
    scorer = _scorer(folder / "score_pages.py")
    truth = json.loads((folder / SET / "ground-truth.json").read_text(encoding="utf8"))
    pages = {key: gzip.decompress((folder / SET / "html" / f"{key}.html.gz").read_bytes()) for key in truth}
    urls = {key: row.get("url") for key, row in truth.items()}
    readings = _read(pages, urls)
    by_name = {reading.name: reading for reading in readings}
    ours, peer, full = by_name["dyadwire"], by_name["trafilatura"], by_name["trafilatura, with metadata"]
    return [
        *(_f1(reading, truth, scorer) for reading in readings if reading.name not in (SCREENED, full.name)),
        _difference(ours, peer, truth, scorer),
        *(Measure(SET, f"CPU ms a page: {r.name}", r.milliseconds, units=f"{len(pages)} pages") for r in readings),
        Measure(SET, "CPU of dyadwire / trafilatura with metadata", ours.milliseconds / full.milliseconds, units="at most 0.7"),
        Measure(
            SET,
            "CPU of a page screened out / trafilatura with metadata",
            by_name[SCREENED].milliseconds / full.milliseconds,
            units="at most 0.15",
        ),
    ]


@dataclass(frozen=True)
class Below:
    """A page that came out badly, with what its text has too much and too little: the reason can be seen from it."""

    f1: float
    precision: float
    recall: float
    url: str
    chosen: str
    extra: str
    """The longest paragraph that is none of the article's."""
    lost: str
    """The longest paragraph of the article's that is missing."""

    def __str__(self) -> str:
        shown = [f"{self.f1:.2f} (P {self.precision:.2f}, R {self.recall:.2f}) {self.url}", f"taken: {self.chosen}"]
        shown += [f"too much: {self.extra[:_SHOWN]}"] if self.extra else []
        shown += [f"lost: {self.lost[:_SHOWN]}"] if self.lost else []
        return "\n    ".join(shown)


def pages_below(shared: Path, limit: float) -> list[Below]:
    """The pages whose own F1 is below `limit`, worst first."""
    folder = shared / "corpus"
    scorer = _scorer(folder / "score_pages.py")
    truth = json.loads((folder / SET / "ground-truth.json").read_text(encoding="utf8"))
    found = []
    for key, row in truth.items():
        content = gzip.decompress((folder / SET / "html" / f"{key}.html.gz").read_bytes())
        text, chosen = _chosen(content, row.get("url"))
        wanted = row.get("articleBody", "")
        tp, fp, fn = scorer.page(wanted, text)
        precision, recall = tp / max(1e-9, tp + fp), tp / max(1e-9, tp + fn)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        if f1 < limit:
            found.append(Below(f1, precision, recall, row["url"], chosen, _alone(text, wanted), _alone(wanted, text)))
    return sorted(found, key=lambda page: page.f1)


def _chosen(content: bytes, url: str | None) -> tuple[str, str]:
    """The text that the stage takes for a page, and the extractor with the reason why it was taken."""
    result = normalize(_document(content, url), CONTEXT)
    if not isinstance(result, Article):
        return "", f"rejected, {result.error}"
    main = read_whole_page(decode(content).text, url, CONTEXT.now, None).main
    return result.text, f"{main.extractor}, {main.why}" if main else result.extractor


def _alone(text: str, other: str) -> str:
    """The longest paragraph of `text` that `other` has less than half of."""
    have = shingles(other)
    lines = [line.strip() for line in text.split("\n")]
    return max((line for line in lines if (own := shingles(line)) and agreement(own, have).of_first < 0.5), key=len, default="")


def _readers() -> dict[str, Callable[[bytes, str | None], str]]:
    import trafilatura
    from newspaper import Article as NewspaperArticle
    from newspaper import Config
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    config = Config()
    config.fetch_images = False
    config.memoize_articles = False

    def by_trafilatura(page: bytes, url: str | None) -> str:
        return trafilatura.extract(page, include_comments=False) or ""

    def with_metadata(page: bytes, url: str | None) -> str:
        found: Any = trafilatura.bare_extraction(page, url=url, include_comments=False, with_metadata=True)
        return found.text if found else ""

    def by_resiliparse(page: bytes, url: str | None) -> str:
        html = bytes_to_str(page, detect_encoding(page, from_html_meta=True))
        return str(extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False))

    def by_newspaper(page: bytes, url: str | None) -> str:
        article = NewspaperArticle(url or "http://localhost/", config=config)
        article.set_html(page)
        article.parse()
        return str(article.text)

    return {
        "dyadwire": _ours,
        "trafilatura": by_trafilatura,
        "Resiliparse": by_resiliparse,
        "newspaper3k": by_newspaper,
        "trafilatura, with metadata": with_metadata,
        SCREENED: _screened_out,
    }


def _ours(page: bytes, url: str | None) -> str:
    result = normalize(_document(page, url), CONTEXT)
    return result.text if isinstance(result, Article) else ""


def _screened_out(page: bytes, url: str | None) -> str:
    result = normalize(_document(page, url), CONTEXT, screen=lambda text: False)
    return result.text if isinstance(result, Article) and result.extraction_status == "no_pair" else ""


def _document(page: bytes, url: str | None) -> Document:
    return Document(locator=Locator(kind="file", uri="page.html"), input="page.html", content=page, media_type=MediaType.HTML, url=url)


def _read(pages: Mapping[str, bytes], urls: Mapping[str, str | None]) -> list[Reading]:
    """All readers on all pages, in turns."""
    from trafilatura.meta import reset_caches

    readers = _readers()
    first = next(iter(pages))
    # imports, tables and the language classifier are loaded once a process, not once a page
    language_of("Le ministre des Affaires étrangères est arrivé lundi dans la capitale pour des entretiens.")
    for reader in readers.values():
        reader(pages[first], urls[first])
    texts: dict[str, dict[str, str]] = {name: {} for name in readers}
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    keys = list(pages)
    for turn in range(0, len(keys), _TURN):
        for name, reader in readers.items():
            reset_caches()  # of trafilatura and htmldate: the reader before it has just shown them these pages
            for key in keys[turn : turn + _TURN]:
                start = time.process_time()
                texts[name][key] = reader(pages[key], urls[key])
                spent = time.process_time() - start
                if texts[name][key] or name != SCREENED:  # pages in other languages are not screened out
                    seconds[name].append(spent)
    return [Reading(name, texts[name], 1000 * mean(seconds[name])) for name in readers]


def _f1(reading: Reading, truth: Mapping[str, Any], scorer: ModuleType) -> Measure:
    pairs = _pairs(reading, truth, scorer)
    values = sorted(_f1_of(pairs, sample) for sample in _samples(len(pairs)))
    return Measure(SET, f"main text F1: {reading.name}", _f1_of(pairs, range(len(pairs))), *_interval(values), f"{len(pairs)} pages")


def _difference(ours: Reading, peer: Reading, truth: Mapping[str, Any], scorer: ModuleType) -> Measure:
    a, b = _pairs(ours, truth, scorer), _pairs(peer, truth, scorer)
    values = sorted(_f1_of(a, sample) - _f1_of(b, sample) for sample in _samples(len(a)))
    value = _f1_of(a, range(len(a))) - _f1_of(b, range(len(b)))
    return Measure(SET, f"main text F1: {ours.name} - {peer.name}, paired", value, *_interval(values), f"{len(a)} pages")


def _pairs(reading: Reading, truth: Mapping[str, Any], scorer: ModuleType) -> list[tuple[float | None, float | None]]:
    """Precision and recall a page, as `score_pages.score` takes them: None where nothing was found, or nothing was to be found."""
    pairs = []
    for key, row in truth.items():
        tp, fp, fn = scorer.page(row.get("articleBody", ""), reading.texts.get(key, ""))
        pairs.append((tp / (tp + fp) if tp + fp else None, tp / (tp + fn) if tp + fn else None))
    return pairs


def _f1_of(pairs: Sequence[tuple[float | None, float | None]], sample: Sequence[int]) -> float:
    precision = mean([p for i in sample if (p := pairs[i][0]) is not None] or [0.0])
    recall = mean([r for i in sample if (r := pairs[i][1]) is not None] or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _samples(size: int) -> list[list[int]]:
    draw = random.Random(SEED)
    return [draw.choices(range(size), k=size) for _ in range(RESAMPLES)]


def _interval(values: Sequence[float]) -> tuple[float, float]:
    return values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print the table, and on request the pages below 0.9 with what went wrong on each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where the pages lie")
    parser.add_argument("--pages", action="store_true", help="print the pages below 0.9 too")
    options = parser.parse_args()
    measures = evaluate_pages(options.shared)
    print(markdown(measures))
    if options.pages and any(m.value is not None for m in measures):
        print("\npages below 0.9:")
        for page in pages_below(options.shared, 0.9):
            print(f"  {page}")


if __name__ == "__main__":
    main()
