"""One consistent snapshot as plain files, for people who get a copy."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.dataset as ds

from pipelines.dataset import log
from pipelines.dataset.files import ordered, partition_folder, write_rows
from pipelines.dataset.paths import RootError, open_root
from pipelines.dataset.read import Moment, read
from pipelines.dataset.rows import split
from schemas import DATASETS, SCHEMA_VERSION
from schemas.dictionary import markdown


@dataclass(frozen=True)
class Exported:
    """What an export wrote."""

    folder: Path
    rows: dict[str, int]
    versions: dict[str, int]
    files: int


def export(
    root: str | Path,
    out: str | Path,
    *,
    pair: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    csv: bool = False,
) -> Exported:
    """Write claims, their articles and their copies into a new folder, which appears at once and complete.

    Beside the data lie `data-dictionary.md`, `manifest.json` with the versions, and `SHA256SUMS` (for `sha256sum -c`).

    Args:
        out: the folder; it must not exist.
        pair: only the claims of these two countries, and the articles that they are from.
        since, until: half-open, UTC, by publication.
        csv: also a CSV file of each dataset; lists and structs are JSON in it.

    Raises:
        RootError: the root cannot be read, or `out` exists or cannot be made.
    """
    target = Path(out).expanduser().absolute()
    if target.exists():
        raise RootError(f"{target} exists; an export makes a new folder: name another one with --out")
    layout = open_root(root, create=False)
    # claims first: articles are committed before their claims, so a later snapshot of them holds all that is needed
    versions = {name: log.open_table(layout, name).version() for name in ("claims", "articles", "copies")}
    claims = read(root, "claims", pair=pair, since=since, until=until, version=versions["claims"])
    wanted = claims.to_table(columns=["article_id"])["article_id"].unique() if pair else None
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True)
        articles = read(root, "articles", since=since, until=until, version=versions["articles"])
        rows = {
            "claims": _write(draft, "claims", claims, None, csv),
            "articles": _write(draft, "articles", articles, wanted, csv),
            "copies": _write(draft, "copies", read(root, "copies", version=versions["copies"]), wanted, csv),
        }
        files = _beside(draft, rows, versions)
        draft.rename(target)
    except OSError as error:
        raise RootError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Exported(target, rows, versions, files)


def _write(folder: Path, name: str, rows: ds.Dataset, articles: pa.Array | None, csv: bool) -> int:
    condition = None if articles is None else ds.field("article_id").isin(articles)
    table = rows.to_table(filter=condition)
    for partition, part in (split(name, table) or {partition_folder(name, _nowhere(name)): _none(name)}).items():
        path = folder / name / partition / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(path, name, ordered(name, part))
        path.chmod(0o644)
    if csv:
        pa.csv.write_csv(flat(table.sort_by(DATASETS[name].key)), folder / f"{name}.csv")
    return int(table.num_rows)


def _nowhere(name: str) -> dict[str, str]:
    return dict.fromkeys(DATASETS[name].partitions, "none")


def _none(name: str) -> pa.Table:
    return DATASETS[name].file_schema.empty_table()


def flat(table: pa.Table) -> pa.Table:
    """A table that CSV can hold: lists and structs as JSON, binary as hexadecimal digits."""
    columns = {}
    for field in table.schema:
        column = table[field.name]
        if pa.types.is_nested(field.type):
            column = pa.array([None if v is None else json.dumps(v, ensure_ascii=False) for v in column.to_pylist()], pa.string())
        elif pa.types.is_binary(field.type):
            column = pa.array([None if v is None else v.hex() for v in column.to_pylist()], pa.string())
        elif pa.types.is_timestamp(field.type):
            column = pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
        columns[field.name] = column
    return pa.table(columns)


def _beside(folder: Path, rows: dict[str, int], versions: dict[str, int]) -> int:
    (folder / "data-dictionary.md").write_text(markdown(), encoding="utf8")
    manifest = {"schema_version": SCHEMA_VERSION, "rows": rows, "versions": versions}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf8")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf8")
    return len(files) + 1
