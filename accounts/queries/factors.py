"""What a person has besides the password, and what is asked of them."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from ..models import HeldLogin, Passkey, RecoveryCode, TotpApp, User

HELD_FOR = timedelta(minutes=20)
"""How long a right password waits for its second factor."""


@dataclass(frozen=True)
class Factors:
    """`own`: set up by the person; `email`: demanded by those who look after the login."""

    app: bool
    passkeys: bool
    email: bool

    @property
    def own(self) -> bool:
        """Whether the person has set up one of their own: it is stronger, and asked instead of email."""
        return self.app or self.passkeys

    @property
    def demanded(self) -> bool:
        """Whether a password alone does not let in."""
        return self.own or self.email


def factors_of(user: User) -> Factors:
    """What this login has, as of now: two small queries."""
    return Factors(
        app=TotpApp.objects.filter(user=user.pk).exists(),
        passkeys=Passkey.objects.filter(user=user.pk).exists(),
        email=user.code_demanded,
    )


def has_own(user_id: int) -> bool:
    """Whether this person has set up an app or a passkey; one query."""
    own = Exists(TotpApp.objects.filter(user=OuterRef("pk"))) | Exists(
        Passkey.objects.filter(user=OuterRef("pk"))
    )
    return bool(User.objects.filter(own, pk=user_id).exists())


def recovery_left(user_id: int) -> int:
    """How many recovery codes are not used yet."""
    return RecoveryCode.objects.filter(user=user_id, used_at=None).count()


def passkeys_of(user_id: int) -> list[Passkey]:
    """The passkeys of a person, oldest first."""
    return list(Passkey.objects.filter(user=user_id))


def held_login(held_id: int | None) -> HeldLogin | None:
    """The held login by id while its second factor may still come, with its user."""
    if not held_id:
        return None
    rows = HeldLogin.objects.select_related("user__organisation")
    return rows.filter(pk=held_id, closed_at=None, created_at__gt=timezone.now() - HELD_FOR).first()
