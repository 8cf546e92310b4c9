"""Leases of people in words and conditions: current, future, ending soon, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, TextChoices
from django.utils.timezone import now

from smartplus.kernel.look.times import clock, whole_day
from smartplus.kernel.words import _, filled

from .models import Residency

SOON = 30
"""A lease that ends within so many days is said to be ending."""


class Lease(TextChoices):
    """Where somebody is in the time of a lease; an open lease is a current one."""

    CURRENT = "current", _("Current")
    FUTURE = "future", _("Future")
    ENDING = "ending", filled(_("Ending in {n} days"), n=SOON)
    ENDED = "ended", _("Ended")


def lease_q(state: str, at: datetime | None = None) -> Q:
    """The people whose lease is in this state; those it is ending for are current too."""
    at = at or now()
    begun = Q(valid_from=None) | Q(valid_from__lte=at)
    if state == Lease.ENDED:
        return Q(valid_until__lte=at)
    if state == Lease.FUTURE:
        return Q(valid_from__gt=at)
    if state == Lease.ENDING:
        return begun & Q(valid_until__gt=at, valid_until__lte=at + timedelta(days=SOON))
    return begun & (Q(valid_until=None) | Q(valid_until__gt=at))


def lease_of(person: Residency, at: datetime | None = None) -> Lease:
    """Where a person is in the time of the lease."""
    at = at or now()
    if person.valid_until is not None and person.valid_until <= at:
        return Lease.ENDED
    if person.valid_from is not None and person.valid_from > at:
        return Lease.FUTURE
    if person.valid_until is not None and person.valid_until <= at + timedelta(days=SOON):
        return Lease.ENDING
    return Lease.CURRENT


def beginning(moment: datetime, zone: str, hours_24: bool = True) -> str:
    """The beginning of a lease: "1 Jul 2027", with the time when it is not midnight at the site."""
    local = moment.astimezone(ZoneInfo(zone))
    return whole_day(local) if _midnight(local) else _moment(local, hours_24)


def ending(moment: datetime, zone: str, hours_24: bool = True) -> str:
    """The end of a lease: the last whole day ("30 Jun 2027"), or the moment with its time."""
    local = moment.astimezone(ZoneInfo(zone))
    return whole_day(local - timedelta(days=1)) if _midnight(local) else _moment(local, hours_24)


def lease_words(person: Residency, zone: str, hours_24: bool = True) -> str:
    """The lease in words: "from 1 Jul 2027 through 30 Jun 2028"; "" for an open one."""
    start = beginning(person.valid_from, zone, hours_24) if person.valid_from else ""
    end = ending(person.valid_until, zone, hours_24) if person.valid_until else ""
    if start and end:
        return _("{start} to {end}").format(start=start, end=end)
    if start:
        return _("from {start}").format(start=start)
    return _("until {end}").format(end=end) if end else ""


@dataclass(frozen=True)
class LeaseLine:
    """A lease as a line of a list or a page: its state (and that of the look), what it is, when."""

    state: str
    look: str
    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label}: {self.words}" if self.words else self.label


LOOKS = {Lease.CURRENT: "active", Lease.FUTURE: "scheduled", Lease.ENDING: "expiring", Lease.ENDED: "ended"}


def lease_line(person: Residency) -> LeaseLine:
    """The lease of a person with its site, as clocks there show it."""
    site, state = person.site, lease_of(person)
    label = str(_("Ends soon") if state == Lease.ENDING else state.label)
    return LeaseLine(state.value, LOOKS[state], label, lease_words(person, site.time_zone, site.hours_24))


def _midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _moment(local: datetime, hours_24: bool) -> str:
    return _("{day}, {clock}").format(day=whole_day(local), clock=clock(local, hours_24))
