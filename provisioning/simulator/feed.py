"""Which devices there are: asked from the portal, or read from a file, whenever they change."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .surroundings import Spec

MAC = re.compile(r"[0-9A-F]{12}")
MAX_FEED = 64 * 1024 * 1024


class FeedError(Exception):
    """The fleet could not be read; what is known stays."""


def read_spec(raw: Any) -> Spec:
    """A device of a fleet. Raises `ValueError`."""
    if not isinstance(raw, dict) or not MAC.fullmatch(str(raw.get("mac", ""))):
        raise ValueError("A device has a mac of 12 characters 0-9 and A-F")
    told = {name: str(raw[name]) for name in Spec.__match_args__ if raw.get(name) not in (None, "")}
    if "secret" not in told:
        raise ValueError(f"{raw['mac']} has no secret")
    return Spec(**told)


def read_fleet(text: bytes) -> list[Spec]:
    """The devices of `{"devices": [...]}`. Raises `FeedError`."""
    try:
        return [read_spec(raw) for raw in json.loads(text)["devices"]]
    except (ValueError, KeyError, TypeError) as error:
        raise FeedError(f"Not a fleet: {error}") from error


class PortalFeed:
    """`GET {portal}/d/simulator/fleet`, with the ETag of the last answer. Blocks."""

    def __init__(self, portal: str, token: str) -> None:
        self._url = f"{portal}/d/simulator/fleet"
        self._token = token
        self._tag: str | None = None

    def read(self) -> list[Spec] | None:
        """The fleet; None when it is as before. Raises `FeedError`."""
        request = urllib.request.Request(self._url, headers={"Authorization": f"Bearer {self._token}"})
        if self._tag is not None:
            request.add_header("If-None-Match", self._tag)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                fleet = read_fleet(answer.read(MAX_FEED))
                self._tag = answer.headers.get("ETag")
                return fleet
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return None
            raise FeedError(f"The portal answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise FeedError(f"The portal does not answer: {error}") from error


class FileFeed:
    """A JSON file of the same shape, read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None

    def read(self) -> list[Spec] | None:
        """The fleet; None when it is as before. Raises `FeedError`."""
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return None
            fleet = read_fleet(self._path.read_bytes())
        except OSError as error:
            raise FeedError(str(error)) from error
        self._stamp = stamp
        return fleet


Feed = PortalFeed | FileFeed
