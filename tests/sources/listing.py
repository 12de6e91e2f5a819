"""Lists the locators of an input against a server, as a run would."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fetching import CONTEXT, config

from pipelines.context import RunContext
from pipelines.seen import SeenStore
from pipelines.sources import discover
from pipelines.web import opener
from schemas import Completeness, Locator, Rejected


def run(number: int) -> RunContext:
    return replace(CONTEXT, run_id=f"20261124T000000Z-{number:04d}")


def listed(
    *inputs: str,
    context: RunContext = CONTEXT,
    since: datetime | None = None,
    until: datetime | None = None,
    complete: list[Completeness] | None = None,
    **changes: Any,
) -> list[Locator | Rejected]:
    """What inputs stand for; nothing is confirmed."""
    web = opener(config(**changes), since=since, until=until, complete=None if complete is None else complete.append)
    return list(discover(inputs, context, web=web))


def uris(found: list[Locator | Rejected]) -> list[str]:
    """The locators' addresses; rejected ones as `!reason`."""
    return [f"!{f.reason}" if isinstance(f, Rejected) else f.uri for f in found]


def confirm(state: Path, context: RunContext) -> None:
    store = SeenStore(state)
    store.confirm(context.run_id)
    store.close()


def moment_run(moment: datetime) -> RunContext:
    """The run that starts at a moment."""
    return replace(CONTEXT, run_id=f"{moment:%Y%m%dT%H%M%SZ}-0000", now=moment)


def told(state: Path, context: RunContext, *, recorded: bool = True) -> tuple[Completeness, ...]:
    """What a run says that it makes complete; then it is confirmed."""
    store = SeenStore(state)
    rows = store.told(context.run_id)
    store.confirm(context.run_id, recorded=recorded)
    store.close()
    return rows
