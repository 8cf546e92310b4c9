"""Telling Mosquitto's dynamic security plugin who may sign in, over `$CONTROL`.

Each device has a client (its MAC, which is also its client id) and a role of its own that lets it
write below its `up/` and read below its `down/`. Everything may be told again: what is there
already is brought to what it should be.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho

from provisioning.mqtt import BrokerAway, Connection

CONTROL = "$CONTROL/dynamic-security/v1"
ANSWERS = f"{CONTROL}/response"
TIMEOUT = 10.0
AT_ONCE = 200  # commands a message
MAC = re.compile(r"[0-9A-F]{12}")

Order = dict[str, Any]


class NotTaken(Exception):
    """The plugin refused a command; the message is its own."""


@dataclass(frozen=True, slots=True)
class Login:
    """A device's account as the broker should have it."""

    mac: str
    secret: str


class Dynsec:
    """A line to the plugin. Use it as a context; raises `BrokerAway` and `NotTaken`."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url, "accounts", self._heard)
        self._waiting: dict[str, Any] = {}
        self._turn = threading.Condition()

    def __enter__(self) -> Dynsec:
        self._connection.open()
        self._connection.subscribe(ANSWERS)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def allow(self, logins: Sequence[Login]) -> None:
        """Let these devices sign in, with these secrets only."""
        made = self._tell([order for login in logins for order in (_role(login.mac), _client(login))])
        there = {answer["name"] for answer in made if _exists(answer, "createClient")}
        known = [login for login in logins if login.mac in there]
        again = [order for login in known for order in _renewed(login)]
        for answer in [*made, *self._tell(again)]:
            if "error" in answer and not _exists(answer, answer["command"]):
                raise NotTaken(f"{answer['command']} {answer['name']}: {answer['error']}")

    def forbid(self, macs: Sequence[str]) -> None:
        """Shut these devices out, also those connected now."""
        for answer in self._tell([{"command": "disableClient", "username": mac} for mac in macs]):
            if "error" in answer and "not found" not in answer["error"]:
                raise NotTaken(f"disableClient {answer['name']}: {answer['error']}")

    def remove(self, macs: Sequence[str]) -> None:
        """Forget these accounts."""
        self._tell([order for mac in macs for order in _removal(mac)])

    def macs(self) -> set[str]:
        """The devices the plugin knows, whether they may sign in or not."""
        answer = self._tell([{"command": "listClients"}])[0]
        listed: list[str] = answer.get("data", {}).get("clients", [])
        return {name for name in listed if MAC.fullmatch(name)}

    def _tell(self, orders: Sequence[Order]) -> list[Order]:
        """Send commands and give their answers in the same order, each with the `name` it is about."""
        answers: list[Order] = []
        for start in range(0, len(orders), AT_ONCE):
            answers += self._exchange(orders[start : start + AT_ONCE])
        return answers

    def _exchange(self, orders: Sequence[Order]) -> list[Order]:
        marks = [secrets.token_hex(8) for _ in orders]
        commands = [{**order, "correlationData": mark} for order, mark in zip(orders, marks, strict=True)]
        self._connection.send([(CONTROL, json.dumps({"commands": commands}).encode())])
        with self._turn:
            if not self._turn.wait_for(lambda: all(mark in self._waiting for mark in marks), TIMEOUT):
                raise BrokerAway("The dynamic security plugin does not answer")
            answers = [self._waiting.pop(mark) for mark in marks]
        return [{**answer, "name": _about(order)} for answer, order in zip(answers, orders, strict=True)]

    def _heard(self, message: paho.MQTTMessage) -> None:
        """Answers to others arrive here too: their marks are not ours, and few."""
        responses: Iterable[Order] = json.loads(message.payload).get("responses", [])
        with self._turn:
            self._waiting |= {
                answer["correlationData"]: answer for answer in responses if "correlationData" in answer
            }
            self._turn.notify_all()


def _role(mac: str) -> Order:
    ways = (("publishClientSend", "up"), ("publishClientReceive", "down"), ("subscribePattern", "down"))
    acls = [{"acltype": kind, "topic": f"sp/1/{way}/{mac}/#", "allow": True} for kind, way in ways]
    return {"command": "createRole", "rolename": mac, "acls": acls}


def _client(login: Login) -> Order:
    told = {"username": login.mac, "clientid": login.mac, "password": login.secret}
    return {"command": "createClient", **told, "roles": [{"rolename": login.mac}]}


def _renewed(login: Login) -> list[Order]:
    return [
        {"command": "setClientPassword", "username": login.mac, "password": login.secret},
        {"command": "enableClient", "username": login.mac},
    ]


def _removal(mac: str) -> list[Order]:
    return [{"command": "deleteClient", "username": mac}, {"command": "deleteRole", "rolename": mac}]


def _about(order: Order) -> str:
    return str(order.get("username") or order.get("rolename") or "")


def _exists(answer: Order, command: str) -> bool:
    return answer["command"] == command and "already exists" in answer.get("error", "")
