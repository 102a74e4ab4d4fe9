"""Orders and what became of them, for the company and for finance."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from lms.commerce.models import Assignment, Order, OrderLine, Payment, Refund, Seat


@dataclass(frozen=True, slots=True)
class Pool:
    """The seats of one line. used: their learners have begun; back: returned or on their way back."""

    line_id: int
    reference: str
    name: str
    free: int
    taken: int
    used: int
    back: int

    @property
    def total(self) -> int:
        return self.free + self.taken + self.used + self.back

    @property
    def shares(self) -> tuple[tuple[str, float, float], ...]:
        """Return (state, from, width) in percent, for a bar of the pool."""
        parts = (("used", self.used), ("taken", self.taken), ("free", self.free), ("back", self.back))
        left, shares = 0.0, []
        for state, count in parts:
            width = 100 * count / self.total if self.total else 0.0
            shares.append((state, round(left, 2), round(width, 2)))
            left += width
        return tuple(shares)


def orders_of(company_id: int) -> QuerySet[Order]:
    """Return what a company has ordered, newest first."""
    return Order.objects.filter(company_id=company_id).prefetch_related("lines").order_by("-placed_at", "-serial")


def all_orders(*, state: str = "", words: str = "") -> QuerySet[Order]:
    """Return the orders of every company, newest first; `words`: in the reference or the company's name."""
    rows = Order.objects.select_related("company", "invoice").prefetch_related("lines").order_by("-serial")
    if state in Order.State.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(Q(reference__iexact=words.strip()) | Q(company__name__icontains=words.strip()))
    return rows


def order_for(order_uuid: UUID) -> Order | None:
    """Return an order with its lines, refunds, payments and invoice, whoever asks: the view checks who may see it."""
    lines = OrderLine.objects.prefetch_related(Prefetch("refunds", Refund.objects.order_by("pk")))
    return (
        Order.objects.filter(uuid=order_uuid)
        .select_related("company", "invoice", "placed_by")
        .prefetch_related(Prefetch("lines", lines), "payments")
        .first()
    )


def pools_of(company_id: int, *, order_id: int | None = None) -> tuple[Pool, ...]:
    """Return the seats that a company has bought, line by line, newest first. One query, however many seats."""
    rows = OrderLine.objects.filter(order__company_id=company_id, seats__isnull=False)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)

    def many(*states: str) -> Count:
        return Count("seats", filter=Q(seats__state__in=states))

    state = Seat.State
    counted = (
        rows.annotate(
            free=many(state.FREE),
            taken=many(state.TAKEN),
            used=many(state.USED),
            back=many(state.RETURNING, state.RETURNED),
        )
        .order_by("-order__serial", "pk")
        .select_related("order")
    )
    return tuple(
        Pool(row.pk, row.order.reference, row.name, row.free, row.taken, row.used, row.back) for row in counted
    )


def lines_of(order_id: int) -> tuple[int, ...]:
    """Return the ids of an order's lines."""
    return tuple(OrderLine.objects.filter(order=order_id).values_list("pk", flat=True).order_by("pk"))


def sits_somewhere(learner_id: int) -> bool:
    """Say whether a person has a seat that is not used yet. One query."""
    return Assignment.objects.filter(
        learner_id=learner_id, released_at__isnull=True, seat__state=Seat.State.TAKEN
    ).exists()


def sitting(line_id: int) -> QuerySet[Assignment]:
    """Return who sits on the seats of a line now, by name."""
    return (
        Assignment.objects.filter(line_id=line_id, released_at__isnull=True)
        .select_related("learner", "seat")
        .order_by("learner__name", "pk")
    )


def assignments_of(company_id: int) -> QuerySet[Assignment]:
    """Return who sits and sat on a company's seats, the newest order first."""
    rows = Assignment.objects.filter(line__order__company_id=company_id)
    return rows.select_related("line__order", "seat", "learner").order_by("-line__order__serial", "seat__number", "pk")


def troubled_payments() -> QuerySet[Payment]:
    """Return money that came and was not taken for its order, the oldest first: a person decides about it."""
    rows = Payment.objects.filter(trouble__in=["mismatch", "second_payment"])
    rows = rows.select_related("order__company", "return_asked_by")
    return rows.order_by("pk")


def noted_refund(order_id: int, note_number: int) -> Refund | None:
    """Return the refund of an order whose credit note has this number."""
    rows = Refund.objects.filter(line__order=order_id, note_number=note_number, state=Refund.State.DONE)
    return rows.select_related("line").first()


@dataclass(frozen=True, slots=True)
class Takings:
    """Money of all companies, minor units. waiting: ordered and not paid; refunds: asked and not decided."""

    taken: int
    given_back: int
    waiting: int
    waiting_orders: int
    refunds: int


def takings() -> Takings:
    """Return the money of all companies and of all time."""
    paid = Order.objects.filter(state=Order.State.PAID).aggregate(taken=Sum("total_minor"), back=Sum("refunded_minor"))
    open_ = Order.objects.filter(state=Order.State.PLACED).aggregate(waiting=Sum("total_minor"), many=Count("pk"))
    return Takings(
        taken=paid["taken"] or 0,
        given_back=paid["back"] or 0,
        waiting=open_["waiting"] or 0,
        waiting_orders=open_["many"],
        refunds=Refund.objects.filter(state=Refund.State.ASKED).count(),
    )
