"""Every setting is written down, and what production lacks stops the start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent.parent
READS = re.compile(r"env\.(?:str|int|bool|list|needed|secret|secrets)\(\s*\"([A-Z_]+)\"")
GOOD = {
    "PUBLIC_URL": "https://portal.example.com",
    "SECRET_KEY": "kZ8vQ1mX3nB5cV7lA9sD2fG4hJ6kP0oIuYtReWq-zXcVbNm_1234",
    "FIELD_KEYS": "n" * 40 + "," + "o" * 40,
    "INDEX_KEY": "i" * 40,
    "DATABASE_URL": "postgresql://smartplus:word@postgres/smartplus?sslmode=require",
    "REDIS_URL": "redis://:word@valkey:6379",
    "MQTT_URL": "mqtts://services:word@mqtt.example.com:8883",
}


def read_settings(program: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `program` in a process with these settings and no others."""
    given = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "smartplus.settings", **env}
    return subprocess.run(
        [sys.executable, "-c", program], env=given, cwd=BASE, capture_output=True, text=True, check=False
    )


def test_every_name_is_in_the_docs_and_no_other() -> None:
    read = set(READS.findall((BASE / "smartplus/settings.py").read_text()))
    told = (BASE / "docs/settings.md").read_text().partition("## Only for")[0]
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", told, re.MULTILINE))
    assert len(read) > 20
    assert read == listed


def test_production_passes_the_deploy_check() -> None:
    program = (
        "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv[1:])"
    )
    program = program.replace("sys.argv[1:]", "['manage.py', 'check', '--deploy', '--fail-level', 'WARNING']")
    done = read_settings(program, GOOD)
    assert done.returncode == 0, done.stderr


def test_cookies_are_this_hosts_alone() -> None:
    told = "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    done = read_settings(f"import smartplus.settings as s; {told}", GOOD)
    assert done.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True"], done.stderr


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting_stops_the_start(name: str) -> None:
    done = read_settings("import smartplus.settings", {**GOOD, name: ""})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name}" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("FIELD_KEYS", "n" * 40 + ",short"),
        ("PUBLIC_URL", "http://x.org"),
        ("SMS_URL", "http://x.org/send"),
    ],
)
def test_a_weak_setting_stops_the_start(name: str, value: str) -> None:
    done = read_settings("import smartplus.settings", {**GOOD, name: value})
    assert f"ImproperlyConfigured: {name}" in done.stderr


def test_secrets_come_from_files(tmp_path: Path) -> None:
    files = {}
    for name, value in GOOD.items():
        (tmp_path / name).write_text(value.replace(",", "\n") + "\n")
        files[f"{name}_FILE"] = str(tmp_path / name)
    program = """from smartplus import settings
print(settings.SECRET_KEY, *settings.FIELD_KEYS, settings.DATABASES["default"]["PASSWORD"])"""
    done = read_settings(program, files)
    assert done.stdout.split() == [GOOD["SECRET_KEY"], "n" * 40, "o" * 40, "word"], done.stderr


def test_nothing_secret_is_in_the_log() -> None:
    program = """
import django, logging; django.setup()
logging.getLogger("x").warning('{"pin": "4711", "name": "Ada"} password=hunter2 redis://u:geheim@h/1')
logging.getLogger("x").warning("%s", {"Authorization": "Bearer abc.def", "card": 123456, "status": 200})
try:
    raise ValueError("token=tok123")
except ValueError:
    logging.getLogger("x").exception("failed")
"""
    told = read_settings(program, GOOD).stderr
    assert "Ada" in told and "status" in told and "ValueError" in told
    assert not re.search("4711|hunter2|geheim|abc|123456|tok123", told), told
