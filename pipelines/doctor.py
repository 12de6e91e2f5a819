"""What an installation needs, checked one by one, each with what to do about it."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final, Literal

from pipelines.settings import Settings, SettingsError, load_settings

State = Literal["ok", "warning", "failed"]

_LEAST_FREE: Final = 2_000_000_000
"""Bytes on the root's disk below which a warning is due: a raw archive file and a compaction side by side need less."""
_MODULES: Final = ("apache_beam", "deltalake", "lxml", "prefect", "pyarrow", "spacy", "trafilatura")
"""Those with compiled parts, or that have broken on import before."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    told: str
    remedy: str | None = None


def examine(root: str | None = None) -> Iterator[Finding]:
    """Look at everything; a check that breaks is a finding itself.

    Args:
        root: the dataset's root; None asks the settings.
    """
    for what, check in _checks(root).items():
        try:
            yield from check()
        except Exception as error:  # the doctor must come to the end of his round
            yield Finding(what, "failed", f"{type(error).__name__}: {error}", "see the error; --debug of the failing command shows more")


def _checks(root: str | None) -> dict[str, Callable[[], Iterator[Finding]]]:
    return {
        "Python": _python,
        "packages": _packages,
        "model": _model,
        "settings": _settings,
        "root": lambda: _root(root or _loaded().root),
        "net": _net,
        "Prefect": _prefect,
    }


def _loaded() -> Settings:
    try:
        return load_settings()
    except SettingsError:
        return Settings.model_construct()


def _python() -> Iterator[Finding]:
    right = sys.version_info >= (3, 11)
    yield Finding("Python", "ok" if right else "failed", sys.version.split()[0], None if right else "install Python 3.11 or later")


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    wrong = []
    for line in requires("dyadwire") or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} {found} is not {wanted.specifier}")
    broken = [f"{name} cannot be imported" for name in _MODULES if not _imports(name)]
    told = "; ".join([*wrong, *broken]) or f"all there; apache-beam {version('apache-beam')}, prefect {version('prefect')}"
    yield Finding("packages", "failed" if wrong or broken else "ok", told, "make setup" if wrong or broken else None)


def _imports(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # whatever a package does at its import, it cannot be used
        return False
    return True


def _model() -> Iterator[Finding]:
    from pipelines.claims.parse import model

    meta = model().meta
    yield Finding("model", "ok", f"{meta['lang']}_{meta['name']} {meta['version']}, weights as expected")


def _settings() -> Iterator[Finding]:
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("settings", "failed", str(error), "correct it; `dyadwire settings` shows what holds")
        return
    yield Finding("settings", "ok", f"{len(settings.sources)} sources, {settings.workers} workers")


def _root(root: str | None) -> Iterator[Finding]:
    from pipelines.dataset import RootError, open_root

    if not root:
        yield Finding("root", "warning", "no dataset is named", "give --root ROOT, or set `root` in dyadwire.toml or DYADWIRE_ROOT")
        return
    path = Path(root)
    if not path.exists():
        yield from _can_be_made(path)
        return
    try:
        layout = open_root(root, create=False)
    except RootError as error:
        yield Finding("root", "failed", str(error), "name another folder, or follow what it says")
        return
    writable = os.access(layout.root, os.W_OK) and os.access(layout.tmp if layout.tmp.exists() else layout.root, os.W_OK)
    told = f"{layout.root} can be read" + (" and written" if writable else ", not written")
    yield Finding("root", "ok" if writable else "failed", told, None if writable else "check its owner and permissions")
    yield _free(layout.root)


def _can_be_made(path: Path) -> Iterator[Finding]:
    parent = next(p for p in path.absolute().parents if p.exists())
    right = os.access(parent, os.W_OK)
    told = f"{path} does not exist yet and {'will be made' if right else f'{parent} cannot be written'}"
    yield Finding("root", "ok" if right else "failed", told, None if right else "name another folder")
    yield _free(parent)


def _free(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    low = free < _LEAST_FREE
    remedy = "`dyadwire maintain`, a shorter `raw_days`, or a larger disk" if low else None
    return Finding("disk", "failed" if low else "ok", f"{free / 1e9:.1f} GB free", remedy)


def _net() -> Iterator[Finding]:
    contact = _loaded().contact
    remedy = None if contact else "set `contact` (DYADWIRE_CONTACT) to a page or address where a site's owner reaches you"
    yield Finding("net", "ok" if contact else "warning", f"contact {contact}" if contact else "nothing remote will be fetched", remedy)


def _prefect() -> Iterator[Finding]:
    import httpx

    api = os.environ.get("PREFECT_API_URL")
    if not api:
        yield Finding("Prefect", "ok", "no server is named; flows start a temporary one")
        return
    try:
        answer = httpx.get(f"{api.rstrip('/')}/health", timeout=5, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        remedy = "start it: `prefect server start`, or correct PREFECT_API_URL"
        yield Finding("Prefect", "failed", f"{api} does not answer: {error or type(error).__name__}", remedy)
        return
    yield Finding("Prefect", "ok", f"{api} answers")
