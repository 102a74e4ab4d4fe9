"""Why this room says no. Every refusal has a `code`; its sentence is chosen at the rim (`lms.accounts.sentences`).

The text of a refusal is its code and nothing else: what was typed may be a document number, and errors are written down.
"""


class AccountsError(Exception):
    """A deed was refused for the reason `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadPhone(AccountsError):
    """Not a mainland mobile number: `phone_shape`."""


class BadSignInName(AccountsError):
    """A name nobody may sign in by: `name_shape`, `name_looks_like_a_number`."""


class BadDocument(AccountsError):
    """Not a number that such a document can have; the codes are in `lms.accounts.domain.id_document`."""


class BadLicence(AccountsError):
    """A certificate that cannot be as it was written; the codes are in `lms.accounts.domain.licence`."""


class Taken(AccountsError):
    """Somebody has it already: `name_taken`, `phone_taken`, `document_taken`, `licence_post_twice`, `licence_number_taken`."""


class AlreadyRecorded(AccountsError):
    """The person's document stands recorded and is corrected by staff only: `document_recorded`."""


class NotAllowed(AccountsError):
    """Who asked may not do this to that person: `not_allowed`."""

    def __init__(self) -> None:
        super().__init__("not_allowed")
