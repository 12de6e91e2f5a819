"""Countries are found by what a person types."""

from __future__ import annotations

import re

import pytest

from schemas import COUNTRIES, UnknownCountryError, country, country_pair, parse_pair


@pytest.mark.parametrize(
    ("typed", "code"),
    [("PAK", "PAK"), ("pak", "PAK"), ("pk", "PAK"), ("Pakistan", "PAK"), (" iran ", "IRN"), ("Kosovo", "XKX"), ("Taiwan", "TWN")],
)
def test_a_country_is_found_by_code_or_name_in_any_case(typed: str, code: str) -> None:
    assert country(typed).code == code


@pytest.mark.parametrize(
    ("typed", "pair"),
    [
        ("IRN-PAK", "IRN-PAK"),
        ("PAK-IRN", "IRN-PAK"),
        ("pakistan-iran", "IRN-PAK"),
        ("Iran–Pakistan", "IRN-PAK"),
        ("Guinea-Bissau-France", "FRA-GNB"),
        ("France-Guinea-Bissau", "FRA-GNB"),
    ],
)
def test_a_pair_is_the_same_however_it_is_written(typed: str, pair: str) -> None:
    assert parse_pair(typed) == pair


def test_an_unknown_country_suggests_near_ones() -> None:
    with pytest.raises(UnknownCountryError, match=r"did you mean .*Pakistan \(PAK\)"):
        country("Pakistn")


@pytest.mark.parametrize("typed", ["IRN", "", "-", "IRN-", "IRN-Nowhere"])
def test_what_is_no_pair_is_refused(typed: str) -> None:
    with pytest.raises(UnknownCountryError):
        parse_pair(typed)


def test_a_country_makes_no_pair_with_itself() -> None:
    with pytest.raises(ValueError, match="two different countries"):
        country_pair("PAK", "PAK")


def test_the_table_has_proper_unique_codes() -> None:
    assert all(re.fullmatch("[A-Z]{3}", code) and code == c.code and re.fullmatch("[A-Z]{2}", c.alpha2) for code, c in COUNTRIES.items())
    assert len({c.alpha2 for c in COUNTRIES.values()}) == len(COUNTRIES)


def test_places_that_count_as_their_sovereign_have_no_code() -> None:
    assert not {"GUM", "PRI", "MTQ", "GRL"} & COUNTRIES.keys()
    assert {"PSE", "TWN", "HKG", "MAC", "ESH", "XKX"} <= COUNTRIES.keys()


def test_no_name_belongs_to_two_countries() -> None:
    names = [n.casefold() for c in COUNTRIES.values() for n in {c.code, c.alpha2, c.name, *c.aliases}]

    assert sorted({n for n in names if names.count(n) > 1}) == []
