"""Local inputs become locators."""

from __future__ import annotations

import gzip
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.context import RunContext
from pipelines.fetch import fetch
from pipelines.sources import UnknownSchemeError, discover, local
from schemas import Document, Locator, Rejected

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))


def found(*inputs: str | Path) -> list[tuple[str, str]]:
    """(kind or reason, name of the file) for each."""
    results = discover([str(i) for i in inputs], CONTEXT)
    return [(r.reason, Path(r.input).name) if isinstance(r, Rejected) else (r.kind, Path(r.uri).name) for r in results]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.html", "a.txt", "sub/c.jsonl", "sub/d.ndjson.gz", "sub/noending", ".hidden.html", ".git/x.html"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    return tmp_path


def test_a_folder_gives_its_visible_files_sorted_and_recursively(tree: Path) -> None:
    assert found(tree) == [("file", "a.txt"), ("file", "b.html"), ("jsonl", "c.jsonl"), ("jsonl", "d.ndjson.gz"), ("file", "noending")]


def test_a_glob_gives_what_it_matches_sorted(tree: Path) -> None:
    assert found(tree / "*.html", tree / "**" / "*.jsonl") == [("file", "b.html"), ("jsonl", "c.jsonl")]


def test_a_file_named_twice_is_found_once_at_its_first_place(tree: Path) -> None:
    assert found(tree / "b.html", tree)[:2] == [("file", "b.html"), ("file", "a.txt")]
    assert len(found(tree / "b.html", tree)) == 5


def test_locators_are_absolute_and_without_dots(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "sub")
    assert [r.uri for r in discover(["../a.txt", "c.jsonl"], CONTEXT) if isinstance(r, Locator)] == [
        str(tree / "a.txt"),
        str(tree / "sub" / "c.jsonl"),
    ]


def test_an_existing_file_with_a_colon_or_glob_signs_in_its_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("news:today.txt", "a[1].txt", "C:\\news.html"):
        (tmp_path / name).write_text("x")
    assert found("news:today.txt", "a[1].txt", "C:\\news.html") == [
        ("file", "news:today.txt"),
        ("file", "a[1].txt"),
        ("file", "C:\\news.html"),
    ]


@pytest.mark.parametrize("given", ["ftp://example.org/a", "kafkaesque:topic", "x-y.z+1:q"])
def test_an_unknown_scheme_is_an_error_that_names_the_known_ones_before_any_work(given: str) -> None:
    with pytest.raises(UnknownSchemeError, match=r"known schemes: .*file"):
        discover([given], CONTEXT)


@pytest.mark.parametrize(
    "given", ["missing.html", "missing/*.html", "D:\\missing.html", "nul\0byte", "file:///missing.txt", "file://elsewhere/a"]
)
def test_what_is_not_there_is_one_rejected_row(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (row,) = discover([given], CONTEXT)
    assert isinstance(row, Rejected)
    assert (row.stage, row.reason) == ("discover", "not_found")
    assert row.run_id == CONTEXT.run_id


def test_a_file_url_is_its_file(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").write_text("x")
    assert found((tmp_path / "a b.txt").as_uri()) == [("file", "a b.txt")]


def test_an_empty_folder_is_rejected_as_empty(tmp_path: Path) -> None:
    assert found(tmp_path) == [("empty", tmp_path.name)]


def test_a_pipe_and_a_dangling_link_are_rejected_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "link.html").symlink_to(tmp_path / "gone.html")
    assert found(tmp_path) == [("unreadable", "link.html"), ("unreadable", "pipe.html")]


def test_a_name_that_is_no_unicode_is_read_and_shown_escaped(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(name)).write_bytes(b"text")
    (locator,) = discover([str(tmp_path)], CONTEXT)
    assert isinstance(locator, Locator)
    (document,) = fetch(locator, CONTEXT)
    assert isinstance(document, Document)
    assert document.input.endswith("caf\\udce9.txt")


@pytest.mark.parametrize("last_newline", [True, False])
def test_a_large_jsonl_is_shared_out_at_line_ends_and_no_line_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_newline: bool
) -> None:
    monkeypatch.setattr(local, "PART", 1000)
    lines = [f'{{"id": "{i}", "text": "{"x" * (i * 7 % 400)}"}}' for i in range(200)]
    lines[50] = ""
    lines[60] = f'{{"id": "60", "text": "{"long" * 2000}"}}'
    (tmp_path / "big.jsonl").write_text("\n".join(lines) + "\n" * last_newline)
    parts = [part for part in discover([str(tmp_path)], CONTEXT) if isinstance(part, Locator)]
    documents = [document for part in parts for document in fetch(part, CONTEXT)]
    assert len(parts) > 10
    expected = [(f"{tmp_path}/big.jsonl#{i + 1}", str(i)) for i in range(200) if i != 50]
    assert [(d.input, d.doc_id) for d in documents if isinstance(d, Document)] == expected


def test_standard_input_is_read_in_place_or_spooled_for_workers_that_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = b'{"id": "x", "text": "a"}\n{"text": "b"}\n'
    for spool in (None, tmp_path / "spool"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
        (locator,) = discover(["-"], CONTEXT, spool=spool)
        assert isinstance(locator, Locator)
        if spool is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        documents = list(fetch(locator, CONTEXT))
        assert [(d.input, d.doc_id) for d in documents if isinstance(d, Document)] == [("-#1", "x"), ("-#2", None)]


def test_a_compressed_jsonl_is_one_locator(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n' * 1000))
    assert found(tmp_path) == [("jsonl", "a.jsonl.gz")]
