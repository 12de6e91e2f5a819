"""Pages that want to break a parser: bounded time, and no exception out of the stage."""

from __future__ import annotations

import gzip
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.context import RunContext
from pipelines.normalize import normalize
from schemas import Article, Document, Locator, MediaType, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
SHARED = Path(__file__).parents[2].parent / "shared"
GOLDEN = Path(__file__).parent / "golden"
LIMIT = 20.0
"""CPU seconds for the largest page; what is admitted to the extractors takes far less."""
STORY = "<p>Pakistan and Iran signed an agreement on border markets on Monday, the ministers of both said in Quetta.</p>"


def _read(content: bytes, charset: str | None = None, url: str | None = "https://news.example/a-17") -> Article | Rejected:
    document = Document(
        locator=Locator(kind="file", uri="x.html"), input="x.html", content=content, media_type=MediaType.HTML, charset=charset, url=url
    )
    start = time.process_time()
    results = [normalize(document, CONTEXT), normalize(document, CONTEXT, screen=lambda text: "Iran" in text)]
    assert time.process_time() - start < LIMIT
    assert all(isinstance(r, Article | Rejected) for r in results)
    assert all(not (isinstance(r, Rejected) and r.reason == "failed") for r in results), results
    return results[0]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + STORY,
        ("<div>" + STORY) * 30_000,
        "<b><i>" * 100_000 + STORY,
        "<p>" * 300_000 + STORY,
        "<table><tr><td>" * 60_000 + STORY,
        f"<div {' '.join(f'a{i}=b' for i in range(1_000_000))}>{STORY}</div>",
        f"<div {'x' * 5_000_000}",
        '<a href="' + "z" * 3_000_000 + f'">{STORY}</a>',
        "<!--" * 200_000 + STORY,
        "<script>" * 100_000 + STORY,
        "<script" * 100_000 + STORY,
        "<![CDATA[" * 100_000 + STORY,
        "<!DOCTYPE html [" + "".join(f'<!ENTITY a{i} "&a{i - 1};&a{i - 1};">' for i in range(1, 60)) + f"]><html>{STORY}&a59;</html>",
        "&amp;" * 2_000_000 + STORY,
        "&#x110000;&#0;&#xD800;&bogus;" * 10_000 + STORY,
        "\x00" * 100_000 + STORY,
        STORY.replace("a", "a\x00"),
        "<" * 1_000_000,
        "<a<b<c" * 200_000,
        "a" * 5_000_000,
        "a " * 3_000_000,
        " ." * 1_000_000,
        "<p>" + "- " * 1_000_000,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + STORY,
        '<script type="application/ld+json">{"@type":"NewsArticle","author":' + '{"name":' * 5_000 + "</script>" + STORY,
        '<script type="application/ld+json">{"@type":["NewsArticle",3,null],"headline":{"a":[]},"author":[1,null,{"name":7}],'
        '"datePublished":[],'
        '"publisher":"","mainEntityOfPage":[[]],"articleSection":{},"articleBody":"' + "<p>x" * 50_000 + '"}</script>' + STORY,
        '<meta property="og:url" content="http://[::1"><link rel=canonical href="http://user:pa@ss@host:99999/é %zz">' + STORY,
        '<meta name="author" content="' + "by and , " * 3_000 + '">' + STORY,
        "<title>" + " | " * 20_000 + "</title>" + STORY,
        '<base href="javascript:1"><html lang="' + "x" * 10_000 + '">' + STORY,
    ],
    ids=lambda page: page[:24].encode().hex()[:12],
)
def test_a_hostile_page_is_read_or_rejected_in_bounded_time(page: str) -> None:
    _read(page.encode("utf8", "surrogatepass"))


