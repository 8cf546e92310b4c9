"""Sign-in & security: an app set up and removed, sessions ended, and the proof that is asked before."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.browsers import browser_of
from accounts.models import AuditEntry, Email, Role, TotpApp, User, UserSession
from accounts.permissions import scope_for
from accounts.services import housekeeping, passwords, recovery, sessions, throttle, totp, users
from smartplus.kernel.pages.fresh import LATE, PROVEN

from .makers import PASSWORD, Trade
from .test_login import HERE
from .test_passwords import NEW
from .test_second_step import shown, type_code, with_app

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
APP = "/accounts/security/app/"


@pytest.fixture
def owner(trade: Trade) -> User:
    return trade.people[Role.INSTALLER]


def signed_in(user: User, agent: str = FIREFOX) -> Client:
    client = Client(REMOTE_ADDR=HERE, headers={"User-Agent": agent})
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def aged(client: Client, seconds: int = 601) -> None:
    """Let time pass since the last proof."""
    session = client.session
    session[PROVEN] = session[PROVEN] - seconds
    session.save()


# --- An app -------------------------------------------------------------------------------------


def test_an_app_counts_after_one_right_code(owner: User) -> None:
    client = signed_in(owner)
    page = client.get(APP)
    sealed, secret = page.context["form"]["sealed"].value(), page.context["secret"].replace(" ", "")
    assert 'src="data:image/png;base64,' in page.content.decode()
    assert secret not in sealed
    assert not TotpApp.objects.exists(), "looking sets nothing up"
    wrong = client.post(APP, {"sealed": sealed, "code": "000000"})
    assert wrong.context["form"].errors["code"]
    assert wrong.context["secret"].replace(" ", "") == secret, "the picture stays the same"
    made = client.post(APP, {"sealed": sealed, "code": shown(secret)})
    assert len(made.context["codes"]) == 10
    assert made["Cache-Control"] == "no-store"
    app = TotpApp.objects.get(user=owner)
    assert app.secret == secret
    assert "On" in client.get("/accounts/security/").content.decode()
    told = str(list(AuditEntry.objects.values_list("before", "after")))
    assert secret not in told
    assert not any(code in told for code in made.context["codes"])


def test_a_draft_is_one_persons_and_for_a_quarter_of_an_hour(owner: User, trade: Trade) -> None:
    draft = totp.draft(trade.people[Role.PROPERTY_MANAGER])
    client = signed_in(owner)
    for sealed in (draft.sealed, "rubbish", "%%%", ""):
        client.post(APP, {"sealed": sealed, "code": shown(draft.secret)})
    assert not TotpApp.objects.exists()


def test_the_secret_lies_encrypted(owner: User) -> None:
    secret, _ = with_app(owner)
    raw = TotpApp.objects.filter(user=owner).extra(select={"raw": "secret"}).values_list("raw", flat=True)
    assert secret.encode() not in bytes(raw[0])


def test_removing_the_last_factor_voids_the_codes(owner: User) -> None:
    client = signed_in(owner)
    with_app(owner)
    assert client.post("/accounts/security/app/remove/")["Location"] == "/accounts/security/"
    assert not TotpApp.objects.exists()
    assert not owner.recovery_codes.exists()
    assert Email.objects.filter(kind="factor_changed", user=owner).count() == 2
    assert is_in(signed_in(owner))


def test_new_recovery_codes_void_the_old(owner: User) -> None:
    client = signed_in(owner)
    url = "/accounts/security/recovery-codes/"
    assert client.post(url).context["form"].non_field_errors()
    _, old = with_app(owner)
    new = client.post(url).context["codes"]
    assert not recovery.accept(owner.pk, old[0])
    assert recovery.accept(owner.pk, new[0])
    assert new[1] not in client.get("/accounts/security/").content.decode()


# --- Confirm it is you --------------------------------------------------------------------------


def test_an_old_proof_leads_to_the_question_and_back(owner: User) -> None:
    client = signed_in(owner)
    assert client.get(APP).status_code == 200
    aged(client)
    there = client.get(APP)["Location"]
    assert there == "/accounts/confirm/?next=%2Faccounts%2Fsecurity%2Fapp%2F"
    before = client.session.session_key
    wrong = client.post(there, {"password": "wrong", "next": APP})
    assert wrong.context["form"].errors["password"]
    assert client.get(APP).status_code == 302
    assert client.post(there, {"password": PASSWORD, "next": APP})["Location"] == APP
    assert client.get(APP).status_code == 200
    assert client.session.session_key != before
    assert UserSession.objects.filter(user=owner, ended_at=None).count() == 1, "the same session goes on"


def test_a_late_post_does_nothing_and_says_so(owner: User) -> None:
    client = signed_in(owner)
    with_app(owner)
    aged(client)
    response = client.post("/accounts/security/app/remove/", follow=True)
    assert response.redirect_chain[0][0].startswith("/accounts/confirm/?next=")
    assert str(LATE) in response.content.decode()
    assert TotpApp.objects.exists()
    fragment = client.get("/accounts/security/app/remove/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"].partition("?")[0]) == (204, "/accounts/confirm/")


def test_a_password_is_no_proof_where_there_is_a_factor(owner: User) -> None:
    client = signed_in(owner)
    secret, codes = with_app(owner)
    aged(client)
    url = "/accounts/confirm/"
    assert client.post(url, {"password": PASSWORD}).status_code == 200
    assert client.get(APP).status_code == 302
    assert client.post(url, {"code": shown(secret)})["Location"] == "/"
    assert client.get(APP).status_code == 200
    aged(client)
    client.post(url, {"code": codes[0]})
    assert client.get(APP).status_code == 200
    aged(client)
    client.post(url, {"code": codes[0]})
    assert client.get(APP).status_code == 302, "once"


def test_guesses_at_the_question_stay_counted(owner: User) -> None:
    client = signed_in(owner)
    with_app(owner)
    aged(client)
    for _ in range(10):
        client.post("/accounts/confirm/", {"code": "000000"})
    page = client.post("/accounts/confirm/", {"code": "000000"}).content.decode()
    assert "Too many wrong tries" in page
    assert throttle.take(throttle.FACTOR, str(owner.pk)) > 0


@pytest.mark.parametrize(
    "asked", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_stays_in_the_house(owner: User, asked: str) -> None:
    client = signed_in(owner)
    assert client.get("/accounts/confirm/", {"next": asked}).context["page"].onward == "/"
    assert client.post("/accounts/confirm/", {"password": PASSWORD, "next": asked})["Location"] == "/"


def test_the_question_needs_the_token_of_its_form(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.SESSION_COOKIE_NAME] = signed_in(owner).session.session_key
    for url in ("/accounts/confirm/", APP, "/accounts/security/sessions/end/"):
        assert strict.post(url, {"password": PASSWORD}).status_code == 403, url


# --- Sessions -----------------------------------------------------------------------------------


def test_each_login_is_on_the_list_and_none_by_its_key(owner: User) -> None:
    client = signed_in(owner)
    row = UserSession.objects.get(user=owner)
    assert (row.browser, row.address) == ("Firefox on Linux", HERE)
    assert client.session.session_key.encode() not in bytes(row.digest)
    page = client.get("/accounts/security/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "This one" in page
    assert client.session.session_key not in page


def test_an_ended_session_is_refused_at_once(owner: User) -> None:
    here, there = signed_in(owner), signed_in(owner, "curl/8")
    row = UserSession.objects.exclude(browser="Firefox on Linux").get()
    here.post(f"/accounts/security/sessions/{row.pk}/end/")
    assert is_in(here)
    assert not is_in(there)
    assert "_auth_user_id" not in there.session
    assert AuditEntry.objects.filter(verb="session.end").count() == 1


def test_a_session_of_somebody_else_is_not_there(owner: User, trade: Trade) -> None:
    boss = trade.people[Role.DISTRIBUTOR]
    client, other = signed_in(owner), signed_in(boss)
    row = UserSession.objects.get(user=boss)
    assert client.post(f"/accounts/security/sessions/{row.pk}/end/").status_code == 404
    assert is_in(other)
    row = UserSession.objects.get(user=owner)
    assert other.post(f"/accounts/security/sessions/{row.pk}/end/").status_code == 404, "nor those below"


def test_sign_out_everywhere(owner: User, trade: Trade) -> None:
    clients = [signed_in(owner), signed_in(owner)]
    other = signed_in(trade.people[Role.PROPERTY_MANAGER])
    assert clients[0].post("/accounts/security/sessions/end/")["Location"] == "/login/"
    assert [is_in(client) for client in (*clients, other)] == [False, False, True]


def test_an_ended_session_does_not_come_back(owner: User) -> None:
    client = signed_in(owner)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    data = Session.objects.get(session_key=kept).get_decoded()
    sessions.end_all(scope=scope_for(owner), user=owner)
    housekeeping.tidy_up()
    assert UserSession.objects.filter(user=owner).count() == 1
    again = client.session
    again.update(data)
    again.save()
    assert not is_in(client)


@pytest.mark.parametrize("how", ["password", "off", "details"])
def test_sessions_end_with_the_password_and_the_account(owner: User, trade: Trade, how: str) -> None:
    here, there = signed_in(owner), signed_in(owner)
    boss = trade.scope(Role.DISTRIBUTOR)
    if how == "password":
        form = {"old": PASSWORD, "password": NEW, "again": NEW}
        assert here.post("/accounts/profile/password/", form).status_code == 302
    elif how == "off":
        users.switch_off(scope=boss, user=owner)
        users.switch_on(scope=boss, user=owner)
    else:
        users.send_login_details(scope=boss, user=owner)
    assert is_in(here) is (how == "password")
    assert not is_in(there)
    alive = UserSession.objects.filter(user=owner, ended_at=None)
    assert alive.count() == (1 if how == "password" else 0)


def test_a_session_ends_with_the_day(owner: User) -> None:
    client = signed_in(owner)
    UserSession.objects.update(started_at=timezone.now() - timedelta(hours=12, minutes=-1))
    assert is_in(client)
    UserSession.objects.update(started_at=timezone.now() - timedelta(hours=12, minutes=1))
    assert not is_in(client)


def test_a_session_nobody_uses_ends(owner: User) -> None:
    client = signed_in(owner)
    UserSession.objects.update(seen_at=timezone.now() - timedelta(minutes=119))
    assert client.get("/accounts/notifications/bell/").status_code == 200
    assert UserSession.objects.get(user=owner).seen_at < timezone.now() - timedelta(minutes=118), "by itself"
    assert is_in(client)
    assert UserSession.objects.get(user=owner).seen_at > timezone.now() - timedelta(minutes=1)
    UserSession.objects.update(seen_at=timezone.now() - timedelta(minutes=121))
    assert not is_in(client)


def test_logging_out_takes_it_off_the_list(owner: User) -> None:
    client = signed_in(owner)
    client.post("/logout/")
    assert not UserSession.objects.filter(user=owner, ended_at=None).exists()


def test_last_seen_is_written_every_five_minutes_at_most(owner: User, django_assert_num_queries: Any) -> None:
    client = signed_in(owner)
    row = UserSession.objects.get(user=owner)
    is_in(client)
    assert UserSession.objects.get(user=owner).seen_at == row.seen_at
    UserSession.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    is_in(client)
    assert timezone.now() - UserSession.objects.get(user=owner).seen_at < timedelta(minutes=1)
    known = UserSession.objects.get(user=owner)
    with django_assert_num_queries(0):
        sessions.seen(known)


def test_a_session_from_before_the_list_is_put_on_it(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    assert is_in(client)
    row = UserSession.objects.get(user=owner)
    sessions.end(scope=scope_for(owner), session=row)
    assert not is_in(client)


def test_a_factor_demanded_while_signed_in_counts_at_the_next_login(owner: User, trade: Trade) -> None:
    client = signed_in(owner)
    boss = trade.scope(Role.DISTRIBUTOR)
    users.change_user(scope=boss, user=owner, changes={"code_demanded": True})
    assert is_in(client)
    other = Client()
    other.post("/login/", {"username": owner.username, "password": PASSWORD})
    assert not is_in(other)
    secret, _ = with_app(owner)
    aged(client)
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 200, (
        "asked for the app now"
    )
    other.post("/login/", {"username": owner.username, "password": PASSWORD})
    type_code(other, shown(secret))
    assert is_in(other)


def test_when_the_password_was_set_is_kept(owner: User) -> None:
    passwords.change_own(scope=scope_for(owner), user=owner, password=NEW)
    owner.refresh_from_db()
    assert timezone.now() - owner.password_set_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8", ""),
        ("<script>", ""),
    ],
)
def test_browsers_by_name(agent: str, name: str) -> None:
    assert browser_of(agent) == name
