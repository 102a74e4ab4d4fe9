"""What the tables of face checks promise beyond Django's words: decisions and views are never changed; the index is in no backup."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION proctoring_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a person decided or saw is never changed: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER hold_decision_no_change BEFORE UPDATE OR DELETE ON proctoring_holddecision
    FOR EACH STATEMENT EXECUTE FUNCTION proctoring_refuse_change();
CREATE TRIGGER hold_decision_no_truncate BEFORE TRUNCATE ON proctoring_holddecision
    FOR EACH STATEMENT EXECUTE FUNCTION proctoring_refuse_change();
CREATE TRIGGER picture_view_no_change BEFORE UPDATE OR DELETE ON proctoring_pictureview
    FOR EACH STATEMENT EXECUTE FUNCTION proctoring_refuse_change();
CREATE TRIGGER picture_view_no_truncate BEFORE TRUNCATE ON proctoring_pictureview
    FOR EACH STATEMENT EXECUTE FUNCTION proctoring_refuse_change();
ALTER TABLE proctoring_holddecision ENABLE ALWAYS TRIGGER hold_decision_no_change;
ALTER TABLE proctoring_holddecision ENABLE ALWAYS TRIGGER hold_decision_no_truncate;
ALTER TABLE proctoring_pictureview ENABLE ALWAYS TRIGGER picture_view_no_change;
ALTER TABLE proctoring_pictureview ENABLE ALWAYS TRIGGER picture_view_no_truncate;

-- Vectors in the clear are derived from sealed ones. Unlogged, they are in no backup made from the write-ahead log, so
-- that nobody who was erased comes back with one.
ALTER TABLE proctoring_faceindex SET UNLOGGED;
"""

BACKWARD = """
ALTER TABLE proctoring_faceindex SET LOGGED;
DROP TRIGGER picture_view_no_truncate ON proctoring_pictureview;
DROP TRIGGER picture_view_no_change ON proctoring_pictureview;
DROP TRIGGER hold_decision_no_truncate ON proctoring_holddecision;
DROP TRIGGER hold_decision_no_change ON proctoring_holddecision;
DROP FUNCTION proctoring_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("proctoring", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
