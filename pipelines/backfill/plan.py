"""The plan of a backfill: its slices, and which of them `runs` says are complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pipelines.backfill.cut import Request, cut
from pipelines.backfill.slices import Slice
from pipelines.completeness import Coverage, coverage
from pipelines.dataset import RootError

State = Literal["todo", "complete", "empty"]


@dataclass(frozen=True)
class Planned:
    """A slice and whether there is anything to do."""

    slice: Slice
    state: State


@dataclass(frozen=True)
class Plan:
    """All slices of a request, in order."""

    request: Request
    slices: tuple[Planned, ...]

    @property
    def todo(self) -> tuple[Slice, ...]:
        return tuple(p.slice for p in self.slices if p.state == "todo")

    def count(self, state: State) -> int:
        """How many slices are in that state."""
        return sum(p.state == state for p in self.slices)


def as_record(planned: Planned) -> dict[str, Any]:
    """Plain values."""
    part = planned.slice
    period = {"since": part.since, "until": part.until}
    return {"slice_id": part.id, "state": planned.state, **period, "inputs": list(part.inputs), "count": part.count, "bytes": part.bytes}


def as_rows(plan: Plan) -> list[dict[str, Any]]:
    """For a table of texts and numbers."""
    return [{"slice": p.slice.id, "what": p.slice.title, "state": p.state, "to read": p.slice.count} for p in plan.slices]


def make_plan(request: Request) -> Plan:
    """Cut a request into slices and look up what is complete.

    Raises:
        PlanError: the source has no dates to cut by, the period is missing, or no file is found.
    """
    slices = cut(request)
    known = _known(request.root)
    return Plan(request, tuple(Planned(s, _state(s, known, force=request.force)) for s in slices))


def is_complete(slice_: Slice, known: dict[str, Coverage]) -> bool:
    """Whether every source of the slice is complete for its period; for files: since they were last written to."""
    if not slice_.covers:
        return False
    for source in slice_.covers:
        found = known.get(source)
        since, until = slice_.since, slice_.until
        if slice_.files is not None:
            since, until = None, _written(source.partition(":")[2])
        if found is None or until is None or not found.covers(since, until):
            return False
    return True


def _state(slice_: Slice, known: dict[str, Coverage], *, force: bool) -> State:
    if slice_.count == 0:
        return "empty"
    return "complete" if not force and is_complete(slice_, known) else "todo"


def _known(root: Path) -> dict[str, Coverage]:
    try:
        return coverage(root)
    except RootError:
        return {}  # nothing is there yet, so nothing is complete


def _written(path: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    except OSError:
        return None
