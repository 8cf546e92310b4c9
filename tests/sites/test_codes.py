"""Registration QR codes (S6, S11): shown once, for people who are not registered, kept by nobody."""

import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from accounts.models import AuditEntry, PasswordLink, User
from accounts.permissions import NOT_WHILE_ACTING, Can
from accounts.services import links
from accounts.services.letters import link_of
from accounts.services.passwords import set_by_link
from sites import code_files
from sites.models import Residency
from sites.services import NewUnit, add_units
from sites.services import codes as services
from smartplus.kernel.errors import Refused
from tests.sites.makers import House


def client_of(user: User) -> Client:
    """A browser of somebody who is signed in."""
    client = Client()
    client.force_login(user)
    return client


TOKEN = re.compile(r'name="codes" value="([^"]*)"')


def test_a_code_is_good_once_and_registers_the_person(world: House) -> None:
    anna = world.master()
    mailed = links.issue(anna.user, PasswordLink.Purpose.WELCOME)
    first = services.make_code(scope=world.manager_scope, person=anna)
    second = services.make_code(scope=world.manager_scope, person=anna)
    assert links.find(mailed) is None and links.find(first.token) is None
    link = links.find(second.token)
    assert link is not None and link.to == "" and link.expires_at == second.until
    assert timedelta(days=6, hours=23) < second.until - now() <= timedelta(days=7)
    assert second.link == link_of(second.token)
    set_by_link(link=link, password="a-long-enough-secret-71")
    anna.refresh_from_db()
    assert anna.app_state == Residency.AppState.REGISTERED
    assert User.objects.get(pk=anna.user_id).email_confirmed_at is None
    with pytest.raises(Refused) as refused:
        services.make_code(scope=world.manager_scope, person=anna)
    assert refused.value.code == "registered"


def test_nothing_of_a_code_is_kept_and_the_trail_says_for_whom(world: House) -> None:
    anna = world.master()
    code = services.make_code(scope=world.manager_scope, person=anna)
    entry = AuditEntry.objects.get(verb="resident.code")
    assert (entry.actor_id, entry.object_label, entry.site_id) == (
        world.manager.pk, "Anna", world.community.pk,
    )  # fmt: skip
    assert entry.after == {"until": code.until.isoformat()}
    assert code.token not in repr(code)
    kept = [str(row) for model in (PasswordLink, AuditEntry, User) for row in model.objects.values()]
    assert not any(code.token in row for row in kept)


@pytest.mark.parametrize("why", ["password", "switched off"])
def test_a_login_in_use_or_switched_off_gets_no_code(world: House, why: str) -> None:
    """Also where its person still counts as unregistered: a code would hand the account over."""
    anna = world.master()
    if why == "password":
        anna.user.set_password("a-long-enough-secret-71")
    anna.user.is_active = why == "password"
    anna.user.save()
    link = links.issue(anna.user, PasswordLink.Purpose.RESET)
    with pytest.raises(Refused):
        services.make_code(scope=world.scope, person=anna)
    assert PasswordLink.objects.filter(user=anna.user, used_at=None).count() == 1, link


def family_of(world: House, masters_only: bool = False) -> list[int]:
    """The people of the flat."""
    return services.people_of_units(site=world.community, unit_ids=[world.flat.pk], masters_only=masters_only)


