"""The page's tree: parsed once, and freed of elements that are certainly no part of an article."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, cast

from lxml import etree
from lxml.html import HtmlElement

from pipelines.normalize.boilerplate import boilerplate

_HIDDEN: Final = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_BODY: Final = re.compile(r"<body\b", re.IGNORECASE)
_JSON_LD: Final = re.compile(r"<script[^>]{0,200}ld\+json[^>]{0,100}>[^<]{0,200000}</script>", re.IGNORECASE)
_MOST_SCRIPTS: Final = 20
_LARGEST_SHARE: Final = 0.25
"""Share of the page's text above which no element is taken out for its name alone: some sites name the article's own box so."""
_MOST_PROSE: Final = 600
"""Characters of paragraphs, links not counted, above which an element is no mere box."""
_LAYOUT_CELL: Final = 500
"""Characters above which a cell that holds paragraphs, lines or tables is no datum."""
_TABLE_PARTS: Final = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
_NEVER: Final = frozenset(["html", "body", "head", "article", "main", "p", "h1"])


class UnparsableError(ValueError):
    """No element in it."""


def parse(page: str) -> HtmlElement:
    """The tree of a page that the gate admitted, without comments and processing instructions.

    Raises:
        UnparsableError: there is nothing that could be an element.
    """
    try:
        tree = etree.fromstring(page, parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise UnparsableError(f"no tree can be made of it: {error}") from error
    if tree is None:
        raise UnparsableError("it holds no element")
    return cast(HtmlElement, tree)


def summary(page: str) -> str:
    """The head of a page with its JSON-LD, as a page of its own: enough for title, date and URL at a fraction of the parsing."""
    end = _BODY.search(page)
    scripts = _JSON_LD.findall(page, end.start()) if end else []
    return page[: end.start()] + "".join(scripts[:_MOST_SCRIPTS]) if end else page


def prune(tree: HtmlElement) -> None:
    """Take out what is hidden, and boxes that are named as what surrounds articles (`data/boilerplate.toml`).

    The text that followed such an element stays.
    """
    page: int | None = None
    inside = 0  # elements still to come that went with one taken out
    for element in list(tree.iter()):
        if inside:
            inside -= 1
            continue
        if not (_is_furniture(element.get("class"), element.get("id")) or _is_hidden(element)):
            continue
        if element.tag in _NEVER or element.getparent() is None:
            continue
        page = page if page is not None else _length(tree)
        if _length(element) <= _LARGEST_SHARE * page and _prose(element) <= _MOST_PROSE:
            inside = sum(1 for _ in element.iterdescendants())
            element.drop_tree()


def unlay(tree: HtmlElement) -> None:
    """Make tables that lay out a page into plain boxes: extractors would take the article for one cell of data."""
    for table in list(tree.iter("table")):
        cells = [cell for cell in table.iter("td") if len(cell) and _length(cell) > _LAYOUT_CELL]
        if any(cell.find(".//table") is not None or cell.find(".//p") is not None or len(cell.findall(".//br")) > 2 for cell in cells):
            for part in table.iter(*_TABLE_PARTS):
                part.tag = "div"


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


@lru_cache(maxsize=50_000)
def _is_furniture(classes: str | None, id_: str | None) -> bool:
    return (classes is not None or id_ is not None) and bool(boilerplate().element.search(f" {classes or ''} {id_ or ''} ".lower()))


def _prose(element: HtmlElement) -> int:
    """Characters in paragraphs, those of links taken away."""
    return sum(_length(p) - sum(_length(a) for a in p.iter("a")) for p in element.iter("p"))


def select(xpath: etree.XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that an expression finds, which must be one that finds elements."""
    return cast(list[HtmlElement], xpath(tree))


@cache
def _parser() -> etree.HTMLParser:
    """A parser whose elements all are `HtmlElement`: lxml.html's own looks each one's class up in Python, a fifth of a page's time."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _length(element: HtmlElement) -> int:
    return sum(map(len, element.itertext()))
