"""`python -m provisioning.simulator`: run a fleet until told to stop."""

import asyncio
import logging
import resource
import signal
import sys

from .control import Control
from .fleet import Fleet
from .options import Options


def _allow_many_sockets() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def live(options: Options) -> None:
    """Run until SIGTERM or SIGINT. Raises `OSError` or `ValueError` when it cannot begin."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    fleet = Fleet(options, loop)
    server = await Control(fleet, options.control, options.token).listen()
    logging.getLogger("simulator").info("Listening at %s", options.control)
    async with server:
        await fleet.run(stop)


def main() -> int:
    """Exit code 0 after a stop, 2 when it could not begin."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    _allow_many_sockets()
    try:
        asyncio.run(live(Options.of()))
    except (ValueError, OSError) as error:
        print(f"The simulator cannot run: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
