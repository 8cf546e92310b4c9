"""A door opened from the portal, with a thousand doors connected: POST received to result row committed."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.urls import reverse

from devices.models import Device, DeviceState, Relay
from provisioning.protocol import down, up
from provisioning.sending.probes import probe
from tests.bench.browser import Browser
from tests.bench.ears import deaf
from tests.bench.figures import Figures, in_turn, judged, middle, p95
from tests.bench.fleet import Fleet
from tests.bench.stage import bare
from tests.waiting import until

ROUNDS, EACH = 3, 80


def measure(fleet: Fleet) -> Figures:
    """p95 of the product against 25 times (p95 of a bare round trip + a bare commit).

    The bare round trip is the quickest a device answers at all: a question answered by hello.
    """
    browser = fleet.browser(fleet.manager)
    doors = list(Relay.objects.filter(device__site=fleet.sites[0]).values_list("pk", flat=True))
    for _ in range(10):
        unlock(fleet, browser, random.choice(doors))
    ours: list[float] = []

    def product() -> float:
        took = [unlock(fleet, browser, random.choice(doors)) for _ in range(EACH)]
        ours.extend(took)
        return p95(took)

    trips, _ = in_turn(ROUNDS, lambda: round_trip(fleet), product)
    commits = bare("commit", fleet.stack, 300)
    least = middle(trips) + middle(commits)
    return judged(
        p95(ours) / least,
        "<= 25",
        "p95, product / (bare round trip + bare commit)",
        connected=DeviceState.objects.filter(online=True).count(),
        milliseconds={
            "product_p95": p95(ours) * 1000,
            "product_median": middle(ours) * 1000,
            "bare_round_trip_p95": middle(trips) * 1000,
            "bare_commit": middle(commits) * 1000,
        },
    )


def unlock(fleet: Fleet, browser: Browser, relay: int) -> float:
    """Seconds from the POST to the committed result."""
    path = reverse("access:unlock", args=[fleet.sites[0].pk, relay])
    last = _last()
    began = time.perf_counter()
    if browser.post(path).status != 302:
        raise AssertionError("the order was not taken")
    until(lambda: _done_since(last), timeout=15, every=0.001, message="no result")
    return time.perf_counter() - began


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM devices_command")
        return int(cursor.fetchone()[0])


def _done_since(last: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM devices_command WHERE id > %s AND state = 'done'", [last])
        return cursor.fetchone() is not None


def round_trip(fleet: Fleet) -> float:
    """p95 of the seconds of bare round trips to the same devices."""
    rows = Device.objects.filter(site=fleet.sites[0]).select_related("now").order_by("?")[: 2 * EACH]
    messages = []
    for device in rows:
        topic, body = probe(device.mac, device.now.store)
        assert topic == down(device.mac, "state")
        messages.append((topic, body.decode(), up(device.mac, "hello")))
    with TemporaryDirectory() as folder, deaf(fleet.stack):
        file = Path(folder) / "messages.json"
        file.write_text(json.dumps(messages))
        return p95(bare("roundtrip", fleet.stack, file))
