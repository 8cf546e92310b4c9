"""The devices' accounts, put into the broker's file at once.

Mosquitto writes its whole file again for each account it is told, which takes a minute for a
thousand devices and is no part of any measure here.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F

from devices.models import Device
from provisioning.models import BrokerAccount
from smartplus.run.stack import Stack

ITERATIONS = 101  # of Mosquitto's own


@contextmanager
def settled(stack: Stack) -> Iterator[None]:
    """Devices added within may sign in afterwards. The broker is away meanwhile."""
    stack.kill("broker")
    yield
    file = stack.places.var / "broker" / "dynsec.json"
    known = json.loads(file.read_text())
    for device in Device.objects.only("mac", "secret"):
        known["roles"].append(_role(device.mac))
        known["clients"].append(_client(device.mac, device.secret))
    file.write_text(json.dumps(known))
    BrokerAccount.objects.update(told=F("want"))
    stack.restart("broker")


def _role(mac: str) -> dict[str, object]:
    ways = (("publishClientSend", "up"), ("publishClientReceive", "down"), ("subscribePattern", "down"))
    acls = [
        {"acltype": kind, "topic": f"sp/1/{way}/{mac}/#", "priority": 0, "allow": True} for kind, way in ways
    ]
    return {"rolename": mac, "acls": acls}


def _client(mac: str, secret: str) -> dict[str, object]:
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, ITERATIONS)
    return {
        "username": mac,
        "clientid": mac,
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
        "roles": [{"rolename": mac}],
    }
