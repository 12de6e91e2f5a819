"""The engine for the time of one job."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
        with _our_python_first():
            yield
        return
    from pipelines.engines.prism import PrismServer

    logging.getLogger("apache_beam.utils.subprocess_server").setLevel(logging.ERROR)  # a start and a stop are no warnings
    server = PrismServer(options)
    try:
        server.start()
    except (OSError, RuntimeError, ValueError) as error:
        raise EngineError(f"prism did not start: {error}; install it anew with `{choice.engine.remedy}`") from error
    try:
        portable.job_endpoint = server.endpoint
        with _our_python_first():
            yield
    finally:
        server.stop()


@contextmanager
def _our_python_first() -> Iterator[None]:
    """Beam starts workers of their own process as `python`, which may be another one, or none."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before
