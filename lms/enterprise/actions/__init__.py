"""The deeds of training at work: plan, sign in, hand in, decide; and of lists of staff: receive, check, run, invite."""

from lms.enterprise.actions.decisions import decide_training
from lms.enterprise.actions.import_runs import (
    cancel_import,
    claim_import,
    confirm_import,
    forget_lists,
    run_batch,
    waiting_imports,
)
from lms.enterprise.actions.imports import check_list, choose_columns, open_list, receive_list
from lms.enterprise.actions.invitations import (
    accept_letter,
    decline_letter,
    link_of,
    print_letters,
    queue_letters,
    revoke_letter,
    send_queued_letters,
)
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
from lms.enterprise.actions.transfers import answer_move

__all__ = [
    "BadRows",
    "Plan",
    "accept_letter",
    "add_from_sheet",
    "add_paper",
    "answer_move",
    "cancel_import",
    "cancel_training",
    "check_list",
    "choose_columns",
    "claim_import",
    "confirm_import",
    "decide_training",
    "decline_letter",
    "enter_rows",
    "forget_lists",
    "hand_in",
    "link_of",
    "open_list",
    "plan_training",
    "print_letters",
    "queue_letters",
    "receive_list",
    "revoke_letter",
    "run_batch",
    "send_queued_letters",
    "sign_in",
    "sign_out",
    "waiting_imports",
]
