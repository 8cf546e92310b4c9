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

from amqtt import broker as amqtt_broker
from amqtt.adapters import ReaderAdapter, WriterAdapter
from amqtt.errors import MQTTError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session

HERE = "provisioning.broker.amqtt_plugin"


class Snap(dict[str, Any]):
    """The broker's subscriptions, safe to walk while others come and go.

    amqtt 0.12.1 walks this dict, and the list of readers of each filter, across awaits: with a topic
    plugin and somebody subscribing meanwhile, all but the first filter that matches would miss the
    message; with a reader removed meanwhile, the one after it in the list would.
    """

    def items(self) -> ItemsView[str, Any]:
        return {name: list(readers) for name, readers in super().items()}.items()

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().keys()))

    def __repr__(self) -> str:
        """Short: amqtt formats all of it for a debug line at each subscription."""
        return f"<{len(self)} filters>"


class Handler(BrokerProtocolHandler):
    """Asks who it is before anything is done in the name of the client id.

    amqtt 0.12.1 first drops the session of that id, and only then looks at the password: anybody
    could silence a device.
    """

    @classmethod
    async def init_from_connect(
        cls, reader: ReaderAdapter, writer: WriterAdapter, plugins_manager: Any, loop: Any = None
    ) -> tuple[BrokerProtocolHandler, Session]:
        handler, session = await super().init_from_connect(reader, writer, plugins_manager, loop)
        answers = await plugins_manager.map_plugin_auth(session=session)
        if not (answers and all(answers.values())):
            await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
            await writer.close()
            raise MQTTError(f"refused {session.username or 'a client without a name'}")
        return handler, session


async def serve(port: int) -> None:
    """Run the broker until SIGTERM."""
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    amqtt_broker.BrokerProtocolHandler = Handler  # type: ignore[misc]
    plugins: dict[str, Any] = {f"{HERE}.Login": {}, f"{HERE}.Topics": {}}
    broker = amqtt_broker.Broker({"listeners": listeners, "plugins": plugins})
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
