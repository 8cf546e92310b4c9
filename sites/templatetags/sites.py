"""Filters of this app's templates: `{% load sites %}`."""

from django import template

from smartplus.kernel.paging import COUNT_LIMIT, Count

register = template.Library()


@register.filter
def capped(number: int) -> str:
    """A figure that was counted no further than lists count ("10,000+")."""
    return str(Count(min(number, COUNT_LIMIT + 1)))
