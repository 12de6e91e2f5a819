"""`dyadwire articles`: inputs in, clean articles out."""

from __future__ import annotations

import typer

from pipelines.cli.options import Inputs, Out, Strict, effective
from pipelines.cli.output import json_line, lines_to
from pipelines.cli.stages import Tally, articles_of
from pipelines.words import counted


def articles(inputs: Inputs, out: Out = "-", strict: Strict = None) -> None:
    """Stop after normalizing: a JSON line an article, with all its fields and `doc_id`.

    Every page is extracted as well as it can be, whether or not it names two countries.
    """
    settings = effective(strict=strict)
    tally = Tally()
    with lines_to(out) as stream:
        for article in articles_of(inputs, settings, tally):
            stream.write(json_line(article) + "\n")
    raise typer.Exit(tally.close(counted(tally.articles, "row"), strict=settings.strict))
