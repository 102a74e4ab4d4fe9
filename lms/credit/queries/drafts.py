"""Drafts of rules as their pages show them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from lms.accounts.queries import names_of
from lms.credit.domain.coherence import Contradiction, IncoherentRules
from lms.credit.domain.draft import changed_leaves, leaf_at
from lms.credit.domain.parsing import parse
from lms.credit.models import RuleSetDraft, RuleSetVersion
from lms.credit.queries.rule_page import RuleSection, sections_of, value_text
from lms.credit.queries.trials import Trial, trial_shown
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of

if TYPE_CHECKING:
    from datetime import date

    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class ChangedLeaf:
    """A value of a draft that is not that of its base, both as text."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with everything that its page shows. had_a_hand: this reader may not publish it."""

    draft: RuleSetDraft
    name: str
    opened_by: str
    sections: tuple[RuleSection, ...]
    changes: tuple[ChangedLeaf, ...]
    contradictions: tuple[Contradiction, ...]
    trial: Trial | None
    had_a_hand: bool

    @property
    def changed_paths(self) -> frozenset[str]:
        return frozenset(change.path for change in self.changes)


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """The rule sets that a person may change, each in its newest version, and the drafts of them, the newest first."""

    versions: tuple[RuleSetVersion, ...]
    drafts: tuple[RuleSetDraft, ...]

    @property
    def busy(self) -> frozenset[str]:
        """Codes of rule sets of which a draft is under way."""
        under_way = (RuleSetDraft.State.DRAFT, RuleSetDraft.State.PROPOSED)
        return frozenset(draft.code for draft in self.drafts if draft.state in under_way)


def draft_desk(person: "User", day: "date") -> DraftDesk:
    """Return what a person of an authority may change. Three queries."""
    area = area_of(person, on=day)
    newest = {row.code: row for row in RuleSetVersion.objects.order_by("effective_from", "id")}
    mine = tuple(row for row in newest.values() if covers(area, row.region_code))
    drafts = RuleSetDraft.objects.filter(code__in=[row.code for row in mine]).select_related("base", "published")
    return DraftDesk(mine, tuple(drafts.defer("data", "trial")))


def draft_page(person: "User", draft_uuid: UUID, day: "date") -> DraftPage | None:
    """Return a draft of a rule set in the person's area, else None."""
    draft = RuleSetDraft.objects.select_related("base", "published").filter(uuid=draft_uuid).first()
    if draft is None or not covers(area_of(person, on=day), draft.base.region_code):
        return None
    return DraftPage(
        draft=draft,
        name=_(draft.base.name),
        opened_by=names_of([draft.opened_by_id]).get(draft.opened_by_id, ""),
        sections=sections_of(draft.data, {}),
        changes=tuple(
            ChangedLeaf(
                path, value_text(leaf_at(draft.base.data, path)["v"]), value_text(leaf_at(draft.data, path)["v"])
            )
            for path in changed_leaves(draft.base.data, draft.data)
        ),
        contradictions=_contradictions(draft),
        trial=trial_shown(draft.trial, draft.data),
        had_a_hand=person.pk in draft.hands,
    )


def _contradictions(draft: RuleSetDraft) -> tuple[Contradiction, ...]:
    try:
        parse(draft.data)
    except IncoherentRules as error:
        return error.reasons
    return ()
