"""What the property managers of a site set themselves (S16)."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import panels
from sites.crumbs import site_crumbs
from sites.forms import SiteSettingsForm
from sites.models import Site
from sites.services.plans import MANAGERS_MAY, quiet_because
from smartplus.kernel.pages import FormPage
from smartplus.kernel.words import _


class SiteSettings(FormPage):
    """Name, address, clock and PIN mode of a site, for those who run it."""

    model = Site
    needs = Can.SITE_SETTINGS
    form_class = SiteSettingsForm
    title = _("Site settings")
    aside = "sites/settings_aside.html"

    def lead(self) -> str:
        """What the plan keeps from its managers."""
        return quiet_because(self.row)

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {name: getattr(self.row, name) for name in sorted(MANAGERS_MAY)}

    def context(self) -> dict[str, Any]:
        """What stands in the way of typing PINs alone, where that is the manager's to choose."""
        asks = self.row.pin_mode == Site.PinMode.APT_PIN and not quiet_because(self.row)
        return {"frames": panels.SETTINGS_PANELS if asks else ()}

    def success(self, row: Site) -> str:
        """Here again."""
        return reverse("sites:settings", args=[row.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)
