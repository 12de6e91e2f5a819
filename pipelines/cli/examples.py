"""The examples that `--help` shows: each runs as written, in a folder with the dataset `data` (a test does it).

What needs the net stands with `--dry-run`, or in docs/sources.md.
"""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "ingest": ("dyadwire ingest news/*.html --root data", "dyadwire ingest archive.jsonl --root data --workers 2"),
    "backfill": (
        "dyadwire backfill 'news/%Y-%m-%d*.html' --since 2026-11-01 --until 2026-12-01 --root data",
        "dyadwire backfill gdelt: --since 2026-01-01 --until 2026-01-02 --by hour --root data --dry-run",
        "dyadwire backfill articles: --since 2026-11-01 --until 2026-12-01 --root data",
    ),
    "stream": ("dyadwire stream news --root data --for 1",),
    "articles": ("dyadwire articles page.html",),
    "claims": ("dyadwire claims page.html --out claims.jsonl",),
    "retry": ("dyadwire retry --root data",),
    "show": ("dyadwire show IRN-PAK --root data --since 2026-11-01", "dyadwire show iran-pakistan --type AGREE --root data --json"),
    "explain": ('dyadwire explain "Peru condemned Chile\'s seizure of a boat from Ecuador."',),
    "explain-page": ("dyadwire explain-page page.html",),
    "schema": ("dyadwire schema claims",),
    "series": ("dyadwire series IRN-PAK --root data",),
    "export": ("dyadwire export --out iran-pakistan --pair IRN-PAK --root data",),
    "status": ("dyadwire status --root data",),
    "runs": ("dyadwire runs --root data", "dyadwire runs --since 2026-11-23 --root data --json"),
    "complete": ("dyadwire complete --root data", "dyadwire complete --since 2026-11-23 --until 2026-11-24 --root data"),
    "quality": ("dyadwire quality --root data",),
    "maintain": ("dyadwire maintain --root data",),
    "verify": ("dyadwire verify --root data",),
    "compact": ("dyadwire compact --root data",),
    "reextract": ("dyadwire reextract --root data --to-root beside",),
    "diff": ("dyadwire diff data beside",),
    "shared-lines": ("dyadwire shared-lines --out shared-lines.csv --root data",),
    "forget": ("dyadwire forget --url https://news.example/a-page --root data",),
    "rules": ("dyadwire rules list",),
    "settings": ("dyadwire settings",),
    "doctor": ("dyadwire doctor --root data",),
}


def epilog(verb: str) -> str | None:
    """The examples of a verb as Markdown, None where it has none."""
    lines = [f"- `{example}`" for example in EXAMPLES.get(verb, ())]
    return "\n\n".join([f"Example{'' if len(lines) == 1 else 's'}:", *lines]) if lines else None
