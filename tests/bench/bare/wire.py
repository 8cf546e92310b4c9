"""One MQTT connection, driven by hand in one thread: the least work paho can do."""

import os
import select
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

QOS = 1


def connect(topics: list[str], heard: Callable[[paho.MQTTMessage], None]) -> paho.Client:
    """Connected and subscribed. 3.1.1, clean session, TCP_NODELAY."""
    url = urlsplit(os.environ["MQTT_URL"])
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311, clean_session=True)
    client.username_pw_set(url.username, url.password)
    client.max_inflight_messages_set(2000)
    client.max_queued_messages_set(0)
    client.on_socket_open = _no_delay
    client.on_message = lambda client, data, message: heard(message)
    granted: list[object] = []
    client.on_subscribe = lambda client, data, mid, codes, properties: granted.append(codes)
    client.connect(url.hostname or "127.0.0.1", url.port or 1883)
    client.subscribe([(topic, QOS) for topic in topics])
    turn(client, lambda: bool(granted))
    return client


def _no_delay(client: object, data: object, sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def turn(client: paho.Client, done: Callable[[], bool], seconds: float = 300.0) -> None:
    """Read and write until `done`. Raises `TimeoutError`."""
    end = time.monotonic() + seconds
    while not done():
        sock = client.socket()
        if sock is None or time.monotonic() > end:
            raise TimeoutError("The bare program did not come to its end")
        readable, writable, _ = select.select([sock], [sock] if client.want_write() else [], [], 1.0)
        if readable:
            client.loop_read()
        if writable:
            client.loop_write()
        if not readable and not writable:
            client.loop_misc()
