"""What administrators and auditors look up in Django's admin. Nobody edits here: a deed needs its record in the log."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from lms.organisations.models import Membership, Organisation, Region, WorkingDayNotice


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """A table to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "parent", "fictional")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "credit_code", "region", "fictional")
    list_filter = ("kind", "fictional")
    list_select_related = ("region",)
    search_fields = ("name", "credit_code")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organisation", "role", "valid_from", "valid_until")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "organisation__name")


@admin.register(WorkingDayNotice)
class WorkingDayNoticeAdmin(ReadOnlyAdmin):
    list_display = ("year", "version", "number", "loaded_at", "by")
    list_filter = ("year",)
    list_select_related = ("by",)
