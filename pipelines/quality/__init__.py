"""Checks of what a day brought, each with a verdict."""

from pipelines.quality.checks import Limits, check_day
from pipelines.quality.day import Day, look_at
from pipelines.quality.verdict import Verdict, table_rows

__all__ = ["Day", "Limits", "Verdict", "check_day", "look_at", "table_rows"]
