"""Which article this is: `article_id` and `text_hash`, by the rules of the articles table.

`article_id` is the hash of, in this order:

1. the page's canonical URL, believed only on the registrable domain of the fetched one and with an article's path;
2. the URL that answered;
3. the caller's own id together with its input's name;
4. the text.

A page from disk has no URL that answered. Its canonical URL then has nothing to contradict it, and is believed where it has an
article's path.
A file's name is never an id.
"""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import urlsplit

from pipelines.normalize import urls

_HEX: Final = 32


def text_hash(text: str) -> str:
    """SHA-256 of the text, first 32 hex digits."""
    return _hash(text)


def believed_canonical(canonical: str | None, fetched: str | None) -> str | None:
    """The page's canonical URL where it can be this article's, cleaned; else None.

    Not believed: a foreign domain, a home page or section in place of the article, and an address that lost the query which told
    articles apart.
    """
    cleaned = urls.clean(canonical, fetched)
    if cleaned is None or not urls.has_article_path(cleaned):
        return None
    asked = urls.clean(fetched)
    if asked is None:
        return cleaned
    if urls.registrable_domain(cleaned) != urls.registrable_domain(asked):
        return None
    there, here = urlsplit(cleaned), urlsplit(asked)
    if here.query and not there.query and here.path.rstrip("/") == there.path.rstrip("/") and not _names_an_article(there.path):
        return None
    if here.path.startswith(there.path.rstrip("/") + "/") and not _names_an_article(there.path):
        return None
    return cleaned


def article_id(*, canonical: str | None, url: str | None, caller_id: str | None, input_name: str, text: str) -> str:
    """The article's id, 32 hex digits.

    Args:
        canonical: what `believed_canonical` gave.
        url: the URL that answered, or that the caller's record names.
        caller_id: the id that the caller gave; None for a file's name.
        input_name: the file or stream that the caller's id is unique in.
        text: the normalised text.
    """
    address = canonical or urls.clean(url)
    if address is not None:
        return _hash(f"url\x1f{urls.identity_key(address)}")
    if caller_id is not None:
        return _hash(f"id\x1f{input_name}\x1f{caller_id}")
    return _hash(f"text\x1f{text}")


def _names_an_article(path: str) -> bool:
    """Whether the last part of a path looks like one article's: a number, or a slug of several words."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return any(c.isdigit() for c in last) or last.count("-") + last.count("_") >= 2


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf8", "surrogatepass")).hexdigest()[:_HEX]
