"""The pages: who sees what, what a form does, what is refused and stays."""

from time import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sites import services
from sites.models import Building, Residency, Site, Unit
from sites.services import NewResident, NewUnit
from smartplus.kernel.pages.fresh import PROVEN
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, everything


def browser(user: User) -> Client:
    """A browser somebody signed in with."""
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    """An address of this app."""
    return reverse(f"sites:{name}", args=args)


PERSON = {
    "first_name": "Anna",
    "last_name": "Berg",
    "email": "",
    "language": "en",
    "country_code": "",
    "mobile": "",
}
CLOCK = {"time_zone": "Europe/Copenhagen", "hours_24": "True", "date_format": "Y/M/D", "country": "DK"}
PLAN = {"feature_plan": "premium"}


@pytest.fixture
def boss(world: House) -> Client:
    """The installer's browser, who has given the password a moment ago."""
    client = browser(world.boss)
    session = client.session
    session[PROVEN] = int(time())
    session.save()
    return client


@pytest.fixture
def manager(world: House) -> Client:
    """The property manager's browser."""
    return browser(world.manager)


def test_the_list_has_a_tab_for_each_kind(world: House, boss: Client) -> None:
    world.villa(email="vera@example.net")
    page = boss.get(url("list")).content.decode()
    assert "Lindenhof" in page
    assert "Harbour Office" in page
    assert "Villa Lund" in page
    houses = boss.get(url("list"), {"view": "house"}).content.decode()
    assert "vera@example.net" in houses
    assert "Garden house" in houses
    assert "Lindenhof" not in houses


def test_a_house_is_found_by_its_people_and_numbers(world: House, boss: Client) -> None:
    villa = world.villa(email="vera@example.net", country_code="45", mobile="20123456")
    vera = Residency.objects.get(site=villa)
    for text in (
        "vera lund",
        "vera@example",
        "20123456",
        vera.sip,
        Unit.objects.get(site=villa).sip,
        "villa",
    ):
        page = boss.get(url("list"), {"q": text}).content.decode()
        assert "Villa Lund" in page, text
        assert "Lindenhof" not in page, text


@pytest.mark.parametrize("kind", ["community", "office", "house"])
def test_a_site_of_each_kind_is_added_changed_and_removed(world: House, boss: Client, kind: str) -> None:
    typed = {
        "name": "Fjord Side",
        "city": "Ørsted",
        **CLOCK,
        **PLAN,
        "pin_mode": "apt_pin",
        "access_control": "public",
    }
    typed |= (
        {**PERSON, "room_name": "Boat house", "call_type": "3"}
        if kind == "house"
        else {"managers_see_logs": "on"}
    )
    response = boss.post(url("add", kind), typed)
    site = Site.objects.get(name="Fjord Side")
    assert response.url == url("detail", site.pk)
    assert (site.kind, site.country, site.hours_24) == (kind, "DK", True)
    expected = {"community": ("apt_pin", "public", False), "office": ("pin", "public", False)}
    assert (site.pin_mode, site.access_control, site.managers_delete_people) == expected.get(
        kind, ("pin", "all", True)
    )
    assert boss.get(response.url).status_code == 200
    boss.post(url("edit", site.pk), {**typed, "city": "Aarhus", "hours_24": "False"})
    site.refresh_from_db()
    assert (site.city, site.hours_24) == ("Aarhus", False)
    assert boss.post(url("remove", site.pk)).status_code == 302
    assert not Site.objects.filter(pk=site.pk).exists()


def test_the_form_begins_with_the_installers_time_zone(world: House, boss: Client) -> None:
    page = boss.get(url("add", "house")).content.decode()
    assert '<option value="Europe/Copenhagen" selected>Copenhagen, UTC+01:00</option>' in page


def test_an_office_is_not_asked_for_the_pin_mode(world: House, boss: Client) -> None:
    assert "PIN mode" in boss.get(url("add", "community")).content.decode()
    assert "PIN mode" not in boss.get(url("add", "office")).content.decode()
    assert boss.get("/sites/add/castle/").status_code == 404


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(world: House, boss: Client) -> None:
    before = everything()
    typed = {
        "name": "lindenhof",
        "city": "Ørsted",
        **CLOCK,
        **PLAN,
        "pin_mode": "pin",
        "access_control": "all",
    }
    response = boss.post(url("add", "community"), typed)
    assert response.context["form"].errors["name"] == ["Another site of yours has this name."]
    assert 'value="Ørsted"' in response.content.decode()
    assert everything() == before


