"""The gate before the parsers: what goes into C code is bounded in size, depth and attributes.

A time limit cannot stop a C parser that has started, so the bounds are checked here, in one linear pass over the characters.
"""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 3_000_000
"""Characters of markup that are parsed, after scripts, styles, comments and embedded data are gone; real pages have under 1,500,000."""
DEEPEST: Final = 250
"""Open elements at once; libxml2 gives up at 256, extractors written with recursion at about 1,000. Real pages stay below 100."""
WIDEST_TAG: Final = 20_000
"""Characters of one start tag; a longer one loses its attributes."""
_MOST_TAGS: Final = 200_000

_DROPPED: Final = re.compile(r"<(script|style|svg|noscript|template|canvas|object)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_DATA_URI: Final = re.compile(r"data:[a-z]{2,12}/[a-z0-9.+-]{2,40};base64,[A-Za-z0-9+/=%\s]{200,}", re.IGNORECASE)
_VOID: Final = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
_CLOSED_BY_SIBLING: Final = frozenset(["p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot"])
_KEPT_SCRIPT: Final = re.compile(r"ld\+json", re.IGNORECASE)


class PageTooLargeError(ValueError):
    """More markup than is parsed."""


class PageTooDeepError(ValueError):
    """More elements inside each other than any article has."""


def admit(html: str) -> str:
    """The page without scripts, styles, comments and embedded binary data, if it is safe to parse.

    JSON-LD scripts stay. Tags longer than `WIDEST_TAG` lose their attributes.

    Raises:
        PageTooLargeError, PageTooDeepError: it goes to no parser.
    """
    page = strip(html)
    if len(page) > LARGEST:
        raise PageTooLargeError(f"{len(page)} characters of markup, more than {LARGEST}")
    deepest = depth(page)
    if deepest > DEEPEST:
        raise PageTooDeepError(f"elements stand {deepest} deep, more than {DEEPEST}")
    return page


def strip(html: str) -> str:
    """`html` without what no extractor reads; each character is looked at a bounded number of times."""
    html = html.replace("\x00", "")
    if "base64," in html:
        html = _DATA_URI.sub("data:,", html)
    return _shorten_tags(_without_elements(_without_comments(html)))


def depth(html: str) -> int:
    """How many elements are open at once at most, as a parser that closes `<p>` and `<li>` by their siblings would count.

    10**9 where there are more tags than any article has.
    """
    open_tags: list[str] = []
    counts: dict[str, int] = {}
    deepest = seen = 0
    for match in _TAG.finditer(html):
        seen += 1
        if seen > _MOST_TAGS:
            return 10**9
        name = match[2].lower()
        if match[1]:
            if counts.get(name):
                while open_tags:
                    last = open_tags.pop()
                    counts[last] -= 1
                    if last == name:
                        break
        elif name not in _VOID:
            if name in _CLOSED_BY_SIBLING and open_tags and open_tags[-1] == name:
                continue
            open_tags.append(name)
            counts[name] = counts.get(name, 0) + 1
            deepest = max(deepest, len(open_tags))
    return deepest


def _without_comments(html: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            # never closed: a browser would hide the rest of the page, the page's author did not mean that
            at = start + 4
            break
        at = end + 3
    kept.append(html[at:])
    return "".join(kept)


def _without_elements(html: str) -> str:
    kept: list[str] = []
    at = 0
    lower = html.lower()
    if len(lower) != len(html):  # a few characters grow in lower case
        lower = html
    while (found := _DROPPED.search(html, at)) is not None:
        name = found[1].lower()
        end = lower.find(f"</{name}", found.end())
        tag_end = html.find(">", found.end())
        if tag_end < 0:
            break
        if end < 0:
            # never closed: drop the tag alone
            kept.append(html[at : found.start()])
            at = tag_end + 1
            if name in ("script", "style"):
                nothing_more = html.find("<", at)
                at = nothing_more if nothing_more >= 0 else len(html)
            continue
        close = html.find(">", end)
        close = len(html) if close < 0 else close + 1
        keep = name == "script" and _KEPT_SCRIPT.search(html, found.start(), min(tag_end, found.start() + 400)) is not None
        kept.append(html[at : close if keep else found.start()])
        at = close
    kept.append(html[at:])
    return "".join(kept)


def _shorten_tags(html: str) -> str:
    if ">" not in html:
        return html
    kept: list[str] = []
    at = 0
    for match in _TAG.finditer(html):
        if match.start() < at:
            continue
        end = html.find(">", match.end(), match.end() + WIDEST_TAG)
        if end < 0:
            end = html.find(">", match.end())
            kept.append(html[at : match.end()] + ">")
            at = len(html) if end < 0 else end + 1
    kept.append(html[at:])
    return "".join(kept)
