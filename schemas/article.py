"""Article: clean text with metadata and provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from schemas.columns import column


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a metadata field came from."""

    field: str = column("the article's column", example="published_at")
    origin: str = column("what it was read from", example="json-ld")


@dataclass(frozen=True, kw_only=True)
class Article:
    """A row of `articles`: an article's newest revision."""

    published_month: str = column("partition: month of published_at, UTC, or `unknown`", example="2026-11", partition=True)
    article_id: str = column(
        "hash of what identifies the article: canonical URL, URL, caller's id with its input, or text", example="3b1f…"
    )
    text_hash: str = column("SHA-256 of the normalised text, first 32 hex digits", example="c0ff…")
    revision: int = column("1 for the first text that was seen of this article, then counting", example=1, arrow=pa.int32(), default=1)
    doc_id: str | None = column("the caller's own id, or the file name without its endings", example="news-17", default=None)
    url: str | None = column("the URL that answered", example="https://news.example/a?utm_source=x", default=None)
    canonical_url: str | None = column(
        "the URL that identifies the page, without tracking parameters", example="https://news.example/a", default=None
    )
    outlet: str | None = column("who published it", example="The Example", default=None)
    outlet_country: str | None = column("the outlet's country, ISO 3166-1 alpha-3", example="PAK", default=None)
    title: str | None = column("headline, without the outlet's name", example="Iran and Pakistan sign trade deal", default=None)
    authors: tuple[str, ...] = column("people who wrote it", example=["A. Writer"], default=())
    section: str | None = column("the outlet's section", example="World", default=None)
    language: str | None = column("language of the text, ISO 639-1", example="en", default=None)
    dateline_place: str | None = column("the place in the dateline, split off the text", example="ISLAMABAD", default=None)
    agency: str | None = column("the agency in the dateline", example="Reuters", default=None)
    published_at: datetime | None = column("when it was published, UTC", default=None)
    modified_at: datetime | None = column("when the page says it was changed, UTC", default=None)
    fetched_at: datetime | None = column("when the bytes were captured, UTC; orders revisions", default=None)
    ingested_at: datetime = column("when the pipeline took it in, UTC")
    text: str = column(
        "the text, paragraphs separated by a blank line; offsets of claims count its code points", example="Pakistan and Iran signed …"
    )
    extractor: str = column("which page extractor won; `screen` where only the cheap text was taken", example="newspaper3k")
    origins: tuple[Origin, ...] = column("where each metadata field came from", default=())
    extraction_status: str = column("what became of it in the claims step", example="extracted")
    signature: bytes | None = column("MinHash of the text, for near-duplicates", arrow=pa.binary(), default=None)
    source: str = column("the kind of locator that named it", example="feed")
    raw_file: str | None = column("file of the raw response below ROOT/raw", example="2026-11-24-00.warc.gz", default=None)
    raw_offset: int | None = column("byte offset of its record there", example=4096, arrow=pa.int64(), default=None)
    normalizer_version: str = column("release and digest of the page extractors", example="0.1.0+77aa12cd")
    run_id: str = column("the run that took it in", example="20261124T061122Z-1f3a")
    slice_id: str = column("the slice of that run", example="0000")
    schema_version: str = column("the data contract", example="1.0")


def published_month(published_at: datetime | None) -> str:
    """The partition of an article: `2026-11`, or `unknown`."""
    return "unknown" if published_at is None else f"{published_at:%Y-%m}"