def test_a_site_in_use_says_what_stands_in_the_way(world: House, boss: Client) -> None:
    world.master()
    page = boss.post(url("remove", world.community.pk)).content.decode()
    assert "1 person is still on this site. Remove them first." in page
    assert Site.objects.filter(pk=world.community.pk).exists()


def test_buildings_are_added_renamed_and_removed(world: House, boss: Client) -> None:
    site = world.community.pk
    boss.post(url("building_add", site), {"name": "South House"})
    south = Building.objects.get(name="South House")
    assert "South House" in boss.get(url("buildings", site)).content.decode()
    boss.post(url("building_edit", site, south.pk), {"name": "East House"})
    south.refresh_from_db()
    assert south.name == "East House"
    question = url("building_remove", site, world.north.pk)
    world.master()
    page = boss.get(question).content.decode()
    assert "1 apartment" in page
    assert "1 person with their logins, PINs and cards" in page
    assert "North House" in page
    assert "exactly" in boss.post(question, {"typed_name": "north"}).content.decode()
    assert Building.objects.filter(pk=world.north.pk).exists()
    boss.post(question, {"typed_name": "North House"})
    assert not Building.objects.filter(pk=world.north.pk).exists()


def test_an_apartment_comes_with_its_master_or_without(world: House, boss: Client) -> None:
    site, typed = (
        world.community.pk,
        {"building": world.north.pk, "name": "", "call_type": "3", "phone_1": "+4520123456"},
    )
    boss.post(url("unit_add", site), {**typed, "number": "2#1", "language": "en"})
    boss.post(url("unit_add", site), {**typed, **PERSON, "number": "2#2"})
    assert Unit.objects.get(number="2#1").call_type == 3
    assert Residency.objects.get().unit.number == "2#2"
    before = everything()
    errors = boss.post(
        url("unit_add", site), {**typed, "number": "2#3", "language": "en", "email": "a@example.net"}
    )
    assert "first_name" in errors.context["form"].errors
    errors = boss.post(url("unit_add", site), {**typed, "number": "12 04", "language": "en"})
    assert errors.context["form"].errors["number"] == ["Letters A to Z, digits and # only."]
    errors = boss.post(url("unit_add", site), {**typed, "number": "1204", "language": "en"})
    assert errors.context["form"].errors["number"] == ["This building has an apartment of this number."]
    assert everything() == before


def test_apartments_are_listed_by_building_in_the_order_of_their_numbers(world: House, boss: Client) -> None:
    rows = [NewUnit(world.north.pk, number) for number in ("10", "9", "100")]
    services.add_units(scope=world.scope, site=world.community, rows=rows)
    south = services.add_building(scope=world.scope, site=world.community, name="South")
    services.add_units(scope=world.scope, site=world.community, rows=[NewUnit(south.pk, "777")])
    response = boss.get(url("units", world.community.pk), {"building": world.north.pk})
    assert [line["row"].number for line in response.context["page"].lines()] == ["9", "10", "100", "1204"]
    response = boss.get(url("units", world.community.pk), {"q": "north 1204"})
    assert [line["row"].number for line in response.context["page"].lines()] == ["1204"]


def test_apartments_are_changed_by_managers_and_removed_by_installers(
    world: House, boss: Client, manager: Client
) -> None:
    site, flat = world.community.pk, world.flat.pk
    typed = {"number": "1205", "name": "Loft", "call_type": "1", "phone_1": "", "phone_2": "", "phone_3": ""}
    manager.post(url("unit_edit", site, flat), typed)
    assert Unit.objects.get(pk=flat).place_label == "North House 1205"
    assert manager.get(url("unit_add", site)).status_code == 403
    assert manager.post(url("unit_remove", site, flat)).status_code == 403
    assert "Add apartment" not in manager.get(url("units", site)).content.decode()
    world.master()
    boss.post(url("units_remove", site), {"pick": [flat], "confirmed": "1"})
    assert not Unit.objects.filter(pk=flat).exists()
    assert not Residency.objects.exists()


