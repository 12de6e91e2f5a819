"""Rule files: what they may say, and that every example in them comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.claims import gazetteer, rulecheck, rules
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


def test_what_a_sentence_could_tell_is_known_before_it_is_parsed() -> None:
    tells = rules.load().could_tell

    assert "AGREE" in tells({"kenya", "signed", "the", "accords"})
    assert "AGREE" not in tells({"kenya", "signed", "the", "guestbook"})
    assert tells({"banana", "yellow", "piano"}) == frozenset()


@pytest.mark.parametrize("file", sorted({r.file for r in rules.load().rules}))
def test_no_claim_of_an_example_is_lost_by_choosing_sentences(file: str, extractor: Extractor) -> None:
    lost = []
    for text in (e.text for r in rules.load().rules if r.file == file for e in (*r.examples, *r.counterexamples)):
        words = {w.lower() for w in re.findall("[A-Za-z]+", text)}
        lost += [
            (text, c) for c in rulecheck.claims_of(extractor, text) if c.split()[1] not in {*extractor.rules.could_tell(words), "REJECT"}
        ]
    assert lost == []


def test_a_counter_example_names_the_countries_and_the_type_that_it_denies() -> None:
    """Else it could not fail."""
    find = gazetteer.load().find
    idle = []
    for rule in rules.load().rules:
        for example in rule.counterexamples:
            named = {code for m in find(example.text) for code in m.countries} | {rule.type}
            idle += [(rule.id, example.text, claim) for claim in example.claims if not set(claim.split()[:3]) <= named]
    assert idle == []


@pytest.mark.parametrize("rule", rules.load().rules, ids=lambda r: r.id)
def test_the_examples_of_a_rule_come_out(rule: rules.Rule, extractor: Extractor) -> None:
    assert [str(f) for f in rulecheck.check(extractor, [rule])] == []
