"""Rules: what a trigger means and where its participants stand, read from `data/rules/*.toml`.

A rule names its trigger words, the slots in which source and target are looked for, and the claim type. Each carries examples and
counter-examples in the same file, which the tests and `dyadwire rules test` run. The header of `data/rules/agree.toml` explains every key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipelines.claims.inflection import forms
from schemas import CLAIM_TYPES, Modality

RULES_FOLDER: Final = Path(__file__).parent / "data" / "rules"
MIN_EXAMPLES: Final = 2
MIN_COUNTEREXAMPLES: Final = 1

PREPOSITIONS: Final = frozenset(
    "about above across after against along alongside among around as at before behind between beyond by during for from in "
    "including inside into like near of off on onto out outside over past through throughout to toward towards under until upon "
    "via with within without".split()
)
SLOTS: Final = (
    frozenset("subject object indirect poss adj anti complement head anyone pair clause speaker other response".split()) | PREPOSITIONS
)
MODES: Final = frozenset({"", "place", "self"})


class RuleError(ValueError):
    """A rule file that can't be used; the message names file, rule and remedy."""


@dataclass(frozen=True)
class Slot:
    """One place to look for a participant, such as `subject`, `with`, or `on+place`.

    `mode` says what a noun phrase there may stand for: "" the country that it is or belongs to ("Iranian forces", "Iran's decision"),
    `place` also the country where it is ("a camp in Pakistan"), `self` only itself.
    """

    name: str
    mode: str = ""

    def __str__(self) -> str:
        return f"{self.name}+{self.mode}" if self.mode else self.name


@dataclass(frozen=True)
class Example:
    """A sentence with the claims that a rule must (or, as a counter-example, must not) find in it, as `FRA ACCUSE TUR`."""

    text: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule. Empty tuples mean "no condition"."""

    id: str
    type: str
    file: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    """Lemmas one of which must be the verb's object: the noun of a light-verb phrase ("impose" + "sanction"); for a noun, what stands
    after its "of" or before it ("suspension of aid", "troop withdrawal")."""
    support: tuple[str, ...] = ()
    """For nouns: verbs whose subject is the noun's source ("carry out" a strike); their other slots count as the noun's."""
    source: tuple[Slot, ...] = ()
    target: tuple[Slot, ...] = ()
    reciprocal: bool = False
    complement: str = "keep"
    """`suppress`: what the clause under the trigger tells is no claim of its own ("agreed to lend"); `defer`: the rule counts only where
    that clause has no claim ("stood ready to help")."""
    needs: tuple[str, ...] = ()
    """Words one of which must stand in the trigger's phrase."""
    needs_complement: bool = False
    """The trigger must govern an infinitive or a clause."""
    clause_has: tuple[str, ...] = ()
    """Words one of which must stand beside the verb of the clause below ("said Y *must* leave")."""
    clause_lacks: tuple[str, ...] = ()
    """Words none of which may stand there."""
    qualified_by: tuple[str, ...] = ()
    """Words one of which must modify or govern the trigger ("strained" ties, ties "soured")."""
    unless: tuple[str, ...] = ()
    """Words whose presence in the trigger's phrase cancels the rule."""
    unless_under: tuple[str, ...] = ()
    """Words that cancel the rule when they govern the trigger."""
    aux: tuple[str, ...] = ()
    """Auxiliaries one of which must stand beside the trigger's verb ("*will* not lift")."""
    negated: bool | None = None
    """Whether the trigger's verb must, or must not, be negated."""
    intransitive: bool = False
    """The verb must have no direct object ("returned to Brazil", not "returned the frogs to Brazil")."""
    single_object: bool = False
    """The verb must have no second object or predicate ("called China", not "called China a partner")."""
    subject_is: tuple[str, ...] = ()
    """Lemmas one of which the deep subject must have ("the last *troops* left"); a measure's matter counts ("thousands of *workers*")."""
    subject_not: tuple[str, ...] = ()
    """Lemmas none of which the deep subject may have."""
    source_not: tuple[str, ...] = ()
    """Sectors that the source must not have: a tourist's arrival is no visit of his country."""
    voice: str = "any"
    """`active` or `passive` where only one will do."""
    modality: Modality | None = None
    """Where the words themselves set it ("is ready to": planned)."""
    speech_act: str | None = None
    strict: bool = False
    """The target must stand in one of the slots; else the only other country below the trigger will do."""
    lone_pair: bool = True
    """Whether the only other country of the sentence may take a place that stays empty (`lone_pair.guess`)."""
    priority: int = 0
    """Of rules on one trigger the highest wins; equal ones all apply."""
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()


@dataclass(frozen=True, eq=False)
class RuleSet:
    """All rules, looked up by trigger lemma. A trigger of several words is listed under its first."""

    rules: tuple[Rule, ...]
    verbs: Mapping[str, tuple[tuple[tuple[str, ...], Rule], ...]] = field(repr=False)
    nouns: Mapping[str, tuple[tuple[tuple[str, ...], Rule], ...]] = field(repr=False)
    adjectives: Mapping[str, tuple[tuple[tuple[str, ...], Rule], ...]] = field(repr=False)

    def possible(self, words: Set[str]) -> frozenset[str]:
        """The ids of the rules all of whose words are among a sentence's (`inflection.words`), in some form: cheap, and never too few."""
        index = _forms(self)
        return frozenset(
            rule.id for word in words if word in index for rule, others in index[word] if not any(words.isdisjoint(o) for o in others)
        )

    def could_tell(self, words: Set[str]) -> frozenset[str]:
        """The claim types that a sentence of some words can tell of, for choosing the sentences that are parsed."""
        possible = self.possible(words)
        return frozenset(rule.type for rule in self.rules if rule.id in possible)


