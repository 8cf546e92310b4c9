"""`roundtrip FILE`: one message after the other, each when the one before is answered.

The file holds a JSON list of [topic, body, topic of the answer]. Prints the seconds of each.
"""

import json
import sys
import time
from pathlib import Path

import paho.mqtt.client as paho

from tests.bench.bare.wire import QOS, connect, turn


def main(file: str) -> None:
    """Ask and wait."""
    heard: set[str] = set()

    def note(message: paho.MQTTMessage) -> None:
        heard.add(message.topic)

    messages = json.loads(Path(file).read_text())
    client = connect(sorted({topic for _, _, topic in messages}), note)
    print("ready", flush=True)
    took = []
    for topic, body, answer in messages:
        heard.clear()
        began = time.perf_counter()
        client.publish(topic, body.encode(), QOS)
        turn(client, lambda answer=answer: answer in heard, 10.0)  # type: ignore[misc]
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1])
