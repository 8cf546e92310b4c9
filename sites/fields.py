"""What may stand in the fields of places and people: one rule each, for forms, imports and services.

A cleaner takes what was typed and returns what is kept; it raises `ValidationError` with one
sentence. The fields below put a cleaner behind a form field.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import IntegerChoices
from django.utils.translation import get_language, override

from smartplus.kernel.words import _
from smartplus.kernel.zones import zone_names

from .countries import NAMES, is_calling_code
from .models import Residency

NAME_LENGTH = 64
BUILDING_LENGTH = 128
APARTMENT_LENGTH = 32

APARTMENT = re.compile(r"[A-Za-z0-9#]+")
PHONE_SIGNS = re.compile(r"[\s()./-]")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn or isolate the direction of the text around them: a name would lie about itself."""


def clean_text(value: Any, most: int) -> str:
    """One line of at most `most` characters, composed (NFC), runs of blanks made one; "" when blank.

    Emoji, right-to-left scripts and combining marks are fine; control characters and what overrides
    the direction of the text are refused.
    """
    text = str(value or "").strip()
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        for sign in text:
            _check_sign(sign)
    text = " ".join(text.split())
    if len(text) > most:
        raise ValidationError(
            _("At most {most} characters; this has {n}.").format(most=most, n=len(text)), code="max_length"
        )
    return text


def _check_sign(sign: str) -> None:
    if sign in TURNING:
        raise ValidationError(
            _("Holds a sign that turns the direction of the text (U+{code}). Remove it.").format(
                code=f"{ord(sign):04X}"
            ),
            code="direction",
        )
    if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}:
        raise ValidationError(
            _("Holds a control character (U+{code}), such as a line break. Remove it.").format(
                code=f"{ord(sign):04X}"
            ),
            code="control",
        )


def clean_name(value: Any, most: int = NAME_LENGTH) -> str:
    """A name that can be seen: `clean_text` with at least one letter, digit or sign in it. Not blank."""
    text = clean_text(value, most)
    if not text:
        raise ValidationError(_("Type a name."), code="required")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in text):
        raise ValidationError(_("Nothing of this name can be seen."), code="invisible")
    return text


def clean_apartment(value: Any) -> str:
    """An apartment number: letters A to Z, digits and #, at most 32. Not blank."""
    number = str(value or "").strip()
    if not number:
        raise ValidationError(_("Type the apartment’s number."), code="required")
    if not APARTMENT.fullmatch(number):
        raise ValidationError(_("Letters A to Z, digits and # only."), code="invalid")
    if len(number) > APARTMENT_LENGTH:
        raise ValidationError(
            _("At most {most} characters; this has {n}.").format(most=APARTMENT_LENGTH, n=len(number)),
            code="max_length",
        )
    return number


def clean_email(value: Any) -> str:
    """An email address as typed, or ""."""
    address = clean_text(value, 254)
    if address:
        try:
            validate_email(address)
        except ValidationError as wrong:
            raise ValidationError(
                _("Not an email address, such as anna@example.net."), code="invalid"
            ) from wrong
    return address


def clean_calling_code(value: Any) -> str:
    """A telephone code as its digits ("+45", "0045" and "45" are "45"), or ""; unknown ones are refused."""
    typed = PHONE_SIGNS.sub("", str(value or "")).removeprefix("+")
    code = typed.removeprefix("00")
    if code and not is_calling_code(code):
        raise ValidationError(
            _("No country has the telephone code {code}.").format(code=str(value).strip()[:12]),
            code="unknown",
        )
    return code


def clean_mobile(value: Any, calling_code: str) -> str:
    """A mobile number as its digits after `calling_code` (already clean), or "".

    The national trunk 0 and a repeated country code are taken off.
    """
    typed = PHONE_SIGNS.sub("", str(value or ""))
    if not typed:
        return ""
    if not re.fullmatch(r"\+?[0-9]{2,20}", typed):
        raise ValidationError(_("Digits only, such as 20123456."), code="invalid")
    if not calling_code:
        raise ValidationError(_("Needs its country code."), code="no_country_code")
    return _national(typed, calling_code)


