"""Pages that are built otherwise than most: what they are, who wrote them, when, and where their text ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.context import RunContext
from pipelines.normalize import normalize
from schemas import Article, Document, Locator, MediaType, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
STORY = [
    "Kenya and Uganda agreed on Monday to open a second crossing at Malaba, officials from both countries said after talks in Nairobi.",
    "The crossing is to take lorries only, and will be run by a joint office whose staff come in equal parts from both customs services.",
    "Traders on the Ugandan side have waited for the decision for years, because the queue at the bridge often reaches ten kilometres.",
    "Kenya’s transport minister, Grace Wanjiru, said the works would begin in March and be paid for by a loan from the regional bank.",
    "Uganda’s trade ministry called the agreement “a good day for everyone who has ever slept in a cab”, and promised shorter checks.",
]
GERMAN = [
    "Kenia und Uganda haben sich am Montag darauf geeinigt, einen zweiten Grenzübergang zu öffnen, wie beide Regierungen mitteilten.",
    "Der Übergang soll nur für Lastwagen bestimmt sein und von einem gemeinsamen Amt beider Länder geführt werden, hieß es in Nairobi.",
    "Händler auf der ugandischen Seite haben seit Jahren auf die Entscheidung gewartet, weil die Schlange oft zehn Kilometer lang ist.",
]


def _p(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


LIVE = (
    '<head><title>Border talks live | The Example</title><meta property="og:site_name" content="The Example">'
    '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Border talks live: ministers arrive",'
    '"datePublished":"2026-11-23T06:00:00+03:00","dateModified":"2026-11-23T14:10:00+03:00","author":{"@type":"Person","name":'
    '"Amina Odhiambo"},"liveBlogUpdate":[{"@type":"BlogPosting","datePublished":"2026-11-23T14:10:00+03:00","articleBody":"x"}]}</script>'
    "</head><body><main><h1>Border talks live: ministers arrive</h1>"
    + "".join(
        f'<article><time datetime="2026-11-23T{9 + i:02}:10:00+03:00">{9 + i}.10</time><p>{p}</p></article>' for i, p in enumerate(STORY)
    )
    + "</main></body>"
)
WIRE = (
    '<head><title>Kenya, Uganda to open crossing - The Example</title><meta name="author" content="Reuters">'
    '<meta property="article:published_time" content="2026-11-23T10:00:00Z"><meta property="og:site_name" content="The Example"></head>'
    f"<body><div><h1>Kenya, Uganda to open crossing</h1><div class='story-body'><p>NAIROBI, Nov 23 (Reuters) - {STORY[0]}</p>"
    f"{_p(STORY[1:])}<p>(Reporting by Jane Doe; Editing by John Roe)</p></div></div></body>"
)
OPINION = (
    '<head><title>Opinion | Why the crossing matters</title><meta property="og:site_name" content="The Example">'
    '<meta property="article:section" content="Opinion"></head><body><h1>Why the crossing matters</h1><div class="byline">By '
    '<a rel="author" href="/a">Peter Okello</a> and <a rel="author" href="/b">Ruth Njeri</a></div>'
    '<time datetime="2026-11-20">Nov. 20, 2026</time>'
    f"<div class='body'>{_p(STORY)}</div></body>"
)
AMP = (
    '<head><title>Kenya, Uganda to open crossing</title><link rel="canonical" href="https://www.news.example/world/crossing-17.html">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Kenya, Uganda to open crossing","datePublished":'
    '"2026-11-23T10:00:00Z","author":[{"@type":"Person","name":"Jane Doe"}],"publisher":{"@type":"Organization","name":"The Example"}}'
    "</script></head><body><amp-sidebar><ul><li><a href='/'>Home</a></li></ul></amp-sidebar><article>"
    "<h1>Kenya, Uganda to open crossing</h1>"
    f"<amp-img src='x.jpg'></amp-img>{_p(STORY)}<amp-ad width='300'></amp-ad></article></body>"
)
BLOG = (
    "<head><title>The crossing &#8211; Border Blog</title></head><body><article><header><h1>The crossing</h1><span class='posted-on'>"
    '<time class="published" datetime="2026-11-23T10:00:00+03:00">November 23</time><time class="updated" '
    'datetime="2026-11-24T10:00:00+03:00">'
    "now</time></span><span class='author vcard'><a href='/author/ruth'>Ruth Njeri</a></span></header><div class='entry-content'>"
    f"{_p(STORY)}</div></article><div id='comments'><ol class='comment-list'><li><p>I disagree with all of this and want everyone to "
    "know it, thank you.</p></li></ol></div></body>"
)
ABROAD = (
    '<head><title>Kenia und Uganda öffnen einen Übergang | Die Zeitung</title><meta property="og:site_name" content="Die Zeitung">'
    '<meta property="article:published_time" content="2026-11-22T18:30:00+01:00"><meta name="author" content="Von Karla Beispiel"></head>'
    f"<body><article><h1>Kenia und Uganda öffnen einen Übergang</h1>{_p(GERMAN)}</article></body>"
)
MINISTRY = (
    "<head><title>Joint statement on the crossing at Malaba</title></head><body><table><tr><td><a href='/'>Home</a></td><td><h1>Joint "
    f"statement on the crossing at Malaba</h1><p class='date'>23 November 2026, 14:30 EAT</p>{_p(STORY)}</td></tr></table></body>"
)


def _read(page: str, url: str) -> Article | Rejected:
    content = f"<!doctype html><html>{page}</html>".encode()
    document = Document(locator=Locator(kind="url", uri=url), input=url, content=content, media_type=MediaType.HTML, url=url)
    return normalize(document, CONTEXT, screen=lambda text: True)


@pytest.mark.parametrize(
    ("page", "path", "title", "authors", "published", "canonical", "language"),
    [
        (LIVE, "world/live/talks-23", "Border talks live: ministers arrive", ("Amina Odhiambo",), "2026-11-23T03:00", None, "en"),
        (WIRE, "2026/11/23/crossing-opens", "Kenya, Uganda to open crossing", (), "2026-11-23T10:00", None, "en"),
        (OPINION, "opinion/why-it-matters", "Why the crossing matters", ("Peter Okello", "Ruth Njeri"), "2026-11-20T00:00", None, "en"),
        (AMP, "amp/world/crossing-17.html", "Kenya, Uganda to open crossing", ("Jane Doe",), "2026-11-23T10:00",
         "world/crossing-17.html", "en"),
        (BLOG, "2026/11/23/the-crossing/", "The crossing", ("Ruth Njeri",), "2026-11-23T07:00", None, "en"),
        (ABROAD, "politik/grenze-oeffnet", "Kenia und Uganda öffnen einen Übergang", ("Karla Beispiel",), "2026-11-22T17:30", None, "de"),
        (MINISTRY, "press/2026-114", "Joint statement on the crossing at Malaba", (), "2026-11-23T11:30", None, "en"),
    ],
    ids=["live blog", "wire copy", "opinion", "AMP", "blog", "German", "ministry"],
)  # fmt: skip
def test_an_odd_page_gives_its_own_metadata_and_text(
    page: str, path: str, title: str, authors: tuple[str, ...], published: str, canonical: str | None, language: str
) -> None:
    article = _read(page, f"https://www.news.example/{path}")

    assert isinstance(article, Article), article
    assert (article.title, article.authors, article.language) == (title, authors, language)
    assert article.published_at is not None
    assert article.published_at.isoformat()[:16] == published
    assert article.canonical_url == f"https://www.news.example/{canonical or path}"
    own = [line for line in article.text.split("\n\n") if line in STORY or line in GERMAN]
    assert own == (GERMAN if language == "de" else STORY)
    assert not any(word in article.text for word in ("disagree", "Reporting by", "NAIROBI", "Home"))


@pytest.mark.parametrize(
    ("page", "path", "reason"),
    [
        ("<h1>In pictures: the crossing</h1>" + "<figure><img src='a.jpg'><figcaption>Lorries wait. Photo: Lens</figcaption></figure>" * 8,
         "photos/crossing-in-pictures", "video_page"),
        ("<h1>Episode 12: the crossing</h1><audio src='x.mp3'></audio><p>We talk to drivers about the queue, and to a minister.</p>",
         "podcasts/border-hour/episode-12", "video_page"),
        ("<h1>Trade talks</h1><ul>" + "".join(f"<li><a href='/s/{i}'>Minister {i} of Kenya speaks of trade with Uganda</a> Nov {i + 1}</li>"
                                              for i in range(25)) + "</ul>", "topic/trade-talks-2026", "index_page"),
    ],
    ids=["gallery", "podcast", "list of links"],
)  # fmt: skip
def test_a_page_of_another_kind_is_no_article(page: str, path: str, reason: str) -> None:
    result = _read(f"<head><title>The Example</title></head><body>{page}</body>", f"https://news.example/{path}")

    assert isinstance(result, Rejected), result
    assert result.reason == reason


@pytest.mark.parametrize("depth", [260, 1_000, 2_900, 4_000])
def test_a_page_that_is_too_deep_is_refused_whether_or_not_its_tags_were_counted(depth: int) -> None:
    result = _read(f"<body>{'<div>' * depth}{_p(STORY[:1])}", "https://news.example/deep-17")

    assert isinstance(result, Rejected), result
    assert result.reason == "too_deep"
