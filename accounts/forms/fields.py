"""Choices that several forms offer."""

from typing import Any

from django import forms
from django.conf import settings

from smartplus.kernel.words import _


class LanguageField(forms.ChoiceField):
    """A language we write emails in."""

    def __init__(self, **kwargs: Any) -> None:
        usual = {"label": _("Language"), "initial": "en", "help_text": _("Emails are written in it.")}
        super().__init__(choices=settings.LANGUAGES, **{**usual, **kwargs})
