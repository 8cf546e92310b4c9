"""Logs that can be read by machines, follow one request through, and never hold a secret."""

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

current: ContextVar[str] = ContextVar("request_id", default="")

# name=value, "name": "value", Name: value; and the account in any URL. PINs and cards count as
# secrets too: they open doors.
_NAMES = r"[\w-]*(?:passw(?:or)?d|secret|token|api[-_]?key)[\w-]*|(?:set-)?cookie|authorization|pin|card"
_VALUE = r"\"[^\"]*\"|'[^']*'|(?:Basic |Bearer )?[^\s,;&})\]]+"
_NAMED = re.compile(rf"(?i)(\b(?:{_NAMES})\b[\"']?\s*[=:]\s*)({_VALUE})")
_ACCOUNT = re.compile(r"(\w+://[^/\s:@]*):[^/\s@]+@")


def redact(text: str) -> str:
    """`text` with the values of everything that is named like a secret taken out."""
    return _ACCOUNT.sub(r"\1:***@", _NAMED.sub(r"\1***", text))


class RequestIdMiddleware:
    """Gives each request a number of its own: in the log, the audit trail and the answer.

    The number is ours, never the client's: it stands in the audit trail as evidence.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        held = current.set(number)
        try:
            response = self.get_response(request)
        finally:
            current.reset(held)
        response["X-Request-ID"] = number
        return response


class TextFormatter(logging.Formatter):
    """One line for people; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname:<7} {record.name}: "
        tail = f" [{number[:8]}]" if (number := current.get()) else ""
        text = f"{head}{record.getMessage()}{tail}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return redact(text)


class JsonFormatter(logging.Formatter):
    """One JSON object per line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if number := current.get():
            line["request_id"] = number
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
