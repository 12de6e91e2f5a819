"""Options that mean the same in every command, and how their words become values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from pipelines.cli.errors import WrongCallError
from pipelines.settings import Settings, SettingsError, load_settings

Inputs: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="A file, a folder, a quoted glob, or `-`: HTML, text, JSON Lines with `text`, each also gzipped.",
        show_default=False,
    ),
]
Root: TypeAlias = Annotated[
    str | None, typer.Option("--root", metavar="ROOT", help="The dataset's folder; else `DYADWIRE_ROOT`.", show_default=False)
]
Since: TypeAlias = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Published at or after it: `2026-11-01` or `2026-11-01T06:00Z`.", show_default=False),
]
Until: TypeAlias = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Published before it.", show_default=False)]
Out: TypeAlias = Annotated[
    str, typer.Option("--out", metavar="FILE.jsonl", help="Where the rows go; `-` is standard output.", show_default=True)
]
Strict: TypeAlias = Annotated[bool | None, typer.Option("--strict", help="Exit with 1 when an input was rejected.", show_default=False)]
Runner: TypeAlias = Annotated[
    str | None, typer.Option("--runner", metavar="ENGINE", help="What runs the job; see docs/engines.md.", show_default="in-process")
]
RunnerOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--runner-option", metavar="NAME=VALUE", help="One of Beam's options for it; may be repeated.", show_default=False),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="JSON Lines with all columns, for programs.")]


def effective(**given: Any) -> Settings:
    """The settings under what this command line says, with logging set up from them.

    Raises:
        WrongCallError: a setting cannot be used.
    """
    from pipelines.logs import configure

    try:
        settings = load_settings(**given)
    except SettingsError as error:
        raise WrongCallError(str(error)) from error
    configure(settings.log_level, settings.log_format)
    return settings


def the_root(settings: Settings) -> Path:
    """The dataset's root.

    Raises:
        WrongCallError: nobody named one.
    """
    if not settings.root:
        raise WrongCallError("no dataset is named; give --root ROOT or set DYADWIRE_ROOT")
    return Path(settings.root)


def moment(text: str | None, option: str) -> datetime | None:
    """A point in time, UTC, from an ISO 8601 date or time; without a zone it is taken as UTC.

    Raises:
        WrongCallError: it is neither.
    """
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongCallError(f"{option} {text!r} is no ISO 8601 date or time; write it like 2026-11-01 or 2026-11-01T06:00Z") from None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def period(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The half-open period of `--since` and `--until`.

    Raises:
        WrongCallError: a bound cannot be read, or nothing lies between the two.
    """
    start, end = moment(since, "--since"), moment(until, "--until")
    if start and end and start >= end:
        raise WrongCallError(f"nothing is published from {since} until before {until}; --until must be later than --since")
    return start, end


def one_of(value: str | None, known: Iterable[str], what: str) -> str | None:
    """The spelling of the closed list for what was typed, whatever its case.

    Raises:
        WrongCallError: the list has no such value; the message names the near ones, or all.
    """
    if value is None:
        return None
    names = {name.casefold(): name for name in known}
    found = names.get(value.strip().casefold())
    if found is None:
        near = difflib.get_close_matches(value.casefold(), names, n=3, cutoff=0.6) or sorted(names)
        raise WrongCallError(f"{value!r} is no {what}; did you mean {', '.join(names[n] for n in near)}?")
    return found
