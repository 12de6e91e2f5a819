"""Sitemaps, sites, URL lists, GDELT and WARC: what they name, and what they do not do."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fetching import CONTEXT, PAGE
from listing import confirm, listed, run, uris
from servers import Server, answer

from pipelines.sources import NoWebError, discover
from pipelines.sources.sitemap import SitemapError, parse
from schemas import Completeness, Locator, Rejected

SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def urlset(*rows: tuple[str, str | None, str | None]) -> bytes:
    """Rows of (loc, lastmod, publication date)."""
    out = [f'<?xml version="1.0"?><urlset xmlns="{SCHEMA}" xmlns:n="{NEWS}">']
    for loc, changed, published in rows:
        out.append(f"<url><loc>{loc}</loc>" + (f"<lastmod>{changed}</lastmod>" if changed else ""))
        out.append(f"<n:news><n:publication_date>{published}</n:publication_date></n:news>" if published else "")
        out.append("</url>")
    return ("".join(out) + "</urlset>").encode()


def index(*rows: tuple[str, str | None]) -> bytes:
    body = "".join(f"<sitemap><loc>{loc}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>" for loc, changed in rows)
    return f'<sitemapindex xmlns="{SCHEMA}">{body}</sitemapindex>'.encode()


def xml(body: bytes) -> bytes:
    return answer(body, type="application/xml")


def test_a_sitemap_of_every_form_gives_its_pages() -> None:
    rows = urlset(("/1", "2026-11-01", None), (" /2 ", None, "2026-11-02T08:00:00+03:00"))
    for body in (rows, gzip.compress(rows), b"\xef\xbb\xbf" + rows, rows[:-12], rows.replace(b"/1<", b"/1?a=1&b=2<")):
        found = list(parse(body, "https://news.example/sitemap.xml"))
        assert [f.url.partition("?")[0] for f in found] == ["https://news.example/1", "https://news.example/2"]
    assert found[0].changed == datetime(2026, 11, 1, tzinfo=UTC)
    assert found[1].published == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert [f.url for f in parse(b"https://news.example/1\n\nhttps://news.example/2\n", "x:")] == [
        "https://news.example/1",
        "https://news.example/2",
    ]


@pytest.mark.parametrize("body", [b"", PAGE.encode(), b"words", b"\x1f\x8bbroken", b"<rss></rss>"])
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    with pytest.raises(SitemapError):
        list(parse(body, "https://news.example/"))


def test_entities_of_a_sitemap_are_not_looked_up(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    body = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><urlset xmlns="{SCHEMA}"><url><loc>https://a.example/&e;</loc></url></urlset>'
    assert "secret" not in str(list(parse(body.encode(), "https://a.example/")))


def test_a_site_is_read_through_its_robots_txt_its_index_and_its_sitemaps_within_a_period() -> None:
    with Server() as server:
        server.routes["/robots.txt"] = answer(f"User-agent: *\nSitemap: {server.url('/index.xml')}\n")
        server.routes["/index.xml"] = xml(index(("/old.xml", "2025-01-01"), ("/new.xml", "2026-11-03"), ("/undated.xml", None)))
        server.routes["/new.xml"] = xml(
            urlset(
                ("/before", "2026-10-01", None),
                ("/within", "2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"),
                ("/changed-later", "2026-11-20", "2026-11-01T13:00:00Z"),
                ("/after", "2026-11-20", "2026-11-20T00:00:00Z"),
                ("/no-date", None, None),
            )
        )
        server.routes["/undated.xml"] = xml(urlset(("/x", None, None)))
        told: list[Completeness] = []
        since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
        found = listed(f"sitemap:{server.url('/')}", since=since, until=until, complete=told)
        assert "/old.xml" not in server.paths()
    assert uris(found) == [server.url(path) for path in ("/within", "/changed-later", "/no-date", "/x")]
    assert [(row.since, row.until) for row in told] == [(since, until)]


def test_sitemaps_are_fetched_while_their_pages_are_asked_for() -> None:
    from fetching import config

    from pipelines.web import opener

    with Server() as server:
        server.routes["/index.xml"] = xml(index(*((f"/{i}.xml", None) for i in range(50))))
        for i in range(50):
            server.routes[f"/{i}.xml"] = xml(urlset((f"/page{i}", None, None)))
        found = discover([f"sitemap:{server.url('/index.xml')}"], CONTEXT, web=opener(config()))
        assert [next(found).uri for _ in range(2)] == [server.url("/page0"), server.url("/page1")]  # type: ignore[union-attr]
        assert len(server.paths()) <= 3
        found.close()  # type: ignore[attr-defined]


def test_an_index_that_names_itself_and_broken_sitemaps_end() -> None:
    with Server() as server:
        server.routes["/index.xml"] = xml(index(("/index.xml", None), ("/gone.xml", None), ("/page.xml", None), ("/good.xml", None)))
        server.routes["/page.xml"] = answer(PAGE)
        server.routes["/good.xml"] = xml(urlset(("/1", None, None)))
        told: list[Completeness] = []
        found = listed(f"sitemap:{server.url('/index.xml')}", complete=told)
    assert uris(found) == ["!http_4xx", "!bad_source", server.url("/1")]
    assert told == []


HOME = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>
<nav><a href="/world">World</a><a href="/politics/">Politics</a><a href="/about">About</a><a href="https://other.example/">Partner</a></nav>
<a href="/2026/11/01/ministers-sign-a-border-accord">Ministers sign</a><a href="/login">Log in</a></body></html>"""
WORLD = '<html><body><a href="/news/2026/11/02/envoys-meet-in-the-capital">Envoys meet</a><a href="/img/photo.jpg">Photo</a></body></html>'


