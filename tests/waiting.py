"""Waiting for something true: the only place of the tests that sleeps."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(predicate: Callable[[], T], timeout: float = 10.0, message: str = "", every: float = 0.05) -> T:
    """Ask `predicate` until it answers something true, and return that.

    Fails the test after `timeout` seconds with `message` and the last answer. An `AssertionError`
    of the predicate counts as "not yet": the last one is shown.
    """
    end = time.monotonic() + timeout
    while True:
        try:
            last: object = predicate()
        except AssertionError as error:
            last = error
        else:
            if last:
                return last  # type: ignore[return-value]
        if time.monotonic() > end:
            raise AssertionError(f"{message or 'not true'} after {timeout:g} s; last: {last!r}")
        time.sleep(every)


def stays(predicate: Callable[[], object], seconds: float, message: str = "") -> None:
    """Ask `predicate` for `seconds`: it must be true each time. For "nothing happens" only."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert predicate(), message or "it did not stay so"
        time.sleep(0.05)
