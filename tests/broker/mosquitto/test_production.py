"""Production's own files: the secrets that are drawn, and the broker's configuration with them."""

import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from provisioning.mqtt import Address, make_client
from smartplus.run import account
from smartplus.run.broker import mosquitto, plugin
from smartplus.run.places import BASE, answers, free_port
from smartplus.run.programs import Program, start
from tests.waiting import until

DEPLOY = BASE / "docs/deploy"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new installation; the broker's name is this machine's, so that its certificate fits."""
    place = tmp_path_factory.mktemp("installation")
    script = ["sh", str(DEPLOY / "new-secrets.sh"), "portal.example.com", "localhost"]
    subprocess.run(script, cwd=place, check=True, capture_output=True)
    return place


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[Address]:
    """Mosquitto running by production's configuration; where our services reach it."""
    port, program = free_port(), mosquitto()
    assert program
    told = (DEPLOY / "mosquitto.conf").read_text()
    told = told.replace("/run/secrets", str(place / "secrets")).replace("listener 8883", f"listener {port}")
    told = re.sub(r"(?m)^plugin .*", f"plugin {plugin()}", told).replace("/mosquitto/data", str(place))
    told += "user root\n" if os.geteuid() == 0 else ""
    (place / "mosquitto.conf").write_text(told)
    account.settle(place / "dynsec.json", (place / "secrets/mqtt_password").read_text())
    command = [program, "-c", str(place / "mosquitto.conf")]
    child = start(Program("broker", command, os.environ, lambda: answers(port)), place / "log")
    try:
        child.wait_ready(30)
        url = (place / "secrets/mqtt_url").read_text()
        url = url.replace("/run/secrets", str(place / "secrets")).replace(":8883", f":{port}")
        yield Address.of(url)
    finally:
        child.kill()


def outcome(address: Address) -> str:
    """How a connection to `address` ends: the broker's word, or the error."""
    client, told, done = make_client(address, "test"), list[str](), threading.Event()

    def on_connect(client: paho.Client, data: object, flags: object, code: object, more: object) -> None:
        told.append(str(code))
        done.set()

    client.on_connect = on_connect
    try:
        client.connect(address.host, address.port)
    except (ssl.SSLError, OSError) as error:
        return type(error).__name__
    client.loop_start()
    until(done.is_set, timeout=10, message="no answer")
    client.disconnect()
    client.loop_stop()
    return told[0]


def test_our_services_come_in_by_tls_with_their_password(address: Address) -> None:
    assert outcome(address) == "Success"
    assert outcome(replace(address, password="wrong")) == "Not authorized"
    assert outcome(replace(address, username="", password="")) == "Not authorized"


def test_a_broker_of_another_authority_is_not_believed(address: Address) -> None:
    assert outcome(replace(address, ca=None)) == "SSLCertVerificationError"


def test_drawing_again_keeps_what_is_there(place: Path) -> None:
    before = {file.name: file.read_bytes() for file in (place / "secrets").iterdir()}
    (place / "secrets/mqtt_certificate").unlink()
    script = ["sh", str(DEPLOY / "new-secrets.sh"), "portal.example.com", "localhost"]
    subprocess.run(script, cwd=place, check=True, capture_output=True)
    after = {file.name: file.read_bytes() for file in (place / "secrets").iterdir()}
    changed = {name for name in before if before[name] != after[name]}
    assert before.keys() == after.keys()
    assert changed <= {"mqtt_certificate", "mqtt_key", "mqtt_ca.srl"} and "mqtt_certificate" in changed
    assert (place / "secrets").stat().st_mode & 0o777 == 0o700


def test_another_password_keeps_the_device_accounts(tmp_path: Path) -> None:
    file = tmp_path / "dynsec.json"
    account.settle(file, "first")
    device = '"username": "0C11050000A1"'
    file.write_text(file.read_text().replace('"clients": [', '"clients": [{' + device + ', "roles": []},'))
    kept = file.read_text()
    account.settle(file, "first")
    assert account._read(file)["clients"][0]["password"] in kept
    account.settle(file, "second")
    assert device in file.read_text()
    assert account._fits(account._read(file)["clients"][0], "second")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_spoilt_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "dynsec.json").write_text('{"clients": [{"user')
    account.settle(tmp_path / "dynsec.json", "word")
    assert account._read(tmp_path / "dynsec.json")["clients"][0]["username"] == account.SERVICES
    shutil.rmtree(tmp_path)
