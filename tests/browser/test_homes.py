"""Homes and the people in them, in a browser.

An installer sets up a community, an office and a house by hand; a property manager moves somebody in, to
another apartment and out, and changes 300 apartments at once. What a page claims is compared with the
rows, and with the memory of the simulated doors.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from access.models import AccessRight, Subject
from accounts.models import AuditEntry, User
from accounts.permissions import scope_for
from devices.models import Device, DeviceKind
from devices.services import NewDevice, add_devices
from provisioning.simulator.client import Simulator
from sites.models import Residency, Site, Unit
from sites.services import NewUnit, add_buildings, add_site, add_units, set_managers
from smartplus.demo import SAMPLE_MACS, ZONE, mac
from smartplus.run.stack import Stack
from tests.accounts.mailbox import letters
from tests.waiting import until

COMMUNITY, OFFICE, HOUSE = "Ulmenhof", "Speicher 7", "Villa Thorsen"
RUN = "Weidenpark"  # the site the property manager runs
HOUSES = ("East House", "West House")
APARTMENTS = 300
FREE_MACS = SAMPLE_MACS + 30  # of no device of the demo or of its sample sheet
PIN = "604918"
CALLS = Unit.CallType.PHONE_AND_MONITORS


def simulator(demo: Stack) -> Simulator:
    return Simulator(demo.env["SIMULATOR_URL"], os.environ["SIMULATOR_TOKEN"], timeout=20)


def fill(page: Page, **values: str) -> None:
    """Type into the fields of these names."""
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def save(page: Page, button: str, said: str) -> None:
    """Press the button and read the answer."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".toast").last).to_contain_text(said)


def press(page: Page, *links: str) -> None:
    """Follow links, one after the other."""
    for name in links:
        page.get_by_role("link", name=name, exact=True).first.click()


# --- The installer -----------------------------------------------------------------------------


def test_an_installer_sets_up_homes_by_hand(demo: Stack, sign_in: Callable[..., Page]) -> None:
    page = sign_in("installer")
    a_community(page)
    an_office(page)
    a_house(page)
    page.goto("/sites/")
    for name in (COMMUNITY, OFFICE, HOUSE):
        expect(page.locator("#list")).to_contain_text(name)
    for name in ("anders", "oda", "thorsen"):  # whoever was added gets the login details
        address = f"{name}@homes.example"
        until(lambda to=address: letters(Path(demo.env["VAR"]) / "mail", to), 20, f"no letter to {address}")


def new_site(page: Page, button: str, **values: str) -> None:
    """From the dashboard to the form of a new site, and what every site has."""
    page.goto("/")
    press(page, button)
    fill(page, city="Lübeck", post_code="23552", **values)
    page.locator("[name=country]").select_option("DE")
    page.locator("[name=time_zone]").select_option("Europe/Copenhagen")


def a_community(page: Page) -> None:
    """With a building, an apartment with its family master, and a member."""
    new_site(page, "Add community", name=COMMUNITY, apartments_planned="12")
    page.get_by_label("APT + PIN").check()
    page.get_by_role("group", name="Delete account permission").get_by_role("switch").uncheck()
    save(page, "Add community", f"Saved {COMMUNITY}")
    press(page, "Buildings", "Add building")
    fill(page, name="Backhaus")
    save(page, "Save", "Saved Backhaus")
    press(page, COMMUNITY, "Apartments", "Add apartment")
    page.locator("[name=building]").select_option("Backhaus")
    fill(page, number="11", name="Roof")
    page.locator("[name=call_type]").select_option(str(CALLS.value))
    fill(page, phone_1="+4545671234")
    page.get_by_text("Family master", exact=True).click()
    fill(page, first_name="Anders", last_name="Bæk", email="anders@homes.example")
    save(page, "Add apartment", "Added Backhaus 11")
    press(page, "Add resident")  # of this apartment, which has its master already
    fill(page, first_name="Ida", last_name="Bæk")
    save(page, "Save resident", "Added Ida Bæk")
    site, unit = Site.objects.get(name=COMMUNITY), Unit.objects.get(site__name=COMMUNITY)
    assert (site.kind, site.apartments_planned, site.pin_mode) == ("community", 12, Site.PinMode.APT_PIN)
    assert (site.time_zone, site.country, site.managers_delete_people) == ("Europe/Copenhagen", "DE", False)
    assert (unit.place_label, unit.call_type, unit.phone_1) == ("Backhaus 11", CALLS, "+4545671234")
    assert people_of(site) == {"Anders Bæk": "master", "Ida Bæk": "member"}


