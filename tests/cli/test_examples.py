"""The examples that `--help` shows run as written, in a folder as a reader would have it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from pipelines.cli.examples import EXAMPLES
from pipelines.cli.main import VERBS
from tests.cli.conftest import SEEDS, Run
from tests.faults.killing import write_slices

SLOW = {"ingest", "stream", "backfill", "retry", "maintain"}
"""Those that run whole jobs; the others are read through in seconds."""
ALL = [(verb, example) for verb, examples in EXAMPLES.items() for example in examples]


@pytest.fixture(scope="module")
def folder(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data`, `news/`, `page.html`, `archive.jsonl` and a second dataset `beside`."""
    top = tmp_path_factory.mktemp("reader")
    shutil.copytree(sample_root, top / "data")
    shutil.copytree(sample_root, top / "beside")
    (top / "news").mkdir()
    for page in sorted(SEEDS.glob("*.html"))[:2]:
        shutil.copy(page, top / "news" / f"2026-11-05-{page.name}")
    shutil.copy(min(SEEDS.glob("*.html")), top / "page.html")
    shutil.move(write_slices(top / "slices", slices=1, records=3)[0], top / "archive.jsonl")
    return top


@pytest.mark.parametrize(("verb", "example"), [pytest.param(v, e, id=e, marks=[pytest.mark.slow] if v in SLOW else []) for v, e in ALL])
def test_an_example_runs_as_written(verb: str, example: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    words = shlex.split(example)
    words = [str(found) for word in words for found in (sorted(Path().glob(word)) if "*" in word and "%" not in word else [word])]
    if verb == "reextract":
        shutil.rmtree(folder / "beside", ignore_errors=True)

    outcome = run(*words[1:])

    assert outcome.code == 0, outcome.err
    assert outcome.out or outcome.err


@pytest.mark.parametrize("verb", EXAMPLES)
def test_help_shows_the_examples(verb: str, run: Run) -> None:
    shown = " ".join(re.sub(r"[│╭╰─╮╯]", " ", run(verb, "--help").out).split())

    assert verb in VERBS
    for example in EXAMPLES[verb]:
        assert " ".join(example.split()[:2]) in shown
        assert example.split()[-1].strip('"') in shown


def test_every_verb_has_an_example_or_verbs_of_its_own() -> None:
    assert set(VERBS) - set(EXAMPLES) <= {"page", "sources", "stream"}, "what needs the net or a claim's id has its examples in the docs"
