"""The supervisor that `make demo` starts: what begins together ends together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from smartplus.run import keys
from smartplus.run.places import BASE, Places, free_port
from smartplus.run.postgres import UNSAFE, Postgres
from smartplus.run.product import Choice
from smartplus.run.programs import Failed, start
from smartplus.run.stack import Stack
from tests.waiting import until

PROGRAMS = {"postgres", "valkey", "broker", "web", "worker", "worker-bulk", "beat", "ingest", "simulator"}


class Demo:
    """`python -m smartplus.run demo` in a folder of its own, without the demo's data."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "subprocess.Popen[str]":
        """Return at once."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        env = {**kept, "VAR": str(self.var), "PORT": str(free_port()), "SEED": "0", "BROKER": "amqtt"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smartplus.run", "demo"],
            env=env,
            cwd=BASE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def wait_ready(self) -> None:
        """Return once it says so."""
        assert self.process and self.process.stdout
        assert any("is ready after" in line for line in self.process.stdout), "it ended before it was ready"

    @property
    def env(self) -> dict[str, str]:
        return keys.read(self.var / "demo.env")

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`manage.py` beside the running demo."""
        env = {"PATH": os.environ["PATH"], "VAR": str(self.var)}
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, env=env, cwd=BASE, capture_output=True, text=True, check=False)


def belonging_to(var: Path) -> dict[int, str]:
    """Every process that has `var` in its environment or command: id and command."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            if str(var).encode() in told:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Running; its folder lies where everybody may walk, as a checkout usually does."""
    folder = Path(tempfile.mkdtemp(prefix="smartplus-demo-"))
    folder.chmod(0o755)
    demo = Demo(folder / "var")
    try:
        demo.start()
        demo.wait_ready()
        yield demo
    finally:
        assert demo.process
        demo.process.kill()
        demo.process.wait()
        until(lambda: not belonging_to(demo.var), message="something was left behind")
        shutil.rmtree(folder)


def test_everything_runs_and_the_doctor_finds_nothing(demo: Demo) -> None:
    logs = {file.stem for file in (demo.var / "log").glob("*.log")}
    assert logs >= PROGRAMS
    told = [""]

    def well() -> bool:
        done = demo.manage("doctor")
        told[0] = done.stdout + done.stderr
        return done.returncode == 0

    # The worker's and the beat's first sign of life come a little after the portal's first answer.
    until(well, timeout=60, message=f"not well: {told}", every=2)
    assert "BAD" not in told[0]


def test_nothing_listens_beyond_this_machine(demo: Demo) -> None:
    ours = belonging_to(demo.var)
    assert len(ours) >= len(PROGRAMS)
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            address, state, inode = (line.split()[i] for i in (1, 3, 9))
            if state == "0A" and any(_holds(pid, inode) for pid in ours):
                assert address.split(":")[0] == "0100007F", line


def _holds(pid: int, inode: str) -> bool:
    try:
        return any(os.readlink(fd) == f"socket:[{inode}]" for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_secrets_are_closed_to_others(demo: Demo) -> None:
    for name in ("secrets.env", "demo.env"):
        assert (demo.var / name).stat().st_mode & 0o077 == 0


def test_a_second_one_in_the_same_folder_is_refused(demo: Demo) -> None:
    other = Demo(demo.var)
    told, _ = other.start().communicate(timeout=30)
    assert other.process and other.process.returncode == 1
    assert "already running" in told
    assert demo.env and demo.process and demo.process.poll() is None


def test_a_child_that_dies_ends_all_and_a_new_start_has_the_data(demo: Demo) -> None:
    with psycopg.connect(demo.env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    secrets = (demo.var / "secrets.env").read_text()
    beat = next(pid for pid, command in belonging_to(demo.var).items() if " beat " in command)
    os.kill(beat, signal.SIGKILL)
    assert demo.process
    told, _ = demo.process.communicate(timeout=30)
    assert demo.process.returncode == 1
    assert "beat ended with code -9" in told and "beat.log" in told
    until(lambda: not belonging_to(demo.var), message="something was left behind")

    demo.start()
    demo.wait_ready()
    assert (demo.var / "secrets.env").read_text() == secrets
    with psycopg.connect(demo.env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("still here",)]


def test_killed_without_warning_it_leaves_nothing_and_starts_again(demo: Demo) -> None:
    assert demo.process and belonging_to(demo.var)
    demo.process.kill()
    demo.process.wait()
    demo.start()  # at once, while the old one is still being cleared up
    demo.wait_ready()
    with psycopg.connect(demo.env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("still here",)]


def test_stopped_it_leaves_nothing(demo: Demo) -> None:
    assert demo.process
    demo.process.send_signal(signal.SIGTERM)
    told, _ = demo.process.communicate(timeout=30)
    assert demo.process.returncode == 0, told
    assert not belonging_to(demo.var)
    assert not (demo.var / "demo.env").exists()


def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failed, match=f"Port {port} is taken"):
            Stack(tmp_path / "var", Choice(port=port)).start()


def test_a_long_path_still_has_a_short_socket(tmp_path: Path) -> None:
    places = Places.at(tmp_path / ("long" * 30))
    assert len(str(places.sockets)) < 90
    assert not places.sockets.exists()


def test_a_database_in_a_folder_closed_to_others(tmp_path: Path) -> None:
    """As root the server runs as somebody who cannot walk into, say, root's own folder."""
    tmp_path.chmod(0o700)
    server = Postgres(Places.at(tmp_path / "var"), UNSAFE)
    child = start(server.program(), tmp_path / "log")
    try:
        child.wait_ready(30)
        assert server.create("mine") and not server.create("mine")
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        child.kill()
        shutil.rmtree(server.places.home)
