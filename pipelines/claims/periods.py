"""The days that time expressions stand for: calendar arithmetic and a reader for each construction of `calendar_words`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schemas import Precision


@dataclass(frozen=True)
class Period:
    """The days that an expression stands for, both inclusive."""

    start: date
    end: date | None
    precision: Precision
    future: bool = False


_MONTHS: Final = {
    name: i
    for i, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS: Final = {
    name: i
    for i, names in enumerate(
        ("monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thur thu", "friday fri", "saturday sat", "sunday sun")
    )
    for name in names.split()
}
_COUNTS: Final = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())} | {
    "a": 1,
    "an": 1,
    "several": 0,
    "few": 0,
}
_QUARTERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def _day(year: int, month: int, day: int, *, future: bool = False) -> Period | None:
    try:
        at = date(year, month, day)
    except ValueError:
        return None
    return Period(at, at, Precision.DAY, future)


def _month(year: int, month: int, *, future: bool = False) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), Precision.MONTH, future)


def _year(year: int, *, future: bool = False) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), Precision.YEAR, future)


def _quarter(year: int, quarter: int) -> Period:
    first = 3 * (quarter - 1) + 1
    return Period(date(year, first, 1), _month(year, first + 2).end, Precision.QUARTER)


def _week(at: date, *, future: bool = False) -> Period:
    """The week from Monday to Sunday that a day is in (ISO 8601)."""
    monday = at - timedelta(days=at.weekday())
    return Period(monday, monday + timedelta(days=6), Precision.WEEK, future)


def _shift_month(at: date, months: int) -> tuple[int, int]:
    index = at.year * 12 + at.month - 1 + months
    return index // 12, index % 12 + 1


def month_number(word: str) -> int:
    """1 to 12 for a month's name or abbreviation."""
    return _MONTHS[word.lower().rstrip(".")]


def _number(word: str) -> int:
    digits = re.sub(r"(?:st|nd|rd|th)$", "", word.strip())
    return int(digits) if digits.isdigit() else _COUNTS[digits.lower()]


def _year_for_month(month: int, published: date, ahead: bool) -> int:
    """A bare month is the last one that has begun, or the next one that has not ended."""
    if ahead:
        return published.year if month >= published.month else published.year + 1
    return published.year if month <= published.month else published.year - 1


def _year_for_day(month: int, day: int, published: date, ahead: bool) -> int:
    if ahead:
        return published.year if (month, day) >= (published.month, published.day) else published.year + 1
    return published.year if (month, day) <= (published.month, published.day) else published.year - 1


Groups = Mapping[str, str]


def _read_day(month: str, day: str, year: str | None, published: date | None, ahead: bool) -> Period | None:
    m, d = month_number(month), _number(day)
    if year:
        return _day(int(year), m, d)
    if published is None:
        return None
    near = _near_year(m, d, published)
    return _day(near if near is not None else _year_for_day(m, d, published, ahead), m, d)


def _near_year(month: int, day: int, published: date) -> int | None:
    """A day within two months of publication is meant in the same season, whatever the tense ("talks on January 9", read on January 3)."""
    for year in (published.year, published.year + 1, published.year - 1):
        period = _day(year, month, day)
        if period is not None and abs((period.start - published).days) <= 60:
            return year
    return None


def _days(month: str, day: str, month2: str | None, day2: str, year: str | None, published: date | None, ahead: bool) -> Period | None:
    first = _read_day(month, day, year, published, ahead)
    last = _read_day(month2 or month, day2, year or (str(first.start.year) if first else None), published, ahead)
    if first is None or last is None or last.start < first.start:
        return None
    return Period(first.start, last.end, Precision.DAY)


def _months(g: Groups, published: date | None, ahead: bool) -> Period | None:
    second = int(g["my2"])
    m1, m2 = month_number(g["m1"]), month_number(g["m2"])
    first = int(g["my1"]) if "my1" in g else second - (m1 > m2)
    start, end = _month(first, m1), _month(second, m2)
    return Period(start.start, end.end, Precision.MONTH) if start.start <= end.start else None


