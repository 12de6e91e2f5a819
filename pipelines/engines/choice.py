"""Which engine a job is to run on; cheap to import and picklable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.engines.table import Engine, EngineError, engine_named

BINARIES: Final = Path(__file__).parents[2] / ".dyadwire" / "engines"
"""Where `make prism` installs, in a checkout."""

_URL: Final = ("http://", "https://")


@dataclass(frozen=True, kw_only=True)
class EngineChoice:
    """An engine, and what is said about it."""

    name: str = "in-process"
    options: tuple[str, ...] = ()
    """Beam's options, each `NAME=VALUE`; one that Beam takes several times may stand several times."""
    prism_location: str | None = None
    """Prism's program; the option of that name goes before it. None: where `make prism` puts it."""

    @property
    def engine(self) -> Engine:
        """The engine.

        Raises:
            EngineError: there is none of that name.
        """
        return engine_named(self.name)

    def given(self) -> list[tuple[str, str]]:
        """The options as names and values.

        Raises:
            EngineError: one is not `NAME=VALUE`, or names the runner.
        """
        pairs = [
            (name.strip().lstrip("-").replace("-", "_"), equals, value) for name, equals, value in (o.partition("=") for o in self.options)
        ]
        for (name, equals, _), option in zip(pairs, self.options, strict=True):
            if not (name and equals):
                raise EngineError(f"the runner option {option!r} is not NAME=VALUE, such as worker_threads=4")
            if name == "runner":
                raise EngineError(f"the runner option {option!r} is said with --runner")
        return [(name, value) for name, _, value in pairs]

    def check(self) -> None:
        """That what the engine needs is there, before any work.

        Raises:
            EngineError: it is not.
        """
        engine, given = self.engine, dict(self.given())
        if not engine.shares_folders:
            raise EngineError(
                f"no job can run on {engine.name} yet: its workers see no folder, and a dataset's root is one; "
                "use an engine whose workers mount the root, such as flink"
            )
        missing = [name for name in engine.required if not given.get(name)]
        if missing:
            raise EngineError(f"{engine.name} needs " + " ".join(f"--runner-option {name}=…" for name in missing))
        if engine.binary and "job_endpoint" not in given:
            self._check_binary(engine.binary, given.get(engine.binary))

    def found(self) -> str | None:
        """The program or job server that the engine is started from, where no option names it; None: it is not installed."""
        if self.name_is("prism") and self.prism_location:
            return self.prism_location
        pattern = "prism" if self.name_is("prism") else f"*{self.engine.name}*job-server*.jar"
        return next((str(path) for path in sorted(BINARIES.glob(pattern))), None)

    def name_is(self, name: str) -> bool:
        """Whether it is that engine, however it was spelt."""
        return self.engine.name == name

    def _check_binary(self, option: str, named: str | None) -> None:
        path = named or self.found()
        if path and (Path(path).is_file() or (self.name_is("prism") and path.startswith(_URL))):
            return
        what = f"{option} is {path!r}, which is no file" if path else f"{self.engine.name} is not installed"
        raise EngineError(f"{what}; install it with `{self.engine.remedy}`, or name it: --runner-option {option}=PATH")
