"""Signing in with a name and a password."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _, ngettext

from .. import audit
from ..models import HeldLogin, User
from ..permissions import scope_for
from ..queries.factors import factors_of
from ..queries.people import may_sign_in, named
from . import held, throttle

WRONG = _("User name or password is wrong.")


def check(*, name: str, password: str) -> User | None:
    """The account that opens with this password; None for every other case alike.

    Exactly one password is hashed, whether the name is known, unknown, switched off or has no
    password yet.
    """
    user = named(name)
    if user is None or not user.has_usable_password():
        make_password(password)
        return None
    return user if user.check_password(password) and may_sign_in(user) else None


def sign_in(*, name: str, password: str, address: str, request_id: str = "") -> User | HeldLogin:
    """`check`, slowed down: the account; or its held login when a second factor is wanted.

    Raises `Refused` with code "wait", "blocked" or "wrong". Of a held login the try is only taken back:
    earlier failures of the account stay counted until the factor is right as well.
    """
    if seconds := throttle.take(throttle.ADDRESS, address):
        raise Refused(_blocked(-(-seconds // 60)), code="blocked")
    if seconds := throttle.take(throttle.ACCOUNT, name):
        raise Refused(_slowed(seconds), code="wait")
    user = check(name=name, password=password)
    if user is None:
        raise Refused(WRONG, code="wrong")
    throttle.give_back(throttle.ADDRESS, address)
    factors = factors_of(user)
    if factors.demanded:
        throttle.give_back(throttle.ACCOUNT, name)
        return held.hold(user=user, factors=factors)
    with transaction.atomic():
        throttle.forgive([name, user.username, user.email])
        audit.record(scope_for(user, request_id=request_id, address=address), "login.success", user)
    return user


def by_link(*, user: User) -> User | HeldLogin:
    """After a link from the person's mailbox set the password: that is what an email code would prove.

    A factor of one's own is asked even so: else a mailbox alone would open the account.
    """
    factors = factors_of(user)
    return held.hold(user=user, factors=factors) if factors.own else user


def _blocked(minutes: int) -> str:
    return ngettext(
        "Too many failed tries from this network. Try again in {n} minute, or use a link by email.",
        "Too many failed tries from this network. Try again in {n} minutes, or use a link by email.",
        minutes,
    ).format(n=minutes)


def _slowed(seconds: int) -> str:
    return ngettext(
        "Too many failed tries. Try again in {n} second, or use a link by email.",
        "Too many failed tries. Try again in {n} seconds, or use a link by email.",
        seconds,
    ).format(n=seconds)
