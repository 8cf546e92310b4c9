"""What a simulator process needs around it: a broker that asks for secrets, and a portal with a list."""

import base64
import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from provisioning.protocol import Hello, Message, decode, down, encode, read_topic
from provisioning.simulator.client import Simulator
from smartplus.run.broker import SERVICES, Broker
from smartplus.run.places import Places, free_port
from smartplus.run.programs import Child, Program, start
from tests.broker.client import Client
from tests.broker.test_amqtt import TABLE
from tests.waiting import until

MACS = [f"0C110500000{number}" for number in range(3)]
TOKEN = "token of the simulator"


def secret_of(mac: str) -> str:
    return f"secret of {mac}"


class Accounts:
    """The table the broker asks, in a database of its own."""

    def __init__(self) -> None:
        self._server = os.environ["DATABASE_URL"]
        self._name = f"simulator_{os.getpid()}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self._name}")
        self.database = make_conninfo(self._server, dbname=self._name)
        with psycopg.connect(self.database) as connection:
            connection.execute(TABLE)
            rows = [(mac, hashlib.sha256(secret_of(mac).encode()).digest()) for mac in MACS]
            connection.cursor().executemany("INSERT INTO provisioning_brokeraccount VALUES (%s, %s)", rows)

    def drop(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")


class Portal:
    """Lists devices and serves their AutoP files; `asked` counts the answers by status."""

    def __init__(self) -> None:
        self.devices: list[dict[str, Any]] = []
        self.asked: dict[int, int] = {}
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, tag = portal.answer(self.path, self.headers)
                portal.asked[status] = portal.asked.get(status, 0) + 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if tag:
                    self.send_header("ETag", tag)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str, headers: Any) -> tuple[int, bytes, str | None]:
        if path == "/d/simulator/fleet":
            return self._fleet(headers)
        for mac in MACS:
            if path == f"/d/autop/{mac}.cfg":
                wanted = base64.b64encode(f"{mac}:{secret_of(mac)}".encode()).decode()
                if headers.get("Authorization") != f"Basic {wanted}":
                    return 401, b"", None
                return 200, f"# own\nConfig.Own.MAC = {mac}\nConfig.Own.Empty =\n".encode(), None
        return 404, b"", None

    def _fleet(self, headers: Any) -> tuple[int, bytes, str | None]:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, b"", None
        body = json.dumps({"devices": self.devices}).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        return (304, b"", tag) if headers.get("If-None-Match") == tag else (200, body, tag)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Around:
    """Broker, portal and one simulator; each can be ended and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.accounts = Accounts()
        self.portal = Portal()
        self.broker = Broker(Places.at(folder), "password of services", "amqtt", free_port())
        self.control = f"tcp://127.0.0.1:{free_port()}"
        self.children: dict[str, Child] = {}
        self._services: Client | None = None
        self.start_broker()
        self.start_simulator()

    def start_broker(self) -> None:
        env = {**os.environ, "DATABASE_URL": self.accounts.database, "MQTT_PASSWORD": self.broker.password}
        self._start(self.broker.program(env))

    def start_simulator(self) -> None:
        env = {
            **os.environ,
            "DEVICE_MQTT_URL": self.broker.device_url,
            "PORTAL_URL": self.portal.url,
            "SIMULATOR_URL": self.control,
            "SIMULATOR_TOKEN": TOKEN,
            "SIMULATOR_DIR": str(self.folder / "simulator"),
            "SIMULATOR_POLL": "0.1",
        }
        command = [sys.executable, "-m", "provisioning.simulator"]
        self._start(Program("simulator", command, env, ready=self._answers))

    def _start(self, program: Program) -> None:
        self.children[program.name] = start(program, self.folder / f"{program.name}.log")
        self.children[program.name].wait_ready(30)

    def _answers(self) -> bool:
        with suppress(Exception), Simulator(self.control, TOKEN, timeout=1) as simulator:
            return bool(simulator.ping())
        return False

    def kill(self, name: str) -> None:
        """kill -9."""
        self.children.pop(name).kill()

    def close(self) -> None:
        if self._services is not None:
            self._services.__exit__()
        for child in self.children.values():
            child.kill()
        self.portal.close()
        self.accounts.drop()

    # The portal's end of the wire

    @property
    def services(self) -> Client:
        """Hears everything devices say, from now on."""
        if self._services is None:
            self._services = Client(self.broker.port, SERVICES, self.broker.password, client_id="services-1")
            assert self._services.subscribe("sp/1/up/+/+")
        return self._services

    def heard(self, mac: str, kind: type[Message] | None = None) -> list[Any]:
        """What the device has said so far, oldest first."""
        found = []
        for topic, body, _ in list(self.services.got):
            where = read_topic(topic)
            if where.mac == mac and body:
                message = decode(where.leaf, body)
                if kind is None or isinstance(message, kind):
                    found.append(message)
        return found

    def hello(self, mac: str) -> Hello:
        """Its newest hello, waited for."""
        return until(lambda: self.heard(mac, Hello), message=f"no hello of {mac}")[-1]  # type: ignore[no-any-return]

    def tell(self, mac: str, message: Message) -> None:
        self.services.publish(down(mac, message.leaf), encode(message))

    def wait(self, predicate: Callable[[], Any], message: str) -> Any:
        return until(predicate, timeout=20, message=message)
