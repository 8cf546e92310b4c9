"""Help for who lost the phone and the recovery codes too: keepers of a login remove its factors."""

from django.db import transaction

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import Passkey, RecoveryCode, TotpApp, User
from ..queries.factors import factors_of
from . import held, mail, sessions, users


@transaction.atomic
def remove_all(*, scope: Scope, user: User) -> None:
    """The password (and an email code, if it is demanded) is all that opens this login now. Raises `Refused`.

    Its person is told, and signed out everywhere: who asked for this may be somebody else.
    """
    users.check_manages(scope, user)
    if user.pk == scope.user_id:
        raise Refused(_("Remove your own under Sign-in & security."), code="own")
    remove_from(scope=scope, user=user)


@transaction.atomic
def remove_from(*, scope: Scope, user: User, to: str = "", site_id: int | None = None) -> None:
    """`remove_all` for an app above that has judged by itself who looks after this login: its residents.

    `to` is where the person is told when not at the address of the login.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if not factors_of(user).own:
        raise Refused(_("This login has no app and no passkey."), code="no-factor")
    for model in (TotpApp, Passkey, RecoveryCode):
        model.objects.filter(user=user).delete()
    held.void_many([user.pk])
    sessions.void_many([user.pk])
    audit.record(scope, "factor.remove", user, before={"factor": "all"}, site_id=site_id)
    if to or user.email:
        mail.send_template(scope=scope, kind="factor_changed", user=user, to=to)
