"""An app with six digits: set up, asked, switched off. Each time step is accepted once."""

import base64
import binascii
import os
from dataclasses import dataclass
from hmac import compare_digest
from time import time
from urllib.parse import quote, urlencode

from django.db import transaction
from django_otp.oath import hotp

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import decrypt, encrypt
from smartplus.kernel.words import _

from ..models import TotpApp, User
from . import recovery

STEP = 30
ISSUER = "SmartPlus"
AGE = 900
"""Seconds that the page with the QR code may stay open."""


@dataclass(frozen=True)
class Draft:
    """A secret that does not count yet; `sealed` goes through the browser and comes back with a code."""

    secret: str
    sealed: str


def draft(user: User) -> Draft:
    """A new secret for this person's app. Nothing is written until a code proves that the app has it."""
    secret = base64.b32encode(os.urandom(20)).decode()
    return Draft(secret, _seal(user, secret))


def reopened(user: User, sealed: str) -> Draft:
    """The draft behind `sealed`, for a page shown anew; a fresh one when it is another's or too old."""
    secret = _unseal(user, sealed)
    return Draft(secret, sealed) if secret else draft(user)


def address_of(user: User, secret: str) -> str:
    """What the QR code says to an app."""
    label = quote(f"{ISSUER}:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


@transaction.atomic
def add(*, scope: Scope, user: User, sealed: str, code: str) -> list[str]:
    """The app counts from now on. Answers recovery codes when it is the first factor. Raises `Refused`."""
    secret = _unseal(user, sealed)
    if not secret:
        raise Refused(_("This page was open for too long. Scan the new picture."), field="code", code="stale")
    step = _matching(secret, code, after=0)
    if step is None:
        raise Refused(_("This is not the code the app shows now."), field="code", code="wrong")
    User.objects.select_for_update().get(pk=user.pk)
    if TotpApp.objects.filter(user=user).exists():
        raise Refused(_("There is an app already. Remove it first."), code="there-already")
    app = TotpApp.objects.create(user=user, secret=secret, last_step=step)
    return recovery.factor_added(scope=scope, user=user, row=app)


@transaction.atomic
def remove(*, scope: Scope, user: User) -> None:
    """The app's codes are worth nothing from now on."""
    app = TotpApp.objects.select_for_update().filter(user=user).first()
    if app is None:
        raise Refused(_("There is no app."), code="gone")
    recovery.factor_removed(scope=scope, user=user, row=app)


def accept(user_id: int, code: str) -> bool:
    """Use up a code of the person's app: one step early or late is forgiven, the same one twice is not."""
    app = TotpApp.objects.filter(user=user_id).first()
    step = _matching(app.secret, code, after=app.last_step) if app else None
    if app is None or step is None:
        return False
    return TotpApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def _matching(secret: str, code: str, after: int) -> int | None:
    key, now = base64.b32decode(secret), int(time()) // STEP
    found = None
    for step in (now - 1, now, now + 1):
        right = compare_digest(f"{hotp(key, step):06d}".encode(), code.encode())
        if right and step > after:
            found = step
    return found


def _seal(user: User, secret: str) -> str:
    sealed = encrypt(f"{int(time())} {secret}", f"totp.draft.{user.pk}")
    return base64.urlsafe_b64encode(sealed).decode()


def _unseal(user: User, sealed: str) -> str:
    try:
        drawn = decrypt(base64.urlsafe_b64decode(sealed), f"totp.draft.{user.pk}")
    except (ValueError, binascii.Error):
        return ""
    at, _blank, secret = drawn.partition(" ")
    return secret if time() - int(at) < AGE else ""
