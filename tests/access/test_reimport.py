"""S12: the residents' list taken out, edited in a spreadsheet and brought back."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from access.imports import ResidentImporter
from access.models import AccessRight, Credential, Grant, Subject
from access.services.credentials import add_cards, set_pins
from accounts.models import AuditEntry, Email
from sites.models import Residency, Unit
from sites.services import change_resident
from smartplus.kernel import imports
from smartplus.kernel.imports import queries, services
from smartplus.kernel.models import Import

Line = dict[str, Any]


@pytest.fixture
def north(home: Any) -> Any:
    """A family master with all a line can hold and a member in 1204; an empty 1205."""
    village, person = home.village, home.person
    known = {"email": "anna@example.net", "country_code": "45", "mobile": "20123456", "remark": "Owner"}
    Residency.objects.filter(pk=person.pk).update(kind="master", **known)
    Unit.objects.filter(pk=home.unit.pk).update(name="Berg", phone_1="+4520111222")
    home.member = village.person(home.unit, "Mia")
    home.empty = village.unit(home.building, "1205")
    set_pins(scope=village.scope, site=village.site, pins={person.pk: "4711"})
    add_cards(scope=village.scope, site=village.site, cards={person.pk: ["AABBCC"]})
    person.refresh_from_db()
    home.browser = Client()
    home.browser.force_login(village.manager)
    return home


def exported(home: Any, query: str = "") -> list[Line]:
    """The file a manager gets, as one dict a row."""
    answer = home.browser.get(f"/access/{home.village.site.pk}/residents/export/{query}")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    head, *rows = book["Residents"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def saved(lines: list[Line]) -> BytesIO:
    """The lines as a workbook again."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(lines[0]))
    for line in lines:
        page.append(list(line.values()))
    file = BytesIO()
    book.save(file)
    return file


def checked(home: Any, lines: list[Line]) -> Import:
    """Brought back and checked, not written."""
    village = home.village
    made = imports.stage(
        scope=village.scope, key=ResidentImporter.key, context={"site": village.site.pk}, file=saved(lines),
        name="residents.xlsx",
    )  # fmt: skip
    services.check(made.pk)
    made.refresh_from_db()
    return made


def written(home: Any, made: Import, choice: str = "all") -> Import:
    """The same import, written."""
    services.start(scope=home.village.scope, run=made, choice=choice)
    services.apply(made.pk)
    made.refresh_from_db()
    return made


def errors(made: Import) -> list[tuple[int, str, str]]:
    return [
        (row.number, error["column"], error["reason"])
        for row in made.rows.order_by("number")
        for error in row.errors
    ]


def figures(made: Import) -> dict[str, int]:
    return {fact["label"]: fact["value"] for fact in made.facts}


