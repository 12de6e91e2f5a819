"""The page's tree: parsed once, and freed of elements that are certainly no part of an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, cast

from lxml import etree
from lxml.html import HtmlElement

from pipelines.normalize.boilerplate import boilerplate
from pipelines.normalize.gate import DEEPEST, PageTooDeepError

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
_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=HtmlElement)
_NEVER: Final = frozenset(["html", "body", "head", "article", "main", "p", "h1"])


class UnparsableError(ValueError):
    """No element in it."""


def parse(page: str) -> HtmlElement:
    """The tree of a page that the gate admitted, without comments and processing instructions.

    Raises:
        UnparsableError: there is nothing that could be an element.
        PageTooDeepError: libxml2 gave up on its depth.
    """
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    # lxml.html's own lookup asks for each element's class in Python, a fifth of a page's time; here all are `HtmlElement`
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = etree.fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise UnparsableError(f"no tree can be made of it: {error}") from error
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise PageTooDeepError(f"elements stand more than {DEEPEST} deep")
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
        get = element.get
        if not (_is_furniture(get("class"), get("id")) or get("hidden") is not None or ((style := get("style")) and _HIDDEN.search(style))):
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


@lru_cache(maxsize=50_000)
def _is_furniture(classes: str | None, id_: str | None) -> bool:
    return (classes is not None or id_ is not None) and bool(boilerplate().element.search(f" {classes or ''} {id_ or ''} ".lower()))


def _prose(element: HtmlElement) -> int:
    """Characters in paragraphs, those of links taken away."""
    return sum(_length(p) - sum(_length(a) for a in p.iter("a")) for p in element.iter("p"))


def classed(tree: HtmlElement, matches: Callable[[str], bool]) -> Iterator[HtmlElement]:
    """The elements whose class matches. An XPath with `contains` takes five times as long; `matches` is best one that remembers."""
    return (element for element in tree.iter() if (classes := element.get("class")) and matches(classes))


def select(xpath: etree.XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that an expression finds, which must be one that finds elements."""
    return cast(list[HtmlElement], xpath(tree))


def _length(element: HtmlElement) -> int:
    return sum(map(len, element.itertext()))
