"""S12: people with cards, PINs and groups by template; every error with its column, nothing by halves."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from access.imports import ResidentImporter
from access.models import AccessRight, Credential, Subject
from access.services import jobs
from access.services.credentials import add_cards, set_pins
from sites.models import Residency, Site
from smartplus.kernel import imports
from smartplus.kernel.models import Import, ImportRow

TEMPLATE = (
    "Building", "Accessible Floors", "Apt", "AptName", "AccountType", "FirstName", "LastName", "Email",
    "MobileNumber", "TelephoneCallingCode", "1stPhone", "2ndPhone", "3rdPhone", "RFCard", "PIN",
    "LicensePlate", "UHFCard", "AccessGroupID", "Remark",
)  # fmt: skip


def line(**cells: object) -> dict[str, object]:
    """A good row: a family member of 1204, with what is given instead."""
    return {"Building": "North House", "Apt": "1204", "AccountType": "1", "FirstName": "Mia", **cells}


def sheet(rows: list[dict[str, object]], columns: tuple[str, ...] = TEMPLATE) -> BytesIO:
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


@pytest.fixture
def north(home: Any) -> Any:
    """The home with a family master in 1204 and an empty 1205."""
    Residency.objects.filter(pk=home.person.pk).update(kind="master")
    home.empty = home.village.unit(home.building, "1205")
    return home


def bring(home: Any, *rows: dict[str, object], choice: str = "all") -> Import:
    """Import these rows as the manager."""
    village = home.village
    context = {"site": village.site.pk}
    return imports.run(ResidentImporter.key, village.scope, context, sheet(list(rows)), choice=choice)


def errors_of(run: Import) -> list[tuple[int, str, str]]:
    """(row, letter, reason) of every error."""
    rows = ImportRow.objects.filter(run=run).order_by("number")
    return [(row.number, error["letter"], error["reason"]) for row in rows for error in row.errors]


def test_the_columns_are_those_of_the_guide() -> None:
    columns = ResidentImporter.columns
    assert tuple(column.label for column in columns if not column.key) == TEMPLATE


def test_people_come_with_all_they_have(north: Any) -> None:
    village = north.village
    pool = village.group("Pool", north.door.relays.all()[:1])
    made = bring(
        north,
        line(AccountType=0, Apt="1205", FirstName="Zoë", LastName="Papadaki", Email="zoe@example.net",
             PIN=381042, MobileNumber="20123456", TelephoneCallingCode=45, AptName="Papadaki",
             Remark="Tenant", RFCard="00F29107;00f29108"),
        line(FirstName="دانیال", LastName="احمدی 🎹", PIN="0042", AccessGroupID=pool.pk)
        | {"1stPhone": "+4520111222"},
    )  # fmt: skip
    assert (made.status, made.applied) == ("done", 2)
    zoe = Residency.objects.get(email="zoe@example.net")
    assert (zoe.kind, zoe.unit_id, zoe.country_code, zoe.mobile, zoe.remark) == (
        "master", north.empty.pk, "45", "20123456", "Tenant",
    )  # fmt: skip
    north.empty.refresh_from_db()
    assert north.empty.name == "Papadaki"
    assert sorted(Credential.objects.filter(residency=zoe).values_list("kind", "value")) == [
        ("card", "00F29107"), ("card", "00F29108"), ("pin", "381042"),
    ]  # fmt: skip
    child = Residency.objects.get(first_name="دانیال")
    assert Credential.objects.get(residency=child).value == "0042"
    assert list(child.subject.grants.values_list("group_id", flat=True)) == [pool.pk]
    assert list(zoe.subject.grants.values_list("group_id", flat=True)) == [north.default.pk]
    north.unit.refresh_from_db()
    assert north.unit.phone_1 == "+4520111222"
    for person in (zoe, child):
        assert AccessRight.objects.filter(device=north.door, subject=person.subject.pk, gone=False).exists()


@pytest.mark.parametrize(
    ("cells", "letter", "reason"),
    [
        ({"Building": "East"}, "A", "no building “East”"),
        ({"Building": None}, "A", "Empty"),
        ({"Accessible Floors": "3"}, "B", "Not used yet"),
        ({"Apt": "9999"}, "C", "no apartment 9999"),
        ({"Apt": "12-04"}, "C", "Letters A to Z"),
        ({"AptName": "x" * 65}, "D", "64"),
        ({"AccountType": "2"}, "E", "0 for the family master"),
        ({"AccountType": "0"}, "E", "family master already"),
        ({"AccountType": "1", "Apt": "1205"}, "E", "no family master"),
        ({"FirstName": None}, "F", "Empty"),
        ({"FirstName": "x" * 300}, "F", "64"),
        ({"Email": "anna"}, "H", "Not an email address"),
        ({"MobileNumber": "20123456"}, "I", "country code"),
        ({"MobileNumber": "1", "TelephoneCallingCode": "45"}, "I", "igits"),
        ({"TelephoneCallingCode": "999"}, "J", "No country has"),
        ({"1stPhone": "call me"}, "K", "3 to 20 digits"),
        ({"RFCard": "XYZ"}, "N", "6 to 20 characters"),
        ({"PIN": "912345"}, "O", "Starts with 9"),
        ({"PIN": "1"}, "O", "2 to 8 digits"),
        ({"LicensePlate": "HH-A 1"}, "P", "Not used yet"),
        ({"UHFCard": "E200"}, "Q", "Not used yet"),
        ({"AccessGroupID": "pool"}, "R", "no ID"),
        ({"AccessGroupID": "999999"}, "R", "no access group with ID 999999"),
        ({"Remark": "x" * 201}, "S", "200"),
    ],
)  # fmt: skip
def test_every_error_has_its_column(north: Any, cells: dict[str, object], letter: str, reason: str) -> None:
    people = Residency.objects.count()
    made = bring(north, line(), line(FirstName="Other") | cells)
    [(row, column, words)] = errors_of(made)
    assert (row, column) == (3, letter)
    assert reason in words
    assert made.status == "checked"
    assert Residency.objects.count() == people
    assert Credential.objects.count() == 0


def test_doubles_within_the_file(north: Any) -> None:
    made = bring(
        north, line(PIN="1111", RFCard="AABBCC"), line(PIN="1111", RFCard="DDEEFF;aabbcc"),
        line(AccountType=0, Apt="1205"), line(AccountType=0, Apt="1205"),
    )  # fmt: skip
    assert errors_of(made) == [
        (2, "N", "This card is also in row 3."),
        (3, "N", "This card is also in row 2."),
        (3, "O", "This PIN is also in row 2."),
        (5, "E", "The family master of this apartment is also in row 4."),
    ]


def test_doubles_against_the_site(north: Any) -> None:
    village = north.village
    set_pins(scope=village.scope, site=village.site, pins={north.person.pk: "1111"})
    add_cards(scope=village.scope, site=village.site, cards={north.person.pk: ["AABBCC"]})
    pin, card = errors_of(bring(north, line(PIN="1111"), line(RFCard="aabbcc")))
    assert pin[:2] == (2, "O")
    assert "Anna" not in pin[2]  # whose PIN it is is never said
    assert card[:2] == (3, "N")
    assert "Anna" in card[2]


def test_in_apt_pin_mode_neighbours_may_share(north: Any) -> None:
    Site.objects.filter(pk=north.village.site.pk).update(pin_mode="apt_pin")
    good = bring(north, line(PIN="1111"), line(AccountType=0, Apt="1205", PIN="1111"))
    assert good.status == "done"
    assert errors_of(bring(north, line(PIN="1111")))[0][:2] == (2, "O")


def test_members_come_after_a_master_of_the_same_file(north: Any) -> None:
    good = bring(north, line(AccountType=0, Apt="1205", FirstName="Ada"), line(Apt="1205", FirstName="Bea"))
    assert good.applied == 2
    assert errors_of(bring(north, line(Apt="1205", AccountType=0)))  # there is one now


def test_the_good_rows_alone(north: Any) -> None:
    made = bring(north, line(FirstName="Ada"), line(PIN="9"), choice="good")
    assert (made.status, made.applied, made.bad) == ("done", 1, 1)


def test_groups_are_not_given_where_the_installer_keeps_the_public_area(north: Any) -> None:
    Site.objects.filter(pk=north.village.site.pk).update(access_control="public")
    [(row, letter, reason)] = errors_of(bring(north, line(AccessGroupID=north.default.pk)))
    assert (row, letter) == (2, "R")
    assert "public area" in reason
    assert bring(north, line()).applied == 1


def test_values_are_not_kept_in_clear(north: Any) -> None:
    bring(north, line(PIN="13579246", RFCard="C0FFEE99"), line(PIN="13579246"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, '') FROM kernel_importrow r")
        kept = cursor.fetchone()[0]
    assert "13579246" not in kept
    assert "C0FFEE99" not in kept


def test_an_office_has_no_such_template(north: Any) -> None:
    Site.objects.filter(pk=north.village.site.pk).update(kind="office")
    made = bring(north, line())
    assert made.status == "failed"
    assert "not there any more" in made.error


def test_many_rows_in_few_queries(north: Any) -> None:
    def count(rows: int, start: int) -> int:
        lines = [
            line(FirstName=f"P{start + n}", PIN=f"{start + n:06}", RFCard=f"{start + n:08X}")
            for n in range(rows)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert bring(north, *lines).applied == rows
        return len(queries)

    few, many = count(5, 100), count(400, 1000)
    assert many <= few + 10
    jobs.serve(north.village.site.pk)
    assert AccessRight.objects.filter(device=north.door, gone=False).count() == Subject.objects.count()