def test_no_more_than_fit_on_a_sheet(world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = world.master()
    world.member()
    monkeypatch.setattr(services, "MOST", 1)
    with pytest.raises(Refused) as refused:
        services.make_codes(scope=world.scope, site=world.community, residency_ids=family_of(world))
    assert refused.value.code == "too_many" and not PasswordLink.objects.exists()
    masters = family_of(world, masters_only=True)
    made = services.make_codes(scope=world.scope, site=world.community, residency_ids=masters)
    assert [code.person for code in made] == [anna]


def test_making_many_costs_as_much_as_making_one(world: House, django_assert_max_num_queries: Any) -> None:
    world.master()
    for number in range(3):
        world.member(first_name=f"Otto {number}")
    family = family_of(world)
    with django_assert_max_num_queries(9):
        made = services.make_codes(scope=world.scope, site=world.community, residency_ids=family)
    assert [code.person.first_name for code in made] == ["Anna", "Otto 0", "Otto 1", "Otto 2"]


def test_a_neighbour_makes_no_codes(world: House, stranger: Any) -> None:
    anna = world.master()
    with pytest.raises(Refused):
        services.make_code(scope=stranger, person=anna)
    assert not PasswordLink.objects.exists()


def test_nobody_makes_codes_while_acting_in_an_account() -> None:
    assert Can.CODES_MAKE in NOT_WHILE_ACTING


def test_a_persons_page_shows_the_code_once(world: House) -> None:
    anna = world.master(last_name="Berg")
    client = client_of(world.manager)
    page = reverse("sites:resident", args=[world.community.pk, anna.pk])
    url = reverse("sites:resident_code", args=[world.community.pk, anna.pk])
    assert url in client.get(page).content.decode()
    assert "Every earlier code" in client.get(url).content.decode()
    assert not PasswordLink.objects.exists()
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(url, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
        assert "Anna Berg" in text and anna.sip in text and "data:image/png;base64," in text
    assert PasswordLink.objects.filter(used_at=None).count() == 1
    Residency.objects.update(app_state=Residency.AppState.REGISTERED)
    assert url not in client.get(page).content.decode()
    refused = client.post(url)
    assert (
        "Registered already" in refused.content.decode() and "data:image/png" not in refused.content.decode()
    )


def sheet(world: House, client: Any, who: str) -> Any:
    """The answer to the question about the flat."""
    url = reverse("sites:units_codes", args=[world.community.pk])
    return client.post(url, {"pick": [world.flat.pk], "confirmed": "1", "who": who})


def test_apartments_get_a_sheet_and_the_same_as_files(world: House) -> None:
    anna, otto = world.master(last_name="Berg"), world.member()
    client = client_of(world.manager)
    asked = client.post(
        reverse("sites:units_codes", args=[world.community.pk]), {"pick": [world.flat.pk]}
    ).content.decode()
    assert "More than 500 people get several sheets" in asked and not PasswordLink.objects.exists()
    masters = sheet(world, client, "masters").content.decode()
    assert "Anna Berg" in masters and "Otto" not in masters
    answer = sheet(world, client, "everybody")
    assert answer["Cache-Control"] == "no-store"
    found = TOKEN.search(answer.content.decode())
    assert found is not None
    tokens = found[1].split()
    assert len(tokens) == 2 and all(links.find(token) for token in tokens)

    url = reverse("sites:code_files", args=[world.community.pk])
    download = client.post(url, {"codes": found[1]})
    assert (download["Content-Type"], download["Cache-Control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(BytesIO(download.content)) as package:
        names = package.namelist()
        assert names == [
            "Registration QR codes.xlsx", "North House 1204 Anna Berg.png", "North House 1204 Otto.png",
        ]  # fmt: skip
        assert package.read(names[1]).startswith(b"\x89PNG")
        rows = list(load_workbook(BytesIO(package.read(names[0]))).active.values)
    assert [row[:3] for row in rows[1:]] == [
        ("North House 1204", "Anna Berg", anna.sip), ("North House 1204", "Otto", otto.sip),
    ]  # fmt: skip
    assert all(links.find(token) for token in tokens), "looking at the files uses nothing up"
    sheet(world, client, "everybody")
    gone = client.post(url, {"codes": found[1]}, follow=True)
    assert "None of these codes is good any more" in gone.content.decode()


def test_files_are_made_of_codes_of_the_own_site_only(world: House) -> None:
    sven = world.staff()
    token = services.make_code(scope=world.scope, person=sven).token
    url = reverse("sites:code_files", args=[world.community.pk])
    assert client_of(world.manager).post(url, {"codes": f"{token} nonsense"}).status_code == 302
    reset = links.issue(world.boss, PasswordLink.Purpose.RESET)
    assert services.codes_behind(site=world.office, tokens=[token, reset, "x"])[0].person == sven
    assert len(services.codes_behind(site=world.office, tokens=[token, reset, "x"])) == 1


def test_an_apartments_page_leads_to_the_codes_of_its_family(world: House) -> None:
    world.master(), world.member()
    client = client_of(world.manager)
    url = reverse("sites:unit_codes", args=[world.community.pk, world.flat.pk])
    page = reverse("sites:unit", args=[world.community.pk, world.flat.pk])
    assert url in client.get(page).content.decode()
    assert "Whoever is registered already gets none" in client.get(url).content.decode()
    dialog = client.post(url, {"who": "everybody"}, headers={"HX-Request": "true"})
    text = dialog.content.decode()
    assert text.count("data:image/png") == 2 and "<html" not in text and dialog["Cache-Control"] == "no-store"
    found = TOKEN.search(text)
    assert found is not None and all(links.find(token) for token in found[1].split())


def test_people_of_an_office_get_a_sheet_too(world: House) -> None:
    sven = world.staff()
    client = client_of(world.boss)
    office = reverse("sites:residents", args=[world.office.pk])
    assert "Refresh QR codes" in client.get(office).content.decode()
    url = reverse("sites:residents_codes", args=[world.office.pk])
    answer = client.post(url, {"pick": [sven.pk], "confirmed": "1"})
    assert "Sales" in answer.content.decode() and "1 registration QR code<" in answer.content.decode()
    assert client.post(url, {"pick": [world.master().pk], "confirmed": "1"}).status_code == 404


def test_nobody_left_is_said(world: House) -> None:
    add_units(scope=world.scope, site=world.community, rows=[NewUnit(world.north.pk, "7")])
    answer = sheet(world, client_of(world.manager), "everybody")
    assert "Nobody of these is left to register" in answer.content.decode()


def test_names_of_files_are_safe_on_any_system(world: House) -> None:
    anna = world.master()
    code = services.make_code(scope=world.scope, person=anna)
    people = [
        Residency(first_name="Anna", last_name="Berg", place_label='A/1: "x"'),
        Residency(first_name="anna", last_name="berg", place_label="A 1 x"),
        Residency(first_name="..", last_name="\u202e/etc\x00"),
        Residency(first_name="CON"),
        Residency(first_name="佐" * 64, last_name="藤" * 64),
    ]
    names = code_files.names_of([replace(code, person=one) for one in people])
    assert names[:4] == ["A 1 x Anna Berg.png", "A 1 x anna berg 2.png", "etc.png", "_CON.png"]
    assert len(names[4].encode()) < 210