def site(server: Server) -> None:
    server.routes |= {"/": answer(HOME), "/world": answer(WORLD)}
    server.routes["/rss"] = answer(
        '<rss version="2.0"><channel><item><link>/feed-only</link></item></channel></rss>', type="application/rss+xml"
    )


def test_a_site_gives_what_looks_like_articles_on_its_pages_and_in_its_feeds() -> None:
    with Server() as server:
        site(server)
        found = listed(f"site:{server.url('/')}")
    assert uris(found) == [
        server.url(p) for p in ("/2026/11/01/ministers-sign-a-border-accord", "/news/2026/11/02/envoys-meet-in-the-capital", "/feed-only")
    ]
    assert [f.kind for f in found if isinstance(f, Locator)] == ["site", "site", "feed"]


AUDIT = """
import sys
sys.path[:0] = {paths!r}
asked, opened = [], []
def audit(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        opened.append(arguments[1])
    if event == "socket.getaddrinfo":
        asked.append(arguments[0])
sys.addaudithook(audit)
from listing import listed, uris
print(len(uris(listed("site:" + sys.argv[1]))))
port = int(sys.argv[2])
foreign = [address for address in opened if not (isinstance(address, tuple) and address[:2] == ("127.0.0.1", port))]
print(foreign, asked)
"""


