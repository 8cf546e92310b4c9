"""Times as people read them: in the reader's zone and clock, short when near, exact when asked for."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date

MINUTE, HOUR, DAY = 60, 3600, 86_400


def clock(moment: datetime, hours_24: bool = True, seconds: bool = False) -> str:
    """The time of day, "09:42" or "9:42 am"."""
    if hours_24:
        return format_date(moment, "H:i:s" if seconds else "H:i")
    return format_date(moment, "g:i:s a" if seconds else "g:i a").replace(".", "")


def day(moment: date, today: date) -> str:
    """A day, without its year while that is this one: "20 Nov", "14 Mar 2025"."""
    return format_date(moment, "j M" if moment.year == today.year else "j M Y")


def short(moment: datetime, now: datetime, hours_24: bool = True, seconds: bool = False) -> str:
    """Today the time, this year day and time, before that the day. Both in the reader's zone."""
    if moment.date() == now.date():
        return clock(moment, hours_24, seconds)
    if moment.year == now.year:
        return f"{day(moment, now)}, {clock(moment, hours_24)}"
    return day(moment, now)


def exact(moment: datetime, hours_24: bool = True) -> str:
    """All of it with the zone: "Friday 20 November 2026, 09:42:06 CET"."""
    return f"{format_date(moment, 'l j F Y')}, {clock(moment, hours_24, seconds=True)} {moment:%Z}".strip()


def relative(moment: datetime, now: datetime, hours_24: bool = True) -> str:
    """How long ago ("4 s ago") or ahead ("in 3 min"); further than a day away, the time itself."""
    seconds = int((now - moment).total_seconds())
    amount = abs(seconds)
    if amount >= DAY:
        return short(moment, now, hours_24)
    if amount < MINUTE:
        figure = f"{amount} s"
    elif amount < HOUR:
        figure = f"{amount // MINUTE} min"
    else:
        figure = f"{amount // HOUR} h"
    return f"{figure} ago" if seconds >= 0 else f"in {figure}"


def local(value: datetime) -> datetime:
    """The moment in the active time zone; a naive one is taken as being in it."""
    if timezone.is_naive(value):
        value = timezone.make_aware(value)
    return timezone.localtime(value)


def duration(length: timedelta) -> str:
    """A length of time in its two largest units: "38 s", "14 min", "2 h 5 min", "3 days"."""
    seconds = int(length.total_seconds())
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return f"{hours} h {rest // MINUTE} min" if rest >= MINUTE else f"{hours} h"
    days = seconds // DAY
    return f"{days} day" if days == 1 else f"{days} days"
