"""The simulator stands alone: what it imports, what it is told, what it reads."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioning.simulator.autop import fetch, read_lines
from provisioning.simulator.catalogue import model_of
from provisioning.simulator.disk import Disk
from provisioning.simulator.feed import FeedError, FileFeed, PortalFeed, read_fleet
from provisioning.simulator.options import Options
from provisioning.simulator.surroundings import Spec
from smartplus.run.places import free_port
from tests.provisioning.simulator.around import TOKEN, Portal, secret_of

PACKAGE = Path(__file__).parents[3] / "provisioning"
OURS = {
    "accounts",
    "sites",
    "billing",
    "devices",
    "access",
    "firmware",
    "logs",
    "smartplus",
    "django",
    "celery",
}
MAC = "0C1105000000"


def imported(path: Path) -> set[str]:
    """The modules a file imports, relative ones left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
        elif isinstance(node, ast.ImportFrom) and node.level > 1:
            found.add("provisioning")  # out of its own package
    return found


def test_the_simulator_knows_the_protocol_and_nothing_of_the_portal() -> None:
    for path in (PACKAGE / "simulator").rglob("*.py"):
        for name in imported(path):
            assert name.split(".")[0] not in OURS, (path.name, name)
            assert not name.startswith("provisioning") or name.startswith("provisioning.protocol"), (
                path.name,
                name,
            )


def test_the_protocol_knows_nobody() -> None:
    for path in (PACKAGE / "protocol").rglob("*.py"):
        assert not any(name.split(".")[0] in OURS | {"provisioning"} for name in imported(path)), path.name


def test_what_the_environment_tells() -> None:
    options = Options.of({"VAR": "/somewhere"})
    assert (options.broker.host, options.broker.port, options.broker.tls) == ("127.0.0.1", 1883, False)
    assert options.folder == Path("/somewhere/simulator") and options.portal == ""
    told = {
        "MQTT_URL": "mqtt://services:password@10.0.0.1",
        "DEVICE_MQTT_URL": "mqtts://broker.example",
        "DEVICE_HTTP_URL": "https://portal.example/",
        "SIMULATOR_DIR": "/d",
        "SIMULATOR_FLEET": "/f.json",
        "SIMULATOR_POLL": "0.5",
    }
    options = Options.of(told)
    assert (options.broker.host, options.broker.port, options.broker.tls) == ("broker.example", 8883, True)
    assert options.portal == "https://portal.example" and options.poll == 0.5
    assert options.folder == Path("/d") and options.file == Path("/f.json")
    for wrong in ({"MQTT_URL": "http://x"}, {"MQTT_URL": "mqtt://"}, {"SIMULATOR_POLL": "often"}):
        with pytest.raises(ValueError):
            Options.of(wrong)


def test_a_fleet_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "fleet.json"
    feed = FileFeed(path)
    with pytest.raises(FeedError):
        feed.read()
    path.write_text(
        json.dumps({"devices": [{"mac": MAC, "secret": "s", "kind": 50, "model": None, "more": 1}]})
    )
    assert feed.read() == [Spec(MAC, "s", kind="50")]
    assert feed.read() is None
    path.write_text("{")
    with pytest.raises(FeedError):
        feed.read()


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"devices": 1}',
        '{"devices": [1]}',
        '{"devices": [{"mac": "0c1105000000", "secret": "s"}]}',
    ],
)
def test_no_fleet(text: str) -> None:
    with pytest.raises(FeedError):
        read_fleet(text.encode())


def test_the_portal_says_no_or_nothing() -> None:
    portal = Portal()
    try:
        with pytest.raises(FeedError, match="401"):
            PortalFeed(portal.url, "wrong").read()
        portal.devices = [{"mac": MAC, "secret": "s"}]
        feed = PortalFeed(portal.url, TOKEN)
        assert feed.read() == [Spec(MAC, "s")]
        assert feed.read() is None
        now = datetime.now(UTC)
        assert fetch(portal.url, MAC, "wrong", now).error == "The portal answered 401"
        assert fetch(portal.url, MAC, secret_of(MAC), now).lines[0] == ("Config.Own.MAC", MAC)
    finally:
        portal.close()
    with pytest.raises(FeedError, match="does not answer"):
        PortalFeed(f"http://127.0.0.1:{free_port()}", TOKEN).read()
    assert fetch(f"http://127.0.0.1:{free_port()}", MAC, "s", now).error


def test_lines_of_autop() -> None:
    text = "\ufeff# comment\n\n Config.A.B.C = v = w \nConfig.A.D =\r\nConfig.A.E=1\nnot one\nConfig. = 1\n"
    lines, wrong = read_lines(text.lstrip("\ufeff"))
    assert lines == [("Config.A.B.C", "v = w"), ("Config.A.D", ""), ("Config.A.E", "1")]
    assert wrong == ["not one", "Config. = 1"]


def test_models() -> None:
    assert model_of("R29C") == model_of("R29") and model_of("R29").relays == 3
    assert model_of("X915S").people == 20_000
    assert model_of("C313W").people == 0
    assert model_of("Something new").relays == 3


def test_two_simulators_do_not_share_a_memory(tmp_path: Path) -> None:
    first = Disk.open(tmp_path / "memory", lambda task: None)
    with pytest.raises(OSError, match="locked"):
        Disk.open(tmp_path / "memory", lambda task: None, patience=0.1)
    first.close()
    Disk.open(tmp_path / "memory", lambda task: None).close()
