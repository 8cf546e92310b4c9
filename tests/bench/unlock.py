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
from tests.bench.figures import Figures, judged, middle, p95
from tests.bench.fleet import Fleet
from tests.bench.stage import bare

ROUNDS, EACH, TRIPS = 6, 60, 400
# Each round trip of the bare program has ingest started anew: as many orders until its connection, and those
# of the web's threads, have their statements prepared. A portal that runs for a day has them.
WARM = 30


def measure(fleet: Fleet) -> Figures:
    """p95 of the product against 25 times (p95 of a bare round trip + a bare commit).

    The bare round trip is the quickest a device answers at all: a question answered by hello.
    """
    browser, done = fleet.browser(fleet.manager), Done(fleet.stack.env["DATABASE_URL"])
    doors = list(Relay.objects.filter(device__site=fleet.sites[0]).values_list("pk", flat=True))
    trips: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):  # in turn, so that a machine that slows down slows both
        trips += round_trips(fleet)
        ours += [unlock(fleet, browser, done, random.choice(doors)) for _ in range(WARM + EACH)][WARM:]
    commits = bare("commit", fleet.stack, 300)
    least = p95(trips) + middle(commits)
    return judged(
        p95(ours) / least,
        "<= 25",
        "p95, product / (bare round trip + bare commit)",
        connected=DeviceState.objects.filter(online=True).count(),
        milliseconds={
            "product_p95": p95(ours) * 1000,
            "product_median": middle(ours) * 1000,
            "bare_round_trip_p95": p95(trips) * 1000,
            "bare_commit": middle(commits) * 1000,
        },
    )


class Done:
    """Hears of each result in the moment it is committed: asking again and again would slow it down.

    Hears as well when the door's own event is written, so that an order begins when nothing of the one
    before is under way any more: so do the bare round trips.
    """

    def __init__(self, url: str) -> None:
        self._line = psycopg.connect(url, autocommit=True)
        self._line.execute(
            "CREATE OR REPLACE FUNCTION bench_told() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_notify('bench', TG_ARGV[0]); RETURN NULL; END $$"
        )
        self._line.execute(
            "CREATE OR REPLACE TRIGGER bench_told AFTER UPDATE ON devices_command FOR EACH ROW"
            " WHEN (NEW.state = 'done') EXECUTE FUNCTION bench_told('result')"
        )
        self._line.execute(
            "CREATE OR REPLACE TRIGGER bench_told AFTER UPDATE OF seen_seq ON devices_devicestate"
            " FOR EACH ROW EXECUTE FUNCTION bench_told('event')"
        )
        self._line.execute("LISTEN bench")
        self._heard: list[str] = []

    def wait(self, what: str) -> None:
        """Until the next `result` or `event` is committed; what comes along with it is remembered."""
        while what not in self._heard:
            news = [told.payload for told in self._line.notifies(timeout=15, stop_after=1)]
            if not news:
                raise AssertionError(f"no {what}")
            self._heard.extend(news)
        self._heard = self._heard[self._heard.index(what) + 1 :]


def unlock(fleet: Fleet, browser: Browser, done: Done, relay: int) -> float:
    """Seconds from the POST to the committed result."""
    path = reverse("access:unlock", args=[fleet.sites[0].pk, relay])
    began = time.perf_counter()
    if browser.post(path).status != 302:
        raise AssertionError("the order was not taken")
    done.wait("result")
    took = time.perf_counter() - began
    done.wait("event")
    return took


def round_trips(fleet: Fleet) -> list[float]:
    """The seconds of bare round trips to the same devices."""
    rows = Device.objects.filter(site=fleet.sites[0]).select_related("now").order_by("?")[:TRIPS]
    messages = []
    for device in rows:
        topic, body = probe(device.mac, device.now.store)
        assert topic == down(device.mac, "state")
        messages.append((topic, body.decode(), up(device.mac, "hello")))
    with TemporaryDirectory() as folder, deaf(fleet.stack):
        file = Path(folder) / "messages.json"
        file.write_text(json.dumps(messages))
        took: list[float] = bare("roundtrip", fleet.stack, file)
        return took
