"""The gazetteer: what names stand for, in what context, and as of which day."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims import gazetteer, gazetteer_data
from pipelines.claims.model import MentionKind
from schemas import COUNTRIES, Sector

AMBIGUITY: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "ambiguity.toml").read_text(encoding="utf8"))
CASES = [(section, text, codes, table.get("on")) for section, table in AMBIGUITY.items() for text, codes in table["cases"]]


@pytest.mark.parametrize(("section", "text", "codes", "on"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_an_ambiguous_name_means_what_its_context_says(section: str, text: str, codes: str, on: date | None) -> None:
    found = gazetteer.load().find(text, on)

    assert " ".join(c for m in found for c in m.countries) == codes, [(m.text, m.source) for m in found]


def test_there_are_enough_ambiguity_cases() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("code", sorted(COUNTRIES))
def test_every_country_is_found_by_its_short_name(code: str) -> None:
    found = gazetteer.load().find(f"Officials praised {COUNTRIES[code].name} on Monday.")

    assert [c for m in found for c in m.countries] == [code]


@pytest.mark.parametrize(
    ("text", "kind", "code", "sector"),
    [
        ("Iranian President Masoud Pezeshkian", MentionKind.PERSON, "IRN", Sector.HEAD_OF_STATE),
        ("Pakistan’s Foreign Minister Ishaq Dar", MentionKind.PERSON, "PAK", Sector.EXECUTIVE),
        ("Bolivian army chief Ramiro Suarez", MentionKind.PERSON, "BOL", Sector.MILITARY),
        ("the Pakistani side", MentionKind.ROLE, "PAK", Sector.GOVERNMENT),
        ("the Kremlin", MentionKind.SEAT, "RUS", Sector.HEAD_OF_STATE),
        ("the IDF", MentionKind.ORGANISATION, "ISR", Sector.MILITARY),
        ("Aramco", MentionKind.ORGANISATION, "SAU", Sector.STATE_COMPANY),
        ("Nairobi", MentionKind.SEAT, "KEN", Sector.GOVERNMENT),
        ("Zambians", MentionKind.DEMONYM, "ZMB", Sector.CIVILIAN),
        ("the foreign ministry of Qatar", MentionKind.ROLE, "QAT", Sector.GOVERNMENT),
        ("the United Nations", MentionKind.INTERNATIONAL, None, None),
    ],
)
def test_a_mention_says_what_it_is_within_its_country(text: str, kind: MentionKind, code: str | None, sector: Sector | None) -> None:
    (mention,) = gazetteer.load().find(f"Observers watched {text} yesterday.")

    assert (mention.kind, mention.sector) == (kind, sector)
    assert mention.countries == ((code,) if code else ())


@pytest.mark.parametrize(
    ("text", "on", "sector"),
    [
        ("The Taliban spoke.", date(2019, 5, 1), Sector.REBEL),
        ("The Taliban spoke.", date(2023, 5, 1), Sector.GOVERNMENT),
        ("HTS fighters in Syria spoke.", date(2020, 1, 1), Sector.REBEL),
    ],
)
def test_a_group_is_what_it_was_on_the_day(text: str, on: date, sector: Sector) -> None:
    assert gazetteer.load().find(text, on)[0].sector is sector


def test_a_short_name_means_nobody_far_from_his_years_in_office() -> None:
    text = "Rouhani spoke in Spain."

    assert [m.text for m in gazetteer.load().find(text, date(2016, 1, 1))] == ["Rouhani", "Spain"]
    assert [m.text for m in gazetteer.load().find(text, date(1970, 1, 1))] == ["Spain"]


def test_a_surname_is_known_after_its_introduction() -> None:
    text = "Malawian trade minister Grace Phiri left. Analysts say Phiri is firm. Victor Phiri of the bank disagreed."

    assert [m.text for m in gazetteer.load().find(text)] == ["Malawian trade minister Grace Phiri", "Phiri"]


def test_a_name_is_introduced_by_apposition() -> None:
    found = gazetteer.load().find("Tomas Ruiz, Chile's top negotiator, left. Ruiz will be back.")

    assert [(m.text, m.countries) for m in found if m.kind is MentionKind.PERSON] == [("Tomas Ruiz", ("CHL",)), ("Ruiz", ("CHL",))]


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200) | st.text(alphabet="IranUS. 'sof’–\n", max_size=80))
def test_any_text_gives_mentions_that_are_its_own_words(text: str) -> None:
    found = gazetteer.load().find(text)

    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


# ------------------------------------------------------------------------------------------------ the tables


@pytest.mark.parametrize("table", [*gazetteer_data.TABLES, "countries", "former", "people"])
def test_every_row_of_a_table_names_a_known_country_and_its_source(table: str) -> None:
    for row in gazetteer_data.rows(table):
        assert row["code"] in COUNTRIES, row
        assert row["source"], row
        assert None not in row, row


def test_every_person_has_years_in_order() -> None:
    rows = gazetteer_data.rows("people")

    assert len(rows) >= 1200
    for row in rows:
        assert "1900" <= row["from"][:4] <= (row["until"][:4] or "9999"), row


def test_every_context_rule_names_forms_that_the_gazetteer_has() -> None:
    forms = gazetteer.load().forms
    unknown = {n for row in gazetteer_data.rows("context") if row["side"] != "person" for n in row["names"].split("|")} - forms

    assert not unknown
