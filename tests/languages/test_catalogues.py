"""Emails in all languages: every catalogue is complete, careful and compiled, and every letter speaks it."""

import gettext
import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache, partial
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import to_locale

from accounts.models import Email, User
from accounts.services import letters, mail
from accounts.services.moments import clock_of, date_of
from smartplus.kernel import catalogues

from .messages import TEMPLATES as ALL_TEMPLATES
from .messages import Wanted, of_python, of_template, wanted

TEMPLATES = ALL_TEMPLATES / "emails"
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
MARK = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")

# Words that are the same in that language and in English.
SAME: dict[str, set[str]] = {
    "de": {"Code"},
    "fr": {"Code"},
    "zh-hans": {"AutoP", "HTML", "NFC", "RTSPS", "TCP", "TLS", "UDP"},
}

COUNTS = (0, 1, 2, 5, 11, 21, 22, 101, 112)
PLURALS: dict[str, list[int]] = {
    **{code: [0] * 9 for code in ("zh-hant", "zh-hans", "ko", "ja", "vi")},
    **{code: [1, 0, 1, 1, 1, 1, 1, 1, 1] for code in ("es", "da", "pt", "de", "it", "az")},
    **{code: [0, 0, 1, 1, 1, 1, 1, 1, 1] for code in ("tr", "fr", "fa")},
    **{code: [2, 0, 1, 2, 2, 0, 1, 0, 2] for code in ("ru", "uk", "bs")},
    "pl": [2, 0, 1, 2, 2, 2, 1, 2, 2],
    "he": [2, 0, 1, 2, 2, 2, 2, 2, 2],
}
"""Which form each of COUNTS takes."""

SCRIPTS = {
    "ru": "CYRILLIC", "uk": "CYRILLIC", "he": "HEBREW", "fa": "ARABIC", "ko": "HANGUL", "ja": "HIRAGANA",
    "zh-hans": "CJK", "zh-hant": "CJK",
}  # fmt: skip
NEIGHBOURS = {"ru": "іїєґ", "uk": "ыэёъ", "fa": "كي", "tr": "əw", "bs": "ąęłåøж", "pt": "ñ", "es": "ãõ"}
"""Letters of a neighbouring language, that can only have slipped in."""
CHARACTERS = {"zh-hans": "gb2312", "zh-hant": "big5"}


@cache
def catalogue(language: str) -> dict[Wanted, catalogues.Message]:
    """A language's translations by what they translate, without the head."""
    read = catalogues.read(po_of(language))
    return {Wanted(m.id, m.plural, m.context): m for m in read if m.id}


def po_of(language: str) -> Path:
    return catalogues.LOCALES / to_locale(language) / "LC_MESSAGES" / "django.po"


def head_of(language: str) -> str:
    return next(m for m in catalogues.read(po_of(language)) if not m.id).text()


def signs(text: str) -> tuple[list[str], list[int], int]:
    """What a translation must not touch: the gaps, the numbers, our name."""
    plain = MARK.sub("", text)
    return sorted(MARK.findall(text)), sorted(map(int, re.findall(r"\d+", plain))), plain.count("SmartPlus")


# --- The catalogues -----------------------------------------------------------------------------


def test_messages_are_found_however_a_template_says_them() -> None:
    source = (
        '{% load i18n %}{% translate "One" %}{% translate "Two" context "door" as x %}'
        "{% blocktranslate trimmed %}  Three {{ name }}\n  and more {% endblocktranslate %}{{ _('Four') }}"
        "{% blocktranslate count n=n %}a door{% plural %}{{ n }} doors{% endblocktranslate %}"
    )
    assert of_template(source) == {
        Wanted("One"), Wanted("Two", context="door"), Wanted("Three %(name)s and more"), Wanted("Four"),
        Wanted("a door", "%(n)s doors"),
    }  # fmt: skip


