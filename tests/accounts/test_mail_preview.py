"""The operator's look at every kind of email."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Email, PasswordLink, Role
from accounts.services import previews
from accounts.services.mail import KINDS

from .makers import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(trade: Trade) -> Client:
    """The operator's browser; nothing waits in the outbox."""
    Email.objects.all().delete()
    PasswordLink.objects.all().delete()
    found = Client()
    found.force_login(trade.people[Role.OPERATOR])
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_has_a_sample_that_fills_its_templates(kind: str) -> None:
    assert KINDS[kind].sample is not None, "give the kind a sample in accounts/services/mail.py"
    for language in ("en", "he"):
        letter = previews.letter(kind, language)
        assert letter.subject and letter.text.strip() and "<html" in letter.html
        assert "cid:" not in letter.html
        for text in (letter.subject, letter.text, letter.html):
            assert "None" not in text and "{{" not in text
            assert not re.search(r"\u2068\s*\u2069|<bdi>\s*</bdi>", text), "the sample lacks a value"


def test_the_page_shows_text_and_frame(client: Client) -> None:
    html = client.get("/accounts/letters/?kind=password_reset&language=en").content.decode()
    for kind in KINDS:
        assert f'value="{kind}"' in html
    for code, _ in settings.LANGUAGES:
        assert f'value="{code}"' in html
    assert "Somebody asked for a new password for your account anna.berg." in html
    assert 'src="/accounts/letters/one/?kind=password_reset&amp;language=en" sandbox' in html


def test_the_frame_may_do_nothing(client: Client) -> None:
    answer = client.get("/accounts/letters/one/?kind=welcome&language=de")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "data:image/png;base64," in answer.content.decode()
    page = client.get("/accounts/letters/")
    assert page["X-Frame-Options"] == "DENY"


def test_nothing_is_sent_or_drawn_by_looking(client: Client) -> None:
    for kind in KINDS:
        assert client.get(f"/accounts/letters/one/?kind={kind}").status_code == 200
    assert not Email.objects.exists()
    assert not PasswordLink.objects.exists()


@pytest.mark.parametrize(
    "query", ["kind=../../base", "kind=nothing", "language=xx", "kind=welcome&language=../de"]
)
def test_unknown_ones_are_not_there(client: Client, query: str) -> None:
    assert client.get(f"/accounts/letters/?{query}").status_code == 404
    assert client.get(f"/accounts/letters/one/?{query}").status_code == 404


def test_only_the_operator_looks(trade: Trade) -> None:
    other = Client()
    other.force_login(trade.people[Role.INSTALLER])
    assert (
        other.get("/accounts/letters/").status_code == other.get("/accounts/letters/one/").status_code == 403
    )
