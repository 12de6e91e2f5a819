"""Fetch: from a locator to the bytes that it stands for."""

from pipelines.fetch.config import FetchConfig
from pipelines.fetch.fetch import fetch

__all__ = ["FetchConfig", "fetch"]
