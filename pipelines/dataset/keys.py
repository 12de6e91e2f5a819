"""The keys of rows: what a commit decides on an id, and all that later commits need to know of it.

They outlive the rows, and so hold hashes, times and partition names: no text of any article, no address.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class RowKey:
    """A row of a dataset that only asks whether it has an id."""

    id: str
    partitions: str = ""
    """The folders that hold its rows, separated by `|`; empty for an article without claims, and where there are no partitions."""
    gone: bool = False
    """In a decision: forget the id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleKey(RowKey):
    """An article that `articles` or `claims` has decided on."""

    text_hash: str
    """The revision that stands."""
    fetched_at: int | None
    """Microseconds since 1970, UTC."""
    revision: int
    extractor: str | None = None
    """In `claims`: the extractor's version that read the article; one version an article."""
    rows: int | None = None
    """In `claims`: how many it has; None where the commit did not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedKey(RowKey):
    """A row of `rejected`."""

    input: str
    """Made from the input or from its hash, it is the hash: decisions outlive the row, and addresses must not."""
    run_id: str
    attempts: int
    first_seen: int
    """Microseconds since 1970, UTC."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "input", of_input(self.input))


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyKey(RowKey):
    """An article that near-duplicates were sought for."""

    signature: bytes
    day: int | None
    """Of publication, as `date.toordinal` counts."""
    copy_group: str
    """Empty for an article that has no copies: it has no row."""


KINDS: Final[dict[str, type[RowKey]]] = {
    "articles": ArticleKey,
    "claims": ArticleKey,
    "copies": CopyKey,
    "rejected": RejectedKey,
    "runs": RowKey,
}

FORGOTTEN: Final = "forgotten"
"""In place of a text's hash: the article was erased on request and must not come back."""

_INPUT: Final = "input:"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def of_text(text_hash: str) -> str:
    """The id under which a forgotten text is kept, so that it does not come back under another address either."""
    return f"text:{text_hash}"


def of_input(input: str) -> str:
    """What a key keeps of an input: its hash; of a hash, the hash."""
    if input.startswith(_INPUT):
        return input
    return _INPUT + hashlib.blake2b(input.encode("utf8", "surrogatepass"), digest_size=16).hexdigest()


def micros(moment: datetime) -> int:
    """Microseconds since 1970, UTC, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """The inverse of `micros`."""
    return _EPOCH + timedelta(microseconds=microseconds)
