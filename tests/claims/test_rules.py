"""Rule files: what they may say, and that every example in them comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.claims import rulecheck, rules
from pipelines.claims.extractor import Extractor

GOOD = """
[lists]
pact = ["pact"]

[[rule]]
id = "agree.toast"
type = "AGREE"
verbs = "toast"
object = "@pact"
source = ["subject"]
target = ["with"]
examples = [{ text = "A" }, { text = "B" }]
counterexamples = [{ text = "C" }]
"""


def _load(folder: Path, text: str) -> rules.RuleSet:
    (folder / "a.toml").write_text(text, encoding="utf8")
    return rules.load(folder)


def test_a_list_of_the_file_stands_for_its_words(tmp_path: Path) -> None:
    assert _load(tmp_path, GOOD).rules[0].object == ("pact",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("type = ", "tipe = "), "unknown keys ['tipe']"),
        (('"AGREE"', '"HUG"'), "type 'HUG' is not in the ontology"),
        (('["subject"]', '["doer"]'), "slot 'doer' is unknown"),
        (('"@pact"', '"@pacts"'), "uses list '@pacts'"),
        (('verbs = "toast"', ""), "has no trigger"),
        (('{ text = "B" }', ""), "needs at least 2 examples"),
        (("[[rule]]", "[[rule]"), "is no TOML"),
    ],
)
def test_a_mistake_in_a_rule_file_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(rules.RuleError, match=message.replace("[", r"\[").replace("]", r"\]")):
        _load(tmp_path, GOOD.replace(*change))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(rules.RuleError, match="used twice"):
        _load(tmp_path, GOOD + GOOD[GOOD.index("[[rule]]") :])


def test_inflected_forms_of_triggers_are_known_before_parsing() -> None:
    known = rules.load()
    assert all(known.is_trigger(w) for w in ("signed", "condemns", "struck", "visiting", "allies", "sanctions"))
    assert not any(known.is_trigger(w) for w in ("banana", "yellow", "piano"))


@pytest.mark.parametrize("rule", rules.load().rules, ids=lambda r: r.id)
def test_the_examples_of_a_rule_come_out(rule: rules.Rule, extractor: Extractor) -> None:
    assert [str(f) for f in rulecheck.check(extractor, [rule])] == []
