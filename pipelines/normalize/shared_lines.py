"""Lines that a site puts on many of its pages: learnt from articles that were read before, and taken out of those read next.

The list is a file that a run is given. What a page becomes then depends neither on which pages its worker has seen before nor on their
order, as it would with a memory in the worker. `dyadwire shared-lines` writes it, `shared_lines` in the settings names it.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

from pipelines.normalize import urls
from pipelines.normalize.blocks import is_prose, key_of

STORIES: Final = 5
"""Different stories of a site that a line must stand in."""
_MOST_PAGES: Final = 5_000
"""Pages of a site that are learnt from: more do not change the list, and take memory."""
_LONGEST: Final = 600
"""Characters above which a line is an article's own paragraph, whoever repeats it."""
_HEADER: Final = """\
# Lines that stand in several different stories of a site, and so in none of them.
# site      registrable domain
# line      first 16 hex digits of SHA-256 over the line's letters and digits in lower case
# stories   in how many different ones it was seen when it was learnt
"""


@dataclass(frozen=True, eq=False)
class SiteLines:
    """The lines of one site."""

    lines: frozenset[str] = frozenset()

    def __contains__(self, line: str) -> bool:
        return bool(self.lines) and _digest(line) in self.lines

    def without(self, text: str) -> str:
        """`text` without the paragraphs that are among them."""
        return "\n\n".join(line for line in text.split("\n\n") if line not in self) if self.lines else text


NO_LINES: Final = SiteLines()


@dataclass(frozen=True)
class SharedLines:
    """By site and line, in how many stories it was seen."""

    stories: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Eight hex digits over the sites and their lines; how often a line was seen decides nothing."""
        lines = sorted(f"{site} {line}" for site, found in self.stories.items() for line in found)
        return sha256("\n".join(lines).encode()).hexdigest()[:8]

    def of(self, url: str | None) -> SiteLines:
        """Those of a page's site."""
        site = urls.registrable_domain(url) if url and self.stories else None
        return SiteLines(frozenset(self.stories[site])) if site is not None and site in self.stories else NO_LINES

    def joined(self, other: SharedLines) -> SharedLines:
        """Both lists in one: what has been taken out of the articles already cannot be learnt from them again."""
        both: dict[str, Counter[str]] = defaultdict(Counter)
        for known in (self, other):
            for site, lines in known.stories.items():
                both[site] |= Counter(lines)
        return SharedLines(both)

    def write(self, path: Path) -> None:
        """Write the file, sorted: the same lines give the same bytes."""
        with path.open("w", encoding="utf8", newline="") as file:
            file.write(_HEADER)
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("site", "line", "stories"))
            rows.writerows((site, line, count) for site in sorted(self.stories) for line, count in sorted(self.stories[site].items()))

    @classmethod
    def read(cls, path: Path) -> SharedLines:
        """The file's lines.

        Raises:
            ValueError: it is not such a file.
            OSError: it cannot be read.
        """
        found: dict[str, dict[str, int]] = {}
        text = (line for line in path.read_text(encoding="utf8").splitlines() if line and not line.startswith("#"))
        try:
            for row in csv.DictReader(text):
                found.setdefault(row["site"], {})[row["line"]] = int(row["stories"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is no list of shared lines, as `dyadwire shared-lines` writes it: {error!r}") from error
        return cls(found)


@cache
def shared_lines(path: str | None) -> SharedLines:
    """The list in a file, read once a process; an empty one for None. Raises as `SharedLines.read`."""
    return SharedLines.read(Path(path)) if path else SharedLines()


def learn(pages: Iterable[tuple[str, str]], stories: int = STORIES) -> SharedLines:
    """The lines that stand in at least `stories` different stories of a site.

    Stories are told apart by their first paragraph of prose, so that copies and revisions of one count once.

    Args:
        pages: (URL, text) of articles; their order does not count up to `_MOST_PAGES` a site.
        stories: how many.
    """
    read: Counter[str] = Counter()
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for url, text in pages:
        site = urls.registrable_domain(url)
        lines = [line for line in text.split("\n\n") if key_of(line)]
        if site is None or not lines or read[site] >= _MOST_PAGES:
            continue
        read[site] += 1
        story = _digest(next((line for line in lines if is_prose(line)), lines[0]))
        for line in lines:
            if len(line) <= _LONGEST:
                seen[site, _digest(line)].add(story)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (site, line), told in sorted(seen.items()):
        if len(told) >= stories:
            found[site][line] = len(told)
    return SharedLines(found)


def _digest(line: str) -> str:
    return sha256(key_of(line).encode("utf8", "surrogatepass")).hexdigest()[:16]
