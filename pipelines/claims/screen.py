"""The cheapest question about a page: does it name two countries at all?

Aho-Corasick only, nothing is decided about ambiguous names: it errs on the side of yes.
"""

from __future__ import annotations

from pipelines.claims import gazetteer


def names_two_countries(text: str) -> bool:
    """Whether a text names two different countries by names, demonyms, capitals, leaders, bodies or places."""
    named: frozenset[str] = frozenset()
    for hit in gazetteer.load().hits(text):
        codes = frozenset(entry.code for entry in hit.entries if entry.code is not None)
        if named and codes - named:
            return True
        named |= codes
    return False
