"""What each demo learner has behind them: enrolments, and hours earned before today."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from lms.config.demo import data
from lms.credit.actions import record_hours
from lms.enrolment.actions import enrol

if TYPE_CHECKING:
    from lms.accounts.models import User

# How hours of each category have come about; online ones come from the platforms that were used before.
SOURCES = {
    "online_general": "imported",
    "online_professional": "imported",
    "live": "live",
    "f2f": "f2f",
    "self_study": "claim",
    "enterprise": "enterprise",
}
ENROLLED_BEFORE = timedelta(days=1)


def tell(learners: "Mapping[str, User]", editions: Mapping[str, int], at: datetime) -> None:
    """Enrol the learners in the editions that there are, and record their earlier hours. Inside the caller's transaction."""
    for learner in data.learners(timezone.localdate(at)):
        user = learners[learner.username]
        for code in learner.enrolled:
            if code in editions:
                enrol(learner=user, edition_id=editions[code], at=at - ENROLLED_BEFORE, by=None)
        for earlier in learner.hours:
            record_hours(
                learner=user,
                category=earlier.category,
                hours=earlier.hours,
                source_kind=SOURCES[earlier.category],
                rule_set_code=learner.licences[0].rule_set,
                post_code=earlier.post or _only_post(learner, earlier.category),
                activity_day=earlier.day,
                title=earlier.title,
                at=at,
                by=None,
            )


def _only_post(learner: data.DemoLearner, category: str) -> str:
    """Return the post that professional hours are for; other categories serve all of a person's posts."""
    return learner.licences[0].post if category == "online_professional" else ""
