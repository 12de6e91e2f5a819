"""The main text: the cheapest extractor where the page's own build proves it right, else the best by agreement, then repaired.

1. Resiliparse reads every page (2 ms). Where nearly all of its prose stands in one kind of place (the same tag and class, as an article's
   paragraphs do) its text is taken without asking further.
2. Else trafilatura is asked, in fast mode; JSON-LD's `articleBody` speaks where it is whole. Where one of two voices is contained in the
   other, it is looked at what the other has beyond it: prose was lost by the one, short lines and links are the other's furniture.
3. Where they disagree beyond that, newspaper3k is asked, and the voice that the others support most is taken.
4. The winner's lines are repaired (`repair.py`), lines that it alone has are weighed, and paragraphs that it lost come back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pipelines.normalize.agreement import Agreement, Shingles, agreement, shingles
from pipelines.normalize.blocks import Block, by_key, is_prose, key_of
from pipelines.normalize.repair import repair, usual_places
from pipelines.normalize.shared_lines import NO_LINES, SiteLines

_DISAGREE: Final = 0.60
"""F1 of two repaired voices below which a third is asked."""
_WHOLE: Final = 0.75
"""Share of trafilatura's text that JSON-LD must hold to count as the whole article."""
_SHOWN: Final = 0.95
"""Share of JSON-LD's text that the page must show: what it does not is for machines alone."""
_CONTAINED: Final = 0.80
"""Share of a voice's text that the other has, above which the question is only whether the other has too much."""
_MOSTLY_PROSE: Final = 0.5
_LONGEST_SCRAP: Final = 300
_WITHIN: Final = frozenset(["li", "blockquote", "h2", "h3", "h4", "pre"])
"""What stands between the paragraphs of an article and is part of it."""
_MAIN_SHARE: Final = 0.25
"""Share of the lines of prose from which a place is one of the article's own, where Resiliparse is to be believed alone."""
_ONE_KIND: Final = 0.95
_ALONE_SHARE: Final = 0.85
_ALONE_LEAST: Final = 600
"""Resiliparse is believed alone when this share of its prose stands in one kind of place, that is this share of its text, and this long."""
_SHORTEST: Final = 200
"""Characters below which a voice counts as having failed, if another found more."""


@dataclass(frozen=True)
class Voice:
    """What one extractor says, repaired."""

    name: str
    lines: tuple[str, ...]
    raw: str = field(repr=False, default="")
    dropped: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def shingles(self) -> Shingles:
        return shingles(" ".join(self.lines))

    @property
    def length(self) -> int:
        return sum(map(len, self.lines))


