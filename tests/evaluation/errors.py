"""What kinds of error are left on the annotated sets, counted by the step at which a claim was lost or went wrong.

`make eval` writes the table into docs/extraction.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipelines.claims import Extractor, frames
from pipelines.claims.extractor import Analysis
from pipelines.claims.model import ParsedSentence, Reading
from tests.evaluation.matching import as_labelled, label, quadrant, same_direction, same_place
from tests.evaluation.sets import Row, read_all, rows

EXTRACTION: Final = Path(__file__).parents[2] / "docs" / "extraction.md"
BEGIN: Final = "<!-- kinds of error: written by `make eval` -->"
END: Final = "<!-- end of the kinds of error -->"

UNREAD: Final = "missed: the sentence was not chosen for parsing"
UNNAMED: Final = "missed: one of the two is only told by the text around"
NO_RULE: Final = "missed: no rule knows these words"
UNREACHED: Final = "missed: a rule knows the words, but did not reach both"
TURNED: Final = "the other direction"
NEAR_TYPE: Final = "another type of the same quad class"
FAR_TYPE: Final = "another quad class"
NO_PAIR: Final = "wrong: nothing between these two in that sentence"


@dataclass(frozen=True)
class Unit:
    """An analysed text with what was read in it."""

    analysis: Analysis | None
    readings: tuple[tuple[ParsedSentence, Reading], ...]

    def at(self, sentence: str) -> tuple[ParsedSentence, ...]:
        """The parsed sentences that are the annotated one."""
        return () if self.analysis is None else tuple(p for p in self.analysis.parsed if same_place(sentence, p.sentence.text))


def error_table(extractor: Extractor, shared: Path) -> str:
    """The kinds of error of both development sets as a Markdown table, the most frequent first."""
    news, sentences = Counter(_of_articles(extractor, shared)), Counter(_of_sentences(extractor, shared))
    kinds = sorted({*news, *sentences}, key=lambda kind: (-news[kind] - sentences[kind], kind))
    frequent = [kind for kind in kinds if news[kind] + sentences[kind] > 1]
    rare = [kind for kind in kinds if kind not in frequent]
    lines = ["| kind of error | news-dev, claims | relations-dev, sentences |", "|---|---:|---:|"]
    lines += [f"| {kind} | {news[kind]} | {sentences[kind]} |" for kind in frequent]
    lines.append(f"| {len(rare)} kinds seen once | {sum(news[k] for k in rare)} | {sum(sentences[k] for k in rare)} |")
    return "\n".join(lines)


def write(table: str, page: Path = EXTRACTION) -> None:
    """Put the table between its marks.

    Raises:
        ValueError: the page has lost its marks.
    """
    text = page.read_text(encoding="utf8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{page} needs the lines {BEGIN!r} and {END!r} once each, where the table of errors goes")
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf8")


def _of_articles(extractor: Extractor, shared: Path) -> Iterator[str]:
    """One kind for each required row that was not found, and for each claim that no row fits."""
    gold: dict[str, list[Row]] = defaultdict(list)
    for row in rows(shared / "gold" / "news-dev-claims.jsonl"):
        gold[row["article"]].append(row)
    for article in read_all([shared / "corpus" / "news-dev.jsonl"]):
        expected = gold.get(article.doc_id or "", [])
        if not expected:
            continue
        published = None if article.published_at is None else article.published_at.date()
        unit = _unit(extractor, article.text, published, article.title)
        for row in expected:
            if row["required"] and not any(_fits(row, p, r) for p, r in unit.readings):
                yield _why_missed(extractor, unit, row["sentence"], row, row["types"])
        for parsed, reading in unit.readings:
            if not any(_fits(row, parsed, reading) for row in expected):
                here = [row for row in expected if same_place(row["sentence"], parsed.sentence.text) and _ends(row) == _pair(reading)]
                yield "wrong: " + _how_wrong(here, reading) if here else NO_PAIR


def _of_sentences(extractor: Extractor, shared: Path) -> Iterator[str]:
    """One kind for each labelled sentence in which no claim has the labelled type and direction."""
    gold = rows(shared / "gold" / "relations-dev.jsonl")
    labels = {row["type"] for row in gold}
    for row in gold:
        unit = _unit(extractor, row["text"], None, None)
        here = [r for _, r in unit.readings if _pair(r) == _ends(row)]
        if any(label(r.frame.claim_type, labels) == row["type"] and as_labelled(row, _claim(r)) for r in here):
            continue
        if not here:
            yield _why_missed(extractor, unit, row["text"], row, [row["type"], "CONCEDE", "RETREAT"][: 3 if row["type"] == "YIELD" else 1])
        else:
            kinds = [_difference(label(r.frame.claim_type, labels), [row["type"]]) for r in here]
            yield f"labelled {row['type']}, claimed {here[kinds.index(min(kinds))].frame.claim_type}"


def _unit(extractor: Extractor, text: str, published: Any, title: str | None) -> Unit:
    analysis = extractor.analyse(text, published, title)
    if analysis is None:
        return Unit(None, ())
    return Unit(analysis, tuple((p, r) for p in analysis.parsed for r in extractor.readings(p, analysis.quotes, published)))


def _why_missed(extractor: Extractor, unit: Unit, sentence: str, row: Row, types: Sequence[str]) -> str:
    """The step at which a row that has no claim was lost."""
    parsed = unit.at(sentence)
    if not parsed:
        return UNREAD
    here = [r for p, r in unit.readings if p in parsed and _pair(r) == _ends(row)]
    if here:
        return "missed: " + _how_wrong([{**row, "types": types}], here[0])
    if not _ends(row) <= {code for p in parsed for m in p.mentions for code in m.countries}:
        return UNNAMED
    known = {rule.id: rule.type for rule in extractor.rules.rules}
    seen = {known[d.rule_id] for p in parsed for d in frames.match(p, extractor.rules).dropped}
    return UNREACHED if seen.intersection(types) else NO_RULE


def _how_wrong(rows_here: Iterable[Row], reading: Reading) -> str:
    """What sets a claim apart from the annotated rows of its pair and sentence."""
    types = {type_ for row in rows_here for type_ in row["types"]}
    return _difference(reading.frame.claim_type, types)


def _difference(claimed: str, types: Iterable[str]) -> str:
    if claimed in types:
        return TURNED
    return NEAR_TYPE if quadrant(claimed) in {quadrant(t) for t in types} else FAR_TYPE


def _fits(row: Row, parsed: ParsedSentence, reading: Reading) -> bool:
    return (
        _pair(reading) == _ends(row)
        and reading.frame.claim_type in row["types"]
        and same_place(row["sentence"], parsed.sentence.text)
        and same_direction(row, _claim(reading))
    )


def _claim(reading: Reading) -> Row:
    frame = reading.frame
    return {"source_country": frame.source.country, "target_country": frame.target.country, "claim_type": frame.claim_type}


def _pair(reading: Reading) -> frozenset[str]:
    return frozenset((reading.frame.source.country, reading.frame.target.country))


def _ends(row: Row) -> frozenset[str]:
    return frozenset((row["source_country"], row["target_country"]))
