"""What the pages of the demo are about: a row of each kind, by what it is called in an address."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from access.imports import ResidentImporter
from access.models import AccessGroup
from access.services.exports import take_along
from accounts.models import User
from accounts.permissions import scope_for
from devices.models import Device
from sites.imports.leases import LeaseImporter
from sites.models import Residency, Site, Unit
from sites.services import NewResident, add_resident, code_sheets
from sites.services.moves import move_out
from smartplus.kernel.imports import Importer, services
from smartplus.kernel.models import Import
from smartplus.kernel.scoping import Scope
from tests.waiting import until

SITE = "Lindenhof Courtyard"
LEASES = (
    {"unit": "North House 101", "name": "Łukasz Brzeziński", "start": "2026-01-01", "status": "Current"},
    {"unit": "South House 102", "name": "Ada Falk", "start": "2031-02-01", "status": "Future"},
    {"unit": "Elsewhere 9", "name": "Bo Ek", "start": "2026-01-01", "status": "Current"},
)


def rows() -> dict[str, int]:
    """The ids."""
    site = Site.objects.get(name=SITE)
    person = Residency.objects.filter(site=site).earliest("pk")
    return {
        "site": site.pk,
        "device": Device.objects.get(site=site, name="Main entrance").pk,
        "unit": Unit.objects.filter(site=site).earliest("pk").pk,
        "person": person.pk,
        "helper": User.objects.get(username="subinstaller").pk,
        "installer": site.organisation_id,
        "group": AccessGroup.objects.filter(site=site).earliest("pk").pk,
        "waiting": Unit.objects.filter(site=site).latest("pk").pk,
    }


def last_weeks() -> dict[str, int]:
    """Somebody who left, a sheet of codes, a lease table and an edited list of residents, not yet written."""
    site = Site.objects.get(name=SITE)
    scope = scope_for(User.objects.get(username="manager"))
    there = Residency.objects.filter(site=site).order_by("pk")
    code_sheets.ask(scope=scope, site=site, residency_ids=there.values_list("pk", flat=True))
    people = list(take_along(scope=scope, site=site, people=there))
    edited = [{**people[0], "remark": "Owner", "last_name": "Falk"}, *people[1:]]
    return {
        "former": former(scope, site).pk,
        "leases": brought(scope, site, LeaseImporter, LEASES).pk,
        "edited": brought(scope, site, ResidentImporter, edited).pk,
    }


def former(scope: Scope, site: Site) -> Residency:
    """A family member who has moved out."""
    unit = Unit.objects.filter(site=site).earliest("pk")
    row = NewResident(Residency.Kind.MEMBER, "Asta", "Falk", unit_id=unit.pk)
    person = add_resident(scope=scope, site=site, row=row)
    move_out(scope=scope, person=person)
    return person


def brought(scope: Scope, site: Site, kind: type[Importer], lines: Any) -> Import:
    """These lines (by the names of columns) as a file that was chosen and has been checked."""
    file = workbook(kind, lines)
    context = {"site": site.pk}
    run = services.stage(
        scope=scope, key=kind.key, context=context, file=file, name="people.xlsx", site_id=site.pk
    )
    checked = Import.objects.filter(pk=run.pk, status=Import.Status.CHECKED)
    until(checked.exists, 20, "the file is not checked")
    return run


def workbook(kind: type[Importer], lines: list[Mapping[str, Any]]) -> BytesIO:
    """The template of this importer, filled in."""
    book, file = Workbook(), BytesIO()
    page = book.active
    assert page is not None
    page.append([column.label for column in kind.columns])
    for line in lines:
        page.append([line.get(column.name) for column in kind.columns])
    book.save(file)
    file.seek(0)
    return file
