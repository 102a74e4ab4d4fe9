"""The record table becomes one of native partitions by month; what stands there stays, as the first partition (ADR 0020).

A record's number says its month: (years since 2000 · 100 + month) · 10^10 + a running number. So the number alone is the
key over all partitions, leads to one of them, and still rises with time. Nothing is copied: the old table is attached.
"""

from django.db import migrations

MONTHS = """
-- 2026-11 in Beijing is 2611.
CREATE FUNCTION analytics_log_month(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(year FROM at AT TIME ZONE 'Asia/Shanghai')::bigint - 2000) * 100
        + extract(month FROM at AT TIME ZONE 'Asia/Shanghai')::bigint
$$;

-- What holds on the whole table for statements that name it must hold on a partition for those that name the partition.
CREATE FUNCTION analytics_guard_log_month(month text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE granted record;
BEGIN
    EXECUTE format('CREATE TRIGGER log_record_no_change BEFORE UPDATE OR DELETE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change()', month);
    EXECUTE format('CREATE TRIGGER log_record_no_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change()', month);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER log_record_no_change', month);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER log_record_no_truncate', month);
    -- The same record twice has the same time of filing, hence the same month: unique in each is unique in all.
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (uuid)', 'log_record_uuid_twice_' || month, month);
    -- Everybody goes through the whole table, whatever default privileges the installation has.
    FOR granted IN
        SELECT DISTINCT CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS who
        FROM pg_class, aclexplode(relacl) acl WHERE pg_class.oid = to_regclass(quote_ident(month)) AND acl.grantee <> relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %s', month, granted.who);
    END LOOP;
END
$$;

-- As the owner, so that a role that may only insert and read can have the months made that it will need.
CREATE FUNCTION analytics_make_log_months(ahead integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE first_day timestamptz; low bigint; high bigint; name text;
BEGIN
    PERFORM pg_advisory_xact_lock(x'7A78756D6F6E'::bigint);  -- two at once would both find a month missing
    FOR number IN 0 .. least(ahead, 120) LOOP
        first_day := (date_trunc('month', clock_timestamp() AT TIME ZONE 'Asia/Shanghai') + make_interval(months => number))
            AT TIME ZONE 'Asia/Shanghai';
        low := analytics_log_month(first_day) * 10000000000;
        high := analytics_log_month(first_day + interval '32 days') * 10000000000;
        name := 'analytics_logrecord_' || analytics_log_month(first_day);
        -- A month of which the remainder has taken records stays there: nothing is ever moved.
        CONTINUE WHEN to_regclass(name) IS NOT NULL
            OR EXISTS (SELECT FROM analytics_logrecord_other WHERE id >= low AND id < high);
        -- Made apart and attached: attaching lets readers and writers of the other months go on.
        BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE analytics_logrecord INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
            EXECUTE format('ALTER TABLE analytics_logrecord ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, low, high);
        EXCEPTION WHEN invalid_object_definition THEN
            CONTINUE;  -- the month lies in a wider partition already
        END;
        PERFORM analytics_guard_log_month(name);
        RETURN NEXT name;
    END LOOP;
END
$$;

-- With temporary relations last: who may make one must not be able to put it in the place of ours in what runs as the owner.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION analytics_guard_log_month(text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION analytics_make_log_months(integer) SET search_path = %I, pg_temp', current_schema());
END $$;
"""

