"""`dyadwire rules`: the rules can be seen, counted and tested from the command line."""

from __future__ import annotations

import json

from pipelines.claims.rules import load
from schemas import CLAIM_TYPES
from tests.cli.conftest import Run


def test_a_rules_own_examples_run(run: Run) -> None:
    rule = load().rules[0]

    outcome = run("rules", "test", rule.id)

    assert "1 rule, " in outcome.err
    assert outcome.code == 0, outcome.out


def test_an_unknown_rule_suggests_near_ones(run: Run) -> None:
    outcome = run("rules", "test", load().rules[0].id + "x")

    assert outcome.code == 2
    assert f"did you mean {load().rules[0].id}" in outcome.err


def test_rules_are_listed_by_type(run: Run) -> None:
    listed = [json.loads(line) for line in run("rules", "list", "--type", "aid", "--json").out.splitlines()]

    assert {r["id"] for r in listed} == {r.id for r in load().rules if r.type == "AID"}
    assert all(r["id"] in run("rules", "list", "--type", "AID").out for r in listed)


def test_every_type_is_counted(run: Run) -> None:
    shown = run("rules", "stats").out

    assert all(name in shown for name in CLAIM_TYPES)
    assert str(len(load().rules)) in shown.splitlines()[-1]
