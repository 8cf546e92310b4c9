"""Email addresses: proven by a link before they count, changed, and what follows from another address."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import draw_secret
from smartplus.kernel.words import _

from .. import audit
from ..models import Email, EmailConfirmation, User
from ..permissions import scope_for
from ..queries.people import may_sign_in
from . import held, links, mail

LIFETIME = timedelta(hours=24)
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 5
KIND, CHANGED = "email_confirm", "email_changed"
VOID = frozenset({KIND, CHANGED, "login_code", "welcome_resident"})
"""What is never sent on to another address: it is about the old one, or was drawn for it."""
GONE = _("This link was used or is too old. Ask for a new one.")


@transaction.atomic
def ask(*, scope: Scope, email: str) -> EmailConfirmation:
    """Send a link to an address of the person's own; the address counts once the link was confirmed.

    Links of before are void. Raises `Refused`.
    """
    if scope.acting:
        raise Refused(_("Only the owner of the account gives its email."), code="acting")
    user: User = User.objects.select_for_update().get(pk=scope.user_id)
    address = email.strip()
    _check(address)
    if user.email_confirmed_at is not None and address.lower() == user.email.lower():
        raise Refused(_("This is your confirmed address already."), field="email", code="same")
    now = timezone.now()
    lately = EmailConfirmation.objects.filter(user=user, created_at__gt=now - AN_HOUR)
    if lately.count() >= MOST_AN_HOUR:
        raise Refused(_("Too many links within an hour. Try again later."), field="email", code="too-many")
    _void(user)
    token = draw_secret()
    row = EmailConfirmation.objects.create(
        user=user, email=address, digest=_digest(token), expires_at=now + LIFETIME
    )
    mail.send_template(scope=scope, kind=KIND, user=user, to=address, context={"token": token})
    audit.record(scope, "email.ask", user, after={"email": address})
    return row


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("Enter an email address."), field="email", code="bad-email") from error


@transaction.atomic
def withdraw(*, scope: Scope) -> str:
    """The address that waits to be confirmed is dropped: its link is void, and is not sent if it still
    waits. The links asked for within the hour stay counted. Answers the address. Raises `Refused`.
    """
    if scope.acting:
        raise Refused(_("Only the owner of the account gives its email."), code="acting")
    user: User = User.objects.select_for_update().get(pk=scope.user_id)
    row = EmailConfirmation.objects.filter(user=user, used_at=None).first()
    if row is None:
        raise Refused(_("No address waits to be confirmed."), code="none")
    _void(user)
    waiting = Email.objects.filter(user=user, kind=KIND, due_at__isnull=False)
    waiting.update(state=Email.State.FAILED, due_at=None, context="", last_error="The address was withdrawn.")
    audit.record(scope, "email.withdraw", user, before={"email": row.email})
    return row.email


def find(token: str) -> EmailConfirmation | None:
    """The confirmation behind a token if it is still good. Looking does not use it up."""
    return _good().filter(digest=_digest(token)).first()


def still_good(number: int | None) -> EmailConfirmation | None:
    """The confirmation by id if it is still good, with its user."""
    return _good().filter(pk=number).first() if number else None


@transaction.atomic
def confirm(*, confirmation: EmailConfirmation, address: str = "", request_id: str = "") -> User:
    """The address is proven: from now on it counts, whoever opened the link. Raises `Refused`.

    The address of before gets a notice; what lay in its mailbox is void.
    """
    found = User.objects.select_for_update(of=("self",)).select_related("organisation")
    user: User = found.get(pk=confirmation.user_id)
    now = timezone.now()
    rows = EmailConfirmation.objects.filter(pk=confirmation.pk, used_at=None, expires_at__gt=now)
    if not may_sign_in(user) or not rows.update(used_at=now):
        raise Refused(GONE, code="gone")
    before = audit.snapshot(user, ("email", "email_confirmed_at"))
    user.email, user.email_confirmed_at = confirmation.email, now
    user.save(update_fields=["email", "email_confirmed_at"])
    if before["email"].lower() != user.email.lower():
        was_proven = [user.pk] if before["email_confirmed_at"] else []
        _moved([user], {user.pk: before["email"]}, told=was_proven)
    scope = scope_for(user, request_id=request_id, address=address)
    audit.record(
        scope, "email.confirm", user,
        before=before, after=audit.snapshot(user, ("email", "email_confirmed_at")),
    )  # fmt: skip
    return user


def changed_unproven(users: Iterable[User], *, before: Mapping[int, str]) -> None:
    """Somebody gave these logins other addresses than `before` (by id): they count as unproven, and their
    people are asked at the next click. Within the transaction of the change, the rows held.
    """
    found = list(users)
    proven = [user.pk for user in found if user.email_confirmed_at is not None]
    EmailConfirmation.objects.filter(user__in=found, used_at=None).update(used_at=timezone.now())
    User.objects.filter(pk__in=[user.pk for user in found]).update(email_confirmed_at=None, welcomed_at=None)
    for user in found:
        user.email_confirmed_at = user.welcomed_at = None
    _moved(found, before, told=proven)


def _moved(users: Sequence[User], before: Mapping[int, str], *, told: Iterable[int]) -> None:
    """Links and codes in the old mailboxes are void, what still waits for them goes to the new ones, and
    the proven old ones (`told`) hear of it.
    """
    ids = [user.pk for user in users]
    links.void_many(ids)
    held.void_many(ids)
    now_at = {user.pk: user.email for user in users}
    rows = Email.objects.select_for_update().filter(user__in=ids, due_at__isnull=False).order_by("pk")
    waiting = [row for row in rows if before.get(row.user_id or 0, "").lower() == row.to.lower() != ""]
    for row in waiting:
        new = "" if row.kind in VOID else now_at[row.user_id or 0]
        if new:
            row.to = new
        elif row.kind != CHANGED:
            row.state, row.due_at, row.context = Email.State.FAILED, None, ""
            row.last_error = "The address was changed."
    Email.objects.bulk_update(waiting, ["to", "state", "due_at", "context", "last_error"])
    letters = [mail.Letter(user, to=before[user.pk]) for user in users if user.pk in told and before[user.pk]]
    if letters:
        mail.send_many(scope=None, kind=CHANGED, letters=letters)


def proven_by_link(user: User, *, to: str) -> None:
    """A link that was mailed to the present address was opened: that is what a confirmation would prove."""
    if user.email_confirmed_at is None and to and to.lower() == user.email.lower():
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
        _void(user)


@transaction.atomic
def save_wishes(*, scope: Scope, wants_notices: bool, wants_news: bool) -> User:
    """What the person wants to be written to about. Mails about the account itself always come."""
    if scope.acting:
        raise Refused(_("Only the owner of the account decides this."), code="acting")
    kept: User = User.objects.select_for_update().get(pk=scope.user_id)
    fields = ("wants_notices", "wants_news")
    before = audit.snapshot(kept, fields)
    kept.wants_notices, kept.wants_news = wants_notices, wants_news
    kept.save(update_fields=fields)
    audit.record(scope, "user.change", kept, before=before, after=audit.snapshot(kept, fields))
    return kept


def _void(user: User) -> None:
    EmailConfirmation.objects.filter(user=user, used_at=None).update(used_at=timezone.now())


def _good() -> QuerySet[EmailConfirmation]:
    alive = EmailConfirmation.objects.select_related("user__organisation")
    return alive.filter(used_at=None, expires_at__gt=timezone.now(), user__is_active=True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
