"""CPU time of the stage on the golden pages, step by step.

python tests/benchmarks/bench_normalize.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.context import RunContext
from pipelines.normalize import normalize
from pipelines.normalize.decode import decode
from pipelines.normalize.gate import admit
from pipelines.normalize.markup import parse
from pipelines.normalize.metadata import Described, full_metadata
from pipelines.normalize.signature import signature_of
from pipelines.normalize.voices import newspaper_text, resiliparse_text, trafilatura_text
from schemas import Document, Locator, MediaType

GOLDEN = Path(__file__).parents[1] / "normalize" / "golden"
CONTEXT = RunContext(run_id="bench", now=datetime(2026, 11, 24, tzinfo=UTC))


def main() -> None:
    """Print milliseconds a page for each step, and for the whole."""
    pages = [path.read_bytes() for path in sorted(GOLDEN.glob("*.html"))]
    texts = [decode(page).text for page in pages]
    admitted = [admit(text) for text in texts]
    trees = [parse(page) for page in admitted]
    _print("decode", decode, pages)
    _print("gate", admit, texts)
    _print("Resiliparse", resiliparse_text, admitted)
    _print("parse", parse, admitted)
    _print("metadata", lambda tree: full_metadata(Described.of(tree, None), CONTEXT.now), trees)
    _print("trafilatura", trafilatura_text, trees)
    _print("newspaper3k", newspaper_text, trees)
    _print("signature", signature_of, admitted)
    _print("the whole stage", _normalize, pages)
    _print("the whole stage, screened out", lambda page: _normalize(page, screen=lambda text: False), pages)


def _normalize(page: bytes, **options: Any) -> Any:
    document = Document(locator=Locator(kind="file", uri="x"), input="x", content=page, media_type=MediaType.HTML)
    return normalize(document, CONTEXT, **options)


def _print(name: str, step: Callable[[Any], Any], inputs: list[Any]) -> None:
    step(inputs[0])
    start = time.process_time()
    for given in inputs:
        step(given)
    print(f"{name:32s}{(time.process_time() - start) / len(inputs) * 1000:8.2f} ms a page")


if __name__ == "__main__":
    main()
