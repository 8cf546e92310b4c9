"""Settings come from the environment; this is how they are read.

Every name may also be given as `NAME_FILE`, the path of a file that holds the value, as
container platforms hand out secrets. `docs/settings.md` lists all names.
"""

import re
from typing import Any
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping
from psycopg.conninfo import conninfo_to_dict

SHORTEST = 32  # characters of a secret


class _Stripped(FileAwareMapping):
    """Values without the line end that every editor leaves in a secret's file."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).strip()


class Env(environ.Env):
    """django-environ, with `NAME_FILE` and with secrets that have no default where it matters."""

    def __init__(self) -> None:
        super().__init__()
        self.ENVIRON = _Stripped()

    def secret(self, name: str, *, debug: bool) -> str:
        """A secret; while developing (`debug`) a known value stands in for a missing one.

        Raises `ImproperlyConfigured` when it is missing, or shorter than 32 characters.
        """
        return self.secrets(name, debug=debug)[0]

    def secrets(self, name: str, *, debug: bool) -> list[str]:
        """The same for several, with commas or line ends between them; at least one."""
        values = re.split(r"[,\s]+", self.str(name, default="").strip())
        if debug and values == [""]:
            return [f"for-development-only-{name.lower()}-never-in-production"]
        if min(len(value) for value in values) < SHORTEST:
            raise ImproperlyConfigured(
                f"{name} (or {name}_FILE) must be set to a secret of {SHORTEST} characters or more, for "
                "example from: openssl rand -base64 36"
            )
        return values

    def needed(self, name: str, *, debug: str | None) -> str:
        """A value production must be told; `debug` stands in while developing (None: production)."""
        value = self.str(name, default="") or debug
        if not value:
            raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set; see docs/settings.md")
        return value


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`, a libpq URL with all of libpq's options.

    A Unix socket is written as its folder with slashes quoted: postgresql://user@%2Frun%2Fpg/name
    """
    parts: dict[str, Any] = conninfo_to_dict(url)
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings = {ours: str(parts.pop(theirs, "") or "") for ours, theirs in named.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "server_side_binding": True, "prepare_threshold": 5},
    }


def redis(url: str, number: int) -> str:
    """`url` (redis://, rediss:// or unix://) pointing at database `number`, as redis-py reads it."""
    base = url.partition("?")[0].rstrip("/")
    if urlsplit(url).scheme == "unix":
        return f"{base}?db={number}"
    return f"{base}/{number}"


def celery_broker(url: str, number: int) -> str:
    """The same as Celery reads it, which names sockets in its own way."""
    if urlsplit(url).scheme == "unix":
        return f"redis+socket://{quote(urlsplit(url).path)}?virtual_host={number}"
    return redis(url, number)
