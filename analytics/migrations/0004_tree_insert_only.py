"""Triggers of the tree: a record waits from its insertion on, leaves only for its place, and places follow without a gap."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION analytics_note_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_logarrival (record_id) SELECT id FROM arrived ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER log_record_arrives AFTER INSERT ON analytics_logrecord
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION analytics_note_arrivals();
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives;

CREATE FUNCTION analytics_keep_arrivals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone
        WHERE NOT EXISTS (SELECT FROM analytics_logposition placed WHERE placed.record_id = gone.record_id)
    ) THEN
        RAISE EXCEPTION 'a record leaves the waiting room only for its place in the tree'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER log_arrival_no_change BEFORE UPDATE ON analytics_logarrival
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_arrival_placed AFTER DELETE ON analytics_logarrival
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION analytics_keep_arrivals();
CREATE TRIGGER log_arrival_no_truncate BEFORE TRUNCATE ON analytics_logarrival
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_logarrival ENABLE ALWAYS TRIGGER log_arrival_no_change;
ALTER TABLE analytics_logarrival ENABLE ALWAYS TRIGGER log_arrival_placed;
ALTER TABLE analytics_logarrival ENABLE ALWAYS TRIGGER log_arrival_no_truncate;

CREATE FUNCTION analytics_follow_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first_new bigint; last_new bigint; how_many bigint; last_old bigint;
BEGIN
    SELECT min(position), max(position), count(*) INTO first_new, last_new, how_many FROM placed;
    IF how_many = 0 THEN
        RETURN NULL;
    END IF;
    SELECT max(position) INTO last_old FROM analytics_logposition WHERE position < first_new;
    IF first_new <> coalesce(last_old + 1, 0) OR last_new - first_new + 1 <> how_many THEN
        RAISE EXCEPTION 'places in the tree follow each other without a gap'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER log_position_follows AFTER INSERT ON analytics_logposition
    REFERENCING NEW TABLE AS placed FOR EACH STATEMENT EXECUTE FUNCTION analytics_follow_on();
ALTER TABLE analytics_logposition ENABLE ALWAYS TRIGGER log_position_follows;

CREATE TRIGGER log_position_no_change BEFORE UPDATE OR DELETE ON analytics_logposition
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_position_no_truncate BEFORE TRUNCATE ON analytics_logposition
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_logposition ENABLE ALWAYS TRIGGER log_position_no_change;
ALTER TABLE analytics_logposition ENABLE ALWAYS TRIGGER log_position_no_truncate;
CREATE TRIGGER log_node_no_change BEFORE UPDATE OR DELETE ON analytics_lognode
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_node_no_truncate BEFORE TRUNCATE ON analytics_lognode
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_lognode ENABLE ALWAYS TRIGGER log_node_no_change;
ALTER TABLE analytics_lognode ENABLE ALWAYS TRIGGER log_node_no_truncate;
CREATE TRIGGER log_head_no_change BEFORE UPDATE OR DELETE ON analytics_treehead
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON analytics_treehead
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_treehead ENABLE ALWAYS TRIGGER log_head_no_change;
ALTER TABLE analytics_treehead ENABLE ALWAYS TRIGGER log_head_no_truncate;
CREATE TRIGGER log_cosignature_no_change BEFORE UPDATE OR DELETE ON analytics_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_cosignature_no_truncate BEFORE TRUNCATE ON analytics_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_cosignature ENABLE ALWAYS TRIGGER log_cosignature_no_change;
ALTER TABLE analytics_cosignature ENABLE ALWAYS TRIGGER log_cosignature_no_truncate;

-- What was filed before there was a tree: first in, first placed.
INSERT INTO analytics_logarrival (record_id) SELECT id FROM analytics_logrecord ON CONFLICT DO NOTHING;
"""

BACKWARD = """
DROP TRIGGER log_record_arrives ON analytics_logrecord;
DROP TRIGGER log_arrival_no_truncate ON analytics_logarrival;
DROP TRIGGER log_arrival_placed ON analytics_logarrival;
DROP TRIGGER log_arrival_no_change ON analytics_logarrival;
DROP TRIGGER log_position_follows ON analytics_logposition;
DROP TRIGGER log_position_no_truncate ON analytics_logposition;
DROP TRIGGER log_position_no_change ON analytics_logposition;
DROP TRIGGER log_node_no_truncate ON analytics_lognode;
DROP TRIGGER log_node_no_change ON analytics_lognode;
DROP TRIGGER log_head_no_truncate ON analytics_treehead;
DROP TRIGGER log_head_no_change ON analytics_treehead;
DROP TRIGGER log_cosignature_no_truncate ON analytics_cosignature;
DROP TRIGGER log_cosignature_no_change ON analytics_cosignature;
DROP FUNCTION analytics_note_arrivals();
DROP FUNCTION analytics_keep_arrivals();
DROP FUNCTION analytics_follow_on();
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_places_in_the_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
