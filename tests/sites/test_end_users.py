"""The end users of an installer and of those above: tabs, search, columns, details; nothing to change."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Role
from sites import services
from sites.models import Residency
from sites.services import NewResident, NewUnit
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, make_user

pytestmark = pytest.mark.django_db
URL = "/sites/people/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reseller(world: House) -> Client:
    """The distributor above the installer."""
    parent = world.installer.parent
    above = Organisation.objects.create(kind="distributor", name="Fjord", parent=parent, path="1.9.")
    Organisation.objects.filter(pk=world.installer.pk).update(parent=above, path="1.9.2.")
    world.scope = replace(world.scope, org_path="1.9.2.")
    return signed_in(make_user(Role.DISTRIBUTOR, above, "fjord"))


def listed(client: Client, query: str) -> list[str]:
    """The names on the page."""
    response = client.get(f"{URL}{query}")
    assert response.status_code == 200, query
    return [line["row"].full_name for line in response.context["page"].lines()]


def test_each_kind_of_project_has_its_tab(world: House, reseller: Client) -> None:
    world.master(last_name="Berg")
    world.member(last_name="Berg")
    world.staff()
    world.villa()
    assert listed(reseller, "") == ["Vera Lund"]
    assert listed(reseller, "?view=community") == ["Anna Berg", "Otto Berg"]
    assert listed(reseller, "?view=office") == ["Sven"]
    assert listed(reseller, "?view=community&kind=member") == ["Otto Berg"]
    response = reseller.get(f"{URL}?view=office")
    assert [field.name for field in response.context["page"].filter_fields] == ["by"], "no families here"
    assert all(word in response.content.decode() for word in ("Nordlys", "Harbour Office"))


FOUND = {
    "q=otto&by=name": ["Otto Berg"],
    "q=anna&by=master": ["Anna Berg", "Otto Berg"],
    "q=otto&by=master": [],
    "q=anna@&by=email": ["Anna Berg"],
    "q=anna@&by=name": [],
    "q=%2B45+2012&by=mobile": ["Anna Berg"],
    "q=nordlys&by=installer": ["Anna Berg", "Otto Berg"],
    "q=sydlys&by=installer": [],
    "q=berg": ["Anna Berg", "Otto Berg"],
    "q=anna+otto": [],
}


@pytest.mark.parametrize("query", FOUND)
def test_the_search_looks_where_it_is_told_to(world: House, reseller: Client, query: str) -> None:
    world.master(last_name="Berg", email="anna@e.example", country_code="45", mobile="20123456")
    world.member(last_name="Berg")
    assert listed(reseller, f"?view=community&{query}") == FOUND[query]


def test_sip_and_the_name_of_an_office_are_found(world: House, reseller: Client) -> None:
    person = world.staff()
    world.staff(first_name="Tove", unique_id="S2")
    assert listed(reseller, f"?view=office&by=sip&q={person.sip}") == ["Sven"]
    assert listed(reseller, "?view=office&by=site&q=harbour") == ["Sven", "Tove"]
    assert listed(reseller, "?view=office&by=site&q=lindenhof") == []
    assert "Nothing fits" in reseller.get(f"{URL}?view=office&by=nonsense&q=x").content.decode()


def test_details_are_there_to_read_only(world: House, reseller: Client) -> None:
    world.master(last_name="Berg")
    person = world.member(email="otto@e.example")
    response = reseller.get(f"{URL}{person.pk}/")
    html = response.content.decode()
    for word in ("otto@e.example", "Nordlys", "Lindenhof", "North House 1204", "Anna Berg", person.sip):
        assert word in html
    assert response.context["page"].head_buttons == []
    assert reseller.post(f"{URL}{person.pk}/").status_code == 405
    assert reseller.get(f"/sites/{person.site_id}/residents/{person.pk}/edit/").status_code == 403


def test_the_neighbour_s_people_are_not_there(world: House, stranger: Scope) -> None:
    theirs = services.add_house(
        scope=stranger, values={"name": "Villa Syd"}, home={"name": ""}, master={"first_name": "Svea"}
    )
    person = Residency.objects.get(site=theirs)
    boss = signed_in(world.boss)
    assert listed(boss, "?q=svea") == []
    assert boss.get(f"{URL}{person.pk}/").status_code == 404
    for user in (world.manager, world.helper):
        assert signed_in(user).get(URL).status_code == 403


def test_as_many_queries_for_many_as_for_few(world: House, reseller: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            reseller.get(f"{URL}?view=community")
        return len(queries)

    world.master()
    asked()
    few = asked()
    rows = [NewUnit(world.north.pk, str(number)) for number in range(20)]
    units = services.add_units(scope=world.scope, site=world.community, rows=rows)
    services.add_residents(
        scope=world.scope, site=world.community,
        rows=[NewResident("master", "More", str(unit.number), unit_id=unit.pk) for unit in units],
    )  # fmt: skip
    assert asked() == few
    assert len(listed(reseller, "?view=community")) == 21


def test_the_list_of_sites_counts_devices_and_the_users_their_sites(world: House) -> None:
    boss = signed_in(world.boss)
    columns = {column.name for column in boss.get("/sites/").context["page"].shown_columns}
    assert "device_count" in columns
    page = boss.get("/accounts/users/?view=managers").context["page"]
    assert [(line["row"].username, line["row"].workplaces) for line in page.lines()] == [("manager", 1)]
    html = boss.get(f"/accounts/users/{world.manager.pk}/").content.decode()
    assert f"/sites/of/{world.manager.pk}/panel/" in html
    assert "/sites/of/" not in boss.get(f"/accounts/users/{world.boss.pk}/").content.decode()
