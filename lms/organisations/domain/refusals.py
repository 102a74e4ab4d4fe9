"""Why this room says no. Every refusal has a `code`; its sentence is chosen at the rim."""


class OrganisationsError(Exception):
    """A deed was refused for the reason `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadCreditCode(OrganisationsError):
    """Not a unified social credit code: `length`, `characters`, `area` or `check_character`."""


class BadOrganisation(OrganisationsError):
    """`credit_code_missing`, `credit_code_taken`, `region_unknown`, `name_missing`."""


class BadMembership(OrganisationsError):
    """`already_member`, `ends_before_it_begins`, `role_not_of_this_kind`."""


class NotAllowed(OrganisationsError):
    """Who asked may not do this to that organisation: `not_allowed`."""

    def __init__(self) -> None:
        super().__init__("not_allowed")


class NotActivated(NotAllowed):
    """The account has no password of its owner's own yet: `not_activated`."""

    def __init__(self) -> None:
        OrganisationsError.__init__(self, "not_activated")


class NoticeRefused(OrganisationsError):
    """A notice of days off was not loaded: `notice_unchanged`."""
