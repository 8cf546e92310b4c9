"""Reminders to the workers: at once, or together after a long job."""

from typing import Any

import pytest

from smartplus.kernel import reminders
from smartplus.kernel.reminders import held_back, remind


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    found: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(
        reminders.current_app, "send_task", lambda task, args, **_more: found.append((task, args))
    )
    return found


def test_a_long_job_reminds_once_at_its_end(sent: list[Any]) -> None:
    with held_back():
        for site in (1, 2, 1):
            remind("follow", site, queue="bulk")
        assert sent == []
    assert sent == [("follow", (1,)), ("follow", (2,))]
    remind("follow", 1, queue="bulk")
    assert len(sent) == 3


def test_what_was_done_before_it_broke_is_reminded_of(sent: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), held_back():
        remind("mail", queue="default")
        raise ZeroDivisionError
    assert sent == [("mail", ())]


def test_nobody_suffers_for_a_queue_that_is_away(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise ConnectionError("no queue")

    monkeypatch.setattr(reminders.current_app, "send_task", away)
    remind("mail", queue="default")
    assert "no reminder for mail" in caplog.text