@dataclass(frozen=True)
class MainText:
    """The text of the page, who found it and why that one was taken."""

    text: str
    extractor: str
    why: str
    voices: tuple[Voice, ...] = field(repr=False, default=())


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The voices, called only where they are needed."""

    trafilatura: Callable[[], str]
    resiliparse: Callable[[], str]
    newspaper3k: Callable[[], str]
    json_ld: str | None


def main_text(
    candidates: Candidates,
    blocks: Sequence[Block],
    titles: Sequence[str],
    authors: Sequence[str] = (),
    elsewhere: SiteLines = NO_LINES,
) -> MainText:
    """The page's text.

    Args:
        candidates: the extractors.
        blocks: the page's blocks.
        titles: what its title may be, to be taken off the top of the text.
        authors: who wrote it, whose line goes too.
        elsewhere: what stands on other pages of the site, which is none of its text: an extractor that found little else has failed.
    """
    table = by_key(blocks)

    def voice(name: str, extract: Callable[[], str]) -> Voice:
        try:
            text = extract()
        except Exception as error:  # an extractor that fails on a page has no voice there; the others have
            return Voice(name, (), "", {f"failed: {type(error).__name__}": 1})
        repaired = repair([line for line in text.split("\n") if line], titles, table, authors, elsewhere)
        return Voice(name, repaired.lines, text, repaired.dropped)

    second = voice("resiliparse", candidates.resiliparse)
    certain = _certain(second, table)
    if certain is not None:
        return MainText("\n\n".join(certain[0]), second.name, certain[1], (second,))
    first = voice("trafilatura", candidates.trafilatura)
    voices = [first, second]
    if (body := candidates.json_ld) is not None:
        voices.append(voice("json-ld", lambda: body))
    both = agreement(first.shingles, second.shingles)
    if max(both.of_first, both.of_second) < _CONTAINED and both.f1 < _DISAGREE:
        voices.append(voice("newspaper3k", candidates.newspaper3k))
    winner, why = _winner(voices, both)
    lines = _weighed(winner, [v for v in voices if v is not winner], table)
    lines, found = _with_lost(lines, winner, second if winner is not second else first, table)
    if found:
        why += f"; {found} lost paragraphs put back"
    return MainText("\n\n".join(lines), winner.name, why, tuple(voices))


def _certain(voice: Voice, table: Mapping[str, Block]) -> tuple[list[str], str] | None:
    """The lines of a voice whose prose stands in one kind of place, and why; None where that leaves doubt.

    Kept are the lines in those places, and between the first and the last of them what has no place or a sibling's.
    """
    usual = usual_places(voice.lines, table, _MAIN_SHARE)
    blocks = [table.get(key_of(line)) for line in voice.lines]
    inside = [block is not None and block.place in usual for block in blocks]
    prose = sum(len(line) for line in voice.lines if is_prose(line))
    usually = sum(len(line) for line, yes in zip(voice.lines, inside, strict=True) if yes and is_prose(line))
    if not usually or usually < _ONE_KIND * prose:
        return None
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    parents = {place.partition("<")[2] for place in usual}

    def belongs(index: int, line: str, block: Block | None) -> bool:
        sibling = block is not None and block.place.partition("<")[2] in parents
        told = block is None or is_prose(line) or (block.tag in _WITHIN and block.link_share < 0.5)
        return inside[index] or (sibling and index >= first - 2) or (first <= index <= last and told)

    lines = [line for i, (line, block) in enumerate(zip(voice.lines, blocks, strict=True)) if belongs(i, line, block)]
    kept = sum(map(len, lines))
    if kept < _ALONE_LEAST or kept < _ALONE_SHARE * voice.length:
        return None
    return lines, f"{usually / prose:.0%} of Resiliparse's prose stands in one kind of place"


def _winner(voices: list[Voice], both: Agreement) -> tuple[Voice, str]:
    first, second, *others = voices
    whole = next((v for v in others if v.name == "json-ld"), None)
    if whole is not None and whole.length >= _SHORTEST and len(whole.lines) > 3:
        covered = agreement(whole.shingles, first.shingles).of_second
        shown = agreement(whole.shingles, first.shingles | second.shingles).of_first
        if covered >= _WHOLE and shown >= _SHOWN:
            return whole, f"JSON-LD holds {covered:.0%} of trafilatura's text, and {shown:.0%} of it stands in the page"
    if first.length < _SHORTEST < second.length:
        return second, f"trafilatura found only {first.length} characters"
    if both.of_first >= _CONTAINED:
        return first, f"Resiliparse has {both.of_first:.0%} of trafilatura's text"
    if both.of_second >= _CONTAINED:
        if _prose_share(first, second) >= _MOSTLY_PROSE:
            return first, f"trafilatura has {both.of_second:.0%} of Resiliparse's text, and the rest is prose"
        return second, f"trafilatura has {both.of_second:.0%} of Resiliparse's text, and the rest is no prose"
    if both.f1 >= _DISAGREE or len(others) == 0:
        return first, f"trafilatura and Resiliparse agree (F1 {both.f1:.2f})"
    support = {v.name: sum(agreement(v.shingles, o.shingles).f1 for o in voices if o is not v) for v in voices}
    best = max(voices, key=lambda v: (support[v.name], -voices.index(v)))
    return best, f"they disagree (F1 {both.f1:.2f}); the others support {best.name} most ({support[best.name]:.2f})"


def _prose_share(voice: Voice, other: Voice) -> float:
    """How much of what `voice` has and `other` lacks is prose, by characters."""
    text = key_of("".join(other.lines))
    alone = [line for line in voice.lines if key_of(line) not in text]
    return sum(len(line) for line in alone if is_prose(line)) / max(1, sum(map(len, alone)))


def _weighed(winner: Voice, others: Sequence[Voice], table: Mapping[str, Block]) -> list[str]:
    """The winner's lines without scraps and teasers that nobody else has, where the others have most of its text."""
    have = Shingles()
    for other in others:
        have |= other.shingles
    if agreement(winner.shingles, have).of_first < 0.5:
        return list(winner.lines)
    keys = "\n".join(key_of(line) for other in others for line in other.lines)
    return [line for line in winner.lines if not _is_scrap(line, table.get(key_of(line))) or _supported(line, have, keys)]


def _is_scrap(line: str, block: Block | None) -> bool:
    """A teaser in a list, or a short line that is no paragraph, quote or heading."""
    if len(line) > _LONGEST_SCRAP:
        return False
    if line[0] in "-•|":
        return block is None or not is_prose(line)
    return block is not None and block.tag in ("div", "span", "td", "section") and not is_prose(line)


def _supported(line: str, have: Shingles, keys: str) -> bool:
    own = shingles(line)
    return agreement(own, have).of_first >= 0.5 if own else key_of(line) in keys


def _with_lost(lines: list[str], winner: Voice, other: Voice, table: Mapping[str, Block]) -> tuple[list[str], int]:
    """Prose of `other` that stands where the winner's paragraphs stand and that the winner lacks, put back at its place."""
    usual = usual_places(lines, table)
    if not usual:
        return lines, 0
    text = key_of("".join(lines))
    at = {key_of(line): i for i, line in enumerate(lines)}
    result = list(lines)
    position, found = 0, 0
    for line in other.lines:
        key = key_of(line)
        if key in at:
            position = at[key] + found + 1
            continue
        block = table.get(key)
        if block is None or key in text or block.place not in usual or not is_prose(line) or block.link_share > 0.3:
            continue
        result.insert(position, line)
        position, found = position + 1, found + 1
    return result, found
