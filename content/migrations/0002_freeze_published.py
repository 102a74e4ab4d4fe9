"""What was published or filed stays as it was: the database itself refuses changes, whoever asks.

A learner's hours rest on the words and minutes that stood there on the day of watching.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION content_edition_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- The one permitted change: a withdrawal, once.
        IF to_jsonb(NEW) - 'withdrawn_at' = to_jsonb(OLD) - 'withdrawn_at'
           AND (OLD.withdrawn_at IS NULL OR NEW.withdrawn_at = OLD.withdrawn_at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'edition % is published and frozen', OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER content_edition_frozen BEFORE UPDATE OR DELETE ON content_courseedition
    FOR EACH ROW EXECUTE FUNCTION content_edition_frozen();

CREATE FUNCTION content_lesson_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published timestamptz;
    edition bigint;
BEGIN
    FOREACH edition IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.edition_id]
        WHEN 'DELETE' THEN ARRAY[OLD.edition_id]
        ELSE ARRAY[OLD.edition_id, NEW.edition_id] END
    LOOP
        -- Waits for a publication under way, so that no lesson slips in beside it.
        SELECT published_at INTO published FROM content_courseedition WHERE id = edition FOR SHARE;
        IF published IS NOT NULL THEN
            RAISE EXCEPTION 'edition % is published and its lessons are frozen', edition
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER content_lesson_frozen BEFORE INSERT OR UPDATE OR DELETE ON content_lesson
    FOR EACH ROW EXECUTE FUNCTION content_lesson_frozen();

CREATE FUNCTION content_topic_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filed text;
    version bigint;
BEGIN
    FOREACH version IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        SELECT state INTO filed FROM content_syllabusversion WHERE id = version FOR SHARE;
        IF filed = 'filed' THEN
            RAISE EXCEPTION 'syllabus % is filed and its topics are frozen', version
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER content_topic_frozen BEFORE INSERT OR UPDATE OR DELETE ON content_syllabustopic
    FOR EACH ROW EXECUTE FUNCTION content_topic_frozen();

CREATE FUNCTION content_syllabus_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'filed' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'syllabus % is filed and frozen', OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER content_syllabus_frozen BEFORE UPDATE OR DELETE ON content_syllabusversion
    FOR EACH ROW EXECUTE FUNCTION content_syllabus_frozen();
"""

THAW = """
DROP TRIGGER content_syllabus_frozen ON content_syllabusversion;
DROP FUNCTION content_syllabus_frozen();
DROP TRIGGER content_topic_frozen ON content_syllabustopic;
DROP FUNCTION content_topic_frozen();
DROP TRIGGER content_lesson_frozen ON content_lesson;
DROP FUNCTION content_lesson_frozen();
DROP TRIGGER content_edition_frozen ON content_courseedition;
DROP FUNCTION content_edition_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
