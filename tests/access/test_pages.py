"""The pages of access as people use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access.models import AccessGroup, AccessRight, Credential, Grant, GroupDoor
from access.services.answers import AccessAnswer, confirm, refuse
from access.services.credentials import add_cards, set_pins
from access.services.groups import GroupTo, change_group
from accounts.models import AuditEntry, Role, User
from devices.models import Command, DeviceState, Relay
from sites.models import Site

FRAGMENT = {"HX-Request": "true"}


def browser(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


@pytest.fixture
def manager(home: Any) -> Client:
    """The property manager's browser."""
    return browser(home.village.manager)


@pytest.fixture
def resident(home: Any) -> Client:
    """Anna's browser."""
    return browser(home.person.user)


def at(home: Any, path: str) -> str:
    return f"/access/{home.village.site.pk}/{path}"


def page(client: Client, url: str, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, url
    return response.content.decode()


def hold(home: Any) -> None:
    """Every door takes everything."""
    for right in AccessRight.objects.all():
        confirm([AccessAnswer(right.device_id, 1, ((right.subject, right.want, not right.gone),))])


def test_a_group_is_made_changed_and_deleted(home: Any, manager: Client) -> None:
    relay = home.door.relays.get(number=2)
    new = at(home, "groups/add/")
    assert "start_time" not in page(manager, new)
    refreshed = manager.post(new, {"_do": "refresh", "name": "Pool", "repeat": "weekly"}).content.decode()
    assert 'name="start_time"' in refreshed
    assert 'name="days"' in refreshed
    assert 'value="Pool"' in refreshed
    data = {
        "name": "Pool", "repeat": "weekly", "days": ["0", "6"], "start_time": "06:00", "end_time": "22:00",
        "relays": [str(relay.pk)],
    }  # fmt: skip
    half = manager.post(new, {key: value for key, value in data.items() if key != "days"}).content.decode()
    assert "Choose at least one day." in half
    group = AccessGroup.objects.filter(name="Pool")
    assert not group.exists()
    response = manager.post(new, data)
    assert response.status_code == 302
    shown = page(manager, response["Location"])
    assert "Mon, Sun 06:00–22:00" in shown
    assert relay.name in shown
    manager.post(at(home, f"groups/{group.get().pk}/edit/"), {"name": "Pool", "repeat": "always"})
    assert group.get().repeat == "always"
    assert not group.get().relays.exists()
    manager.post(at(home, f"groups/{group.get().pk}/delete/"))
    assert not group.exists()


def test_a_span_is_typed_in_the_sites_own_time(home: Any, manager: Client) -> None:
    manager.post(
        at(home, "groups/add/"),
        {"name": "Works", "repeat": "never", "starts_at": "2027-07-01T08:00", "ends_at": "2027-07-02T18:00"},
    )
    group = AccessGroup.objects.get(name="Works")
    assert group.starts_at is not None
    assert f"{group.starts_at:%H:%M}" == "06:00"  # UTC; the site is in Berlin
    assert 'value="2027-07-01T08:00"' in page(manager, at(home, f"groups/{group.pk}/edit/"))


def test_the_group_of_the_building_has_no_delete_button(home: Any, manager: Client) -> None:
    shown = page(manager, at(home, f"groups/{home.default.pk}/"))
    assert "Delete…" not in shown
    assert "They follow the building" in shown
    response = manager.post(at(home, f"groups/{home.default.pk}/delete/"))
    assert "came with its building" in response.content.decode()
    assert AccessGroup.objects.filter(pk=home.default.pk).exists()


def test_people_are_added_to_a_group_and_taken_out(home: Any, manager: Client) -> None:
    village = home.village
    others = village.people(home.unit, 3)
    group = village.group("Pool", home.door.relays.all())
    base = at(home, f"groups/{group.pk}/people/")
    candidates = page(manager, f"{base}add/")
    assert all(one.first_name in candidates for one in [home.person, *others])
    picked = {"pick": [str(one.pk) for one in others]}
    asked = manager.post(f"{base}join/", picked)
    assert "Add 3 residents to Pool?" in asked.content.decode()
    assert not Grant.objects.filter(group=group).exists()
    manager.post(f"{base}join/", picked | {"confirmed": "1"})
    assert Grant.objects.filter(group=group).count() == 3
    assert others[0].first_name not in page(manager, f"{base}add/")
    leave = {"pick": [str(grant.pk) for grant in Grant.objects.filter(group=group)[:2]], "confirmed": "1"}
    manager.post(f"{base}leave/", leave)
    assert Grant.objects.filter(group=group).count() == 1
    assert "Anna" in page(manager, f"{base}add/?q=anna")


def test_where_the_installer_keeps_the_public_area(home: Any, manager: Client) -> None:
    Site.objects.filter(pk=home.village.site.pk).update(access_control="public")
    assert manager.get(at(home, f"groups/{home.default.pk}/people/add/")).status_code == 403
    shown = page(manager, at(home, f"residents/{home.person.pk}/"))
    assert "public area" in shown
    assert "access_groups" not in shown


def test_a_resident_gets_a_pin_cards_and_groups(home: Any, manager: Client) -> None:
    village, person = home.village, home.person
    pool = village.group("Pool", home.door.relays.all())
    url = at(home, f"residents/{person.pk}/")
    shown = page(manager, url)
    assert f'value="{home.default.pk}" id="id_access_groups_0" checked' in shown or "checked" in shown
    groups = [str(home.default.pk), str(pool.pk)]
    wrong = manager.post(url, {"pin": "9042", "cards": "00F29107", "access_groups": groups}).content.decode()
    assert "kept for visitors" in wrong
    assert 'value="9042"' in wrong
    assert not Credential.objects.exists()
    assert (
        manager.post(url, {"pin": "4821", "cards": "00F29107\n00F29108", "access_groups": groups}).status_code
        == 302
    )
    assert Credential.objects.count() == 3
    assert set(home.subject.grants.values_list("group_id", flat=True)) == {home.default.pk, pool.pk}
    card = Credential.objects.filter(kind="card").first()
    assert card is not None
    manager.post(url, {"pin": "", "cards": "", "lost": [str(card.pk)], "access_groups": groups})
    assert sorted(Credential.objects.values_list("kind", flat=True)) == ["card", "pin"]
    manager.post(url, {"pin": "", "cards": "", "no_pin": "on", "access_groups": groups})
    assert list(Credential.objects.values_list("kind", flat=True)) == ["card"]


def test_a_pin_can_be_drawn(home: Any, manager: Client) -> None:
    url = at(home, f"residents/{home.person.pk}/")
    response = manager.post(url, {"_do": "generate", "pin": ""})
    pin = response.context["form"]["pin"].value()
    assert len(pin) == 6
    assert pin.isdigit()
    assert not Credential.objects.exists()


def test_values_are_shown_only_when_asked_and_that_is_written_down(home: Any, manager: Client) -> None:
    village, person = home.village, home.person
    set_pins(scope=village.scope, site=village.site, pins={person.pk: "48213579"})
    add_cards(scope=village.scope, site=village.site, cards={person.pk: ["C0FFEE9107"]})
    for path in (f"residents/{person.pk}/", f"residents/{person.pk}/keys/", f"residents/{person.pk}/doors/"):
        shown = page(manager, at(home, path), **FRAGMENT)
        assert "48213579" not in shown
        assert "C0FFEE9107" not in shown
    assert "••••9107" in page(manager, at(home, f"residents/{person.pk}/keys/"))
    assert not AuditEntry.objects.filter(verb="credential.show").exists()
    shown = page(manager, at(home, f"residents/{person.pk}/keys/shown/"), **FRAGMENT)
    assert "48213579" in shown
    assert "C0FFEE9107" in shown
    assert AuditEntry.objects.get(verb="credential.show").actor == village.manager
    installer = browser(village.user(Role.INSTALLER, village.installer))
    assert installer.get(at(home, f"residents/{person.pk}/keys/shown/")).status_code == 403


def test_the_page_says_what_each_door_proves(home: Any, manager: Client) -> None:
    village = home.village
    gate = village.door()
    url = at(home, f"residents/{home.person.pk}/doors/")
    DeviceState.objects.update(online=True)
    assert "On 0 of 3 doors." in page(manager, url)
    hold(home)
    assert "All 3 doors know." in page(manager, url)
    since = timezone.now() - timedelta(hours=2)
    DeviceState.objects.filter(device=gate).update(online=False, since=since)
    set_pins(scope=village.scope, site=village.site, pins={home.person.pk: "4821"})
    rights = {right.device_id: right for right in AccessRight.objects.all()}
    number = home.subject.pk
    confirm([AccessAnswer(home.door.pk, 1, ((number, rights[home.door.pk].want, True),))])
    shown = page(manager, url)
    assert "On 2 of 3 doors." in shown
    assert "is off line since" in shown
    assert "catches up when it returns" in shown
    refuse([AccessAnswer(gate.pk, 1, refused=((number, rights[gate.pk].want, "full"),))])
    assert "it holds no more people" in page(manager, url)


def test_an_unchanged_panel_costs_a_304(home: Any, manager: Client) -> None:
    url = at(home, f"residents/{home.person.pk}/doors/")
    first = manager.get(url, headers=FRAGMENT)
    tag = {"If-None-Match": first["ETag"]}
    assert manager.get(url, headers=FRAGMENT | tag).status_code == 304
    hold(home)
    assert manager.get(url, headers=FRAGMENT | tag).status_code == 200


def test_a_manager_opens_a_door_and_sees_what_came_of_it(home: Any, manager: Client) -> None:
    relay = home.door.relays.get(number=2)
    assert "Unlock" in page(manager, at(home, "doors/"))
    response = manager.post(at(home, f"doors/{relay.pk}/unlock/"))
    assert response["Location"] == at(home, "doors/")
    order = Command.objects.get()
    assert (order.verb, order.args, order.state) == ("unlock", {"relay": 2, "method": "portal"}, "queued")
    result = at(home, f"doors/{relay.pk}/result/")
    assert "every 1s" in page(manager, result, **FRAGMENT)
    assert "Queued" in page(manager, at(home, "doors/"))
    Command.objects.update(state="done", finished_at=timezone.now())
    done = page(manager, result, **FRAGMENT)
    assert "Opened" in done
    assert "every 1s" not in done
    other = home.door.relays.get(number=1)
    assert "Opened" not in page(manager, at(home, f"doors/{other.pk}/result/"), **FRAGMENT)


def test_a_switched_off_door_is_not_opened(home: Any, manager: Client) -> None:
    relay = home.door.relays.get(number=1)
    Relay.objects.filter(pk=relay.pk).update(enabled=False)
    manager.post(at(home, f"doors/{relay.pk}/unlock/"))
    assert not Command.objects.exists()


def test_who_opens_a_door_and_why(home: Any, manager: Client) -> None:
    village = home.village
    set_pins(scope=village.scope, site=village.site, pins={home.person.pk: "4821"})
    hold(home)
    url = at(home, f"doors/{home.door.relays.get(number=1).pk}/people/")
    shown = page(manager, url)
    for words in ("Anna", "North House residents", "Always", "Open", "PIN", "Knows"):
        assert words in shown
    change_group(
        scope=village.scope,
        group=home.default,
        to=GroupTo(
            "Nobody",
            repeat="never",
            starts_at=timezone.now() + timedelta(days=2),
            ends_at=timezone.now() + timedelta(days=3),
        ),
    )
    assert "Closed" in page(manager, url)


def test_the_people_of_a_device(home: Any, manager: Client) -> None:
    home.village.people(home.unit, 3)
    panel = page(manager, f"/access/devices/{home.door.pk}/", **FRAGMENT)
    assert "4 people" in panel
    url = f"/access/devices/{home.door.pk}/people/"
    assert "Anna" in page(manager, f"{url}?view=pending")
    assert "Anna" not in page(manager, f"{url}?view=held")
    hold(home)
    assert "Anna" in page(manager, f"{url}?view=held&q=anna")
    assert "Anna" not in page(manager, f"{url}?view=held&q=zoe")


def test_a_resident_sees_the_own_pin_and_doors(home: Any, resident: Client) -> None:
    village = home.village
    set_pins(scope=village.scope, site=village.site, pins={home.person.pk: "48213579"})
    flatmate = village.person(home.unit, "Mia")
    set_pins(scope=village.scope, site=village.site, pins={flatmate.pk: "11223344"})
    shown = page(resident, "/access/mine/")
    assert "48213579" in shown
    assert "11223344" not in shown
    doors = page(resident, f"/access/mine/{home.person.pk}/doors/", **FRAGMENT)
    assert doors.count('data-kind="open"') == 2
    assert resident.get(f"/access/mine/{flatmate.pk}/").status_code == 404
    assert resident.get(f"/access/mine/{flatmate.pk}/doors/").status_code == 404


def test_a_resident_opens_a_door_within_its_hours_only(home: Any, resident: Client) -> None:
    door = GroupDoor.objects.get(group=home.default, relay__number=1)
    resident.post(f"/access/mine/doors/{door.pk}/unlock/")
    order = Command.objects.get()
    assert order.args == {"relay": 1, "method": "home", "subject": home.subject.pk}
    doors = page(resident, f"/access/mine/{home.person.pk}/doors/", **FRAGMENT)
    assert "Unlocking" in doors
    Command.objects.update(state="done", finished_at=timezone.now())
    assert 'data-state="open"' in page(resident, f"/access/mine/{home.person.pk}/doors/", **FRAGMENT)
    later = timezone.now() + timedelta(days=1)
    to = GroupTo("Later", repeat="never", starts_at=later, ends_at=later + timedelta(days=1))
    change_group(scope=home.village.scope, group=home.default, to=to)
    resident.post(f"/access/mine/doors/{door.pk}/unlock/")
    assert Command.objects.count() == 1
    assert "Not at this hour" in page(resident, f"/access/mine/{home.person.pk}/doors/", **FRAGMENT)


def test_a_resident_does_not_open_doors_of_others(home: Any, resident: Client) -> None:
    cellar = home.village.door(home.village.building())
    group = home.village.group("Cellar", cellar.relays.all())
    door = GroupDoor.objects.get(group=group)
    assert resident.post(f"/access/mine/doors/{door.pk}/unlock/").status_code == 404
    assert resident.post(at(home, f"doors/{home.door.relays.first().pk}/unlock/")).status_code == 403
    assert not Command.objects.exists()
