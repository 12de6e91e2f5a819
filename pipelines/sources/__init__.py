"""Sources: from what an operator names to the locators of single inputs."""

from pipelines.sources.discover import SCHEMES, UnknownSchemeError, discover

__all__ = ["SCHEMES", "UnknownSchemeError", "discover"]
