"""The stage as its callers see it: every document becomes an article or a rejection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.context import RunContext
from pipelines.normalize import normalize
from schemas import Article, Document, Locator, MediaType, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
STORY = (
    "Pakistan and Iran signed an agreement on border markets on Monday. The two neighbours want to double their trade within five years, "
    "the ministers said in Quetta after a day of talks."
)
PAGE = (
    "<html><head><title>Border markets - The Example</title></head>"
    f"<body><article><p>{STORY}</p><p>{STORY[:80]}</p></article></body></html>"
)


def document(content: bytes | str, media_type: MediaType = MediaType.UNKNOWN, uri: str = "news/a.html", **known: Any) -> Document:
    data = content.encode() if isinstance(content, str) else content
    return Document(locator=Locator(kind="file", uri=uri), input=uri, content=data, media_type=media_type, **known)


def article(given: Document, **options: Any) -> Article:
    result = normalize(given, CONTEXT, **options)
    assert isinstance(result, Article), result
    return result


def record(uri: str = "a.jsonl", **fields: Any) -> Document:
    return document(json.dumps({"text": STORY, **fields}), MediaType.RECORD, uri)


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"", MediaType.HTML, "no_text"),
        (b" \n\t ", MediaType.TEXT, "no_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, MediaType.UNKNOWN, "binary"),
        (bytes(range(256)) * 400, MediaType.HTML, "binary"),
        (b"<html><body><script>x()</script></body></html>", MediaType.HTML, "no_text"),
        (b'{"text": "cut', MediaType.RECORD, "bad_json"),
        (b"[1, 2]", MediaType.RECORD, "bad_json"),
        (b'{"title": "No text"}', MediaType.RECORD, "missing_text"),
        (b'{"text": 17}', MediaType.RECORD, "missing_text"),
        (b"<div>" * 100_000 + b"deep", MediaType.HTML, "too_deep"),
        (b"<p>words " * 1_000_000, MediaType.HTML, "too_large"),
    ],
)
def test_an_input_without_an_article_is_rejected_with_its_reason(content: bytes, media_type: MediaType, reason: str) -> None:
    result = normalize(document(content, media_type), CONTEXT)

    assert isinstance(result, Rejected)
    assert (result.stage, result.reason) == ("normalize", reason)
    assert result.content_hash is not None
    assert result.error


def test_a_record_keeps_its_text_and_metadata() -> None:
    given = record(
        id=17,
        title="Border  markets",
        url="https://news.example/a?utm_source=x",
        published_at="2026-11-20T10:00:00+05:00",
        authors=["A. Writer"],
    )

    row = article(given)

    assert row.text == STORY
    assert (row.doc_id, row.title, row.authors, row.language) == ("17", "Border markets", ("A. Writer",), "en")
    assert row.published_at == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert (row.published_month, row.canonical_url) == ("2026-11", "https://news.example/a")
    assert row.extraction_status == "extracted"


def test_text_of_records_changes_only_in_unicode_form() -> None:
    text = "ISLAMABAD (Reuters) — Cafe\u0301\r\nsecond line\x00  with “quotes”\u200b\n\n\nend"

    row = article(document(json.dumps({"text": text}), MediaType.RECORD))

    assert row.text == "ISLAMABAD (Reuters) — Café\nsecond line  with “quotes”\n\n\nend"
    assert (row.dateline_place, row.agency) == ("ISLAMABAD", "Reuters")


@pytest.mark.parametrize("value", ["2031-01-01", "yesterday", "", 17.5, [], "2026-13-45", "12 May"])
def test_a_doubtful_date_is_not_known(value: Any) -> None:
    row = article(record(published_at=value))

    assert row.published_at is None
    assert row.published_month == "unknown"


def test_equal_ids_in_two_files_are_two_articles() -> None:
    assert article(record("a.jsonl", id="1")).article_id != article(record("b.jsonl", id="1")).article_id
    assert article(record("a.jsonl", id="1")).article_id == article(record("a.jsonl", id="1", title="Later")).article_id


def test_a_file_name_is_no_identity() -> None:
    one = article(document(PAGE, uri="x/story.html", doc_id="story"))
    other = article(document(PAGE, uri="y/copy.html", doc_id="copy"))

    assert one.article_id == other.article_id
    assert (one.doc_id, other.doc_id) == ("story", "copy")


@pytest.mark.parametrize(
    ("canonical", "fetched", "same_as"),
    [
        (
            "https://news.example/world/border-markets",
            "https://m.news.example/world/border-markets?utm_source=x",
            "https://news.example/world/border-markets",
        ),
        ("https://news.example/", "https://news.example/world/border-markets", "https://news.example/world/border-markets"),
        ("https://news.example/en/index.html", "https://news.example/en/a-17", "https://news.example/en/a-17"),
        (
            "https://other.example/world/border-markets",
            "https://news.example/world/border-markets",
            "https://news.example/world/border-markets",
        ),
        ("https://news.example/view.php", "https://news.example/view.php?id=17", "https://news.example/view.php?id=17"),
        ("https://news.example/world", "https://news.example/world/border-markets-open", "https://news.example/world/border-markets-open"),
    ],
)
def test_a_canonical_url_counts_only_where_it_can_be_the_article(canonical: str, fetched: str, same_as: str) -> None:
    page = PAGE.replace("<head>", f'<head><link rel="canonical" href="{canonical}">')

    found = article(document(page, MediaType.HTML, url=fetched))
    plain = article(document(PAGE, MediaType.HTML, url=same_as))

    assert found.article_id == plain.article_id
    assert found.url == fetched


def test_a_page_that_names_fewer_than_two_countries_keeps_the_cheap_text() -> None:
    row = article(document(PAGE, MediaType.HTML), screen=lambda text: False)

    assert (row.extractor, row.extraction_status) == ("screen", "no_pair")
    assert STORY in row.text


def test_another_language_is_stored_with_its_status() -> None:
    text = "Le président iranien est arrivé lundi à Islamabad pour des entretiens avec le Premier ministre pakistanais."

    row = article(document(json.dumps({"text": text}), MediaType.RECORD), screen=lambda text: True)

    assert (row.language, row.extraction_status) == ("fr", "unsupported_language")


def test_a_dateline_is_split_off_a_page() -> None:
    page = PAGE.replace("<article><p>", "<article><p>QUETTA (Reuters) — ")

    row = article(document(page, MediaType.HTML))

    assert (row.dateline_place, row.agency) == ("QUETTA", "Reuters")
    assert row.text.startswith("Pakistan and Iran")
