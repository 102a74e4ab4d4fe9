"""What was done to a claim is never rewritten, whoever is connected."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_refuse_step_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was done to a claim stands: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER reviews_step_no_change BEFORE UPDATE OR DELETE ON reviews_claimstep
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_refuse_step_change();
CREATE TRIGGER reviews_step_no_truncate BEFORE TRUNCATE ON reviews_claimstep
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_refuse_step_change();
ALTER TABLE reviews_claimstep ENABLE ALWAYS TRIGGER reviews_step_no_change;
ALTER TABLE reviews_claimstep ENABLE ALWAYS TRIGGER reviews_step_no_truncate;
"""

BACKWARD = """
DROP TRIGGER reviews_step_no_truncate ON reviews_claimstep;
DROP TRIGGER reviews_step_no_change ON reviews_claimstep;
DROP FUNCTION reviews_refuse_step_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
