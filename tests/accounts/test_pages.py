"""The pages, as their readers use them."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import AuditEntry, Email, Organisation, Role, User

from .makers import KINDS, PASSWORD, Trade

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, response.headers
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- Organisations ------------------------------------------------------------------------------


def test_a_distributor_makes_a_sub_distributor_and_an_installer(trade: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    html = page(client, "/accounts/organisations/add/")
    assert ">Sub-distributor</option>" in html
    assert ">Distributor</option>" not in html
    form = {
        "kind": "installer", "parent": trade.companies[KINDS.SUB_DISTRIBUTOR].pk, "name": "Lock & Key",
        "phone": "", "time_zone": "Europe/Paris", "may_add_macs": "on", "username": "lockandkey",
        "first_name": "Zoé",
        "last_name": "", "email": "zoe@lock.example", "language": "fr",
    }  # fmt: skip
    response = client.post("/accounts/organisations/add/", form, follow=True)
    made = Organisation.objects.get(name="Lock & Key")
    assert response.redirect_chain == [(f"/accounts/organisations/{made.pk}/", 302)]
    assert "Lock &amp; Key" in response.content.decode()
    assert (made.may_add_macs, made.time_zone, made.people.get().language) == (True, "Europe/Paris", "fr")


def test_the_choice_of_type_tells_where_it_may_stand(trade: Trade, rival: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    form = {"kind": "sub_distributor", "_do": "refresh", "name": "Half typed"}
    html = client.post("/accounts/organisations/add/", form).content.decode()
    assert "Nord Distributor</option>" in html
    assert "Nord Sub-distributor</option>" not in html
    assert "Sued" not in html
    assert "Half typed" in html
    assert "May add MACs" not in html


def test_wrong_input_is_told_at_its_field(trade: Trade) -> None:
    client = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    form = {
        "kind": "installer", "parent": trade.companies[KINDS.SUB_DISTRIBUTOR].pk, "name": "nord installer",
        "time_zone": "UTC", "username": "fresh", "email": "no-address", "language": "en",
    }  # fmt: skip
    assert errors(client.post("/accounts/organisations/add/", form)).keys() == {"email"}
    form["email"] = "a@b.example"
    assert errors(client.post("/accounts/organisations/add/", form)).keys() == {"name"}
    form |= {"name": "x" * 101}
    assert errors(client.post("/accounts/organisations/add/", form)).keys() == {"name"}
    form |= {"name": "Fine", "username": "Nord-installer"}
    assert errors(client.post("/accounts/organisations/add/", form)).keys() == {"username"}
    form |= {"username": "fine-name", "parent": trade.companies[KINDS.DISTRIBUTOR].pk}
    assert errors(client.post("/accounts/organisations/add/", form)).keys() == {"parent"}
    assert not Organisation.objects.filter(name="Fine").exists()


def test_a_company_is_changed_and_switched(trade: Trade) -> None:
    company = trade.companies[KINDS.INSTALLER]
    client = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    base = f"/accounts/organisations/{company.pk}/"
    form = {"name": "Nord Doors", "email": "doors@nord.example", "phone": "+49 30 1", "time_zone": "UTC"}
    assert client.post(f"{base}edit/", form)["Location"] == base
    company.refresh_from_db()
    assert (company.name, company.may_add_macs) == ("Nord Doors", False)
    assert "Its users are signed out" in page(client, f"{base}off/")
    client.post(f"{base}off/")
    company.refresh_from_db()
    assert not company.is_active
    assert "Switched off" in page(client, base)
    client.post(f"{base}on/")
    company.refresh_from_db()
    assert company.is_active


def test_the_list_searches_filters_and_exports(trade: Trade, rival: Trade, sheet_text: Any) -> None:
    client = signed_in(trade.people[Role.OPERATOR])
    assert "Sued Installer" in page(client, "/accounts/organisations/?q=sued")
    assert "Nord Installer" not in page(client, "/accounts/organisations/?q=sued")
    html = page(client, "/accounts/organisations/?kind=distributor")
    assert "Nord Distributor" in html
    assert "row-link" in html
    assert "Nothing fits" in page(client, "/accounts/organisations/?q=nothing-like-it")
    mine = sheet_text(signed_in(trade.people[Role.DISTRIBUTOR]).get("/accounts/organisations/?export="))
    assert "Nord Installer" in mine
    assert "Sued" not in mine


# --- Users --------------------------------------------------------------------------------------


def test_an_installer_makes_a_property_manager(trade: Trade) -> None:
    client = signed_in(trade.people[Role.INSTALLER])
    html = page(client, "/accounts/users/add/?role=sub_installer")
    assert '<option value="sub_installer" selected>' in html
    assert 'name="organisation"' not in html
    form = {
        "role": "property_manager", "first_name": "Nadia", "last_name": "Novak", "email": "nadia@e.example",
        "username": "nadia", "language": "he", "time_zone": "Asia/Jerusalem",
    }  # fmt: skip
    response = client.post("/accounts/users/add/", form)
    made = User.objects.get(username="nadia")
    assert response["Location"] == f"/accounts/users/{made.pk}/"
    assert (made.role, made.organisation) == (Role.PROPERTY_MANAGER, trade.companies[KINDS.INSTALLER])
    assert Email.objects.filter(user=made, kind="welcome", language="he").exists()
    assert "nadia@e.example" in page(client, f"/accounts/users/{made.pk}/")
    form |= {"username": "operator-of-all", "role": "operator"}
    assert errors(client.post("/accounts/users/add/", form)).keys() == {"role"}


def test_above_the_company_tells_the_role(trade: Trade, rival: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    html = page(client, "/accounts/users/add/")
    assert 'name="role"' not in html
    assert "Sued" not in html
    form = {
        "organisation": trade.companies[KINDS.SUB_DISTRIBUTOR].pk, "first_name": "Nina",
        "email": "n@e.example", "username": "nina", "language": "en", "time_zone": "UTC",
    }  # fmt: skip
    client.post("/accounts/users/add/", form)
    assert User.objects.get(username="nina").role == Role.SUB_DISTRIBUTOR
    form |= {"organisation": rival.companies[KINDS.SUB_DISTRIBUTOR].pk, "username": "other"}
    assert errors(client.post("/accounts/users/add/", form)).keys() == {"organisation"}


def test_users_list_shows_whom_the_reader_looks_after(trade: Trade, rival: Trade) -> None:
    User.objects.create(username="600001", role=Role.RESIDENT, first_name="Rosa")
    seen = page(signed_in(trade.people[Role.INSTALLER]), "/accounts/users/")
    for name in ("Property manager Nord", "Sub-installer Nord", "Installer Nord"):
        assert name in seen
    assert "Rosa" not in seen
    assert "Distributor Nord" not in seen
    above = page(signed_in(trade.people[Role.DISTRIBUTOR]), "/accounts/users/?role=installer")
    assert "Installer Nord" in above
    assert "Property manager Nord" not in above
    for role in (Role.SUB_INSTALLER, Role.PROPERTY_MANAGER):
        page(signed_in(trade.people[role]), "/accounts/users/", 403)
    foreign = rival.people[Role.PROPERTY_MANAGER].pk
    for what in ("", "edit/", "off/", "on/", "details/"):
        assert (
            signed_in(trade.people[Role.INSTALLER]).get(f"/accounts/users/{foreign}/{what}").status_code
            == 404
        )


def test_a_user_is_changed_switched_and_gets_new_details(trade: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    client = signed_in(trade.people[Role.INSTALLER])
    base = f"/accounts/users/{manager.pk}/"
    form = {
        "first_name": "Ada",
        "last_name": "L",
        "email": "ada@e.example",
        "language": "de",
        "time_zone": "UTC",
    }
    assert client.post(f"{base}edit/", form)["Location"] == base
    manager.refresh_from_db()
    assert (manager.first_name, manager.email, manager.username) == (
        "Ada",
        "ada@e.example",
        "Nord-property_manager",
    )
    assert "present password stops working" in page(client, f"{base}details/")
    client.post(f"{base}details/")
    manager.refresh_from_db()
    assert not manager.has_usable_password()
    client.post(f"{base}off/")
    manager.refresh_from_db()
    assert not manager.is_active
    client.post(f"{base}on/")
    manager.refresh_from_db()
    assert manager.is_active


def test_the_last_one_is_told_why_not(trade: Trade) -> None:
    own = trade.people[Role.INSTALLER]
    client = signed_in(own)
    response = client.post(f"/accounts/users/{own.pk}/off/")
    assert "last active login of your company" in response.content.decode()
    own.refresh_from_db()
    assert own.is_active


def test_lists_take_as_many_queries_for_many_rows(trade: Trade, django_assert_max_num_queries: Any) -> None:
    company = trade.companies[KINDS.INSTALLER]
    User.objects.bulk_create(
        User(username=f"pm{n}", role=Role.PROPERTY_MANAGER, organisation=company, email=f"{n}@e.example")
        for n in range(60)
    )
    Organisation.objects.bulk_create(
        Organisation(pk=10_000 + n, kind=KINDS.INSTALLER, name=f"More {n}", parent=company.parent,
                     path=f"{company.parent.path}{10_000 + n}.")
        for n in range(60)
    )  # fmt: skip
    for role, url in ((Role.INSTALLER, "/accounts/users/"), (Role.DISTRIBUTOR, "/accounts/organisations/")):
        client = signed_in(trade.people[role])
        page(client, url)  # the first click also writes down the browser
        with django_assert_max_num_queries(9):
            page(client, url)


# --- The own account ----------------------------------------------------------------------------


def test_the_own_profile(trade: Trade) -> None:
    own = trade.people[Role.PROPERTY_MANAGER]
    client = signed_in(own)
    assert "Nord-property_manager" in page(client, "/accounts/profile/")
    form = {
        "first_name": "Ada", "last_name": "Lo", "language": "de", "time_zone": "Asia/Tokyo",
        "hours_24": "False", "theme": "dark", "email": "thief@e.example", "role": "operator",
    }  # fmt: skip
    assert client.post("/accounts/profile/", form)["Location"] == "/accounts/profile/"
    own.refresh_from_db()
    assert (own.first_name, own.time_zone, own.hours_24, own.theme) == ("Ada", "Asia/Tokyo", False, "dark")
    assert (own.email, own.role) == ("property_manager@Nord.example", Role.PROPERTY_MANAGER)
    assert 'data-theme="dark"' in page(client, "/accounts/profile/")
    assert errors(client.post("/accounts/profile/", form | {"time_zone": "Mars/Base"})).keys() == {
        "time_zone"
    }


def test_a_resident_is_named_by_others(trade: Trade) -> None:
    resident = User.objects.create(username="600001", role=Role.RESIDENT, first_name="Rosa")
    client = signed_in(resident)
    assert 'name="first_name"' not in page(client, "/accounts/profile/")
    form = {"first_name": "X", "language": "en", "time_zone": "UTC", "hours_24": "True", "theme": ""}
    client.post("/accounts/profile/", form)
    resident.refresh_from_db()
    assert resident.first_name == "Rosa"


@pytest.mark.parametrize(
    ("theme", "kept", "status"), [("dark", "dark", 204), ("", "", 204), ("pink", "light", 400)]
)
def test_the_theme_is_kept_by_the_server(trade: Trade, theme: str, kept: str, status: int) -> None:
    own = trade.people[Role.INSTALLER]
    User.objects.filter(pk=own.pk).update(theme="light")
    client = signed_in(own)
    count = AuditEntry.objects.count()
    assert (
        client.post("/accounts/profile/theme/", {"theme": theme}, headers={"Accept": "*/*"}).status_code
        == status
    )
    own.refresh_from_db()
    assert own.theme == kept
    assert AuditEntry.objects.count() == count
    by_hand = client.post("/accounts/profile/theme/", {"theme": "dark"}, headers={"Accept": "text/html"})
    assert by_hand.status_code == 302


def test_the_gate_speaks_plainly(trade: Trade) -> None:
    client = Client()
    for url in ("/login/", "/password/forgot/", "/password/forgot/sent/"):
        html = page(client, url)
        assert "<h1>" in html
        assert " style=" not in html
    assert 'name="next" value="/accounts/users/"' in page(client, "/login/?next=/accounts/users/")
    response = client.post("/login/", {"username": "Nord-installer", "password": "wrong"})
    assert 'value="Nord-installer"' in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert client.post("/login/", {"username": "", "password": ""}).status_code == 200
    assert client.post("/login/", {"username": "a\0b", "password": "x"}).status_code == 200
    assert "no-store" in client.get("/login/")["Cache-Control"]
    assert settings.LOGIN_URL == "/login/"
