"""Accounts that wait to be activated (S5, S18), and people with several homes."""

from typing import Any

import pytest

from accounts.models import AuditEntry, Email
from sites import services
from sites.events import ResidentsChanged
from sites.models import Residency
from sites.services import NewResident
from smartplus.kernel.errors import Refused, RefusedMany

from .makers import House, everything
from .test_pages import browser, url

State = Residency.AccountState


def states(house: House) -> list[str]:
    """The account states of the flat's members in the order they came."""
    rows = Residency.objects.filter(unit=house.flat, kind="member").order_by("pk")
    return list(rows.values_list("account_state", flat=True))


def test_the_member_after_the_free_ones_starts_inactivated(world: House, settings: Any) -> None:
    settings.FREE_MEMBERS = {"community": 2, "house": 0}
    assert world.master().account_state == State.NORMAL
    Email.objects.all().delete()
    rows = [
        NewResident("member", f"M{n}", unit_id=world.flat.pk, email=f"m{n}@example.net") for n in range(3)
    ]
    services.add_residents(scope=world.scope, site=world.community, rows=rows)
    assert states(world) == ["normal", "normal", "inactivated"]
    assert Email.objects.count() == 2, "nobody is sent login details who cannot use them"
    assert world.member().account_state == State.INACTIVATED
    Residency.objects.filter(first_name="M0").delete()
    assert world.member(first_name="Late").account_state == State.NORMAL
    villa = world.villa()
    row = NewResident("member", "Vilma")
    assert services.add_resident(scope=world.scope, site=villa, row=row).account_state == State.INACTIVATED
    assert world.staff().account_state == State.NORMAL


def test_three_are_free_by_default(world: House) -> None:
    world.master()
    assert [world.member(first_name=name).account_state for name in "ABCD"] == [
        *["normal"] * 3,
        "inactivated",
    ]


def test_activating_sends_the_login_details_and_tells(world: House, heard: list[object]) -> None:
    world.master()
    late = world.member(email="otto@example.net")
    old = world.member(first_name="Ida", email="ida@example.net")
    Residency.objects.filter(pk=late.pk).update(account_state=State.INACTIVATED)
    Residency.objects.filter(pk=old.pk).update(account_state=State.EXPIRED)
    late.refresh_from_db()
    with pytest.raises(Refused, match="not activated yet"):
        services.send_login_details(scope=world.scope, person=late)
    Email.objects.all().delete()
    heard.clear()
    ids = [late.pk, old.pk]
    changed = services.activate_residents(scope=world.scope, site=world.community, residency_ids=ids)
    assert {one.pk for one in changed} == set(ids)
    assert states(world) == ["normal", "normal"]
    assert list(Email.objects.values_list("to", flat=True)) == ["otto@example.net"]
    assert heard == [ResidentsChanged(world.community.pk, tuple(one.pk for one in changed))]
    assert AuditEntry.objects.filter(verb="resident.activate").count() == 2
    assert services.activate_residents(scope=world.scope, site=world.community, residency_ids=ids) == []


def test_a_member_waits_for_the_master(world: House) -> None:
    anna, otto = world.master(), world.member()
    Residency.objects.update(account_state=State.INACTIVATED)
    before = everything()
    with pytest.raises(Refused, match="family master first"):
        services.activate_residents(scope=world.scope, site=world.community, residency_ids=[otto.pk])
    assert everything() == before
    with pytest.raises(RefusedMany, match="not activated yet"):
        world.member(first_name="Ida")
    both = [anna.pk, otto.pk]
    assert len(services.activate_residents(scope=world.scope, site=world.community, residency_ids=both)) == 2


def test_the_installer_activates_and_nobody_else(world: House) -> None:
    anna = world.master()
    Residency.objects.update(account_state=State.INACTIVATED)
    page = url("resident_activate", world.community.pk, anna.pk)
    manager, boss = browser(world.manager), browser(world.boss)
    assert manager.post(page).status_code == 403
    assert page not in manager.get(anna.get_absolute_url()).content.decode()
    assert page in boss.get(anna.get_absolute_url()).content.decode()
    assert boss.post(page).status_code == 302
    assert Residency.objects.get().account_state == State.NORMAL
    assert page not in boss.get(anna.get_absolute_url()).content.decode()


def test_a_person_with_several_homes_keeps_email_and_mobile(world: House) -> None:
    anna = world.master(email="anna@example.net")
    home = Residency.objects.get(site=world.villa(email="vera@example.net"))
    Residency.objects.filter(pk=home.pk).update(user=anna.user)
    before = everything()
    for values in ({"email": "new@example.net"}, {"country_code": "45", "mobile": "20123456"}):
        with pytest.raises(RefusedMany, match="several homes"):
            services.change_resident(scope=world.scope, person=anna, **values)
    assert everything() == before
    page = browser(world.boss).get(url("resident_edit", world.community.pk, anna.pk)).content.decode()
    assert "several homes" in page
    services.change_resident(scope=world.scope, person=anna, email="anna@example.net", remark="Owner")
    assert Residency.objects.get(pk=anna.pk).remark == "Owner"
