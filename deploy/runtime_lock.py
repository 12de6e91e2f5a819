"""The part of requirements.lock that running dyadwire needs: python deploy/runtime_lock.py > runtime.lock

The lock says behind each package what asked for it (`# via`). What `[project] dependencies` names, and whatever those ask for, stays;
what only development asks for goes. Standard library alone, so that it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BUILD = frozenset({"setuptools"})
"""What builds the project itself."""


def main() -> None:
    """Print it."""
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf8")
    with (PROJECT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    sys.stdout.write(runtime(lock, {_name(line) for line in wanted} | BUILD))


def runtime(lock: str, roots: set[str]) -> str:
    """The sections of the lock that the roots lead to, in its order; a package may have several, for several versions of Python."""
    sections = _sections(lock)
    kept = {name for name, _ in sections if name in roots}
    while more := {name for name, text in sections if name not in kept and _asked_by(text) & kept}:
        kept |= more
    return "".join(text for name, text in sections if name in kept)


def _sections(lock: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lock.splitlines(keepends=True):
        if re.match(r"[A-Za-z0-9]", line):
            found.append((_name(line), line))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def _asked_by(section: str) -> set[str]:
    return {_name(line) for line in re.findall(r"^    #(?: via)?\s+([A-Za-z0-9][^\s(]*)", section, re.MULTILINE)}


def _name(requirement: str) -> str:
    """PEP 503's form of the name that a requirement begins with."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


if __name__ == "__main__":
    main()
