"""Upkeep of a root: what `dyadwire maintain` and the flow `maintain` do, step by step."""

from pipelines.upkeep.archive import Expired, expire
from pipelines.upkeep.disk import Forecast, forecast
from pipelines.upkeep.steps import Upkeep, clear, maintain, merge, sound

__all__ = ["Expired", "Forecast", "Upkeep", "clear", "expire", "forecast", "maintain", "merge", "sound"]
