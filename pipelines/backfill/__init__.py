"""Backfills: a source and a period, cut into slices that can fail, be resumed and be repeated one by one."""

from pipelines.backfill.cut import PlanError, Request
from pipelines.backfill.plan import Plan, Planned, make_plan
from pipelines.backfill.slices import Slice
from pipelines.backfill.work import SliceJob, SliceResult, run_slice
from pipelines.backfill.workers import Workers

__all__ = ["Plan", "PlanError", "Planned", "Request", "Slice", "SliceJob", "SliceResult", "Workers", "make_plan", "run_slice"]
