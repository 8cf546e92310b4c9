"""Deleting companies and logins: what stands in the way is said at once, the trail stays."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Email, Organisation, Role, User
from accounts.queries.deleting import obstacles
from accounts.services import deleting, organisations, users
from accounts.services.organisations import NewOrganisation
from accounts.services.users import NewUser
from devices.models import MacEntry
from sites.models import Residency, Site, Unit
from sites.services import add_site
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade

pytestmark = pytest.mark.django_db


def refused(call: Any, **given: Any) -> Refused:
    """The refusal; and nothing was written."""

    def state() -> list[Any]:
        companies = Organisation.objects.order_by("pk").values_list("name", "path", "is_active")
        return [list(companies), User.objects.count(), AuditEntry.objects.count(), Email.objects.count()]

    before = state()
    with pytest.raises(Refused) as caught:
        call(**given)
    assert state() == before
    return caught.value


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_installer_with_sites_and_macs_is_told_all_that_is_in_the_way(trade: Trade) -> None:
    company = trade.companies[KINDS.INSTALLER]
    for number in range(5):
        Site.objects.create(organisation=company, kind="community", name=f"Court {number}")
    MacEntry.objects.create(mac="0C1105AAAAAA", organisation=company)
    refusal = refused(
        deleting.delete_organisation, scope=trade.scope(Role.SUB_DISTRIBUTOR), organisation=company
    )
    assert "Sites: Court 0, Court 1, Court 2 and 2 more. Move or delete them first." in refusal.message
    assert "MACs in its library: " in refusal.message
    assert refusal.code == "in-the-way"


def test_a_company_with_companies_below_stays(trade: Trade) -> None:
    company = trade.companies[KINDS.SUB_DISTRIBUTOR]
    refusal = refused(deleting.delete_organisation, scope=trade.scope(Role.DISTRIBUTOR), organisation=company)
    assert refusal.message == "Companies below it: Nord Installer. Delete them first."


@pytest.mark.parametrize("kind", [KINDS.DISTRIBUTOR, KINDS.SUB_DISTRIBUTOR])
def test_nobody_deletes_the_own_company_one_above_or_one_beside(
    trade: Trade, rival: Trade, kind: Any
) -> None:
    scope = trade.scope(Role.SUB_DISTRIBUTOR)
    refused(deleting.delete_organisation, scope=scope, organisation=trade.companies[kind])
    refused(deleting.delete_organisation, scope=scope, organisation=rival.companies[KINDS.INSTALLER])


def test_a_deleted_installer_is_gone_with_its_people_and_its_trail_stays(trade: Trade) -> None:
    company, boss = trade.companies[KINDS.INSTALLER], trade.scope(Role.SUB_DISTRIBUTOR)
    entries = AuditEntry.objects.filter(organisation=company).count()
    client = signed_in(trade.people[Role.INSTALLER])
    deleting.delete_organisation(scope=boss, organisation=company)
    deleting.delete_organisation(scope=boss, organisation=company)  # twice does no more
    assert not User.objects.filter(organisation=company).exists()
    assert client.get("/")["Location"].startswith("/login/")
    for role in (Role.OPERATOR, Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR):
        assert not Organisation.objects.visible_to(trade.scope(role)).filter(pk=company.pk).exists()
        trail = AuditEntry.objects.visible_to(trade.scope(role)).filter(organisation=company)
        assert trail.count() == entries + 4, "its deletion and that of three logins"
    entry = AuditEntry.objects.get(verb="organisation.delete")
    assert (entry.object_label, entry.before["name"]) == ("Nord Installer", "Nord Installer")
    kept = Organisation.objects.get(pk=company.pk)
    assert (kept.is_active, kept.email, kept.phone) == (False, "", "")
    new = NewOrganisation(KINDS.INSTALLER, "Nord Installer")
    made = organisations.create_organisation(
        scope=boss, parent=trade.companies[KINDS.SUB_DISTRIBUTOR], new=new
    )
    deleting.delete_organisation(scope=boss, organisation=made)
    assert obstacles(trade.companies[KINDS.SUB_DISTRIBUTOR]) == []
    deleting.delete_organisation(
        scope=trade.scope(Role.DISTRIBUTOR), organisation=trade.companies[KINDS.SUB_DISTRIBUTOR]
    )


def test_nothing_is_hung_below_what_was_deleted_meanwhile(trade: Trade) -> None:
    """Somebody who had the page open, or a scope built a moment ago, makes nothing that nobody could find."""
    company, above = trade.companies[KINDS.INSTALLER], trade.companies[KINDS.SUB_DISTRIBUTOR]
    stale = trade.scope(Role.INSTALLER)
    deleting.delete_organisation(scope=trade.scope(Role.SUB_DISTRIBUTOR), organisation=company)
    assert refused(add_site, scope=stale, kind="community", name="Late").code == "not_installer"
    deleting.delete_organisation(scope=trade.scope(Role.DISTRIBUTOR), organisation=above)
    new = NewOrganisation(KINDS.INSTALLER, "Late")
    given = {"scope": trade.scope(Role.DISTRIBUTOR), "parent": above, "new": new}
    assert refused(organisations.create_organisation, **given).code == "gone"


def test_the_page_names_what_is_in_the_way_and_who_goes(trade: Trade) -> None:
    company = trade.companies[KINDS.INSTALLER]
    client = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    url = f"/accounts/organisations/{company.pk}/delete/"
    Site.objects.create(organisation=company, kind="house", name="Villa Nord")
    html = client.get(url).content.decode()
    assert "Villa Nord" in html and "It cannot be deleted yet" in html
    assert "The login Nord-installer (installer)" in html
    assert "Move or delete them first" in client.post(url, {"confirmed": "1"}).content.decode()
    assert Organisation.objects.get(pk=company.pk).is_active
    Site.objects.all().delete()
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    assert client.get(f"/accounts/organisations/{company.pk}/").status_code == 404


def test_a_login_is_deleted_by_who_looks_after_it(trade: Trade, rival: Trade) -> None:
    scope, manager = trade.scope(Role.INSTALLER), trade.people[Role.PROPERTY_MANAGER]
    site = Site.objects.create(organisation=trade.companies[KINDS.INSTALLER], kind="office", name="Tower")
    site.managers.add(manager)
    foreign = rival.people[Role.PROPERTY_MANAGER]
    assert refused(deleting.delete_user, scope=scope, user=foreign).code == "not-allowed"
    own = trade.people[Role.INSTALLER]
    assert refused(deleting.delete_user, scope=scope, user=own).code == "own-login"
    page = signed_in(own).get(f"/accounts/users/{manager.pk}/delete/").content.decode()
    assert "Its work for Tower" in page
    deleting.delete_user(scope=scope, user=manager)
    assert not User.objects.filter(pk=manager.pk).exists()
    assert not site.managers.exists()
    entry = AuditEntry.objects.get(verb="user.delete")
    assert (entry.before["managed_sites"], entry.organisation_id) == (["Tower"], own.organisation_id)
    assert users.create_user(
        scope=scope, organisation=own.organisation,
        new=NewUser(manager.username, "again@nord.example", Role.PROPERTY_MANAGER, "Again"),
    )  # fmt: skip


def test_a_login_that_is_still_needed_is_switched_off_instead(trade: Trade) -> None:
    """Whatever table of whatever app forbids its row to go: a sentence, and nothing is half deleted."""
    company, manager = trade.companies[KINDS.INSTALLER], trade.people[Role.PROPERTY_MANAGER]
    site = Site.objects.create(organisation=company, kind="house", name="Villa Nord")
    unit = Unit.objects.create(site=site, number="1", sip="9000000001")
    Residency.objects.create(
        site=site, unit=unit, user=manager, kind="master", first_name="N", sip="9000000002"
    )
    given = {"scope": trade.scope(Role.INSTALLER), "user": manager}
    refusal = refused(deleting.delete_user, **given)
    assert refusal.message == "A login is still needed: homes. Switch it off instead."
    Site.objects.filter(pk=site.pk).update(organisation=trade.companies[KINDS.SUB_DISTRIBUTOR])
    given = {"scope": trade.scope(Role.SUB_DISTRIBUTOR), "organisation": company}
    assert refused(deleting.delete_organisation, **given).code == "in-the-way"
    assert User.objects.filter(organisation=company).count() == 3


def test_the_account_of_a_company_gets_a_new_password_from_the_list(trade: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    installer = trade.people[Role.INSTALLER]
    html = client.get("/accounts/installers/").content.decode()
    assert "Reset password…" in html and f"/accounts/users/{installer.pk}/details/" in html
    client.post(f"/accounts/users/{installer.pk}/details/")
    assert not User.objects.get(pk=installer.pk).has_usable_password()


def test_another_role_counts_at_the_next_click(trade: Trade) -> None:
    user = trade.people[Role.INSTALLER]
    client = signed_in(user)
    assert client.get("/accounts/users/").status_code == 200
    User.objects.filter(pk=user.pk).update(role=Role.SUB_INSTALLER)
    assert client.get("/accounts/users/").status_code == 403
    User.objects.filter(pk=user.pk).update(role=Role.INSTALLER)
    assert client.get("/accounts/users/").status_code == 200
    assert client.get("/accounts/installers/").status_code == 403


def test_a_sibling_s_installer_is_not_there(trade: Trade, rival: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    company = rival.companies[KINDS.INSTALLER]
    for tail in ("", "edit/", "off/", "delete/"):
        assert client.get(f"/accounts/organisations/{company.pk}/{tail}").status_code == 404
    assert client.post(f"/accounts/organisations/{company.pk}/delete/", {"confirmed": "1"}).status_code == 404
    assert Organisation.objects.get(pk=company.pk).is_active
    assert client.get(f"/devices/macs/of/{company.pk}/import/").status_code == 404
    assert "Sued" not in client.get("/accounts/installers/?q=installer").content.decode()


def test_a_sub_installer_that_guesses_sites_finds_none(trade: Trade) -> None:
    company = trade.companies[KINDS.INSTALLER]
    given, other = (
        Site.objects.create(organisation=company, kind="community", name=name) for name in ("One", "Two")
    )
    helper = trade.people[Role.SUB_INSTALLER]
    given.given_to.add(helper)
    client = signed_in(helper)
    assert client.get(f"/sites/{given.pk}/").status_code == 200
    for number in (other.pk, other.pk + 1):
        for tail in ("", "edit/", "units/", "residents/", "remove/"):
            assert client.get(f"/sites/{number}/{tail}").status_code == 404
    given.given_to.clear()
    assert client.get(f"/sites/{given.pk}/").status_code == 404, "taken away: gone at the next click"


def test_lists_by_kind_find_by_account_and_email(trade: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    lists = {"installers": "Nord Installer", "sub-distributors": "Nord Sub-distributor"}
    for name, company in lists.items():
        html = client.get(f"/accounts/{name}/").content.decode()
        assert company in html
        assert not any(other in html for other in lists.values() if other != company) or name == "installers"
    by_account = client.get("/accounts/installers/?q=nord-INSTALLER").content.decode()
    assert by_account.count("row-link") == 1
    assert "Nord Installer" in client.get("/accounts/installers/?q=property_manager@nord").content.decode()
    assert "Nothing fits" in client.get("/accounts/installers/?q=nobody@nord").content.decode()
    assert client.get("/accounts/distributors/").status_code == 403


def test_the_form_of_an_installer_keeps_all_it_asks(trade: Trade) -> None:
    client = signed_in(trade.people[Role.DISTRIBUTOR])
    html = client.get("/accounts/organisations/add/?kind=installer").content.decode()
    assert "New installer" in html and "RTP confusion" in html
    form = {
        "kind": "installer", "parent": trade.companies[KINDS.DISTRIBUTOR].pk, "name": "Lock & Key",
        "time_zone": "Europe/Paris", "username": "lockandkey", "email": "zoe@lock.example",
        "language": "fr", "connect_type": "tcp", "rtp_confusion": "on", "rtsps": "on",
        "switching_offered": "on", "code_demanded": "on",
    }  # fmt: skip
    assert client.post("/accounts/organisations/add/?kind=installer", form).status_code == 302
    made = Organisation.objects.get(name="Lock & Key")
    assert (made.connect_type, made.rtp_confusion, made.rtsps, made.switching_offered) == (
        "tcp",
        True,
        True,
        True,
    )
    assert made.people.get().code_demanded
    page = client.get(f"/accounts/organisations/{made.pk}/").content.decode()
    assert "TCP" in page and "lockandkey" in page and "Import MACs" in page
    above = trade.companies[KINDS.SUB_DISTRIBUTOR]
    change = {"scope": trade.scope(Role.DISTRIBUTOR), "organisation": above, "changes": {"rtsps": True}}
    assert refused(organisations.change_organisation, **change).code == "not-allowed"
