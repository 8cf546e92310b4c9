"""Signing in with a name and a password."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from smartplus.kernel.errors import Refused

from .. import audit
from ..models import User
from ..permissions import scope_for
from ..queries.people import may_sign_in, named
from . import throttle

WRONG = "User name or password is wrong."


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


def sign_in(*, name: str, password: str, address: str, request_id: str = "") -> User:
    """`check`, slowed down. Raises `Refused` with code "wait", "blocked" or "wrong"."""
    if seconds := throttle.take(throttle.ADDRESS, address):
        wait = _some(-(-seconds // 60), "minute")
        raise Refused(
            f"Too many failed tries from this network. Try again in {wait}, or use a link by email.",
            code="blocked",
        )
    if seconds := throttle.take(throttle.ACCOUNT, name):
        raise Refused(
            f"Too many failed tries. Try again in {_some(seconds, 'second')}, or use a link by email.",
            code="wait",
        )
    user = check(name=name, password=password)
    if user is None:
        raise Refused(WRONG, code="wrong")
    with transaction.atomic():
        throttle.give_back(throttle.ADDRESS, address)
        throttle.forgive([name, user.username, user.email])
        audit.record(scope_for(user, request_id=request_id, address=address), "login.success", user)
    return user


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
