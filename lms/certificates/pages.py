"""A person's certificates and what lies before them, made ready for the templates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lms.certificates import sentences
from lms.certificates.actions import FINAL
from lms.certificates.domain.periods import valid_until
from lms.certificates.models import CertificateRequest
from lms.certificates.queries import CertificateView, RequestFacts, certificates_of, requests_of
from lms.credit import sentences as credit_sentences
from lms.credit.domain.decision import Decision
from lms.credit.domain.terms import State
from lms.credit.queries import LicenceDecision, decisions_of

Card = dict[str, object]
_Request = CertificateRequest.State
_COLOURS = {
    _Request.QUEUED: "pending",
    _Request.WAITING_AUTHORITY: "pending",
    _Request.ANSWERED: "done",
    _Request.REFUSED: "danger",
    _Request.RETRAIN: "danger",
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to be done until a day. missing: pairs of name and hours; () = nothing is missing. days: left until then."""

    licence_uuid: str
    post: str
    cycle: int
    until: date
    days: int
    missing: tuple[tuple[str, str], ...]
    running: bool
    note: str


def mine_context(person_id: int, today: date) -> dict[str, object]:
    """Return a card for each licence, with the electronic certificate kept for it, then certificates of withdrawn ones."""
    kept = certificates_of(person_id)
    asked = requests_of(person_id)
    standings = decisions_of(person_id, today)
    cards = [_card(standing, kept, asked, today) for standing in standings]
    shown = {view.id for standing in standings for view in [_kept_for(standing, kept)] if view is not None}
    return {"cards": cards, "others": [_certificate(view, today) for view in kept if view.id not in shown]}


def outlook_of(person_id: int, today: date) -> tuple[Deadline, ...]:
    """Return what every certificate of a person needs in the running cycle and in the next one, the nearest day first.

    A revoked one needs nothing: no hours bring it back.
    """
    kept = certificates_of(person_id)
    found = [
        item
        for standing in decisions_of(person_id, today)
        if not _is_revoked(_kept_for(standing, kept))
        for item in _deadlines(standing, today)
    ]
    return tuple(sorted(found, key=lambda item: (item.until, item.post)))


def _deadlines(standing: LicenceDecision, today: date) -> Iterator[Deadline]:
    decision, rules = standing.current, standing.rules
    if decision is None or decision.window is None or rules is None or standing.licence.issued_on is None:
        return
    post = credit_sentences.post_name(standing.licence.post_code)
    uuid = str(standing.licence.uuid)
    last = decision.window.last_day
    note = _("本周期已达标，证书自动延续。") if decision.satisfied else ""
    if not decision.has_begun:
        note = _("周期从 %(day)s 起算，在此之前的学习不计入。") % {"day": decision.window.start.isoformat()}
    yield Deadline(uuid, post, decision.window.number, last, (last - today).days, _missing(decision), True, note)
    following = decision.window.number + 1
    until = valid_until(
        standing.licence.issued_on, following, rules, exchanged=standing.licence.exchanged_on is not None
    )
    needed = tuple(
        (_(item.name), credit_sentences.hours_text(item.required)) for item in decision.categories if item.required
    ) or ((_("合计"), credit_sentences.hours_text(decision.required)),)
    yield Deadline(uuid, post, following, until, (until - today).days, needed, False, "")


def _missing(decision: Decision) -> tuple[tuple[str, str], ...]:
    rows = [(_(item.name), item.missing) for item in (*decision.categories, *decision.groups) if item.missing]
    if decision.total_missing:
        rows.append((_("合计"), decision.total_missing))
    return tuple((name, credit_sentences.missing_text(hours)) for name, hours in rows)


def _kept_for(standing: LicenceDecision, kept: tuple[CertificateView, ...]) -> CertificateView | None:
    """The electronic certificate of a licence: the one that stands, or else one that was revoked."""
    mine = [view for view in kept if view.licence_id == standing.licence.id]
    return next((view for view in mine if view.revoked_at is None), mine[0] if mine else None)


def _is_revoked(view: CertificateView | None) -> bool:
    return view is not None and view.revoked_at is not None


def _card(
    standing: LicenceDecision, kept: tuple[CertificateView, ...], asked: tuple[RequestFacts, ...], today: date
) -> Card:
    licence = standing.licence
    view = _kept_for(standing, kept)
    requests = [_request(item) for item in asked if item.licence_id == licence.id]
    return {
        "post": credit_sentences.post_name(licence.post_code),
        "number": licence.number,
        "licence_uuid": licence.uuid,
        "certificate": _certificate(view, today) if view else None,
        "standing": None if _is_revoked(view) else _standing(standing),
        "requests": requests,
        "newest": requests[0] if requests else None,
        "doubted": None
        if _is_revoked(view)
        else next((item for item in asked if item.licence_id == licence.id and item.doubted_at), None),
    }


def _certificate(view: CertificateView, today: date) -> dict[str, object]:
    state = view.state_on(today)
    left = sentences.days_text((view.valid_to - today).days) if view.valid_to and state != "revoked" else ""
    return {
        "view": view,
        "facts": view.latest.facts,
        "state": state,
        "state_label": sentences.STATES[state],
        "colour": sentences.COLOURS[state],
        "left": left,
        "versions": tuple(reversed(view.versions)),
    }


def _request(item: RequestFacts) -> dict[str, object]:
    words = {
        _Request.QUEUED: _("已提交发证系统，没有应答会自动再发。您不必做什么。"),
        _Request.WAITING_AUTHORITY: _("等待主管部门决定。学时保留不变，您不必做什么。"),
        _Request.ANSWERED: _("发证系统已更新证书。"),
        _Request.RETRAIN: _("本周期未达到要求，不能延续。请选择培训机构重新参加培训和测试；已记的学时保留在明细里。"),
    }
    state = _Request(item.state)
    sentence = sentences.refusal_of(item.refusal) if state is _Request.REFUSED else words[state]
    if item.remark:
        sentence = _("%(sentence)s 主管部门意见：%(remark)s") % {"sentence": sentence, "remark": item.remark}
    return {
        "facts": item,
        "colour": _COLOURS[state],
        "sentence": sentence,
        "may_ask_again": state is _Request.REFUSED and item.refusal not in FINAL,
    }


def _standing(standing: LicenceDecision) -> dict[str, object] | None:
    decision = standing.current
    if decision is None or decision.window is None:
        return None
    missing = _missing(decision)
    return {
        "last_day": decision.window.last_day,
        "days": decision.days_left,
        "missing": missing,
        "satisfied": decision.satisfied and decision.state is not State.RETRAIN,
    }
