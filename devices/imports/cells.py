"""The Device cell of the templates: `Gate2,0,0C11050B9814;Living Room,2,0C11050893C6`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from devices.models import Device, DeviceKind, MacEntry
from devices.services.macs import plain_mac
from sites import fields, services
from sites.models import Building, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import Row
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

MOST = 20
UNIT_KINDS = (DeviceKind.UNIT_DOOR_PHONE, DeviceKind.INDOOR_MONITOR)


@dataclass(frozen=True)
class CellDevice:
    """One device of a cell."""

    name: str
    kind: int
    mac: str


class DeviceCellField(forms.CharField):
    """Devices, parted by `;`, each name, type code and MAC parted by commas."""

    def clean(self, value: Any) -> list[CellDevice]:  # type: ignore[override]
        """The devices; the error names the one that is wrong."""
        text = str(value or "").strip().strip(";")
        parts = [part.strip() for part in text.split(";")] if text else []
        if len(parts) > MOST:
            raise ValidationError(_("At most {n} devices in a cell.").format(n=MOST))
        return [_device(part) for part in parts]


def _device(part: str) -> CellDevice:
    pieces = [piece.strip() for piece in part.rsplit(",", 2)]
    if len(pieces) != 3:
        raise ValidationError(
            _("“{part}” is not name,type,MAC (as in Gate2,0,0C11050B9814).").format(part=part[:40])
        )
    name, code, mac = pieces
    if not code.isdigit() or int(code) not in DeviceKind.values:
        raise ValidationError(_("“{part}”: the type is one of 0, 1, 2, 3 and 50.").format(part=part[:40]))
    try:
        return CellDevice(fields.clean_name(name), int(code), plain_mac(mac))
    except Refused as refusal:
        raise ValidationError(
            _("“{part}”: {message}").format(part=part[:40], message=refusal.message)
        ) from refusal


@dataclass
class Known:
    """What all rows are checked against; read once."""

    site: Site
    buildings: dict[str, int] = field(default_factory=dict)
    library: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    units: set[tuple[int, str]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def building_id(self, name: str) -> int | None:
        """The building of that name, whatever its case."""
        return self.buildings.get(name.lower())


def read_site(site: Site) -> Known:
    """Names of buildings and the installer's library."""
    buildings = Building.objects.filter(site=site).values_list("name", "pk")
    return Known(site, {name.lower(): pk for name, pk in buildings})


def add_buildings(scope: Scope, known: Known, rows: Sequence[Row], column: str) -> None:
    """Add the buildings (departments) these rows name and the site does not have yet."""
    names = (row.cleaned[column] for row in rows)
    missing = {name.lower(): name for name in names if name and known.building_id(name) is None}
    if missing:
        for building in services.add_buildings(scope=scope, site=known.site, names=list(missing.values())):
            known.buildings[building.name.lower()] = building.pk


def look_up_macs(known: Known, macs: Iterable[str]) -> None:
    """Which of these MACs are in the library, and which hang somewhere: two queries."""
    wanted = list(set(macs))
    entries = MacEntry.objects.filter(mac__in=wanted, organisation_id=known.site.organisation_id)
    known.library = set(entries.values_list("mac", flat=True))
    known.used = set(Device.objects.filter(mac__in=wanted, site__isnull=False).values_list("mac", flat=True))


def check_macs(rows: list[Row], known: Known, column: str = "device") -> None:
    """Name each MAC that is not in the library, in use, or twice in the file."""
    cells = [(row, device) for row in rows for device in row.cleaned.get(column) or ()]
    look_up_macs(known, (device.mac for _, device in cells))
    first: dict[str, Row] = {}
    for row, device in cells:
        if device.mac in first:
            other = first[device.mac].number
            row.error(
                column,
                _("{mac} is also in row {row}.").format(mac=device.mac, row=other)
                if other != row.number
                else _("{mac} stands twice.").format(mac=device.mac),
            )
        elif device.mac not in known.library:
            row.error(column, _("{mac} is not in your library.").format(mac=device.mac))
        elif device.mac in known.used:
            row.error(column, _("{mac} is in use by another device.").format(mac=device.mac))
        first.setdefault(device.mac, row)


def person_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The columns both templates have for a person, by the names of the service."""
    return {
        "first_name": cleaned["first_name"],
        "last_name": cleaned["last_name"],
        "email": cleaned["email"],
        "country_code": cleaned["calling_code"],
        "mobile": cleaned["mobile"],
    }


def clean_mobile(form: Any) -> str:
    """The mobile number, judged with its calling code."""
    return fields.clean_mobile(form.cleaned_data.get("mobile"), form.cleaned_data.get("calling_code") or "")
