"""An authority changes the rules of its region: the desk, one draft, one value. Who may do what is decided in the actions."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.credit import actions, tasks
from lms.credit.actions import DraftRefused
from lms.credit.domain.draft import BadLeaf, leaf_at
from lms.credit.draft_sentences import contradiction_sentence, refusal_sentence, state_of
from lms.credit.forms import LeafForm, OpenDraftForm, ReturnForm
from lms.credit.labels import LEAVES
from lms.credit.queries.drafts import DraftPage, draft_desk, draft_page
from lms.credit.sentences import post_name


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show the rule sets of the person's area and the drafts of them; on POST begin one."""
    person = person_of(request)
    found = draft_desk(person, timezone.localdate())
    form = OpenDraftForm(request.POST or None)
    if request.method == "POST":
        base = next((row for row in found.versions if row.code == request.POST.get("code", "")), None)
        if base is None:
            raise PermissionDenied(refusal_sentence("not_your_area"))
        if form.is_valid():
            try:
                opened = actions.open_draft(
                    base=base,
                    effective_from=form.cleaned_data["effective_from"],
                    reason=form.cleaned_data["reason"],
                    at=timezone.now(),
                    by=person,
                )
            except DraftRefused as error:
                form.add_error(None, refusal_sentence(error.code))
            else:
                return redirect("credit:draft", opened.uuid)
    return render(request, "credit/drafts.html", {"desk": found, "form": form, "chosen": request.POST.get("code", "")})


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def draft(request: HttpRequest, draft_uuid: UUID) -> HttpResponse:
    """Show a draft with what differs, what cannot be meant, and what it would change; on POST do one of its deeds."""
    page = _page(request, draft_uuid)
    refused = ReturnForm(request.POST if "return" in request.POST else None)
    if request.method == "POST" and (refused.is_valid() or not refused.is_bound):
        try:
            said = _deed(request, draft_uuid, refused)
        except DraftRefused as error:
            messages.error(request, refusal_sentence(error.code))
        else:
            messages.success(request, said)
        return redirect("credit:draft", draft_uuid)
    return render(request, "credit/draft.html", {**_words(page), "page": page, "return_form": refused})


def _deed(request: HttpRequest, draft_uuid: UUID, refused: ReturnForm) -> str:
    """Do what the pressed button says, and return the sentence for it."""
    now, person = timezone.now(), person_of(request)
    if "try" in request.POST:
        tasks.try_draft.delay(str(draft_uuid))
        return _("已开始试算。下面还没有新的结果时，请稍后刷新本页。")
    if "propose" in request.POST:
        actions.propose_draft(draft_uuid=draft_uuid, at=now, by=person)
        return _("已提交，请另一位同事复核并发布。")
    if "return" in request.POST:
        actions.return_draft(draft_uuid=draft_uuid, remark=refused.cleaned_data["remark"], at=now, by=person)
        return _("已退回修改。")
    if "publish" in request.POST:
        version = actions.publish_draft(draft_uuid=draft_uuid, at=now, by=person)
        return _("已发布 %(version)s，自 %(day)s 起施行。") % {
            "version": version.version,
            "day": version.effective_from.isoformat(),
        }
    if "withdraw" in request.POST:
        actions.withdraw_draft(draft_uuid=draft_uuid, at=now, by=person)
        return _("草稿已撤回，记录保留。")
    raise DraftRefused("not_open")


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def leaf(request: HttpRequest, draft_uuid: UUID, path: str) -> HttpResponse:
    """Show one value of a draft in a form; on POST change it."""
    page = _page(request, draft_uuid)
    try:
        standing = leaf_at(page.draft.data, path)
    except BadLeaf as error:
        raise Http404(refusal_sentence(error.code)) from None
    form = LeafForm(request.POST or None, path=path, leaf=standing)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_leaf(
                draft_uuid=draft_uuid, path=path, change=form.change(), at=timezone.now(), by=person_of(request)
            )
        except (DraftRefused, BadLeaf) as error:
            form.add_error(None, refusal_sentence(error.code))
        else:
            return redirect("credit:draft", draft_uuid)
    line = next(line for section in page.sections for line in section.lines if line.path == path)
    return render(request, "credit/draft_leaf.html", {"page": page, "line": line, "form": form})


def _page(request: HttpRequest, draft_uuid: UUID) -> DraftPage:
    page = draft_page(person_of(request), draft_uuid, timezone.localdate())
    if page is None:
        raise Http404(_("没有这份草稿，或者它不在您的辖区。"))
    return page


def _words(page: DraftPage) -> dict[str, object]:
    trial = page.trial
    which = {"running": _("本周期"), "previous": _("上一周期")}
    lines = {line.path: line for section in page.sections for line in section.lines}
    return {
        "contradictions": [contradiction_sentence(found) for found in page.contradictions],
        "changes": [(lines[change.path], change) for change in page.changes if change.path in lines],
        "labels": LEAVES,
        "transitions": [(state_of(old), state_of(new), n) for old, new, n in trial.transitions] if trial else [],
        "cycles": [
            (row, post_name(row.post_code), which[row.which], state_of(row.before), state_of(row.after))
            for row in (trial.cycles if trial else ())
        ],
    }
