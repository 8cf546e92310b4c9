"""What `manage.py doctor` looks at: each part is asked to do what it is there for."""

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from provisioning.ingest.loop import HEARTBEAT as INGEST_HEARTBEAT
from provisioning.mqtt import Address, make_client
from provisioning.services import health
from smartplus.tasks import HEARTBEAT

SILENT_AFTER = 60.0  # seconds without a heartbeat
LEAST_DISK = 2 * 1024**3
LEAST_SHARE = 0.05
QUEUES = {"push", "default", "bulk"}


class Sick(Exception):
    """Something is wrong: what it is, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    part: str
    well: bool
    text: str


def examine(parts: Collection[str] = ()) -> list[Finding]:
    """Look at `parts`, all of them when none are named. One that fails does not keep the next from
    being looked at."""
    return [_look(part, check) for part, check in CHECKS.items() if not parts or part in parts]


def _look(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, check())
    except Sick as sick:
        return Finding(part, False, f"{sick.what}. {sick.mend}")
    except Exception as error:  # whatever a library raises: the doctor reports, it does not fall ill
        first = (str(error).splitlines() or [""])[0].rstrip(".")
        return Finding(part, False, f"{first or type(error).__name__}. {HINTS.get(part, 'See its log.')}")


def _database() -> str:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())")
        version, clock = cursor.fetchone()
    took = (time.perf_counter() - began) * 1000
    if abs(float(clock) - time.time()) > 5:
        apart = abs(float(clock) - time.time())
        raise Sick(f"its clock and ours are {apart:.0f} s apart", "Let both machines keep time by NTP")
    return f"PostgreSQL {version}, answers in {took:.1f} ms"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise Sick(f"{len(plan)} not applied, the first is {plan[0][0]}", "Run: manage.py migrate")
    return "all applied"


def _queue() -> str:
    mark = uuid.uuid4().hex
    cache.set("doctor", mark, 10)
    if cache.get("doctor") != mark:
        raise Sick("the cache does not keep what it is told", "Look at its memory limit and its log")
    return "queue and cache answer"


def _broker() -> str:
    return f"{urlsplit(settings.MQTT_URL).hostname}: a message came back in {_round_trip() * 1000:.1f} ms"


def _round_trip() -> float:
    """Seconds from publishing a message to receiving it."""
    topic = f"sp/1/doctor/{uuid.uuid4().hex}"
    subscribed, received, refusal = threading.Event(), threading.Event(), list[str]()
    address = Address.of(settings.MQTT_URL)
    client = make_client(address, "doctor")

    def on_connect(
        client: paho.Client, data: object, flags: object, code: object, properties: object
    ) -> None:
        if str(code) == "Success":
            client.subscribe(topic, qos=1)
        else:
            refusal.append(str(code))

    client.on_connect = on_connect
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda *_: received.set()
    client.connect(address.host, address.port, keepalive=10)
    client.loop_start()
    try:
        if not subscribed.wait(5):
            why = refusal[0] if refusal else "no answer"
            raise Sick(f"it does not let us in ({why})", "Check the account in MQTT_URL")
        began = time.perf_counter()
        client.publish(topic, b"1", qos=1)
        if not received.wait(5):
            raise Sick("our message did not come back", "The account in MQTT_URL must reach all of sp/1/#")
        return time.perf_counter() - began
    finally:
        client.disconnect()
        client.loop_stop()


def _worker() -> str:
    answers = current_app.control.inspect(timeout=2).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    if not served:
        raise Sick("no worker answers", "Start: celery -A smartplus worker -Q push,default,bulk")
    if missing := sorted(QUEUES - served):
        raise Sick(f"nobody works on {', '.join(missing)}", "Start a worker with -Q " + ",".join(missing))
    return f"{len(answers)} answer, all queues are served"


def _heartbeat(key: str, start: str) -> Callable[[], str]:
    def check() -> str:
        last = cache.get(key)
        if last is None:
            raise Sick("has given no sign of life", f"Start: {start}")
        age = time.time() - float(last)
        if age > SILENT_AFTER:
            raise Sick(f"has been silent for {age:.0f} s", f"Look at its log, restart: {start}")
        return f"sign of life {age:.0f} s ago"

    return check


def _pushes() -> str:
    if late := health.overdue():
        raise Sick(
            f"{late} part(s) of devices on line wait to be sent", "Look at the worker of the queue push"
        )
    return f"none overdue; {health.untold_accounts()} device accounts still to be told to the broker"


def _mail() -> str:
    place = getattr(settings, "EMAIL_FILE_PATH", None) or settings.EMAIL_HOST
    mailer = get_connection()
    mailer.open()
    mailer.close()
    return f"{settings.EMAIL_BACKEND.split('.')[-2]}: {place}"


def _disk() -> str:
    place = Path(settings.VAR)
    usage = shutil.disk_usage(place if place.exists() else place.parent)
    text = f"{usage.free / 1024**3:.1f} GB free of {usage.total / 1024**3:.0f} GB"
    if usage.free < LEAST_DISK or usage.free < LEAST_SHARE * usage.total:
        raise Sick(f"only {text} at {place}", "Make room, or shorten LOG_DAYS")
    return text


def _static() -> str:
    if settings.DEBUG:
        return "served from their sources (DEBUG)"
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise Sick("not collected", "Run: manage.py prepare")
    return "collected"


HINTS = {
    "database": "Is it running, and is DATABASE_URL right?",
    "migrations": "Mend the database first.",
    "queue": "Is it running, and is REDIS_URL right?",
    "broker": "Is it running, and is MQTT_URL right?",
    "worker": "Mend the queue first.",
    "beat": "Mend the queue first.",
    "ingest": "Mend the queue first.",
    "pushes": "Mend the database first.",
    "mail": "Is EMAIL_URL right?",
}
CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "broker": _broker,
    "worker": _worker,
    "beat": _heartbeat(HEARTBEAT, "celery -A smartplus beat (one, never two), and a worker for its tasks"),
    "ingest": _heartbeat(INGEST_HEARTBEAT, "manage.py ingest"),
    "pushes": _pushes,
    "mail": _mail,
    "static": _static,
    "disk": _disk,
}
