"""Settings: defaults < file < environment < command line, and mistakes are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.settings import SettingsError, load_settings, masked, origins
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def empty_folder(run: Run) -> None:
    """`run` leaves us in an empty folder without DYADWIRE_ variables."""


def test_what_nobody_set_is_the_default() -> None:
    assert load_settings().workers == 1
    assert origins()["workers"] == "default"


def test_each_origin_outranks_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("dyadwire.toml").write_text("workers = 2\n")
    assert (load_settings().workers, origins()["workers"]) == (2, "dyadwire.toml")

    monkeypatch.setenv("DYADWIRE_WORKERS", "3")
    assert (load_settings().workers, origins()["workers"]) == (3, "DYADWIRE_WORKERS")

    assert (load_settings(workers=4).workers, origins(workers=4)["workers"]) == (4, "command line")


def test_a_silent_command_line_outranks_nothing() -> None:
    Path("dyadwire.toml").write_text("strict = true\n")

    assert load_settings(strict=None).strict is True


def test_an_unknown_key_in_the_file_suggests_the_near_one() -> None:
    Path("dyadwire.toml").write_text("worker = 2\n")

    with pytest.raises(SettingsError, match=r"'worker' in dyadwire.toml is no setting; did you mean workers\?"):
        load_settings()


def test_an_unknown_variable_suggests_the_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYADWIRE_ROTO", "x")

    with pytest.raises(SettingsError, match=r"DYADWIRE_ROTO is no setting; did you mean DYADWIRE_ROOT\?"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "says"), [("workers = 0", "workers = 0"), ('workers = "many"', "'many'"), ("workers =", "cannot be read")]
)
def test_a_value_that_does_not_fit_is_named_with_its_origin(text: str, says: str) -> None:
    Path("dyadwire.toml").write_text(text)

    with pytest.raises(SettingsError, match=r"dyadwire\.toml") as caught:
        load_settings()
    assert says in str(caught.value)


def test_another_file_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine.toml").write_text("workers = 7\n")
    monkeypatch.setenv("DYADWIRE_CONFIG", "mine.toml")

    assert load_settings().workers == 7


def test_a_named_file_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYADWIRE_CONFIG", "gone.toml")

    with pytest.raises(SettingsError, match=r"gone\.toml"):
        load_settings()


def test_the_command_shows_values_with_their_origin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYADWIRE_ROOT", "/data/claims")

    shown = {row["key"]: row for row in map(json.loads, run("settings", "--json").out.splitlines())}

    assert (shown["root"]["value"], shown["root"]["origin"]) == ("/data/claims", "DYADWIRE_ROOT")
    assert shown["workers"]["origin"] == "default"
    assert "/data/claims" in run("settings").out


def test_a_wrong_setting_is_a_wrong_call_for_every_command(run: Run) -> None:
    Path("dyadwire.toml").write_text("worker = 2\n")

    outcome = run("settings")

    assert outcome.code == 2
    assert "did you mean workers?" in outcome.err


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("feed:https://user:word@news.example/rss", "feed:https://***@news.example/rss"),
        ("https://news.example/rss?page=2&api_key=abc&x=1", "https://news.example/rss?page=2&api_key=***&x=1"),
        (("a", "https://h.example/?token=abc"), ["a", "https://h.example/?token=***"]),
        ("https://news.example/monkey?page=2", "https://news.example/monkey?page=2"),
        (7, 7),
    ],
)
def test_a_secret_is_masked_wherever_a_value_is_shown(value: object, shown: object) -> None:
    assert masked(value) == shown


def test_the_command_shows_no_secret(run: Run) -> None:
    Path("dyadwire.toml").write_text('sources = ["feed:https://news.example/rss?key=abc123"]\n')

    for outcome in (run("settings"), run("settings", "--json")):
        assert outcome.code == 0
        assert "abc123" not in outcome.out


def test_sources_come_from_a_variable_separated_by_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYADWIRE_SOURCES", "feeds:seeds/feeds.toml urls:pages.txt")

    assert load_settings().sources == ("feeds:seeds/feeds.toml", "urls:pages.txt")


def test_an_unknown_option_of_a_command_suggests_the_near_one(run: Run) -> None:
    outcome = run("ingest", "x.html", "--rot", "data")

    assert outcome.code == 2
    assert "--root" in outcome.err
