"""Check a root: files against log, plain tree against snapshot, rows against contract and against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset import checks, log
from pipelines.dataset.checks import Finding
from pipelines.dataset.paths import Layout
from pipelines.dataset.publish import EMPTY, plain_files
from schemas import DATASETS

_LOOKS: Final = 5
"""How often it looks when others commit meanwhile."""


@dataclass(frozen=True)
class Check:
    """A check and what it found."""

    name: str
    looked_at: int
    """Files or rows."""
    findings: tuple[Finding, ...]


def verify(layout: Layout) -> list[Check]:
    """All checks; a root is sound when none found anything.

    Others may work meanwhile: where they committed and something seems wrong, it looks again.
    """
    for _ in range(_LOOKS):
        before = _versions(layout)
        found = _all_checks(layout)
        if sound(found) or _versions(layout) == before:
            break
    return found


def _versions(layout: Layout) -> list[int]:
    return [log.open_table(layout, name).version() for name in DATASETS]


def _all_checks(layout: Layout) -> list[Check]:
    found = [_check("files", _files(layout)), _check("plain tree", _plain(layout))]
    if found[0].findings:
        return found  # what cannot be read cannot be checked row by row
    rest: dict[str, Callable[[Layout], Iterator[Finding | int]]] = {
        "contract": checks.contract,
        "unique ids": checks.unique,
        "partitions": checks.partitions,
        "evidence": checks.evidence,
        "copies": checks.copies,
        "runs": checks.runs,
        "key tables": checks.keys,
    }
    return found + [_check(name, check(layout)) for name, check in rest.items()]


def sound(found: list[Check]) -> bool:
    return not any(c.findings for c in found)


def damaged(layout: Layout, dataset: str) -> dict[str, str]:
    """Files of the snapshot that cannot be used, with what is wrong."""
    found = {}
    for file in log.files(log.open_table(layout, dataset)):
        if problem := _problem(layout, dataset, file):
            found[file.path] = problem
    return found


def strays(layout: Layout, dataset: str) -> set[str]:
    """Files in the plain tree, of whatever kind, that publishing did not put there."""
    base = layout.plain(dataset)
    wanted = {f.path for f in log.files(log.open_table(layout, dataset))}
    found = {p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file()}
    return {p for p in found - wanted if wanted or not p.endswith(EMPTY)}


def _check(name: str, found: Iterator[Finding | int]) -> Check:
    """Collect what a check yields: findings, and how much it looked at."""
    findings, looked_at = [], 0
    for item in found:
        if isinstance(item, int):
            looked_at += item
        else:
            findings.append(item)
    return Check(name, looked_at, tuple(findings))


def _files(layout: Layout) -> Iterator[Finding | int]:
    for name in DATASETS:
        bad = damaged(layout, name)
        yield len(log.files(log.open_table(layout, name)))
        yield from (Finding("files", name, f"{path}: {problem}") for path, problem in bad.items())


def _problem(layout: Layout, dataset: str, file: log.DataFile) -> str | None:
    path = layout.delta(dataset) / file.path
    try:
        size = path.stat().st_size
        if size != file.size:
            return f"{size} bytes, the log says {file.size}"
        rows = pq.ParquetFile(path).read()  # decodes every page, so that damage anywhere shows
    except FileNotFoundError:
        return "is missing"
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({error})"
    if file.rows is not None and rows.num_rows != file.rows:
        return f"{rows.num_rows} rows, the log says {file.rows}"
    return None


def _plain(layout: Layout) -> Iterator[Finding | int]:
    for name in DATASETS:
        wanted = {f.path: f for f in log.files(log.open_table(layout, name))}
        found = plain_files(layout, name)
        yield len(found)
        yield from (Finding("plain tree", name, f"{p} is missing") for p in sorted(wanted.keys() - found))
        yield from (Finding("plain tree", name, f"{p} is foreign") for p in sorted(strays(layout, name)))
        for path in sorted(wanted.keys() & found):
            source, target = layout.delta(name) / path, layout.plain(name) / path
            if source.exists() and not target.samefile(source) and target.stat().st_size != wanted[path].size:
                yield Finding("plain tree", name, f"{path} differs from the table's file")
        if not found:
            yield Finding("plain tree", name, "shows no file at all")
