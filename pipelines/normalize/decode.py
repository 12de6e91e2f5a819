"""From bytes to characters: byte-order mark, then what the bytes themselves prove, then what was declared, then detection.

The order is that of the WHATWG encoding sniffing algorithm with one change, since many pages declare a wrong charset: bytes beyond
ASCII that are valid UTF-8 throughout are taken as UTF-8 whatever is declared. By chance that happens to almost no other encoding.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

import ftfy
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose little-endian mark is a prefix of its own."""

_MAGIC: Final = (
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"\x00\x00\x01\x00",
)
_META: Final = re.compile(rb"<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_META_WINDOW: Final = 8192
"""HTML wants the declaration within 1024 bytes; pages do not keep to it."""
_SAMPLE: Final = 16 * 1024
_BROKEN: Final = 0.02
"""Share of undecodable characters up to which a declared charset is still believed."""
_BINARY: Final = 0.10
"""Share of control and replacement characters above which this is no text."""
_CONTROLS: Final = bytes([*range(9), *range(14, 32), 127])
_MOJIBAKE_BYTES: Final = re.compile(rb"\xc3[\x83\x82\xa2\x90\x91](?:\xc2[\x80-\xbf]|\xe2[\x80-\x84]|[\xc5\xc6\xcb][\x80-\xbf])")
"""What `_MOJIBAKE` finds, and a little more, in UTF-8: bytes are searched several times as fast."""
_MOJIBAKE: Final = re.compile("[ÃÂâÐÑ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


class BinaryContentError(ValueError):
    """The bytes are no text in any encoding."""


@dataclass(frozen=True)
class Decoded:
    """Characters, and how they were read."""

    text: str
    encoding: str
    how: str
    """`bom`, `bytes`, `declared`, `meta` or `detected`."""


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """The characters of `content`.

    Args:
        content: the bytes.
        declared: the charset that the transport named.

    Raises:
        BinaryContentError: it is an image, an archive, or no text at all.
    """
    if content.startswith(_MAGIC):
        raise BinaryContentError(f"the content begins like a binary file: {content[:8]!r}")
    decoded = _decode(content, declared)
    utf8 = content if decoded.encoding == "utf-8" else decoded.text.encode("utf8", "surrogatepass")
    text = _repaired(decoded.text) if b"\xc3" in utf8 and _MOJIBAKE_BYTES.search(utf8) else decoded.text
    sample = text[: _SAMPLE // 2]
    if (rubbish := _rubbish(sample)) > _BINARY * len(sample):
        raise BinaryContentError(f"{rubbish} of the first {len(sample)} characters are control or undecodable ones")
    return Decoded(text, decoded.encoding, decoded.how)


def _repaired(text: str) -> str:
    """Undo one wrong decoding (`donâ€™t` → `don’t`) in the lines that show its traces."""
    return "\n".join(ftfy.fix_encoding(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))


def _decode(content: bytes, declared: str | None) -> Decoded:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return Decoded(content[len(mark) :].decode(encoding, "replace"), encoding, "bom")
    proven = _proven(content)
    if proven is not None:
        return Decoded(*proven, "bytes")
    meta = _META.search(content[:_META_WINDOW])
    for label, how in ((declared, "declared"), (meta[1].decode("ascii") if meta else None, "meta")):
        codec = _usable(label)
        if codec is not None:
            text = content.decode(codec, "replace")
            if text.count("�") <= _BROKEN * max(1, _beyond_ascii(text)):
                return Decoded(text, codec, how)
    encoding = detect_encoding(content, max_len=4 * _SAMPLE) or "utf-8"
    return Decoded(content.decode(encoding, "replace"), encoding, "detected")


def _proven(content: bytes) -> tuple[str, str] | None:
    """(text, encoding) where the bytes leave no doubt: UTF-16 by its NULs, ASCII, UTF-8 that may be cut in its last character."""
    head = content[:2000]
    if len(head) > 20:
        for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            half = head[first::2]
            if half.count(0) > 0.7 * len(half) and head[1 - first :: 2].count(0) < 0.1 * len(half):
                return content.decode(encoding, "replace"), encoding
    if b"\x1b$" in head or b"\x1b(" in head:
        return None  # ISO-2022: seven bits, and not ASCII
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(content, final=False), "utf-8"
    except UnicodeDecodeError:
        return None


def _usable(label: str | None) -> str | None:
    """The codec that a browser would take for a declared charset; None for unknown ones and for UTF-7, which no browser reads."""
    if not label:
        return None
    try:
        name = codecs.lookup(map_encoding_to_html5(label.strip().lower()) or label).name
    except (LookupError, ValueError):
        return None
    # UTF-16 was ruled out by the bytes already; codecs such as `hex` or `rot13` are no charsets
    if name in ("utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32") or not codecs.lookup(name)._is_text_encoding:
        return None
    return name


def _rubbish(text: str) -> int:
    """How many control characters, and signs for undecodable bytes, it holds."""
    content = text.encode("utf8", "surrogatepass")
    return len(content) - len(content.translate(None, _CONTROLS)) + text.count("\ufffd")


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
