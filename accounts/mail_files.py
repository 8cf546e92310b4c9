"""Emails as files: where there is no mail server (a demo, a developer's machine), each letter is one `.eml`.

Any mail program opens them; the newest has the last name.
"""

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_numbers = count(1)


class EmlBackend(BaseEmailBackend):
    """Writes each message into `settings.EMAIL_FILE_PATH`; only this user may read it: it holds links."""

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; each file appears whole, under its final name."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = self._name(message)
            draft = self.folder / f".{name}"
            with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.message().as_bytes())
            draft.rename(self.folder / name)
        return len(email_messages)

    def _name(self, message: EmailMessage) -> str:
        at = f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S-%f}"
        to = re.sub(r"[^\w.@+-]", "_", ", ".join(message.to))[:80]
        return f"{at}-{os.getpid()}-{next(_numbers)}-{to}.eml"
