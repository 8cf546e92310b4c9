"""A small MQTT client for tests: what it got, in order."""

import socket
import threading
from typing import Any, Self

import paho.mqtt.client as paho

from tests.waiting import until


class Client:
    """Connects at once; `granted` tells whether the broker let it in, and it does not come
    back by itself. Clean session, MQTT 3.1.1."""

    def __init__(
        self,
        port: int,
        name: str,
        password: str,
        *,
        client_id: str | None = None,
        will: tuple[str, bytes] | None = None,
        will_retain: bool = False,
    ) -> None:
        self.got: list[tuple[str, bytes, bool]] = []
        self.code: str | None = None
        self._acked: dict[int, list[int]] = {}
        self._lock = threading.Lock()
        self.paho = paho.Client(
            paho.CallbackAPIVersion.VERSION2,
            client_id=client_id or name,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        self.paho.username_pw_set(name or None, password or None)
        if will:
            self.paho.will_set(will[0], will[1], qos=1, retain=will_retain)
        self.paho.on_connect = self._on_connect
        self.paho.on_message = self._on_message
        self.paho.on_subscribe = self._on_subscribe
        self.paho.on_socket_open = _without_delay
        self.paho.connect("127.0.0.1", port, keepalive=60)
        self.paho.loop_start()
        until(lambda: self.code, message="the broker does not answer")

    @property
    def granted(self) -> bool:
        return self.code == "Success"

    def __enter__(self) -> Self:
        assert self.granted, self.code
        return self

    def __exit__(self, *_: object) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()

    def subscribe(self, topic: str) -> bool:
        """Whether the broker says that it took the filter."""
        number = self.paho.subscribe(topic, qos=1)[1] or 0
        codes = until(lambda: self._acked.get(number), message=f"no answer to subscribing {topic}")
        return all(code < 128 for code in codes)

    def publish(self, topic: str, body: bytes, retain: bool = False) -> None:
        """Send with QoS 1, not waiting."""
        self.paho.publish(topic, body, qos=1, retain=retain)

    def topics(self) -> list[str]:
        with self._lock:
            return [topic for topic, _, _ in self.got]

    def bodies(self) -> list[bytes]:
        with self._lock:
            return [body for _, body, _ in self.got]

    def wait_for(self, body: bytes) -> None:
        """Until a message with this body has come."""
        until(lambda: body in self.bodies(), message=f"{body!r} has not come; got {self.got}")

    def cut(self) -> None:
        """As when the mains fail: the connection ends without a word."""
        sock = self.paho.socket()
        assert sock is not None
        sock.shutdown(socket.SHUT_RDWR)
        self.paho.loop_stop()

    def _on_connect(self, client: Any, data: Any, flags: Any, code: Any, properties: Any) -> None:
        self.code = str(code)

    def _on_message(self, client: Any, data: Any, message: Any) -> None:
        with self._lock:
            self.got.append((message.topic, message.payload, bool(message.retain)))

    def _on_subscribe(self, client: Any, data: Any, number: int, codes: Any, properties: Any) -> None:
        self._acked[number] = [code.value for code in codes]


def _without_delay(client: Any, data: Any, sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
