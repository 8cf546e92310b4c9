"""What follows here from changes below: who must be told, and who may sign in at the broker."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from access.events import RightsAsked
from accounts.events import OrganisationChanged
from devices.events import CommandsOrdered, DevicesAdded, DevicesMoved, DevicesRemoved, SyncMarked
from devices.models import Device, DeviceKind, Part
from devices.services import mark_changed
from sites.events import ResidentsAdded, ResidentsChanged, ResidentsRemoved, SiteChanged, UnitsChanged
from sites.models import Residency

from .accounts import close_accounts, open_accounts
from .hurry import hurry, hurry_commands, hurry_rights

# Fields of a site that stand in the config of its devices.
IN_CONFIG = frozenset({"name", "time_zone", "hours_24", "date_format", "pin_mode"})
# Fields of an installer that stand in the config of the devices of its sites.
OF_INSTALLER = frozenset({"connect_type", "rtp_confusion", "rtsps"})
RINGING = (DeviceKind.INDOOR_MONITOR, DeviceKind.GUARD_PHONE)  # they stand in the contacts of others


def sync_marked(event: SyncMarked) -> None:
    """Hurry the sender once the change is through."""
    hurry(event.part)


def commands_ordered(event: CommandsOrdered) -> None:
    """Hurry the sender once the order is through."""
    hurry_commands(event.command_ids)


def rights_asked(event: RightsAsked) -> None:
    """Hurry the worker that brings many rights up to date."""
    hurry_rights(event.site_id)


def site_changed(event: SiteChanged) -> None:
    """Clock, formats and PIN mode stand in every device of the site."""
    if event.fields & IN_CONFIG:
        mark_changed(_ids(Q(site=event.site_id)), Part.CONFIG)


def organisation_changed(event: OrganisationChanged) -> None:
    """How calls and video travel stands in every device of an installer's sites."""
    if event.fields & OF_INSTALLER:
        mark_changed(_ids(Q(site__organisation=event.organisation_id)), Part.CONFIG)


def units_changed(event: UnitsChanged) -> None:
    """Apartments stand in the contacts of the doors that serve them."""
    mark_contacts(event.site_id, event.building_ids, event.unit_ids)


def residents_changed(event: ResidentsAdded | ResidentsChanged | ResidentsRemoved) -> None:
    """Who rings in an apartment, and the people of an office, stand in contacts."""
    places = set(
        Residency.objects.filter(pk__in=event.residency_ids).values_list("building_id", "unit_id").distinct()
    )
    buildings = {building for building, _ in places if building is not None}
    mark_contacts(event.site_id, buildings, {unit for _, unit in places if unit is not None})


def devices_added(event: DevicesAdded) -> None:
    """Devices get their accounts; monitors and guards appear in the contacts of others."""
    open_accounts(event.device_ids)
    _mark_callers(event.site_id, event.device_ids)


def devices_moved(event: DevicesMoved) -> None:
    """Monitors of another apartment ring there."""
    _mark_callers(event.site_id, event.device_ids)


def devices_removed(event: DevicesRemoved) -> None:
    """Devices that hang nowhere may not sign in; nobody rings them any more."""
    close_accounts(event.device_ids)
    # Where they hung is not known any more, so all doors of the site look again.
    if Device.objects.filter(pk__in=event.device_ids, kind__in=RINGING).exists():
        mark_changed(_ids(Q(site=event.site_id)), Part.CONTACTS)


def mark_contacts(site_id: int, building_ids: Iterable[int], unit_ids: Iterable[int]) -> None:
    """Have the contacts told anew to every device that lists these buildings or apartments."""
    mark_changed(_ids(listing(site_id, building_ids, unit_ids)), Part.CONTACTS)


def listing(site_id: int, building_ids: Iterable[int], unit_ids: Iterable[int]) -> Q:
    """Condition on devices: these buildings or apartments stand in their contacts."""
    buildings, units = set(building_ids), set(unit_ids)
    public = Q(building=None, unit=None) & (Q(serves_all=True) | Q(serves__in=buildings))
    return Q(site=site_id) & (Q(building__in=buildings) | Q(unit__in=units) | public)


def _mark_callers(site_id: int, device_ids: Iterable[int]) -> None:
    ringing = list(
        Device.objects.filter(pk__in=list(device_ids), kind__in=RINGING)
        .values_list("kind", "building_id", "unit_id", "unit__building_id")
        .distinct()
    )
    if any(kind == DeviceKind.GUARD_PHONE for kind, *_ in ringing):
        mark_changed(_ids(Q(site=site_id, kind=DeviceKind.INDOOR_MONITOR)), Part.CONTACTS)
    monitors = [row for row in ringing if row[0] == DeviceKind.INDOOR_MONITOR]
    if monitors:
        buildings = {of_unit or building for _, building, _, of_unit in monitors if of_unit or building}
        mark_contacts(site_id, buildings, {unit for _, _, unit, _ in monitors if unit is not None})


def _ids(condition: Q) -> set[int]:
    return set(Device.objects.filter(condition, site__isnull=False).values_list("pk", flat=True))
