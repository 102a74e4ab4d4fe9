"""Price lists: what is in force where, under which document, and putting a new one in force."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content.queries import courses_to_watch
from lms.accounts.roles import Role, person_of, require
from lms.commerce import actions
from lms.commerce.domain.refusals import CommerceError
from lms.commerce.finance_views import finance_tabs
from lms.commerce.price_forms import PriceListForm
from lms.commerce.queries.prices import price_lists, products_for_sale
from lms.commerce.sentences import sentence_for
from lms.organisations.queries import regions_in

PROVINCES = (
    "",
    *(f"{number:02d}" for number in range(11, 100)),
)  # prefixes: the nation, then each province that there is


@require_http_methods(["GET", "POST"])
@require(Role.FINANCE)
@never_cache
def prices(request: HttpRequest) -> HttpResponse:
    """Show the lists in force and those to come; on POST put one in force."""
    form = PriceListForm(
        request.POST or None,
        regions=regions_in(PROVINCES),
        products=products_for_sale(),
        courses=courses_to_watch(),
        initial={"valid_from": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.publish_prices(
                region_code=given["region"],
                document=given["document"],
                valid_from=given["valid_from"],
                offers=form.offers,
                at=timezone.now(),
                by=person_of(request),
            )
            messages.success(request, gettext("价格表已发布。已下的订单价格不变。"))
            return redirect("commerce:prices")
        except CommerceError as refusal:
            form.add_error(None, sentence_for(refusal))
    context = {"tabs": finance_tabs("prices"), "form": form, "lists": price_lists(on=timezone.localdate())}
    return render(request, "commerce/prices.html", context)
