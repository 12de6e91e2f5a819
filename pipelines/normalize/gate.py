"""The gate before the parsers: what goes into C code is bounded in size and depth.

A time limit cannot stop a C parser that has started, so the bounds are checked here, in a few linear passes over the characters.
"""

from __future__ import annotations

import re
from typing import Final

LARGEST_INPUT: Final = 64_000_000
"""Characters that are looked at at all."""
LARGEST: Final = 3_000_000
"""Characters of markup that are parsed, after scripts, styles, comments and embedded data are gone; real pages have under 1,500,000."""
DEEPEST: Final = 250
"""Open elements at once; libxml2 gives up at 256, extractors written with recursion at about 1,000. Real pages stay below 100."""
MOST_TAGS: Final = 60_000
"""Tags of a page; real ones have under 15,000, and the extractors' time grows with them."""
WIDEST_TAG: Final = 20_000
"""Characters of one start tag; a longer one loses its attributes."""

_DROPPED: Final = re.compile(r"<(script|style|svg|noscript|template|canvas|object)\b", re.IGNORECASE)
_OPEN: Final = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]{0,40})")
_WIDE_TAG: Final = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9:-]{{0,40}})[^>]{{{WIDEST_TAG},}}>?")
_DATA_URI: Final = re.compile(r"data:[a-z]{2,12}/[a-z0-9.+-]{2,40};base64,[A-Za-z0-9+/=%\s]{200,}", re.IGNORECASE)
_XML_DECLARATION: Final = re.compile(r"\s{0,100}<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_JSON_LD: Final = re.compile(r"ld\+json", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What lxml refuses in text that is set or copied."""
_VOID: Final = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
_CLOSED_BY_SIBLING: Final = frozenset(["p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot"])


class PageTooLargeError(ValueError):
    """More markup than is parsed."""


class PageTooDeepError(ValueError):
    """More elements inside each other than any article has."""


def admit(html: str) -> str:
    """The page without scripts, styles, comments and embedded binary data, if it is safe to parse; JSON-LD scripts stay.

    Raises:
        PageTooLargeError, PageTooDeepError: it goes to no parser.
    """
    if len(html) > LARGEST_INPUT:
        raise PageTooLargeError(f"{len(html)} characters, more than {LARGEST_INPUT}")
    page = strip(html)
    if len(page) > LARGEST:
        raise PageTooLargeError(f"{len(page)} characters of markup, more than {LARGEST}")
    names = _OPEN.findall(page)
    if depth(names) > DEEPEST:
        raise PageTooDeepError(f"elements stand more than {DEEPEST} deep")
    if len(names) > MOST_TAGS:
        raise PageTooLargeError(f"{len(names)} tags, more than {MOST_TAGS}")
    return page


def strip(html: str) -> str:
    """`html` without what no extractor reads; each character is looked at a bounded number of times."""
    declaration = _XML_DECLARATION.match(html)
    if declaration:
        html = html[declaration.end() :]
    if ";base64," in html:
        html = _DATA_URI.sub("data:,", html)
    page = _without_elements(_without_comments(html))
    if _CONTROL.search(page):
        page = _without_elements(_CONTROL.sub("", page))
    wide = max(map(len, page.split(">"))) > WIDEST_TAG
    return _WIDE_TAG.sub(r"<\1>", page) if wide else page


def depth(names: list[str]) -> int:
    """How many elements are open at once at most, as a parser that closes `<p>` and `<li>` by their siblings would count.

    Counting ends above `DEEPEST`.

    Args:
        names: the tags in order, end tags with their slash.
    """
    open_tags: list[str] = []
    read: dict[str, tuple[str, bool, bool]] = {}
    deepest = 0
    for written in names:
        if (known := read.get(written)) is None:
            name = written.strip("/").lower()
            known = read[written] = name, written[0] == "/", name in _CLOSED_BY_SIBLING
        name, closes, by_sibling = known
        if closes:
            if open_tags and open_tags[-1] == name:
                open_tags.pop()
            elif name in open_tags:
                while open_tags.pop() != name:
                    pass
        elif name not in _VOID and not (by_sibling and open_tags and open_tags[-1] == name):
            open_tags.append(name)
            if len(open_tags) > deepest:
                deepest = len(open_tags)
                if deepest > DEEPEST:
                    break
    return deepest


def _without_comments(html: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        at = start + 4 if end < 0 else end + 3
        if end < 0:  # never closed: a browser would hide the rest of the page, which its author did not mean
            break
    kept.append(html[at:])
    return "".join(kept)


def _without_elements(html: str) -> str:
    kept: list[str] = []
    at = 0
    closed = _Closing(html)
    while (found := _DROPPED.search(html, at)) is not None:
        name = found[1].lower()
        tag_end = html.find(">", found.end())
        if tag_end < 0:
            break
        end = closed.find(name, found.end())
        if end < 0:  # never closed: the tag goes, and for code what follows up to the next tag
            kept.append(html[at : found.start()])
            at = tag_end + 1
            if name in ("script", "style"):
                following = html.find("<", at)
                at = following if following >= 0 else len(html)
            continue
        keep = name == "script" and _JSON_LD.search(html, found.start(), min(tag_end, found.start() + 400)) is not None
        kept.append(html[at : end if keep else found.start()])
        at = end
    kept.append(html[at:])
    return "".join(kept)


class _Closing:
    """Where an element ends. Remembers what is not there, so that a thousand unclosed tags cost one search."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._missing: set[str] = set()

    def find(self, name: str, start: int) -> int:
        """One past the end tag of `name` at or after `start`, or -1."""
        if name in self._missing:
            return -1
        at = self._html.find(f"</{name}", start)
        if at < 0:
            found = re.compile(f"</{name}", re.IGNORECASE).search(self._html, start)
            at = found.start() if found else -1
        if at < 0:
            self._missing.add(name)
            return -1
        close = self._html.find(">", at)
        return len(self._html) if close < 0 else close + 1
