"""The learner's own hours, the ledger behind them, and the rules they follow. Nobody sees another person's here."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.roles import Role, roles_of
from lms.credit import queries
from lms.credit.forms import HoursQuery, LedgerQuery
from lms.credit.pages import hours_context, licence_tabs
from lms.credit.queries.my_hours import NotHeld
from lms.credit.queries.rule_page import rule_page


@login_required
@never_cache
@require_GET
def my_hours(request: HttpRequest) -> HttpResponse:
    """Show where the person's certificates stand; the first page of every learner."""
    asked = HoursQuery.of(request.GET)
    try:
        page = queries.my_hours(_person(request), timezone.localdate(), licence_uuid=asked.licence, cycle=asked.cycle)
    except NotHeld:
        raise Http404(_("您名下没有这本证书，或者它没有这个周期。")) from None
    return render(request, "credit/my_hours.html", hours_context(page))


@login_required
@never_cache
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show every entry of the person with its evidence, by certificate and category."""
    asked = LedgerQuery.of(request.GET)
    held = queries.decisions_of(_person(request), timezone.localdate())
    chosen = _chosen(held, asked.licence)
    rules = chosen.rules if chosen else None
    page = queries.ledger_of(
        _person(request),
        post_code=chosen.licence.post_code if chosen else None,
        category=asked.category,
        seconds_per_hour=rules.accrual.seconds_per_hour if rules else None,
        number=asked.page,
    )
    address = reverse("credit:ledger")
    own = {"licence": str(chosen.licence.uuid)} if chosen and len(held) > 1 else {}
    tabs = [
        (label, f"{address}?{urlencode({**own, 'category': code} if code else own)}", code == asked.category)
        for code, label in [("", _("全部")), *page.categories]
    ]
    context = {"ledger": page, "chosen": chosen, "tabs": tabs, "asked": asked}
    return render(request, "credit/ledger.html", {**context, "licence_tabs": licence_tabs(held, chosen, address)})


@login_required
@require_GET
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Show every value of a rule set with its source, or as an assumption."""
    page = rule_page(code, timezone.localdate())
    if page is None:
        raise Http404(_("没有这份规则，或者它还没有施行。"))
    return render(request, "credit/rules.html", {"page": page, "may_change": Role.AUTHORITY in roles_of(request.user)})


def _chosen(held: tuple[queries.LicenceDecision, ...], licence: UUID | None) -> queries.LicenceDecision | None:
    if licence is None:
        return held[0] if held else None
    found = next((item for item in held if item.licence.uuid == licence), None)
    if found is None:
        raise Http404(_("您名下没有这本证书。"))
    return found


def _person(request: HttpRequest) -> int:
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — login_required, said to the type checker
    return request.user.pk
