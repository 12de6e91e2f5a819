"""A page's metadata, each value with its origin; what is doubtful is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from pipelines.normalize import urls
from pipelines.normalize.authors import authors_of
from pipelines.normalize.found import Found
from pipelines.normalize.identity import believed_canonical
from pipelines.normalize.jsonld import JsonLd, read_json_ld, url_of
from pipelines.normalize.meta import Head, read_head
from pipelines.normalize.outlets import outlet_country, outlet_names, outlet_of
from pipelines.normalize.published import modified_at, published_at
from pipelines.normalize.sections import section_of
from pipelines.normalize.titles import headline
from schemas import Origin


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a page says of itself; None where it says nothing, or nothing sure."""

    title: Found[str] | None = None
    authors: Found[tuple[str, ...]] | None = None
    published_at: Found[datetime] | None = None
    modified_at: Found[datetime] | None = None
    canonical_url: Found[str] | None = None
    outlet: Found[str] | None = None
    outlet_country: Found[str] | None = None
    section: Found[str] | None = None

    def values(self) -> dict[str, Any]:
        """The known values by field."""
        return {name: found.value for name, found in vars(self).items() if found is not None}

    def origins(self) -> tuple[Origin, ...]:
        """Where each known value came from."""
        return tuple(Origin(field=name, origin=found.origin) for name, found in vars(self).items() if found is not None)


@dataclass(frozen=True)
class Described:
    """A parsed page with its descriptions read."""

    tree: HtmlElement
    head: Head
    json_ld: JsonLd
    url: str | None

    @classmethod
    def of(cls, tree: HtmlElement, url: str | None) -> Described:
        """Read head and JSON-LD of a page, once for all that need them."""
        return cls(tree, read_head(tree), read_json_ld(tree), url)


def cheap_metadata(page: Described, now: datetime) -> Metadata:
    """Title, date and URL, for a page that is stored with its cheap text."""
    canonical = canonical_of(page)
    address = page.url or (canonical.value if canonical else None)
    names = outlet_names(page.head, page.json_ld, address)
    return Metadata(
        title=headline(page.head, page.json_ld, names, address),
        published_at=published_at(page.tree, page.head, page.json_ld, address, now, thorough=False),
        canonical_url=canonical,
    )


def full_metadata(page: Described, now: datetime) -> Metadata:
    """All that a page says of itself."""
    canonical = canonical_of(page)
    address = page.url or (canonical.value if canonical else None)
    names = outlet_names(page.head, page.json_ld, address)
    published = published_at(page.tree, page.head, page.json_ld, address, now)
    return Metadata(
        title=headline(page.head, page.json_ld, names, address),
        authors=authors_of(page.tree, page.head, page.json_ld, names),
        published_at=published,
        modified_at=modified_at(page.head, page.json_ld, published.value if published else None, now),
        canonical_url=canonical,
        outlet=outlet_of(page.head, page.json_ld, address),
        outlet_country=outlet_country(address),
        section=section_of(page.head, page.json_ld, address),
    )


def canonical_of(page: Described) -> Found[str] | None:
    """The URL that identifies the page, where one can be believed; AMP and mobile addresses lead to the main page.

    `rel=canonical` counts where the page has one alone (RFC 6596; with several, none is believed), then `og:url` and JSON-LD.
    """
    base = page.url
    stated = list(dict.fromkeys(filter(None, (urls.clean(href, base) for href in page.head.links.get("canonical", ())))))
    candidates: list[tuple[str | None, str]] = [(stated[0], "link:canonical")] if len(stated) == 1 else []
    og = page.head.first("og:url")
    article = page.json_ld.article
    candidates += [(og[0], "meta:og:url")] if og else []
    candidates += [(url_of(article.get("mainEntityOfPage")), "json-ld"), (url_of(article.get("url")), "json-ld")]
    for candidate, origin in candidates:
        believed = believed_canonical(candidate, base)
        if believed is not None:
            return Found(urls.main_page(believed), origin)
    asked = urls.clean(base)
    return Found(urls.main_page(asked), "url") if asked else None
