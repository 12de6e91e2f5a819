"""Time expressions in running text: one pattern a construction, whose reader in `periods` gives the days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from pipelines.claims.periods import READERS
from schemas import Precision


@dataclass(frozen=True)
class Hit:
    """A time expression; offsets within the text."""

    start: date | None
    end: date | None
    precision: Precision
    begin: int
    finish: int
    future: bool = False


_M: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Mar(?=\s\d)|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_D: Final = r"(?:Mon(?:day|\.)|Tues?(?:day|\.)|Wed(?:nesday|\.)|Thu(?:r?s)?(?:day|\.)|Fri(?:day|\.)|Sat(?:urday|\.)|Sun(?:day|\.))"
_Y: Final = r"(?:1[89]\d\d|20\d\d)"
_DD: Final = (
    r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[:.]\d|,\d|\s?(?:percent|per cent|%|km|people|soldiers|missiles|million|billion))"
)
_SEP: Final = r"\s?(?:-|–|—|to|and|through|until)\s?"
_NAMELIKE: Final = "|".join(
    rf"(?<={word} )"
    for word in (
        *(
            "in",
            "In",
            "during",
            "During",
            "since",
            "Since",
            "until",
            "Until",
            "by",
            "By",
            "of",
            "late",
            "early",
            "mid",
            "last",
            "this",
            "next",
        ),
        *("before", "Before", "after", "After", "through", "from", "and", "to", "for"),
    )
)
"""What May, March, April and June stand behind when they are months and no verb, march or woman."""
_MEASURES: Final = (
    "km|miles|tons|tonnes|people|soldiers|troops|workers|barrels|MW|feet|meters|metres|kilometers|kilometres|dollars|euros|percent"
)
"""What makes four digits before it an amount, not a year."""
_HINT: Final = re.compile(
    r"\d|[Dd]ay|[Ww]eek|[Mm]onth|[Yy]ear|[Tt]o(?:morrow|night)|[Nn]ight|[Mm]orning|[Aa]fternoon|[Ee]vening|[Qq]uarter|[Hh]alf of|[Dd]ecade"
    r"|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon\.|Tue|Wed|Thu|Fri|Sat|Sun"
)
"""What every time expression has some of; sentences without it are not looked at twice."""
_NOT_AFTER: Final = r"(?<![\w$€£¥/.-])"


def find(text: str, published: date | None, *, ahead: bool = False) -> Iterator[Hit]:
    """The time expressions of a text, left to right; longer readings win over shorter ones."""
    if not _HINT.search(text):
        return
    taken = 0
    for match in _pattern().finditer(text):
        if match.start() < taken:
            continue
        name = match.lastgroup
        assert name is not None
        groups = {k: v for k, v in match.groupdict().items() if v is not None}
        period = READERS[name](groups, published, ahead)
        if period is None:
            continue
        taken = match.end()
        yield Hit(period.start, period.end, period.precision, match.start(), match.end(), period.future)


@cache
def _pattern() -> re.Pattern[str]:
    """One alternative a construction; the group that closes it names its reader."""
    count = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    alternatives = (
        rf"(?P<iy>{_Y})-(?P<im>\d\d)-(?P<id>\d\d)(?P<iso>)",
        # May 2024 - June 2024; January to March 2020; between June and August 2019
        rf"(?:between |from )?(?P<m1>{_M})(?:,? (?P<my1>{_Y}))?{_SEP}(?P<m2>{_M}) (?P<my2>{_Y})(?P<months>)",
        # Sept. 2-4, 2019; September 2 to 4
        rf"(?P<rm>{_M}) (?P<rd1>{_DD}){_SEP}(?:(?P<rm2>{_M}) )?(?P<rd2>{_DD})(?:,? (?P<ry>{_Y}))?(?P<days>)",
        rf"(?P<qd1>{_DD}){_SEP}(?P<qd2>{_DD}) (?:of )?(?P<qm>{_M})(?:,? (?P<qy>{_Y}))?(?P<days_first>)",
        # November 3, 2020; Nov. 3; 3 November 2020; the 3rd of November
        rf"(?:{_D},? )?(?P<dm>{_M}) (?P<dd>{_DD})(?:,? (?P<dy>{_Y})(?!\w))?(?P<day>)",
        rf"(?:{_D},? )?(?:the )?(?P<ed>{_DD}) (?:of )?(?P<em>{_M})(?![a-z])(?:,? (?P<ey>{_Y})(?!\w))?(?P<day_first>)",
        # early/late/mid June 2025, last June, this March
        rf"(?:(?:early|late|mid)[- ])?(?P<nm>{_M})(?: of|,)? (?P<ny>{_Y})(?!\w)(?P<month>)",
        rf"(?:between|from) (?P<by1>{_Y})(?: (?:and|to|until|through) |-|–)(?P<by2>{_Y})(?!\w)(?P<years>)",
        rf"(?P<hy1>{_Y})(?:-|–)(?P<hy2>{_Y}|\d\d)(?![\w-])(?P<years_dash>)",
        rf"[Ss]ince (?:(?P<sm>{_M}) )?(?P<sy>{_Y})(?!\w)(?P<since>)",
        rf"[Ss]ince (?P<sm2>{_M})(?![\w])(?P<since_month>)",
        rf"[Ss]ince (?:last )?(?P<swd>{_D})(?![\w])(?P<since_day>)",
        rf"(?:the )?(?P<qn>first|second|third|fourth|last) quarter(?: (?:of )?(?P<qyr>{_Y}|last year|this year))?(?P<quarter>)",
        rf"Q(?P<q2>[1-4])(?:,? (?:of )?(?P<q2y>{_Y}))?(?![\w])(?P<quarter_short>)",
        rf"(?:the )?(?P<half>first|second) half of (?P<halfy>{_Y}|last year|this year|the year)(?P<half_year>)",
        r"(?P<decade>1[89]\d0|20\d0)s(?!\w)(?P<decades>)",
        # relative
        r"(?P<rel>(?i:the day before yesterday|the day after tomorrow|yesterday|today|tomorrow|tonight|last night"
        r"|this morning|this afternoon|this evening))(?!\w)(?P<near>)",
        rf"(?P<which>(?i:last|this|next|past|previous|coming)) (?P<wd>{_D})(?![\w])(?P<weekday_of>)",
        rf"(?P<wd2>{_D})(?:'s|’s)?(?![\w])(?: (?:morning|afternoon|evening|night))?"
        r"(?:,? (?:of )?(?P<rwhich>last|this|next) week)?(?P<weekday>)",
        r"(?:(?P<part>(?i:earlier|later|late|early)) )?(?P<which2>(?i:last|this|next|past|previous|coming)) "
        r"(?P<unit>week|weekend|month|year|quarter|decade)(?:'s|’s)?(?![\w])(?P<unit_of>)",
        rf"(?P<which3>(?i:last|this|next|past|coming)) (?P<relm>{_M})(?![\w])(?P<month_of>)",
        rf"(?P<n>(?i:{count})) (?P<agounit>day|week|month|year)s? (?P<dir>ago|earlier today|from now)(?P<ago>)",
        rf"[Ii]n (?P<n2>{count}) (?P<inunit>day|week|month|year)s?(?:'|’)? time(?P<in_time>)",
        rf"(?:[Ii]n|[Oo]ver|[Dd]uring) the (?:last|past) (?P<n3>{count} )?(?P<pastunit>day|week|month|year)s?(?P<past>)",
        # bare
        rf"(?:(?:early|late|mid)[- ])?(?P<bm>{_M})(?:'s|’s)?{_SEP}(?P<bm2>{_M})(?![\w])(?P<bare_months>)",
        rf"(?:{_NAMELIKE})(?P<bm3>May|March|April|June)(?:'s|’s)?(?![\w])(?P<bare_month>)",
        r"(?P<bm4>January|February|July|August|September|October|November|December)(?:'s|’s)?(?![\w])(?P<bare_full_month>)",
        rf"(?P<y>{_Y})(?:'s|’s)?(?![\w%]|-\w|[–,.:/]\d| ?(?:{_MEASURES}))(?P<year>)",
    )
    return re.compile("|".join(_NOT_AFTER + "(?:" + a + ")" for a in alternatives))
