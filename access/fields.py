"""Choices of doors and groups with a second line; forms narrow them to what the reader sees."""

from typing import Any

from django import forms

from devices.models import Relay
from smartplus.kernel.widgets import Choices

from .models import AccessGroup
from .queries.times import hours_in_words
from .services.groups import door_name


class DoorChoiceField(forms.ModelMultipleChoiceField):
    """Doors by name, with the place in the second line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Relay.objects.all(), widget=Choices, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Main door" over "North House"."""
        return f"{door_name(obj)}\n{obj.device.place_label}"


class GroupChoiceField(forms.ModelMultipleChoiceField):
    """Groups by name, with doors and hours in the second line; `zone` is that of the site."""

    zone = "UTC"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(AccessGroup.objects.all(), widget=Choices, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Garage" over "1 door · Always"."""
        doors = "1 door" if obj.door_count == 1 else f"{obj.door_count} doors"
        kind = " · comes with the building" if obj.is_default else ""
        return f"{obj.name}\n{doors} · {hours_in_words(obj, self.zone)}{kind}"
