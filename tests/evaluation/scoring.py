"""Judges claims against annotated rows, one unit (an article, a sentence) at a time, so that units can be resampled.

The rules are those of the `score.py` that lies beside the annotated sets; a test holds the sums here against what it prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.evaluation.matching import as_labelled, label, quadrant, same_direction, same_place

Row = Mapping[str, Any]


@dataclass
class ArticleScore:
    """What came out right and wrong in one article."""

    right: int = 0
    """Claims that found a required row, each row once."""
    wrong: int = 0
    required: int = 0
    easy: int = 0
    """Required rows that are not marked as hard."""
    easy_found: int = 0
    pairs_wanted: set[str] = field(default_factory=set)
    pairs_claimed: set[str] = field(default_factory=set)
    fields: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    judged: list[tuple[float, bool]] = field(default_factory=list)
    """Confidence of each claim, and whether a row fits it: a required one, an optional one, or one that was found already."""


def score_article(gold: Sequence[Row], claims: Iterable[Row]) -> ArticleScore:
    """Claims of one article against its rows, as `score.py articles` does it."""
    score = ArticleScore()
    found: set[int] = set()
    for claim in claims:
        pair = "-".join(sorted((claim["source_country"], claim["target_country"])))
        fits = [
            g
            for g in gold
            if g["country_pair"] == pair
            and same_place(g["sentence"], claim["evidence"])
            and claim["claim_type"] in g["types"]
            and same_direction(g, claim)
        ]
        score.judged.append((float(claim["confidence"]), bool(fits)))
        score.pairs_claimed.add(pair)
        if not fits:
            score.wrong += 1
            continue
        hit = next((g for g in fits if g["required"] and g["id"] not in found), None)
        if hit is not None:
            found.add(hit["id"])
            score.right += 1
            _judge_fields(score, hit, claim)
    need = [g for g in gold if g["required"]]
    score.required = len(need)
    score.easy = sum(not g.get("hard") for g in need)
    score.easy_found = sum(not g.get("hard") for g in need if g["id"] in found)
    score.pairs_wanted = {g["country_pair"] for g in need}
    return score


def _judge_fields(score: ArticleScore, gold: Row, claim: Row) -> None:
    score.fields["modality"].append(claim["modality"] in gold["modality"])
    if gold.get("speaker_country"):
        score.fields["speaker country"].append(claim["speaker_country"] == gold["speaker_country"])
    if gold.get("quantities"):
        score.fields["quantities"].append(_amounts(gold["quantities"]) <= _amounts(claim["quantities"]))
    if gold.get("event_start"):
        wanted = (gold["event_start"], gold["event_end"])
        score.fields["event date"].append((str(claim["event_start"]), str(claim["event_end"])) == wanted)


def _amounts(quantities: Iterable[Row]) -> set[tuple[float, str]]:
    return {(round(float(q["value"]), 2), q.get("currency") or q["unit"]) for q in quantities}


@dataclass(frozen=True)
class SentenceScore:
    """What came out of a sentence with one labelled relation."""

    gold_type: str
    pair: bool
    quad: bool
    types: frozenset[str]
    """The types that were claimed between the two, in the labelled direction."""


def score_sentence(gold: Row, claims: Iterable[Row], labels: set[str]) -> SentenceScore:
    """Claims of one sentence against its label, as `score.py relations` does it."""
    ends = {gold["source_country"], gold["target_country"]}
    on_pair = [c for c in claims if {c["source_country"], c["target_country"]} == ends]
    events = [c for c in on_pair if quadrant(c["claim_type"]) is not None and as_labelled(gold, c)]
    seen = frozenset(label(c["claim_type"], labels) for c in events)
    return SentenceScore(gold["type"], bool(on_pair), any(quadrant(t) == quadrant(gold["type"]) for t in seen), seen)


def precision(scores: Sequence[ArticleScore]) -> float:
    return _share(sum(s.right for s in scores), sum(s.right + s.wrong for s in scores))


def recall(scores: Sequence[ArticleScore]) -> float:
    return _share(sum(s.right for s in scores), sum(s.required for s in scores))


def easy_recall(scores: Sequence[ArticleScore]) -> float:
    return _share(sum(s.easy_found for s in scores), sum(s.easy for s in scores))


def f1(scores: Sequence[ArticleScore]) -> float:
    return _harmonic(precision(scores), recall(scores))


def pairs_found(scores: Sequence[ArticleScore]) -> float:
    return _share(sum(len(s.pairs_claimed & s.pairs_wanted) for s in scores), sum(len(s.pairs_wanted) for s in scores))


def field_right(name: str) -> Callable[[Sequence[ArticleScore]], float]:
    """The measure "share of the matched claims whose field `name` is right"."""

    def measure(scores: Sequence[ArticleScore]) -> float:
        verdicts = [v for s in scores for v in s.fields.get(name, ())]
        return _share(sum(verdicts), len(verdicts))

    return measure


def pair_found(scores: Sequence[SentenceScore]) -> float:
    return _share(sum(s.pair for s in scores), len(scores))


def quad_right(scores: Sequence[SentenceScore]) -> float:
    return _share(sum(s.quad for s in scores), len(scores))


def type_macro_f1(scores: Sequence[SentenceScore]) -> float:
    """The mean over the types of the gold of each type's F1."""
    values = []
    for type_ in sorted({s.gold_type for s in scores}):
        labelled = [s for s in scores if s.gold_type == type_]
        claimed = [s for s in scores if type_ in s.types]
        hits = sum(type_ in s.types for s in labelled)
        values.append(_harmonic(_share(hits, len(claimed)), _share(hits, len(labelled))))
    return sum(values) / len(values) if values else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
