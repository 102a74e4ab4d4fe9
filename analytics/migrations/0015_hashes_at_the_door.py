"""The database itself refuses a record whose hash is not that of its bytes; so the sequencer need not take it once more."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION analytics_note_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.leaf_hash IS DISTINCT FROM sha256('\\x00'::bytea || NEW.canonical) THEN
        RAISE EXCEPTION 'the leaf hash of a record is not that of its bytes' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO analytics_logarrival (record_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION analytics_note_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_logarrival (record_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0014_claims_and_names")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
