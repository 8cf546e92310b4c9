"""Addresses of places and people."""

from django.urls import path, register_converter

from smartplus.kernel.pages import import_urls

from .models import Site
from .views import (
    activation,
    buildings,
    codes,
    end_users,
    ending,
    leases,
    listing,
    managers,
    moves,
    persondata,
    resets,
    resident_factors,
    residents,
    settings,
    sites,
    unit_batches,
    units,
)


class SiteKind:
    """The kind of a site in an address."""

    regex = "|".join(Site.Kind.values)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return str(value)


register_converter(SiteKind, "site_kind")

app_name = "sites"
urlpatterns = [
    path("", listing.SiteList.as_view(), name="list"),
    path("add/<site_kind:kind>/", sites.SiteAdd.as_view(), name="add"),
    path("<int:pk>/", sites.SiteDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", sites.SiteEdit.as_view(), name="edit"),
    path("<int:pk>/remove/", sites.SiteRemove.as_view(), name="remove"),
    path("<int:pk>/settings/", settings.SiteSettings.as_view(), name="settings"),
    path("<int:pk>/managers/", managers.SiteWorkers.as_view(), name="managers"),
    path("mine/data/", persondata.OwnData.as_view(), name="own_data"),
    path("mine/data/file/", persondata.OwnDataFile.as_view(), name="own_data_file"),
    path("people/", end_users.EndUserList.as_view(), name="end_users"),
    path("people/<int:pk>/", end_users.EndUserDetail.as_view(), name="end_user"),
    path("of/<int:pk>/", managers.PersonSites.as_view(), name="of_person"),
    path("of/<int:pk>/panel/", managers.PersonSitesPanel.as_view(), name="of_person_panel"),
    path("<int:site>/buildings/", buildings.BuildingList.as_view(), name="buildings"),
    path("<int:site>/buildings/add/", buildings.BuildingEdit.as_view(), name="building_add"),
    path("<int:site>/buildings/<int:pk>/edit/", buildings.BuildingEdit.as_view(), name="building_edit"),
    path("<int:site>/buildings/<int:pk>/remove/", buildings.BuildingRemove.as_view(), name="building_remove"),
    path("<int:site>/units/", units.UnitList.as_view(), name="units"),
    path("<int:site>/units/add/", units.UnitAdd.as_view(), name="unit_add"),
    path("<int:site>/units/edit/", unit_batches.UnitsEdit.as_view(), name="units_edit"),
    path("<int:site>/units/reset/", resets.UnitReset.as_view(), name="units_reset"),
    path("<int:site>/units/remove/", units.UnitRemove.as_view(), name="units_remove"),
    path("<int:site>/units/codes/", codes.UnitCodes.as_view(), name="units_codes"),
    path("<int:pk>/codes/", codes.CodeSheets.as_view(), name="code_sheets"),
    path("<int:site>/codes/sheet/", codes.CodeSheet.as_view(), name="code_sheet"),
    path("<int:site>/codes/files/", codes.CodeFiles.as_view(), name="code_files"),
    path("<int:site>/units/<int:pk>/", units.UnitDetail.as_view(), name="unit"),
    path("<int:site>/units/<int:pk>/codes/", codes.UnitCodes.as_view(), name="unit_codes"),
    path("<int:site>/units/<int:pk>/edit/", units.UnitEdit.as_view(), name="unit_edit"),
    path("<int:site>/units/<int:pk>/reset/", resets.UnitReset.as_view(), name="unit_reset"),
    path("<int:site>/units/<int:pk>/remove/", units.UnitRemove.as_view(), name="unit_remove"),
    path("<int:site>/residents/", residents.ResidentList.as_view(), name="residents"),
    path("<int:site>/residents/add/", residents.ResidentAdd.as_view(), name="resident_add"),
    path("<int:site>/residents/leases/", ending.LeasesPanel.as_view(), name="leases_panel"),
    *import_urls("<int:site>/residents/lease-table/", leases.LeaseImport, "leases"),
    path("<int:site>/residents/codes/", codes.PeopleCodes.as_view(), name="residents_codes"),
    path("<int:site>/residents/remove/", residents.ResidentRemove.as_view(), name="residents_remove"),
    path("<int:site>/residents/<int:pk>/", residents.ResidentDetail.as_view(), name="resident"),
    path("<int:site>/residents/activate/", activation.ResidentActivate.as_view(), name="residents_activate"),
    path(
        "<int:site>/residents/<int:pk>/activate/",
        activation.ResidentActivate.as_view(),
        name="resident_activate",
    ),
    path("<int:site>/residents/<int:pk>/code/", codes.ResidentCode.as_view(), name="resident_code"),
    path("<int:site>/residents/<int:pk>/move/", moves.ResidentMove.as_view(), name="resident_move"),
    path("<int:site>/residents/<int:pk>/out/", moves.ResidentMoveOut.as_view(), name="resident_move_out"),
    path("<int:site>/residents/<int:pk>/edit/", residents.ResidentEdit.as_view(), name="resident_edit"),
    path("<int:site>/residents/<int:pk>/reset/", resets.ResidentReset.as_view(), name="resident_reset"),
    path("<int:site>/residents/<int:pk>/remove/", residents.ResidentRemove.as_view(), name="resident_remove"),
    path(
        "<int:site>/residents/<int:pk>/factors/",
        resident_factors.ResidentFactors.as_view(),
        name="resident_factors",
    ),
    path("<int:site>/residents/<int:pk>/data/", persondata.ResidentData.as_view(), name="resident_data"),
    path(
        "<int:site>/residents/<int:pk>/data/file/",
        persondata.ResidentDataFile.as_view(),
        name="resident_data_file",
    ),
    path("<int:site>/residents/<int:pk>/send/", residents.ResidentSend.as_view(), name="resident_send"),
]
