"""Whether a moment lies within a schedule, by the wall clock of the schedule's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from provisioning.protocol import Opening, Schedule


def zone_known(name: str) -> bool:
    """Whether this machine's time zone tables know the name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def span_word(span: Opening | Schedule, now: datetime) -> str | None:
    """Nothing when now lies in from..until, else which end of it was missed: `not_yet` or `expired`."""
    if span.since is not None and now < span.since:
        return "not_yet"
    if span.until is not None and now >= span.until:
        return "expired"
    return None


def _minutes(clock: str | None) -> int:
    hours, minutes = (clock or "00:00").split(":")
    return int(hours) * 60 + int(minutes)


def within_hours(schedule: Schedule, now: datetime) -> bool:
    """Whether the weekly hours are open now. The span is not looked at."""
    if schedule.repeat in ("always", "never"):
        return True
    local = now.astimezone(ZoneInfo(schedule.zone))
    minute, today = local.hour * 60 + local.minute, local.weekday()
    start, end = _minutes(schedule.start), _minutes(schedule.end)
    days = schedule.days if schedule.repeat == "weekly" else range(7)
    if start < end:
        return today in days and start <= minute < end
    yesterday = (today - 1) % 7
    return (today in days and minute >= start) or (yesterday in days and minute < end)
