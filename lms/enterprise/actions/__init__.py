"""The deeds of training at work: plan, sign in, hand in, decide."""

from lms.enterprise.actions.decisions import decide_training
from lms.enterprise.actions.rows import BadRows, enter_rows
from lms.enterprise.actions.signing import sign_in, sign_out
from lms.enterprise.actions.training import (
    Plan,
    add_from_sheet,
    add_paper,
    cancel_training,
    hand_in,
    plan_training,
)

__all__ = [
    "BadRows",
    "Plan",
    "add_from_sheet",
    "add_paper",
    "cancel_training",
    "decide_training",
    "enter_rows",
    "hand_in",
    "plan_training",
    "sign_in",
    "sign_out",
]
