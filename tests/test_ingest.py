"""The job from inputs to rows, with the runner that it names."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.dataset import RootError, open_root, read
from pipelines.dataset.verify import sound, verify
from pipelines.ingest import IngestError, IngestOptions, RunReport, ingest
from pipelines.reextract import reextract
from pipelines.sources import UnknownSchemeError
from pipelines.work import WorkOptions
from schemas import DATASETS

RUN_COLUMNS = {"run_id", "slice_id", "ingested_at", "first_seen", "last_seen"}

GOOD = "Iran opened a market with Pakistan near the border.\n\nThe weather was mild. Japan thanked Peru for the potatoes.\n"
Job = Callable[..., RunReport]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD)
    (folder / "one-country.txt").write_text("Finland planted a great many trees in the spring of that year.\n")
    (folder / "explodes.txt").write_text("Kenya and Uganda watched a pipeline explode near their common border.\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "rubbish.html").write_bytes(bytes(range(256)) * 50)
    records = [{"id": f"r{i}", "text": f"Norway met Sweden for the {i}th time. {GOOD}"} for i in range(5)]
    lines = [json.dumps(r) for r in records] + ['{"id": "broken"', '{"id": "no-text"}']
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def job(tmp_path: Path, inputs: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Run the job over the inputs, with the stand-in extractor."""
    here = str(Path(__file__).parent / "faults")
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", here + os.pathsep + os.environ.get("PYTHONPATH", ""))
    import stand_in_stages

    def job(*more: str, root: Path = tmp_path / "root", workers: int = 1) -> RunReport:
        options = IngestOptions(inputs=(str(inputs), *more), root=root, workers=workers)
        return ingest(options, stages=stand_in_stages.build, extractor_version="0+stand-in")

    return job


def rows(root: Path, dataset: str, *, without: set[str] = RUN_COLUMNS) -> list[dict[str, object]]:
    table = read(root, dataset).to_table()
    table = table.sort_by(DATASETS[dataset].key)
    found: list[dict[str, object]] = table.drop_columns(sorted(without & set(table.column_names))).to_pylist()
    return found


def test_every_input_ends_as_an_article_or_as_a_rejected_row(job: Job, inputs: Path) -> None:
    report = job(str(inputs / "missing.html"))
    articles, rejected = rows(report.root, "articles"), rows(report.root, "rejected")
    assert sorted(a["doc_id"] for a in articles) == ["good", "one-country", "r0", "r1", "r2", "r3", "r4"]
    reasons = {Path(str(r["input"])).name: (r["stage"], r["reason"]) for r in rejected}
    assert reasons["explodes.txt"] == ("extract", "failed")
    assert reasons["missing.html"] == ("discover", "not_found")
    assert set(reasons) == {"explodes.txt", "missing.html", "empty.txt", "rubbish.html", "records.jsonl#6", "records.jsonl#7"}
    assert report.result.inputs == len(articles) + len(rejected)
    assert {Path(f.input).name: f.reason for f in report.result.failures} == {n: r for n, (_, r) in reasons.items()}


def test_a_failed_extraction_keeps_the_errors_words_and_the_input(job: Job) -> None:
    report = job()
    (row,) = [r for r in rows(report.root, "rejected") if r["stage"] == "extract"]
    assert row["error"] == "RuntimeError: a text that the extractor fails on"
    assert b"watched a pipeline explode" in row["payload"]  # type: ignore[operator]


def test_evidence_is_the_text_between_its_offsets(job: Job) -> None:
    report = job()
    texts = {r["article_id"]: str(r["text"]) for r in rows(report.root, "articles")}
    claims = rows(report.root, "claims")
    assert claims
    assert all(texts[c["article_id"]][c["evidence_start"] : c["evidence_end"]] == c["evidence"] for c in claims)  # type: ignore[misc]


