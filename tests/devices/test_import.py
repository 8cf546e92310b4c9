"""S10: apartments, masters and devices by template; every error with row and column, nothing by halves."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from accounts.models import Role
from devices.imports import CommunityImporter, MacImporter, OfficeImporter
from devices.models import Device, MacEntry
from sites import services as sites
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel import imports
from smartplus.kernel.models import Import, ImportRow
from tests.world import World

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "samples" / "community.xlsx"
COMMUNITY = tuple(column.label for column in CommunityImporter.columns)
OFFICE = tuple(column.label for column in OfficeImporter.columns)


def sheet(columns: tuple[str, ...], *rows: dict[str, object]) -> BytesIO:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(columns))
    for row in rows:
        page.append([row.get(column) for column in columns])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def bring(world: World, *rows: dict[str, object], choice: str = "all") -> Import:
    """Import these rows into the world's community, as the installer."""
    scope, context = world.scope(Role.INSTALLER), {"site": world.rows[Site].pk}
    return imports.run(CommunityImporter.key, scope, context, sheet(COMMUNITY, *rows), choice=choice)


def errors_of(run: Import) -> list[tuple[int, str, str]]:
    """(row, column, reason) of every error."""
    rows = ImportRow.objects.filter(run=run).order_by("number")
    return [(row.number, error["column"], error["reason"]) for row in rows for error in row.errors]


def flat(world: World, **cells: object) -> dict[str, object]:
    """A good row, with what is given instead."""
    return {"Building": world.rows[Building].name, "Apt": "500", "FirstName": "Zoë", **cells}


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Building, Unit, Residency, Device))


def test_the_columns_are_those_of_the_guide() -> None:
    assert COMMUNITY == (
        "Building", "Apt", "AptName", "Device", "FirstName", "LastName", "Email", "MobileNumber",
        "TelephoneCallingCode", "1stPhone", "2ndPhone", "3rdPhone", "CallType",
    )  # fmt: skip
    assert OFFICE == (
        "Department", "Device", "Identity", "FirstName", "LastName", "ID", "Email", "MobileNumber",
        "TelephoneCallingCode", "Smartplus Intercom Feature", "Phone", "CallType",
    )  # fmt: skip


def test_apartments_masters_and_devices_in_one_file(alpha: World) -> None:
    cell = f"Gate,0,{alpha.mac(7)};Desk,3,{alpha.mac(8)}"
    run = bring(
        alpha,
        {"Building": "New House", "Device": cell},
        {"Device": f"Yard,50,{alpha.mac(9)}"},
        flat(
            alpha, Building="New House", LastName="احمدی 🎹", CallType=3, Device=f"Hall,2,{alpha.mac(10)}",
            MobileNumber="20123456", TelephoneCallingCode=45, Email="zoe@example.net",
        ),
    )  # fmt: skip
    assert (run.status, errors_of(run)) == ("done", [])
    hung = dict(Device.objects.filter(mac__startswith="0C11A1").values_list("name", "place_label"))
    assert hung["Gate"] == hung["Desk"] == "New House"
    assert (hung["Yard"], hung["Hall"]) == ("Public area", "New House 500")
    person = Residency.objects.get(email="zoe@example.net")
    assert (person.kind, person.mobile, person.unit.call_type) == ("master", "20123456", 3)


