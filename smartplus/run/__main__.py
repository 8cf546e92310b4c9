"""`python -m smartplus.run demo`: everything on this machine, until Ctrl-C.

PORT     the web's port (default: 8000 or the next free one)
VAR      where the data lie (default: var)
BROKER   mosquitto or amqtt (default: what there is)
SEED     0: without the demo data
DATABASE_URL, REDIS_URL, MQTT_URL: use that one instead of an own
"""

import os
import signal
import sys
import time
from pathlib import Path

from smartplus.run.places import BASE
from smartplus.run.programs import Failed
from smartplus.run.stack import Choice, Stack


def main(words: list[str]) -> int:
    """Run the demo; the exit code: 0 stopped, 1 something failed, 2 not understood."""
    if words != ["demo"]:
        print(__doc__)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    given = os.environ.get
    port = given("PORT", "")
    choice = Choice(
        port=int(port) if port.isdigit() else None,
        broker=given("BROKER") or None,
        seed=given("SEED") != "0",
    )
    began = time.monotonic()
    print("Starting ...", flush=True)
    try:
        with Stack(Path(given("VAR") or BASE / "var"), choice) as stack:
            _welcome(stack, time.monotonic() - began)
            while True:
                time.sleep(1)
                stack.check()
    except KeyboardInterrupt:
        print("Stopped. The data stay.")
        return 0
    except Failed as failure:
        print(f"Failed: {failure}", file=sys.stderr)
        return 1


def _welcome(stack: Stack, seconds: float) -> None:
    logins = stack.places.var / "logins.txt"
    print(f"\nSmartPlus is ready after {seconds:.1f} s:  {stack.url}\n")
    if logins.exists():
        print(logins.read_text())
    print(f"Logs are in {stack.places.logs}. Stop with Ctrl-C; the data stay.", flush=True)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
