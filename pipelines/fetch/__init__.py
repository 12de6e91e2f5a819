"""Fetch: from a locator to the bytes that it stands for."""

from pipelines.fetch.config import FetchConfig, NoContactError
from pipelines.fetch.deferred import Deferred
from pipelines.fetch.fetch import REMOTE_KINDS, fetch, fetch_many

__all__ = ["REMOTE_KINDS", "Deferred", "FetchConfig", "NoContactError", "fetch", "fetch_many"]
