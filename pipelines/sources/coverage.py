"""What a source's list covers: the rows of `runs.complete`, one a source and period, told once the list is read to its end.

A period is half-open, [since, until), UTC. `source` is the input that was listed: `feed:URL` (each feed by itself, also where a list of
feeds or a site named it), `sitemap:URL`, and `gdelt:` for all of GDELT, whatever period was asked for. Other sources say nothing.

`gap` is false: complete. All that the source listed for the period is committed, or stands in `rejected`. `since` is null where it is not
known how far back the list goes. A feed is complete from the poll before (at a first poll: from its oldest entry) to this poll; what a run
put off is not committed, so a source that still owes pages has no such row until a later run has fetched them, whose row then reaches
back to where the last one ended. Rows of one source may overlap, but between them is no hole.

`gap` is true: lost. When the feed was polled, its list no longer reached back to the poll before. What it listed between `since`, the
newest entry of that poll (or the time of the poll, where entries have no dates), and `until`, the oldest entry of this one, may never have
been seen. Neither is ever null. A gap stays one though a complete row covers it: what is complete are the complete rows without the gaps.

A run that brought nothing new writes no row in `runs`; its periods are told by the next one of the source that does. A gap is always
told, in the run that found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas import Completeness


@dataclass(frozen=True, kw_only=True)
class Poll:
    """One look at a feed."""

    source: str
    at: datetime
    """Start of the run that looked."""
    oldest: datetime | None
    """Date of the oldest entry that is listed now, None without dates."""
    known: bool
    """Whether anything that is listed now was listed at an earlier poll, or nothing at all is listed."""
    covered_until: datetime | None
    """End of the source's last complete row, None where it has none."""
    before: datetime | None
    """Date of the newest entry of the last poll (its time, without dates), None at a first poll."""


def of_poll(poll: Poll, since: datetime | None, until: datetime | None) -> list[Completeness]:
    """The rows of a poll; the complete one ends at the period that was asked for."""
    gap = lost(poll)
    start = poll.covered_until if poll.covered_until and not gap else poll.oldest
    whole = within(Completeness(source=poll.source, since=start, until=poll.at, gap=False), since, until)
    return [row for row in (gap, whole) if row is not None]


def lost(poll: Poll) -> Completeness | None:
    """The period of which the feed's entries may have come and gone unseen, None where the list reaches back to the last poll.

    It does where it still lists something that was known then, or something as old as the newest entry of then.
    """
    if poll.known or poll.before is None:
        return None
    end = poll.oldest or poll.at
    return Completeness(source=poll.source, since=poll.before, until=end, gap=True) if poll.before < end else None


def within(row: Completeness, since: datetime | None, until: datetime | None) -> Completeness | None:
    """What of a complete row lies in the period that was asked for; None for nothing."""
    start = max((moment for moment in (row.since, since) if moment is not None), default=None)
    end = min((moment for moment in (row.until, until) if moment is not None), default=None)
    if start is not None and end is not None and start >= end:
        return None
    return Completeness(source=row.source, since=start, until=end, gap=row.gap)
