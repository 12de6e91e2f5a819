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
FEW_TAGS: Final = 3_000
"""Tags up to which depth is not counted: no page is deeper than its tags are many, Resiliparse bears that depth in less than a second
and half a megabyte of stack, and libxml2 says itself where a page is too deep for it (`markup.parse`). Most real pages have fewer."""
MOST_TAGS: Final = 60_000
"""Tags of a page; real ones have under 15,000, and the extractors' time grows with them."""
WIDEST_TAG: Final = 20_000
"""Characters of one start tag; a longer one loses its attributes."""

_DROPPED: Final = re.compile(r"<(?:!--|(?=[sntco])(script|style|svg|noscript|template|canvas|object)\b)", re.IGNORECASE | re.ASCII)
"""The first letters are there for speed."""
_COMMENT: Final = "!--"
_LONGEST_TYPE: Final = 400
"""Characters of a script's start tag in which its type is looked for."""
_OPEN: Final = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]{0,40})")
_WIDE_TAG: Final = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9:-]{{0,40}})[^>]{{{WIDEST_TAG},}}>?")
_DATA_URI: Final = re.compile(r";base64,[A-Za-z0-9+/=%\s]{200,}")
_XML_DECLARATION: Final = re.compile(r"\s{0,100}<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_JSON_LD: Final = re.compile(r"ld\+json", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What lxml refuses in text that is set or copied."""
_CONTROL_BYTES: Final = bytes(code for code in range(128) if _CONTROL.match(chr(code)))
_NONCHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
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
    if page.count("<") > FEW_TAGS:
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
    page = _without_unread(html)
    if _has_control(page):
        page = _without_unread(_CONTROL.sub("", page))
    if ";base64," in page:
        page = _DATA_URI.sub(";base64,", page)
    return _WIDE_TAG.sub(r"<\1>", page) if _is_wide(page) else page


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


def _without_unread(html: str) -> str:
    """`html` without comments and the elements of `_DROPPED`; JSON-LD scripts stay."""
    kept: list[str] = []
    at = 0
    closed = _Closing(html)
    while (found := _DROPPED.search(html, at)) is not None:
        start, named = found.span()
        name = found[1].lower() if found[1] else _COMMENT
        end = closed.find(name, named)
        keep = name == "script" and _JSON_LD.search(html, start, _tag_end(html, named)) is not None
        kept.append(html[at : end if keep and end >= 0 else start])
        if end >= 0:
            at = end
        elif name == _COMMENT:  # never closed: a browser would hide the rest of the page, which its author did not mean
            at = named
        elif (tag_end := html.find(">", named)) < 0:
            return "".join(kept)
        else:  # never closed: the tag goes, and for code what follows up to the next tag
            at = tag_end + 1
            if name in ("script", "style"):
                following = html.find("<", at)
                at = following if following >= 0 else len(html)
    kept.append(html[at:])
    return "".join(kept)


def _tag_end(html: str, at: int) -> int:
    """Where the start tag ends, or what of it is looked at."""
    end = html.find(">", at, at + _LONGEST_TYPE)
    return end if end >= 0 else at + _LONGEST_TYPE


def _has_control(page: str) -> bool:
    """Whether `_CONTROL` finds anything. Asked of the bytes, which takes a tenth of the search."""
    try:
        content = page.encode()
    except UnicodeEncodeError:  # lone surrogates
        return True
    return len(content.translate(None, _CONTROL_BYTES)) < len(content) or any(sign in content for sign in _NONCHARACTERS)


def _is_wide(page: str) -> bool:
    """Whether there are more than `WIDEST_TAG` characters without a `>`."""
    at = 0
    while len(page) - at > WIDEST_TAG:
        last = page.rfind(">", at, at + WIDEST_TAG)
        if last < 0:
            return True
        at = last + 1
    return False


class _Closing:
    """Where an element ends. Remembers what is not there, so that a thousand unclosed tags cost one search."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._missing: set[str] = set()

    def find(self, name: str, start: int) -> int:
        """One past the end tag of `name`, or the end of a `_COMMENT`, at or after `start`; or -1."""
        if name in self._missing:
            return -1
        if name == _COMMENT:
            end = self._html.find("-->", start)
            if end < 0:
                self._missing.add(name)
            return end + 3 if end >= 0 else -1
        at = self._html.find(f"</{name}", start)
        if at < 0:
            found = re.compile(f"</{name}", re.IGNORECASE).search(self._html, start)
            at = found.start() if found else -1
        if at < 0:
            self._missing.add(name)
            return -1
        close = self._html.find(">", at)
        return len(self._html) if close < 0 else close + 1