def test_fifty_megabytes_are_bounded() -> None:
    _read(b"<html><body>" + STORY.encode() * 450_000)
    _read(b"<html><script>" + b"x = 1; " * 7_000_000 + b"</script>" + STORY.encode())


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("utf-8", "windows-1252", "Président Ménard à Téhéran"),
        ("utf-16-le", None, "Pakistan and Iran signed"),
        ("utf-16-be", None, "Pakistan and Iran signed"),
        ("utf-16", "utf-8", "Pakistan and Iran signed"),
        ("gb18030", "gb18030", "巴基斯坦和伊朗签署了协议"),
        ("windows-1251", "windows-1251", "Пакистан и Иран подписали соглашение"),
        ("windows-1256", "windows-1256", "وقعت باكستان وإيران اتفاقية"),
        ("windows-1252", None, "Le président ménage « l’été » à Téhéran"),
        ("shift_jis", "shift_jis", "パキスタンとイランは協定に署名した"),
        ("euc-kr", "euc-kr", "파키스탄과 이란이 협정에 서명했다"),
        ("iso-2022-jp", "iso-2022-jp", "パキスタンとイランは協定に署名した"),
        ("koi8-r", "koi8-r", "Пакистан и Иран подписали соглашение"),
        ("utf-8", "no-such-charset", "Président à Téhéran"),
        ("utf-8", "utf-7", "Président à Téhéran"),
    ],
)
def test_a_page_is_decoded_whatever_it_declares(encoding: str, declared: str | None, text: str) -> None:
    page = f"<html><body><article>{f'<p>{text} {text} {text} {text} {text}.</p>' * 6}</article></body></html>"

    result = _read(page.encode(encoding), charset=declared)

    assert isinstance(result, Article)
    assert text in result.text


def test_mojibake_is_undone_and_good_text_is_not_touched() -> None:
    from pipelines.normalize.decode import decode

    broken = "donâ€™t say â€œTĂ©hĂ©ranâ€".encode()

    assert "don’t say" in decode(broken).text
    for good in ("“Quotes” — and ‘these’ … café São Tomé", "Ârea Ñandú Ãlvaro Ð Ñ", "naïve façade – Straße"):
        assert decode(good.encode()).text == good


_TAGS = st.sampled_from(
    "html body div p span a table tr td ul li h1 h2 article script style meta title b br img form svg noscript iframe".split()
)
_NODE = st.recursive(
    st.text(max_size=40),
    lambda inner: st.builds(
        lambda tag, attribute, value, children, close: f"<{tag} {attribute}='{value}'>{''.join(children)}" + (f"</{tag}>" if close else ""),
        _TAGS,
        st.sampled_from(["class", "id", "style", "href", "content", "property", "itemprop", "datetime"]),
        st.one_of(
            st.text(max_size=15), st.sampled_from(["og:title", "byline", "display:none", "author", "datePublished", "related-posts"])
        ),
        st.lists(inner, max_size=4),
        st.booleans(),
    ),
    max_leaves=30,
)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_NODE, max_size=8).map("".join))
def test_random_html_never_breaks_the_stage(page: str) -> None:
    _read(page.encode("utf8", "surrogatepass"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gb18030", "utf-16", "x-user-defined", "hex"]))
def test_random_bytes_never_break_the_stage(content: bytes, charset: str | None) -> None:
    _read(content, charset)


def _mutated(draw: random.Random, page: bytes) -> bytes:
    data = bytearray(page)
    for _ in range(draw.randint(1, 12)):
        at, length = draw.randrange(len(data) + 1), draw.randint(1, 2_000)
        kind = draw.randrange(5)
        if kind == 0:
            del data[at : at + length]
        elif kind == 1:
            data[at:at] = bytes(draw.getrandbits(8) for _ in range(min(length, 60)))
        elif kind == 2:
            data[at:at] = data[at : at + length] * draw.randint(1, 4)
        elif kind == 3:
            data[at:at] = draw.choice(
                [b"<", b">", b"</div>", b"<div>", b"<!--", b"-->", b'"', b"<script>", b"</p>", b"\x00", b"\xff\xfe", b"&#", b"<table>"]
            )
        else:
            other = draw.randrange(len(data) + 1)
            piece = data[at : at + length]
            data[other:other] = piece
    return bytes(data)


def _pages() -> list[bytes]:
    own = [p.read_bytes() for p in sorted(GOLDEN.glob("*.html"))]
    shared = [gzip.decompress(p.read_bytes()) for p in sorted((SHARED / "corpus" / "pages-dev" / "html").glob("*.gz"))]
    return own + shared


def _mutate(count: int, seed: int) -> None:
    draw, pages = random.Random(seed), _pages()
    for _ in range(count):
        _read(_mutated(draw, draw.choice(pages)))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the pages beside the checkout are not here")
def test_five_hundred_mutated_pages_never_break_the_stage() -> None:
    _mutate(500, seed=20261124)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the pages beside the checkout are not here")
def test_ten_thousand_mutated_pages_never_break_the_stage() -> None:
    _mutate(10_000, seed=20261125)
