"""Triggers that keep the ledger insert-only, whoever is connected, with whatever client."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION credit_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of hours is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Take an entry back with lms.credit.actions.reverse_entry: a reversal is a new row.';
END
$$;
-- A statement that would hit no row is refused as well: the mistake is the attempt.
CREATE TRIGGER credit_entry_no_change BEFORE UPDATE OR DELETE ON credit_creditentry
    FOR EACH STATEMENT EXECUTE FUNCTION credit_refuse_ledger_change();
CREATE TRIGGER credit_entry_no_truncate BEFORE TRUNCATE ON credit_creditentry
    FOR EACH STATEMENT EXECUTE FUNCTION credit_refuse_ledger_change();
-- ALWAYS: "SET session_replication_role = replica" would silence an ordinary trigger.
ALTER TABLE credit_creditentry ENABLE ALWAYS TRIGGER credit_entry_no_change;
ALTER TABLE credit_creditentry ENABLE ALWAYS TRIGGER credit_entry_no_truncate;
"""

BACKWARD = """
DROP TRIGGER credit_entry_no_truncate ON credit_creditentry;
DROP TRIGGER credit_entry_no_change ON credit_creditentry;
DROP FUNCTION credit_refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