def _bare_months(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    m1, m2 = month_number(g["bm"]), month_number(g["bm2"])
    last = _year_for_month(m2, published, ahead)
    return Period(_month(last - (m1 > m2), m1).start, _month(last, m2).end, Precision.MONTH)


def _years(first: str, second: str) -> Period | None:
    a = int(first)
    b = int(second) if len(second) == 4 else a // 100 * 100 + int(second)
    return Period(date(a, 1, 1), date(b, 12, 31), Precision.YEAR) if a < b else None


def _since(g: Groups, published: date | None, ahead: bool) -> Period | None:
    year = int(g["sy"])
    if "sm" in g:
        return Period(date(year, month_number(g["sm"]), 1), None, Precision.MONTH)
    return Period(date(year, 1, 1), None, Precision.YEAR)


def _since_month(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    month = month_number(g["sm2"])
    return Period(date(_year_for_month(month, published, False), month, 1), None, Precision.MONTH)


def _since_day(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    return Period(_last_weekday(_weekday_number(g["swd"]), published), None, Precision.DAY)


def _year_of(word: str | None, published: date | None) -> int | None:
    if word is not None and word.isdigit():
        return int(word)
    if published is None:
        return None
    return published.year - 1 if word == "last year" else published.year


def _read_quarter(number: str, year: str | None, published: date | None) -> Period | None:
    of = _year_of(year, published)
    if of is None:
        return None
    quarter = _QUARTERS[number]
    if year is None and published is not None and quarter > (published.month - 1) // 3 + 1:
        of -= 1
    return _quarter(of, quarter)


def _half(g: Groups, published: date | None, ahead: bool) -> Period | None:
    of = _year_of(g["halfy"] if g["halfy"] != "the year" else None, published)
    if of is None:
        return None
    first = g["half"] == "first"
    return Period(date(of, 1 if first else 7, 1), date(of, 6, 30) if first else date(of, 12, 31), Precision.QUARTER)


def _decade(g: Groups, published: date | None, ahead: bool) -> Period | None:
    year = int(g["decade"])
    return Period(date(year, 1, 1), date(year + 9, 12, 31), Precision.YEAR) if year % 10 == 0 else None


_NEAR: Final = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1, "the day after tomorrow": 2}


def _near(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    at = published + timedelta(days=_NEAR.get(g["rel"].lower(), 0))
    return Period(at, at, Precision.DAY, at > published)


def _weekday_number(word: str) -> int:
    return _WEEKDAYS[word.lower().rstrip(".")]


def _last_weekday(weekday: int, published: date) -> date:
    return published - timedelta(days=(published.weekday() - weekday) % 7)


def _next_weekday(weekday: int, published: date) -> date:
    return published + timedelta(days=(weekday - published.weekday()) % 7)


def _weekday_of(g: Groups, published: date | None, ahead: bool) -> Period | None:
    """ "last Friday" is the latest one before today, "next Friday" the first one after; "this Friday" depends on the tense."""
    if published is None:
        return None
    weekday = _weekday_number(g["wd"])
    if g["which"].lower() in ("next", "coming"):
        at = _next_weekday(weekday, published + timedelta(days=1))
    elif g["which"].lower() == "this" and ahead:
        at = _next_weekday(weekday, published)
    elif g["which"].lower() == "this":
        at = _last_weekday(weekday, published)
    else:
        at = _last_weekday(weekday, published - timedelta(days=1))
    return Period(at, at, Precision.DAY, at > published)


def _weekday(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    weekday = _weekday_number(g["wd2"])
    if "rwhich" in g:
        week = _week(published + timedelta(days={"last": -7, "this": 0, "next": 7}[g["rwhich"]])).start
        at = week + timedelta(days=weekday)
    else:
        at = _next_weekday(weekday, published) if ahead else _last_weekday(weekday, published)
    return Period(at, at, Precision.DAY, at > published)


def _unit_of(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}[g["which2"].lower()]
    unit, future = g["unit"], step > 0 or (step == 0 and g.get("part", "").lower() == "later")
    if unit == "week":
        return _week(published + timedelta(days=7 * step), future=future)
    if unit == "weekend":
        saturday = _week(published).start + timedelta(days=5 + 7 * min(step, 1))
        if step == 0 and not ahead and published.weekday() < 5:
            saturday -= timedelta(days=7)
        return Period(saturday, saturday + timedelta(days=1), Precision.DAY, future)
    if unit == "month":
        return _month(*_shift_month(published, step), future=future)
    if unit == "quarter":
        year, month = _shift_month(published, 3 * step)
        return _quarter(year, (month - 1) // 3 + 1)
    if unit == "year":
        return _year(published.year + step, future=future)
    return None


def _month_of(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    month, which = month_number(g["relm"]), g["which3"].lower()
    if which in ("next", "coming"):
        return _month(published.year if month > published.month else published.year + 1, month, future=True)
    if which == "this":
        return _month(published.year, month)
    return _month(published.year if month < published.month else published.year - 1, month)


def _ago(g: Groups, published: date | None, ahead: bool) -> Period | None:
    return _shifted(_number(g["n"]), g["agounit"], published, 1 if g["dir"] == "from now" else -1)


def _in_time(g: Groups, published: date | None, ahead: bool) -> Period | None:
    return _shifted(_number(g["n2"]), g["inunit"], published, 1)


def _shifted(count: int, unit: str, published: date | None, sign: int) -> Period | None:
    """ "two days ago" is a day, "two weeks ago" a week, "two months ago" a month, "two years ago" a year."""
    if published is None:
        return None
    try:
        if unit == "day":
            at = published + timedelta(days=sign * count)
            return Period(at, at, Precision.DAY, sign > 0)
        if unit == "week":
            return _week(published + timedelta(days=7 * sign * count), future=sign > 0)
        if unit == "month":
            return _month(*_shift_month(published, sign * count), future=sign > 0)
        return _year(published.year + sign * count, future=sign > 0)
    except (ValueError, OverflowError):
        return None


def _past(g: Groups, published: date | None, ahead: bool) -> Period | None:
    """ "in the past two weeks" reaches from then to the day of publication."""
    if published is None:
        return None
    first = _shifted(_number(g["n3"]) if "n3" in g else 1, g["pastunit"], published, -1)
    precision = {"day": Precision.DAY, "week": Precision.WEEK, "month": Precision.MONTH, "year": Precision.YEAR}[g["pastunit"]]
    return Period(first.start, published, precision) if first is not None else None


def _bare_month(g: Groups, published: date | None, ahead: bool) -> Period | None:
    if published is None:
        return None
    month = month_number(g["bm3"] if "bm3" in g else g["bm4"])
    return _month(_year_for_month(month, published, ahead), month)


READERS: Final[Mapping[str, Callable[[Groups, date | None, bool], Period | None]]] = {
    "iso": lambda g, p, a: _day(int(g["iy"]), int(g["im"]), int(g["id"])),
    "months": _months,
    "days": lambda g, p, a: _days(g["rm"], g["rd1"], g.get("rm2"), g["rd2"], g.get("ry"), p, a),
    "days_first": lambda g, p, a: _days(g["qm"], g["qd1"], None, g["qd2"], g.get("qy"), p, a),
    "day": lambda g, p, a: _read_day(g["dm"], g["dd"], g.get("dy"), p, a),
    "day_first": lambda g, p, a: _read_day(g["em"], g["ed"], g.get("ey"), p, a),
    "month": lambda g, p, a: _month(int(g["ny"]), month_number(g["nm"])),
    "years": lambda g, p, a: _years(g["by1"], g["by2"]),
    "years_dash": lambda g, p, a: _years(g["hy1"], g["hy2"]),
    "since": _since,
    "since_month": _since_month,
    "since_day": _since_day,
    "quarter": lambda g, p, a: _read_quarter(g["qn"], g.get("qyr"), p),
    "quarter_short": lambda g, p, a: _read_quarter(g["q2"], g.get("q2y"), p),
    "half_year": _half,
    "decades": _decade,
    "near": _near,
    "weekday_of": _weekday_of,
    "weekday": _weekday,
    "unit_of": _unit_of,
    "month_of": _month_of,
    "ago": _ago,
    "in_time": _in_time,
    "past": _past,
    "bare_months": _bare_months,
    "bare_month": _bare_month,
    "bare_full_month": _bare_month,
    "year": lambda g, p, a: _year(int(g["y"])),
}
