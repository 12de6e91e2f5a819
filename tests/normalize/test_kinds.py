"""Pages that are no articles are told from those that are, with their reason; and only where pages are screened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.context import RunContext
from pipelines.normalize import normalize
from schemas import Article, Document, Locator, MediaType, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
GOLDEN = Path(__file__).parent / "golden"
_TEASERS = "".join(
    f'<div class="card"><h3><a href="/news/2026/story-{i}">Minister number {i} speaks of trade with a neighbour</a></h3></div>'
    for i in range(20)
)
_SENTENCE = "<p>Pakistan and Iran signed an agreement on border markets on Monday, the ministers of both countries said in Quetta.</p>"


def _page(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def _read(page: str | bytes, url: str | None, screened: bool = True) -> Article | Rejected:
    content = page.encode() if isinstance(page, str) else page
    document = Document(locator=Locator(kind="url", uri="x"), input="x", content=content, media_type=MediaType.HTML, url=url)
    return normalize(document, CONTEXT, screen=(lambda text: True) if screened else None)


@pytest.mark.parametrize(
    ("page", "url", "reason"),
    [
        (_page("The Example: news of the world", f"<main>{_TEASERS}</main>"), "https://news.example/", "index_page"),
        (_page("World", f"<main>{_TEASERS}</main>"), "https://news.example/world-news-today", "index_page"),
        (
            _page("404 – page not found", "<h1>Not found</h1><p>The page you requested was not found.</p>"),
            "https://news.example/a-1",
            "error_page",
        ),
        (
            _page("Just a moment...", "<p>Checking your browser before you can read news.example.</p>"),
            "https://news.example/a-1",
            "error_page",
        ),
        (
            _page(
                "Before you continue",
                "<p>We and our partners use cookies and personal data for personalised advertising. Accept all or reject all; manage "
                "options for consent, vendors, legitimate interest and privacy. Consent to cookies can be withdrawn.</p>",
            ),
            "https://consent.news.example/x-1",
            "consent_wall",
        ),
        (
            _page(
                "Treaty signed",
                f"<article><h1>Treaty signed</h1>{_SENTENCE}<p>Subscribe to continue reading this article.</p></article>",
                '<script type="application/ld+json">'
                '{"@type":"NewsArticle","headline":"Treaty signed","isAccessibleForFree":false}</script>',
            ),
            "https://news.example/world/treaty-signed-17",
            "paywall_stub",
        ),
        (
            _page(
                "Watch: the treaty is signed",
                f"<h1>Watch: the treaty is signed</h1><video></video>{_SENTENCE}",
                '<meta property="og:type" content="video.other">'
                '<script type="application/ld+json">{"@type":"VideoObject","name":"x"}</script>',
            ),
            "https://news.example/video/treaty-17",
            "video_page",
        ),
    ],
)
def test_a_page_that_is_no_article_is_rejected_with_its_reason(page: str, url: str, reason: str) -> None:
    result = _read(page, url)

    assert isinstance(result, Rejected), result
    assert (result.reason, bool(result.error)) == (reason, True)


def test_without_a_screen_every_page_is_read_as_well_as_it_can_be() -> None:
    page = _page("404 – page not found", "<h1>Not found</h1><p>The page that you requested was not found on this server, sorry.</p>")

    assert isinstance(_read(page, "https://news.example/a-1", screened=False), Article)


def test_an_article_about_an_error_page_or_cookies_is_an_article() -> None:
    title = "Access denied: how 404 errors and cookies came to Persia"
    result = _read(
        _page(title, f"<article><h1>{title}</h1>{_SENTENCE * 12}</article>"), "https://news.example/tech/access-denied-404-errors"
    )

    assert isinstance(result, Article), result


def test_no_golden_page_is_taken_for_something_else() -> None:
    results = {path.name: _read(path.read_bytes(), None) for path in sorted(GOLDEN.glob("*.html"))}

    assert {name: r.reason for name, r in results.items() if isinstance(r, Rejected)} == {}
