"""Recording post certificates."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.domain.record import Payload
from content.domain.posts import is_post
from lms.accounts.actions.record_keeping import fictional_allowed, log_about
from lms.accounts.domain.licence import check_licence, normalise_number
from lms.accounts.domain.refusals import BadLicence, NotAllowed, Taken
from lms.accounts.models import Licence, User
from lms.accounts.roles import Role, roles_of


@transaction.atomic
def record_licence(
    *,
    holder: User,
    post_code: str,
    number: str,
    issued_on: date | None,
    region_code: str,
    rule_set_code: str,
    at: datetime,
    by: User | None,
    works_in_post: bool = True,
) -> Licence:
    """Record a post certificate of the holder, or (issued_on None, number "") that the holder is a candidate for the post.

    rule_set_code: of lms.credit; `domain.licence.rule_set_of_region` says which the issuing region asks for.

    Raises NotAllowed, BadLicence, Taken (licence_post_twice, licence_number_taken).
    """
    if not (by is None or by == holder or Role.ADMINISTRATOR in roles_of(by)):
        raise NotAllowed
    number = normalise_number(number)
    _check_post(post_code)
    check_licence(number, issued_on, region_code, today=timezone.localdate(at), fictional_allowed=fictional_allowed(by))
    if Licence.objects.filter(holder=holder, post_code=post_code, withdrawn_on__isnull=True).exists():
        raise Taken("licence_post_twice")
    try:
        with transaction.atomic():
            licence = Licence.objects.create(
                holder=holder,
                post_code=post_code,
                number=number,
                issued_on=issued_on,
                region_code=region_code,
                rule_set_code=rule_set_code,
                works_in_post=works_in_post,
            )
    except IntegrityError as error:
        twice = "licence_same_post_twice" in str(error)
        raise Taken("licence_post_twice" if twice else "licence_number_taken") from None
    facts: dict[str, Payload] = {
        "licence_uuid": str(licence.uuid),
        "post_code": post_code,
        "region_code": region_code,
        "rule_set_code": rule_set_code,
    }
    if issued_on is not None:
        facts["issued_on"] = issued_on.isoformat()
    log_about("accounts.licence_recorded", holder, by, at, facts)
    return licence


def _check_post(post_code: str) -> None:
    if not is_post(post_code):
        raise BadLicence("post_unknown")


@transaction.atomic
def number_licence(*, licence_id: int, number: str, issued_on: date, at: datetime, exchanged: bool = False) -> None:
    """Write onto a candidate's licence the number and day that the issuing system gave it; one that has a number stays.

    exchanged: it was given for an old paper certificate.
    Raises Taken (licence_number_taken).
    """
    licence = Licence.objects.select_for_update().select_related("holder").get(pk=licence_id)
    if licence.number:
        return
    try:
        with transaction.atomic():
            Licence.objects.filter(pk=licence_id).update(
                number=number, issued_on=issued_on, exchanged_on=issued_on if exchanged else None
            )
    except IntegrityError:
        raise Taken("licence_number_taken") from None
    facts: dict[str, Payload] = {
        "licence_uuid": str(licence.uuid),
        "post_code": licence.post_code,
        "region_code": licence.region_code,
        "rule_set_code": licence.rule_set_code,
        "issued_on": issued_on.isoformat(),
        **({"exchanged_on": issued_on.isoformat()} if exchanged else {}),
    }
    log_about("accounts.licence_recorded", licence.holder, None, at, facts)
