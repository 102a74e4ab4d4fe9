"""What administrators and auditors look up in Django's admin: persons, documents (masked) and certificates. Nobody edits
here, because a deed done here would leave no record in the learning log; Django's own log is not the one that counts.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.learning_log import actions as learning_log
from lms.accounts.domain.id_document import masked
from lms.accounts.domain.phone import mask_phone
from lms.accounts.models import Identity, Licence, User

# Django's own sign-in page knows no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """A table to look at. Every look leaves a record: `person_field` names the column with the number of the person."""

    person_field = "pk"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, and record that it was shown."""
        answer = super().changelist_view(request, extra_context)
        shown = getattr(answer, "context_data", None) or {}
        if "cl" in shown:  # else it leads elsewhere
            look = {"shown": len(shown["cl"].result_list), "searched": bool(request.GET)}
            record_look(request, "accounts.people_listed", None, {"table": self.model._meta.model_name, **look})
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one row, and record whose it was."""
        answer = super().change_view(request, object_id, form_url, extra_context)
        shown = (getattr(answer, "context_data", None) or {}).get("original")
        if shown is not None:
            person = getattr(shown, self.person_field)
            record_look(request, "accounts.person_looked_up", person, {"table": self.model._meta.model_name})
        return answer

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def record_look(request: HttpRequest, kind: str, person: int | None, payload: dict[str, Any]) -> None:
    """Record a look before the answer leaves: what was not recorded was not shown."""
    with transaction.atomic():
        learning_log.append(
            kind=kind, actor_id=request.user.pk, learner_id=person, happened_at=timezone.now(), payload=payload
        )


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "name", "phone_masked", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "name")
    fields = (
        "uuid",
        "username",
        "name",
        "phone_masked",
        "groups",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
    )

    @admin.display(description=_("手机号"))
    def phone_masked(self, user: User) -> str:
        return mask_phone(user.phone or "")


@admin.register(Identity)
class IdentityAdmin(ReadOnlyAdmin):
    person_field = "user_id"
    list_display = ("legal_name", "kind", "number_masked", "recorded_at")
    list_filter = ("kind",)
    search_fields = ("legal_name",)
    fields = ("user", "kind", "legal_name", "number_masked", "recorded_at")

    @admin.display(description=_("证件号码"))
    def number_masked(self, identity: Identity) -> str:
        return masked(identity.number_tail)


@admin.register(Licence)
class LicenceAdmin(ReadOnlyAdmin):
    person_field = "holder_id"
    list_display = ("holder", "post_code", "number", "issued_on", "region_code", "rule_set_code", "withdrawn_on")
    list_filter = ("rule_set_code", "post_code")
    list_select_related = ("holder",)
    search_fields = ("number", "holder__name")
