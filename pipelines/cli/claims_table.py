"""Claims as a table for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_COLOURS = {
    "verbal_cooperation": "green",
    "material_cooperation": "bold green",
    "verbal_conflict": "red",
    "material_conflict": "bold red",
    None: "cyan",
}


def claims_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Three columns: when published, who does what to whom, and the evidence with what triggered the claim in bold."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("published", no_wrap=True)
    table.add_column("claim", no_wrap=True)
    table.add_column("evidence", ratio=1, overflow="fold")
    for row in rows:
        table.add_row(_published(row), _claim(row), _evidence(row))
    return table


def claims_list(rows: Iterable[Mapping[str, Any]]) -> Table:
    """A line a claim, its evidence cut where the line ends."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    # minimum widths: a table gives the room to the column that cannot be wrapped, and that would be the evidence
    for heading, width in (("published", 10), ("who", 9), ("claim", 9), ("how sure", 11)):
        table.add_column(heading, no_wrap=True, min_width=width)
    table.add_column("evidence", ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(_published(row), _who(row), _type(row), _modality(row), row["evidence"])
    return table


def _claim(row: Mapping[str, Any]) -> Text:
    from rich.text import Text

    return Text("\n").join((_who(row), _type(row), _modality(row)))


def _published(row: Mapping[str, Any]) -> str:
    published = row["published_at"]
    return "no date" if published is None else f"{published:%Y-%m-%d}"


def _who(row: Mapping[str, Any]) -> Text:
    from rich.text import Text

    return Text(f"{row['source_country']} {'↔' if row['reciprocal'] else '→'} {row['target_country']}")


def _type(row: Mapping[str, Any]) -> Text:
    from rich.text import Text

    return Text(row["claim_type"], style=_COLOURS[row["quad_class"]])


def _modality(row: Mapping[str, Any]) -> Text:
    from rich.text import Text

    return Text(row["modality"], style="dim" if row["modality"] == "asserted" else "yellow")


def _evidence(row: Mapping[str, Any]) -> Text:
    from rich.text import Text

    text = Text(row["evidence"])
    for span in row["spans"]:
        if span["role"] == "trigger":
            text.stylize("bold", span["start"] - row["evidence_start"], span["end"] - row["evidence_start"])
    details = [_speaker(row), _time(row), *(q["text"] for q in row["quantities"])]
    told = " · ".join(d for d in details if d)
    source = " · ".join(d for d in (row["outlet"], row["title"], row["claim_id"][:12]) if d)
    if told:
        text.append(f"\n{told}", style="italic")
    text.append(f"\n{source}", style="dim")
    return text


def _speaker(row: Mapping[str, Any]) -> str | None:
    if row["speaker"] is None:
        return None
    country = f" ({row['speaker_country']})" if row["speaker_country"] else ""
    return f"says {row['speaker']}{country}, {row['quote']} quote"


def _time(row: Mapping[str, Any]) -> str | None:
    start, end = row["event_start"], row["event_end"]
    if start is None:
        return None
    if end is None:
        return f"since {start}"
    return f"on {start}" if start == end else f"between {start} and {end}"
