"""What the kill test and the concurrency test share: made-up inputs, and readers that check what they see."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from pipelines.dataset import RootError, read
from schemas import DATASETS

COUNTRIES = ("Norway", "Peru", "Kenya", "Japan", "Chad", "Malta", "Nepal", "Cuba")


def write_slices(folder: Path, *, slices: int = 6, records: int = 12, seed: int = 1) -> list[Path]:
    """JSON Lines files in the order of their captures: new articles, articles seen before, and newer revisions of some."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, made = random.Random(seed), []
    for i in range(slices):
        path = folder / f"slice-{i}.jsonl"
        first = max(0, i * records - records // 3)  # overlaps with the slice before
        rows = [_record(rng, number, revised=number < i * records and number % 2 == 0) for number in range(first, (i + 1) * records)]
        path.write_text("".join(json.dumps(r) + "\n" for r in rows))
        os.utime(path, (1_700_000_000 + i * 3600, 1_700_000_000 + i * 3600))
        made.append(path)
    return made


def _record(rng: random.Random, number: int, *, revised: bool) -> dict[str, object]:
    own = random.Random(f"{number}/{revised}")
    sentences = []
    for k in range(own.randrange(5)):
        a, b = own.sample(COUNTRIES, 2)
        sentences.append(f"Note {k} of report {number}: envoys of {a} met those of {b} in the {'second' if revised else 'first'} week.")
    sentences.append(f"Report {number} was filed by the desk that keeps the long record of such things, and nothing more is known of it.")
    return {
        "url": f"https://news.example/reports/{number}-story",
        "text": "\n\n".join(sentences),
        "published_at": f"2026-0{1 + number % 6}-10T00:00:00Z",
    }


@dataclass
class Seen:
    """What a reader saw over its rounds."""

    rounds: int = 0
    retries: int = 0
    """Reads that failed because a file went away under them."""
    wrong: list[str] = field(default_factory=list)


def expected_claims(slices: list[Path]) -> dict[str, set[int]]:
    """By article's URL, how many claims each revision of it has."""
    found: dict[str, set[int]] = {}
    for path in slices:
        for line in path.read_text().splitlines():
            record = json.loads(line)
            found.setdefault(record["url"], set()).add(record["text"].count("envoys of"))
    return found


def look_at_snapshot(root: Path, expected: dict[str, set[int]], seen: Seen) -> None:
    """A snapshot holds all claims of an article's revision or none, and one revision an article."""
    try:
        rows = read(root).to_table(columns=["url", "text_hash", "claim_id"]).to_pylist()
    except (RootError, FileNotFoundError):
        return  # the root is not made yet
    seen.rounds += 1
    counts, texts = Counter(r["url"] for r in rows), {(r["url"], r["text_hash"]) for r in rows}
    seen.wrong += [
        f"{url} has {n} claims, not one of {expected.get(url)}" for url, n in counts.items() if n not in expected.get(url, set())
    ]
    if len(texts) != len(counts) or len({r["claim_id"] for r in rows}) != len(rows):
        seen.wrong.append("two revisions of an article, or a claim twice, in one snapshot")


def look_at_plain(root: Path, known: dict[str, str], seen: Seen) -> None:
    """A plain read gives right rows, or fails with file-not-found and is tried again."""
    if not any((root / "claims").rglob("*.parquet")):
        return  # nothing was published yet
    try:
        rows = ds.dataset(root / "claims", partitioning="hive").to_table(columns=["claim_id", "evidence"]).to_pylist()
    except FileNotFoundError:
        seen.retries += 1
        return
    except (pa.ArrowException, OSError) as error:
        if "No such file" in str(error) or "Cannot open" in str(error):
            seen.retries += 1
        else:
            seen.wrong.append(str(error))
        return
    seen.rounds += 1
    seen.wrong += [
        f"{r['claim_id']} reads {r['evidence']!r}" for r in rows if known.setdefault(r["claim_id"], r["evidence"]) != r["evidence"]
    ]


RUN_COLUMNS = {"run_id", "slice_id", "ingested_at", "first_seen", "last_seen", "attempts"}


def rows_of(root: Path, dataset: str) -> list[dict[str, object]]:
    table = read(root, dataset).to_table().sort_by(DATASETS[dataset].key)
    found: list[dict[str, object]] = table.drop_columns(sorted(RUN_COLUMNS & set(table.column_names))).to_pylist()
    return found


def plain_ids(root: Path, dataset: str) -> Iterator[str]:
    key = DATASETS[dataset].key
    yield from sorted(ds.dataset(root / dataset, partitioning="hive").to_table(columns=[key])[key].to_pylist())
