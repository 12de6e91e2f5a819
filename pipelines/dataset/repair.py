"""Mend what `verify` found, and lose nothing: what cannot be used is set aside under ROOT/_damaged, never deleted."""

from __future__ import annotations

import dataclasses
import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from pipelines.context import utc_now
from pipelines.dataset import log
from pipelines.dataset.commit import key_table
from pipelines.dataset.decisions import drop_bases, write_decisions
from pipelines.dataset.files import folder_values
from pipelines.dataset.keys import KINDS, ArticleKey, RowKey
from pipelines.dataset.paths import Layout
from pipelines.dataset.publish import plain_files, publish, shown_version
from pipelines.dataset.regroup import copies_again, odd_rows
from pipelines.dataset.verify import damaged, strays
from schemas import DATASETS


@dataclass(frozen=True)
class Mended:
    """Something that was done."""

    dataset: str
    what: str


def repair(layout: Layout) -> list[Mended]:
    """Bring the root into a sound state, as far as its own files allow.

    Returns:
        What was done; lines that say `bring back` name what only the inputs or a re-extraction can give again.
    """
    done: list[Mended] = []
    copies_before = _lost_or_odd_copies(layout)
    for name in DATASETS:
        done += _broken_log(layout, name) or _lost_commits(layout, name)
        done += _damaged_files(layout, name)
        done += _foreign_files(layout, name)
        _new_key_table(layout, name)
        if name == "copies" and (copies_before or odd_rows(layout)):
            done.append(Mended(name, f"made anew from the articles: {copies_again(layout)} rows"))
        published = publish(layout, name, whole=True)
        if published.added or published.removed:
            done.append(Mended(name, f"plain tree: {published.added} files shown again, {published.removed} taken away"))
    return done


def _lost_or_odd_copies(layout: Layout) -> bool:
    """Whether `copies` must be made anew: a file of it, or its log, cannot be used as it is."""
    try:
        return bool(damaged(layout, "copies"))
    except log.DamagedLogError:
        return True


def _broken_log(layout: Layout, name: str) -> list[Mended]:
    """A log with a gap is set aside, and the table made anew from what the plain tree shows."""
    try:
        log.open_table(layout, name)
    except log.DamagedLogError:
        shows = sorted(plain_files(layout, name) - strays_without_twin(layout, name))
    else:
        return []
    decided = _known_keys(layout, name)
    _set_aside(layout, name, "_delta_log")
    drop_bases(layout.decisions(name))
    log.create(layout, name)
    info = {"run_id": "repair"}
    if decided:
        info["decided"] = f"repair-{secrets.token_hex(16)}.parquet"
        write_decisions(layout.decisions(name) / info["decided"], decided, KINDS[name])
    log.append(log.open_table(layout, name), name, [_add(layout, name, path) for path in shows], [], info)
    layout.published(name).unlink(missing_ok=True)
    return [Mended(name, f"the log had a gap: set aside under _damaged, the table is made of the {len(shows)} files that were published")]


def _known_keys(layout: Layout, name: str) -> list[RowKey]:
    """What the key table knows; nothing where it is damaged, too: the rows tell most of it again."""
    try:
        return list(key_table(layout, name).all())
    except sqlite3.DatabaseError:
        return []


def _lost_commits(layout: Layout, name: str) -> list[Mended]:
    """The log ends before what was published: its last entries are gone, but the plain tree shows what they did."""
    table, shown = log.open_table(layout, name), shown_version(layout, name)
    if shown is None or shown <= table.version():
        return []
    standing = {f.path: f for f in log.files(table)}
    shows = plain_files(layout, name) - strays_without_twin(layout, name)
    adds = [_add(layout, name, path) for path in sorted(shows - standing.keys())]
    drop_bases(layout.decisions(name), after=table.version())
    at = int(utc_now().timestamp() * 1000)
    removes = [f.remove(at, data_change=True) for path, f in standing.items() if path not in shows]
    log.append(table, name, adds, removes, {"run_id": "repair"})
    return [Mended(name, f"log: commits up to version {shown} were lost, {len(adds)} files are back, {len(removes)} superseded ones gone")]


def strays_without_twin(layout: Layout, name: str) -> set[str]:
    """Plain files that the table's folder has no file for: they are somebody else's."""
    return {p for p in plain_files(layout, name) if not (layout.delta(name) / p).exists()}


