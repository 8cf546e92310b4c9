"""Words that are looked up when they are shown: what the kernel takes, keeps and says in the background."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from accounts.models import User
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import Fact, ImportColumn, Row, services
from smartplus.kernel.look import times
from smartplus.kernel.sheets import Limits, SheetError, guard
from smartplus.kernel.sheets.writer import Sheet, file_name, write
from smartplus.kernel.tables import show
from tests.kernel.importing import lines, sheet, staged, started

LATE = gettext_lazy("Monday")  # a word that Django's own catalogues know


@pytest.mark.django_db
@pytest.mark.urls("tests.kernel.urls")
def test_an_import_speaks_to_who_started_it(alpha: Any, settings: Any, monkeypatch: Any) -> None:
    settings.PAGE_LANGUAGES = ["en", "de"]
    User.objects.filter(pk=alpha.scope.user_id).update(language="de")
    made = staged(alpha, sheet(*lines(alpha, "301")))

    def refuse(*given: Any) -> None:
        raise Refused(LATE)

    monkeypatch.setattr(services, "check_file", refuse)
    services.check(made.pk)
    made.refresh_from_db()
    assert made.error == "Montag"
    assert translation.get_language() == "en"


@pytest.mark.django_db
@pytest.mark.urls("tests.kernel.urls")
def test_what_breaks_an_import_is_told_in_their_language_too(
    alpha: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.PAGE_LANGUAGES = ["en", "fr"]
    User.objects.filter(pk=alpha.scope.user_id).update(language="fr")
    made = started(alpha, "301")
    heard = []

    def fail(*given: Any) -> bool:
        heard.append(str(LATE))
        raise ZeroDivisionError

    monkeypatch.setattr(services, "apply_chunk", fail)
    services.apply(made.pk)
    assert heard == ["lundi"]


def test_what_is_kept_is_kept_as_text() -> None:
    row = Row(2, {})
    row.error("name", LATE)
    row.warn("name", LATE)
    with translation.override("de"):
        kept = [Refused(LATE).message, SheetError(LATE).message, *Fact(LATE, 3, LATE).stored().values()]
    assert [*kept, row.errors, row.warnings] == [
        "Montag", "Montag", "Montag", 3, "Montag", [("name", "Monday")], [("name", "Monday")],
    ]  # fmt: skip
    assert all(type(one) is not type(LATE) for one in (*kept, row.errors[0][1]))


def test_a_sheet_takes_late_words_everywhere() -> None:
    file = BytesIO()
    with translation.override("de"):
        write(file, [Sheet(LATE, [LATE], [[LATE]])])
        assert file_name(LATE) == "Montag.xlsx"
        assert ImportColumn("Name", "name", help=LATE).rule().startswith("Montag ")
    book = load_workbook(file)
    assert book.sheetnames == ["Montag"]
    assert [cell.value for (cell,) in book["Montag"].iter_rows()] == ["Montag", "Montag"]


def test_a_cell_shows_late_words_and_days_in_the_readers_language() -> None:
    with translation.override("fr"):
        assert show(LATE) == "<bdi>lundi</bdi>"
        assert "14 Fév 2025" in show(date(2025, 2, 14))
        assert times.exact(datetime(2025, 2, 14, 9, 30)).startswith("vendredi 14 février 2025")
        assert times.day(date(2025, 2, 14), date(2025, 3, 1)) == "14 Fév"


def test_a_size_is_refused_in_one_sentence() -> None:
    assert guard.too_large(3 << 20, Limits(packed=1 << 20)) == "The file has 3 MB; at most 1 MB."
    assert guard.too_large(1, Limits()) == ""
