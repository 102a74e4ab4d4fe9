"""The deeds of an employer: lists of staff, the roster and its sites, who may see them, what is done for many, training."""

from lms.enterprise.actions.decisions import decide_training
from lms.enterprise.actions.import_hands import run_import
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
from lms.enterprise.actions.jobs import (
    MOST_PEOPLE,
    ask_enrolment,
    ask_papers,
    ask_reminders,
    cancel_job,
    forget_files,
    run_job,
    seating_for,
    silent_jobs,
    take_step,
)
from lms.enterprise.actions.reminding import tell_managers
from lms.enterprise.actions.roster import refresh_company, refresh_people, stale_people
from lms.enterprise.actions.rows import BadRows, enter_rows
from lms.enterprise.actions.signing import sign_in, sign_out
from lms.enterprise.actions.staff import (
    close_site,
    grant_manager,
    let_go,
    move_people,
    note_export,
    note_list_export,
    open_site,
    revoke_manager,
)
from lms.enterprise.actions.training import Plan, add_from_sheet, add_paper, cancel_training, hand_in, plan_training
from lms.enterprise.actions.transfers import answer_move

__all__ = [
    "MOST_PEOPLE",
    "BadRows",
    "Plan",
    "accept_letter",
    "add_from_sheet",
    "add_paper",
    "answer_move",
    "ask_enrolment",
    "ask_papers",
    "ask_reminders",
    "cancel_import",
    "cancel_job",
    "cancel_training",
    "check_list",
    "choose_columns",
    "claim_import",
    "close_site",
    "confirm_import",
    "decide_training",
    "decline_letter",
    "enter_rows",
    "forget_files",
    "forget_lists",
    "grant_manager",
    "hand_in",
    "let_go",
    "link_of",
    "move_people",
    "note_export",
    "note_list_export",
    "open_list",
    "open_site",
    "plan_training",
    "print_letters",
    "queue_letters",
    "receive_list",
    "refresh_company",
    "refresh_people",
    "revoke_letter",
    "revoke_manager",
    "run_batch",
    "run_import",
    "run_job",
    "seating_for",
    "send_queued_letters",
    "sign_in",
    "sign_out",
    "silent_jobs",
    "stale_people",
    "take_step",
    "tell_managers",
    "waiting_imports",
]
