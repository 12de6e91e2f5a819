"""Who published a page, and in which country that is."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pipelines.normalize import urls
from pipelines.normalize.found import Found
from pipelines.normalize.jsonld import JsonLd, text_of
from pipelines.normalize.meta import Head
from pipelines.normalize.tables import table
from schemas import COUNTRIES

_TELLS_NOTHING: Final = frozenset(
    [
        *(
            "ac",
            "ad",
            "ag",
            "ai",
            "am",
            "as",
            "bz",
            "cc",
            "cd",
            "co",
            "cx",
            "dj",
            "fm",
            "gg",
            "gl",
            "gs",
            "hn",
            "im",
            "io",
            "je",
            "la",
            "ly",
        ),
        *(
            "me",
            "ms",
            "mu",
            "nu",
            "pn",
            "pw",
            "sc",
            "sh",
            "sr",
            "st",
            "su",
            "tc",
            "tf",
            "tk",
            "tl",
            "to",
            "tv",
            "vc",
            "vg",
            "vu",
            "ws",
            "eu",
        ),
    ]
)
"""Country-code domains that are sold the world over as words or for their sound (ICANN's and Google's lists of generic ccTLDs)."""
_SUFFIX_COUNTRY: Final = {c.alpha2.lower(): c.code for c in COUNTRIES.values()} | {"uk": "GBR"}
_LONGEST: Final = 60
_DOMAIN: Final = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)


def outlet_of(head: Head, json_ld: JsonLd, url: str | None) -> Found[str] | None:
    """The outlet's name: from the table of outlets by the page's domain, else as the page names its publisher or site."""
    known = _known(url)
    if known is not None:
        return Found(known[0], "outlets")
    for name, origin in _named(head, json_ld):
        if name and len(name) <= _LONGEST:
            return Found(name, origin)
    return None


def outlet_names(head: Head, json_ld: JsonLd, url: str | None) -> list[str]:
    """All names that the outlet goes by in this page."""
    known = _known(url)
    return [name for name in (*([known[0]] if known else []), *(n for n, _ in _named(head, json_ld))) if name]


def outlet_country(url: str | None) -> Found[str] | None:
    """The country of the outlet's newsroom, by its domain; by its country-code suffix where that tells one."""
    known = _known(url)
    if known is not None:
        return Found(known[1], "outlets") if known[1] else None
    host = urls.host_of(url) if url else None
    suffix = host.rsplit(".", 1)[-1] if host else ""
    code = None if suffix in _TELLS_NOTHING else _SUFFIX_COUNTRY.get(suffix)
    return Found(code, "domain") if code else None


def _named(head: Head, json_ld: JsonLd) -> list[tuple[str | None, str]]:
    site = head.first("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "copyright-holder")
    publisher = text_of(json_ld.article.get("publisher"))
    named = [(publisher, "json-ld"), (site[0] if site else None, f"meta:{site[1]}" if site else "")]
    # a site's domain is no name where it also gives one
    return sorted(named, key=lambda pair: bool(pair[0] and _DOMAIN.fullmatch(pair[0])))


def _known(url: str | None) -> tuple[str, str] | None:
    host = urls.host_of(url) if url else None
    while host and "." in host:
        if host in _table():
            return _table()[host]
        host = host.partition(".")[2]
    return None


@cache
def _table() -> dict[str, tuple[str, str]]:
    return {row["domain"]: (row["name"], row["country"]) for row in table("outlets.csv")}
