"""`dyadwire explain-page`: what each extractor gave for a page, and why the winner won."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.errors import CommandError, WrongCallError
from pipelines.cli.options import AsJson
from pipelines.cli.output import json_line, results
from pipelines.context import utc_now

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.normalize.decode import Decoded
    from pipelines.normalize.kind import Kind
    from pipelines.normalize.maintext import MainText
    from pipelines.normalize.page import ReadPage


def explain_page(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An HTML page, also gzipped.", show_default=False)],
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="The address that it was fetched from.", show_default=False)
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Show every extractor's lines, and which of them were kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """Which extractor's text was taken and why, what was repaired in it, and where each metadata value came from."""
    from pipelines.normalize.decode import BinaryContentError, decode
    from pipelines.normalize.facts import UnreadableInputError
    from pipelines.normalize.page import kind_of, read_whole_page

    content = _content(file)
    try:
        decoded = decode(content)
        kind = kind_of(decoded.text, url)
        page = read_whole_page(decoded.text, url, utc_now(), None)
    except (BinaryContentError, UnreadableInputError) as error:
        raise CommandError(f"{file} gives no article: {error}") from error
    if as_json:
        typer.echo(json_line(_record(decoded, kind, page)))
        return
    console = results()
    console.print(f"[bold]characters[/bold]  {len(decoded.text)} in {decoded.encoding}, by {decoded.how}")
    console.print(f"[bold]kind[/bold]        {f'{kind.reason}: {kind.why}; ingest rejects it' if kind else 'an article'}")
    _metadata(console, page)
    if page.main is not None:
        _voices(console, page.main)
        if lines:
            _lines(console, page.main)


def _record(decoded: Decoded, kind: Kind | None, page: ReadPage) -> dict[str, Any]:
    """All that is shown, the lines of each extractor among it."""
    main, origins = page.main, {origin.field: origin.origin for origin in page.metadata.origins()}
    voices = main.voices if main is not None else ()
    return {
        "characters": len(decoded.text),
        "encoding": decoded.encoding,
        "encoding_by": decoded.how,
        "rejected": None if kind is None else kind.reason,
        "rejected_why": None if kind is None else kind.why,
        "metadata": {name: {"value": value, "origin": origins[name]} for name, value in page.metadata.values().items()},
        "language": page.language,
        "extractor": None if main is None else main.extractor,
        "why": None if main is None else main.why,
        "text": None if main is None else main.text,
        "extractors": [{"name": v.name, "text": v.raw, "kept": v.length, "dropped": dict(v.dropped)} for v in voices],
    }


def _content(file: Path) -> bytes:
    import gzip

    try:
        content = file.read_bytes()
        return gzip.decompress(content) if file.suffix == ".gz" else content
    except (OSError, EOFError) as error:
        raise WrongCallError(f"{file} cannot be read: {error}") from error


def _metadata(console: Console, page: ReadPage) -> None:
    from rich.table import Table

    origins = {origin.field: origin.origin for origin in page.metadata.origins()}
    table = Table("field", "value", "origin", box=None, header_style="bold")
    for name, value in page.metadata.values().items():
        table.add_row(name, ", ".join(value) if isinstance(value, tuple) else str(value), origins[name])
    table.add_row("language", page.language or "not known", "text")
    console.print(table)


def _voices(console: Console, main: MainText) -> None:
    from rich.table import Table

    table = Table("extractor", "characters", "kept", "taken out, by reason", box=None, header_style="bold")
    for voice in main.voices:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(voice.dropped.items()))
        mark = "→ " if voice.name == main.extractor else "  "
        table.add_row(mark + voice.name, str(len(voice.raw)), str(voice.length), reasons or "nothing")
    console.print(table)
    console.print(f"[bold]{main.extractor}[/bold] was taken: {main.why}. {len(main.text)} characters.")


def _lines(console: Console, main: MainText) -> None:
    from rich.markup import escape

    kept = set(main.text.split("\n\n"))
    for voice in main.voices:
        console.print(f"\n[bold]{voice.name}[/bold]")
        for line in filter(None, voice.raw.split("\n")):
            console.print(f"  [green]+[/green] {escape(line)}" if line in kept else f"  [red]-[/red] [dim]{escape(line)}[/dim]")
