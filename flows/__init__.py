"""Prefect flows: they build options, run the job, and report. They compute nothing."""

from flows.environment import prepare

prepare()
