"""News from a lower app to a higher one, in the same transaction.

The lower app emits a frozen dataclass of its `events.py`; who listens to what is written down
in one place, `smartplus/wiring.py`.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")

_handlers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def on(event: type[Event], handler: Callable[[Event], None]) -> None:
    """Let `handler` hear every `event` from now on; naming the same pair twice changes nothing."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def emit(event: object) -> None:
    """Tell all listeners, one after the other, within the caller's transaction."""
    for handler in _handlers[type(event)]:
        handler(event)
