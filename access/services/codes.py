"""What a PIN and a card number look like, and how they are found again."""

import re
import secrets
from collections.abc import Container

from access.models import Credential
from smartplus.kernel.errors import Refused
from smartplus.kernel.secrets import keyed_index
from smartplus.kernel.words import _

VISITORS = "9"  # PINs that start with it are kept for temp keys
DRAWN_DIGITS = 6

_PIN = re.compile(r"^[0-9]{2,8}$")
_CARD = re.compile(r"^[0-9A-F]{6,20}$")
_BETWEEN = re.compile(r"[\s:.\-]")


def plain_pin(text: str) -> str:
    """A PIN as it is kept. Raises `Refused` (field `pin`) saying the rule and the way out."""
    pin = text.strip()
    if not _PIN.match(pin):
        raise Refused(_("A PIN has 2 to 8 digits."), field="pin", code="pin-form")
    if pin.startswith(VISITORS):
        raise Refused(
            _(
                "Starts with 9, which is kept for visitors’ temp keys. "
                "Use 2 to 8 digits with another first one."
            ),
            field="pin",
            code="pin-nine",
        )
    return pin


def plain_card(text: str) -> str:
    """A card number as it is kept: `00:f2:91:07` is `00F29107`. Raises `Refused` (field `card`)."""
    card = _BETWEEN.sub("", text).upper()
    if not _CARD.match(card):
        raise Refused(
            _("A card number has 6 to 20 characters, 0 to 9 and A to F."), field="card", code="card-form"
        )
    return card


def key_of(kind: str, value: str) -> bytes:
    """By which a value is found again: exact, never fuzzy."""
    return keyed_index(value, f"credential.{kind}")


def draw_pin(taken: Container[bytes]) -> str:
    """A random PIN of 6 digits whose key is not among `taken`."""
    while True:
        pin = str(secrets.randbelow(9 * 10 ** (DRAWN_DIGITS - 1))).zfill(DRAWN_DIGITS)
        if not pin.startswith(VISITORS) and key_of(Credential.Kind.PIN, pin) not in taken:
            return pin
