"""Under one key, and in panes: what the last, single-key step commits together."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.trigger import AccumulationMode, AfterProcessingTime, AfterWatermark, Repeatedly
from apache_beam.transforms.window import GlobalWindows

from pipelines.unbounded.parts import Done


@dataclass
class UnderOneKey(beam.PTransform):  # type: ignore[misc]
    """Nothing here aggregates by event time: one global window, and a pane whenever the first of its elements has waited long enough.

    Attributes:
        seconds: how long that is; None, for engines that do not stream and whose input ends: all in one pane.
    """

    seconds: float | None

    def expand(self, done: beam.PCollection[Done]) -> beam.PCollection[tuple[int, list[Done]]]:
        # in whole seconds, which is how Beam writes them down
        trigger = Repeatedly(AfterWatermark() if self.seconds is None else AfterProcessingTime(max(1, round(self.seconds))))
        return (
            done
            | "One key" >> beam.Map(_under_one_key)
            | "Panes" >> beam.WindowInto(GlobalWindows(), trigger=trigger, accumulation_mode=AccumulationMode.DISCARDING)
            | "Together" >> beam.GroupByKey()
        )


def _under_one_key(done: Done) -> tuple[int, Done]:
    return 0, done
