"""`dyadwire show`: what two countries did and said to each other, with the sentences that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.claims_table import claims_table
from pipelines.cli.errors import WrongCallError
from pipelines.cli.options import AsJson, Root, Since, Until, effective, one_of, period, the_root
from pipelines.cli.output import json_line, notice, results
from pipelines.words import counted
from schemas import CLAIM_TYPES, ClaimKind, Modality, country, parse_pair

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.compute as pc

_COUNTRY = "A country's code or name."


def show(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="Two countries: `IRN-PAK`, `PAK-IRN`, `iran-pakistan`.", show_default=False)],
    root: Root = None,
    since: Since = None,
    until: Until = None,
    type_: Annotated[str | None, typer.Option("--type", help="A claim type, such as `AGREE` or `TRADE`.", show_default=False)] = None,
    kind: Annotated[str | None, typer.Option(help="`event` or `relation`.", show_default=False)] = None,
    modality: Annotated[
        str | None, typer.Option(help="`asserted`, `planned`, `hedged`, `conditional`, `denied`.", show_default=False)
    ] = None,
    source_country: Annotated[str | None, typer.Option(help=f"{_COUNTRY} Who acts or speaks.", show_default=False)] = None,
    target_country: Annotated[str | None, typer.Option(help=f"{_COUNTRY} Who is acted on.", show_default=False)] = None,
    outlet: Annotated[str | None, typer.Option(help="Who published the article, whatever the case.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many claims at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The claims of two countries, newest first, with their evidence."""
    wanted = _pair(pair)
    start, end = period(since, until)
    equal = {
        "claim_type": one_of(type_, CLAIM_TYPES, "claim type"),
        "claim_kind": one_of(kind, list(ClaimKind), "claim kind"),
        "modality": one_of(modality, list(Modality), "modality"),
        "source_country": country(source_country).code if source_country else None,
        "target_country": country(target_country).code if target_country else None,
    }
    folder = the_root(effective(root=root))

    from pipelines.dataset import read

    claims = read(folder, "claims", pair=wanted)
    condition = _condition(equal, outlet)
    found = _newest_first(claims.to_table(filter=_within(condition, start, end)))
    rows = found.slice(0, limit).to_pylist()
    if as_json:
        for row in rows:
            typer.echo(json_line(row))
    else:
        results().print(claims_table(rows))
    _say_what_is_not_shown(found.num_rows, len(rows), wanted)
    if start or end:
        _say_what_has_no_date(claims.count_rows(filter=_undated(condition)))


def _pair(text: str) -> str:
    try:
        return parse_pair(text)
    except ValueError as error:
        raise WrongCallError(str(error)) from error


def _condition(equal: dict[str, str | None], outlet: str | None) -> pc.Expression:
    import pyarrow as pa
    import pyarrow.compute as pc

    condition = pc.scalar(True)
    for column, value in equal.items():
        if value is not None:
            condition &= pc.field(column) == value
    if outlet is not None:
        condition &= pc.utf8_lower(pc.field("outlet")) == pa.scalar(outlet.lower())
    return condition


def _within(condition: pc.Expression, start: datetime | None, end: datetime | None) -> pc.Expression:
    import pyarrow.compute as pc

    if start is not None:
        condition &= pc.field("published_at") >= start
    if end is not None:
        condition &= pc.field("published_at") < end
    return condition


def _undated(condition: pc.Expression) -> pc.Expression:
    import pyarrow.compute as pc

    return condition & pc.field("published_at").is_null()


def _newest_first(table: pa.Table) -> pa.Table:
    """Latest publication first, undated last; within an article in the order of its text."""
    order: Sequence[Any] = [
        ("published_at", "descending"),
        ("article_id", "ascending"),
        ("evidence_start", "ascending"),
        ("claim_id", "ascending"),
    ]
    return table.sort_by(list(order))


def _say_what_is_not_shown(found: int, shown: int, pair: str) -> None:
    if not found:
        notice(f"no claims about {pair} that fit")
    elif shown < found:
        notice(f"{shown} of {counted(found, 'claim')}; --limit {found} shows all")


def _say_what_has_no_date(undated: int) -> None:
    if undated:
        notice(f"{counted(undated, 'more claim')} of articles without a date: no period can hold them")
