"""One child process: how it is started, watched and ended, and what happens when we are killed."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from smartplus.run.places import BASE, Owner

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10 * 1024 * 1024
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Failed(Exception):
    """A program did not start, or ended by itself; the message names its log."""


@dataclass(frozen=True)
class Program:
    """What to run. `ready` tells when it may be used; `end` is the signal it takes as "finish"."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    end: signal.Signals = signal.SIGTERM
    owner: Owner | None = None


class Child:
    """A running `Program`. It leads a session of its own, so that all its children can be reached."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
        self.program, self.process, self.log = program, process, log

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def failure(self) -> Failed:
        """What to say when it ended by itself."""
        return Failed(f"{self.name} ended with code {self.process.poll()}: see {self.log}\n{tail(self.log)}")

    def wait_ready(self, timeout: float) -> None:
        """Return once it may be used; raises `Failed` when it ends or takes longer than `timeout` s."""
        until = time.monotonic() + timeout
        while not self.program.ready():
            if not self.alive:
                raise self.failure()
            if time.monotonic() > until:
                raise Failed(
                    f"{self.name} is not ready after {timeout:.0f} s: see {self.log}\n{tail(self.log)}"
                )
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        """Send to the program alone."""
        if self.alive:
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        """End it and everything it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(program: Program, log: Path) -> Child:
    """Start `program`, its output appended to `log`. Call it from the main thread: the children of a
    thread would end with the thread."""
    with _open(log) as out:
        owner = program.owner
        process = subprocess.Popen(
            program.command,
            env=dict(program.env),
            cwd=BASE if owner is None else "/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
            preexec_fn=partial(_end_with, os.getpid(), program.end),
        )
    return Child(program, process, log)


def run(program: Program, log: Path, timeout: float) -> None:
    """Run `program` to its end. Raises `Failed` unless it ends well within `timeout` seconds."""
    child = start(program, log)
    try:
        code = child.process.wait(timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        raise Failed(f"{program.name} took longer than {timeout:.0f} s: see {log}\n{tail(log)}") from None
    if code:
        raise child.failure()


def _end_with(parent: int, number: int) -> None:
    """In the child, after it became its owner: be signalled when the supervisor is gone (Linux)."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _open(log: Path) -> IO[bytes]:
    """The log to append to; a long one is put aside once."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")


def tail(log: Path, lines: int = 15) -> str:
    """The last `lines` of a log, indented."""
    text = log.read_bytes()[-8192:].decode(errors="replace") if log.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
