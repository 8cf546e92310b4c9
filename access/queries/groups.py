"""Groups with their figures and doors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now

from access.models import AccessGroup, Grant, GroupDoor
from devices.models import Relay
from devices.queries import door_kinds

from .counting import CountUpTo


def with_figures(rows: QuerySet[AccessGroup]) -> QuerySet[Any]:
    """Groups with `door_count` and `people_count` (who has not ended)."""
    grants = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now()), group=OuterRef("pk")).values("pk")
    doors = GroupDoor.objects.filter(group=OuterRef("pk")).values("pk")
    return rows.annotate(door_count=CountUpTo(doors), people_count=CountUpTo(grants))


def doors_by_place(rows: QuerySet[Relay]) -> QuerySet[Relay]:
    """Doors that may stand in a group, by place and name."""
    doors = rows.filter(device__kind__in=door_kinds(), device__site__isnull=False).select_related("device")
    return doors.order_by("device__place_label", "device__name", "number")


def people_of(groups: Iterable[AccessGroup]) -> int:
    """How many people are in these groups."""
    found = Grant.objects.filter(group__in=list(groups)).aggregate(people=Count("subject", distinct=True))
    return int(found["people"])


def search_groups(rows: QuerySet[AccessGroup], text: str) -> QuerySet[AccessGroup]:
    """Groups with each word in their name or in that of one of their doors."""
    for word in text.split()[:6]:
        doors = GroupDoor.objects.filter(
            Q(relay__name__icontains=word) | Q(relay__device__name__icontains=word), group=OuterRef("pk")
        )
        rows = rows.filter(Q(name__icontains=word) | Q(Exists(doors)))
    return rows


def doors_of_group(group: AccessGroup) -> list[Relay]:
    """The doors of a group by name, with how their devices are reached."""
    doors = group.relays.select_related("device__now").order_by("device__name", "number")
    return list(doors)
