"""Recovery codes, and what every change of a person's own factors brings with it.

Ten codes are drawn with the first factor and go with the last one. They are 49 bits of chance each;
only a digest under the installation's key is kept.
"""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import keyed_index
from smartplus.kernel.words import _

from .. import audit
from ..models import HeldLogin, RecoveryCode, User
from ..queries.factors import factors_of
from . import mail

NUMBER = 10
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is mistaken for something else on paper."""


@transaction.atomic
def renew(*, scope: Scope, user: User) -> list[str]:
    """Ten new codes, shown once; the old ones are void. Raises `Refused` without a factor of one's own."""
    User.objects.select_for_update().get(pk=user.pk)
    if not factors_of(user).own:
        raise Refused(_("Recovery codes come with an app or a passkey. Add one first."), code="no-factor")
    codes = _draw(user)
    audit.record(scope, "recovery.renew", user, after={"codes": NUMBER})
    return codes


def accept(user_id: int, code: str) -> bool:
    """Use up a recovery code; dashes, blanks and capitals do not matter."""
    rows = RecoveryCode.objects.filter(user=user_id, digest=_digest(user_id, code), used_at=None)
    return rows.update(used_at=timezone.now()) == 1


def factor_added(*, scope: Scope, user: User, row: Any) -> list[str]:
    """Write down and tell that a factor was added; the codes to show if it is the first one."""
    first = not RecoveryCode.objects.filter(user=user).exists()
    audit.record(scope, "factor.add", user, after={"factor": row})
    _told(scope, user)
    return _draw(user) if first else []


def factor_removed(*, scope: Scope, user: User, row: Any) -> None:
    """Remove a factor, write it down and tell; the recovery codes go with the last one."""
    audit.record(scope, "factor.remove", user, before={"factor": row})
    row.delete()
    if not factors_of(user).own:
        RecoveryCode.objects.filter(user=user).delete()
    _told(scope, user)


def _told(scope: Scope, user: User) -> None:
    """Logins under way were promised by the old factors: they begin anew."""
    HeldLogin.objects.filter(user=user, closed_at=None).update(closed_at=timezone.now())
    if user.email:
        mail.send_template(scope=scope, kind="factor_changed", user=user)


def _draw(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(SIGNS) for _sign in range(10)) for _n in range(NUMBER)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=_digest(user.pk, code)) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(user_id: int, code: str) -> bytes:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return keyed_index(f"{user_id}:{plain}", "login.recovery")
