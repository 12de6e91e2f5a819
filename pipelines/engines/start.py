"""The engine for the time of one job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions

from pipelines.engines.choice import EngineChoice
from pipelines.engines.table import EngineError


@contextmanager
def serving(choice: EngineChoice, options: PipelineOptions) -> Iterator[None]:
    """What a job needs runs while the block does; what was started here is stopped at the end.

    Args:
        options: as `checked_options` made them for the choice; they are told where the engine listens.

    Raises:
        EngineError: the engine did not start.
    """
    portable = options.view_as(PortableOptions)
    if not choice.name_is("prism") or portable.job_endpoint:
        yield
        return
    from pipelines.engines.prism import PrismServer

    server = PrismServer(options)
    try:
        server.start()
    except (OSError, RuntimeError, ValueError) as error:
        raise EngineError(f"prism did not start: {error}; install it anew with `{choice.engine.remedy}`") from error
    try:
        portable.job_endpoint = server.endpoint
        yield
    finally:
        server.stop()
