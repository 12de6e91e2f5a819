"""How fast claims are found, as ratios in one run.

    python tests/benchmarks/bench_claims.py [CORPUS.jsonl]

Parsing the articles whole with the same model (tagger, parser, lemmatiser; no names) is the measure: the extractor parses only sentences
that can hold a claim, and what that costs in recall stands beside it. Without a corpus the sample articles of seeds/ are read. Times are of
the process's CPU.
"""

from __future__ import annotations

import dataclasses
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.claims import Extractor
from pipelines.claims.parse import Parser, model
from pipelines.claims.sentences import split
from pipelines.context import new_run
from pipelines.fetch import fetch
from pipelines.normalize import normalize
from pipelines.sources import discover
from schemas import Article, Rejected
from tests.evaluation.scoring import recall
from tests.evaluation.sets import article_scores, rows

HERE = Path(__file__).parents[2]
ROUNDS = 3
MANY = 10_000


def main() -> None:
    """Print the table."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "shared" / "corpus" / "news-dev.jsonl"
    articles = _articles(corpus if corpus.is_file() else HERE / "seeds" / "articles")
    extractor, parser = Extractor(), Parser()
    english = [a for a in articles if a.language == "en"]
    _report("articles", len(english), "")

    ours = _best(lambda: [extractor.extract(a) for a in english])
    whole = _best(lambda: list(model().pipe(a.text for a in english)))
    pieces = _best(lambda: [list(parser.parse(split(a.text))) for a in english])
    _report("claims, against parsing whole articles", whole / ours, "times as fast (3 wanted)")
    _report("claims, against parsing all sentences", pieces / ours, "times as fast")
    _recall(corpus, extractor)

    long = dataclasses.replace(english[0], text="\n\n".join(a.text for a in english)[:50_000])
    lone = dataclasses.replace(long, text=" ".join(w for w in long.text.split() if w.islower()))
    alone = _best(lambda: extractor.extract(lone))
    _report(
        "no two countries, against parsing it", _best(lambda: list(parser.parse(split(lone.text)))) / alone, "times as fast (100 wanted)"
    )

    once, thrice = (dataclasses.replace(long, text=long.text * n) for n in (1, 4))
    _report(
        "four times the text",
        _best(lambda: extractor.extract(thrice)) / _best(lambda: extractor.extract(once)),
        "times the time (4 is linear)",
    )

    before = _memory()
    for i in range(MANY):
        extractor.extract(dataclasses.replace(english[i % len(english)], text=english[i % len(english)].text[:400]))
    _report(f"memory after {MANY} short articles", _memory() / before, "times that before (1 is flat)")


def _recall(corpus: Path, extractor: Extractor) -> None:
    """What is found beside what would be found if all were parsed, where the corpus is annotated."""
    gold = corpus.parents[1] / "gold" / f"{corpus.stem}-claims.jsonl"
    if not gold.is_file():
        return
    for name, reader in (("recall", extractor), ("recall, were all sentences parsed", Extractor(parse_all=True))):
        _report(name, recall(article_scores(reader, [corpus], rows(gold))), "of the annotated claims")


def _articles(source: Path) -> list[Article]:
    context = new_run()
    documents = (d for locator in discover([str(source)], context) if not isinstance(locator, Rejected) for d in fetch(locator, context))
    found = (normalize(d, context) for d in documents if not isinstance(d, Rejected))
    return [a for a in found if isinstance(a, Article)]


def _best(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _memory() -> float:
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _report(name: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{name:42s} {value:8.2f} {unit}\n")


if __name__ == "__main__":
    main()
