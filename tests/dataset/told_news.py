"""A dataset of made-up news for the examples of docs/reading.md: copies, corrections, several versions, all kinds of dates."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from generated_rows import article

from pipelines.dataset import commit, open_root
from pipelines.dataset.compact import compact
from pipelines.near_duplicates import PERMUTATIONS
from schemas import CLAIM_TYPES, Article, Claim, country_pair, published_month
from tests.dataset.conftest import run_info, stage

ARTICLES: Final = 90
_START: Final = datetime(2026, 1, 19, 23, 30, tzinfo=UTC)
_DYADS: Final = (("IRN", "PAK"), ("PAK", "IRN"), ("IRN", "TUR"))
_KINDS: Final = ("ACCUSE", "AGREE", "ASSAULT", "TIES_BAD")
_MODALITIES: Final = ("asserted", "asserted", "asserted", "asserted", "planned", "denied", "conditional")
_DATES: Final = (("day", date(2026, 2, 2)), ("day", date(2026, 1, 31)), ("month", date(2026, 2, 1)), ("unknown", None), ("unknown", None))


def write(root: Path) -> None:
    """Three versions: two thirds of the news, the rest with some corrections, and the files merged."""
    layout, told = open_root(root), list(news())
    commit(layout, [stage(layout, told[:60], run_id="first")], run_info("first"))
    corrected = [_corrected(*row) for row in told[:60:15]]
    commit(layout, [stage(layout, told[60:] + corrected, run_id="second")], run_info("second"))
    compact(layout, "claims", min_files=2)


def news(seed: int = 5) -> Iterator[tuple[Article, list[Claim]]]:
    """Articles of about six weeks by five outlets; every third is a copy of the one before it."""
    rng, signature = random.Random(seed), b""
    for number in range(ARTICLES):
        made, claims = article(number, claims=rng.randrange(5))
        published = None if number % 17 == 1 else _START + timedelta(hours=12 * number)  # just before and after noon and midnight
        signature = signature if number % 3 == 2 else rng.randbytes(4 * PERMUTATIONS)
        given = {"published_at": published, "outlet": None if number % 13 == 1 else f"Outlet {rng.randrange(5)}"}
        text = f"😀 {made.text}"  # one code point, two UTF-16 units, four bytes
        yield (
            replace(made, **given, text=text, published_month=published_month(published), signature=signature),
            [_claim(rng, claim, given) for claim in claims],
        )


def _claim(rng: random.Random, claim: Claim, given: dict[str, object]) -> Claim:
    kind, (source, target) = CLAIM_TYPES[rng.choice(_KINDS)], rng.choice(_DYADS)
    precision, start = rng.choice(_DATES)
    return replace(
        claim,
        **given,
        claim_type=kind.name,
        claim_kind=kind.kind,
        quad_class=kind.quad_class,
        source_country=source,
        target_country=target,
        country_pair=country_pair(source, target),
        modality=rng.choice(_MODALITIES),
        event_precision=precision,
        event_start=start,
        event_end=start,
        evidence_start=claim.evidence_start + 2,
        evidence_end=claim.evidence_end + 2,
    )


def _corrected(made: Article, claims: list[Claim]) -> tuple[Article, list[Claim]]:
    """A newer revision with one claim less."""
    later = datetime(2026, 6, 1, tzinfo=UTC)
    new = {"text_hash": made.text_hash[::-1], "fetched_at": later}
    return replace(made, **new), [replace(c, **new, claim_id=c.claim_id[::-1]) for c in claims[1:]]
