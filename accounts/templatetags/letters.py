"""For emails: one sentence, and so one translation, for the text and the HTML of a letter."""

import unicodedata
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language_bidi

register = template.Library()
FIRST_STRONG, POP = "\u2068", "\u2069"


@register.filter(needs_autoescape=True)
def apart(value: Any, autoescape: bool = True) -> Any:
    """A name or number kept apart from the direction of the text around it, where that may differ."""
    text = str(value)
    if autoescape:
        return format_html("<bdi>{}</bdi>", text)
    if get_language_bidi() or any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return f"{FIRST_STRONG}{text}{POP}"
    return text
