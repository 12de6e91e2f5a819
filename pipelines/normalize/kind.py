"""What kind of page it is: an article, or one of the kinds that hold none.

A page is an article until enough speaks against it. Length speaks for it most: several paragraphs of prose outweigh a title.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.normalize import urls
from pipelines.normalize.blocks import is_prose
from pipelines.normalize.metadata import Described
from pipelines.normalize.titles import titles_in_page

_STUB: Final = 900
"""Characters of prose up to which a page can be a stub, a caption under a video or an error."""
_ARTICLE_PROSE: Final = 0.75
_INDEX_LINES: Final = 12
_INDEX_PROSE: Final = 0.35
_LIST_PROSE: Final = 0.1
"""Share of prose below which a page of links is a list of others."""
_HEADLINE: Final = 25
"""Characters of a link that can be a headline."""
_CONSENT_DENSITY: Final = 0.05
_LONG_CONSENT: Final = 4_000


@dataclass(frozen=True)
class Kind:
    """Why a page is no article: a reason of the normalize stage, and what showed it."""

    reason: str
    why: str


def is_long(cheap: str) -> bool:
    """Whether a text has so much prose, and so little else, that its page can only be an article."""
    prose = sum(len(line) for line in cheap.split("\n\n") if is_prose(line))
    return prose > _STUB and prose >= _ARTICLE_PROSE * len(cheap)


def no_article(page: Described, cheap: str) -> Kind | None:
    """The kind of a page that is no article, or None.

    Args:
        page: the parsed page.
        cheap: its text by Resiliparse.
    """
    lines = cheap.split("\n\n")
    prose = sum(len(line) for line in lines if is_prose(line))
    titles = [*titles_in_page(page.head, page.json_ld), *(" ".join(h.itertext()).strip() for h in page.head.headings[:1])]
    return (
        _error(titles, cheap, prose)
        or _consent(titles, cheap, prose)
        or _paywall(page, cheap, prose)
        or _video(page, prose)
        or _index(page, lines, prose)
    )


def _error(titles: Sequence[str], cheap: str, prose: int) -> Kind | None:
    if prose > _STUB:
        return None
    found = next((m for title in titles if (m := _signs().error_title.search(title))), None) or _signs().error_text.search(cheap[:1500])
    return Kind("error_page", f"it says {found[0]!r} and has {prose} characters of prose") if found else None


def _consent(titles: Sequence[str], cheap: str, prose: int) -> Kind | None:
    if len(cheap) > _LONG_CONSENT and prose > _STUB:
        return None
    words = max(1, len(cheap.split()))
    said = len(_signs().consent_word.findall(cheap[:_LONG_CONSENT]))
    title = next((m for t in titles if (m := _signs().consent_title.search(t))), None)
    dense = said >= 6 and said / words >= _CONSENT_DENSITY and len(cheap) <= _LONG_CONSENT
    if dense or (title and prose <= _STUB):
        return Kind(
            "consent_wall", f"{said} of {words} words are those of consent" if dense else f"the title says {title[0] if title else ''!r}"
        )
    return None


def _paywall(page: Described, cheap: str, prose: int) -> Kind | None:
    if prose > _STUB:
        return None
    said = _signs().paywall_text.search(cheap)
    closed = str(page.json_ld.article.get("isAccessibleForFree", "")).lower() in ("false", "0", "no")
    if said and (closed or prose <= _STUB // 2):
        return Kind("paywall_stub", f"it says {said[0]!r} and has {prose} characters of prose")
    if closed and prose <= _STUB // 2:
        return Kind("paywall_stub", f"its JSON-LD says that it is not free, and it has {prose} characters of prose")
    return None


def _video(page: Described, prose: int) -> Kind | None:
    if prose > _STUB:
        return None
    og = page.head.first("og:type")
    path = _signs().video_path.search(urlsplit(page.url or "").path.lower())
    if page.json_ld.is_video or (og and og[0].lower().startswith("video")):
        return Kind("video_page", f"it is described as a video and has {prose} characters of prose")
    if path and not page.json_ld.article:
        return Kind("video_page", f"its address holds {path[0]!r} and it has {prose} characters of prose")
    return None


def _index(page: Described, lines: Sequence[str], prose: int) -> Kind | None:
    home = page.url is not None and (cleaned := urls.clean(page.url)) is not None and not urls.has_article_path(cleaned)
    total = max(1, sum(map(len, lines)))
    og = page.head.first("og:type")
    if page.json_ld.article or (og is not None and og[0].lower() in ("article", "news", "newsarticle")):
        return None
    many = (
        len(lines) >= _INDEX_LINES and prose / total < _INDEX_PROSE and sum(25 <= len(line) <= 160 for line in lines) >= _INDEX_LINES // 2
    )
    teasers = _teasers(page)
    if home and (many or teasers >= 5 or prose <= _STUB):
        return Kind("index_page", "its address is a home page's")
    if page.json_ld.is_collection and (many or teasers >= 5):
        return Kind("index_page", "it is described as a collection of others")
    if teasers >= 8 and prose / total < _ARTICLE_PROSE and not page.head.first("article:published_time"):
        return Kind("index_page", f"{teasers} of its boxes are teasers of other pages")
    links = _linked_lines(page) if prose / total < _LIST_PROSE else 0
    if links >= _INDEX_LINES:
        return Kind("index_page", f"{links} of its list items are links to other pages, and {prose / total:.0%} of its text is prose")
    if many and teasers >= 5:
        return Kind("index_page", f"{len(lines)} lines, {prose / total:.0%} of them prose, and {teasers} teasers")
    return None


def _teasers(page: Described) -> int:
    """Headings that are links, outside of asides and footers."""
    count = 0
    for heading in page.tree.iter("h2", "h3", "h4"):
        link = heading.find(".//a") if heading.find(".//a") is not None else _parent_link(heading)
        if link is not None and link.get("href") and not any(a.tag in ("aside", "footer", "nav") for a in heading.iterancestors()):
            count += 1
    return count


def _linked_lines(page: Described) -> int:
    """List items and table rows outside of navigation that are little else than a link with a headline."""
    count = 0
    for item in page.tree.iter("li", "tr"):
        link = item.find(".//a[@href]")
        text = " ".join("".join(item.itertext()).split())
        headline = " ".join("".join(link.itertext()).split()) if link is not None else ""
        if len(headline) >= _HEADLINE and len(headline) > 0.6 * len(text):
            count += not any(a.tag in ("aside", "footer", "nav") for a in item.iterancestors())
    return count


def _parent_link(heading: HtmlElement) -> HtmlElement | None:
    parent = heading.getparent()
    return parent if parent is not None and parent.tag == "a" else None


@dataclass(frozen=True)
class _Signs:
    error_title: re.Pattern[str]
    error_text: re.Pattern[str]
    consent_title: re.Pattern[str]
    consent_word: re.Pattern[str]
    paywall_text: re.Pattern[str]
    video_path: re.Pattern[str]


@cache
def _signs() -> _Signs:
    data = tomllib.loads(files(__package__).joinpath("data", "kinds.toml").read_text(encoding="utf8"))
    places = (
        ("error", "titles"),
        ("error", "texts"),
        ("consent", "titles"),
        ("consent", "words"),
        ("paywall", "texts"),
        ("video", "paths"),
    )
    expressions = [data[kind][name] for kind, name in places]
    return _Signs(*(re.compile(e, re.IGNORECASE) for e in expressions))