@lru_cache(maxsize=1024)
def _national(typed: str, calling_code: str) -> str:
    prefix = f"+{calling_code}"
    whole = typed if typed.startswith("+") else prefix + typed
    try:
        number = phonenumbers.parse(whole)
    except phonenumbers.NumberParseException:
        number = None
    written = number and phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if (
        not number
        or not written.startswith(prefix)
        or phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        raise ValidationError(
            _("Not a number that exists behind +{code}.").format(code=calling_code), code="invalid"
        )
    return str(written.removeprefix(prefix))


def clean_phone(value: Any) -> str:
    """A telephone number that receives calls: digits, + in front or not, or ""; no country is asked."""
    typed = PHONE_SIGNS.sub("", str(value or ""))
    if typed and not re.fullmatch(r"\+?[0-9]{3,20}", typed):
        raise ValidationError(_("3 to 20 digits, with or without + in front."), code="invalid")
    return typed


def clean_language(value: Any) -> str:
    """The code of one of the languages emails are written in; blank is English."""
    code = str(value or "").strip().lower().replace("_", "-") or "en"
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(
            _("No emails in {language}. Choose one of the list.").format(language=code[:12]), code="unknown"
        )
    return code


def clean_number_choice(value: Any, choices: type[IntegerChoices]) -> int:
    """One of numbered choices (call types), from a number or its words; blank is the first one."""
    typed = str("" if value is None else value).strip() or "0"
    if not typed.isdigit():
        typed = meant(typed, {str(number): label for number, label in choices.choices})
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1
    try:
        return int(choices(number))
    except ValueError as error:
        known = "; ".join(f"{number} {label}" for number, label in choices.choices)
        raise ValidationError(_("One of {choices}.").format(choices=known), code="unknown") from error


def meant(typed: str, labels: Mapping[str, Any]) -> str:
    """The key of the label that was typed, in the reader's language or in English, whatever its case.

    `typed` itself where it is none.
    """
    if typed in labels:
        return typed
    for language in (get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE):
        with override(language):
            for key, label in labels.items():
                if str(label).casefold() == typed.casefold():
                    return key
    return typed


def clean_choice(value: Any, choices: Mapping[str, Any]) -> str:
    """A key of `choices`, or its label; whatever its case; not blank."""
    key = meant(str(value or "").strip(), choices).lower()
    if key not in choices:
        raise ValidationError(_("One of {choices}.").format(choices=", ".join(choices)), code="unknown")
    return key


def clean_identity(value: Any) -> str:
    """`staff` or `personnel`."""
    kinds = (Residency.Kind.STAFF, Residency.Kind.PERSONNEL)
    return clean_choice(value, {kind.value: kind.label for kind in kinds})


def clean_account_type(value: Any) -> str:
    """The kind of resident behind the template's 0 (family master) and 1 (family member), or its words."""
    kinds = {"0": Residency.Kind.MASTER, "1": Residency.Kind.MEMBER}
    typed = str("" if value is None else value).strip()
    typed = meant(typed, {number: kind.label for number, kind in kinds.items()})
    if typed not in kinds:
        raise ValidationError(_("0 for the family master, 1 for a family member."), code="unknown")
    return kinds[typed].value


def clean_country(value: Any) -> str:
    """An ISO 3166 code, or ""."""
    code = str(value or "").strip().upper()
    if code and code not in NAMES:
        raise ValidationError(_("No such country."), code="unknown")
    return code


def clean_time_zone(value: Any) -> str:
    """The name of a time zone (IANA); not blank."""
    name = str(value or "").strip()
    if name not in zone_names():
        raise ValidationError(_("No such time zone. Choose one of the list."), code="unknown")
    return name


class NameField(forms.CharField):
    """A name of a person or a place."""

    def __init__(self, *, most: int = NAME_LENGTH, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)
        self.widget.attrs.update({"maxlength": str(most), "autocomplete": "off", "dir": "auto"})

    def clean(self, value: Any) -> str:
        """The name, composed; "" when blank and not asked for."""
        text = super().clean(value)
        return clean_name(text, self.most) if text else ""


class TextField(NameField):
    """One line about a person or a place, never asked for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> str:
        """The line, composed."""
        return clean_text(super(NameField, self).clean(value), self.most)


class ApartmentField(forms.CharField):
    """An apartment number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update({"maxlength": str(APARTMENT_LENGTH), "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        """The number; "" when blank and not asked for."""
        text = super().clean(value)
        return clean_apartment(text) if text else ""


class EmailAddressField(forms.CharField):
    """An email address, never asked for."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> str:
        """The address as typed."""
        return clean_email(super().clean(value))


class CallingCodeField(forms.CharField):
    """A telephone code typed by hand (templates)."""

    def clean(self, value: Any) -> str:
        """Its digits."""
        return clean_calling_code(super().clean(value))


class PhoneField(forms.CharField):
    """A telephone number that receives calls."""

    widget = forms.TextInput(
        attrs={"type": "tel", "inputmode": "tel", "maxlength": "24", "autocomplete": "off"}
    )

    def clean(self, value: Any) -> str:
        """Digits, with + where it was typed."""
        return clean_phone(super().clean(value))


class NumberChoiceField(forms.CharField):
    """A call type as its number (templates)."""

    def __init__(self, *, choices: type[IntegerChoices], **kwargs: Any) -> None:
        self.numbers = choices
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int:
        """The number of the choice."""
        return clean_number_choice(super().clean(value), self.numbers)
