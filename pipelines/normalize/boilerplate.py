"""What stands around the paragraphs of an article, as `data/boilerplate.toml` lists it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, eq=False)  # hashed as the one object that it is, not by its expressions
class Boilerplate:
    """Compiled expressions."""

    element: re.Pattern[str]
    """Searched in `class` and `id` joined by spaces, in lower case, with a space at both ends."""
    begins: re.Pattern[str]
    whole: re.Pattern[str]
    ends: re.Pattern[str]
    longest: int

    @lru_cache(maxsize=20_000)  # noqa: B019, there is one instance, and it lives as long as the process
    def is_line(self, line: str) -> bool:
        """Whether a line is none of the article's. The voices on a page share most lines, so answers are kept."""
        return bool(self.whole.fullmatch(line)) or (len(line) <= self.longest and bool(self.begins.match(line)))

    def is_end(self, line: str) -> bool:
        """Whether a line is the heading of what follows an article."""
        return bool(self.ends.fullmatch(line))


@cache
def boilerplate() -> Boilerplate:
    """The expressions, read once."""
    data = tomllib.loads(files(__package__).joinpath("data", "boilerplate.toml").read_text(encoding="utf8"))
    tokens = "|".join(sorted(map(re.escape, data["elements"]["tokens"]), key=len, reverse=True)).replace("\\-", "[-_]?")
    whole = "|".join(map(re.escape, data["elements"]["whole"]))
    return Boilerplate(
        element=re.compile(rf"(?<![a-z0-9])(?:{tokens})(?![a-z0-9])|(?<= )(?:{whole})(?= )"),
        begins=re.compile("|".join(f"(?:{e})" for e in data["lines"]["begins"]), re.IGNORECASE),
        whole=re.compile("|".join(f"(?:{e})" for e in data["lines"]["whole"]), re.IGNORECASE),
        ends=re.compile("|".join(f"(?:{e})" for e in data["lines"]["ends"]), re.IGNORECASE),
        longest=data["lines"]["longest"],
    )
