"""Checks rules against their own examples: what `dyadwire rules test` and the tests run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.claims.extractor import Extractor
from pipelines.claims.rules import Rule


@dataclass(frozen=True)
class Failure:
    """An example that did not come out as its rule file says."""

    rule_id: str
    file: str
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule_id}: {self.problem}\n    {self.text}"


def check(extractor: Extractor, rules: Iterable[Rule]) -> Iterator[Failure]:
    """Failures of the examples (each listed claim must be found, by this rule or a better one) and counter-examples (none may be)."""
    for rule in rules:
        for example in rule.examples:
            found = claims_of(extractor, example.text)
            yield from (Failure(rule.id, rule.file, example.text, f"no {c}; got {_list(found)}") for c in example.claims if c not in found)
        for example in rule.counterexamples:
            found = claims_of(extractor, example.text)
            yield from (Failure(rule.id, rule.file, example.text, f"{c} should not be found") for c in example.claims if c in found)


def claims_of(extractor: Extractor, text: str) -> frozenset[str]:
    """The claims of a text as `FRA ACCUSE TUR`, and each once more with its modality: `FRA ACCUSE TUR hedged`.

    Of a reciprocal claim both directions are listed.
    """
    analysis = extractor.analyse(text, None, None)
    found: set[str] = set()
    for parsed in analysis.parsed if analysis else ():
        for reading in extractor.readings(parsed, analysis.quotes, None):  # type: ignore[union-attr]
            frame = reading.frame
            ends = [(frame.source.country, frame.target.country)]
            if frame.reciprocal:
                ends.append((frame.target.country, frame.source.country))
            for source, target in ends:
                found |= {f"{source} {frame.claim_type} {target}", f"{source} {frame.claim_type} {target} {reading.modality.modality}"}
    return frozenset(found)


def _list(found: frozenset[str]) -> str:
    return ", ".join(sorted(f for f in found if f.count(" ") == 2)) or "nothing"