def test_a_second_run_adds_no_row_and_says_so(job: Job, tmp_path: Path) -> None:
    first = job()
    before = {name: rows(first.root, name) for name in DATASETS}
    second = job()
    after = {name: rows(first.root, name) for name in DATASETS}
    assert {n: after[n] for n in DATASETS if n != "rejected"} == {n: before[n] for n in DATASETS if n != "rejected"}
    assert [r["rejected_id"] for r in after["rejected"]] == [r["rejected_id"] for r in before["rejected"]]
    assert {r["attempts"] for r in after["rejected"]} == {2}
    assert (first.result.recorded, second.result.recorded) == (True, False)
    assert second.result.known == len(before["articles"])
    assert (second.result.articles, second.result.claims_added) == ({}, 0)


def test_the_run_agrees_with_the_datasets(job: Job) -> None:
    report = job()
    (run,) = rows(report.root, "runs", without=set())
    assert (run["run_id"], run["flow"], run["extractor_version"]) == (report.run_id, "ingest", "0+stand-in")
    assert run["articles"] == len(rows(report.root, "articles"))
    assert run["claims"] == len(rows(report.root, "claims")) == sum(report.result.claims_by_pair.values())
    counted = {c["name"]: c["count"] for c in run["rejected"]}  # type: ignore[attr-defined]
    assert counted == dict(report.result.rejected_by_reason)
    assert sum(counted.values()) == len(rows(report.root, "rejected"))
    assert {t["name"] for t in run["timings"]} >= {"fetch", "normalize", "extract", "store"}  # type: ignore[attr-defined]


def test_beams_counters_say_what_the_commit_says(job: Job, inputs: Path) -> None:
    first, second = (job(str(inputs / "missing.html")) for _ in range(2))
    for report in (first, second):
        counters, result = report.counters, report.result
        assert counters["inputs"] == result.inputs
        assert counters["known"] == result.known
        for prefix, counts in (("rejected_", result.rejected_by_reason), ("articles_", result.statuses)):
            assert {name.removeprefix(prefix): n for name, n in counters.items() if name.startswith(prefix)} == dict(counts)
    assert (first.counters["articles"], first.counters["claims"]) == (first.result.articles["added"], first.result.claims_added)
    assert first.counters["claims"] > 0
    assert second.counters["known"] == first.counters["articles"]


