"""Where an article quotes, and who speaks: quotation marks over sentences and paragraphs, and the verb of saying beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.claims.model import Sentence

SAYING: Final = frozenset(
    "say tell add announce state declare claim note stress warn explain reply respond write tweet insist argue remark comment continue emphasise "
    "emphasize reiterate recall underline acknowledge admit assert believe think ask confirm deny report complain promise vow urge maintain".split()
)
"""Verbs whose subject speaks."""

_MARK: Final = re.compile(r"[“”\"]")


def quoted(text: str, sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    """The quoted stretches of a text, in order; a quotation that a paragraph leaves open ends with the paragraph."""
    del sentences
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        opened: int | None = None
        for mark in _MARK.finditer(line):
            if opened is None and mark[0] != "”":
                opened = at + mark.end()
            elif opened is not None and mark[0] != "“":
                found.append((opened, at + mark.start()))
                opened = None
        if opened is not None:
            found.append((opened, at + len(line)))
        at += len(line) + 1
    return found
