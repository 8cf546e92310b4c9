"""Ends what is left when the supervisor was killed.

Reads from standard input, line by line, what the supervisor has started (`+pid signal`) and ended
(`-pid`). When the other end of the pipe closes, the supervisor is gone: everything on the list is
asked to finish and, after a grace, killed with all its children. Run as a plain file, because it
must start in milliseconds and import nothing of ours. It also holds the stack's lock, so that a new
start waits until the old one is really gone.
"""

import contextlib
import os
import signal
import sys
import time

GRACE = 5.0  # seconds


def tell(group: int, number: int) -> bool:
    """Signal a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Listen until the supervisor is gone, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    running: dict[int, int] = {}
    for line in sys.stdin:
        pid, _, number = line[1:].strip().partition(" ")
        if line[0] == "+":
            running[int(pid)] = int(number)
        else:
            running.pop(int(pid), None)
    for pid, number in running.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    until = time.monotonic() + GRACE
    while time.monotonic() < until and any([tell(pid, 0) for pid in running]):
        time.sleep(0.05)
    for pid in running:
        tell(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
