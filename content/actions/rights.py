"""Who may do what in the catalogue. Asked inside each deed, so that no door can forget it."""

from django.contrib.auth.models import AbstractUser

from content.domain.refusals import NOT_PERMITTED, NotPermitted


def demand(by: AbstractUser | None, permission: str) -> None:
    """Raise NotPermitted unless this person has the permission; None is the system and may do everything."""
    if by is not None and not by.has_perm(f"content.{permission}"):
        raise NotPermitted(NOT_PERMITTED)


def actor_id(by: AbstractUser | None) -> int | None:
    """Return whom the log names."""
    return by.pk if by is not None else None
