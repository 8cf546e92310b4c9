"""Property managers link the accounts that several installers gave them, and change between them.

A link is made by the password of the other account (and its second factor), and holds as long as both
are opened as on that day. Nothing else is shared: rights, sites and the trail stay apart.
"""

from django.db import transaction
from django.db.models import Q

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import AccountLink, HeldLogin, Role, User
from ..permissions import scope_for
from ..queries import linking as queries
from ..queries.factors import factors_of
from ..queries.people import account_by_id
from . import login, telling

MOST = 20
"""Accounts that one may be linked to."""
ENDED = _("This link has ended, because a password or second factor has changed. Link the accounts again.")


def prove(*, scope: Scope, name: str, password: str) -> User | HeldLogin:
    """The property manager's account that opens with this password; or its held login, whose second
    factor is wanted first. Raises `Refused`, as the login does.

    A wrong one counts like a failed login, so call this outside the transaction of the change.
    """
    _check_own(scope)
    return login.sign_in(name=name, password=password, address=scope.address, request_id=scope.request_id)


@transaction.atomic
def link(*, scope: Scope, other: User) -> AccountLink:
    """Link the own account to one that `prove` has just let in. Raises `Refused`.

    The installers of both get a letter, each about its own account.
    """
    _check_own(scope)
    own: User = User.objects.select_related("organisation").get(pk=scope.user_id)
    if other.role != Role.PROPERTY_MANAGER:
        raise Refused(_("Only accounts of property managers can be linked."), field="username", code="role")
    if other.pk == own.pk:
        raise Refused(_("This is the account you are signed in to."), field="username", code="same")
    AccountLink.objects.filter(Q(user=own, other=other) | Q(user=other, other=own)).delete()
    if AccountLink.objects.filter(user=own).count() >= MOST:
        raise Refused(_("At most {n} accounts can be linked.").format(n=MOST), code="too-many")
    marks = {own.pk: queries.mark_of(own), other.pk: queries.mark_of(other)}
    made = [
        AccountLink(user=user, other=with_, user_mark=marks[user.pk], other_mark=marks[with_.pk])
        for user, with_ in ((own, other), (other, own))
    ]
    AccountLink.objects.bulk_create(made)
    _tell(scope, "link.add", own, other)
    telling.linked(own)
    telling.linked(other)
    return made[0]


@transaction.atomic
def unlink(*, scope: Scope, link: AccountLink) -> None:
    """End a link, for both sides."""
    _check_own(scope)
    if link.user_id != scope.user_id:
        raise Refused(_("This link is not yours."), code="not-allowed")
    pair = Q(user=link.user_id, other=link.other_id) | Q(user=link.other_id, other=link.user_id)
    AccountLink.objects.filter(pair).delete()
    _tell(scope, "link.remove", link.user, link.other)


def forget(user: User) -> None:
    """This account has another password: nobody comes in by a link any more, nor goes out by one."""
    AccountLink.objects.filter(Q(user=user) | Q(other=user)).delete()


@transaction.atomic
def change_over(*, scope: Scope, link: AccountLink) -> User:
    """The linked account, to be signed in to without its password. Raises `Refused`."""
    _check_own(scope)
    if link.user_id != scope.user_id or not queries.holds(link):
        raise Refused(ENDED, code="ended")
    other = account_by_id(link.other_id)
    if other is None or other.role != Role.PROPERTY_MANAGER:
        raise Refused(_("This account is switched off."), code="switched-off")
    if factors_of(other).demanded and not factors_of(link.user).demanded:
        raise Refused(
            _("This account asks for a second factor. Sign in to it directly."), code="second-factor"
        )
    _tell(scope, "login.switch_linked", link.user, other)
    return other


def _check_own(scope: Scope) -> None:
    if scope.acting or scope.role != Role.PROPERTY_MANAGER:
        raise Refused(_("Only a property manager links the own accounts."), code="not-allowed")


def _tell(scope: Scope, verb: str, own: User, other: User) -> None:
    """Into both trails, each about its own account: no installer learns of the other."""
    audit.record(scope, verb, own)
    theirs = scope_for(other, request_id=scope.request_id, address=scope.address)
    audit.record(theirs, verb, other)
