"""Hanging up, changing and taking out devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from devices.events import DevicesAdded, DevicesMoved, DevicesRemoved
from devices.models import Command, Device, DeviceKind, DevicePlace, DeviceState, MacEntry, Part, Relay
from devices.models.inventory import PUBLIC_AREA
from sites.models import Building, Site, Unit
from sites.services.numbers import draw_sip
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.events import emit
from smartplus.kernel.pouring import pour
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import draw_secret
from smartplus.kernel.words import _, noop

from .macs import plain_mac
from .monitors import keep_monitors
from .sync import mark_changed

UNIT_KINDS = (DeviceKind.UNIT_DOOR_PHONE, DeviceKind.INDOOR_MONITOR)
# What every device is told; doors are told who may open besides, once somebody may.
PARTS_OF_ALL = (Part.CONFIG, Part.CONTACTS)


@dataclass(frozen=True)
class NewDevice:
    """A device to hang up. Neither building nor unit: public area; `serves` only there (empty: all)."""

    mac: str
    kind: int
    name: str
    building_id: int | None = None
    unit_id: int | None = None
    serves: tuple[int, ...] = ()
    network_group: int = 1


@dataclass(frozen=True)
class _Site:
    """What of a site is needed to check and label devices; read once for all rows."""

    site: Site
    buildings: Mapping[int, str]
    units: Mapping[int, tuple[str, int | None]]

    def label(self, building_id: int | None, unit_id: int | None) -> str:
        if unit_id is not None:
            number, building = self.units[unit_id]
            name = self.buildings.get(building, "") if building else ""
            return f"{name} {number}".strip()
        return self.buildings[building_id] if building_id is not None else PUBLIC_AREA


def _read_site(site: Site, rows: Iterable[NewDevice]) -> _Site:
    wanted = {row.unit_id for row in rows if row.unit_id is not None}
    units = Unit.objects.filter(site=site, pk__in=wanted).values_list("pk", "number", "building_id")
    return _Site(
        site,
        dict(Building.objects.filter(site=site).values_list("pk", "name")),
        {pk: (number, building) for pk, number, building in units},
    )


@transaction.atomic
def add_devices(*, scope: Scope, site: Site, rows: Sequence[NewDevice]) -> list[Device]:
    """Hang devices up at a site. All or none; a MAC that hung elsewhere before begins a new place.

    Raises `RefusedMany` by index: MAC not in the installer's library, in use or double; a type
    that does not go with the place; a place of another site; a blank or long name.
    """
    macs = [row.mac for row in rows]
    known = _read_site(site, rows)
    library = set(
        MacEntry.objects.select_for_update()
        .filter(organisation_id=site.organisation_id, mac__in=macs)
        .values_list("mac", flat=True)
    )
    old = {device.mac: device for device in Device.objects.select_for_update().filter(mac__in=macs)}
    refusals: dict[int, Refused] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if refusal := _refusal(row, known, library, old, seen):
            refusals[index] = refusal
        seen.add(row.mac)
    if refusals:
        raise RefusedMany(refusals)
    devices = _hang_up(known, rows, old)
    ids = tuple(device.pk for device in devices)
    audit.record_many(
        scope,
        "device.create",
        [
            (device, None, {"mac": device.mac, "name": device.name, "place": device.place_label})
            for device in devices
        ],
        site_id=site.pk,
    )
    emit(DevicesAdded(site.pk, ids))
    for part in PARTS_OF_ALL:
        mark_changed(ids, part)
    return devices


def _refusal(
    row: NewDevice, known: _Site, library: set[str], old: Mapping[str, Device], seen: set[str]
) -> Refused | None:
    try:
        plain_mac(row.mac)
    except Refused as refusal:
        return refusal
    if row.mac not in library:
        return Refused(
            _("{mac} is not in your library.").format(mac=row.mac), field="mac", code="not-in-library"
        )
    if row.mac in old and old[row.mac].site_id is not None:
        return Refused(
            _("{mac} is in use by another device.").format(mac=row.mac), field="mac", code="in-use"
        )
    if row.mac in seen:
        return Refused(_("{mac} stands twice.").format(mac=row.mac), field="mac", code="double")
    if not row.name.strip() or len(row.name) > 64:
        return Refused(_("A name has 1 to 64 characters."), field="name", code="name")
    return _place_refusal(row, known)


def _place_refusal(row: NewDevice, known: _Site) -> Refused | None:
    if row.unit_id is not None and row.unit_id not in known.units:
        return Refused(_("No such apartment on this site."), field="unit", code="no-unit")
    if row.building_id is not None and row.building_id not in known.buildings:
        return Refused(_("No such building on this site."), field="building", code="no-building")
    if any(building not in known.buildings for building in row.serves):
        return Refused(_("No such building on this site."), field="serves", code="no-building")
    if known.site.kind == Site.Kind.HOUSE:
        return None
    if row.kind in UNIT_KINDS and row.unit_id is None:
        if known.site.kind == Site.Kind.OFFICE and row.kind == DeviceKind.INDOOR_MONITOR:
            return None  # an office has no apartments; its monitors hang in departments
        return Refused(_("This type belongs to an apartment."), field="unit", code="needs-unit")
    if row.kind not in UNIT_KINDS and row.unit_id is not None:
        return Refused(_("This type belongs to a building or the public area."), field="unit", code="no-unit")
    return None


def _hang_up(known: _Site, rows: Sequence[NewDevice], old: Mapping[str, Device]) -> list[Device]:
    """Write checked devices: new ones, and known MACs at their new place."""
    devices = [_placed(row, sip, known, old) for row, sip in zip(rows, draw_sip(len(rows)), strict=True)]
    fresh = [device for device in devices if not device.pk]
    again = [device for device in devices if device.pk]
    pour(fresh)
    Device.objects.bulk_update(again, PLACED, batch_size=1000)
    DeviceState.objects.bulk_create(
        [DeviceState(device=device) for device in devices], ignore_conflicts=True, batch_size=2000
    )
    Relay.objects.filter(device__in=again).delete()
    doors = [Relay(device=device, number=1, name=device.name) for device in devices if device.is_door]
    pour(doors, numbered=False)
    moment = now()
    places = [
        DevicePlace(
            device=device, place=device.place, site=known.site, building_id=device.building_id, since=moment
        )
        for device in devices
    ]
    pour(places, numbered=False)
    _serve(devices, rows)
    return devices


PLACED = ("site", "kind", "name", "network_group", "building", "unit", "serves_all", "place_label")


def _placed(row: NewDevice, sip: str, known: _Site, old: Mapping[str, Device]) -> Device:
    device = old.get(row.mac) or Device(mac=row.mac, sip=sip, secret=draw_secret())
    device.site = known.site
    device.kind, device.name, device.network_group = row.kind, row.name.strip(), row.network_group
    device.building_id, device.unit_id = row.building_id, row.unit_id
    device.serves_all = not row.serves
    device.place_label = known.label(row.building_id, row.unit_id)
    return device


def _serve(devices: Sequence[Device], rows: Sequence[NewDevice]) -> None:
    through = Device.serves.through
    by_mac = {device.mac: device.pk for device in devices}
    through.objects.filter(device_id__in=by_mac.values()).delete()
    through.objects.bulk_create(
        [
            through(device_id=by_mac[row.mac], building_id=building)
            for row in rows
            for building in set(row.serves)
        ]
    )


@transaction.atomic
def change_device(
    *,
    scope: Scope,
    device: Device,
    changes: Mapping[str, object],
    serves: Sequence[int] | None = None,
) -> Device:
    """Change name, place on the site, network group, contacts display or permissions of a device.

    `changes` maps field names of `Device` to values; `serves` replaces the buildings a public
    device serves (empty: all). MAC, type and site stay. Raises `Refused` as `add_devices` and
    `remove_devices` do.
    """
    device = Device.objects.select_for_update(of=("self",)).select_related("site").get(pk=device.pk)
    if device.site is None:
        raise Refused(_("This device hangs at no site."), code="no-site")
    before = {name: getattr(device, name) for name in changes}
    if device.unit_id is not None and changes.get("unit_id", device.unit_id) != device.unit_id:
        keep_monitors([device.pk])
    for name, value in changes.items():
        setattr(device, name, value)
    row = NewDevice(
        device.mac, device.kind, device.name, device.building_id, device.unit_id, tuple(serves or ())
    )
    known = _read_site(device.site, [row])
    if refusal := _place_refusal(row, known):
        raise refusal
    device.place_label = known.label(device.building_id, device.unit_id)
    if serves is not None:
        device.serves_all = not serves
        device.serves.set(serves)
    device.full_clean(exclude=["secret"])
    device.save()
    DevicePlace.objects.filter(device=device, place=device.place).update(building_id=device.building_id)
    audit.record(scope, "device.change", device, before=before, after=dict(changes), site_id=device.site_id)
    if serves is not None or {"building", "unit", "building_id", "unit_id"} & changes.keys():
        emit(DevicesMoved(device.site.pk, (device.pk,)))
    for part in PARTS_OF_ALL:
        mark_changed([device.pk], part)
    return device


def adjust_device(*, scope: Scope, device: Device, changes: Mapping[str, object]) -> Device:
    """What a property manager may change (D16): not MAC, type or place. Raises `Refused` for those."""
    allowed = {"name", "contacts_display", "monitor_allowed", "call_allowed"}
    if changes.keys() - allowed:
        raise Refused(_("MAC, type and place are the installer's."), code="not-allowed")
    return change_device(scope=scope, device=device, changes=changes)


@transaction.atomic
def remove_devices(*, scope: Scope, devices: Sequence[Device]) -> None:
    """Take devices out of their sites: the next place begins, the secret changes, the MAC is free again.

    What the doors still know stays owed to the old site until they confirm an empty memory. Raises
    `Refused` where an apartment would be left without the indoor monitor its plan asks for.
    """
    keep_monitors(device.pk for device in devices)
    take_out(scope=scope, devices=devices)


def take_out(*, scope: Scope, devices: Sequence[Device]) -> None:
    """`remove_devices`, whatever the plan asks for: also where the apartments themselves go."""
    ids = [device.pk for device in devices]
    locked = list(Device.objects.select_for_update().filter(pk__in=ids, site__isnull=False).order_by("pk"))
    by_site: dict[int, list[int]] = {}
    for device in locked:
        assert device.site_id is not None
        by_site.setdefault(device.site_id, []).append(device.pk)
    for site_id, members in by_site.items():
        rows = [(d, {"mac": d.mac, "name": d.name}, None) for d in locked if d.pk in members]
        audit.record_many(scope, "device.remove", rows, site_id=site_id)
    _void_commands(ids)
    DevicePlace.objects.filter(device_id__in=ids, until__isnull=True).update(until=now())
    for device in locked:
        device.site = device.building = device.unit = None
        device.place_label = ""
        device.secret = draw_secret()
        device.place += 1
    fields = ["site", "building", "unit", "place_label", "secret", "place"]
    Device.objects.bulk_update(locked, fields, batch_size=1000)
    Device.serves.through.objects.filter(device_id__in=ids).delete()
    for site_id, members in by_site.items():
        emit(DevicesRemoved(site_id, tuple(members)))


def _void_commands(device_ids: Sequence[int]) -> None:
    Command.objects.filter(
        device_id__in=device_ids, state__in=(Command.State.QUEUED, Command.State.SENT)
    ).update(state=Command.State.EXPIRED, result=noop("The device was taken out"), finished_at=now())
