"""The reviewer's desk and the authority's: the queue, one claim side by side with its evidence, holds, the table of kinds."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.credit.actions import HoldRefused, resolve_hold
from lms.credit.queries import HoldFacts, decisions_of, holds_in, recent_entries, resolutions_in
from lms.organisations.queries import area_of
from lms.reviews import actions, queries
from lms.reviews.domain.claim import ClaimRefused, Deed, State
from lms.reviews.forms import DecisionForm, HoldForm, KindForm
from lms.reviews.models import ClaimKind
from lms.reviews.queries.kinds import kinds_of_area
from lms.reviews.queries.queue import next_in_queue
from lms.reviews.safe_files import safe_file
from lms.reviews.sentences import REASONS, plain, refusal_sentence, sentence_of_code

TABS = (State.SUBMITTED, State.SECOND, State.APPEALED)


@require_GET
@require(Role.REVIEWER)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for this reviewer, what waits longest first; `?state=`, `?kind=`, `?q=` choose."""
    person, now = person_of(request), timezone.now()
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    queue = queries.queue_of(
        person,
        on=timezone.localdate(now),
        state=state,
        kind=int(kind) if kind.isascii() and kind.isdigit() and len(kind) < 10 else None,  # noqa: PLR2004 — no id is that long
        name=request.GET.get("q", "").strip(),
        number=request.GET.get("page", "1"),
    )
    names = {State.SUBMITTED: _("待初审"), State.SECOND: _("待复审"), State.APPEALED: _("申诉")}
    tabs = [(_("全部待办 %(n)d") % {"n": queue.waiting}, "?", state == "")]
    tabs += [
        (f"{names[one]} {queue.counts.get(one.value, 0)}", f"?state={one.value}", state == one.value) for one in TABS
    ]
    tabs.append((_("已办"), "?state=done", state == "done"))
    context = {
        "queue": queue,
        "rows": [(row, row.uuid in queue.doubtful, _days(row.submitted_at, now)) for row in queue.rows],
        "tabs": tabs,
        "figures": queries.figures_of(person, at=now),
        "asked": {"state": state, "kind": kind, "q": request.GET.get("q", "")},
    }
    return render(request, "reviews/desk.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.REVIEWER)
@never_cache
def review(request: HttpRequest, claim_uuid: UUID) -> HttpResponse:
    """Show a claim beside its evidence; on POST decide it and go on to the next."""
    person, today = person_of(request), timezone.localdate()
    page = queries.claim_page(person, claim_uuid, on=today)
    if page is None or page.is_own:
        raise Http404(_("没有这份申报，或者它不在您的审核范围。"))
    form = DecisionForm(request.POST if request.method == "POST" else None, initial={"hours": _first_hours(page)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.decide_claim(
                claim_uuid=claim_uuid,
                deed=Deed(given["deed"]),
                reason=given["reason"],
                hours=given["hours"],
                duplicate=given["duplicate"],
                at=timezone.now(),
                by=person,
            )
        except ClaimRefused as error:
            form.add_error(None, refusal_sentence(error))
        else:
            messages.success(request, _("已办理：%(title)s。") % {"title": page.claim.title})
            following = next_in_queue(person, page.claim, on=today)
            return redirect("reviews:review", following.uuid) if following else redirect("reviews:desk")
    held = decisions_of(page.claim.learner_id, today)
    context = {
        "page": page,
        "form": form,
        "reasons": [(deed.value, [_(text) for text in texts]) for deed, texts in REASONS.items()],
        "held": held,
        "recent": recent_entries(page.claim.learner_id, post_code=None, seconds_per_hour=None, limit=5),
        "following": next_in_queue(person, page.claim, on=today),
    }
    return render(request, "reviews/review.html", context)


@login_required
@require_GET
@never_cache
def evidence(request: HttpRequest, evidence_uuid: UUID) -> HttpResponse | FileResponse:
    """Hand out a file to its learner, or to a reviewer in whose scope its claim is; to everybody else it is not there."""
    found = queries.open_evidence(evidence_uuid)
    if found is None:
        raise Http404
    facts, content = found
    page = queries.claim_page(person_of(request), facts.subject, on=timezone.localdate())
    if facts.subject_kind != "claim" or page is None:
        content.close()
        raise Http404
    return safe_file(facts, content)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def holds(request: HttpRequest) -> HttpResponse:
    """Show the cycles of an authority's area that wait for its decision; on POST decide one."""
    person, now = person_of(request), timezone.now()
    area = area_of(person, on=timezone.localdate(now))
    waiting = holds_in(area)
    if request.method == "POST":
        form = HoldForm(request.POST)
        chosen = next((hold for hold in waiting if form.is_valid() and _is(hold, form)), None)
        if not form.is_valid():
            messages.error(request, sentence_of_code("no_reason"))
        elif chosen is None:
            raise PermissionDenied(sentence_of_code("not_your_area"))
        else:
            try:
                resolve_hold(
                    licence_id=chosen.licence.id,
                    cycle=chosen.cycle,
                    outcome=form.cleaned_data["outcome"],
                    reason=form.cleaned_data["reason"],
                    at=now,
                    by=person,
                )
            except HoldRefused as error:
                messages.error(request, sentence_of_code(error.code))
            else:
                messages.success(request, _("已决定，持证人和证书系统都会得到通知。"))
        return redirect("reviews:holds")
    context = {
        "holds": [(hold, HoldForm.for_hold(hold)) for hold in waiting],
        "decided": resolutions_in(area),
        "has_area": bool(area),
    }
    return render(request, "reviews/holds.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def kinds(request: HttpRequest) -> HttpResponse:
    """Show what may be claimed in an authority's area; on POST change what the table says of one kind."""
    person = person_of(request)
    rows = kinds_of_area(person, on=timezone.localdate())
    if request.method == "POST":
        form = KindForm(request.POST)
        if form.is_valid():
            given = dict(form.cleaned_data)
            try:
                actions.change_kind(kind_id=given.pop("kind"), **given, at=timezone.now(), by=person)
            except ClaimRefused as error:
                messages.error(request, refusal_sentence(error))
            else:
                messages.success(request, _("已保存，今后的申报按它认定。"))
        else:
            messages.error(request, _("没有保存：请填写数字，并写明修改理由。"))
        return redirect("reviews:kinds")
    forms = [(row, KindForm(initial=_first(row), auto_id=f"id_{row.pk}_%s")) for row in rows]
    return render(request, "reviews/kinds.html", {"rows": forms})


def _first(row: ClaimKind) -> dict[str, object]:
    return {
        "kind": row.pk,
        "hours_per_unit": plain(row.hours_per_unit),
        "most_hours": "" if row.most_hours is None else plain(row.most_hours),
        "second_from_hours": "" if row.second_from_hours is None else plain(row.second_from_hours),
        "is_open": row.is_open,
    }


def _is(hold: HoldFacts, form: HoldForm) -> bool:
    return (hold.licence.uuid, hold.cycle) == (form.cleaned_data["licence"], form.cleaned_data["cycle"])


def _first_hours(page: queries.ClaimPage) -> str:
    """What the field begins with: the first reviewer's number, else the table's, else the learner's."""
    granted = page.claim.granted
    return plain(granted if granted is not None else page.suggested or page.claim.claimed)


def _days(moment: datetime | None, now: datetime) -> int:
    return (now - moment).days if moment else 0
