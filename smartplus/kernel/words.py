"""Words for people, said in the language of who reads them.

    label = _("Name")                                          # looked up whenever it is shown
    _("Remove {name}?").format(name=row)                       # gaps by name, never an f-string
    ngettext("{n} door", "{n} doors", n).format(n=n)           # counting; at once, so in functions only
    filled(_("At most {n} rows"), n=MOST)                      # gaps of what is declared with a module
    pgettext("a door", "Open")                                 # one English word with two meanings
    noop("The device is off line")                             # stored in English, shown by `_(stored)`

All but `ngettext` are lazy. They are typed as `str`, for everything that is shown takes them as such; what is
stored, joined or sent elsewhere needs `str(...)` round it. Write nothing but plain texts into the marks:
`tests/languages/` reads them from the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy

__all__ = ["_", "filled", "ngettext", "noop", "page_language", "pgettext", "speaking"]

if TYPE_CHECKING:

    def _(text: str) -> str:
        """The text in the reader's language, looked up when it is shown."""

    def pgettext(context: str, text: str) -> str:
        """As `_`, of a word that means something else in another `context`."""

    def noop(text: str) -> str:
        """The text itself, which the catalogues must know."""

    def filled(text: str, **gaps: Any) -> str:
        """The text with its gaps filled, looked up when it is shown."""
else:
    _ = gettext_lazy
    pgettext = pgettext_lazy
    noop = gettext_noop
    filled = format_lazy


def page_language(wanted: str) -> str:
    """The language pages are shown in to who wants `wanted`: half a translated page is worse than none."""
    return wanted if wanted in settings.PAGE_LANGUAGES else settings.LANGUAGE_CODE


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Within, texts are those of that person's pages: for work in the background whose words are kept."""
    with translation.override(page_language(wanted)):
        yield
