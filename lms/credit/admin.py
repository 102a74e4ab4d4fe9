"""What administrators and auditors look up in Django's admin: rules and entries. Nobody edits here, nor could they:
the ledger refuses it, and a rule set changes by a new version.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from lms.credit.models import BalanceMismatch, CreditBalance, CreditEntry, RuleSetDraft, RuleSetVersion


class _ToLookAt(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(RuleSetVersion)
class RuleSetVersionAdmin(_ToLookAt):
    list_display = ("code", "version", "name", "status", "effective_from", "effective_until")
    list_filter = ("status",)


@admin.register(CreditEntry)
class CreditEntryAdmin(_ToLookAt):
    list_display = ("activity_day", "learner", "category", "seconds", "state", "source_kind", "title")
    list_filter = ("category", "state", "source_kind")
    list_select_related = ("learner",)
    search_fields = ("learner__username", "title", "source_ref")
    raw_id_fields = ("learner", "by", "reverses")


@admin.register(CreditBalance)
class CreditBalanceAdmin(_ToLookAt):
    list_display = ("licence", "cycle", "state", "satisfied", "as_of", "rebuilt_at")
    list_filter = ("state", "satisfied")
    list_select_related = ("licence",)
    raw_id_fields = ("licence", "learner")


@admin.register(BalanceMismatch)
class BalanceMismatchAdmin(_ToLookAt):
    list_display = ("found_at", "licence_uuid", "cycle")
    date_hierarchy = "found_at"


@admin.register(RuleSetDraft)
class RuleSetDraftAdmin(_ToLookAt):
    list_display = ("code", "state", "effective_from", "opened_by", "opened_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("opened_by",)
    raw_id_fields = ("opened_by", "decided_by")
