"""What workers write: the rows that they found, as files that nobody reads until a commit takes them in.

Only the names of the files cross to the commit, with the inputs that gave an article; texts never do.
"""

from __future__ import annotations

import dataclasses
import fcntl
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.context import RunContext
from pipelines.dataset.paths import Layout
from schemas import DATASETS, Article, Claim, Rejected, to_dict

CAPTURE: Final = "_capture"
"""Extra column of staged articles and claims: which article of the bundle the row belongs to."""

_FLUSH_ROWS: Final = 500
"""Rows kept in memory before they go to the file; an article's text is some kilobytes."""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One bundle's findings: small, picklable, and all that crosses to the commit."""

    folder: str
    articles: str | None = None
    claims: str | None = None
    rejected: str | None = None
    """File names in `folder`; None where the bundle had no such row."""
    succeeded: tuple[str, ...] = ()
    """Inputs that gave an article, so that older failures of theirs can be taken back."""
    inputs: int = 0
    """Inputs that were read: those that gave an article and those that were rejected."""
    known: int = 0
    """Articles that were left out because the dataset had them already."""
    statuses: tuple[tuple[str, int], ...] = ()
    """How many articles had each `extraction_status`."""
    rows: tuple[tuple[str, int], ...] = ()
    """How many rows of each dataset were staged."""
    reasons: tuple[tuple[str, int], ...] = ()
    """How many inputs were rejected for each reason."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Time by stage."""


@dataclass
class StagedWriter:
    """Collects the rows of one bundle and writes them below ROOT/_tmp/staged.

    Args:
        layout: of the root.
        context: the run; its slice names the folder.
    """

    layout: Layout
    context: RunContext
    _name: str = field(default_factory=lambda: secrets.token_hex(8))
    _pending: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)
    _open: list[IO[bytes]] = field(default_factory=list)
    _succeeded: list[str] = field(default_factory=list)
    _captures: int = 0
    _inputs: int = 0
    _known: int = 0
    _statuses: Counter[str] = field(default_factory=Counter)
    _rows: Counter[str] = field(default_factory=Counter)
    _reasons: Counter[str] = field(default_factory=Counter)

    def add(self, article: Article, claims: Iterable[Claim], *, inputs: Sequence[str] = ()) -> None:
        """An article with its claims, if it has any.

        Args:
            inputs: how the input may stand in `rejected`: its own name, its container's.
        """
        self._inputs += 1
        self._statuses[str(article.extraction_status)] += 1
        self._put("articles", to_dict(article) | {CAPTURE: self._captures})
        for claim in claims:
            self._put("claims", to_dict(claim) | {CAPTURE: self._captures})
        self._captures += 1
        self._succeeded.extend(inputs)

    def skip(self, *, inputs: Sequence[str] = ()) -> None:
        """An article that the dataset has already."""
        self._inputs += 1
        self._known += 1
        self._succeeded.extend(inputs)

    def reject(self, rejected: Rejected) -> None:
        """An input that gave no article."""
        self._inputs += 1
        self._reasons[rejected.reason] += 1
        self._put("rejected", to_dict(rejected))

    def finish(self, seconds: dict[str, float] | None = None) -> Staged:
        """Close the files and say what there is."""
        for name in list(self._pending):
            self._flush(name)
        for closing in (*self._writers.values(), *self._open):
            closing.close()
        names = {name: self._path(name).name for name in self._writers}
        return Staged(
            folder=str(self._folder),
            succeeded=tuple(dict.fromkeys(self._succeeded)),
            inputs=self._inputs,
            known=self._known,
            statuses=tuple(sorted(self._statuses.items())),
            rows=tuple(sorted(self._rows.items())),
            reasons=tuple(sorted(self._reasons.items())),
            seconds=tuple(sorted((seconds or {}).items())),
            **names,
        )

    @property
    def _folder(self) -> Path:
        return self.layout.staged(self.context.run_id, self.context.slice_id)

    def _path(self, dataset: str) -> Path:
        return self._folder / f"{dataset}-{self._name}.parquet"

    def _put(self, dataset: str, row: dict[str, Any]) -> None:
        rows = self._pending.setdefault(dataset, [])
        rows.append(row)
        self._rows[dataset] += 1
        if len(rows) >= _FLUSH_ROWS:
            self._flush(dataset)

    def _flush(self, dataset: str) -> None:
        schema = staged_schema(dataset)
        table = pa.Table.from_pylist(self._pending.pop(dataset), schema=schema)
        if dataset not in self._writers:
            self._writers[dataset] = pq.ParquetWriter(self._held(dataset), schema, compression="zstd", write_statistics=False)
        self._writers[dataset].write_table(table)

    def _held(self, dataset: str) -> IO[bytes]:
        """A new file, locked as long as it is written: `forget` deletes half-written ones of writers that are dead."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._path(dataset).open("wb")
        self._open.append(file)
        fcntl.flock(file, fcntl.LOCK_SH)
        return file


def staged_schema(dataset: str) -> pa.Schema:
    """The columns of a staged file: all of the dataset's, partitions included, and the capture where rows belong to an article."""
    schema = DATASETS[dataset].schema
    return schema.append(pa.field(CAPTURE, pa.int64())) if dataset in ("articles", "claims") else schema


