"""`dyadwire claims`: inputs in, claims out, nothing stored."""

from __future__ import annotations

import typer

from pipelines.cli.options import Inputs, Out, Strict, effective
from pipelines.cli.output import json_line, lines_to
from pipelines.cli.stages import Tally, articles_of, claims_of
from pipelines.words import counted


def claims(inputs: Inputs, out: Out = "-", strict: Strict = None) -> None:
    """Stop after extracting: a JSON line a claim, with all columns and `doc_id`."""
    settings = effective(strict=strict)
    tally = Tally()
    written = 0
    with lines_to(out) as stream:
        for claim in claims_of(articles_of(inputs, settings, tally), tally):
            stream.write(json_line(claim) + "\n")
            written += 1
    raise typer.Exit(tally.close(counted(written, "claim"), strict=settings.strict))
