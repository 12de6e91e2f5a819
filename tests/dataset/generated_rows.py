"""Articles with claims, made up from a seed: the same seed gives the same rows, in any amount."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from schemas import CLAIM_TYPES, COUNTRIES, Article, Claim, OtherActor, Quantity, Span, country_pair, published_month

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
VERBS = ("praised", "warned", "met", "visited", "condemned", "armed", "supplied", "sued", "thanked", "blocked", "invited", "shelled")


def digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


@cache
def pairs(count: int) -> list[tuple[str, str]]:
    """The first `count` of all pairs, in an order that mixes countries."""
    codes = sorted(COUNTRIES)
    found = [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]
    random.Random(7).shuffle(found)
    return found[:count]


def article(
    seed: int,
    *,
    text_seed: int | None = None,
    fetched_at: datetime | None = None,
    claims: int = 3,
    pair_count: int = 12,
    extractor_version: str = "0.1.0+00000000",
    run_id: str = "run",
    signature: bytes | None = None,
) -> tuple[Article, list[Claim]]:
    """An article and its claims.

    Args:
        seed: which article it is.
        text_seed: which revision of its text; equal seeds give equal texts.
        claims: how many claims it makes.
        pair_count: over how many pairs of countries, a few of them far more often than the rest.
    """
    rng = random.Random(f"{seed}/{text_seed}")
    known = pairs(pair_count)
    published = EPOCH + timedelta(minutes=seed * 7 % 450_000) if seed % 11 else None
    sentences, chosen = [], []
    for _ in range(max(claims, 1)):
        source, target = known[min(int(rng.paretovariate(0.9)) - 1, len(known) - 1)]
        if rng.random() < 0.5:
            source, target = target, source
        chosen.append((source, target))
        sentences.append(f"{source} {rng.choice(VERBS)} {target} on day {rng.randrange(10_000)} of report {seed}.")
    text = "\n\n".join(sentences)
    article_id, text_hash = digest("article", seed), digest(text)
    common = {"doc_id": None, "url": f"https://news.example/{seed}", "outlet": f"Outlet {seed % 40}", "outlet_country": None}
    common |= {"title": f"Report {seed}", "published_at": published, "fetched_at": fetched_at, "ingested_at": NOW}
    common |= {"run_id": run_id, "slice_id": "0000", "schema_version": "1.0"}
    made = Article(
        published_month=published_month(published),
        article_id=article_id,
        text_hash=text_hash,
        text=text,
        extractor="text",
        extraction_status="extracted" if claims else "no_pair",
        source="file",
        normalizer_version="0.1.0+11111111",
        signature=signature,
        **common,
    )
    rows, start = [], 0
    for sentence, (source, target) in zip(sentences, chosen, strict=True):
        if claims:
            rows.append(_claim(rng, made, sentence, start, source, target, extractor_version, common))
        start += len(sentence) + 2
    return made, rows


def _claim(
    rng: random.Random,
    made: Article,
    sentence: str,
    start: int,
    source: str,
    target: str,
    extractor_version: str,
    common: dict[str, object],
) -> Claim:
    kind = CLAIM_TYPES[rng.choice(sorted(CLAIM_TYPES))]
    return Claim(
        claim_id=digest(made.article_id, made.text_hash, start, kind.name, source, target),
        country_pair=country_pair(source, target),
        article_id=made.article_id,
        text_hash=made.text_hash,
        claim_kind=kind.kind,
        claim_type=kind.name,
        quad_class=kind.quad_class,
        intensity=kind.intensity,
        source_country=source,
        target_country=target,
        source_actor=source,
        target_actor=target,
        source_sector="state",
        target_sector="state",
        reciprocal=kind.kind == "relation",
        modality=rng.choice(["asserted", "planned", "hedged"]),
        speech_act=None,
        speaker=None,
        speaker_country=None,
        quote=None,
        cited_outlet=(),
        quantities=(Quantity(value=float(rng.randrange(100)), unit="item", text="some"),) if rng.random() < 0.2 else (),
        event_start=date(2026, 1, 1) + timedelta(days=rng.randrange(300)) if rng.random() < 0.4 else None,
        event_end=None,
        event_precision="day",
        evidence=sentence,
        evidence_start=start,
        evidence_end=start + len(sentence),
        spans=(Span(role="source", start=start, end=start + 3), Span(role="target", start=start + 5, end=start + 8)),
        actors=(OtherActor(text="the United Nations"),) if rng.random() < 0.1 else (),
        trigger=sentence.split()[1],
        rule=f"{kind.name.lower()}.verb",
        confidence=0.5 + rng.randrange(50) / 100,
        extractor_version=extractor_version,
        **common,  # type: ignore[arg-type]
    )


def corpus(count: int, *, first: int = 0, pair_count: int = 12, run_id: str = "run") -> Iterator[tuple[Article, list[Claim]]]:
    """`count` articles with 0 to 8 claims each."""
    for seed in range(first, first + count):
        yield article(seed, claims=seed * 2654435761 % 9, pair_count=pair_count, run_id=run_id)
