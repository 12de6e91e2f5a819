"""Articles for tests: a text and little else."""

from __future__ import annotations

from datetime import UTC, datetime

from schemas import Article, ExtractionStatus


def article(text: str, *, published: datetime | None = None, language: str | None = "en", title: str | None = None) -> Article:
    """An article as the normalizer would hand it on."""
    return Article(
        published_month="unknown",
        article_id="a" * 32,
        text_hash="b" * 32,
        title=title,
        language=language,
        published_at=published,
        ingested_at=datetime(2026, 11, 24, tzinfo=UTC),
        text=text,
        extractor="text",
        extraction_status=ExtractionStatus.EXTRACTED,
        source="file",
        normalizer_version="0",
        run_id="r",
        slice_id="0000",
        schema_version="1.0",
    )
