"""The MinHash signature of a text: 128 values over word shingles, the same on every machine and in every run."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

from pipelines.near_duplicates import PERMUTATIONS

if TYPE_CHECKING:
    from datasketch import MinHash

SHINGLE: Final = 5
"""Words a shingle: five are seldom the same by chance, and an edit spoils only five."""
_SHORTEST: Final = 20
"""Words below which two texts look alike by chance; they get no signature."""
_WORD: Final = re.compile(r"\w+")
_SEED: Final = 20261


@cache
def _empty() -> MinHash:
    """The sketch of nothing: drawing its permutations takes half as long as a text's whole signature."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme="affine32", hashfunc=crc32)


def signature_of(text: str) -> bytes | None:
    """`PERMUTATIONS` little-endian unsigned 32-bit values, or None where the text is too short to compare."""
    import numpy as np

    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _SHORTEST:
        return None
    encoded = [word.encode("utf8") for word in words]
    shingles = set(map(b" ".join, zip(*(encoded[i:] for i in range(SHINGLE)), strict=False)))
    sketch = _empty().copy()
    sketch.update_batch(shingles)
    return np.asarray(sketch.hashvalues).astype("<u4").tobytes()
