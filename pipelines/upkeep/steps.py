"""The steps of upkeep, in their order, each a call of its own so that a flow can show and repeat it alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipelines.context import utc_now
from pipelines.dataset import open_root
from pipelines.dataset.checks import Finding
from pipelines.dataset.clean import Cleaned, clean
from pipelines.dataset.compact import Compacted, compact_all
from pipelines.dataset.verify import verify
from pipelines.settings import Settings
from pipelines.upkeep.archive import Expired, expire
from pipelines.upkeep.disk import Forecast, forecast
from pipelines.web import RAW
from pipelines.words import counted


@dataclass(frozen=True)
class Upkeep:
    """What was done and found."""

    merged: tuple[Compacted, ...]
    cleared: Cleaned
    expired: Expired
    findings: tuple[Finding, ...]
    """Of `verify`; none for a sound root."""
    disk: Forecast


def maintain(settings: Settings, root: Path) -> Upkeep:
    """All steps.

    Raises:
        RootError: there is no dataset below `root`.
    """
    open_root(root, create=False)
    return Upkeep(merge(root), clear(root, settings.retention_days), expire_raw(root, settings.raw_days), sound(root), forecast_of(root))


def merge(root: Path) -> tuple[Compacted, ...]:
    """Small files into larger ones."""
    return tuple(compact_all(open_root(root)))


def clear(root: Path, retention_days: float) -> Cleaned:
    """Superseded files past the retention, orphans, and leftovers of crashed runs."""
    return clean(root, retention=timedelta(days=retention_days))


def expire_raw(root: Path, raw_days: float | None) -> Expired:
    """Pages of the raw archive that are older than the policy allows."""
    return expire(root / RAW, None if raw_days is None else timedelta(days=raw_days), utc_now())


def sound(root: Path) -> tuple[Finding, ...]:
    """What `verify` found."""
    return tuple(finding for check in verify(open_root(root, create=False)) for finding in check.findings)


def forecast_of(root: Path) -> Forecast:
    """The disk today and when it will be full."""
    return forecast(open_root(root, create=False), utc_now())


def lines(done: Upkeep) -> list[str]:
    """What was done, a line a step, for people."""
    before, after = sum(m.files_before for m in done.merged), sum(m.files_after for m in done.merged)
    disk, gone = done.disk, done.cleared
    growth = "growth not known yet" if disk.daily is None else f"{disk.daily / 1e6:+.1f} MB a day"
    left = "" if disk.days_left is None else f", full in {disk.days_left:.0f} days"
    return [
        f"merged {counted(before, 'small file')} into {after}",
        f"cleared {counted(gone.superseded, 'superseded file')}, {counted(gone.log_files, 'log file')}, {gone.left_over} left over",
        f"expired {counted(done.expired.files, 'archive file')} of raw pages, {done.expired.bytes / 1e6:.1f} MB",
        f"verified: {counted(len(done.findings), 'finding') if done.findings else 'sound'}",
        f"disk: {disk.used / 1e6:.1f} MB used, {disk.raw / 1e6:.1f} MB of it raw pages, {disk.free / 1e9:.1f} GB free; {growth}{left}",
    ]


def markdown(root: Path, done: Upkeep) -> str:
    """The same as a list, with the findings."""
    found = [f"- {finding.check}, {finding.dataset}: {finding.detail}" for finding in done.findings]
    return "\n".join(
        [f"# Upkeep of {root}", "", *(f"- {line}" for line in lines(done)), *(["", "**Damage**", "", *found] if found else [])]
    )


class DamagedRootError(RuntimeError):
    """A root that `verify` found something wrong with."""


def check(done: Upkeep) -> Upkeep:
    """The same.

    Raises:
        DamagedRootError: something was found; the message names the remedy.
    """
    if done.findings:
        raise DamagedRootError(
            f"{counted(len(done.findings), 'finding')}, the first: {done.findings[0].detail}; `dyadwire verify --repair`"
        )
    return done
