"""Sessions always say by which numbers they count; policies and releases of keys are never changed."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION player_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'written once, never changed: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER key_release_no_change BEFORE UPDATE OR DELETE ON player_keyrelease
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_change();
CREATE TRIGGER key_release_no_truncate BEFORE TRUNCATE ON player_keyrelease
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_change();
CREATE TRIGGER watch_policy_no_change BEFORE UPDATE OR DELETE ON player_watchpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_change();
CREATE TRIGGER watch_policy_no_truncate BEFORE TRUNCATE ON player_watchpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_change();
ALTER TABLE player_keyrelease ENABLE ALWAYS TRIGGER key_release_no_change;
ALTER TABLE player_keyrelease ENABLE ALWAYS TRIGGER key_release_no_truncate;
ALTER TABLE player_watchpolicy ENABLE ALWAYS TRIGGER watch_policy_no_change;
ALTER TABLE player_watchpolicy ENABLE ALWAYS TRIGGER watch_policy_no_truncate;
"""

BACKWARD = """
DROP TRIGGER watch_policy_no_truncate ON player_watchpolicy;
DROP TRIGGER watch_policy_no_change ON player_watchpolicy;
DROP TRIGGER key_release_no_truncate ON player_keyrelease;
DROP TRIGGER key_release_no_change ON player_keyrelease;
DROP FUNCTION player_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("player", "0004_watch_protocol_2")]
    operations = [
        migrations.AlterField(
            "watchsession",
            "policy",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="player.watchpolicy"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
