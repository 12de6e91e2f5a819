"""Authors: people's names out of bylines, without roles, agencies and outlets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final

from lxml.html import HtmlElement

from pipelines.normalize.characters import one_line
from pipelines.normalize.dateline import AGENCIES
from pipelines.normalize.found import Found
from pipelines.normalize.jsonld import JsonLd, text_of, types_of
from pipelines.normalize.markup import classed
from pipelines.normalize.meta import Head

_METAS: Final = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dc.contributor",
    "byl",
    "dcterms.creator",
    "citation_author",
    "og:article:author",
    "twitter:creator:name",
)
_BYLINE: Final = re.compile(
    r"byline|author[-_]{0,2}name|article[-_]author|post[-_]author|(?:^| )(?:author|writer|reporter)(?:$| )", re.IGNORECASE
)
_BY: Final = re.compile(
    r"^(?:(?:story |text |words |written |reported |reporting |posted |published |edited |analysis |opinion )?by|par|von"
    r"|por|di|af|av|door|oleh|author|authors|autor|autora|auteur|text|texte)\b\s*:?\s+",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(r"\s*(?:;|\s&\s|\s/\s|\||\band\b|\bwith\b|\bund\b|\bet\b|\sy\s|\se\s|\n)\s*")
_ROLE: Final = re.compile(
    r"\b(?:correspondents?|reporters?|editors?|staff|writers?|columnists?|bureau|chief|contributors?|desk|team|newsroom"
    r"|agenc(?:y|ies)|editorial|admin(?:istrator)?"
    r"|news|press|media|service|services|network|online|digital|redaktion|redaction|rédaction|redacción|redação"
    r"|redazione|guest|special to|our own|web|monitor|board|journal|times|post|daily|group|inc|ltd|llc"
    r"|magazine|tv|radio|publish(?:ed|er)?|updated?|posted|minutes?|read|share|follow|twitter|facebook|photos?"
    r"|photograph(?:er|y|s)|getty|images?|video|unknown|none|null|anonymous|associated|university|institute|producer"
    r"|analyst|freelance)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d_][\w.'’·\-]*(?:\s+[^\W\d_][\w.'’·\-]*){1,5}")
_PARTICLES: Final = frozenset(
    "de da do dos das di del della van von der den ter ten bin bint ibn al el la le du d y e i af av zu zum st abu abdul ul ur".split()
)
_DATE: Final = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?\s+\d|\d{4}|\d{1,2}:\d{2}",
    re.IGNORECASE,
)
_NEVER: Final = frozenset(["meta", "link", "script", "body"])
_LONGEST: Final = 300
_MOST: Final = 12


def authors_of(tree: HtmlElement, head: Head, json_ld: JsonLd, outlets: Sequence[str]) -> Found[tuple[str, ...]] | None:
    """The people who wrote the article, from the first source that names any."""
    not_people = _agencies() | {_key(name) for name in outlets if name}
    sources: Iterable[tuple[str, Iterable[str]]] = (
        ("json-ld", _in_json_ld(json_ld.article.get("author"))),
        *((f"meta:{name}", _listed(value for value, _ in head.all(name))) for name in _METAS),
        ("byline", _in_bylines(tree)),
    )
    for origin, names in sources:
        people = tuple(dict.fromkeys(name for raw in names if (name := person(raw)) and _key(name) not in not_people))
        if people:
            return Found(people[:_MOST], origin)
    return None


def person(raw: str) -> str | None:
    """A person's name in its usual spelling, or None where it is none or unsure."""
    text = one_line(_BY.sub("", raw.strip())) or ""
    text = re.split(r"\s*[,(\[@]| [–—|-] ", text, maxsplit=1)[0].strip(" .,:;")
    if not text or len(text) > 60 or any(c.isdigit() for c in text) or "http" in text or _ROLE.search(text):
        return None
    if not text.isascii() and not any(c.isupper() or c.islower() for c in text):
        return text if len(text) >= 2 else None  # scripts without case
    if not _NAME.fullmatch(text):
        return None
    words = text.split()
    if text.isupper() or text.islower():
        words = [w if w.lower() in _PARTICLES and i else _capital(w) for i, w in enumerate(words)]
    if not all(w[0].isupper() or w.lower() in _PARTICLES or "-" in w or "'" in w or "’" in w for w in words):
        return None
    return " ".join(words)


def _in_json_ld(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            if types_of(item) & {"Organization", "NewsMediaOrganization", "Corporation"}:
                continue
            name = item.get("name")
            yield from _listed(n for n in (name if isinstance(name, list) else [name]) if isinstance(n, str))
        elif (text := text_of(item)) is not None:
            yield from _listed([text])


def _listed(values: Iterable[str]) -> Iterator[str]:
    """Names of lists such as `A. Writer, B. Writer and C. Writer`; addresses are none."""
    for value in values:
        if len(value) <= _LONGEST and "://" not in value:
            for part in _SPLIT.split(_BY.sub("", value)):
                yield from part.split(",") if all(person(p) for p in part.split(",")) else [part]


def _in_bylines(tree: HtmlElement) -> Iterator[str]:
    """Names in bylines: in all that are marked as an author each, else in the first byline that holds any."""
    marked = islice((e for e in tree.iter() if _is_marked(e)), _MOST)
    named = islice((e for e in classed(tree, _named_byline) if e.tag not in _NEVER), _MOST)
    first = next(marked, None)
    for element in named if first is None else (first, *marked):
        text = one_line(_DATE.split(" ".join(element.itertext()), maxsplit=1)[0])
        if not text or len(text) > _LONGEST:
            continue
        names = _SPLIT.split(_BY.sub("", text))
        # `A. Writer, B. Writer and C. Writer` is a list; `A. Writer, Islamabad` is a name and something else
        parts = [piece for name in names for piece in name.split(",")] if len(names) > 1 else names
        if any(person(part) for part in parts):
            yield from parts
            if first is None:
                return


def _is_marked(element: HtmlElement) -> bool:
    marked = element.get("itemprop") == "author" or "author" in (element.get("rel") or "").split()
    return marked and element.tag not in _NEVER


@cache
def _agencies() -> frozenset[str]:
    return frozenset(map(_key, (*AGENCIES, *filter(None, AGENCIES.values()))))


@lru_cache(maxsize=20_000)
def _named_byline(classes: str) -> bool:
    return _BYLINE.search(classes) is not None


def _capital(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), word)


def _key(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
