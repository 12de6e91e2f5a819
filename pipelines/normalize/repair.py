"""What extractors get wrong, put right line by line: the headline, link lists, boxes and repeats go, lost paragraphs come back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.normalize.blocks import Block, is_prose, key_of
from pipelines.normalize.boilerplate import boilerplate
from pipelines.normalize.shared_lines import NO_LINES, SiteLines

_WORD: Final = re.compile(r"\w+")
_LIST_MARK: Final = re.compile(r"^[-•*·▪►»]\s+")
_BYLINE: Final = re.compile(
    r"(?:by|von|par|por|di|text|reporting by|written by|story by)\s*:?\s+\S.{2,60}|(?:published|updated|posted|last "
    r"updated|first published|modified)\b.{0,60}",
    re.IGNORECASE,
)
_HEAD: Final = 6
"""Lines at the top among which a headline or a byline is looked for."""
_REPEAT_LINES: Final = 2
_REPEAT: Final = 150
"""Lines and characters from which what returns is a repeat."""
_LINK_LINE: Final = 0.7
_LONGEST_LINK: Final = 500
_LAST_PART: Final = 0.5


@dataclass(frozen=True)
class Repaired:
    """The lines that stay, and how many went or came, by reason."""

    lines: tuple[str, ...]
    dropped: Mapping[str, int]


def repair(
    lines: Sequence[str],
    titles: Iterable[str],
    table: Mapping[str, Block],
    authors: Sequence[str] = (),
    elsewhere: SiteLines = NO_LINES,
) -> Repaired:
    """The lines of an article without what is none of it.

    Args:
        lines: one paragraph, heading or list item each.
        titles: the page's title as its metadata and headings have it.
        table: the page's blocks by key.
        authors: who wrote it, as its metadata say.
        elsewhere: what stands on other pages of the site, too.
    """
    kept: list[str] = []
    dropped: dict[str, int] = {}
    words = [_words(title) for title in titles]
    total = sum(map(len, lines)) or 1
    at = 0
    furniture = _mostly_furniture(lines, table)
    repeats = _repeats(lines)
    usual = usual_places(lines, table)
    for index, line in enumerate(lines):
        at += len(line)
        if at > _LAST_PART * total and boilerplate().is_end(_LIST_MARK.sub("", line)) and not _goes_on(lines[index:], usual, table):
            dropped["end"] = len(lines) - index
            break
        if index in repeats or line in elsewhere:
            reason: str | None = "repeat" if index in repeats else "other_pages"
        else:
            reason = _reason(line, index, words, table.get(key_of(line)), furniture, authors)
        if reason is None:
            kept.append(line)
        else:
            dropped[reason] = dropped.get(reason, 0) + 1
    return Repaired(tuple(_without_last_headings(kept, table)), dropped)


def _reason(
    line: str, index: int, titles: list[frozenset[str]], block: Block | None, furniture: bool, authors: Sequence[str]
) -> str | None:
    if index < _HEAD and not is_prose(line) and any(_same_words(_words(line), title) for title in titles):
        return "headline"
    if index < _HEAD and len(line) < 120 and not is_prose(line) and (_BYLINE.fullmatch(line) or any(line.startswith(a) for a in authors)):
        return "byline"
    if boilerplate().is_line(_LIST_MARK.sub("", line)):
        return "boilerplate"
    if block is not None:
        if block.link_share > _LINK_LINE and len(line) < _LONGEST_LINK and not block.is_heading and not line.startswith("http"):
            return "links"
        if block.furniture and not furniture:
            return "caption"
    return None


def usual_places(lines: Sequence[str], table: Mapping[str, Block], share: float = 0.1) -> frozenset[str]:
    """Where the article's paragraphs stand: the places of at least two, and of `share`, of its lines of prose."""
    places = Counter(block.place for line in lines if is_prose(line) and (block := table.get(key_of(line))) is not None)
    return frozenset(place for place, count in places.items() if count >= max(2, share * places.total()))


def _goes_on(rest: Sequence[str], usual: frozenset[str], table: Mapping[str, Block]) -> bool:
    """Whether the article's own paragraphs follow after all."""
    return any((block := table.get(key_of(line))) is not None and block.place in usual and block.is_prose for line in rest)


def _repeats(lines: Sequence[str]) -> set[int]:
    """Indexes of lines that repeat earlier ones, in runs of two or more: a page that holds its text twice, not a refrain."""
    seen: set[str] = set()
    run: list[int] = []
    found: set[int] = set()
    for index, line in enumerate([*lines, ""]):
        key = key_of(line)
        if key and key in seen:
            run.append(index)
            continue
        if len(run) >= _REPEAT_LINES and sum(len(lines[i]) for i in run) >= _REPEAT:
            found.update(run)
        run = []
        seen.add(key)
    return found


def _mostly_furniture(lines: Sequence[str], table: Mapping[str, Block]) -> bool:
    """Whether the article itself stands in what is furniture elsewhere."""
    inside = sum(len(line) for line in lines if (block := table.get(key_of(line))) is not None and block.furniture)
    return inside > 0.3 * sum(map(len, lines))


def _without_last_headings(lines: list[str], table: Mapping[str, Block]) -> list[str]:
    while lines and (block := table.get(key_of(lines[-1]))) is not None and block.is_heading:
        lines.pop()
    return lines


def _words(line: str) -> frozenset[str]:
    return frozenset(_WORD.findall(line.lower()))


def _same_words(line: frozenset[str], title: frozenset[str]) -> bool:
    """Whether a line is the headline: nearly all its words stand in the title, and most of the title's in it."""
    if len(line) < 2 or len(title) < 2:
        return False
    common = len(line & title)
    return common >= 0.8 * len(line) and common >= 0.5 * len(title)
