"""Bringing the broker's accounts to what the table says. One worker at a time, or an old word could
come after a new one and let somebody in who was shut out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.timezone import now

from devices.models import Device, DeviceState
from provisioning.broker.dynsec import Dynsec, Login
from provisioning.models import BrokerAccount

from .accounts import told_by_table

log = logging.getLogger(__name__)

AT_ONCE = 100
LOCK = (0x5C0E, 0)  # our advisory lock


def tell_broker(*, check: bool = False) -> int:
    """Tell the broker every account it has not confirmed; returns how many.

    With `check` it is first asked whom it knows: one that lost its memory is told all again, and
    accounts nobody has any more are removed. Raises `BrokerAway` and `NotTaken`.
    """
    if told_by_table():
        shut = BrokerAccount.objects.filter(enabled=False).exclude(told=F("want"))
        _note_shut_out(list(shut.values_list("pk", flat=True)))
        return BrokerAccount.objects.exclude(told=F("want")).update(told=F("want"))
    if not check and not _owed(1):
        return 0
    with _alone() as ours:
        return _tell(check) if ours else 0


def _tell(check: bool) -> int:
    total = 0
    with Dynsec(settings.MQTT_ADMIN_URL) as line:
        if check:
            _compare(line)
        while owed := _owed(AT_ONCE):
            _tell_some(line, owed)
            total += len(owed)
    return total


def _owed(most: int) -> list[BrokerAccount]:
    return list(BrokerAccount.objects.exclude(told=F("want")).order_by("pk")[:most])


def _tell_some(line: Dynsec, owed: Sequence[BrokerAccount]) -> None:
    allowed = [account.pk for account in owed if account.enabled]
    devices = Device.objects.filter(pk__in=allowed).only("pk", "mac", "secret")
    line.allow([Login(device.mac, device.secret) for device in devices])
    shut = [account for account in owed if not account.enabled]
    line.forbid([account.username for account in shut])
    _note_shut_out([account.pk for account in shut])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE provisioning_brokeraccount a SET told = t.want"
            " FROM unnest(%s::bigint[], %s::int[]) AS t(device_id, want)"
            " WHERE a.device_id = t.device_id AND a.told < t.want",
            [[account.pk for account in owed], [account.want for account in owed]],
        )


def _note_shut_out(device_ids: Sequence[int]) -> None:
    """They are not connected any more; a broker does not pass on the last will of who may not write."""
    DeviceState.objects.filter(pk__in=device_ids, online=True).update(online=False, conn="", since=now())


def _compare(line: Dynsec) -> None:
    """What the broker has against what it confirmed."""
    known = line.macs()
    ours = dict(BrokerAccount.objects.values_list("username", "enabled"))
    lost = [mac for mac, enabled in ours.items() if enabled and mac not in known]
    if lost:
        again = BrokerAccount.objects.filter(username__in=lost, told=F("want")).update(want=F("want") + 1)
        log.warning("the broker had forgotten %s accounts", again)
    line.remove(sorted(known - ours.keys()))


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
        ours = bool(cursor.fetchone()[0])
        try:
            yield ours
        finally:
            if ours:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
