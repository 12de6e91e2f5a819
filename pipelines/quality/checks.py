"""The checks: each takes what a day brought and gives a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from pipelines.quality.day import PAST, Day
from pipelines.quality.verdict import State, Verdict

_WEEKS: Final = PAST // timedelta(weeks=1)
_SHOWN: Final = 10


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What still counts as right. Shares are of 1."""

    least_volume: float = 0.5
    most_volume: float = 2.0
    """Of the median of the same weekday in the past."""
    least_past: int = 2
    """Weekdays in the past without which a volume is not judged."""
    rejected: float = 0.3
    """Inputs without an article, of all."""
    rejected_grew: float = 0.1
    """By how much one reason's share may grow over the weeks before."""
    host_rejected: float = 0.5
    host_inputs: int = 20
    """Hosts with fewer inputs are not judged."""
    pair_claims: int = 20
    """Claims a week without which a pair is not missed."""
    pair_growth: float = 5.0
    undated: float = 0.2
    copied: float = 0.5
    least_articles: int = 20
    """Articles a day without which shares are not judged."""


def check_day(day: Day, limits: Limits = Limits()) -> list[Verdict]:
    """All verdicts on a day."""
    return [
        _volume("articles", day.day, day.articles, limits),
        _volume("claims", day.day, day.claims, limits),
        _rejected(day, limits),
        _reasons(day, limits),
        _hosts(day, limits),
        _vanished(day, limits),
        _exploded(day, limits),
        _share("unknown dates", "articles without a date", day.undated, day.read, limits.undated, limits.least_articles),
        _share("copies", "articles that are copies", day.copied, day.read, limits.copied, limits.least_articles),
    ]


def _volume(what: str, day: date, counts: Mapping[date, int], limits: Limits) -> Verdict:
    past = [counts[before] for week in range(1, _WEEKS + 1) if (before := day - timedelta(weeks=week)) in counts]
    value, name = counts.get(day, 0), f"volume of {what}"
    if len(past) < limits.least_past:
        return Verdict(check=name, state="unknown", told=f"{value} {what}; too few {day:%A}s before to compare with", value=value)
    usual = median(past)
    right = limits.least_volume * usual <= value <= limits.most_volume * usual
    told = f"{value} {what}, usually {usual:.0f} on a {day:%A}"
    limit = f"{limits.least_volume * usual:.0f} to {limits.most_volume * usual:.0f}"
    return Verdict(check=name, state="ok" if right else "failed", told=told, value=value, limit=limit)


def _share(name: str, what: str, part: int, whole: int, limit: float, least: int) -> Verdict:
    if whole < least:
        return Verdict(check=name, state="unknown", told=f"{part} {what} of {whole}: too few to judge", limit=f"≤ {limit:.0%}")
    share = part / whole
    told = f"{part} {what} of {whole}, {share:.0%}"
    return Verdict(check=name, state="ok" if share <= limit else "failed", told=told, value=share, limit=f"≤ {limit:.0%}")


def _rejected(day: Day, limits: Limits) -> Verdict:
    failed = sum(day.rejected.values())
    return _share("rejected", "inputs rejected", failed, failed + day.read, limits.rejected, limits.least_articles)


def _reasons(day: Day, limits: Limits) -> Verdict:
    """A reason that takes a much larger share than before: a site that changed, a block, a broken parser."""
    now, before = day.read + sum(day.rejected.values()), day.read_before + sum(day.rejected_before.values())
    name, limit = "rejected by reason", f"grows by ≤ {limits.rejected_grew:.0%}"
    if now < limits.least_articles or before < limits.least_articles:
        return Verdict(check=name, state="unknown", told="too few inputs to compare with the weeks before", limit=limit)
    grown = {r: n / now - day.rejected_before.get(r, 0) / before for r, n in day.rejected.items()}
    over = sorted((r for r, by in grown.items() if by > limits.rejected_grew), key=lambda r: -grown[r])
    told = ", ".join(f"{r} +{grown[r]:.0%}" for r in over) or "no reason grew"
    return Verdict(check=name, state="failed" if over else "ok", told=told, limit=limit, examples=tuple(over[:_SHOWN]))


def _hosts(day: Day, limits: Limits) -> Verdict:
    inputs = {h: n + day.hosts.get(h, 0) for h, n in day.rejected_hosts.items()}
    judged = {h: day.rejected_hosts[h] / n for h, n in inputs.items() if n >= limits.host_inputs}
    over = sorted((h for h, share in judged.items() if share > limits.host_rejected), key=lambda h: -day.rejected_hosts[h])
    told = ", ".join(f"{h} {judged[h]:.0%}" for h in over[:_SHOWN]) or "no host stands out"
    limit = f"≤ {limits.host_rejected:.0%} of a host's inputs"
    return Verdict(check="rejected by host", state="failed" if over else "ok", told=told, limit=limit, examples=tuple(over[:_SHOWN]))


def _vanished(day: Day, limits: Limits) -> Verdict:
    usual = {pair: n / _WEEKS for pair, n in day.pairs_before.items() if n / _WEEKS >= limits.pair_claims}
    gone = sorted((pair for pair in usual if not day.pairs.get(pair)), key=lambda pair: -usual[pair])
    told = ", ".join(f"{pair} (usually {usual[pair]:.0f} a week)" for pair in gone[:_SHOWN]) or f"none of {len(usual)} pairs vanished"
    state = _state(bool(gone), bool(usual))
    return Verdict(check="pairs that vanished", state=state, told=told, limit="none", examples=tuple(gone[:_SHOWN]))


def _exploded(day: Day, limits: Limits) -> Verdict:
    usual = {pair: n / _WEEKS for pair, n in day.pairs_before.items()}
    over = [p for p, n in day.pairs.items() if n >= limits.pair_claims and p in usual and n > limits.pair_growth * max(usual[p], 1)]
    over.sort(key=lambda pair: -day.pairs[pair])
    told = ", ".join(f"{p} {day.pairs[p]} (usually {usual[p]:.0f} a week)" for p in over[:_SHOWN]) or "no pair exploded"
    limit = f"≤ {limits.pair_growth:g} times the usual"
    return Verdict(
        check="pairs that exploded", state=_state(bool(over), bool(usual)), told=told, limit=limit, examples=tuple(over[:_SHOWN])
    )


def _state(failed: bool, judged: bool) -> State:
    return "failed" if failed else "ok" if judged else "unknown"
