"""Unicode as articles hold it: NFC, no control characters, no invisible ones, one kind of line end."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LINE_END: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    "|[\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)
"""Controls, soft hyphens, zero-width space, word joiner, byte-order marks, lone surrogates, non-characters, bidi marks.

Joiners (U+200C, U+200D) stay: they change the meaning of Persian and Indic words and of emoji.
"""


def normalize_unicode(text: str) -> str:
    """The text as it is, but in NFC, with `\\n` line ends and without control and invisible characters; nothing else changes."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_END.sub("\n", text)))


def one_line(text: str | None) -> str | None:
    """A title or a name: runs of white space become one space; None where nothing is left."""
    if text is None:
        return None
    return " ".join(normalize_unicode(text.replace("\t", " ")).split()) or None


def paragraphs(text: str) -> str:
    """Paragraphs of a page: each one line, trimmed, separated by a blank line.

    A single line end inside `text` separates paragraphs too: extractors write one a block.
    """
    lines = map(one_line, _LINE_END.sub("\n", text).split("\n"))
    return "\n\n".join(line for line in lines if line)
