"""Text messages: one sender, whichever way `SMS_URL` names.

http(s)://…   the provider's gateway: POST of JSON {"id", "to", "text"} with `SMS_TOKEN` as bearer
file:///…     a folder, one .txt a message: where there is no gateway (a demo, a developer's machine)
""            none: nobody is reached by text message

Messages wait in the outbox beside the emails (`services.mail`); this only renders and hands over.
"""

import json
import os
import unicodedata
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from ..models import Email
from .letters import link_of, spoken

TIMEOUT = 15
LENGTH = 160
"""Characters of the GSM alphabet in one message."""
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
PLAIN = str.maketrans("łŁđĐıəƏ’‘“”–—", "lLdDieE''\"\"--")
"""Letters and signs that Unicode does not take apart."""


def available() -> bool:
    """Whether text messages can be sent here at all."""
    return bool(settings.SMS_URL)


def render(email: Email, token: str = "") -> str:
    """The text of a message of the outbox, in the reader's language; `token` becomes the link."""
    with translation.override(spoken(email.language)):
        context = Context({**json.loads(email.context or "{}"), "link": link_of(token)}, autoescape=False)
        template: Any = get_template(f"emails/{email.kind}.txt")
        text = " ".join(str(template.template.render(context)).split())
    return in_gsm(text)


def in_gsm(text: str) -> str:
    """The text in letters of the GSM alphabet, where its script has them ("hasło" is sent as "haslo").

    Other scripts stay as they are: they cost more messages, but nothing can be read without them.
    """
    bare = "".join(sign if sign in GSM else _base(sign) for sign in text)
    return bare if set(bare) <= GSM else text


def _base(sign: str) -> str:
    plain = unicodedata.normalize("NFKD", sign.translate(PLAIN))
    return "".join(part for part in plain if not unicodedata.combining(part))


def send(*, number: int, to: str, text: str) -> None:
    """Hand one message over. `number` is its own: a gateway may drop what it has had. Raises `OSError`."""
    parts = urlsplit(settings.SMS_URL)
    if parts.scheme == "file":
        _keep(Path(unquote(parts.path)), number, to, text)
    elif parts.scheme in ("http", "https"):
        _post(number, to, text)
    else:
        raise OSError("SMS_URL is not set")


def _keep(folder: Path, number: int, to: str, text: str) -> None:
    """As a file only this user may read: it holds a link. It appears whole, under its final name."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digits = "".join(sign for sign in to if sign.isdigit())
    name = f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S-%f}-{number}-{digits}.txt"
    draft = folder / f".{name}"
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"To: {to}\n\n{text}\n")
    draft.rename(folder / name)


class _Stay(urllib.request.HTTPRedirectHandler):
    """A gateway does not send our token elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Nowhere: the answer itself counts, as a failure."""


_OPENER = urllib.request.build_opener(_Stay)


def _post(number: int, to: str, text: str) -> None:
    body = json.dumps({"id": str(number), "to": to, "text": text}).encode()
    head = {"Content-Type": "application/json"}
    if settings.SMS_TOKEN:
        head["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    request = urllib.request.Request(settings.SMS_URL, data=body, headers=head, method="POST")
    with _OPENER.open(request, timeout=TIMEOUT) as answer:
        answer.read(1024)