@cache
def load(folder: Path = RULES_FOLDER) -> RuleSet:
    """The rules of a folder.

    Raises:
        RuleError: a file is no TOML, or a rule has an unknown key, type or slot, or too few examples.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise RuleError(f"no rules in {folder}; the installation is incomplete")
    rules = tuple(rule for file in files for rule in _read(file))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{rule.file}: rule id {rule.id!r} is used twice; ids are unique over all files")
        seen.add(rule.id)
    return RuleSet(rules, _index(rules, "verbs"), _index(rules, "nouns"), _index(rules, "adjectives"))


def _read(file: Path) -> Iterable[Rule]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{file.name} is no TOML: {error}") from error
    lists: dict[str, list[str]] = {name: _words(value) for name, value in tables.get("lists", {}).items()}
    for table in tables.get("rule", []):
        yield _rule(file.name, table, lists)


_WORD_LISTS: Final = (
    "verbs",
    "nouns",
    "adjectives",
    "object",
    "support",
    "needs",
    "clause_has",
    "clause_lacks",
    "qualified_by",
    "unless",
    "unless_under",
    "aux",
    "source_not",
    "subject_is",
    "subject_not",
)


def _rule(file: str, table: Mapping[str, Any], lists: Mapping[str, list[str]]) -> Rule:
    where = f"{file}: rule {table.get('id', '?')!r}"
    unknown = table.keys() - {f.name for f in fields(Rule)} | ({"file"} & table.keys())
    if unknown:
        raise RuleError(f"{where} has unknown keys {sorted(unknown)}; known are {sorted(f.name for f in fields(Rule) if f.name != 'file')}")
    for key in ("id", "type"):
        if key not in table:
            raise RuleError(f"{where} lacks {key!r}")
    if table["type"] not in CLAIM_TYPES:
        raise RuleError(f"{where}: type {table['type']!r} is not in the ontology; use one of {', '.join(CLAIM_TYPES)}")
    values: dict[str, Any] = dict(table)
    for key in _WORD_LISTS:
        if key in values:
            values[key] = tuple(_expand(values[key], lists, where))
    for key in ("source", "target"):
        values[key] = tuple(_slot(s, where) for s in _words(values.get(key, [])))
    for key in ("examples", "counterexamples"):
        values[key] = tuple(Example(e["text"], tuple(e.get("claims", ()))) for e in values.get(key, ()))
    if "modality" in values:
        values["modality"] = Modality(values["modality"])
    rule = Rule(file=file, **values)
    if not (rule.verbs or rule.nouns or rule.adjectives):
        raise RuleError(f"{where} has no trigger; give verbs, nouns or adjectives")
    if len(rule.examples) < MIN_EXAMPLES or len(rule.counterexamples) < MIN_COUNTEREXAMPLES:
        raise RuleError(f"{where} needs at least {MIN_EXAMPLES} examples and {MIN_COUNTEREXAMPLES} counter-example")
    return rule


def _words(value: Any) -> list[str]:
    """A TOML list, or one string of words separated by blanks; `_` joins the words of one entry ("carry_out")."""
    return [v.strip() for v in (value.split() if isinstance(value, str) else value)]


def _expand(value: Any, lists: Mapping[str, list[str]], where: str) -> Iterable[str]:
    for word in _words(value):
        if word.startswith("@"):
            if word[1:] not in lists:
                raise RuleError(f"{where} uses list {word!r}, which the file's [lists] does not have")
            yield from lists[word[1:]]
        else:
            yield word


def _slot(text: str, where: str) -> Slot:
    name, _, mode = text.partition("+")
    if name not in SLOTS or mode not in MODES:
        known = ", ".join(sorted(SLOTS - PREPOSITIONS))
        raise RuleError(f"{where}: slot {text!r} is unknown; use a preposition or one of {known}, with +place or +self")
    return Slot(name, mode)


def _index(rules: tuple[Rule, ...], kind: str) -> dict[str, tuple[tuple[tuple[str, ...], Rule], ...]]:
    index: dict[str, list[tuple[tuple[str, ...], Rule]]] = {}
    for rule in rules:
        for entry in getattr(rule, kind):
            words = tuple(entry.split("_"))
            index.setdefault(words[-1] if kind == "nouns" else words[0], []).append((words, rule))
    return {lemma: tuple(entries) for lemma, entries in index.items()}


@cache
def _forms(rules: RuleSet) -> Mapping[str, tuple[tuple[Rule, tuple[frozenset[str], ...]], ...]]:
    """By each form of a trigger's main word: the rules, and for each further condition the words one of which must be there too."""
    found: dict[str, list[tuple[Rule, tuple[frozenset[str], ...]]]] = {}
    for index in (rules.verbs, rules.nouns, rules.adjectives):
        for lemma, entries in index.items():
            for words, rule in entries:
                others = tuple(_inflected([w]) for w in words if w != lemma) + _conditions(rule)
                for form in forms(lemma):
                    found.setdefault(form, []).append((rule, others))
    return {form: tuple(entries) for form, entries in found.items()}


@cache
def _conditions(rule: Rule) -> tuple[frozenset[str], ...]:
    objects = () if "national" in rule.object else rule.object  # a plural name ("six Americans") is a national too
    lists = (rule.needs, rule.qualified_by, rule.clause_has, rule.subject_is, rule.aux, objects)
    heads = [[entry.split("_")[0] for entry in words] for words in lists if words]
    return tuple(_inflected(words) for words in heads if all(w.isalpha() or "-" in w for w in words))


def _inflected(lemmas: Iterable[str]) -> frozenset[str]:
    return frozenset(form for lemma in lemmas for form in forms(lemma))
