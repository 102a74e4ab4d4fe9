"""The words of the ledger and of the rules. Their values stand in the database and in files: never rename one."""

from enum import StrEnum


class LedgerCategory(StrEnum):
    """How an hour was earned. One activity stands in one category, so that nothing counts twice."""

    ONLINE_GENERAL = "online_general"
    ONLINE_PROFESSIONAL = "online_professional"
    F2F = "f2f"
    LIVE = "live"
    SELF_STUDY = "self_study"
    ENTERPRISE = "enterprise"


class EvidenceState(StrEnum):
    """What has become of a piece of evidence. Only VALID counts; what waits is shown beside the hours, not in them."""

    VALID = "valid"
    PROVISIONAL = "provisional"  # counted by the server, a check of it is still open
    TEST_PENDING = "test_pending"  # attended, the test that the rules ask for is not yet passed
    PENDING_REVIEW = "pending_review"  # claimed, nobody has decided
    REJECTED = "rejected"
    DUPLICATE = "duplicate"

    @property
    def is_waiting(self) -> bool:
        return self in (EvidenceState.PROVISIONAL, EvidenceState.TEST_PENDING, EvidenceState.PENDING_REVIEW)


class Status(StrEnum):
    """May a rule set decide? A draft shows what would be, and never decides alone; fiction is for demonstrations."""

    IN_FORCE = "in_force"
    DRAFT = "draft"
    FICTIONAL = "fictional"


class Anchor(StrEnum):
    """The day from which cycles are laid out: the issue day itself, an anniversary of it, or a first of January."""

    ISSUE_DATE = "issue_date"
    ISSUE_ANNIVERSARY = "issue_anniversary"
    CALENDAR_YEAR = "calendar_year"


class Grouping(StrEnum):
    """Do the cycles follow one another, or does a new one begin every year?"""

    FIXED_BLOCKS = "fixed_blocks"
    SLIDING = "sliding"


class LeapDay(StrEnum):
    """The anniversary of 29 February in a year that has none."""

    MAR_1 = "mar_1"
    FEB_28 = "feb_28"


class JudgedBy(StrEnum):
    """The day whose version of the rules judges a cycle; while it lies ahead, the version of today."""

    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    TODAY = "today"


class Closing(StrEnum):
    """What follows when a cycle is over, the total is met, and a category is not."""

    HOLD = "hold"
    RETRAIN = "retrain"


class PostList(StrEnum):
    """The posts a rule set speaks of: the national 13, or Chongqing's 21."""

    NATIONAL_13 = "national_13"
    ALL_21 = "all_21"


class State(StrEnum):
    """Where a licence stands in one cycle.

    NOT_STARTED: no certificate yet. OPEN: the last day has not passed, however much is earned. After the last day:
    RETRAIN (total too low, or not working in the post), else HOLD (a minimum missed), else COMPLETE.
    """

    NOT_STARTED = "not_started"
    OPEN = "open"
    COMPLETE = "complete"
    HOLD = "hold"
    RETRAIN = "retrain"
