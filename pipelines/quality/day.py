"""What a day brought, and what the days before it brought: all that the checks judge by, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipelines.dataset import read

PAST: Final = timedelta(weeks=4)
"""How far back a day is compared."""
_SCHEDULED: Final = ("backfill", "reextract")
"""Flows whose runs say nothing about what a day usually brings."""


@dataclass(frozen=True)
class Day:
    """Counts of a day and of the four weeks before it, by the day of ingestion (of the first failure, for what was rejected)."""

    day: date
    articles: Mapping[date, int] = field(default_factory=dict)
    """By day, backfills left out."""
    claims: Mapping[date, int] = field(default_factory=dict)
    undated: int = 0
    """Articles of the day without a time of publication."""
    copied: int = 0
    """Articles of the day that are copies of another one."""
    read: int = 0
    """Articles of the day, backfills included."""
    hosts: Mapping[str, int] = field(default_factory=dict)
    """Articles of the day by host."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Inputs of the day that gave no article, by reason …"""
    rejected_before: Mapping[str, int] = field(default_factory=dict)
    """… and in the weeks before."""
    read_before: int = 0
    rejected_hosts: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[str, int] = field(default_factory=dict)
    """Claims of the week that ends with the day, by pair …"""
    pairs_before: Mapping[str, int] = field(default_factory=dict)
    """… and of the weeks before it."""


def look_at(root: str | Path, day: date) -> Day:
    """Read what the checks need: a few columns of the rows of five weeks.

    Raises:
        RootError: there is no dataset below `root`.
    """
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    past = start - PAST
    articles, claims = _by_day(root, past, end)
    rows = _rows(root, "articles", "ingested_at", past, end, ["article_id", "ingested_at", "published_at", "url"])
    today = [row for row in rows if row["ingested_at"] >= start]
    failed = _rows(root, "rejected", "first_seen", past, end, ["first_seen", "reason", "input"])
    failed_today = [row for row in failed if row["first_seen"] >= start]
    week = _midnight(day - timedelta(days=6))
    return Day(
        day,
        articles=articles,
        claims=claims,
        undated=sum(row["published_at"] is None for row in today),
        copied=_copied(root, {row["article_id"] for row in today}),
        read=len(today),
        hosts=Counter(_host(row["url"]) for row in today if row["url"]),
        rejected=Counter(row["reason"] for row in failed_today),
        rejected_before=Counter(row["reason"] for row in failed if row["first_seen"] < start),
        read_before=len(rows) - len(today),
        rejected_hosts=Counter(_host(row["input"]) for row in failed_today if "://" in row["input"]),
        pairs=_pairs(root, week, end),
        pairs_before=_pairs(root, week - PAST, week),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _between(column: str, since: datetime, until: datetime) -> pc.Expression:
    return (ds.field(column) >= since) & (ds.field(column) < until)


def _rows(root: str | Path, dataset: str, column: str, since: datetime, until: datetime, columns: list[str]) -> list[dict[str, Any]]:
    table: pa.Table = read(root, dataset).to_table(columns=columns, filter=_between(column, since, until))
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _by_day(root: str | Path, since: datetime, until: datetime) -> tuple[Counter[date], Counter[date]]:
    articles, claims = Counter[date](), Counter[date]()
    for run in _rows(root, "runs", "ended_at", since, until, ["flow", "ended_at", "articles", "claims"]):
        if run["flow"] not in _SCHEDULED:
            articles[run["ended_at"].date()] += run["articles"]
            claims[run["ended_at"].date()] += run["claims"]
    return articles, claims


def _copied(root: str | Path, ids: set[str]) -> int:
    if not ids:
        return 0
    table = read(root, "copies").to_table(columns=["article_id", "copy_group"])
    # of a group, the article that gives it its name is no copy
    return sum(row["article_id"] in ids and row["copy_group"] != row["article_id"] for row in table.to_pylist())


def _pairs(root: str | Path, since: datetime, until: datetime) -> Counter[str]:
    table = read(root, "claims").to_table(columns=["country_pair"], filter=_between("ingested_at", since, until))
    return Counter(table.column("country_pair").to_pylist())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
