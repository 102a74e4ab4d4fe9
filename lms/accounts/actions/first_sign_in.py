"""The first password of a person whom somebody else has registered."""

from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from lms.accounts.actions.record_keeping import log_about
from lms.accounts.domain.refusals import AlreadyRecorded
from lms.accounts.models import User


@transaction.atomic
@sensitive_variables("password")
def set_first_password(*, user_id: int, password: str, at: datetime) -> None:
    """Give an account that has no password its first one, by the word of the person it belongs to.

    The caller has proved who that is. Serialised by a row lock. Raises AlreadyRecorded (password_set) for an account that
    has one: a letter never opens what is in use.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    if user.has_usable_password():
        raise AlreadyRecorded("password_set")
    user.set_password(password)
    user.save(update_fields=["password"])
    log_about("accounts.password_changed", user, user, at, {})
