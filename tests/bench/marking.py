"""One access change for 10,000 devices against the bare UPDATE of as many rows of both tables."""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.utils.timezone import now

from access.models import AccessRight, Subject
from access.services.credentials import set_pins
from accounts.models import Role, User
from accounts.permissions import scope_for
from devices.models import DeviceSync
from smartplus.run.stack import Stack
from tests.bench.bare.update import CONFIRM
from tests.bench.crowd import insert
from tests.bench.figures import Figures, in_turn, judged, middle
from tests.bench.stage import bare

ROUNDS, EACH = 3, 3


def measure(stack: Stack) -> Figures:
    """The service call that gives somebody a new PIN, commit included, against both bare UPDATEs."""
    person = Subject.objects.order_by("pk").first()
    assert person is not None
    _on_every_device(person.pk)
    devices = AccessRight.objects.filter(subject=person.pk).count()
    manager = User.objects.get(role=Role.PROPERTY_MANAGER)
    pins = iter(range(300_000, 400_000))
    plain: list[float] = []
    ours: list[float] = []

    def product() -> float:
        ours.extend(_change(manager, person, str(next(pins))) for _ in range(EACH))
        return middle(ours)

    def update() -> float:
        plain.extend(bare("update", stack, person.pk, EACH))
        return middle(plain)

    in_turn(ROUNDS, update, product)
    return judged(
        middle(ours) / middle(plain),
        "<= 4",
        "time, set_pins / bare UPDATE of both tables",
        devices=devices,
        seconds={"product": ours, "bare": plain},
    )


def _on_every_device(subject: int) -> None:
    """The person is on all devices, and each has confirmed it."""
    AccessRight.objects.filter(subject=subject).delete()
    insert(
        AccessRight,
        {
            "site_id": "d.site_id", "device_id": "d.id", "place": "1", "kind": "'person'",
            "subject": str(subject), "want": "d.id", "held": "d.id", "held_at": "now()", "sent_at": "now()",
        },
        "FROM devices_device d",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE access_accessright")


def _change(manager: User, person: Subject, pin: str) -> float:
    scope, residency = scope_for(manager), person.residency
    assert residency is not None
    before = now()
    began = time.perf_counter()
    set_pins(scope=scope, site=residency.site, pins={residency.pk: pin})
    took = time.perf_counter() - began
    marked = DeviceSync.objects.filter(part="access", due_at__gte=before).count()
    if marked != DeviceSync.objects.filter(part="access").count():
        raise AssertionError(f"{marked} devices are marked")
    _confirm()
    return took


def _confirm() -> None:
    """As the devices would: outside of the measure."""
    with connection.cursor() as cursor:
        with transaction.atomic():
            for statement in CONFIRM:
                cursor.execute(
                    statement.replace("bench_right", AccessRight._meta.db_table).replace(
                        "bench_sync", DeviceSync._meta.db_table
                    )
                )
        cursor.execute("VACUUM access_accessright")
        cursor.execute("VACUUM devices_devicesync")
