"""Policies: published once, agreed to by everybody they are for, and the provider that stands behind them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.acting import SWITCH
from accounts.models import AuditEntry, PolicyAgreement, PolicyVersion, Role, User
from accounts.queries.policies import cards_for
from accounts.services import first_steps, organisations, policies, switching
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade

pytestmark = pytest.mark.django_db
Kind = PolicyVersion.Kind
AGREE = "/accounts/welcome/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def publish(trade: Trade, kind: str = Kind.PRIVACY, text: str = "We keep little.") -> PolicyVersion:
    scope = trade.scope(Role.OPERATOR)
    values = {"kind": kind, "title": f"Our {kind}", "text": text}
    draft = policies.save_policy(scope=scope, policy=None, values=values)
    return policies.publish_policy(scope=scope, policy=draft)


def answer(client: Client, answer: str, *versions: PolicyVersion) -> Any:
    return client.post(AGREE, {"answer": answer, "version": [version.pk for version in versions]})


# --- The operator -------------------------------------------------------------------------------------


def test_the_operator_writes_looks_and_publishes(trade: Trade) -> None:
    client = browser(trade.people[Role.OPERATOR])
    form = {"kind": "privacy", "title": "Privacy", "text": "One.\n\n<script>two</script>"}
    client.post("/accounts/policies/add/", form)
    row = PolicyVersion.objects.get()
    page = client.get(f"/accounts/policies/{row.pk}/").content.decode()
    assert "<p>One.</p>" in page
    assert "<script>two" not in page
    client.post(f"/accounts/policies/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.number, row.published_by) == (1, trade.people[Role.OPERATOR])
    assert row.published_at is not None


def test_a_published_version_is_never_changed(trade: Trade) -> None:
    row, scope = publish(trade), trade.scope(Role.OPERATOR)
    before = PolicyVersion.objects.values().get()
    values = {"kind": "privacy", "title": "Other", "text": "Other"}
    for call, given in (
        (policies.save_policy, {"values": values}),
        (policies.publish_policy, {}),
        (policies.delete_policy, {}),
    ):
        with pytest.raises(Refused):
            call(scope=scope, policy=row, **given)
    client = browser(trade.people[Role.OPERATOR])
    assert client.post(f"/accounts/policies/{row.pk}/edit/", values).status_code == 403
    assert PolicyVersion.objects.values().get() == before


def test_versions_are_numbered_for_each_policy(trade: Trade) -> None:
    numbers = [publish(trade, kind).number for kind in (Kind.PRIVACY, Kind.TERMS, Kind.PRIVACY)]
    assert numbers == [1, 1, 2]


# --- The gate -----------------------------------------------------------------------------------------


def test_without_a_published_version_nobody_is_asked(trade: Trade) -> None:
    User.objects.update(welcomed_at=None)
    assert browser(trade.people[Role.PROPERTY_MANAGER]).get("/").status_code == 200


def test_every_page_leads_there_until_agreed(trade: Trade) -> None:
    client = browser(trade.people[Role.SUB_INSTALLER])
    assert client.get("/").status_code == 200
    version = publish(trade)
    for url in ("/", "/sites/", "/accounts/profile/", "/accounts/settings/", "/accounts/agreement/"):
        assert client.get(url).headers["Location"] == AGREE
    posted = client.post("/accounts/profile/", {"first_name": "Changed"})
    assert posted.headers["Location"] == AGREE
    assert not User.objects.filter(first_name="Changed").exists()
    live = client.get("/accounts/notifications/bell/", headers={"HX-Request": "true"})
    assert (live.status_code, live.headers["HX-Redirect"]) == (204, AGREE)
    assert "We keep little." in client.get(AGREE).content.decode()
    assert answer(client, "agree", version).headers["Location"] == "/accounts/agreement/", (
        "the page asked for"
    )
    assert client.get("/").status_code == 200
    row = PolicyAgreement.objects.get()
    assert (row.user, row.version, row.address) == (trade.people[Role.SUB_INSTALLER], version, "127.0.0.1")
    assert AuditEntry.objects.filter(verb="policy.agree", actor_id=row.user_id).count() == 1


def test_a_new_version_is_asked_again_and_an_old_page_agrees_to_nothing(trade: Trade) -> None:
    client, first = browser(trade.people[Role.SUB_INSTALLER]), publish(trade)
    answer(client, "agree", first)
    second = publish(trade, text="We keep less.")
    assert client.get("/").headers["Location"] == AGREE
    assert answer(client, "agree", first).headers["Location"] == AGREE
    assert PolicyAgreement.objects.count() == 1
    assert "We keep less." in client.get(AGREE).content.decode()
    answer(client, "agree", second)
    assert client.get("/").status_code == 200
    answer(client, "agree", second)
    assert PolicyAgreement.objects.count() == 2


def test_terms_are_for_property_managers(trade: Trade) -> None:
    terms = publish(trade, Kind.TERMS)
    assert browser(trade.people[Role.SUB_INSTALLER]).get("/").status_code == 200
    client = browser(trade.people[Role.PROPERTY_MANAGER])
    assert client.get("/").headers["Location"] == AGREE
    privacy = publish(trade)
    answer(client, "agree", terms)
    assert PolicyAgreement.objects.count() == 0
    answer(client, "agree", terms, privacy)
    assert client.get("/").status_code == 200
    page = client.get("/accounts/agreement/").content.decode()
    assert "User Agreement" in page
    assert "Our terms" in page
    assert "Our privacy" in page


def test_disagree_logs_out_and_keeps_nothing(trade: Trade) -> None:
    publish(trade)
    client = browser(trade.people[Role.PROPERTY_MANAGER])
    assert answer(client, "disagree").headers["Location"] == "/login/"
    assert "_auth_user_id" not in client.session
    assert not PolicyAgreement.objects.exists()
    assert AuditEntry.objects.filter(verb="policy.disagree").count() == 1


def test_logging_out_stays_open_and_the_operator_is_not_asked(trade: Trade) -> None:
    publish(trade)
    assert browser(trade.people[Role.OPERATOR]).get("/").status_code == 200
    client = browser(trade.people[Role.PROPERTY_MANAGER])
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


def test_nobody_agrees_in_the_name_of_others(trade: Trade) -> None:
    """A distributor who has agreed works in the installer's account, which has not."""
    company = trade.companies[KINDS.INSTALLER]
    organisations.change_organisation(
        scope=trade.scope(Role.DISTRIBUTOR), organisation=company, changes={"switching_offered": True}
    )
    switching.grant(scope=trade.scope(Role.INSTALLER), length="revoked")
    stay = switching.start(scope=trade.scope(Role.DISTRIBUTOR), organisation=company)
    version = publish(trade)
    client = browser(trade.people[Role.DISTRIBUTOR])
    session = client.session
    session[SWITCH] = stay.pk
    session.save()
    assert client.get("/").status_code == 200
    assert answer(client, "agree", version).status_code == 403
    assert answer(client, "disagree", version).status_code == 403
    assert not PolicyAgreement.objects.exists()
    assert "_auth_user_id" in client.session


