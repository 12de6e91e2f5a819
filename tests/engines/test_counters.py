"""What engines count, in one form."""

from __future__ import annotations

from apache_beam.metrics.execution import MetricKey, MetricResult
from apache_beam.metrics.metricbase import MetricName

from pipelines.running import counted


def result(step: str, name: str, committed: int | None, attempted: int | None) -> MetricResult:
    return MetricResult(MetricKey(step, MetricName("dyadwire", name)), committed, attempted)


def test_counters_of_several_steps_add_up_and_unknown_ones_count_nothing() -> None:
    told = [result("Work", "inputs", 3, 4), result("Fetch and work", "inputs", None, 2), result("Work", "known", None, None)]

    assert counted(told) == {"inputs": 5, "known": 0}


def test_what_an_engine_counts_for_itself_is_left_out() -> None:
    own = MetricResult(MetricKey("Work", MetricName("beam", "metric:element_count:v1")), 7, 7)

    assert counted([own, result("Work", "inputs", 3, 3)]) == {"inputs": 3}
