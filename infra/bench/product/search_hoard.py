"""Fills the log as `log_hoard` does, files its cards as the index would have, and lets an auditor in.

Each learner works for one of a few companies, so that a large log has larger companies; ten learners share an address, which
stands in about one record of each of their days.
"""

from typing import Any

from infra.bench.product import log_hoard

COMPANIES = 20
LEARNERS_AN_ADDRESS = 10
APART = 41  # each so many records one tells its address; prime, so that it falls to every learner alike
AUDITOR = "bench-auditor"
CARDS = """
INSERT INTO analytics_heading (facet, value)
SELECT 'company', md5('company' || n)::uuid::text FROM generate_series(0, %(companies)s - 1) AS n
UNION ALL SELECT 'network', left(md5('address' || n), 16) FROM generate_series(0, %(addresses)s - 1) AS n;
INSERT INTO analytics_card (heading_id, record_id)
SELECT heading.id, record.id FROM analytics_logrecord record
JOIN analytics_heading heading ON facet = 'company' AND value = md5('company' || learner_id %% %(companies)s)::uuid::text
ORDER BY 1, 2;
INSERT INTO analytics_card (heading_id, record_id)
SELECT heading.id, record.id FROM analytics_logrecord record
JOIN analytics_heading heading ON facet = 'network' AND value = left(md5('address' || learner_id / %(sharing)s), 16)
WHERE record.id %% %(apart)s = 0 ORDER BY 1, 2;
"""


def main(*, records: int) -> dict[str, object]:
    """Given back: what `log_hoard` gives back, and how many cards there are."""
    from django.db import connection
    from django.utils import timezone

    from lms.accounts.actions import grant_role, register_person
    from lms.accounts.roles import Role

    stored: dict[str, Any] = log_hoard.main(records=records)
    asked = {
        "companies": COMPANIES, "sharing": LEARNERS_AN_ADDRESS, "apart": APART,
        "addresses": stored["learners"] // LEARNERS_AN_ADDRESS + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in CARDS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, asked)
        cursor.execute("VACUUM (ANALYZE) analytics_card")
        cursor.execute("VACUUM (ANALYZE) analytics_heading")
        cursor.execute("SELECT count(*) FROM analytics_card")
        (cards,) = cursor.fetchone()
    now = timezone.now()
    auditor = register_person(username=AUDITOR, name="审计员", phone=None, password=None, at=now, by=None)
    grant_role(user=auditor, role=Role.AUDITOR, at=now, by=None)
    return {**stored, "cards": cards}


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
