"""A login that begins anew: the account is the next person's, nothing of the one before opens it any more."""

from collections.abc import Iterable, Sequence
from secrets import token_urlsafe

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.utils import timezone

from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import noop

from .. import audit
from ..models import (
    Email,
    EmailConfirmation,
    Passkey,
    PolicyAgreement,
    RecoveryCode,
    TotpApp,
    User,
)
from . import held, links, sessions

WHY = noop("The account was reset.")
_EMPTY = """
UPDATE accounts_user u
SET password = n.password, password_set_at = NULL, email = '', email_confirmed_at = NULL, welcomed_at = NULL,
    wants_news = false
FROM unnest(%s::bigint[], %s::text[]) AS n(id, password) WHERE u.id = n.id
"""


@transaction.atomic
def begin_anew(*, scope: Scope, user_ids: Iterable[int], site_id: int | None = None) -> list[User]:
    """Take password, second factors, email, consents, open sessions and links from these logins.

    User name, names, language, time zone and state stay. Nobody is written to, and what still waits to be
    sent is not: the mailbox is that of the person before. The trail keeps what they once agreed to.
    """
    people = list(User.objects.select_for_update().filter(pk__in=list(user_ids)).order_by("pk"))
    ids = [user.pk for user in people]
    if not ids:
        return []
    links.void_many(ids)
    held.void_many(ids)
    sessions.void_many(ids)
    for model in (TotpApp, Passkey, RecoveryCode, PolicyAgreement):
        model.objects.filter(user__in=ids).delete()
    EmailConfirmation.objects.filter(user__in=ids, used_at=None).update(used_at=timezone.now())
    _empty_outbox(ids)
    _empty(people)
    entries = [(user, None, {"password": audit.SECRET}) for user in people]
    audit.record_many(scope, "password.remove", entries, site_id=site_id)
    return people


def _empty_outbox(ids: Sequence[int]) -> None:
    """What waits is not sent any more, and no address stays; one that is on its way finds its link void."""
    rows = Email.objects.filter(user__in=ids)
    rows.filter(due_at__isnull=True).delete()
    rows.update(state=Email.State.FAILED, due_at=None, context="", to="", last_error=WHY)


def _empty(people: Sequence[User]) -> None:
    for user in people:
        user.password = UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30)
        user.password_set_at = user.email_confirmed_at = user.welcomed_at = None
        user.email, user.wants_news = "", False
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY, [[user.pk for user in people], [user.password for user in people]])
