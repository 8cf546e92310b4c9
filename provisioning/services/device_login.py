"""How a device signs in over HTTP: Basic, its MAC and its secret; only for what is its own."""

from __future__ import annotations

import base64
import binascii
import hmac

from django.core.cache import cache

from provisioning.models import BrokerAccount

from .accounts import secret_hash

MOST_FAILURES = 30  # of one address within a minute
NOBODY = b"\0" * 32


class NotThere(Exception):
    """There is no such device here."""


class NotSignedIn(Exception):
    """The secret is missing or wrong."""


class TooOften(Exception):
    """This address failed too often just now."""


def sign_in(*, mac: str, authorization: str, address: str) -> int:
    """The id of the device `mac`, proven by the request's Authorization header.

    `address` is where the request comes from: who fails there too often is not listened to for a
    minute. Raises `TooOften`, `NotThere` for a MAC that hangs nowhere, `NotSignedIn`.
    """
    key = f"device-login:{address}"
    if cache.get(key, 0) >= MOST_FAILURES:
        raise TooOften
    account = BrokerAccount.objects.filter(username=mac, enabled=True).first()
    name, secret = credentials(authorization)
    known = bytes(account.password_hash) if account is not None else NOBODY
    right = hmac.compare_digest(known, secret_hash(secret)) and hmac.compare_digest(
        name.encode(), mac.encode()
    )
    if account is not None and right:
        return account.device_id
    _note_failure(key)
    raise NotThere if account is None else NotSignedIn


def credentials(authorization: str) -> tuple[str, str]:
    """Name and password of a Basic header, empty when there are none."""
    scheme, _, code = authorization.partition(" ")
    if scheme.lower() != "basic" or len(code) > 1000:
        return "", ""
    try:
        name, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _note_failure(key: str) -> None:
    cache.add(key, 0, timeout=60)
    try:
        cache.incr(key)
    except ValueError:  # it ran out just now
        cache.set(key, 1, timeout=60)