def test_those_who_are_through_cost_no_query(trade: Trade) -> None:
    client, version = browser(trade.people[Role.SUB_INSTALLER]), publish(trade)
    answer(client, "agree", version)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert not any("polic" in query["sql"] or "provider" in query["sql"] for query in asked)


# --- Who stands behind it -----------------------------------------------------------------------------


def card(trade: Trade, role: Role, company: str) -> None:
    first_steps.save_provider(scope=trade.scope(role), values={"company": company, "tax_id": "T 1"})


def test_the_nearest_company_that_tells_about_itself_is_shown(trade: Trade, rival: Trade) -> None:
    manager = trade.people[Role.PROPERTY_MANAGER]
    assert [one.company for one in cards_for(manager)] == [trade.companies[KINDS.PLATFORM].name]
    card(trade, Role.OPERATOR, "The Platform Ltd")
    assert [one.company for one in cards_for(manager)] == ["The Platform Ltd"]
    card(trade, Role.DISTRIBUTOR, "Distributor Ltd")
    card(rival, Role.INSTALLER, "Rival Ltd")
    assert [one.company for one in cards_for(manager)] == ["Distributor Ltd"]
    first_steps.skip_provider(scope=trade.scope(Role.INSTALLER))
    assert [one.company for one in cards_for(manager)] == ["Distributor Ltd"]
    card(trade, Role.INSTALLER, "Installer Ltd")
    assert [one.company for one in cards_for(manager)] == ["Installer Ltd"]
    assert [one.company for one in cards_for(trade.people[Role.INSTALLER])] == ["Distributor Ltd"]
    publish(trade)
    page = browser(manager).get(AGREE).content.decode()
    assert "Installer Ltd" in page
    assert "Rival Ltd" not in page
