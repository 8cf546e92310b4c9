"""AutoP: lines `Config.X.Y = value`, and the file of them a device fetches for itself over HTTP."""

import base64
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime

LINE = re.compile(r"(Config\.[^\s=]+)\s*=[ \t]*(.*)")
MAX_FILE = 1024 * 1024
MAX_BODY = 8 * 1024 * 1024
Lines = list[tuple[str, str]]


def read_lines(text: str) -> tuple[Lines, list[str]]:
    """The (key, value) of each line, and the lines that are none; blank ones and comments are passed over."""
    lines: Lines = []
    wrong: list[str] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = LINE.fullmatch(line)
        if found is None:
            wrong.append(line)
        else:
            lines.append((found[1], found[2].strip()))
    return lines, wrong


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the last fetch of the configuration gave: its lines, or the reason why not."""

    at: datetime
    lines: tuple[tuple[str, str], ...] = ()
    error: str = ""


class _Stay(urllib.request.HTTPRedirectHandler):
    """A secret is not carried to where an answer points."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def get(url: str, user: str, password: str, limit: int = MAX_FILE) -> bytes:
    """Fetch with HTTP Basic. Raises `OSError` (also for answers other than 200) or `ValueError`. Blocks."""
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {basic}"})
    with _OPENER.open(request, timeout=15) as answer:
        body: bytes = answer.read(limit + 1)
    if len(body) > limit:
        raise ValueError("Too large")
    return body


def fetch(portal: str, mac: str, secret: str, now: datetime) -> Fetched:
    """A device's own configuration from the portal. Never raises for what the network does. Blocks."""
    try:
        text = get(f"{portal}/d/autop/{mac}.cfg", mac, secret).decode()
    except urllib.error.HTTPError as error:
        return Fetched(at=now, error=f"The portal answered {error.code}")
    except (OSError, ValueError) as error:
        return Fetched(at=now, error=str(error)[:200] or type(error).__name__)
    lines, wrong = read_lines(text)
    return Fetched(at=now, lines=tuple(lines), error=f"Not understood: {wrong[0]}"[:200] if wrong else "")
