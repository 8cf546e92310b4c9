"""Filters of this app's templates: `{% load sites %}`."""

from django import template
from django.utils.html import format_html

from smartplus.kernel.paging import COUNT_LIMIT, Count

register = template.Library()


@register.filter
def capped(number: int) -> str:
    """A figure that was counted no further than lists count ("10,000+")."""
    return str(Count(min(number, COUNT_LIMIT + 1)))


@register.filter
def breakable(email: str) -> str:
    """An email that may be cut behind its @, where a column is narrow."""
    name, at, host = email.partition("@")
    return format_html("<bdi>{}{}<wbr>{}</bdi>", name, at, host)
