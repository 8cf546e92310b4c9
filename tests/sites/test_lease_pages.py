"""Leases on the pages of people: forms in the time of the site, the filter, moving and moving out."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from access.models import Subject
from accounts.models import AuditEntry
from sites.models import Residency, Site
from sites.services import NewUnit, add_units, change_resident
from sites.services.moves import move_out
from tests.sites.makers import House
from tests.sites.test_pages import PERSON, browser, url


@pytest.fixture
def manager(world: House) -> Client:
    """The property manager's browser; the site is in Copenhagen, the manager in UTC."""
    Site.objects.filter(pk=world.community.pk).update(time_zone="Europe/Copenhagen")
    return browser(world.manager)


def add(client: Client, world: House, **lease: str) -> Any:
    """Add Anna by the form."""
    place = {"building": world.north.pk, "unit": world.flat.pk, "kind": "master"}
    return client.post(url("resident_add", world.community.pk), {**PERSON, **place, **lease})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2027-01-15T14:30", datetime(2027, 1, 15, 13, 30, tzinfo=UTC)),
        ("2027-07-15T00:00", datetime(2027, 7, 14, 22, 0, tzinfo=UTC)),
        ("2027-03-28T02:30", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),  # no clock shows it: after the gap
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # shown twice: the first
    ],
)
def test_move_in_and_out_are_in_the_time_of_the_site(
    world: House, manager: Client, typed: str, kept: datetime
) -> None:
    add(manager, world, valid_from=typed, valid_until="2028-01-01T00:00")
    anna = Residency.objects.get(first_name="Anna")
    assert (anna.valid_from, anna.valid_until) == (kept, datetime(2027, 12, 31, 23, tzinfo=UTC))
    page = manager.get(url("resident_edit", world.community.pk, anna.pk)).content.decode()
    shown = "2027-03-28T03:00" if kept.minute == 0 and kept.month == 3 else typed
    assert f'value="{shown}"' in page
    assert 'value="2028-01-01T00:00"' in page
    assert "to 31 Dec 2027" in manager.get(url("residents", world.community.pk)).content.decode()


@pytest.mark.parametrize(
    ("lease", "field", "words"),
    [
        (
            {"valid_from": "2027-05-01T00:00", "valid_until": "2027-04-01T00:00"},
            "valid_until",
            "after the beg",
        ),
        ({"valid_from": "tomorrow"}, "valid_from", "Type a day and a time."),
        ({"valid_until": "2027-02-30T00:00"}, "valid_until", "Type a day and a time."),
        ({"valid_until": "9999-12-31T23:59"}, "valid_until", "Type a day and a time."),
    ],
)
def test_a_bad_lease_is_told_at_its_field(
    world: House, manager: Client, lease: dict[str, str], field: str, words: str
) -> None:
    answer = add(manager, world, **lease)
    assert words in answer.context["form"].errors[field][0]
    assert not Residency.objects.exists()


def test_saving_what_is_there_writes_nothing(world: House, manager: Client) -> None:
    anna = world.master(valid_until=datetime(2027, 5, 1, 10, 30, 59, tzinfo=UTC))
    trail = AuditEntry.objects.count()
    typed = {**PERSON, "last_name": "", "valid_until": "2027-05-01T12:30"}
    assert manager.post(url("resident_edit", world.community.pk, anna.pk), typed).status_code == 302
    anna.refresh_from_db()
    assert anna.valid_until is not None
    assert (anna.valid_until.second, AuditEntry.objects.count()) == (59, trail)


def test_the_list_is_filtered_by_lease(world: House, manager: Client) -> None:
    anna = world.master()
    spans = {
        "Future": (timedelta(days=2), None), "Ending": (None, timedelta(days=9)),
        "Ended": (None, -timedelta(days=1)), "Long": (-timedelta(days=1), timedelta(days=90)),
    }  # fmt: skip
    for name, (start, end) in spans.items():
        one = world.member(first_name=name)
        change_resident(
            scope=world.scope, person=one, valid_from=start and now() + start, valid_until=end and now() + end
        )
    found = {}
    for state in ("current", "future", "ending", "ended"):
        page = manager.get(url("residents", world.community.pk), {"lease": state})
        found[state] = {row.first_name for row in page.context["page"].slice.rows}
    assert found == {
        "current": {anna.first_name, "Ending", "Long"}, "future": {"Future"}, "ending": {"Ending"},
        "ended": {"Ended"},
    }  # fmt: skip


def test_a_manager_moves_a_family(world: House, manager: Client) -> None:
    anna, otto = world.master(), world.member()
    free = add_units(scope=world.scope, site=world.community, rows=[NewUnit(world.north.pk, "9")])[0]
    address = url("resident_move", world.community.pk, anna.pk)
    assert "The family comes along" in manager.get(address).content.decode()
    typed = {"building": world.north.pk, "unit": world.flat.pk, "kind": "master", "family": "on"}
    assert manager.post(address, typed).context["form"].errors["unit"] == ["Anna lives there already."]
    assert manager.post(address, {**typed, "unit": free.pk}).status_code == 302
    assert set(Residency.objects.values_list("pk", "place_label")) == {
        (anna.pk, "North House 9"), (otto.pk, "North House 9"),
    }  # fmt: skip
    house = world.villa()
    vera = Residency.objects.get(site=house)
    assert browser(world.boss).get(url("resident_move", house.pk, vera.pk)).status_code == 403


def test_a_manager_lets_somebody_move_out(world: House, manager: Client) -> None:
    anna, otto = world.master(), world.member()
    address = url("resident_move_out", world.community.pk, anna.pk)
    answer = manager.post(address, {"when": "at", "at": ""})
    assert answer.context["form"].errors["at"] == ["Type a day and a time."]
    assert manager.post(address, {"when": "at", "at": "2020-01-01T00:00"}).status_code == 200
    manager.post(address, {"when": "at", "at": "2030-01-01T00:00", "family": "on"})
    assert set(Residency.objects.values_list("valid_until", flat=True)) == {
        datetime(2029, 12, 31, 23, tzinfo=UTC)
    }
    manager.post(address, {"when": "now"})
    anna.refresh_from_db()
    otto.refresh_from_db()
    assert anna.valid_until is not None
    assert otto.valid_until is not None
    assert anna.valid_until <= now() < otto.valid_until
    page = manager.get(anna.get_absolute_url()).content.decode()
    assert "Move out…" not in page
    assert "Departure report" in page


def test_departures_are_listed_and_exported(world: House, manager: Client) -> None:
    anna, site = world.master(), world.community.pk
    world.member()
    move_out(scope=world.scope, person=anna, family=False)
    subject = Subject.objects.get(residency=anna)
    rows = manager.get(reverse("access:departures", args=[site])).context["page"].slice.rows
    assert [row.pk for row in rows] == [subject.pk]
    for name, pk in (("departure", subject.pk), ("resident_departure", anna.pk)):
        page = manager.get(reverse(f"access:{name}", args=[site, pk]))
        assert "Departure of Anna" in page.content.decode()
    answer = manager.get(reverse("access:departures", args=[site]), {"export": ""})
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert [cell.value for cell in sheet[2]][:2] == ["Anna", "North House 1204"]
