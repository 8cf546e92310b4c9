"""A new secret is shown once, to who made it, within a few minutes."""

from __future__ import annotations

from django.core.cache import cache

from devices.models import Device
from smartplus.kernel.scoping import Scope

KEPT = 300  # seconds


def _key(scope: Scope, device: Device) -> str:
    return f"device-secret:{scope.actor_id}:{scope.user_id}:{device.pk}"


def keep_for_showing(*, scope: Scope, device: Device, secret: str) -> None:
    """Let the page that follows show it."""
    cache.set(_key(scope, device), secret, KEPT)


def take_for_showing(*, scope: Scope, device: Device) -> str:
    """The secret to show now and never again; "" when there is none."""
    key = _key(scope, device)
    found: str = cache.get(key, "")
    cache.delete(key)
    return found