def test_people_are_listed_searched_and_filtered(world: House, manager: Client) -> None:
    anna = world.master(last_name="Berg", email="anna@example.net", country_code="45", mobile="20123456")
    otto = world.member(last_name="Aas")
    page, site = url("residents", world.community.pk), world.community.pk

    def names(**query: Any) -> list[str]:
        response = manager.get(page, query)
        return [line["row"].first_name for line in response.context["page"].lines()]

    assert names() == ["Anna", "Otto"]
    assert names(sort="-full_name") == ["Otto", "Anna"]
    for text in ("berg anna", "anna@ex", "20123456", anna.sip, "north 1204 anna"):
        assert names(q=text) == ["Anna"], text
    assert names(kind="member") == ["Otto"]
    assert names(apt="1204") == ["Anna", "Otto"]
    assert names(apt="12") == []
    assert names(building=world.north.pk, app_state="unregistered") == ["Anna", "Otto"]
    assert names(account_state="expired") == []
    assert manager.get(page, {"building": world.sales.pk}).context["page"].filter_errors
    assert manager.get(url("resident", site, otto.pk)).status_code == 200


def test_a_person_is_added_changed_and_deleted(world: House, manager: Client) -> None:
    site = world.community.pk
    typed = {"building": world.north.pk, "unit": world.flat.pk, "kind": "master", **PERSON}
    typed |= {"email": "anna@example.net", "country_code": "45", "mobile": "20 12 34 56", "remark": "Tenant"}
    response = manager.post(url("resident_add", site), typed, follow=True)
    anna = Residency.objects.get()
    assert "Login details go to anna@example.net." in response.content.decode()
    assert (anna.mobile, anna.remark, anna.unit) == ("20123456", "Tenant", world.flat)
    manager.post(url("resident_edit", site, anna.pk), {**PERSON, "first_name": "Ann", "remark": "Owner"})
    anna.refresh_from_db()
    assert (anna.first_name, anna.email, anna.remark, anna.unit) == ("Ann", "", "Owner", world.flat)
    manager.post(url("resident_remove", site, anna.pk))
    assert not Residency.objects.exists()


def test_the_apartments_on_offer_are_those_of_the_building(world: House, manager: Client) -> None:
    page = manager.get(url("resident_add", world.community.pk))
    assert not page.context["form"].fields["unit"].queryset.exists()
    chosen = manager.post(
        url("resident_add", world.community.pk), {"building": world.north.pk, "_do": "refresh"}
    )
    assert list(chosen.context["form"].fields["unit"].queryset) == [world.flat]
    assert not chosen.context["form"].errors
    asked = manager.get(url("resident_add", world.community.pk), {"unit": world.flat.pk})
    assert f'<option value="{world.flat.pk}" selected>1204</option>' in asked.content.decode()


def test_bad_people_are_refused_at_their_field(world: House, manager: Client) -> None:
    site, before = world.community.pk, everything()
    typed = {"building": world.north.pk, "unit": world.flat.pk, "kind": "master", **PERSON}
    for wrong, field in (
        ({"first_name": "x" * 300}, "first_name"),
        ({"email": "no"}, "email"),
        ({"mobile": "20123456"}, "country_code"),
        ({"mobile": "1", "country_code": "45"}, "mobile"),
        ({"kind": "member"}, "unit"),
        ({"kind": "staff"}, "kind"),
        ({"unit": ""}, "unit"),
        ({"language": "tlh"}, "language"),
        ({"remark": "a\nb"}, "remark"),
    ):
        form = manager.post(url("resident_add", site), {**typed, **wrong}).context["form"]
        assert list(form.errors) == [field], wrong
    assert everything() == before


def test_people_of_an_office(world: House, boss: Client) -> None:
    site = world.office.pk
    typed = {
        **PERSON,
        "building": world.sales.pk,
        "kind": "personnel",
        "unique_id": "P1",
        "intercom": "on",
        "call_type": "2",
    }
    boss.post(url("resident_add", site), {**typed, "phone": "+45 2012 3456"})
    one = Residency.objects.get()
    assert (one.kind, one.unique_id, one.call_type, one.phone, one.intercom) == (
        "personnel",
        "P1",
        2,
        "+4520123456",
        True,
    )
    care = services.add_building(scope=world.scope, site=world.office, name="Care")
    boss.post(
        url("resident_edit", site, one.pk), {**typed, "building": care.pk, "kind": "staff", "intercom": ""}
    )
    one.refresh_from_db()
    assert (one.building, one.kind, one.intercom) == (care, "staff", False)
    form = boss.post(url("resident_add", site), {**typed, "unique_id": "p1"}).context["form"]
    assert form.errors["unique_id"] == ["Somebody of this office has this ID."]
    assert "Department" in boss.get(url("residents", site)).content.decode()


