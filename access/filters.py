"""How lists of groups and people are narrowed."""

from __future__ import annotations

from typing import Any

import django_filters

from sites.models import Building, Residency, Site
from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _

from .models import AccessGroup


class GroupFilter(ScopedFilterSet):
    """Groups by type."""

    repeat = django_filters.ChoiceFilter(choices=AccessGroup.Repeat, label=_("Type"))


class CandidateFilter(ScopedFilterSet):
    """People of a site by place and kind."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all(), label=_("Building"))
    kind = django_filters.ChoiceFilter(choices=Residency.Kind, label=_("Account type"))

    def setup(self, form: Any) -> None:
        """In an office there are departments."""
        site: Any = self.places.get("site")
        if site is not None and site.kind == Site.Kind.OFFICE:
            form.fields["building"].label, form.fields["kind"].label = _("Department"), _("Identity")


class MemberFilter(ScopedFilterSet):
    """People of a group by place."""

    building = django_filters.ModelChoiceFilter(
        queryset=Building.objects.all(), field_name="subject__residency__building", label=_("Building")
    )
