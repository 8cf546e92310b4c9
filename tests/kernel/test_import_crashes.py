"""Imports whose worker, database or code fails in the middle: what is left, and how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from sites.models import Unit
from smartplus.kernel.imports import Row, services
from smartplus.kernel.models import Import, ImportRow
from tests.kernel.importing import lines, sheet, silent_for_long, staged, started
from tests.kernel.sample import UnitImporter

pytestmark = pytest.mark.django_db
Status = Import.Status


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    """No test leaves a trap for the next."""
    yield
    UnitImporter.before_apply = None


class Death(BaseException):
    """The worker is killed."""


def test_a_killed_job_goes_on_where_it_was_cut_off(alpha: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [str(number) for number in range(300, 335)]
    made = started(alpha, *numbers)

    def die_in_the_third_chunk(rows: list[Row]) -> None:
        if rows[0].cleaned["number"] == "320":
            raise Death

    UnitImporter.before_apply = staticmethod(die_in_the_third_chunk)
    with pytest.raises(Death):
        services.apply(made.pk)
    made.refresh_from_db()
    assert (made.status, made.applied) == (Status.APPLYING, 20)
    UnitImporter.before_apply = None
    services.apply(made.pk)
    assert Unit.objects.filter(number__in=numbers).count() == 20, "a job in hand is not taken away"
    silent_for_long(made)
    hurried: list[int] = []
    monkeypatch.setattr(services, "hurry", lambda task, pk: hurried.append(pk))
    services.sweep()
    assert hurried == [made.pk]
    services.apply(made.pk)
    made.refresh_from_db()
    assert (made.status, made.applied, made.done_rows) == (Status.DONE, 35, 35)
    assert Unit.objects.filter(number__in=numbers).count() == 35


def test_a_killed_check_is_done_again_from_the_start(alpha: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = staged(alpha, sheet(*lines(alpha, "301", "302")))

    def die(*_: Any) -> None:
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(UnitImporter, "check_all", die)
        with pytest.raises(Death):
            services.check(made.pk)
    services.check(made.pk)
    assert not ImportRow.objects.filter(run=made).exists()
    silent_for_long(made)
    services.check(made.pk)
    made.refresh_from_db()
    assert (made.status, made.good) == (Status.CHECKED, 2)
    services.check(made.pk)
    assert ImportRow.objects.filter(run=made).count() == 2


def test_a_check_that_lost_its_turn_stages_nothing(alpha: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = staged(alpha, sheet(*lines(alpha, "301")))
    taken = UnitImporter.check_all

    def lose_the_turn(self: Any, rows: Any, known: Any) -> None:
        Import.objects.filter(pk=made.pk).update(attempts=7)
        taken(self, rows, known)

    monkeypatch.setattr(UnitImporter, "check_all", lose_the_turn)
    services.check(made.pk)
    made.refresh_from_db()
    assert made.status == Status.CHECKING
    assert not made.rows.exists()


def test_a_file_that_kills_each_worker_is_given_up(alpha: Any) -> None:
    made = started(alpha, "301")

    def die(rows: Any) -> None:
        raise Death

    UnitImporter.before_apply = staticmethod(die)
    for _ in range(services.MOST_ATTEMPTS):
        with pytest.raises(Death):
            services.apply(made.pk)
        silent_for_long(made)
    services.apply(made.pk)
    made.refresh_from_db()
    assert made.status == Status.FAILED
    assert "Nothing more is tried" in made.error


def test_a_lost_database_is_left_to_the_sweep_and_a_mistake_of_ours_is_told(alpha: Any) -> None:
    made = started(alpha, *(str(number) for number in range(300, 315)))

    def lost(rows: Any) -> None:
        raise OperationalError("gone")

    UnitImporter.before_apply = staticmethod(lost)
    with pytest.raises(OperationalError):
        services.apply(made.pk)
    made.refresh_from_db()
    assert made.status == Status.APPLYING

    def wrong_in_the_second_chunk(rows: list[Row]) -> None:
        if rows[0].cleaned["number"] == "310":
            raise KeyError("ours")

    UnitImporter.before_apply = staticmethod(wrong_in_the_second_chunk)
    silent_for_long(made)
    services.apply(made.pk)
    made.refresh_from_db()
    assert made.status == Status.FAILED
    assert made.error == "Something went wrong on our side. 10 rows were written, the others were not."
