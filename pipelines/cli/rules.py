"""`dyadwire rules`: test, list and count the extraction rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Final

import typer

from pipelines.claims.rules import Rule, load
from pipelines.cli.errors import DONE, FAILED
from pipelines.cli.options import AsJson, effective, one_of
from pipelines.cli.output import json_line, notice, results
from pipelines.words import counted
from schemas import CLAIM_TYPES

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Test, list and count the extraction rules. They live in `pipelines/claims/data/rules/`, a TOML file a family.",
)

COUNTED: Final = ("rules", "triggers", "examples", "counterexamples")
SHOWN: Final = 8
"""Triggers of a rule that a list shows."""

Type = Annotated[str | None, typer.Option("--type", help="Only rules of this claim type.", show_default=False)]


@app.command(name="test")
def run_examples(
    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help="One rule's id; all without it.")] = None, as_json: AsJson = False
) -> None:
    """Run every rule's examples and counter-examples; exit with 1 when one fails."""
    effective()
    chosen = _chosen(rule)

    from pipelines.claims import Extractor
    from pipelines.claims.rulecheck import check

    failures = list(check(Extractor(), chosen))
    for failure in failures:
        typer.echo(json_line(asdict(failure)) if as_json else str(failure))
    sentences = sum(len(r.examples) + len(r.counterexamples) for r in chosen)
    notice(f"{counted(len(chosen), 'rule')}, {counted(sentences, 'sentence')}: {counted(len(failures), 'failure')}")
    raise typer.Exit(FAILED if failures else DONE)


@app.command(name="list")
def list_rules(type_: Type = None, as_json: AsJson = False) -> None:
    """A line a rule: type, id, triggers, and its first example."""
    wanted = one_of(type_, CLAIM_TYPES, "claim type")
    chosen = [r for r in load().rules if wanted in (None, r.type)]
    if as_json:
        for r in chosen:
            typer.echo(json_line(_record(r)))
        return

    from rich.markup import escape
    from rich.table import Table

    table = Table("type", "rule", "triggers, and an example", box=None, pad_edge=False, header_style="bold")
    for r in sorted(chosen, key=lambda r: (list(CLAIM_TYPES).index(r.type), r.id)):
        table.add_row(r.type, f"[bold]{escape(r.id)}[/]", f"{escape(_triggers(r))}\n[dim]{escape(r.examples[0].text)}[/]")
    results().print(table)


@app.command()
def stats(as_json: AsJson = False) -> None:
    """How many rules, triggers and example sentences each claim type has."""
    sums = _sums()
    if as_json:
        for name, of_type in sums.items():
            typer.echo(json_line({"type": name} | {column: of_type[column] for column in COUNTED}))
        return

    from rich.table import Table

    table = Table("type", box=None, pad_edge=False, header_style="bold", show_footer=True)
    for column in COUNTED:
        table.add_column(column, justify="right", footer=str(sum(s[column] for s in sums.values())))
    for name, of_type in sums.items():
        table.add_row(name, *(str(of_type[column]) for column in COUNTED))
    results().print(table)


def _sums() -> dict[str, Counter[str]]:
    sums: dict[str, Counter[str]] = {name: Counter() for name in CLAIM_TYPES}
    for r in load().rules:
        triggers = len(r.verbs) + len(r.nouns) + len(r.adjectives)
        sums[r.type].update(dict(zip(COUNTED, (1, triggers, len(r.examples), len(r.counterexamples)), strict=True)))
    return sums


def _chosen(rule: str | None) -> list[Rule]:
    by_id = {r.id: r for r in load().rules}
    wanted = one_of(rule, by_id, "rule")
    return list(by_id.values()) if wanted is None else [by_id[wanted]]


def _triggers(rule: Rule) -> str:
    words = [word.replace("_", " ") for word in (*rule.verbs, *rule.nouns, *rule.adjectives)]
    return ", ".join(words[:SHOWN]) + (f" … and {len(words) - SHOWN} more" if len(words) > SHOWN else "")


def _record(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "type": rule.type,
        "file": rule.file,
        "verbs": list(rule.verbs),
        "nouns": list(rule.nouns),
        "adjectives": list(rule.adjectives),
        "examples": [e.text for e in rule.examples],
        "counterexamples": [e.text for e in rule.counterexamples],
    }
