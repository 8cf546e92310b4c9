"""Choices of doors and groups with a second line; forms narrow them to what the reader sees."""

from typing import Any

from django import forms

from devices.models import Relay
from smartplus.kernel.widgets import Choices
from smartplus.kernel.words import _, ngettext

from .models import AccessGroup
from .queries.times import hours_in_words
from .services.groups import door_name


class DoorChoiceField(forms.ModelMultipleChoiceField):
    """Doors by name, with the place in the second line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Relay.objects.all(), widget=Choices, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Main door" over "North House"."""
        return f"{door_name(obj)}\n{obj.device.place_words}"


class GroupChoiceField(forms.ModelMultipleChoiceField):
    """Groups by name, with doors and hours in the second line; `zone` is that of the site."""

    zone = "UTC"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(AccessGroup.objects.all(), widget=Choices, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Garage" over "1 door · Always"."""
        doors = ngettext("{n} door", "{n} doors", obj.door_count).format(n=obj.door_count)
        facts = [doors, hours_in_words(obj, self.zone)]
        if obj.is_default:
            facts.append(str(_("comes with the building")))
        return f"{obj.name}\n{' · '.join(facts)}"
