"""The page as a list of blocks: stretches of text that no block element interrupts, with what tells prose from furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from lxml.html import HtmlElement

_BLOCK: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 "
    "h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul br".split()
)
_SKIPPED: Final = frozenset(
    "head script style noscript template svg select option button textarea iframe object embed input video audio".split()
)
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_FURNITURE: Final = frozenset(["nav", "aside", "footer", "figcaption", "figure", "menu"])
_KEY: Final = re.compile(r"[\W_]+")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*$")
_PROSE: Final = 60


@dataclass
class Block:
    """A stretch of text."""

    text: str
    links: int
    """Characters of it that are link text."""
    tag: str
    """The block element that it stands in."""
    furniture: bool
    """Whether it stands in navigation, an aside, a footer or a figure."""
    element: HtmlElement = field(repr=False)

    @cached_property
    def place(self) -> str:
        """Tag and class of the element and its parent: what the paragraphs of one article share."""
        parent = self.element.getparent()
        own = f"{self.element.tag}.{self.element.get('class', '')}"
        return own if parent is None else f"{own}<{parent.tag}.{parent.get('class', '')}"

    @property
    def link_share(self) -> float:
        return min(1.0, self.links / max(1, len(self.text)))

    @property
    def is_heading(self) -> bool:
        return self.tag in _HEADINGS

    @property
    def is_prose(self) -> bool:
        return is_prose(self.text) and self.link_share < 0.5 and not self.furniture


def is_prose(line: str) -> bool:
    """Whether a line reads like a sentence: long enough, and ended like one."""
    return len(line) >= _PROSE and bool(_SENTENCE_END.search(line))


@lru_cache(maxsize=20_000)
def key_of(line: str) -> str:
    """What two spellings of one line share: letters and digits in lower case."""
    return _KEY.sub("", line).lower()


def by_key(blocks: Iterable[Block]) -> dict[str, Block]:
    """Blocks by their key, the first of each."""
    found: dict[str, Block] = {}
    for block in blocks:
        found.setdefault(key_of(block.text), block)
    return found


def blocks_of(tree: HtmlElement) -> list[Block]:
    """The blocks in document order. The tree is at most as deep as the gate admits."""
    walker = _Walker()
    walker.visit(tree, in_link=False, furniture=False)
    walker.flush(tree, False)
    return walker.blocks


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._links = 0

    def visit(self, element: HtmlElement, in_link: bool, furniture: bool) -> None:
        tag = element.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            return
        is_block = tag in _BLOCK
        if is_block:
            if self._parts:
                self.flush(element.getparent(), furniture)
            furniture = furniture or tag in _FURNITURE
        elif tag == "a":
            in_link = True
        if text := element.text:
            self._add(text, in_link)
        for child in element:
            self.visit(child, in_link, furniture)
            if tail := child.tail:
                self._add(tail, in_link)
        if is_block and self._parts:
            self.flush(element, furniture)

    def flush(self, element: HtmlElement | None, furniture: bool) -> None:
        """End the block that was collected inside `element`."""
        if not self._parts:
            return
        text = " ".join("".join(self._parts).split())
        if text and element is not None:
            self.blocks.append(Block(text, self._links, element.tag, furniture, element))
        self._parts.clear()
        self._links = 0

    def _add(self, text: str, in_link: bool) -> None:
        if not self._parts and text.isspace():
            return  # most of what stands between elements
        self._parts.append(text)
        if in_link:
            self._links += len(text.strip())