def test_two_worker_processes_give_the_rows_of_one_and_are_as_quiet(job: Job, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one, two = job(root=tmp_path / "one"), job(root=tmp_path / "two", workers=2)
    for name in ("articles", "claims", "copies", "rejected"):
        assert rows(two.root, name) == rows(one.root, name)
    assert two.result.claims_by_pair == one.result.claims_by_pair
    for report in (one, two):
        assert (report.counters["inputs"], report.counters["claims"]) == (report.result.inputs, report.result.claims_added)
    said = capfd.readouterr().err.splitlines()
    assert [line for line in said if not line.startswith("{")] == [], "what the project itself says is JSON"
    assert [line for line in said if "apache_beam" in line or '"info"' in line] == []


def test_an_input_that_is_mended_leaves_the_rejected(job: Job, inputs: Path) -> None:
    job()
    (inputs / "explodes.txt").write_text("Kenya and Uganda opened a pipeline near their common border.\n")
    (inputs / "empty.txt").write_text("Chad lent Niger a plough.\n")
    report = job()
    left = {Path(str(r["input"])).name for r in rows(report.root, "rejected")}
    assert left == {"rubbish.html", "records.jsonl#6", "records.jsonl#7"}


def test_a_changed_file_is_not_a_second_article_when_a_record_keeps_its_id(job: Job, inputs: Path) -> None:
    first = job()
    records = (inputs / "records.jsonl").read_text().replace("Norway met Sweden for the 2th time", "Norway left Sweden in peace")
    (inputs / "records.jsonl").write_text(records)
    os.utime(inputs / "records.jsonl", (2_000_000_000, 2_000_000_000))
    report = job()
    assert report.result.articles == {"replaced": 1}
    assert len(rows(report.root, "articles")) == first.result.articles["added"]
    (revised,) = [r for r in rows(report.root, "articles") if r["doc_id"] == "r2"]
    assert revised["revision"] == 2


def test_nothing_is_left_below_tmp_but_empty_folders(job: Job) -> None:
    root = job().root
    assert [p for p in (root / "_tmp").rglob("*") if p.is_file()] == []


def test_a_folder_without_articles_is_a_run_that_found_nothing(job: Job, tmp_path: Path) -> None:
    import stand_in_stages

    (tmp_path / "hollow").mkdir()
    options = IngestOptions(inputs=(str(tmp_path / "hollow"),), root=tmp_path / "root")
    report = ingest(options, stages=stand_in_stages.build, extractor_version="0")
    assert (report.result.articles, report.result.claims_added) == ({}, 0)
    assert rows(report.root, "articles") == []


@pytest.mark.parametrize(("inputs_", "root", "error"), [(("nosuch:thing",), "root", UnknownSchemeError), ((".",), "file", RootError)])
def test_a_call_that_cannot_work_is_refused_before_any_work(
    tmp_path: Path, inputs_: tuple[str, ...], root: str, error: type[Exception]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(error):
        ingest(IngestOptions(inputs=inputs_, root=tmp_path / root))
    assert not list((tmp_path / "root").rglob("*.parquet")) if (tmp_path / "root").exists() else True


def test_a_commit_that_fails_ends_the_job_with_its_words_and_the_next_run_finishes(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(root=tmp_path / "reference")
    with monkeypatch.context() as broken:
        broken.setattr(
            importlib.import_module("pipelines.dataset.commit"),
            "plan_claims",
            lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")),
        )
        with pytest.raises(IngestError, match="No space left on device"):
            job()
    assert rows(tmp_path / "root", "claims") == []
    report = job()
    for name in ("articles", "claims", "copies"):
        assert rows(report.root, name) == rows(tmp_path / "reference", name)


def test_progress_counts_the_inputs(tmp_path: Path, inputs: Path, job: Job) -> None:
    import stand_in_stages

    seen: list[int] = []
    options = IngestOptions(inputs=(str(inputs),), root=tmp_path / "root")
    report = ingest(options, progress=seen.append, stages=stand_in_stages.build, extractor_version="0")
    assert seen == sorted(seen)
    assert seen[-1] == report.result.inputs


def test_articles_can_be_stored_without_their_text(tmp_path: Path, inputs: Path, job: Job) -> None:
    import stand_in_stages

    options = IngestOptions(inputs=(str(inputs),), root=tmp_path / "root", work=WorkOptions(store_text=False))
    report = ingest(options, stages=stand_in_stages.build, extractor_version="0+stand-in")
    assert {r["text"] for r in rows(report.root, "articles")} == {""}
    assert all(c["evidence"] for c in rows(report.root, "claims"))
    whole = job(root=tmp_path / "whole")
    assert rows(report.root, "claims") == rows(whole.root, "claims")
    assert sound(verify(open_root(report.root)))
    assert {r["payload"] for r in rows(report.root, "rejected")} == {None}  # a page that failed would be its text
    assert {r["payload"] for r in rows(whole.root, "rejected")} != {None}
    same = reextract(report.root, extract=stand_in_stages.extract, extractor_version="0+stand-in")
    assert (same.articles, same.current, same.without_text) == (0, 7, 0)
    again = reextract(report.root, extract=stand_in_stages.extract, extractor_version="newer")
    assert (again.articles, again.current, again.without_text) == (0, 0, 7)
    assert rows(report.root, "claims") == rows(whole.root, "claims")


def test_a_run_that_ends_leaves_the_staged_files_of_other_runs_alone(job: Job, tmp_path: Path) -> None:
    root = tmp_path / "shared-root"
    others = open_root(root).staged("20260101T000000Z-0000", "0000") / "articles-1.parquet"
    others.parent.mkdir(parents=True)
    others.write_bytes(b"of a run that has not committed yet")

    job(root=root)

    assert others.exists()
