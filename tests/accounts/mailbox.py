"""Reads what a demo has mailed, the `.eml` files below `var/mail`: for tests of the running product."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def letters(folder: Path, to: str = "") -> list[EmailMessage]:
    """The letters in `folder` (to this address), oldest first."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        letter = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(letter, EmailMessage)
        if not to or letter["To"] == to:
            found.append(letter)
    return found


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """The text ("plain") or the HTML ("html") of a letter."""
    body = letter.get_body((kind,))
    assert body
    return str(body.get_content())


def link_in(letter: EmailMessage) -> str:
    """The single-use link of a letter."""
    found = re.search(r"https?://\S+token=\S+", text_of(letter))
    assert found, "no link in this letter"
    return found[0]
