"""Which language a text is in: English by its function words, everything else by py3langid.

Most texts are English, and their function words say so at once; only the others load the classifier. n-gram profiles (Resiliparse, CLD)
take a single English sentence full of foreign names for Latin or Swedish, so they are not used.
"""

from __future__ import annotations

import re
from typing import Final

_SAMPLE: Final = 1500
"""Code points that are looked at: more does not change the answer."""
_SHORTEST: Final = 40
"""Letters below which the answer is a guess, and so None."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_ENGLISH: Final = frozenset(
    "the of to and is was with has that by from for its his her their have were said says will been which this are it at an as on not "
    "after who would had be but they he she".split()
)
_ENGLISH_SHARE: Final = 0.16
"""Share of function words from which a text is English; prose in other languages stays below a third of it."""

_SHORT: Final = 300
"""Characters below which only a large language is believed: a sentence of names looks like anything."""
_LARGE: Final = frozenset(
    "en fr de es it pt nl ru uk ar fa tr pl sv da no fi el he zh ja ko hi ur id vi th cs hu ro bg sr hr bn ms".split()
)


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where it is too short or like no language that has such a code."""
    words = _WORD.findall(text[:_SAMPLE].lower())
    if len("".join(words)) < _SHORTEST:
        return None
    if sum(map(_ENGLISH.__contains__, words)) >= _ENGLISH_SHARE * len(words):
        return "en"

    from py3langid import classify  # 2 s to load

    code = str(classify(text[:_SAMPLE])[0])
    if len(code) != 2 or (len(text) < _SHORT and code not in _LARGE):
        return None
    return code