def test_newspaper_and_its_suffix_list_open_no_socket(tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = AUDIT.format(paths=[str(here), str(here.parent / "fetch")])
    with Server() as server:
        site(server)
        done = subprocess.run(
            [sys.executable, "-c", code, server.url("/"), str(server.port)],
            capture_output=True,
            text=True,
            timeout=120,
            env={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": ""},
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["3", "[] []"]
    assert not (tmp_path / "cache").exists()


def test_a_list_of_urls_is_read_as_text_and_as_csv_and_its_bad_lines_are_rejected_under_their_numbers(tmp_path: Path) -> None:
    text = "\ufeffhttps://a.example/1\n\n# a comment\nno url\nhttp://a.example/2\nftp://a.example/3\n"
    table = 'title,URL,published_at\n"A, b",https://a.example/1,2026-11-01\n"two\nlines",https://a.example/2,\nx,nonsense,\n'
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "a.csv").write_text(table)
    for name in ("a.txt", "a.txt.gz"):
        found = listed(f"urls:{tmp_path}/{name}")
        assert uris(found) == ["https://a.example/1", "!bad_source", "http://a.example/2", "!bad_source"]
        assert [f.input.rsplit("#")[1] for f in found if isinstance(f, Rejected)] == ["4", "6"]
    found = listed(f"urls:{tmp_path}/a.csv")
    assert uris(found) == ["https://a.example/1", "https://a.example/2", "!bad_source"]
    assert isinstance(found[0], Locator)
    assert found[0].listed_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert uris(listed(f"urls:{tmp_path}/missing")) == ["!not_found"]


def test_a_list_of_urls_that_was_committed_lists_only_what_was_added(tmp_path: Path) -> None:
    state, file = tmp_path / "seen.sqlite", tmp_path / "a.txt"
    file.write_text("https://a.example/1\n")
    assert len(listed(f"urls:{file}", context=run(1), state=state)) == 1
    confirm(state, run(1))
    file.write_text("https://a.example/1\nhttps://a.example/2\n")
    assert uris(listed(f"urls:{file}", context=run(2), state=state)) == ["https://a.example/2"]


def zipped(*rows: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.CSV", "".join("\t".join(row) + "\n" for row in rows))
    return answer(buffer.getvalue(), type="application/zip")


def event(url: str, added: str = "20261101000000") -> list[str]:
    return ["0"] * 59 + [added, url]


def mention(url: str, kind: str = "1") -> list[str]:
    return ["1", "20261101000000", "20261101001500", kind, "a.example", url, *["0"] * 10]


def test_gdelts_lists_of_a_period_give_each_page_once() -> None:
    with Server() as server:
        server.routes |= {
            "/g/20261101000000.export.CSV.zip": zipped(event("https://a.example/1"), event("https://a.example/1"), event("BBC Monitoring")),
            "/g/20261101000000.mentions.CSV.zip": zipped(mention("https://a.example/1"), mention("https://a.example/2"), mention("x", "2")),
            "/g/20261101001500.export.CSV.zip": answer(b"no zip", type="application/zip"),
            "/g/20261101001500.mentions.CSV.zip": zipped(mention("https://a.example/3"), ["short"]),
        }
        found = listed("gdelt:2026-11-01T00:00/2026-11-01T00:45", gdelt=server.url("/g/"))
        assert [p for p in server.paths() if "003000" in p] == ["/g/20261101003000.export.CSV.zip", "/g/20261101003000.mentions.CSV.zip"]
    assert [u for u in uris(found) if not u.startswith("!")] == ["https://a.example/1", "https://a.example/2", "https://a.example/3"]
    assert [u for u in uris(found) if u.startswith("!")] == ["!bad_source", "!http_4xx"]


@pytest.mark.parametrize("given", ["gdelt:2026-11-01", "gdelt:", "gdelt:x/y", "gdelt:2026-11-02/2026-11-01"])
def test_a_period_that_is_none_is_one_rejected_row(given: str) -> None:
    assert uris(listed(given)) == ["!bad_source"]


def test_warc_files_are_locators_and_need_no_net(tmp_path: Path) -> None:
    for name in ("b.warc.gz", "a.warc"):
        (tmp_path / name).write_bytes(b"")
    found = list(discover([f"warc:{tmp_path}/*.warc*"], CONTEXT))
    assert [(f.kind, Path(f.uri).name) for f in found if isinstance(f, Locator)] == [("warc", "a.warc"), ("warc", "b.warc.gz")]


def test_a_page_is_itself_and_without_the_net_an_error() -> None:
    assert uris(listed("https://a.example/1", "http://a.example/2", "HTTPS://a.example/1")) == [
        "https://a.example/1",
        "http://a.example/2",
        "HTTPS://a.example/1",
    ]
    with pytest.raises(NoWebError, match=r"a\.example"):
        discover(["https://a.example/"], CONTEXT)
