"""Invitations: the manager sends, prints and revokes; the invited person comes in, or says no."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lms.accounts.limits import count_within
from lms.accounts.roles import Role, person_of, require
from lms.accounts.sign_in import counted_address
from lms.certificates.pdf.fonts import GlyphsMissing
from lms.enterprise import actions, queries, tasks
from lms.enterprise.companies import company_of, demand_company
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.import_forms import DeclineForm, JoinForm
from lms.enterprise.import_sentences import refusal_sentence, sentence_of_code
from lms.enterprise.imports.slips import Slip, slips

if TYPE_CHECKING:
    from lms.accounts.models import User

LETTERS_PER_PAGE = 50
MOST_TRIES = 20  # a minute and address, over all letters
LETTER_PILLS = {"open": "pending", "expired": "neutral", "used": "done", "declined": "danger", "revoked": "neutral"}


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """Show a company's invitations; on POST send, print or revoke."""
    now = timezone.now()
    if request.method == "POST":
        return _deed(request)
    place = company_of(request)
    rows = queries.letters_of(place.id, at=now) if place else ()
    page = Paginator([(row, LETTER_PILLS[row.state]) for row in rows], LETTERS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    counts = queries.letter_counts(place.id, at=now) if place else {}
    return render(request, "enterprise/letters.html", {"place": place, "page": page, "counts": counts})


def _deed(request: HttpRequest) -> HttpResponse:
    place, now, person = demand_company(request), timezone.now(), person_of(request)
    try:
        if "revoke" in request.POST:
            actions.revoke_letter(invitation_uuid=_uuid(request.POST["revoke"]), at=now, by=person)
            messages.success(request, _("已作废，原来的链接和二维码打不开了。"))
            return redirect("enterprise:letters")
        chosen = [_uuid(text) for text in request.POST.getlist("letter")]
        people = chosen or None
        if "send" in request.POST:
            count = actions.queue_letters(organisation_id=place.id, people=people, at=now, by=person)
            tasks.ring_letters()
            words = ngettext("%(count)d 份邀请正在发送。", "%(count)d 份邀请正在发送。", count)
            messages.success(request, words % {"count": count})
        elif "print" in request.POST:
            return _slips(place.id, place.name, people, person)
    except ListRefused as error:
        messages.error(request, refusal_sentence(error))
    return redirect("enterprise:letters")


def _slips(organisation_id: int, company: str, people: list[UUID] | None, person: "User") -> HttpResponse:
    rows = actions.print_letters(organisation_id=organisation_id, people=people, at=timezone.now(), by=person)
    try:
        content = slips(
            [
                Slip(row.person.name, row.person.username, actions.link_of(token), timezone.localdate(row.expires_at))
                for row, token in rows
            ],
            company=company,
        )
    except GlyphsMissing:
        raise ListRefused("glyphs_missing") from None
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = "attachment; filename=invitations.pdf"
    return response


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("proof", "password", "again")
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person prove who they are, set their own password, and say yes or no themselves."""
    letter = queries.letter_by_token(token, at=timezone.now())
    if letter is None or letter.state != "open":
        code = f"letter_{letter.state}" if letter is not None else "letter_unknown"
        return render(request, "enterprise/join_closed.html", {"why": sentence_of_code(code)}, status=404)
    given = request.POST or None
    names = {"person_name": letter.person_name, "username": letter.username}
    declines = given is not None and "decline" in given
    form = JoinForm(None if declines else given, **names)
    if given is not None and count_within(f"join-{counted_address(request)}", seconds=60) > MOST_TRIES:
        form.add_error(None, sentence_of_code("too_many_tries"))
        return render(request, "enterprise/join.html", {"letter": letter, "form": form}, status=429)
    try:
        if declines:
            return _declined(request, token)
        if given is not None and form.is_valid():
            return _accepted(request, token, form)
    except ListRefused as error:
        if error.code != "wrong_proof":
            return render(request, "enterprise/join_closed.html", {"why": refusal_sentence(error)}, status=404)
        form = JoinForm(given, **names)
        form.is_valid()
        form.add_error("proof", refusal_sentence(error))
    return render(request, "enterprise/join.html", {"letter": letter, "form": form})


def _accepted(request: HttpRequest, token: str, form: JoinForm) -> HttpResponse:
    given = form.cleaned_data
    row = actions.accept_letter(token=token, proof=given["proof"], password=given["password"], at=timezone.now())
    login(request, row.person, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(
        request, _("账号已启用。以后用手机号或用户名 %(username)s 登录。") % {"username": row.person.username}
    )
    return redirect("credit:my_hours")


def _declined(request: HttpRequest, token: str) -> HttpResponse:
    form = DeclineForm(request.POST)
    proof = form.cleaned_data["proof"] if form.is_valid() else ""
    actions.decline_letter(token=token, proof=proof, at=timezone.now())
    return render(request, "enterprise/join_closed.html", {"declined": True})


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def moves(request: HttpRequest) -> HttpResponse:
    """Show a person the companies that would take them on; on POST take their answer."""
    now, person = timezone.now(), person_of(request)
    if request.method == "POST":
        accepted = "accept" in request.POST
        try:
            uuid = _uuid(request.POST.get("accept") or request.POST.get("decline", ""))
            actions.answer_move(request_uuid=uuid, accepted=accepted, at=now, by=person)
            messages.success(request, _("已转入。") if accepted else _("已谢绝，对方会看到。"))
        except ListRefused as error:
            messages.error(request, refusal_sentence(error))
        return redirect("enterprise:moves")
    return render(request, "enterprise/moves.html", {"moves": queries.moves_of(person, at=now)})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ListRefused("no_such_letter") from None
