"""Triggers that keep the log insert-only, whoever is connected, with whatever client."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION analytics_refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the learning log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Append a record that corrects the earlier one. See docs/adr/0002.';
END
$$;
-- A statement that would hit no row is refused as well: the mistake is the attempt.
CREATE TRIGGER log_record_no_change BEFORE UPDATE OR DELETE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_record_no_truncate BEFORE TRUNCATE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
-- ALWAYS: "SET session_replication_role = replica" would silence an ordinary trigger.
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_change;
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_truncate;
"""

BACKWARD = """
DROP TRIGGER log_record_no_truncate ON analytics_logrecord;
DROP TRIGGER log_record_no_change ON analytics_logrecord;
DROP FUNCTION analytics_refuse_log_change();
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
