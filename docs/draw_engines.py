"""Draw docs/engines.svg, which engine does what where, from the table of engines: python docs/draw_engines.py (or `make pictures`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from pipelines.engines import ENGINES, Engine  # noqa: E402 - the project need not be installed

OUT: Final = PROJECT / "docs" / "engines.svg"
STAGES: Final = (("Discover", "inputs → locators"), ("Work", "fetch, normalize, extract, stage"), ("Commit", "one key, once"))
WHERE: Final = {
    "in-process": ("the caller's process", "the caller, or N processes", "the caller"),
    "prism": ("Prism, a local server", "the caller, or a process", "the same worker"),
    "flink": ("job server and cluster", "Python beside each task manager", "one of them"),
    "spark": ("job server and cluster", "Python beside each executor", "one of them"),
    "dataflow": ("Google's service", "containers of your image", "one of them"),
}
"""Who runs the graph, who does the work, who commits."""
LEFT, WIDE, LANE, TOP, GAP = 130, 215, 46, 92, 14
GREEN, GREY, INK = "#2f6f4f", "#8a8f98", "#222"


def main() -> None:
    """Write the picture, or say with exit code 1 that it is not today's (`--check`)."""
    text = draw()
    if "--check" in sys.argv:
        sys.exit(0 if OUT.is_file() and OUT.read_text(encoding="utf8") == text else f"{OUT} is not what the table says; run: make pictures")
    OUT.write_text(text, encoding="utf8")


def draw() -> str:
    """The stages on top, a lane an engine below, the root at the foot."""
    width, height = LEFT + 3 * (WIDE + GAP) + 10, TOP + LANE * len(ENGINES) + 64
    foot = TOP + LANE * len(ENGINES) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" fill="{INK}">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        '<marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto"><path d="M0,0 L6,3 L0,6 z"/></marker>',
    ]
    for number, (name, about) in enumerate(STAGES):
        parts += _box(LEFT + number * (WIDE + GAP), 12, 40, name, about, GREEN, "white")
        if number:
            x = LEFT + number * (WIDE + GAP)
            parts.append(f'<line x1="{x - GAP}" y1="32" x2="{x - 2}" y2="32" stroke="{INK}" marker-end="url(#tip)"/>')
    for number, head in enumerate(("who runs the graph", "who does the work", "who commits")):
        parts.append(f'<text x="{LEFT + number * (WIDE + GAP) + WIDE / 2}" y="{TOP - 14}" text-anchor="middle" fill="#555">{head}</text>')
    for number, engine in enumerate(ENGINES.values()):
        parts += _lane(engine, TOP + number * LANE)
    parts += _box(
        LEFT, foot, 36, "ROOT", "staged files by the workers, then one commit: the same rows from every engine", "#f1ead7", INK, span=3
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lane(engine: Engine, y: int) -> Iterator[str]:
    yield f'<text x="8" y="{y + 16}" font-weight="bold">{escape(engine.name)}</text>'
    yield f'<text x="8" y="{y + 30}" fill="#555">{escape(engine.workers_option or "")}</text>'
    colour = INK if engine.shares_folders else GREY
    for number, words in enumerate(WHERE[engine.name]):
        said = words if engine.shares_folders or number < 2 else "refused: workers see no root"
        yield from _box(LEFT + number * (WIDE + GAP), y, 34, said, "", "#eef2f0" if engine.shares_folders else "#f4f4f4", colour)


def _box(x: int, y: int, height: int, name: str, about: str, fill: str, ink: str, span: int = 1) -> Iterator[str]:
    width = span * WIDE + (span - 1) * GAP
    middle = y + height / 2
    yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}"/>'
    line = middle + 4 if not about else middle - 3
    weight = ' font-weight="bold"' if about else ""
    yield f'<text x="{x + width / 2}" y="{line}" text-anchor="middle" fill="{ink}"{weight}>{escape(name)}</text>'
    if about:
        yield f'<text x="{x + width / 2}" y="{middle + 12}" text-anchor="middle" fill="{ink}" font-size="11">{escape(about)}</text>'


if __name__ == "__main__":
    main()
