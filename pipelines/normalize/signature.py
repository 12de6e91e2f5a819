"""The MinHash signature of a text: 128 values over word shingles, the same on every machine and in every run."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from zlib import crc32

from pipelines.near_duplicates import PERMUTATIONS

SHINGLE: Final = 5
"""Words a shingle: five are seldom the same by chance, and an edit spoils only five."""
_SHORTEST: Final = 20
"""Words below which two texts look alike by chance; they get no signature."""
_WORD: Final = re.compile(r"\w+")
_SEED: Final = 20261


def signature_of(text: str) -> bytes | None:
    """`PERMUTATIONS` little-endian unsigned 32-bit values, or None where the text is too short to compare."""
    import numpy as np
    from datasketch import MinHash

    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _SHORTEST:
        return None
    shingles = {" ".join(words[i : i + SHINGLE]).encode("utf8") for i in range(len(words) - SHINGLE + 1)}
    sketch = MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme="affine32", hashfunc=crc32)
    sketch.update_batch(list(shingles))
    return np.asarray(sketch.hashvalues).astype("<u4").tobytes()
