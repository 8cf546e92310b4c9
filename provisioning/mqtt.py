"""The portal's end of MQTT: one publisher a process, one listener for ingest.

Both speak 3.1.1 at QoS 1 on a clean session and set TCP_NODELAY, without which a round trip takes
forty times as long. The publisher connects when it is first needed, so that a process that forks
later never shares a socket with its children; when a connection ends it is thrown away with all it
had not delivered, because a message that goes out late is worse than one that does not go out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import paho.mqtt.client as paho
from django.conf import settings
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

CONNECT_TIMEOUT = 5.0
PUBLISH_TIMEOUT = 10.0
WINDOW = 2000  # messages without their PUBACK before the next ones wait in this process
KEEPALIVE = 30
QOS = 1

Wire = tuple[str, bytes]  # topic, payload


class BrokerAway(Exception):
    """The broker cannot be reached or did not confirm in time; nobody knows what arrived."""


@dataclass(frozen=True)
class Address:
    """Where a broker is and who we are to it."""

    host: str
    port: int
    tls: bool
    username: str
    password: str
    ca: str | None

    @classmethod
    def of(cls, url: str) -> Address:
        """Read `mqtt://name:password@host:1883` or `mqtts://…:8883?ca=/path/of/ca.pem`."""
        parts = urlsplit(url)
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (8883 if tls else 1883),
            tls=tls,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ca=parse_qs(parts.query).get("ca", [None])[0],
        )


def make_client(address: Address, purpose: str) -> paho.Client:
    """A client that is not connected yet; `purpose` shows in the broker's log."""
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=f"sp-{purpose}-{os.getpid()}-{secrets.token_hex(4)}",
        protocol=paho.MQTTv311,
        clean_session=True,
        reconnect_on_failure=False,
    )
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set_context(ssl.create_default_context(cafile=address.ca))
    client.on_socket_open = _no_delay
    client.connect_timeout = CONNECT_TIMEOUT
    client.max_inflight_messages_set(WINDOW)
    client.max_queued_messages_set(0)
    return client


def _no_delay(client: paho.Client, userdata: Any, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Connection:
    """One connection, from the CONNACK to its end. Never comes back: open another."""

    def __init__(
        self, url: str, purpose: str, on_message: Callable[[paho.MQTTMessage], None] | None = None
    ) -> None:
        self.address = Address.of(url)
        self.client = make_client(self.address, purpose)
        self.client.on_connect = self._connected
        self.client.on_disconnect = self._ended
        self.client.on_subscribe = self._subscribed
        if on_message is not None:
            self.client.on_message = lambda client, userdata, message: on_message(message)
        self._answered = threading.Event()
        self._granted = threading.Event()
        self._refused = ""
        self.ended = threading.Event()

    def open(self) -> Connection:
        """Connect. Raises `BrokerAway` when the broker is not there or refuses us."""
        try:
            self.client.connect(self.address.host, self.address.port, KEEPALIVE)
        except (OSError, ValueError) as error:
            raise BrokerAway(f"{self.address.host}:{self.address.port}: {error}") from error
        self.client.loop_start()
        if not self._answered.wait(CONNECT_TIMEOUT) or self._refused:
            self.close()
            raise BrokerAway(self._refused or "The broker does not answer")
        return self

    def subscribe(self, *filters: str) -> None:
        """Subscribe and wait until it is granted. Raises `BrokerAway` when it is not."""
        self.client.subscribe([(each, QOS) for each in filters])
        if not self._granted.wait(CONNECT_TIMEOUT) or self._refused:
            self.close()
            raise BrokerAway(self._refused or "The broker does not answer a subscription")

    def send(self, messages: Iterable[Wire]) -> list[paho.MQTTMessageInfo]:
        """Hand messages to the connection, in order, and do not wait."""
        publish = self.client.publish
        return [publish(topic, payload, QOS) for topic, payload in messages]

    def wait(self, sent: Iterable[paho.MQTTMessageInfo], timeout: float) -> None:
        """Wait until the broker has confirmed all of them. Raises `BrokerAway` after `timeout` seconds."""
        until = time.monotonic() + timeout
        for one in sent:
            self._wait_for(one, until)

    def _wait_for(self, one: paho.MQTTMessageInfo, until: float) -> None:
        while not one.is_published():
            left = until - time.monotonic()
            if left <= 0 or self.ended.is_set():
                raise BrokerAway("The broker did not confirm in time")
            one.wait_for_publish(min(left, 0.5))

    def close(self) -> None:
        """End it; what was not confirmed is not sent any more."""
        self.ended.set()
        self.client.disconnect()
        self.client.loop_stop()

    def _connected(
        self, client: object, userdata: object, flags: object, code: paho.ReasonCode, *_: object
    ) -> None:
        self._refused = str(code) if code.is_failure else ""
        self._answered.set()

    def _subscribed(
        self, client: object, userdata: object, mid: int, codes: list[paho.ReasonCode], *_: object
    ) -> None:
        refused = [str(code) for code in codes if code.is_failure]
        self._refused = f"Subscription refused: {refused[0]}" if refused else ""
        self._granted.set()

    def _ended(self, *_: object) -> None:
        self.ended.set()


class Publisher:
    """Publishes for this process. Safe in threads and after a fork."""

    def __init__(self, url: str | None = None, purpose: str = "pub") -> None:
        self._url = url
        self._purpose = purpose
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._pid = 0

    def ready(self) -> None:
        """Be connected, before anything is taken that could not be sent then. Raises `BrokerAway`."""
        self._open()

    @property
    def connected(self) -> bool:
        """Whether a message could be sent without connecting first."""
        connection = self._connection
        return connection is not None and self._pid == os.getpid() and not connection.ended.is_set()

    def connect_soon(self) -> None:
        """Connect in the background, for the next time; whoever asks does not wait."""
        if not self.connected and not self._turn.locked():
            threading.Thread(target=self._try_to_open, name="mqtt-connect", daemon=True).start()

    def _try_to_open(self) -> None:
        with contextlib.suppress(BrokerAway):
            self._open()

    def publish(self, messages: Iterable[Wire], *, wait: bool = True) -> None:
        """Send all messages in order, then wait once until the broker has confirmed every one.

        Without `wait`: for answers that the other side asks for again. Raises `BrokerAway`.
        """
        connection = self._open()
        try:
            sent = connection.send(messages)
            if any(one.rc != MQTTErrorCode.MQTT_ERR_SUCCESS for one in sent):
                raise BrokerAway("The connection to the broker ended")
            if wait:
                connection.wait(sent, PUBLISH_TIMEOUT)
        except (BrokerAway, ValueError, RuntimeError) as error:
            self._drop(connection)
            raise BrokerAway(str(error)) from error

    def close(self) -> None:
        """Disconnect; the next message connects again."""
        with self._turn:
            connection, self._connection = self._connection, None
        if connection is not None and self._pid == os.getpid():
            connection.close()

    def _open(self) -> Connection:
        with self._turn:
            if not self.connected:
                self._connection = Connection(self._url or settings.MQTT_URL, self._purpose).open()
                self._pid = os.getpid()
            assert self._connection is not None
            return self._connection

    def _drop(self, connection: Connection) -> None:
        with self._turn:
            if self._connection is connection:
                self._connection = None
        connection.close()


publisher = Publisher()