def test_messages_are_found_however_code_says_them() -> None:
    source = """
class Page:
    title = _("One")
    help = filled(_("At most {n} " "rows"), n=MOST)
ngettext("{n} door", "{n} doors", n).format(n=n)
OPEN, OFF = pgettext("a door", "Open"), noop("Off line")
_(OFF), say("not this")
"""
    assert of_python(source) == {
        Wanted("One"), Wanted("At most {n} rows"), Wanted("{n} door", "{n} doors"),
        Wanted("Open", context="a door"), Wanted("Off line"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="plain text"):
        of_python('_(f"{n} rows")')


def test_every_language_has_a_catalogue_and_no_other() -> None:
    assert {path.parent.parent.name for path in catalogues.sources()} == {to_locale(c) for c in LANGUAGES}
    assert len(LANGUAGES) == 19
    assert set(PLURALS) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    known = catalogue(language)
    missing = sorted(message.id for message in wanted(language) - set(known))
    assert not missing, f"not in {to_locale(language)}"
    assert not sorted(message.id for message in set(known) - wanted(language)), (
        f"not needed in {to_locale(language)}"
    )
    assert not [message.id for message in known.values() if message.fuzzy]
    assert len(known) == sum(1 for message in catalogues.read(po_of(language)) if message.id), "twice"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_gaps_numbers_and_our_name(language: str) -> None:
    for source, message in catalogue(language).items():
        for text in message.texts.values():
            assert text == " ".join(text.split()) != "", source.id
            assert text.endswith((":", "：")) or not source.id.endswith(":"), text
            many = source.plural or source.id
            assert signs(text) in (signs(source.id), signs(many)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_not_the_english(language: str) -> None:
    same = {message.id for message in catalogue(language).values() if message.id in message.texts.values()}
    assert same == SAME.get(language, set()) & {m.id for m in wanted(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_written_in_its_script(language: str) -> None:
    for source, message in catalogue(language).items():
        text = MARK.sub("", message.text())
        if source.id in SAME.get(language, set()) or not any(sign.isalpha() for sign in text):
            continue
        letters_of = {unicodedata.name(sign).split()[0] for sign in text if sign.isalpha()}
        script = SCRIPTS.get(language, "LATIN")
        if language == "ja":
            assert letters_of & {"HIRAGANA", "KATAKANA", "CJK"}, text
        else:
            assert script in letters_of, text
        assert not {"CYRILLIC", "HEBREW", "ARABIC", "HANGUL"} & (letters_of - {script}), text
        assert not set(NEIGHBOURS.get(language, "")) & set(text.lower()), text
        text.encode(CHARACTERS.get(language, "utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_follow_the_languages_rule(language: str) -> None:
    found = re.search(r"Plural-Forms: nplurals=(\d); plural=(.+);", head_of(language))
    assert found
    rule = gettext.c2py(found[2])
    assert [rule(count) for count in COUNTS] == PLURALS[language]
    forms = set(range(int(found[1])))
    assert {rule(count) for count in range(1000)} == forms
    for source, message in catalogue(language).items():
        assert set(message.texts) == (forms if source.plural else {0}), source.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_in_step(language: str) -> None:
    path = po_of(language)
    assert f"Language: {to_locale(language)}\n" in head_of(language)
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(catalogues.read(path)), (
        "manage.py compilecatalogues"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_catalogue_speaks_first(language: str) -> None:
    """Django and its apps know words like "Email" too."""
    with translation.override(language):
        for source, message in catalogue(language).items():
            for count in COUNTS if source.plural else ():
                assert translation.ngettext(source.id, source.plural or "", count) in message.texts.values()
            if not source.plural:
                ask = (
                    translation.gettext
                    if source.context is None
                    else partial(translation.pgettext, source.context)
                )
                assert ask(source.id) == message.text()


def test_the_compiler_knows_the_format(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgctxt "door"\nmsgid "Open"\nmsgstr "Auf"\n\n'
        'msgid "one door"\nmsgid_plural "%d doors"\nmsgstr[0] "eine Tür"\nmsgstr[1] "%d Türen"\n\n'
        '#, fuzzy\nmsgid "guess"\nmsgstr "falsch"\n\nmsgid "two "\n"lines"\nmsgstr "zwei "\n"Zeilen"\n'
    )
    target = tmp_path / "django.mo"
    target.write_bytes(catalogues.compiled(catalogues.read(source)))
    with target.open("rb") as file:
        known = gettext.GNUTranslations(file)
    assert known.pgettext("door", "Open") == "Auf"
    assert known.ngettext("one door", "%d doors", 3) == "%d Türen"
    assert known.gettext("two lines") == "zwei Zeilen"
    assert known.gettext("guess") == "guess"
    source.write_text("msgid unquoted\n")
    with pytest.raises(ValueError, match="line 1"):
        catalogues.read(source)


# --- The letters --------------------------------------------------------------------------------


@cache
def letter(kind: str, language: str) -> letters.Rendered:
    """A letter as its reader gets it, with the values of its sample."""
    about = mail.KINDS[kind]
    email = Email(
        user=User(username="600101", first_name="Anna", last_name="Berg", time_zone="Asia/Tokyo"),
        kind=kind,
        language=language,
        context=json.dumps(about.sample),
        created_at=datetime(2026, 3, 1, 15, 30, tzinfo=UTC),
    )
    return letters.render(email, "T0KEN" if about.link else "", code=about.code)


def shown(html: str) -> str:
    """What a person sees of the HTML, with what stands in its place of a picture."""
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', html))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html) + " " + alternatives).split())


def english_of(kind: str) -> set[str]:
    """The pieces of the English sentences between their gaps, those that cannot be another language's."""
    names = [f"{kind}.{end}" for end in ("subject.txt", "txt", "html")]
    sources = [(TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    parts = {part for source in sources for part in re.findall(r'"emails/(\S+?)"', source)}
    sources += [(TEMPLATES / part).read_text(encoding="utf-8") for part in parts]
    messages = {message for source in sources for message in of_template(source)}
    return {
        piece.strip()
        for message in messages
        for text in (message.id, message.plural or "")
        for piece in MARK.split(text)
        if piece.count(" ") > 1
    }


def own_words(text: str, kind: str) -> set[str]:
    """The Latin words of a letter that are neither of its sample nor names nor addresses."""
    text = re.sub(r"https?://\S+|cid:\S+", " ", text)
    names = ["Anna Berg", "600101", "SmartPlus", "Asia/Tokyo", "QR"]
    given = [str(value) for value in (mail.KINDS[kind].sample or {}).values()]
    for value in sorted([*given, *names], key=len, reverse=True):
        text = text.replace(value, " ")
    return set(re.findall(r"[A-Za-z]{2,}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_speaks_its_readers_language(language: str) -> None:
    for kind in mail.KINDS:
        made, english = letter(kind, language), letter(kind, "en")
        direction = "rtl" if language in ("he", "fa") else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in made.html
        for text in (made.subject, made.text, shown(made.html)):
            assert not [piece for piece in english_of(kind) if piece in text], kind
            assert "{" not in text, kind
            assert "%(" not in text, kind
        if language in SCRIPTS:
            for text in (made.text, shown(made.html)):
                assert not own_words(text, kind), kind
        lines = {line for line in made.text.splitlines() if own_words(line, kind)}
        assert not lines & set(english.text.splitlines()) - SAME.get(language, set()), kind


@pytest.mark.parametrize("language", [settings.LANGUAGE_CODE, *LANGUAGES])
def test_every_subject_is_one_short_line(language: str) -> None:
    for kind in mail.KINDS:
        source = (TEMPLATES / f"{kind}.subject.txt").read_text(encoding="utf-8")
        assert "|apart" not in source, "no marks of direction in the head"
        subject = letter(kind, language).subject
        assert subject == " ".join(subject.split()) != "", kind
        assert len(subject) <= 100, "with room for a long name up to 200"


def test_a_long_name_does_not_make_a_long_subject() -> None:
    for language in LANGUAGES:
        email = Email(kind="welcome_resident", language=language, context=json.dumps({"site": "x\n" * 300}))
        subject = letters.render(email, "T0KEN").subject
        assert len(subject) <= 200
        assert "\n" not in subject


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_the_layout_mirrors_itself(path: Path) -> None:
    """Nothing stands left or right: a mail client turns all of it round by `dir`."""
    source = re.sub(r"{[%{].*?[%}]}", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"\b(left|right)\b", source)
    for value in re.findall(r"(?:padding|margin):([^;\"]+)", source):
        sides = value.split()
        assert len(sides) < 4 or sides[1] == sides[3], value


def test_the_direction_survives_clients_that_drop_the_page_around_a_letter() -> None:
    table = letter("welcome", "he").html.partition("<table")[2].partition(">")[0]
    assert 'dir="rtl"' in table
    assert 'lang="he"' in table


@pytest.mark.parametrize("name", ["layout.html", "fact.html"])
def test_a_long_name_breaks_instead_of_widening_the_letter(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    for place in re.findall(r"<td([^>]*)>(?:{% block (?:heading|body) %}|{{ label }})", source):
        assert "overflow-wrap:anywhere;word-break:break-word" in place


# --- Dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "date", "clock"),
    [
        ("en", "March 2, 2026", "3:05 PM"),
        ("zh-hant", "2026年3月2日", "下午3:05"),
        ("zh-hans", "2026年3月2日", "下午3:05"),
        ("ko", "2026년 3월 2일", "오후 3:05"),
        ("ja", "2026年3月2日", "午後3:05"),
        ("tr", "2 Mart 2026", "ÖS 3:05"),
        ("pl", "2 marca 2026", "3:05 PM"),
        ("ru", "2 марта 2026 г.", "3:05 PM"),
        ("es", "2 de marzo de 2026", "3:05 p. m."),
        ("bs", "2. mart 2026.", "3:05 PM"),
        ("da", "2. marts 2026", "3:05 PM"),
        ("vi", "ngày 2 tháng 3 năm 2026", "3:05 CH"),
        ("fr", "2 mars 2026", "3:05 PM"),
        ("pt", "2 de março de 2026", "3:05 PM"),
        ("de", "2. März 2026", "3:05 PM"),
        ("it", "2 marzo 2026", "3:05 PM"),
        ("uk", "2 березня 2026 р.", "3:05 PM"),
        ("he", "2 במרץ 2026", "3:05 אחה״צ"),
        ("fa", "2 مارس 2026", "3:05 ب.ظ."),
        ("az", "2 mart 2026", "3:05 PM"),
    ],
)
def test_moments_are_written_as_the_language_does(language: str, date: str, clock: str) -> None:
    at = datetime(2026, 3, 2, 15, 5)
    with translation.override(language):
        assert (date_of(at), clock_of(at, hours_24=False)) == (date, clock)
        assert clock_of(at, hours_24=True) == "15:05"
        assert clock_of(at.replace(hour=0), hours_24=False) != clock_of(at.replace(hour=12), hours_24=False)


def test_a_turkic_capital_leaves_no_second_dot() -> None:
    with translation.override("az"):
        assert date_of(datetime(2026, 7, 2)) == "2 iyul 2026"
