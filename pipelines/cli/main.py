"""The entry point: a table of verbs, each of which is a module that is imported only when the verb is called.

`dyadwire --help` answers from the table alone. A verb's target is a function with Typer's annotations, or a `typer.Typer` with verbs
of its own.
"""

from __future__ import annotations

import importlib
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from pipelines.cli.errors import DONE, FAILED, WRONG_CALL, CommandError
from pipelines.cli.examples import epilog
from pipelines.cli.stopping import Stop, Stopped, stoppable
from pipelines.version import RELEASE


@dataclass(frozen=True)
class Verb:
    """A line of the table."""

    target: str
    """`module:name` of the function or of the `typer.Typer`."""
    help: str
    panel: str


_DATA, _READ, _KEEP, _RULES, _SELF = "From article to row", "Reading", "Keeping the dataset", "Rules", "About this installation"

VERBS: Final[dict[str, Verb]] = {
    "ingest": Verb("pipelines.cli.ingest:ingest", "The whole job: inputs in, dataset out.", _DATA),
    "backfill": Verb("pipelines.cli.backfill:backfill", "Fill a period of the past, slice by slice; resumable.", _DATA),
    "stream": Verb("pipelines.cli.stream:stream", "Watch sources and read what is new, until stopped.", _DATA),
    "articles": Verb("pipelines.cli.articles:articles", "Stop after normalizing: a JSON line an article.", _DATA),
    "claims": Verb("pipelines.cli.claims:claims", "Stop after extracting: a JSON line a claim.", _DATA),
    "retry": Verb("pipelines.cli.retry:retry", "Try again what was rejected and is due.", _DATA),
    "sources": Verb("pipelines.cli.sources:app", "Which feeds of a list answer today.", _DATA),
    "show": Verb("pipelines.cli.show:show", "The claims of two countries, newest first, with their evidence.", _READ),
    "explain": Verb("pipelines.cli.explain:explain", "Why a sentence gave the claims that it gave, and no others.", _READ),
    "explain-page": Verb("pipelines.cli.explain_page:explain_page", "What each extractor gave for a page, and why the winner won.", _READ),
    "page": Verb("pipelines.cli.page:page", "The archived page that a claim was read from.", _READ),
    "schema": Verb("pipelines.cli.schema:schema", "The columns of the datasets, with type, meaning and example.", _READ),
    "series": Verb("pipelines.cli.series:series", "Distinct events of two countries by week or month.", _READ),
    "export": Verb("pipelines.cli.export:export", "One snapshot as plain files, with dictionary and checksums.", _READ),
    "status": Verb("pipelines.cli.status:status", "Rows, files, versions, and which extractors read the articles.", _KEEP),
    "runs": Verb("pipelines.cli.runs:runs", "What happened last night: runs, and what each brought.", _KEEP),
    "complete": Verb("pipelines.cli.complete:complete", "Which periods of each source are all there.", _KEEP),
    "quality": Verb("pipelines.cli.quality:quality", "Is what a day brought as it should be?", _KEEP),
    "maintain": Verb("pipelines.cli.maintain:maintain", "Merge, clear, expire, verify, and forecast the disk.", _KEEP),
    "verify": Verb("pipelines.cli.verify:verify", "Is the dataset sound? Mend it with --repair.", _KEEP),
    "compact": Verb("pipelines.cli.compact:compact", "Merge small files, clear away superseded ones.", _KEEP),
    "reextract": Verb("pipelines.cli.reextract:reextract", "Read stored articles again with the current extractor.", _KEEP),
    "diff": Verb("pipelines.cli.diff:diff", "What two datasets claim differently.", _KEEP),
    "shared-lines": Verb("pipelines.cli.shared_lines:shared_lines", "Which lines sites put on many of their pages.", _KEEP),
    "forget": Verb("pipelines.cli.forget:forget", "Erase articles for good.", _KEEP),
    "rules": Verb("pipelines.cli.rules:app", "Test, list and count the extraction rules.", _RULES),
    "doctor": Verb("pipelines.cli.doctor:doctor", "What is missing here, and what to do about it.", _SELF),
    "settings": Verb("pipelines.cli.settings:settings", "What is set, and where from.", _SELF),
}


