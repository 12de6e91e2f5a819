"""Sources: from what an operator names to the locators of single inputs."""

from pipelines.sources.discover import SCHEMES, NoWebError, UnknownSchemeError, discover, is_remote
from pipelines.sources.web import Web

__all__ = ["SCHEMES", "NoWebError", "UnknownSchemeError", "Web", "discover", "is_remote"]
