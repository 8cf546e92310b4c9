"""Reads about what happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import now

from devices.models import Device
from smartplus.kernel.scoping import Scope

from .models import DoorLog


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
