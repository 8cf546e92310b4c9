"""The outbox and its letters: queued with the change, sent after it, in the reader's language."""

import email
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from celery.signals import after_task_publish
from django.conf import settings
from django.core import mail as outgoing
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.models import AuditEntry, Email, PasswordLink, Role, User
from accounts.services import letters, links, mail, outbox, users

from .mailbox import letters as letters_in
from .mailbox import link_in, text_of
from .makers import Trade

pytestmark = pytest.mark.django_db


class Busy(socketserver.BaseRequestHandler):
    """A mail server that has no time."""

    def handle(self) -> None:
        self.request.sendall(b"421 Come back later\r\n")


@pytest.fixture
def busy_server() -> Iterator[Any]:
    """Settings of a mail server that answers, and refuses."""
    with socketserver.TCPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        backend = "django.core.mail.backends.smtp.EmailBackend"
        yield override_settings(
            EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.server_address[1]
        )
        server.shutdown()


@pytest.fixture
def only(trade: Trade) -> User:
    """The property manager; nothing else waits in the outbox."""
    Email.objects.all().delete()
    outgoing.outbox.clear()
    return trade.people[Role.PROPERTY_MANAGER]


def queue(user: User, kind: str = "password_changed", **more: Any) -> Email:
    return mail.send_template(scope=None, kind=kind, user=user, **more)


def sent() -> EmailMessage:
    """The one email that went out, as a mail reader gets it."""
    assert outbox.send_due() == 1
    message = email.message_from_bytes(outgoing.outbox[-1].message().as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


# --- The outbox ---------------------------------------------------------------------------------


def test_a_letter_is_a_row_of_the_change_and_a_reminder_after_it(
    only: User, django_capture_on_commit_callbacks: Any
) -> None:
    sent_tasks: list[str] = []

    def hear(sender: str, **told: Any) -> None:
        sent_tasks.append(sender)

    after_task_publish.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        row = queue(only)
        assert sent_tasks == []
    assert sent_tasks == ["accounts.tasks.send_mail"]
    assert (row.state, row.due_at is not None) == ("queued", True)
    assert outgoing.outbox == []


def test_sent_once_and_then_forgotten(only: User) -> None:
    row = queue(only, kind="welcome", context={"company": "Nord Installer"})
    assert sent()["To"] == only.email
    row.refresh_from_db()
    assert (row.state, row.due_at, row.context, row.attempts) == ("sent", None, "", 1)
    assert row.subject == "Your SmartPlus account"
    assert row.sent_at
    assert outbox.send_due() == 0


def test_no_link_rests_in_the_database(only: User) -> None:
    queue(only, kind="welcome", context={"company": "Nord"})
    assert not PasswordLink.objects.filter(user=only).exists()
    token = re.search(r"token=(\S+)", text_of(sent()))
    assert token
    assert links.find(token[1])
    for table in ("accounts_email", "accounts_passwordlink", "accounts_auditentry"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {table}::text FROM {table}")
            assert token[1] not in str(cursor.fetchall())


def test_what_cannot_be_sent_is_tried_again_and_given_up_after_five(only: User, busy_server: Any) -> None:
    row = queue(only, kind="welcome", context={"company": "Nord"})
    with busy_server:
        for number, minutes in enumerate((1, 5, 30, 120), start=1):
            assert outbox.send_due() == 0
            row.refresh_from_db()
            assert (row.state, row.attempts) == ("queued", number)
            assert abs(row.due_at - timezone.now() - timedelta(minutes=minutes)) < timedelta(seconds=20)
            assert "Come back later" in row.last_error
            assert outbox.send_due() == 0, "not before its time"
            Email.objects.filter(pk=row.pk).update(due_at=timezone.now())
        outbox.send_due()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.due_at) == ("failed", 5, None)
    assert not PasswordLink.objects.filter(user=only).exists(), "links that nobody got"


def test_it_goes_out_when_the_server_is_back(only: User, busy_server: Any) -> None:
    row = queue(only)
    with busy_server:
        outbox.send_due()
    Email.objects.filter(pk=row.pk).update(due_at=timezone.now())
    assert sent()["Subject"] == "Your SmartPlus password was changed"
    row.refresh_from_db()
    assert (row.state, row.last_error, row.attempts) == ("sent", "", 2)


def test_a_worker_that_dies_loses_nothing(only: User) -> None:
    row = queue(only)
    assert outbox._claim() == row
    assert outbox._claim() is None, "armed for later, so that nobody else takes it meanwhile"
    Email.objects.filter(pk=row.pk).update(due_at=timezone.now())
    assert outbox.send_due() == 1


def test_one_worker_sends_at_a_time(only: User) -> None:
    queue(only)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('mail.outbox'))")
        assert outbox.send_due() == 0
        cursor.execute("SELECT pg_advisory_unlock(hashtext('mail.outbox'))")
        assert outbox.send_due() == 1
    other.close()


def test_a_silent_server_is_not_asked_for_every_letter(only: User, busy_server: Any) -> None:
    for _ in range(5):
        queue(only)
    with busy_server:
        outbox.send_due()
    assert Email.objects.filter(attempts=0).count() == 5 - outbox.PATIENCE


def test_one_bad_letter_does_not_stop_the_others(only: User) -> None:
    bad = queue(only)
    Email.objects.filter(pk=bad.pk).update(kind="no_such_template")
    queue(only)
    assert outbox.send_due() == 1
    bad.refresh_from_db()
    assert "TemplateDoesNotExist" in bad.last_error


