"""From a choice to Beam's options, all of them checked: Beam itself drops unknown ones, and ends the process at wrong values."""

from __future__ import annotations

import argparse
import difflib
from typing import Any, NoReturn

from apache_beam.options.pipeline_options import PipelineOptions, _BeamArgumentParser
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator

from pipelines.engines.choice import EngineChoice
from pipelines.engines.table import Engine, EngineError


def checked_options(choice: EngineChoice, workers: int) -> PipelineOptions:
    """Beam's options for a job on an engine that is there.

    Raises:
        EngineError: it is not there, or an option cannot be used.
    """
    choice.check()
    return pipeline_options(choice, workers)


def pipeline_options(choice: EngineChoice, workers: int) -> PipelineOptions:
    """Beam's options for a job.

    Args:
        choice: the engine, which need not be there.
        workers: processes; more than one in-process workers are started afresh, not forked, as deltalake needs it.

    Raises:
        EngineError: an option is unknown, or its value does not fit.
    """
    engine, given = choice.engine, choice.given()
    named = {name for name, _ in given}
    flags = [f"--{name}={value}" for name, value in _defaults(engine, workers).items() if name not in named]
    parser = _parser()
    flags += [flag for name, value in given for flag in _flags(parser, name, value)]
    if engine.binary and not named & {engine.binary, "job_endpoint"} and (found := choice.found()):
        flags.append(f"--{engine.binary}={found}")
    parser.parse_args(flags)
    options = PipelineOptions([f"--runner={engine.runner}", *flags])
    runner: Any = type(engine.runner, (), {})()  # Beam asks for the class's name only, and its module may be missing
    if wrong := PipelineOptionsValidator(options, runner).validate():
        raise EngineError(f"{engine.name}: {'; '.join(wrong)}")
    return options


def _defaults(engine: Engine, workers: int) -> dict[str, str]:
    values = {"default_sdk_harness_log_level": "WARNING"}
    if engine.workers_option and workers > 1:
        values[engine.workers_option] = str(workers)
    if engine.name == "in-process" and workers > 1:
        values["direct_running_mode"] = "multi_processing"
    if engine.name == "prism":
        values["prism_log_level"] = "warn"
    return values


class _Parser(_BeamArgumentParser):  # type: ignore[misc]
    """Beam's parser, which raises where Beam's own ends the process."""

    def error(self, message: str) -> NoReturn:
        raise EngineError(f"runner options: {message}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(allow_abbrev=False, add_help=False)
    for group in {str(cls): cls for cls in PipelineOptions.__subclasses__()}.values():
        group._add_argparse_args(parser)
    found: argparse.ArgumentParser = parser
    return found


def _flags(parser: argparse.ArgumentParser, name: str, value: str) -> list[str]:
    """The words for one option; switches are said as `NAME=true`, and left out as `NAME=false`."""
    known = {flag.lstrip("-"): action for action in parser._actions for flag in action.option_strings if flag.startswith("--")}
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.6)
        raise EngineError(f"Beam has no option {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    if known[name].nargs != 0:
        return [f"--{name}={value}"]
    if value.casefold() not in ("true", "false"):
        raise EngineError(f"the runner option {name} is a switch: say {name}=true or {name}=false, not {value!r}")
    return [f"--{name}"] if value.casefold() == "true" else []
