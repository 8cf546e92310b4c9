"""What the portal itself knows of a person, as plain rows for the person's export. Never a secret."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Model

from ..models import (
    AuditEntry,
    Email,
    Feedback,
    NoticeMark,
    NoticeRead,
    Passkey,
    PolicyAgreement,
    RecoveryCode,
    TotpApp,
    User,
    UserSession,
)

Rows = Iterable[Mapping[str, Any]]

LOGIN = (
    "username", "first_name", "last_name", "email", "email_confirmed_at", "role", "language", "time_zone",
    "hours_24", "theme", "is_active", "wants_notices", "wants_news", "code_demanded", "password_set_at",
    "created_at",
)  # fmt: skip


def login(user_id: int) -> Rows:
    """The login, and which second factors it has: that they are there, not what they are."""
    for row in User.objects.filter(pk=user_id).values(*LOGIN):
        yield {
            **row,
            "authenticator_app": TotpApp.objects.filter(user=user_id).exists(),
            "passkeys": list(Passkey.objects.filter(user=user_id).values("name", "created_at", "used_at")),
            "recovery_codes_left": RecoveryCode.objects.filter(user=user_id, used_at=None).count(),
        }


def sessions(user_id: int) -> Rows:
    """Browsers that are or were signed in."""
    rows = UserSession.objects.filter(user=user_id).order_by("pk")
    return rows.values("browser", "address", "started_at", "seen_at", "ended_at").iterator()


def policies(user_id: int) -> Rows:
    """What was agreed to."""
    rows: Any = PolicyAgreement.objects.filter(user=user_id).order_by("pk")
    named = {"policy": F("version__kind"), "number": F("version__number"), "title": F("version__title")}
    yield from rows.values("at", "address", **named).iterator()


def notices(user_id: int) -> Rows:
    """What was opened, and up to when everything counts as read."""
    yield from NoticeMark.objects.filter(user=user_id).values("read_up_to")
    rows = NoticeRead.objects.filter(user=user_id).order_by("pk")
    yield from rows.values(title=F("notice__title"), published_at=F("notice__published_at")).iterator()


def feedback(user_id: int) -> Rows:
    """What was written to the company that looks after the person."""
    rows = Feedback.objects.filter(user=user_id).order_by("pk")
    told = ("created_at", "subject", "text", "reply_to", "state", "answered_at")
    yield from rows.values(*told, to=F("organisation__name")).iterator()


def emails(user_id: int) -> Rows:
    """What was sent where and when; texts hold links that work once, and are not kept."""
    rows = Email.objects.filter(user=user_id).order_by("pk")
    return rows.values("kind", "to", "language", "state", "created_at", "sent_at").iterator()


def changes_of(row: Model) -> Rows:
    """Which fields of a row were changed when, by the trail; neither values nor who did it."""
    label = row._meta.label_lower
    found = AuditEntry.objects.filter(object_type=label, object_id=row.pk).order_by("at", "pk")
    yield from found.values("at", "verb", "fields").iterator()