def test_people_of_a_house(world: House, boss: Client) -> None:
    villa = world.villa()
    boss.post(url("resident_add", villa.pk), {**PERSON, "kind": "member"})
    assert Residency.objects.filter(site=villa).count() == 2
    page = boss.get(url("detail", villa.pk)).content.decode()
    assert "Anna Berg" in page
    assert "Vera Lund" in page


def test_managers_delete_people_only_where_permitted(world: House, manager: Client) -> None:
    anna, site = world.master(), world.community
    services.change_site(scope=world.scope, site=site, managers_delete_people=False)
    question = url("resident_remove", site.pk, anna.pk)
    assert question not in manager.get(url("resident", site.pk, anna.pk)).content.decode()
    assert "Delete…" not in manager.get(url("residents", site.pk)).content.decode()
    assert manager.post(question).status_code == 403
    assert (
        manager.post(url("residents_remove", site.pk), {"pick": [anna.pk], "confirmed": "1"}).status_code
        == 403
    )
    assert Residency.objects.filter(pk=anna.pk).exists()


def test_many_people_go_at_once_with_their_families(world: House, manager: Client) -> None:
    anna, otto = world.master(), world.member()
    asked = manager.post(url("residents_remove", world.community.pk), {"pick": [anna.pk]}).content.decode()
    assert "1 family member, because the family master goes" in asked
    manager.post(url("residents_remove", world.community.pk), {"pick": [anna.pk], "confirmed": "1"})
    assert not Residency.objects.filter(pk__in=[anna.pk, otto.pk]).exists()


def test_login_details_are_sent_again(world: House, manager: Client) -> None:
    anna = world.master()
    question = url("resident_send", world.community.pk, anna.pk)
    assert "No email or mobile to send to" in manager.get(question).content.decode()
    assert "No email or mobile to send to" in manager.post(question).content.decode()
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net")
    assert "go to anna@example.net" in manager.get(question).content.decode()
    assert manager.post(question).status_code == 302


def test_who_works_for_a_site_is_picked_from_two_lists(world: House, boss: Client, stranger: Scope) -> None:
    page = url("managers", world.office.pk)
    offered = boss.get(page).context["form"].fields["managers"].queryset
    assert list(offered) == [world.manager]
    boss.post(page, {"managers": [world.manager.pk], "sub_installers": [world.helper.pk]})
    assert list(world.office.managers.all()) == [world.manager]
    assert list(world.office.given_to.all()) == [world.helper]
    assert boss.post(page, {"managers": [stranger.user_id]}).context["form"].errors["managers"]
    assert list(world.office.managers.all()) == [world.manager]


def test_sites_are_given_from_the_persons_side(world: House, boss: Client) -> None:
    boss.post(url("of_person", world.helper.pk), {"sites": [world.office.pk, world.community.pk]})
    assert world.helper.given_sites.count() == 2
    assert "Harbour Office" in boss.get(url("of_person_panel", world.helper.pk)).content.decode()
    assert boss.get(url("of_person", world.boss.pk)).status_code == 404


def test_each_reader_meets_the_own_sites_only(world: House, stranger: Scope) -> None:
    other = browser(User.objects.get(pk=stranger.user_id))
    anna, site = world.master(), world.community.pk
    assert "Lindenhof" not in other.get(url("list")).content.decode()
    for address in (
        url("detail", site), url("edit", site), url("units", site), url("unit", site, world.flat.pk),
        url("residents", site), url("resident", site, anna.pk), url("resident_edit", site, anna.pk),
        url("buildings", site), url("building_edit", site, world.north.pk), url("managers", site),
    ):  # fmt: skip
        assert other.get(address).status_code == 404, address
        assert other.post(address, {}).status_code in (404, 405), address


def test_rows_of_another_site_are_not_on_this_one(world: House, boss: Client) -> None:
    sven = world.staff()
    assert boss.get(url("resident", world.community.pk, sven.pk)).status_code == 404
    assert boss.get(url("unit", world.office.pk, world.flat.pk)).status_code == 404


def test_names_from_the_right_stand_apart(world: House, boss: Client) -> None:
    row = NewResident("master", "שרה", "كريم", world.flat.pk)
    services.add_resident(scope=world.scope, site=world.community, row=row)
    assert "<bdi>שרה كريم</bdi>" in boss.get(url("residents", world.community.pk)).content.decode()
