"""Lease tables of a property management system: five standings, again and again, bad tables, two at once."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from openpyxl import Workbook

from access.models import AccessRight
from accounts.models import AuditEntry
from sites.models import Residency, Site
from sites.services import change_resident
from smartplus.kernel import imports
from smartplus.kernel.imports import queries, services
from smartplus.kernel.models import Import
from tests.access.village import Village
from tests.sites.makers import everything

HEAD = ("Unit", "Name", "Email", "From", "To", "Status")
ZONE = ZoneInfo("Europe/Berlin")


def day(distance: int) -> str:
    """So many days from today at the site, as ISO."""
    return (now().astimezone(ZONE).date() + timedelta(days=distance)).isoformat()


@pytest.fixture
def block(db: None) -> Any:
    """Two buildings with a door each; Anna with her son Otto in North House 1, Zoe in South House 7."""
    village: Any = Village()
    village.north, village.south = village.building("North House"), village.building("South House")
    village.doors = [village.door(village.north), village.door(village.south)]
    village.units = {}
    for building, numbers in ((village.north, ("1", "2")), (village.south, ("7", "8"))):
        for number in numbers:
            unit = village.unit(building, number)
            unit.place_label = f"{building.name} {number}"
            unit.save()
            village.units[number] = unit
    village.anna = person(village, "1", "Anna", "master", "anna@example.net")
    village.otto = person(village, "1", "Otto", "member", "")
    village.zoe = person(village, "7", "Zoe", "master", "zoe@example.net")
    return village


def person(village: Any, number: str, name: str, kind: str, email: str) -> Residency:
    """Somebody called Berg."""
    made = village.person(village.units[number], name, kind)
    Residency.objects.filter(pk=made.pk).update(last_name="Berg", email=email)
    made.refresh_from_db()
    return made


def csv(*lines: tuple[str, ...], head: tuple[str, ...] = HEAD) -> BytesIO:
    """A table as CSV."""
    file = BytesIO("\r\n".join(";".join(line) for line in (head, *lines)).encode("utf-8-sig"))
    file.name = "leases.csv"
    return file


def bring(village: Any, file: BytesIO, choice: str = "all") -> Import:
    """All steps at once."""
    context = {"site": village.site.pk}
    return imports.run("sites.leases", village.scope, context, file, name=file.name, choice=choice)


def plans(made: Import) -> dict[int, str]:
    """What the preview says of each row."""
    return {row.number: row.plan for row in queries.preview(made).rows}


def errors(made: Import) -> list[tuple[int, str, str]]:
    """(row, letter, reason)."""
    rows = made.rows.exclude(errors=[]).order_by("number")
    return [(row.number, error["letter"], error["reason"]) for row in rows for error in row.errors]


def facts(made: Import) -> dict[str, int]:
    """The figures of the verdict."""
    return {fact["label"]: fact["value"] for fact in made.facts}


def rights(village: Any) -> dict[tuple[str, str], bool]:
    """(name, device) to whether the door knows the person."""
    names = dict(village.site.subjects.values_list("pk", "name"))
    rows = AccessRight.objects.filter(site=village.site, kind="person", gone=False)
    return {(names[row.subject], row.device.name): True for row in rows.select_related("device")}


def written() -> Any:
    """Everything an import may touch."""
    trail = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)
    return everything(), list(trail), list(AccessRight.objects.order_by("pk").values())


TABLE = (
    ("South House 8", "Anna Berg", "ANNA@example.net", day(-300), day(60), "Current"),
    ("7", "Berg, Zoe", "", "", day(-3), "past"),
    ("South House, 7", "Ida Lund", "ida@example.net", day(-1), "", "Notice"),
    ("North House 2", "Ole Dahl", "ole@example.net", day(40), day(400), "Future"),
    ("North House 99", "Nobody Here", "", "", "", "cancelled"),
)  # fmt: skip


def test_the_five_standings(block: Any) -> None:
    north, south = (door.name for door in block.doors)
    made = bring(block, csv(*TABLE))
    assert (made.status, errors(made)) == ("done", [])
    people = {one.first_name: one for one in Residency.objects.filter(site=block.site)}
    anna, otto, ida, ole = (people[name] for name in ("Anna", "Otto", "Ida", "Ole"))
    assert (anna.place_label, anna.kind, otto.place_label) == ("South House 8", "master", "South House 8")
    midnight = datetime.combine(date.fromisoformat(day(61)), datetime.min.time(), ZONE)
    assert anna.valid_until == otto.valid_until == midnight
    assert people["Zoe"].valid_until <= now()
    assert (people["Zoe"].kind, ida.kind, ida.place_label) == ("member", "master", "South House 7")
    assert (ole.kind, ole.valid_from > now(), ole.user.username) == ("master", True, ole.sip)
    assert set(rights(block)) == {("Anna Berg", south), ("Otto Berg", south), ("Ida Lund", south)}
    assert north not in {device for _name, device in rights(block)}
    assert facts(made) == {
        "New people": 2, "Moves": 1, "Lease changes": 1, "Access revoked": 1, "Unchanged": 1,
        "Not in the table": 0,
    }  # fmt: skip
    said = plans(made)
    assert said[2].startswith("Lease: ")
    assert "Moves from North House 1 to South House 8." in said[2]
    assert said[2].count("With 1 family member.") == 1
    assert said[3] == "Everything is revoked now."
    assert said[4] == "New in South House 7, with access from now."
    assert said[5] == "New in North House 2; nothing opens before the lease begins."
    assert said[6] == "Not here, nothing to do."


def test_the_same_table_again_changes_nothing(block: Any) -> None:
    bring(block, csv(*TABLE))
    before = written()
    made = bring(block, csv(*TABLE))
    assert (made.status, made.applied) == ("done", 5)
    assert facts(made)["Unchanged"] == 5
    assert written() == before


def test_who_comes_later_becomes_master_when_the_way_is_free(block: Any) -> None:
    """The next tenant is there before the last has left: a member with a future lease, then the master."""
    anna = ("North House 1", "Anna Berg", "anna@example.net", "", day(5), "notice")
    ole = ("North House 1", "Ole Dahl", "ole@example.net", day(6), "", "future")
    made = bring(block, csv(anna, ole))
    assert "As a member: the apartment has a family master." in plans(made)[3]
    left = ("North House 1", "Anna Berg", "anna@example.net", "", day(-1), "moved out")
    came = ("North House 1", "Ole Dahl", "ole@example.net", day(0), "", "current")
    made = bring(block, csv(left, came))
    assert plans(made)[2] == "Everything is revoked now. With 1 family member."
    assert "Becomes the family master." in plans(made)[3]
    kinds = {one.first_name: one.kind for one in Residency.objects.filter(unit=block.units["1"])}
    assert kinds == {"Anna": "member", "Otto": "member", "Ole": "master"}
    assert {name.split()[0] for name, _device in rights(block)} == {"Ole", "Zoe"}
    again = bring(block, csv(left, came))
    assert set(plans(again).values()) == {"Unchanged."}


def test_everybody_changes_places(block: Any) -> None:
    """Anna joins somebody new in an empty apartment, somebody new takes hers; Zoe and Uwe swap."""
    person(block, "2", "Uwe", "master", "uwe@example.net")
    rows = [
        ("South House 8", "New One", "one@example.net", "", "", "current"),
        ("South House 8", "Anna Berg", "anna@example.net", "", "", "current"),
        ("North House 1", "New Two", "two@example.net", "", "", "current"),
        ("North House 2", "Zoe Berg", "zoe@example.net", "", "", "current"),
        ("South House 7", "Uwe Berg", "uwe@example.net", "", "", "current"),
    ]
    made = bring(block, csv(*rows))
    assert (made.status, made.applied, errors(made)) == ("done", 5, [])
    found = Residency.objects.filter(site=block.site).order_by("email")
    assert {(one.email, one.unit.number if one.unit else "", one.kind) for one in found} == {
        ("one@example.net", "8", "master"), ("anna@example.net", "8", "member"), ("", "8", "member"),
        ("two@example.net", "1", "master"), ("zoe@example.net", "2", "master"),
        ("uwe@example.net", "7", "master"),
    }  # fmt: skip
    before = written()
    assert facts(bring(block, csv(*rows)))["Unchanged"] == 5
    assert written() == before


def test_leads_change_places_and_move_in_with_somebody_new(block: Any) -> None:
    """Each apartment is free only once its own lead has gone to the other; one run does it all."""
    rows = [
        ("South House 7", "New One", "one@example.net", "", "", "current"),
        ("South House 7", "Anna Berg", "anna@example.net", "", "", "current"),
        ("North House 1", "New Two", "two@example.net", "", "", "current"),
        ("North House 1", "Zoe Berg", "zoe@example.net", "", "", "current"),
    ]
    made = bring(block, csv(*rows))
    assert (made.status, made.applied, errors(made)) == ("done", 4, [])
    found = Residency.objects.filter(site=block.site)
    assert {(one.first_name, one.unit.number if one.unit else "", one.kind) for one in found} == {
        ("New", "7", "master"), ("Anna", "7", "member"), ("Otto", "7", "member"),
        ("New", "1", "master"), ("Zoe", "1", "member"),
    }  # fmt: skip
    before = written()
    assert facts(bring(block, csv(*rows)))["Unchanged"] == 4
    assert written() == before


def test_who_is_not_in_the_table_is_left_and_named(block: Any) -> None:
    before = everything()
    made = bring(block, csv(("7", "Zoe Berg", "zoe@example.net", "", "", "")))
    assert made.notices == [
        "Not in the table and left as they are: Anna Berg (North House 1), Otto Berg (North House 1)."
    ]
    assert everything() == before


def test_a_future_row_takes_nothing_from_who_lives_here(block: Any) -> None:
    change_resident(scope=block.scope, person=block.zoe, valid_until=now() + timedelta(days=20))
    elsewhere = ("North House 2", "Zoe Berg", "zoe@example.net", day(10), day(300), "future")
    assert set(plans(bring(block, csv(elsewhere))).values()) == {"Unchanged."}
    goes_on = ("7", "Zoe Berg", "zoe@example.net", day(10), day(300), "future")
    bring(block, csv(goes_on))
    block.zoe.refresh_from_db()
    assert block.zoe.valid_from is None
    assert block.zoe.valid_until > now() + timedelta(days=299)


def test_to_is_through_that_day_over_daylight_saving(block: Any) -> None:
    """Clocks in Berlin go forward on 28 March 2027: midnight after it is 22:00 UTC, not 23:00."""
    rows = [
        ("North House 2", "A One", "", "2027/03/27", "2027/03/28", "future"),
        ("South House 8", "B Two", "", "2027-03-28", "2027-10-31", "future"),
    ]
    bring(block, csv(*rows))
    one, two = (Residency.objects.get(first_name=name) for name in ("A", "B"))
    assert (one.valid_from, one.valid_until) == (
        datetime(2027, 3, 26, 23, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC),
    )  # fmt: skip
    assert (two.valid_from, two.valid_until) == (
        datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 10, 31, 23, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "letter", "reason"),
    [
        (("North House 9", "New One", "", "", "", "current"), "A", "no apartment “North House 9”"),
        (("", "New One", "", "", "", "current"), "A", "needed for somebody new"),
        (("7", "", "", "", "", "current"), "B", "Empty"),
        (("7", "x" * 131, "", "", "", "current"), "B", "at most 130"),
        (("7", "Zoe Berg", "zoe@", "", "", "current"), "C", "Not an email"),
        (("7", "Zoe Berg", "", "31.12.2026", "", "current"), "D", "2027/06/30"),
        (("7", "Zoe Berg", "", "2027-02-30", "", "current"), "D", "no such day"),
        (("7", "Zoe Berg", "", day(3), "", "current"), "D", "still to come"),
        (("7", "Zoe Berg", "", day(-3), "", "future"), "D", "has come already"),
        (("7", "Zoe Berg", "", "", "", "future"), "D", "future lease"),
        (("7", "Zoe Berg", "", day(-3), day(-5), "current"), "E", "after the beginning"),
        (("7", "Zoe Berg", "", "", day(-5), "current"), "E", "has passed"),
        (("7", "Zoe Berg", "", "", "", "sunbathing"), "F", "no status we know"),
    ],
)
def test_bad_rows_are_told_with_their_column(block: Any, row: Any, letter: str, reason: str) -> None:
    before = written()
    made = bring(block, csv(("North House 2", "Good One", "", "", "", "current"), row))
    [(number, found, said)] = errors(made)
    assert (number, found) == (3, letter)
    assert reason in said
    assert made.status == "checked"
    assert written() == before


def test_namesakes_and_people_who_stand_twice(block: Any) -> None:
    village = block
    person(village, "8", "Anna", "master", "")
    twice = (
        ("", "Anna Berg", "", "", "", "current"),
        ("7", "Zoe Berg", "zoe@example.net", "", day(9), "current"),
        ("2", "Zoe Berg", "zoe@example.net", "", day(9), "current"),
        ("7", "Zoe Berg", "zoe@example.net", "", day(-9), "past"),
    )
    made = bring(village, csv(*twice))
    assert [(number, letter) for number, letter, _reason in errors(made)] == [(2, "B"), (4, "A")]
    assert plans(made)[5] == "Row 3 counts for this person."
    assert bring(village, csv(("8", "Anna Berg", "", "", day(9), "current"))).status == "done"
    assert Residency.objects.get(unit=village.units["8"]).valid_until is not None
    block.anna.refresh_from_db()
    assert block.anna.valid_until is None


def test_an_excel_table_with_building_and_apt_and_columns_of_its_own(block: Any) -> None:
    Site.objects.filter(pk=block.site.pk).update(date_format="M/D/Y")
    book = Workbook()
    for line in (
        ("Rent roll",),
        ("Building", "Apt", "Name", "From", "To", "Rent"),
        ("North House", 2, "Ole Dahl", datetime(2020, 1, 31), "12/31/2099", 900),
    ):
        book.active.append(line)
    file = BytesIO()
    book.save(file)
    file.name = "rent.xlsx"
    made = bring(block, file)
    assert (made.status, made.notices[0]) == ("done", "Not read: column Rent.")
    ole = Residency.objects.get(first_name="Ole")
    assert (ole.unit_id, ole.valid_until) == (
        block.units["2"].pk, datetime(2099, 12, 31, 23, tzinfo=UTC),
    )  # fmt: skip


def test_one_table_brought_twice_at_once_is_written_once(block: Any) -> None:
    """Both were checked before either is written: the second finds everything done."""
    context = {"site": block.site.pk}
    runs = []
    for _again in range(2):
        file = csv(*TABLE)
        made = imports.stage(
            scope=block.scope, key="sites.leases", context=context, file=file, name="leases.csv"
        )
        services.check(made.pk)
        services.start(scope=block.scope, run=made, choice="all")
        runs.append(made)
    services.apply(runs[0].pk)
    before = written()
    services.apply(runs[1].pk)
    assert written() == before
    assert set(Import.objects.values_list("status", "applied")) == {("done", 5)}


def test_many_rows_in_few_queries(block: Any) -> None:
    def count(start: int, rows: int) -> int:
        lines = []
        for number in range(start, start + rows):
            unit = block.unit(block.north, f"9{number:03}")
            unit.place_label = f"North House 9{number:03}"
            unit.save()
            lines.append((unit.place_label, f"P{number} Q", f"p{number}@example.net", "", day(9), "current"))
        with CaptureQueriesContext(connection) as few:
            assert bring(block, csv(*lines)).applied == rows
        return len(few)

    assert count(100, 60) <= count(0, 5) + 10
