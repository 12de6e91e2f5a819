"""The outlet's section that an article stands in."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

from pipelines.normalize.characters import one_line
from pipelines.normalize.found import Found
from pipelines.normalize.jsonld import JsonLd, text_of, types_of
from pipelines.normalize.meta import Head

_METAS: Final = (
    "article:section",
    "parsely-section",
    "section",
    "og:section",
    "sailthru.section",
    "cxenseparse:section",
    "dc.subject.section",
)
_IN_URL: Final = {
    name.replace("-", ""): name.replace("-", " ").title()
    for name in (
        "world politics business economy opinion sport sports science technology tech health culture international national "
        "asia africa europe "
        "americas middle-east middleeast latin-america us uk india china pakistan entertainment environment climate energy "
        "defense defence security "
        "diplomacy markets finance travel lifestyle society education columnists editorial analysis commentary regional local"
    ).split()
} | {"middleeast": "Middle East", "us": "US", "uk": "UK"}
_LONGEST: Final = 40


def section_of(head: Head, json_ld: JsonLd, url: str | None) -> Found[str] | None:
    """The section as the page names it, or as the first part of its address does where that is a usual one."""
    values = [
        (text_of(json_ld.article.get("articleSection")), "json-ld"),
        *((v, f"meta:{n}") for v, n in head.all(*_METAS)),
        (_crumb(json_ld), "breadcrumb"),
    ]
    for value, origin in values:
        name = one_line(value.split(",")[0] if value else None)
        if name and len(name) <= _LONGEST and "://" not in name:
            return Found(name, origin)
    for part in unquote(urlsplit(url or "").path).lower().split("/")[1:4]:
        name = _IN_URL.get(part.replace("-", "").replace("_", ""))
        if name:
            return Found(name, "url")
    return None


def _crumb(json_ld: JsonLd) -> str | None:
    """The second item of a breadcrumb list: the first is the home page."""
    for node in json_ld.nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" in types_of(node) and isinstance(items, list) and len(items) >= 3 and isinstance(items[1], dict):
            return text_of(items[1].get("name")) or text_of(items[1].get("item"))
    return None
