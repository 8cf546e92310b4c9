"""amqtt as a process of its own: `python -m provisioning.broker.amqtt_server PORT`.

For demos and tests on a machine without Mosquitto. Reads DATABASE_URL (the table of accounts) and
MQTT_PASSWORD (the services' own) from the environment. Speaks MQTT 3.1.1 only.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import ItemsView, Iterator
from typing import Any

from amqtt.broker import Broker

HERE = "provisioning.broker.amqtt_plugin"


class Snap(dict[str, Any]):
    """The broker's subscriptions, safe to walk while others subscribe.

    amqtt 0.12.1 walks this dict across awaits: with a topic plugin and somebody subscribing
    meanwhile, all but the first filter that matches would miss the message.
    """

    def items(self) -> ItemsView[str, Any]:
        return dict(super().items()).items()

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().keys()))

    def __repr__(self) -> str:
        """Short: amqtt formats all of it for a debug line at each subscription."""
        return f"<{len(self)} filters>"


async def serve(port: int) -> None:
    """Run the broker until SIGTERM."""
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    broker = Broker({"listeners": listeners, "plugins": {f"{HERE}.Login": {}, f"{HERE}.Topics": {}}})
    broker._subscriptions = Snap()
    await broker.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await broker.shutdown()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    asyncio.run(serve(int(sys.argv[1])))
