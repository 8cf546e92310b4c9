"""How a device can be told to misbehave."""

import random
from dataclasses import dataclass, field, fields
from typing import Any

REFUSALS = ("", "pins", "all")


@dataclass(slots=True)
class Faults:
    """All of them off by default.

    `offline`: no connection, the clock goes on. `slow`: seconds until it answers. `drop`: share of
    messages lost, either way (0 to 1). `duplicate`: share of messages doubled, either way. `refuse`:
    `all` takes nothing, `pins` takes no PIN under 4 digits. `lie`: confirms state it does not keep.
    `clock`: seconds its clock is wrong, and it knows that it cannot be trusted. `capacity`: holds no
    more people than this.
    """

    offline: bool = False
    slow: float = 0.0
    drop: float = 0.0
    duplicate: float = 0.0
    refuse: str = ""
    lie: bool = False
    clock: float | None = None
    capacity: int | None = None
    chance: random.Random = field(default_factory=random.Random, repr=False)

    def set(self, **wanted: Any) -> None:
        """Switch some of them, or none: raises `ValueError` for a name or value there is not."""
        checked = {name: _checked(name, value) for name, value in wanted.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def clear(self) -> None:
        """Behave again."""
        for name, value in Faults().told().items():
            setattr(self, name, value)

    def told(self) -> dict[str, Any]:
        """All of them by name."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "chance"}

    def copies(self) -> int:
        """How often the next message gets through: 0, 1 or 2 times."""
        if self.drop and self.chance.random() < self.drop:
            return 0
        return 2 if self.duplicate and self.chance.random() < self.duplicate else 1


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        raise ValueError(f"There is no fault called {name}")
    return check(name, value)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is true or false")
    return value


def _share(name: str, value: Any) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{name} is a share from 0 to 1")
    return float(value)


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise ValueError(f"{name} is a number of seconds up to 3600")
    return float(value)


def _refusal(name: str, value: Any) -> str:
    if value not in REFUSALS:
        raise ValueError(f"{name} is one of: nothing, pins, all")
    return str(value)


def _offset(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 3e9:
        raise ValueError(f"{name} is a number of seconds, or nothing")
    return float(value)


def _amount(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is a number of people, or nothing")
    return value


_CHECKS = {
    "offline": _switch,
    "slow": _seconds,
    "drop": _share,
    "duplicate": _share,
    "refuse": _refusal,
    "lie": _switch,
    "clock": _offset,
    "capacity": _amount,
}
