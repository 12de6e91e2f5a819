"""Claims and articles by the million, made column by column from a seed, as staged files."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset import Layout, Staged
from pipelines.dataset.staged import CAPTURE, staged_schema
from schemas import CLAIM_TYPES, COUNTRIES

CLAIMS_AN_ARTICLE: Final = 5
_START: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)
_DAY: Final = 86_400_000_000


def made(claims: int, *, seed: int = 1, pairs: int = 2000, first: int = 0) -> tuple[pa.Table, pa.Table]:
    """Articles and claims; few pairs have most of the claims (Zipf, exponent 1.1), as in the news."""
    rng = np.random.default_rng(seed)
    articles = claims // CLAIMS_AN_ARTICLE
    ids = [hashlib.md5(f"{first + i}".encode(), usedforsecurity=False).hexdigest() for i in range(articles)]
    published = _START + rng.integers(0, 330, articles) * _DAY + rng.integers(0, _DAY, articles)
    return _articles(rng, ids, published), _claims(rng, ids, published, pairs)


def _articles(rng: np.random.Generator, ids: list[str], published: np.ndarray) -> pa.Table:
    n = len(ids)
    words = np.array([f"word{i}" for i in range(5000)])
    texts = [" ".join(words[rng.integers(0, 5000, 60)]) for _ in range(n)]
    months = [f"{datetime.fromtimestamp(p / 1e6, UTC):%Y-%m}" for p in published.tolist()]
    given = {
        "published_month": months,
        "article_id": ids,
        "text_hash": ids,
        "url": [f"https://news.example/{i}" for i in ids],
        "text": texts,
    }
    given |= {"published_at": published, "ingested_at": published, "extraction_status": ["extracted"] * n, CAPTURE: np.arange(n)}
    return _table("articles", n, given)


def _claims(rng: np.random.Generator, ids: list[str], published: np.ndarray, pairs: int) -> pa.Table:
    n = len(ids) * CLAIMS_AN_ARTICLE
    owner = np.repeat(np.arange(len(ids)), CLAIMS_AN_ARTICLE)
    codes = sorted(COUNTRIES)
    known = [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]][:: max(1, 19_000 // pairs)][:pairs]
    weights = 1 / np.arange(1, pairs + 1) ** 1.1
    pair = rng.choice(pairs, n, p=weights / weights.sum())
    names, kinds = np.array([f"{a}-{b}" for a, b in known]), np.array(sorted(CLAIM_TYPES))
    source, target = np.array([a for a, _ in known])[pair], np.array([b for _, b in known])[pair]
    article_id = np.array(ids)[owner]
    number = np.arange(n) % CLAIMS_AN_ARTICLE
    evidence = [
        f"{s} said on day {d} that {t} had answered note {k}."
        for s, t, d, k in zip(source, target, rng.integers(0, 99_999, n), number, strict=True)
    ]
    given = {
        "claim_id": [f"{a}{k}" for a, k in zip(article_id, number, strict=True)],
        "country_pair": names[pair],
        "article_id": article_id,
    }
    given |= {
        "text_hash": article_id,
        "source_country": source,
        "target_country": target,
        "claim_type": kinds[rng.integers(0, len(kinds), n)],
    }
    given |= {"published_at": published[owner], "evidence": evidence, "evidence_start": number * 60, "evidence_end": number * 60 + 50}
    given |= {"outlet": np.array([f"Outlet {i}" for i in range(300)])[owner % 300], "confidence": rng.random(n), CAPTURE: owner}
    return _table("claims", n, given)


def _table(dataset: str, rows: int, given: dict[str, object]) -> pa.Table:
    """The given columns, and plain values in the others."""
    columns = []
    for field in staged_schema(dataset):
        if field.name in given:
            values = pa.array(given[field.name])
            columns.append(values.cast(pa.int64()).cast(field.type) if pa.types.is_timestamp(field.type) else values.cast(field.type))
        elif field.nullable:
            columns.append(pa.nulls(rows, field.type))
        else:
            columns.append(_plain(field.type, rows))
    return pa.Table.from_arrays(columns, schema=staged_schema(dataset))


def _plain(type_: pa.DataType, rows: int) -> pa.Array:
    value = [] if pa.types.is_list(type_) else False if pa.types.is_boolean(type_) else "v" if pa.types.is_string(type_) else 0
    return pa.repeat(pa.scalar(value, type_), rows)


def stage(layout: Layout, articles: pa.Table, claims: pa.Table, name: str) -> Staged:
    """The tables as one bundle's staged files."""
    folder = layout.staged("bench", name)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(articles, Path(folder) / "articles.parquet", compression="zstd")
    pq.write_table(claims, Path(folder) / "claims.parquet", compression="zstd")
    return Staged(folder=str(folder), articles="articles.parquet", claims="claims.parquet", inputs=articles.num_rows)
