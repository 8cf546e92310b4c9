"""What the apps above put on the pages of this app: names of addresses only, so nothing is imported upwards.

A panel is loaded by its address and is not there for a reader without its capability; neither is a button.
"""

from typing import Any

from django.urls import reverse

from smartplus.kernel.pages import Link
from smartplus.kernel.words import _

from .models import Organisation, Role, User
from .permissions import Can

WORKPLACE = "sites.site"
"""The model that lists people who work for it: property managers, sub-installers."""

WORKERS = (Role.PROPERTY_MANAGER, Role.SUB_INSTALLER)


def _has_library(page: Any, row: Organisation) -> bool:
    return row.kind == Organisation.Kind.INSTALLER


def panels_of(user: User) -> tuple[str, ...]:
    """Panels on a login's page, with the kwarg `pk` (the user): the sites somebody works for."""
    return ("sites:of_person_panel",) if user.role in WORKERS else ()


ORGANISATION_ACTIONS: tuple[Link, ...] = (
    Link(
        lambda page, row: f"{reverse('devices:mac_add')}?organisation={row.pk}",
        _("Add MACs"), icon="plus", needs=Can.MACS_HAND_OVER, when=_has_library,
    ),
    Link(
        lambda page, row: reverse("devices:mac_import_of", args=[row.pk]),
        _("Import MACs"), icon="upload", needs=Can.MACS_HAND_OVER, when=_has_library,
    ),
)  # fmt: skip
"""More buttons over a company, on its page and in its row."""
