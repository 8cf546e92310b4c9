"""Setting, changing and forgetting passwords. Sessions elsewhere end with the old one."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..events import PasswordSet
from ..models import Email, PasswordLink, User
from ..permissions import scope_for
from ..queries.people import may_sign_in, owners
from . import held, linking, links, mail, mailboxes, sessions, throttle

LONGEST = 128
MAILS_AT_ONCE = 3
"""Links that may lie unused in one mailbox: more mails would only bury the good one."""
SHARED = 5
"""Accounts behind one email that are written to at most."""
GONE = _("This link was used or is too old. Ask for a new one.")


def judge(password: str, user: User) -> None:
    """Raise `Refused` (field "password") unless it is long enough, not common and not the person's name."""
    if len(password) > LONGEST:
        raise Refused(_("Longer than {n} characters.").format(n=LONGEST), field="password", code="too-long")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password", code="weak") from error


def confirm(*, user: User, password: str) -> None:
    """Raise `Refused` (field "old") unless this is the present password.

    A wrong one counts like a failed login, so call this outside the transaction of the change:
    what it counts must not be rolled back.
    """
    if seconds := throttle.take(throttle.ACCOUNT, user.username):
        raise Refused(
            _("Too many wrong tries. Wait {seconds} s.").format(seconds=seconds), field="old", code="wait"
        )
    if not user.check_password(password):
        raise Refused(_("This is not your present password."), field="old", code="wrong")
    throttle.forgive([user.username])


@transaction.atomic
def change_own(*, scope: Scope, user: User, password: str, here: bytes | None = None) -> User:
    """Change the own password, which `confirm` has just asked for. Raises `Refused` (field "password").

    `here` is the digest of the session that goes on; all others end.
    """
    judge(password, user)
    if user.check_password(password):
        raise Refused(_("This is the password you have now."), field="password", code="same")
    _keep(scope, user, password, here)
    if user.email:
        mail.send_template(scope=scope, kind="password_changed", user=user)
    return user


@transaction.atomic
def set_by_link(*, link: PasswordLink, password: str, address: str = "", request_id: str = "") -> User:
    """Set the password a link stands for, use the link up, and let its owner in whatever strangers tried."""
    found = User.objects.select_for_update(of=("self",)).select_related("organisation")
    user: User = found.get(pk=link.user_id)
    judge(password, user)
    if not may_sign_in(user) or not links.use(link):
        raise Refused(GONE, code="gone")
    first = not user.has_usable_password()
    scope = scope_for(user, request_id=request_id, address=address)
    _keep(scope, user, password)
    mailboxes.proven_by_link(user, to=link.to)
    throttle.forgive([user.username, user.email])
    if user.email and not first:
        mail.send_template(scope=scope, kind="password_changed", user=user)
    emit(PasswordSet(user.pk, first))
    return user


def _keep(scope: Scope, user: User, password: str, here: bytes | None = None) -> None:
    now = timezone.now()
    user.set_password(password)
    user.password_set_at = now
    user.save(update_fields=["password", "password_set_at"])
    links.void(user)
    linking.forget(user)
    sessions.void_many([user.pk], but=here)
    held.void_many([user.pk])
    audit.record(scope, "password.change", user, after={"password": audit.SECRET})


@transaction.atomic
def forgot(*, name: str, address: str) -> None:
    """Write a link to whoever has this user name or email; to nobody, in the same steps, when nobody has.

    Raises `Refused` (code "blocked") when this address has asked too often, whatever it asked for.
    """
    if throttle.take(throttle.MAIL, address):
        raise Refused(_("Too many requests from this network. Try again in 15 minutes."), code="blocked")
    found = owners(name, SHARED)
    ids = [user.pk for user in found] or [0]  # asks the same of the database in either case
    on_the_way = Email.objects.filter(user__in=ids, kind="password_reset", state=Email.State.QUEUED)
    there = [*links.waiting(ids, PasswordLink.Purpose.RESET), *on_the_way.values_list("user_id", flat=True)]
    letters = [mail.Letter(user) for user in found if there.count(user.pk) < MAILS_AT_ONCE]
    if letters:
        mail.send_many(scope=None, kind="password_reset", letters=letters)
    else:
        mail.pretend(kind="password_reset")
