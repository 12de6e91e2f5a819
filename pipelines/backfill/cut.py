"""Cut a request into slices: a source with dates by hour or day, files as they come or by the date in their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pipelines.backfill.slices import Slice, Unit, files_id, glob_of, has_date, period_id, periods
from pipelines.context import new_run
from pipelines.dataset import RootError, read
from pipelines.web import RAW

By = Unit | int

_LOCAL: Final = ("warc", "raw", "file")
_DATED: Final = ("gdelt", "sitemap", "articles")
_DEFAULT_FILES: Final = 20
"""Files of a slice where nobody says how many."""


class PlanError(ValueError):
    """A backfill that cannot be planned; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for."""

    source: str
    """`gdelt:`, `sitemap:URL`, `warc:PATTERN`, `raw:FOLDER`, `articles:`, or files."""
    root: Path
    since: datetime | None = None
    until: datetime | None = None
    by: By | None = None
    """Hours, days, or so many files; None: files as they come, else days."""
    force: bool = False
    """Whether slices that are complete are done again."""
    extractor_version: str | None = None
    """For `articles:`; None is the project's own."""
    shared_lines: str | None = None
    """See `WorkOptions`: pages of the root's own archive are read again when the list changes."""


def cut(request: Request) -> list[Slice]:
    """The slices of a request, in order.

    Raises:
        PlanError: the source has no dates to cut by, the period is missing, or no file is found.
    """
    scheme, rest = _split(request.source)
    if scheme in _DATED:
        return list(_dated(request, scheme))
    if scheme in _LOCAL:
        return list(_files(request, scheme, rest))
    raise PlanError(f"{request.source!r} lists only what it holds now, so it has no past to fill; read it with `dyadwire ingest`")


def _split(source: str) -> tuple[str, str]:
    """The scheme and what follows it; `file` for what has none."""
    from pipelines.sources.discover import SCHEMES

    scheme, colon, rest = source.partition(":")
    if colon and (scheme in SCHEMES or scheme == "articles") and not Path(source).exists():
        return scheme, rest
    return "file", source


def _dated(request: Request, scheme: str) -> Iterator[Slice]:
    if isinstance(request.by, int):
        raise PlanError(f"{scheme}: is cut by hour or day; only files are cut by number")
    since, until = _period(request)
    sources = {"gdelt": "gdelt:", "articles": f"articles:{request.extractor_version or _extractor()}"}
    source = sources.get(scheme, request.source)
    for start, end in periods(since, until, request.by or "day"):
        given = {"gdelt": f"gdelt:{start:%Y-%m-%dT%H:%M}/{end:%Y-%m-%dT%H:%M}", "articles": "articles:"}.get(scheme, request.source)
        count = _count(request, scheme, start, end)
        yield Slice(id=period_id(scheme, source, start, end), inputs=(given,), covers=(source,), since=start, until=end, count=count)


def _count(request: Request, scheme: str, start: datetime, end: datetime) -> int | None:
    """Lists of GDELT, stored articles; a sitemap must be read to know."""
    if scheme == "gdelt":
        return 2 * -(-(end - start) // timedelta(minutes=15))  # one of events and one of mentions each quarter of an hour
    if scheme == "articles":
        try:
            return int(read(request.root, "articles", since=start, until=end).count_rows())
        except RootError:
            return 0
    return None


def _period(request: Request) -> tuple[datetime, datetime]:
    since, until = request.since, request.until
    if request.source.startswith("gdelt:") and "/" in request.source and since is None:
        from pipelines.sources.feed import iso

        first, _, last = request.source.removeprefix("gdelt:").partition("/")
        since, until = iso(first), iso(last)
    if since is None or until is None:
        raise PlanError(f"{request.source} needs a period: --since 2026-01-01 --until 2026-02-01")
    return since, until


def _files(request: Request, scheme: str, pattern: str) -> Iterator[Slice]:
    if request.by in ("hour", "day") or (request.by is None and has_date(pattern)):
        yield from _files_by_date(request, scheme, pattern)
        return
    if has_date(pattern):
        raise PlanError(f"{pattern!r} has date codes; cut it with --by day or --by hour, or write a glob")
    if request.since or request.until:
        raise PlanError(
            f"{request.source!r} has no dates in it; write one, such as 'warc:crawl/CC-NEWS-%Y%m%d*.warc.gz', or leave the period"
        )
    size = request.by if isinstance(request.by, int) else _DEFAULT_FILES
    files = _found(pattern)
    if not files:
        raise PlanError(f"{request.source!r}: no such file or folder, and nothing matches it")
    for i in range(0, len(files), size):
        yield _of_files(request, scheme, files[i : i + size])


def _files_by_date(request: Request, scheme: str, pattern: str) -> Iterator[Slice]:
    unit: Unit = "hour" if request.by == "hour" else "day"
    since, until = _period(request)
    for start, end in periods(since, until, unit):
        try:
            files = _found(glob_of(pattern, start, unit))
        except ValueError as error:
            raise PlanError(f"{error}; write it like 'warc:crawl/CC-NEWS-%Y%m%d%H*.warc.gz'") from error
        found = _of_files(request, scheme, files)
        yield replace(found, id=period_id(scheme, request.source, start, end), since=start, until=end)


def _of_files(request: Request, scheme: str, files: Sequence[Path]) -> Slice:
    names = [str(file) for file in files]
    own = scheme == "raw" and all(file.is_relative_to((request.root / RAW).absolute()) for file in files)
    # the root's own pages are read again after each upgrade, other files once
    source = f"raw@{request.extractor_version or _versions(request.shared_lines)}" if own else scheme
    return Slice(
        id=files_id(scheme, names),
        inputs=tuple(name if scheme == "file" else f"{scheme}:{name}" for name in names),
        covers=tuple(f"{source}:{name}" for name in names),
        files=len(files),
        bytes=sum(file.stat().st_size for file in files),
        count=len(files),
    )


def _found(pattern: str) -> list[Path]:
    """The files of a folder or glob, each once, sorted, as the source would read them."""
    from pipelines.sources import local
    from schemas import Locator

    located = local.from_path(pattern, new_run())
    return sorted({Path(found.uri) for found in located if isinstance(found, Locator)})


def _versions(lines: str | None) -> str:
    from pipelines.normalize import normalizer_version
    from pipelines.normalize.shared_lines import shared_lines

    return f"{_extractor()}/{normalizer_version(shared_lines(lines))}"


def _extractor() -> str:
    from pipelines.claims import extractor_version

    return extractor_version()
