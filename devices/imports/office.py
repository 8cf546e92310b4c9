"""S10 for offices: departments, staff and personnel, and devices, in one file."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.functional import lazy

from accounts.permissions import Can
from devices.services import NewDevice, add_devices
from sites import fields, services
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import ImportColumn, Importer, Row, RowForm
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import cells
from .cells import Known

DEVICE_HELP = _(
    "Name,type,MAC, parted by ;. Types: 0 multi-tenant door phone, 2 indoor monitor, 3 guard phone, "
    "50 access control."
)
PERSON = ("first_name", "last_name", "unique_id", "email", "mobile", "identity")


def _calls() -> str:
    return "; ".join(f"{number} {label}" for number, label in Residency.CallType.choices)


CALLS: Any = lazy(_calls, str)()


class OfficeRow(RowForm):
    """A person of a department, or devices of it."""

    department = fields.NameField(most=fields.BUILDING_LENGTH, required=False)
    device = cells.DeviceCellField(required=False)
    identity = forms.CharField(required=False)
    first_name = fields.NameField(required=False)
    last_name = fields.TextField()
    unique_id = fields.TextField(most=32)
    email = fields.EmailAddressField(required=False)
    calling_code = fields.CallingCodeField(required=False)
    mobile = forms.CharField(required=False)
    intercom = forms.CharField(required=False)
    phone = fields.PhoneField(required=False)
    call_type = fields.NumberChoiceField(choices=Residency.CallType, required=False)

    def clean_identity(self) -> str:
        """`staff` or `personnel`."""
        typed = self.cleaned_data["identity"]
        return fields.clean_identity(typed) if typed else ""

    def clean_mobile(self) -> str:
        """Judged with the calling code."""
        return cells.clean_mobile(self)

    def clean_intercom(self) -> bool:
        """1 or 0; blank is 1."""
        typed = self.cleaned_data["intercom"] or "1"
        if typed not in ("0", "1"):
            raise forms.ValidationError(_("1 for on, 0 for off."))
        return typed == "1"

    def clean(self) -> dict[str, Any]:
        """A person needs department, identity, first name and ID."""
        given = self.cleaned_data
        if not any(given.get(name) for name in PERSON):
            if not given.get("device") and "device" not in self.errors:
                self.add_error("device", _("Neither person nor device: the row adds nothing."))
            return given
        needed = (
            ("department", _("A person belongs to a department.")),
            ("identity", _("staff or personnel.")),
            ("first_name", _("Type the first name.")),
            ("unique_id", _("Type the ID: it tells people of an office apart.")),
        )
        for name, reason in needed:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, reason)
        return given


class OfficeImporter(Importer):
    """Departments, people and devices of an office."""

    key = "devices.office"
    title = _("Import people and devices")
    noun = (_("row"), _("rows"))
    needs = Can.SITE_IMPORT
    template_name = "office.xlsx"
    sheet_name = "Office"
    max_rows = 10_000
    chunk_size = 1000  # locks, news and rights cost a thousand rows as much as half of them
    form_class = OfficeRow
    columns = (
        ImportColumn(
            "Department",
            "department",
            max_length=128,
            help=_("At most 128 characters. Blank: devices of the public area."),
            example="Design",
        ),
        ImportColumn("Device", "device", help=DEVICE_HELP, example="Entrance,50,0C11050B9814"),
        ImportColumn("Identity", "identity", help=_("staff or personnel."), example="personnel"),
        ImportColumn("FirstName", "first_name", max_length=64, example="Anna"),
        ImportColumn("LastName", "last_name", max_length=64, example="Berg"),
        ImportColumn("ID", "unique_id", max_length=32, help=_("Unique within the office."), example="P-104"),
        ImportColumn("Email", "email", help=_("Login details are sent to it."), example="anna@example.net"),
        ImportColumn(
            "MobileNumber",
            "mobile",
            help=_("For registration only; digits without the country code."),
            example="20123456",
        ),
        ImportColumn(
            "TelephoneCallingCode",
            "calling_code",
            help=_("Country code of the mobile number, as 45."),
            example="45",
        ),
        ImportColumn("Smartplus Intercom Feature", "intercom", help=_("1 on, 0 off. Blank: 1."), example="1"),
        ImportColumn("Phone", "phone", help=_("Receives calls."), example="+4520123456"),
        ImportColumn("CallType", "call_type", help=CALLS, example="0"),
    )

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The office with its departments."""
        site = Site.objects.visible_to(scope).filter(pk=context["site"], kind=Site.Kind.OFFICE).first()
        if site is None:
            raise Refused(_("This office is not there any more."), code="gone")
        return cells.read_site(site)

    def check_all(self, rows: list[Row], known: Known) -> None:
        """MACs, and IDs that stand twice or are in use."""
        cells.check_macs(rows, known)
        self.no_doubles(rows, "unique_id", _("This ID"))
        wanted = {row.cleaned["unique_id"].lower() for row in rows if row.cleaned.get("unique_id")}
        people = Residency.objects.filter(site=known.site).annotate(lowered=Lower("unique_id"))
        taken = set(people.filter(lowered__in=wanted).values_list("lowered", flat=True))
        for row in rows:
            if row.cleaned.get("unique_id", "").lower() in taken:
                row.error("unique_id", str(_("Somebody of this office has this ID.")))

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """One chunk: departments, people, devices."""
        cells.add_buildings(scope, known, rows, "department")
        people = [row for row in rows if row.cleaned["first_name"]]
        if people:
            services.add_residents(scope=scope, site=known.site, rows=[_person(row, known) for row in people])
        devices = [
            NewDevice(device.mac, device.kind, device.name, building_id=_department(row, known))
            for row in rows
            for device in row.cleaned["device"]
        ]
        if devices:
            add_devices(scope=scope, site=known.site, rows=devices)


def _department(row: Row, known: Known) -> int | None:
    name = row.cleaned["department"]
    return known.building_id(name) if name else None


def _person(row: Row, known: Known) -> services.NewResident:
    given = row.cleaned
    return services.NewResident(
        kind=given["identity"],
        building_id=_department(row, known),
        unique_id=given["unique_id"],
        intercom=given["intercom"],
        call_type=given["call_type"],
        phone=given["phone"],
        **cells.person_of(given),
    )
