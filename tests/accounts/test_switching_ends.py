"""How a stay in an installer's account ends, and what is told of it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import AuditEntry, Organisation, Role, Switch, User
from accounts.permissions import Can, rebuild_scope
from accounts.services import switching
from sites.models import Site
from smartplus.kernel.imports import services as imports
from smartplus.kernel.models import Import

from .makers import KINDS, Trade
from .stays import SITE, address, company, granted, inside, is_out, offer, signed_in

pytestmark = pytest.mark.django_db


# --- Out -----------------------------------------------------------------------------------------


def test_one_click_back(trade: Trade) -> None:
    client = inside(trade)
    assert client.get("/accounts/return/").status_code == 302
    assert client.session["switch"]
    response = client.post("/accounts/return/")
    assert response["Location"] == f"/accounts/organisations/{company(trade).pk}/"
    assert "You act as" not in client.get("/").content.decode()
    stay = Switch.objects.get()
    assert (stay.end_reason, stay.is_over) == ("returned", True)
    assert AuditEntry.objects.get(verb="switch.end").actor == trade.people[Role.DISTRIBUTOR]


def test_revoked_in_the_middle(trade: Trade) -> None:
    client = inside(trade)
    signed_in(trade.people[Role.INSTALLER]).post("/accounts/setting/revoke/")
    assert company(trade).switching_until is None
    is_out(client, "taken the permission back")
    assert Switch.objects.get().end_reason == "revoked"


def test_withdrawn_in_the_middle_and_a_new_offer_finds_it_off(trade: Trade) -> None:
    client = inside(trade)
    offer(trade, on=False)
    is_out(client, "no longer offered")
    offer(trade)
    assert company(trade).switching_until is None
    assert client.post(address(trade)).status_code == 200
    assert "switch" not in client.session


def test_time_is_up(trade: Trade) -> None:
    client = inside(trade)
    Switch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    is_out(client, "time was up")
    assert Switch.objects.get().end_reason == "expired"


def test_the_grant_is_over_before_the_stay(trade: Trade) -> None:
    client = inside(trade)
    Organisation.objects.filter(pk=company(trade).pk).update(switching_until=timezone.now())
    is_out(client, "taken the permission back")


@pytest.mark.parametrize("what", ["login", "company", "role"])
def test_what_was_entered_is_switched_off(trade: Trade, what: str) -> None:
    client = inside(trade)
    entered = User.objects.filter(pk=trade.people[Role.INSTALLER].pk)
    if what == "login":
        entered.update(is_active=False)
    elif what == "role":
        entered.update(role=Role.SUB_INSTALLER)
    else:
        Organisation.objects.filter(pk=company(trade).pk).update(is_active=False)
    is_out(client, "may not be entered")


@pytest.mark.parametrize("what", ["login", "company"])
def test_who_acts_is_switched_off(trade: Trade, what: str) -> None:
    client = inside(trade)
    actor = trade.people[Role.DISTRIBUTOR]
    if what == "login":
        User.objects.filter(pk=actor.pk).update(is_active=False)
    else:
        Organisation.objects.filter(pk=trade.companies[KINDS.DISTRIBUTOR].pk).update(is_active=False)
    assert client.post("/sites/add/community/", SITE)["Location"].startswith("/login/")
    assert not Site.objects.filter(name=SITE["name"]).exists()
    assert Switch.objects.get().is_over


def test_who_acts_is_not_above_any_more(trade: Trade, rival: Trade) -> None:
    client = inside(trade)
    User.objects.filter(pk=trade.people[Role.DISTRIBUTOR].pk).update(
        organisation=rival.companies[KINDS.DISTRIBUTOR]
    )
    is_out(client, "may not be entered")


def test_signing_out_ends_it(trade: Trade) -> None:
    client = inside(trade)
    client.post("/logout/")
    assert Switch.objects.get().end_reason == "signed_out"
    client.force_login(trade.people[Role.DISTRIBUTOR])
    assert "You act as" not in client.get("/").content.decode()


def test_signing_out_works_after_it_was_revoked_as_well(trade: Trade) -> None:
    client = inside(trade)
    switching.revoke(scope=trade.scope(Role.INSTALLER))
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_a_fragment_is_told_to_leave_as_well(trade: Trade) -> None:
    client = inside(trade)
    switching.revoke(scope=trade.scope(Role.INSTALLER))
    response = client.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"], response.content) == (204, "/", b"")


# --- Jobs, lists, cost ---------------------------------------------------------------------------


def test_a_job_acts_as_long_as_it_is_granted(trade: Trade) -> None:
    granted(trade)
    into, actor = trade.people[Role.INSTALLER], trade.people[Role.DISTRIBUTOR]
    scope = rebuild_scope(into.pk, actor.pk)
    assert (scope.user_id, scope.actor_id, scope.can(Can.PROFILE)) == (into.pk, actor.pk, False)
    switching.revoke(scope=trade.scope(Role.INSTALLER))
    with pytest.raises(PermissionError):
        rebuild_scope(into.pk, actor.pk)


def test_an_import_is_of_whoever_starts_it_and_stops_with_the_grant(trade: Trade) -> None:
    client = inside(trade)
    own, acting = trade.scope(Role.INSTALLER), client.get("/").wsgi_request.scope  # type: ignore[attr-defined]
    file = BytesIO()
    Workbook().save(file)
    given = {"key": "devices.macs", "context": {}, "file": file, "name": "macs.xlsx"}
    run = imports.stage(scope=own, **given)
    Import.objects.filter(pk=run.pk).update(status=Import.Status.CHECKED, good=1)
    imports.start(scope=acting, run=run, choice="good")
    run.refresh_from_db()
    assert (run.user_id, run.actor_id) == (own.user_id, trade.people[Role.DISTRIBUTOR].pk)
    switching.revoke(scope=own)
    imports.apply(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == (Import.Status.FAILED, imports.NO_RIGHT)


def test_the_installer_reads_who_was_in_and_what_they_did(trade: Trade, rival: Trade) -> None:
    client = inside(trade)
    client.post("/sites/add/community/", SITE)
    client.post("/accounts/return/")
    stay = Switch.objects.get()
    boss = signed_in(trade.people[Role.INSTALLER])
    signed_in(trade.people[Role.INSTALLER]).post("/sites/add/community/", SITE | {"name": "Made by itself"})
    assert stay.actor_name in boss.get("/accounts/switches/").content.decode()
    done = boss.get(f"/logs/switches/{stay.pk}/").content.decode()
    assert "Made inside" in done
    assert "Made by itself" not in done
    assert stay.actor_name in client.get("/accounts/switches/").content.decode()
    colleague = signed_in(trade.people[Role.SUB_DISTRIBUTOR])
    assert stay.actor_name not in colleague.get("/accounts/switches/").content.decode()
    stranger = signed_in(rival.people[Role.INSTALLER])
    assert stay.actor_name not in stranger.get("/accounts/switches/").content.decode()
    assert stranger.get(f"/logs/switches/{stay.pk}/").status_code == 404


def test_the_stay_is_judged_anew_with_one_query(trade: Trade) -> None:
    client = inside(trade)
    client.get("/accounts/return/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/accounts/return/")
    assert len([query for query in asked if "accounts_switch" in query["sql"]]) == 1
    assert not [query for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
