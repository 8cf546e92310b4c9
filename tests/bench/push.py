"""One PIN changed for a group on 500 doors, until all 500 have acknowledged."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.urls import reverse

from access.models import Grant
from provisioning.mqtt import Connection
from tests.bench.browser import Browser
from tests.bench.ears import deaf
from tests.bench.figures import Figures, in_turn, judged, middle
from tests.bench.fleet import Fleet, doors_of, draw, owed, owed_of
from tests.bench.stage import bare
from tests.waiting import until

ROUNDS = 7
Message = tuple[str, str]


def measure(fleet: Fleet) -> Figures:
    """Throughput of the product against a bare publisher with the same bodies and the same clients.

    Product: from the POST of the resident's form to the commit of the last door's answer.
    Bare: from the first publish to the last answer.
    """
    browser = fleet.browser(fleet.manager)
    doors = doors_of(fleet.subject)
    change(fleet, browser)
    bodies = record(fleet, browser)
    if len(bodies) != doors:
        raise AssertionError(f"{len(bodies)} messages for {doors} doors")
    plain, ours = in_turn(ROUNDS, lambda: publish(fleet, bodies), lambda: change(fleet, browser))
    ratio = middle(plain) / middle(ours)
    return judged(
        ratio,
        ">= 0.3",
        "throughput, product / bare publisher",
        doors=doors,
        seconds={"product": ours, "bare": plain},
        doors_per_second={"product": doors / middle(ours), "bare": doors / middle(plain)},
        best={"product": min(ours), "bare": min(plain)},
    )


def change(fleet: Fleet, browser: Browser) -> float:
    """Give the person another PIN; seconds until every door has confirmed it."""
    until(lambda: not owed(), timeout=60, every=0.1, message="something is still owed")
    subject = fleet.subject
    path = reverse("access:resident", args=[fleet.sites[0].pk, fleet.person.pk])
    groups = Grant.objects.filter(subject=subject).values_list("group_id", flat=True)
    form = [("pin", str(random.randint(100_000, 899_999))), ("cards", "")]
    form += [("access_groups", str(group)) for group in groups]
    began = time.perf_counter()
    answer = browser.post(path, form)
    if answer.status != 302:
        raise AssertionError("the form was not taken")
    until(lambda: not owed_of(subject), timeout=60, every=0.003, message="a door does not answer")
    return time.perf_counter() - began


def record(fleet: Fleet, browser: Browser) -> list[Message]:
    """What goes to the doors for one such change."""
    heard: list[Message] = []
    line = Connection(
        settings.MQTT_URL, "record", lambda message: heard.append((message.topic, message.payload.decode()))
    ).open()
    line.subscribe("sp/1/down/+/state")
    change(fleet, browser)
    line.close()
    return [(topic, body) for topic, body in heard if '"access"' in body]


def publish(fleet: Fleet, bodies: list[Message]) -> float:
    """The same bodies, each with a new number so that each door has to keep it; seconds."""
    numbers = iter(draw(len(bodies)))
    told = []
    for topic, body in bodies:
        parsed = json.loads(body)
        for item in parsed["items"]:
            item["n"] = next(numbers)
        told.append((topic, json.dumps(parsed, separators=(",", ":"))))
    with TemporaryDirectory() as folder, deaf(fleet.stack):
        file = Path(folder) / "messages.json"
        file.write_text(json.dumps(told))
        return float(bare("publisher", fleet.stack, file))
