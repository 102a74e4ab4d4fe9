"""Triggers that keep what was printed as it was printed, whoever is connected, with whatever client."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION certificates_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was printed stays: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'A correction is a new version: see lms.certificates.actions.';
END
$$;
CREATE TRIGGER certificates_version_no_change BEFORE UPDATE OR DELETE ON certificates_certificateversion
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_version_no_truncate BEFORE TRUNCATE ON certificates_certificateversion
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_file_no_change BEFORE UPDATE OR DELETE ON certificates_certificatefile
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_file_no_truncate BEFORE TRUNCATE ON certificates_certificatefile
    FOR EACH STATEMENT EXECUTE FUNCTION certificates_refuse_change();
ALTER TABLE certificates_certificateversion ENABLE ALWAYS TRIGGER certificates_version_no_change;
ALTER TABLE certificates_certificateversion ENABLE ALWAYS TRIGGER certificates_version_no_truncate;
ALTER TABLE certificates_certificatefile ENABLE ALWAYS TRIGGER certificates_file_no_change;
ALTER TABLE certificates_certificatefile ENABLE ALWAYS TRIGGER certificates_file_no_truncate;
"""

BACKWARD = """
DROP TRIGGER certificates_file_no_truncate ON certificates_certificatefile;
DROP TRIGGER certificates_file_no_change ON certificates_certificatefile;
DROP TRIGGER certificates_version_no_truncate ON certificates_certificateversion;
DROP TRIGGER certificates_version_no_change ON certificates_certificateversion;
DROP FUNCTION certificates_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
