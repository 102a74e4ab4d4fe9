"""What the tables of watching promise beyond Django's words: chunks are never changed nor faster than time; rows stay in their pages."""

from django.db import migrations

FORWARD = """
-- More media than server time would be hours that nobody can have watched.
ALTER TABLE player_watchchunk ADD CONSTRAINT watch_chunk_faster_than_time
    CHECK (watched_ms <= extract(epoch FROM upper(wall) - lower(wall)) * 1000);

CREATE FUNCTION player_refuse_chunk_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'sealed watching is never changed: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER watch_chunk_no_change BEFORE UPDATE OR DELETE ON player_watchchunk
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_chunk_change();
CREATE TRIGGER watch_chunk_no_truncate BEFORE TRUNCATE ON player_watchchunk
    FOR EACH STATEMENT EXECUTE FUNCTION player_refuse_chunk_change();
ALTER TABLE player_watchchunk ENABLE ALWAYS TRIGGER watch_chunk_no_change;
ALTER TABLE player_watchchunk ENABLE ALWAYS TRIGGER watch_chunk_no_truncate;

-- Each beat rewrites one row of each. With room in the page and no indexed column touched, the new version stays beside
-- the old one, and no index grows. Dead versions are many and small: vacuum often, without pausing.
ALTER TABLE player_watchsession SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE player_coverage SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
"""

BACKWARD = """
ALTER TABLE player_coverage RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay);
ALTER TABLE player_watchsession RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay);
DROP TRIGGER watch_chunk_no_truncate ON player_watchchunk;
DROP TRIGGER watch_chunk_no_change ON player_watchchunk;
DROP FUNCTION player_refuse_chunk_change();
ALTER TABLE player_watchchunk DROP CONSTRAINT watch_chunk_faster_than_time;
"""


class Migration(migrations.Migration):
    dependencies = [("player", "0002_watching")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
