"""What is known of the models, by the vendor's public tables; a model nobody knows gets the widest."""

from dataclasses import dataclass

from devices.models import DeviceKind


@dataclass(frozen=True)
class Model:
    """A model by the first number of its firmware version."""

    name: str
    relays: int
    people: int


UNKNOWN = Model("", relays=4, people=1000)

# First number of the firmware version -> model. Relay counts and capacities as far as published.
MODELS: dict[int, Model] = {
    18: Model("E18", 2, 5000),
    218: Model("E18", 2, 5000),
    20: Model("R20", 2, 4000),
    320: Model("R20K", 2, 4000),
    25: Model("R25", 2, 4000),
    27: Model("R27", 3, 5000),
    227: Model("R27", 3, 5000),
    28: Model("R28", 3, 5000),
    29: Model("R29", 3, 10000),
    92: Model("A094", 4, 20000),
    95: Model("A095", 4, 20000),
    101: Model("A01", 1, 5000),
    103: Model("A03", 1, 5000),
    108: Model("A08", 1, 5000),
    205: Model("A05 V2", 1, 20000),
    113: Model("C313", 2, 0),
    213: Model("C313 V2", 2, 0),
    313: Model("C313 V3", 2, 0),
    116: Model("E16", 1, 5000),
    216: Model("E16 V2", 1, 5000),
    312: Model("E12", 1, 1000),
    532: Model("S532", 2, 10000),
    535: Model("S535", 1, 10000),
    539: Model("S539", 3, 20000),
    912: Model("X912", 2, 10000),
    915: Model("X915 V1", 3, 20000),
    2915: Model("X915 V2", 3, 20000),
    916: Model("X916", 4, 20000),
}

_BY_NAME = {model.name: model for model in MODELS.values()}


def model_of(firmware: str) -> Model:
    """The model a firmware version such as `29.30.10.437` is for."""
    head = firmware.partition(".")[0]
    return MODELS.get(int(head), UNKNOWN) if head.isdigit() else UNKNOWN


def most_relays(kind: int, model: str) -> int:
    """How many relays a device of this kind can have; the model decides once it is known."""
    if kind == DeviceKind.INDOOR_MONITOR:
        return 2
    return _BY_NAME.get(model, UNKNOWN).relays
