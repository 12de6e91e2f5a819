"""Which language a text is in, by Resiliparse's n-gram profiles (linear time, no model to load)."""

from __future__ import annotations

import re
from typing import Final

from resiliparse.parse.lang import detect_fast

_SAMPLE: Final = 4000
"""Code points that are looked at: more does not change the answer."""
_SHORTEST: Final = 40
"""Letters below which the answer is a guess, and so None."""
_CUTOFF: Final = 1200
"""Resiliparse's own limit of out-of-place rank: values above it are usually false."""
_LETTER: Final = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where it is too short or like no language."""
    sample = text[:_SAMPLE]
    if len(_LETTER.findall(sample)) < _SHORTEST:
        return None
    code, _ = detect_fast(sample, cutoff=_CUTOFF)
    return None if code == "unknown" else str(code)
