"""JSON-LD: what a page says about its article in schema.org's terms."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lxml.html import HtmlElement, fragment_fromstring

from pipelines.normalize.characters import one_line, paragraphs

_ARTICLE: Final = re.compile(
    r"(?:News|Reportage|Analysis|Opinion|Background|Review|AskPublic|Advertiser|Scholarly|Tech|Satirical)?\w*Article"
    r"|BlogPosting|LiveBlogPosting|Report"
)
_VIDEO: Final = frozenset(["VideoObject", "Movie", "TVEpisode", "Clip"])
_MOST_NODES: Final = 400
_LONGEST: Final = 2_000_000
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_TRAILING_COMMA: Final = re.compile(r",\s{0,20}([}\]])")
_TAG: Final = re.compile(r"<[a-zA-Z/]")


@dataclass(frozen=True)
class JsonLd:
    """The nodes of a page's JSON-LD."""

    nodes: tuple[dict[str, Any], ...]

    @cached_property
    def article(self) -> dict[str, Any]:
        """The node of the article; empty where there is none."""
        found = [node for node in self.nodes if is_a(node, _ARTICLE)]
        return max(found, key=lambda node: ("headline" in node, "datePublished" in node, "author" in node), default={})

    @property
    def is_video(self) -> bool:
        """Whether the page is described as a video and as no article."""
        return not self.article and any(types_of(node) & _VIDEO for node in self.nodes)

    @property
    def is_collection(self) -> bool:
        """Whether the page is described as a list of others and as no article."""
        return not self.article and any(types_of(node) & {"CollectionPage", "ItemList", "SearchResultsPage"} for node in self.nodes)

    @property
    def body(self) -> str | None:
        """The article's text, paragraphs separated by blank lines."""
        value = self.article.get("articleBody")
        return _body(value) if isinstance(value, str) else None


def read_json_ld(tree: HtmlElement) -> JsonLd:
    """All nodes, those inside `@graph` and lists too. What is no JSON is passed over: it is a page's decoration, not its content."""
    nodes: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= _LONGEST:
            nodes.extend(_nodes(_load(script.text)))
            if len(nodes) >= _MOST_NODES:
                break
    return JsonLd(tuple(nodes[:_MOST_NODES]))


def types_of(node: dict[str, Any]) -> frozenset[str]:
    """The node's types, without the address of their vocabulary."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str))


def is_a(node: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    """Whether one of the node's types matches."""
    return any(pattern.fullmatch(name) for name in types_of(node))


def text_of(value: Any) -> str | None:
    """A string from a string, a list's first one, or a node's name or value."""
    if isinstance(value, str):
        return one_line(html.unescape(value))
    if isinstance(value, list):
        return next((found for item in value if (found := text_of(item))), None)
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value") or value.get("headline"))
    return None


def url_of(value: Any) -> str | None:
    """A URL from a string, or from a node's `@id` or `url`."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        return next((found for item in value if (found := url_of(item))), None)
    if isinstance(value, dict):
        return url_of(value.get("@id")) or url_of(value.get("url"))
    return None


def _load(text: str) -> Any:
    text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:_MOST_NODES]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            if name in value and isinstance(value[name], list | dict):
                yield from _nodes(value[name], depth + 1)


def _body(value: str) -> str | None:
    text = html.unescape(value)
    if _TAG.search(text):
        text = "\n".join(fragment_fromstring(text, create_parent="div").itertext())
    return paragraphs(text) or None
