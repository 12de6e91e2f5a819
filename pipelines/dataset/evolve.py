"""Bring a table that an older release made to today's columns: additions only, so old files stay as they are."""

from __future__ import annotations

import pyarrow as pa
from deltalake import DeltaTable, Schema

from pipelines.dataset import log
from pipelines.dataset.paths import Layout
from schemas import DATASETS


def evolve(layout: Layout, dataset: str) -> tuple[str, ...]:
    """Add the columns that the table lacks; older files read as null there.

    Returns:
        The columns that were added.
    """
    table: DeltaTable = log.open_table(layout, dataset)
    known = {f.name for f in table.schema().fields}
    new = [f for f in DATASETS[dataset].schema if f.name not in known]
    if new:
        table.alter.add_columns(Schema.from_arrow(pa.schema(new)).fields)
    return tuple(f.name for f in new)
