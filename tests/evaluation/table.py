"""A measured number with its interval, and the one table that holds them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

Unit = TypeVar("Unit")

RESAMPLES: Final = 1000
SEED: Final = 20261124


@dataclass(frozen=True)
class Measure:
    """A row of the table. `value` is None where the set is not there."""

    set: str
    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    """95 % interval by bootstrap over the units."""
    units: str = ""
    """What was counted and resampled: "14 articles"."""


def measured(set_: str, name: str, measure: Callable[[Sequence[Unit]], float], units: Sequence[Unit], what: str) -> Measure:
    """A measure over units, with the interval in which 95 % of the resamplings lie.

    A single unit has no interval. The resampling is seeded, so the same units give the same numbers.
    """
    if len(units) < 2:
        return Measure(set_, name, measure(units), units=f"1 {what}")
    draw = random.Random(SEED)
    values = sorted(measure(draw.choices(units, k=len(units))) for _ in range(RESAMPLES))
    return Measure(set_, name, measure(units), values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1], f"{len(units)} {what}s")


def missing(set_: str) -> Measure:
    """The row of a set that is not there."""
    return Measure(set_, "not measured here", None)


def markdown(measures: Iterable[Measure]) -> str:
    """The table as Markdown."""
    rows = ["| set | measure | value | 95 % interval | over |", "|---|---|---:|---|---|"]
    return "\n".join([*rows, *(f"| {' | '.join(cells(m))} |" for m in measures)])


def cells(measure: Measure) -> tuple[str, str, str, str, str]:
    """A row's words: set, measure, value, interval, units."""
    value = "" if measure.value is None else f"{measure.value:.3f}"
    interval = "" if measure.low is None or measure.high is None else f"{measure.low:.3f}–{measure.high:.3f}"
    return measure.set, measure.name, value, interval, measure.units