TIES: Final = ("doc_id", "url", "source", "extraction_status", "title")
"""Columns of articles that decide between captures of one text and moment, so that the order of arrival does not."""


@dataclass(frozen=True)
class Candidates:
    """Staged rows, as far as deciding needs them."""

    files: tuple[Path, ...]
    rows: pa.Table
    """Some columns of all files, one file after the other."""


_DECIDE_BY: Final = {
    "articles": (CAPTURE, "article_id", "text_hash", "fetched_at", *TIES, "published_month"),
    "claims": (CAPTURE, "article_id", "claim_id", "country_pair"),
}


def candidates(staged: Sequence[Staged], dataset: str) -> Candidates:
    """What a commit of `articles` or `claims` decides by; their texts stay in the files."""
    return Candidates(_files(staged, dataset), read_staged(staged, dataset, _DECIDE_BY[dataset]))


def _files(staged: Sequence[Staged], dataset: str) -> tuple[Path, ...]:
    return tuple(Path(s.folder) / name for s in staged if (name := getattr(s, dataset)) is not None)


def read_staged(staged: Sequence[Staged], dataset: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The staged rows of a dataset, all bundles; captures are renumbered so that no two bundles share one."""
    tables = []
    for i, bundle in enumerate(staged):
        if (name := getattr(bundle, dataset)) is None:
            continue
        with pq.ParquetFile(Path(bundle.folder) / name) as file:
            table = file.read(columns=columns and list(columns))
        if CAPTURE in table.column_names:
            at = table.column_names.index(CAPTURE)
            shifted = pa.chunked_array([pa.array(chunk.to_numpy() + (i << 32)) for chunk in table[CAPTURE].chunks], pa.int64())
            table = table.set_column(at, table.schema.field(CAPTURE), shifted)
        tables.append(table)
    if not tables:
        none = staged_schema(dataset).empty_table()
        return none.select(columns) if columns else none
    return pa.concat_tables(tables)


def total(staged: Sequence[Staged]) -> Staged:
    """Counts and times of several bundles together; its files are none."""
    seconds: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for bundle in staged:
        seconds.update(dict(bundle.seconds))
        statuses.update(dict(bundle.statuses))
    return dataclasses.replace(
        Staged(folder=""),
        succeeded=tuple(dict.fromkeys(i for b in staged for i in b.succeeded)),
        inputs=sum(b.inputs for b in staged),
        known=sum(b.known for b in staged),
        statuses=tuple(sorted(statuses.items())),
        seconds=tuple(sorted(seconds.items())),
    )
