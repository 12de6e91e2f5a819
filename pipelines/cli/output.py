"""How results leave: JSON Lines that appear whole, and the two consoles."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipelines.cli.errors import WrongCallError
from schemas import to_dict

if TYPE_CHECKING:
    from rich.console import Console


@cache
def results() -> Console:
    """The console on standard output."""
    from rich.console import Console

    return Console(highlight=False)


@cache
def notices() -> Console:
    """The console on standard error: what a person should know beside the result."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def notice(text: str) -> None:
    """A line on standard error, exactly as it is."""
    notices().print(text, markup=False, soft_wrap=True)


def json_line(row: Any) -> str:
    """A row, or a dict as Arrow gives it, as one line of JSON.

    Times are ISO 8601 in UTC with `Z`, days are ISO 8601, bytes are Base64; what is not known is null.
    """
    return json.dumps(row if isinstance(row, dict) else to_dict(row), ensure_ascii=False, default=_plain)


@contextmanager
def lines_to(out: str) -> Iterator[IO[str]]:
    """A text file to write to, or standard output for `-`. The file appears under its name only when all is written.

    Raises:
        WrongCallError: the folder is missing or cannot be written; said before any work.
    """
    if out == "-":
        yield sys.stdout
        return
    target = Path(out)
    if target.is_dir():
        raise WrongCallError(f"--out {out} is a folder; name a file in it, such as {target / 'rows.jsonl'}")
    part = target.with_name(f".{target.name}.part")
    try:
        stream = part.open("w", encoding="utf8")
    except OSError as error:
        raise WrongCallError(f"--out {out} cannot be written: {error.strerror or error}") from error
    try:
        with stream:
            yield stream
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} has no form in JSON: {value!r}")