def test_without_a_mail_server_each_letter_is_a_file(only: User, tmp_path: Path) -> None:
    for to in ("a@example.net", "../../etc/passwd@example.net"):
        queue(only, kind="password_reset", to=to)
    folder = tmp_path / "mail"
    with override_settings(EMAIL_BACKEND="accounts.mail_files.EmlBackend", EMAIL_FILE_PATH=str(folder)):
        assert outbox.send_due() == 2
    files = sorted(folder.iterdir())
    assert links.find(link_in(letters_in(folder, "a@example.net")[0]).rpartition("=")[2])
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_many_letters_are_one_insert(only: User, django_assert_num_queries: Any) -> None:
    people = [mail.Letter(only, to=f"{number}@example.net") for number in range(100)]
    with django_assert_num_queries(4):  # savepoint, keys, rows, release
        mail.send_many(scope=None, kind="password_changed", letters=people)
    nobody = User(username="600001", role=Role.RESIDENT)
    assert mail.send_many(scope=None, kind="password_changed", letters=[mail.Letter(nobody)]) == []


# --- What stands in them ------------------------------------------------------------------------


def test_the_welcome_has_name_link_and_code(trade: Trade) -> None:
    Email.objects.all().delete()
    new = users.NewUser("new-manager", "new@example.net", Role.PROPERTY_MANAGER, "Nadia", "Novak")
    company = trade.people[Role.INSTALLER].organisation
    user = users.create_user(scope=trade.scope(Role.INSTALLER), organisation=company, new=new)
    message = sent()
    assert (message["To"], message["Subject"]) == ("new@example.net", "Your SmartPlus account")
    text, html = text_of(message), text_of(message, "html")
    for body in (text, html):
        assert "new-manager" in body
        assert "Nord Installer" in body
    link = re.search(r"http\S+token=\S+", text)
    assert link
    assert link[0].startswith(f"{settings.PUBLIC_URL}/password/link/?token=")
    assert f'href="{link[0]}"' in html
    picture = next(piece for piece in message.walk() if piece.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<picture>"
    assert 'src="cid:picture"' in html
    assert picture.get_content() == letters.qr_code(link[0])
    assert message.get_content_type() == "multipart/related"
    assert AuditEntry.objects.filter(verb="user.invite", object_id=user.pk).get().after == {"to": user.email}


def test_a_residents_welcome_may_go_to_the_family_master(only: User) -> None:
    resident = User.objects.create(username="600123", role=Role.RESIDENT, first_name="Kid")
    about = {"site": "Court", "place": "North House 12", "name": "Kid Novak", "by_master": True}
    queue(resident, kind="welcome_resident", to="parent@example.net", language="de", context=about)
    message = sent()
    assert message["To"] == "parent@example.net"
    text = text_of(message)
    for words in ("600123", "Court", "North House 12", "Geben Sie sie bitte weiter", "token="):
        assert words in text


def test_names_are_not_markup(only: User) -> None:
    User.objects.filter(pk=only.pk).update(first_name="<b>Bold</b>", last_name="& Sons")
    only.refresh_from_db()
    queue(only, kind="welcome", context={"company": "A <script> & Co"})
    message = sent()
    assert "<script>" not in text_of(message, "html")
    assert "A <script> & Co" in text_of(message)


def test_a_line_break_in_a_name_does_not_reach_the_head(only: User) -> None:
    resident = User.objects.create(username="600124", role=Role.RESIDENT)
    queue(
        resident, kind="welcome_resident", to="a@example.net",
        context={"site": "Court\r\nBcc: everybody@example.net", "name": "A", "place": ""},
    )  # fmt: skip
    message = sent()
    assert message["Bcc"] is None
    assert message["Subject"] == "Your SmartPlus account for Court Bcc: everybody@example.net"


@pytest.mark.parametrize(
    ("language", "direction", "subject", "speaks"),
    [
        ("en", "ltr", "Set a new SmartPlus password", "en"),
        ("de", "ltr", "Neues Passwort für SmartPlus festlegen", "de"),
        ("he", "rtl", "קביעת סיסמה חדשה ב-SmartPlus", "he"),
        ("fa", "rtl", "تعیین گذرواژهٔ جدید SmartPlus", "fa"),
        ("xx", "ltr", "Set a new SmartPlus password", "en"),
    ],
)
def test_in_the_readers_language_and_direction(
    only: User, language: str, direction: str, subject: str, speaks: str
) -> None:
    queue(only, kind="password_reset", language=language)
    message = sent()
    assert message["Subject"].strip() == subject
    html = text_of(message, "html")
    assert f'<html lang="{speaks}" dir="{direction}">' in html
    assert "<bdi>Nord-property_manager</bdi>" in html
    assert ("\u2068Nord-property_manager\u2069" in text_of(message)) == (direction == "rtl")


def test_times_are_the_persons_own(only: User) -> None:
    User.objects.filter(pk=only.pk).update(time_zone="Asia/Tokyo", hours_24=False, language="de")
    only.refresh_from_db()
    row = queue(only)
    Email.objects.filter(pk=row.pk).update(created_at="2026-03-01T15:30:00Z")
    assert "2. März 2026 12:30" in text_of(sent())
