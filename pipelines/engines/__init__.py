"""What runs the job: Beam's in-process runner, or an engine that is named."""

from __future__ import annotations

from pipelines.engines.choice import EngineChoice
from pipelines.engines.table import ENGINES, Engine, EngineError, engine_named

__all__ = ["ENGINES", "Engine", "EngineChoice", "EngineError", "engine_named"]
