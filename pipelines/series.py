"""Distinct events between two countries over time: what happened, not how often it was told.

Two claims are one event when source, target and type agree, and the day on which it happened, or, where the text does not date it, the
week in which it was published; copies count as published when the first of them was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow.dataset as ds

from pipelines.dataset import read

PERIODS: Final = ("week", "month")


@dataclass(frozen=True)
class Period:
    """A week or month."""

    start: date
    """Its first day; a week starts on Monday."""
    events: dict[str, int]
    """Distinct events by quad class."""


def series(root: str | Path, pair: str, by: str = "month") -> list[Period]:
    """Distinct events of a pair by period and quad class, in order; periods without events are left out.

    Denied and conditional claims are no events, nor are claims without any date.

    Raises:
        ValueError: `by` is neither `week` nor `month`.
    """
    if by not in PERIODS:
        raise ValueError(f"{by!r} is no period; these are: {', '.join(PERIODS)}")
    found: dict[date, Counter[str]] = {}
    for day, quad in _events(root, pair):
        found.setdefault(_start(day, by), Counter())[quad] += 1
    return [Period(start, dict(sorted(counts.items()))) for start, counts in sorted(found.items())]


def _events(root: str | Path, pair: str) -> Iterator[tuple[date, str]]:
    """Each event's day and quad class, once."""
    columns = [
        "article_id",
        "published_at",
        "source_country",
        "target_country",
        "claim_type",
        "quad_class",
        "event_start",
        "event_precision",
    ]
    event = (ds.field("claim_kind") == "event") & ~ds.field("modality").isin(["denied", "conditional"])
    rows = read(root, "claims", pair=pair).to_table(columns=columns, filter=event).to_pylist()
    group = _groups(root, {r["article_id"] for r in rows})
    first: dict[str, date] = {}
    for row in rows:
        if row["published_at"]:
            name = group.get(row["article_id"], row["article_id"])
            first[name] = min(first.get(name, date.max), row["published_at"].date())
    days: dict[tuple[Any, ...], tuple[date, str]] = {}
    for row in rows:
        key, day = _identity(row, first.get(group.get(row["article_id"], row["article_id"])))
        if day is not None:
            told = (day, row["quad_class"])
            days[key] = min(days.get(key, told), told)  # the earliest, whatever the order of the rows
    yield from days.values()


def _identity(row: dict[str, Any], published: date | None) -> tuple[tuple[Any, ...], date | None]:
    """What makes an event one, and the day that it counts for."""
    what = (row["source_country"], row["target_country"], row["claim_type"])
    if row["event_precision"] == "day" and row["event_start"]:
        return (*what, "day", row["event_start"]), row["event_start"]
    return (*what, "week", None if published is None else _start(published, "week")), published


def _groups(root: str | Path, articles: set[str]) -> dict[str, str]:
    rows = read(root, "copies").to_table(filter=ds.field("article_id").isin(sorted(articles))).to_pylist()
    return {r["article_id"]: r["copy_group"] for r in rows}


def _start(day: date, by: str) -> date:
    return day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)
