"""Sends what waits in the outbox: one worker at a time, so that a slow mail server keeps only one busy."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from ..models import Email, User
from . import letters, links, sms
from .mail import TEXTS, kind_of

log = logging.getLogger(__name__)

DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""After each failed try. The fifth is the last."""
TRIES = len(DELAYS) + 1
AT_ONCE = 200
PATIENCE = 3


def send_due(limit: int = AT_ONCE) -> int:
    """Send up to `limit` emails that are due; answers how many were sent (0 while another worker sends).

    Each is armed for its next try before it is sent, so a worker that dies loses nothing (and may
    at worst send it twice). After PATIENCE failures in a row the rest waits for the next sweep.
    """
    with _alone() as alone:
        return _send(limit) if alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else sends meanwhile. The lock goes with the connection, should this process die."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('mail.outbox'))")
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('mail.outbox'))")


def _send(limit: int) -> int:
    sent = failed = 0
    server = get_connection()
    try:
        while sent < limit and failed < PATIENCE and (email := _claim()) is not None:
            token = _token(email)
            if token is None:
                continue
            good = _deliver(email, token, server)
            sent, failed = (sent + 1, 0) if good else (sent, failed + 1)
    finally:
        server.close()
    return sent


@transaction.atomic
def _claim() -> Email | None:
    """The next email that is due, armed for its next try; None when there is none."""
    due = Email.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=timezone.now())
    while (email := due.select_related("user").order_by("due_at", "pk").first()) is not None:
        if not email.to:
            email.delete()
        elif email.attempts >= TRIES:
            _close(email, Email.State.FAILED)
        else:
            email.due_at = timezone.now() + DELAYS[min(email.attempts, len(DELAYS) - 1)]
            email.attempts += 1
            email.save(update_fields=["due_at", "attempts"])
            return email
    return None


@transaction.atomic
def _token(email: Email) -> str | None:
    """The token of the email's link ("" for a kind without one); None when it is not to be sent any more.

    The person is held meanwhile: an address that changes does so before, and then this email has
    another one too, or is void; or afterwards, and then it voids this token.
    """
    if email.user is None:
        return ""
    held = User.objects.select_for_update(no_key=True).filter(pk=email.user_id).first()
    email.refresh_from_db(fields=["to", "state", "due_at"])
    if held is None or email.due_at is None:
        return None
    kind = kind_of(email.kind)
    return links.issue(held, kind.link, to=email.to) if kind.link else ""


def _deliver(email: Email, token: str, server: BaseEmailBackend) -> bool:
    try:
        subject = _text(email, token) if email.kind in TEXTS else _letter(email, token, server)
    except Exception as error:  # whatever a mail server, a gateway, a network or a template can do
        log.warning("mail: %s %s, try %s: %s", email.kind, email.pk, email.attempts, error)
        server.close()
        links.forget(token)
        email.last_error = f"{type(error).__name__}: {error}"[:200]
        if email.attempts >= TRIES:
            _close(email, Email.State.FAILED)
        else:
            email.save(update_fields=["last_error"])
        return False
    email.subject, email.context, email.last_error, email.sent_at = subject, "", "", timezone.now()
    _close(email, Email.State.SENT)
    return True


def _letter(email: Email, token: str, server: BaseEmailBackend) -> str:
    """Send it by the mail server; answers its subject."""
    rendered = letters.render(email, token, code=kind_of(email.kind).code)
    message = letters.message(email, rendered)
    message.connection = server
    server.open()
    message.send()
    return rendered.subject


def _text(email: Email, token: str) -> str:
    """Send it as a text message, which has no subject."""
    sms.send(number=email.pk, to=email.to, text=sms.render(email, token))
    return ""


def _close(email: Email, state: str) -> None:
    email.state, email.due_at = state, None
    email.save(update_fields=["state", "due_at", "subject", "context", "last_error", "sent_at"])
