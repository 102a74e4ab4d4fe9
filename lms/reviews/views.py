"""A learner's claims: list, write, add evidence, submit, appeal. Nobody else's are here."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.roles import person_of
from lms.reviews import actions, queries
from lms.reviews.domain.claim import ClaimRefused
from lms.reviews.domain.evidence import BadFile
from lms.reviews.forms import ClaimForm, EvidenceForm, ReasonForm
from lms.reviews.sentences import plain, refusal_sentence


@login_required
@never_cache
@require_http_methods(["GET"])
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person's claims and what they may claim."""
    person = person_of(request)
    context = {"claims": queries.claims_of(person.pk), "kinds": queries.kinds_open_to(person.pk)}
    return render(request, "reviews/mine.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a claim."""
    person = person_of(request)
    kinds = queries.kinds_open_to(person.pk)
    form = ClaimForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            claim = actions.open_claim(
                kind_id=form.cleaned_data["kind"], draft=form.draft(), at=timezone.now(), by=person
            )
        except ClaimRefused as error:
            form.add_error(None, refusal_sentence(error))
        else:
            return redirect("reviews:claim", claim.uuid)
    return render(request, "reviews/new.html", {"form": form, "kinds": kinds})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, claim_uuid: UUID) -> HttpResponse:
    """Show one's own claim; on POST do what the pressed button says."""
    page = queries.claim_page(person_of(request), claim_uuid, on=timezone.localdate())
    if page is None or not page.is_own:
        raise Http404(_("没有这份申报，或者它不是您的。"))
    if request.method == "POST":
        try:
            said = _deed(request, page)
        except (ClaimRefused, BadFile) as error:
            messages.error(request, refusal_sentence(error))
        else:
            messages.success(request, said)
        return redirect("reviews:claim", claim_uuid)
    facts = page.claim
    first = {"kind": facts.kind_id, "title": facts.title, "words": facts.words, "activity_day": facts.activity_day}
    form = ClaimForm(None, kinds=[page.kind], initial={**first, "units": facts.units, "hours": plain(facts.claimed)})
    context = {"page": page, "form": form, "evidence_form": EvidenceForm(), "appeal_form": ReasonForm()}
    return render(request, "reviews/claim.html", context)


def _deed(request: HttpRequest, page: queries.ClaimPage) -> str:
    now, person, uuid = timezone.now(), person_of(request), page.claim.uuid
    if "upload" in request.POST:
        return _upload(request, page)
    if "remove" in request.POST:
        actions.remove_evidence(claim_uuid=uuid, evidence_uuid=_uuid(request.POST["remove"]), at=now, by=person)
        return _("已撤下这份材料。")
    if "save" in request.POST:
        form = ClaimForm(request.POST, kinds=[page.kind])
        if not form.is_valid():
            raise ClaimRefused("bad_hours" if "hours" in form.errors else "no_title")
        actions.amend_claim(claim_uuid=uuid, draft=form.draft(), at=now, by=person)
        return _("已保存。")
    if "submit" in request.POST:
        actions.submit_claim(claim_uuid=uuid, at=now, by=person)
        return _("已提交，等待审核。审核结果和理由会写在这里。")
    if "withdraw" in request.POST:
        actions.withdraw_claim(claim_uuid=uuid, at=now, by=person)
        return _("已撤回。")
    if "appeal" in request.POST:
        actions.appeal_claim(claim_uuid=uuid, reason=request.POST.get("reason", ""), at=now, by=person)
        return _("已提出申诉，由另一位审核员决定。")
    raise ClaimRefused("not_now")


def _upload(request: HttpRequest, page: queries.ClaimPage) -> str:
    """Take in each file by itself: one that is refused keeps no other out."""
    now, person, uuid = timezone.now(), person_of(request), page.claim.uuid
    uploads = EvidenceForm(request.POST, request.FILES).uploads
    if not uploads:
        raise BadFile("empty")
    taken = 0
    for upload in uploads:
        try:
            actions.add_evidence(claim_uuid=uuid, upload=upload, at=now, by=person)
        except BadFile as error:
            messages.error(request, f"{upload.name}：{refusal_sentence(error)}")
        else:
            taken += 1
    if queries.uses_of([uuid]):
        messages.warning(request, _("有材料与另一份申报中的相同或很相近。可以提交，请在说明里写清原因；审核员会核对。"))
    if not taken:
        raise ClaimRefused("no_evidence")
    return _("已上传 %(count)d 份材料。") % {"count": taken}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ClaimRefused("not_yours") from None
