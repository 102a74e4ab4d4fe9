"""Changing a region's rules: one person drafts, another publishes. Every deed is logged."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.domain.record import Payload
from analytics.learning_log.actions import append
from lms.credit.actions.watch_policies import set_watch_policies
from lms.credit.domain.coherence import IncoherentRules
from lms.credit.domain.draft import BadLeaf, Change, changed_leaves, leaf_at, with_leaf
from lms.credit.domain.parsing import parse
from lms.credit.domain.reader import BadRuleSet
from lms.credit.models import RuleSetDraft, RuleSetVersion
from lms.credit.queries.trials import digest_of, trial_of
from lms.credit.rule_sets import sources
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of

if TYPE_CHECKING:
    from lms.accounts.models import User

LONGEST_REASON = 300
State = RuleSetDraft.State


class DraftRefused(ValueError):
    """A deed on a draft was refused: `code` chooses the sentence.

    not_your_area, open_already, past_day, no_reason, not_open, nothing_changed, incoherent, not_tried, not_proposed,
    same_person, unknown_source.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def open_draft(*, base: RuleSetVersion, effective_from: date, reason: str, at: datetime, by: "User") -> RuleSetDraft:
    """Begin another version of a region's rules from one that stands.

    Raises DraftRefused (not_your_area, open_already, past_day, no_reason).
    """
    _demand_area(by, base.region_code, at)
    if not reason.strip():
        raise DraftRefused("no_reason")
    if effective_from <= timezone.localdate(at):
        raise DraftRefused("past_day")
    try:
        with transaction.atomic():
            draft = RuleSetDraft.objects.create(
                base=base,
                code=base.code,
                effective_from=effective_from,
                reason=reason.strip()[:LONGEST_REASON],
                data=base.data,
                hands=[by.pk],
                opened_at=at,
                opened_by=by,
            )
    except IntegrityError:
        raise DraftRefused("open_already") from None
    _log("credit.rule_draft_opened", draft, by, at, {"base": base.version, "reason": draft.reason})
    return draft


@transaction.atomic
def edit_leaf(*, draft_uuid: UUID, path: str, change: Change, at: datetime, by: "User") -> RuleSetDraft:
    """Give one leaf of a draft another value with its source, or mark it as assumed with a note.

    Values that cannot be meant together may stand in a draft for a while; it can be neither tried nor proposed then.
    Raises DraftRefused (not_your_area, not_open, unknown_source), BadLeaf, RuleSetDraft.DoesNotExist.
    """
    draft = _locked(draft_uuid, by, at, State.DRAFT, otherwise="not_open")
    if change.source not in {*sources(), "assumed"}:
        raise DraftRefused("unknown_source")
    before = leaf_at(draft.data, path)
    data = with_leaf(draft.data, path, change)
    with suppress(IncoherentRules):  # the next edit may resolve it; the page names it, and proposing refuses it
        try:
            parse(data)
        except BadRuleSet:
            raise BadLeaf("not_a_word") from None
    draft.data = data
    draft.hands = sorted({*draft.hands, by.pk})
    draft.save(update_fields=["data", "hands"])
    _log(
        "credit.rule_leaf_edited",
        draft,
        by,
        at,
        {
            "path": path,
            "before": str(before["v"]),
            "after": str(leaf_at(data, path)["v"]),
            "source": change.source,
        },
    )
    return draft


@transaction.atomic
def try_draft(*, draft_uuid: UUID, at: datetime) -> RuleSetDraft:
    """Work out what a draft would change for real certificates, and keep the answer with the draft.

    Raises RuleSetDraft.DoesNotExist; DraftRefused (incoherent).
    """
    draft = RuleSetDraft.objects.select_for_update().select_related("base").get(uuid=draft_uuid)
    try:
        rules = parse(draft.data)
    except IncoherentRules:
        raise DraftRefused("incoherent") from None
    draft.trial = trial_of(rules, draft.data, at=at)
    draft.save(update_fields=["trial"])
    return draft


@transaction.atomic
def propose_draft(*, draft_uuid: UUID, at: datetime, by: "User") -> RuleSetDraft:
    """Hand a draft to a second person. It must differ from its base, be coherent, and have been tried as it stands.

    Raises DraftRefused (not_your_area, not_open, nothing_changed, incoherent, not_tried).
    """
    draft = _locked(draft_uuid, by, at, State.DRAFT, otherwise="not_open")
    if not changed_leaves(draft.base.data, draft.data):
        raise DraftRefused("nothing_changed")
    _demand_coherence(draft)
    if draft.trial.get("digest") != digest_of(draft.data):
        raise DraftRefused("not_tried")
    draft.state, draft.hands = State.PROPOSED, sorted({*draft.hands, by.pk})
    draft.save(update_fields=["state", "hands"])
    changed = len(changed_leaves(draft.base.data, draft.data))
    _log("credit.rule_draft_proposed", draft, by, at, {"leaves": changed, "changed_cycles": draft.trial["changed"]})
    return draft


