"""The choice of the pages' language."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils import translation

register = template.Library()


@register.inclusion_tag("parts/shell/languages.html", takes_context=True)
def language_choice(context: Context) -> dict[str, Any]:
    """Buttons of the languages pages are translated to, each named in itself."""
    names = dict(settings.LANGUAGES)
    request = context.get("request")
    return {
        "languages": [(code, names[code]) for code in settings.PAGE_LANGUAGES],
        "current": translation.get_language(),
        "here": request.get_full_path() if request and request.method in {"GET", "HEAD"} else "",
        "csrf_token": context.get("csrf_token"),
    }
