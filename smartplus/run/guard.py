"""One stack a folder, and nobody left behind when it is killed."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from smartplus.run.programs import Failed

PATIENCE = 15.0  # seconds for what is left of a killed stack


class Guard:
    """Holds the folder's lock, and keeps the warden told who is running.

    The warden holds the same lock: after a kill it is free again only when all is cleared up.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self._lock: IO[str] | None = None
        self._warden: subprocess.Popen[str] | None = None

    @property
    def taken(self) -> bool:
        """Whether the folder is ours."""
        return self._lock is not None

    def take(self) -> None:
        """Become the folder's one stack. Raises `Failed` while another one is."""
        lock = (self.var / "lock").open("a+")
        until = time.monotonic() + PATIENCE
        while not _locked(lock):
            holder = _holder(lock)
            if _runs(holder) or time.monotonic() > until:
                lock.close()
                raise Failed(f"A stack is already running in {self.var} (process {holder})")
            time.sleep(0.1)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock, self._warden = lock, _post_warden(lock)

    def began(self, pid: int, end: signal.Signals) -> None:
        """A child is running and takes `end` as "finish"."""
        self._tell(f"+{pid} {int(end)}")

    def ended(self, pid: int) -> None:
        """A child and all its children are gone."""
        self._tell(f"-{pid}")

    def release(self) -> None:
        """Everything has ended."""
        if self._warden and self._warden.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._warden.stdin.close()
            self._warden.wait()
        if self._lock:
            self._lock.close()

    def _tell(self, line: str) -> None:
        if self._warden and self._warden.stdin:
            self._warden.stdin.write(line + "\n")


def _post_warden(lock: IO[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-IS", str(Path(__file__).with_name("warden.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
        start_new_session=True,
        pass_fds=[lock.fileno()],
    )


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(lock: IO[str]) -> int:
    lock.seek(0)
    text = lock.read().strip()
    return int(text) if text.isdigit() else 0


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return pid > 0
