"""The product's own programs and how they are started, here and in production alike."""

import multiprocessing
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from smartplus.run.places import LOOPBACK, Places, answers
from smartplus.run.programs import Program


@dataclass
class Choice:
    """How a stack differs from a plain demo."""

    port: int | None = None  # of the web; None: 8000 or the next free one, 0: any free one
    broker: str | None = None  # "mosquitto", "amqtt"; None: what there is
    broker_port: int | None = None
    web_workers: int = 1
    web_threads: int = 4
    worker_processes: int = 2
    seed: bool = True  # load the demo data
    postgres: dict[str, str] = field(default_factory=dict)  # further options of the server
    env: dict[str, str] = field(default_factory=dict)  # further settings
    around: Mapping[str, str] | None = None  # the environment to start from; None: ours
    without: frozenset[str] = frozenset()  # programs not to start


def programs(places: Places, env: Mapping[str, str], port: int, choice: Choice) -> list[Program]:
    """All programs of the product but those `choice` goes without."""
    worker = [
        "-m",
        "celery",
        "-A",
        "smartplus",
        "worker",
        "--without-mingle",
        "--without-gossip",
        "-P",
        _pool(),
    ]
    table = {
        "web": _web(port, choice),
        "worker": [*worker, "-c", str(choice.worker_processes), "-Q", "push,default", "-n", "main@%h"],
        # A process of its own, so that a PIN never waits behind an import.
        "worker-bulk": [*worker, "-c", "1", "-Q", "bulk", "-n", "bulk@%h"],
        "beat": ["-m", "celery", "-A", "smartplus", "beat", "-s", str(places.var / "beat.db"), "--pidfile="],
        "ingest": ["manage.py", "ingest"],
        "simulator": ["-m", "provisioning.simulator"],
    }
    simulator = urlsplit(env.get("SIMULATOR_URL", "")).port or 0
    ready = {"web": lambda: _web_answers(port), "simulator": lambda: answers(simulator)}
    return [
        Program(name, [sys.executable, *words], env, ready=ready.get(name, lambda: True))
        for name, words in table.items()
        if name not in choice.without
    ]


def _web(port: int, choice: Choice) -> list[str]:
    listen = ["--host", LOOPBACK, "--port", str(port), "--no-ws", "--no-access-log"]
    size = ["--workers", str(choice.web_workers), "--blocking-threads", str(choice.web_threads)]
    return ["-m", "granian", "--interface", "wsgi", *listen, *size, "smartplus.wsgi:application"]


def _web_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _pool() -> str:
    """Celery's pool: processes as in production, threads where the machine has no shared memory."""
    try:
        multiprocessing.get_context("spawn").Semaphore()
    except OSError:
        return "threads"
    return "prefork"