FORWARD = """
LOCK analytics_logrecord IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER log_record_arrives ON analytics_logrecord;
DROP TRIGGER log_record_no_change ON analytics_logrecord;
DROP TRIGGER log_record_no_truncate ON analytics_logrecord;
ALTER TABLE analytics_logrecord DROP CONSTRAINT log_record_uuid_twice;
ALTER TABLE analytics_logrecord ALTER COLUMN id DROP IDENTITY IF EXISTS;
ALTER TABLE analytics_logrecord RENAME TO analytics_logrecord_before;
ALTER INDEX analytics_logrecord_pkey RENAME TO analytics_logrecord_before_pkey;
ALTER INDEX log_record_recorded_at RENAME TO log_record_recorded_at_before;
ALTER INDEX log_record_learner RENAME TO log_record_learner_before;
ALTER INDEX log_record_kind RENAME TO log_record_kind_before;
ALTER INDEX log_record_subject RENAME TO log_record_subject_before;

CREATE TABLE analytics_logrecord (LIKE analytics_logrecord_before INCLUDING DEFAULTS) PARTITION BY RANGE (id);
ALTER TABLE analytics_logrecord ADD CONSTRAINT analytics_logrecord_pkey PRIMARY KEY (id);
CREATE INDEX log_record_recorded_at ON analytics_logrecord USING brin (recorded_at) WITH (autosummarize = true);
CREATE INDEX log_record_learner ON analytics_logrecord (learner_id, id);
CREATE INDEX log_record_kind ON analytics_logrecord (kind, id);
CREATE INDEX log_record_subject ON analytics_logrecord (subject, id);

CREATE SEQUENCE analytics_logrecord_id_seq MAXVALUE 9999999999 NO CYCLE OWNED BY analytics_logrecord.id;
SELECT setval('analytics_logrecord_id_seq', greatest(max(id % 10000000000), 1), max(id) IS NOT NULL)
    FROM analytics_logrecord_before;
ALTER TABLE analytics_logrecord ALTER COLUMN id
    SET DEFAULT analytics_log_month(clock_timestamp()) * 10000000000 + nextval('analytics_logrecord_id_seq');

-- Whoever might use the table before may use it now, and needs its running number.
DO $$
DECLARE granted record; who text;
BEGIN
    FOR granted IN
        SELECT acl.grantee, acl.privilege_type FROM pg_class, aclexplode(relacl) acl
        WHERE pg_class.oid = 'analytics_logrecord_before'::regclass AND acl.grantee <> relowner
    LOOP
        who := CASE WHEN granted.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(granted.grantee)) END;
        EXECUTE format('GRANT %s ON analytics_logrecord TO %s', granted.privilege_type, who);
        IF granted.privilege_type = 'INSERT' THEN
            EXECUTE format('GRANT USAGE ON SEQUENCE analytics_logrecord_id_seq TO %s', who);
        END IF;
    END LOOP;
END
$$;

CREATE TRIGGER log_record_no_change BEFORE UPDATE OR DELETE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_record_no_truncate BEFORE TRUNCATE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_record_arrives AFTER INSERT ON analytics_logrecord
    FOR EACH ROW EXECUTE FUNCTION analytics_note_arrivals();
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_change;
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_truncate;
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives;

-- Numbers that begin with this month already (the table had months before, and was put together) take it whole.
DO $$
DECLARE last_month bigint;
BEGIN
    SELECT coalesce(max(id) / 10000000000 + 1, 0) INTO last_month FROM analytics_logrecord_before WHERE id > 10000000000;
    EXECUTE format('ALTER TABLE analytics_logrecord ATTACH PARTITION analytics_logrecord_before
        FOR VALUES FROM (MINVALUE) TO (%s)', greatest(last_month, analytics_log_month(clock_timestamp())) * 10000000000);
END
$$;
-- A clock that runs years ahead, or a task that nobody ran: a deed is never refused for want of a month.
CREATE TABLE analytics_logrecord_other PARTITION OF analytics_logrecord DEFAULT;
SELECT analytics_guard_log_month('analytics_logrecord_before');
SELECT analytics_guard_log_month('analytics_logrecord_other');
SELECT analytics_make_log_months(12);
"""

# Everything into one table again. The numbers stay as they are: records mention each other by them.
BACKWARD = """
LOCK analytics_logrecord IN ACCESS EXCLUSIVE MODE;
CREATE TABLE analytics_logrecord_whole (LIKE analytics_logrecord);
INSERT INTO analytics_logrecord_whole SELECT * FROM analytics_logrecord;
DROP TABLE analytics_logrecord;
DROP FUNCTION analytics_make_log_months(integer);
DROP FUNCTION analytics_guard_log_month(text);
DROP FUNCTION analytics_log_month(timestamptz);
ALTER TABLE analytics_logrecord_whole RENAME TO analytics_logrecord;
ALTER TABLE analytics_logrecord ADD CONSTRAINT analytics_logrecord_pkey PRIMARY KEY (id);
ALTER TABLE analytics_logrecord ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;
SELECT setval(pg_get_serial_sequence('analytics_logrecord', 'id'), greatest(max(id), 1), max(id) IS NOT NULL)
    FROM analytics_logrecord;
ALTER TABLE analytics_logrecord ADD CONSTRAINT log_record_uuid_twice UNIQUE (uuid);
CREATE INDEX log_record_recorded_at ON analytics_logrecord USING brin (recorded_at) WITH (autosummarize = true);
CREATE INDEX log_record_learner ON analytics_logrecord (learner_id, id);
CREATE INDEX log_record_kind ON analytics_logrecord (kind, id);
CREATE INDEX log_record_subject ON analytics_logrecord (subject, id);
CREATE TRIGGER log_record_no_change BEFORE UPDATE OR DELETE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_record_no_truncate BEFORE TRUNCATE ON analytics_logrecord
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
CREATE TRIGGER log_record_arrives AFTER INSERT ON analytics_logrecord
    FOR EACH ROW EXECUTE FUNCTION analytics_note_arrivals();
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_change;
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_truncate;
ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives;
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_daily_totals")]
    operations = [
        migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[migrations.RemoveConstraint("logrecord", "log_record_uuid_twice")],
        ),
    ]
