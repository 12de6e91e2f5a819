"""Where an article's words are somebody's own: quotation marks over sentences and paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_QUOTE: Final = 6000
"""Code points after which an opening mark without a closing one is taken for a slip."""
_SINGLE_REACH: Final = 1500
"""Code points within which a single mark has to be closed; else it is an apostrophe."""
_OPEN: Final = {"“": "”", "«": "»", "„": "“”", "‘": "’"}
_MARKS: Final = ("“", '"', "‘", "'", "«")


@dataclass(frozen=True)
class Quotation:
    """Quoted words, marks included; one that goes on over paragraphs is one. Offsets in the article."""

    start: int
    end: int

    def covers(self, offset: int) -> bool:
        """Whether a code point is inside."""
        return self.start <= offset < self.end


def find(text: str) -> tuple[Quotation, ...]:
    """The quotations of an article, left to right.

    Curly marks, guillemets, straight double marks, and single marks where they cannot be apostrophes. A quotation that a paragraph leaves
    open goes on in the next paragraph when that one opens with a mark again; else it ends with its paragraph.
    """
    found: list[Quotation] = []
    open_at: int | None = None
    last_end = 0
    for begin, finish in _paragraphs(text):
        spans, left_open = _in_paragraph(text, begin, finish)
        if open_at is not None:
            resumes = text[begin] in _MARKS and finish - open_at <= MAX_QUOTE
            if resumes and spans and spans[0].start == begin:
                found.append(Quotation(open_at, spans.pop(0).end))
            elif resumes and left_open == begin:
                left_open = open_at
            else:
                found.append(Quotation(open_at, last_end))
        found.extend(spans)
        open_at, last_end = left_open, finish
    if open_at is not None:
        found.append(Quotation(open_at, last_end))
    return tuple(found)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in re.finditer(r"\n+|$", text):
        if match.start() > at:
            yield at, match.start()
        at = match.end()


def _in_paragraph(text: str, begin: int, finish: int) -> tuple[list[Quotation], int | None]:
    """The closed quotations of a paragraph, and where one is left open."""
    spans: list[Quotation] = []
    start: int | None = None
    closer = ""
    ends = _single_ends(text, begin, finish)
    for i in range(begin, finish):
        if start is None:
            closer = _opened(text, i, begin, finish, ends)
            start = i if closer else None
        elif text[i] in closer and (text[i] not in "'’" or _closes(text, i, finish)):
            spans.append(Quotation(start, i + 1))
            start = None
    if start is not None and closer in "'’":
        start = None
    return spans, start


def _opened(text: str, i: int, begin: int, finish: int, ends: tuple[int, ...]) -> str:
    """The marks that would close a quotation opened here; nothing where none is."""
    char = text[i]
    if char not in _OPEN and char not in "'\"":
        return ""
    opens = _opens(text, i, begin)
    if char in _OPEN:
        return _OPEN[char] if char != "‘" or (opens and _has_end(text, i, "’", ends)) else ""
    if char == '"':
        return '"' if opens or not _closes(text, i, finish) else ""
    return "'" if opens and _has_end(text, i, "'", ends) else ""


def _opens(text: str, i: int, begin: int) -> bool:
    before, after = text[i - 1] if i > begin else " ", text[i + 1 : i + 2]
    return (before.isspace() or before in '([—–-,:;“"‘') and bool(after) and not after.isspace()


def _closes(text: str, i: int, finish: int) -> bool:
    before, after = text[i - 1], text[i + 1] if i + 1 < finish else " "
    return not before.isspace() and (after.isspace() or after in ".,;:!?)—–-]”\"'’")


def _single_ends(text: str, begin: int, finish: int) -> tuple[int, ...]:
    """Where single marks close in a paragraph, plural possessives ("the soldiers' camp") left out."""
    return tuple(
        j
        for j in range(begin + 2, finish)
        if text[j] in "'’" and _closes(text, j, finish) and (text[j - 1] != "s" or text[j + 1 : j + 2] in (".", ",", ""))
    )


def _has_end(text: str, i: int, mark: str, ends: tuple[int, ...]) -> bool:
    """Whether a single mark has a closing one of its kind behind it, within reach."""
    at = bisect_left(ends, i + 2)
    return at < len(ends) and ends[at] < i + _SINGLE_REACH and text[ends[at]] == mark
