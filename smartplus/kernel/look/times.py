"""Times as people read them: in the reader's zone and clock, short when near, exact when asked for."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date

from ..words import _, ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86_400

# As Django writes dates: the letters stand for parts of a date, the languages choose their order.
DAY_OF_THIS_YEAR = pgettext("date format", "j M")
DAY_OF_A_YEAR = pgettext("date format", "j M Y")
FULL_DAY = pgettext("date format", "l j F Y")


def clock(moment: datetime, hours_24: bool = True, seconds: bool = False) -> str:
    """The time of day, "09:42" or "9:42 am"."""
    if hours_24:
        return format_date(moment, "H:i:s" if seconds else "H:i")
    shown = format_date(moment, "g:i:s" if seconds else "g:i")
    return (_("{clock} am") if moment.hour < 12 else _("{clock} pm")).format(clock=shown)


def day(moment: date, today: date) -> str:
    """A day, without its year while that is this one: "20 Nov", "14 Mar 2025"."""
    return format_date(moment, str(DAY_OF_THIS_YEAR)) if moment.year == today.year else whole_day(moment)


def whole_day(moment: date) -> str:
    """A day with its year: "14 Mar 2025"."""
    return format_date(moment, str(DAY_OF_A_YEAR))


def short(moment: datetime, now: datetime, hours_24: bool = True, seconds: bool = False) -> str:
    """Today the time, this year day and time, before that the day. Both in the reader's zone."""
    if moment.date() == now.date():
        return clock(moment, hours_24, seconds)
    if moment.year == now.year:
        return _("{day}, {clock}").format(day=day(moment, now), clock=clock(moment, hours_24))
    return day(moment, now)


def exact(moment: datetime, hours_24: bool = True) -> str:
    """All of it with the zone: "Friday 20 November 2026, 09:42:06 CET"."""
    shown = format_date(moment, str(FULL_DAY))
    told = _("{day}, {clock}").format(day=shown, clock=clock(moment, hours_24, seconds=True))
    return f"{told} {moment:%Z}".strip()


def relative(moment: datetime, now: datetime, hours_24: bool = True) -> str:
    """How long ago ("4 s ago") or ahead ("in 3 min"); further than a day away, the time itself."""
    seconds = int((now - moment).total_seconds())
    amount = abs(seconds)
    if amount >= DAY:
        return short(moment, now, hours_24)
    if amount < MINUTE:
        return (_("{n} s ago") if seconds >= 0 else _("in {n} s")).format(n=amount)
    if amount < HOUR:
        return (_("{n} min ago") if seconds >= 0 else _("in {n} min")).format(n=amount // MINUTE)
    return (_("{n} h ago") if seconds >= 0 else _("in {n} h")).format(n=amount // HOUR)


def local(value: datetime) -> datetime:
    """The moment in the active time zone; a naive one is taken as being in it."""
    if timezone.is_naive(value):
        value = timezone.make_aware(value)
    return timezone.localtime(value)


def duration(length: timedelta) -> str:
    """A length of time in its two largest units: "38 s", "14 min", "2 h 5 min", "3 days"."""
    seconds = int(length.total_seconds())
    if seconds < MINUTE:
        return _("{n} s").format(n=seconds)
    if seconds < HOUR:
        return _("{n} min").format(n=seconds // MINUTE)
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        if rest < MINUTE:
            return _("{n} h").format(n=hours)
        return _("{h} h {min} min").format(h=hours, min=rest // MINUTE)
    days = seconds // DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)
