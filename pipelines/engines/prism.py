"""Prism's server, for one job."""

from __future__ import annotations

from typing import Any

from apache_beam.runners.portability.prism_runner import PrismJobServer

from pipelines.engines.tied import tied


class PrismServer(PrismJobServer):
    """Prism as Beam starts it, but tied to this process, and without Beam's handler of SIGINT, which can be set in the main thread only:
    flows run jobs in others.

    Attributes:
        endpoint: where it listens, once it is started.
    """

    endpoint = ""

    def subprocess_cmd_and_endpoint(self) -> tuple[list[Any], str]:
        command, self.endpoint = super().subprocess_cmd_and_endpoint()
        return tied([str(word) for word in command]), self.endpoint
