"""Reads about what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate, now

from devices.models import Device
from sites.models import Site
from smartplus.kernel.scoping import Scope

from .models import DoorLog

FEW_DEVICES = 100


def kept(rows: QuerySet[DoorLog]) -> QuerySet[DoorLog]:
    """The rows young enough to be shown (LOG_DAYS); also lets the database leave out old partitions."""
    return rows.filter(at__gte=now() - timedelta(days=settings.LOG_DAYS))


def newest(rows: QuerySet[DoorLog]) -> str:
    """A text that changes when something happened; one look into an index."""
    row = rows.order_by("-at", "-id").values_list("at", "id").first()
    return f"{row[0]:%s.%f}:{row[1]}" if row else "none"


def of_device(device: Device, scope: Scope) -> QuerySet[DoorLog]:
    """What happened at one device, as far as the reader may see it."""
    rows: Any = DoorLog.objects.visible_to(scope)
    return kept(rows.filter(device=device))


DAYS = 14
"""So many days, today's included, stand in the charts."""
KEPT_FOR = 60
"""Seconds that counted openings are kept: who watches a page all day costs one count a minute."""


@dataclass
class Openings:
    """What happened at the doors of a site on its last days: openings by day and method, refusals by day."""

    days: list[date]
    opened: dict[date, Counter[str]] = field(default_factory=dict)
    refused: Counter[date] = field(default_factory=Counter)

    @property
    def by_method(self) -> list[tuple[str, int]]:
        """(method, openings), the most used first."""
        total: Counter[str] = sum(self.opened.values(), Counter())
        return total.most_common()

    @property
    def total(self) -> int:
        """All openings."""
        return sum(number for counted in self.opened.values() for number in counted.values())


def openings(rows: QuerySet[DoorLog], site: Site) -> Openings:
    """The last `DAYS` days of a site by its own clock; counted once a minute, whoever asks.

    `rows` are those of the site that the reader may see: all of it or nothing.
    """
    zone = ZoneInfo(site.time_zone)
    today = localdate(timezone=zone)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    key = f"openings:{site.pk}:{site.time_zone}:{today}"
    counted = cache.get(key)
    if counted is None:
        counted = list(_count(rows, zone, days[0], today + timedelta(days=1)))
        cache.set(key, counted, KEPT_FOR)
    made = Openings(days)
    for day, method, response, number in counted:
        if response == DoorLog.Response.SUCCESS:
            made.opened.setdefault(day, Counter())[method] += number
        elif response == DoorLog.Response.FAILED:
            made.refused[day] += number
    return made


def _count(rows: QuerySet[DoorLog], zone: ZoneInfo, first: date, end: date) -> QuerySet[Any, Any]:
    """(day, method, response, number), of one range of the index over site and time."""
    since, until = (datetime.combine(day, time.min, zone) for day in (first, end))
    there = rows.filter(at__gte=since, at__lt=until).exclude(action=DoorLog.Action.CLOSE)
    by_day = there.annotate(day=TruncDate("at", tzinfo=zone)).order_by()
    return by_day.values_list("day", "method", "response").annotate(number=Count("id"))


def at_devices(rows: QuerySet[DoorLog], words: str, scope: Scope) -> QuerySet[DoorLog]:
    """Those of `rows` at devices found by these words; few devices are read each by its own index."""
    found: Any = Device.objects.visible_to(scope).filter(search_text__icontains=words)
    ids = list(found.values_list("pk", flat=True)[: FEW_DEVICES + 1])
    return rows.filter(device__in=ids if len(ids) <= FEW_DEVICES else found)
