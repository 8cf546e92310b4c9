"""Notices: written, published once, read by their roles, counted by one query, mailed once to each."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Email, Notice, NoticeMark, NoticeRead, Organisation, Role, User
from accounts.permissions import scope_for
from accounts.queries.notices import unread_count
from accounts.services import notices
from smartplus.kernel.errors import Refused

from .makers import Trade

pytestmark = pytest.mark.django_db
Kind, State = Notice.Kind, Notice.State
EVERYBODY = [role.value for role in Role if role != Role.OPERATOR]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def write(trade: Trade, title: str = "Rest on Sunday", **other: Any) -> Notice:
    values = {"title": title, "text": "From 2 to 3.", "kind": Kind.SYSTEM, "roles": EVERYBODY}
    values |= {"by_email": False} | other
    return notices.save_notice(scope=trade.scope(Role.OPERATOR), notice=None, values=values)


def publish(trade: Trade, title: str = "Rest on Sunday", **other: Any) -> Notice:
    notice = write(trade, title, **other)
    return notices.publish_notice(scope=trade.scope(Role.OPERATOR), notice=notice)


def refused(call: Any, **given: Any) -> Refused:
    """The refusal; and nothing was written."""

    def state() -> Any:
        rows = list(Notice.objects.order_by("pk").values())
        return rows, AuditEntry.objects.count(), Email.objects.count()

    before = state()
    with pytest.raises(Refused) as caught:
        call(**given)
    assert state() == before
    return caught.value


# --- Writing --------------------------------------------------------------------------------------


def test_the_operator_writes_changes_and_publishes(trade: Trade) -> None:
    client = browser(trade.people[Role.OPERATOR])
    form = {"title": "New version", "text": "Read on.", "kind": "system", "roles": ["installer", "resident"]}
    client.post("/accounts/notices/add/", form)
    notice = Notice.objects.get()
    assert (notice.state, notice.roles, notice.by_email) == (State.DRAFT, ["installer", "resident"], False)
    client.post(f"/accounts/notices/{notice.pk}/edit/", form | {"title": "Newer version"})
    assert "Installer, Resident" in client.get(f"/accounts/notices/{notice.pk}/publish/").content.decode()
    client.post(f"/accounts/notices/{notice.pk}/publish/")
    notice.refresh_from_db()
    assert (notice.title, notice.state) == ("Newer version", State.PUBLISHED)
    verbs = AuditEntry.objects.filter(object_type="accounts.notice").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["notice.create", "notice.change", "notice.publish"]


def test_a_published_notice_is_not_changed_only_withdrawn(trade: Trade) -> None:
    scope, notice = trade.scope(Role.OPERATOR), publish(trade)
    values = {name: getattr(notice, name) for name in notices.FIELDS} | {"title": "Other"}
    assert refused(notices.save_notice, scope=scope, notice=notice, values=values).code == "published"
    assert refused(notices.publish_notice, scope=scope, notice=notice).code == "published"
    assert refused(notices.delete_draft, scope=scope, notice=notice).code == "published"
    client = browser(trade.people[Role.OPERATOR])
    assert client.get(f"/accounts/notices/{notice.pk}/edit/").status_code == 403
    client.post(f"/accounts/notices/{notice.pk}/withdraw/")
    notice.refresh_from_db()
    assert notice.state == State.WITHDRAWN
    assert refused(notices.withdraw_notice, scope=scope, notice=notice).code == "not-published"


def test_a_draft_can_be_deleted(trade: Trade) -> None:
    notice = write(trade)
    browser(trade.people[Role.OPERATOR]).post(f"/accounts/notices/{notice.pk}/delete/")
    assert not Notice.objects.exists()
    assert AuditEntry.objects.filter(verb="notice.delete", object_id=notice.pk).exists()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"title": "  "}, "title"),
        ({"text": " \n"}, "text"),
        ({"roles": []}, "roles"),
        ({"roles": ["operator"]}, "roles"),
        ({"kind": Kind.EXPANSION}, "roles"),
        ({"kind": Kind.EXPANSION, "roles": ["installer", "resident"]}, "roles"),
    ],
)
def test_what_is_not_a_notice_is_refused(trade: Trade, other: Any, field: str) -> None:
    assert refused(write, trade=trade, **other).field == field


def test_the_list_is_searched_and_filtered(trade: Trade) -> None:
    publish(trade, "Firmware ready")
    write(trade, "Half written", kind=Kind.EXPANSION, roles=["installer"])
    client = browser(trade.people[Role.OPERATOR])
    for query, wanted in (("q=firmware", "Firmware"), ("view=drafts", "Half"), ("kind=expansion", "Half")):
        html = client.get(f"/accounts/notices/?{query}").content.decode()
        assert [word for word in ("Firmware ready", "Half written") if word in html] == [
            "Firmware ready" if wanted == "Firmware" else "Half written"
        ]


# --- Reading --------------------------------------------------------------------------------------


def test_only_the_roles_it_is_for_find_it(trade: Trade) -> None:
    notice = publish(trade, roles=["installer"])
    url = f"/accounts/notifications/{notice.pk}/"
    assert browser(trade.people[Role.INSTALLER]).get(url).status_code == 200
    for role in (Role.DISTRIBUTOR, Role.PROPERTY_MANAGER, Role.SUB_INSTALLER):
        client = browser(trade.people[role])
        assert client.get(url).status_code == 404
        assert notice.title not in client.get("/accounts/notifications/").content.decode()
    assert NoticeRead.objects.count() == 1


def test_drafts_and_withdrawn_ones_are_not_there(trade: Trade) -> None:
    draft, gone = write(trade, "Draft"), publish(trade, "Gone")
    notices.withdraw_notice(scope=trade.scope(Role.OPERATOR), notice=gone)
    client = browser(trade.people[Role.INSTALLER])
    for notice in (draft, gone):
        assert client.get(f"/accounts/notifications/{notice.pk}/").status_code == 404
    assert unread_count(trade.scope(Role.INSTALLER)) == 0


def test_text_is_text(trade: Trade) -> None:
    notice = publish(
        trade, text='<script>alert(1)</script>\n\nhttps://example.net/?a=1&b="x" javascript:alert(1)'
    )
    html = browser(trade.people[Role.INSTALLER]).get(f"/accounts/notifications/{notice.pk}/").content.decode()
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert 'href="https://example.net/' in html


def test_opening_one_marks_it_read(trade: Trade) -> None:
    first, second = publish(trade, "First"), publish(trade, "Second")
    scope, client = trade.scope(Role.INSTALLER), browser(trade.people[Role.INSTALLER])
    assert client.get("/accounts/notifications/").content.decode().count("Unread") == 2
    for _ in range(2):
        client.get(f"/accounts/notifications/{first.pk}/")
    assert unread_count(scope) == 1
    html = client.get("/accounts/notifications/").content.decode()
    assert html.count("Unread") == 1
    assert html.index("Second") < html.index("First")
    assert unread_count(trade.scope(Role.DISTRIBUTOR)) == 2
    assert NoticeRead.objects.filter(notice=second).count() == 0


def test_mark_all_as_read(trade: Trade) -> None:
    first = publish(trade, "First")
    publish(trade, "Second")
    client, scope = browser(trade.people[Role.INSTALLER]), trade.scope(Role.INSTALLER)
    client.get(f"/accounts/notifications/{first.pk}/")
    assert client.post("/accounts/notifications/read/").status_code == 302
    assert unread_count(scope) == 0
    assert not NoticeRead.objects.filter(user=scope.user_id).exists()
    publish(trade, "Third")
    assert unread_count(scope) == 1
    assert unread_count(trade.scope(Role.DISTRIBUTOR)) == 3


def test_two_published_at_the_same_moment_are_still_apart(trade: Trade) -> None:
    first = publish(trade, "First")
    ahead = timezone.now() + timedelta(minutes=5)  # a clock that was set back meanwhile
    Notice.objects.filter(pk=first.pk).update(published_at=ahead)
    notices.mark_all_read(scope=trade.scope(Role.INSTALLER))
    second = publish(trade, "Second")
    assert second.published_at is not None and second.published_at > ahead
    assert unread_count(trade.scope(Role.INSTALLER)) == 1


def test_a_new_account_starts_with_nothing_unread(trade: Trade) -> None:
    publish(trade)
    user = trade.people[Role.INSTALLER]
    User.objects.filter(pk=user.pk).update(created_at=timezone.now())
    assert unread_count(trade.scope(Role.INSTALLER)) == 0
    assert "Rest on Sunday" in browser(user).get("/accounts/notifications/").content.decode()


def test_who_acts_in_an_account_reads_nothing_for_its_owner(trade: Trade) -> None:
    notice = publish(trade)
    scope = scope_for(trade.people[Role.INSTALLER], actor=trade.people[Role.DISTRIBUTOR])
    notices.mark_read(scope=scope, notice=notice)
    with pytest.raises(Refused):
        notices.mark_all_read(scope=scope)
    assert not NoticeRead.objects.exists()
    assert not NoticeMark.objects.exists()


def test_tabs_are_for_installers(trade: Trade) -> None:
    publish(trade, "For all")
    publish(trade, "Unit 12", kind=Kind.EXPANSION, roles=["installer"])
    client = browser(trade.people[Role.INSTALLER])
    html = client.get("/accounts/notifications/").content.decode()
    assert "System Notification" in html and "Expansion Unit Update" in html
    assert "For all" in html and "Unit 12" not in html
    html = client.get("/accounts/notifications/?view=expansion").content.decode()
    assert "Unit 12" in html and "For all" not in html
    html = browser(trade.people[Role.PROPERTY_MANAGER]).get("/accounts/notifications/").content.decode()
    assert "For all" in html and "Expansion Unit Update" not in html


# --- The bell -------------------------------------------------------------------------------------


def test_the_bell_tells_how_many_and_an_unchanged_one_is_a_304(trade: Trade) -> None:
    client = browser(trade.people[Role.INSTALLER])
    publish(trade)
    assert 'aria-label="Notifications, 1 unread"' in client.get("/accounts/notifications/").content.decode()
    headers = {"HX-Request": "true"}
    bell = client.get("/accounts/notifications/bell/", headers=headers)
    assert 'class="count">1<' in bell.content.decode()
    assert 'hx-trigger="every 60s, wake from:body"' in bell.content.decode()
    headers["If-None-Match"] = bell["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/accounts/notifications/bell/", headers=headers).status_code == 304
    assert len([one for one in asked if "accounts_notice" in one["sql"]]) == 1
    publish(trade, "Another")
    again = client.get("/accounts/notifications/bell/", headers=headers)
    assert (again.status_code, 'class="count">2<' in again.content.decode()) == (200, True)
    assert browser(trade.people[Role.OPERATOR]).get("/accounts/notifications/bell/").status_code == 403


def test_the_number_reads_only_what_is_newer_than_the_mark(trade: Trade) -> None:
    start = timezone.now() - timedelta(days=1)
    Notice.objects.bulk_create(
        Notice(title=f"{n}", text="x", roles=EVERYBODY, state=State.PUBLISHED,
               published_at=start + timedelta(seconds=n))
        for n in range(1000)
    )  # fmt: skip
    scope = trade.scope(Role.INSTALLER)
    User.objects.filter(pk=scope.user_id).update(created_at=start - timedelta(days=1))
    assert unread_count(scope) == 100
    html = browser(trade.people[Role.INSTALLER]).get("/accounts/notifications/").content.decode()
    assert "99+" in html
    notices.mark_all_read(scope=scope)
    publish(trade)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_notice, accounts_noticeread, accounts_noticemark")
    with CaptureQueriesContext(connection) as asked:
        assert unread_count(scope) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "notice_published" in plan, plan


# --- By email -------------------------------------------------------------------------------------


def told(notice: Notice) -> list[str]:
    return sorted(Email.objects.filter(kind="notice").values_list("to", flat=True))


def test_by_email_to_those_who_want_it_once_each(trade: Trade, monkeypatch: Any) -> None:
    User.objects.filter(pk=trade.people[Role.DISTRIBUTOR].pk).update(wants_notices=False)
    User.objects.filter(pk=trade.people[Role.SUB_INSTALLER].pk).update(is_active=False)
    User.objects.filter(pk=trade.people[Role.PROPERTY_MANAGER].pk).update(email="")
    notice = publish(trade, by_email=True)
    assert told(notice) == []
    monkeypatch.setattr(notices, "AT_ONCE", 1)
    wanted = ["installer@Nord.example", "sub_distributor@Nord.example"]
    for _ in range(6):
        notices.mail_due()
        assert len(told(notice)) <= 2
        Email.objects.filter(kind="notice").update(due_at=None)  # the outbox has sent it
    assert told(notice) == wanted
    notice.refresh_from_db()
    assert notice.mailed_to is None


def test_notices_wait_while_the_outbox_is_full(trade: Trade, monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    publish(trade, by_email=True)
    publish(trade, "Another", by_email=True)
    assert notices.mail_due() == 2
    assert notices.mail_due() == 0
    assert Email.objects.filter(kind="notice", due_at__isnull=False).count() == 2


def test_without_the_tick_and_after_the_withdrawal_nobody_is_written_to(trade: Trade) -> None:
    publish(trade)
    gone = publish(trade, "Gone", by_email=True)
    notices.withdraw_notice(scope=trade.scope(Role.OPERATOR), notice=gone)
    assert notices.mail_due() == 0
    assert not Email.objects.filter(kind="notice").exists()


def test_people_of_a_company_switched_off_and_later_accounts_get_none(trade: Trade) -> None:
    notice = publish(trade, by_email=True, roles=["installer", "sub_distributor"])
    company = trade.people[Role.INSTALLER].organisation_id
    Organisation.objects.filter(pk=company).update(is_active=False)
    User.objects.filter(pk=trade.people[Role.SUB_DISTRIBUTOR].pk).update(
        created_at=timezone.now() + timedelta(minutes=1)
    )
    assert notices.mail_due() == 0
    assert told(notice) == []
