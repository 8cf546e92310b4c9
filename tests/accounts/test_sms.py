"""Text messages: rendered in the reader's language, short, handed to whatever SMS_URL names."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEntry, Email, PasswordLink, Role
from accounts.services import links, mail, outbox, sms
from smartplus.kernel.secrets import draw_secret

from .makers import Trade

pytestmark = pytest.mark.django_db
KIND = "text_welcome_resident"
LATIN = ("en", "vi", "tr", "pl", "es", "bs", "da", "fr", "pt", "de", "it", "az")


class Gateway(BaseHTTPRequestHandler):
    """A provider that notes what it gets and answers as it is told."""

    got: list[tuple[dict[str, str], str]] = []
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Gateway.got.append((json.loads(body), self.headers.get("Authorization", "")))
        self.send_response(Gateway.answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[Gateway]]:
    """A provider's gateway that is set as ours."""
    Gateway.got, Gateway.answer = [], 200
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/send"
        settings.SMS_TOKEN = "gateway-token"
        yield Gateway
        server.shutdown()


def queue(trade: Trade, kind: str = KIND, **more: Any) -> Email:
    """A text message that waits; nothing else does."""
    user = trade.people[Role.RESIDENT] if Role.RESIDENT in trade.people else trade.people[Role.INSTALLER]
    Email.objects.all().delete()
    letter = mail.Letter(user, to="+45 20123456", context={"sip": "600101", "name": "Anna"}, **more)
    return mail.send_many(scope=None, kind=kind, letters=[letter])[0]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", sorted(mail.TEXTS))
def test_a_text_names_user_and_link_and_fits_where_the_script_allows(language: str, kind: str) -> None:
    context = json.dumps({"sip": "600101", "name": "Anna Margret"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PUBLIC_URL", "https://portal.example.com")
        token = draw_secret()
        text = sms.render(Email(kind=kind, language=language, context=context), token)
        assert "600101" in text and f"token={token}" in text and "SmartPlus" in text
    if language in LATIN:
        assert set(text) <= sms.GSM
        assert len(text) <= sms.LENGTH


def test_letters_outside_of_the_alphabet_are_sent_bare() -> None:
    assert sms.in_gsm("Ustaw hasło, żółć ığüş ə") == "Ustaw haslo, zolc igüs e"
    assert sms.in_gsm("Größe, ñandú à Æbelø") == "Größe, ñandu à Æbelø"
    assert sms.in_gsm("Пароль ę") == "Пароль ę"


def test_the_gateway_gets_number_text_and_token(trade: Trade, gateway: type[Gateway]) -> None:
    row = queue(trade)
    assert AuditEntry.objects.filter(verb="user.invite", after__to="+45 20123456").exists()
    assert outbox.send_due() == 1
    ((body, authorization),) = gateway.got
    assert (body["id"], body["to"], authorization) == (str(row.pk), "+45 20123456", "Bearer gateway-token")
    link = links.find(body["text"].partition("token=")[2])
    assert link is not None
    assert (link.purpose, link.to) == (PasswordLink.Purpose.WELCOME, "+45 20123456")
    row.refresh_from_db()
    assert (row.state, row.due_at, row.context) == (Email.State.SENT, None, "")
    assert outbox.send_due() == 0


@pytest.mark.parametrize("answer", [500, 302])
def test_what_the_gateway_does_not_take_is_tried_again(
    trade: Trade, gateway: type[Gateway], answer: int
) -> None:
    gateway.answer = answer
    row = queue(trade)
    assert outbox.send_due() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Email.State.QUEUED, 1)
    assert row.due_at and row.due_at > timezone.now()
    assert "gateway-token" not in row.last_error
    assert not PasswordLink.objects.filter(to="+45 20123456").exists(), "the link was never sent"
    assert len(gateway.got) == 1


def test_without_a_gateway_each_text_is_a_file(trade: Trade, settings: Any, tmp_path: Path) -> None:
    settings.SMS_URL = f"file://{tmp_path}/sms"
    queue(trade)
    assert outbox.send_due() == 1
    (file,) = (tmp_path / "sms").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().startswith("To: +45 20123456\n\nSmartPlus")


def test_what_waits_can_be_withdrawn(trade: Trade, gateway: type[Gateway]) -> None:
    row = queue(trade)
    mail.withdraw(user_ids=[row.user_id or 0], kinds=[KIND], why="The address was changed.")
    assert outbox.send_due() == 0
    assert not gateway.got
    row.refresh_from_db()
    assert (row.state, row.context) == (Email.State.FAILED, "")
