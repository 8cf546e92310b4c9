"""What each part of a device should be, as bodies of the protocol: for whole sets of devices at once.

A renderer takes device ids and returns a body for each of them that still hangs somewhere; the
number of its queries does not depend on how many there are.
"""

from collections.abc import Callable, Collection, Mapping

from devices.models import Part
from provisioning.protocol.checks import Json

from .config import render_config
from .contacts import render_contacts

Renderer = Callable[[Collection[int]], Mapping[int, Json]]

# Part `access` is not a body: see `provisioning.sending.access`.
RENDERERS: dict[str, Renderer] = {
    Part.CONFIG.value: render_config,
    Part.CONTACTS.value: render_contacts,
}

__all__ = ["RENDERERS", "Renderer", "render_config", "render_contacts"]
