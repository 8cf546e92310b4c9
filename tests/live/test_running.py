"""The ground of all live tests: the product runs, and this process may look inside."""

import time
import urllib.request

from django.core.cache import cache
from django.db import connection

from smartplus.doctor import examine
from smartplus.run.stack import Stack
from smartplus.tasks import HEARTBEAT, heartbeat
from tests.waiting import until


def test_the_portal_answers(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.url}/healthz", timeout=10) as answer:
        assert answer.status == 200
        assert answer.headers["X-Request-ID"]


def test_a_task_sent_from_here_is_done_by_a_worker(inside: Stack) -> None:
    began = time.time()
    heartbeat.delay()
    until(lambda: (cache.get(HEARTBEAT) or 0) > began, timeout=20, message="no worker took it")


def test_here_and_there_see_the_same_rows(inside: Stack) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), count(*) FROM django_migrations")
        name, count = cursor.fetchone()
    assert name.startswith("live_") and count > 10


def test_ingest_can_be_killed_and_comes_back(inside: Stack) -> None:
    inside.kill("ingest")
    cache.delete("heartbeat:ingest")
    inside.restart("ingest")
    until(lambda: cache.get("heartbeat:ingest"), timeout=20, message="ingest gives no sign of life")


def test_the_doctor_finds_nothing(inside: Stack) -> None:
    found = until(
        lambda: (findings := examine()) and all(f.well for f in findings if f.part != "static") and findings,
        timeout=30,
        message="the doctor is not content",
        every=1,
    )
    assert {finding.part for finding in found} >= {"database", "broker", "worker", "beat", "ingest", "mail"}
