"""The desk: the picture of risk, the roster, one member of staff. Who has no desk of a company sees nothing of it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.roles import Role, person_of, require
from lms.credit.sentences import missing_text, post_name, state_word
from lms.enterprise import queries
from lms.enterprise.desk_forms import RosterForm
from lms.enterprise.desk_sentences import REFUSALS, RISKS
from lms.enterprise.domain.standing import Risk, risk_of
from lms.enterprise.models import RosterLine
from lms.enterprise.queries.member import HeldFacts
from lms.organisations.queries import OrganisationFacts

PEOPLE_PER_PAGE = 50
# Pages that have no place of their own in the row of pages.
BELONGS_TO = {"member": "people", "deed": "people", "close_site": "sites", "job": "jobs"}


def open_desk(request: HttpRequest, organisation_uuid: UUID) -> queries.Desk:
    """Return the desk of whoever asks. Raises PermissionDenied for everybody who has none of this company."""
    desk = queries.desk_of(person_of(request), organisation_uuid, on=timezone.localdate())
    if desk is None:
        raise PermissionDenied(str(REFUSALS["not_your_company"]))
    return desk


def roster_form(request: HttpRequest, desk: queries.Desk) -> RosterForm:
    """Return the filter that stands in the address, with what this desk can be filtered by."""
    posts = [(code, post_name(code)) for code in queries.posts_on(desk)]
    return RosterForm(request.GET, posts=posts, sites=queries.sites_on(desk), risks=RISKS)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Lead a manager to their first desk."""
    desks = queries.desks_of(person_of(request), on=timezone.localdate())
    if not desks:
        return render(request, "enterprise/no_desk.html")
    return redirect("enterprise:overview", desks[0].organisation.uuid)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def overview(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """Show who is at risk, by site: a picture and a table of the same."""
    desk, today = open_desk(request, organisation_uuid), timezone.localdate()
    sites = queries.risk_by_site(desk, today=today)
    pressing = queries.roster(desk, queries.Wish(missing=True), today=today)[:8]
    context = {
        **desk_context(request, desk),
        "figures": _figures(queries.figures_of(desk, today=today)),
        "people": sum(site.figures.people for site in sites),
        "sites": [(site, _figures(site.figures)) for site in sites],
        "most": max((site.figures.people for site in sites), default=0),
        "pressing": [person_row(line) for line in pressing],
        "legend": [(word, colour) for word, colour in RISKS.values()],
    }
    return render(request, "enterprise/overview.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def people(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """Show the roster, filtered and sorted by what stands in the address."""
    desk, today = open_desk(request, organisation_uuid), timezone.localdate()
    form = roster_form(request, desk)
    page = Paginator(queries.roster(desk, form.wish(), today=today, sort=form.sort), PEOPLE_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        **desk_context(request, desk),
        "form": form,
        "sort": form.sort,
        "sorts": [("end", _("最急在前")), ("missing", _("缺得多在前")), ("name", _("按姓名")), ("site", _("按项目部"))],
        "page": page,
        "rows": [person_row(line) for line in page],
        "some_overdue": any(line.overdue for line in page),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "query": _without(request, "page", "person"),
        "sites": queries.sites_on(desk) if desk.is_whole else (),
    }
    return render(request, "enterprise/people.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def member(request: HttpRequest, organisation_uuid: UUID, person_uuid: UUID) -> HttpResponse:
    """Show one member of staff: hours by category, certificates, seats, courses."""
    desk, today = open_desk(request, organisation_uuid), timezone.localdate()
    page = queries.member_of(desk, person_uuid, on=today)
    if page is None:
        raise Http404(_("这位人员不在您的单位里。"))
    context = {
        **desk_context(request, desk),
        "page": page,
        "row": person_row(page.line),
        "held": [_held(one) for one in page.held],
        "certificates": [(one, one.state_on(today)) for one in page.certificates],
    }
    return render(request, "enterprise/member.html", context)


def desk_context(request: HttpRequest, desk: queries.Desk) -> dict[str, object]:
    """Return what every page of the desk shows: whose it is, the row of its pages, the other desks."""
    place: OrganisationFacts = desk.organisation
    name_here = (request.resolver_match.url_name if request.resolver_match else "") or ""
    here = BELONGS_TO.get(name_here, name_here)
    pages = [("overview", _("概览")), ("people", _("花名册")), ("jobs", _("办理进度"))]
    if desk.is_whole:
        pages[2:2] = [("sites", _("项目部与管理员"))]
    others = queries.desks_of(person_of(request), on=timezone.localdate())
    return {
        "desk": desk,
        "place": place,
        "desks": others if len(others) > 1 else [],
        "tabs": [(title, desk_url(name, desk), here == name) for name, title in pages],
    }


def desk_url(name: str, desk: queries.Desk) -> str:
    """Return the address of a page of this desk."""
    return reverse(f"enterprise:{name}", args=[desk.organisation.uuid])


def person_row(line: RosterLine) -> dict[str, object]:
    """Return a line as it is shown: the risk in words and colour, posts by name."""
    risk = risk_of(ends_on=line.ends_on, missing=line.missing, overdue=line.overdue, today=timezone.localdate())
    word, colour = RISKS[risk]
    return {
        "line": line,
        "word": word,
        "colour": colour,
        "posts": [post_name(code) for code in line.posts],
        "site": line.site.name if line.site else "",
        "days_left": (line.ends_on - timezone.localdate()).days if line.ends_on else None,
    }


def _figures(figures: queries.Figures) -> list[tuple[str, object, str, int]]:
    return [(risk.value, RISKS[risk][0], RISKS[risk][1], figures[risk]) for risk in Risk]


def _held(one: HeldFacts) -> dict[str, object]:
    state, colour = state_word(one.decision) if one.decision is not None else (_("没有适用的规则"), "neutral")
    rings = [
        {
            "title": _("第 %(year)d 年") % {"year": ring.year} if ring.year else _(ring.title),
            "value": ring.earned,
            "total": ring.required,
            "state": ring.state,
            "verdict": _("已达标") if ring.is_met else _("差 %(hours)s") % {"hours": missing_text(ring.missing)},
        }
        for ring in one.rings
    ]
    return {"facts": one, "state": state, "colour": colour, "rings": rings}


def _without(request: HttpRequest, *names: str) -> list[tuple[str, str]]:
    """Return what stands in the address beside these names, for hidden fields."""
    return [(name, value) for name, values in request.GET.lists() if name not in names for value in values if value]
