"""Which messages the catalogues must know, read from the source: emails in all languages, pages in some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

BASE = Path(settings.BASE_DIR)
TEMPLATES = BASE / "templates"
APPS = ("accounts", "sites", "billing", "devices", "access", "firmware", "logs", "provisioning", "smartplus")
STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
MARKS = {"_": 1, "noop": 1, "pgettext": 2, "ngettext": 2, "npgettext": 3}
"""The marks of smartplus/kernel/words.py, and how many texts each takes."""


@dataclass(frozen=True)
class Wanted:
    """One message of the source."""

    id: str
    plural: str | None = None
    context: str | None = None


def _message(mark: str, texts: list[str]) -> Wanted:
    context = texts.pop(0) if "p" in mark.removesuffix("gettext") and mark != "noop" else None
    return Wanted(texts[0], texts[1] if len(texts) > 1 else None, context)


def of_template(source: str) -> set[Wanted]:
    """The messages of one template."""
    found = set()
    for name, quoted in CALL.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in re.findall(STRING, quoted)]
        found.add(_message(name, texts))
    return found


def of_python(source: str) -> set[Wanted]:
    """The messages of one module. Raises `ValueError` for a mark round anything but plain texts."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        texts = node.args[: MARKS[node.func.id]]
        if all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
            found.add(_message(node.func.id, [text.value for text in texts]))  # type: ignore[attr-defined]
        elif any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts):
            raise ValueError(f"line {node.lineno}: a mark takes a plain text")
    return found


def modules() -> Iterator[Path]:
    """The source files that may speak to people."""
    for app in APPS:
        for path in sorted((BASE / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def of_emails() -> frozenset[Wanted]:
    """All messages of the email templates."""
    paths = (TEMPLATES / "emails").iterdir()
    return frozenset(m for path in paths for m in of_template(path.read_text(encoding="utf-8")))


@cache
def of_pages() -> frozenset[Wanted]:
    """All messages of the pages: their templates, and whatever code says."""
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        if "emails" not in path.parts:
            found |= of_template(path.read_text(encoding="utf-8"))
    for path in modules():
        found |= of_python(path.read_text(encoding="utf-8"))
    return frozenset(found)


def wanted(language: str) -> frozenset[Wanted]:
    """All that a catalogue of the language must know."""
    return of_emails() | of_pages() if language in settings.PAGE_LANGUAGES else of_emails()
