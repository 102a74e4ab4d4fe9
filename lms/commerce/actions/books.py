"""What the deeds of this room share: who may act for a company or for the house's money, and the record of a deed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.roles import Role, roles_of
from lms.commerce.domain.refusals import NotAllowed
from lms.commerce.models import Order
from lms.organisations.queries import managed_by

if TYPE_CHECKING:
    from analytics.domain.record import Payload
    from lms.accounts.models import User


def demand_manager(by: "User", company_id: int, *, at: datetime) -> None:
    """Raise NotAllowed unless `by` manages that company on that day."""
    if company_id not in {place.id for place in managed_by(by, on=timezone.localdate(at))}:
        raise NotAllowed


def demand_finance(by: "User") -> None:
    """Raise NotAllowed unless `by` is of the house's finance staff."""
    if not roles_of(by) & {Role.FINANCE, Role.ADMINISTRATOR}:
        raise NotAllowed


def record(kind: str, order: Order, *, amount_minor: int, at: datetime, by: "User | None", **more: "Payload") -> None:
    """Append a record about an order to the learning log."""
    append(
        kind=kind,
        actor_id=by.pk if by else None,
        happened_at=at,
        subject=str(order.company.uuid),
        payload={
            "order_uuid": str(order.uuid),
            "organisation_uuid": str(order.company.uuid),
            "amount_minor": amount_minor,
            "currency": order.currency,
            **more,
        },
    )


@transaction.atomic
def note_list_export(*, name: str, at: datetime, by: "User", company_uuid: str = "") -> None:
    """Write down that a list of orders, refunds, transfers or seats left the house as a file. company_uuid: whose, if one's."""
    append(kind="commerce.list_exported", actor_id=by.pk, happened_at=at, subject=company_uuid, payload={"list": name})
