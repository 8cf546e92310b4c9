"""A language in which every text of a catalogue stands in brackets: what a page says besides is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation

from smartplus.kernel.zones import describe, zone_names

SPOKEN_ATTRIBUTES = {
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "aria-description",
    "data-empty",
    "data-confirm",
}
SILENT = {"script", "style", "code", "pre", "svg", "time", "kbd", "template"}
VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr", "col"}
WORD = re.compile(r"[A-Za-z]{2,}")
MASKED = re.compile(r"•+\w+")
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")


def _marked(text: str) -> str:
    return f"⟦{text}⟧" if text else text


@contextmanager
def in_brackets() -> Iterator[None]:
    """Within, every text that is looked up in a catalogue is shown as ⟦text⟧."""
    real = translation._trans
    with (
        patch.object(real, "gettext", _marked, create=True),
        patch.object(real, "pgettext", lambda _context, text: _marked(text), create=True),
        patch.object(real, "ngettext", lambda one, many, n: _marked(one if n == 1 else many), create=True),
        patch.object(
            real, "npgettext", lambda _context, one, many, n: _marked(one if n == 1 else many), create=True
        ),
    ):
        yield


class _Reader(HTMLParser):
    """Collects what a page says: text between tags, and the attributes that are read or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._quiet: list[str] = []
        self._line: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if not self._quiet:
            self.said += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]
            if tag == "input" and known.get("type") in {"submit", "button"}:
                self.said.append(known.get("value") or "")
        foreign = tag in SILENT or "data-raw" in known or (tag != "html" and known.get("lang"))
        if tag not in VOID and (self._quiet or foreign):
            self._quiet.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._quiet:
            self.said += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        if self._quiet and self._quiet[-1] == tag:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.said.append(" ".join(data.split()))


@cache
def words_of_zones() -> frozenset[str]:
    """Names of time zones, as they are kept and as they are shown."""
    return zone_names() | {describe(zone) for zone in zone_names()}


def data_words() -> list[str]:
    """Text of the database, names of languages and zones, the longest first: nobody translates them."""
    found = {*dict(settings.LANGUAGES).values(), *words_of_zones()}
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for row in model._base_manager.values_list(*names)[:500] if names else ():
            found |= {str(value) for value in row if value and WORD.search(str(value))}
    return sorted(found, key=len, reverse=True)


def forgotten(page: str, data: Iterable[str], allowed: frozenset[str]) -> list[str]:
    """What `page` says outside of the brackets that is neither data nor an allowed word."""
    reader = _Reader()
    reader.feed(page)
    text = MASKED.sub("", "\n".join(reader.said))
    while BRACKETED.search(text):  # one text may stand in a gap of another, and tags within a text
        text = BRACKETED.sub(" ", text)
    left = []
    for line in filter(WORD.search, text.splitlines()):
        rest = line
        for word in data:
            rest = rest.replace(word, " ")
        if any(word not in allowed for word in WORD.findall(rest)):
            left.append(" ".join(line.split()))
    return left


def body_of(response: Any) -> str:
    """The page as text; empty when it is no page."""
    if response.streaming or "html" not in response.get("Content-Type", ""):
        return ""
    return str(response.content.decode())
