"""Access groups: which doors, and when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from devices.models import Relay
from sites.models import Building, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _


class AccessGroup(ScopedModel):
    """Relays that open within a schedule. Its people are its grants.

    `schedule` is the number under which devices know the schedule (one sequence with subjects).
    The default group of a building has `default_for`; it holds the building's and the public doors.
    The one of a house, which has no buildings, has `default_of_house` and holds all its doors.
    `starts_at` and `ends_at` belong to "never", the hours to "daily" and "weekly".
    """

    class Repeat(models.TextChoices):
        ALWAYS = "always", _("Always")
        NEVER = "never", _("Never (from, to)")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")

    scope_by = ScopeBy(site="site")

    site = models.ForeignKey(Site, models.CASCADE, related_name="access_groups")
    name = models.CharField(max_length=64)
    default_for = models.OneToOneField(
        Building, models.CASCADE, null=True, blank=True, related_name="default_group"
    )
    default_of_house = models.BooleanField(default=False, editable=False)
    repeat = models.CharField(_("type"), max_length=6, choices=Repeat, default=Repeat.ALWAYS)
    days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text=_("0 is Monday.")
    )
    start_time = models.TimeField(null=True, blank=True)
    end_time = models.TimeField(null=True, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("to"), null=True, blank=True)
    relays = models.ManyToManyField(Relay, through="GroupDoor", related_name="access_groups", blank=True)
    schedule = models.BigIntegerField(unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("site", Lower("name"), name="group_name_once_per_site"),
            models.UniqueConstraint(
                fields=["site"], condition=Q(default_of_house=True), name="one_group_of_house"
            ),
            models.CheckConstraint(
                condition=Q(default_of_house=False) | Q(default_for__isnull=True),
                name="group_is_one_kind_of_default",
            ),
            models.CheckConstraint(
                condition=~Q(repeat="never") | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="group_never_has_its_span",
            ),
            models.CheckConstraint(
                condition=~Q(repeat__in=["daily", "weekly"])
                | Q(start_time__isnull=False, end_time__isnull=False),
                name="group_repeats_at_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_default(self) -> bool:
        """Whether it came with a building or a house: its doors follow the devices, it stays."""
        return self.default_of_house or self.default_for_id is not None


class GroupDoor(ScopedModel):
    """A door of a group; by it residents of the group reach doors of devices that are not their own."""

    scope_by = ScopeBy(site="group__site", person="group__grants__subject__residency__user")

    group = models.ForeignKey(AccessGroup, models.CASCADE, related_name="doors")
    relay = models.ForeignKey(Relay, models.CASCADE, related_name="group_doors")

    class Meta:
        verbose_name = _("door")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["group", "relay"], name="door_once_per_group")]

    def __str__(self) -> str:
        return str(self.relay)