def people_of(site: Site) -> dict[str, str]:
    """Who lives or works there, and as what."""
    return {one.full_name: one.kind for one in Residency.objects.filter(site=site)}


def an_office(page: Page) -> None:
    """With a department and somebody who works in it."""
    new_site(page, "Add office", name=OFFICE)
    assert not page.locator("[name=pin_mode]").count(), "an office has no apartments"
    save(page, "Add office", f"Saved {OFFICE}")
    press(page, "Departments", "Add department")
    fill(page, name="Harbour desk")
    save(page, "Save", "Saved Harbour desk")
    press(page, OFFICE, "People", "Add person")
    page.locator("[name=building]").select_option("Harbour desk")
    page.get_by_label("Personnel", exact=True).check()
    fill(page, first_name="Oda", last_name="Lind", unique_id="H-17", email="oda@homes.example")
    save(page, "Save person", "Added Oda Lind")
    person = Residency.objects.get(site__name=OFFICE)
    assert (person.kind, person.unique_id, person.unit) == ("personnel", "H-17", None)
    assert (person.building.name, person.site.kind) == ("Harbour desk", "office")  # type: ignore[union-attr]


def a_house(page: Page) -> None:
    """The house, its home and its family master come from one form."""
    new_site(page, "Add single-family", name=HOUSE, room_name="Garden house")
    fill(page, first_name="Thor", last_name="Thorsen", email="thorsen@homes.example")
    save(page, "Add house", f"Saved {HOUSE}")
    expect(page.locator("main")).to_contain_text("Thor Thorsen")
    site = Site.objects.get(name=HOUSE)
    assert (site.kind, people_of(site)) == ("house", {"Thor Thorsen": "master"})
    assert Unit.objects.get(site=site).name == "Garden house"


# --- The property manager ----------------------------------------------------------------------


@pytest.fixture
def site(demo: Stack) -> Site:
    """A community of two houses, 300 apartments in the first; a door with a device at each. Made once."""
    boss = scope_for(User.objects.get(username="installer"))
    if found := Site.objects.filter(name=RUN).first():
        return found
    site = add_site(scope=boss, kind=Site.Kind.COMMUNITY, name=RUN, time_zone=ZONE)
    east, west = add_buildings(scope=boss, site=site, names=HOUSES)
    rows = [NewUnit(east.pk, f"{100 + number}") for number in range(APARTMENTS)]
    add_units(scope=boss, site=site, rows=[*rows, NewUnit(west.pk, "1"), NewUnit(west.pk, "2")])
    phone = DeviceKind.DOOR_PHONE
    doors = [
        NewDevice(mac(FREE_MACS + place), phone, f"{building.name} door", building_id=building.pk)
        for place, building in enumerate((east, west))
    ]
    add_devices(scope=boss, site=site, rows=doors)
    set_managers(scope=boss, site=site, user_ids=[User.objects.get(username="manager").pk])
    return site


