"""`make calibrate`: counts how often claims were right, by context, on the odd annotated rows; the even ones measure the result.

python -m tests.evaluation.calibration --shared ../shared
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.claims import Extractor, confidence
from pipelines.claims.assemble import distinct
from pipelines.claims.model import Reading
from schemas import Article
from tests.evaluation.matching import as_labelled, label, quadrant, same_direction, same_place
from tests.evaluation.sets import read_all, rows
from tests.evaluation.table import cells

TABLE: Final = Path(confidence.__file__).parent / "data" / "confidence.csv"
_HEADER: Final = (
    "# context: from the widest to the narrowest (pipelines/claims/confidence.py); right, total: claims of the odd annotated rows.\n"
    "# Written by `make calibrate`.\n"
)


def judged(extractor: Extractor, shared: Path, part: int) -> Iterator[tuple[Reading, bool]]:
    """Claims of every second annotated row and article, and whether an annotated row fits.

    Args:
        part: 1 for the odd ones (by position, counted from 0), 0 for the even ones.
    """
    yield from _of_articles(extractor, shared, part)
    yield from _of_sentences(extractor, shared, part)


def main() -> None:
    """Write the table and print how it does on the even half."""
    from tests.evaluation.reliability import reliability  # it reads `judged` from here

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where the annotated sets lie")
    shared = parser.parse_args().shared
    extractor = Extractor()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for reading, fits in judged(extractor, shared, 1):
        for context in confidence.contexts(reading.frame, reading.modality.modality):
            total[context] += 1
            right[context] += fits
    with TABLE.open("w", encoding="utf8", newline="") as file:
        file.write(_HEADER)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["context", "right", "total"])
        writer.writerows((c, right[c], total[c]) for c in sorted(total))
    confidence.counts.cache_clear()
    for measure in reliability(extractor, shared):
        print(*cells(measure), sep="  ")


def _readings(extractor: Extractor, article: Article) -> tuple[Reading, ...]:
    published = None if article.published_at is None else article.published_at.date()
    analysis = extractor.analyse(article.text, published, article.title)
    if analysis is None:
        return ()
    return distinct(r for p in analysis.parsed for r in extractor.readings(p, analysis.quotes, published))


def _of_articles(extractor: Extractor, shared: Path, part: int) -> Iterator[tuple[Reading, bool]]:
    gold: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows(shared / "gold" / "news-dev-claims.jsonl"):
        gold.setdefault(row["article"], []).append(row)
    wanted = {name for i, name in enumerate(sorted(gold)) if i % 2 == part}
    for article in read_all([shared / "corpus" / "news-dev.jsonl"]):
        if article.doc_id in wanted:
            for reading in _readings(extractor, article):
                yield reading, any(_fits(g, reading) for g in gold[article.doc_id])


def _of_sentences(extractor: Extractor, shared: Path, part: int) -> Iterator[tuple[Reading, bool]]:
    file = shared / "gold" / "relations-dev.jsonl"
    gold = {row["id"]: row for i, row in enumerate(rows(file)) if i % 2 == part}
    labels = {row["type"] for row in rows(file)}
    for article in read_all([file]):
        row = gold.get(article.doc_id or "")
        for reading in _readings(extractor, article) if row else ():
            claim = _row(reading)
            if {claim["source_country"], claim["target_country"]} == {row["source_country"], row["target_country"]} and quadrant(
                claim["claim_type"]
            ):
                fits = label(claim["claim_type"], labels) == row["type"] and as_labelled(row, claim)
                yield reading, fits


def _fits(gold: Mapping[str, Any], reading: Reading) -> bool:
    claim = _row(reading)
    pair = "-".join(sorted((claim["source_country"], claim["target_country"])))
    return (
        gold["country_pair"] == pair
        and claim["claim_type"] in gold["types"]
        and same_place(gold["sentence"], reading.sentence.text)
        and same_direction(gold, claim)
    )


def _row(reading: Reading) -> dict[str, str]:
    frame = reading.frame
    return {"source_country": frame.source.country, "target_country": frame.target.country, "claim_type": frame.claim_type}


if __name__ == "__main__":
    main()
