"""The verbs that keep a dataset, on the sample articles, as a person calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.cli.main import main


@pytest.fixture
def root(sample_root: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(sample_root, tmp_path / "data"))


def call(*arguments: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in arguments])
    return int(stop.value.code or 0)


def test_status_counts_rows_and_extractors(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("status", "--root", root, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {d["name"] for d in found["datasets"]} == {"claims", "articles", "rejected", "copies", "runs"}
    assert len(found["extractors"]) == 1
    assert not found["mixed"]


def test_verify_says_that_a_dataset_is_sound_and_exits_with_1_on_damage(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("verify", "--root", root) == 0
    victim = next((root / "claims").rglob("*.parquet"))
    victim.unlink()
    assert call("verify", "--root", root) == 1
    assert "is missing" in capsys.readouterr().out.replace("\n", " ")
    assert call("verify", "--repair", "--root", root) == 0


def test_an_upgrade_is_read_beside_and_compared(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("reextract", "--root", root, "--to-root", tmp_path / "beside") == 0
    assert "dyadwire diff" in capsys.readouterr().out.replace("\n", " ")
    assert call("diff", root, tmp_path / "beside", "--json") == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {}
    assert call("reextract", "--root", root) == 0
    assert "0 articles read again" in capsys.readouterr().out


def test_compact_leaves_a_small_dataset_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("compact", "--root", root) == 0
    assert "cleared away" in capsys.readouterr().out


def test_export_writes_a_folder_that_says_how_to_check_it(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", "--root", root, "--out", tmp_path / "out", "--pair", "pakistan-iran", "--csv") == 0
    assert "sha256sum -c SHA256SUMS" in capsys.readouterr().out
    assert (tmp_path / "out" / "claims.csv").is_file()
    assert call("export", "--root", root, "--out", tmp_path / "out") == 2


def test_forget_erases_a_host(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from urllib.parse import urlsplit

    from pipelines.dataset import read

    urls = [u for u in read(root, "articles").to_table()["url"].to_pylist() if u]
    if not urls:
        assert call("forget", "--root", root, "--article", read(root, "articles").to_table()["article_id"][0].as_py()) == 0
    else:
        assert call("forget", "--root", root, "--host", urlsplit(urls[0]).hostname) == 0
    assert "forgotten" in capsys.readouterr().out
    assert call("forget", "--root", root) == 2
    assert call("verify", "--root", root) == 0


def test_series_counts_distinct_events(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("series", "IRN-PAK", "--root", root, "--by", "week", "--json") == 0
    periods = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert periods
    assert sum(sum(p["events"].values()) for p in periods) > 0
    assert call("series", "Irann-PAK", "--root", root) == 2


def test_a_root_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    for verb in ("status", "verify"):
        assert call(verb, "--root", tmp_path / "nowhere") == 2
    assert not (tmp_path / "nowhere").exists()