BAD: dict[str, tuple[Callable[[World], dict[str, object]], str, str]] = {
    "name of 300": (lambda w: flat(w, FirstName="x" * 300), "FirstName", "64"),
    "unknown code": (
        lambda w: flat(w, MobileNumber="1", TelephoneCallingCode="999"),
        "TelephoneCallingCode",
        "999",
    ),
    "not an email": (lambda w: flat(w, Email="nobody"), "Email", "email"),
    "bad apartment": (lambda w: flat(w, Apt="1/2"), "Apt", "Letters"),
    "no building": (lambda w: flat(w, Building=""), "Building", "building"),
    "call type": (lambda w: flat(w, CallType=9), "CallType", "One of"),
    "device cell": (lambda w: flat(w, Device="Hall"), "Device", "name,type,MAC"),
    "device type": (lambda w: flat(w, Device=f"Hall,7,{w.mac(7)}"), "Device", "type"),
    "bad MAC": (lambda w: flat(w, Device="Hall,2,XYZ"), "Device", "12 characters"),
    "MAC in use": (lambda w: flat(w, Device=f"Hall,2,{w.mac(0)}"), "Device", "in use"),
    "MAC of others": (lambda w: flat(w, Device="Hall,2,0C11B2000003"), "Device", "not in your library"),
    "monitor without flat": (
        lambda w: flat(w, Apt="", FirstName="", Device=f"H,2,{w.mac(7)}"),
        "Device",
        "apartment",
    ),
    "nobody without flat": (lambda w: flat(w, Apt=""), "Apt", "needs an apartment"),
    "there already": (lambda w: flat(w, Apt="101"), "Apt", "already"),
    "turned text": (lambda w: flat(w, FirstName="a\u202eb"), "FirstName", "direction"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_is_named_and_nothing_is_written(alpha: World, bravo: World, case: str) -> None:
    make, column, words = BAD[case]
    before = counts()
    run = bring(alpha, flat(alpha, Apt="499"), make(alpha))
    found = [(number, name) for number, name, reason in errors_of(run) if words in reason]
    assert (3, column) in found, errors_of(run)
    assert "BRAVO" not in str(errors_of(run))
    assert counts() == before


def test_doubles_within_the_file_name_each_other(alpha: World) -> None:
    mac = alpha.mac(7)
    run = bring(
        alpha, flat(alpha, Device=f"A,2,{mac}"), flat(alpha, Apt="501", Device=f"B,2,{mac}"), flat(alpha)
    )
    assert [(number, column) for number, column, _ in errors_of(run)] == [(3, "Device"), (4, "Apt")]


def test_the_good_rows_can_be_taken_alone(alpha: World) -> None:
    run = bring(alpha, flat(alpha), flat(alpha, Apt="1/2"), choice="good")
    assert (run.status, run.applied) == ("done", 1)
    assert Unit.objects.filter(site=alpha.rows[Site], number="500").exists()


def test_an_office_takes_people_by_department(alpha: World) -> None:
    scope = alpha.scope(Role.INSTALLER)
    office = sites.add_site(scope=scope, kind=Site.Kind.OFFICE, name="ALPHA Works")
    good = {"Department": "Design", "Identity": "Staff", "FirstName": "Anna", "ID": "P1", "CallType": 2}
    bad = [{**good, "ID": "P2", "Identity": "guest"}, {**good, "ID": "p3"}, {**good, "ID": "P3"}]
    context = {"site": office.pk}
    run = imports.run(OfficeImporter.key, scope, context, sheet(OFFICE, good, *bad), choice="good")
    assert [(number, column) for number, column, _ in errors_of(run)] == [
        (3, "Identity"),
        (4, "ID"),
        (5, "ID"),
    ]
    person = Residency.objects.get(site=office)
    assert (person.kind, person.unique_id, person.building.name) == ("staff", "P1", "Design")


def test_macs_by_template(alpha: World, bravo: World) -> None:
    rows = [{"MAC": mac} for mac in ("AA:BB:CC:DD:EE:01", bravo.mac(3), "nonsense")]
    run = imports.run(MacImporter.key, alpha.scope(Role.INSTALLER), {}, sheet(("MAC",), *rows), choice="good")
    assert [number for number, _, _ in errors_of(run)] == [3, 4]
    assert MacEntry.objects.filter(mac="AABBCCDDEE01").exists()


def test_another_installers_site_is_not_there(alpha: World, bravo: World) -> None:
    context = {"site": bravo.rows[Site].pk}
    before = counts()
    run = imports.run(
        CommunityImporter.key, alpha.scope(Role.INSTALLER), context, sheet(COMMUNITY, flat(alpha))
    )
    assert run.status == "failed"
    assert counts() == before


def test_the_sample_is_read_as_libreoffice_saved_it(alpha: World) -> None:
    """Its MACs are the demo's, so here each device is refused, and every apartment is understood."""
    with SAMPLE.open("rb") as file:
        run = imports.run(
            CommunityImporter.key, alpha.scope(Role.INSTALLER), {"site": alpha.rows[Site].pk}, file
        )
    assert (run.good + run.bad, {column for _, column, _ in errors_of(run)}) == (203, {"Device"})
