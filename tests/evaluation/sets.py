"""The annotated sets, and the claims that the extractor finds in their texts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pipelines.claims import Extractor
from pipelines.claims.rulecheck import check
from pipelines.context import new_run
from pipelines.fetch import fetch
from pipelines.normalize import normalize
from pipelines.sources import discover
from schemas import Article, Rejected, to_dict
from tests.evaluation import scoring
from tests.evaluation.scoring import ArticleScore, SentenceScore, score_article, score_sentence
from tests.evaluation.table import Measure, measured, missing

Row = dict[str, Any]

SEEDS: Final = Path(__file__).parents[2] / "seeds" / "articles"
GOLD: Final = Path(__file__).parent / "gold"

_ARTICLE_MEASURES: Final[Sequence[tuple[str, Callable[[Sequence[ArticleScore]], float]]]] = (
    ("precision", scoring.precision),
    ("recall", scoring.recall),
    ("F1", scoring.f1),
    ("recall without the hard ones", scoring.easy_recall),
    ("pairs found", scoring.pairs_found),
    *((f"{name}, of the matched", scoring.field_right(name)) for name in ("modality", "speaker country", "quantities", "event date")),
)
_SENTENCE_MEASURES: Final[Sequence[tuple[str, Callable[[Sequence[SentenceScore]], float]]]] = (
    ("pair found", scoring.pair_found),
    ("quad class right", scoring.quad_right),
    ("type macro-F1", scoring.type_macro_f1),
)


def own_sentences(extractor: Extractor) -> Iterator[Measure]:
    """The examples and counter-examples that stand beside the rules."""
    rules = extractor.rules.rules
    failed = {(f.rule_id, f.text) for f in check(extractor, rules)}
    right = [(r.id, e.text) not in failed for r in rules for e in (*r.examples, *r.counterexamples)]
    yield measured("rules' own examples", "right", lambda verdicts: sum(verdicts) / len(verdicts), right, "sentence")


def own_articles(extractor: Extractor) -> Iterator[Measure]:
    """The sample articles, annotated by the codebook."""
    yield from _articles("sample articles", extractor, [SEEDS], rows(GOLD / "sample-articles.jsonl"))


def seed_article(extractor: Extractor, shared: Path) -> Iterator[Measure]:
    """One long article about a visit."""
    yield from _annotated_articles(
        "seed-claims", extractor, shared / "seeds" / "iran-pakistan-visit.txt", shared / "gold" / "seed-claims.jsonl"
    )


def news_articles(extractor: Extractor, shared: Path) -> Iterator[Measure]:
    """Fourteen real articles of many topics."""
    yield from _annotated_articles("news-dev", extractor, shared / "corpus" / "news-dev.jsonl", shared / "gold" / "news-dev-claims.jsonl")


def relation_sentences(extractor: Extractor, shared: Path) -> Iterator[Measure]:
    """Single real sentences with one labelled relation; odd rows (counted from 0) are for developing, even ones for watching."""
    file = shared / "gold" / "relations-dev.jsonl"
    if not file.is_file():
        yield missing("relations-dev")
        return
    gold = rows(file)
    claims = claims_by_document(extractor, [file])
    labels = {g["type"] for g in gold}
    scores = [score_sentence(g, claims[g["id"]], labels) for g in gold]
    for part, units in (("", scores), (", odd rows", scores[1::2]), (", even rows", scores[0::2])):
        for name, measure in _SENTENCE_MEASURES:
            yield measured(f"relations-dev{part}", name, measure, units, "sentence")


def claims_by_document(extractor: Extractor, inputs: Sequence[Path]) -> dict[str, list[Row]]:
    """The claims of files, by `doc_id`."""
    found: dict[str, list[Row]] = defaultdict(list)
    for article in read_all(inputs):
        found[article.doc_id or ""].extend(to_dict(claim) for claim in extractor.extract(article).claims)
    return found


def _annotated_articles(name: str, extractor: Extractor, texts: Path, gold: Path) -> Iterator[Measure]:
    if not (texts.is_file() and gold.is_file()):
        yield missing(name)
        return
    yield from _articles(name, extractor, [texts], rows(gold))


def _articles(name: str, extractor: Extractor, inputs: Sequence[Path], gold: Sequence[Row]) -> Iterator[Measure]:
    scores = article_scores(extractor, inputs, gold)
    for measure_name, measure in _ARTICLE_MEASURES:
        yield measured(name, measure_name, measure, scores, "article")


def article_scores(extractor: Extractor, inputs: Sequence[Path], gold: Sequence[Row]) -> list[ArticleScore]:
    """A score an annotated article; a row without a `sentence` says only that the article has no claim."""
    claims = claims_by_document(extractor, inputs)
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in gold:
        by_article[row["article"]] += [row] if "sentence" in row else []
    return [score_article(expected, claims[article]) for article, expected in by_article.items()]


def read_all(inputs: Sequence[Path]) -> Iterator[Article]:
    """Every input must be readable: a set that is read in part would give a wrong number.

    Raises:
        ValueError: one is not.
    """
    context = new_run()
    for locator in discover([str(path) for path in inputs], context):
        for document in (locator,) if isinstance(locator, Rejected) else fetch(locator, context):
            article = document if isinstance(document, Rejected) else normalize(document, context)
            if isinstance(article, Rejected):
                raise ValueError(f"{article.input} of an annotated set gives no article: {article.reason} ({article.error})")
            yield article


def rows(file: Path) -> list[Row]:
    """The records of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf8").splitlines() if line.strip()]