def test_a_manager_changes_300_apartments_at_once(site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in("manager")
    page.goto(f"/sites/{site.pk}/units/")
    page.locator("[name=building]").select_option(HOUSES[0])
    expect(page.locator(".pager")).to_contain_text(f"of {APARTMENTS}")
    page.get_by_label("Select all on this page").check()
    press(page, f"select all {APARTMENTS}")
    expect(page.locator(".bulk")).to_contain_text(f"All {APARTMENTS} apartments selected")
    page.get_by_role("button", name="Edit…").click()
    expect(page.locator("body")).to_contain_text(f"in {APARTMENTS} apartments at once")
    page.locator("[name=call_type]").select_option(str(CALLS.value))
    page.locator("[name=valid_time]").select_option("set")
    fill(page, valid_until="2031-05-31T12:00")
    page.locator("[name=limit]").select_option("set")
    fill(page, member_limit="3")
    save(page, "Save changes", f"Changed {APARTMENTS} apartments")
    end = datetime(2031, 5, 31, 12, tzinfo=ZoneInfo(ZONE))
    changed = Unit.objects.filter(call_type=CALLS, valid_until=end, member_limit=3)
    assert changed.filter(building__name=HOUSES[0]).count() == APARTMENTS
    assert not changed.exclude(building__name=HOUSES[0]).exists(), "those that were not picked stay"
    trail = AuditEntry.objects.filter(site_id=site.pk, verb="unit.change")
    assert trail.count() == APARTMENTS
    press(page, "100")
    expect(page.locator("main")).to_contain_text("31 May 2031")


def test_a_manager_moves_somebody_in_over_and_out(
    demo: Stack, site: Site, sign_in: Callable[..., Page]
) -> None:
    east, west = Device.objects.filter(site=site).order_by("name")
    page = sign_in("manager")
    person = moves_in(page, site)
    known_at(demo, [west], [east])
    to_another_apartment(page, person)
    known_at(demo, [east], [west])
    moves_out(page, person)
    known_at(demo, [], [east, west])
    the_report_has_the_proofs(page, person, [east, west])


def known_at(demo: Stack, doors: list[Device], others: list[Device]) -> None:
    """Wait until the PIN is in the memory of these doors and of no other."""
    with simulator(demo) as line:

        def knows(door: Device) -> bool:
            return any(PIN in item.get("pins", ()) for item in line.memory(door.mac)["items"] if item["on"])

        for door in doors:
            until(lambda: knows(door), 20, f"{door.name} does not know the PIN")  # noqa: B023
        for door in others:
            until(lambda: not knows(door), 20, f"{door.name} knows the PIN")  # noqa: B023


def moves_in(page: Page, site: Site) -> Residency:
    """With a lease from yesterday; then the PIN."""
    began = datetime.now(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None) - timedelta(days=1)
    page.goto(f"/sites/{site.pk}/residents/")
    press(page, "Add resident")
    page.locator("[name=building]").select_option(HOUSES[1])
    page.locator("[name=unit]").select_option("2")
    fill(page, valid_from=f"{began:%Y-%m-%dT%H:%M}", first_name="Nele", last_name="Vogt")
    page.get_by_role("button", name="Next: access").click()
    fill(page, pin=PIN)
    save(page, "Save access", "Saved the access of Nele Vogt")
    person = Residency.objects.get(site=site)
    assert (person.place_label, person.kind) == ("West House 2", "master")
    assert person.valid_from == began.replace(tzinfo=ZoneInfo(ZONE))
    return person


def to_another_apartment(page: Page, person: Residency) -> None:
    """PIN and lease go along; the door of the new house opens, that of the old one no more."""
    page.goto(f"/sites/{person.site_id}/residents/{person.pk}/")
    press(page, "Move…")
    page.locator("[name=building]").select_option(HOUSES[0])
    page.locator("[name=unit]").select_option("117")
    save(page, "Move", "Nele Vogt lives in East House 117 now")
    began = person.valid_from
    person.refresh_from_db()
    assert (person.place_label, person.kind, person.valid_from) == ("East House 117", "master", began)


def moves_out(page: Page, person: Residency) -> None:
    """Asked first; the lease ends now, the person stays listed."""
    page.get_by_label("More actions").click()
    press(page, "Move out…")
    page.get_by_role("dialog").get_by_label("Now", exact=True).check()
    save(page, "Move out", "Nele Vogt has moved out")
    person.refresh_from_db()
    assert person.valid_until is not None and person.valid_until <= now()
    expect(page.get_by_role("link", name="Move…", exact=True)).to_have_count(0)


def the_report_has_the_proofs(page: Page, person: Residency, doors: list[Device]) -> None:
    """Every door, each with the time of its own answer."""
    rights = AccessRight.objects.filter(subject=Subject.objects.get(residency=person).pk)
    proven = rights.filter(gone=True, held=F("want"))
    until(lambda: proven.count() == len(doors), 20, "not all doors have proven it")
    press(page, "Departure report")
    expect(page.locator(".head")).to_contain_text("Gone from all door devices (2), by the evidence of each.")
    for door in doors:
        row = page.locator("tbody tr").filter(has_text=door.name)
        expect(row).to_contain_text("Gone")
        expect(row).to_contain_text(str(now().year))