@transaction.atomic
def return_draft(*, draft_uuid: UUID, remark: str, at: datetime, by: "User") -> RuleSetDraft:
    """Send a proposed draft back to be edited, with the reason. Raises DraftRefused (not_your_area, not_proposed, no_reason)."""
    draft = _locked(draft_uuid, by, at, State.PROPOSED, otherwise="not_proposed")
    if not remark.strip():
        raise DraftRefused("no_reason")
    draft.state, draft.remark = State.DRAFT, remark.strip()[:LONGEST_REASON]
    draft.save(update_fields=["state", "remark"])
    _log("credit.rule_draft_returned", draft, by, at, {"reason": draft.remark})
    return draft


@transaction.atomic
def withdraw_draft(*, draft_uuid: UUID, at: datetime, by: "User") -> RuleSetDraft:
    """Give a draft up; it is kept. Raises DraftRefused (not_your_area, not_open)."""
    draft = _locked(draft_uuid, by, at, State.DRAFT, otherwise="not_open")
    draft.state, draft.decided_at, draft.decided_by = State.WITHDRAWN, at, by
    draft.save(update_fields=["state", "decided_at", "decided_by"])
    _log("credit.rule_draft_withdrawn", draft, by, at, {"base": draft.base.version})
    return draft


@transaction.atomic
def publish_draft(*, draft_uuid: UUID, at: datetime, by: "User") -> RuleSetVersion:
    """Make a proposed draft a version of the rules, effective from its day. By somebody who had no hand in it.

    Raises DraftRefused (not_your_area, not_proposed, same_person, past_day, incoherent).
    """
    draft = _locked(draft_uuid, by, at, State.PROPOSED, otherwise="not_proposed")
    if by.pk in draft.hands:
        raise DraftRefused("same_person")
    if draft.effective_from <= timezone.localdate(at):
        raise DraftRefused("past_day")
    _demand_coherence(draft)
    version = _next_version(draft.base)
    data = {**draft.data, "version": version, "effective_from": draft.effective_from.isoformat()}
    rules = parse(data)
    row = RuleSetVersion.objects.create(
        code=draft.code,
        version=version,
        name=draft.base.name,
        region_code=draft.base.region_code,
        status=rules.status.value.value,
        effective_from=rules.effective_from,
        effective_until=rules.effective_until,
        data=data,
        loaded_at=at,
    )
    draft.state, draft.published, draft.decided_at, draft.decided_by = State.PUBLISHED, row, at, by
    draft.save(update_fields=["state", "published", "decided_at", "decided_by"])
    set_watch_policies(at=at, by=by)
    facts = {"version": version, "effective_from": row.effective_from.isoformat()}
    _log("credit.rule_set_published", draft, by, at, facts)
    return row


def _next_version(base: RuleSetVersion) -> str:
    """Return the next name for what an authority publishes: it can never be the name of a version that is shipped."""
    stem = base.version.split("-r")[0]
    taken = RuleSetVersion.objects.filter(code=base.code, version__startswith=f"{stem}-r").count()
    return f"{stem}-r{taken + 1}"


def _locked(draft_uuid: UUID, by: "User", at: datetime, state: RuleSetDraft.State, *, otherwise: str) -> RuleSetDraft:
    draft = RuleSetDraft.objects.select_for_update(of=["self"]).select_related("base").get(uuid=draft_uuid)
    _demand_area(by, draft.base.region_code, at)
    if draft.state != state:
        raise DraftRefused(otherwise)
    return draft


def _demand_area(by: "User", region_code: str, at: datetime) -> None:
    if not covers(area_of(by, on=timezone.localdate(at)), region_code):
        raise DraftRefused("not_your_area")


def _demand_coherence(draft: RuleSetDraft) -> None:
    try:
        parse(draft.data)
    except IncoherentRules:
        raise DraftRefused("incoherent") from None


def _log(kind: str, draft: RuleSetDraft, by: "User", at: datetime, payload: Mapping[str, Payload]) -> None:
    append(
        kind=kind,
        actor_id=by.pk,
        happened_at=at,
        subject=str(draft.uuid),
        payload={"code": draft.code, **payload},
    )
