"""The headline: which of a page's titles it is, and without the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.normalize.characters import one_line
from pipelines.normalize.found import Found
from pipelines.normalize.jsonld import JsonLd, text_of
from pipelines.normalize.meta import Head

_SEPARATOR: Final = re.compile(r"\s+[|–—·•»«:-]{1,2}\s+|\s*\|\s*|\s+::\s+")
_WORD: Final = re.compile(r"\w+")
_CUT: Final = re.compile(r"\s*(?:…|\.\.\.)$")
_LONGEST: Final = 400
_FURNITURE: Final = re.compile(r"(?:breaking|live|watch|exclusive|video|news|home)?", re.IGNORECASE)


def headline(head: Head, json_ld: JsonLd, outlets: Sequence[str], url: str | None) -> Found[str] | None:
    """The article's headline.

    Args:
        head: the page's head.
        json_ld: its JSON-LD.
        outlets: names that the outlet goes by.
        url: the page's address, whose host is a name of the outlet too.
    """
    names = [*outlets, *_host_names(url)]
    candidates = [Found(cleaned, found.origin) for found in _candidates(head, json_ld) if (cleaned := without_outlet(found.value, names))]
    if not candidates:
        return None
    best = candidates[0]
    if _CUT.search(best.value):  # cut by the publishing system: another one may have it whole
        stem = _CUT.sub("", best.value).lower()
        best = next((c for c in candidates if c.value.lower().startswith(stem) and not _CUT.search(c.value)), best)
    # the page's only h1 that says the same in other words is what the reader sees as headline
    return best


def without_outlet(title: str, names: Iterable[str]) -> str | None:
    """`title` without the parts at its ends that name the outlet; None where nothing else is in it."""
    title = title[:_LONGEST].strip()
    known = {key for name in names if (key := _key(name))}
    pieces = _SEPARATOR.split(title)
    marks = _SEPARATOR.findall(title)
    changed = False
    while len(pieces) > 1 and _is_outlet(pieces[-1], known):
        pieces.pop()
        marks.pop()
        changed = True
        if len(pieces) > 1 and len(_WORD.findall(pieces[-1])) <= 2 and len(pieces) > 2 and _section_like(pieces[-1], marks[-1]):
            pieces.pop()
            marks.pop()
    while len(pieces) > 1 and _is_outlet(pieces[0], known):
        pieces.pop(0)
        marks.pop(0)
        changed = True
    if len(pieces) == 1 and _key(pieces[0]) in known:
        return None
    if not changed:
        return title or None
    joined = pieces[0] + "".join(mark + piece for mark, piece in zip(marks, pieces[1:], strict=True))
    return one_line(joined)


def titles_in_page(head: Head, json_ld: JsonLd) -> list[str]:
    """All that the page gives as its title, as it is: what may stand at the top of the text once more."""
    return list(dict.fromkeys(found.value for found in _candidates(head, json_ld)))


def _candidates(head: Head, json_ld: JsonLd) -> Iterable[Found[str]]:
    ld = text_of(json_ld.article.get("headline")) or text_of(json_ld.article.get("name"))
    og = head.first("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "title")
    title = head.titles[0] if head.titles else None
    h1 = _headings(head.headings)
    if ld:
        yield Found(ld, "json-ld")
    others = [value for value in (og[0] if og else None, title) if value]
    for text in h1:
        if not others or any(_alike(text, other) for other in others):
            yield Found(text, "h1")
            break
    if og:
        yield Found(og[0], f"meta:{og[1]}")
    if title:
        yield Found(title, "title")
    if len(h1) == 1:
        yield Found(h1[0], "h1")


def _headings(elements: Sequence[HtmlElement]) -> list[str]:
    texts = (one_line(" ".join(element.itertext())) for element in elements[:8])
    return [text for text in texts if text and len(text) <= _LONGEST and not _FURNITURE.fullmatch(text)]


def _alike(a: str, b: str) -> bool:
    """Whether two titles say the same, the one perhaps with more around it."""
    first, second = set(_WORD.findall(a.lower())), set(_WORD.findall(b.lower()))
    return len(first) > 1 and len(first & second) >= 0.6 * min(len(first), len(second)) and len(first & second) >= 2


def _is_outlet(piece: str, known: set[str]) -> bool:
    key = _key(piece)
    return (
        not key
        or key in known
        or any(len(name) >= 4 and (key == "the" + name or name == "the" + key or key == name + "news") for name in known)
    )


def _section_like(piece: str, mark: str) -> bool:
    return "|" in mark and piece[:1].isupper()


def _host_names(url: str | None) -> list[str]:
    host = (urlsplit(url).hostname or "") if url else ""
    labels = [label for label in host.split(".") if label not in ("www", "m", "amp", "mobile", "edition", "en")]
    return [host.removeprefix("www."), *(label for label in labels[:-1] if len(label) > 3), *([labels[0]] if labels else [])]


def _key(name: str) -> str:
    return "".join(_WORD.findall(name.lower())).removesuffix("com") if "." in name else "".join(_WORD.findall(name.lower()))
