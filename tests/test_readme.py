"""What the front door says is so: its examples run as written, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.claims import rulecheck, rules
from pipelines.cli.main import VERBS
from schemas import DATASETS

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf8")
PAGES = sorted(p for p in [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])

EXAMPLES = dict(re.findall(r"<!-- example: (\w+) -->\n```python\n(.*?)```", README, re.DOTALL))


def test_there_is_an_example_for_each_reader() -> None:
    assert set(EXAMPLES) == {"arrow", "pandas", "polars", "delta", "duckdb", "pyarrow"}
    assert README.count("```python") == len(EXAMPLES), "an example without a name is not tested"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_as_written_and_shows_something(name: str, sample_root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", EXAMPLES[name]], cwd=sample_root.parent, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert re.search(r"[A-Z]{3}|AGREE|asserted", done.stdout), f"nothing of the dataset was shown:\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_in_the_pages_is_a_verb(page: Path) -> None:
    calls = re.findall(r"(?:^ *|[`/])dyadwire ([a-z][a-z-]*)", page.read_text(encoding="utf8"), re.MULTILINE)

    spoken_of = {"turns"}  # "dyadwire turns news into …"
    assert set(calls) - set(VERBS) - spoken_of == set()


def test_every_make_verb_in_the_pages_is_in_the_makefile() -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*##", (PROJECT / "Makefile").read_text(encoding="utf8"), re.MULTILINE))
    named = {v for page in PAGES for v in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf8"), re.MULTILINE)}

    assert named <= verbs


def test_the_verbs_that_were_promised_are_there() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf8")

    for verb in ("setup", "run", "test", "test-slow", "lint", "eval", "bench", "lock", "clean"):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf8"))

    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_all_datasets_are_named() -> None:
    assert [name for name in DATASETS if f"| `{name}` |" not in README] == []


def test_the_rule_in_contributing_does_what_it_says(tmp_path: Path) -> None:
    from pipelines.claims.extractor import Extractor

    contributing = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf8")
    block = re.search(r"```toml\n(.*?)```", contributing, re.DOTALL)
    assert block is not None
    (tmp_path / "accuse.toml").write_text("\n".join(line.removeprefix("   ") for line in block[1].splitlines()), encoding="utf8")
    extractor = Extractor()
    extractor.rules = rules.load(tmp_path)

    assert [str(f) for f in rulecheck.check(extractor, extractor.rules.rules)] == []


def test_shell_examples_can_be_split_as_a_shell_would() -> None:
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            assert shlex.split(line, comments=True)
