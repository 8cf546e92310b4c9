"""What an email says: its templates in the reader's language, as text and as HTML with a QR code."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.mime.image import MIMEImage
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import to_locale

from smartplus.kernel.catalogues import LOCALES

from ..models import Email, User
from .moments import clock_of, date_of

PICTURE = "picture"


@dataclass(frozen=True)
class Rendered:
    """An email ready to go out."""

    subject: str
    text: str
    html: str
    picture: bytes = b""
    reply_to: str = ""


def spoken(language: str) -> str:
    """The language an email is written in: the reader's if we have it, else English (with its direction)."""
    return language if language in _languages() else settings.LANGUAGE_CODE


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    known = [code for code, _ in settings.LANGUAGES]
    here = [code for code in known if (LOCALES / to_locale(code) / "LC_MESSAGES" / "django.mo").is_file()]
    return frozenset([settings.LANGUAGE_CODE, *here])


def link_of(token: str) -> str:
    """The address a token opens; always ours, whatever host name a request came with."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:link')}?{urlencode({'token': token})}"


def qr_code(text: str, *, mask: int | None = None) -> bytes:
    """`text` as a QR code: PNG, black on white with its quiet zone.

    With a `mask` (0 to 7) the best of the eight is not looked for: for hundreds, in a third of the time.
    """
    held = BytesIO()
    segno.make(text, error="m", mask=mask).save(held, kind="png", scale=6, border=4)
    return held.getvalue()


def render(email: Email, token: str = "", *, code: bool = False) -> Rendered:
    """Subject, text and HTML of an email; `token` becomes the link, and with `code` a QR code too."""
    link = link_of(token) if token else ""
    language = spoken(email.language)
    values: dict[str, Any] = {
        **json.loads(email.context or "{}"),
        "user": email.user,
        "link": link,
        "portal": settings.PUBLIC_URL,
        "forgot": f"{settings.PUBLIC_URL}{reverse('accounts:forgot')}",
    }
    with translation.override(language):
        values |= {"language": language, "direction": "rtl" if translation.get_language_bidi() else "ltr"}
        values["at"] = _moment(email.created_at, email.user) if email.user else ""
        subject = " ".join(_fill(f"emails/{email.kind}.subject.txt", values, escape=False).split())
        text = _fill(f"emails/{email.kind}.txt", values, escape=False)
        html = _fill(f"emails/{email.kind}.html", values, escape=True)
    picture = qr_code(link) if link and code else b""
    return Rendered(subject[:200], text.strip() + "\n", html, picture, str(values.get("reply_to", "")))


def _fill(name: str, values: dict[str, Any], *, escape: bool) -> str:
    template: Any = get_template(name)
    return str(template.template.render(Context(values, autoescape=escape)))


def _moment(at: datetime, user: User) -> str:
    """A moment in the person's language, time zone and clock."""
    here = timezone.localtime(at, ZoneInfo(user.time_zone))
    return f"{date_of(here)} {clock_of(here, hours_24=user.hours_24)} ({user.time_zone})"


class _Letter(EmailMultiAlternatives):
    """Text and HTML, and what the HTML shows."""

    mixed_subtype = "related"


def message(email: Email, rendered: Rendered) -> EmailMultiAlternatives:
    """The MIME message: text and HTML as alternatives, the picture within as cid:picture."""
    made = _Letter(rendered.subject, rendered.text, settings.DEFAULT_FROM_EMAIL, [email.to])
    if rendered.reply_to:
        made.reply_to = [rendered.reply_to]
    made.attach_alternative(rendered.html, "text/html")
    if rendered.picture:
        picture = MIMEImage(rendered.picture, "png")
        picture.add_header("Content-ID", f"<{PICTURE}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{PICTURE}.png")
        made.attach(picture)
    return made
