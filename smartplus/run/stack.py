"""Everything that runs, as children of this process."""

import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from smartplus.run import keys, prepared
from smartplus.run.broker import Broker
from smartplus.run.guard import Guard
from smartplus.run.places import LOOPBACK, Places, first_free_port, free_port, port_is_free
from smartplus.run.postgres import Postgres
from smartplus.run.product import Choice, programs
from smartplus.run.programs import Child, Failed, Program, run, start
from smartplus.run.valkey import Valkey

DATABASE = "smartplus"
_SERVICE_URLS = ("DATABASE_URL", "REDIS_URL", "MQTT_URL")
USUAL_PORT = 8000
STOP_GRACE = 10.0  # seconds until what does not finish is killed
# What people wait for; the rest starts once the portal answers.
FIRST = ("web", "worker", "ingest")
# What ends last, and keeps the data.
SERVICES = ("broker", "valkey", "postgres")


class Stack:
    """One running product. Use it as a context, from the main thread:

    with Stack(folder, Choice(port=0)) as stack:
        ... stack.url, stack.env, stack.kill("ingest"), stack.restart("ingest")
    """

    def __init__(self, var: Path, choice: Choice | None = None) -> None:
        self.choice = choice or Choice()
        self.places = Places.at(var)
        self.children: dict[str, Child] = {}
        self.programs: dict[str, Program] = {}
        self.env: dict[str, str] = {}
        self.port = 0
        self._guard = Guard(self.places.var)

    @property
    def url(self) -> str:
        """The address of the portal."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def _note(self) -> Path:
        """What `manage.py` must know to join in."""
        return self.places.var / "demo.env"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- Start -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and return when the portal answers. Raises `Failed`."""
        self._guard.take()
        _allow_many_files()
        self.port = self._choose_port()
        self.env = self._base_env()
        self._start_services()
        keys.write(self._note, {name: self.env[name] for name in self._told if name in self.env})
        self._prepare()
        ours = programs(self.places, self.env, self.port, self.choice)
        # In two waves: on a small machine six programs that start at once keep people waiting.
        self._start_all([program for program in ours if program.name in FIRST])
        self._start_all([program for program in ours if program.name not in FIRST])

    def _prepare(self) -> None:
        """Tables, static files and demo data, unless our own database was prepared from the same state."""
        mark = prepared.state(self.choice.seed)
        if "postgres" in self.children and prepared.is_noted(self.places.var, mark):
            return
        words = ["manage.py", "prepare", *([] if self.choice.seed else ["--no-demo"])]
        program = Program("prepare", [sys.executable, *words], self.env)
        run(program, self.places.logs / "prepare.log", timeout=600)
        prepared.note(self.places.var, mark)

    def _start_services(self) -> None:
        """Those no URL names elsewhere; then the URLs of all three stand in `env`."""
        postgres = None if "DATABASE_URL" in self.env else Postgres(self.places, self.choice.postgres)
        valkey = None if "REDIS_URL" in self.env else Valkey(self.places)
        services: list[Program] = []
        if postgres:
            self.env["DATABASE_URL"] = postgres.url(DATABASE)
            services.append(postgres.program())
        if valkey:
            self.env["REDIS_URL"] = valkey.url
            services.append(valkey.program())
        if "MQTT_URL" not in self.env:
            password = self.env["MQTT_PASSWORD"]
            broker = Broker(self.places, password, self.choice.broker, self.choice.broker_port)
            self.env |= {"MQTT_URL": broker.url, "DEVICE_MQTT_URL": broker.device_url}
            self.env["MQTT_ACCOUNTS"] = broker.accounts
            services.append(broker.program(self.env))
        self._start_all(services)
        if postgres:
            postgres.create(DATABASE)

    def _start_all(self, programs: Iterable[Program]) -> None:
        """Start them side by side, then wait for each."""
        started = [self._start(program) for program in programs]
        for child in started:
            child.wait_ready(timeout=60)

    def _start(self, program: Program) -> Child:
        child = start(program, self.places.logs / f"{program.name}.log")
        self.programs[program.name] = program
        self.children[program.name] = child
        self._guard.began(child.process.pid, program.end)
        return child

    # --- While it runs -----------------------------------------------------------------------

    def check(self) -> None:
        """Raises `Failed` when a program has ended by itself."""
        for child in self.children.values():
            if not child.alive:
                raise child.failure()

    def kill(self, name: str) -> None:
        """As a power cut would: the program and all its children end at once, nothing is said."""
        child = self.children.pop(name)
        child.kill()
        self._guard.ended(child.process.pid)

    def restart(self, name: str, timeout: float = 60) -> None:
        """Start again what was killed."""
        self._start(self.programs[name]).wait_ready(timeout)

    # --- Stop --------------------------------------------------------------------------------

    def stop(self) -> None:
        """End everything; what does not finish in time is killed."""
        names = list(self.children)
        self._stop_some([name for name in names if name not in SERVICES])
        self._stop_some([name for name in names if name in SERVICES])
        if self._guard.taken:
            self._note.unlink(missing_ok=True)
        self._guard.release()

    def _stop_some(self, names: list[str]) -> None:
        children = [self.children.pop(name) for name in names]
        for child in children:
            child.signal(child.program.end)
        until = time.monotonic() + STOP_GRACE
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
            child.kill()
            self._guard.ended(child.process.pid)

    # --- Details -----------------------------------------------------------------------------

    def _choose_port(self) -> int:
        wanted = self.choice.port
        if wanted is None:
            return first_free_port(USUAL_PORT)
        if wanted and not port_is_free(wanted):
            raise Failed(f"Port {wanted} is taken; choose another: PORT=8080 make demo")
        return wanted or free_port()

    def _base_env(self) -> dict[str, str]:
        secrets = {name: value for name, value in keys.keep(self.places.var / "secrets.env").items()}
        simulator = f"tcp://{LOOPBACK}:{free_port()}"
        ours = {
            "DEMO": "1",
            "VAR": str(self.places.var),
            "PUBLIC_URL": self.url,
            "DEVICE_HTTP_URL": self.url,
            "SIMULATOR_URL": simulator,
            "DJANGO_SETTINGS_MODULE": "smartplus.settings",
            "PYTHONUNBUFFERED": "1",
        }
        around = os.environ if self.choice.around is None else self.choice.around
        given = {name: value for name, value in around.items() if value or name not in _SERVICE_URLS}
        self._told = [*ours, *secrets, *_SERVICE_URLS, "MQTT_ACCOUNTS", "DEVICE_MQTT_URL"]
        return {"DEBUG": "0", **secrets, **given, **ours, **self.choice.env}


def _allow_many_files() -> None:
    """Ten thousand simulated devices need as many sockets, at both ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
