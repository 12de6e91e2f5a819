"""Quotation marks over sentences and paragraphs, the words that name a speaker beside them, and the outlets' lexicon."""

from __future__ import annotations

import pytest

from pipelines.claims import outlets, quotations, speakers
from pipelines.claims.quotations import Quotation
from schemas import COUNTRIES

QUOTED = [
    ("He said “yes” and left.", ["“yes”"]),
    ('He said "yes" and left.', ['"yes"']),
    ("Er sagte „ja“ und ging.", ["„ja“"]),
    ("Il dit «oui» et part.", ["«oui»"]),
    ("He said 'yes, we do' and left.", ["'yes, we do'"]),
    ("He said ‘yes, we do’ and left.", ["‘yes, we do’"]),
    ("It's Chad's and the soldiers' camp.", []),
    ("Don't say 'never', he said.", ["'never'"]),
    ("It’s Chad’s camp.", []),
    ("“One. Two. Three.” Four.", ["“One. Two. Three.”"]),
    ("“One,” he said, “and two.”", ["“One,”", "“and two.”"]),
    ("“One.\n\n“Two.\n\n“Three.” Four.", ["“One.\n\n“Two.\n\n“Three.”"]),
    ("“One.\n\nTwo has no mark.", ["“One."]),
    ('"One.\n\n"Two." Three.', ['"One.\n\n"Two."']),
    ('"One" and "two" and "three".', ['"One"', '"two"', '"three"']),
    ('A 5" gun and a "big" one.', ['"big"']),
    ("He quoted “a ‘nested’ word” there.", ["“a ‘nested’ word”"]),
    ("“Left open to the end", ["“Left open to the end"]),
    ("", []),
    ("”", []),
    ("“", ["“"]),
]


@pytest.mark.parametrize(("text", "want"), QUOTED, ids=[repr(q[0][:40]) for q in QUOTED])
def test_quotations_reach_from_mark_to_mark(text: str, want: list[str]) -> None:
    assert [text[q.start : q.end] for q in quotations.find(text)] == want


def test_an_opening_mark_does_not_swallow_the_article() -> None:
    text = "“" + "\n\n“".join("word " * 400 for _ in range(10))
    assert max(q.end - q.start for q in quotations.find(text)) < len(text) / 2


BEHIND = [
    ("“x,” he said.", "he"),
    ("“x,” said the minister, who left.", "the minister"),
    ("“x,” the Thai premier told reporters on Monday.", "the Thai premier"),
    ("“x,” Ana Lopez, the Chilean envoy, said.", "Ana Lopez, the Chilean envoy"),
    ("“x,” she later added.", "she"),
    ("“x,” wrote Orwell in 1945.", "Orwell"),
    ("“x,” the first source, who spoke on condition of anonymity, told Reuters.", "the first source"),
    ("“x.” The army moved on.", None),
    ("“x” is a word.", None),
]


@pytest.mark.parametrize(("text", "want"), BEHIND, ids=[b[0] for b in BEHIND])
def test_a_speaker_behind_the_marks_is_found_without_a_parse(text: str, want: str | None) -> None:
    quotation = quotations.find(text)[0]
    found = speakers.behind(text, quotation, len(text))
    assert (found.text if found else None) == want
    if found:
        assert text[found.start : found.end] == found.text


BEFORE = [
    ("The minister said: “x”", "The minister"),
    ("He told reporters, “x”", "He"),
    ("On Friday, the Thai premier said, “x”", "the Thai premier"),
    ("It rained. The mayor wrote: “x”", "The mayor"),
    ("Asked about the raid, the envoy replied: “x”", "the envoy"),
    ("But Castro insisted: “x”", "Castro"),
    ("The word “x”", None),
]


@pytest.mark.parametrize(("text", "want"), BEFORE, ids=[b[0] for b in BEFORE])
def test_a_speaker_before_the_marks_is_found_without_a_parse(text: str, want: str | None) -> None:
    quotation = quotations.find(text)[0]
    found = speakers.before(text, quotation, 0)
    assert (found.text if found else None) == want


def test_a_quotation_covers_its_marks_and_nothing_behind_them() -> None:
    quotation = Quotation(3, 8)
    assert [quotation.covers(i) for i in (2, 3, 7, 8)] == [False, True, True, False]


def test_the_outlets_are_unique_known_and_hundreds() -> None:
    lexicon = outlets.lexicon()
    lines = [li for li in (outlets.DATA / "outlets.csv").read_text(encoding="utf8").splitlines() if li and not li.startswith("#")]
    assert len(lines) - 1 == len(lexicon) > 500
    assert all(o.name == o.name.strip() and (o.country is None or o.country in COUNTRIES) for o in lexicon.values())


NAMED = [
    ("The Guardian reported the raid.", ["Guardian"]),
    ("The guardian of the shrine reported the raid.", []),
    ("A trend was reported.", []),
    ("Trend reported that oil fell.", ["Trend"]),
    ("She told AFP in Bangui.", ["AFP"]),
    ("They met at Dawn on Friday.", []),
    ("The FT wrote that gas fell.", ["FT"]),
    ("RT reported the parade.", ["RT"]),
    ("The RT channel was closed.", []),
    ("citing Nikkei and Kyodo News", ["Nikkei", "Kyodo News"]),
]


@pytest.mark.parametrize(("text", "want"), NAMED, ids=[n[0] for n in NAMED])
def test_an_outlet_is_cited_where_it_reports(text: str, want: list[str]) -> None:
    assert [m.outlet.name for m in outlets.cited(text)] == want
