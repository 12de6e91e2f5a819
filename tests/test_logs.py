"""Logs go to standard error, a JSON object a line where nobody watches, and never carry what a variable held."""

from __future__ import annotations

import json
import logging

import pytest

from pipelines.logs import about, configure, host_of, logger


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


def test_an_event_within_a_job_says_run_and_slice_in_every_thread(capsys: pytest.CaptureFixture[str]) -> None:
    import threading

    configure("info", "json")

    with about(run="r1", slice="s1"):
        thread = threading.Thread(target=lambda: logger("fetch").info("read"))
        thread.start()
        thread.join()
    logger("fetch").info("after")

    within, after = map(json.loads, capsys.readouterr().err.splitlines())
    assert (within["run"], within["slice"], within["stage"]) == ("r1", "s1", "fetch")
    assert "run" not in after


def test_a_rejected_input_is_logged_with_run_slice_stage_and_host(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    from pathlib import Path

    from pipelines.context import new_run
    from pipelines.dataset import open_root, prepare
    from pipelines.work import Stages, Work
    from schemas import Rejected, RejectionStage

    configure("info", "json")
    layout, context = open_root(Path(str(tmp_path)) / "root"), new_run()
    prepare(layout)
    work = Work(layout, context, Stages(fetch=None, normalize=None, extract=None))  # type: ignore[arg-type]

    work.take(
        Rejected.of(
            RejectionStage.FETCH, "robots", input="https://news.example/a", error="it may not", seen=context.now, run_id=context.run_id
        )
    )

    event = json.loads(capsys.readouterr().err)
    assert {k: event[k] for k in ("run", "slice", "stage", "host", "reason")} == {
        "run": context.run_id,
        "slice": "0000",
        "stage": "fetch",
        "host": "news.example",
        "reason": "robots",
    }


@pytest.mark.parametrize(("given", "host"), [("https://a.example/x", "a.example"), ("/news/a.html", None), ("https://[broken", None)])
def test_only_an_input_of_the_net_has_a_host(given: str, host: str | None) -> None:
    assert host_of(given) == host
