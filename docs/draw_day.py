"""Draw docs/day.svg, the day of an installation, from deploy/prefect.yaml: python docs/draw_day.py (or `make pictures`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import yaml

PROJECT: Final = Path(__file__).parents[1]
OUT: Final = PROJECT / "docs" / "day.svg"
LEFT, HOUR, LANE, TOP = 150, 30, 44, 40
COLOURS: Final = {"ingest": "#2f6f4f", "quality": "#7a5195", "maintain": "#b5651d", "backfill": "#5b6b7b", "stream": "#2b6cb0"}


def main() -> None:
    """Write the picture, or say with exit code 1 that it is not today's (`--check`)."""
    text = draw(yaml.safe_load((PROJECT / "deploy" / "prefect.yaml").read_text(encoding="utf8"))["deployments"])
    if "--check" in sys.argv:
        sys.exit(0 if OUT.read_text(encoding="utf8") == text else f"{OUT} is not what deploy/prefect.yaml says; run: make pictures")
    OUT.write_text(text, encoding="utf8")


def draw(deployments: list[dict[str, Any]]) -> str:
    """A lane a deployment, a mark a run, hours from left to right, UTC."""
    width, height = LEFT + 24 * HOUR + 20, TOP + LANE * len(deployments) + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">']
    parts.append(f'<rect width="{width}" height="{height}" fill="white"/>')
    for hour in range(0, 25, 3):
        x = LEFT + hour * HOUR
        parts.append(f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - 16}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{TOP - 14}" text-anchor="middle" fill="#555">{hour:02d}:00</text>')
    for number, deployment in enumerate(deployments):
        parts += _lane(deployment, TOP + number * LANE)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lane(deployment: dict[str, Any], y: int) -> Iterator[str]:
    flow = deployment["entrypoint"].rpartition(".")[2]
    yield f'<text x="8" y="{y + 18}" font-weight="bold">{escape(flow)}/{escape(deployment["name"])}</text>'
    schedules = [schedule["cron"] for schedule in deployment["schedules"] if schedule.get("active", True)]
    without = "when it is switched on" if deployment["schedules"] else "when it is asked for"
    yield f'<text x="8" y="{y + 32}" fill="#555">{escape(", ".join(schedules) or without)}</text>'
    for cron in schedules:
        for minute in _minutes(cron):
            x = LEFT + minute * HOUR / 60
            yield f'<rect x="{x:.1f}" y="{y + 8}" width="3" height="20" fill="{COLOURS[flow]}"/>'


def _minutes(cron: str) -> list[int]:
    """The minutes of a day at which a cron line with `*`, `*/N` or a number for minute and hour fires."""
    minute, hour, *rest = cron.split()
    if rest != ["*", "*", "*"]:
        raise ValueError(f"{cron!r} does not fire every day; teach docs/draw_day.py how to draw it")
    return [h * 60 + m for h in _values(hour, 24) for m in _values(minute, 60)]


def _values(part: str, end: int) -> range | list[int]:
    if part == "*":
        return range(end)
    return range(0, end, int(part[2:])) if part.startswith("*/") else [int(part)]


if __name__ == "__main__":
    main()
