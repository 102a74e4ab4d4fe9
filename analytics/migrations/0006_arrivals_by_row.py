"""The arrival of a record is noted row by row: most deeds file one record, and a transition table costs them more."""

from django.db import migrations

FORWARD = """
DROP TRIGGER log_record_arrives ON analytics_logrecord;
CREATE OR REPLACE FUNCTION analytics_note_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_logarrival (record_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER log_record_arrives AFTER INSERT ON analytics_logrecord
    FOR EACH ROW EXECUTE FUNCTION analytics_note_arrivals();
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives;
"""

BACKWARD = """
DROP TRIGGER log_record_arrives ON analytics_logrecord;
CREATE OR REPLACE FUNCTION analytics_note_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_logarrival (record_id) SELECT id FROM arrived ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER log_record_arrives AFTER INSERT ON analytics_logrecord
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_arrivals();
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_salted_words")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