def state() -> list[Any]:
    """All an import could touch."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Residency, Unit, Credential, Grant, AccessRight, AuditEntry, Email, Subject)
    ]


def test_everybody_in_the_template_without_secrets(north: Any) -> None:
    anna, mia = exported(north)
    assert list(anna)[:19] == [column.label for column in ResidentImporter.columns if not column.key]
    assert anna == {
        "Building": "North House", "Accessible Floors": None, "Apt": "1204", "AptName": "Berg",
        "AccountType": "0", "FirstName": "Anna", "LastName": None, "Email": "anna@example.net",
        "MobileNumber": "20123456", "TelephoneCallingCode": "45", "1stPhone": "+4520111222", "2ndPhone": None,
        "3rdPhone": None, "RFCard": None, "PIN": None, "LicensePlate": None, "UHFCard": None,
        "AccessGroupID": str(north.default.pk), "Remark": "Owner", "SIP": north.person.sip,
    }  # fmt: skip
    assert (mia["AccountType"], mia["SIP"]) == ("1", north.member.sip)
    assert [line["FirstName"] for line in exported(north, "?q=mia")] == ["Mia"]
    entries = AuditEntry.objects.filter(verb="resident.export", site_id=north.village.site.pk)
    assert [entry.after for entry in entries.order_by("pk")] == [{"people": 2}, {"people": 1}]


def test_a_file_that_comes_back_unchanged_writes_nothing(north: Any) -> None:
    lines = exported(north)
    before = state()
    made = checked(north, lines)
    assert (made.status, made.total, made.good, made.bad) == ("checked", 2, 0, 0)
    assert figures(made)["Unchanged"] == 2
    page = north.browser.get(f"/access/{north.village.site.pk}/residents/import/{made.pk}/")
    assert "Nothing in the file differs from what is there" in page.content.decode()
    assert state() == before


def test_changes_are_shown_then_written(north: Any) -> None:
    village = north.village
    pool = village.group("Pool", north.door.relays.all()[:1])
    anna, mia = exported(north)
    anna |= {
        "Email": "anna@new.example",
        "LastName": "Berg",
        "PIN": "5822",
        "RFCard": "DDEEFF",
        "Remark": None,
    }
    mia |= {"AccessGroupID": f"{north.default.pk};{pool.pk}", "2ndPhone": "+4520999888"}
    new = dict.fromkeys(anna) | {
        "Building": "North House", "Apt": "1205", "AccountType": "0", "FirstName": "Zoë", "PIN": "1234",
    }  # fmt: skip
    before = state()
    made = checked(north, [anna, mia, new])
    assert errors(made) == []
    assert figures(made) == {"New": 1, "Changed": 2}
    assert [
        (line.number, line.column, line.before, line.after)
        for line in queries.changes(made).lines
        if not line.secret
    ] == [
        (2, "LastName", "", "Berg"),
        (2, "Email", "anna@example.net", "anna@new.example"),
        (3, "2ndPhone", "", "+4520999888"),
        (3, "AccessGroupID", str(north.default.pk), f"{north.default.pk};{pool.pk}"),
    ]
    page = north.browser.get(f"/access/{village.site.pk}/residents/import/{made.pk}/").content.decode()
    assert "Changes Anna" in page and "anna@new.example" in page and "A new value" in page
    assert state() == before
    assert written(north, made).applied == 3
    north.person.refresh_from_db()
    assert (north.person.email, north.person.last_name, north.person.remark) == (
        "anna@new.example", "Berg", "Owner",
    )  # fmt: skip
    mine = Credential.objects.filter(residency=north.person).order_by("pk")
    assert {(one.kind, one.value) for one in mine} == {
        ("pin", "5822"),
        ("card", "AABBCC"),
        ("card", "DDEEFF"),
    }
    assert Unit.objects.get(pk=north.unit.pk).phone_2 == "+4520999888"
    assert set(Grant.objects.filter(subject__residency=north.member).values_list("group", flat=True)) == {
        north.default.pk, pool.pk,
    }  # fmt: skip
    assert list(Email.objects.values_list("to", flat=True)) == ["anna@new.example"]
    assert Residency.objects.get(first_name="Zoë").unit_id == north.empty.pk
    assert figures(checked(north, exported(north))) == {
        "Family masters": 0,
        "Family members": 0,
        "Unchanged": 3,
    }


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"SIP": "77"}, "SIP", "Nobody of this site has the SIP 77"),
        ({"Apt": "1205"}, "Apt", "Nobody moves by this file"),
        ({"Building": "East"}, "Building", "Nobody moves by this file"),
        ({"AccountType": "1"}, "AccountType", "The account type stays"),
        ({"Email": "anna"}, "Email", "Not an email address"),
        ({"MobileNumber": "1"}, "MobileNumber", "igits"),
        ({"AccessGroupID": "999999"}, "AccessGroupID", "no access group with ID 999999"),
        ({"1stPhone": 301234567}, "1stPhone", "took this for a number"),
        ({"PIN": 42}, "PIN", "took this for a number"),
        ({"PIN": 12345}, "PIN", "took this for a number"),
        ({"AptName": datetime(2026, 4, 3)}, "AptName", "took this for a date"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_said_at_its_cell(north: Any, cells: Line, column: str, words: str) -> None:
    lines = exported(north)
    before = state()
    made = checked(north, [lines[0] | cells, lines[1]])
    assert (made.good, made.bad) == (0, 1)
    [(number, label, reason)] = errors(made)
    assert (number, label) == (2, column)
    assert words in reason
    assert state() == before


def test_numbers_and_blanks_as_spreadsheets_leave_them_are_no_changes(north: Any) -> None:
    anna, mia = exported(north)
    anna |= {"1stPhone": 4520111222, "MobileNumber": 20123456.0, "SIP": north.person.sip, "Apt": 1204}
    blank = dict.fromkeys(mia) | {"SIP": mia["SIP"]}
    tail = [dict.fromkeys(mia), dict.fromkeys(mia, " ")]
    lines = [{**line, None: None, " ": None} for line in (anna, blank, *tail)]
    made = checked(north, lines)
    assert (errors(made), made.total, made.good, figures(made)["Unchanged"]) == ([], 2, 0, 2)


def test_the_login_of_several_homes_is_not_changed_here(north: Any) -> None:
    Residency.objects.filter(pk=north.member.pk).update(user=north.person.user)
    lines = exported(north)
    lines[0] |= {"Email": "new@example.net", "MobileNumber": "20999999", "TelephoneCallingCode": "46"}
    made = checked(north, lines)
    assert [(row, column) for row, column, _ in errors(made)] == [
        (2, "Email"), (2, "MobileNumber"), (2, "TelephoneCallingCode"),
    ]  # fmt: skip
    assert "several homes" in errors(made)[0][2]


def test_what_somebody_changed_meanwhile_is_not_overwritten(north: Any) -> None:
    village, lines = north.village, exported(north)
    lines[0] |= {"Remark": "Tenant", "LastName": "Berg"}
    lines[1] |= {"LastName": "Berg", "PIN": "8642"}
    made = checked(north, lines)
    change_resident(scope=village.scope, person=north.person, remark="Sold", email="anna@other.example")
    set_pins(scope=village.scope, site=village.site, pins={north.member.pk: "2468"})
    assert written(north, made).applied == 0
    assert [(row, column) for row, column, _ in errors(made)] == [(2, "Remark"), (3, "PIN")]
    assert "meanwhile" in errors(made)[0][2]
    north.person.refresh_from_db()
    assert (north.person.remark, north.person.last_name) == ("Sold", "")
    assert Credential.objects.get(residency=north.member).value == "2468"


def test_what_changed_meanwhile_elsewhere_stays(north: Any) -> None:
    lines = exported(north)
    lines[0] |= {"LastName": "Berg"}
    made = checked(north, lines)
    change_resident(scope=north.village.scope, person=north.person, email="anna@other.example")
    assert written(north, made).applied == 1
    north.person.refresh_from_db()
    assert (north.person.last_name, north.person.email) == ("Berg", "anna@other.example")


def test_somebody_who_is_gone_meanwhile_costs_one_row(north: Any) -> None:
    lines = exported(north)
    lines = [line | {"LastName": "Berg"} for line in lines]
    made = checked(north, lines)
    Credential.objects.filter(residency=north.member).delete()
    Subject.objects.filter(residency=north.member).update(residency=None)
    north.member.delete()
    assert written(north, made).applied == 1
    assert [(row, column) for row, column, _ in errors(made)] == [(3, "SIP")]


def test_two_rows_of_one_person_and_of_one_apartment(north: Any) -> None:
    anna, mia = exported(north)
    made = checked(north, [anna | {"AptName": "One"}, mia | {"AptName": "Two"}, mia | {"LastName": "Berg"}])
    assert [(row, column, words) for row, column, words in errors(made)] == [
        (3, "AptName", "Row 2 says something else of this apartment."),
        (4, "SIP", "This SIP is also in row 3."),
    ]


def test_a_value_in_use_is_refused_but_not_ones_own(north: Any) -> None:
    anna, mia = exported(north)
    made = checked(
        north, [anna | {"PIN": "4711", "RFCard": "aabbcc"}, mia | {"PIN": "4711", "RFCard": "AABBCC"}]
    )
    assert [(row, column) for row, column, _ in errors(made)] == [(3, "RFCard"), (3, "PIN")]
    assert figures(made)["Unchanged"] == 1


def test_many_changes_in_few_queries(north: Any) -> None:
    north.village.people(north.unit, 60)

    def count(number: int, name: str) -> int:
        lines = exported(north)
        lines = [line | ({"LastName": name} if n < number else {}) for n, line in enumerate(lines)]
        with CaptureQueriesContext(connection) as found:
            assert written(north, checked(north, lines)).applied == number
        return len(found)

    assert count(50, "Many") <= count(3, "Few") + 3


def test_another_sites_people_are_unknown(north: Any, client: Client) -> None:
    from tests.access.village import small_home  # noqa: PLC0415 - models load once Django is set up

    other = small_home()
    lines = exported(north)
    made = checked(north, [lines[0] | {"SIP": other.person.sip, "LastName": "X"}])
    assert [(row, column) for row, column, _ in errors(made)] == [(2, "SIP")]
    assert north.browser.get(f"/access/{other.village.site.pk}/residents/export/").status_code == 404


def test_the_list_offers_the_file_of_just_its_rows(north: Any) -> None:
    page = north.browser.get(f"/sites/{north.village.site.pk}/residents/?q=mia").content.decode()
    assert "residents/export/?q=mia" in page
