"""`publisher FILE`: publish the messages of a file and count the answers to them.

The file holds a JSON list of [topic, body]; each body is answered once, on `sp/1/up/+/ack`.
"""

import json
import sys
import time
from pathlib import Path

import paho.mqtt.client as paho

from tests.bench.bare.wire import QOS, connect, turn


def main(file: str) -> None:
    """Publish all at once."""
    messages = [(topic, body.encode()) for topic, body in json.loads(Path(file).read_text())]
    answered: set[str] = set()

    def heard(message: paho.MQTTMessage) -> None:
        answered.add(message.topic)

    client = connect(["sp/1/up/+/ack"], heard)
    print("ready", flush=True)
    began = time.perf_counter()
    for topic, body in messages:
        client.publish(topic, body, QOS)
    turn(client, lambda: len(answered) >= len(messages))
    print(json.dumps(time.perf_counter() - began))


if __name__ == "__main__":
    main(sys.argv[1])
