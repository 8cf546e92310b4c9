"""`subscriber COUNT`: drain that many different events, counting only.

A device sends on only when it was told what has been seen, so that is answered: once for each
batch of what had arrived together, as late as can be without making a device wait.
"""

import json
import sys
import time
from collections import defaultdict

import paho.mqtt.client as paho

from tests.bench.bare.wire import QOS, connect, turn

STEP = 50  # events of one device between two answers; a device refills its window in steps of 50


def main(count: int) -> None:
    """From the first event to the last answer."""
    total, first = 0, 0.0
    since: dict[str, int] = defaultdict(int)
    upto: dict[str, int] = defaultdict(int)

    def heard(message: paho.MQTTMessage) -> None:
        nonlocal total, first
        first = first or time.perf_counter()
        event = json.loads(message.payload)
        mac, store, seq = message.topic.split("/")[3], event["store"], event["seq"]
        if seq != upto[mac] + 1 and upto[mac]:
            return  # told twice, or behind a gap
        upto[mac] = seq
        total += 1
        since[mac] += 1
        if since[mac] >= STEP:
            since[mac] = 0
            tell(mac, store, seq)

    def tell(mac: str, store: int, seq: int) -> None:
        said = client.publish(f"sp/1/down/{mac}/seen", json.dumps({"store": store, "seq": seq}), QOS)
        unheard.add(said.mid)

    # Who leaves before the broker has the last answers may take them along.
    unheard: set[int] = set()
    client = connect(["sp/1/up/+/event"], heard)
    client.on_publish = lambda client, data, mid, code, properties: unheard.discard(mid)
    print("ready", flush=True)
    turn(client, lambda: total >= count and not unheard)
    print(json.dumps({"seconds": time.perf_counter() - first, "counted": total}))
    client.disconnect()


if __name__ == "__main__":
    main(int(sys.argv[1]))
