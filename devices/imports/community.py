"""S10 for communities: apartments with their masters and devices, in one file."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy

from accounts.permissions import Can
from devices.models import DeviceKind
from devices.services import NewDevice, add_devices
from sites import fields, services
from sites.models import Residency, Site, Unit
from sites.services.units import NO_MONITOR
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import ImportColumn, Importer, Row, RowForm
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import cells
from .cells import UNIT_KINDS, Known

PERSON = ("first_name", "last_name", "email", "mobile")
BUILDING_HELP = _("Number or name, at most 128 characters. Blank: devices of the public area.")
APT_HELP = _("Letters, digits and #. Blank: the row adds devices of the building only.")
DEVICE_HELP = _(
    "Name,type,MAC, parted by ;. Types: 0 multi-tenant door phone, 1 single-tenant door phone, "
    "2 indoor monitor, 3 guard phone, 50 access control. "
    "0, 3 and 50 belong to the building, 1 and 2 to the apartment."
)


def _calls() -> str:
    return "; ".join(f"{number} {label}" for number, label in Unit.CallType.choices)


CALLS: Any = lazy(_calls, str)()


class CommunityRow(RowForm):
    """An apartment with its master and devices; without Apt only devices of the building."""

    building = fields.NameField(most=fields.BUILDING_LENGTH, required=False)
    apt = fields.ApartmentField(required=False)
    apt_name = fields.TextField()
    device = cells.DeviceCellField(required=False)
    first_name = fields.NameField(required=False)
    last_name = fields.TextField()
    email = fields.EmailAddressField(required=False)
    calling_code = fields.CallingCodeField(required=False)
    mobile = forms.CharField(required=False)
    phone_1 = fields.PhoneField(required=False)
    phone_2 = fields.PhoneField(required=False)
    phone_3 = fields.PhoneField(required=False)
    call_type = fields.NumberChoiceField(choices=Unit.CallType, required=False)

    def clean_mobile(self) -> str:
        """Judged with the calling code."""
        return cells.clean_mobile(self)

    def clean(self) -> dict[str, Any]:
        """What goes together: apartment and building, person and apartment, type and place."""
        given = self.cleaned_data
        if given.get("apt") and not given.get("building"):
            self.add_error("building", _("An apartment needs its building."))
        if not given.get("apt"):
            self._without_apartment(given)
        elif not given.get("first_name") and any(given.get(name) for name in PERSON[1:]):
            self.add_error("first_name", _("The family master needs a first name."))
        return given

    def _without_apartment(self, given: dict[str, Any]) -> None:
        if any(given.get(name) for name in PERSON):
            self.add_error("apt", _("A person needs an apartment."))
        elif not given.get("device") and "device" not in self.errors:
            self.add_error("device", _("Neither apartment nor device: the row adds nothing."))
        if any(device.kind in UNIT_KINDS for device in given.get("device") or ()):
            self.add_error("device", _("Types 1 and 2 belong to an apartment."))


class CommunityImporter(Importer):
    """Buildings, apartments, family masters and devices of a community."""

    key = "devices.community"
    title = _("Import apartments and devices")
    noun = (_("row"), _("rows"))
    needs = Can.SITE_IMPORT
    template_name = "community.xlsx"
    sheet_name = "Community"
    max_rows = 10_000
    chunk_size = 1000  # locks, news and rights cost a thousand rows as much as half of them
    form_class = CommunityRow
    columns = (
        ImportColumn("Building", "building", max_length=128, help=BUILDING_HELP, example="North House"),
        ImportColumn("Apt", "apt", max_length=32, help=APT_HELP, example="1204"),
        ImportColumn(
            "AptName", "apt_name", max_length=64, help=_("Name of the apartment."), example="Berg family"
        ),
        ImportColumn(
            "Device", "device", help=DEVICE_HELP, example="Gate2,0,0C11050B9814;Living Room,2,0C11050893C6"
        ),
        ImportColumn(
            "FirstName",
            "first_name",
            max_length=64,
            help=_("Of the family master. Blank: the apartment stays empty."),
            example="Anna",
        ),
        ImportColumn("LastName", "last_name", max_length=64, example="Berg"),
        ImportColumn("Email", "email", help=_("Login details are sent to it."), example="anna@example.net"),
        ImportColumn(
            "MobileNumber",
            "mobile",
            help=_("For registration; digits without the country code."),
            example="20123456",
        ),
        ImportColumn(
            "TelephoneCallingCode",
            "calling_code",
            help=_("Country code of the mobile number, as 45."),
            example="45",
        ),
        ImportColumn("1stPhone", "phone_1", help=_("Receives calls."), example="+4520123456"),
        ImportColumn("2ndPhone", "phone_2"),
        ImportColumn("3rdPhone", "phone_3"),
        ImportColumn("CallType", "call_type", help=CALLS, example="0"),
    )

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The site with its buildings."""
        site = Site.objects.visible_to(scope).filter(pk=context["site"], kind=Site.Kind.COMMUNITY).first()
        if site is None:
            raise Refused(_("This community is not there any more."), code="gone")
        return cells.read_site(site)

    def check_all(self, rows: list[Row], known: Known) -> None:
        """MACs, and apartments that stand twice or are there already."""
        cells.check_macs(rows, known)
        there = Unit.objects.filter(site=known.site, building__isnull=False).values_list(
            "building__name", "number"
        )
        present = {(building.lower(), number.lower()) for building, number in there}
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            if known.site.needs_monitors and row.cleaned.get("apt") and not _has_monitor(row):
                row.error("device", str(NO_MONITOR))
            key = (row.cleaned.get("building", "").lower(), row.cleaned.get("apt", "").lower())
            if not all(key):
                continue
            if key in first:
                row.error(
                    "apt",
                    _("This apartment is also in row {row}. Members come by the manager's template.").format(
                        row=first[key]
                    ),
                )
            elif key in present:
                row.error("apt", str(_("This building has this apartment already.")))
            first.setdefault(key, row.number)

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """One chunk: buildings, apartments, masters, devices."""
        site = known.site
        cells.add_buildings(scope, known, rows, "building")
        homes = [row for row in rows if row.cleaned["apt"]]
        units = services.add_units(scope=scope, site=site, rows=[_unit(row, known) for row in homes])
        unit_of = {id(row): unit for row, unit in zip(homes, units, strict=True)}
        masters = [row for row in homes if row.cleaned["first_name"]]
        if masters:
            people = [
                services.NewResident(
                    kind=Residency.Kind.MASTER, unit_id=unit_of[id(row)].pk, **cells.person_of(row.cleaned)
                )
                for row in masters
            ]
            services.add_residents(scope=scope, site=site, rows=people)
        if devices := [new for row in rows for new in _devices(row, known, unit_of.get(id(row)))]:
            add_devices(scope=scope, site=site, rows=devices)


def _unit(row: Row, known: Known) -> services.NewUnit:
    given = row.cleaned
    return services.NewUnit(
        building_id=known.building_id(given["building"]),
        number=given["apt"],
        name=given["apt_name"],
        call_type=given["call_type"],
        phone_1=given["phone_1"],
        phone_2=given["phone_2"],
        phone_3=given["phone_3"],
        monitored=_has_monitor(row),
    )


def _has_monitor(row: Row) -> bool:
    return any(device.kind == DeviceKind.INDOOR_MONITOR for device in row.cleaned.get("device") or ())


def _devices(row: Row, known: Known, unit: Unit | None) -> list[NewDevice]:
    building = known.building_id(row.cleaned["building"]) if row.cleaned["building"] else None
    return [
        NewDevice(
            mac=device.mac,
            kind=device.kind,
            name=device.name,
            building_id=building,
            unit_id=unit.pk if unit is not None and device.kind in UNIT_KINDS else None,
        )
        for device in row.cleaned["device"]
    ]
