"""The release stands in one place, and digests follow contents."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from pipelines.version import RELEASE, digest, versioned


def test_the_installed_distribution_has_the_release() -> None:
    assert version("dyadwire") == RELEASE


def test_the_changelog_tells_of_the_release() -> None:
    changelog = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf8")

    assert re.search(rf"^## {re.escape(RELEASE)}\b", changelog, re.MULTILINE)


def test_a_digest_moves_with_the_contents_and_not_with_names_or_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    a.write_text("one")
    b.write_text("two")
    first = digest([a, b])

    assert re.fullmatch("[0-9a-f]{8}", first)
    assert digest([b, a]) == digest([tmp_path]) == first
    b.write_text("two.")
    assert digest([a, b]) != first


def test_compiled_files_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("one")
    before = digest([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"compiled")

    assert digest([tmp_path]) == before


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.toml"):
        digest([tmp_path / "gone.toml"])


def test_a_version_is_release_and_digest(tmp_path: Path) -> None:
    assert versioned([tmp_path]) == f"{RELEASE}+{digest([tmp_path])}"
