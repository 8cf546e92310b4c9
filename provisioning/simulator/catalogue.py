"""What the hardware of a model can do. Unknown models are taken as a plain door phone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """`relays`: outputs it has; `people`: how many it holds; `least_pin`: shortest PIN it takes."""

    relays: int = 3
    people: int = 10_000
    least_pin: int = 2


_PLAIN = Model()
_MODELS = {
    "E12": Model(relays=1, people=1000),
    "E13": Model(relays=1, people=1000),
    "E16": Model(relays=2, people=5000),
    "E18": Model(relays=2),
    "R20": Model(relays=2, people=1000),
    "R25": Model(relays=2, people=1000),
    "R27": Model(relays=3, people=2000),
    "R28": Model(relays=3),
    "R29": Model(relays=3),
    "X910": Model(relays=4, people=20_000),
    "X912": Model(relays=2),
    "X915": Model(relays=4, people=20_000),
    "X916": Model(relays=4, people=20_000),
    "A01": Model(relays=1, people=5000),
    "A02": Model(relays=1, people=5000),
    "A03": Model(relays=1),
    "A05": Model(relays=2),
    "A08": Model(relays=2),
    "A094": Model(relays=4, people=20_000),
    "A095": Model(relays=8, people=20_000),
    "EC33": Model(relays=16, people=20_000),
    "R49": Model(relays=1),
}
_MONITORS = ("C313", "C315", "C316", "C319", "S560", "S562", "S563", "S565", "S567", "X933", "IT8", "PH81")


def model_of(name: str) -> Model:
    """The hardware behind a model's name; longer names of a family (R29C, X915S) count as the family."""
    if name.startswith(_MONITORS):
        return Model(relays=3, people=0)
    for length in range(len(name), 2, -1):
        if name[:length] in _MODELS:
            return _MODELS[name[:length]]
    return _PLAIN
