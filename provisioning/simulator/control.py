"""The door for the front panel page and for tests: one line of JSON in, one line out.

On a Unix socket (`unix:///path`, for this user only) or on loop-back TCP (`tcp://127.0.0.1:port`,
with the token in each request when there is one: every program and web page of the machine reaches it).
"""

import asyncio
import hmac
import json
import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .fleet import Fleet
from .verbs import answer

log = logging.getLogger("simulator")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAX_LINE = 32 * 1024 * 1024


class Control:
    """Answers {"verb", "token", ...} with {"ok": true, "result": ...} or {"ok": false, "error": ...}."""

    def __init__(self, fleet: Fleet, url: str, token: str) -> None:
        self._fleet = fleet
        self._url = urlsplit(url)
        self._token = "" if self._url.scheme == "unix" else token

    async def listen(self) -> asyncio.Server:
        """Begin to listen. Raises `OSError`, or `ValueError` for an address others could reach."""
        if self._url.scheme == "unix":
            path = Path(self._url.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                return await asyncio.start_unix_server(self._serve, path, limit=MAX_LINE)
            finally:
                os.umask(before)
        if self._url.hostname not in LOOPBACK or self._url.port is None:
            raise ValueError("SIMULATOR_URL must be unix:///path or tcp://127.0.0.1:port")
        return await asyncio.start_server(self._serve, self._url.hostname, self._url.port, limit=MAX_LINE)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                request = _read(line)
                if request is None:  # somebody speaks another language, a browser for instance
                    break
                reply = json.dumps(self._reply(request), separators=(",", ":"), ensure_ascii=False)
                writer.write(reply.encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    def _reply(self, request: dict[str, Any]) -> dict[str, Any]:
        token = str(request.pop("token", ""))
        if self._token and not hmac.compare_digest(token.encode(), self._token.encode()):
            return {"ok": False, "error": "Wrong token"}
        try:
            result = answer(self._fleet, request)
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:  # one wrong question must not end the simulator
            log.exception("Could not answer %s", request.get("verb"))
            return {"ok": False, "error": f"The simulator failed: {error!r}"}
        # What was changed is on disk before it is answered.
        self._fleet.disk.commit()
        return {"ok": True, "result": result}


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        request = json.loads(line)
    except ValueError:
        return None
    return request if isinstance(request, dict) else None
