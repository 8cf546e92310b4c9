"""Who may sign in at the broker: one account a device, its MAC and its secret.

The table is the truth. A broker that asks it needs nothing else; Mosquitto is told what differs
(`told` behind `want`), again and again until it has confirmed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts import audit
from devices.models import Device
from provisioning.models import BrokerAccount
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import draw_secret
from smartplus.kernel.words import _

from .hurry import hurry_accounts


def secret_hash(secret: str) -> bytes:
    """What the table keeps of a secret. They are long and random, so one round is enough."""
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def open_accounts(device_ids: Collection[int]) -> None:
    """Let these devices sign in with the secrets they have now."""
    devices = Device.objects.filter(pk__in=device_ids).only("pk", "mac", "secret")
    wanted = {device.pk: (device.mac, secret_hash(device.secret)) for device in devices}
    known = {row.device_id: row for row in BrokerAccount.objects.select_for_update().filter(pk__in=wanted)}
    fresh = []
    for device_id, (mac, digest) in wanted.items():
        account = known.get(device_id)
        if account is None:
            fresh.append(BrokerAccount(device_id=device_id, username=mac, password_hash=digest))
            continue
        account.password_hash, account.enabled, account.want = digest, True, account.want + 1
    BrokerAccount.objects.bulk_create(fresh, batch_size=1000)
    fields = ["password_hash", "enabled", "want"]
    BrokerAccount.objects.bulk_update(known.values(), fields, batch_size=1000)
    hurry_accounts()


@transaction.atomic
def close_accounts(device_ids: Collection[int]) -> None:
    """Shut these devices out, at once also those that are connected."""
    BrokerAccount.objects.filter(pk__in=device_ids).update(enabled=False, want=F("want") + 1)
    hurry_accounts()


@transaction.atomic
def rotate_secret(*, scope: Scope, device: Device) -> str:
    """Give a device a new secret and return it. The old one stops working at once.

    Raises `Refused` for a device that hangs nowhere.
    """
    device = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if device.site_id is None:
        raise Refused(_("This device hangs at no site."), code="no-site")
    device.secret = draw_secret()
    device.save(update_fields=["secret"])
    audit.record(
        scope,
        "device.secret",
        device,
        before={"secret": ""},
        after={"secret": audit.SECRET},
        site_id=device.site_id,
    )
    open_accounts([device.pk])
    return str(device.secret)


def told_by_table() -> bool:
    """Whether the broker asks our table by itself."""
    return bool(settings.MQTT_ACCOUNTS == "table")
