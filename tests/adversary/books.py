"""The books of the companies, read by plain SQL: money, seats and the log must tell one story, whatever raced."""

from collections.abc import Iterable

import psycopg

ORDERS = """
SELECT company.id, company_order.id, company_order.uuid::text, company_order.state, company_order.total_minor,
    company_order.refunded_minor,
    (SELECT count(*) FROM commerce_payment WHERE order_id = company_order.id AND state = 'settled'),
    (SELECT coalesce(sum(quantity), 0) FROM commerce_orderline WHERE order_id = company_order.id)
FROM organisations_organisation company JOIN commerce_order company_order ON company_order.company_id = company.id
WHERE company.id = ANY(%s)
"""
SEATS = """
SELECT line.order_id, seat.state, count(*), count(assignment.id)
FROM commerce_orderline line JOIN commerce_seat seat ON seat.line_id = line.id
    LEFT JOIN commerce_assignment assignment ON assignment.seat_id = seat.id AND assignment.released_at IS NULL
WHERE line.order_id = ANY(%s) GROUP BY 1, 2
"""
REFUNDS = """
SELECT line.order_id, refund.state, count(*), sum(refund.quantity), sum(refund.amount_minor)
FROM commerce_orderline line JOIN commerce_refund refund ON refund.line_id = line.id
WHERE line.order_id = ANY(%s) GROUP BY 1, 2
"""
LOGGED = """
SELECT payload->>'order_uuid', kind, count(*), sum((payload->>'amount_minor')::bigint) FROM analytics_logrecord
WHERE kind IN ('commerce.payment_settled', 'commerce.refund_finished') AND payload->>'order_uuid' = ANY(%s) GROUP BY 1, 2
"""
# Who had studied for so long when the seat was taken back has used it: it may be nobody else's, and no money.
BEGUN = """
SELECT line.order_id, count(*) FROM commerce_assignment assignment
JOIN commerce_orderline line ON line.id = assignment.line_id
JOIN analytics_logrecord record ON record.kind = 'player.span_watched' AND record.learner_id = assignment.learner_id
    AND (record.payload->>'wall_from')::timestamptz BETWEEN assignment.assigned_at
        AND assignment.released_at - interval '15 s'
WHERE line.order_id = ANY(%s) GROUP BY 1
"""
CERTIFICATES = """
SELECT paper.applicant_id, count(DISTINCT paper.id), count(DISTINCT asked.id), count(DISTINCT kept.id),
    count(DISTINCT issued.id), count(DISTINCT issued_version.id), count(DISTINCT kept_version.id), count(DISTINCT record.id)
FROM certificates_paperexchange paper
LEFT JOIN certificates_certificaterequest asked ON asked.holder_id = paper.applicant_id
LEFT JOIN certificates_certificate kept ON kept.side = 'platform' AND kept.holder_id = paper.applicant_id
LEFT JOIN certificates_certificate issued ON issued.side = 'issuer' AND issued.holder_hash = asked.body->>'id_hash'
LEFT JOIN certificates_certificateversion issued_version ON issued_version.certificate_id = issued.id
LEFT JOIN certificates_certificateversion kept_version ON kept_version.certificate_id = kept.id
LEFT JOIN analytics_logrecord record ON record.kind = 'certificates.version_kept' AND record.learner_id = paper.applicant_id
WHERE paper.applicant_id = ANY(%s) GROUP BY 1
"""
FREE, TAKEN, USED, RETURNING, RETURNED = "free", "taken", "used", "returning", "returned"


def read(database_url: str, company_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return what is wrong in the books of each of these companies; nothing for one that bought nothing."""
    wanted = list(company_ids)
    with psycopg.connect(database_url) as connection:
        orders = connection.execute(ORDERS, [wanted]).fetchall()
        ids, uuids = [row[1] for row in orders], [row[2] for row in orders]
        seats = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(SEATS, [ids])}
        refunds = {(row[0], row[1]): tuple(map(int, row[2:])) for row in connection.execute(REFUNDS, [ids])}
        logged = {(row[0], row[1]): (row[2], int(row[3])) for row in connection.execute(LOGGED, [uuids])}
        begun: dict[int, int] = dict(connection.execute(BEGUN, [ids]).fetchall())
    wrong: dict[int, list[str]] = {company_id: [] for company_id in wanted}
    for company_id, order_id, uuid, state, total, refunded, settled, quantity in orders:
        told = wrong[company_id]
        count = {seat: seats.get((order_id, seat), (0, 0)) for seat in (FREE, TAKEN, USED, RETURNING, RETURNED)}
        done = refunds.get((order_id, "done"), (0, 0, 0))
        under_way = [refunds.get((order_id, state), (0, 0, 0))[1] for state in ("asked", "sent")]
        if (settled, state) not in {(1, "paid"), (0, "placed"), (0, "cancelled")}:
            told.append(f"{settled} payments of an order that is {state}")
        if sum(many for many, _ in count.values()) != (quantity if state == "paid" else 0):
            told.append(f"{sum(many for many, _ in count.values())} seats of {quantity}")
        if refunded != done[2] or refunded > total:
            told.append(f"{refunded} given back, refunds of {done[2]}, order of {total}")
        if count[RETURNED][0] != done[1] or count[RETURNING][0] != sum(under_way):
            told.append(f"{count[RETURNED][0]} seats went back, {done[1]} were paid for")
        if count[RETURNING][0]:
            told.append("a refund is still under way")
        if any(count[one][1] for one in (FREE, RETURNING, RETURNED)) or any(
            count[one][0] != count[one][1] for one in (TAKEN, USED)
        ):
            told.append("somebody sits on a seat that is not taken, or nobody on one that is")
        if logged.get((uuid, "commerce.payment_settled"), (0, 0)) != ((1, total) if state == "paid" else (0, 0)):
            told.append("the log tells of another payment")
        if logged.get((uuid, "commerce.refund_finished"), (0, 0)) != (done[0], done[2]):
            told.append("the log tells of other refunds")
        if begun.get(order_id):
            told.append("a seat was taken back from somebody who had begun")
    return {company_id: tuple(faults) for company_id, faults in wrong.items()}


def certificates(database_url: str, learner_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return what is wrong with the certificates of those who exchanged an old one: each thing must be there exactly once."""
    names = ("applications", "requests", "certificates kept", "certificates issued", "versions issued", "versions kept")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(CERTIFICATES, [list(learner_ids)]).fetchall()
    return {
        learner_id: tuple(
            f"{count} {name}" for count, name in zip(counts, (*names, "records"), strict=True) if count != 1
        )
        for learner_id, *counts in rows
    }
