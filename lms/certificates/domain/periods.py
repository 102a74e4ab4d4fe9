"""How long a certificate is valid, and when its holder is reminded."""

from datetime import date, timedelta

from lms.credit.domain.cycle import window_number
from lms.credit.domain.rule_set import RuleSet

REMINDERS_DAYS = (180, 90, 60, 30, 7)
WEEK_DAYS = 7
LATE_WEEKS = 26  # after half a year of weekly reminders, nobody is reached by one more


def valid_until(issued_on: date, cycle: int, rules: RuleSet, *, exchanged: bool) -> date:
    """Return the last day on which a certificate is valid that is good for cycles 1 to `cycle`.

    exchanged: it was given for an old paper certificate, so that its first cycle begins on the next day.
    """
    return window_number(cycle, issued_on, rules, exchanged_on=issued_on if exchanged else None).last_day


def reminder_due(valid_to: date, today: date) -> str | None:
    """Return the name of the reminder that is due: "180" … "7" days before, "late-1", "late-2", … weeks after; or None.

    The nearest that has been reached: after an outage the older ones are not sent as well. "7" stays due on the last day;
    "late-1" begins on the day after it.
    """
    left = (valid_to - today).days
    if left < 0:
        week = (-left - 1) // WEEK_DAYS + 1
        return f"late-{week}" if week <= LATE_WEEKS else None
    reached = [days for days in REMINDERS_DAYS if left <= days]
    return str(min(reached)) if reached else None


def last_reminder_day(valid_to: date) -> date:
    """Return the last day on which any reminder of this end may be due."""
    return valid_to + timedelta(days=LATE_WEEKS * WEEK_DAYS)
