"""Role nouns and their plurals."""

from __future__ import annotations

import pytest

from pipelines.claims import roles
from pipelines.claims.roles import RoleNumber
from schemas import Sector


@pytest.mark.parametrize(
    ("noun", "sector", "number"),
    [
        ("president", Sector.HEAD_OF_STATE, RoleNumber.PERSON),
        ("prime ministers", Sector.EXECUTIVE, RoleNumber.PERSONS),
        ("secretaries of state", Sector.EXECUTIVE, RoleNumber.PERSONS),
        ("spokeswomen", Sector.GOVERNMENT, RoleNumber.PERSONS),
        ("troops", Sector.MILITARY, RoleNumber.GROUP),
        ("lawmakers", Sector.LEGISLATURE, RoleNumber.PERSONS),
        ("central bank", Sector.CENTRAL_BANK, RoleNumber.GROUP),
        ("warships", Sector.MILITARY, RoleNumber.THING),
        ("embassies", Sector.GOVERNMENT, RoleNumber.GROUP),
        ("citizens", Sector.CIVILIAN, RoleNumber.PERSONS),
    ],
)
def test_a_role_noun_has_its_sector_and_number(noun: str, sector: Sector, number: RoleNumber) -> None:
    role = roles.roles()[noun]

    assert (role.sector, role.number) == (sector, number)


def test_the_longest_role_is_found() -> None:
    found = roles.find(["deputy", "foreign", "minister", "left"], 0)

    assert found is not None
    assert (found[0].noun, found[1]) == ("deputy foreign minister", 3)


def test_no_role_begins_at_another_word() -> None:
    assert roles.find(["quickly", "left"], 0) is None


def test_no_role_has_more_words_than_the_search_looks_at() -> None:
    assert max(len(noun.split(" ")) for noun in roles.roles()) <= roles.MAX_WORDS


@pytest.mark.parametrize(("one", "many"), [("envoy", "envoys"), ("deputy", "deputies"), ("church", "churches"), ("actress", "actresses")])
def test_plurals_are_regular(one: str, many: str) -> None:
    assert roles.plural(one) == many
