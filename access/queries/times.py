"""Is it open now? Groups and grants judged by the clock as doors judge them, and their hours in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat

from access.models import AccessGroup, Grant
from smartplus.kernel.words import _, pgettext

DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
ALWAYS = _("Always")
Repeat = AccessGroup.Repeat


def within(starts_at: datetime | None, ends_at: datetime | None, at: datetime) -> bool:
    """Whether `at` lies in the span; the beginning belongs to it, the end does not, None is open ended."""
    return (starts_at is None or starts_at <= at) and (ends_at is None or at < ends_at)


def latest(*moments: datetime | None) -> datetime | None:
    """The last of several beginnings; None is open."""
    return max((moment for moment in moments if moment is not None), default=None)


def soonest(*moments: datetime | None) -> datetime | None:
    """The first of several ends; None is open."""
    return min((moment for moment in moments if moment is not None), default=None)


def span_of(grant: Grant) -> tuple[datetime | None, datetime | None]:
    """From when until when a grant opens: its own span and that of its subject (loaded) together."""
    subject = grant.subject
    return latest(grant.starts_at, subject.valid_from), soonest(grant.ends_at, subject.valid_until)


def opens_at(group: AccessGroup, zone: str, at: datetime) -> bool:
    """Whether the group's schedule is open at `at`, in local hours of the site's `zone`.

    The minute of the start belongs to the hours, that of the end does not. An end not after the
    start is the next morning and belongs to the day it began on.
    """
    if not within(group.starts_at, group.ends_at, at):
        return False
    if group.repeat in (Repeat.ALWAYS, Repeat.NEVER):
        return True
    if group.start_time is None or group.end_time is None:
        return False
    local = at.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    days = group.days if group.repeat == Repeat.WEEKLY else range(7)
    today, yesterday = local.weekday(), (local - timedelta(days=1)).weekday()
    if group.start_time < group.end_time:
        return today in days and group.start_time <= clock < group.end_time
    return (today in days and clock >= group.start_time) or (yesterday in days and clock < group.end_time)


def grant_opens_at(grant: Grant, zone: str, at: datetime) -> bool:
    """Whether the grant opens its group's doors at `at`: its span, the person's, and the group's hours."""
    return within(*span_of(grant), at) and opens_at(grant.group, zone, at)


def hours_in_words(group: AccessGroup, zone: str) -> str:
    """ "Always", "Daily 06:00–22:00", "Mon–Fri 08:00–18:00", "20 Nov 2026 08:00 – 21 Nov 2026 18:00"."""
    if group.repeat == Repeat.NEVER and group.starts_at and group.ends_at:
        return f"{moment_in_words(group.starts_at, zone)} – {moment_in_words(group.ends_at, zone)}"
    if group.start_time is None or group.end_time is None:
        return str(ALWAYS)
    hours = f"{group.start_time:%H:%M}–{group.end_time:%H:%M}"
    if group.repeat == Repeat.WEEKLY:
        return f"{days_in_words(group.days)} {hours}"
    return _("Daily {hours}").format(hours=hours)


def days_in_words(days: Iterable[int]) -> str:
    """ "Mon–Fri, Sun": days that follow each other are drawn together."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run(run) for run in runs)


def _run(days: list[int]) -> str:
    if len(days) > 2:
        return f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
    return ", ".join(str(DAYS[day]) for day in days)


def moment_in_words(moment: datetime, zone: str) -> str:
    """A moment as the clocks of `zone` show it: "20 Nov 2026 08:00"."""
    return dateformat.format(
        moment.astimezone(ZoneInfo(zone)), str(pgettext("a date as Django writes it", "j M Y H:i"))
    )