def _add(layout: Layout, name: str, path: str) -> AddAction:
    file = layout.delta(name) / path
    stats = f'{{"numRecords": {pq.read_metadata(file).num_rows}}}'
    return AddAction(path, file.stat().st_size, folder_values(path.rpartition("/")[0]), int(file.stat().st_mtime * 1000), True, stats)


def _damaged_files(layout: Layout, name: str) -> list[Mended]:
    """Put back the sound copy of the plain tree, else take the file out of the table and remember whose rows went."""
    done, gone = [], []
    for path, problem in damaged(layout, name).items():
        file, copy = layout.delta(name) / path, layout.plain(name) / path
        entry = next(f for f in log.files(log.open_table(layout, name)) if f.path == path)
        if copy.exists() and not (file.exists() and copy.samefile(file)) and _is_sound(copy, entry):
            _set_aside(layout, name, path)
            shutil.copyfile(copy, file)
            file.chmod(0o444)
            done.append(Mended(name, f"{path} ({problem}): put back from the plain tree"))
            continue
        _set_aside(layout, name, path)
        gone.append(entry)
        done.append(Mended(name, f"{path} ({problem}): set aside under _damaged; {_remedy(name)}"))
    if gone:
        _forget_files(layout, name, gone)
    return done


def _is_sound(path: Path, entry: log.DataFile) -> bool:
    try:
        return path.stat().st_size == entry.size and bool(pq.ParquetFile(path).read().num_rows == entry.rows)
    except (OSError, ValueError):
        return False


def _remedy(name: str) -> str:
    return {
        "claims": "bring back its claims with `dyadwire reextract`",
        "articles": "bring back its articles by ingesting their inputs again",
        "rejected": "the failures are told again when their inputs fail again",
        "copies": "copies are found again from the articles",
        "runs": "the records of those runs are in the file that was set aside",
    }[name]


def _forget_files(layout: Layout, name: str, gone: list[log.DataFile]) -> None:
    """Remove files from the table, and from the key table what it can no longer answer for."""
    keys = key_table(layout, name)
    table = log.open_table(layout, name)
    keys.catch_up(table)
    folders = {f.path.rpartition("/")[0] for f in gone}
    paths = {f.path for f in gone}
    stay = {i for f in log.files(table) if f.path not in paths and f.path.rpartition("/")[0] in folders for i in _ids(layout, name, f.path)}
    touched = [k for k in keys.all() if folders & set(k.partitions.split("|"))]
    decided = []
    for key in touched:
        if name == "claims" and isinstance(key, ArticleKey):
            decided.append(dataclasses.replace(key, extractor=None, rows=None))  # `reextract` replaces what is left of its claims
        elif key.id not in stay:
            decided.append(dataclasses.replace(key, gone=True))
    info = {"run_id": "repair"}
    if decided:
        info["decided"] = "repair-" + gone[0].path.rpartition("/")[2]
        write_decisions(layout.decisions(name) / info["decided"], decided, KINDS[name])
    at = int(utc_now().timestamp() * 1000)
    log.append(table, name, [], [f.remove(at, data_change=True) for f in gone], info)


def _ids(layout: Layout, name: str, path: str) -> list[str]:
    key = DATASETS[name].key
    found: list[str] = pq.ParquetFile(layout.delta(name) / path).read(columns=[key])[key].to_pylist()
    return found


def _foreign_files(layout: Layout, name: str) -> list[Mended]:
    done = []
    for path in sorted(strays(layout, name)):
        source = layout.plain(name) / path
        if (layout.delta(name) / path).exists():
            continue  # a superseded file of the table: publishing takes it away
        target = layout.root / "_damaged" / "foreign" / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        done.append(Mended(name, f"{path} is foreign: set aside under _damaged"))
    return done


def _set_aside(layout: Layout, name: str, path: str) -> None:
    source, target = layout.delta(name) / path, layout.root / "_damaged" / name / path
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        while target.exists():
            target = target.with_name(f"{target.name}.older")
        source.replace(target)


def _new_key_table(layout: Layout, name: str) -> None:
    keys = key_table(layout, name)
    keys.discard()
    keys.catch_up(log.open_table(layout, name))
