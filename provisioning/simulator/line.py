"""One MQTT connection of one device."""

import asyncio
import logging
import secrets
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from provisioning.protocol import Status, down, encode, up

from .device import Device

if TYPE_CHECKING:
    from .wire import Wire

log = logging.getLogger("simulator")

KEEPALIVE = 60
SILENCE = 15.0


class Line:
    """One connection, from dialling to its end. `conn` is its random name."""

    def __init__(
        self, wire: "Wire", device: Device, up: Callable[["Line"], None], down: Callable[["Line", str], None]
    ) -> None:
        self.conn = secrets.token_hex(8)
        self._wire = wire
        self._device = device
        self._mac = device.spec.mac
        self._tell_up, self._tell_down = up, down
        self._watched: Any = None
        self._over = False
        self._since = wire.loop.time()
        self._ready = False
        self._client = self._make_client(device.spec.secret)

    def _make_client(self, secret: str) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self._mac, clean_session=True, protocol=mqtt.MQTTv311
        )
        client.username_pw_set(self._mac, secret)
        client.will_set(up(self._mac, Status.leaf), encode(Status(False, self.conn)), qos=1, retain=True)
        client.max_inflight_messages_set(1000)
        if self._wire.context is not None:
            client.tls_set_context(self._wire.context)
        client.on_socket_open = _no_delay
        client.on_socket_close = self._socket_closed
        client.on_socket_register_write = self._wants_to_write
        client.on_socket_unregister_write = self._wrote
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._message
        client.on_disconnect = self._disconnected
        client.connect_async(self._wire.broker.host, self._wire.broker.port, KEEPALIVE)
        return client

    # The way in and out

    def dial(self) -> None:
        """Connect, in a helper thread; all that follows happens in the loop."""
        future = self._wire.loop.run_in_executor(self._wire.helpers, self._client.reconnect)
        future.add_done_callback(self._dialled)

    def _dialled(self, future: "asyncio.Future[Any]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        sock = self._client.socket()
        if error is not None or sock is None:
            self._end(str(error) or type(error).__name__)
            return
        self._watched = sock
        self._wire.loop.add_reader(sock, self._readable)
        if self._client.want_write():
            self._wire.loop.add_writer(sock, self._writable)
        if self._over:
            self.cut()

    def cut(self) -> None:
        """As if the cable was cut: no DISCONNECT, so the broker tells the will."""
        self._over = True
        if self._watched is not None:
            try:
                self._watched.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._readable()

    def publish(self, leaf: str, payload: bytes, retain: bool) -> None:
        """Send, or lose it when the connection breaks."""
        if not self._over:
            self._client.publish(up(self._mac, leaf), payload, qos=1, retain=retain)

    def tick(self) -> None:
        """Ping when it is time; give up a broker that takes the connection and then says nothing."""
        if self._watched is None:
            return
        if not self._ready and self._wire.loop.time() - self._since > SILENCE:
            self.cut()
        else:
            self._client.loop_misc()

    def _end(self, reason: str) -> None:
        if not self._over:
            self._over = True
            self._tell_down(self, reason)

    # The socket

    def _readable(self) -> None:
        self._client.loop_read()
        sock = self._watched
        while isinstance(sock, ssl.SSLSocket) and sock is self._watched and sock.pending():
            self._client.loop_read()

    def _writable(self) -> None:
        self._client.loop_write()

    def _wants_to_write(self, client: mqtt.Client, data: Any, sock: Any) -> None:
        if self._watched is not None:
            self._wire.loop.add_writer(sock, self._writable)

    def _wrote(self, client: mqtt.Client, data: Any, sock: Any) -> None:
        if self._watched is not None:
            self._wire.loop.remove_writer(sock)

    def _socket_closed(self, client: mqtt.Client, data: Any, sock: Any) -> None:
        if self._watched is not None:
            self._watched = None
            self._wire.loop.remove_reader(sock)
            self._wire.loop.remove_writer(sock)

    # MQTT

    def _connected(self, client: mqtt.Client, data: Any, flags: Any, code: Any, properties: Any) -> None:
        if code.is_failure:
            self._end(f"The broker refuses: {code}")
        else:
            client.subscribe(down(self._mac, "+"), qos=1)

    def _subscribed(self, client: mqtt.Client, data: Any, mid: int, codes: Any, properties: Any) -> None:
        if any(code.is_failure for code in codes):
            self._end("The broker refuses the subscription")
            self.cut()
        elif not self._over:
            self._ready = True
            self._tell_up(self)

    def _message(self, client: mqtt.Client, data: Any, message: mqtt.MQTTMessage) -> None:
        if self._over:
            return
        try:
            self._device.heard(message.topic.rpartition("/")[2], bytes(message.payload))
        except Exception:  # paho could not go on reading after it
            log.exception("%s failed at a message of %s", self._mac, message.topic)

    def _disconnected(self, client: mqtt.Client, data: Any, flags: Any, code: Any, properties: Any) -> None:
        self._end(f"Connection lost: {code}")


def _no_delay(client: mqtt.Client, data: Any, sock: Any) -> None:
    """A small answer must not wait for the next one."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