_USERS_MISTAKES: Final = frozenset({"SettingsError", "UnknownCountryError", "RootError", "UnknownSchemeError", "RuleError"})
"""By name, since importing the classes would cost more than most commands; each says its remedy."""


class LazyGroup(TyperGroup):
    """A group that shows its commands from the table and imports only the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in VERBS:
            return args[0], load(args[0]), args[1:]
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """The command behind a verb of the table, its module imported."""
    verb = VERBS[name]
    module, _, attribute = verb.target.partition(":")
    target = getattr(importlib.import_module(module), attribute)
    if isinstance(target, typer.Typer):
        group = typer.main.get_command(target)
        group.epilog = epilog(name)
        return group
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    app.command(name=name, no_args_is_help=_needs_arguments(target), epilog=epilog(name))(target)
    return typer.main.get_command(app)


def _needs_arguments(target: Callable[..., Any]) -> bool:
    return bool(getattr(target, "no_args_is_help", False))


def _app() -> typer.Typer:
    app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    app.callback(
        epilog="Exit codes: 0 done, 1 the job failed, 2 the call was wrong. Results go to standard output, logs to standard error."
    )(_callback)
    for name, verb in VERBS.items():
        app.command(name=name, help=verb.help, rich_help_panel=verb.panel)(_stands_for_a_verb)
    return app


def _stands_for_a_verb() -> None:
    """Shown in the list of verbs, never called: `LazyGroup` puts the real command in its place."""


def _print_release(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"dyadwire {RELEASE}\n")
        raise typer.Exit


def _callback(
    version: Annotated[bool, typer.Option("--version", help="Print the release and stop.", is_eager=True, callback=_print_release)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere.")] = False,
) -> None:
    """Turn news into a dataset of claims between countries, each row with the sentence that proves it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    with stoppable() as stop:
        try:
            code = _run([a for a in given if a != "--debug"], debug=debug, stop=stop)
        except Stopped:
            code = stop.exit_code
    if stop.number is not None:
        _leave(stop, given)
    sys.exit(code)


def _leave(stop: Stop, given: Sequence[str]) -> NoReturn:
    """Say how to go on, and go without waiting for threads that a runner may still have under way: they write only what nobody reads."""
    sys.stderr.write("dyadwire: stopped. What was committed stays; the same command goes on from there:\n")
    sys.stderr.write(f"    {shlex.join(['dyadwire', *given])}\n")
    sys.stderr.flush()
    os._exit(stop.exit_code)


def _run(arguments: list[str], *, debug: bool, stop: Stop) -> int:
    try:
        result = _app()(arguments, prog_name="dyadwire", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except BrokenPipeError:
        # whoever read the output has gone (`| head`): nothing is left to do, and Python must not complain at its exit either
        sys.stdout = None  # type: ignore[assignment]
        return DONE
    except Exception as error:
        if stop.number is not None:
            return stop.exit_code  # whatever else went wrong, it went wrong because of that
        if debug:
            raise
        return _tell(error)
    return result if isinstance(result, int) else DONE


def _tell(error: Exception) -> int:
    """Say what went wrong in one line and give the exit code."""
    if isinstance(error, CommandError):
        sys.stderr.write(f"dyadwire: {error}\n")
        return error.exit_code
    if type(error).__name__ in _USERS_MISTAKES:
        sys.stderr.write(f"dyadwire: {error}\n")
        return WRONG_CALL
    sys.stderr.write(f"dyadwire failed: {type(error).__name__}: {error}\n(--debug shows where)\n")
    return FAILED


if __name__ == "__main__":
    main()
