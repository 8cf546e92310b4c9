"""What an email of a kind looks like, rendered by the very code that sends it, for nobody."""

import json
from base64 import b64encode
from dataclasses import replace

from django.utils import timezone

from ..models import Email, Role, User
from . import letters
from .mail import KINDS

NOBODY_HOLDS = "sample"
"""Stands in links in the place of a token: it opens nothing."""


def kinds() -> list[str]:
    """The kinds of email there are."""
    return sorted(KINDS)


def is_spoken(language: str) -> bool:
    """Whether emails are written in this language yet; else they are in English."""
    return letters.spoken(language) == language


def letter(kind: str, language: str) -> letters.Rendered:
    """One email of a kind to a made-up person, its picture within the HTML."""
    about = KINDS[kind]
    person = User(
        username="anna.berg",
        first_name="Anna",
        last_name="Berg",
        email="anna.berg@example.net",
        role=Role.RESIDENT,
        language=language,
    )
    context = json.dumps(dict(about.sample or {}))
    email = Email(kind=kind, to=person.email, language=language, context=context, created_at=timezone.now())
    email.user = person
    rendered = letters.render(email, NOBODY_HOLDS if about.link else "", code=about.code)
    picture = b64encode(rendered.picture).decode()
    return replace(
        rendered, html=rendered.html.replace(f"cid:{letters.PICTURE}", f"data:image/png;base64,{picture}")
    )
