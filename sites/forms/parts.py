"""Fields that several forms of places and people share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from sites.countries import calling_code_choices
from sites.fields import EmailAddressField, NameField, PhoneField, TextField, clean_mobile
from smartplus.kernel.words import _, pgettext

PHONES_HELP = _("Rings where the call type says phone.")
PHONES = ("phone_1", "phone_2", "phone_3")
PERSON = ("first_name", "last_name", "email", "language", "country_code", "mobile")


def calling_codes() -> list[tuple[str, str]]:
    """Telephone codes for a drop-down, the empty one first."""
    return [("", pgettext("a telephone code", "None")), *calling_code_choices()]


class PersonFields(forms.Form):
    """Name and how to reach somebody. The order is that of the guides."""

    first_name = NameField(label=_("First name"))
    last_name = TextField(most=64, label=_("Last name"))
    email = EmailAddressField(
        label=_("Email"),
        required=False,
        help_text=_("Login details go here: user name, a link to set a password, a QR code."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        initial="en",
        help_text=_("Of the emails this person gets."),
    )
    country_code = forms.ChoiceField(label=_("Country code"), choices=calling_codes, required=False)
    mobile = forms.CharField(
        label=_("Mobile"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Without the country code."),
    )

    def clean(self) -> dict[str, Any]:
        """The mobile is judged with its country code."""
        cleaned = super().clean() or self.cleaned_data
        if "mobile" in cleaned and "country_code" in cleaned:
            try:
                cleaned["mobile"] = clean_mobile(cleaned["mobile"], cleaned["country_code"])
            except ValidationError as wrong:
                if wrong.code == "no_country_code":
                    self.add_error("country_code", _("Choose the country code of the mobile."))
                else:
                    self.add_error("mobile", wrong)
        return cleaned


class PhoneFields(forms.Form):
    """The three telephones of a home."""

    phone_1 = PhoneField(label=_("1st phone"), required=False, help_text=PHONES_HELP)
    phone_2 = PhoneField(label=_("2nd phone"), required=False)
    phone_3 = PhoneField(label=_("3rd phone"), required=False)


def taken(form: Any, names: Iterable[str]) -> dict[str, Any]:
    """The cleaned values of those of `names` that the form has; rows by their id (`building_id`)."""
    values = {name: form.cleaned_data[name] for name in names if name in form.fields}
    for name in ("building", "unit"):
        if name in values:
            row = values.pop(name)
            values[f"{name}_id"] = row.pk if row is not None else None
    return values
