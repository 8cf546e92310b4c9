"""Reads about devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from sites.models import Unit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import pgettext

from .models import Command, Device, DeviceKind, DeviceSync, MacEntry, Part
from .models.inventory import place_words

if TYPE_CHECKING:
    from smartplus.kernel.scoping import ScopedQuerySet

# The order of the meter's six bars (look); a part without a row says "none".
METER = ("config", "schedules", "access", "contacts", "display", "firmware")
_WORST_FIRST = ("failing", "drift", "pending", "sent", "in-sync", "none")


def part_state(sync: DeviceSync) -> str:
    """The state word of one part: what is proven, not what was tried."""
    if sync.acked_rev == sync.desired_rev:
        return "in-sync"
    if sync.last_error:
        return "failing"
    if sync.drifted_at is not None and (sync.acked_at is None or sync.drifted_at > sync.acked_at):
        return "drift"
    return "sent" if sync.sent_rev == sync.desired_rev else "pending"


def meter_of(syncs: Iterable[DeviceSync]) -> dict[str, str]:
    """Part name to state word for the six bars; schedules travel with access."""
    states = {sync.part: part_state(sync) for sync in syncs}
    if Part.ACCESS in states:
        states["schedules"] = states[Part.ACCESS]
    return {part: states.get(part, "none") for part in METER}


def worst_of(meter: Mapping[str, str]) -> str:
    """The state that should be said in words."""
    return min(meter.values(), key=_WORST_FIRST.index, default="none")


def unsynced() -> Q:
    """Condition on devices: some part is not confirmed."""
    return Q(Exists(DeviceSync.objects.filter(device=OuterRef("pk")).exclude(acked_rev=F("desired_rev"))))


def refusing() -> Q:
    """Condition on devices: some part was refused or failed."""
    return Q(Exists(DeviceSync.objects.filter(device=OuterRef("pk")).exclude(last_error="")))


def offline() -> Q:
    """Condition on devices: seen before, now off line."""
    return Q(now__online=False, now__last_seen__isnull=False)


def never_seen() -> Q:
    """Condition on devices: never connected."""
    return Q(now__last_seen__isnull=True)


def counts(rows: QuerySet[Device]) -> dict[str, int]:
    """Figures of a set of devices in one query: all, online, offline, never."""
    return rows.aggregate(
        all=Count("pk"),
        online=Count("pk", filter=Q(now__online=True)),
        offline=Count("pk", filter=offline()),
        never=Count("pk", filter=never_seen()),
    )


def free_macs(scope: Scope, organisation_id: int) -> QuerySet[MacEntry]:
    """MACs of a library that no device uses."""
    used = Device.objects.filter(mac=OuterRef("mac"), site__isnull=False)
    entries: ScopedQuerySet[MacEntry] = MacEntry.objects.visible_to(scope)
    return entries.filter(organisation_id=organisation_id).exclude(Exists(used))


def door_kinds() -> tuple[int, ...]:
    """The kinds that stand at a door."""
    return (DeviceKind.DOOR_PHONE, DeviceKind.UNIT_DOOR_PHONE, DeviceKind.ACCESS_CONTROL)


def last_commands(device: Device, most: int = 10) -> QuerySet[Command]:
    """The newest orders to a device at its present place."""
    return device.commands.filter(place=device.place).select_related("ordered_by").order_by("-pk")[:most]


def commands_version(device: Device) -> str:
    """A text that changes whenever an order of the device does; one indexed query."""
    rows = device.commands.order_by("-pk").values_list("pk", "state")[:10]
    return ",".join(f"{pk}:{state}" for pk, state in rows)


def in_use() -> Q:
    """Condition on MACs: a device uses it."""
    return Q(Exists(Device.objects.filter(mac=OuterRef("mac"), site__isnull=False)))


def with_owner(rows: QuerySet[MacEntry]) -> QuerySet[MacEntry]:
    """Each MAC with where its device hangs (`owner_site`, `owner_place`; None when free)."""
    device = Device.objects.filter(mac=OuterRef("mac"), site__isnull=False)
    return rows.annotate(
        owner_site=Subquery(device.values("site__name")[:1]),
        owner_place=Subquery(device.values("place_label")[:1]),
    )


def mac_owner(entry: MacEntry) -> str:
    """`Lindenhof, North House 1204` or `Free`, for rows of `with_owner`."""
    site: str | None = getattr(entry, "owner_site", None)
    return f"{site}, {place_words(entry.owner_place)}" if site else str(pgettext("a MAC", "Free"))  # type: ignore[attr-defined]


def with_state(rows: QuerySet[Device]) -> QuerySet[Device]:
    """Devices with what rows of a panel show of them."""
    return rows.select_related("now", "site").prefetch_related("syncs").order_by("name", "pk")


def of_unit(unit: Unit) -> QuerySet[Device]:
    """The devices that hang in an apartment."""
    return Device.objects.filter(unit=unit)


def trouble(rows: QuerySet[Device], most: int) -> list[Device]:
    """Devices that need somebody: refusing first, then longest off line."""
    rows = with_state(rows)
    bad = list(rows.filter(refusing())[:most])
    away = rows.filter(offline()).exclude(pk__in=[device.pk for device in bad]).order_by("now__since", "pk")
    return [*bad, *away[: most - len(bad)]]


def fleet_version(rows: QuerySet[Device]) -> str:
    """A text that changes when one of a set of devices comes, goes, or falls behind; one query."""
    seen = rows.aggregate(
        devices=Count("pk"),
        online=Count("pk", filter=Q(now__online=True)),
        behind=Count("pk", filter=unsynced()),
        since=Max("now__since"),
    )
    return ":".join(str(value) for value in seen.values())
