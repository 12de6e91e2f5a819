"""What an answer says about when to come again: cache headers (RFC 9111), and a feed's own `ttl`, `skipHours` and `skipDays` (RSS 2.0)."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from pipelines.fetch.response import Response
from pipelines.stream.pace import Hints

_HEAD: Final = 16 * 1024
"""Bytes of a feed in which its own elements stand; entries follow."""
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_STORED: Final = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)\b", re.IGNORECASE)
_TTL: Final = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_SKIP_HOURS: Final = re.compile(rb"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HOUR: Final = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_SKIP_DAYS: Final = re.compile(rb"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_DAY: Final = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def of_response(response: Response, now: datetime) -> Hints:
    """The hints of an answer; what is malformed says nothing."""
    head = response.body[:_HEAD]
    fresh = [seconds for seconds in (_cached(response, now), _ttl(head)) if seconds is not None]
    hours = frozenset(int(hour) % 24 for block in _SKIP_HOURS.findall(head) for hour in _HOUR.findall(block))
    names = [day.decode().lower() for block in _SKIP_DAYS.findall(head) for day in _DAY.findall(block)]
    days = frozenset(_DAYS.index(name) for name in names if name in _DAYS)
    return Hints(fresh=max(fresh, default=None), skip_hours=hours, skip_days=days)


def _cached(response: Response, now: datetime) -> float | None:
    """RFC 9111, section 4.2.1: `max-age` goes before `Expires`; what shared caches held it for (`Age`) is taken off."""
    control = response.header("Cache-Control") or ""
    if _NOT_STORED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = response.header("Age") or ""
        return max(0.0, float(found[1]) - (float(age) if age.isdecimal() else 0.0))
    try:
        expires = parsedate_to_datetime(response.header("Expires") or "")
        return max(0.0, (expires - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _ttl(head: bytes) -> float | None:
    found = _TTL.search(head)
    return None if found is None else 60.0 * int(found[1])
