"""Deep subjects and objects: who does what, whatever shape the clause has."""

from __future__ import annotations

import pytest

from pipelines.claims import syntax
from pipelines.claims.extractor import Extractor
from pipelines.claims.sentences import split

CASES = [
    # sentence, verb, deep subjects, deep objects
    ("Kenya attacked Uganda.", "attacked", ["Kenya"], ["Uganda"]),
    ("Uganda was attacked by Kenya.", "attacked", ["Kenya"], ["Uganda"]),
    ("Kenya, which attacked Uganda, apologised.", "attacked", ["Kenya"], ["Uganda"]),
    ("The missiles fired by Kenya hit a village.", "fired", ["Kenya"], ["missiles"]),
    ("Kenya agreed to attack Uganda.", "attack", ["Kenya"], ["Uganda"]),
    ("Kenya urged Uganda to help Rwanda.", "help", ["Uganda"], ["Rwanda"]),
    ("Kenya accused Uganda of attacking Rwanda.", "attacking", ["Uganda"], ["Rwanda"]),
    ("Kenya met Uganda and attacked Rwanda.", "attacked", ["Kenya"], ["Rwanda"]),
    ("Kenya withdrew after attacking Uganda.", "attacking", ["Kenya"], ["Uganda"]),
    ("Kenya's plan to attack Uganda failed.", "attack", ["plan"], ["Uganda"]),
    ("Kenya is trying to attack Uganda.", "attack", ["Kenya"], ["Uganda"]),
    ("Uganda is expected to be attacked by Kenya.", "attacked", ["Kenya"], ["Uganda"]),
]


@pytest.mark.parametrize(("text", "verb", "subjects", "objects"), CASES, ids=[c[0] for c in CASES])
def test_deep_arguments(extractor: Extractor, text: str, verb: str, subjects: list[str], objects: list[str]) -> None:
    doc = next(iter(extractor.parser.parse(split(text)))).doc
    token = next(t for t in doc if t.text == verb)

    assert [t.text for t in syntax.subjects(token)] == subjects
    assert [t.text for t in syntax.objects(token)] == objects
