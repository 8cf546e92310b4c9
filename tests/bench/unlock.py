"""A door opened from the portal, with a thousand doors connected: POST received to result row committed."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.urls import reverse

from devices.models import Device, DeviceState, Relay
from provisioning.protocol import down, up
from provisioning.sending.probes import probe
from tests.bench.browser import Browser
from tests.bench.ears import deaf
from tests.bench.figures import Figures, in_turn, judged, middle, p95
from tests.bench.fleet import Fleet
from tests.bench.stage import bare

ROUNDS, EACH = 3, 80


def measure(fleet: Fleet) -> Figures:
    """p95 of the product against 25 times (p95 of a bare round trip + a bare commit).

    The bare round trip is the quickest a device answers at all: a question answered by hello.
    """
    browser, done = fleet.browser(fleet.manager), Done(fleet.stack.env["DATABASE_URL"])
    doors = list(Relay.objects.filter(device__site=fleet.sites[0]).values_list("pk", flat=True))
    for _ in range(10):
        unlock(fleet, browser, done, random.choice(doors))
    ours: list[float] = []

    def product() -> float:
        took = [unlock(fleet, browser, done, random.choice(doors)) for _ in range(EACH)]
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


class Done:
    """Hears of each result in the moment it is committed: asking again and again would slow it down."""

    def __init__(self, url: str) -> None:
        self._line = psycopg.connect(url, autocommit=True)
        self._line.execute(
            "CREATE OR REPLACE FUNCTION bench_told() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NOTIFY bench_done; RETURN NULL; END $$"
        )
        self._line.execute(
            "CREATE OR REPLACE TRIGGER bench_told AFTER UPDATE ON devices_command FOR EACH ROW"
            " WHEN (NEW.state = 'done') EXECUTE FUNCTION bench_told()"
        )
        self._line.execute("LISTEN bench_done")

    def wait(self) -> None:
        """Until the next result is committed."""
        if not list(self._line.notifies(timeout=15, stop_after=1)):
            raise AssertionError("no result")


def unlock(fleet: Fleet, browser: Browser, done: Done, relay: int) -> float:
    """Seconds from the POST to the committed result."""
    path = reverse("access:unlock", args=[fleet.sites[0].pk, relay])
    began = time.perf_counter()
    if browser.post(path).status != 302:
        raise AssertionError("the order was not taken")
    done.wait()
    return time.perf_counter() - began


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
