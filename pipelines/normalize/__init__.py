"""From a document to an article: `normalize(document, context)`."""

from pipelines.normalize.stage import Screen, normalize
from pipelines.normalize.version import normalizer_version

__all__ = ["Screen", "normalize", "normalizer_version"]
