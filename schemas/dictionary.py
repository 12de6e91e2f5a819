"""The data dictionary, made from the row types: `python -m schemas.dictionary > docs/data-dictionary.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from schemas.datasets import DATASETS, Dataset
from schemas.ontology import (
    CLAIM_TYPES,
    REJECTION_REASONS,
    ExtractionStatus,
    Modality,
    Precision,
    QuadClass,
    QuantityRole,
    Quote,
    Sector,
    SpanRole,
    Unit,
)
from schemas.version import SCHEMA_VERSION

_LISTS: Final[dict[str, type[StrEnum]]] = {
    "quad_class": QuadClass,
    "modality": Modality,
    "source_sector, target_sector": Sector,
    "quote": Quote,
    "event_precision": Precision,
    "quantities.unit": Unit,
    "quantities.role": QuantityRole,
    "spans.role": SpanRole,
    "extraction_status": ExtractionStatus,
}


def markdown() -> str:
    """All datasets, columns and closed lists as Markdown."""
    return "\n".join([*_head(), *(line for spec in DATASETS.values() for line in _dataset(spec)), *_lists(), *_types(), *_reasons()]) + "\n"


def _head() -> Iterator[str]:
    yield from (
        "# Data dictionary",
        "",
        f"Data contract {SCHEMA_VERSION}. Made by `python -m schemas.dictionary` from the row types in `schemas/`; do not edit.",
        "",
        "Times are UTC with microseconds, offsets count Unicode code points, half-open. Null means that it is not known.",
        "A partition column stands in the folder's name and not in the file.",
        "",
    )


def _dataset(spec: Dataset) -> Iterator[str]:
    yield from (f"## {spec.name}", "", f"One row: {spec.meaning}. `{spec.key}` is unique.")
    if spec.partitions:
        yield f"Partitioned by {', '.join(f'`{p}`' for p in spec.partitions)}."
    yield from ("", "| column | type | null | meaning | example |", "|---|---|---|---|---|")
    for c in spec.columns:
        yield f"| {c.name} | {_cell(c.type)} | {'yes' if c.nullable else ''} | {_cell(c.meaning)} | {_example(c.example)} |"
    yield ""


def _lists() -> Iterator[str]:
    yield from ("## Closed lists", "", "| column | values |", "|---|---|")
    for name, values in _LISTS.items():
        yield f"| {name} | {', '.join(f'`{v}`' for v in values)} |"
    yield ""


def _types() -> Iterator[str]:
    yield from ("## Claim types", "", "| claim_type | claim_kind | quad_class | intensity | a country … another |", "|---|---|---|---|---|")
    for t in CLAIM_TYPES.values():
        yield f"| {t.name} | {t.kind} | {t.quad_class or ''} | {'' if t.intensity is None else t.intensity} | {t.meaning} |"
    yield ""


def _reasons() -> Iterator[str]:
    yield from ("## Reasons of `rejected`", "", "| stage | reasons |", "|---|---|")
    for stage, reasons in REJECTION_REASONS.items():
        yield f"| {stage} | {', '.join(f'`{r}`' for r in sorted(reasons))} |"


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _example(value: Any) -> str:
    return "" if value is None else f"`{_cell(value)}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
