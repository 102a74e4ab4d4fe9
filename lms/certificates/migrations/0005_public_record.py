"""What a stranger may be shown of each certificate, written by the database itself whenever a version or a revocation is.

A row is found by its number alone: one question to one table, however many versions there are.
"""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION certificates_publish(wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Both sides of one number written at once: whoever comes second must see what the first has committed.
    PERFORM pg_advisory_xact_lock(hashtext('certificates_publish'), hashtext(wanted));
    INSERT INTO certificates_publicrecord (number, record)
    SELECT c.number, json_build_object(
        'revoked_on', (c.revoked_at AT TIME ZONE 'Asia/Shanghai')::date,
        'reason', c.revocation_reason,
        'facts', (SELECT v.facts FROM certificates_certificateversion v
                  WHERE v.certificate_id = c.id ORDER BY v.version DESC LIMIT 1),
        'history', (SELECT json_agg(json_build_array(
                        v.version, v.kind, (v.issued_at AT TIME ZONE 'Asia/Shanghai')::date) ORDER BY v.version DESC)
                    FROM certificates_certificateversion v WHERE v.certificate_id = c.id))::text
    FROM certificates_certificate c
    WHERE c.side IN ('issuer', 'platform') AND c.number = wanted
      AND EXISTS (SELECT FROM certificates_certificateversion v WHERE v.certificate_id = c.id)
    ORDER BY c.side LIMIT 1  -- the issuer's own word before a platform's copy
    ON CONFLICT (number) DO UPDATE SET record = excluded.record;
END
$$;
CREATE FUNCTION certificates_publish_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM certificates_publish(c.number) FROM certificates_certificate c WHERE c.id = NEW.certificate_id;
    RETURN NULL;
END
$$;
CREATE FUNCTION certificates_publish_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM certificates_publish(NEW.number);
    RETURN NULL;
END
$$;
CREATE TRIGGER certificates_version_published AFTER INSERT ON certificates_certificateversion
    FOR EACH ROW EXECUTE FUNCTION certificates_publish_version();
CREATE TRIGGER certificates_change_published AFTER UPDATE OF revoked_at, revocation_reason ON certificates_certificate
    FOR EACH ROW EXECUTE FUNCTION certificates_publish_change();
SELECT certificates_publish(number) FROM (SELECT DISTINCT number FROM certificates_certificate) AS known;
"""

BACKWARD = """
DROP TRIGGER certificates_change_published ON certificates_certificate;
DROP TRIGGER certificates_version_published ON certificates_certificateversion;
DROP FUNCTION certificates_publish_change();
DROP FUNCTION certificates_publish_version();
DROP FUNCTION certificates_publish(text);
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_hours_proofs")]
    operations = [
        migrations.CreateModel(
            name="PublicRecord",
            fields=[
                ("number", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="证书编号")),
                ("record", models.TextField()),
            ],
            options={"verbose_name": "公开信息", "verbose_name_plural": "公开信息", "default_permissions": ("view",)},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
