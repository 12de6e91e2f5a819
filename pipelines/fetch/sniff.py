"""What bytes are, by their look, where no name and no header says so."""

from __future__ import annotations

import json
import re
from typing import Final

from schemas import MediaType

HEAD: Final = 4096
"""Bytes that are looked at."""
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|script|div|p|article)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""The bytes that the WHATWG MIME Sniffing Standard, section 3, calls binary."""


def sniff(head: bytes) -> MediaType:
    """HTML, text, or unknown for what is binary, from the first bytes."""
    wide = head.startswith(_BYTE_ORDER_MARKS[1:])
    plain = head.replace(b"\x00", b"") if wide else head
    for mark in _BYTE_ORDER_MARKS:
        plain = plain.removeprefix(mark)
    if _HTML.match(plain):
        return MediaType.HTML
    return MediaType.UNKNOWN if _CONTROLS.search(plain) else MediaType.TEXT


def is_json_lines(head: bytes) -> bool:
    """Whether the first line is a JSON object; of a line longer than `head`, whether it begins like one."""
    first, newline, _ = head.removeprefix(_BYTE_ORDER_MARKS[0]).lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    if not newline and len(head) >= HEAD:
        return re.match(rb'\{\s*"', first) is not None
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False
