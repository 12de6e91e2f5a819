"""Logs go to standard error, a JSON object a line where nobody watches, and never carry what a variable held."""

from __future__ import annotations

import json
import logging

import pytest

from pipelines.logs import configure, logger


@pytest.fixture(autouse=True)
def _put_back() -> None:
    """Each test configures for itself; the last one leaves the quiet default."""
    yield
    configure()


def test_an_event_is_a_json_line_with_stage_and_time_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")

    logger("fetch").info("read", input="a.html")

    captured = capsys.readouterr()
    event = json.loads(captured.err)
    assert captured.out == ""
    assert (event["event"], event["stage"], event["input"], event["level"]) == ("read", "fetch", "a.html", "info")
    assert event["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", "json")

    logger("fetch").info("read")

    assert capsys.readouterr().err == ""


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "text")

    logger("fetch").info("read", input="a.html")

    assert "input=a.html" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_does_not_carry_the_values_of_variables(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", form)
    article = "a confidential draft"

    try:
        raise ValueError(f"{len(article)} characters")
    except ValueError:
        logging.getLogger("library").exception("went wrong")

    said = capsys.readouterr().err
    assert "20 characters" in said
    assert "confidential" not in said.replace('article = "a confidential draft"', "")


def test_libraries_warn_only_when_asked_for_information(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", "json")
    logging.getLogger("library").warning("a client is missing")
    assert capsys.readouterr().err == ""

    configure("info", "json")
    logging.getLogger("library").warning("a client is missing")
    assert json.loads(capsys.readouterr().err)["event"] == "a client is missing"
