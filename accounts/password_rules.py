"""Words that are no secret here: of the product, of the trade, and of the person's own company."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from smartplus.kernel.words import _

WORDS = frozenset(
    {
        "smartplus", "intercom", "doorphone", "password", "passwort", "welcome", "portal", "login", "access",
        "admin", "administrator", "operator", "distributor", "installer", "manager", "resident",
    }
)  # fmt: skip
REST = 8
"""Signs that a password must have besides such a word."""


class ContextValidator:
    """Refuses a password that is little more than a word everybody around the account knows."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` when what is left without such words is too short."""
        plain = _plain(password)
        rest = plain
        for word in sorted(WORDS | _around(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != plain and len(rest) < REST:
            raise ValidationError(self.get_help_text(), code="password_of_the_place")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("This is little more than the name of your company, of this portal, or a word of the trade.")


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _around(user: Any) -> set[str]:
    """The words of the person's company and of this portal's address, four signs and longer."""
    company = getattr(user, "organisation", None)
    texts = [company.name if company else "", urlsplit(settings.PUBLIC_URL).hostname or ""]
    words = {word for text in texts for word in re.split(r"[\W_]+", text.lower()) if len(word) >= 4}
    return words | {joined for text in texts if len(joined := _plain(text)) >= 4}
