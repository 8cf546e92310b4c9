"""Part `contacts`: who can be called from a device.

A door phone of a building lists its apartments, one of the public area those of the buildings it
serves, one of an apartment that apartment; in an office they list people. An indoor monitor lists
the guards. Doors with the same list share one body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from devices.models import Device, DeviceKind
from provisioning.protocol import Contact
from provisioning.protocol.checks import Json

from .directory import Directory, Reach, is_office, sip

CALLING = (
    DeviceKind.DOOR_PHONE,
    DeviceKind.UNIT_DOOR_PHONE,
    DeviceKind.GUARD_PHONE,
    DeviceKind.ACCESS_CONTROL,
)


def render_contacts(device_ids: Collection[int]) -> Mapping[int, Json]:
    """The contacts of each device that hangs at a site; seven queries at most."""
    devices = list(
        Device.objects.filter(pk__in=device_ids, site__isnull=False).select_related("site").defer("secret")
    )
    callers = [device for device in devices if device.kind in CALLING]
    served = _served(callers)
    offices = {device.site.pk for device in callers if device.site and is_office(device.site)}
    directory = Directory.read(_reach(callers, served), offices)
    guards = _guards({device.site_id for device in devices if device.kind == DeviceKind.INDOOR_MONITOR})
    bodies: dict[int, Json] = {}
    shared: dict[tuple[object, ...], Json] = {}
    for device in devices:
        key = _look(device, served)
        if key not in shared:
            shared[key] = {"entries": _entries(device, served, directory, guards)}
        bodies[device.pk] = shared[key]
    return bodies


def _look(device: Device, served: Mapping[int, list[int]]) -> tuple[object, ...]:
    """Devices that agree in this have the same contacts."""
    return (
        device.kind == DeviceKind.INDOOR_MONITOR,
        device.site_id,
        device.building_id,
        device.unit_id,
        device.contacts_display,
        tuple(served.get(device.pk, ())),
    )


def _entries(
    device: Device, served: Mapping[int, list[int]], directory: Directory, guards: Mapping[int, list[Json]]
) -> list[Json]:
    site = device.site
    assert site is not None
    if device.kind == DeviceKind.INDOOR_MONITOR:
        return guards.get(site.pk, [])
    if device.unit_id is not None:
        return directory.entries([device.unit_id], device.contacts_display, False)
    buildings = [device.building_id] if device.building_id is not None else served.get(device.pk, [])
    if is_office(site):
        if not buildings:
            return directory.staff_of_site[site.pk]
        return [entry for building in buildings for entry in directory.staff_of_building[building]]
    if not buildings:
        return directory.entries(directory.of_site[site.pk], device.contacts_display, True)
    units = [unit for building in buildings for unit in directory.of_building[building]]
    return directory.entries(units, device.contacts_display, len(buildings) > 1)


def _served(devices: Collection[Device]) -> dict[int, list[int]]:
    """Buildings served by each device of a public area; left out: it serves all."""
    some = [device.pk for device in devices if not device.serves_all and device.building_id is None]
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = Device.serves.through.objects.filter(device__in=some).order_by("device", "building__name")
    for device_id, building_id in rows.values_list("device_id", "building_id"):
        found[device_id].append(building_id)
    return dict(found)


def _reach(devices: Collection[Device], served: Mapping[int, list[int]]) -> Reach:
    reach = Reach()
    for device in devices:
        if device.unit_id is not None:
            reach.units.add(device.unit_id)
        elif device.building_id is not None:
            reach.buildings.add(device.building_id)
        elif device.pk in served:
            reach.buildings.update(served[device.pk])
        elif device.site_id is not None:
            reach.sites.add(device.site_id)
    return reach


def _guards(site_ids: Collection[int | None]) -> dict[int, list[Json]]:
    found: defaultdict[int, list[Json]] = defaultdict(list)
    if site_ids:
        rows = Device.objects.filter(site__in=site_ids, kind=DeviceKind.GUARD_PHONE).order_by("name", "pk")
        for site_id, name, number in rows.values_list("site_id", "name", "sip"):
            found[site_id].append(Contact(apartment=number, name=name, targets=(sip(number),)).json())
    return dict(found)
