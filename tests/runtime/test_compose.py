"""The production files agree with each other: nobody can start containers in a test."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from smartplus.env import Env
from smartplus.run.places import BASE
from tests.runtime.test_settings import READS

OURS = {"web", "worker", "worker-bulk", "beat", "ingest", "prepare"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())
    return loaded


def test_every_secret_is_drawn_and_declared(compose: dict[str, Any], tmp_path: Path) -> None:
    script = ["sh", str(BASE / "docs/deploy/new-secrets.sh"), "portal.example.com", "mqtt.example.com"]
    subprocess.run(script, cwd=tmp_path, check=True, capture_output=True)
    for name, secret in compose["secrets"].items():
        assert (tmp_path / secret["file"]).read_text(), name
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= compose["secrets"].keys()
        for key, value in _pairs(service):
            if key.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], key


def test_our_programs_are_told_what_they_need(compose: dict[str, Any]) -> None:
    known = set(READS.findall((BASE / "smartplus/settings.py").read_text()))
    for name in OURS:
        told = {key.removesuffix("_FILE") for key, _ in _pairs(compose["services"][name])}
        assert told <= known, name
        needed = {
            "PUBLIC_URL",
            "SECRET_KEY",
            "FIELD_KEYS",
            "INDEX_KEY",
            "DATABASE_URL",
            "REDIS_URL",
            "MQTT_URL",
        }
        assert needed <= told, name


def test_everything_is_watched_and_starts_again(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        once = service["restart"] == "no"
        assert once or service["restart"] == "unless-stopped", name
        assert once or name == "caddy" or "healthcheck" in service, name
        assert all(other in compose["services"] for other in service.get("depends_on", {})), name


def test_only_the_fronts_are_open(compose: dict[str, Any]) -> None:
    open_ports = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert open_ports == {"caddy": ["80:80", "443:443", "443:443/udp"], "mosquitto": ["8883:8883"]}
    for name in ("postgres", "valkey", "web"):
        assert compose["services"][name]["networks"] == ["inside"]
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert dict(_pairs(compose["services"]["web"]))["TRUSTED_PROXIES"] == subnet


def test_all_queues_have_a_worker(compose: dict[str, Any]) -> None:
    commands = [" ".join(service.get("command", [])) for service in compose["services"].values()]
    queues = {queue for command in commands for queue in "".join(re.findall(r"-Q (\S+)", command)).split(",")}
    assert queues - {""} == {"push", "default", "bulk"}


def test_the_image_holds_all_that_runs_and_nothing_private() -> None:
    kept = {line[1:] for line in (BASE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = {folder.name for folder in BASE.iterdir() if (folder / "__init__.py").exists()} - {"tests"}
    assert packages | {"templates", "static", "manage.py", "requirements.txt"} == kept


def test_values_from_files_lose_their_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("geheim\n")
    monkeypatch.setenv("SOME_WORD_FILE", str(tmp_path / "word"))
    assert Env().str("SOME_WORD") == "geheim"


def _pairs(service: dict[str, Any]) -> list[tuple[str, str]]:
    return list((service.get("environment") or {}).items())
