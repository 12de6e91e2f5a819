"""Article → claims: who did, said, promised or denied what to whom, with the sentence that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.claims.extractor import Extraction, Extractor, extractor_version

__all__ = ["Extraction", "Extractor", "extractor_version"]


def __getattr__(name: str) -> Any:
    """The public face, loaded on first use: it brings spaCy."""
    if name in __all__:
        from pipelines.claims import extractor

        return getattr(extractor, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
