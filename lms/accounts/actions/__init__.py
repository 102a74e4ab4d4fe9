"""What can be done to persons. `by` None means the system (a loader, a command).

Every deed appends a log record in its own transaction, and refuses by raising an AccountsError.
"""

from lms.accounts.actions.first_sign_in import set_first_password
from lms.accounts.actions.in_bulk import NewLicence, NewPerson, record_licences, register_learners
from lms.accounts.actions.licences import number_licence, record_licence
from lms.accounts.actions.persons import (
    grant_role,
    issue_temporary_password,
    record_identity,
    register_person,
    withdraw_role,
)
from lms.accounts.actions.sign_ins import (
    record_lock,
    record_password_change,
    record_refused_second_factor,
    record_refused_sign_in,
    record_second_factor_change,
    record_sign_in,
    record_sign_out,
    record_unlock,
)

__all__ = [
    "NewLicence",
    "NewPerson",
    "grant_role",
    "issue_temporary_password",
    "number_licence",
    "record_identity",
    "record_licence",
    "record_licences",
    "record_lock",
    "record_password_change",
    "record_refused_second_factor",
    "record_refused_sign_in",
    "record_second_factor_change",
    "record_sign_in",
    "record_sign_out",
    "record_unlock",
    "register_learners",
    "register_person",
    "set_first_password",
    "withdraw_role",
]
