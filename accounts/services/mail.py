"""Writing to people: a row in the outbox, in the transaction of what it tells about.

The row is the truth; the task after the commit only hurries what the beat's sweep would do anyway.
`accounts.services.outbox` sends.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartplus.kernel.pouring import pour
from smartplus.kernel.reminders import remind
from smartplus.kernel.scoping import Scope

from .. import audit
from ..models import Email, PasswordLink, User


@dataclass(frozen=True)
class Kind:
    """What belongs to a kind of email besides its templates `emails/<kind>.{subject.txt,txt,html}`."""

    link: PasswordLink.Purpose | None = None
    code: bool = False
    verb: str = ""
    sample: Mapping[str, Any] | None = None


KINDS = {
    "welcome": Kind(
        PasswordLink.Purpose.WELCOME, code=True, verb="user.invite", sample={"company": "Nord Installers"}
    ),
    "welcome_resident": Kind(
        PasswordLink.Purpose.WELCOME,
        code=True,
        verb="user.invite",
        sample={"name": "Anna Berg", "site": "Linden Court", "place": "House A, 101", "by_master": True},
    ),
    "password_reset": Kind(PasswordLink.Purpose.RESET, sample={}),
    "password_changed": Kind(sample={}),
    "password_reminder": Kind(sample={"change": "https://portal.example/accounts/profile/password/"}),
    "login_code": Kind(sample={"code": "204853"}),
    "factor_changed": Kind(sample={}),
    "email_confirm": Kind(sample={"token": "sample"}),
    "email_changed": Kind(sample={}),
    "account_entered": Kind(
        sample={
            "actor": "Dora Lind",
            "account": "600101",
            "page": "https://portal.example/accounts/switches/",
        }
    ),
    "account_linked": Kind(sample={"account": "600102", "page": "https://portal.example/accounts/users/7/"}),
    "notice": Kind(
        sample={
            "title": "Maintenance on Sunday",
            "text": "The portal rests from 02:00 to 02:20.",
            "number": 1,
        }
    ),
    "feedback": Kind(
        sample={
            "sender": "Anna Berg",
            "role": "Resident",
            "title": "The door closes slowly",
            "text": "Since Monday it takes half a minute.",
            "number": 1,
            "reply_to": "anna.berg@example.net",
        }
    ),
}
"""`link`: a set-password link is drawn at the sending; `code`: also as QR code; `verb`: for the trail;
`sample`: a context as its senders give it, for the operator's preview (a test asks for one per kind)."""


TEXTS = {
    "text_welcome_resident": Kind(PasswordLink.Purpose.WELCOME, verb="user.invite"),
    "text_welcome_member": Kind(PasswordLink.Purpose.WELCOME, verb="user.invite"),
}
"""The kinds that go out as text messages (`services.sms`), with one template `emails/<kind>.txt` each; `to`
of their letters is a telephone number."""


def kind_of(name: str) -> Kind:
    """What belongs to a kind of email or text message; nothing for one that is not known any more."""
    return KINDS.get(name) or TEXTS.get(name) or Kind()


@dataclass(frozen=True)
class Letter:
    """One email to one person: `to` when it is not the account's own address, `context` as JSON keeps it.

    `language` is the reader's (a master may read what is sent for a member), by default the account's.
    """

    user: User
    to: str = ""
    language: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


def send_template(
    *,
    scope: Scope | None,
    kind: str,
    user: User,
    to: str = "",
    language: str = "",
    context: Mapping[str, Any] | None = None,
) -> Email:
    """Queue one email of a kind; sent after the commit. `scope` is who caused it (None: the person itself).

    In the template: `user`, what `context` holds, `link` and `picture` as the kind says.
    """
    return send_many(scope=scope, kind=kind, letters=[Letter(user, to, language, context or {})])[0]


@transaction.atomic
def send_many(
    *, scope: Scope | None, kind: str, letters: Sequence[Letter], site_id: int | None = None
) -> list[Email]:
    """`send_template` for many people: one INSERT. A letter without any address is left out."""
    now = timezone.now()
    rows = [
        Email(
            user=letter.user,
            kind=kind,
            to=letter.to or letter.user.email,
            language=letter.language or letter.user.language,
            context=json.dumps(audit.plain(letter.context)),
            due_at=now,
        )
        for letter in letters
        if letter.to or letter.user.email
    ]
    queued = pour(rows)
    if verb := kind_of(kind).verb:
        sent = [(row.user, None, {"to": row.to}) for row in queued if row.user]
        audit.record_many(scope, verb, sent, site_id=site_id)
    hurry()
    return queued


def withdraw(*, user_ids: Iterable[int], kinds: Iterable[str], why: str) -> None:
    """What waits of these kinds for these people is not sent any more."""
    waiting = Email.objects.filter(user__in=list(user_ids), kind__in=list(kinds), due_at__isnull=False)
    waiting.update(state=Email.State.FAILED, due_at=None, context="", last_error=why)


@transaction.atomic
def pretend(*, kind: str) -> None:
    """As `send_many`, to nobody: whoever asked cannot tell whether somebody is written to."""
    Email.objects.bulk_create(
        [Email(kind=kind, language=settings.LANGUAGE_CODE, context="{}", due_at=timezone.now())]
    )
    hurry()


def hurry() -> None:
    """Have the outbox looked at right after the commit. A lost reminder costs seconds, never a letter."""
    transaction.on_commit(partial(remind, "accounts.tasks.send_mail", queue="default"))
