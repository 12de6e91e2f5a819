"""What a page's head says: `meta`, `link`, `title`, the language of `html`, and the headings of the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml.html import HtmlElement

from pipelines.normalize.characters import one_line

_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_LONGEST: Final = 2_000


@dataclass
class Head:
    """Values by name in lower case, in document order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)
    language: str | None = None

    def first(self, *names: str) -> tuple[str, str] | None:
        """(value, name) of the first of `names` that the page has."""
        return next(self.all(*names), None)

    def all(self, *names: str) -> Iterator[tuple[str, str]]:
        """(value, name) of all that the page has of `names`, in the order of `names`."""
        for name in names:
            for value in self.metas.get(name, ()):
                yield value, name


def read_head(tree: HtmlElement) -> Head:
    """The head of a parsed page."""
    head = Head(language=_language(tree))
    for element in tree.iter("meta", "link", "title", "h1"):
        tag = element.tag
        if tag == "meta":
            value = one_line(element.get("content", "")[:_LONGEST])
            for attribute in _NAMES:
                name = element.get(attribute)
                if name and value:
                    head.metas.setdefault(name.strip().lower(), []).append(value)
        elif tag == "link":
            for rel in element.get("rel", "").lower().split():
                head.links.setdefault(rel, []).extend(filter(None, [element.get("href", "").strip()]))
        elif tag == "title":
            if element.getparent() is None or element.getparent().tag != "svg":
                head.titles.extend(filter(None, [one_line(element.text_content()[:_LONGEST])]))
        else:
            head.headings.append(element)
    return head


def _language(tree: HtmlElement) -> str | None:
    root = tree.getroottree().getroot()
    value = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "").strip().lower()
    code = value.replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isalpha() else None
