"""Beam's in-process runner, whose worker processes start as `worker` does it."""

from __future__ import annotations

import sys
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import python_urns
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipelines.engines import worker
from pipelines.engines.table import Engine


class QuietRunner(FnApiRunner):  # type: ignore[misc]
    """Its workers log as the project does."""

    def run_via_runner_api(self, pipeline_proto: Any, options: PipelineOptions) -> Any:
        """As the in-process runner does it; Beam gives no other way to say which command starts a worker."""
        for environment in pipeline_proto.components.environments.values():
            if environment.urn == python_urns.SUBPROCESS_SDK:
                environment.payload = f"{sys.executable} -m {worker.__name__}".encode()
        return super().run_via_runner_api(pipeline_proto, options)


def runner_of(engine: Engine) -> QuietRunner | None:
    """The runner of a job; None for engines that Beam finds by their name."""
    return QuietRunner() if engine.runner == "FnApiRunner" else None
