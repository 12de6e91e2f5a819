"""`dyadwire diff`: what two roots claim differently."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from pipelines.cli.options import AsJson, effective
from pipelines.cli.output import json_line, results
from pipelines.cli.tables import table


def diff(
    root_a: Annotated[str, typer.Argument(metavar="ROOT_A", help="The dataset as it stands.", show_default=False)],
    root_b: Annotated[str, typer.Argument(metavar="ROOT_B", help="The one to compare with it.", show_default=False)],
    examples: Annotated[int, typer.Option(min=0, help="Claims of each kind to show.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Added, dropped and changed claims by pair, type and rule, so that an upgrade is judged before it is published."""
    effective()

    from pipelines.dataset.diff import diff as compare

    found = compare(root_a, root_b, examples=examples)
    if as_json:
        grouped = {"by_pair": found.by_pair, "by_type": found.by_type, "by_rule": found.by_rule}
        typer.echo(json_line({"same": found.same, "totals": found.totals, "by_column": found.by_column, **grouped}))
        return
    results().print(f"{found.same} the same, " + ", ".join(f"{found.totals[k]} {k}" for k in ("added", "dropped", "changed")))
    for title, groups in (("by pair", found.by_pair), ("by type", found.by_type), ("by rule", found.by_rule)):
        table(title, ("", "added", "dropped", "changed"), _most(groups))
    table(
        "examples",
        ("", "pair", "type", "rule", "columns", "evidence"),
        ((c.what, c.country_pair, c.claim_type, c.rule, ", ".join(c.columns), c.evidence) for c in found.examples),
    )


def _most(groups: dict[str, Counter[str]], shown: int = 15) -> list[tuple[str, int, int, int]]:
    order = sorted(groups.items(), key=lambda g: (-g[1].total(), g[0]))
    return [(name, c["added"], c["dropped"], c["changed"]) for name, c in order[:shown]]
